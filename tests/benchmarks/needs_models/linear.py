"""Needs from linear models, one-vs-rest, over letters, lemmas and the rest of the bot's vector, and over floret."""

from __future__ import annotations

import json
import time

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB

from bot.nlu.crossvalidate import Example
from bot.nlu.lexicon import lexicon
from bot.nlu.linear import SMOOTHING, Linear, fit
from bot.nlu.needs import STRICTNESS, truth, weigh
from tests.benchmarks.needs_models import floret
from tests.benchmarks.needs_models.bench import Bench, Result, size_of


def bots_own(bench: Bench) -> Result:
    """As the bot has it: SVM and complement naive Bayes over one vector, calibrated."""
    model, seconds = bench.bots_own
    return _result(bench, model, seconds)


def with_keywords(bench: Bench) -> Result:
    """The same as the bot uses it: a need whose keyword the message holds counts as likely at least (needs.py)."""
    model, seconds = bench.bots_own
    numbers = _numbers(bench, model.labels)

    def score(one: Example) -> np.ndarray:
        vector = bench.vectoriser.vector(one.readings)
        return np.log(weigh(vector, lexicon().hits(one.readings), model).probabilities[numbers] + 1e-9)

    scores, milliseconds = bench.each(score)
    return _result(bench, model, seconds)._replace(scores=scores, milliseconds=milliseconds)


def letters(bench: Bench) -> Result:
    """SVM over character n-grams alone."""
    return _support_vectors(bench, _columns(bench, "letters:"))


def lemmas(bench: Bench) -> Result:
    """SVM over lemmas, compound parts and pairs of lemmas alone."""
    return _support_vectors(bench, _columns(bench, "lemma:", "pair:"))


def support_vectors(bench: Bench) -> Result:
    """SVM alone over the bot's vector."""
    return _support_vectors(bench, np.arange(bench.rows.shape[1]))


def naive_bayes(bench: Bench) -> Result:
    """Complement naive Bayes alone over the bot's vector."""
    start = time.process_time()
    labels, holds, importance = _truth(bench)
    numbers = _numbers(bench, labels)
    messages, needs = np.nonzero(holds[:, numbers])
    machine = ComplementNB(alpha=SMOOTHING)
    machine.fit(bench.rows[messages], needs, sample_weight=importance[:, numbers][messages, needs])
    model = _plain(bench.needs, machine.feature_log_prob_.T, np.zeros(len(bench.needs)))
    return _result(bench, model, time.process_time() - start + bench.vectorising)


def logistic(bench: Bench) -> Result:
    """Balanced logistic regression over the bot's vector, C 30."""
    start = time.process_time()
    labels, holds, importance = _truth(bench)
    weights, bias = np.zeros((bench.rows.shape[1], len(labels)), np.float32), np.zeros(len(labels))
    for number in range(len(labels)):
        machine = LogisticRegression(C=30, class_weight="balanced", solver="liblinear", tol=0.1)
        machine.fit(bench.rows, holds[:, number], sample_weight=importance[:, number])
        weights[:, number], bias[number] = machine.coef_[0], machine.intercept_[0]
    return _result(bench, _plain(labels, weights, bias), time.process_time() - start + bench.vectorising)


def floret_alone(bench: Bench) -> Result:
    """SVM over the idf-weighted mean of the words' floret vectors, calibrated."""
    vectors = floret.vectors(bench)
    start = time.process_time()
    authors = [one.author for one in bench.known]
    labels, holds, importance = _truth(bench)
    model = fit(sparse.csr_matrix(vectors.known), labels, holds, authors, importance, STRICTNESS)
    seconds = time.process_time() - start + vectors.seconds
    odds = model.slope * model.scores(vectors.asked) + model.offset
    return Result(odds[:, _numbers(bench, labels)], vectors.milliseconds, seconds, vectors.mebibytes, reads=False)


def with_floret(bench: Bench) -> Result:
    """SVM over the bot's vector with the floret vector beside it, to compare with SVM alone."""
    vectors = floret.vectors(bench)
    start = time.process_time()
    model = _uncalibrated(bench, sparse.hstack([bench.rows, sparse.csr_matrix(vectors.known)], format="csr"))
    seconds = time.process_time() - start + bench.vectorising + vectors.seconds
    width = bench.rows.shape[1]
    result = _result(bench, model._replace(weights=model.weights[:width]), seconds)
    beside = (vectors.asked @ model.weights[width:] * model.slope)[:, _numbers(bench, model.labels)]
    return result._replace(
        scores=result.scores + beside,
        milliseconds=result.milliseconds + vectors.milliseconds,
        mebibytes=result.mebibytes + vectors.mebibytes,
    )


def _truth(bench: Bench) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    return truth([one.needs for one in bench.known])


def _numbers(bench: Bench, labels: tuple[str, ...]) -> list[int]:
    return [labels.index(need) for need in bench.needs]


def _columns(bench: Bench, *beginnings: str) -> np.ndarray:
    names = json.loads((bench.vocabulary / "vocabulary.json").read_text())
    return np.flatnonzero([name.startswith(beginnings) for name in names])


def _support_vectors(bench: Bench, columns: np.ndarray) -> Result:
    start = time.process_time()
    model = _uncalibrated(bench, bench.rows[:, columns])
    weights = np.zeros((bench.rows.shape[1], len(model.labels)), np.float32)
    weights[columns] = model.weights
    seconds = time.process_time() - start + bench.vectorising
    return _result(bench, model._replace(weights=weights), seconds)


def _uncalibrated(bench: Bench, rows: sparse.csr_matrix) -> Linear:
    labels, holds, importance = _truth(bench)
    return fit(rows, labels, holds, ["everybody"] * rows.shape[0], importance, STRICTNESS)


def _plain(labels: tuple[str, ...], weights: np.ndarray, bias: np.ndarray) -> Linear:
    return Linear(labels, weights.astype(np.float32), bias, np.ones(len(labels)), np.zeros(len(labels)))


def _result(bench: Bench, model: Linear, seconds: float) -> Result:
    numbers = _numbers(bench, model.labels)

    def score(one: Example) -> np.ndarray:
        vector = bench.vectoriser.vector(one.readings)
        return model.slope * (vector.values @ model.weights[vector.columns] + model.bias) + model.offset

    scores, milliseconds = bench.each(score)
    used = np.count_nonzero(np.abs(model.weights).sum(axis=1)) / len(model.weights)
    mebibytes = (model.weights.nbytes / 2**20 + size_of(bench.vocabulary)) * used
    return Result(scores[:, numbers], milliseconds, seconds, mebibytes)
