"""When a person may be contacted: weekly windows on the wall clock of an IANA time zone.

A moment is allowed when the clock on the person's wall shows a time in one of their windows. So a window from 3:30
on the night when clocks skip from 3 to 4 opens at 4:00, and one from 3:00 to 4:00 doesn't happen then; on the night
when clocks show 3:30 twice, it opens at the first. A window belongs to the day on which it starts: Friday's 22-02 goes
on to Saturday at 2. Pure functions: the moment is given, never read from a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service_catalog.schedules import at

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_IN_DAY = 24 * 60
DEFAULT_ZONE = "Europe/Helsinki"
AnyWindow = tuple[tuple[str, ...], int, int]  # days, start and end: minutes from midnight
DEFAULT_WINDOWS: tuple[AnyWindow, ...] = ((DAYS, 10 * 60, 20 * 60),)
"""Held to for a person who allowed contact and said no times. They are told."""

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class WeeklyWindows:
    """The windows of one person, as they repeat every week. Immutable, safe in threads.

    Give windows as (days of `DAYS`, start, end) with minutes from midnight, an `end` at or before `start` being on the
    next day, as `reminders.contact_windows` and `people.profiles` have them; None is not said (`DEFAULT_WINDOWS`),
    none at all is never.
    """

    def __init__(self, windows: Iterable[AnyWindow] | None, zone: str = DEFAULT_ZONE) -> None:
        """Raises ValueError for a window or a time zone that there can't be; the text tells what would be right."""
        self.zone = zone_of(zone)
        self._week = _week(DEFAULT_WINDOWS if windows is None else windows)

    @property
    def never(self) -> bool:
        """Whether no moment of any week is allowed."""
        return not any(self._week)

    def allows(self, moment: datetime) -> bool:
        """Returns whether a person may be contacted at an aware moment."""
        wall = _aware(moment).astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        return any(start <= minute < end for start, end in self._week[wall.weekday()])

    def next_allowed(self, moment: datetime, until: datetime) -> datetime | None:
        """Returns the first allowed moment (UTC) from `moment` on and before `until`; None when there is none."""
        opening = next(self.spans(moment, until), None)
        return opening[0] if opening else None

    def previous_allowed(
        self, moment: datetime, since: datetime, before_closing: timedelta = _MINUTE
    ) -> datetime | None:
        """Returns the last allowed moment (UTC) from `since` on and until `moment`; None when there is none.

        Unless `moment` itself is allowed, it is so long before the window closes, or when it opens if it is shorter.
        """
        if since <= moment and self.allows(moment):
            return moment.astimezone(timezone.utc)
        before = list(self.spans(since, moment))
        return max(before[-1][0], before[-1][1] - before_closing) if before else None

    def closes(self, moment: datetime, until: datetime) -> datetime:
        """Returns the end (UTC) of the time around `moment` that is allowed without a break, at most `until`.

        It is `moment` itself where that is not allowed.
        """
        first = next(self.spans(moment, until), None)
        moment = moment.astimezone(timezone.utc)
        return first[1] if first and first[0] == moment else moment

    def spans(self, since: datetime, until: datetime) -> Iterator[Span]:
        """Yields the allowed times within two aware moments as (start, end) in UTC, in order, with breaks between."""
        last: Span | None = None
        for span in self._pieces(since, until):
            if last and span[0] <= last[1]:
                last = last[0], span[1]
                continue
            if last:
                yield last
            last = span
        if last:
            yield last

    def _pieces(self, since: datetime, until: datetime) -> Iterator[Span]:
        """The spans, cut at midnights and where clocks change."""
        if self.never:
            return
        for start, end, offset in _stretches(_aware(since), _aware(until), self.zone):
            # Between two changes of the clocks, time on the wall goes as time does.
            wall_start, wall_end = (moment.replace(tzinfo=None) + offset for moment in (start, end))
            day = wall_start.replace(hour=0, minute=0, second=0, microsecond=0)
            while day < wall_end:
                for opens, closes in self._week[day.weekday()]:
                    first = max(day + opens * _MINUTE, wall_start)
                    last = min(day + closes * _MINUTE, wall_end)
                    if first < last:
                        yield _utc(first - offset), _utc(last - offset)
                day += _DAY


def midnights(moment: datetime, zone: str) -> Span:
    """Returns when the day of an aware moment begins and ends (UTC) by the clocks of a zone, 23 to 25 hours apart."""
    where = zone_of(zone)
    day = _aware(moment).astimezone(where).date()
    return at(day, 0, where).astimezone(timezone.utc), at(day + _DAY, 0, where).astimezone(timezone.utc)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Returns a time zone by its IANA name. Raises ValueError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: give an IANA name like {DEFAULT_ZONE}.") from None


def _stretches(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between two moments, cut where the zone's clocks change: start and end in UTC, and the offset."""
    start = here = since.astimezone(timezone.utc)
    end = until.astimezone(timezone.utc)
    offset = _offset(start, zone)
    while here < end:
        there = min(here + _DAY, end)
        if _offset(there, zone) == offset:
            here = there
            continue
        change = _change(here, there, zone)
        yield start, change, offset
        start = here = change
        offset = _offset(change, zone)
    if start < end:
        yield start, end, offset


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The whole second at which clocks change, when they do so once after `before` and by `after`."""
    offset = _offset(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: give an aware datetime.")
    return moment


def _week(windows: Iterable[AnyWindow]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The allowed minutes of each day from Monday on, without overlaps; a night is cut at midnight."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for days, start, end in windows:
        if not 0 <= start < MINUTES_IN_DAY or not 0 < end <= MINUTES_IN_DAY or start == end:
            raise ValueError(
                f"A window can't be from minute {start} to {end}: start from 0 to 1439, and end at another minute "
                "from 1 to 1440; an end before the start is on the next day."
            )
        for day in days:
            if day not in DAYS:
                raise ValueError(f"{day!r} is no day of a window: it is one of {', '.join(DAYS)}.")
            index = DAYS.index(day)
            if start < end:
                week[index].append((start, end))
            else:
                week[index].append((start, MINUTES_IN_DAY))
                week[(index + 1) % len(DAYS)].append((0, end))
    return tuple(_merged(spans) for spans in week)


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)
