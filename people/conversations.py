"""Who owns which conversation: an unguessable token, of which only the hash is kept.

Whoever has the token may read and write the conversation. The conversation's own id is another random one, which
the other parts know it by and the outside never sees. Functions work inside the unit of work of `connection`.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import profiles
from people.database import Instant, metadata

LIFETIME = profiles.LIFETIME  # since it was last used; its token is what brings a person back to their profile
_RENEWED_EACH = timedelta(days=1)
PRESETS = ("language", "municipality", "need", "service")

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    *(sa.Column(preset, sa.String(100)) for preset in PRESETS),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("asked_at", Instant, nullable=False),
)


_OWNED = conversations.select().where(  # built once: that takes longer than to execute it
    conversations.c.token_hash == sa.bindparam("hash"), conversations.c.expires_at > sa.bindparam("now", type_=Instant)
)

_PRESET = {name: sa.select(conversations.c[name]).where(conversations.c.id == sa.bindparam("of")) for name in PRESETS}


@dataclass(frozen=True)
class Conversation:
    """`id` is what other parts call it; `presets` what its page set before the first message."""

    id: str
    presets: Mapping[str, str]
    created_at: datetime
    expires_at: datetime


def begin(
    connection: Connection, now: datetime, presets: Mapping[str, str | None], address: str | None = None
) -> tuple[str, Conversation]:
    """Returns the token of a new conversation, which is known to nobody else from now on, and the conversation.

    `presets` may have language, municipality, need and service, each already known to be valid. `address` is whose
    conversation in a messenger it is, and its id: nobody is told its token.
    """
    token = secrets.token_urlsafe(32)
    kept = {name: value for name in PRESETS if (value := presets.get(name))}
    conversation = Conversation(address or uuid.uuid4().hex, kept, now, now + LIFETIME)
    connection.execute(
        conversations.insert().values(
            id=conversation.id,
            token_hash=hash_of(token),
            created_at=now,
            expires_at=conversation.expires_at,
            **kept,
        )
    )
    return token, conversation


def owned_by(connection: Connection, token: str, now: datetime) -> Conversation | None:
    """Returns the conversation that `token` opens; None when it opens none, or its time is over."""
    row = connection.execute(_OWNED, {"hash": hash_of(token), "now": now}).mappings().first()
    return _conversation(row) if row else None


def by_id(connection: Connection, conversation_id: str) -> Conversation | None:
    """Returns a conversation, also one whose time is over; None for what is none."""
    row = connection.execute(conversations.select().where(conversations.c.id == conversation_id)).mappings().first()
    return _conversation(row) if row else None


def preset(connection: Connection, conversation_id: str, name: str) -> str | None:
    """Returns what the page of a conversation set as `name`, one of `PRESETS`; None when it set nothing."""
    value: str | None = connection.execute(_PRESET[name], {"of": conversation_id}).scalar()
    return value


def set_presets(connection: Connection, conversation_id: str, **presets: str) -> None:
    """Sets what a link brought along, each already known to be valid."""
    connection.execute(conversations.update().where(conversations.c.id == conversation_id).values(**presets))


def renew(connection: Connection, conversation: Conversation, now: datetime) -> None:
    """Puts off the end of a conversation that is used; written at most once a day."""
    if is_to_renew(conversation, now):
        mine = conversations.c.id == conversation.id
        connection.execute(conversations.update().where(mine).values(expires_at=now + LIFETIME))


def is_to_renew(conversation: Conversation, now: datetime) -> bool:
    """Returns whether `renew` would write anything."""
    return now + LIFETIME - conversation.expires_at >= _RENEWED_EACH


def expired(connection: Connection, now: datetime, limit: int = 100) -> list[str]:
    """Returns the ids of conversations whose time is over, the longest first."""
    over = sa.select(conversations.c.id).where(conversations.c.expires_at <= now)
    return list(connection.execute(over.order_by(conversations.c.expires_at).limit(limit)).scalars())


def erase(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Takes the conversation from its owner for good, and notes that it has to be erased elsewhere too.

    The note stays until `erased`, so that no restart forgets it.
    """
    connection.execute(conversations.delete().where(conversations.c.id == conversation_id))
    noted = sa.select(erasures.c.conversation).where(erasures.c.conversation == conversation_id)
    if connection.execute(noted).first() is None:
        connection.execute(erasures.insert().values(conversation=conversation_id, asked_at=now))


def to_erase(connection: Connection, limit: int = 100) -> list[str]:
    """Returns the ids of conversations that are still to be erased elsewhere, the longest waiting first."""
    return list(
        connection.execute(sa.select(erasures.c.conversation).order_by(erasures.c.asked_at).limit(limit)).scalars()
    )


def erased(connection: Connection, conversation_id: str) -> None:
    """Notes that nothing of the conversation is left anywhere."""
    connection.execute(erasures.delete().where(erasures.c.conversation == conversation_id))


def _conversation(row: Mapping[str, Any]) -> Conversation:
    presets = {name: row[name] for name in PRESETS if row[name]}
    return Conversation(row["id"], presets, row["created_at"], row["expires_at"])


def hash_of(token: str) -> str:
    """Returns what is kept of a token. It has 256 random bits, so that a plain hash can't be turned back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
