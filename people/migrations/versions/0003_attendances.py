"""Who would come to which sessions of services."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the table of attendances."""
    op.create_table(
        "attendances",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("session", sa.String(100), nullable=False),
        sa.Column("occurrence", sa.String(200), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("skipped", sa.JSON, nullable=False),
        sa.Column("known", sa.JSON, nullable=False),
        sa.Column("known_until", Instant, nullable=False),
        sa.PrimaryKeyConstraint("person", "service", "session", "occurrence", name="pk_attendances"),
    )
    op.create_index("ix_attendances_service_session", "attendances", ["service", "session"])
