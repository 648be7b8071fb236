""" "Miten meni?": when a person is asked how it went, some days after they used a service or after a session.

Asked only who allows reminders, in their windows and with their other limits, as every reminder is (`planning`); and
seldom: see `may_ask`. Of several services used one after the other only the last is asked about, unless the person said
that they got in touch with an earlier one.

Functions work inside the unit of work of `connection`. Moments are aware.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import feedback, profiles
from people.database import Database
from people.profiles import Profile
from reminders import attendance, store
from reminders.delivery import WORDS
from reminders.kinds import KINDS, USUAL_LENGTH
from reminders.occurrences import Occurrence, occurrences, translations_of
from reminders.planning import Planned, Rules, plan
from reminders.reasons import Reason
from reminders.store import Reminder, reminders
from reminders.windows import zone_of
from service_catalog.schedules import at
from service_catalog.schema import Service

CHECK_IN = KINDS["check_in"]
DAYS_TO_USE = 2  # a card counts as in use until then: who writes today may get an answer tomorrow
STILL_ANSWERED = timedelta(days=7)  # after it was delivered
LEAST_APART = timedelta(days=5)  # between two about one service
SELDOM = timedelta(days=27)  # and when they have answered `OFTEN_ENOUGH` times: every fourth week of a weekly group
OFTEN_ENOUGH, IGNORED = 3, 2
LOOK_BACK = timedelta(days=7)  # for sessions that are over; as long as it is useful to ask
BATCH = 50  # people in one unit of work, for which others wait
ANSWERED = "answered"
OF_A_SESSION = "check_in_session"  # the name of its words
STATED = "stated"  # in a check-in's body: the person said that they got in touch
ServiceOf = Callable[[str], "Service | None"]  # Catalog.service


class Asked(NamedTuple):
    """A check-in that was delivered `at` a moment, and whether the person answered it."""

    at: datetime
    is_answered: bool


def may_ask(before: Sequence[Asked], answers: int, now: datetime) -> bool:
    """Returns whether a person may be asked about a service again.

    `before` are the check-ins on it, in order, `answers` how often they said how it was. Not within `LEAST_APART`; not
    when they left the last `IGNORED` without an answer; every `SELDOM` when they have answered `OFTEN_ENOUGH` times.
    """
    if not before:
        return True
    last = before[-IGNORED:]
    if len(last) == IGNORED and not any(each.is_answered for each in last):
        return False
    return now - before[-1].at >= (LEAST_APART if answers < OFTEN_ENOUGH else SELDOM)


# --- asking -----------------------------------------------------------------------------------------------------


def used(
    connection: Connection, person: str, service: Service, now: datetime, *, stated: bool = False
) -> datetime | None:
    """Plans to ask how it went, when a person used the card of a service; returns when, None when they aren't asked.

    Used is: a button of the card tapped, a ready message asked for; or `stated`, when the person said that they got in
    touch. Nothing is kept of who doesn't allow reminders.
    """
    profile = profiles.by_id(connection, person, hold=True)
    if profile is None or not profile.reminders_allowed or CHECK_IN.id in profile.topics_off:
        return None
    waiting = [each for each in store.of_person(connection, person, waiting=True) if each.kind == CHECK_IN.id]
    same = next((each for each in waiting if each.service == service.id), None)
    if same and (same.session or same.body.get(STATED) or not stated):
        return same.due_at
    of_cards = [each for each in waiting if each.session is None]
    if any(each.body.get(STATED) for each in of_cards) and not stated:
        return None
    if not _may_ask(connection, person, service.id, now):
        return None
    for each in of_cards:
        store.cancel(connection, Reason.ASKED_ANOTHER, person=person, reminder=each.id)
    body = {
        **{"name": service.name, "service_name": service.name},
        **_translated(translations_of(service)),
        **({STATED: True} if stated else {}),
    }
    return _add(
        connection,
        profile,
        service.id,
        None,
        f"{now:%Y%m%d%H%M%S%f}{STATED if stated else ''}",
        now,
        _in_use_until(now, profile),
        body,
        now,
    )


def after_sessions(connection: Connection, service_of: ServiceOf, person: str, now: datetime) -> int:
    """Plans to ask a person about the sessions they would have come to, when those are over; returns how many.

    What was planned for one before is not planned again.
    """
    profile = profiles.by_id(connection, person, hold=True)
    if profile is None or not profile.reminders_allowed or CHECK_IN.id in profile.topics_off:
        return 0
    over: dict[str, Occurrence] = {}
    for mine in attendance.of_person(connection, person):
        service = service_of(mine.service)
        for each in occurrences(service, now - LOOK_BACK, now, session=mine.session) if service else ():
            if mine.includes(each.id) and mine.since < each.starts and _ends(each) <= now:
                over[mine.service] = max(over.get(mine.service, each), each, key=lambda one: one.starts)
    count = 0
    for each in over.values():
        if _may_ask(connection, person, each.service, now) and not _waits(connection, person, each.service):
            body = {
                **{WORDS: OF_A_SESSION, "name": each.name},
                **{"service_name": each.service_name, "occurrence": each.id},
                **_translated(each.translations),
            }
            key, ends = each.id, _ends(each)
            count += bool(_add(connection, profile, each.service, each.session, key, each.starts, ends, body, now))
    return count


def run(database: Database, service_of: ServiceOf, now: datetime) -> int:
    """Plans check-ins after sessions for everybody, some people at a time; call it daily. Returns how many.

    Stopped at any point, it goes on the next time. Raises people.database.DatabaseUnavailable.
    """
    total, after = 0, ""
    while True:
        with database.reading() as connection:
            batch = attendance.people_who_come(connection, after, BATCH)
        if not batch:
            return total
        with database.writing() as connection:
            total += sum(after_sessions(connection, service_of, person, now) for person in batch)
        after = batch[-1]


def once_each(connection: Connection, person: str) -> None:
    """Has a person who is now one, and was two, asked once about each service; of used cards only about one."""
    seen: set[str | None] = set()
    for each in store.of_person(connection, person, waiting=True):
        if each.kind != CHECK_IN.id:
            continue
        matters = {each.service} | ({None} if each.session is None else set())
        if matters & seen:
            store.cancel(connection, Reason.LINKED, person=person, reminder=each.id)
        seen |= matters


# --- answers ----------------------------------------------------------------------------------------------------


def pending(connection: Connection, person: str, now: datetime) -> Reminder | None:
    """Returns the last check-in that reached a person, if it still waits for an answer."""
    mine = _delivered(person).where(reminders.c.delivered_at > now - STILL_ANSWERED)
    row = connection.execute(mine.order_by(reminders.c.delivered_at.desc()).limit(1)).mappings().first()
    found = Reminder(**row) if row else None
    return found if found and found.answered is None else None


def answered(connection: Connection, check_in: Reminder) -> None:
    """Keeps that the person said how it went."""
    store.answer(connection, check_in.person, check_in.id, ANSWERED)


# --- the parts --------------------------------------------------------------------------------------------------


def _add(
    connection: Connection,
    profile: Profile,
    service: str,
    session: str | None,
    key: str,
    starts: datetime,
    ends: datetime,
    body: Mapping[str, Any],
    now: datetime,
) -> datetime | None:
    planned = plan(CHECK_IN, starts, ends, Rules.of(profile), now)
    is_new = store.add(
        *(connection, profile.id, CHECK_IN.id, f"{CHECK_IN.id}/{service}/{key}", planned, now),
        service=service,
        session=session,
        occurrence_start=starts,
        occurrence_end=ends,
        body=body,
    )
    return planned.due_at if is_new and isinstance(planned, Planned) else None


def _may_ask(connection: Connection, person: str, service: str, now: datetime) -> bool:
    of_service = _delivered(person).where(reminders.c.service == service).order_by(reminders.c.delivered_at)
    rows = connection.execute(of_service).all()
    before = [Asked(row.delivered_at, row.answered is not None) for row in rows]
    said = [each for each in feedback.of_person(connection, person) if each.service == service]
    return may_ask(before, len(said), now)


def _waits(connection: Connection, person: str, service: str) -> bool:
    open_ones = store.of_person(connection, person, waiting=True)
    return any((each.kind, each.service) == (CHECK_IN.id, service) for each in open_ones)


def _delivered(person: str) -> sa.sql.Select:
    return reminders.select().where(
        reminders.c.person == person, reminders.c.kind == CHECK_IN.id, reminders.c.delivered_at.isnot(None)
    )


def _in_use_until(now: datetime, profile: Profile) -> datetime:
    zone = zone_of(profile.zone)
    wall = now.astimezone(zone)
    return at(wall.date() + timedelta(days=DAYS_TO_USE), wall.hour * 60 + wall.minute, zone)


def _translated(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {"translations": dict(texts)} if texts else {}


def _ends(occurrence: Occurrence) -> datetime:
    return occurrence.ends or occurrence.starts + USUAL_LENGTH
