"""Times as they are said to people: "tänään klo 16", "arkisin klo 16–20"; in Finnish, Swedish and English.

Weekdays, dates and clocks follow Babel's rules for the language; clock times are those on the wall of the person's time
zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_day_names

from reminders.windows import DAYS, DEFAULT_WINDOWS, DEFAULT_ZONE, AnyWindow
from translations import LANGUAGES, listed, locale, translate

__all__ = ["LANGUAGES", "date", "day", "hours", "moment"]

MIDNIGHT = 24 * 60
MONTH_IN_LETTERS = ("en",)
"""Languages in which 2/11 isn't the same day to every reader."""
HOURS_WITH_MINUTES = ("en",)
"""Languages in which a full hour is 16:00 rather than 16."""


def moment(at: datetime, now: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns an aware moment as one says it at `now`: "tänään klo 16", "torstaina 26.11. klo 18"."""
    wall = at.astimezone(ZoneInfo(zone))
    clock = translate("klo {clock}", language, clock=_clock(wall.hour * 60 + wall.minute, language))
    return f"{day(at, now, language, zone)} {clock}"


def day(at: datetime, now: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns the day of an aware moment as one says it at `now`: "tänään", "torstaina 26.11."."""
    there = ZoneInfo(zone)
    wall, today = at.astimezone(there).date(), now.astimezone(there).date()
    if wall == today:
        return translate("tänään", language)
    if wall == today + timedelta(days=1):
        return translate("huomenna", language)
    weekday = format_date(wall, "EEEE", locale=locale(language))
    return translate("{weekday} {date}", language, weekday=weekday, date=_date(wall, language))


def date(at: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns the day of an aware moment as a date: "26.11."."""
    return _date(at.astimezone(ZoneInfo(zone)).date(), language)


def hours(windows: Iterable[AnyWindow] | None, language: str | None = None) -> str:
    """Returns weekly windows as one says them: "arkisin klo 16–20 ja viikonloppuisin klo 10–20".

    None, not said, is said as the default that holds then; none at all is never.
    """
    said = [_span(window, language) for window in _nights_whole(DEFAULT_WINDOWS if windows is None else windows)]
    return listed(said, language) or translate("ei koskaan", language)


def _span(window: AnyWindow, language: str | None) -> str:
    days, start, end = window
    if end - start == MIDNIGHT:
        return translate("{days} mihin aikaan vain", language, days=_days(days, language))
    clocks = {"start": _clock(start, language), "end": _clock(end, language)}
    return translate("{days} klo {start}–{end}", language, days=_days(days, language), **clocks)


def _nights_whole(windows: Iterable[AnyWindow]) -> list[AnyWindow]:
    """The windows of every day that meet at midnight as one."""
    found = list(windows)
    before = next((one for one in found if set(one[0]) == set(DAYS) and one[2] == MIDNIGHT and one[1]), None)
    after = next((one for one in found if set(one[0]) == set(DAYS) and one[1] == 0 and one[2] < MIDNIGHT), None)
    if before is None or after is None or after[2] > before[1]:
        return found
    return [*(one for one in found if one not in (before, after)), (DAYS, before[1], after[2])]


def _days(days: Sequence[str], language: str | None) -> str:
    numbers = [number for number, name in enumerate(DAYS) if name in days]
    if numbers == list(range(7)):
        return translate("joka päivä", language)
    if numbers == list(range(5)):
        return translate("arkisin", language)
    if numbers == [5, 6]:
        return translate("viikonloppuisin", language)
    names = get_day_names("abbreviated", "stand-alone", locale(language))
    short = [names[number] for number in numbers]
    in_a_row = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{short[0]}–{short[-1]}" if in_a_row else listed(short, language)


def _date(day: Date, language: str | None) -> str:
    return format_skeleton("MMMd" if language in MONTH_IN_LETTERS else "Md", day, locale=locale(language))


def _clock(minutes: int, language: str | None) -> str:
    """A clock time in a sentence: "16", "16.30", in English "16:00"; the end of a day is 24."""
    hour, minute = divmod(minutes, 60)
    skeleton = "H" if not minute and language not in HOURS_WITH_MINUTES else "Hm"
    said = format_skeleton(skeleton, time(hour % 24, minute), locale=locale(language))
    digits = str(hour)  # "at 9:00", not "at 09:00"
    return digits + said.lstrip("0123456789")
