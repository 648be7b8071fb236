"""A message as a sparse vector that the classifiers share, and which word each number came from.

Four views, each tf-idf weighted and scaled to its own length: character n-grams within the words as written,
lemmas with compound parts and pairs of neighbouring lemmas (of the standard form, where the word was spoken
Finnish), the needs whose keywords the message holds, and its length.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from bot.nlu.lexicon import Lexicon
from bot.nlu.reading import Reading

VIEWS = {"letters": 1.0, "lemmas": 0.6, "keywords": 0.3, "length": 0.3}
"""Length of each view's part of the vector (chosen by bot/nlu/crossvalidate.py)."""
SHORTEST_GRAM, LONGEST_GRAM = 2, 5
LONGEST_WORD = 40
"""Characters of a word that n-grams are made of."""

PLACE = "<place>"
"""Stands for every place: where somebody lives says nothing of what they need, but that they say it does."""

LENGTHS = (0, 1, 2, 3, 5, 8, 14)
"""Words at most in each class of length but the last."""

Piece = tuple[str, int | None]
"""A feature's name and the number of the word that it came from, if it came from one."""


class Vector(NamedTuple):
    """A message's columns (unique) and values; `origin_entry[i]` is a place in these that word `origin_word[i]`
    gave rise to, with the share `origin_share[i]`."""

    columns: np.ndarray
    values: np.ndarray
    origin_entry: np.ndarray
    origin_word: np.ndarray
    origin_share: np.ndarray


class Vectoriser:
    """Turns readings into vectors with a vocabulary learned from the training messages."""

    def __init__(self, vocabulary: dict[str, int], idf: np.ndarray, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._idf = idf
        self._lexicon = lexicon

    @classmethod
    def fit(cls, messages: Iterable[list[Reading]], lexicon: Lexicon) -> Vectoriser:
        """Learns the features of `messages` and how rare each is; pairs of lemmas only where two messages share one."""
        seen: Counter[str] = Counter()
        total = 0
        for readings in messages:
            total += 1
            seen.update({name for pieces in _views(readings, lexicon).values() for name, _ in pieces})
        seen = Counter({name: count for name, count in seen.items() if count > 1 or not name.startswith("pair:")})
        counts = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
        idf = (np.log((1 + total) / (1 + counts)) + 1).astype(np.float32)
        return cls({name: column for column, name in enumerate(seen)}, idf, lexicon)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self._vocabulary)

    def vector(self, readings: list[Reading]) -> Vector:
        """The vector of one message; features that training never saw are left out."""
        columns: list[int] = []
        values: list[np.ndarray] = []
        entries: list[int] = []
        origins: list[int] = []
        shares: list[float] = []
        for view, pieces in _views(readings, self._lexicon).items():
            known = [(column, word) for name, word in pieces if (column := self._vocabulary.get(name)) is not None]
            if not known:
                continue
            counts = Counter(column for column, _ in known)
            places = {column: len(columns) + place for place, column in enumerate(counts)}
            columns.extend(counts)
            weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._idf[list(counts)]
            values.append(weights * (VIEWS[view] / np.linalg.norm(weights)))
            for column, word in known:
                if word is None:
                    continue
                entries.append(places[column])
                origins.append(word)
                shares.append(1 / counts[column])
        return Vector(
            np.array(columns, dtype=np.int32),
            np.concatenate(values).astype(np.float32) if values else np.zeros(0, dtype=np.float32),
            np.array(entries, dtype=np.int32),
            np.array(origins, dtype=np.int32),
            np.array(shares, dtype=np.float32),
        )

    def matrix(self, messages: Iterable[list[Reading]]) -> sparse.csr_matrix:
        """One row a message."""
        return stack([self.vector(readings) for readings in messages], self.width)

    def save(self, directory: Path) -> None:
        """Writes vocabulary.json and idf.npz into `directory`."""
        names = json.dumps(list(self._vocabulary), ensure_ascii=True)
        (directory / "vocabulary.json").write_text(names, encoding="ascii")
        np.savez(directory / "idf.npz", idf=self._idf)

    @classmethod
    def load(cls, directory: Path, lexicon: Lexicon) -> Vectoriser:
        """Reads what `save` wrote."""
        names = json.loads((directory / "vocabulary.json").read_text(encoding="ascii"))
        with np.load(directory / "idf.npz", allow_pickle=False) as stored:
            return cls({name: column for column, name in enumerate(names)}, stored["idf"], lexicon)


def stack(vectors: list[Vector], width: int) -> sparse.csr_matrix:
    """Vectors as the rows of a matrix with `width` columns."""
    ends = np.cumsum([0, *(len(vector.columns) for vector in vectors)])
    columns = np.concatenate([vector.columns for vector in vectors]) if vectors else np.zeros(0, np.int32)
    values = np.concatenate([vector.values for vector in vectors]) if vectors else np.zeros(0, np.float32)
    return sparse.csr_matrix((values, columns, ends), shape=(len(vectors), width))


def _views(readings: list[Reading], lexicon: Lexicon) -> dict[str, list[Piece]]:
    return {
        "letters": list(_letters(readings)),
        "lemmas": list(_lemmas(readings)),
        "keywords": [(f"keyword:{hit.need}", hit.last) for hit in lexicon.hits(readings)],
        "length": [(f"length:{bisect_left(LENGTHS, len(readings))}", None)],
    }


def _letters(readings: list[Reading]) -> Iterator[Piece]:
    for number, reading in enumerate(readings):
        if reading.place:
            yield f"letters:{PLACE}", number
            continue
        word = f" {reading.text.casefold()[:LONGEST_WORD]} "
        for length in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
            if length >= len(word):
                yield f"letters:{word}", number
                break
            for start in range(len(word) - length + 1):
                yield f"letters:{word[start : start + length]}", number


def _lemmas(readings: list[Reading]) -> Iterator[Piece]:
    previous = None
    for number, reading in enumerate(readings):
        lemmas = (PLACE,) if reading.place else (*reading.lemmas, *reading.parts)
        for lemma in dict.fromkeys(lemmas):
            yield f"lemma:{lemma}", number
        if previous is not None:
            yield f"pair:{previous} {lemmas[0]}", number
        previous = lemmas[0]
