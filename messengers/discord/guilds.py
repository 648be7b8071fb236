"""Servers whose admins chose one channel in which the bot may be used. Without a choice it may be used in all.

Functions work inside the unit of work of `connection`.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata

discord_guilds = sa.Table(
    "discord_guilds",
    metadata,
    sa.Column("guild", sa.String(20), primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("chosen_at", Instant, nullable=False),
)
_this = discord_guilds.c.guild == sa.bindparam("of")
_CHANNEL = sa.select(discord_guilds.c.channel).where(_this)


def channel_in(connection: Connection, guild: str) -> str | None:
    """Returns the channel that was chosen in a server; None where all are."""
    found: str | None = connection.execute(_CHANNEL, {"of": guild}).scalar_one_or_none()
    return found


def choose(connection: Connection, guild: str, channel: str | None, now: datetime) -> None:
    """Has the bot used in this channel of a server only; None: in all of them."""
    connection.execute(discord_guilds.delete().where(_this), {"of": guild})
    if channel is not None:
        connection.execute(discord_guilds.insert().values(guild=guild, channel=channel, chosen_at=now))
