"""Discord's REST API: one request, and what went wrong with it in the bot's own words.

No error or log of this module has an address, a token or a text in it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from messengers.discord.rendering import Upload
from messengers.platform import Refused, TryLater, Unreachable

logger = logging.getLogger(__name__)

API = "https://discord.com/api/v10"
WITHIN = aiohttp.ClientTimeout(total=20, connect=5)  # seconds
AGAIN = 5.0  # seconds after a fault that doesn't say when
AFTER_A_WRONG_TOKEN = 300.0
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
NO_TOKEN_ANY_MORE = (10015, 10062, 10008, 50027)  # unknown webhook, interaction or message; invalid webhook token
TOO_FAST = (40003, 20016, 20022, 20028, 31002)  # opening direct messages, slow mode, writing limits
USER_AGENT = "DiscordBot (https://saattaja.invalid, 1)"


class Expired(Exception):
    """An interaction isn't answered any more by its token: its time is over, or what it was made on is gone."""


class Rest:
    """Asks Discord with the bot's token. `now` is a clock in seconds that only goes forward."""

    def __init__(
        self, session: aiohttp.ClientSession, token: str, api: str = API, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._session, self._api, self._now = session, api.rstrip("/"), now
        self._authorization = {"Authorization": f"Bot {token}", "User-Agent": USER_AGENT}
        self._quiet_until = 0.0  # nothing at all is asked before: Discord locks out who goes on asking

    async def request(
        self, method: str, path: str, payload: Any = None, uploads: Sequence[Upload] = (), expires: bool = False
    ) -> Any:
        """Returns Discord's answer as JSON; None without one. `expires`: the path holds the token of an interaction.

        Raises TryLater, Unreachable, Refused and, where it `expires`, Expired.
        """
        if self._now() < self._quiet_until:
            raise TryLater(self._quiet_until - self._now())
        try:
            async with self._session.request(
                method,
                self._api + path,
                headers=self._authorization,
                timeout=WITHIN,
                allow_redirects=False,
                **_body(payload, uploads),
            ) as answer:
                status, headers, content = answer.status, answer.headers, await answer.read()
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.warning("Discord was not reached (%s).", type(error).__name__)
            raise TryLater(AGAIN) from None
        told = _json(content)
        if 200 <= status < 300:
            return told
        self._refuse(status, told if isinstance(told, dict) else {}, headers.get("Retry-After"), expires)

    def _refuse(self, status: int, told: dict[str, Any], after: str | None, expires: bool) -> None:
        code = told.get("code")
        if status == 429:
            seconds = _seconds(told.get("retry_after"), after)
            if told.get("global") or not told:  # without JSON it is whoever stands before Discord
                self._quiet_until = self._now() + seconds
            raise TryLater(seconds)
        if expires and (code in NO_TOKEN_ANY_MORE or status in (401, 404)):
            raise Expired
        if status == 401:
            logger.error("Discord doesn't know the token of the bot. Set a new one, SAATTAJA_DISCORD_TOKEN.")
            self._quiet_until = self._now() + AFTER_A_WRONG_TOKEN
            raise TryLater(AFTER_A_WRONG_TOKEN)
        if status >= 500 or code in TOO_FAST:
            raise TryLater(_seconds(told.get("retry_after"), after))
        if status in (403, 404):
            raise Unreachable(f"Discord: status {status}, code {code}")
        raise Refused(f"Discord: status {status}, code {code}, {', '.join(_places(told.get('errors')))[:200]}")


def _body(payload: Any, uploads: Sequence[Upload]) -> dict[str, Any]:
    if not uploads:
        return {} if payload is None else {"json": payload}
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for number, upload in enumerate(uploads):
        kind = "application/octet-stream"
        form.add_field(f"files[{number}]", upload.content, filename=upload.name, content_type=kind)
    return {"data": form}


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _seconds(*told: object) -> float:
    for one in told:
        try:
            return min(max(float(one), 0.0), 3600.0)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
    return AGAIN


def _places(errors: Any, path: str = "") -> list[str]:
    """The parts of a payload that Discord found wrong, with its codes; never what stood there."""
    if not isinstance(errors, dict):
        return []
    found = [f"{path}: {one.get('code')}" for one in errors.get("_errors") or () if isinstance(one, dict)]
    below = (_places(inner, f"{path}.{part}".lstrip(".")) for part, inner in errors.items() if part != "_errors")
    return found + [one for some in below for one in some]
