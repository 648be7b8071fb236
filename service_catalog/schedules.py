"""When a service is open and when it meets next. Pure functions: the moment is given, never read from a clock.

Hours are wall-clock time in Finland (Europe/Helsinki), whatever daylight saving does. Whether something is open
has three answers: True, False and None, "not known". None is said whenever the catalogue doesn't state it: no
hours, hours by appointment, a public holiday whose hours nobody stated, hours outside the dates they hold for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import holidays as public_holidays
from dateutil.rrule import rrule, rruleset, rrulestr

from service_catalog.fields import LOCAL_ZONE, MINUTES_IN_DAY, WEEKDAYS
from service_catalog.schema import Channel, Schedule, Service, Session

# Somebody answers or a door is open. A web page and e-mail take a message at any hour, so their hours say little.
LIVE_CHANNEL_TYPES = frozenset({"chat", "sms", "phone", "visit", "video"})
HORIZON_DAYS = 31  # a next opening farther than this isn't worth showing
MAXIMUM_OCCURRENCES = 1000  # of one session, looked through for one that is held
Spans = tuple[tuple[int, int], ...]  # minutes from the day's midnight; the end may pass the next midnight

_FINLAND = public_holidays.country_holidays("FI")


@dataclass(frozen=True)
class Opening:
    """Is it open, and when does that change? Aware moments in Finland.

    ``open_now`` None is "not known". ``opens`` is the next moment after now at which it is known to be open,
    within 31 days; None while it is open and when no such moment is known. ``closes`` is set only while open,
    and not for what never closes. ``by_appointment``: a time has to be agreed first. Of a service, ``channels`` says
    of each of its channels, in their order, whether it is open now.
    """

    open_now: bool | None
    opens: datetime | None = None
    closes: datetime | None = None
    by_appointment: bool = False
    channels: tuple[bool | None, ...] = ()


@dataclass(frozen=True)
class Moment:
    """A moment as a schedule sees it: the day, and minutes on the wall clock."""

    day: date
    minute: int

    @classmethod
    def of(cls, now: datetime) -> Moment:
        """Raises ``ValueError`` for a naive ``now``: say which time zone it is in."""
        if now.utcoffset() is None:
            raise ValueError(f"{now!r} has no time zone: give an aware datetime")
        local = now.astimezone(LOCAL_ZONE)
        return cls(local.date(), local.hour * 60 + local.minute)


@lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """Whether the day is a public holiday in Finland, Christmas Eve and Midsummer Eve among them."""
    return day in _FINLAND


# --- channels ---------------------------------------------------------------------------------------------------


def channel_is_open(channel: Channel, moment: Moment) -> bool | None:
    """Return whether the channel is open: True, False, or None when that is not known.

    A window that passes midnight belongs to the day it starts on: Friday's 18-02 is open on Saturday at 1,
    even where Saturday is a holiday.
    """
    if channel.by_appointment:
        return None
    if channel.always_open:
        return not (channel.holidays == "closed" and is_holiday(moment.day))
    if not channel.schedules:
        return None
    today = _hours(channel, moment.day)
    if today is not None and any(start <= moment.minute < end for start, end in today):
        return True
    eve = moment.day - timedelta(days=1)
    yesterday = _hours(channel, eve)
    late = moment.minute + MINUTES_IN_DAY
    if yesterday is not None and any(late < end for _, end in yesterday):
        return True
    if today is None or (yesterday is None and any(late < end for _, end in _usual_hours(channel, eve))):
        return None
    return False


def _hours(channel: Channel, day: date) -> Spans | None:
    """The hours that start on the day; None when they are not known."""
    if is_holiday(day) and channel.holidays != "open":
        return () if channel.holidays == "closed" else None
    if not any(_holds(schedule, day) for schedule in channel.schedules):
        return None
    return _usual_hours(channel, day)


def _usual_hours(channel: Channel, day: date) -> Spans:
    weekday = WEEKDAYS[day.weekday()]
    return tuple(
        (schedule.opens_at, _end(schedule))
        for schedule in channel.schedules
        if weekday in schedule.byday and _holds(schedule, day)
    )


def _end(schedule: Schedule) -> int:
    past_midnight = schedule.closes_at <= schedule.opens_at
    return schedule.closes_at + (MINUTES_IN_DAY if past_midnight else 0)


def _holds(schedule: Schedule, day: date) -> bool:
    after_start = schedule.valid_from is None or schedule.valid_from <= day
    return after_start and (schedule.valid_to is None or day <= schedule.valid_to)


def channel_opening(channel: Channel, now: datetime) -> Opening:
    """Return whether the channel is open and when that changes. Raises ``ValueError`` for a naive ``now``."""
    moment = Moment.of(now)
    open_now = channel_is_open(channel, moment)
    if channel.by_appointment or channel.always_open:
        opens = _day_after_closure(channel, now) if open_now is False else None
        return Opening(open_now, opens=opens, by_appointment=channel.by_appointment)
    if open_now:
        return Opening(True, closes=_closes(channel, now))
    return Opening(
        open_now, opens=next((start for start, _ in _windows(channel, now) if _utc(start) > _utc(now)), None)
    )


def _day_after_closure(channel: Channel, now: datetime) -> datetime | None:
    """When a channel that is always open, but not on holidays, opens again."""
    if channel.by_appointment:
        return None
    today = now.astimezone(LOCAL_ZONE).date()
    following = (today + timedelta(days=n) for n in range(1, HORIZON_DAYS))
    return next((at(day, 0) for day in following if not is_holiday(day)), None)


def _windows(channel: Channel, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Known windows from yesterday's on, in the order they start."""
    today = now.astimezone(LOCAL_ZONE).date()
    for offset in range(-1, HORIZON_DAYS):
        day = today + timedelta(days=offset)
        for start, end in sorted(_hours(channel, day) or ()):
            yield at(day, start), at(day, end)


