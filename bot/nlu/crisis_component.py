"""Rasa component: danger to life, above every other intent."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.buttons import fold
from bot.nlu.crisis import Crisis, Example, Model, detect, train
from bot.nlu.crisis_features import Reading
from bot.nlu.crisis_text import DATA
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.intent_classifier import SEEK_HELP
from bot.nlu.originals import original_of

CRISIS, NEEDS = "crisis", "needs"
SURE_NEED = 0.5
"""Probability of a need from which it tells of self-harm or of worry about somebody."""
GRAVE_CUES = frozenset({"want_die", "not_live", "kill_self", "suicidal_feeling", "w:suicide_word", "w:selfharm"})
"""Cues (data/crisis_cues.yml) that worry about somebody is worry about their life."""
HARMLESS = "harmless.json"
HELPERS = (__name__, *(f"bot.nlu.crisis{part}" for part in ("", "_cues", "_features", "_languages", "_text")))
TABLES = tuple(f"crisis_{table}.yml" for table in ("cues", "forms", "languages", "phrases", "rules"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CrisisDetector(GraphComponent):
    """Sets `crisis`: {"is_crisis", "level", "kind", "score", "rule", "because"} (bot.nlu.crisis.Crisis). Where there is
    a level the intent becomes `crisis`, also for self-harm and worry about somebody without danger to life: then
    `is_crisis` is false, and the level comes from the needs.

    Stands after every other intent classifier in config.yml, so that nothing overrules it.
    """

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        model: Model | None = None,
        harmless: frozenset[str] = frozenset(),
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model
        self._harmless = harmless

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CrisisDetector:
        """An untrained detector."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CrisisDetector:
        """The trained detector."""
        with model_storage.read_from(resource) as directory:
            harmless = json.loads((directory / HARMLESS).read_text(encoding="utf-8"))
            return cls(model_storage, resource, Model.load(directory), frozenset(harmless))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the intent `crisis` against all others."""
        self._model = train(examples_of(training_data.training_examples))
        self._harmless = harmless_texts(training_data.training_examples)
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory)
            texts = json.dumps(sorted(self._harmless), ensure_ascii=False)
            (directory / HARMLESS).write_text(texts, encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `crisis` to each message and puts the intent `crisis` first where there is danger."""
        if self._model is None:
            raise ValueError("CrisisDetector has not been trained. Train a model: rasa train.")
        for message in messages:
            found = detect(message.get(TEXT), self._model)
            if found.is_crisis and not found.rule and fold(message.get(TEXT) or "") in self._harmless:
                found = Crisis(False, None, None, found.score)
            written = original_of(message)  # a translation may lose what the person's own words say
            if written and not found.is_crisis:
                own = detect(written, self._model)
                found = own if own.level else found
            if not found.level:
                found = without_danger(found, message.get(NEEDS) or [], message.get(TEXT))
            message.set(CRISIS, {**found._asdict(), "because": list(found.because)}, add_to_output=True)
            if found.level:
                _put_first(message, found.score)
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when helper code or tables change."""
        return fingerprint(*(DATA / table for table in TABLES), *source(*HELPERS))


def examples_of(messages: list[Message]) -> list[Example]:
    """Training messages for the detector.

    Authors whose messages carry a `level` wrote danger and its harmless neighbours; all their other messages count
    as neighbours.
    """
    labels = [(message.get(METADATA) or {}).get("intent", {}) for message in messages]
    neighbours = {label.get("author") for label in labels if "level" in label} - {None}
    return [
        Example(
            text=message.get(TEXT),
            crisis=message.get(INTENT) == CRISIS,
            neighbour=label.get("author") in neighbours,
            author=str(label.get("author") or ""),
            level=str(label.get("level") or ""),
        )
        for message, label in zip(messages, labels, strict=True)
        if message.get(TEXT) and message.get(INTENT)
    ]


def harmless_texts(messages: list[Message]) -> frozenset[str]:
    """Whole messages, folded, that people labelled as talk: an answer such as "tein sen", or small talk.

    Their label counts for more than what their words add up to. None that stands as a crisis or a need, too.
    """
    named: dict[str, set[str]] = {}
    for message in messages:
        if message.get(TEXT) and message.get(INTENT):
            named.setdefault(fold(message.get(TEXT)), set()).add(message.get(INTENT))
    return frozenset(text for text, intents in named.items() if not intents & {CRISIS, SEEK_HELP})


def without_danger(found: Crisis, needs: list[dict[str, Any]], text: object) -> Crisis:
    """The level of a message that is no crisis: self-harm is `thoughts`, worry about somebody who speaks of death or
    hurts themselves `other_person`; None for all else. `needs` are those the message names, best first."""
    sure = {need["id"]: tuple(need.get("because") or ()) for need in needs if need["score"] >= SURE_NEED}
    names = Reading(text).names
    if "close_one" in sure and ("self_harm" in sure or names & GRAVE_CUES):
        return found._replace(level="other_person", kind="suicide", because=sure["close_one"])
    if "self_harm" in sure and "close_one" not in sure:
        return found._replace(level="thoughts", kind="suicide", because=sure["self_harm"])
    return found


def _put_first(message: Message, score: float) -> None:
    first = {INTENT_NAME_KEY: CRISIS, PREDICTED_CONFIDENCE_KEY: score}
    others = [one for one in message.get(INTENT_RANKING_KEY) or [] if one.get(INTENT_NAME_KEY) != CRISIS]
    message.set(INTENT, first, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [first, *others], add_to_output=True)
