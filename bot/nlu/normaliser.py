"""Spoken Finnish (puhekieli) to standard Finnish.

Tables know the closed classes (`data/puhekieli.yml`) and slang (`data/slang.yml`). For every other word rules propose,
Voikko decides: a proposal counts only when Voikko knows it and did not know the word as written. The cheapest is taken
(bot/nlu/proposals.py). The word as written is always kept beside. docs/normalising.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bot.nlu.proposals import CONNEGATIVE, INFINITIVE, Rule, Rules, cheapest, rarity
from bot.nlu.slang import standard_of
from bot.nlu.word_counts import words_of_other_languages
from service_catalog.lemmas import LONGEST_WORD, analyse, grammar

DATA = Path(__file__).parent / "data" / "puhekieli.yml"
SHORTEST_FOR_RULES = 4
"""Shorter words are too easily turned into another word."""
REACH = 3
"""Words on either side that tell which language a word stands in, and words before a verb that may ask for its form."""

_FINNISH = re.compile(r"[a-zåäö]+")
_TO_BACK, _TO_FRONT = str.maketrans("äö", "ao"), str.maketrans("ao", "äö")


class Normalised(NamedTuple):
    """A standard form proposed for a word, and the rules that made it (`table` for a listed word, `context` for one
    listed with its neighbours, `slang`)."""

    text: str
    rule: str


class _Context(NamedTuple):
    instead: str
    after: re.Pattern[str]
    before: re.Pattern[str]


class _Tables(NamedTuple):
    words: dict[str, str]
    clitics: dict[str, str]
    context: dict[str, tuple[_Context, ...]]
    rules: Rules


def normalise_all(words: Sequence[str]) -> list[Normalised | None]:
    """The standard form of each word of a message, None where it stays. Never raises.

    What stands around a word may decide: one among English or Swedish words stays as it is, and `context` of the table
    tells apart words that mean two things.
    """
    plain = [word.casefold() for word in words]
    foreign = _of_another_language(plain)
    found: list[Normalised | None] = []
    for position, word in enumerate(plain):
        if foreign[position]:
            found.append(None)
            continue
        chosen = _by_context(word, plain[position - 1] if position else "", "".join(plain[position + 1 : position + 2]))
        if chosen is None:
            found.append(normalise(word, _expected(plain, found)))
        else:
            found.append(Normalised(chosen, "context") if chosen != word else None)
    return found


@lru_cache(maxsize=65_536)
def normalise(word: str, expected: str = "") -> Normalised | None:
    """The standard form of one spoken word in any case; None where the word stays as it is. Never raises.

    `expected` is what the words before it ask for, where they do: `connegative` after a negation (`en tajuu`),
    `A-infinitive` after `voi`, `pitää` and the like.
    """
    if len(word) > LONGEST_WORD:
        return None
    plain = word.casefold()
    listed = _listed(plain)
    if listed is not None:
        return listed if listed.text != plain else None
    if analyse(plain).known:
        return None
    with_clitic = _listed_with_clitic(plain)
    if with_clitic is not None:
        return with_clitic
    if len(plain) < SHORTEST_FOR_RULES or not _FINNISH.fullmatch(plain):
        return None
    proposal = cheapest(plain, _tables().rules, expected)
    return Normalised(proposal.text, " + ".join(proposal.rules)) if proposal else None


def forget() -> None:
    """Empties the caches of words, so that time can be measured as on a first message."""
    for cached in (normalise, rarity, _asks_for, grammar):
        cached.cache_clear()


def _listed(word: str) -> Normalised | None:
    standard = _tables().words.get(word)
    if standard is not None:
        return Normalised(standard, "table")
    slang = standard_of(word)
    return Normalised(slang, "slang") if slang is not None else None


def _listed_with_clitic(word: str) -> Normalised | None:
    """A listed or slang word with a clitic: `muaki` is `minuakin`."""
    for spoken, clitic in _tables().clitics.items():
        if word.endswith(spoken) and len(word) > len(spoken):
            listed = _listed(word.removesuffix(spoken))
            if listed is not None:
                text = listed.text + clitic.translate(_TO_BACK if re.search("[aou]", listed.text) else _TO_FRONT)
                if analyse(text.rpartition(" ")[2]).known:
                    return Normalised(text, f"{listed.rule} + clitic")
    return None


def _by_context(word: str, previous: str, following: str) -> str | None:
    """What the table says of a word between these two, of which each may be empty."""
    rows = _tables().context.get(word, ())
    return next((row.instead for row in rows if row.after.search(previous) and row.before.search(following)), None)


def _of_another_language(words: Sequence[str]) -> list[bool]:
    """For each word, whether it is taken for English or Swedish: it is listed so, or most of those around it are."""
    other, listed = words_of_other_languages(), _tables().words
    signs = [word in other and word not in listed for word in words]
    if not any(signs):
        return signs
    around = [signs[max(0, at - REACH) : at] + signs[at + 1 : at + 1 + REACH] for at in range(len(signs))]
    return [sign or 2 * sum(near) > len(near) for sign, near in zip(signs, around, strict=True)]


def _expected(words: Sequence[str], found: Sequence[Normalised | None]) -> str:
    """What the last words before the next one ask for: CONNEGATIVE, INFINITIVE or nothing."""
    for position in range(len(found) - 1, max(-1, len(found) - 1 - REACH), -1):
        standard = found[position]
        asked = _asks_for(standard.text if standard else words[position])
        if asked is not None:
            return asked
    return ""


@lru_cache(maxsize=16_384)
def _asks_for(word: str) -> str | None:
    """What a word asks of the next verb; "" where it is a verb that asks for nothing, None for any other word."""
    meanings = grammar(word.partition(" ")[0])
    if any(meaning["CLASS"] == "kieltosana" for meaning in meanings):
        return CONNEGATIVE
    if any(meaning.get("REQUIRE_FOLLOWING_VERB") == INFINITIVE for meaning in meanings):
        return INFINITIVE
    return "" if meanings and all(_is_verb(meaning) for meaning in meanings) else None


def _is_verb(meaning: Mapping[str, str]) -> bool:
    return meaning["CLASS"] == "teonsana" or "PARTICIPLE" in meaning


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    document = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    context: dict[str, tuple[_Context, ...]] = {}
    for row in document["context"]:
        added = _Context(row["instead"], re.compile(row.get("after", "")), re.compile(row.get("before", "")))
        context[row["word"]] = (*context.get(row["word"], ()), added)
    rules = Rules(*(tuple(map(_rule, document[part])) for part in Rules._fields))
    return _Tables(document["words"], document["clitics"], context, rules)


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(row["name"], re.compile(row["pattern"]), tuple(row["instead"].items()), frozenset(row.get("must", ())))
