"""What spaCy's Finnish model adds, from a process of its own (spacy_side.py): floret vectors, textcat_multilabel."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks.needs_models.bench import Bench, Result, Skipped

WORD = re.compile(r"\w+|[^\w\s]")
"""A word as spacy_side.py cuts them."""


class Vectors(NamedTuple):
    """Of each message the weighted mean of its words' vectors (`known`, `asked`), the numbers of its words, and the
    vector of each (`table`)."""

    known: np.ndarray
    asked: np.ndarray
    known_words: list[np.ndarray]
    asked_words: list[np.ndarray]
    table: np.ndarray
    milliseconds: np.ndarray
    seconds: float
    mebibytes: float


def vectors(bench: Bench) -> Vectors:
    """Floret vectors of every message; raises Skipped without spaCy."""
    found = _other_side(bench, "vectors")
    return Vectors(
        found["known"],
        found["asked"],
        np.split(found["known_words"], found["known_ends"][:-1]),
        np.split(found["asked_words"], found["asked_ends"][:-1]),
        found["table"],
        found["milliseconds"],
        float(found["seconds"]),
        float(found["mebibytes"]),
    )


def textcat(bench: Bench) -> Result:
    """spaCy's textcat_multilabel, with the Finnish model's tok2vec layers trained further."""
    found = _other_side(bench, "textcat")
    columns = [list(found["needs"]).index(need) for need in bench.needs]
    return Result(
        np.log(found["scores"][:, columns] + 1e-9),
        found["milliseconds"],
        float(found["seconds"]),
        float(found["mebibytes"]),
        reads=False,
        note=f"{found['epochs']:.1f} epochs",
    )


def _other_side(bench: Bench, job: str) -> dict[str, Any]:
    if bench.spacy_python is None:
        raise Skipped("needs --spacy-python")
    file = bench.folder / f"{job}.npz"
    if not file.exists():
        for name, messages in (("known", bench.known), ("asked", bench.asked)):
            lines = (json.dumps({"text": one.text, "needs": one.needs}) for one in messages)
            (bench.folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        script = Path(__file__).with_name("spacy_side.py")
        command = [bench.spacy_python, script, job, bench.folder, str(bench.minutes)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": ""})
    with np.load(file, allow_pickle=False) as stored:
        return dict(stored)
