"""What came from messengers and waits to be dealt with: kept once, by the number that the messenger gave it.

A messenger gets its answer as soon as this is on disk, and sends again what wasn't answered. What was dealt with is
remembered for as long as a messenger may send it again; its words and whose it was only for as long as an answer
may need them.

Functions work inside the unit of work of `connection`. Times are aware datetimes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from messengers.updates import Update, as_json, from_json
from people.database import Instant, metadata

ANSWERABLE = timedelta(minutes=15)  # so long a Discord interaction takes follow-ups; nothing else needs more
REMEMBERED = timedelta(days=2)  # Telegram keeps what it couldn't deliver for at most 24 hours

messenger_updates = sa.Table(
    "messenger_updates",
    metadata,
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("address", sa.String(255), index=True),
    sa.Column("said", sa.JSON(none_as_null=True)),
    sa.Column("received_at", Instant, nullable=False, index=True),
    sa.Column("handled_at", Instant),
)
_waits = messenger_updates.c.handled_at.is_(None)
sa.Index(
    "ix_messenger_updates_waiting",
    messenger_updates.c.channel,
    messenger_updates.c.id,
    sqlite_where=_waits,
    postgresql_where=_waits,
)

_KEEP = sa.text(
    "INSERT INTO messenger_updates (channel, id, address, said, received_at) "
    "VALUES (:channel, :id, :address, :said, :now) ON CONFLICT (channel, id) DO NOTHING"
).bindparams(sa.bindparam("said", type_=sa.JSON), sa.bindparam("now", type_=Instant))
_WAITING = (
    sa.select(messenger_updates.c.said)
    .where(messenger_updates.c.channel == sa.bindparam("on"), _waits, messenger_updates.c.said.isnot(None))
    .order_by(messenger_updates.c.id)
    .limit(sa.bindparam("most"))
)


def keep(connection: Connection, channel: str, update: Update, now: datetime) -> bool:
    """Keeps an update to be dealt with; returns False when it is there already."""
    values = {"channel": channel, "id": int(update.id), "address": update.address, "said": as_json(update)}
    return bool(connection.execute(_KEEP, {**values, "now": now}).rowcount)


def waiting(connection: Connection, channel: str, most: int) -> list[Update]:
    """Returns what is to be dealt with, in the messenger's order."""
    return [from_json(update) for update in connection.execute(_WAITING, {"on": channel, "most": most}).scalars()]


def find(connection: Connection, channel: str, update_id: str) -> Update | None:
    """Returns an update that may still be answered where it was made; None for any other."""
    if not update_id.isdecimal():
        return None
    row = connection.execute(sa.select(messenger_updates.c.said).where(*_this(channel, update_id))).first()
    return from_json(row[0]) if row and row[0] else None


def handled(connection: Connection, channel: str, update: Update, now: datetime) -> None:
    """Notes that an update was dealt with."""
    connection.execute(messenger_updates.update().where(*_this(channel, update.id)).values(handled_at=now))


def forget(connection: Connection, now: datetime) -> None:
    """Forgets what was said in updates that nobody answers any more, and later that there were any."""
    connection.execute(messenger_updates.delete().where(messenger_updates.c.received_at <= now - REMEMBERED))
    over = (messenger_updates.c.handled_at <= now - ANSWERABLE) & messenger_updates.c.address.isnot(None)
    connection.execute(messenger_updates.update().where(over).values(address=None, said=None))


def erase(connection: Connection, address: str, now: datetime) -> None:
    """Erases what came from an address. That it came stays, so that none of it is taken for new."""
    theirs = messenger_updates.c.address == address
    values = {"address": None, "said": None, "handled_at": now}
    connection.execute(messenger_updates.update().where(theirs).values(values))


def _this(channel: str, update_id: str) -> tuple[sa.sql.ColumnElement, ...]:
    return messenger_updates.c.channel == channel, messenger_updates.c.id == int(update_id)
