"""A million reminders in the database, ten thousand of them due at one moment: how late they come, and what it costs.

    python -m tests.benchmarks.reminders [--stored N] [--due N]

The process is the one that `saattaja serve` runs, on SQLite; on PostgreSQL, where it is installed, two of them. What is
due is delivered to ten thousand people, each asked once more; meanwhile messages are written to the same database.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from people.database import Database
from people.profiles import DAYS, WEB_CHAT, Profile, Window, addresses, people
from reminders import outbox, store
from reminders.store import reminders
from tests.postgresql import PostgreSQL, programs

ROOT = Path(__file__).parents[2]
STORED, DUE = 1_000_000, 10_000
LATEST = 60.0  # seconds that the p99 may be late
DAILY = ("purge", "standing")  # jobs of bot/keeping_in_touch.py
MESSAGE_EACH = 0.2  # seconds between two messages that are written beside the deliveries
LOOKS, IDLE = 500, 10.0  # looks measured one by one; seconds over which the waiting process is measured
CHUNK = 10_000


@dataclass(frozen=True)
class Figures:
    """`lateness` in seconds of each delivery; `seconds` from the first to the last; `look` in milliseconds of finding
    nothing due; `idle` the part of a processor that a waiting process takes; `memory` in MiB, at most, of a process;
    `messages` in milliseconds, each written beside the deliveries."""

    database: str
    processes: int
    stored: int
    lateness: Sequence[float]
    seconds: float
    look: float
    idle: float
    memory: float
    messages: Sequence[float]


def measure(stored: int = STORED, due: int = DUE) -> list[Figures]:
    """Measures on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [_measure(f"sqlite:///{folder}/saattaja.db", 1, stored, due)]
    if programs():
        with PostgreSQL() as server:
            figures.append(_measure(server.new_database(), 2, stored, due))
    return figures


def table(figures: Sequence[Figures]) -> Table:
    """The figures beside what is aimed at."""
    result = Table("reminders", *(f"{each.database}, {each.processes} process(es)" for each in figures), "at most")
    rows = {
        "stored / due at one moment": (lambda each: f"{each.stored:,} / {len(each.lateness):,}", ""),
        "lateness p50 / p99 / last, s": (
            lambda each: (
                f"{statistics.median(each.lateness):.1f} / {_p99(each.lateness):.1f} / {max(each.lateness):.1f}"
            ),
            f"p99 {LATEST:.0f}",
        ),
        "deliveries per second": (lambda each: f"{len(each.lateness) / each.seconds:.0f}", ""),
        "a look when nothing is due, ms": (lambda each: f"{each.look:.2f}", ""),
        "a waiting process, % of a processor": (lambda each: f"{100 * each.idle:.1f}", ""),
        "memory of a process, MiB": (lambda each: f"{each.memory:.0f}", ""),
        "a message written beside them p50 / p99, ms": (
            lambda each: f"{statistics.median(each.messages):.0f} / {_p99(each.messages):.0f}",
            "",
        ),
    }
    for name, (figure, limit) in rows.items():
        result.add_row(name, *map(figure, figures), limit)
    return result


def _p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


def _measure(url: str, processes: int, stored: int, due: int) -> Figures:
    database = Database(url)
    database.upgrade()
    fill(database, stored - due, due)
    with ExitStack() as stack:
        running = [stack.enter_context(_keeping_in_touch(url)) for _ in range(processes)]
        _until(database, lambda connection: store.last_beat(connection) is not None)
        before = sum(map(_processor_seconds, running))
        time.sleep(IDLE)
        idle = (sum(map(_processor_seconds, running)) - before) / IDLE / processes
        look = _look(database)
        moment = _make_due(database)
        messages = _Messages(database)
        with messages:
            _until(database, lambda connection: not store.is_due(connection, moment + timedelta(minutes=20)), 0.5)
        memory = max(map(_memory, running))
    with database.reading() as connection:
        delivered = connection.execute(
            sa.select(reminders.c.delivered_at).where(reminders.c.delivered_at >= moment)
        ).scalars()
        lateness = sorted((at - moment).total_seconds() for at in delivered)
        kept = outbox.last_position(connection) - len(messages.times)
    if len(lateness) != due or kept != due:
        raise RuntimeError(f"{len(lateness)} of {due} were delivered and {kept} shown: that must not win a benchmark")
    database.close()
    name = database.engine.dialect.name
    seconds = lateness[-1] - lateness[0]
    return Figures(name, processes, stored, lateness, seconds, look, idle, memory, messages.times)


# --- what is in the database ------------------------------------------------------------------------------------

FAR = datetime(2035, 1, 1, tzinfo=timezone.utc)
"""Those that will be due are moved from here to one moment. It is after all others."""


