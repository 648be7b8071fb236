"""Conversations of the web chat, their messages and events, what is to be erased, and campaigns' counts."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(100)),
        sa.Column("municipality", sa.String(100)),
        sa.Column("need", sa.String(100)),
        sa.Column("service", sa.String(100)),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("token_hash", name="uq_conversations_token_hash"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_erasures"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("accepted_at", Instant, nullable=False),
        sa.Column("answered_at", Instant),
        sa.PrimaryKeyConstraint("conversation", "id", name="pk_messages"),
    )
    waiting = sa.text("answered_at IS NULL")
    columns = ["conversation", "event"]
    op.create_index("ix_messages_waiting", "messages", columns, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "outbox",
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("message_id", sa.String(64)),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "id", name="pk_outbox"),
        sa.UniqueConstraint("position", name="uq_outbox_position"),
    )
    clock = op.create_table(
        "outbox_clock",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_clock"),
    )
    op.bulk_insert(clock, [{"id": 1, "position": 0}])
    op.create_table(
        "campaign_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "tag", name="pk_campaign_days"),
    )
