"""What the dialogue keeps of a person beyond the conversation: in one unit of work, and honestly when that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from actions.conversation import Conversation, Say, Turn
from actions.world import World
from people import profiles
from people.database import DatabaseUnavailable
from people.profiles import InvalidProfile, PersonGone, Profile
from reminders import check_ins, wishes
from reminders.attendance import NoSuchOccurrence
from service_catalog.schema import Service

logger = logging.getLogger(__name__)

Work = Callable[[Conversation, World, Connection], Turn]
NOT_SAVED = Turn([Say("utter_not_saved")])
T = TypeVar("T")


def on_disk(work: Work) -> Callable[[Conversation, World], Turn]:
    """A handler that gives the turn of `work` when everything it changed is on disk; else it says that nothing is."""

    @wraps(work)
    def handler(conversation: Conversation, world: World) -> Turn:
        return attempt(conversation, world, lambda connection: work(conversation, world, connection)) or NOT_SAVED

    return handler


def attempt(conversation: Conversation, world: World, work: Callable[[Connection], T]) -> T | None:
    """What `work` returns when everything it changed is on disk; None when nothing is, and the log says so."""
    if world.database is None or not conversation.sender:
        return None
    try:
        with world.database.writing() as connection:
            return work(connection)
    except (DatabaseUnavailable, InvalidProfile, PersonGone, NoSuchOccurrence) as error:
        logger.error("What a person asked for was not kept: %s", type(error).__name__)
        return None


def look_up(conversation: Conversation, world: World, work: Callable[[Connection, Profile], T]) -> T | None:
    """What `work` reads of whoever writes; None where nothing is kept of them, or it can't be read now."""
    if world.database is None or not conversation.sender:
        return None
    try:
        with world.database.reading() as connection:
            profile = known(conversation, connection)
            return work(connection, profile) if profile else None
    except DatabaseUnavailable as error:
        logger.warning("What is kept of a person was not read: %s", error)
        return None


def known(conversation: Conversation, connection: Connection) -> Profile | None:
    """The profile of whoever writes, if there is one."""
    return profiles.find(connection, conversation.channel, conversation.sender)


def made(conversation: Conversation, connection: Connection, now: datetime) -> Profile:
    """The profile of whoever writes, made now if there is none; with what the conversation knows of them.

    Call it only when there is something to keep.
    """
    profile = profiles.ensure(connection, conversation.channel, conversation.sender, now)
    told = _told(conversation, profile)
    return wishes.change(connection, profile.id, now, **told) if told else profile


def note_use(conversation: Conversation, world: World, service: Service) -> dict[str, Any]:
    """Notes that the person uses a service: it is asked later how it went, if they allow it.

    Returns what to remember.
    """

    def note(connection: Connection) -> bool:
        profile = known(conversation, connection)
        return bool(profile and check_ins.used(connection, profile.id, service, world.now()))

    if look_up(conversation, world, lambda _, profile: profile.reminders_allowed):
        attempt(conversation, world, note)
    return {"feedback": {**conversation.feedback, "used": service.id}}


def keep_up(conversation: Conversation, world: World) -> None:
    """Keeps the place and the age that this message told, if the person has a profile. Does nothing where it can't:
    the conversation still knows them, and no answer says that they were kept."""
    if world.database is None or not conversation.sender or not _tells_of_them(conversation):
        return
    try:
        with world.database.reading() as connection:
            profile = known(conversation, connection)
        if profile and (told := _told(conversation, profile)):
            with world.database.writing() as connection:
                profiles.change(connection, profile.id, **told)
    except (DatabaseUnavailable, InvalidProfile, PersonGone) as error:
        logger.warning("What a person told was not kept beyond the conversation: %s", type(error).__name__)


def _tells_of_them(conversation: Conversation) -> bool:
    return bool({"municipality", "age"} & set(conversation.entities) or conversation.coordinates)


def _told(conversation: Conversation, profile: Profile) -> dict[str, Any]:
    """What the conversation knows and the profile doesn't."""
    latitude, longitude = conversation.coordinates or (None, None)
    facts: dict[str, Any] = {"age": conversation.age}
    if not profile.language_fixed:
        facts["language"] = conversation.language
    if conversation.municipality or conversation.coordinates:
        facts["municipality"] = conversation.municipality
    told = {name: value for name, value in facts.items() if value != getattr(profile, name) and value is not None}
    rounded = None if latitude is None or longitude is None else (round(latitude, 2), round(longitude, 2))
    place_is_named = "municipality" in told and rounded is None
    if rounded != (profile.latitude, profile.longitude) and (rounded or (place_is_named and profile.latitude)):
        told["latitude"], told["longitude"] = rounded or (None, None)
    return told
