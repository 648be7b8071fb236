"""The process that keeps in touch: it deals with all that is due, and no fault of one thing holds up another."""

import logging
import threading
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from people.database import Database, DatabaseUnavailable
from reminders import outbox, scheduler, store
from reminders.planning import Planned
from reminders.scheduler import Job, daily, run, tick

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def clock():
    return NOW


def add(database, count, due=NOW):
    with database.writing() as connection:
        for number in range(count):
            store.add(connection, "p", "news", f"{due} {number}", Planned(due, due + DAY), due)


def deliver(connection, reminder, now):
    """Delivers without asking anybody."""
    if store.deliver(connection, reminder, "widget", now):
        outbox.append(connection, reminder.person, "notice", {"key": reminder.key}, now)
        return "delivered"
    return "lost"


def states(database):
    with database.reading() as connection:
        return [(one.key.split()[-1], one.state) for one in store.of_person(connection, "p")]


def shown(database):
    with database.reading() as connection:
        return [event.body["key"].split()[-1] for event in outbox.events(connection, "p")]


# --- deliveries -------------------------------------------------------------------------------------------------


def test_all_that_is_due_is_delivered_however_much_it_is(database, monkeypatch):
    monkeypatch.setattr(scheduler, "BATCH", 7)
    monkeypatch.setattr(scheduler, "UNIT", 3)
    add(database, 20)
    add(database, 1, NOW + HOUR)
    assert tick(database, "w", deliver, clock) == {"delivered": 20}
    assert sorted(map(int, shown(database))) == list(range(20))
    assert tick(database, "w", deliver, clock) == {}


def test_one_that_fails_does_not_hold_up_the_others_and_leaves_nothing_behind(database, caplog):
    def fail_at_3(connection, reminder, now):
        outcome = deliver(connection, reminder, now)
        if reminder.key.endswith(" 3"):
            raise KeyError("mua ahistaa")
        return outcome

    add(database, 6)
    assert tick(database, "w", fail_at_3, clock) == {"delivered": 5, "failed": 1}
    assert dict(states(database))["3"] == "waiting"
    assert "3" not in shown(database)
    assert "KeyError at test_scheduler.py:" in caplog.text
    assert "ahistaa" not in caplog.text
    later = NOW + store.FIRST_PAUSE
    assert tick(database, "w", deliver, lambda: later) == {"delivered": 1}
    assert len(set(shown(database))) == len(shown(database)) == 6


def test_who_has_to_stop_stops_between_two_units_of_work(database, monkeypatch):
    monkeypatch.setattr(scheduler, "UNIT", 2)
    add(database, 6)
    answers = iter([True, True, False])
    assert tick(database, "w", deliver, clock, lambda: next(answers)) == {"delivered": 2}
    with database.writing() as connection:
        assert store.release(connection, NOW, "w") == 4


# --- jobs -------------------------------------------------------------------------------------------------------


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def test_a_daily_job_is_done_once_a_day_by_whoever_lives(database):
    done = []
    for restart in (
        ["2026-11-22 01:59", "2026-11-22 02:00", "2026-11-22 02:01"],  # 04:00 in Finland is 02:00 in winter
        ["2026-11-23 01:00", "2026-11-23 07:00", "2026-11-23 23:00"],
        ["2026-11-27 12:00", "2026-11-27 12:01"],
    ):
        job = daily(database, "purge", done.append, hour=4)
        for moment in restart:
            job.run(at(moment))
    assert done == [at(day) for day in ("2026-11-22 01:59", "2026-11-22 02:00", "2026-11-23 07:00", "2026-11-27 12:00")]


def test_a_daily_job_goes_on_after_a_clock_that_was_wrong_by_years(database):
    done = []
    job = daily(database, "purge", done.append, hour=4)
    for moment in ("2036-01-01 12:00", "2026-11-22 12:00", "2026-11-22 12:01"):
        job.run(at(moment))
    assert len(done) == 2


def test_a_daily_job_that_fails_is_not_taken_for_done(database):
    tries = []

    def fail_once(now):
        tries.append(now)
        if len(tries) == 1:
            raise OSError

    job = daily(database, "purge", fail_once, hour=4)
    with pytest.raises(OSError):
        job.run(NOW)
    job.run(NOW)
    job.run(NOW)
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("mua ahistaa"), "ValueError at test_scheduler.py"),
        (DatabaseUnavailable("It is away."), "It is away."),
    ],
)
def test_a_job_that_fails_is_tried_again_after_growing_pauses_without_quoting_anybody(caplog, error, said):
    passed, tries = [0.0], []

    def fail(now):
        tries.append(passed[0])
        if len(tries) <= 3:
            raise error

    guarded = scheduler._Guarded(Job("following", fail, 1), clock, lambda: passed[0])
    for second in range(10):
        passed[0] = float(second)
        guarded()
    assert tries == [0, 1, 3, 7, 8, 9]
    assert said in caplog.text and "following failed" in caplog.text
    assert "ahistaa" not in caplog.text


def test_a_clock_that_is_set_back_does_not_put_the_jobs_to_sleep(monkeypatch):
    monkeypatch.setattr(scheduler, "LOOK", 0.001)
    stop, moved = threading.Event(), []
    drifts = iter([0.0, 0.1, -7200.0, -7200.1])

    def drift():
        found = next(drifts, None)
        if found is None:
            stop.set()
        return -7200.0 if found is None else found

    jobs = [SimpleNamespace(modify=lambda next_run_time: moved.append(next_run_time))]
    scheduler._wait(SimpleNamespace(get_jobs=lambda: jobs), stop, drift)
    assert len(moved) == 1


# --- the process ------------------------------------------------------------------------------------------------


class Running:
    """`run` in a thread; `said` is what it said so far."""

    def __init__(self, database, attempt=deliver, jobs=()):
        self.said, self.stop = [], threading.Event()
        settings = {"now": clock, "say": self.said.append}
        self._thread = threading.Thread(target=run, args=(database, attempt, jobs, self.stop), kwargs=settings)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self._thread.join()


def until(condition):
    """Waits for something that another thread does."""
    for _ in range(2_000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come to that")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(scheduler, "LOOK", 0.02)


def test_what_becomes_due_is_delivered_and_jobs_run_and_it_shows_that_it_lives(database, quick, caplog):
    caplog.set_level(logging.WARNING)
    ran = []
    with Running(database, jobs=[Job("job", ran.append, every=0.02)]):
        until(lambda: ran)
        add(database, 3)
        until(lambda: len(shown(database)) == 3)
        with database.reading() as connection:
            assert store.last_beat(connection) == NOW
    with database.reading() as connection:
        assert store.last_beat(connection) is None
    assert ran[0] == NOW
    assert caplog.text == ""


def test_on_sqlite_one_works_and_a_second_says_so_and_takes_over(tmp_path, quick):
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    database.upgrade()
    with Running(database) as first:
        until(lambda: first.said == ["Keeping in touch."])
        with Running(database) as second:
            until(lambda: second.said)
            assert second.said == [
                "Another process keeps in touch on this SQLite database; this one waits until that has ended."
            ]
            first.stop.set()
            until(lambda: second.said[1:] == ["Keeping in touch."])
        with Running(database) as third:  # ends also while it waits
            until(lambda: third.said)
    database.close()


def test_on_sqlite_what_a_killed_process_had_claimed_goes_on_at_once(tmp_path, quick):
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    database.upgrade()
    add(database, 2)
    with database.writing() as connection:
        store.claim(connection, "killed", NOW, 2)
    with Running(database):
        until(lambda: len(shown(database)) == 2)
    database.close()
