"""When a service is open, and when it meets next."""

from datetime import date, datetime
from typing import Any

import pytest

from service_catalog.fields import LOCAL_ZONE
from service_catalog.schedules import (
    Moment,
    at,
    channel_is_open,
    channel_opening,
    next_session,
    occurrences,
    service_opening,
)
from service_catalog.schema import Channel, Service, Session

WORKDAYS = ["MO", "TU", "WE", "TH", "FR"]


def moment(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE, fold=fold)


def chat(*hours: tuple[list[str], str, str], **fields: Any) -> Channel:
    schedules = [{"byday": days, "opens_at": opens, "closes_at": closes} for days, opens, closes in hours]
    return Channel.parse_obj({"type": "chat", "url": "https://example.fi", "schedules": schedules, **fields})


OFFICE = chat((WORKDAYS, "9:00", "16:00"), holidays="closed")
EVENINGS = chat((WORKDAYS, "9:00", "24:00"), (["SA", "SU"], "15:00", "24:00"))
NIGHTS = chat((["FR", "SA"], "18:00", "2:00"), holidays="open")
ALWAYS = chat(always_open="yes")
NO_HOURS = chat()
SUMMER = Channel.parse_obj(
    {
        "type": "chat",
        "url": "https://example.fi",
        "schedules": [
            {
                "byday": WORKDAYS,
                "opens_at": "10:00",
                "closes_at": "14:00",
                "valid_from": "2026-06-01",
                "valid_to": "2026-08-31",
            }
        ],
    }
)
PAGE = Channel.parse_obj({"type": "web", "url": "https://example.fi", "always_open": "yes"})
INFORMATION = Channel.parse_obj({"type": "web", "url": "https://example.fi"})
APPOINTMENT = Channel.parse_obj({"type": "visit", "by_appointment": "yes"})


@pytest.mark.parametrize(
    "channel, now, open_now, opens, closes",
    [
        (OFFICE, "2026-11-23 09:00", True, None, "2026-11-23 16:00"),  # Monday, the first minute
        (OFFICE, "2026-11-23 16:00", False, "2026-11-24 09:00", None),  # the last minute was 15:59
        (OFFICE, "2026-11-20 17:00", False, "2026-11-23 09:00", None),  # Friday evening
        (EVENINGS, "2026-11-24 23:59", True, None, "2026-11-25 00:00"),  # 24:00 is the midnight that ends the day
        (EVENINGS, "2026-11-25 00:00", False, "2026-11-25 09:00", None),
        (NIGHTS, "2026-11-28 01:30", True, None, "2026-11-28 02:00"),  # Friday's night, on Saturday
        (NIGHTS, "2026-11-27 01:30", False, "2026-11-27 18:00", None),  # Thursday's isn't
        (NIGHTS, "2026-11-30 01:30", False, "2026-12-04 18:00", None),
        (ALWAYS, "2026-12-25 04:00", True, None, None),
        (NO_HOURS, "2026-11-23 12:00", None, None, None),
        (APPOINTMENT, "2026-11-23 12:00", None, None, None),
        (SUMMER, "2026-07-01 12:00", True, None, "2026-07-01 14:00"),
        (SUMMER, "2026-11-23 12:00", None, None, None),  # what holds in winter isn't stated
        # public holidays: Sunday 6 December is Independence Day, Good Friday is 3 April
        (OFFICE, "2026-04-03 12:00", False, "2026-04-07 09:00", None),  # Easter Monday is one too
        (EVENINGS, "2026-12-06 16:00", None, "2026-12-07 09:00", None),
        (EVENINGS, "2026-12-25 12:00", None, "2026-12-27 15:00", None),
        (NIGHTS, "2026-12-25 19:00", True, None, "2026-12-26 02:00"),
        # clocks go forward on 29 March 2026 and back on 25 October 2026
        (NIGHTS, "2026-03-29 01:00", True, None, "2026-03-29 02:00"),
        (EVENINGS, "2026-03-29 04:30", False, "2026-03-29 15:00", None),
        (EVENINGS, "2026-10-25 14:59", False, "2026-10-25 15:00", None),
    ],
)
def test_open_now_opens_next_and_closes(
    channel: Channel, now: str, open_now: bool | None, opens: str | None, closes: str | None
) -> None:
    opening = channel_opening(channel, moment(now))
    assert opening.open_now is open_now
    assert opening.opens == (opens and moment(opens))
    assert opening.closes == (closes and moment(closes))


def test_hours_that_began_on_the_eve_go_on_into_a_holiday() -> None:
    channel = chat((["SA"], "18:00", "2:00"))  # holidays not known; Sunday 6 December is one
    assert channel_is_open(channel, Moment.of(moment("2026-12-06 01:00"))) is True
    assert channel_is_open(channel, Moment.of(moment("2026-12-06 03:00"))) is None


