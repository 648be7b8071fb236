"""Which tone or register a message asks for, by a table (tone_words.yml) that everybody can check."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

LONGEST = 1_000
"""Characters of a message that are looked at; a wish like this is told in a few words."""

_WORD = re.compile(r"[^\W\d_]+")


class Wish(NamedTuple):
    """What a message asks for: a tone (people.profiles.TONES), a register (`relaxed`, `formal`), or None of it."""

    tone: str | None = None
    register: str | None = None


def read_wish(text: str) -> Wish:
    """The tone and the register that `text` asks for; the last one named counts. Never raises.

    No to a tone is a yes to the friendly one, no to a register a yes to the other.
    """
    plain = " ".join(text[:LONGEST].casefold().replace("’", "'").split())
    table = _table()
    asked: dict[str, str] = {}
    refused: set[str] = set()
    for clause in table["between"].split(plain):
        said = f" {' '.join(_WORD.findall(clause))} "
        complaint = next((value for phrase, value in table["complaints"] if phrase in said), None)
        if complaint:
            asked[_kind(complaint)] = complaint
            continue
        named = [value for value, stems in table["named"] if any(stem in said for stem in stems)]
        if any(word in said for word in table["no"]):
            refused.update(named)
        else:
            asked.update((_kind(value), value) for value in named if value != "pictures")
    tone = asked.get("tone")
    register = asked.get("register")
    if register is None and len(other := refused & {"relaxed", "formal"}) == 1:
        register = "formal" if "relaxed" in other else "relaxed"
    if tone is None and refused - {"relaxed", "formal"}:
        tone = "humour" if refused - {"relaxed", "formal"} == {"friendly"} else "friendly"
    return Wish(tone, register)


def _kind(value: str) -> str:
    return "register" if value in ("relaxed", "formal") else "tone"


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return {
        "between": re.compile(table["between"]),
        "no": tuple(f" {word} " for word in table["no"]),
        "complaints": tuple((f" {phrase}", value) for value, rows in table["complaints"].items() for phrase in rows),
        "named": tuple((value, tuple(f" {stem}" for stem in stems)) for value, stems in table["named"].items()),
    }
