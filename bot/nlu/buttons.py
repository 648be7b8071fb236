"""Understands the bot's own buttons exactly.

A button sends its words as if the person had typed them, so that no channel needs a second kind of message and
nobody can type a command. This component, last in the pipeline, recognises those words whatever the classifiers
thought of them: the table in data/buttons.yml, and the labels of the needs and of the guided start's areas.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from ruamel.yaml import YAML

from bot.nlu.language_wishes import DATA as LANGUAGE_WISHES
from bot.nlu.language_wishes import language_wish

BUTTONS_FILE = Path(__file__).parent / "data" / "buttons.yml"
NEEDS_FILE = Path(__file__).parents[2] / "service_catalog" / "data" / "needs.yml"


def fold(text: str) -> str:
    """The form in which a button's words are compared: no capitals, single spaces, no full stop at the end."""
    return " ".join(text.casefold().split()).rstrip(".!?")


@lru_cache(maxsize=1)
def buttons() -> dict[str, dict[str, Any]]:
    """What each button means by its folded words: `{"intent", "entities": [{"entity", "value"}]}`.

    Words that end with `*` stand for every button that begins with them.
    """
    read = YAML(typ="safe").load
    table = {fold(button["text"]): button for button in read(BUTTONS_FILE)["buttons"]}
    needs = read(NEEDS_FILE)
    for area in needs["areas"]:
        meaning = {"intent": "guided_start", "entities": [{"entity": "area", "value": area["id"]}]}
        table.update({fold(label): meaning for label in area["label"].values()})
    for need in needs["needs"]:
        intent = "crisis" if need["id"] == "crisis" else "seek_help"
        meaning = {"intent": intent, "entities": [{"entity": "need", "value": need["id"]}]}
        table.update({fold(label): meaning for label in need["label"].values()})
    return table


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, dict[str, Any]]:
    return {words.removesuffix("*"): meaning for words, meaning in buttons().items() if words.endswith("*")}


def meaning_of(text: str, in_crisis: bool = False) -> dict[str, Any] | None:
    """What a message means if it is a button's words, else None.

    `in_crisis`: the message was taken for one; then only whole words of a button count, not what a person may have
    written after the beginning of one.
    """
    words = fold(text)
    begun = (meaning for beginning, meaning in _beginnings().items() if words.startswith(beginning) and not in_crisis)
    return buttons().get(words) or next(begun, None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ButtonReader(GraphComponent):
    """Gives a tapped button, and a wish for a language, the meaning that its table states, with full confidence."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ButtonReader:
        """Reads the tables at start-up, so that the first message doesn't wait."""
        buttons()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrides intent, entities and needs of messages that are a button's words; leaves the others alone."""
        for message in messages:
            text = message.get(TEXT) or ""
            meaning = meaning_of(text, bool((message.get("crisis") or {}).get("is_crisis")))
            if meaning:
                _set_meaning(message, meaning["intent"], meaning.get("entities") or [])
                # A tap says nothing of the language the person writes in: the conversation's own stays.
                message.set("language", None, add_to_output=True)
            elif language_wish(text):
                _set_meaning(message, "set_language", [])
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes when a button or a label changes, so that Rasa's training cache sees it."""
        return sha256(b"".join(file.read_bytes() for file in (BUTTONS_FILE, NEEDS_FILE, LANGUAGE_WISHES))).hexdigest()


def _set_meaning(message: Message, intent: str, entities: list[dict[str, Any]]) -> None:
    whole_text = {"start": 0, "end": len(message.get(TEXT)), "extractor": ButtonReader.__name__}
    needs = [one["value"] for one in entities if one["entity"] == "need" and one["value"] != "crisis"]
    found = {"name": intent, "confidence": 1.0}
    meaning = {
        INTENT: found,
        "intent_ranking": [found],
        ENTITIES: [{**one, **whole_text} for one in entities],
        "needs": [{"id": need, "score": 1.0, "because": []} for need in needs],
        "likely_needs": [],
        "crisis": {"is_crisis": intent == "crisis", "kind": None, "score": 0.0},
    }
    for key, value in meaning.items():
        message.set(key, value, add_to_output=True)
