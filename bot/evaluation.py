"""How well the model understands labelled messages: the work behind `saattaja evaluate`.

Labels and conventions are those of tests/eval (see docs/understanding.md). Every figure is a share with the counts
it comes from, so that small sets can't pretend to be exact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.understanding import BadLine, Understand, read_messages

Record = dict[str, Any]
"""A labelled message and, under `understood`, what the model made of it."""


@dataclass(frozen=True)
class Figure:
    """`hits` of `total` messages; `share` is None when no message carries the label."""

    name: str
    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """Hits by total, or None."""
        return self.hits / self.total if self.total else None


def figures(records: list[Record]) -> list[Figure]:
    """Every figure that the labels of `records` allow, in the order in which they are printed."""
    clear = [one for one in records if one.get("notes") != "ambiguous"]
    with_need = [one for one in clear if labels(one) and labels(one)[0] != "none"]
    without_need = [one for one in clear if labels(one)[:1] == ["none"]]
    implicit = [one for one in with_need if "implicit" in (one.get("notes") or "")]
    crises = [one for one in records if one.get("crisis") is True]
    harmless = [one for one in records if one.get("crisis") is False]
    placed = [one for one in records if one.get("municipality")]
    unplaced = [one for one in records if "municipality" in one and one["municipality"] is None]
    timed = [one for one in records if "windows" in one]
    return [
        _share("need: primary is first", with_need, lambda one: labels(one)[0] in top(one, 1)),
        _share("need: first is labelled", with_need, lambda one: set(top(one, 1)) & set(labels(one))),
        _share("need: primary among first three", with_need, lambda one: labels(one)[0] in top(one, 3)),
        _share("need: any labelled among first three", with_need, lambda one: set(top(one, 3)) & set(labels(one))),
        _share("need: primary among first three, no keyword", implicit, lambda one: labels(one)[0] in top(one, 3)),
        _share("need: every labelled found", with_need, lambda one: set(labels(one)) <= set(top(one, None))),
        _share("no need: none found", without_need, lambda one: not top(one, None)),
        _share("crisis: recall", crises, lambda one: one["understood"]["crisis"]),
        _share("crisis: false alarms", harmless, lambda one: one["understood"]["crisis"]),
        _share("municipality: right", placed, lambda one: one["understood"]["municipality"] == one["municipality"]),
        _share("municipality: found where there is none", unplaced, lambda one: one["understood"]["municipality"]),
        _share(
            "municipality: accuracy, place or none",
            placed and [*placed, *unplaced],
            lambda one: one["understood"]["municipality"] == one["municipality"],
        ),
        _share("language", [one for one in records if one.get("lang")], _language_right),
        _share("contact windows", timed, _windows_right),
    ]


def score(file: Path, understand: Understand) -> list[Record]:
    """The file's messages, each with what the model made of it under `understood`.

    Raises BadLine with the file's name for the first line that is no message: figures over a part would mislead.
    """
    records = []
    with open(file, encoding="utf-8") as lines:
        for message in read_messages(lines):
            if isinstance(message, BadLine):
                raise BadLine(f"{file}, {message}")
            records.append({**message, "understood": understand(message["text"])})
    return records


def print_report(records: Mapping[str, list[Record]], *, as_json: bool = False, misses: bool = False) -> None:
    """Prints the figures of each file and of all together; only those that the file's labels allow."""
    every = (
        {**records, "all files": [one for some in records.values() for one in some]} if len(records) > 1 else records
    )
    if as_json:
        report = {
            name: {one.name: {"share": one.share, "hits": one.hits, "total": one.total} for one in figures(some)}
            for name, some in every.items()
        }
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    console = Console()
    for name, some in every.items():
        table = Table(name, "share", "messages", title_justify="left")
        for figure in figures(some):
            if figure.share is not None:
                table.add_row(figure.name, f"{figure.share:.3f}", f"{figure.hits} of {figure.total}")
        console.print(table)
    if misses:
        for one in wrong([one for some in records.values() for one in some]):
            console.print_json(data=one)


def labels(record: Record) -> list[str]:
    """The labelled needs, primary first; empty where the message carries no such label."""
    return list(record.get("needs") or [])


def top(record: Record, number: int | None) -> list[str]:
    """Ids of the first `number` needs that the model would act on; all of them for None."""
    return [need["id"] for need in record["understood"]["needs"]][:number]


def wrong(records: Iterable[Record]) -> list[Record]:
    """Records with a wrong crisis decision, place, or first three needs, for reading."""
    found = []
    for one in records:
        primary = labels(one)[:1]
        if (
            ("crisis" in one and one["understood"]["crisis"] != one["crisis"])
            or ("municipality" in one and one["understood"]["municipality"] != one["municipality"])
            or (primary and primary != ["none"] and primary[0] not in top(one, 3))
        ):
            found.append(one)
    return found


def _share(name: str, records: list[Record], hit: Callable[[Record], Any]) -> Figure:
    return Figure(name, sum(bool(hit(one)) for one in records), len(records))


def _language_right(record: Record) -> bool:
    return record["understood"]["lang"] in (record.get("lang_accept") or [record["lang"]])


def _windows_right(record: Record) -> bool:
    return _windows(record["understood"]["windows"]) == _windows(record["windows"])


def _windows(windows: list[Record] | None) -> set[tuple[str, str, str]] | None:
    """Windows as (day, from, to), so that neither order nor grouping of days counts."""
    if windows is None:
        return None
    return {(day, window["from"], window["to"]) for window in windows for day in window["days"]}
