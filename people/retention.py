"""What is kept for how long, and the job that purges the rest; docs/privacy.md tells it to those who answer for it.

Rasa's own store purges by itself (`bot/tracker_store.py`); the web server erases conversations whose time is over.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import erasing, messages, profiles, translated
from people.conversations import conversations
from people.database import Database, metadata
from people.profiles import people
from reminders import outbox
from reminders import store as reminder_store
from reminders.outbox import outbox_forgotten

TEXTS = timedelta(days=30)  # since each was said: messages, replies and notices
PROFILES = profiles.LIFETIME  # since the last visit
BATCH = 500  # texts in one unit of work, which others wait for
_BATCH_OF_PEOPLE = 50


def run(database: Database, now: datetime) -> dict[str, int]:
    """Purges everything whose time is over, in short units of work; returns how many of each kind.

    Then nothing that was deleted since the last time is left in the file of an SQLite database either. Stopped at any
    point it goes on the next time. Raises people.database.DatabaseUnavailable.
    """
    total: Counter[str] = Counter()
    while True:
        with database.writing() as connection:
            counts = purge(connection, now)
        total.update(counts)
        if not any(counts.values()):
            database.rewrite()
            return dict(total)


def purge(connection: Connection, now: datetime) -> dict[str, int]:
    """Purges one batch; returns how many of each it was, all 0 when none is left.

    `reminders` are those that were of use to nobody for `TEXTS`, `numbers` those of conversations that are no more,
    `orphans` what belongs to nobody any more.
    """
    outbox.hold(connection)  # see `outbox` for the order of locks
    return {
        "texts": _purge_texts(connection, now),
        "reminders": reminder_store.forget(connection, now - TEXTS, BATCH),
        "people": _purge_people(connection, now),
        "translations": translated.forget(connection, now - translated.LIFETIME, BATCH),
        "numbers": _purge_numbers(connection, now),
        "orphans": _purge_orphans(connection),
    }


def _purge_texts(connection: Connection, now: datetime) -> int:
    forgotten = outbox.forget(connection, now - TEXTS, BATCH)
    for conversation, events in forgotten.items():
        messages.forget(connection, conversation, events)
    return sum(map(len, forgotten.values()))


def _purge_people(connection: Connection, now: datetime) -> int:
    over = sa.select(people.c.id).where(people.c.last_seen_at <= now - PROFILES).order_by(people.c.last_seen_at)
    # On PostgreSQL whoever comes back just now stays.
    batch = over.limit(_BATCH_OF_PEOPLE).with_for_update(skip_locked=True)
    found = connection.execute(batch).scalars().all()
    for person in found:
        erasing.forget(connection, person, now)
    return len(found)


def _purge_numbers(connection: Connection, now: datetime) -> int:
    """Forgets the last numbers of conversations that nobody can follow any more."""
    followed = sa.exists().where(conversations.c.id == outbox_forgotten.c.conversation)
    over = (outbox_forgotten.c.at <= now - PROFILES) & ~followed
    return int(connection.execute(outbox_forgotten.delete().where(over)).rowcount)


def _purge_orphans(connection: Connection) -> int:
    """Erases what a process kept for a person while another erased them. A row that names nobody stays."""
    count = 0
    for table in metadata.sorted_tables:
        if "person" in table.c:
            is_there = sa.exists().where(people.c.id == table.c.person)
            orphans = table.c.person.isnot(None) & ~is_there
            count += connection.execute(table.delete().where(orphans)).rowcount
    return count
