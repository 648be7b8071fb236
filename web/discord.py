"""`POST /webhooks/discord`: where Discord brings commands and taps. They are verified, kept and answered for now.

The answer is only that one comes: the process `messengers.discord` brings it. In a server nobody but who asked sees it.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from desk.store import Store
from messengers.discord import interactions
from messengers.discord.settings import WEBHOOK
from messengers.discord.signatures import SIGNATURE, TIMESTAMP, Signatures
from messengers.discord.texts import escaped
from messengers.discord.updates import NotReadable, read_interaction
from people.database import DatabaseUnavailable
from web.errors import SORRY, told

logger = logging.getLogger(__name__)

PATH = WEBHOOK
WITHIN = 2.0  # seconds; Discord waits three in all

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
            if interaction["type"] in interactions.AT_ONCE:
                return JSONResponse(interactions.AT_ONCE[interaction["type"]])
            update = read_interaction(interaction)
        except (NotReadable, ValueError, RecursionError, KeyError, TypeError) as error:
            logger.error("An interaction of Discord could not be read (%s).", type(error).__name__)
            return _refused(400, "not_an_interaction")
        try:
            work = store_of(request).write(interactions.take, interaction, update, now())
            return JSONResponse(await asyncio.wait_for(work, WITHIN))
        except (DatabaseUnavailable, asyncio.TimeoutError) as error:
            logger.error("An interaction was not kept: %s", error or type(error).__name__)
            return JSONResponse(interactions.message(escaped(told(SORRY, update.language))))

    return receive


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status)
