"""The process that keeps in touch: the database says what is due, APScheduler when to look.

`run` looks every second; nothing due costs one look into an index. Several processes may run on one PostgreSQL
database and share the work; on SQLite one works and the others wait for its end. Whatever is killed, what it had
claimed goes on with whoever comes next.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.engine import Connection

from people.database import Database, DatabaseUnavailable
from reminders import outbox, store
from reminders.store import Reminder
from service_catalog.fields import LOCAL_ZONE
from service_catalog.schedules import at

logger = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks for what is due
BATCH = 100  # reminders claimed at a time
UNIT = 20  # reminders delivered in one unit of work, for which others wait
GIVE_WAY = 0.5  # of the time that a unit of work took: SQLite lets others wait without a queue, who would starve
BEAT = timedelta(seconds=5)  # between two signs of life
LONGEST_PAUSE = 300.0  # seconds until a job that failed again and again is tried again
STEP = 2.0  # seconds by which the wall clock may differ from the one that only goes forward, before it counts as set

Clock = Callable[[], datetime]
Attempt = Callable[[Connection, Reminder, datetime], str]
"""`reminders.delivery.Delivery.attempt`: settles one claimed reminder and returns how."""


@dataclass(frozen=True)
class Job:
    """Work beside the deliveries: `run(now)`, `every` so many seconds. It may fail: then it is tried again."""

    name: str
    run: Callable[[datetime], object]
    every: float


def daily(database: Database, name: str, run: Callable[[datetime], object], hour: int) -> Job:
    """Returns a job that runs once a day, at an hour of the clocks in Finland or as soon after as a process lives.

    When it was done is kept under its name, so that neither a restart nor another process does it again.
    """

    def run_if_due(now: datetime) -> None:
        with database.reading() as connection:
            done = store.done_at(connection, name)
        if done is None or not _last_time(now, hour) <= done <= now:
            run(now)
            with database.writing() as connection:
                store.done(connection, name, now)

    return Job(name, run_if_due, every=60.0)


def _last_time(now: datetime, hour: int) -> datetime:
    """The last moment, at or before `now`, at which clocks in Finland showed the full hour."""
    day = now.astimezone(LOCAL_ZONE).date()
    today = at(day, hour * 60, LOCAL_ZONE)
    return today if today <= now else at(day - timedelta(days=1), hour * 60, LOCAL_ZONE)


# --- deliveries -------------------------------------------------------------------------------------------------


def tick(
    database: Database, worker: str, attempt: Attempt, now: Clock, may_go_on: Callable[[], bool] = lambda: True
) -> Counter[str]:
    """Deals with all that is due, until nothing is or `may_go_on` says no; returns how many of each outcome.

    Outcomes are those of `attempt`, and "failed" for what is tried again or was given up. Raises
    people.database.DatabaseUnavailable; what was claimed then goes on when its lease ends.
    """
    outcomes: Counter[str] = Counter()
    with database.reading() as connection:
        is_due = store.is_due(connection, now())
    while is_due and may_go_on():
        with database.writing() as connection:
            claimed = store.claim(connection, worker, now(), BATCH)
        for start in range(0, len(claimed), UNIT):
            if not may_go_on():
                return outcomes
            began = time.monotonic()
            outcomes.update(_settle(database, claimed[start : start + UNIT], attempt, now))
            if _is_sqlite(database):
                time.sleep(GIVE_WAY * (time.monotonic() - began))
        is_due = len(claimed) == BATCH
    return outcomes


def _settle(database: Database, claimed: Sequence[Reminder], attempt: Attempt, now: Clock) -> list[str]:
    """Settles some in one unit of work; each in its own when that fails, so that one can't hold up the others."""
    try:
        with database.writing() as connection:
            outbox.hold(connection)
            return [attempt(connection, reminder, now()) for reminder in claimed]
    except Exception as error:
        if len(claimed) > 1:
            return [outcome for reminder in claimed for outcome in _settle(database, [reminder], attempt, now)]
        logger.error("A reminder of the kind %s could not be delivered: %s", claimed[0].kind, without_words(error))
    with database.writing() as connection:
        store.retry(connection, claimed[0], now())
    return ["failed"]


# --- the loop ---------------------------------------------------------------------------------------------------


