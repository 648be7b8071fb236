"""Subscriptions to pushes, and the pushes that wait to be sent."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables of pushes."""
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("p256dh", sa.String(100), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_subscriptions"),
        sa.UniqueConstraint("endpoint", name="uq_push_subscriptions_endpoint"),
    )
    op.create_index("ix_push_subscriptions_person", "push_subscriptions", ["person"])
    op.create_table(
        "pushes",
        sa.Column("reminder", sa.String(32), nullable=False),
        sa.Column("subscription", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("is_full", sa.Boolean, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("reminder", "subscription", name="pk_pushes"),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["push_subscriptions.id"],
            name="fk_pushes_subscription_push_subscriptions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_pushes_next_attempt_at", "pushes", ["next_attempt_at"])
    op.create_index("ix_pushes_person", "pushes", ["person"])
    op.create_index("ix_pushes_subscription", "pushes", ["subscription"])
