"""Which language a message asks the bot to speak: "puhu mulle suomeksi", "på svenska tack", "in English please".

A closed table: a message of nothing but such words and the name of one language. "Tarviin apua englanniksi" is about
a service and isn't one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data" / "language_wishes.yml"
LONGEST = 9
"""Words of the longest message that is read as a wish."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def language_wish(text: str) -> str | None:
    """Returns the ISO 639-1 code of the language that a message asks for, or None where it is no such wish."""
    words = _words(text)
    if not words or len(words) > LONGEST:
        return None
    names = _table().names
    named = {names[word] for word in words if word in names}
    others = {word for word in words if word not in names}
    alone = _table().alone.get(" ".join(words))
    if alone:
        return alone
    return next(iter(named)) if len(named) == 1 and others <= _table().beside else None


def language_named(text: str) -> str | None:
    """Returns the code of the one language whose name is in a text, or None: for a message known to be a wish."""
    named = {code for word in _words(text) if (code := _table().names.get(word) or _table().bare.get(word))}
    return next(iter(named)) if len(named) == 1 else None


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text[:300].casefold())]


class _Table(NamedTuple):
    names: dict[str, str]
    """Words that name a language the way a wish does ("suomeksi"), with its code."""
    bare: dict[str, str]
    """Other names of languages ("suomi"): a wish only together with other signs."""
    alone: dict[str, str]
    """Whole messages."""
    beside: frozenset[str]
    """Words that may stand beside the name."""


@lru_cache(maxsize=1)
def _table() -> _Table:
    table = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))

    def codes(rows: dict[str, list[str]]) -> dict[str, str]:
        return {str(word).casefold(): str(code) for code, words in rows.items() for word in words}

    return _Table(codes(table["names"]), codes(table["bare"]), codes(table["alone"]), frozenset(table["beside"]))
