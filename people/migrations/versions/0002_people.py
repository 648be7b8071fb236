"""Profiles of people and their addresses; what is forgotten of a conversation after its time."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables of people, and what forgetting old events needs."""
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_seen_at", Instant, nullable=False),
        sa.Column("language", sa.String(10)),
        sa.Column("tone", sa.String(40)),
        sa.Column("municipality", sa.String(100)),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("age", sa.Integer),
        sa.Column("interests", sa.JSON, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("windows", sa.JSON),
        sa.Column("reminders_allowed", sa.Boolean, nullable=False),
        sa.Column("paused_until", Instant),
        sa.Column("topics_off", sa.JSON, nullable=False),
        sa.Column("most_per_day", sa.Integer, nullable=False),
        sa.Column("lock_screen", sa.String(10), nullable=False),
        sa.Column("encouragement", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_last_seen_at", "people", ["last_seen_at"])
    op.create_table(
        "addresses",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("last_used_at", Instant, nullable=False),
        sa.Column("reachable", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_addresses"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_addresses_person_people"),
    )
    op.create_index("ix_addresses_person", "addresses", ["person"])
    op.create_table(
        "outbox_forgotten",
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("last_id", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_outbox_forgotten"),
    )
    op.create_index("ix_outbox_at", "outbox", ["at"])
