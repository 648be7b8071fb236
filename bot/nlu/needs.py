"""Which of the scored needs the bot acts on, and which words of the message were the reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ruamel.yaml import YAML
from scipy import sparse

from bot.nlu.features import Vector
from bot.nlu.lexicon import Hit
from bot.nlu.linear import Linear, fit
from bot.nlu.reading import Reading

FUNCTION_WORDS = Path(__file__).parent / "data" / "function_words.yml"
ANY = "any need"
"""Label of the classifier that says whether a message has a need at all, whichever it is."""
SEEKS_HELP = 0.6
"""Probability of ANY from which a message has needs ..."""
CERTAIN = 0.7
"""... or that of its best need ..."""
CERTAIN_WITH_KEYWORD = 0.2
"""... or that of a need of which the message holds a keyword."""
KEYWORD_AT_LEAST = 0.4
"""Probability at least of a need that the message names by a keyword. Other needs in the same message draw the
classifier away from it; of the messages with a keyword of a need, more than half have that need, whichever it is."""
BESIDE = 0.07
"""Share of the best need's probability that a further need must reach, and its own least probability."""
BESIDE_AT_LEAST = 0.02
NOT_SEARCHED = {ANY, "crisis"}
"""Labels that are no needs to search services for; crisis is the crisis detector's to say."""
MOST = 4
MOST_LIKELY, LIKELY_AT_LEAST = 3, 0.01
"""How many further needs a question may offer, and how likely each must be at least."""
FURTHER_NEED_IMPORTANCE = 0.6
"""How much a message weighs as an example of a need that is not its first."""
STRICTNESS = 0.1
"""The C of the SVM of each need."""
REASONS = 3
"""Words at most that are named as the reason for a need."""


def truth(listed: list[Sequence[str]]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """What to train on, from the needs of each message: the labels, which message has which, how much each weighs."""
    labels = (*sorted({need for needs in listed for need in needs}), ANY)
    holds = np.zeros((len(listed), len(labels)), bool)
    importance = np.ones(holds.shape, np.float32)
    for row, needs in enumerate(listed):
        holds[row, -1] = bool(needs)
        for place, need in enumerate(needs):
            holds[row, labels.index(need)] = True
            importance[row, labels.index(need)] = FURTHER_NEED_IMPORTANCE if place else 1.0
    return labels, holds, importance


def learn(rows: sparse.csr_matrix, listed: list[Sequence[str]], authors: list[str]) -> Linear:
    """The classifier of needs, from one row of features a message, the needs of each and who wrote it."""
    labels, holds, importance = truth(listed)
    rivals = [number for number, label in enumerate(labels) if label not in NOT_SEARCHED]
    return fit(rows, labels, holds, authors, importance, STRICTNESS, rivals)


class Need(NamedTuple):
    """A need of a message: its id, its calibrated probability, the words of the message that were the reason, and
    whether the message holds a keyword of it."""

    id: str
    score: float
    because: list[str]
    named: bool


class Weighed(NamedTuple):
    """What a message's needs are worth, before it is decided which to act on.

    `probabilities`: of each label, in the model's order, those of keywords raised; 0 for labels that are no needs to
    search services for. `any_need`: that of ANY. `keyword`: the highest of a need that the message holds a keyword
    of, before it was raised. `named`: the numbers of those needs.
    """

    probabilities: np.ndarray
    any_need: float
    keyword: float
    named: frozenset[int]


class Understood(NamedTuple):
    """The needs to act on, and the next ones, which a question may offer; both best first."""

    needs: list[Need]
    likely: list[Need]


def acted_on(probabilities: np.ndarray, any_need: float, keyword: float) -> list[int]:
    """The numbers of the needs to act on, best first; none where the message doesn't seem to have one.

    `keyword` is the highest probability of a need that the message holds a keyword of.
    """
    order = np.argsort(-probabilities)[:MOST]
    best = probabilities[order[0]]
    if any_need < SEEKS_HELP and best < CERTAIN and keyword < CERTAIN_WITH_KEYWORD:
        return []
    least = max(BESIDE_AT_LEAST, BESIDE * best)
    return [int(number) for number in order if number == order[0] or probabilities[number] >= least]


def weigh(vector: Vector, hits: list[Hit], model: Linear) -> Weighed:
    """The probabilities of a message's needs."""
    probabilities = model.probabilities(vector)
    any_need = float(probabilities[model.labels.index(ANY)])
    for label in NOT_SEARCHED & set(model.labels):
        probabilities[model.labels.index(label)] = 0
    named = {model.labels.index(hit.need) for hit in hits if hit.need in model.labels}
    keyword = max((float(probabilities[number]) for number in named), default=0.0)
    searched = frozenset(number for number in named if model.labels[number] not in NOT_SEARCHED)
    for number in searched:
        probabilities[number] = max(probabilities[number], KEYWORD_AT_LEAST)
    return Weighed(probabilities, any_need, keyword, searched)


def understood(readings: list[Reading], vector: Vector, hits: list[Hit], model: Linear, text: str) -> Understood:
    """The needs of a message, each with its reason; none where it has no words."""
    if not readings:
        return Understood([], [])
    weighed = weigh(vector, hits, model)
    chosen = acted_on(weighed.probabilities, weighed.any_need, weighed.keyword)
    others = [int(number) for number in np.argsort(-weighed.probabilities) if number not in chosen][:MOST_LIKELY]

    def need(number: int) -> Need:
        label = model.labels[number]
        return Need(
            label,
            round(float(weighed.probabilities[number]), 4),
            _keywords(readings, hits, label, text)
            or _strongest(readings, model.contributions(vector, number, len(readings)), _named_elsewhere(hits, label)),
            number in weighed.named,
        )

    return Understood(
        [need(number) for number in chosen],
        [need(number) for number in others if weighed.probabilities[number] >= LIKELY_AT_LEAST],
    )


def needs_of(readings: list[Reading], vector: Vector, hits: list[Hit], model: Linear, text: str) -> list[Need]:
    """Needs of a message to act on, best first, each with its reason."""
    return understood(readings, vector, hits, model, text).needs


def _keywords(readings: list[Reading], hits: list[Hit], need: str, text: str) -> list[str]:
    spans = [text[readings[hit.first].start : readings[hit.last].end] for hit in hits if hit.need == need]
    return list(dict.fromkeys(spans))[:REASONS]


def _named_elsewhere(hits: list[Hit], need: str) -> set[int]:
    """Numbers of the words that are a keyword of another need: they are that one's reason."""
    return {number for hit in hits if hit.need != need for number in range(hit.first, hit.last + 1)}


def _strongest(readings: list[Reading], contributions: np.ndarray, elsewhere: set[int]) -> list[str]:
    candidates = {
        number: float(contributions[number])
        for number, reading in enumerate(readings)
        if contributions[number] > 0 and reading.text[:1].isalpha() and not reading.forms & function_words()
    }
    if not candidates:
        return []
    least = 0.4 * max(candidates.values())
    strong = sorted(candidates, key=lambda number: -candidates[number])[:REASONS]
    chosen = sorted(number for number in strong if candidates[number] >= least and number not in elsewhere)
    return list(dict.fromkeys(readings[number].text for number in chosen))


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Words that are never a reason: pronouns, conjunctions, `olla` and the like, by lemma or as written."""
    document = YAML(typ="safe").load(FUNCTION_WORDS.read_text(encoding="utf-8"))
    return frozenset(str(word) for listed in document.values() for word in listed)
