"""What is said to a command or a tap at once: mostly only that the answer comes, which the process of Discord brings.

In a server nobody but who asked sees it.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from messengers import inbox
from messengers.discord import guilds
from messengers.discord.commands import CHOOSE_CHANNEL, MANAGE_GUILD
from messengers.discord.rendering import NOBODY
from messengers.discord.texts import escaped
from messengers.discord.updates import AUTOCOMPLETE, CHANNEL, COMMAND, COMPONENT, PING, language_of
from messengers.updates import Update
from service_catalog.emergency import emergency_text
from translations import translatable, translate

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, AUTOCOMPLETED = 1, 4, 5, 6, 8
EPHEMERAL = 1 << 6
ADMINISTRATOR = 1 << 3
ELSEWHERE = translatable(
    "Täällä minua voi käyttää kanavalla {channel}. Voit myös kirjoittaa minulle yksityisesti, niin muut eivät näe."
)
HELP_NOW = translatable("Jos tarvitset apua heti, nämä auttavat:")
CHOSEN = translatable("Selvä. Minua voi nyt käyttää kanavalla {channel}. Vastaukseni näkee vain se, joka kysyy.")
EVERYWHERE = translatable("Selvä. Minua voi nyt käyttää kaikilla kanavilla. Vastaukseni näkee vain se, joka kysyy.")
NOT_YOURS = translatable("Kanavan voi valita palvelimen ylläpitäjä, siis se, joka saa muuttaa palvelimen asetuksia.")
AT_ONCE: Mapping[int, dict[str, Any]] = {
    PING: {"type": PONG},
    AUTOCOMPLETE: {"type": AUTOCOMPLETED, "data": {"choices": []}},
}
"""What is answered the same whoever asks, by the type of the interaction."""


def take(connection: Connection, interaction: Mapping[str, Any], update: Update, now: datetime) -> dict[str, Any]:
    """Keeps what a person did and returns what stands there until the answer comes, or what is said instead."""
    guild = update.place.get("guild")
    if interaction["type"] == COMMAND and guild:
        if interaction["data"]["name"] == CHOOSE_CHANNEL:
            return message(_chosen(connection, interaction, now))
        chosen = guilds.channel_in(connection, guild)
        if chosen and chosen not in _channels(interaction):
            return message(_elsewhere(chosen, update))
    inbox.keep(connection, CHANNEL, update, now)
    if interaction["type"] == COMPONENT:
        return {"type": DEFERRED_UPDATE}
    return {"type": DEFERRED_MESSAGE, **({"data": {"flags": EPHEMERAL}} if guild else {})}


def _channels(interaction: Mapping[str, Any]) -> set[str]:
    """The channel of an interaction; of a thread also the one it is in."""
    channel = interaction.get("channel") or {}
    return {str(one) for one in (interaction.get("channel_id"), channel.get("parent_id")) if one}


def _chosen(connection: Connection, interaction: Mapping[str, Any], now: datetime) -> str:
    language = language_of(interaction.get("locale"))
    permissions = int(interaction["member"].get("permissions") or 0)
    if not permissions & (int(MANAGE_GUILD) | ADMINISTRATOR):
        return escaped(translate(NOT_YOURS, language))
    option: Mapping[str, Any] = next(iter(interaction["data"].get("options") or ()), {})
    channel = str(int(option["value"])) if option.get("value") else None
    guilds.choose(connection, str(interaction["guild_id"]), channel, now)
    return translate(CHOSEN, language, channel=f"<#{channel}>") if channel else translate(EVERYWHERE, language)


def _elsewhere(channel: str, update: Update) -> str:
    words = translate(ELSEWHERE, update.language, channel=f"<#{channel}>")
    if update.kind != "text" and update.text != "apua":
        return words
    # Who asks for help gets it, in whatever channel that was.
    contacts = f"{translate(HELP_NOW, update.language)}\n{emergency_text(update.language)}"
    return f"{words}\n\n{escaped(contacts)}"


def message(content: str) -> dict[str, Any]:
    """Returns what says something at once, to who asked alone; `content` is escaped."""
    return {"type": MESSAGE, "data": {"content": content, "flags": EPHEMERAL, "allowed_mentions": NOBODY}}
