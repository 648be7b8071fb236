"""Reminders in the database: claimed by one, settled once, and with a reason for whatever isn't sent."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from people import exporting, profiles
from people.profiles import WEB_CHAT
from reminders import store
from reminders.planning import Dropped, Planned, Rules
from reminders.reasons import Reason

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


def add(connection, key="k", *, due=NOW, until=None, person="p", kind="start_now", **more):
    return store.add(connection, person, kind, key, Planned(due, until or due + HOUR), NOW - DAY, **more)


def claim(connection, worker="w", now=NOW, most=10):
    return store.claim(connection, worker, now, most)


# --- adding -----------------------------------------------------------------------------------------------------


def test_there_is_one_of_a_key_for_a_person(connection):
    first = add(connection, "video/monday")
    assert first
    assert add(connection, "video/monday", due=NOW + HOUR) is None
    assert add(connection, "video/monday", person="q")
    assert [(one.id, one.due_at) for one in store.of_person(connection, "p")] == [(first, NOW)]


def test_what_is_planned_not_to_be_sent_is_kept_with_its_reason(connection):
    store.add(connection, "p", "start_now", "k", Dropped(Reason.OUTSIDE_WINDOWS), NOW)
    (kept,) = store.of_person(connection, "p")
    assert (kept.state, kept.reason) == ("dropped", "outside_windows")
    assert claim(connection, now=NOW + DAY) == []


def test_a_kind_that_there_is_not_is_refused(connection):
    with pytest.raises(ValueError, match="same_day_notice"):
        add(connection, kind="advert")


# --- claiming ---------------------------------------------------------------------------------------------------


def test_what_is_due_longest_comes_first_and_what_is_not_due_waits(connection):
    for key, due in (("second", NOW - MINUTE), ("first", NOW - HOUR), ("later", NOW + MINUTE)):
        add(connection, key, due=due)
    assert store.is_due(connection, NOW)
    assert [one.key for one in claim(connection)] == ["first", "second"]
    assert not store.is_due(connection, NOW)


def test_what_one_has_claimed_no_other_gets_before_its_lease_ends(connection):
    add(connection)
    (mine,) = claim(connection, "one")
    assert (mine.state, mine.claimed_by) == ("claimed", "one")
    assert claim(connection, "two", NOW + store.LEASE - timedelta(seconds=1)) == []
    (theirs,) = claim(connection, "two", NOW + store.LEASE)
    assert store.deliver(connection, mine, "widget", NOW) is False
    assert store.deliver(connection, theirs, "widget", NOW) is True
    assert store.deliver(connection, theirs, "widget", NOW) is False


def test_what_a_worker_gives_back_is_due_at_once(connection):
    add(connection, "a")
    (one,) = claim(connection, "one")
    add(connection, "b")
    (two,) = claim(connection, "two")
    assert store.release(connection, NOW, "one") == 1
    assert [each.key for each in claim(connection, "three")] == ["a"]
    assert store.deliver(connection, one, "widget", NOW) is False
    assert store.deliver(connection, two, "widget", NOW) is True
    assert store.release(connection, NOW) == 1


def test_several_that_claim_at_once_get_different_ones(database):
    with database.writing() as connection:
        for number in range(200):
            add(connection, str(number))
    claimed = []

    def work(worker):
        while True:
            with database.writing() as connection:
                found = claim(connection, worker, most=7)
            if not found:
                return
            claimed.extend(one.key for one in found)

    workers = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(map(int, claimed)) == list(range(200))


# --- settling ---------------------------------------------------------------------------------------------------


def test_what_was_delivered_is_told_with_time_and_channel(connection):
    add(connection)
    (mine,) = claim(connection)
    store.deliver(connection, mine, "widget", NOW)
    (kept,) = store.of_person(connection, "p")
    assert (kept.state, kept.channel, kept.delivered_at) == ("delivered", "widget", NOW)
    assert kept.next_attempt_at is None and kept.claimed_by is None
    assert store.last_delivered(connection, "p") == kept
    assert store.delivered_within(connection, "p", NOW, NOW + HOUR) == 1
    assert store.delivered_within(connection, "p", NOW - HOUR, NOW) == 0
    assert store.delivered_within(connection, "q", NOW, NOW + HOUR) == 0


def test_what_is_moved_is_due_then_and_says_why(connection):
    add(connection, until=NOW + DAY)
    (mine,) = claim(connection)
    assert store.postpone(connection, mine, NOW + HOUR, Reason.PAUSED)
    (kept,) = store.of_person(connection, "p", waiting=True)
    assert (kept.state, kept.reason, kept.next_attempt_at) == ("waiting", "paused", NOW + HOUR)
    assert claim(connection, now=NOW + HOUR - MINUTE) == []
    assert claim(connection, now=NOW + HOUR)


def test_what_fails_is_tried_again_after_growing_pauses_and_then_given_up(connection):
    add(connection, until=NOW + DAY)
    now, pauses = NOW, []
    while True:
        (mine,) = claim(connection, now=now)
        assert store.retry(connection, mine, now)
        (kept,) = store.of_person(connection, "p")
        if kept.state != "waiting":
            break
        pauses.append((kept.next_attempt_at - now).total_seconds())
        now = kept.next_attempt_at
    assert pauses == [10, 20, 40, 80, 160, 320, 640]
    assert (kept.state, kept.reason, kept.attempts) == ("dropped", "gave_up", store.MOST_ATTEMPTS)


def test_what_would_be_tried_again_too_late_is_given_up(connection):
    add(connection, until=NOW + timedelta(seconds=10))
    (mine,) = claim(connection)
    store.retry(connection, mine, NOW)
    (kept,) = store.of_person(connection, "p")
    assert (kept.state, kept.reason) == ("dropped", "gave_up")


def test_what_is_cancelled_while_it_is_claimed_is_not_delivered(connection):
    add(connection, service="s", session="video", occurrence_start=NOW)
    (mine,) = claim(connection)
    named = {"person": "p", "service": "s", "session": "video"}
    assert store.cancel(connection, Reason.LEFT, **named, occurrence_start=NOW + HOUR) == 0
    assert store.cancel(connection, Reason.LEFT, **named, occurrence_start=NOW) == 1
    assert store.cancel(connection, Reason.LEFT, **named) == 0
    assert store.deliver(connection, mine, "widget", NOW) is False
    (kept,) = store.of_person(connection, "p")
    assert (kept.state, kept.reason) == ("cancelled", "left")


def test_nobody_cancels_everything_by_naming_nothing(connection):
    with pytest.raises(ValueError, match="everybody"):
        store.cancel(connection, Reason.LEFT)


# --- changed rules ----------------------------------------------------------------------------------------------

EVENINGS = ((("mon",), 18 * 60, 20 * 60),)
ALLOWED = Rules(reminders_allowed=True)


def test_changed_windows_move_what_waits_and_bring_back_what_they_had_kept_away(connection):
    starts = NOW + HOUR  # 17:00
    moments = {"occurrence_start": starts, "occurrence_end": starts + 2 * HOUR}
    add(connection, "waits", kind="start_now", due=starts, until=starts + 15 * MINUTE, **moments)
    store.add(connection, "p", "start_now", "kept away", Dropped(Reason.OUTSIDE_WINDOWS), NOW, **moments)
    store.add(connection, "p", "start_now", "left", Dropped(Reason.LEFT), NOW, **moments)

    def states():
        return {one.key: (one.state, one.reason) for one in store.of_person(connection, "p")}

    evenings = Rules(reminders_allowed=True, windows=EVENINGS)
    assert store.plan_again(connection, "p", evenings, NOW) == 1
    outside = ("dropped", "outside_windows")
    assert states() == {"waits": outside, "kept away": outside, "left": ("dropped", "left")}
    assert store.plan_again(connection, "p", ALLOWED, NOW) == 2
    assert states() == {"waits": ("waiting", None), "kept away": ("waiting", None), "left": ("dropped", "left")}
    assert {one.key for one in claim(connection, now=starts)} == {"waits", "kept away"}


def test_a_pause_that_is_over_early_brings_what_it_had_moved_back(connection):
    starts = NOW + 3 * HOUR  # 19:00
    add(connection, kind="start_now", due=starts, until=starts + HOUR, occurrence_start=starts)
    (mine,) = claim(connection, now=starts)
    store.postpone(connection, mine, starts + 10 * MINUTE, Reason.PAUSED)
    assert store.plan_again(connection, "p", ALLOWED, starts + MINUTE) == 1
    assert claim(connection, now=starts + MINUTE)


def test_what_a_person_wants_to_hear_again_comes_once_more_and_no_rules_move_it(connection):
    starts = NOW + 3 * HOUR
    add(connection, kind="same_day_notice", until=starts, service="s", occurrence_start=starts, body={"name": "n"})
    (mine,) = claim(connection)
    store.deliver(connection, mine, "widget", NOW)
    assert store.again(connection, mine, starts, NOW) is None
    assert store.again(connection, mine, NOW + HOUR, NOW)
    assert store.again(connection, mine, NOW + HOUR, NOW) is None
    assert store.plan_again(connection, "p", ALLOWED, NOW) == 0
    assert claim(connection, now=NOW + HOUR - MINUTE) == []
    (more,) = claim(connection, now=NOW + HOUR)
    assert (more.service, more.occurrence_start, more.body) == ("s", starts, {"name": "n"})


# --- a person's -------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_the_reminder_that_reached_the_person(connection):
    reminder = add(connection)
    assert store.answer(connection, "p", reminder, "done") is None
    (mine,) = claim(connection)
    store.deliver(connection, mine, "widget", NOW)
    assert store.answer(connection, "another", reminder, "done") is None
    assert store.answer(connection, "p", reminder, "done").answered == "done"


def test_everything_of_a_person_is_exported_and_erased(connection):
    person = profiles.ensure(connection, WEB_CHAT, "c", NOW).id
    add(connection, person=person, service="s", body={"name": "Vertaisryhmä"})
    add(connection, person="another")
    (told,) = exporting.export(connection, person)["reminders"]
    assert (told["service"], told["state"], told["body"]) == ("s", "waiting", {"name": "Vertaisryhmä"})
    assert told["due_at"] == NOW.isoformat()
    store.erase_person(connection, person)
    assert store.of_person(connection, person) == []
    assert len(store.of_person(connection, "another")) == 1


def test_what_is_long_over_is_forgotten_and_what_is_open_stays(connection):
    add(connection, "open")
    add(connection, "over")
    add(connection, "new", until=NOW + 30 * DAY)
    for key in ("over", "new"):
        (one,) = (one for one in store.of_person(connection, "p") if one.key == key)
        store.cancel(connection, Reason.LEFT, reminder=one.id)
    assert store.forget(connection, NOW + 2 * DAY, 10) == 1
    assert {one.key for one in store.of_person(connection, "p")} == {"open", "new"}


# --- schedulers -------------------------------------------------------------------------------------------------


def test_signs_of_life_are_kept_while_they_are_of_use(connection):
    assert store.last_beat(connection) is None
    store.beat(connection, "one", NOW - 2 * DAY)
    store.beat(connection, "two", NOW)
    store.beat(connection, "two", NOW + MINUTE)
    assert store.last_beat(connection) == NOW + MINUTE
    store.no_beat(connection, "two")
    assert store.last_beat(connection) is None
