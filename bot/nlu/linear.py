"""Linear one-vs-rest classifiers over shared vectors: one matrix, one product a message, no pickle."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from bot.nlu.features import Vector

FOLDS = 3
"""Parts that the messages are cut into, by author, to learn what a score on unseen messages is worth."""
SMOOTHING = 0.3
"""What naive Bayes adds to each count; 0.1-1 made no difference on held-out authors."""


class Linear(NamedTuple):
    """`labels` in the order of the columns of `weights` (features x labels). A label's probability is
    sigmoid(slope * (vector @ weights + bias) + offset)."""

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    offset: np.ndarray

    def scores(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Uncalibrated scores, one row a message."""
        return np.asarray(rows @ self.weights) + self.bias

    def probabilities(self, vector: Vector) -> np.ndarray:
        """Calibrated probability of each label for one message, each on its own (they don't sum to one)."""
        score = vector.values @ self.weights[vector.columns] + self.bias
        return calibrated(score, self.slope, self.offset)

    def contributions(self, vector: Vector, label: int, words: int) -> np.ndarray:
        """How much each of the message's `words` words spoke for the label with this number."""
        entries = vector.values * self.weights[vector.columns, label]
        weights = entries[vector.origin_entry] * vector.origin_share
        return np.bincount(vector.origin_word, weights=weights, minlength=words)

    def save(self, path: Path) -> None:
        """Writes everything into one npz file."""
        np.savez(path, **{**self._asdict(), "labels": np.array(self.labels)})

    @classmethod
    def load(cls, path: Path) -> Linear:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in cls._fields}
        return cls(**{**parts, "labels": tuple(str(label) for label in parts["labels"])})


def calibrated(scores: np.ndarray, slope: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Scores as probabilities."""
    return 1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30)))


def fit(
    rows: sparse.csr_matrix,
    labels: tuple[str, ...],
    truth: np.ndarray,
    authors: list[str],
    importance: np.ndarray | None = None,
    strictness: float = 0.3,
    rivals: Sequence[int] = (),
) -> Linear:
    """Trains one classifier a label and calibrates it on messages by authors it was not trained on.

    `truth` (messages x labels, bool) says which labels hold; `importance` (same shape) weighs each message for each
    label; `strictness` is the SVM's C. Labels with the numbers `rivals` are told from each other by naive Bayes too: an
    SVM only tells each from all the rest. With fewer than two authors the scores stay as they are.
    """
    importance = np.ones(truth.shape, np.float32) if importance is None else importance

    def learn(rows: sparse.csr_matrix, truth: np.ndarray, importance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weights, bias = _weights(rows, truth, importance, strictness)
        if len(rivals):
            weights[:, rivals] += _rivalry(rows, truth[:, rivals], importance[:, rivals])
        return weights, bias

    weights, bias = learn(rows, truth, importance)
    slope, offset = np.full(len(labels), 2, np.float32), np.zeros(len(labels), np.float32)
    folds = min(FOLDS, len(set(authors)))
    if folds > 1:
        unseen = np.zeros(truth.shape, np.float32)
        for train, held_out in GroupKFold(folds).split(rows, groups=authors):
            part_weights, part_bias = learn(rows[train], truth[train], importance[train])
            unseen[held_out] = rows[held_out] @ part_weights + part_bias
        for label in range(len(labels)):
            slope[label], offset[label] = _platt(unseen[:, label], truth[:, label])
    return Linear(labels, weights, bias, slope, offset)


def _weights(
    rows: sparse.csr_matrix, truth: np.ndarray, importance: np.ndarray, strictness: float
) -> tuple[np.ndarray, np.ndarray]:
    weights = np.zeros((rows.shape[1], truth.shape[1]), np.float32)
    bias = np.full(truth.shape[1], -1, np.float32)

    def learn(label: int) -> None:
        if not 0 < truth[:, label].sum() < len(truth):
            bias[label] = 1 if truth[:, label].all() else -1
            return
        machine = LinearSVC(C=strictness, class_weight="balanced", tol=0.1, random_state=0)
        machine.fit(rows, truth[:, label], sample_weight=importance[:, label])
        weights[:, label] = machine.coef_[0]
        bias[label] = machine.intercept_[0]

    rows.sum_duplicates()  # scikit-learn would sort the columns in place, in every thread
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear lets go of Python's lock
        list(threads.map(learn, range(truth.shape[1])))
    return weights, bias


def _rivalry(rows: sparse.csr_matrix, truth: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """Weights by which complement naive Bayes tells labels from each other (Rennie et al., ICML 2003).

    They are linear in the features as the SVM's are, and of about the same size, so that both can be added up.
    """
    messages, labels = np.nonzero(truth)
    bayes = ComplementNB(alpha=SMOOTHING).fit(rows[messages], labels, sample_weight=importance[messages, labels])
    weights = np.zeros((rows.shape[1], truth.shape[1]), np.float32)
    weights[:, bayes.classes_] = (bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)).T
    return weights


def _platt(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    if not 0 < truth.sum() < len(truth):
        return 2.0, 0.0
    logistic = LogisticRegression(C=10.0).fit(scores[:, None], truth)
    return float(logistic.coef_[0, 0]), float(logistic.intercept_[0])
