"""A million reminders of generated people: none outside a window, none lost without a reason, however clocks step.

    python -m tests.benchmarks.reminder_planning [--cases N]

Each case plans one or several messages of one person and then sends them under a clock that runs, stands still, and is
set forwards and backwards, with rules that may change meanwhile. What the property tests ask is asked here of more
cases (`tests/reminder_oracle.py`); a promise that doesn't hold ends the run with the case's number.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock

import click
from rich.console import Console
from rich.table import Table

from reminders.kinds import Kind
from reminders.planning import Planned, Rules, Send
from reminders.windows import DAYS
from tests.reminder_oracle import (
    ALL_KINDS,
    NIGHTS,
    UTC,
    ZONES,
    Case,
    check_delivery,
    check_plan,
    deliver,
)

CASES = 1_000_000
SEED = 20261122
_ORDERS: tuple[tuple[str, ...] | None, ...] = (None, None, None, (), ("later",), ("earlier",), ("earlier", "later"))


@dataclass(frozen=True)
class Figures:
    """How many messages were planned, what came of them, and the seconds it took, checks included."""

    cases: int
    outcomes: Counter[str]
    clock_steps_back: int
    seconds: float


def measure(cases: int = CASES, seed: int = SEED) -> Figures:
    """Returns what came of so many messages. Raises AssertionError for the first promise that doesn't hold."""
    source = random.Random(seed)
    outcomes: Counter[str] = Counter()
    done = steps_back = 0
    began = time.perf_counter()
    while done < cases:
        start, zone = _moment(source), source.choice(ZONES)
        now = start - timedelta(minutes=source.choice((source.randint(-300, 300), source.randint(-2000, 12000))))
        rules = _rules(source, now, zone)
        planned: list[tuple[Kind, Planned]] = []
        for _ in range(source.choice((1, 1, 2, 5))):
            end = start + timedelta(minutes=source.randint(5, 300)) if source.random() < 0.8 else None
            case = Case(_kind(source), start, end, rules, now, [source.random() for _ in range(4)])
            try:
                outcome = check_plan(case)
            except AssertionError as error:
                raise AssertionError(f"case {done} of seed {seed}: {case}") from error
            done += 1
            if isinstance(outcome, Planned):
                planned.append((case.kind, outcome))
            else:
                outcomes[outcome.reason.value] += 1
        ticks = [(now, rules)]
        for _ in range(source.randint(0, 5)):
            step = timedelta(minutes=source.choice((-1500, -60, -1, 0, 1, 60, 1500)) * source.random())
            steps_back += step < timedelta()
            now = ticks[-1][0] + step
            if planned and source.random() < 0.5:
                now = source.choice(planned)[1].due_at + step
            ticks.append((now, _rules(source, now, zone) if source.random() < 0.1 else ticks[-1][1]))
        sent, messages = deliver(planned, ticks)
        try:
            check_delivery(sent, messages)
        except AssertionError as error:
            raise AssertionError(f"the delivery before case {done} of seed {seed}") from error
        for message in messages:
            assert message.outcome
            outcomes["sent" if isinstance(message.outcome, Send) else message.outcome.reason.value] += 1
    assert sum(outcomes.values()) == done, "some were lost"
    return Figures(done, outcomes, steps_back, time.perf_counter() - began)


def table(figures: Figures) -> Table:
    """The figures; every message is in one of the rows."""
    result = Table("reminders, planned and sent", "", "aimed at")
    result.add_row("cases", f"{figures.cases:,}", f"{CASES:,}")
    result.add_row("outside a window or too late", "0", "0")
    result.add_row("lost without a reason", f"{figures.cases - sum(figures.outcomes.values())}", "0")
    for outcome, count in figures.outcomes.most_common():
        result.add_row(outcome if outcome == "sent" else f"dropped: {outcome}", f"{count:,}", "")
    result.add_row("times the clock was set back", f"{figures.clock_steps_back:,}", "")
    result.add_row("a message with its checks, µs", f"{figures.seconds / figures.cases * 1e6:.0f}", "")
    return result


def _moment(source: random.Random) -> datetime:
    """Half of them within two days of a change of clocks or a leap day."""
    day = source.choice(NIGHTS)
    if source.random() < 0.5:
        day += timedelta(days=source.randint(0, 1500))
    return datetime.combine(day, clock(), UTC) + timedelta(minutes=source.randint(-2880, 2880))


def _rules(source: random.Random, now: datetime, zone: str) -> Rules:
    windows = []
    for _ in range(source.randint(1, 3)):
        small_hours = source.random() < 0.3
        start, end = source.sample(range(0, 301 if small_hours else 1440), 2)
        days = source.choice((DAYS, DAYS[:5], DAYS[5:], tuple(source.sample(DAYS, source.randint(1, 7)))))
        windows.append((days, start, end or 1440))
    pause = now + timedelta(minutes=source.randint(-1440, 10000))
    return Rules(
        windows=source.choices((tuple(windows), None, ()), (20, 3, 1))[0],
        zone=zone,
        reminders_allowed=source.random() < 0.97,
        paused_until=pause if source.random() < 0.2 else None,
        topics_off=frozenset({source.choice(ALL_KINDS).id}) if source.random() < 0.1 else frozenset(),
        most_per_day=source.randint(1, 3),
    )


def _kind(source: random.Random) -> Kind:
    """A kind of the table, often with another rule for moments outside the windows than it has."""
    kind, outside = source.choice(ALL_KINDS), source.choice(_ORDERS)
    return kind if outside is None else replace(kind, outside=outside, earlier=timedelta(hours=24))


@click.command()
@click.option("--cases", default=CASES, show_default=True, help="Messages to plan.")
def main(cases: int) -> None:
    """Measures and prints."""
    Console().print(table(measure(cases)))


if __name__ == "__main__":
    main()
