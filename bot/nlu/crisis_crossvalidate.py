"""Measures the crisis detector on messages by authors it was not trained on.

python -m bot.nlu.crisis_crossvalidate [--misses]

Reads data/nlu, trains on all authors but those of one fold, and scores that fold: the figures of docs/crisis.md.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ruamel.yaml import YAML
from scipy import sparse

from bot.nlu.crisis import (
    CERTAIN,
    LEVELS,
    Example,
    author_folds,
    calibrated,
    calibration,
    choose_threshold,
    fit_levels,
    foreign_phrase,
    is_plainly_now,
    kind_of,
    out_of_fold,
    rule_of,
)
from bot.nlu.crisis_features import Reading, count, rarity, rows, weigh
from bot.nlu.crisis_text import clean

NLU = Path(__file__).parents[2] / "data" / "nlu"


class Labelled(NamedTuple):
    """A training message with what is known of it."""

    example: Example
    level: str
    language: str


def read(folder: Path = NLU) -> list[Labelled]:
    """Labelled messages of Rasa's NLU files under `folder`, as `CrisisDetector` sees them in training."""
    found = []
    files = sorted(folder.rglob("*.yml"))
    blocks = [b for path in files for b in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("nlu", [])]
    neighbours = {str(b["metadata"].get("author")) for b in blocks if "level" in (b.get("metadata") or {})}
    for block in blocks:
        labels = block.get("metadata") or {}
        crisis = block["intent"] == "crisis"
        author = str(labels.get("author") or "")
        level = str(labels.get("level") or ("danger_now" if crisis else "none"))
        language = str(labels.get("language") or "fi")
        for line in block["examples"].splitlines():
            text = line.strip()[1:].strip()
            if text:
                example = Example(text, crisis, author in neighbours, author, str(labels.get("level") or ""))
                found.append(Labelled(example, level, language))
    return found


def main() -> None:
    """Prints recall and false alarms by file, level and language; with --misses also what went wrong."""
    messages = read()
    examples = [message.example for message in messages]
    readings = [Reading(example.text) for example in examples]
    counts = rows([count(reading) for reading in readings])
    scores = out_of_fold(examples, readings, counts)
    truth = np.array([example.crisis for example in examples])
    slope, offset = calibration(scores, truth)
    chance = calibrated(scores, slope, offset)
    threshold = choose_threshold(chance, examples)
    ruled = np.array(
        [bool(rule_of(one) or foreign_phrase(clean(e.text))) for one, e in zip(readings, examples, strict=True)]
    )
    final = np.maximum(chance, np.where(ruled, CERTAIN, 0.0))
    found = final >= threshold
    neighbour = np.array([example.neighbour for example in examples])
    print(f"threshold {threshold:.3f} (classifier alone: {_rates(chance >= threshold, truth, neighbour)})")
    print(f"with rules: {_rates(found, truth, neighbour)}")
    print(f"rules alone: {_rates(ruled, truth, neighbour)}\n")
    for alarms in (0.05, 0.10, 0.15, 0.20, 0.25, 0.30):
        at = np.quantile(final[neighbour & ~truth], 1 - alarms)
        print(f"at {alarms:.0%} alarms on neighbours: {_rates(final > at, truth, neighbour)}  threshold {at:.3f}")
    groups: dict[str, list[int]] = defaultdict(list)
    for number, message in enumerate(messages):
        groups[f"author {message.example.author}"].append(number)
        if message.example.neighbour:
            groups[f"level {message.level}"].append(number)
        groups[f"language {message.language}"].append(number)
        if message.example.crisis:
            groups[f"kind found {kind_of(readings[number].names)}"].append(number)
    for stated, told in sorted(told_levels(examples, readings, counts).items()):
        print(f"stated level {stated:19s} told as {told}")
    for name, numbers in sorted(groups.items()):
        places = np.array(numbers)
        print(f"{name:32s} {_rates(found[places], truth[places], neighbour[places])}")
    if "--misses" in sys.argv:
        for number in np.argsort(final):
            if truth[number] and not found[number]:
                print(f"MISS  {final[number]:.2f} {examples[number].author:8s} {examples[number].text[:160]}")
        for number in np.argsort(-final):
            if found[number] and not truth[number]:
                mark = "ALARM" if neighbour[number] else "alarm"
                print(f"{mark} {final[number]:.2f} {examples[number].author:8s} {examples[number].text[:160]}")


def told_levels(
    examples: list[Example], readings: list[Reading], counts: sparse.csr_matrix
) -> dict[str, dict[str, int]]:
    """How often the crises of each stated level are given each level, by models that saw no message of the author."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for held_out in author_folds(examples):
        learnt = np.setdiff1d(np.arange(len(examples)), held_out)
        idf = rarity(counts[learnt])
        weights, biases = fit_levels(weigh(counts[learnt], idf), [examples[place] for place in learnt])
        stated = [place for place in held_out if examples[place].crisis and examples[place].level in LEVELS]
        for place, row in zip(stated, weigh(counts[stated], idf) @ weights.T + biases, strict=True):
            level = 0 if is_plainly_now(readings[place]) else int(np.argmax(row))
            told[examples[place].level][LEVELS[level]] += 1
    return {level: dict(counted) for level, counted in told.items()}


def _rates(found: np.ndarray, truth: np.ndarray, neighbour: np.ndarray) -> str:
    parts = []
    for name, chosen in (
        ("recall", truth),
        ("alarms on neighbours", ~truth & neighbour),
        ("on others", ~truth & ~neighbour),
    ):
        if chosen.any():
            parts.append(f"{name} {found[chosen].mean():.3f} ({found[chosen].sum()}/{chosen.sum()})")
    return ", ".join(parts)


if __name__ == "__main__":
    main()
