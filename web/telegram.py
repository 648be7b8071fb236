"""`POST /webhooks/telegram`: where Telegram brings updates. They are verified and kept here, nothing else.

https://core.telegram.org/bots/api#setwebhook: Telegram brings the secret in a header, and an update again until the
answer's status is 2xx.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from messengers.telegram.settings import WEBHOOK as PATH
from messengers.telegram.settings import TelegramSettings
from messengers.telegram.updates import CHANNEL, Unreadable, bot_id, read_update
from messengers.updates import Update
from people.database import DatabaseUnavailable

__all__ = ["CHANNEL", "PATH", "Endpoint", "webhook"]

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST = 262_144  # bytes; the longest message with all of its marks has a tenth of it

Keep = Callable[[Update], Awaitable[bool]]
Endpoint = Callable[[Request], Awaitable[Response]]


def webhook(settings: TelegramSettings | None, keep: Keep) -> Endpoint:
    """Returns the endpoint; without settings Telegram is off, and the endpoint isn't there.

    `keep` returns when the update is on disk, and raises DatabaseUnavailable.
    """

    async def receive(request: Request) -> Response:
        if settings is None:
            return _refused(404, "not_found")
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), settings.secret.encode()):
            return _refused(403, "wrong_secret")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _refused(415, "not_json")
        body = await request.body()
        if len(body) > LONGEST:
            return _refused(413, "too_long")
        try:
            update = read_update(json.loads(body), bot_id(settings.token))
        except (Unreadable, ValueError, RecursionError):
            return _refused(400, "not_an_update")
        if update is not None:
            try:
                await keep(update)
            except DatabaseUnavailable as error:
                logger.warning("An update stays with Telegram: %s", error)
                return _refused(503, "unavailable")
        return Response(status_code=200)

    return receive


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status)
