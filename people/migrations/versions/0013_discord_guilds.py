"""The channel that the admins of a Discord server chose for the bot."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "discord_guilds",
        sa.Column("guild", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chosen_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("guild", name="pk_discord_guilds"),
    )
