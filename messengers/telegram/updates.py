"""Telegram's updates as the bot knows them. What people wrote leaves this module cleaned and masked only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from telegram import Chat, ChatMember, ChatMemberUpdated, Message, MessageEntity, User
from telegram import Update as TelegramUpdate

from bot.channels.incoming import InvalidMessage, clean_message, read_location
from messengers.updates import Update

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked for; it sends nothing else."""
UNREAD = (
    *("voice", "audio", "photo", "video", "video_note", "animation", "sticker", "document"),
    *("contact", "poll", "dice", "story", "game"),
)
"""What people send and the bot can't read. What isn't here either is of no person: a pinned message, a new title."""

_IN = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED, ChatMember.OWNER})
_GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
_LARGEST_ID = 2**63 - 1


class Unreadable(ValueError):
    """This is no update of the Bot API."""


def read_update(written: object, bot: int) -> Update | None:
    """Returns an update of the Bot API as the bot knows it; None for one that asks nothing of it.

    `bot` is the bot's own id (`bot_id`). Raises Unreadable.
    """
    if not isinstance(written, Mapping) or not _is_number(written.get("update_id")):
        raise Unreadable("an update is an object with an update_id")
    try:
        update = TelegramUpdate.de_json(dict(written), None)
        return _read(update, bot)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None


def bot_id(token: str) -> int:
    """Returns the id of the bot that a token is for."""
    return int(token.partition(":")[0])


def update_id(written: object) -> int | None:
    """Returns the number of what came as an update; None where it has none."""
    number = written.get("update_id") if isinstance(written, Mapping) else None
    return number if _is_number(number) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_ID


def _read(update: TelegramUpdate, bot: int) -> Update | None:
    number = str(update.update_id)
    if update.my_chat_member:
        return _membership(number, update.my_chat_member)
    if update.callback_query:
        query = update.callback_query
        message = query.message  # may be too old to be told, its place is not
        if message is None or message.chat.type != Chat.PRIVATE or not query.data or query.from_user.is_bot:
            return None
        place = {"chat": message.chat.id, "message": message.message_id, "callback": query.id}
        return _of(query.from_user, number, "tap", place, text=clean_message(query.data))
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    if message.chat.type in _GROUPS:
        is_asked = update.message is not None and _is_asked(message, bot)
        return _of(message.from_user, number, "group", _place(message)) if is_asked else None
    if message.chat.type != Chat.PRIVATE:
        return None
    return _private(number, message, is_edited=update.edited_message is not None)


def _private(number: str, message: Message, is_edited: bool) -> Update | None:
    user, place = message.from_user, _place(message)
    assert user is not None
    words = message.text or message.caption or ""
    if is_edited:
        # A position that is followed live comes as edits, one after another: the first one was the answer.
        return _of(user, number, "edited", place, text=clean_message(words)) if words else None
    if message.location:
        try:
            found = read_location({"latitude": message.location.latitude, "longitude": message.location.longitude})
        except InvalidMessage:
            return None
        location = (found["latitude"], found["longitude"]) if found else None
        return _of(user, number, "location", place, location=location)
    command = _command(message)
    if command:
        name, argument = command
        return _of(user, number, "command", place, text=clean_message(name), argument=clean_message(argument))
    if words:
        return _of(user, number, "text", place, text=clean_message(words))
    what = next((kind for kind in UNREAD if getattr(message, kind)), None)
    return _of(user, number, "other", place, argument=what) if what else None


def _command(message: Message) -> tuple[str, str] | None:
    """The name of a command, in small letters and without the name of the bot, and what stands after it."""
    text = message.text or ""
    first = next((one for one in message.entities if one.type == MessageEntity.BOT_COMMAND and one.offset == 0), None)
    if first is None:
        return None
    written = message.parse_entity(first)
    return written[1:].partition("@")[0].lower(), text[len(written) :].strip()


def _is_asked(message: Message, bot: int) -> bool:
    """Whether the bot is spoken to in a group: by a command, by its name (which ends in "bot"), by an answer to it."""
    entities = {
        entity: text for one in (message.entities, message.caption_entities) for entity, text in _said(message, one)
    }
    if any(entity.type == MessageEntity.BOT_COMMAND for entity in entities):
        return True
    if any(entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot for entity in entities):
        return True
    if any(entity.type == MessageEntity.MENTION and text.lower().endswith("bot") for entity, text in entities.items()):
        return True
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == bot)


def _said(message: Message, entities: tuple[MessageEntity, ...]) -> list[tuple[MessageEntity, str]]:
    read = message.parse_entity if entities is message.entities else message.parse_caption_entity
    return [(entity, read(entity)) for entity in entities]


def _membership(number: str, change: ChatMemberUpdated) -> Update | None:
    """Being blocked and unblocked by a person, and being taken into a group."""
    place = {"chat": change.chat.id}
    was_in, is_in = change.old_chat_member.status in _IN, change.new_chat_member.status in _IN
    if change.chat.type == Chat.PRIVATE:
        return _of(change.from_user, number, "unblocked" if is_in else "blocked", place)
    if change.chat.type in _GROUPS and is_in and not was_in:
        return _of(change.from_user, number, "group", place)
    return None


def _place(message: Message) -> dict[str, Any]:
    return {"chat": message.chat.id, "message": message.message_id}


def _of(user: User, number: str, kind: str, place: Mapping[str, Any], **fields: Any) -> Update:
    if not (_is_number(user.id) and isinstance(place["chat"], int)):
        raise TypeError("an id is a number")
    language = _LANGUAGE.match((user.language_code or "").lower())
    return Update(
        number, f"{CHANNEL}:{user.id}", kind, language=language[0] if language else None, place=place, **fields
    )
