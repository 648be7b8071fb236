"""What people say of how it went, read by a table: whether it helped, ratings, reasons; Finnish, Swedish and English.

Plain functions over feedback_words.yml. What the table doesn't know isn't read, and is kept as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LONGEST_TEXT = 2_000
"""Characters of a message that are looked at."""
LONGEST_PLAIN = 5
"""Words of the longest message that is a plain yes or no."""
LONGEST_OPINION = 12
"""Words of the longest message in which "hyvin" alone tells whether it helped."""
_BEFORE = 3
_OPPOSITES = {"yes": "no", "no": "yes", "partly": "no"}
_STRETCHED = re.compile(r"(\w)\1{2,}")
_NOT_A_WORD = re.compile(r"[^\w'👍👎-]+")


@dataclass(frozen=True)
class Said:
    """What a message says of a service: `helped` and values as people.feedback has them.

    `helped` is stated ("sain apua"), `opinion` may mean so right after the question ("hyvin"), `plain` is a bare yes,
    no or partly. `is_tap`: it is word for word a button. `enough`: no more questions. `contacted`: they got in touch.
    """

    helped: str | None = None
    opinion: str | None = None
    plain: str | None = None
    ratings: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    enough: bool = False
    contacted: bool = False
    is_tap: bool = False

    @property
    def tells(self) -> bool:
        """Whether it says anything of how it went, without a yes or a no."""
        return bool(self.helped or self.opinion or self.ratings)


def read(text: str) -> Said:
    """Reads what a message says of how it went; an empty `Said` where the table knows nothing of it."""
    table, words = _table(), _folded(text[:LONGEST_TEXT])
    tapped = table["buttons"].get(words)
    if tapped == "enough":
        return Said(enough=True, is_tap=True)
    if tapped:
        return Said(helped=tapped, is_tap=True)
    helped, rest = _first(words, table["statements"])
    opinions = [] if len(words.split()) > LONGEST_OPINION else _opinions(rest, table["when_asked"])
    plain = _plain(words)
    return Said(
        helped=helped,
        opinion=_together(opinions),
        plain=plain,
        ratings=dict(_ratings(words)),
        reasons=tuple(name for name, patterns in table["reasons"].items() if _is_said(words, patterns)),
        contacted=any(pattern.search(words) for pattern in table["contacted"]),
        is_tap=plain is not None,
    )


def _first(words: str, groups: Mapping[str, Sequence[re.Pattern[str]]]) -> tuple[str | None, str]:
    for meaning, patterns in groups.items():
        for pattern in patterns:
            if pattern.search(words):
                return meaning, pattern.sub(" · ", words)
    return None, words


def _opinions(words: str, groups: Mapping[str, Sequence[re.Pattern[str]]]) -> list[str]:
    found = []
    for meaning, patterns in groups.items():
        for pattern in patterns:
            for match in pattern.finditer(words):
                found.append(_OPPOSITES.get(meaning, meaning) if _is_negated(words, match) else meaning)
            words = pattern.sub(" · ", words)
    return found


def _together(meanings: Sequence[str]) -> str | None:
    """One meaning of several: what wasn't used wasn't good or bad; good and bad together are in between."""
    if not meanings:
        return None
    if "not_contacted" in meanings:
        return "not_contacted"
    return meanings[0] if len(set(meanings)) == 1 else _mixed(set(meanings))


def _mixed(meanings: set[str]) -> str:
    return "no" if meanings == {"no", "partly"} else "partly" if "no" in meanings else "yes"


def _ratings(words: str) -> Iterator[tuple[str, str]]:
    for rating, groups in _table()["ratings"].items():
        found = _opinions(words, groups)
        if found:
            yield rating, found[0] if len(set(found)) == 1 else "partly"


def _is_said(words: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    return any(not _is_negated(words, match) for pattern in patterns for match in pattern.finditer(words))


def _is_negated(words: str, match: re.Match[str]) -> bool:
    if set(match[0].split()) & _table()["negations"]:
        return False
    clause = words[: match.start()].rsplit("·", 1)[-1]
    return bool(set(clause.split()[-_BEFORE:]) & _table()["negations"])


def _plain(words: str) -> str | None:
    table, said = _table(), words.split()
    if not said or len(said) > LONGEST_PLAIN:
        return None
    left = set(said) - table["fillers"] or set(said)
    return next((meaning for meaning, known in table["plain"].items() if left <= known), None)


def _folded(text: str) -> str:
    """Small letters, no long letters, single spaces; a comma or a full stop begins a new clause (·)."""
    plain = _STRETCHED.sub(r"\1\1", text.casefold().replace("’", "'"))
    clauses = (" ".join(word for word in _NOT_A_WORD.split(part) if word) for part in re.split(r"[,.;:!?\n]+", plain))
    return " · ".join(clause for clause in clauses if clause)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    helped = {words: meaning for meaning, known in table["buttons"]["helped"].items() for words in known}
    return {
        "buttons": {**helped, **dict.fromkeys(table["buttons"]["enough"], "enough")},
        "statements": _compiled(table["statements"]),
        "when_asked": _compiled(table["when_asked"]),
        "ratings": {rating: _compiled(groups) for rating, groups in table["ratings"].items()},
        "reasons": _compiled(table["reasons"]),
        "plain": {meaning: frozenset(known) for meaning, known in table["plain"].items()},
        "fillers": frozenset(table["fillers"]),
        "negations": frozenset(table["negations"]),
        "contacted": tuple(map(re.compile, table["contacted"])),
    }


def _compiled(groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[re.Pattern[str], ...]]:
    return {name: tuple(map(re.compile, patterns)) for name, patterns in groups.items()}
