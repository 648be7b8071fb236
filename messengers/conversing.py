"""What an update leads to: words go to the desk, taps to what was offered, commands to what they are for.

Everything the bot says is an event of the conversation, which `telling` shows; nothing here writes to a messenger.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.engine import Connection

from bot.channels.replies import empty_message
from desk import reminder_answers
from desk.desk import Desk, Sent
from desk.store import Store
from messengers import accounts, inbox, menu
from messengers.choices import SHOW, Tap, choices_of, read_data
from messengers.payloads import read_payload
from messengers.telling import Telling
from messengers.updates import Update
from messengers.words import GREETING, GROUP, OLD_BUTTON, OTHER, crisis_help, too_many, with_choices
from people import campaigns, conversations, profiles
from people.profiles import channel_of
from reminders import outbox
from reminders import store as reminders
from reminders.outbox import Event
from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from translations import LANGUAGES, translate

logger = logging.getLogger(__name__)

RATE = parse("20/minute")  # messages of one person, as in the web chat
LATELY = 40  # events back in which a message that was edited is looked for
LOCATED = "Jaoin sijaintini"  # what a shared position counts as, as in the web chat

COMMANDS = {
    "stop": "Älä muistuta",
    "kysy": "",
}
"""Commands that count as words: what is written after them, else these."""
CRISIS_COMMANDS = ("apua", "help", "hjalp")
MENU_COMMANDS = ("asetukset", "settings", "installningar")
LINK_COMMANDS = ("yhdista", "link")
FORGET_COMMANDS = ("unohda", "forget", "glom")
LINK_PAYLOAD = "link-"


@dataclass(frozen=True)
class Handled:
    """What an update led to: an event was `appended`, or a message is `sent` to the desk, or nothing.

    `last_words` are told to somebody of whom nothing is kept any more."""

    appended: bool = False
    sent: Sent | None = None
    last_words: tuple[Event, ...] = ()


class Conversing:
    """Deals with the updates of one messenger. `now` is the clock, aware."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        catalog: Callable[[], Catalog | None],
        now: Callable[[], datetime],
        telling: Telling,
    ) -> None:
        self._store, self._desk, self._catalog, self._now, self._telling = store, desk, catalog, now, telling
        self._counts = MemoryStorage()  # the limiter holds it only weakly
        self._limiter = MovingWindowRateLimiter(self._counts)
        self._told_of_limit: dict[str, float] = {}

    async def handle(self, update: Update) -> None:
        """Deals with an update; on return it is on disk. Raises DatabaseUnavailable."""
        handled = await self._store.write(self._handle, update, self._is_too_much(update))
        if handled.sent:
            self._telling.expect(update)
            await self._desk.take(update.address, handled.sent)  # which takes a message in once
            await self._store.write(self._done, update)
        elif handled.last_words:
            self._telling.expect(update)
            self._telling.end(update.address, handled.last_words)
        elif handled.appended:
            self._telling.wake()

    def _done(self, connection: Connection, update: Update) -> None:
        inbox.handled(connection, channel_of(update.address), update, self._now())

    def _is_too_much(self, update: Update) -> bool:
        return update.kind not in ("blocked", "unblocked") and not self._limiter.hit(RATE, update.address)

    def _handle(self, connection: Connection, update: Update, is_too_much: bool) -> Handled:
        handled = self._deal_with(connection, update, is_too_much)
        if not handled.sent:
            self._done(connection, update)
        return handled

    def _deal_with(self, connection: Connection, update: Update, is_too_much: bool) -> Handled:
        if update.kind == "blocked":
            profiles.unreachable(connection, channel_of(update.address), update.address)
            return Handled()
        outbox.hold(connection)  # see `outbox` for the order of locks
        language = update.language if update.language in LANGUAGES else None
        account = accounts.ensure(connection, update.address, language, self._now())
        turn = _Turn(connection, update, account.language, self._now(), self._catalog)
        if is_too_much:
            return self._slow_down(turn)
        self._told_of_limit.pop(update.address, None)
        return _KINDS[update.kind](turn)

    def _slow_down(self, turn: _Turn) -> Handled:
        """Says once that it was too much; what came is not answered."""
        now, address = time.monotonic(), turn.update.address
        if now - self._told_of_limit.get(address, float("-inf")) < 60:
            return Handled()
        self._told_of_limit[address] = now
        return turn.says(too_many(turn.language))


