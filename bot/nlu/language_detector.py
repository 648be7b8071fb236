"""Rasa component: the language of a message."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import languages
from bot.nlu.featurizer import WordViewFeaturizer, featurized, matrix_of, vector_of
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.languages import HOME, language_of
from bot.nlu.linear import Linear, fit
from bot.nlu.needs_classifier import author, label
from bot.nlu.originals import original_language
from bot.nlu.tokenizer import readings_of

LANGUAGE = "language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets `language`: fi, sv, en, another ISO 639-1 code, or None where a message has no words. Of a message that was
    translated it is the language the person wrote in."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Linear | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        """Reads WordViewFeaturizer's vector."""
        return [WordViewFeaturizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
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
    ) -> LanguageDetector:
        """The trained detector."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, Linear.load(directory / "languages.npz"))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns Finnish, Swedish and English from the `language` in the metadata of messages."""
        messages = [message for message in featurized(training_data) if label(message, LANGUAGE) in HOME]
        truth = np.array([[label(message, LANGUAGE) == code for code in HOME] for message in messages])
        self._model = fit(matrix_of(messages), HOME, truth, [author(one) for one in messages])
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory / "languages.npz")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `language` to each message."""
        if self._model is None:
            raise ValueError("LanguageDetector has not been trained. Train a model: rasa train.")
        for message in messages:
            scores = dict(zip(HOME, self._model.probabilities(vector_of(message)).tolist(), strict=True))
            found = original_language(message) or language_of(message.get(TEXT) or "", readings_of(message), scores)
            message.set(LANGUAGE, found, add_to_output=True)
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when tables or helper code change."""
        return fingerprint(languages.DATA, *source("bot.nlu.languages", "bot.nlu.linear"))
