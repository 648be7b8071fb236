"""What every model is given and what it gives back, so that they can be compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from bot.nlu.crossvalidate import Example
from bot.nlu.features import Vectoriser
from bot.nlu.lexicon import lexicon
from bot.nlu.linear import Linear
from bot.nlu.needs import NOT_SEARCHED, learn
from bot.nlu.needs_classifier import WITH_NEEDS
from bot.nlu.reading import read

HELD_OUT = frozenset({"b", "p2", "q3", "s1", "s2", "ensv2"})
"""Authors whose messages are asked; ensv2 wrote the English and Swedish ones."""


class Skipped(Exception):
    """A model that can't run here, and why."""


class Result(NamedTuple):
    """What a model made of the messages asked.

    `scores`: a row a message, a column a need, higher is likelier. `milliseconds`: of each message, without reading it
    (`bot.nlu.reading`), which is added where `reads`. `seconds`: to train, features included, reading not. Both are
    processor time, so that other work on the machine doesn't count. `mebibytes`: what has to be kept on the disk.
    """

    scores: np.ndarray
    milliseconds: np.ndarray
    seconds: float
    mebibytes: float
    reads: bool = True
    note: str = ""


class Bench:
    """The messages, and what several models share. `folder` is for files of a run."""

    def __init__(self, messages: list[Example], folder: Path, spacy_python: Path | None, minutes: float) -> None:
        self.folder = folder
        self.spacy_python = spacy_python
        self.minutes = minutes
        """Processor time that a neural model may train for; it ends after the epoch in which this is over."""
        self.asked = [one for one in messages if one.author in HELD_OUT and one.intent == "seek_help" and one.needs]
        seen = {one.text.casefold() for one in self.asked}
        self.known = [
            one
            for one in messages
            if one.author not in HELD_OUT
            and (one.needs or one.intent not in WITH_NEEDS)
            and one.text.casefold() not in seen
        ]
        self.needs = tuple(sorted({need for one in self.known for need in one.needs} - NOT_SEARCHED))

    @cached_property
    def reading(self) -> np.ndarray:
        """Milliseconds to read each message asked, its words having been met before."""
        return self.each(lambda one: np.array(len(read(one.text))))[1]

    def each(self, score: Callable[[Example], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """The scores of every message asked, one at a time, and the milliseconds of each."""
        scores, milliseconds = [], []
        for one in self.asked:
            start = time.process_time()
            scores.append(score(one))
            milliseconds.append((time.process_time() - start) * 1000)
        return np.array(scores), np.array(milliseconds)

    @cached_property
    def _vectorised(self) -> tuple[Vectoriser, sparse.csr_matrix, float]:
        start = time.process_time()
        vectoriser = Vectoriser.fit((one.readings for one in self.known), lexicon())
        rows = vectoriser.matrix(one.readings for one in self.known)
        return vectoriser, rows, time.process_time() - start

    @property
    def vectoriser(self) -> Vectoriser:
        """The bot's own features, learned from the known messages."""
        return self._vectorised[0]

    @property
    def rows(self) -> sparse.csr_matrix:
        """Features of the known messages."""
        return self._vectorised[1]

    @property
    def vectorising(self) -> float:
        """Seconds that the features of the known messages took."""
        return self._vectorised[2]

    @cached_property
    def vocabulary(self) -> Path:
        """Folder in which the features are stored."""
        folder = self.folder / "features"
        folder.mkdir(exist_ok=True)
        self.vectoriser.save(folder)
        return folder

    @cached_property
    def bots_own(self) -> tuple[Linear, float]:
        """The classifier as the bot trains it, and the seconds that it took."""
        start = time.process_time()
        model = learn(self.rows, [one.needs for one in self.known], [one.author for one in self.known])
        return model, time.process_time() - start + self.vectorising


def size_of(path: Path) -> float:
    """MiB of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) / 2**20
