"""Telegram and Discord: what came from there, and whom the bot knows there."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Makes the tables of updates and accounts."""
    op.create_table(
        "messenger_updates",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("address", sa.String(255)),
        sa.Column("said", sa.JSON),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("handled_at", Instant),
        sa.PrimaryKeyConstraint("channel", "id", name="pk_messenger_updates"),
    )
    op.create_index("ix_messenger_updates_address", "messenger_updates", ["address"])
    op.create_index("ix_messenger_updates_received_at", "messenger_updates", ["received_at"])
    waiting = sa.text("handled_at IS NULL")
    op.create_index(
        "ix_messenger_updates_waiting",
        "messenger_updates",
        ["channel", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "messenger_accounts",
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_messenger_accounts"),
    )