def test_hours_that_began_on_a_holiday_are_not_known_after_midnight_either() -> None:
    channel = chat((["SU"], "18:00", "2:00"))
    assert channel_is_open(channel, Moment.of(moment("2026-12-07 01:00"))) is None
    assert channel_is_open(channel, Moment.of(moment("2026-12-07 03:00"))) is False


def test_windows_that_meet_are_one() -> None:
    channel = chat((["MO"], "9:00", "12:00"), (["MO"], "12:00", "24:00"), (["TU"], "0:00", "3:00"), holidays="open")
    assert channel_opening(channel, moment("2026-11-23 10:00")).closes == moment("2026-11-24 03:00")


def test_a_channel_that_is_always_open_but_on_holidays_opens_after_them() -> None:
    channel = chat(always_open="yes", holidays="closed")
    opening = channel_opening(channel, moment("2026-12-24 12:00"))
    assert (opening.open_now, opening.opens) == (False, moment("2026-12-27 00:00"))


def test_every_day_around_the_clock_never_closes() -> None:
    days = [*WORKDAYS, "SA", "SU"]
    assert channel_opening(chat((days, "0:00", "24:00"), holidays="open"), moment("2026-11-23 10:00")).closes is None


def test_an_hour_that_is_skipped_or_doubled() -> None:
    assert at(date(2026, 3, 29), 3 * 60 + 30) == moment("2026-03-29 04:00")
    assert at(date(2026, 10, 25), 3 * 60 + 30).utcoffset() == moment("2026-10-25 00:00").utcoffset()


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        channel_opening(OFFICE, datetime(2026, 11, 23, 12))


def service(*channels: Channel) -> Service:
    return Service.construct(channels=channels)


@pytest.mark.parametrize(
    "channels, now, open_now, opens",
    [
        ((OFFICE, EVENINGS), "2026-11-23 20:00", True, None),
        ((OFFICE, NO_HOURS), "2026-11-23 20:00", None, "2026-11-24 09:00"),
        ((OFFICE, APPOINTMENT), "2026-11-23 20:00", False, "2026-11-24 09:00"),
        ((APPOINTMENT,), "2026-11-23 12:00", None, None),
        (
            (OFFICE, PAGE),
            "2026-11-23 20:00",
            False,  # a page is always there: that isn't somebody who answers
            "2026-11-24 09:00",
        ),
        ((INFORMATION,), "2026-11-23 20:00", None, None),  # a page that tells of a service
        ((PAGE,), "2026-11-23 20:00", True, None),  # self-help, stated to be open always
    ],
)
def test_a_service_is_open_when_one_of_its_channels_is(
    channels: tuple[Channel, ...], now: str, open_now: bool | None, opens: str | None
) -> None:
    opening = service_opening(service(*channels), moment(now))
    assert opening.open_now is open_now
    assert opening.opens == (opens and moment(opens))


def session(starts: str, rrule: str | None = None, skip: tuple[str, ...] = (), name: str = "ryhma") -> Session:
    return Session.parse_obj({"id": name, "name": name, "starts": starts, "rrule": rrule, "except": skip})


def test_a_weekly_meeting_keeps_its_hour_when_the_clocks_change() -> None:
    weekly = session("2026-10-13 18:00", "FREQ=WEEKLY;BYDAY=TU", ("2026-10-27",))
    starts = occurrences(weekly, moment("2026-10-20 18:00"))
    assert [next(starts) for _ in range(3)] == [
        moment("2026-10-20 18:00"),
        moment("2026-11-03 18:00"),
        moment("2026-11-10 18:00"),
    ]


@pytest.mark.parametrize(
    "meeting, now, start",
    [
        (session("2026-11-24 18:00"), "2026-11-24 17:59", "2026-11-24 18:00"),
        (session("2026-11-24 18:00"), "2026-11-24 18:01", None),
        (session("2026-11-24 18:00", "FREQ=WEEKLY;UNTIL=20261208"), "2026-12-08 12:00", "2026-12-08 18:00"),
        (session("2026-11-24 18:00", "FREQ=WEEKLY;UNTIL=20261208"), "2026-12-09 12:00", None),
        (session("2026-11-24 18:00", "FREQ=MONTHLY;BYDAY=-1TU"), "2026-11-25 12:00", "2026-12-29 18:00"),
        (session("2026-11-24 18:00", "FREQ=WEEKLY;COUNT=2", ("2026-11-24", "2026-12-01")), "2026-11-01 12:00", None),
    ],
)
def test_the_next_meeting(meeting: Session, now: str, start: str | None) -> None:
    found = next_session([meeting], moment(now))
    assert (found and found[1]) == (start and moment(start))


def test_the_earliest_of_several_meetings_is_next() -> None:
    tuesdays, mondays = (
        session("2026-11-03 18:00", "FREQ=WEEKLY"),
        session("2026-11-02 10:00", "FREQ=WEEKLY", name="aamu"),
    )
    found = next_session([tuesdays, mondays], moment("2026-11-24 19:00"))
    assert found == (mondays, moment("2026-11-30 10:00"))
