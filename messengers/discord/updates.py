"""What Discord sends, as updates: interactions (commands, buttons, menus, forms) and direct messages.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.channels.incoming import clean_message
from messengers.discord.commands import BY_NAME, TYPED
from messengers.discord.limits import TOKEN_LIVES
from messengers.updates import Update

CHANNEL = "discord"
PING, COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 1, 2, 3, 4, 5
TYPES_OF_MESSAGES = (0, 19, 20, 23)  # what people write: messages, replies; a command's answer is sent by bots
VOICE = 1 << 13
_EPOCH = 1_420_070_400_000  # ms, the first of 2015: when Discord's numbers begin
_SPARE = timedelta(seconds=20)  # an answer must still get there
_CODE = re.compile(r"\s+")


class NotReadable(ValueError):
    """What Discord sent has not the form that it documents; the text quotes nothing of it."""


def address_of(user_id: str) -> str:
    """Returns the address of a person by Discord's number of them."""
    return f"{CHANNEL}:{user_id}"


def user_of(address: str) -> str:
    """Returns Discord's number of a person by their address."""
    return address.partition(":")[2]


def made_at(snowflake: str) -> datetime:
    """Returns when Discord gave a number: the time is in it."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + _EPOCH) / 1000, timezone.utc)


def read_interaction(interaction: Mapping[str, Any]) -> Update:
    """Returns what a person did by a command, a button, a menu or a form. Raises NotReadable.

    `place` is where it is answered: "application", "token" until "until" (ISO 8601), "deferred" (whether a placeholder
    or the message with the button stands there), "channel", and "guild" in a server.
    """
    try:
        kind = interaction["type"]
        words, text, argument = _READ[kind](interaction["data"])
        in_guild = interaction.get("guild_id")
        user = interaction["member"]["user"] if in_guild else interaction.get("user") or interaction["member"]["user"]
        snowflake = str(int(interaction["id"]))
        place = {
            "application": str(interaction["application_id"]),
            "token": str(interaction["token"]),
            "until": (made_at(snowflake) + TOKEN_LIVES - _SPARE).isoformat(),
            "deferred": kind != COMPONENT,
            "channel": str(interaction.get("channel_id") or ""),
            **({"guild": str(in_guild)} if in_guild else {}),
        }
        address = address_of(str(int(user["id"])))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise NotReadable(f"interaction: {type(error).__name__}") from None
    return Update(snowflake, address, words, text, argument, None, language_of(interaction.get("locale")), place)


def language_of(locale: object) -> str | None:
    """Returns the language of a locale of Discord's such as `sv-SE`; None for what is none."""
    found = re.fullmatch(r"([a-z]{2,3})(-[A-Za-z0-9]+)?", locale) if isinstance(locale, str) else None
    return found[1] if found else None


def _command(data: Mapping[str, Any]) -> tuple[str, str, str]:
    command = BY_NAME.get(str(data["name"]))
    given = next((str(option["value"]) for option in data.get("options") or () if "value" in option), "")
    return _meant(command.stands_for if command else "apua", given)


def _meant(stands_for: str | None, given: str) -> tuple[str, str, str]:
    """Returns kind, text and argument of a command with what came along."""
    if stands_for is None or (stands_for == "apua" and given.strip()):  # who says what it is about needs no greeting
        return "text", clean_message(given), ""
    return "command", stands_for, _CODE.sub(" ", clean_message(given))


def _component(data: Mapping[str, Any]) -> tuple[str, str, str]:
    values = data.get("values") or ()
    return "tap", str(values[0] if values else data["custom_id"])[:100], ""


def _form(data: Mapping[str, Any]) -> tuple[str, str, str]:
    fields = [part for row in data["components"] for part in (row.get("components") or [row.get("component") or row])]
    return "text", clean_message(" ".join(str(part["value"]) for part in fields if part.get("value"))), ""


_READ = {COMMAND: _command, COMPONENT: _component, FORM: _form}


def read_message(message: Mapping[str, Any]) -> Update | None:
    """Returns what a person wrote in a direct message; None for what isn't theirs: bots' messages, pins, calls.

    In a server, of which Discord sends the bot nothing, it would be of the kind `group`, without its words.
    Raises NotReadable.
    """
    try:
        author = message["author"]
        if author.get("bot") or author.get("system") or message.get("webhook_id"):
            return None
        if message.get("type", 0) not in TYPES_OF_MESSAGES:
            return None
        snowflake, address = str(int(message["id"])), address_of(str(int(author["id"])))
        place = {"channel": str(int(message["channel_id"]))}
        edited = message.get("edited_timestamp")
        number = _number_of_edit(snowflake, str(edited)) if edited else snowflake
        kind, text, argument = _written(message)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotReadable(f"message: {type(error).__name__}") from None  # its text may quote what was written
    if message.get("guild_id"):
        return Update(snowflake, address, "group", place={**place, "guild": str(message["guild_id"])})
    if edited and not text:
        return None
    return Update(number, address, "edited" if edited else kind, text, argument, place=place)


def _written(message: Mapping[str, Any]) -> tuple[str, str, str]:
    content = str(message.get("content") or "")
    name, _, given = content.strip().removeprefix("/").partition(" ")
    if content.strip().startswith("/") and name.lower() in TYPED:
        return _meant(TYPED[name.lower()].stands_for, given)
    text = clean_message(content)
    if text:
        return "text", text, ""
    return "other", "", _sent(message)


def _sent(message: Mapping[str, Any]) -> str:
    """What was sent instead of words."""
    if int(message.get("flags") or 0) & VOICE:
        return "voice"
    if message.get("sticker_items"):
        return "sticker"
    kinds = [str(one.get("content_type") or "").partition("/")[0] for one in message.get("attachments") or ()]
    return {"image": "picture", "audio": "voice", "video": "video"}.get(kinds[0], "file") if kinds else ""


def _number_of_edit(snowflake: str, edited: str) -> str:
    """Returns a number for a changed message, later than its own and another for each change."""
    moment = datetime.fromisoformat(edited.replace("Z", "+00:00"))
    milliseconds = int(moment.timestamp() * 1000) - _EPOCH
    return str(milliseconds << 22 | int(snowflake) & 0x3FFFFF)
