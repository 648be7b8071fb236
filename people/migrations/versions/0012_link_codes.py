"""Codes by which a person links two of their addresses, wrong tries of such codes, and since when one is linked."""

import sqlalchemy as sa
from alembic import op

from people.database import Instant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Makes the tables of codes and tries; nobody has linked anything yet."""
    op.add_column("addresses", sa.Column("linked_at", Instant))
    op.create_table(
        "link_codes",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("asked_channel", sa.String(20)),
        sa.Column("asked_address", sa.String(255)),
        sa.PrimaryKeyConstraint("person", name="pk_link_codes"),
        sa.UniqueConstraint("code_hash", name="uq_link_codes_code_hash"),
    )
    op.create_index("ix_link_codes_expires_at", "link_codes", ["expires_at"])
    op.create_table(
        "link_tries",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_link_tries"),
    )
    op.create_index("ix_link_tries_since", "link_tries", ["since"])
