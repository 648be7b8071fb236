"""Erasing everything of a person or a conversation: one unit of work, and a note until Rasa has forgotten it too.

Whatever process dies in the middle: either nothing was erased yet, or all of it was here and the note of
`people.conversations.erase` is there, which the web server takes up until Rasa says that it has forgotten. What another
process wrote meanwhile goes when Rasa is done (`finish`), or is without a person and goes with the daily job
(`people.retention`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from messengers import accounts, inbox
from people import conversations, feedback, linking, messages, profiles, translated
from people.profiles import WEB_CHAT, addresses, channel_of, people
from reminders import attendance, calendars, outbox, pushes
from reminders import store as reminder_store

OF_A_PERSON: tuple[Callable[[Connection, str], None], ...] = (
    reminder_store.erase_person,
    calendars.erase_person,
    attendance.erase_person,
    pushes.erase_person,
    feedback.erase_person,
    translated.erase_person,
    linking.erase_person,
)
"""Each module that keeps something of a person by their id has an `erase_person` here. A test finds what is missing."""


def forget(connection: Connection, person: str, now: datetime) -> list[str]:
    """Erases everything of a person: the profile, their conversations with their tokens, whatever waits for them.

    Returns the addresses that were theirs, each of which is noted to be erased in Rasa. Does nothing where there is no
    such person.
    """
    outbox.hold(connection)  # nothing is said to them any more; and see `outbox` for the order of locks
    # On PostgreSQL who visits or adds something for this person waits from here on, and finds nobody then.
    mine = addresses.c.person == person
    for held in (sa.select(addresses.c.address).where(mine), sa.select(people.c.id).where(people.c.id == person)):
        connection.execute(held.with_for_update())
    theirs = [address for _, address in profiles.addresses_of(connection, person)]
    for address in theirs:
        _erase_texts(connection, address, now)
    for erase_person in OF_A_PERSON:
        erase_person(connection, person)
    connection.execute(addresses.delete().where(mine))
    connection.execute(people.delete().where(people.c.id == person))
    return theirs


def forget_address(connection: Connection, channel: str, address: str, now: datetime) -> None:
    """Erases what came from one address, and the whole person when it is the last they have."""
    outbox.hold(connection)
    profile = profiles.find(connection, channel, address)
    if profile and profiles.addresses_of(connection, profile.id) == [(channel, address)]:
        forget(connection, profile.id, now)
        return
    this = (addresses.c.channel == channel) & (addresses.c.address == address)
    connection.execute(addresses.delete().where(this))
    _erase_texts(connection, address, now)


def finish(connection: Connection, conversation: str, now: datetime) -> None:
    """Erases what was written about a conversation while Rasa forgot it, and its note. Call it when Rasa has.

    A conversation of the web chat never comes back. In another channel the same address may: then what is there now
    stays.
    """
    elsewhere = (addresses.c.address == conversation) & (addresses.c.channel != WEB_CHAT)
    begun_again = channel_of(conversation) != WEB_CHAT and conversations.by_id(connection, conversation) is not None
    if not begun_again and connection.execute(sa.select(addresses.c.person).where(elsewhere)).first() is None:
        forget_address(connection, channel_of(conversation), conversation, now)
    conversations.erased(connection, conversation)


def _erase_texts(connection: Connection, address: str, now: datetime) -> None:
    conversations.erase(connection, address, now)
    messages.erase(connection, address)
    accounts.erase(connection, address)
    inbox.erase(connection, address, now)
    outbox.erase(connection, address)
    linking.erase_tries(connection, address)
