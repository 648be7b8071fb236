"""Hard words in a text that people read, with their plain meaning: what a page underlines and explains on a tap.

Being right counts for more than being complete here: a wrong explanation misleads, a missing one is a tap less. So
the words by which the glossary is asked (`also`, and wider ones such as psykologi for koulupsykologi) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from service_catalog.catalog import Catalog
from service_catalog.lemmas import Word, analyse, words
from service_catalog.schema import OTHER_LANGUAGES, Term
from service_catalog.stems import stem

ALSO_EVERYDAY = frozenset({"haaste", "huosta", "isyys", "katko", "takaus", "valitus", "vertainen"})
"""Base forms in the glossary that mean other things too in ordinary sentences: haasteita elämässä, valitus myyjälle."""
_EVERYDAY_SWEDISH = """
    besvär borgen faderskap integration likabehandling psykolog rådgivning rättegång socialarbete socialbyrå stämning
    terapi verkstad
"""
_EVERYDAY_ENGLISH = """
    appeal custody enforcement equality fine integration notice probation psychologist termination therapy trial
    workshop
"""
EVERYDAY = {"sv": frozenset(_EVERYDAY_SWEDISH.split()), "en": frozenset(_EVERYDAY_ENGLISH.split())}
"""The same in the other languages: that's fine, rådgivning om skulder. Who asks what they mean is told."""
SHORTER = 2
"""Letters by which a word may be shorter than the glossary's of the same stem: hälsovård is no hälsovårdare."""
SHORTEST_BEGINNING = 5
"""Letters that a hard word must have for a compound that begins with it to count: ulosottoasia, turvakotipaikka."""


class HardWord(NamedTuple):
    """`word` as it is written in the text, the glossary's `term` for it, and what it means in `plain` language.

    `lang` is the language of the explanation, `word_lang` that of the word itself (ISO 639-1).
    """

    word: str
    term: str
    plain: str
    lang: str = "fi"
    word_lang: str = "fi"


def hard_words(text: str, catalog: Catalog, language: str = "fi") -> list[HardWord]:
    """The glossary's words in a text, each term where it stands first, the longest written one first.

    Words are found in any form, compounds by how they begin, terms of several words as a whole; not inside of web
    addresses. `language` is that of the text and of the explanation, Finnish where there is no other: in a Swedish or
    English text the terms' words in that language are found too, and Finnish ones that stand in it. Never raises for
    any text.
    """
    index, translated = _index(catalog), _translated_index(catalog, language)
    found: dict[str, HardWord] = {}
    line = [word for word in words(text) if not _in_address(text, word)]
    position = 0
    while position < len(line):
        (term, length), spoken = index.longest_at(text, line, position), "fi"
        if term is None:
            (term, length), spoken = translated.longest_at(text, line, position), language
        if term is not None:
            written = text[line[position].start : line[position + length - 1].end]
            explained = (term.plain.of(language), term.plain.language_of(language))
            found.setdefault(term.term, HardWord(written, term.term, *explained, spoken))
        position += length
    return sorted(found.values(), key=lambda hard: (-len(hard.word), hard.word))


Entry = tuple[tuple[frozenset[str], ...], Term]
"""The base forms that each of a term's further words may have, and the term."""


