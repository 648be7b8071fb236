"""Whether a person chose the language that they are answered in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the column; nobody has chosen yet."""
    op.add_column("people", sa.Column("language_fixed", sa.Boolean, nullable=False, server_default=sa.false()))
