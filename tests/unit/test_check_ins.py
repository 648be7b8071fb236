"""Asking how it went: some days after a service was used or a session was over, seldom, and only who allowed it."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from people import feedback, profiles
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import attendance, check_ins, store
from reminders.check_ins import Asked, may_ask
from service_catalog.schema import Service

FINLAND = ZoneInfo("Europe/Helsinki")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=FINLAND).astimezone(timezone.utc)


NOW = at("2026-11-23 14:00")  # Monday
DAY = timedelta(days=1)


def service(name, **more):
    fields = {
        **{"id": name, "organization": "o", "name": name.capitalize(), "summary": "Juttele.", "first_step": "Avaa."},
        **{"needs": ["loneliness"], "service_area": "country", "confidence": "high", "source": ["x"]},
        "channels": [{"type": "chat", "url": "https://example.fi"}],
    }
    return Service.parse_obj({**fields, **more})


CHATTI, TALO = service("chatti"), service("talo")
TUESDAYS = {
    "id": "ryhma",
    "name": "Vertaisryhmä",
    "starts": "2026-11-24 18:00",
    "ends_at": "20:00",
    "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "channel": "video",
}
RYHMA = service("juttu", sessions=[TUESDAYS])
SERVICES = {one.id: one for one in (CHATTI, TALO, RYHMA)}


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def person(connection):
    return someone(connection)


def someone(connection, address="a", **allowed):
    mine = profiles.ensure(connection, WEB_CHAT, address, NOW).id
    return profiles.change(connection, mine, **{"reminders_allowed": True, **allowed}).id


def waiting(connection, person):
    """Returns what will be asked about, and when by the clocks in Finland."""
    open_ones = store.of_person(connection, person, waiting=True)
    return [(one.service, f"{one.due_at.astimezone(FINLAND):%Y-%m-%d %H:%M}") for one in open_ones]


def deliver(connection, now):
    for one in store.claim(connection, "w", now, 10):
        store.deliver(connection, one, WEB_CHAT, now)


# --- after a card was used --------------------------------------------------------------------------------------


def test_some_days_after_a_card_was_used_it_is_asked_how_it_went(connection, person):
    when = check_ins.used(connection, person, CHATTI, NOW)
    assert when == at("2026-11-26 17:00")
    (one,) = store.of_person(connection, person)
    assert (one.kind, one.body["name"], one.useful_until) == ("check_in", "Chatti", at("2026-12-02 00:00"))


@pytest.mark.parametrize(
    ("allowed", "when"),
    [
        ({"reminders_allowed": False}, []),
        ({"topics_off": ["check_in"]}, []),
        ({"topics_off": ["news"]}, [("chatti", "2026-11-26 17:00")]),
        ({"windows": [(("sat",), 600, 720)]}, [("chatti", "2026-11-28 10:00")]),
        ({"windows": ()}, []),
        ({"paused_until": NOW + 4 * DAY}, [("chatti", "2026-11-27 14:00")]),
        ({"paused_until": NOW + 20 * DAY}, []),
    ],
)
def test_it_is_asked_only_as_the_person_allows(connection, allowed, when):
    person = someone(connection, **allowed)
    check_ins.used(connection, person, CHATTI, NOW)
    assert waiting(connection, person) == when


def test_of_who_does_not_allow_reminders_nothing_is_kept(connection):
    person = someone(connection, reminders_allowed=False)
    assert check_ins.used(connection, person, CHATTI, NOW) is None
    assert store.of_person(connection, person) == []
    assert check_ins.used(connection, "0" * 32, CHATTI, NOW) is None


@pytest.mark.parametrize(
    ("uses", "asked"),
    [
        ([("chatti", False)], ["chatti"]),
        ([("chatti", False), ("chatti", False)], ["chatti"]),
        ([("chatti", False), ("talo", False)], ["talo"]),  # the last one tried
        ([("chatti", True), ("talo", False)], ["chatti"]),  # what was said counts more than what was tapped
        ([("chatti", False), ("talo", True)], ["talo"]),
        ([("chatti", True), ("talo", True)], ["talo"]),
        ([("chatti", False), ("chatti", True), ("talo", False)], ["chatti"]),
    ],
)
def test_of_several_services_used_one_is_asked_about(connection, person, uses, asked):
    for number, (name, stated) in enumerate(uses):
        check_ins.used(connection, person, SERVICES[name], NOW + number * timedelta(hours=1), stated=stated)
    assert [name for name, _ in waiting(connection, person)] == asked
    reasons = {one.reason for one in store.of_person(connection, person)} - {None}
    assert reasons <= {"asked_another"}


@pytest.mark.parametrize(
    ("before", "answers", "may"),
    [
        ([], 0, True),
        ([(4, True)], 1, False),
        ([(4, False)], 0, False),
        ([(6, False)], 0, True),
        ([(6, True)], 1, True),
        ([(20, False), (6, False)], 0, False),  # twice without an answer is an answer
        ([(20, False), (6, True)], 1, True),
        ([(20, True), (13, True), (6, True)], 3, False),  # often enough: from now on seldom
        ([(50, True), (40, True), (27, True)], 3, True),
        ([(6, True)], 0, True),  # "later" is an answer too
    ],
)
def test_the_same_service_is_asked_about_seldom(before, answers, may):
    assert may_ask([Asked(NOW - days * DAY, is_answered) for days, is_answered in before], answers, NOW) is may


# --- after a session --------------------------------------------------------------------------------------------


def come(connection, person, now=NOW):
    attendance.attend(connection, person, RYHMA, "ryhma", now)


def test_the_day_after_a_session_it_is_asked_how_it_went(connection, person):
    come(connection, person)
    night = at("2026-11-25 03:00")
    assert check_ins.after_sessions(connection, SERVICES.get, person, night) == 1
    assert check_ins.after_sessions(connection, SERVICES.get, person, night + DAY / 24) == 0
    assert waiting(connection, person) == [("juttu", "2026-11-25 17:00")]
    (one,) = store.of_person(connection, person)
    assert (one.session, one.body["name"]) == ("ryhma", "Vertaisryhmä")


@pytest.mark.parametrize(
    ("said_at", "now", "asked"),
    [
        ("2026-11-23 14:00", "2026-11-24 19:00", 0),  # it isn't over
        ("2026-11-23 14:00", "2026-11-24 20:00", 1),
        ("2026-11-24 18:30", "2026-11-25 03:00", 0),  # said to come when it had begun
        ("2026-11-23 14:00", "2026-11-29 03:00", 1),  # nobody ran for some days
    ],
)
def test_only_sessions_that_are_over_and_were_meant_are_asked_about(connection, person, said_at, now, asked):
    come(connection, person, at(said_at))
    assert check_ins.after_sessions(connection, SERVICES.get, person, at(now)) == asked


def test_who_skips_a_time_or_does_not_come_any_more_is_not_asked(connection):
    skipping, leaving = someone(connection, "a"), someone(connection, "b")
    for person in (skipping, leaving):
        come(connection, person)
    attendance.leave(connection, skipping, "juttu", "ryhma", NOW, "juttu/ryhma/2026-11-24T16:00Z")
    attendance.leave(connection, leaving, "juttu", "ryhma", NOW)
    for person in (skipping, leaving):
        assert check_ins.after_sessions(connection, SERVICES.get, person, at("2026-11-25 03:00")) == 0


def test_a_session_called_off_is_not_asked_about(connection, person):
    come(connection, person)
    off = service("juttu", sessions=[{**TUESDAYS, "except": ["2026-11-24"]}])
    assert check_ins.after_sessions(connection, {"juttu": off}.get, person, at("2026-11-25 03:00")) == 0


def test_a_weekly_group_is_asked_about_three_times_and_then_seldom(connection, person):
    come(connection, person)
    asked = []
    for week in range(12):
        morning = at("2026-11-25 03:00") + timedelta(weeks=week)
        asked.append(check_ins.after_sessions(connection, SERVICES.get, person, morning))
        evening = morning + timedelta(hours=15)
        deliver(connection, evening)
        one = check_ins.pending(connection, person, evening)
        if one:
            check_ins.answered(connection, one)
            feedback.give(connection, person, "juttu", evening, helped="yes")
    assert asked == [1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]


def test_who_does_not_answer_is_left_alone(connection, person):
    come(connection, person)
    asked = []
    for week in range(4):
        morning = at("2026-11-25 03:00") + timedelta(weeks=week)
        asked.append(check_ins.after_sessions(connection, SERVICES.get, person, morning))
        deliver(connection, morning + timedelta(hours=15))
    assert asked == [1, 1, 0, 0]


def test_everybody_is_asked_once(database):
    with database.writing() as connection:
        for number in range(5):
            come(connection, someone(connection, f"a{number}"))
    night = at("2026-11-25 03:00")
    assert check_ins.run(database, SERVICES.get, night) == 5
    assert check_ins.run(database, SERVICES.get, night) == 0


# --- answers ----------------------------------------------------------------------------------------------------


def test_a_check_in_waits_for_its_answer_for_a_week(connection, person):
    check_ins.used(connection, person, CHATTI, NOW)
    assert check_ins.pending(connection, person, NOW) is None
    then = at("2026-11-26 17:00")
    deliver(connection, then)
    one = check_ins.pending(connection, person, then + 6 * DAY)
    assert one and one.service == "chatti"
    assert check_ins.pending(connection, person, then + 7 * DAY) is None
    check_ins.answered(connection, one)
    assert check_ins.pending(connection, person, then + DAY) is None
