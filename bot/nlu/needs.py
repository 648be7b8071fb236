"""Which of the scored needs the bot acts on, and which words of the message were the reason."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ruamel.yaml import YAML

from bot.nlu.features import Vector
from bot.nlu.lexicon import Hit
from bot.nlu.linear import Linear
from bot.nlu.reading import Reading

FUNCTION_WORDS = Path(__file__).parent / "data" / "function_words.yml"
CERTAIN = 0.12
"""Probability from which a message has a need at all."""
BESIDE = 0.15
"""Share of the best need's probability that a further need must reach, and its own least probability."""
BESIDE_AT_LEAST = 0.06
MOST = 4
REASONS = 3
"""Words at most that are named as the reason for a need."""


class Need(NamedTuple):
    """A need the bot acts on: its id, its calibrated probability and the words of the message that were the reason."""

    id: str
    score: float
    because: list[str]


def acted_on(probabilities: np.ndarray) -> list[int]:
    """The numbers of the needs to act on, best first; none where no need is likely enough."""
    order = np.argsort(-probabilities)[:MOST]
    best = probabilities[order[0]]
    if best < CERTAIN:
        return []
    least = max(BESIDE_AT_LEAST, BESIDE * best)
    return [int(number) for number in order if number == order[0] or probabilities[number] >= least]


def needs_of(readings: list[Reading], vector: Vector, hits: list[Hit], model: Linear, text: str) -> list[Need]:
    """Needs of a message, best first, each with its reason."""
    if not readings:
        return []
    probabilities = model.probabilities(vector)
    # `crisis` is the crisis detector's to say: a need is something that can be searched for.
    probabilities = np.where(np.array(model.labels) == "crisis", 0, probabilities)
    return [
        Need(
            model.labels[number],
            round(float(probabilities[number]), 4),
            _keywords(readings, hits, model.labels[number], text)
            or _strongest(readings, model.contributions(vector, number, len(readings))),
        )
        for number in acted_on(probabilities)
    ]


def _keywords(readings: list[Reading], hits: list[Hit], need: str, text: str) -> list[str]:
    spans = [text[readings[hit.first].start : readings[hit.last].end] for hit in hits if hit.need == need]
    return list(dict.fromkeys(spans))[:REASONS]


def _strongest(readings: list[Reading], contributions: np.ndarray) -> list[str]:
    candidates = {
        number: float(contributions[number])
        for number, reading in enumerate(readings)
        if contributions[number] > 0 and not reading.forms & function_words()
    }
    if not candidates:
        return []
    least = 0.4 * max(candidates.values())
    strong = sorted(candidates, key=lambda number: -candidates[number])[:REASONS]
    chosen = sorted(number for number in strong if candidates[number] >= least)
    return list(dict.fromkeys(readings[number].text for number in chosen))


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Words that are never a reason: pronouns, conjunctions, `olla` and the like, by lemma or as written."""
    document = YAML(typ="safe").load(FUNCTION_WORDS.read_text(encoding="utf-8"))
    return frozenset(str(word) for listed in document.values() for word in listed)
