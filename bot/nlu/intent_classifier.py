"""Rasa component: what a message does in the conversation (greets, seeks help, asks for more ...)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.featurizer import WordViewFeaturizer, featurized, matrix_of, vector_of
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.linear import Linear, fit
from bot.nlu.needs_classifier import NEEDS, author
from bot.nlu.tokenizer import readings_of

SEEK_HELP = "seek_help"
FALLBACK = "nlu_fallback"
YIELDING = {
    *("greet", "chitchat", "insult", "out_of_scope", "thank", "goodbye", "affirm", "deny"),
    *("ask_identity", "guided_start", "ask_wider", "inform_place", "inform_age"),
}
"""Intents that give way to seeking help when the message names a need: `moi mua ahistaa` is no greeting, and a place
or an age beside a need is an entity all the same."""
NEED_IS_CLEAR, BESIDE_INTENT = 0.4, 0.5
"""Probability from which a need is clear, and the share of a weaker intent's probability that will do too."""
SEEKS_LESS = 0.6
"""Seeking help is two thirds of the training messages, but hardly of a conversation: its probability counts less."""
UNDERSTOOD = 0.2
"""Least probability of an intent; below it the message is not understood."""
LONGEST_EXACT = 60
RANKING = 5


def decide(ranking: list[tuple[str, float]], needs: list[dict[str, Any]]) -> tuple[str, float]:
    """The intent and its confidence, from intents with probabilities and needs (best first)."""
    ranking = sorted(ranking, key=lambda one: -one[1] * (SEEKS_LESS if one[0] == SEEK_HELP else 1))
    intent, confidence = ranking[0] if ranking else (FALLBACK, 0.0)
    need = needs[0]["score"] if needs else 0.0
    if needs and intent in YIELDING and need >= min(NEED_IS_CLEAR, BESIDE_INTENT * confidence):
        return SEEK_HELP, need
    if confidence < UNDERSTOOD:
        return (SEEK_HELP, need) if needs else (FALLBACK, UNDERSTOOD)
    return intent, confidence


def fold(text: str) -> str:
    """The form in which whole messages are compared: no capitals, single spaces, no punctuation at the ends."""
    return " ".join(text.casefold().split()).strip(" .!?,…")


def exact_table(examples: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Intent by folded text, for short texts that all examples of agree on."""
    seen: dict[str, set[str]] = defaultdict(set)
    for text, intent in examples:
        if len(text) <= LONGEST_EXACT and fold(text):
            seen[fold(text)].add(intent)
    return {text: next(iter(intents)) for text, intents in seen.items() if len(intents) == 1}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ConversationIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking`. A text of the training data is classified exactly. `crisis` is never its
    answer: only the crisis detector says that, and messages labelled so teach seeking help here."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        model: Linear | None = None,
        exact: dict[str, str] | None = None,
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model
        self._exact = exact or {}

    @classmethod
    def required_components(cls) -> list[type]:
        """Reads the shared vector; at parse time also the needs, so it stands after NeedsClassifier."""
        return [WordViewFeaturizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ConversationIntentClassifier:
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
    ) -> ConversationIntentClassifier:
        """The trained classifier."""
        with model_storage.read_from(resource) as directory:
            exact = json.loads((directory / "exact.json").read_text(encoding="utf-8"))
            return cls(model_storage, resource, Linear.load(directory / "intents.npz"), exact)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the intents of the training messages."""
        messages = featurized(training_data)
        named = [_taught(message) for message in messages]
        intents = tuple(sorted(set(named)))
        truth = np.array([[name == intent for intent in intents] for name in named])
        self._model = fit(matrix_of(messages), intents, truth, [author(one) for one in messages])
        self._exact = exact_table((message.get(TEXT), name) for message, name in zip(messages, named, strict=True))
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory / "intents.npz")
            (directory / "exact.json").write_text(json.dumps(self._exact, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `intent` and `intent_ranking` to each message."""
        for message in messages:
            ranking = self._ranking(message)
            name, confidence = decide(ranking, message.get(NEEDS) or [])
            others = [(other, score) for other, score in ranking if other != name]
            named = [
                {"name": intent, "confidence": round(float(score), 4)}
                for intent, score in [(name, confidence), *others][:RANKING]
            ]
            message.set(INTENT, named[0], add_to_output=True)
            message.set("intent_ranking", named, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[tuple[str, float]]:
        if self._model is None:
            raise ValueError("ConversationIntentClassifier has not been trained. Train a model: rasa train.")
        exact = self._exact.get(fold(message.get(TEXT) or ""))
        if exact is not None:
            return [(exact, 1.0)]
        if not readings_of(message):
            return []
        probabilities = self._model.probabilities(vector_of(message))
        return [(self._model.labels[number], float(probabilities[number])) for number in np.argsort(-probabilities)]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when helper code changes."""
        return fingerprint(*source(__name__, "bot.nlu.linear", "bot.nlu.needs_classifier"))


def _taught(message: Message) -> str:
    intent = message.get(INTENT)
    return SEEK_HELP if intent == "crisis" else intent
