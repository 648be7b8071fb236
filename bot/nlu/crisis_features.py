"""A message as a sparse vector for the crisis classifier.

Seven views, each hashed into its own part of the vector, tf-idf weighted and scaled to length one:

letters    character n-grams (2-5) within folded words: typing slips, dialects, the three languages
words      folded words, pairs and triples
lemmas     Voikko's lemmas and pairs of them
verbs      person, number, tense and mood of each verb, alone and with its lemma (`V1spres:kuolla`): who, when, whether
structure  1-4 neighbouring words with classes of data/crisis_cues.yml, frequent words or grammar in their place:
           "olen <rail> <edge>" is learnt from one message and known in another
cues       the cues of data/crisis_cues.yml
pairs      two cues in one sentence (those close together also in order), and in the whole message
"""

from __future__ import annotations

import itertools
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from scipy import sparse

from bot.nlu.crisis_cues import Cue, find_cues, frequent_words
from bot.nlu.crisis_text import Sentence, clean, sentences, standard
from service_catalog.lemmas import LONGEST_WORD, _voikko_analyses, analyse

SIZES = {
    "letters": 1 << 18,
    "words": 1 << 16,
    "lemmas": 1 << 16,
    "verbs": 1 << 14,
    "structure": 1 << 17,
    "cues": 1 << 10,
    "pairs": 1 << 16,
}
LENGTHS = {"cues": 1.0}
"""Length of a view's part where it is not one (chosen by bot/nlu/crisis_crossvalidate.py)."""
WIDTH = sum(SIZES.values())
WINDOW, SHORT = 20, 26
"""Words of a window, and of the longest message that is read only as a whole."""
_STARTS = dict(zip(SIZES, itertools.accumulate([0, *SIZES.values()]), strict=False))
_MOODS = {"indicative": "", "conditional": "C", "imperative": "I"}
_LENGTHS = (2, 4, 7, 12, 25)
_NEAR = 6
"""Words between two cues that still count as close together."""
_OPEN_CLASSES = {"w:i", "w:me", "w:my", "w:not"}
"""Classes whose words say more themselves in the structure view."""


