"""What a person answers to a crisis question: yes, no, unsure, in danger or safe, in Finnish, Swedish and English.

Read by a table (crisis_answers.yml) rather than by a classifier: a wrong reading costs more here than anywhere
else, and everybody can check a table. What it doesn't know is left to the intent of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LONGEST, LONGEST_NAMING = 12, 3
"""Words of the longest message that is read as an answer, and of the longest that answers by naming somebody."""

_STRETCHED = re.compile(r"(.)\1{2,}")
_BETWEEN_WORDS = re.compile(r"[^\w'👍👎]+")


def read_answer(text: str) -> str | None:
    """`yes`, `no`, `unsure`, `danger` or `safe`, or None when the message is no short answer that the table knows."""
    table, words = _table(), _words(text)
    if not words or len(words) > LONGEST:
        return None
    said = f" {' '.join(words)} "
    if said.startswith(table["unsure"]):
        return "unsure"
    for meaning in ("not_in_danger", "danger", "safe", "unsure"):
        if any(phrase in said for phrase in table[meaning]):
            return "safe" if meaning == "not_in_danger" else meaning
    left = set(words) - table["fillers"] or set(words)
    if left <= table["yes"]:
        return "yes"
    return "no" if left <= table["no"] else None


def names_someone(text: str) -> bool:
    """Whether a short message tells of a person who could come: an answer to the question whether there is one."""
    words = _words(text)
    return len(words) <= LONGEST_NAMING and any(word.startswith(_table()["people"]) for word in words)


def _words(text: str) -> list[str]:
    plain = _STRETCHED.sub(r"\1\1", text.casefold().replace("’", "'"))
    return [word for word in _BETWEEN_WORDS.split(plain) if word]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    statements = {
        meaning: tuple(f" {phrase} " for phrase in _flat(rows)) for meaning, rows in table["statements"].items()
    }
    sets = {name: frozenset(table[name]) for name in ("yes", "no", "fillers")}
    return {**statements, **sets, "people": tuple(table["people"])}


def _flat(rows: Iterable[str | list[str]]) -> list[str]:
    return [phrase for row in rows for phrase in ([row] if isinstance(row, str) else row)]
