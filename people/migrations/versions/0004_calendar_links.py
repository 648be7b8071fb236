"""Private links by which people's calendars follow their sessions."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table of calendar links."""
    op.create_table(
        "calendar_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_calendar_links"),
    )
    op.create_index("ix_calendar_links_person", "calendar_links", ["person"])
