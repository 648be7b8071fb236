"""The part of the comparison that needs spaCy: run by another interpreter, which knows nothing of this project.

    PYTHON spacy_side.py vectors|textcat FOLDER MINUTES

reads known.jsonl and asked.jsonl (text, needs) in FOLDER and writes vectors.npz or textcat.npz there. Training ends
when MINUTES of processor time are over. Needs spaCy 3.8 and spacy_fi_experimental_web_md, whose numpy the bot's own
environment can't have.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.training import Example

PACKAGE = "spacy_fi_experimental_web_md"
UNUSED = ["tagger", "morphologizer", "parser", "ner", "lemmatizer", "attribute_ruler"]
BATCH = 64
_WORD = re.compile(r"\w+|[^\w\s]")


def vectors(folder: Path, minutes: float) -> None:
    """Writes for each message the idf-weighted mean of its words' floret vectors (`known`, `asked`), the numbers of
    its words (`*_words`, cut by `*_ends`) and the vector of each (`table`), and the milliseconds of each asked one."""
    nlp = spacy.load(PACKAGE, exclude=UNUSED)
    found: dict[str, Any] = {}
    start = time.process_time()
    known, asked = ([_words(one["text"]) for one in _messages(folder, name)] for name in ("known", "asked"))
    seen = Counter(word for listed in known for word in set(listed))

    def mean(listed: list[str]) -> np.ndarray:
        weights = [np.log((1 + len(known)) / (1 + seen[word])) + 1 for word in listed]
        weighted = (weight * nlp.vocab.get_vector(word) for weight, word in zip(weights, listed, strict=True))
        total = sum(weighted, np.zeros(300))
        return total / max(float(np.linalg.norm(total)), 1e-6)

    found["known"] = np.array([mean(listed) for listed in known], np.float32)
    found["seconds"] = time.process_time() - start
    found["asked"], found["milliseconds"] = _each(_messages(folder, "asked"), lambda text: mean(_words(text)))
    words = sorted({word for listed in (*known, *asked) for word in listed})
    numbers = {word: number for number, word in enumerate(words)}
    found["table"] = np.array([nlp.vocab.get_vector(word) for word in words], np.float32)
    for name, messages in (("known", known), ("asked", asked)):
        found[f"{name}_words"] = np.array([numbers[word] for listed in messages for word in listed], np.int32)
        found[f"{name}_ends"] = np.cumsum([len(listed) for listed in messages])
    found["mebibytes"] = nlp.vocab.vectors.data.nbytes / 2**20
    np.savez(folder / "vectors.npz", **found)


def textcat(folder: Path, minutes: float) -> None:
    """Writes `scores` of spaCy's textcat_multilabel (its ensemble: bag of words, and the Finnish model's tok2vec layers
    trained further), in the order of `needs`."""
    known, asked = _messages(folder, "known"), _messages(folder, "asked")
    needs = sorted({need for one in known for need in one["needs"]})
    nlp = spacy.load(PACKAGE, exclude=UNUSED)
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "tok2vec"}
    bag = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": False,
        "ngram_size": 2,
        "length": 262144,
        "no_output_layer": False,
    }
    model = {"@architectures": "spacy.TextCatEnsemble.v2", "tok2vec": listener, "linear_model": bag}
    pipe: Any = nlp.add_pipe("textcat_multilabel", config={"model": model})
    start = time.process_time()
    examples = [
        Example.from_dict(nlp.make_doc(one["text"]), {"cats": {need: float(need in one["needs"]) for need in needs}})
        for one in known
    ]
    pipe.initialize(lambda: examples[:2000], nlp=nlp, labels=needs)
    optimizer = nlp.resume_training()
    seen = 0
    while time.process_time() - start < minutes * 60:
        if seen % len(examples) == 0:
            random.Random(seen).shuffle(examples)
        batch = examples[seen % len(examples) :][:BATCH]
        nlp.update(batch, sgd=optimizer, drop=0.2)
        seen += len(batch)
    seconds = time.process_time() - start
    scores, milliseconds = _each(asked, lambda text: list(map(nlp(text).cats.get, needs)))
    nlp.to_disk(folder / "textcat")
    size = sum(one.stat().st_size for one in (folder / "textcat").rglob("*") if one.is_file()) / 2**20
    found = {
        "scores": scores,
        "milliseconds": milliseconds,
        "needs": needs,
        "seconds": seconds,
        "epochs": seen / len(examples),
    }
    np.savez(folder / "textcat.npz", **found, mebibytes=size)


def _each(messages: list[dict[str, Any]], score: Any) -> tuple[np.ndarray, np.ndarray]:
    scores, milliseconds = [], []
    for one in messages:
        start = time.process_time()
        scores.append(score(one["text"]))
        milliseconds.append((time.process_time() - start) * 1000)
    return np.array(scores, np.float32), np.array(milliseconds)


def _messages(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


if __name__ == "__main__":
    {"vectors": vectors, "textcat": textcat}[sys.argv[1]](Path(sys.argv[2]), float(sys.argv[3]))
