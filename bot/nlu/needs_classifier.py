"""Rasa component: the needs of a message, several at a time, with the words that were the reason."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import needs as needs_module
from bot.nlu.featurizer import WordViewFeaturizer, featurized, matrix_of, vector_of
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.lexicon import lexicon
from bot.nlu.linear import Linear
from bot.nlu.needs import learn, understood
from bot.nlu.tokenizer import readings_of

NEEDS = "needs"
LIKELY_NEEDS = "likely_needs"
WITH_NEEDS = {"seek_help", "crisis"}
UNNAMED_AUTHORS = 7


def label(message: Message, name: str) -> Any:
    """A field of the metadata that a training message's block carries in data/nlu, or None."""
    return (message.get(METADATA) or {}).get("intent", {}).get(name)


def author(message: Message) -> str:
    """Who wrote a training message; those with no author are dealt among a few made-up ones by their length."""
    return str(label(message, "author") or len(message.get(TEXT)) % UNNAMED_AUTHORS)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class NeedsClassifier(GraphComponent, EntityExtractorMixin):
    """Sets `needs` ([{"id", "score", "because", "named"}], those to act on, best first), `likely_needs` (the same of
    the next likeliest) and a `need` entity for each of `needs`."""

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
    ) -> NeedsClassifier:
        """An untrained classifier."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NeedsClassifier:
        """The trained classifier."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, Linear.load(directory / "needs.npz"))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the `needs` in the metadata of messages; intents that seek no help have none."""
        messages = [
            message
            for message in featurized(training_data)
            if label(message, NEEDS) or message.get(INTENT) not in WITH_NEEDS
        ]
        needs = [label(message, NEEDS) or [] for message in messages]
        self._model = learn(matrix_of(messages), needs, [author(one) for one in messages])
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory / "needs.npz")
        return self._resource

    @property
    def model(self) -> Linear:
        """What it has learned. Raises ValueError before it is trained."""
        if self._model is None:
            raise ValueError("NeedsClassifier has not been trained. Train a model: rasa train.")
        return self._model

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `needs`, `likely_needs` and `need` entities to each message."""
        for message in messages:
            readings, text = readings_of(message), message.get(TEXT) or ""
            needs, likely = understood(readings, vector_of(message), lexicon().hits(readings), self.model, text)
            message.set(NEEDS, [need._asdict() for need in needs], add_to_output=True)
            message.set(LIKELY_NEEDS, [need._asdict() for need in likely], add_to_output=True)
            found = [_entity(need, text) for need in needs]
            entities = (message.get(ENTITIES) or []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when helper code changes."""
        return fingerprint(needs_module.FUNCTION_WORDS, *source("bot.nlu.needs", "bot.nlu.linear"))


def _entity(need: needs_module.Need, text: str) -> dict[str, Any]:
    start = max(text.find(need.because[0]), 0) if need.because else 0
    end = start + len(need.because[0]) if need.because else len(text)
    return {
        "entity": "need",
        "value": need.id,
        "start": start,
        "end": end,
        "confidence_entity": need.score,
        "because": need.because,
    }
