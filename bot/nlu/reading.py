"""How a message is read before anything is decided: its words with lemmas, compound parts and standard forms."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.nlu.normaliser import Normalised, normalise_all
from service_catalog.lemmas import analyse, words
from service_catalog.places import Places

LONGEST_START, LONGEST_END = 4_000, 2_000
"""Of a longer message the first and last characters are read: nobody types more by hand, and danger may come last."""


class Reading(NamedTuple):
    """One word of a message.

    `text` as written (`message[start:end]`); `lemmas` in lower case, likeliest first, of the standard form where the
    normaliser found one; `parts` of a compound; `normalised` is that standard form or None, `rule` its rule;
    `known` tells whether Voikko knew the word as written, `place` whether it names a place in Finland.
    """

    text: str
    start: int
    end: int
    lemmas: tuple[str, ...]
    parts: tuple[str, ...]
    normalised: str | None
    rule: str | None
    known: bool
    place: bool = False

    @property
    def forms(self) -> frozenset[str]:
        """Everything by which a table may know the word: as written, standard, lemmas, compound parts."""
        return _forms(self.text.casefold(), self.normalised, self.lemmas, self.parts)


def read(text: str) -> list[Reading]:
    """The words of `text` in order. Never raises."""
    if len(text) <= LONGEST_START + LONGEST_END:
        return _read_part(text, 0)
    tail = len(text) - LONGEST_END
    return _read_part(text[:LONGEST_START], 0) + _read_part(text[tail:], tail)


def _read_part(text: str, offset: int) -> list[Reading]:
    places = [(mention.start, mention.end) for mention in Places.load().find(text)]
    found = words(text)
    return [
        _read_word(word.text, word.start + offset, word.end + offset, standard)._replace(
            place=any(start <= word.start < end for start, end in places)
        )
        for word, standard in zip(found, normalise_all([word.text for word in found]), strict=True)
    ]


def _read_word(text: str, start: int, end: int, normalised: Normalised | None) -> Reading:
    own = analyse(text)
    if normalised is None:
        return Reading(text, start, end, own.lemmas, own.parts, None, None, own.known)
    standard = [analyse(word) for word in normalised.text.split()]
    lemmas = tuple(lemma for analysis in standard for lemma in analysis.lemmas)
    parts = tuple(part for analysis in standard for part in analysis.parts)
    return Reading(text, start, end, lemmas, parts, normalised.text, normalised.rule, own.known)


@lru_cache(maxsize=16_384)
def _forms(text: str, normalised: str | None, lemmas: tuple[str, ...], parts: tuple[str, ...]) -> frozenset[str]:
    return frozenset((text, *(normalised or "").split(), *lemmas, *parts))