@dataclass(frozen=True)
class _Turn:
    """One update being dealt with, inside the unit of work of `connection`."""

    connection: Connection
    update: Update
    language: str
    now: datetime
    catalog: Callable[[], Catalog | None]

    def says(self, body: Mapping[str, Any], kind: str = "reply") -> Handled:
        """Appends what the bot says."""
        marked = {**body, "lang": body.get("lang") or self.language}
        outbox.append(self.connection, self.update.address, kind, marked, self.now, self.update.id)
        return Handled(appended=True)

    def asks(self, text: str, location: tuple[float, float] | None = None) -> Handled:
        """Has the desk answer words, which count as the person's."""
        if not text:
            return self.says(empty_message(self.language))
        return Handled(sent=Sent(self.update.id, text, location))

    # --- kinds of updates ---

    def text(self) -> Handled:
        """What was written."""
        return self.asks(self.update.text)

    def edited(self) -> Handled:
        """What was corrected counts as written anew: it may tell of danger only now.

        A messenger also says so where nothing that the person wrote has changed; what was said lately isn't said again.
        """
        account = accounts.of(self.connection, self.update.address)
        lately = outbox.events(self.connection, self.update.address, max(0, (account.told if account else 0) - LATELY))
        said = any(event.kind == "message" and event.body.get("text") == self.update.text for event in lately)
        return Handled() if said else self.asks(self.update.text)

    def location(self) -> Handled:
        """A position that was shared."""
        return self.asks(LOCATED, self.update.location)

    def other(self) -> Handled:
        """What the bot can't read."""
        return self.says(with_choices(OTHER, self.language))

    def group(self) -> Handled:
        """What was said where others read it: the place to talk is a private one."""
        return self.says({"text": translate(GROUP, self.language)})

    def nothing(self) -> Handled:
        """What needs no answer."""
        return Handled()

    def command(self) -> Handled:
        """A command, known by its name; another counts as words."""
        name, argument = self.update.text, self.update.argument
        if name == "start":
            return self.start(argument)
        if name in CRISIS_COMMANDS and not argument:
            return self.says(crisis_help(self.language))
        if name in MENU_COMMANDS:
            return self.says(menu.opened(self.connection, self.update.address, self.language, self.now))
        if name in LINK_COMMANDS:
            return self.says(menu.link(self.connection, self.update.address, argument, self.language, self.now))
        if name in FORGET_COMMANDS:
            return self.says(menu.may_i_forget(self.connection, self.update.address, self.language, self.now))
        return self.asks(argument or COMMANDS.get(name) or name)

    def start(self, payload: str) -> Handled:
        """The first words, or those of whoever comes by a link: with a place, a tag, or a code to link channels."""
        if payload.startswith(LINK_PAYLOAD):
            code = payload.removeprefix(LINK_PAYLOAD)
            return self.says(menu.link(self.connection, self.update.address, code, self.language, self.now))
        said = read_payload(payload)
        if said.municipality:
            conversations.set_presets(self.connection, self.update.address, municipality=said.municipality)
        if said.campaign:
            is_new = not outbox.events(self.connection, self.update.address, 0, 1)
            day = self.now.astimezone(LOCAL_ZONE).date()
            for kind in ("opened", "started")[: 1 + is_new]:
                campaigns.count(self.connection, kind, said.campaign, day)
        return self.says(with_choices(GREETING, self.language))

    def tap(self) -> Handled:
        """A button: what it stands for is looked up in the conversation."""
        tap = read_data(self.update.text)
        event = _event(self.connection, self.update.address, tap) if tap else None
        language = str(event.body.get("lang") or self.language) if event else self.language
        offered = choices_of(event.body, language, event.at) if event else []
        if event is None or tap is None or tap.index >= len(offered):
            return self.says(with_choices(OLD_BUTTON, self.language))
        choice = offered[tap.index]
        if choice.payload:
            return self.asks(choice.payload)
        if choice.answer:
            return self.answer(event, choice.answer)
        if choice.action == SHOW:
            return self.says({**event.body, "glance": None, "edits": True}, "notice")
        if choice.action == menu.FORGET_YES:
            return self.forget()
        return self.says(menu.chosen(self.connection, self.update.address, str(choice.action), self.language, self.now))

    def forget(self) -> Handled:
        """Erases everything of the person; what is said of it is kept nowhere."""
        address = self.update.address
        body = menu.forget(self.connection, address, self.language, self.now)
        return Handled(last_words=(Event(address, 0, 0, "reply", self.now, self.update.id, body),))

    def answer(self, event: Event, said: str) -> Handled:
        """What the person says to a reminder."""
        profile = profiles.find(self.connection, channel_of(self.update.address), self.update.address)
        reminder = reminders.by_id(self.connection, str(event.body.get("reminder"))) if profile else None
        if profile is None or reminder is None or reminder.person != profile.id:
            return self.says(with_choices(OLD_BUTTON, self.language))
        catalog = self.catalog()
        reminder_answers.answer(
            self.connection,
            catalog.service if catalog else lambda _: None,
            profile,
            self.language,
            reminder,
            said,
            self.update.address,
            self.now,
        )
        return Handled(appended=True)


def _event(connection: Connection, address: str, tap: Tap) -> Event | None:
    found = outbox.events(connection, address, tap.event - 1, 1)
    return found[0] if found and tap.is_on(found[0]) else None


_KINDS: dict[str, Callable[[_Turn], Handled]] = {
    "text": _Turn.text,
    "tap": _Turn.tap,
    "command": _Turn.command,
    "location": _Turn.location,
    "other": _Turn.other,
    "group": _Turn.group,
    "edited": _Turn.edited,
    "unblocked": _Turn.nothing,
}