def _closes(channel: Channel, now: datetime) -> datetime | None:
    """The end of the window around now, and of those that go on without a break; None if it never ends."""
    closes: datetime | None = None
    for start, end in _windows(channel, now):
        if closes is None:
            if _utc(start) <= _utc(now) < _utc(end):
                closes = end
        elif _utc(start) <= _utc(closes):
            closes = max(closes, end, key=_utc)
        else:
            return closes
    return closes if closes and _utc(closes) < _utc(now) + timedelta(days=HORIZON_DAYS - 2) else None


def at(day: date, minutes: int, zone: tzinfo = LOCAL_ZONE) -> datetime:
    """Return the aware moment when clocks in a zone show ``minutes`` after the midnight that begins ``day``.

    Minutes may pass 1440. A time that the clocks skip in spring stands for the first one after the gap; of one
    that they show twice in autumn, the first is meant.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    while True:
        moment = wall.replace(tzinfo=zone)
        if _utc(moment).astimezone(zone).replace(tzinfo=None) == wall:
            return moment
        wall += timedelta(minutes=1)


def _utc(moment: datetime) -> datetime:
    """In UTC, since moments of one zone are compared by their wall clocks."""
    return moment.astimezone(timezone.utc)


# --- services ---------------------------------------------------------------------------------------------------


def live_channels(service: Service) -> list[Channel]:
    """Return the channels whose hours matter: those where somebody answers or a door is open.

    What needs an appointment is left out where there is something else: it can't be used right now in any case.
    Where nobody answers at all, it is the pages that are stated to be open always (self-help); other pages and
    e-mail are neither open nor closed.
    """
    live = [channel for channel in service.channels if channel.type in LIVE_CHANNEL_TYPES]
    live = live or [channel for channel in service.channels if channel.type == "web" and channel.always_open]
    return [channel for channel in live if not channel.by_appointment] or live


def service_is_open(service: Service, moment: Moment) -> bool | None:
    """Return whether the service can be reached: True when a channel is open, False when all are closed."""
    states = [channel_is_open(channel, moment) for channel in live_channels(service)]
    return True if True in states else (None if None in states or not states else False)


def service_opening(service: Service, now: datetime) -> Opening:
    """Return whether a channel of the service is open, when the next one opens, when the last one closes.

    Raises ``ValueError`` for a naive ``now``.
    """
    openings = [channel_opening(channel, now) for channel in live_channels(service)]
    channels = tuple(channel_is_open(channel, Moment.of(now)) for channel in service.channels)
    open_ones = [opening for opening in openings if opening.open_now]
    if open_ones:
        ends = [opening.closes for opening in open_ones if opening.closes]
        closes = max(ends, key=_utc) if len(ends) == len(open_ones) else None
        return Opening(True, closes=closes, channels=channels)
    known = bool(openings) and all(opening.open_now is False for opening in openings)
    return Opening(
        False if known else None,
        opens=min((opening.opens for opening in openings if opening.opens), key=_utc, default=None),
        by_appointment=bool(openings) and all(opening.by_appointment for opening in openings),
        channels=channels,
    )


# --- sessions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meeting:
    """One time of a session. Aware moments in Finland; `planned` is when its rule says, which names it for good."""

    planned: datetime
    starts: datetime
    is_held: bool = True


def meetings(session: Session, after: datetime) -> Iterator[Meeting]:
    """Yield a session's meetings that start at or after the moment, in order, those that are called off as well.

    A recurrence rule (RFC 5545) repeats the wall-clock time, so that a meeting at 18 is at 18 in summer and in
    winter. Days in ``except`` are called off, those in ``moved`` held at their other time. At most 1000 meetings are
    looked through.
    """
    moves = {move.day: move.to for move in session.moved}
    earliest = after.astimezone(LOCAL_ZONE).replace(tzinfo=None) - timedelta(hours=2)
    by_rule = (
        Meeting(_on_clock(wall), _on_clock(wall), wall.date() not in session.excluded_dates)
        for wall in _walls(session, earliest)
        if wall.date() not in moves
    )
    moved = [
        Meeting(_on_clock(next(iter(_walls(session, datetime(day.year, day.month, day.day))))), to)
        for day, to in moves.items()
    ]
    for meeting in heapq.merge(by_rule, sorted(moved, key=_starts), key=_starts):
        if _starts(meeting) >= _utc(after):
            yield meeting


def occurrences(session: Session, after: datetime) -> Iterator[datetime]:
    """Yield the aware starts of a session's meetings that are held at or after the moment, in order."""
    return (meeting.starts for meeting in meetings(session, after) if meeting.is_held)