class _Index:
    """Where each term may begin. What is found for a word is kept, because the same words come again and again."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._by_first: dict[str, list[Entry]] = {}
        for term in terms:
            for phrase in _phrases(term):
                first, *others = (_lemmas(word.text) for word in words(phrase))
                for lemma in first:
                    self._by_first.setdefault(lemma, []).append((tuple(others), term))
        self._beginning_with = lru_cache(maxsize=20_000)(self._look_up)

    def longest_at(self, text: str, line: Sequence[Word], position: int) -> tuple[Term | None, int]:
        """The term of most words that begins at a word of the line, and how many words it takes."""
        for others, term in self._beginning_with(line[position].text):
            if _follow(text, line, position, others):
                return term, 1 + len(others)
        return None, 1

    def _look_up(self, word: str) -> list[Entry]:
        """What may begin with this word, that of most words first."""
        analysis = analyse(word)
        entries = [entry for lemma in analysis.lemmas for entry in self._by_first.get(lemma, ())]
        if not entries and analysis.parts:
            entries = [entry for lemma in analysis.lemmas for entry in self._beginning_of(lemma)]
        return sorted(entries, key=lambda entry: -len(entry[0]))

    def _beginning_of(self, compound: str) -> list[Entry]:
        """The longest term that a compound begins with. How it ends says less: a sairauspäiväraha is no päiväraha."""
        for end in range(len(compound) - 3, SHORTEST_BEGINNING - 1, -1):
            alone = [entry for entry in self._by_first.get(compound[:end], ()) if not entry[0]]
            if alone:
                return alone
        return []


class _TranslatedIndex:
    """Where a term's words in Swedish or English stand, by their stems; empty in any other language."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self._language = language
        self._by_first: dict[str, list[tuple[tuple[str, ...], int, Term]]] = {}
        phrases = ((phrase, term) for term in terms for phrase in getattr(term.words, language, ()))
        for phrase, term in phrases:
            if phrase.casefold() not in EVERYDAY[language]:
                first, *others = words(phrase)
                stems = tuple(stem(word.text, language) for word in others)
                entry = (stems, len(first.text) - SHORTER, term)
                self._by_first.setdefault(stem(first.text, language), []).append(entry)
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def longest_at(self, text: str, line: Sequence[Word], position: int) -> tuple[Term | None, int]:
        """The term of most words that begins at a word of the line, and how many words it takes."""
        for others, shortest, term in self._by_first.get(stem(line[position].text, self._language), ()):
            following = line[position : position + 1 + len(others)]
            stems = tuple(stem(word.text, self._language) for word in following[1:])
            if len(line[position].text) >= shortest and stems == others and _are_together(text, following):
                return term, 1 + len(others)
        return None, 1


def _follow(text: str, line: Sequence[Word], position: int, others: Sequence[frozenset[str]]) -> bool:
    """Whether words of these base forms come after a word of the line, with nothing but space between."""
    following = line[position : position + 1 + len(others)]
    return (
        len(following) == 1 + len(others)
        and _are_together(text, following)
        and all(
            not lemmas.isdisjoint(analyse(word.text).lemmas)
            for word, lemmas in zip(following[1:], others, strict=False)
        )
    )


def _are_together(text: str, line: Sequence[Word]) -> bool:
    """Whether there is nothing but space between the words."""
    return all(text[before.end : word.start].isspace() for before, word in pairwise(line))


def _phrases(term: Term) -> Iterator[str]:
    """The term and those of its other base forms that mean no more than it does."""
    for phrase in (term.term, *term.lemmas):
        wider = phrase != term.term and phrase.casefold() in term.term.casefold()
        if not wider and phrase.casefold() not in ALSO_EVERYDAY:
            yield phrase


def _lemmas(word: str) -> frozenset[str]:
    return frozenset({word.casefold(), *analyse(word).lemmas})


@lru_cache(maxsize=2)
def _index(catalog: Catalog) -> _Index:
    return _Index(catalog.glossary)


@lru_cache(maxsize=6)
def _translated_index(catalog: Catalog, language: str) -> _TranslatedIndex:
    return _TranslatedIndex(catalog.glossary if language in OTHER_LANGUAGES else (), language)


def _in_address(text: str, word: Word) -> bool:
    """Whether it is a part of something like migri.fi/turvapaikka or neuvonta@kela.fi."""
    before, after = text[: word.start][-1:], text[word.end : word.end + 2]
    return before in ("/", "@", ".") or after[:1] in ("/", "@") or (after[:1] == "." and after[1:].isalnum())
