"""Needs from keywords, and from full-text search of the services and of the needs' own texts."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable

import numpy as np
from ruamel.yaml import YAML

from bot.nlu.crossvalidate import Example
from bot.nlu.lexicon import DATA, lexicon
from bot.nlu.reading import Reading
from service_catalog.catalog import Catalog
from service_catalog.compile import compile_catalogue, index_words
from service_catalog.search import text_matches
from tests.benchmarks.needs_models.bench import Bench, Result, size_of

SERVICES = 20
"""Services that vote, the best match first; each for its needs, primary first."""
FURTHER = 0.5
"""What a further need of a service counts against its primary one."""
_WORD = re.compile(r"[^\W_]+")


def keywords(bench: Bench) -> Result:
    """Lexicon alone: how likely a need is where the message holds a keyword of it and where it holds none."""
    start = time.process_time()
    chances = np.zeros((2, len(bench.needs)))
    totals = np.zeros((2, len(bench.needs)))
    for one in bench.known:
        named = np.array(_named(one, bench.needs), int)
        totals[named, range(len(bench.needs))] += 1
        chances[named, range(len(bench.needs))] += [need in one.needs for need in bench.needs]
    odds = (chances + 0.5) / (totals - chances + 0.5)
    seconds = time.process_time() - start
    scores, milliseconds = bench.each(
        lambda one: np.log(odds[np.array(_named(one, bench.needs), int), range(len(bench.needs))])
    )
    return Result(scores, milliseconds, seconds, size_of(DATA))


def _named(one: Example, needs: tuple[str, ...]) -> list[bool]:
    found = {hit.need for hit in lexicon().hits(one.readings)}
    return [need in found for need in needs]


def service_texts(bench: Bench) -> Result:
    """BM25 over the texts of services (the catalogue's own search), which vote for their needs."""
    file = bench.folder / "catalog.db"
    start = time.process_time()
    compile_catalogue(file)
    seconds = time.process_time() - start
    catalog = Catalog.open(file)

    def score(one: Example) -> np.ndarray:
        votes: Counter[str] = Counter()
        found = text_matches(catalog, _lemmas(one.readings), (), SERVICES)
        for place, service in enumerate(catalog.numbered(found)):
            for number, need in enumerate(service.needs):
                votes[need] += (FURTHER if number else 1) / (1 + place)
        return np.array([float(votes[need]) for need in bench.needs])

    scores, milliseconds = bench.each(score)
    return Result(scores, milliseconds, seconds, size_of(file))


def need_texts(bench: Bench) -> Result:
    """BM25 over one document a need: its name, label, opening line and keywords in every language."""
    start = time.process_time()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE need USING fts5(body, tokenize='unicode61 remove_diacritics 0')")
    for need in YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))["needs"]:
        texts = [
            *need["name"].values(),
            *need["label"].values(),
            *need["opening_line"].values(),
            *(str(word) for listed in need["keywords"].values() for word in listed),
        ]
        if need["id"] in bench.needs:
            body = " ".join(index_words(" ".join(texts)))
            database.execute("INSERT INTO need (rowid, body) VALUES (?, ?)", (bench.needs.index(need["id"]), body))
    seconds = time.process_time() - start

    def score(one: Example) -> np.ndarray:
        scores = np.zeros(len(bench.needs))
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(_lemmas(one.readings)))
        if query:
            for row, rank in database.execute("SELECT rowid, bm25(need) FROM need WHERE need MATCH ?", (query,)):
                scores[row] = -rank
        return scores

    scores, milliseconds = bench.each(score)
    return Result(scores, milliseconds, seconds, size_of(DATA))


def _lemmas(readings: Iterable[Reading]) -> list[str]:
    texts = (form for one in readings for form in (*one.lemmas, one.text.lower()))
    return [piece for text in texts for piece in _WORD.findall(text)]