def _walls(session: Session, earliest: datetime) -> Iterable[datetime]:
    """What clocks show when the session meets by its rule from `earliest` on; its one time where it has no rule."""
    start = session.starts.replace(tzinfo=None)
    if session.rrule is None:
        return (start,)
    walls: Iterable[datetime] = _rule(session.rrule, start).xafter(earliest, count=MAXIMUM_OCCURRENCES, inc=True)
    return walls


def _on_clock(wall: datetime) -> datetime:
    return at(wall.date(), wall.hour * 60 + wall.minute)


def _starts(meeting: Meeting) -> datetime:
    return _utc(meeting.starts)


@lru_cache(maxsize=512)
def _rule(rule: str, start: datetime) -> rrule | rruleset:
    """The rule over wall-clock times; an UNTIL that is a day means the whole day."""
    parts = rule.split(";")
    for index, part in enumerate(parts):
        name, _, value = part.partition("=")
        if name == "UNTIL" and len(value) == 8:
            parts[index] = f"UNTIL={value}T235959"
    return rrulestr(";".join(parts), dtstart=start)


def next_session(sessions: Iterable[Session], now: datetime) -> tuple[Session, datetime] | None:
    """Return the meeting that starts next at or after now, with its start, or None when none is known."""
    upcoming = [(start, session) for session in sessions if (start := next(occurrences(session, now), None))]
    if not upcoming:
        return None
    start, session = min(upcoming, key=lambda pair: (_utc(pair[0]), pair[1].id))
    return session, start
