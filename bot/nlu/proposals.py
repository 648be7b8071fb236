"""Rules that propose standard forms of a spoken word, and what a proposal costs (`data/puhekieli.yml`).

A proposal counts when Voikko knows it, and as the form that the rule makes (`must`). It costs what its rules cost, and
more the rarer and odder the word is. The search goes by what rules cost, so that it ends at the first cheap word.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.nlu.word_counts import word_counts
from service_catalog.lemmas import analyse, grammar

DEAREST = 4.2
"""What costs more is no proposal: the word stays as it is. Set on the development pairs, docs/normalising.md."""
CHEAP = 2.4
"""What costs no more is taken without looking for slips of the finger."""
MOST_PROPOSALS = 40
"""Proposals shown to Voikko for one word: a bound on time (18 us each)."""
MOST_RULES = 3
"""Rules that one word may need, the last of them for its ending: `kirijottannu` needs three."""
SHORTEST_FOR_SLIPS = 5

CONNEGATIVE, INFINITIVE = "connegative", "A-infinitive"
"""What a word before may ask for: `en tajua` and not `tajuaa`; `voi katsoa` and not `katsoo`."""

_COMMONEST = 50_000  # about the count of the commonest lemma, which costs nothing
_SURCHARGES = (
    ("POSSESSIVE", frozenset({"1s", "2s", "1p", "2p", "3"}), 1.5),
    ("SIJAMUOTO", frozenset({"keinonto", "seuranto", "vajanto"}), 1.5),
    ("CLASS", frozenset({"sukunimi", "etunimi", "nimi"}), 2.5),
    ("CLASS", frozenset({"paikannimi"}), -1.0),  # a place is often named, each of them seldom
)
_COMPOUND = 0.7
_WANTED, _UNWANTED, _COMMAND = -0.6, 0.8, 0.3

_LETTERS, _VOWELS = "abcdefghijklmnopqrstuvwxyzåäö", "aeiouyäö"
_KEYBOARD = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYBOARD
    for place, key in enumerate(row)
}


class Rule(NamedTuple):
    """One row of the rules: a pattern, what it may stand for at what cost, what Voikko must say of the result."""

    name: str
    pattern: re.Pattern[str]
    instead: tuple[tuple[str, float], ...]
    must: frozenset[str]

    def results(self, word: str) -> Iterator[tuple[str, float]]:
        """The word changed at each place that fits, and at all of them together, with the cost."""
        places = list(self.pattern.finditer(word))
        for replacement, cost in self.instead if places else ():
            for match in places:
                yield word[: match.start()] + _filled(replacement, match) + word[match.end() :], cost
            if len(places) > 1:
                yield self.pattern.sub(replacement, word), cost


def _filled(replacement: str, match: re.Match[str]) -> str:
    r"""What `match.expand` gives for a template with no escapes but \1 and \2, in a fifth of its time."""
    if "\\" not in replacement:
        return replacement
    for number, group in enumerate(match.groups(), start=1):
        replacement = replacement.replace(f"\\{number}", group or "")
    return replacement


class Rules(NamedTuple):
    """The rules by what they change. Sounds may come together and before an ending; a slip comes alone."""

    sounds: tuple[Rule, ...]
    endings: tuple[Rule, ...]
    slips: tuple[Rule, ...]


class Proposal(NamedTuple):
    """A standard form, what it costs, and the names of the rules that made it."""

    cost: float
    text: str
    rules: tuple[str, ...]


class _Step(NamedTuple):
    """A word on its way. Steps are ordered by what their rules cost; nothing follows after an ending."""

    cost: float
    text: str
    rules: tuple[str, ...]
    must: frozenset[str]
    ended: bool


def cheapest(word: str, rules: Rules, expected: str = "") -> Proposal | None:
    """The cheapest proposal for an unknown word in lower case that costs less than DEAREST; None where there is none.

    `expected` is CONNEGATIVE, INFINITIVE or nothing.
    """
    best = _by_rules(word, rules, expected)
    if (best is None or best.cost > CHEAP) and len(word) >= SHORTEST_FOR_SLIPS:
        return min(filter(None, (best, _by_one_letter(word))), default=None)
    return best


def _by_rules(word: str, rules: Rules, expected: str) -> Proposal | None:
    waiting = [_Step(0.0, word, (), frozenset(), False)]
    seen: set[tuple[str, frozenset[str]]] = set()
    best: Proposal | None = None
    least = DEAREST
    while waiting and waiting[0].cost < least and len(seen) <= MOST_PROPOSALS:
        step = heapq.heappop(waiting)
        if (step.text, step.must) in seen:
            continue
        seen.add((step.text, step.must))
        total = step.cost + (rarity(step.text, step.must, expected) if step.rules else math.inf)
        if total < least:
            least, best = total, Proposal(total, step.text, step.rules)
        if not step.ended:
            for following in _next(step, rules):
                if following.cost < least:
                    heapq.heappush(waiting, following)
    return best


def _next(step: _Step, rules: Rules) -> Iterator[_Step]:
    if len(step.rules) < MOST_RULES - 1:
        yield from _changed(step, rules.sounds, ended=False)
    yield from _changed(step, rules.endings, ended=True)
    if not step.rules:
        yield from _changed(step, rules.slips, ended=True)


def _changed(step: _Step, rules: Sequence[Rule], ended: bool) -> Iterator[_Step]:
    for rule in rules:
        if rule.name not in step.rules:
            for text, cost in rule.results(step.text):
                yield _Step(step.cost + cost, text, (*step.rules, rule.name), rule.must, ended)


def _by_one_letter(word: str) -> Proposal | None:
    """The commonest word of the training messages with one letter more, less or other than `word`."""
    forms = word_counts().forms
    found = (
        Proposal(cost + rarity(text, frozenset(), ""), text, ("one letter amiss",))
        for text, cost in _one_letter_off(word)
        if text in forms
    )
    return min((proposal for proposal in found if proposal.cost < DEAREST), default=None)


def _one_letter_off(word: str) -> Iterator[tuple[str, float]]:
    """Every slip of the finger after the first letter, with its cost: a letter left out, one too many, the next key."""
    for place in range(1, len(word) + 1):
        start, end = word[:place], word[place:]
        for letter in _LETTERS:
            yield start + letter + end, 2.4 if letter in _VOWELS else 2.7
        if end:
            yield start + end[1:], 2.9
            for letter in _NEIGHBOURS.get(end[0], ""):
                yield start + letter + end[1:], 3.0


@lru_cache(maxsize=65_536)
def rarity(text: str, must: frozenset[str], expected: str) -> float:
    """What it costs to take a text for meant: near 0 for the commonest words, infinite for what Voikko doesn't know."""
    word = text.partition(" ")[0]
    meanings = [meaning for meaning in grammar(word) if not must or not must.isdisjoint(_values(meaning))]
    return min((_cost(word, meaning, expected) for meaning in meanings), default=math.inf)


