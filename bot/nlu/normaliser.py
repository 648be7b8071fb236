"""Spoken Finnish (puhekieli) to standard Finnish, one word at a time.

Rules propose, Voikko decides: a rule's result counts only when Voikko knows it and did not know
the word as written.
Words and rules are data (`data/puhekieli.yml`). The word as written is always kept beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from service_catalog.lemmas import LONGEST_WORD, analyse

DATA = Path(__file__).parent / "data" / "puhekieli.yml"
SHORTEST_FOR_RULES = 4
"""Shorter words are too easily turned into another word."""
_FINNISH = re.compile(r"[a-zåäö]+")


class Normalised(NamedTuple):
    """A standard form proposed for a word, and the rule that made it (`table` for a listed word)."""

    text: str
    rule: str


class _Rule(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    instead: tuple[str, ...]

    def proposals(self, word: str) -> Iterator[str]:
        """Every result of the rule at one place of the word."""
        for match in self.pattern.finditer(word):
            for replacement in self.instead:
                yield word[: match.start()] + match.expand(replacement) + word[match.end() :]


class _Rules(NamedTuple):
    words: dict[str, str]
    sounds: tuple[_Rule, ...]
    endings: tuple[_Rule, ...]


@lru_cache(maxsize=65_536)
def normalise(word: str) -> Normalised | None:
    """The standard form of one spoken word in any case; None where the word stays as it is. Never raises."""
    if len(word) > LONGEST_WORD:
        return None
    plain, rules = word.casefold(), _rules()
    listed = rules.words.get(plain)
    if listed is not None:
        return Normalised(listed, "table") if listed != plain else None
    if len(plain) < SHORTEST_FOR_RULES or not _FINNISH.fullmatch(plain) or analyse(plain).known:
        return None
    return next((found for found in _proposals(plain, rules) if analyse(found.text).known), None)


def _proposals(word: str, rules: _Rules) -> Iterator[Normalised]:
    """Candidates, smallest change first: a sound, an ending, then an ending of what a sound rule made."""
    sounded = [(rule, proposal) for rule in rules.sounds for proposal in rule.proposals(word)]
    yield from (Normalised(proposal, rule.name) for rule, proposal in sounded)
    for rule in rules.endings:
        yield from (Normalised(proposal, rule.name) for proposal in rule.proposals(word))
    for sound, changed in sounded:
        listed = rules.words.get(changed)
        if listed is not None:
            yield Normalised(listed, f"{sound.name} + table")
        for rule in rules.endings:
            name = f"{sound.name} + {rule.name}"
            yield from (Normalised(proposal, name) for proposal in rule.proposals(changed))


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    document = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    sounds, endings = (
        tuple(_Rule(row["name"], re.compile(row["pattern"]), tuple(row["instead"])) for row in document[part])
        for part in ("sounds", "endings")
    )
    return _Rules(document["words"], sounds, endings)
