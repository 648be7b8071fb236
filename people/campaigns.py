"""What campaigns' links led to, by day: a tag and a number, nothing of a person."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import metadata

KINDS = ("opened", "started")  # the page was opened through the link; a conversation began there
MOST_TAGS = 200  # distinct tags of one day; whoever invents more can't fill the database
OTHER = "other"

campaign_days = sa.Table(
    "campaign_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("tag", sa.String(40), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)


def count(connection: Connection, kind: str, tag: str, day: date) -> None:
    """Counts one of `kind`, which is one of `KINDS`, on `day` for `tag`; beyond `MOST_TAGS` tags for `other`.

    Raises ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not counted; the kinds are {', '.join(KINDS)}.")
    days = campaign_days.c
    known = sa.select(days.tag).where(days.day == day, days.kind == kind)
    if connection.execute(known.where(days.tag == tag)).first() is None:
        tags = len(connection.execute(known).all())
        tag = tag if tags < MOST_TAGS else OTHER
    one_more = sa.text(
        "INSERT INTO campaign_days (day, kind, tag, count) VALUES (:day, :kind, :tag, 1) "
        "ON CONFLICT (day, kind, tag) DO UPDATE SET count = campaign_days.count + 1"
    )
    connection.execute(one_more.bindparams(sa.bindparam("day", day, sa.Date), kind=kind, tag=tag))


def totals(connection: Connection, kind: str, first: date, last: date) -> dict[str, int]:
    """Returns how many of `kind` each tag has from `first` to `last`, both counted; the most first."""
    days, total = campaign_days.c, sa.func.sum(campaign_days.c.count)
    rows = sa.select(days.tag, total).where(days.kind == kind, days.day.between(first, last))
    found = connection.execute(rows.group_by(days.tag).order_by(total.desc(), days.tag))
    return {tag: int(number) for tag, number in found}
