"""Rasa component: the register of a message, so that it is answered in kind."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.registers import register_of
from bot.nlu.tokenizer import reading_fingerprint, readings_of

REGISTER = "register"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RegisterReader(GraphComponent):
    """Sets `register`: `relaxed`, `formal` or None. Only of Finnish; it stands after LanguageDetector."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RegisterReader:
        """A reader; it has nothing to set up."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `register` to each message."""
        for message in messages:
            is_finnish = message.get("language") == "fi"
            found = register_of(message.get(TEXT) or "", readings_of(message)) if is_finnish else None
            message.set(REGISTER, found, add_to_output=True)
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when tables or helper code change."""
        return fingerprint(*source("bot.nlu.registers")) + reading_fingerprint()
