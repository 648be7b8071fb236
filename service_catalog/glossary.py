"""Hard words in a text that people read, with their plain meaning: what a page underlines and explains on a tap.

Being right counts for more than being complete here: a wrong explanation misleads, a missing one is a tap less. So
the words by which the glossary is asked (`also`, and wider ones such as psykologi for koulupsykologi) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from service_catalog.catalog import Catalog
from service_catalog.lemmas import Word, analyse, words
from service_catalog.schema import Term

ALSO_EVERYDAY = frozenset({"haaste", "huosta", "isyys", "katko", "takaus", "valitus", "vertainen"})
"""Base forms in the glossary that mean other things too in ordinary sentences: haasteita elämässä, valitus myyjälle."""
SHORTEST_BEGINNING = 5
"""Letters that a hard word must have for a compound that begins with it to count: ulosottoasia, turvakotipaikka."""


class HardWord(NamedTuple):
    """`word` as it is written in the text, the glossary's `term` for it, and what it means in `plain` language.

    `lang` is the language of the explanation (ISO 639-1); the word itself is Finnish.
    """

    word: str
    term: str
    plain: str
    lang: str = "fi"


def hard_words(text: str, catalog: Catalog, language: str = "fi") -> list[HardWord]:
    """The glossary's words in a text, each term where it stands first, the longest written one first.

    Words are found in any form, compounds by how they begin, terms of several words as a whole; not inside of web
    addresses. `language` is that of the explanation; Finnish where there is no other. Never raises for any text.
    """
    index = _index(catalog)
    found: dict[str, HardWord] = {}
    line = [word for word in words(text) if not _in_address(text, word)]
    position = 0
    while position < len(line):
        term, length = index.longest_at(text, line, position)
        if term is not None:
            written = text[line[position].start : line[position + length - 1].end]
            explained = (term.plain.of(language), term.plain.language_of(language))
            found.setdefault(term.term, HardWord(written, term.term, *explained))
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


def _follow(text: str, line: Sequence[Word], position: int, others: Sequence[frozenset[str]]) -> bool:
    """Whether words of these base forms come after a word of the line, with nothing but space between."""
    following = line[position : position + 1 + len(others)]
    return len(following) == 1 + len(others) and all(
        text[before.end : word.start].isspace() and not lemmas.isdisjoint(analyse(word.text).lemmas)
        for before, word, lemmas in zip(following, following[1:], others, strict=False)
    )


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


def _in_address(text: str, word: Word) -> bool:
    """Whether it is a part of something like migri.fi/turvapaikka or neuvonta@kela.fi."""
    before, after = text[: word.start][-1:], text[word.end : word.end + 2]
    return before in ("/", "@", ".") or after[:1] in ("/", "@") or (after[:1] == "." and after[1:].isalnum())
