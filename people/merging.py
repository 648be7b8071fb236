"""Two people who turn out to be one: what was told at the addresses of both belongs to one of them from then on.

Nothing that a person asked for is lost, nothing reaches them twice, and no yes is made wider: docs/privacy.md has the
rules in a table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import feedback, profiles, translated
from people.profiles import DEFAULT_ZONE, MOST_IN_A_LIST, Profile, addresses, people
from reminders import attendance, calendars, check_ins, following, outbox, pushes, store, wishes

OF_A_PERSON: tuple[Callable[[Connection, str, str, datetime], None], ...] = (
    following.move_person,  # attendances and reminders, which know of each other
    calendars.move_person,
    pushes.move_person,
    feedback.move_person,
    translated.move_person,
)
"""Each module that keeps something of a person by their id has a `move_person` here. A test finds what is missing."""


def merge(connection: Connection, person: str, into: str, now: datetime) -> Profile:
    """Gives everything of a person to another, `into`, whose profile is returned; then the first is no more.

    Raises people.profiles.PersonGone when there is no such person.
    """
    outbox.hold(connection)  # see `outbox` for the order of locks
    both = (person, into)
    theirs = sa.select(addresses.c.address).where(addresses.c.person.in_(both)).order_by(addresses.c.address)
    # On PostgreSQL who adds something for either waits from here on.
    for held in (theirs, sa.select(people.c.id).where(people.c.id.in_(both)).order_by(people.c.id)):
        connection.execute(held.with_for_update())
    found = {each: profiles.by_id(connection, each) for each in both}
    other, mine = found[person], found[into]
    if other is None or mine is None:
        raise profiles.PersonGone
    fields = merged(mine, other, asked=_was_asked(connection, mine), other_asked=_was_asked(connection, other))
    for move_person in OF_A_PERSON:
        move_person(connection, person, into, now)
    moved = addresses.update().where(addresses.c.person == person)
    connection.execute(moved.values(person=into, linked_at=now))
    connection.execute(people.delete().where(people.c.id == person))
    check_ins.once_each(connection, into)
    times = {"created_at": min(mine.created_at, other.created_at), "last_seen_at": now}
    connection.execute(people.update().where(people.c.id == into).values(times))
    return wishes.change(connection, into, now, **fields)


def merged(mine: Profile, other: Profile, *, asked: bool = True, other_asked: bool = True) -> dict[str, Any]:
    """Returns the fields of the profile of one who was two; `mine` is that of who said that they are one.

    What `mine` says stays, and what only `other` says is kept. Of what each allowed the narrower holds. `asked` tells
    whether each had anything to do with reminders: who never had leaves the answer to the other.
    """
    place = mine if mine.municipality or mine.latitude is not None else other
    speaks = mine if mine.language_fixed or (not other.language_fixed and mine.language) else other
    hours = mine if mine.windows is not None else other
    return {
        **{name: getattr(place, name) for name in ("municipality", "latitude", "longitude")},
        **{name: getattr(speaks, name) for name in ("language", "language_fixed")},
        "tone": mine.tone or other.tone,
        "age": mine.age if mine.age is not None else other.age,
        "interests": _both(mine.interests, other.interests),
        "windows": hours.windows,
        "zone": hours.zone if hours.windows is not None or mine.zone == DEFAULT_ZONE else mine.zone,
        "reminders_allowed": _allowed(mine, other, asked, other_asked),
        "paused_until": max((one.paused_until for one in (mine, other) if one.paused_until), default=None),
        "topics_off": _both(mine.topics_off, other.topics_off),
        "most_per_day": min(mine.most_per_day, other.most_per_day),
        "lock_screen": "full" if mine.lock_screen == other.lock_screen == "full" else "neutral",
        "encouragement": mine.encouragement and other.encouragement,
        **_translation(mine, other),
    }


def _both(mine: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mine, *others)))[:MOST_IN_A_LIST]


def _allowed(mine: Profile, other: Profile, asked: bool, other_asked: bool) -> bool:
    answers = [one.reminders_allowed for one, was in ((mine, asked), (other, other_asked)) if was]
    return bool(answers) and all(answers)


def _translation(mine: Profile, other: Profile) -> dict[str, Any]:
    """A no stays; a yes only where both said it, of the same translator; otherwise they are asked again."""
    no = next((one for one in (mine, other) if one.translation_allowed is False), None)
    said = (mine.translation_allowed, mine.translation_by), (other.translation_allowed, other.translation_by)
    if no or said[0] == said[1]:
        chosen = no or mine
        return {"translation_allowed": chosen.translation_allowed, "translation_by": chosen.translation_by}
    return {"translation_allowed": None, "translation_by": None}


def _was_asked(connection: Connection, profile: Profile) -> bool:
    """Whether a person had anything to do with reminders: who said no, or stopped them, once had one or set it."""
    has_set = profile.reminders_allowed or profile.windows is not None or profile.paused_until or profile.topics_off
    return bool(has_set or store.of_person(connection, profile.id) or attendance.of_person(connection, profile.id))
