"""The client of the Bot API, and logs in which its token never stands."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from messengers.telegram.settings import TelegramSettings
from messengers.telegram.updates import ALLOWED_UPDATES

CONNECTIONS = 64
PATIENCE = 15.0  # seconds for an answer of the Bot API
QUIET = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "telegram": logging.CRITICAL}
"""Loggers that tell addresses, which have the token in them, and what people write."""


class Client(ExtBot[int]):
    """The library's client, which also gives updates as they came."""

    async def raw_updates(self, offset: int, seconds: int) -> list[dict[str, Any]]:
        """Returns updates from number `offset` on, which confirms those before; waits for the first at most so long.

        The library's own method reads all of them or none: one update of a kind that it doesn't know would be given
        again and again, and whatever comes after it never.
        """
        data = {"offset": offset, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        found: list[dict[str, Any]] = await self._post("getUpdates", data, read_timeout=PATIENCE + seconds)
        return found


def open_bot(settings: TelegramSettings) -> Client:
    """Returns a client; `initialize` before use and `shutdown` at the end, or `async with`.

    It keeps to what the Bot API takes in a second; where it is told to wait it raises telegram.error.RetryAfter.
    """
    quiet_logs()
    # A proxy of the environment is for what is outside; a Bot API server on this machine isn't.
    is_outside = urlsplit(settings.api).hostname not in ("127.0.0.1", "localhost", "::1")
    request, polling = (
        HTTPXRequest(
            connection_pool_size=connections,
            read_timeout=PATIENCE,
            connect_timeout=PATIENCE,
            pool_timeout=PATIENCE,
            httpx_kwargs={"trust_env": is_outside},
        )
        for connections in (CONNECTIONS, 2)
    )
    return Client(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=AIORateLimiter(max_retries=0),
    )


def quiet_logs() -> None:
    """Silences what would log addresses of the Bot API or what people write, whatever level the log has."""
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
