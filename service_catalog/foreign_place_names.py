"""Municipalities in letters that Finnish doesn't have: в Тампере, في هلسنكي, 我住在坦佩雷."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from service_catalog.lemmas import words

DATA = Path(__file__).parent / "data"
SURE = 5
"""Letters of a name that is hardly another word. A shorter one needs a preposition, or stands alone."""
_FOREIGN = re.compile("[\u0400-\u052f\u0600-\u06ff\u4e00-\u9fff]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PREPOSITIONS = frozenset(
    {"в", "во", "у", "из", "з", "із", "зі", "до", "на", "под", "возле", "біля", "около"}
    | {"في", "من", "در", "از", "به", "قرب"}
)
_JOINED = ("ب", "ل", "بـ")
"""Arabic prepositions that are written together with the name."""


class ForeignName(NamedTuple):
    """A municipality by its official name, and where the text `start:end` names it."""

    municipality: str
    start: int
    end: int


def find(text: str) -> list[ForeignName]:
    """Returns the municipalities that a text names in Cyrillic, Arabic or Chinese letters, in order."""
    if not _FOREIGN.search(text):
        return []
    return [*_in_words(text), *_in_chinese(text)]


def _in_words(text: str) -> list[ForeignName]:
    found, names = [], _names()
    tokens = words(text)
    for number, token in enumerate(tokens):
        word = token.text.casefold()
        without = next((rest for each in _JOINED if (rest := word.removeprefix(each)) != word and rest in names), None)
        name = names.get(without or word)
        before = tokens[number - 1].text.casefold() if number else ""
        if name and (len(word) >= SURE or without or before in _PREPOSITIONS or len(tokens) == 1):
            found.append(ForeignName(name, token.start, token.end))
    return found


def _in_chinese(text: str) -> list[ForeignName]:
    """Chinese has no spaces: the names are looked for within the text."""
    if not _CHINESE.search(text):
        return []
    found = ((text.find(written), written, name) for written, name in _names().items() if _CHINESE.match(written))
    return sorted(
        (ForeignName(name, start, start + len(written)) for start, written, name in found if start >= 0),
        key=lambda one: one.start,
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    with (DATA / "foreign_place_names.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["written"]: row["municipality"] for row in rows}
