"""Shows people in a messenger what their conversation has: each event once and in order, however often it takes.

Whoever appends to a conversation, a reply or a reminder, it goes the same way: what was told is in the database, so
that a restart goes on where it was. Only when the process is killed between telling and noting may an event come twice.
A reminder that comes late is asked again whether it may: nobody is written to outside the hours they allow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from desk.store import Store
from messengers import accounts, inbox, menu
from messengers.accounts import Account
from messengers.platform import Platform, Refused, TryLater, Unreachable
from messengers.updates import Update
from people import profiles
from people.database import DatabaseUnavailable
from people.profiles import channel_of
from reminders import outbox
from reminders import store as reminders
from reminders.outbox import Event
from translations import LANGUAGES

logger = logging.getLogger(__name__)

LATE = 0.3  # seconds until an event of another process is seen; those of this process are seen at once
BATCH = 200  # events read at a time
MOST_AT_ONCE = 30  # people who are told something at the same time
LONGEST_PAUSE = 300.0  # seconds
STALE = timedelta(days=1)  # what is older is not told any more: the talk went on, or ended, without it
PROMPT = timedelta(seconds=60)  # a reminder that is told within it was asked just now whether it may


class Telling:
    """The audience of a desk (`desk.desk.Audience`) that is in a messenger. `now` is the clock, aware."""

    def __init__(self, store: Store, platform: Platform, now: Callable[[], datetime]) -> None:
        self._store, self._platform, self._now = store, platform, now
        self._telling: dict[str, asyncio.Task[None]] = {}  # by address
        self._asked: dict[str, Update] = {}  # the last update of each that the desk answers now
        self._files: set[tuple[str, int]] = set()  # sent with an event whose words are still to be told
        self._more: set[str] = set()  # addresses that got another event while they are being told
        self._appended = asyncio.Event()
        self._position: int | None = None
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.remembered: Callable[[str], Awaitable[Any]] = _nothing  # what Rasa made of a conversation

    async def run(self) -> None:
        """Tells what wasn't told yet, and then what comes, until it is cancelled."""
        try:
            while True:
                try:
                    await self._follow()
                except DatabaseUnavailable as error:
                    logger.warning("People wait to be told: %s", error)
                except Exception:
                    logger.exception("People wait to be told.")
                await asyncio.sleep(1.0)
        finally:
            tasks = [*self._telling.values(), *self._tasks]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    def expect(self, update: Update) -> None:
        """Says what the desk is asked now: there it is shown that an answer is made, and there last words are told."""
        self._asked[update.address] = update

    # --- the audience -------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Says that something was appended, so that it is not waited for."""
        self._appended.set()

    def tell(self, conversation: str, event: Mapping[str, Any]) -> None:
        """Shows that an answer is being made; nothing else that passes."""
        update = self._asked.get(conversation)
        if update and event.get("kind") == "typing":
            self._spawn(self._type(update))

    def end(self, conversation: str, last_words: Sequence[Event] = ()) -> None:
        """Tells the last words of a conversation that was erased."""
        update = self._asked.pop(conversation, None)
        if update:
            self._spawn(self._say_last(update, last_words))

    # --- telling ------------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        if self._position is None:
            position = await self._store.read(outbox.last_position)
            for address in await self._store.read(accounts.behind, self._platform.channel):
                self._attend(address)
            self._position = position
        while True:
            events = await self._store.read(outbox.appended, self._position, BATCH)
            for event in events:
                if channel_of(event.conversation) == self._platform.channel and event.kind != "message":
                    self._attend(event.conversation)
                self._position = event.position
            if len(events) < BATCH:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._appended.wait(), LATE)
                self._appended.clear()

    def _attend(self, address: str) -> None:
        if address in self._telling:
            self._more.add(address)
        else:
            self._telling[address] = asyncio.create_task(self._serve(address))

    async def _serve(self, address: str) -> None:
        """Tells an address all it has not been told."""
        pause = 1.0
        try:
            while True:
                self._more.discard(address)
                try:
                    async with self._places:
                        is_more = await self._tell_next(address)
                    pause = 1.0
                    if not is_more and address not in self._more:
                        return
                except TryLater as error:
                    await asyncio.sleep(min(max(error.seconds, 0.0), LONGEST_PAUSE))
                except DatabaseUnavailable as error:
                    logger.warning("Somebody waits to be told: %s", error)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
        except Exception:
            logger.exception("Somebody was not told.")
        finally:
            del self._telling[address]

    async def _tell_next(self, address: str) -> bool:
        """Tells the next event; returns whether there was one."""
        account, event, answering = await self._store.read(self._next, address)
        if account is None or event is None:
            return False
        takes_back = False
        if event.kind != "message" and self._now() - event.at < STALE:
            if await self._store.read(self._may_be_told, event):
                takes_back = not await self._told(account, event, answering)
            else:
                takes_back = True
        await self._store.write(self._note, event, takes_back)
        asked = self._asked.get(address)
        if asked and asked.id == event.message_id and event.kind != "message":
            del self._asked[address]
        return True

    async def _told(self, account: Account, event: Event, answering: Update | None) -> bool:
        """Tells an event; returns whether the person can be reached."""
        try:
            if _has_document(event.body) and (account.address, event.id) not in self._files:
                await self._send_own_data(account, answering)
                self._files.add((account.address, event.id))
            await self._platform.tell(account, event, _language(event, account), answering)
        except Unreachable:
            await self._store.write(profiles.unreachable, self._platform.channel, account.address)
            return False
        except Refused as error:
            logger.error("An event of the kind %s was refused: %s", event.kind, error)
        self._files.discard((account.address, event.id))
        return True

    async def _send_own_data(self, account: Account, answering: Update | None) -> None:
        """Sends people what is kept of them, as it is now; a copy of it is kept nowhere."""
        remembered = await self.remembered(account.address)
        content = await self._store.read(menu.own_data, account.address, remembered)
        await self._platform.document(account, menu.DOCUMENT, content, answering)

    def _next(self, connection: Connection, address: str) -> tuple[Account | None, Event | None, Update | None]:
        account = accounts.of(connection, address)
        if account is None:
            return None, None, None
        event = next(iter(outbox.events(connection, address, account.told, 1)), None)
        asked = event.message_id if event else None
        return account, event, inbox.find(connection, self._platform.channel, asked) if asked else None

    def _may_be_told(self, connection: Connection, event: Event) -> bool:
        """Whether the person may be written to now: always to be answered, reminded only in time and at their hours."""
        if "reminder" not in event.body or self._now() - event.at <= PROMPT or event.message_id:
            return True
        return reminders.by_id(connection, str(event.body["reminder"])) is None

    def _note(self, connection: Connection, event: Event, takes_back: bool) -> None:
        accounts.told(connection, event.conversation, event.id)
        if takes_back and "reminder" in event.body and not event.message_id:
            reminders.take_back(connection, str(event.body["reminder"]), self._now())

    async def _type(self, update: Update) -> None:
        with suppress(TryLater, Unreachable, Refused):
            await self._platform.typing(_account(update), update)

    async def _say_last(self, update: Update, last_words: Sequence[Event]) -> None:
        for event in last_words:
            try:
                await self._platform.tell(_account(update), event, _language(event, _account(update)), update)
            except (TryLater, Unreachable, Refused) as error:
                logger.warning("Last words were not told (%s); all else was erased.", type(error).__name__)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the event loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)


def _has_document(body: Mapping[str, Any]) -> bool:
    """Whether people's own data go along: they asked in the settings, or in words (utter_export_file)."""
    return bool(body.get("document") or (body.get("custom") or {}).get("type") == "document")


async def _nothing(conversation: str) -> None:
    return None


def _account(update: Update) -> Account:
    """The account as an update tells it."""
    return Account(update.address, 0, update.language if update.language in LANGUAGES else "fi")


def _language(event: Event, account: Account) -> str:
    said = event.body.get("lang")
    return said if said in LANGUAGES else account.language
