"""Telegram as a messenger (messengers/platform.py): events become messages, and its errors what they mean to us.

No error of the client is logged or passed on by its text: some have the token in them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from aiolimiter import AsyncLimiter
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from messengers.accounts import Account
from messengers.platform import Refused, TryLater, Unreachable
from messengers.telegram.client import Client
from messengers.telegram.limits import BURST, MESSAGES_PER_SECOND_TO_A_CHAT
from messengers.telegram.links import deep_link
from messengers.telegram.patience import TOKEN_REFUSED, asked_to_wait
from messengers.telegram.rendering import Button, Message, Rows, messages_of
from messengers.telegram.updates import CHANNEL
from messengers.updates import Update
from pictures import dog_ceo
from pictures.choosing import PREFIX
from pictures.pack import pack
from pictures.rendering import png
from reminders.outbox import Event
from translations import translate

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds until Telegram is asked again when it isn't there, doubled each time
MOST_REMEMBERED = 10_000  # chats, and events that were told in part
GONE = ("chat not found", "user is deactivated", "user not found", "peer_id_invalid", "bot can't initiate conversation")
"""What the Bot API says of somebody who can't be written to, beside those who blocked the bot."""
UNCHANGED = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramPlatform:
    """Shows events in Telegram. `name` gives the bot's user name when it is known, `now` is the clock, aware.

    A private chat has the number of its person: so a person is written to there and nowhere else, whatever update came
    last. Only who spoke to the bot in a group is answered there, and only that.
    """

    channel = CHANNEL

    def __init__(
        self,
        bot: Client,
        name: Callable[[], str | None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._bot, self._name, self._now = bot, name, now
        self._told: OrderedDict[tuple[str, int], int] = OrderedDict()  # messages of an event that are through already
        self._pace: OrderedDict[int, AsyncLimiter] = OrderedDict()  # by chat
        self._failures: dict[str, int] = {}  # in a row, by address
        self._pictures: dict[str, str] = {}  # Telegram's name of each that it has

    async def tell(self, account: Account, event: Event, language: str, answering: Update | None) -> None:
        """Shows an event. What is through isn't told again when the rest is tried later."""
        messages = messages_of(event, language, self._now())
        if answering and answering.kind == "group":
            await self._tell_group(account.address, int(answering.place["chat"]), messages, language)
            return
        chat, key = _chat(account.address), (account.address, event.id)
        edited = _edited(event, answering)
        async with self._meaning(account.address):
            for number, message in enumerate(messages):
                if number < self._told.get(key, 0):
                    continue
                await self._paced(chat)
                if number or edited is None or not await self._edit(chat, edited, message):
                    await self._show(chat, message)
                self._told[key] = number + 1
                _trim(self._told)
        self._told.pop(key, None)

    async def _tell_group(self, address: str, chat: int, messages: list[Message], language: str) -> None:
        """Shows the first message in a group, with the way to a private chat; that a group is gone is nobody's loss."""
        try:
            async with self._meaning(address):
                await self._show(chat, Message(messages[0].text, self._to_private(language)))
        except Unreachable:
            raise Refused("the group doesn't take messages of the bot") from None

    async def typing(self, account: Account, answering: Update | None) -> None:
        """Shows that an answer is being made, for five seconds or until it comes."""
        if answering and answering.kind == "group":
            return
        async with self._meaning(account.address):
            await self._bot.send_chat_action(_chat(account.address), ChatAction.TYPING)

    async def acknowledge(self, update: Update) -> None:
        """Says at once that a tap has arrived, so that its button stops turning."""
        query = update.place.get("callback")
        if query:
            with suppress(Refused):  # it is too old to be told
                async with self._meaning(update.address):
                    await self._bot.answer_callback_query(str(query))

    async def document(self, account: Account, name: str, content: bytes, answering: Update | None) -> None:
        """Sends a file."""
        async with self._meaning(account.address):
            await self._paced(_chat(account.address))
            await self._bot.send_document(_chat(account.address), InputFile(content, filename=name))

    # --- one message --------------------------------------------------------------------------------------------

    async def _show(self, chat: int, message: Message) -> None:
        """Sends a message; one that Telegram finds a fault with as plain as can be rather than not at all."""
        try:
            if message.picture and await self._show_picture(chat, message):
                return
            await self._bot.send_message(
                chat,
                message.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(message.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except ChatMigrated:
            raise
        except BadRequest as error:
            if _is_gone(error):
                raise
            logger.error("Telegram found a fault with a message; it is sent without markup and links.")
            answers = tuple(row for row in message.buttons if all(button.data for button in row))
            await self._bot.send_message(
                chat, message.plain, reply_markup=_markup(answers), link_preview_options=NO_PREVIEW
            )

    async def _show_picture(self, chat: int, message: Message) -> bool:
        """Sends a picture, uploaded the first time; returns False where there is none, so that its words are sent."""
        name = str(message.picture).removeprefix(PREFIX)
        known = self._pictures.get(name)
        photo: str | InputFile
        if known:
            photo = known
        else:
            content = await asyncio.to_thread(_picture, name)
            if content is None:
                return not message.text
            photo = InputFile(content, filename=name.replace("/", "-"))
        sent = await self._bot.send_photo(
            chat, photo, caption=message.text or None, parse_mode=ParseMode.HTML, reply_markup=_markup(message.buttons)
        )
        if sent.photo:
            self._pictures[name] = sent.photo[-1].file_id
        return True

    async def _edit(self, chat: int, number: int, message: Message) -> bool:
        """Replaces a message; returns whether it is as it should be now: some can't be replaced."""
        try:
            await self._bot.edit_message_text(
                message.text,
                chat,
                number,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(message.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if _is_gone(error):
                raise
            return UNCHANGED in str(error).lower()
        return True

    def _to_private(self, language: str) -> Rows:
        name = self._name()
        return ((Button(translate("Kirjoita yksityisesti", language), url=deep_link(name)),),) if name else ()

    # --- pace and errors ----------------------------------------------------------------------------------------

    async def _paced(self, chat: int) -> None:
        """Waits until the chat may get another message: the first few at once, then one a second."""
        if chat not in self._pace:
            self._pace[chat] = AsyncLimiter(BURST, BURST / MESSAGES_PER_SECOND_TO_A_CHAT)
        self._pace.move_to_end(chat)
        limiter = self._pace[chat]
        _trim(self._pace)
        await limiter.acquire()

    @asynccontextmanager
    async def _meaning(self, address: str) -> AsyncIterator[None]:
        """Raises what an error of the client means to us, without its text and without the error itself."""
        try:
            yield
        except RetryAfter as error:
            raise TryLater(asked_to_wait(error)) from None
        except (Forbidden, ChatMigrated):
            raise Unreachable from None
        except InvalidToken:
            logger.error(TOKEN_REFUSED)
            raise TryLater(LONGEST_PAUSE) from None
        except BadRequest as error:
            if _is_gone(error):
                raise Unreachable from None
            raise Refused("Telegram finds a fault with the request") from None
        except TelegramError as error:
            failures = self._failures[address] = self._failures.get(address, -1) + 1
            logger.warning("Telegram did not answer (%s).", type(error).__name__)
            raise TryLater(min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)) from None
        self._failures.pop(address, None)


def _chat(address: str) -> int:
    return int(address.partition(":")[2])


def _edited(event: Event, answering: Update | None) -> int | None:
    """The number of the message that an event replaces: the one that was tapped on."""
    number = answering.place.get("message") if answering and answering.kind == "tap" else None
    return int(number) if number and event.body.get("edits") else None


def _markup(buttons: Rows) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(one.title, url=one.url, callback_data=one.data) for one in row] for row in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _is_gone(error: BadRequest) -> bool:
    said = str(error).lower()
    return any(one in said for one in GONE)


@lru_cache(maxsize=256)
def _picture(name: str) -> bytes | None:
    """The picture of a name; for a photograph of dog.ceo, which only the public door fetches, a dog of our own."""
    number = dog_ceo.number_of(name)
    if number is None:
        return png(name)
    own = sorted(pack().dogs)
    return png(f"dogs/{own[number % len(own)]}.png")


def _trim(remembered: OrderedDict[Any, Any]) -> None:
    while len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)
