"""What is kept for how long, and the job that purges the rest; docs/privacy.md tells it to those who answer for it.

Rasa's own store purges by itself (`bot/tracker_store.py`); the web server erases conversations whose time is over.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from messengers import inbox
from people import erasing, linking, messages, profiles, translated
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

    `orphans` is what belongs to nobody any more. Then nothing that was deleted since the last time is left in the file
    of an SQLite database either. Stopped at any point it goes on the next time. Raises
    people.database.DatabaseUnavailable.
    """
    total: Counter[str] = Counter()
    with database.reading() as connection:  # looks through all rows, and nobody waits for who reads
        people_gone = sorted(_gone(connection))
    for start in range(0, len(people_gone), _BATCH_OF_PEOPLE):
        with _unit(database) as connection:
            total["orphans"] += _purge_orphans(connection, people_gone[start : start + _BATCH_OF_PEOPLE])
    while True:
        with _unit(database) as connection:
            counts = purge(connection, now)
        total.update(counts)
        if not any(counts.values()):
            database.rewrite()
            return {"orphans": 0, **total}


@contextmanager
def _unit(database: Database) -> Iterator[Connection]:
    """A unit of work, and then as much time for others: SQLite lets them wait without a queue, who would starve."""
    began = time.monotonic()
    with database.writing() as connection:
        yield connection
    time.sleep(time.monotonic() - began)


def purge(connection: Connection, now: datetime) -> dict[str, int]:
    """Purges one batch; returns how many of each it was, all 0 when none is left.

    `reminders` are those that were of use to nobody for `TEXTS`, `numbers` those of conversations that are no more,
    `link_codes` also wrong tries of codes.
    """
    outbox.hold(connection)  # see `outbox` for the order of locks
    inbox.forget(connection, now)
    return {
        "texts": _purge_texts(connection, now),
        "reminders": reminder_store.forget(connection, now - TEXTS, BATCH),
        "people": _purge_people(connection, now),
        "translations": translated.forget(connection, now - translated.LIFETIME, BATCH),
        "numbers": _purge_numbers(connection, now),
        "link_codes": linking.forget(connection, now),
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


def _gone(connection: Connection) -> set[str]:
    """The people whom a row names and who were erased: another process kept it meanwhile."""
    found: set[str] = set()
    for table in _of_people():
        is_there = sa.exists().where(people.c.id == table.c.person)
        named = sa.select(table.c.person).where(table.c.person.isnot(None), ~is_there).distinct()
        found.update(connection.execute(named).scalars())
    return found


def _purge_orphans(connection: Connection, gone: Sequence[str]) -> int:
    """Erases what names these people. A row that names nobody stays."""
    return sum(connection.execute(table.delete().where(table.c.person.in_(gone))).rowcount for table in _of_people())


def _of_people() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if "person" in table.c]
