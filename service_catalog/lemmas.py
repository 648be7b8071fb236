"""Words of a Finnish text and their lemmas, by Voikko.

The one place that calls libvoikko. Results are cached and the calls are locked, because a Voikko
handle may be used by one thread at a time.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

REMEDY = (
    "Finnish words can't be analysed: {problem}. Install the library and its Finnish dictionary "
    "(Debian, Ubuntu: apt install libvoikko1 voikko-fi; macOS: brew install libvoikko), then start again."
)
LONGEST_WORD = 60
"""Longer strings are not analysed: Voikko's time grows fast with the number of possible compounds."""

_LETTERS = r"[^\W\d_][^\W\d_\u0300-\u036f\u064b-\u065f]*(?:[\u0300-\u036f\u064b-\u065f][^\W\d_]*)*"
_EMOJI = (
    r"(?:[\U0001F1E6-\U0001F1FF]{2}"
    r"|[\u231a-\u23ff\u25a0-\u27bf\u2b05-\u2b55\U0001F300-\U0001FAFF][\ufe0f\u20e3\U0001F3FB-\U0001F3FF]*"
    r"(?:\u200d[\u2640-\u27bf\U0001F300-\U0001FAFF][\ufe0f\U0001F3FB-\U0001F3FF]*)*)"
)
_WORD = re.compile(
    rf"\d+(?:[.,:]\d+)*(?:{_LETTERS})?(?:[-:’'](?:{_LETTERS}|\d+))*"  # 17, 17v, 16:30, 17-vuotias
    rf"|{_LETTERS}\d*(?:[-:’'](?:{_LETTERS}|\d+))*"  # koulu, Jkl:ssä, Helsinki-Vantaa, B12-vitamiini
    rf"|{_EMOJI}"
)


class Word(NamedTuple):
    """A word, a number or an emoji as it stands in a text: `text[start:end]`."""

    text: str
    start: int
    end: int


class Analysis(NamedTuple):
    """What Voikko knows of a word.

    `lemmas`: its base forms in lower case, likeliest first (the word itself when it is not known; what stands
    before the colon of `Jkl:ssä`). `parts`: base forms of a compound's parts in order, empty when it is none.
    """

    lemmas: tuple[str, ...]
    parts: tuple[str, ...]
    known: bool


class DictionaryMissing(RuntimeError):
    """libvoikko or its Finnish dictionary is not installed; the message says how to install it."""


def words(text: str) -> list[Word]:
    """Words, numbers and emojis of `text` in order, with character offsets; punctuation is left out."""
    return [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


def lemmas_of(text: str) -> list[str]:
    """The likeliest lemma of each word of `text`, in order."""
    return [analyse(word.text).lemmas[0] for word in words(text)]


def analyse(word: str) -> Analysis:
    """Lemmas and compound parts of one word in any case; no string makes it raise.

    Raises DictionaryMissing when Voikko is not installed.
    """
    if len(word) > LONGEST_WORD:
        return Analysis((word.casefold(),), (), False)
    return _analyse(word)


@lru_cache(maxsize=16_384)
def grammar(word: str) -> tuple[Mapping[str, str], ...]:
    """What Voikko can tell of a word in lower case (CLASS, SIJAMUOTO, MOOD, ...): one read-only mapping a meaning.

    Empty where the word is not known or too long. Keys and values are those of libvoikko's
    doc/morphological-analysis.txt.
    """
    return tuple(_voikko_analyses(word)) if len(word) <= LONGEST_WORD else ()


@lru_cache(maxsize=65_536)
def _analyse(word: str) -> Analysis:
    plain = unicodedata.normalize("NFC", word).replace("’", "'").casefold()
    found = _voikko_analyses(plain)
    if found:
        found = sorted(found, key=lambda analysis: analysis["STRUCTURE"].count("="))
        lemmas = tuple(dict.fromkeys(analysis["BASEFORM"].casefold() for analysis in found))
        return Analysis(lemmas, _parts(plain, found[0]), True)
    stem, colon, _ = plain.partition(":")
    if colon and stem:
        return Analysis((analyse(stem).lemmas[0],), (), False)
    pieces = [piece for piece in plain.split("-") if piece]
    if len(pieces) > 1:
        return Analysis((plain,), tuple(analyse(piece).lemmas[0] for piece in pieces), False)
    return Analysis((plain,), (), False)


def _parts(word: str, analysis: dict[str, str]) -> tuple[str, ...]:
    segments = _segments(word, analysis["STRUCTURE"])
    if len(segments) < 2:
        return ()
    baseform, bases = analysis["BASEFORM"].casefold(), _word_bases(analysis)
    parts = []
    for position, segment in enumerate(segments):
        lemmas = analyse(segment).lemmas
        if position == len(segments) - 1:
            fitting = [lemma for lemma in lemmas if baseform.endswith(lemma)]
        else:
            fitting = [lemma for lemma in lemmas if lemma in bases or lemma == segment]
        parts.append((fitting or lemmas)[0])
    return tuple(parts)


def _segments(word: str, structure: str) -> list[str]:
    """Cuts `word` where Voikko's STRUCTURE has `=`; its other letters stand for one character each."""
    segments = [""]  # what stands before the first "=": the hyphen of "-a"
    position = 0
    for mark in structure:
        if mark == "=":
            segments.append("")
        elif position < len(word):
            segments[-1] += word[position]
            position += 1
    return [segment.strip("-") for segment in segments if segment.strip("-")]


def _word_bases(analysis: dict[str, str]) -> set[str]:
    """Base forms named in WORDBASES: `+mielen(mieli)+terve(terve)+ys(+ys)` gives mieli and terve."""
    inside = re.findall(r"\(([^)+]+)\)", analysis.get("WORDBASES", ""))
    return {base.casefold() for bases in inside for base in bases.split("=")}


_lock = threading.Lock()


@lru_cache(maxsize=1)
def _voikko() -> Any:
    try:
        from libvoikko import Voikko, VoikkoException
    except ImportError as error:
        raise DictionaryMissing(REMEDY.format(problem="the Python package libvoikko is missing")) from error
    try:
        return Voikko("fi")
    except (VoikkoException, OSError) as error:
        raise DictionaryMissing(REMEDY.format(problem=str(error).rstrip("."))) from error


def _voikko_analyses(word: str) -> list[dict[str, str]]:
    """Voikko's analyses of a lower-case word; a proper noun is found without its capital too."""
    if not any(character.isalpha() for character in word):
        return []
    if not all(character.isalnum() or character in "-:'" for character in word):
        return []
    with _lock:
        return _voikko().analyze(word) or _voikko().analyze(word.capitalize())
