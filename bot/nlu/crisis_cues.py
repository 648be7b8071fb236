"""Cues of danger and of harmlessness in a message: the phrases of data/crisis_cues.yml, found in folded words."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from ruamel.yaml import YAML

from bot.nlu.crisis_text import DATA, Sentence, fold, squeeze

GAPS = {"..": 3, "...": 7}
"""How many words a phrase's dots may stand for."""


class Cue(NamedTuple):
    """A cue found in a sentence: words `start` to `end` (exclusive) of it."""

    name: str
    start: int
    end: int


class _Words(NamedTuple):
    """What one place of a phrase accepts: whole words or beginnings of words, after a gap of at most `gap`."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int


class _Phrases(NamedTuple):
    """Phrases by the first word they accept, and by the first two letters of the beginnings they accept."""

    by_word: dict[str, list[tuple[str, tuple[_Words, ...]]]]
    by_prefix: dict[str, list[tuple[tuple[str, ...], str, tuple[_Words, ...]]]]
    names: tuple[str, ...]
    frequent: frozenset[str]


def find_cues(sentence: Sentence) -> list[Cue]:
    """Cues of one sentence in order of their first word; a phrase may overlap with others."""
    phrases, words = _phrases(), sentence.words
    found: dict[tuple[str, int], Cue] = {}
    for start, word in enumerate(words):
        for name, phrase in phrases.by_word.get(word, ()):
            _add(found, name, phrase, words, start)
        for prefixes, name, phrase in phrases.by_prefix.get(word[:2], ()):
            if word.startswith(prefixes):
                _add(found, name, phrase, words, start)
    return list(found.values())


def cue_names() -> tuple[str, ...]:
    """Names of all cues and word classes, in the file's order."""
    return _phrases().names


def frequent_words() -> frozenset[str]:
    """Folded words so frequent that they say how a sentence is built."""
    return _phrases().frequent


def _add(
    found: dict[tuple[str, int], Cue], name: str, phrase: tuple[_Words, ...], words: tuple[str, ...], start: int
) -> None:
    if (name, start) in found:
        return
    end = _match(phrase, 1, words, start + 1)
    if end:
        found[name, start] = Cue(name, start, end)


def _match(phrase: tuple[_Words, ...], place: int, words: tuple[str, ...], position: int) -> int:
    """Where the phrase's rest ends when it matches from `position` on, else 0."""
    if place == len(phrase):
        return position
    exact, prefixes, gap = phrase[place]
    for at in range(position, min(position + gap + 1, len(words))):
        word = words[at]
        if word in exact or (prefixes and word.startswith(prefixes)):
            end = _match(phrase, place + 1, words, at + 1)
            if end:
                return end
    return 0


@lru_cache(maxsize=1)
def _phrases() -> _Phrases:
    table = YAML(typ="safe").load((DATA / "crisis_cues.yml").read_text(encoding="utf-8"))
    classes = {name: "|".join(map(str, words)) for name, words in table["words"].items()}
    by_word: dict[str, list] = defaultdict(list)
    by_prefix: dict[str, list] = defaultdict(list)
    entries = [(f"w:{name}", words) for name, words in classes.items()]
    entries += [(name, str(phrase)) for name, phrases in table["cues"].items() for phrase in phrases]
    for name, phrase in entries:
        parsed = _parse(phrase, classes)
        first = parsed[0]
        for word in first.exact:
            by_word[word].append((name, parsed))
        for letters in {prefix[:2] for prefix in first.prefixes}:
            prefixes = tuple(prefix for prefix in first.prefixes if prefix[:2] == letters)
            by_prefix[letters].append((prefixes, name, parsed))
    return _Phrases(
        dict(by_word),
        dict(by_prefix),
        tuple(dict.fromkeys(name for name, _ in entries)),
        frozenset(fold(str(word)) for word in table["frequent"]),
    )


def _parse(phrase: str, classes: dict[str, str]) -> tuple[_Words, ...]:
    places, gap = [], 0
    for item in phrase.split():
        if item in GAPS:
            gap = GAPS[item]
            continue
        alternatives = []
        for alternative in item.split("|"):
            if alternative.startswith("<"):
                alternatives += classes[alternative.strip("<>")].split("|")
            else:
                alternatives.append(alternative)
        exact = frozenset(fold(word) for word in alternatives if not word.endswith("*"))
        prefixes = tuple({squeeze(word[:-1]) for word in alternatives if word.endswith("*")})
        places.append(_Words(exact, prefixes, gap))
        gap = 0
    return tuple(places)
