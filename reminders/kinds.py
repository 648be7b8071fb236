"""The kinds of messages that reach a person by themselves, read from kinds.yml: when they are due, how long useful.

Pure: the moments are given. Days and clock times are those of the person's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from service_catalog.schedules import at
from translations import translate

ANCHORS = ("start", "end", "now")
OUTSIDE = ("earlier", "later")
URGENCIES = ("very-low", "low", "normal", "high")  # RFC 8030, section 5.3
USUAL_LENGTH = timedelta(hours=1)  # of a session whose end isn't stated
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


class InvalidKinds(ValueError):
    """The table of kinds can't be used. The text names the kind and the field and what would be right."""


@dataclass(frozen=True)
class Point:
    """A moment told from an anchor: `days` on by the calendar, `at` minutes from that midnight, then `minutes` on."""

    anchor: str
    days: int | None = None
    at: int | None = None
    minutes: int = 0

    def of(self, anchors: Mapping[str, datetime], zone: ZoneInfo) -> datetime:
        """Returns the moment (UTC), for the moments that the anchors stand for."""
        moment = anchors[self.anchor]
        if self.days is not None or self.at is not None:
            wall = moment.astimezone(zone)
            clock = wall.hour * 60 + wall.minute if self.at is None else self.at
            moment = at(wall.date() + timedelta(days=self.days or 0), clock, zone)
        return moment.astimezone(timezone.utc) + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Kind:
    """What is the same for all messages of a kind. `outside` is tried in order: "later", "earlier"; then it's dropped.

    `id` is the name under which a person turns the topic off. `ttl` and `urgency` are those of a push (RFC 8030).
    """

    id: str
    finnish: str
    due: tuple[Point, ...]
    useful_until: tuple[Point, ...]
    outside: tuple[str, ...]
    earlier: timedelta
    urgency: str
    ttl: timedelta

    def name(self, language: str | None = None) -> str:
        """Returns what people call it, in Finnish where there is no name in the language."""
        return translate(self.finnish, language)

    def times(self, start: datetime, end: datetime | None, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Returns when it is due and until when (not any more then) it is useful, in UTC, windows aside.

        An end that nobody stated (None) is taken to be `USUAL_LENGTH` after the start.
        """
        anchors = {"start": start, "end": start + USUAL_LENGTH if end is None else end, "now": now}
        due, until = (min(point.of(anchors, zone) for point in each) for each in (self.due, self.useful_until))
        return due, until


def parse(text: str) -> dict[str, Kind]:
    """Returns the kinds of a table in YAML, by id. Raises InvalidKinds."""
    table = YAML(typ="safe").load(text)
    if not isinstance(table, dict) or not table:
        raise InvalidKinds("The table of kinds is empty: give each kind its id and fields, as kinds.yml does.")
    return {name: _kind(name, fields) for name, fields in table.items()}


def _kind(name: str, fields: Any) -> Kind:
    expected = {"name", "due", "useful_until", "outside", "urgency", "ttl_minutes"}
    given = set(fields) - {"earlier_hours"} if isinstance(fields, dict) else set()
    if given != expected:
        raise InvalidKinds(f"{name}: it has the fields {_listed(given)}; it must have {_listed(expected)}.")
    finnish, urgency, outside = fields["name"], fields["urgency"], tuple(fields["outside"])
    if not isinstance(finnish, str) or not finnish:
        raise InvalidKinds(f"{name}.name: give it in Finnish; the translations are in translations/.")
    if not set(outside) <= set(OUTSIDE):
        raise InvalidKinds(f"{name}.outside: {_listed(outside)}; list some of {_listed(OUTSIDE)}, or nothing (drop).")
    if urgency not in URGENCIES:
        raise InvalidKinds(f"{name}.urgency: {urgency!r}; it is one of {_listed(URGENCIES)}.")
    return Kind(
        id=name,
        finnish=finnish,
        due=_points(f"{name}.due", fields["due"]),
        useful_until=_points(f"{name}.useful_until", fields["useful_until"]),
        outside=outside,
        earlier=timedelta(hours=fields.get("earlier_hours", 0)),
        urgency=urgency,
        ttl=timedelta(minutes=fields["ttl_minutes"]),
    )


def _points(where: str, points: Any) -> tuple[Point, ...]:
    if not isinstance(points, list) or not points:
        raise InvalidKinds(f"{where}: list at least one moment, like [{{from: start, minutes: -30}}].")
    return tuple(_point(where, point) for point in points)


def _point(where: str, fields: Any) -> Point:
    known = {"from", "days", "at", "minutes"}
    if not isinstance(fields, dict) or fields.get("from") not in ANCHORS or not set(fields) <= known:
        raise InvalidKinds(f"{where}: a moment has `from` (one of {_listed(ANCHORS)}), and perhaps days, at, minutes.")
    clock = fields.get("at")
    match = _CLOCK.fullmatch(str(clock)) if clock is not None else None
    if clock is not None and match is None:
        raise InvalidKinds(f'{where}: at: {clock!r}; write the time like "10:00", in quotes.')
    minutes = None if match is None else int(match[1]) * 60 + int(match[2])
    return Point(fields["from"], fields.get("days"), minutes, fields.get("minutes", 0))


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names)))


KINDS: Mapping[str, Kind] = parse(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