def _values(meaning: Mapping[str, str]) -> Iterator[str]:
    yield from meaning.values()
    if _is_connegative(meaning):
        yield CONNEGATIVE


def _is_connegative(meaning: Mapping[str, str]) -> bool:
    return meaning.get("MOOD") == "imperative" and meaning.get("NEGATIVE") == "both"


def _cost(word: str, meaning: Mapping[str, Any], expected: str) -> float:
    counts = word_counts()
    seen = counts.lemmas.get(meaning["BASEFORM"].casefold(), 0) + 10 * counts.forms.get(word, 0)
    compounded = meaning["STRUCTURE"].count("=") - 1
    if seen == 0 and compounded > 0:
        parts = (counts.lemmas.get(part, 0) for part in analyse(word).parts[-2:])
        cost = sum(map(_rare, parts)) / 2 + _COMPOUND * compounded
    else:
        cost = _rare(seen)
    cost += sum(surcharge for key, values, surcharge in _SURCHARGES if meaning.get(key) in values)
    return max(0.0, cost + _out_of_place(meaning, expected))


def _rare(count: int) -> float:
    return 0.2 * math.log2(_COMMONEST / (count + 1))


def _out_of_place(meaning: Mapping[str, str], expected: str) -> float:
    """How well a verb's form fits what the words before ask for: less than 0 well, more than 0 badly."""
    if expected == CONNEGATIVE:
        return _UNWANTED if meaning.get("NEGATIVE") == "false" else _WANTED * _is_connegative(meaning)
    if expected == INFINITIVE:
        return _WANTED * (meaning.get("MOOD") == INFINITIVE)
    return _COMMAND * (meaning.get("MOOD") == "imperative")
