"""Translations of what the bot says, kept so that the same words needn't be sent again. The key is a hash.

What a person wrote is never kept here, and names, numbers and links stand as tokens. A translation made of words that
may tell of a person belongs to them: it goes when they are erased, and is in their export. All go after LIFETIME.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata

LIFETIME = timedelta(days=30)  # since it was made

translations = sa.Table(
    "translations",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(32), index=True),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
_KEEP = sa.text(
    "INSERT INTO translations (key, person, language, text, at) VALUES (:key, :person, :language, :text, :at) "
    "ON CONFLICT (key) DO NOTHING"
).bindparams(sa.bindparam("at", type_=Instant))


def known(connection: Connection, keys: Collection[str], now: datetime) -> dict[str, str]:
    """Those of the keys that a translation is kept for, with it."""
    fresh = (translations.c.key.in_(list(keys))) & (translations.c.at > now - LIFETIME)
    rows = connection.execute(sa.select(translations.c.key, translations.c.text).where(fresh))
    return {row.key: row.text for row in rows}


def keep(connection: Connection, made: Mapping[str, str], language: str, person: str | None, now: datetime) -> None:
    """Keeps translations by key; `person` is whose words they may tell of, None for what anybody may read."""
    rows = [{"key": key, "person": person, "language": language, "text": text, "at": now} for key, text in made.items()]
    if rows:
        connection.execute(_KEEP, rows)


def forget(connection: Connection, before: datetime, limit: int) -> int:
    """Forgets at most `limit` translations made at `before` or earlier; returns how many."""
    over = sa.select(translations.c.key).where(translations.c.at <= before).limit(limit)
    return int(connection.execute(translations.delete().where(translations.c.key.in_(over))).rowcount)


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives the translations that may tell of a person to another."""
    connection.execute(translations.update().where(translations.c.person == person).values(person=to))


def erase_person(connection: Connection, person: str) -> None:
    """Forgets the translations that may tell of a person."""
    connection.execute(translations.delete().where(translations.c.person == person))


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """The translations that may tell of a person, as JSON can hold them."""
    mine = translations.select().where(translations.c.person == person).order_by(translations.c.at, translations.c.key)
    return [{"language": row.language, "text": row.text, "at": row.at.isoformat()} for row in connection.execute(mine)]
