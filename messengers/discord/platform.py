"""Shows events in Discord: as answers to interactions while these can be answered, else as direct messages.

A direct message carries a number that Discord remembers (`nonce`), so that one which is sent again after a lost
connection is shown once. What answers in a server is seen by nobody else, and reminders never go there.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from messengers.accounts import Account
from messengers.discord import limits
from messengers.discord.rendering import NOBODY, Message, Picture, Upload, rendered
from messengers.discord.rest import Expired, Rest
from messengers.discord.updates import CHANNEL, user_of
from messengers.platform import Refused, TryLater, Unreachable
from messengers.updates import Update
from reminders.outbox import Event

EPHEMERAL, LOADING = 1 << 6, 1 << 7
"""Flags of a message: only who asked sees it; it is a placeholder for an answer."""
REMEMBERED = 10_000  # people and interactions that are kept in memory


class DiscordPlatform:
    """`rest` asks Discord, `now` is the clock, aware, and `picture` gives a picture by its path."""

    channel = CHANNEL

    def __init__(self, rest: Rest, now: Callable[[], datetime], picture: Picture = lambda path: None) -> None:
        self._rest, self._now, self._picture = rest, now, picture
        self._direct: OrderedDict[str, str] = OrderedDict()  # channels of direct messages, by address
        self._answered: OrderedDict[str, None] = OrderedDict()  # interactions whose placeholder is an answer now
        self._told: OrderedDict[tuple[str, int, str], int] = OrderedDict()  # messages of an event that was told in part

    async def tell(self, account: Account, event: Event, language: str, answering: Update | None) -> None:
        """Shows an event; what of it was shown before something went wrong isn't shown again.

        Raises TryLater, Unreachable, Refused.
        """
        messages = rendered(event, language, self._now(), self._picture)
        key = event.conversation, event.id, event.at.isoformat()
        edits = bool(event.body.get("edits"))
        for number in range(self._told.get(key, 0), len(messages)):
            await self._show(account, messages[number], _nonce(key, number), answering, edits and number == 0)
            _remember(self._told, key, number + 1)
        self._told.pop(key, None)

    async def typing(self, account: Account, answering: Update | None) -> None:
        """Shows in a direct message that an answer is being made; an interaction shows so itself."""
        if answering is None or answering.place.get("guild") or answering.place.get("deferred"):
            return
        try:
            channel = await self._channel(account)
            await self._rest.request("POST", f"/channels/{channel}/typing")
        except (TryLater, Unreachable, Refused):
            pass  # the answer itself finds out what is wrong

    async def acknowledge(self, update: Update) -> None:
        """Does nothing: `web` has answered the interaction already."""

    async def document(self, account: Account, name: str, content: bytes, answering: Update | None) -> None:
        """Sends a file. Raises TryLater, Unreachable, Refused."""
        if len(content) > limits.FILE:
            raise Refused(f"a file of {len(content)} bytes is larger than Discord takes")
        payload = {"attachments": [{"id": 0, "filename": name}], "allowed_mentions": NOBODY}
        nonce = _nonce((account.address, 0, hashlib.sha256(content).hexdigest()), 0)
        await self._show(account, Message(payload, (Upload(name, content),)), nonce, answering, False)

    async def _show(
        self, account: Account, message: Message, nonce: str, answering: Update | None, edits: bool
    ) -> None:
        place = answering.place if answering else {}
        if answering and place.get("token") and self._now() < datetime.fromisoformat(place["until"]):
            try:
                return await self._answer(account, message, nonce, answering, edits)
            except Expired:
                pass  # it comes as a direct message
        await self._write(account, message, nonce)

    # --- an answer to an interaction ------------------------------------------------------------------

    async def _answer(self, account: Account, message: Message, nonce: str, answering: Update, edits: bool) -> None:
        place = answering.place
        webhook = f"/webhooks/{place['application']}/{place['token']}"
        replaces = await self._is_waited_for(webhook, answering) if place["deferred"] else edits
        if replaces:
            # What isn't named would stay as it is on the message that is replaced.
            whole = {"content": "", "embeds": [], "components": [], "attachments": [], **message.payload}
            await self._rest.request("PATCH", f"{webhook}/messages/@original", whole, message.uploads, expires=True)
            return _remember(self._answered, answering.id, None)
        if not place.get("guild"):
            try:
                return await self._write(account, message, nonce)  # there is nothing to hide, and nothing comes twice
            except Unreachable:
                pass  # who takes no direct messages still sees what answers them
        flags = EPHEMERAL if place.get("guild") else 0
        await self._rest.request("POST", webhook, {**message.payload, "flags": flags}, message.uploads, expires=True)

    async def _is_waited_for(self, webhook: str, answering: Update) -> bool:
        """Whether the placeholder is there still. Discord is asked, since an earlier process may have answered."""
        if answering.id in self._answered:
            return False
        original = await self._rest.request("GET", f"{webhook}/messages/@original", expires=True)
        is_waited_for = bool(int(original.get("flags") or 0) & LOADING)
        if not is_waited_for:
            _remember(self._answered, answering.id, None)
        return is_waited_for

    # --- direct messages ------------------------------------------------------------------------------

    async def _write(self, account: Account, message: Message, nonce: str) -> None:
        channel = await self._channel(account)
        payload = {**message.payload, "nonce": nonce, "enforce_nonce": True}
        try:
            await self._rest.request("POST", f"/channels/{channel}/messages", payload, message.uploads)
        except Unreachable:
            self._direct.pop(account.address, None)
            raise

    async def _channel(self, account: Account) -> str:
        """The channel of direct messages with a person: Discord makes it, or gives the one there is."""
        known = self._direct.get(account.address)
        if known:
            return known
        try:
            made = await self._rest.request("POST", "/users/@me/channels", {"recipient_id": user_of(account.address)})
        except Refused as error:  # a person who is no more
            raise Unreachable(str(error)) from None
        _remember(self._direct, account.address, str(made["id"]))
        return self._direct[account.address]


def _nonce(key: tuple[str, int, str], number: int) -> str:
    return hashlib.sha256(repr((key, number)).encode()).hexdigest()[: limits.NONCE]


def _remember(table: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    table[key] = value
    while len(table) > REMEMBERED:
        table.popitem(last=False)
