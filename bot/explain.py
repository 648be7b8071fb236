"""Why a message was understood as it was, and what was answered: the facts behind `saattaja understand --explain`.

Nothing is worked out a second time here: the message goes through the trained components, and what they decide with
is asked of the functions that they decide by. explain_view.py shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa_sdk import Tracker
from ruamel.yaml import YAML

from actions import dialogue
from actions.actions import HANDLERS, PICTURE_ACTION
from actions.conversation import Conversation, Say, Turn, read
from actions.world import World
from bot.channels.incoming import clean_message
from bot.nlu import needs as rules_of_needs
from bot.nlu.buttons import meaning_of
from bot.nlu.crisis import Model as CrisisModel
from bot.nlu.crisis_component import CrisisDetector
from bot.nlu.features import Vector
from bot.nlu.featurizer import vector_of
from bot.nlu.lexicon import Hit, lexicon
from bot.nlu.linear import Linear
from bot.nlu.needs_classifier import NeedsClassifier
from bot.nlu.reading import Reading
from bot.nlu.tokenizer import readings_of
from bot.understanding import windows_of
from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from service_catalog.lemmas import words
from service_catalog.place_forms import plain
from service_catalog.place_index import PlaceIndex
from service_catalog.place_mentions import PlaceMention
from service_catalog.places import Places
from service_catalog.ranking import Suggestion

RULES = Path(__file__).parents[1] / "data" / "stories" / "rules.yml"
NEAR = 0.01
"""Probability from which a need that is not acted on is worth showing."""
MOST_NEAR = 3
"""How many of those are shown at most."""
TELLING, MOST_TELLING = 0.2, 6
"""Points that a word must have to be named, and how many words are; the others are in the rest."""


class NeedEvidence(NamedTuple):
    """What spoke for and against a need.

    `points` of each telling word, the strongest first, and of the `rest` (where the scale begins, the message's
    length, weaker words) add up to the log-odds of the probability; `raised_from` is that probability where one of
    the `keywords` raised it. `verdict`: why the need is not acted on, empty where it is.
    """

    id: str
    probability: float
    raised_from: float | None
    keywords: list[str]
    points: list[tuple[str, float]]
    rest: float
    verdict: str


class Needs(NamedTuple):
    """The needs that are acted on and those near it, best first, and why there are any or none."""

    decision: str
    evidence: list[NeedEvidence]


class OtherPlace(NamedTuple):
    """A place whose name a word of the message could be, but that was not taken for meant."""

    written: str
    name: str
    means: str


@dataclass(frozen=True)
class Answer:
    """What the bot would say to the message as the first of a conversation: the actions of its rule, what they say
    and remember, the cards with the points of the ranking, and the cards that "more" would bring then."""

    actions: tuple[str, ...]
    says: list[Say]
    remembers: dict[str, Any]
    cards: list[Suggestion]
    next_cards: list[Suggestion]


@dataclass(frozen=True)
class Explanation:
    """One message, step by step. `parsed` is what Rasa's parse result holds."""

    text: str
    words: list[Reading]
    needs: Needs
    parsed: dict[str, Any]
    button: bool
    places: list[PlaceMention]
    other_places: list[OtherPlace]
    windows: list[dict[str, Any]] | None
    crisis_threshold: float
    answer: Answer
    need_names: dict[str, str]


class Pipeline(NamedTuple):
    """The trained components that read a message, in their order, and the score from which the crisis detector raises
    the alarm."""

    components: list[GraphComponent]
    crisis_threshold: float


def load_pipeline(model: Path) -> Pipeline:
    """What reads messages in a trained model. Raises what Rasa raises for a file that is no model."""
    with TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        context = ExecutionContext(metadata.predict_schema)
        components, threshold = [], 0.0
        for node in metadata.predict_schema.nodes.values():
            if not node.uses.__module__.startswith("bot.nlu."):
                continue
            resource = node.resource or Resource("")
            config = {**node.uses.get_default_config(), **node.config}
            components.append(node.uses.load(config, storage, resource, context))
            if node.uses is CrisisDetector:
                with storage.read_from(resource) as directory:
                    threshold = CrisisModel.load(directory).threshold
        return Pipeline(components, threshold)


def world_of(catalogue: Path) -> World:
    """What the dialogue leans on, with a compiled catalogue and the time as it is now."""
    return World(Catalog.open(catalogue), Places.load(), lambda: datetime.now(LOCAL_ZONE))


def explain(text: str, pipeline: Pipeline, world: World) -> Explanation:
    """Everything about one message. Any text is fine."""
    message = Message({TEXT: clean_message(text)})
    for component in pipeline.components:
        component.process([message])
    readings, parsed, cleaned = readings_of(message), message.data, message.get(TEXT)
    places = Places.load().find(cleaned)
    return Explanation(
        text=cleaned,
        words=readings,
        needs=needs_evidence(readings, vector_of(message), lexicon().hits(readings), _needs_model(pipeline.components)),
        parsed=parsed,
        button=meaning_of(cleaned) is not None,
        places=places,
        other_places=other_places(cleaned, places),
        windows=windows_of(cleaned, parsed),
        crisis_threshold=pipeline.crisis_threshold,
        answer=answer(parsed, world),
        need_names=world.need_names,
    )


def _needs_model(components: Sequence[GraphComponent]) -> Linear:
    return next(one.model for one in components if isinstance(one, NeedsClassifier))


