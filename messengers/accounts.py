"""Whom the bot knows in a messenger, and how much of their conversation they have been told.

An account is a conversation (people/conversations.py) whose id is its address, such as `telegram:123`. Functions work
inside the unit of work of `connection`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import conversations, profiles
from people.database import metadata
from people.profiles import channel_of
from reminders.outbox import outbox
from translations import LANGUAGES

messenger_accounts = sa.Table(
    "messenger_accounts",
    metadata,
    sa.Column("address", sa.String(255), primary_key=True),
    sa.Column("told", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Account:
    """Somebody in a messenger, who is written to by their address alone.

    `told` is the id of the last event of their conversation that they were told, `language` what to speak with them
    where nothing they wrote says more: `fi`, `sv` or `en`.
    """

    address: str
    told: int
    language: str


def of(connection: Connection, address: str) -> Account | None:
    """Returns the account of an address; None when there is none, or it was erased."""
    row = connection.execute(messenger_accounts.select().where(messenger_accounts.c.address == address)).first()
    return Account(row.address, row.told, language_of(connection, address)) if row else None


def ensure(connection: Connection, address: str, language: str | None, now: datetime) -> Account:
    """Returns the account of an address, a new one with its conversation where there is none; notes a visit.

    `language` is what a new conversation begins in.
    """
    conversation = conversations.by_id(connection, address)
    if conversation is None:
        _, conversation = conversations.begin(connection, now, {"language": language}, address)
    conversations.renew(connection, conversation, now)
    profiles.seen(connection, channel_of(address), address, now)
    account = of(connection, address)
    if account is None:
        connection.execute(messenger_accounts.insert().values(address=address, told=0))
    return account or Account(address, 0, language_of(connection, address))


def told(connection: Connection, address: str, event: int) -> None:
    """Notes that a person has been told their conversation up to an event."""
    mine = messenger_accounts.c.address == address
    connection.execute(messenger_accounts.update().where(mine).values(told=event))


def behind(connection: Connection, channel: str) -> list[str]:
    """Returns the addresses of a messenger whose conversation has events that weren't told."""
    has_more = sa.exists().where(
        outbox.c.conversation == messenger_accounts.c.address, outbox.c.id > messenger_accounts.c.told
    )
    found = connection.execute(sa.select(messenger_accounts.c.address).where(has_more)).scalars()
    return [address for address in found if channel_of(address) == channel]


def erase(connection: Connection, address: str) -> None:
    """Erases an account."""
    connection.execute(messenger_accounts.delete().where(messenger_accounts.c.address == address))


def language_of(connection: Connection, address: str) -> str:
    """Returns what to speak with somebody: what they chose, were last answered in, or their app is in."""
    profile = profiles.find(connection, channel_of(address), address)
    chosen = profile.language if profile and profile.language_fixed else None
    told = (chosen, _last_answer_in(connection, address), conversations.preset(connection, address, "language"))
    return next((language for language in told if language in LANGUAGES), "fi")


def _last_answer_in(connection: Connection, address: str) -> str | None:
    mine = (outbox.c.conversation == address) & (outbox.c.kind == "reply")
    row = connection.execute(sa.select(outbox.c.body).where(mine).order_by(outbox.c.id.desc()).limit(1)).first()
    return row[0].get("lang") if row else None