def fill(database: Database, others: int, due: int) -> None:
    """Keeps `due` people with a reminder each, and `others` reminders: one half settled, one half due some day.

    The daily jobs were done, as on any day after the night.
    """
    now = datetime.now(timezone.utc)
    always = (Window(DAYS, 0, 24 * 60),)
    template = asdict(Profile("", now, now, windows=always, reminders_allowed=True))
    ids = [uuid.uuid4().hex for _ in range(due)]
    profiles = [{**template, "id": person, "interests": [], "topics_off": []} for person in ids]
    places = [
        {"channel": WEB_CHAT, "address": uuid.uuid4().hex, "person": person, "last_used_at": now, "reachable": True}
        for person in ids
    ]
    with database.writing() as connection:
        for job in DAILY:
            store.done(connection, job, now)
        connection.execute(people.insert(), profiles)
        connection.execute(addresses.insert(), places)
        connection.execute(
            reminders.insert(), [_reminder(person, FAR, now, number) for number, person in enumerate(ids)]
        )
    for start in range(0, others, CHUNK):
        rows = [_other(ids, now, number) for number in range(start, min(start + CHUNK, others))]
        with database.writing() as connection:
            connection.execute(reminders.insert(), rows)


def _reminder(person: str, due: datetime, now: datetime, number: int) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "person": person,
        "kind": "same_day_notice",
        "key": f"same_day_notice/{number}",
        "service": "vertaisryhma",
        "session": "video",
        "occurrence_start": due + timedelta(hours=2),
        "occurrence_end": due + timedelta(hours=3),
        "due_at": due,
        "useful_until": due + timedelta(hours=2),
        "state": "waiting",
        "reason": None,
        "attempts": 0,
        "claimed_by": None,
        "next_attempt_at": due,
        "delivered_at": None,
        "channel": None,
        "body": {"name": "Vertaisryhmä", "place": "verkossa", "url": "https://example.org/video", "channel": "video"},
        "answered": None,
    }


def _other(ids: Sequence[str], now: datetime, number: int) -> dict[str, Any]:
    """A reminder of the last months that was delivered, or one of the coming months."""
    moment = timedelta(minutes=60 + number % 250_000)
    due = now + moment if number % 2 else now - moment - timedelta(days=2)
    row = _reminder(ids[number % len(ids)], due, now, len(ids) + number)
    settled = {"state": "delivered", "next_attempt_at": None, "delivered_at": due, "channel": WEB_CHAT}
    return row if number % 2 else {**row, **settled}


def _make_due(database: Database) -> datetime:
    """Makes what will be due so in a few seconds, at one moment, and returns that."""
    moment = datetime.now(timezone.utc) + timedelta(seconds=5)
    far = reminders.c.next_attempt_at == FAR
    later = {"occurrence_start": moment + timedelta(hours=2), "useful_until": moment + timedelta(hours=2)}
    with database.writing() as connection:
        connection.execute(reminders.update().where(far).values(due_at=moment, next_attempt_at=moment, **later))
    return moment


# --- what is measured -------------------------------------------------------------------------------------------


@contextmanager
def _keeping_in_touch(url: str) -> Iterator[int]:
    """Runs the process that sends reminders; yields its id."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SAATTAJA_DATABASE": url,
            "SAATTAJA_PUSH_KEY": f"{folder}/vapid.pem",
            "SAATTAJA_CATALOG": str(ROOT / "build" / "catalog.db"),
        }
        command = [sys.executable, "-m", "bot.keeping_in_touch"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _look(database: Database) -> float:
    """Returns the median milliseconds of finding out that nothing is due."""
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        with database.reading() as connection:
            store.is_due(connection, datetime.now(timezone.utc))
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


class _Messages:
    """Writes messages as the web server does while it is entered; `times` are the milliseconds of each."""

    def __init__(self, database: Database) -> None:
        self._database, self._stop = database, threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.times: list[float] = []

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.wait(MESSAGE_EACH):
            began = time.perf_counter()
            with self._database.writing() as connection:
                outbox.append(connection, "somebody", "message", {"text": "moi"}, datetime.now(timezone.utc))
            self.times.append((time.perf_counter() - began) * 1000)


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _until(database: Database, is_so: Any, pause: float = 0.1, patience: float = 600.0) -> None:
    deadline = time.monotonic() + patience
    while True:
        with database.reading() as connection:
            if is_so(connection):
                return
        if time.monotonic() > deadline:
            raise RuntimeError("nothing happens; run python -m bot.keeping_in_touch by hand to see why")
        time.sleep(pause)


@click.command()
@click.option("--stored", default=STORED, show_default=True, help="Reminders in the database.")
@click.option("--due", default=DUE, show_default=True, help="Of them due at one moment.")
def main(stored: int, due: int) -> None:
    """Measures and prints; nothing is judged."""
    Console().print(table(measure(stored, due)))


if __name__ == "__main__":
    main()