# ---- needs ----


def needs_evidence(readings: list[Reading], vector: Vector, hits: list[Hit], model: Linear) -> Needs:
    """What the needs' classifier decided with, for the needs acted on and those near it."""
    if not readings:
        return Needs("none: the message has no words", [])
    weighed = rules_of_needs.weigh(vector, hits, model)
    chosen = rules_of_needs.acted_on(weighed.probabilities, weighed.any_need, weighed.keyword)
    ranked = [int(number) for number in np.argsort(-weighed.probabilities)]
    near = [number for number in ranked if number not in chosen and weighed.probabilities[number] >= NEAR]
    unraised = model.probabilities(vector)
    least = max(rules_of_needs.BESIDE_AT_LEAST, rules_of_needs.BESIDE * weighed.probabilities[ranked[0]])

    def verdict(number: int) -> str:
        if not chosen or number in chosen:
            return "" if chosen else "no need"
        rare = weighed.probabilities[number] < least
        return f"below {least:.2f}" if rare else f"after the best {rules_of_needs.MOST}"

    def evidence(number: int) -> NeedEvidence:
        label, probability, before = model.labels[number], weighed.probabilities[number], unraised[number]
        spans = [readings[hit.first : hit.last + 1] for hit in hits if hit.need == label]
        points = model.slope[number] * model.contributions(vector, number, len(readings))
        strongest = [int(word) for word in np.argsort(-np.abs(points)) if abs(points[word]) >= TELLING][:MOST_TELLING]
        return NeedEvidence(
            label,
            float(probability),
            float(before) if before < probability else None,
            [" ".join(reading.text for reading in span) for span in spans],
            [(readings[word].text, float(points[word])) for word in strongest],
            float(np.log(before / (1 - before)) - points[strongest].sum()),
            verdict(number),
        )

    return Needs(_decision(weighed), [evidence(number) for number in [*chosen, *near[:MOST_NEAR]]])


def _decision(weighed: rules_of_needs.Weighed) -> str:
    """Why the message has needs or none, in the numbers that decide it."""
    tests = [
        ("any need", weighed.any_need, rules_of_needs.SEEKS_HELP),
        ("best", float(weighed.probabilities.max()), rules_of_needs.CERTAIN),
    ]
    if weighed.named:
        tests.append(("keyword's need", weighed.keyword, rules_of_needs.CERTAIN_WITH_KEYWORD))
    passed = [(name, value, least) for name, value, least in tests if value >= least]
    if passed:
        return " · ".join(f"{name} {value:.2f} ≥ {least:.2f}" for name, value, least in passed)
    return "none: " + " · ".join(f"{name} {value:.2f} < {least:.2f}" for name, value, least in tests)


# ---- places ----


def other_places(text: str, found: Sequence[PlaceMention]) -> list[OtherPlace]:
    """The places that words of the text could name too, and that were not taken for meant."""
    tokens = words(text)
    taken = {position for mention in found for position in range(mention.start, mention.end)}
    others = []
    for match in _place_index().matches([plain(token.text) for token in tokens]):
        start, end = tokens[match.first].start, tokens[match.last].end
        if start not in taken:
            name = match.names[0]
            others.append(OtherPlace(text[start:end], name.place or name.municipality, name.means))
    return others


@lru_cache(maxsize=1)
def _place_index() -> PlaceIndex:
    return PlaceIndex(Places.load())


# ---- the answer ----


def answer(parsed: dict[str, Any], world: World) -> Answer:
    """What the bot would say to a parsed message as the first of a conversation."""
    conversation = as_first_message(parsed)
    actions = actions_of(conversation.intent)
    turns = [
        dialogue.take_turn(HANDLERS[action], conversation, world) if action in HANDLERS else Turn([Say(action)])
        for action in actions
        if action != PICTURE_ACTION
    ]
    says = [say for turn in turns for say in turn.says]
    remembers = {name: value for turn in turns for name, value in turn.remember.items()}
    cards = [card for say in says for card in say.suggestions]
    return Answer(actions, says, remembers, cards, _next_cards(conversation, remembers, world) if cards else [])


def _next_cards(conversation: Conversation, remembers: dict[str, Any], world: World) -> list[Suggestion]:
    kept = {name: remembers[name] for name in ("needs", "reach", "wishes", "shown", "cards") if name in remembers}
    then = replace(conversation, **kept, intent="ask_more", message_needs=[])
    return [card for say in dialogue.more(then, world).says for card in say.suggestions]


def as_first_message(parsed: dict[str, Any]) -> Conversation:
    """The conversation that a parsed message begins, its place and age remembered as Rasa's slots do."""
    slots = {
        entity["entity"]: entity["value"]
        for entity in parsed.get("entities") or []
        if entity["entity"] in ("municipality", "age")
    }
    return read(Tracker("explain", slots, parsed, [], False, None, {}, ""))


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[str, ...]]:
    steps = [rule["steps"] for rule in YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))["rules"]]
    return {first["intent"]: tuple(step["action"] for step in rest) for first, *rest in steps if "intent" in first}


def actions_of(intent: str) -> tuple[str, ...]:
    """The actions that the rule of an intent names (data/stories/rules.yml); those of a message not understood where
    there is no rule."""
    return _rules().get(intent) or _rules()["nlu_fallback"]
