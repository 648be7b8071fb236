"""Sends what is due to people, follows the catalogue, and purges what is too old: `python -m bot.keeping_in_touch`.

`saattaja serve` runs it; another may run beside it, on the same database (SAATTAJA_DATABASE). This is where the parts
are put together: the packages below know neither the bot's words nor each other's channels.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from bot import reminder_texts
from bot.child import keep_exceptions_private
from people import retention
from people.database import DEFAULT_URL, Database, DatabaseUnavailable
from people.profiles import WEB_CHAT
from reminders import scheduler
from reminders.delivery import Delivery, to_conversation
from reminders.scheduler import Job, daily

PURGE_AT = 4  # o'clock in Finland, when hardly anybody talks

CHANNELS = {WEB_CHAT: (to_conversation,)}
"""How a notice reaches the addresses of each channel."""


def main() -> None:
    """Keeps in touch until it is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for library in ("alembic", "apscheduler"):  # they tell of every look
        logging.getLogger(library).setLevel(logging.WARNING)
    keep_exceptions_private()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        database = Database(os.environ.get("SAATTAJA_DATABASE") or DEFAULT_URL)
        database.upgrade()
        delivery = Delivery(CHANNELS, reminder_texts)
        catalog = Path(os.environ.get("SAATTAJA_CATALOG") or "build/catalog.db")
        scheduler.run(
            database, delivery.attempt, jobs(database, catalog), stop, say=logging.getLogger("reminders").info
        )
    except DatabaseUnavailable as error:
        sys.exit(str(error))


def jobs(database: Database, catalog: Path) -> list[Job]:
    """Returns what is done beside the deliveries."""
    return [daily(database, "purge", lambda now: retention.run(database, now), PURGE_AT)]


if __name__ == "__main__":
    main()
