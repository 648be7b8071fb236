"""The writer's age in a message: `oon 17`, `17v`, `seittemäntoista`, `jag är 19`, `i'm 19`; not `17 euroa`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data" / "ages.yml"
YOUNGEST, OLDEST = 7, 99


class Age(NamedTuple):
    """Whole years, and where in the text they were said."""

    years: int
    start: int
    end: int


def ages(text: str) -> list[Age]:
    """The writer's age where the text states it, at most once; somebody else's or a past age is not the writer's."""
    plain, tables = text.casefold(), _tables()
    if len(plain) != len(text):  # a character whose small form is longer would shift the offsets
        plain = text.lower() if len(text.lower()) == len(text) else ""
    for pattern, shift, mine in tables.patterns:
        for match in pattern.finditer(plain):
            years = _years(match.group("age"), tables.numerals)
            before = plain[max(0, match.start() - 60) : match.start()]
            if years is None or (not mine and tables.not_mine.search(before)):
                continue
            if YOUNGEST <= years + shift <= OLDEST:
                return [Age(years + shift, match.start("age"), match.end("age"))]
    return []


class _Tables(NamedTuple):
    patterns: tuple[tuple[re.Pattern[str], int, bool], ...]
    not_mine: re.Pattern[str]
    numerals: dict[str, int]


def _years(written: str, numerals: dict[str, int]) -> int | None:
    return int(written) if written.isdecimal() else numerals.get(" ".join(written.split()))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    document: dict[str, Any] = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    numerals = {str(word): years for years, listed in document["numerals"].items() for word in listed}
    words = "|".join(sorted(map(re.escape, numerals), key=len, reverse=True))
    not_years = "|".join(document["not_years"])
    number = rf"(?P<age>(?<![\d.,:/-])\d{{1,2}}(?![\d.,:/]\d|\d)|\b(?:{words})\b)(?!\s?(?:{not_years}))"
    patterns = tuple(
        (re.compile(row["pattern"].replace("AGE", number)), int(row.get("shift", 0)), bool(row.get("mine")))
        for row in document["patterns"]
    )
    return _Tables(patterns, re.compile(document["not_mine"]), numerals)
