"""Who would come to a session: to every time of it, or to one; and the times that they know of.

A person knows the times that they were promised (`Known`): what staff change is found by comparing those with the
catalogue (`reminders.following`), and is told to who would have come.

Functions work inside the unit of work of `connection`. Times are aware datetimes, in UTC when returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata
from reminders.occurrences import Occurrence, occurrences
from service_catalog.schema import Service

KNOWN_AHEAD = timedelta(days=15)  # how far a person knows the times: a change within it is told
FARTHEST = timedelta(days=366)  # a single time that one may say to come to
_EVERY_TIME = ""

attendances = sa.Table(
    "attendances",
    metadata,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("session", sa.String(100), primary_key=True),
    sa.Column("occurrence", sa.String(200), primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("skipped", sa.JSON, nullable=False),
    sa.Column("known", sa.JSON, nullable=False),
    sa.Column("known_until", Instant, nullable=False),
    sa.Index("ix_attendances_service_session", "service", "session"),
)


class NoSuchOccurrence(LookupError):
    """The service has no such session, or it isn't held at such a time any more."""


@dataclass(frozen=True)
class Known:
    """A time of a session that a person knows of.

    `since` is when they were told. `turn` counts the changes they were told of; `is_off` is that it was cancelled.
    """

    id: str
    starts: datetime
    ends: datetime | None
    since: datetime
    turn: int = 0
    is_off: bool = False

    @classmethod
    def of(cls, occurrence: Occurrence, since: datetime, turn: int = 0) -> Known:
        """Returns what a person knows who has just been told of an occurrence."""
        return cls(occurrence.id, occurrence.starts, occurrence.ends, since, turn)


@dataclass(frozen=True)
class Attendance:
    """That a person would come: to one `occurrence` (its id), or every time (None) but those `skipped` (ids).

    `since` is when they said so, `ended_at` when they or staff ended it. `known` are the session's times until
    `known_until`.
    """

    person: str
    service: str
    session: str
    occurrence: str | None
    since: datetime
    ended_at: datetime | None
    skipped: tuple[str, ...]
    known: tuple[Known, ...]
    known_until: datetime

    @property
    def said_at(self) -> datetime:
        """When the person last said whether they come."""
        return max(self.since, self.ended_at or self.since)

    def includes(self, occurrence: str) -> bool:
        """Returns whether the person would come to an occurrence of the session, by its id."""
        return occurrence not in self.skipped and self.occurrence in (None, occurrence)


# --- what a person says -----------------------------------------------------------------------------------------


def attend(
    connection: Connection, person: str, service: Service, session: str, now: datetime, occurrence: str | None = None
) -> Attendance:
    """Keeps that a person would come to a session, every time or to one occurrence (its id); said twice is once.

    Raises NoSuchOccurrence when there is nothing to come to. `reminders.following.follow_person` makes the reminders.
    """
    upcoming = occurrences(service, now, now + FARTHEST, session=session)
    wanted = next((each for each in upcoming if occurrence in (None, each.id)), None)
    if wanted is None:
        raise NoSuchOccurrence(f"{service.id} holds nothing like {occurrence or session} within a year from now.")
    every_time = _find(connection, person, service.id, session, None)
    if occurrence and every_time and every_time.ended_at is None:
        return _come_after_all(connection, every_time, occurrence, now)
    attendance = _find(connection, person, service.id, session, occurrence)
    if attendance and attendance.ended_at is None:
        return attendance
    until = (wanted.starts if occurrence else now) + KNOWN_AHEAD
    known = tuple(Known.of(each, now) for each in upcoming if each.starts < until)
    if occurrence is None:  # every time holds the single ones too
        _end(connection, person, service.id, session, now)
    attendance = Attendance(person, service.id, session, occurrence, now, None, (), known, until)
    keep(connection, attendance)
    return attendance


def leave(
    connection: Connection, person: str, service: str, session: str, now: datetime, occurrence: str | None = None
) -> bool:
    """Keeps that a person doesn't come to a session any more, or just not to one occurrence of it.

    Returns whether they would have. Their reminders of it are cancelled by who calls this (`reminders.store.cancel`).
    """
    if occurrence is None:
        return _end(connection, person, service, session, now)
    single = _find(connection, person, service, session, occurrence)
    if single and single.ended_at is None:
        keep(connection, replace(single, ended_at=now))
        return True
    every_time = _find(connection, person, service, session, None)
    if every_time is None or every_time.ended_at is not None or not every_time.includes(occurrence):
        return False
    keep(connection, replace(every_time, skipped=(*every_time.skipped, occurrence)))
    return True


# --- who would come to what -------------------------------------------------------------------------------------


def of_person(connection: Connection, person: str) -> list[Attendance]:
    """Returns where a person would come, the first said first."""
    mine = attendances.select().where(attendances.c.person == person, attendances.c.ended_at.is_(None))
    return _read(connection, mine.order_by(attendances.c.since, attendances.c.service, attendances.c.session))


def coming(
    connection: Connection,
    person: str,
    service_of: Callable[[str], Service | None],
    since: datetime,
    until: datetime,
    *,
    cancelled: bool = False,
) -> list[Occurrence]:
    """Returns the occurrences that a person would come to, from `since` on and before `until`, in order.

    `service_of` is `Catalog.service`. Those that staff called off are among them if `cancelled`.
    """
    found: dict[str, Occurrence] = {}
    for attendance in of_person(connection, person):
        service = service_of(attendance.service)
        if service:
            all_of_it = occurrences(service, since, until, session=attendance.session, cancelled=cancelled)
            found.update((each.id, each) for each in all_of_it if attendance.includes(each.id))
    return sorted(found.values(), key=lambda occurrence: (occurrence.starts, occurrence.id))


