"""What a conversation shows, durably and in order: what the person wrote, replies, and what comes by itself.

Whoever shows a conversation asks for the events after the last one it has, so that a lost connection, a closed
phone or a restart loses nothing. Any process may append: `with database.writing() as connection: append(...)`.

Events become visible in the order of their numbers, those of one conversation and all of them (`position`): each
append takes the one row of `outbox_clock` until its unit of work is kept. So a reader that has seen a number never
misses a smaller one. Keep units of work that append short. Whoever locks rows of people or reminders too takes the
clock first (`hold`), so that no two wait for each other.

Old events are forgotten (`forget`), their numbers are not given again: `outbox_forgotten` has the last of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata

KINDS = ("message", "reply", "notice")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False, unique=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("message_id", sa.String(64)),
    sa.Column("body", sa.JSON, nullable=False),
)

outbox_clock = sa.Table(
    "outbox_clock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)

outbox_forgotten = sa.Table(
    "outbox_forgotten",
    metadata,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("last_id", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),  # when it was said
)


# Built once: to build a statement takes longer than to execute it.
_mine = outbox.c.conversation == sa.bindparam("of")
_after = sa.bindparam("after", type_=sa.BigInteger)
_TICK = outbox_clock.update().values(position=outbox_clock.c.position + 1)
_LAST = sa.select(
    outbox_clock.c.position,
    sa.select(sa.func.max(outbox.c.id)).where(_mine).scalar_subquery(),
    sa.select(outbox_forgotten.c.last_id)
    .where(outbox_forgotten.c.conversation == sa.bindparam("of"))
    .scalar_subquery(),
)
_HOLD = sa.select(outbox_clock.c.position).with_for_update()
_INSERT = outbox.insert()
_AFTER = outbox.select().where(_mine, outbox.c.id > _after).order_by(outbox.c.id)
_OF_MESSAGE = outbox.select().where(_mine, outbox.c.message_id == sa.bindparam("of_message")).order_by(outbox.c.id)
_FORGOTTEN = sa.text(
    "INSERT INTO outbox_forgotten (conversation, last_id, at) VALUES (:of, :last, :at) "
    "ON CONFLICT (conversation) DO UPDATE SET at = excluded.at, last_id = "
    "CASE WHEN excluded.last_id > outbox_forgotten.last_id THEN excluded.last_id ELSE outbox_forgotten.last_id END"
).bindparams(sa.bindparam("at", type_=Instant))
_APPENDED = outbox.select().where(outbox.c.position > _after).order_by(outbox.c.position).limit(sa.bindparam("most"))


@dataclass(frozen=True)
class Event:
    """One thing that a conversation shows.

    `id` counts up from 1 within its conversation, `position` over all conversations. `message_id` is that of the
    message that it is, or answers; None for what comes by itself.
    """

    conversation: str
    id: int
    position: int
    kind: str
    at: datetime
    message_id: str | None
    body: Mapping[str, Any]


def append(
    connection: Connection,
    conversation: str,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    message_id: str | None = None,
) -> Event:
    """Returns the new last event of a conversation, of any channel. `kind` is one of `KINDS`.

    Raises ValueError for another kind and for a naive `now`.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of event; the kinds are {', '.join(KINDS)}.")
    connection.execute(_TICK)
    position, last, last_forgotten = connection.execute(_LAST, {"of": conversation}).one()
    event_id = max(last or 0, last_forgotten or 0) + 1
    event = Event(conversation, event_id, position, kind, now, message_id, dict(body))
    connection.execute(_INSERT, vars(event))
    return event


def hold(connection: Connection) -> None:
    """Takes the clock now rather than with the first `append`, until the unit of work is kept."""
    connection.execute(_HOLD)


def events(connection: Connection, conversation: str, after: int = 0, limit: int | None = None) -> list[Event]:
    """Returns the events of a conversation whose id is greater than `after`, in order."""
    return _events(connection, _AFTER.limit(limit), {"of": conversation, "after": after})


def events_of_message(connection: Connection, conversation: str, message_id: str) -> list[Event]:
    """Returns the event of a message and those of its replies, in order."""
    return _events(connection, _OF_MESSAGE, {"of": conversation, "of_message": message_id})


def appended(connection: Connection, after: int, limit: int) -> list[Event]:
    """Returns the events of all conversations whose position is greater than `after`, in order."""
    return _events(connection, _APPENDED, {"after": after, "most": limit})


def last_position(connection: Connection) -> int:
    """Returns the position of the newest event; 0 before the first."""
    return int(connection.execute(sa.select(outbox_clock.c.position)).scalar_one())


def forget(connection: Connection, until: datetime, limit: int) -> dict[str, list[int]]:
    """Forgets events that were said at `until` or before, at most `limit`, the oldest first.

    Returns the ids of those forgotten, by conversation. Ids are never given again.
    """
    old = sa.select(outbox.c.conversation, outbox.c.id, outbox.c.position, outbox.c.at).where(outbox.c.at <= until)
    rows = connection.execute(old.order_by(outbox.c.at, outbox.c.position).limit(limit)).all()
    forgotten: dict[str, list[int]] = {}
    for row in rows:
        forgotten.setdefault(row.conversation, []).append(row.id)
    for conversation, ids in sorted(forgotten.items()):  # in one order, so that two processes can't wait for each other
        connection.execute(_FORGOTTEN, {"of": conversation, "last": max(ids), "at": rows[-1].at})
    connection.execute(outbox.delete().where(outbox.c.position.in_([row.position for row in rows])))
    return forgotten


def erase(connection: Connection, conversation: str) -> None:
    """Forgets a conversation whole, for good: if it came again, its ids would begin anew."""
    for table in (outbox, outbox_forgotten):
        connection.execute(table.delete().where(table.c.conversation == conversation))


def _events(connection: Connection, rows: sa.sql.Select, values: Mapping[str, Any]) -> list[Event]:
    return [Event(**row) for row in connection.execute(rows, values).mappings()]
