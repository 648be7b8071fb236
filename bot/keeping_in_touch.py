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
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

from bot import reminder_texts
from bot.child import keep_exceptions_private
from messengers import tokens
from messengers.tokens import TokenUnusable
from people import feedback, retention
from people.database import DEFAULT_URL, Database, DatabaseUnavailable
from people.profiles import WEB_CHAT
from reminders import check_ins, following, pushes, scheduler
from reminders.delivery import Channel, Delivery, to_conversation, to_messenger
from reminders.push_settings import PushSettings, WrongPushSetting
from reminders.scheduler import Job, daily
from reminders.vapid import KeyUnusable, key_in
from reminders.web_push import WebPush
from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE

PURGE_AT = 4  # o'clock in Finland, when hardly anybody talks


def main() -> None:
    """Keeps in touch until it is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    keep_exceptions_private()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        database = Database(os.environ.get("SAATTAJA_DATABASE") or DEFAULT_URL)
        database.upgrade()
        catalog = Path(os.environ.get("SAATTAJA_CATALOG") or "build/catalog.db")
        pushing = push_jobs(database, PushSettings.from_environment(os.environ), stop)
        delivery = Delivery(channels(bool(pushing), tokens.messengers_on(os.environ)), reminder_texts)
        beside = [*jobs(database, catalog), *pushing]
        scheduler.run(database, delivery.attempt, beside, stop, say=logging.getLogger("reminders").info)
    except (DatabaseUnavailable, WrongPushSetting, TokenUnusable) as error:
        sys.exit(str(error))


def channels(is_pushing: bool, messengers: Collection[str] = ()) -> dict[str, tuple[Channel, ...]]:
    """Returns how a notice reaches the addresses of each channel.

    With nobody to send pushes none is written down; `messengers` are those that the bot is let into.
    """
    widget = (to_conversation, pushes.to_devices) if is_pushing else (to_conversation,)
    return {WEB_CHAT: widget, **dict.fromkeys(messengers, (to_messenger,))}


def jobs(database: Database, catalog: Path) -> list[Job]:
    """Returns what is done beside the deliveries."""
    return [
        Job("following the catalogue", Following(database, catalog), every=10.0),
        daily(database, "purge", lambda now: retention.run(database, now), PURGE_AT),
        daily(database, "standing", lambda now: _count_standings(database, now), PURGE_AT),
    ]


def _count_standings(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        feedback.count_all_again(connection, now)


class Following:
    """Follows the compiled catalogue at `path`: when it was replaced, each day, and once at the beginning.

    At the same time it is planned to ask how the sessions went that are over.
    """

    def __init__(self, database: Database, path: Path) -> None:
        self._database, self._path = database, path
        self._catalog: Catalog | None = None
        self._followed: tuple[Catalog, date] | None = None

    def __call__(self, now: datetime) -> None:
        """Does it if it is to be done. Raises CatalogMissing and DatabaseUnavailable."""
        self._catalog = self._catalog.latest() if self._catalog else Catalog.open(self._path)
        current = self._catalog, now.astimezone(LOCAL_ZONE).date()
        if current != self._followed:
            following.run(self._database, self._catalog.service, now)
            check_ins.run(self._database, self._catalog.service, now)
            self._followed = current


def push_jobs(database: Database, settings: PushSettings, stop: threading.Event) -> list[Job]:
    """Returns what sends pushes; nothing where there is no key, which its log says. Notices are in the widget then."""
    try:
        key = key_in(settings.key)
    except KeyUnusable as error:
        logging.getLogger("reminders").error("Nothing is pushed to devices: %s", error)
        return []
    sender = WebPush(database, key, settings.contact, settings.trusted, may_go_on=lambda: not stop.is_set())
    return [Job("web push", sender.send_waiting, scheduler.LOOK)]


if __name__ == "__main__":
    main()
