"""Rasa featurizer: one sparse vector a message, made once and shared by every classifier."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.nlu import lexicon as lexicon_module
from bot.nlu.features import Vector, Vectoriser, stack
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.lexicon import lexicon
from bot.nlu.tokenizer import VoikkoTokenizer, reading_fingerprint, readings_of

VECTOR = "vector"
ORIGIN = "WordViewFeaturizer"


def vector_of(message: Message) -> Vector:
    """The vector that WordViewFeaturizer gave to a message."""
    return message.get(VECTOR)


def matrix_of(messages: list[Message]) -> sparse.csr_matrix:
    """The vectors of featurized training messages as rows."""
    return sparse.vstack([_own(message).features for message in messages], format="csr")


def featurized(training_data: TrainingData) -> list[Message]:
    """Training messages that carry our vector (those with a text)."""
    return [one for one in training_data.intent_examples if any(own.origin == ORIGIN for own in one.features)]


def _own(message: Message) -> Features:
    return next(one for one in message.features if one.origin == ORIGIN)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class WordViewFeaturizer(GraphComponent):
    """Letters, lemmas and keywords of a message as a sparse sentence vector (bot.nlu.features)."""

    def __init__(self, storage: ModelStorage, resource: Resource, vectoriser: Vectoriser | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._vectoriser = vectoriser

    @classmethod
    def required_components(cls) -> list[type]:
        """Reads VoikkoTokenizer's tokens."""
        return [VoikkoTokenizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordViewFeaturizer:
        """An untrained featurizer."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WordViewFeaturizer:
        """The trained featurizer."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, Vectoriser.load(directory, lexicon()))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the vocabulary and stores it."""
        examples = [readings_of(message) for message in training_data.intent_examples]
        self._vectoriser = Vectoriser.fit(examples, lexicon())
        with self._storage.write_to(self._resource) as directory:
            self._vectoriser.save(directory)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Gives every training message its features."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                row = stack([self._vector(message)], self._trained.width)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Gives every message its Vector, which tells the classifiers where each number came from."""
        for message in messages:
            message.set(VECTOR, self._vector(message))
        return messages

    @property
    def _trained(self) -> Vectoriser:
        if self._vectoriser is None:
            raise ValueError("WordViewFeaturizer has not been trained. Train a model: rasa train.")
        return self._vectoriser

    def _vector(self, message: Message) -> Vector:
        return self._trained.vector(readings_of(message))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when the keywords or helper code change."""
        own = fingerprint(lexicon_module.DATA, *source("bot.nlu.lexicon", "bot.nlu.features"))
        return own + reading_fingerprint()