def those_who_come(connection: Connection, service: str, session: str, occurrence: str | None = None) -> list[str]:
    """Returns the ids of people who would come to a session at all, or to one occurrence of it."""
    theirs = attendances.select().where(
        attendances.c.service == service, attendances.c.session == session, attendances.c.ended_at.is_(None)
    )
    return sorted(
        {each.person for each in _read(connection, theirs) if occurrence is None or each.includes(occurrence)}
    )


def people_who_come(connection: Connection, after: str = "", limit: int = 100) -> list[str]:
    """Returns the ids of people who would come to anything, in order, those greater than `after`."""
    theirs = sa.select(attendances.c.person).where(attendances.c.person > after, attendances.c.ended_at.is_(None))
    return list(connection.execute(theirs.distinct().order_by(attendances.c.person).limit(limit)).scalars())


# --- keeping and erasing ----------------------------------------------------------------------------------------


def keep(connection: Connection, attendance: Attendance) -> None:
    """Keeps an attendance as it is now."""
    values = {**vars(attendance), "occurrence": attendance.occurrence or _EVERY_TIME}
    values["skipped"] = list(attendance.skipped)
    values["known"] = [_known_as_json(each) for each in attendance.known]
    connection.execute(_KEEP, values)


def move_person(connection: Connection, person: str, to: str) -> list[Attendance]:
    """Gives where a person would come to another, `to`; returns what counts no more, whose reminders are to go.

    Of two about the same what was said last counts. A single time is held by every time of its session.
    """
    lost: list[Attendance] = []
    for mine in _all_of(connection, person):
        theirs = _find(connection, to, mine.service, mine.session, mine.occurrence)
        is_later = theirs is None or mine.said_at > theirs.said_at
        if is_later:
            keep(connection, replace(mine, person=to))
        lost += [*([theirs] if theirs and is_later else []), *([] if is_later else [mine])]
    erase_person(connection, person)
    every_time = {(each.service, each.session): each for each in of_person(connection, to) if each.occurrence is None}
    for single in of_person(connection, to):
        held_by = every_time.get((single.service, single.session))
        if single.occurrence and held_by and held_by.includes(single.occurrence):
            keep(connection, replace(single, ended_at=max(single.since, held_by.since)))
            lost.append(single)
    return lost


def _all_of(connection: Connection, person: str) -> list[Attendance]:
    return _read(connection, attendances.select().where(attendances.c.person == person))


def erase_person(connection: Connection, person: str) -> None:
    """Erases where a person would come and came."""
    connection.execute(attendances.delete().where(attendances.c.person == person))


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Returns where a person said to come, as JSON can hold it."""
    mine = attendances.select().where(attendances.c.person == person).order_by(attendances.c.since)
    return [
        {
            "service": each.service,
            "session": each.session,
            "occurrence": each.occurrence,
            "since": each.since.isoformat(),
            "ended_at": each.ended_at and each.ended_at.isoformat(),
            "skipped": list(each.skipped),
        }
        for each in _read(connection, mine)
    ]


_names = [column.name for column in attendances.c]
_KEEP = sa.text(
    "INSERT INTO attendances ({names}) VALUES ({values}) "
    "ON CONFLICT (person, service, session, occurrence) DO UPDATE SET {changes}".format(
        names=", ".join(_names),
        values=", ".join(f":{name}" for name in _names),
        changes=", ".join(
            f"{column.name} = excluded.{column.name}" for column in attendances.c if not column.primary_key
        ),
    )
).bindparams(*(sa.bindparam(column.name, None, column.type) for column in attendances.c))


def _come_after_all(connection: Connection, every_time: Attendance, occurrence: str, now: datetime) -> Attendance:
    """Takes back that a person skips one time of those they come to; its reminders are made anew by its turn."""
    if occurrence not in every_time.skipped:
        return every_time
    known = tuple(
        replace(each, turn=each.turn + 1, since=now) if each.id == occurrence else each for each in every_time.known
    )
    skipped = tuple(each for each in every_time.skipped if each != occurrence)
    attendance = replace(every_time, known=known, skipped=skipped)
    keep(connection, attendance)
    return attendance


def _end(connection: Connection, person: str, service: str, session: str, now: datetime) -> bool:
    mine = (attendances.c.person == person) & (attendances.c.service == service) & (attendances.c.session == session)
    are_open = attendances.c.ended_at.is_(None)
    return bool(connection.execute(attendances.update().where(mine, are_open).values(ended_at=now)).rowcount)


def _find(connection: Connection, person: str, service: str, session: str, occurrence: str | None) -> Attendance | None:
    this = attendances.select().where(
        attendances.c.person == person,
        attendances.c.service == service,
        attendances.c.session == session,
        attendances.c.occurrence == (occurrence or _EVERY_TIME),
    )
    return next(iter(_read(connection, this.with_for_update())), None)


def _read(connection: Connection, rows: sa.sql.Select) -> list[Attendance]:
    return [_attendance(row) for row in connection.execute(rows).mappings()]


def _attendance(row: Mapping[str, Any]) -> Attendance:
    lists = {"skipped": tuple(row["skipped"]), "known": tuple(_known(row["known"]))}
    return Attendance(**{**row, **lists, "occurrence": row["occurrence"] or None})


def _known(entries: Iterable[Mapping[str, Any]]) -> Iterable[Known]:
    for entry in entries:
        ends = entry["ends"]
        moments = {name: datetime.fromisoformat(entry[name]) for name in ("starts", "since")}
        yield Known(**{**entry, **moments, "ends": ends and datetime.fromisoformat(ends)})


def _known_as_json(known: Known) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(known).items()}
