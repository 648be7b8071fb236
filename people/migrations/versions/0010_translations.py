"""Consent to translation, and translations that are kept."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds the consent to people and makes the table of translations."""
    op.add_column("people", sa.Column("translation_allowed", sa.Boolean))
    op.add_column("people", sa.Column("translation_by", sa.String(200)))
    op.create_table(
        "translations",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32)),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_translations"),
    )
    op.create_index("ix_translations_person", "translations", ["person"])
    op.create_index("ix_translations_at", "translations", ["at"])
