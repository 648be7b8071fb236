"""What people say about reminders, read by a table: when again, how long a pause, which topics, how many a day.

Plain functions over reminder_words.yml. Who says nothing that the table knows gets None: the dialogue then asks, or
does what it says it does.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from reminders.windows import DEFAULT_ZONE
from service_catalog.schedules import at

LONGEST_TEXT = 500
"""Characters of a message that are looked at."""
DAYTIME = 10 * 60
"""Minutes from midnight at which it is reminded on a day for which no time was said."""
LONGEST_PAUSE = 366
"""Days that a pause may last."""
ENCOURAGEMENT = "encouragement"
_IN_AN_HOUR, _SOON = timedelta(hours=1), timedelta(minutes=15)


class Length(NamedTuple):
    """A stretch of time: of minutes that pass, or of days on the calendar."""

    minutes: int = 0
    days: int = 0


def length(text: str) -> Length | None:
    """The stretch of time that a message names ("tunnin päästä", "kahen viikon tauko"), or None."""
    words = _plain(text)
    for pattern, one in _table()["units"]:
        for match in pattern.finditer(words):
            before = words[: match.start()]
            if _table()["this_period"].search(before):
                continue
            number = _number_before(before)
            return Length(one.minutes * number, one.days * number)
    return None


def again_at(text: str, now: datetime, zone: str = DEFAULT_ZONE) -> datetime | None:
    """The next moment that a message names ("tunnin päästä", "huomenna", "illalla klo 18"), or None. Aware."""
    words = _plain(text)
    if _table()["soon"].search(words):
        return now + _SOON
    there = ZoneInfo(zone)
    wall = now.astimezone(there)
    today, now_minutes = wall.date(), wall.hour * 60 + wall.minute
    clock = _clock(words)
    named = _day(words, today)
    stretch = length(words) if named is None else None
    if stretch and stretch.days:
        return at(today + timedelta(days=stretch.days), now_minutes if clock is None else clock, there)
    if stretch:
        return now + timedelta(minutes=stretch.minutes)
    if named is None and clock is None:
        return None
    moment = at(named or today, DAYTIME if clock is None else clock, there)
    if moment > now:
        return moment
    if named == today:  # "tänään illalla" when the evening has begun
        return now + _IN_AN_HOUR
    return at(today + timedelta(days=1), DAYTIME if clock is None else clock, there)


def pause_until(text: str, now: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """When the pause that a message asks for is over, aware; a week where it names no other time.

    A pause of days ends at the same time of day, one until a day at its first moment.
    """
    words, there = _plain(text), ZoneInfo(zone)
    wall = now.astimezone(there)
    today = wall.date()
    monday = today + timedelta(days=7 - today.weekday())
    if _table()["this_week"].search(words):
        return at(monday, 0, there)
    if _table()["next_week"].search(words):
        return at(monday + timedelta(days=7), 0, there)
    if _table()["rest_of_month"].search(words):
        return at((today.replace(day=28) + timedelta(days=4)).replace(day=1), 0, there)
    stretch = length(words)
    if stretch and stretch.minutes:
        return now + timedelta(minutes=stretch.minutes)
    if stretch:
        days = min(stretch.days, LONGEST_PAUSE)
        return at(today + timedelta(days=days), wall.hour * 60 + wall.minute, there)
    named = _day(words, today)
    if named is not None:
        return at(max(named, today + timedelta(days=1)), 0, there)
    return at(today + timedelta(days=7), wall.hour * 60 + wall.minute, there)


def topics(text: str) -> tuple[str, ...]:
    """The topics that a message wants to be left out: kinds of reminders, and `encouragement`."""
    words, table = _plain(text), _table()
    if table["only_reminders"].search(words):
        return ("check_in", "news", ENCOURAGEMENT)
    found = [topic for topic, pattern in table["topics"].items() if pattern.search(words)]
    of_a_session = {"start_now", "same_day_notice"}
    if len(of_a_session & set(found)) == 2:  # "älä muistuta aamulla, alkaa nyt riittää": what is named first goes
        first = min(of_a_session, key=lambda topic: table["topics"][topic].search(words).start())
        found = [topic for topic in found if topic not in of_a_session or topic == first]
    elif table["enough"].search(words) and of_a_session & set(found):
        (stays,) = of_a_session & set(found)
        found = [*(topic for topic in found if topic != stays), *(of_a_session - {stays})]
    return tuple(found)


def named_topics(text: str) -> tuple[str, ...]:
    """The topics that a message names, whatever it says of them."""
    words = _plain(text)
    return tuple(topic for topic, pattern in _table()["topics"].items() if pattern.search(words))


def means_next_time(text: str) -> bool:
    """Whether a message wants the next meeting instead of this one."""
    return bool(_table()["next_time"].search(_plain(text)))


def means_every_time(text: str) -> bool:
    """Whether a message wants to be reminded of every meeting."""
    return bool(_table()["every_time"].search(_plain(text)))


def means_for_good(text: str) -> bool:
    """Whether a message wants no more reminders of a meeting, rather than not this time."""
    return bool(_table()["for_good"].search(_plain(text)))


def means_only_then(text: str) -> bool:
    """Whether a message wants nothing before the time that it names."""
    return bool(_table()["only_then"].search(_plain(text)))


def most_per_day(text: str) -> int | None:
    """How many messages a day are the most that the writer wants, or None."""
    match = _table()["most_per_day"].search(_plain(text))
    if match is None:
        return None
    number = match["number"]
    if number.isdigit():
        return int(number)
    return _table()["most_numbers"].get(number) or _number_before(number)


def weekday_named(text: str) -> int | None:
    """The weekday that a message names, Monday being 0, or None."""
    words = _plain(text)
    return next((day for pattern, _, day in _table()["days"][4:] if pattern.search(words)), None)


def _day(words: str, today: date) -> date | None:
    for pattern, from_today, weekday in _table()["days"]:
        if pattern.search(words):
            if from_today is not None:
                return today + timedelta(days=from_today)
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return None


def _clock(words: str) -> int | None:
    match = _table()["clock"].search(words)
    if match:
        hour, half = int(match["hour"] or match["hour12"]), match["half"] or match["half12"]
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        return hour % 24 * 60 + int(match["minute"] or 0)
    return next((minutes for pattern, minutes in _table()["parts"] if pattern.search(words)), None)


def _number_before(words: str) -> int:
    digits = re.search(r"(\d{1,3})\s*$", words)
    if digits:
        return max(1, int(digits[1]))
    return next((number for number, pattern in _table()["numbers"] if pattern.search(words)), 1)


def _plain(text: str) -> str:
    return " ".join(text[:LONGEST_TEXT].casefold().split())


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    patterns = {name: re.compile(value) for name, value in table.items() if isinstance(value, str)}
    units = [
        (re.compile(rf"\b(?:{row['pattern']})\b"), Length(row.get("minutes", 0), row.get("days", 0)))
        for row in table["units"]
    ]
    return {
        **patterns,
        "units": units,
        "numbers": [(number, re.compile(rf"(?:^|\s)(?:{words})\s*$")) for number, words in table["numbers"].items()],
        "days": [(re.compile(row["pattern"]), row.get("from_today"), row.get("weekday")) for row in table["days"]],
        "parts": [(re.compile(row["pattern"]), row["at"]) for row in table["parts"]],
        "topics": {topic: re.compile(pattern) for topic, pattern in table["topics"].items()},
        "most_numbers": table["most_numbers"],
    }
