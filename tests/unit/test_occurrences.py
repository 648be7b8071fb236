"""The times of sessions, staff's exceptions, who would come, and calendars that follow."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import pytest

from people import profiles
from reminders import attendance, calendars
from reminders.attendance import NoSuchOccurrence
from reminders.occurrences import occurrences
from service_catalog.schema import Service

FINLAND = ZoneInfo("Europe/Helsinki")
TUESDAYS = {
    "id": "ryhma",
    "name": "Vertaisryhmä",
    "starts": "2026-11-24 18:00",
    "ends_at": "20:00",
    "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "channel": "video",
    "url": "https://juttu.example.fi/huone",
}


def service(*sessions: dict, **fields) -> Service:
    return Service.parse_obj(
        {
            "id": "juttu",
            "organization": "juttu",
            "name": "Juttu",
            "summary": "Juttele.",
            "first_step": "Avaa chat.",
            "needs": ["loneliness"],
            "service_area": "country",
            "channels": [{"type": "chat", "url": "https://juttu.example.fi"}],
            "sessions": list(sessions),
            "confidence": "high",
            "source": ["https://juttu.example.fi"],
            **fields,
        }
    )


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=FINLAND).astimezone(timezone.utc)


def clock(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(FINLAND).strftime("%Y-%m-%d %H:%M")


def times(given: Service, since: str, until: str, **options) -> list[str | None]:
    return [clock(each.starts) for each in occurrences(given, at(since), at(until), **options)]


NOW = at("2026-11-22 12:00")


# --- occurrences ------------------------------------------------------------------------------------------------


def test_a_rule_comes_to_times_with_what_a_reminder_needs():
    (first, *_) = occurrences(service(TUESDAYS), NOW, NOW + timedelta(days=8))
    assert (first.id, first.name, first.service_name) == ("juttu/ryhma/2026-11-24T16:00Z", "Vertaisryhmä", "Juttu")
    assert (clock(first.starts), clock(first.ends)) == ("2026-11-24 18:00", "2026-11-24 20:00")
    assert (first.channel, first.url, first.place) == ("video", "https://juttu.example.fi/huone", None)


def test_a_meeting_is_called_what_staff_call_it_in_the_language():
    session = {**TUESDAYS, "translations": {"en": {"name": "Peer group"}}}
    (first, *_) = occurrences(service(session, translations={"sv": {"name": "Snacka"}}), NOW, NOW + timedelta(days=3))
    told = {language: first.said_in(language) for language in ("fi", "sv", "en", "ru", None)}
    assert [one.name for one in told.values()] == [
        "Vertaisryhmä",
        "Vertaisryhmä",
        "Peer group",
        "Vertaisryhmä",
        "Vertaisryhmä",
    ]
    assert [told[language].service_name for language in ("fi", "sv", "en")] == ["Juttu", "Snacka", "Juttu"]
    assert {"Vertaisryhmä", "Peer group", "Juttu", "Snacka"} == set(first.names)
    assert hash(first) == hash(told["ru"])


@pytest.mark.parametrize(
    "changed, since, until, expected",
    [
        ({}, "2026-11-24 18:00", "2026-12-08 18:00", ["2026-11-24 18:00", "2026-12-01 18:00"]),
        ({}, "2027-03-22 00:00", "2027-04-01 00:00", ["2027-03-23 18:00", "2027-03-30 18:00"]),  # summer time
        ({"except": ["2026-12-01"]}, "2026-11-25 00:00", "2026-12-09 00:00", ["2026-12-08 18:00"]),
        (
            {"moved": [{"from": "2026-12-01", "to": "2026-12-02 17:00"}]},
            "2026-11-25 00:00",
            "2026-12-09 00:00",
            ["2026-12-02 17:00", "2026-12-08 18:00"],
        ),
        (
            {"moved": [{"from": "2026-12-08", "to": "2026-11-30 17:00"}]},
            "2026-11-25 00:00",
            "2026-12-16 00:00",
            ["2026-11-30 17:00", "2026-12-01 18:00", "2026-12-15 18:00"],
        ),
        ({"rrule": None, "starts": "2028-02-29 18:00"}, "2026-11-25 00:00", "2029-01-01 00:00", ["2028-02-29 18:00"]),
        (
            {"starts": "2028-02-29 18:00", "rrule": "FREQ=YEARLY"},
            "2028-01-01 00:00",
            "2033-01-01 00:00",
            ["2028-02-29 18:00", "2032-02-29 18:00"],
        ),
        (
            {"starts": "2027-03-27 03:30", "ends_at": "5:00", "rrule": "FREQ=DAILY"},
            "2027-03-27 00:00",
            "2027-03-30 00:00",
            ["2027-03-27 03:30", "2027-03-28 04:00", "2027-03-29 03:30"],  # clocks skip 3:30
        ),
        (
            {"starts": "2026-10-24 03:30", "ends_at": "5:00", "rrule": "FREQ=DAILY"},
            "2026-10-24 00:00",
            "2026-10-27 00:00",
            ["2026-10-24 03:30", "2026-10-25 03:30", "2026-10-26 03:30"],  # clocks show it twice
        ),
    ],
)
def test_rules_exceptions_and_clocks(changed, since, until, expected):
    assert times(service({**TUESDAYS, **changed}), since, until) == expected


def test_a_time_that_clocks_show_twice_is_the_first_of_them_and_as_long_as_it_takes():
    night = {**TUESDAYS, "starts": "2026-10-25 03:30", "ends_at": "5:00", "rrule": None}
    (only,) = occurrences(service(night), at("2026-10-25 00:00"), at("2026-10-26 00:00"))
    assert only.starts == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)
    assert only.ends - only.starts == timedelta(hours=2, minutes=30)


def test_what_is_moved_keeps_its_id_and_its_length():
    moved = {**TUESDAYS, "moved": [{"from": "2026-11-24", "to": "2026-11-25 23:00"}]}
    (only,) = occurrences(service(moved), NOW, at("2026-11-26 00:00"))
    assert only.id == "juttu/ryhma/2026-11-24T16:00Z" and clock(only.moved_from) == "2026-11-24 18:00"
    assert clock(only.ends) == "2026-11-26 01:00"


def test_what_is_called_off_is_told_only_when_asked():
    given = service({**TUESDAYS, "except": ["2026-11-24"]})
    assert times(given, "2026-11-22 12:00", "2026-11-30 12:00") == []
    (off,) = occurrences(given, NOW, at("2026-11-30 12:00"), cancelled=True)
    assert off.is_cancelled and clock(off.starts) == "2026-11-24 18:00"


def test_a_shelter_is_never_told_as_a_place():
    visit = {**TUESDAYS, "channel": "visit", "url": None, "location": "talo"}
    for confidential, place in (("yes", None), ("no", "Talo, Katu 1, 00100 Helsinki")):
        secret = {"id": "talo", "confidential": confidential, "name": "Talo", "city": "Helsinki"}
        shown = {} if place is None else {"address": "Katu 1", "postal_code": "00100"}
        (only,) = occurrences(service(visit, locations=[{**secret, **shown}]), NOW, NOW + timedelta(days=3))
        assert only.place == place and only.url is None


@pytest.mark.parametrize(
    "moved, told",
    [
        ([{"from": "2026-12-02", "to": "2026-12-03 17:00"}], "2026-12-02 ei ole"),
        ([{"from": "2026-12-01", "to": "2026-12-03 17:00"}] * 2, "kahdesti"),
        ([{"from": "2026-12-15", "to": "2026-12-16 17:00"}], "except"),
    ],
)
def test_a_move_that_can_not_be_is_told_to_staff(moved, told):
    with pytest.raises(ValueError, match=told):
        service({**TUESDAYS, "except": ["2026-12-15"], "moved": moved})


# --- who would come ---------------------------------------------------------------------------------------------


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def eetu(connection):
    return profiles.ensure(connection, "widget", "a", NOW).id


GROUP = service(TUESDAYS)
FIRST, SECOND = (each.id for each in occurrences(GROUP, NOW, NOW + timedelta(days=14)))


def coming(connection, person, given=GROUP, **options):
    found = attendance.coming(connection, person, {"juttu": given}.get, NOW, NOW + timedelta(days=14), **options)
    return [each.id for each in found]


def test_one_comes_every_time_or_once(connection, eetu):
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW, SECOND)
    assert coming(connection, eetu) == [SECOND]
    every_time = attendance.attend(connection, eetu, GROUP, "ryhma", NOW)
    assert coming(connection, eetu) == [FIRST, SECOND]
    assert attendance.of_person(connection, eetu) == [every_time]
    assert [each.id for each in every_time.known] == [FIRST, SECOND]
    assert attendance.attend(connection, eetu, GROUP, "ryhma", NOW + timedelta(hours=1)) == every_time
    assert attendance.attend(connection, eetu, GROUP, "ryhma", NOW, SECOND) == every_time


def test_one_skips_a_time_and_comes_after_all(connection, eetu):
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW)
    assert attendance.leave(connection, eetu, "juttu", "ryhma", NOW, FIRST)
    assert not attendance.leave(connection, eetu, "juttu", "ryhma", NOW, FIRST)
    assert coming(connection, eetu) == [SECOND]
    assert attendance.those_who_come(connection, "juttu", "ryhma", FIRST) == []
    assert attendance.those_who_come(connection, "juttu", "ryhma", SECOND) == [eetu]
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW, FIRST)
    assert coming(connection, eetu) == [FIRST, SECOND]


def test_who_leaves_is_not_expected_and_may_come_again(connection, eetu):
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW)
    assert attendance.people_who_come(connection) == [eetu]
    assert attendance.leave(connection, eetu, "juttu", "ryhma", NOW)
    assert not attendance.leave(connection, eetu, "juttu", "ryhma", NOW)
    assert coming(connection, eetu) == attendance.people_who_come(connection) == []
    again = attendance.attend(connection, eetu, GROUP, "ryhma", NOW + timedelta(hours=1))
    assert again.since == NOW + timedelta(hours=1) and coming(connection, eetu) == [FIRST, SECOND]


@pytest.mark.parametrize("session, occurrence", [("muu", None), ("ryhma", "juttu/ryhma/2020-01-01T00:00Z")])
def test_nobody_can_come_to_what_is_not_held(connection, eetu, session, occurrence):
    with pytest.raises(NoSuchOccurrence):
        attendance.attend(connection, eetu, GROUP, session, NOW, occurrence)


def test_where_one_goes_is_exported_and_erased(connection, eetu):
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW, FIRST)
    (row,) = attendance.export_person(connection, eetu)
    assert (row["service"], row["occurrence"], row["ended_at"]) == ("juttu", FIRST, None)
    attendance.erase_person(connection, eetu)
    assert attendance.export_person(connection, eetu) == []


# --- calendars --------------------------------------------------------------------------------------------------


def test_a_calendar_says_what_is_moved_or_called_off():
    given = service({**TUESDAYS, "except": ["2026-12-01"], "moved": [{"from": "2026-12-08", "to": "2026-12-09 17:00"}]})
    found = occurrences(given, NOW, NOW + timedelta(days=21), cancelled=True)
    events = icalendar.Calendar.from_ical(calendars.calendar(found, NOW)).walk("VEVENT")
    assert [(str(e["status"]), int(e["sequence"]), clock(e.start), clock(e.end)) for e in events] == [
        ("CONFIRMED", 0, "2026-11-24 18:00", "2026-11-24 20:00"),
        ("CANCELLED", 1, "2026-12-01 18:00", "2026-12-01 20:00"),
        ("CONFIRMED", 1, "2026-12-09 17:00", "2026-12-09 19:00"),
    ]
    assert events[2]["uid"] == "juttu/ryhma/2026-12-08T16:00Z@saattaja"
    assert all(event["url"] == "https://juttu.example.fi/huone" for event in events)


def test_what_staff_write_can_not_break_out_of_its_line():
    note = "Tervetuloa; tule, niin jutellaan \\ BEGIN:VEVENT"
    found = occurrences(service({**TUESDAYS, "note": note}), NOW, NOW + timedelta(days=5))
    text = calendars.calendar(found, NOW).decode()
    assert text.count("\r\nBEGIN:VEVENT\r\n") == 1 and all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert note in event["description"]


def test_a_link_opens_the_persons_calendar_and_nothing_else_does(connection, eetu):
    attendance.attend(connection, eetu, GROUP, "ryhma", NOW)
    token = calendars.new_link(connection, eetu, NOW)
    text = calendars.calendar_of(connection, token, {"juttu": GROUP}.get, NOW)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 26 and eetu.encode() not in text  # half a year of Tuesdays
    assert calendars.calendar_of(connection, token[:-1], {"juttu": GROUP}.get, NOW) is None
    assert calendars.end_links(connection, eetu) == 1
    assert calendars.calendar_of(connection, token, {"juttu": GROUP}.get, NOW) is None


def test_a_person_has_a_few_links_the_newest(connection, eetu):
    tokens = [calendars.new_link(connection, eetu, NOW + timedelta(minutes=n)) for n in range(7)]
    assert [calendars.person_of(connection, token) for token in tokens] == [None] * 2 + [eetu] * 5
    assert len(calendars.export_person(connection, eetu)) == 5