def run(
    database: Database,
    attempt: Attempt,
    jobs: Sequence[Job],
    stop: threading.Event,
    now: Clock = lambda: datetime.now(timezone.utc),
    say: Callable[[str], None] = print,
) -> None:
    """Keeps in touch until `stop` is set. Waits for its turn where another process has the SQLite database."""
    with _alone(database, stop, say):
        if stop.is_set():
            return
        worker = _Worker(database, attempt, now, stop)
        clock = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        # It warns of each look that finds the one before still at work, which is as it should be.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for job in (Job("delivery", worker.work, LOOK), *jobs):
            clock.add_job(_Guarded(job, now), "interval", seconds=job.every, next_run_time=_wall(), name=job.name)
        clock.start()
        say("Keeping in touch.")
        _wait(clock, stop)
        clock.shutdown()
        worker.end()


def _wait(clock: BackgroundScheduler, stop: threading.Event, drift: Callable[[], float] | None = None) -> None:
    """Waits for `stop`. APScheduler counts by the wall clock: when that is set back, it would sleep for as long."""
    drift = drift or (lambda: time.time() - time.monotonic())
    usual = drift()
    while not stop.wait(LOOK):
        if abs(drift() - usual) > STEP:
            usual = drift()
            for job in clock.get_jobs():
                job.modify(next_run_time=_wall())


def _wall() -> datetime:
    return datetime.now(timezone.utc)


class _Worker:
    """This process as the database knows it: by a name that no other has, and by its signs of life."""

    def __init__(self, database: Database, attempt: Attempt, now: Clock, stop: threading.Event) -> None:
        self._database, self._attempt, self._now, self._stop = database, attempt, now, stop
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._beaten: datetime | None = None
        self._has_begun = not _is_sqlite(database)

    def work(self, _: datetime) -> None:
        """Deals with all that is due, and shows that it is alive."""
        if not self._has_begun:  # what is claimed was so by a process that was killed: no other can be alive
            with self._database.writing() as connection:
                store.release(connection, self._now())
            self._has_begun = True
        self._may_go_on()
        tick(self._database, self.name, self._attempt, self._now, self._may_go_on)

    def end(self) -> None:
        """Leaves what it has claimed and not dealt with to others, at once."""
        try:
            with self._database.writing() as connection:
                store.release(connection, self._now(), self.name)
                store.no_beat(connection, self.name)
        except DatabaseUnavailable as error:
            logger.warning("What was claimed goes on when its lease ends: %s", error)

    def _may_go_on(self) -> bool:
        now = self._now()
        if self._beaten is None or abs(now - self._beaten) >= BEAT:
            with self._database.writing() as connection:
                store.beat(connection, self.name, now)
            self._beaten = now
        return not self._stop.is_set()


class _Guarded:
    """A job that may fail: then it is said without anybody's data, and tried again after a growing pause."""

    def __init__(self, job: Job, now: Clock, passed: Callable[[], float] = time.monotonic) -> None:
        self._job, self._now, self._passed = job, now, passed
        self._failures, self._not_before = 0, float("-inf")

    def __call__(self) -> None:
        if self._passed() < self._not_before:
            return
        try:
            self._job.run(self._now())
        except Exception as error:
            self._failures += 1
            pause = min(LONGEST_PAUSE, 2.0 ** (self._failures - 1))
            self._not_before = self._passed() + pause
            logger.error("%s failed and is tried again in %.0f s: %s", self._job.name, pause, without_words(error))
        else:
            self._failures = 0


def without_words(error: BaseException) -> str:
    """Returns what failed and where, without the values that an exception's text may quote: people's words."""
    if isinstance(error, DatabaseUnavailable):  # its text has none
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return type(error).__name__ + "".join(f" at {os.path.basename(line.filename)}:{line.lineno}" for line in place)


@contextmanager
def _alone(database: Database, stop: threading.Event, say: Callable[[str], None]) -> Iterator[None]:
    """Waits until no other process keeps in touch on the same SQLite database, or `stop` is set.

    The operating system gives the lock back when its holder ends, however that went. PostgreSQL needs none.
    """
    if not _is_sqlite(database):
        yield
        return
    with open(f"{database.engine.url.database}.scheduler", "w") as lock:
        is_told = False
        while not stop.is_set() and not _is_locked(lock.fileno()):
            if not is_told:
                say("Another process keeps in touch on this SQLite database; this one waits until that has ended.")
                is_told = True
            stop.wait(LOOK)
        yield


def _is_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
