"""How often a campaign's link was opened, by day: a tag and a number, nothing of a person."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import metadata

MOST_TAGS = 200  # distinct tags of one day; whoever invents more can't fill the database
OTHER = "other"

campaign_days = sa.Table(
    "campaign_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("tag", sa.String(40), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)


def count(connection: Connection, tag: str, day: date) -> None:
    """Counts one opening on `day` through a link with `tag`; beyond `MOST_TAGS` tags as `other`."""
    today = campaign_days.c.day == day
    known = connection.execute(sa.select(campaign_days.c.tag).where(today, campaign_days.c.tag == tag)).first()
    if known is None:
        tags = connection.execute(sa.select(sa.func.count()).select_from(campaign_days).where(today)).scalar() or 0
        tag = tag if tags < MOST_TAGS else OTHER
    one_more = sa.text(
        "INSERT INTO campaign_days (day, tag, count) VALUES (:day, :tag, 1) "
        "ON CONFLICT (day, tag) DO UPDATE SET count = campaign_days.count + 1"
    ).bindparams(sa.bindparam("day", day, sa.Date), tag=tag)
    connection.execute(one_more)


def totals(connection: Connection, first: date, last: date) -> dict[str, int]:
    """Returns how often each tag's links were opened from `first` to `last`, both counted; the most first."""
    total = sa.func.sum(campaign_days.c.count)
    rows = sa.select(campaign_days.c.tag, total).where(campaign_days.c.day.between(first, last))
    found = connection.execute(rows.group_by(campaign_days.c.tag).order_by(total.desc(), campaign_days.c.tag))
    return {tag: int(number) for tag, number in found}
