"""Reminders, the schedulers that are alive, and when their daily work was last done."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the tables of reminders and schedulers."""
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("service", sa.String(100)),
        sa.Column("session", sa.String(100)),
        sa.Column("occurrence_start", Instant),
        sa.Column("occurrence_end", Instant),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("useful_until", Instant, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("next_attempt_at", Instant),
        sa.Column("delivered_at", Instant),
        sa.Column("channel", sa.String(20)),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("answered", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("person", "key", name="uq_reminders_person"),
    )
    is_open = sa.text("next_attempt_at IS NOT NULL")
    op.create_index(
        "ix_reminders_open", "reminders", ["next_attempt_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_reminders_useful_until", "reminders", ["useful_until"])
    op.create_table(
        "scheduler_beats",
        sa.Column("worker", sa.String(100), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_scheduler_beats"),
    )
    op.create_table(
        "scheduler_jobs",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("done_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_scheduler_jobs"),
    )
