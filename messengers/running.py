"""A messenger's process, whichever messenger it is: its desk, its inbox and those who are told, put together."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from desk.current_catalog import CurrentCatalog
from desk.desk import ConversationGone, Desk
from desk.rasa import Rasa, open_session
from desk.store import Store
from messengers import inbox
from messengers.conversing import Conversing
from messengers.platform import Platform, Refused, TryLater, Unreachable
from messengers.telling import Telling
from messengers.updates import Update
from people.database import DEFAULT_URL, Database, DatabaseUnavailable
from service_catalog.places import Places

logger = logging.getLogger(__name__)

LATE = 0.15  # seconds until an update that another process kept is seen
BATCH = 100
MOST_ATTEMPTS = 5  # to deal with an update that fails
FORGET_EACH = 60.0  # seconds
LONGEST_PAUSE = 5.0  # seconds, while the database is away

Keep = Callable[[Update], Awaitable[bool]]


def utc_now() -> datetime:
    """Returns the time, aware."""
    return datetime.now(timezone.utc)


@asynccontextmanager
async def running(
    platform: Platform, environment: Mapping[str, str] = os.environ, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Keep]:
    """Deals with a messenger's updates and tells people their conversations while the block runs.

    Gives what keeps an update: it is dealt with soon; the same once more is not. Where the database and Rasa are is in
    the environment, as for the public door (docs/web.md). Raises people.database.DatabaseUnavailable.
    """
    database = Database(environment.get("SAATTAJA_DATABASE") or DEFAULT_URL)
    await asyncio.to_thread(database.upgrade)
    await asyncio.to_thread(Places.load)
    store = Store(database)
    catalog = CurrentCatalog(Path(environment.get("SAATTAJA_CATALOG") or "build/catalog.db"))
    telling = Telling(store, platform, now)
    async with open_session() as session:
        rasa = Rasa(session, environment.get("SAATTAJA_RASA") or "http://127.0.0.1:5005")
        desk = Desk(store, rasa, telling, now, catalog, platform.channel)
        telling.remembered = desk.remembered
        work = _Inbox(store, platform, Conversing(store, desk, catalog, now, telling), now)
        await desk.start()
        tasks = [asyncio.create_task(telling.run()), asyncio.create_task(work.run())]
        try:
            yield work.keep
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await desk.close()
            await asyncio.to_thread(store.close)


class _Inbox:
    """Takes updates in, whoever kept them, and has them dealt with in order."""

    def __init__(self, store: Store, platform: Platform, conversing: Conversing, now: Callable[[], datetime]) -> None:
        self._store, self._platform, self._conversing, self._now = store, platform, conversing, now
        self._kept = asyncio.Event()
        self._attempts: dict[str, int] = {}
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def keep(self, update: Update) -> bool:
        """Keeps an update; returns False for one that came before. Raises DatabaseUnavailable."""
        is_new = await self._store.write(inbox.keep, self._platform.channel, update, self._now())
        self._kept.set()
        return is_new

    async def run(self) -> None:
        """Deals with what waits until it is cancelled."""
        pause, loop = LATE, asyncio.get_running_loop()
        forgotten = float("-inf")
        while True:
            try:
                if loop.time() - forgotten >= FORGET_EACH:
                    await self._store.write(inbox.forget, self._now())
                    forgotten = loop.time()
                waiting = await self._store.read(inbox.waiting, self._platform.channel, BATCH)
                for update in waiting:
                    await self._deal_with(update)
                pause = LATE
            except DatabaseUnavailable as error:
                logger.warning("Updates wait: %s", error)
                waiting, pause = [], min(2 * pause, LONGEST_PAUSE)
            if len(waiting) < BATCH:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._kept.wait(), pause)
                self._kept.clear()

    async def _deal_with(self, update: Update) -> None:
        if update.id not in self._attempts:
            task = asyncio.create_task(self._acknowledge(update))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)
        try:
            await self._conversing.handle(update)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            self._attempts[update.id] = self._attempts.get(update.id, 0) + 1
            is_gone = isinstance(error, ConversationGone)
            if is_gone or self._attempts[update.id] < MOST_ATTEMPTS:
                return
            logger.exception("An update of the kind %s was given up.", update.kind)
            await self._store.write(inbox.handled, self._platform.channel, update, self._now())
        self._attempts.pop(update.id, None)

    async def _acknowledge(self, update: Update) -> None:
        with suppress(TryLater, Unreachable, Refused):
            await self._platform.acknowledge(update)