class Reading:
    """A message cleaned, cut into sentences, with the cues of each."""

    def __init__(self, text: object, parts: list[Sentence] | None = None) -> None:
        self.sentences: list[Sentence] = sentences(clean(text)) if parts is None else parts
        self.cues: list[list[Cue]] = [find_cues(sentence) for sentence in self.sentences]

    @property
    def names(self) -> set[str]:
        """Names of all cues of the message."""
        return {cue.name for cues in self.cues for cue in cues}

    def windows(self) -> list[Reading]:
        """Overlapping parts of WINDOW words of a longer message; none of a shorter one."""
        places = [(number, word) for number, one in enumerate(self.sentences) for word in range(len(one.words))]
        if len(places) <= SHORT:
            return []
        return [
            Reading(None, self._part(places[start : start + WINDOW]))
            for start in range(0, len(places) - WINDOW // 2, WINDOW // 2)
        ]

    def _part(self, places: list[tuple[int, int]]) -> list[Sentence]:
        spans: dict[int, tuple[int, int]] = {}
        for number, word in places:
            spans[number] = (spans.get(number, (word, word))[0], word + 1)
        found = []
        for number, (start, end) in spans.items():
            sentence = self.sentences[number]
            found.append(Sentence(sentence.raw[start:end], sentence.words[start:end], sentence.asks))
        return found


def count(reading: Reading) -> Counter[int]:
    """How often each column of the vector occurs in a message."""
    counts: Counter[int] = Counter()
    for view, pieces in _pieces(reading).items():
        counts.update(columns_of(view, pieces))
    return counts


def columns_of(view: str, pieces: Iterable[str]) -> Iterator[int]:
    """The vector's column of each piece of a view."""
    start, size = _STARTS[view], SIZES[view]
    return (start + zlib.crc32(piece.encode("utf-8", "ignore")) % size for piece in pieces)


def rows(readings: list[Counter[int]]) -> sparse.csr_matrix:
    """Counts of messages as one matrix, not weighted yet."""
    lengths = [len(one) for one in readings]
    columns = np.fromiter(itertools.chain.from_iterable(readings), np.int32, sum(lengths))
    values = np.fromiter(itertools.chain.from_iterable(one.values() for one in readings), np.float32, sum(lengths))
    matrix = sparse.csr_matrix(
        (values, columns, np.concatenate([[0], np.cumsum(lengths)])), (len(readings), WIDTH), dtype=np.float32
    )
    matrix.sort_indices()
    return matrix


def rarity(matrix: sparse.csr_matrix, at_least: int = 2) -> np.ndarray:
    """Inverse document frequency of each column; 0 for columns in fewer than `at_least` messages."""
    frequency = np.bincount(matrix.indices, minlength=WIDTH)
    weights = np.log((1 + matrix.shape[0]) / (1 + frequency)) + 1
    weights[frequency < at_least] = 0
    return weights.astype(np.float32)


def weigh(matrix: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """Counts weighted by rarity, each view of each row scaled to its length."""
    weighted = matrix.copy()
    weighted.data = (1 + np.log(weighted.data)) * idf[weighted.indices]
    views = np.searchsorted(list(_STARTS.values()), weighted.indices, side="right") - 1
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * len(SIZES) + views
    norms = np.sqrt(np.bincount(owners, weights=weighted.data**2, minlength=matrix.shape[0] * len(SIZES)))
    lengths = np.array([LENGTHS.get(view, 1.0) for view in SIZES])
    scale = np.tile(lengths, matrix.shape[0]) / np.maximum(norms, 1e-9)
    weighted.data = (weighted.data * scale[owners]).astype(np.float32)
    return weighted


def _pieces(reading: Reading) -> dict[str, list[str]]:
    pieces: dict[str, list[str]] = {view: [] for view in SIZES}
    in_message: set[str] = set()
    pairs: set[str] = set()
    for sentence, cues in zip(reading.sentences, reading.cues, strict=True):
        words = [*sentence.words, "?" if sentence.asks else "."]
        for word in sentence.words:
            pieces["letters"] += _grams(word)
        pieces["words"] += _runs(words, 3)
        known = [_grammar(word) for word in sentence.raw]
        pieces["lemmas"] += _runs([lemma for lemma, _ in known], 2)
        for lemma, form in known:
            if form.startswith("V"):
                pieces["verbs"] += (form, f"{form}:{lemma}")
        pieces["structure"] += _runs(_structure(sentence, cues, [form for _, form in known]), 4)
        names = sorted({cue.name for cue in cues})
        in_message.update(names)
        pairs.update(f"{one}&{other}" for one, other in itertools.combinations(names, 2))
        pairs.update(
            f"{one.name}>{other.name}"
            for one in cues
            for other in cues
            if one.name != other.name and one.start < other.start <= one.end + _NEAR
        )
    phrases = sorted(name for name in in_message if not name.startswith("w:"))
    pairs.update(f"{one}+{other}" for one, other in itertools.combinations(phrases, 2))
    spoken = sum(len(sentence.words) for sentence in reading.sentences)
    length = next((longest for longest in _LENGTHS if spoken <= longest), 0)
    pieces["cues"] = [*in_message, f"length {length}", f"{'some' if phrases else 'no'} phrase, length {length}"]
    pieces["pairs"] = list(pairs)
    return pieces


def _structure(sentence: Sentence, cues: list[Cue], forms: list[str]) -> list[str]:
    classes: dict[int, str] = {}
    for cue in cues:
        if cue.name.startswith("w:") and cue.name not in _OPEN_CLASSES:
            classes.setdefault(cue.start, cue.name)
    frequent = frequent_words()
    inner = [
        classes.get(place) or (word if word in frequent else forms[place]) for place, word in enumerate(sentence.words)
    ]
    return ["<", *inner, "?" if sentence.asks else "."]


def _runs(words: list[str], longest: int) -> list[str]:
    runs = list(words)
    for length in range(2, longest + 1):
        runs += [" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]
    return runs


@lru_cache(maxsize=16_384)
def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word[:40]} "
    return tuple(
        padded[start : start + length]
        for length in range(2, 6)
        for start in range(max(len(padded) - length + 1, 1))
        if len(padded) >= length
    )


@lru_cache(maxsize=32_768)
def _grammar(word: str) -> tuple[str, str]:
    """Lemma and grammar of a word as it was written, spoken forms replaced by standard ones."""
    form = standard(word)
    return analyse(form).lemmas[0], grammar(form)


def grammar(word: str) -> str:
    """Word class with person, number, tense and mood of a verb or the case of a nominal, as Voikko says."""
    analyses = _voikko_analyses(word) if word.isalpha() and len(word) < LONGEST_WORD else []
    if not analyses:
        return f"?{word[-1:]}"
    first = analyses[0]
    word_class = first.get("CLASS", "")
    if word_class.startswith(("teonsana", "kielto")):
        mood = {"indicative": "", "conditional": "C", "imperative": "I"}.get(
            first.get("MOOD", ""), first.get("MOOD", "")
        )
        parts = (first.get("PERSON", ""), first.get("NUMBER", "")[:1], first.get("TENSE", "")[:4], mood[:3])
        return "V" + "".join(parts) + first.get("PARTICIPLE", "")[:6]
    return word_class[:2] + first.get("SIJAMUOTO", "")[:6]
