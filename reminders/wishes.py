"""What a person wishes about being contacted, effective at once: said by talking, set in a panel, tapped under a
reminder.

Functions work inside the unit of work of `connection`. Moments are aware.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from people import profiles
from people.profiles import Profile
from reminders import attendance, following, store
from reminders.kinds import KINDS
from reminders.occurrences import Occurrence
from reminders.planning import Planned, Rules
from reminders.reasons import Reason
from reminders.store import Reminder
from service_catalog.schema import Service

ServiceOf = Callable[[str], Service | None]

DONE, LATER, MOVED, CANCELLED = "done", "later", "move", "cancel"
"""What a person said to a reminder, as `store.answer` keeps it."""


def change(connection: Connection, person: str, now: datetime, **fields: Any) -> Profile:
    """Changes fields of a profile, plans what waits for the person by them, and returns the profile.

    Raises what `people.profiles.change` does.
    """
    profile = profiles.change(connection, person, **fields)
    store.plan_again(connection, person, Rules.of(profile), now)
    return profile


def come(
    connection: Connection,
    service_of: ServiceOf,
    person: str,
    meeting: Occurrence,
    now: datetime,
    *,
    every_time: bool = False,
) -> None:
    """Keeps that a person would come to a meeting, or to every time of its session, and makes the reminders.

    `service_of` is `Catalog.service`. Raises attendance.NoSuchOccurrence.
    """
    service = service_of(meeting.service)
    if service is None:
        raise attendance.NoSuchOccurrence(f"There is no service {meeting.service} any more.")
    attendance.attend(connection, person, service, meeting.session, now, None if every_time else meeting.id)
    following.follow_person(connection, service_of, person, now)


def not_coming(connection: Connection, reminder: Reminder, occurrence: str | None, now: datetime) -> None:
    """Keeps that a person doesn't come to the occurrence (its id) that a reminder is about; to none if it is None."""
    store.answer(connection, reminder.person, reminder.id, CANCELLED)
    if reminder.service and reminder.session:
        following.stop(connection, reminder.person, reminder.service, reminder.session, now, occurrence)


def next_time(
    connection: Connection,
    service_of: ServiceOf,
    reminder: Reminder,
    occurrence: str | None,
    after: Occurrence,
    now: datetime,
) -> None:
    """Keeps that a person comes `after` instead of to the occurrence (its id) that a reminder is about.

    Raises attendance.NoSuchOccurrence.
    """
    if occurrence:
        not_coming(connection, reminder, occurrence, now)
    come(connection, service_of, reminder.person, after, now)
    store.answer(connection, reminder.person, reminder.id, MOVED)


def done(connection: Connection, reminder: Reminder) -> None:
    """Keeps that what a reminder was about is done: nothing more is sent about that meeting but how it went."""
    store.answer(connection, reminder.person, reminder.id, DONE)
    for kind in ("same_day_notice", "start_now"):
        _cancel_this_meeting(connection, reminder, Reason.ALREADY_KNOWN, kind)


def again(connection: Connection, profile: Profile, reminder: Reminder, at: datetime, now: datetime) -> datetime | None:
    """Reminds once more from `at` on, as soon as the person's windows allow it; returns when that is.

    None is that it would not be useful any more then, or never allowed: then nothing is changed.
    """
    kind, rules = KINDS[reminder.kind], Rules.of(profile)
    useful_until = reminder.useful_until
    if reminder.occurrence_end:  # of use until it is over: the person asked for it
        useful_until = max(useful_until, reminder.occurrence_end)
    free = max(at, rules.paused_until) if rules.paused_until else at
    moment = rules.week.next_allowed(free, useful_until)
    if moment is None or not rules.reminders_allowed or kind.id in rules.topics_off:
        return None
    key = f"again/{reminder.id}/{moment.isoformat(timespec='minutes')}"  # said twice, reminded once
    store.answer(connection, reminder.person, reminder.id, LATER)
    store.add(
        *(connection, reminder.person, reminder.kind, key, Planned(moment, useful_until), now),
        service=reminder.service,
        session=reminder.session,
        occurrence_start=reminder.occurrence_start,
        occurrence_end=reminder.occurrence_end,
        body=reminder.body,
    )
    return moment


def _cancel_this_meeting(connection: Connection, reminder: Reminder, reason: Reason, kind: str | None = None) -> None:
    if reminder.occurrence_start is not None:
        store.cancel(
            *(connection, reason),
            person=reminder.person,
            service=reminder.service,
            session=reminder.session,
            occurrence_start=reminder.occurrence_start,
            kind=kind,
        )
