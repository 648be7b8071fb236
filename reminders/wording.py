"""Times as they are said to people: "tänään klo 16", "arkisin klo 16–20"; in Finnish, Swedish and English.

Plain functions over the table wording.yml; clock times are those on the wall of the person's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from reminders.windows import DAYS, DEFAULT_WINDOWS, DEFAULT_ZONE, AnyWindow

MIDNIGHT = 24 * 60
LANGUAGES = ("fi", "sv", "en")


def moment(at: datetime, now: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns an aware moment as one says it at `now`: "tänään klo 16", "torstaina 26.11. klo 18"."""
    wall = at.astimezone(ZoneInfo(zone))
    table = _table(language)
    clock = table["clock"].format(clock=_clock(wall.hour * 60 + wall.minute, table))
    return f"{day(at, now, language, zone)} {clock}"


def day(at: datetime, now: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns the day of an aware moment as one says it at `now`: "tänään", "torstaina 26.11."."""
    there = ZoneInfo(zone)
    wall, today = at.astimezone(there).date(), now.astimezone(there).date()
    table = _table(language)
    if wall == today:
        return str(table["today"])
    if wall == today + timedelta(days=1):
        return str(table["tomorrow"])
    return str(table["date"].format(weekday=table["weekdays"][wall.weekday()], day=wall.day, month=wall.month))


def date(at: datetime, language: str | None = None, zone: str = DEFAULT_ZONE) -> str:
    """Returns the day of an aware moment as a date: "26.11."."""
    wall = at.astimezone(ZoneInfo(zone))
    return str(_table(language)["until_date"].format(day=wall.day, month=wall.month))


def hours(windows: Iterable[AnyWindow] | None, language: str | None = None) -> str:
    """Returns weekly windows as one says them: "arkisin klo 16–20 ja viikonloppuisin klo 10–20".

    None, not said, is said as the default that holds then; none at all is never.
    """
    table = _table(language)
    said = [
        table["any_time" if end - start == MIDNIGHT else "span"].format(
            days=_days(days, table), start=_clock(start, table), end=_clock(end, table)
        )
        for days, start, end in _nights_whole(DEFAULT_WINDOWS if windows is None else windows)
    ]
    return _listed(said, table) or str(table["never"])


def _nights_whole(windows: Iterable[AnyWindow]) -> list[AnyWindow]:
    """The windows of every day that meet at midnight as one."""
    found = list(windows)
    before = next((one for one in found if set(one[0]) == set(DAYS) and one[2] == MIDNIGHT and one[1]), None)
    after = next((one for one in found if set(one[0]) == set(DAYS) and one[1] == 0 and one[2] < MIDNIGHT), None)
    if before is None or after is None or after[2] > before[1]:
        return found
    return [*(one for one in found if one not in (before, after)), (DAYS, before[1], after[2])]


def _days(days: Sequence[str], table: dict[str, Any]) -> str:
    numbers = [number for number, name in enumerate(DAYS) if name in days]
    names = {tuple(range(7)): "every", tuple(range(5)): "week", (5, 6): "weekend"}
    known = names.get(tuple(numbers))
    if known:
        return str(table["days"][known])
    short = [table["short"][number] for number in numbers]
    in_a_row = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{short[0]}–{short[-1]}" if in_a_row else _listed(short, table)


def _clock(minutes: int, table: dict[str, Any]) -> str:
    hour, minute = divmod(minutes, 60)
    if not minute and table["bare_hours"]:
        return str(hour)
    return f"{hour}{table['separator']}{minute:02d}"


def _listed(names: Sequence[str], table: dict[str, Any]) -> str:
    return str(table["and"]).join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _table(language: str | None) -> dict[str, Any]:
    tables = _tables()
    found: dict[str, Any] = tables[language if language in tables else "fi"]
    return found


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return tables
