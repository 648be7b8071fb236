"""`POST /webhooks/discord`: where Discord brings commands and taps. They are verified, kept and answered for now.

The answer is only that one comes: the process `messengers.discord` brings it. In a server nobody but who asked sees it.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.store import Store
from messengers import inbox
from messengers.discord import guilds
from messengers.discord.commands import CHOOSE_CHANNEL, MANAGE_GUILD
from messengers.discord.rendering import NOBODY
from messengers.discord.settings import WEBHOOK
from messengers.discord.signatures import SIGNATURE, TIMESTAMP, Signatures
from messengers.discord.texts import escaped
from messengers.discord.updates import (
    AUTOCOMPLETE,
    CHANNEL,
    COMMAND,
    COMPONENT,
    PING,
    NotReadable,
    language_of,
    read_interaction,
)
from messengers.updates import Update
from people.database import DatabaseUnavailable
from service_catalog.emergency import emergency_text
from translations import translatable, translate
from web.errors import SORRY, told

logger = logging.getLogger(__name__)

PATH = WEBHOOK
PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, AUTOCOMPLETED = 1, 4, 5, 6, 8
EPHEMERAL = 1 << 6
ADMINISTRATOR = 1 << 3
WITHIN = 2.0  # seconds; Discord waits three in all
ELSEWHERE = translatable(
    "Täällä minua voi käyttää kanavalla {channel}. Voit myös kirjoittaa minulle yksityisesti, niin muut eivät näe."
)
HELP_NOW = translatable("Jos tarvitset apua heti, nämä auttavat:")
CHOSEN = translatable("Selvä. Minua voi nyt käyttää kanavalla {channel}. Vastaukseni näkee vain se, joka kysyy.")
EVERYWHERE = translatable("Selvä. Minua voi nyt käyttää kaikilla kanavilla. Vastaukseni näkee vain se, joka kysyy.")
NOT_YOURS = translatable("Kanavan voi valita palvelimen ylläpitäjä, siis se, joka saa muuttaa palvelimen asetuksia.")

StoreOf = Callable[[Request], Store]


def webhook(
    signatures: Signatures | None, store_of: StoreOf, now: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    """Returns the endpoint; without a public key interactions are off, and the endpoint isn't there."""

    async def receive(request: Request) -> Response:
        if signatures is None:
            return _refused(404, "not_found")
        body = await request.body()
        if not signatures.holds(request.headers.get(SIGNATURE), request.headers.get(TIMESTAMP), body, now()):
            return _refused(401, "wrong_signature")
        try:
            interaction = json.loads(body)
            if interaction["type"] in _AT_ONCE:
                return JSONResponse(_AT_ONCE[interaction["type"]])
            update = read_interaction(interaction)
        except (NotReadable, ValueError, RecursionError, KeyError, TypeError) as error:
            logger.error("An interaction of Discord could not be read (%s).", type(error).__name__)
            return _refused(400, "not_an_interaction")
        try:
            work = store_of(request).write(_take, interaction, update, now())
            return JSONResponse(await asyncio.wait_for(work, WITHIN))
        except (DatabaseUnavailable, asyncio.TimeoutError) as error:
            logger.error("An interaction was not kept: %s", error or type(error).__name__)
            return JSONResponse(_message(escaped(told(SORRY, update.language))))

    return receive


_AT_ONCE = {PING: {"type": PONG}, AUTOCOMPLETE: {"type": AUTOCOMPLETED, "data": {"choices": []}}}


def _take(connection: Connection, interaction: Mapping[str, Any], update: Update, now: datetime) -> dict[str, Any]:
    """Keeps what a person did and returns what stands there until the answer comes, or what is said instead."""
    guild = update.place.get("guild")
    if interaction["type"] == COMMAND and guild:
        if interaction["data"]["name"] == CHOOSE_CHANNEL:
            return _message(_chosen(connection, interaction, now))
        chosen = guilds.channel_in(connection, guild)
        if chosen and chosen not in _channels(interaction):
            return _message(_elsewhere(chosen, update))
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


def _message(content: str) -> dict[str, Any]:
    return {"type": MESSAGE, "data": {"content": content, "flags": EPHEMERAL, "allowed_mentions": NOBODY}}


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status)
