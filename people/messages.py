"""What people sent: which messages still wait for an answer, and which were answered already.

A message is known by its conversation and the id that the person's own browser gave it, so that one that is sent
again is the same message. Its words are an event of the outbox; here is only its state.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata
from people.profiles import WEB_CHAT, channel_of

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conversation", sa.String(32), primary_key=True),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event", sa.Integer, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("accepted_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
)
_unanswered = messages.c.answered_at.is_(None)
sa.Index(
    "ix_messages_waiting",
    messages.c.conversation,
    messages.c.event,
    sqlite_where=_unanswered,
    postgresql_where=_unanswered,
)


# Built once: to build a statement takes longer than to execute it.
_of_conversation = messages.c.conversation == sa.bindparam("of")
_this = sa.and_(_of_conversation, messages.c.id == sa.bindparam("this"))
_STATE = sa.select(messages.c.answered_at).where(_this)
_INSERT = messages.insert()
_NEXT = messages.select().where(_of_conversation, _unanswered).order_by(messages.c.event).limit(1)
_ANSWER = (
    messages.update()
    .where(_this, _unanswered)
    .values(answered_at=sa.bindparam("now", type_=Instant), latitude=None, longitude=None)
)


@dataclass(frozen=True)
class Waiting:
    """A message that waits for its answer. `event` is its number in the outbox, `location` in WGS84 degrees."""

    conversation: str
    id: str
    event: int
    location: tuple[float, float] | None
    attempts: int


def was_answered(connection: Connection, conversation: str, message_id: str) -> bool | None:
    """Returns whether the message has its answer; None when there is no such message."""
    found = connection.execute(_STATE, {"of": conversation, "this": message_id}).first()
    return None if found is None else found[0] is not None


def add(
    connection: Connection,
    conversation: str,
    message_id: str,
    event: int,
    location: tuple[float, float] | None,
    now: datetime,
) -> None:
    """Keeps a message that waits for its answer. `event` is its number in the outbox: the order of answering."""
    latitude, longitude = location or (None, None)
    row = {"conversation": conversation, "id": message_id, "event": event, "accepted_at": now}
    connection.execute(_INSERT, {**row, "latitude": latitude, "longitude": longitude})


def next_waiting(connection: Connection, conversation: str) -> Waiting | None:
    """Returns the message of the conversation to answer next, or None."""
    row = connection.execute(_NEXT, {"of": conversation}).mappings().first()
    if row is None:
        return None
    location = None if row["latitude"] is None else (row["latitude"], row["longitude"])
    return Waiting(conversation, row["id"], row["event"], location, row["attempts"])


def count_attempt(connection: Connection, message: Waiting) -> int:
    """Returns how often it was tried in vain to have the message answered, this time counted."""
    mine = sa.and_(messages.c.conversation == message.conversation, messages.c.id == message.id)
    connection.execute(messages.update().where(mine).values(attempts=messages.c.attempts + 1))
    found = connection.execute(sa.select(messages.c.attempts).where(mine)).scalar()
    return int(found or 0)


def answer(connection: Connection, conversation: str, message_id: str, now: datetime) -> bool:
    """Notes that the message has its answer, and forgets where it was sent from.

    Returns False when it had one already, or is gone: then this answer must not be kept.
    """
    values = {"of": conversation, "this": message_id, "now": now}
    return bool(connection.execute(_ANSWER, values).rowcount)


def waiting_conversations(connection: Connection, before: datetime, channel: str = WEB_CHAT) -> list[str]:
    """Returns the ids of a channel's conversations with a message that waits since `before` or longer."""
    waiting = _unanswered & (messages.c.accepted_at <= before)
    found = connection.execute(sa.select(messages.c.conversation).where(waiting).distinct()).scalars()
    return [conversation for conversation in found if channel_of(conversation) == channel]


def forget(connection: Connection, conversation: str, events: Collection[int]) -> int:
    """Forgets the messages whose words were these events; returns how many there were."""
    mine = _of_conversation & messages.c.event.in_(events)
    return int(connection.execute(messages.delete().where(mine), {"of": conversation}).rowcount)


def erase(connection: Connection, conversation: str) -> None:
    """Forgets every message of the conversation."""
    connection.execute(messages.delete().where(messages.c.conversation == conversation))
