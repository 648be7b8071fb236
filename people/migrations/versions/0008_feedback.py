"""What people said of services, the standing of services, and the steps people took."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes the tables of feedback."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32)),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("session", sa.String(100)),
        sa.Column("at", Instant, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("helped", sa.String(20)),
        sa.Column("easy", sa.String(10)),
        sa.Column("fast", sa.String(10)),
        sa.Column("smooth", sa.String(10)),
        sa.Column("pleasant", sa.String(10)),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("text", sa.String(2_000)),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_person", "feedback", ["person"])
    op.create_index("ix_feedback_service", "feedback", ["service"])
    op.create_table(
        "service_standing",
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("mean", sa.Float, nullable=False),
        sa.Column("standing", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("service", name="pk_service_standing"),
    )
    op.create_table(
        "steps",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("person", "kind", "week", name="pk_steps"),
    )
