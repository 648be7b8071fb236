"""Sessions as a calendar (iCalendar, RFC 5545), and the private link by which a person's calendar follows theirs.

Whoever has a link may read where the person goes, and nothing else; only its hash is kept. Moments are written in UTC,
so that every calendar shows them right, whatever it knows of time zones.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import icalendar
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import profiles
from people.conversations import hash_of
from people.database import Instant, metadata
from reminders import attendance
from reminders.kinds import USUAL_LENGTH
from reminders.occurrences import Occurrence
from service_catalog.schema import Service

BACK, AHEAD = timedelta(days=30), timedelta(days=184)  # what a calendar holds
REFRESH = timedelta(hours=4)  # how often a calendar should look for changes
MOST_LINKS = 5  # of one person: on a phone, a computer, ...; a newer one ends the oldest
MEDIA_TYPE = "text/calendar; charset=utf-8"
NAME = "Omat tapaamiset"

calendar_links = sa.Table(
    "calendar_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("created_at", Instant, nullable=False),
)


# --- the format -------------------------------------------------------------------------------------------------


def calendar(occurrences: Iterable[Occurrence], now: datetime, name: str = NAME) -> bytes:
    """Returns occurrences as an .ics file.

    An occurrence keeps its UID for good. A moved or cancelled one has a higher SEQUENCE, so that a calendar that has
    the earlier one replaces it; the latest DTSTAMP decides between two changes (RFC 5546, 2.1.5).
    """
    made = icalendar.Calendar()
    made.add("prodid", "-//saattaja//tapaamiset//FI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT4H")
    for occurrence in occurrences:
        made.add_component(_event(occurrence, now))
    return bytes(made.to_ical())


def _event(occurrence: Occurrence, now: datetime) -> icalendar.Event:
    is_changed = occurrence.is_cancelled or occurrence.moved_from is not None
    event = icalendar.Event()
    event.add("uid", f"{occurrence.id}@saattaja")
    event.add("dtstamp", now.astimezone(timezone.utc))
    event.add("dtstart", occurrence.starts)
    event.add("dtend", occurrence.ends or occurrence.starts + USUAL_LENGTH)
    event.add("summary", occurrence.name)
    event.add("status", "CANCELLED" if occurrence.is_cancelled else "CONFIRMED")
    event.add("sequence", 1 if is_changed else 0)
    described = [occurrence.service_name, *filter(None, (occurrence.note, occurrence.url))]
    event.add("description", "\n".join(described))
    if occurrence.place:
        event.add("location", occurrence.place)
    if occurrence.url:
        event.add("url", occurrence.url)
    return event


# --- a person's link --------------------------------------------------------------------------------------------


def new_link(connection: Connection, person: str, now: datetime) -> str:
    """Returns the token of a new link to a person's calendar, known to nobody else from now on."""
    mine = sa.select(calendar_links.c.token_hash).where(calendar_links.c.person == person)
    newest_first = mine.order_by(calendar_links.c.created_at.desc(), calendar_links.c.token_hash)
    oldest = connection.execute(newest_first.offset(MOST_LINKS - 1)).scalars().all()
    connection.execute(calendar_links.delete().where(calendar_links.c.token_hash.in_(oldest)))
    token = secrets.token_urlsafe(32)
    connection.execute(calendar_links.insert().values(token_hash=hash_of(token), person=person, created_at=now))
    return token


def person_of(connection: Connection, token: str) -> str | None:
    """Returns whose calendar a link opens; None when it opens none (any more)."""
    this = sa.select(calendar_links.c.person).where(calendar_links.c.token_hash == hash_of(token))
    person: str | None = connection.execute(this).scalar()
    return person


def calendar_of(
    connection: Connection, token: str, service_of: Callable[[str], Service | None], now: datetime
) -> bytes | None:
    """Returns the calendar that a link opens, as it is now; None when it opens none. `service_of`: Catalog.service."""
    person = person_of(connection, token)
    if person is None:
        return None
    mine = attendance.coming(connection, person, service_of, now - BACK, now + AHEAD, cancelled=True)
    profile = profiles.by_id(connection, person)
    return calendar([one.said_in(profile.language if profile else None) for one in mine], now)


def end_links(connection: Connection, person: str) -> int:
    """Ends all links to a person's calendar; returns how many there were."""
    return int(connection.execute(calendar_links.delete().where(calendar_links.c.person == person)).rowcount)


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives the links to a person's calendar to another: they show where that one goes."""
    connection.execute(calendar_links.update().where(calendar_links.c.person == person).values(person=to))


def erase_person(connection: Connection, person: str) -> None:
    """Erases the links to a person's calendar."""
    end_links(connection, person)


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Returns when a person's links were made, as JSON can hold it. The links themselves nobody knows but they."""
    mine = sa.select(calendar_links.c.created_at).where(calendar_links.c.person == person)
    made = connection.execute(mine.order_by(calendar_links.c.created_at)).scalars()
    return [{"created_at": moment.isoformat()} for moment in made]
