"""Small closed classes in a message: channels, reasons, words asked about and cards (data/closed_classes.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data" / "closed_classes.yml"
LONGEST_TEXT = 1_000
"""Characters of a message that are looked at; these are things said in a few words."""
LONGEST_TERM = 60


class Mention(NamedTuple):
    """`entity` (channel, reason, term, card) with its value, `role` (want, avoid) for a channel, and where it was
    said."""

    entity: str
    value: str | int
    start: int
    end: int
    role: str | None = None


def mentions(text: str, intent: str | None) -> list[Mention]:
    """What a message with this intent mentions, in order, each value once. Never raises."""
    plain = text[:LONGEST_TEXT].casefold()
    if len(plain) != len(text[:LONGEST_TEXT]):  # offsets would shift
        plain = text[:LONGEST_TEXT]
    found: dict[tuple[str, str | int], Mention] = {}
    for kind in _classes():
        for mention in _of_class(kind, plain, text, intent):
            found.setdefault((mention.entity, mention.value), mention)
    return sorted(found.values(), key=lambda mention: (mention.start, mention.entity, str(mention.value)))


class _Class(NamedTuple):
    entity: str
    intents: frozenset[str]
    values: tuple[tuple[str | int | None, re.Pattern[str]], ...]
    cue: re.Pattern[str] | None
    avoid: re.Pattern[str] | None


def _of_class(kind: _Class, plain: str, text: str, intent: str | None) -> Iterator[Mention]:
    for start, end, contrasted in _clauses(plain):
        clause = plain[start:end]
        if intent not in kind.intents and not (kind.cue and kind.cue.search(clause)):
            continue
        for value, pattern in kind.values:
            match = pattern.search(clause)
            if match is None:
                continue
            if value is None:
                first, last = match.span("value")
                term = text[start + first : start + last].strip(" ?!.\"'”’")
                if term and len(term) <= LONGEST_TERM:
                    yield Mention(kind.entity, term.casefold(), start + first, start + first + len(term))
                return
            role = None
            if kind.avoid is not None:
                role = "avoid" if contrasted or kind.avoid.search(clause) else "want"
            yield Mention(kind.entity, value, start + match.start(), start + match.end(), role)


def _clauses(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each clause; the last field marks what is set against something better (`rather than X`)."""
    separator, comparison = _separators()
    start = 0
    for end, following in [*(match.span() for match in separator.finditer(plain)), (len(plain), len(plain))]:
        compared = comparison.search(plain, start, end)
        if compared and re.search(r"mielu|hell?r|helst|rather|prefer|better|parempi", plain[start:end]):
            yield start, compared.start(), False
            yield compared.end(), end, True
        elif plain[start:end].strip():
            yield start, end, False
        start = following


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _separators() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_document()["clauses"]), re.compile(_document()["comparison"])


@lru_cache(maxsize=1)
def _classes() -> tuple[_Class, ...]:
    return tuple(
        _Class(
            entity,
            frozenset(row["intents"]),
            tuple(_patterns(row["values"])),
            re.compile(row["cue"]) if "cue" in row else None,
            re.compile(row["avoid"]) if "avoid" in row else None,
        )
        for entity, row in _document().items()
        if isinstance(row, dict)
    )


def _patterns(values: dict[str | int, str] | list[str]) -> Iterator[tuple[str | int | None, re.Pattern[str]]]:
    if isinstance(values, list):
        yield from ((None, re.compile(pattern)) for pattern in values)
    else:
        yield from ((value, re.compile(pattern)) for value, pattern in values.items())
