"""Needs from neural networks: Rasa's DIETClassifier, and a small convolutional network over floret vectors."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy import sparse

from bot.nlu.crossvalidate import Example
from tests.benchmarks.needs_models import floret
from tests.benchmarks.needs_models.bench import Bench, Result, size_of

SECONDS_OF_DIET_EPOCH = 90
"""Rasa's component is told epochs, not minutes."""
BATCH = 256
"""Messages of a step; of fewer, Rasa's own 64, an epoch takes four minutes instead."""
RATE = 2e-3
NO_NEED = "no need"
LONGEST = 40
"""Words of a message that the convolutional network reads."""
LEARNED, FILTERS, WIDTHS = 64, 192, (1, 2, 3)
"""Numbers of a word that are learned beside its floret vector, filters of each width, widths in words."""


def diet(bench: Bench) -> Result:
    """DIET as Rasa configures it: character n-grams in words; one label a message, its primary need."""
    return _diet(bench, None)


def diet_dense(bench: Bench) -> Result:
    """DIET with the bot's own vector and the floret vectors of words and message beside the character n-grams."""
    return _diet(bench, floret.vectors(bench))


def _diet(bench: Bench, vectors: floret.Vectors | None) -> Result:
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
    from rasa.nlu.tokenizers.tokenizer import Token
    from rasa.shared.nlu.training_data.features import Features
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    name = "diet_dense" if vectors else "diet"
    folder = bench.folder / name
    folder.mkdir()
    storage, context = LocalModelStorage(folder), ExecutionContext(GraphSchema({}), node_name=name)

    def component(kind: Any, **options: Any) -> Any:
        config = {**kind.get_default_config(), **options}
        return kind.create(config, storage, Resource(kind.__name__), context)

    def message(one: Example, number: int, known: bool) -> Message:
        made = Message({"text": one.text, "intent": one.needs[0] if one.needs else NO_NEED})
        tokens = [Token(word.group(), word.start()) for word in floret.WORD.finditer(one.text.lower())]
        made.set("text_tokens", tokens or [Token(one.text, 0)])
        if vectors:
            words = (vectors.known_words if known else vectors.asked_words)[number]
            mean = (vectors.known if known else vectors.asked)[number]
            row = sparse.coo_matrix(bench.rows[number]) if known else _row(bench, one)
            made.add_features(Features(row, "sentence", "text", "own"))
            made.add_features(Features(mean[None], "sentence", "text", "floret"))
            made.add_features(Features(_unit(vectors.table[words]), "sequence", "text", "floret"))
        return made

    start = time.process_time()
    training = TrainingData([message(one, number, True) for number, one in enumerate(bench.known)])
    ngrams = component(CountVectorsFeaturizer, analyzer="char_wb", min_ngram=1, max_ngram=4)
    ngrams.train(training)
    ngrams.process_training_data(training)
    epochs = max(1, round(bench.minutes * 60 / SECONDS_OF_DIET_EPOCH))
    options = {"epochs": epochs, "batch_size": BATCH, "learning_rate": RATE}
    classifier = component(DIETClassifier, **options, entity_recognition=False, ranking_length=0, random_seed=0)
    classifier.train(training)
    seconds = time.process_time() - start
    numbers = {id(one): number for number, one in enumerate(bench.asked)}

    def score(one: Example) -> np.ndarray:
        asked = message(one, numbers[id(one)], False)
        classifier.process(ngrams.process([asked]))
        found = {each["name"]: each["confidence"] for each in asked.get("intent_ranking")}
        return np.array([found.get(need, 0.0) for need in bench.needs])

    scores, milliseconds = bench.each(score)
    return Result(
        np.log(scores + 1e-9),
        milliseconds + (vectors.milliseconds if vectors else 0),
        seconds + (vectors.seconds + bench.vectorising if vectors else 0),
        size_of(folder) + (vectors.mebibytes if vectors else 0),
        reads=vectors is not None,
        note=f"{epochs} epochs",
    )


def _row(bench: Bench, one: Example) -> sparse.coo_matrix:
    vector = bench.vectoriser.vector(one.readings)
    places = (np.zeros(len(vector.columns), int), vector.columns)
    return sparse.coo_matrix((vector.values, places), shape=(1, bench.vectoriser.width))


def convolution(bench: Bench) -> Result:
    """Convolutions over one, two and three words (floret and learned numbers), each need at its likeliest place."""
    import tensorflow as tf
    from tensorflow.keras import layers

    vectors = floret.vectors(bench)
    table = np.vstack([np.zeros((1, vectors.table.shape[1]), np.float32), 4 * _unit(vectors.table)])
    known, asked = (_padded(words) for words in (vectors.known_words, vectors.asked_words))
    labels = (*bench.needs, NO_NEED)
    target = np.array([_shares(one, labels) for one in bench.known], np.float32)
    start = time.process_time()
    tf.keras.utils.set_random_seed(0)
    words = tf.keras.Input((LONGEST,), dtype="int32")
    given = layers.Embedding(*table.shape, weights=[table], trainable=False)(words)
    learned = layers.Embedding(len(table), LEARNED)(words)
    read = layers.SpatialDropout1D(0.2)(layers.Concatenate()([given, learned]))
    is_word = tf.cast(words > 0, tf.float32)[:, :, None]
    best = [
        layers.GlobalMaxPooling1D()(layers.Conv1D(FILTERS, width, padding="same", activation="relu")(read) * is_word)
        for width in WIDTHS
    ]
    network = tf.keras.Model(words, layers.Dense(len(labels))(layers.Dropout(0.5)(layers.Concatenate()(best))))
    loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.05)
    network.compile(tf.keras.optimizers.legacy.Adam(1e-3), loss)
    epochs = 0
    while epochs < 6 and time.process_time() - start < bench.minutes * 60:
        network.fit(known, target, batch_size=64, epochs=1, verbose=0)
        epochs += 1
    seconds = time.process_time() - start + vectors.seconds
    rows = {id(one): asked[number : number + 1] for number, one in enumerate(bench.asked)}
    predict = tf.function(network, input_signature=[tf.TensorSpec((1, LONGEST), tf.int32)])
    predict(asked[:1])
    scores, milliseconds = bench.each(lambda one: predict(rows[id(one)])[0].numpy())
    learned_mebibytes = sum(weight.nbytes for weight in network.get_weights()[1:]) / 2**20
    return Result(
        (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))[:, : len(bench.needs)],
        milliseconds + vectors.milliseconds,
        seconds,
        vectors.mebibytes + learned_mebibytes,
        reads=False,
        note=f"{epochs} epochs",
    )


def _padded(messages: list[np.ndarray]) -> np.ndarray:
    return np.array([np.pad(words[:LONGEST] + 1, (0, max(0, LONGEST - len(words)))) for words in messages], np.int32)


def _shares(one: Example, labels: tuple[str, ...]) -> np.ndarray:
    """What of the message each label is: the primary need twice what a further one is."""
    needs = [need for need in one.needs if need in labels] or [NO_NEED]
    shares = np.zeros(len(labels))
    for place, need in enumerate(needs):
        shares[labels.index(need)] = 0.5 if place else 1
    return shares / shares.sum()


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
