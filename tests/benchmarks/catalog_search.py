"""Times the whole search, candidates and ranking, in generated catalogues of three sizes."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from service_catalog.catalog import Catalog
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Request, suggest
from service_catalog.search import words_to_find
from tests.benchmarks.generated_catalog import generated_queries, write_generated

SIZES = (100, 10_000, 100_000)
QUERIES = 500
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Europe/Helsinki"))


@dataclass(frozen=True)
class SearchTimes:
    """Times of one search in milliseconds, in a catalogue of `services` services."""

    services: int
    p50: float
    p95: float


def measure(folder: Path) -> list[SearchTimes]:
    """Times at each size. Generated catalogues are kept in `folder`: the largest takes two minutes to write."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_measure(size, folder / f"generated-{size}.db") for size in SIZES]


def _measure(size: int, file: Path) -> SearchTimes:
    if not file.exists():
        write_generated(size, file)
    catalog, places = Catalog.open(file), Places.load()
    for request in _requests(50, seed=3):
        suggest(catalog, places, request, NOON)
    times = []
    for request in _requests(QUERIES, seed=2):
        start = time.perf_counter()
        suggest(catalog, places, request, NOON)
        times.append((time.perf_counter() - start) * 1000)
    return SearchTimes(size, statistics.median(times), statistics.quantiles(times, n=20)[-1])


IN_ENGLISH_EVERY = 8
ENGLISH = "I need help with my {need} and someone to talk to"


def _requests(count: int, seed: int) -> list[Request]:
    """As conversations would ask; every eighth in English, in a sentence."""
    return [
        _request(needs, municipalities, words, number % IN_ENGLISH_EVERY == 0)
        for number, (needs, municipalities, words) in enumerate(generated_queries(count, seed))
    ]


def _request(needs: list[str], municipalities: list[str] | None, words: list[str], in_english: bool) -> Request:
    asked = ENGLISH.format(need=needs[0].replace("_", " ") if needs else "debts") if in_english else ""
    return Request(
        needs=[NeedHit(need, 0.8) for need in needs],
        municipality=municipalities[0] if municipalities else None,
        language="en" if in_english else None,
        words=words_to_find(asked, "en") if asked else list(words),
    )


def table(searches: list[SearchTimes]) -> Table:
    """The times as a table."""
    rows = Table("services", "search p50, ms", "search p95, ms", "at most")
    for search in searches:
        rows.add_row(
            f"{search.services:,}", f"{search.p50:.1f}", f"{search.p95:.1f}", "10" if search.services == 100_000 else ""
        )
    return rows
