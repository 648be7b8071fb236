"""Rasa behind the door: its webhooks on loopback."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from starlette.responses import JSONResponse, Response

from web.errors import NOT_UNDERSTOOD, unavailable

ANSWER_WITHIN = 30.0  # seconds Rasa has; its own limit for one message is shorter
CONNECT_WITHIN = 2.0  # seconds
KEEP_IDLE = 3.0  # seconds a connection waits for its next request: less than the 5 after which Sanic closes it


def open_session() -> aiohttp.ClientSession:
    """Returns the one client of this process for everything behind the door. Close it at the end."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_IDLE)
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN, connect=CONNECT_WITHIN)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


async def pass_on(session: aiohttp.ClientSession, url: str, body: bytes) -> Response:
    """Returns Rasa's answer to `body` as it is, its reason for refusing it, or status 503 with words that help."""
    try:
        status, content = await post(session, url, body)
        answer = json.loads(content)
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, RecursionError):
        return unavailable().response()
    if status == 200 and isinstance(answer, list):
        return Response(content, media_type="application/json")
    if status in (400, 413, 422) and isinstance(answer, dict):
        told: dict[str, Any] = {name: str(answer.get(name, "refused")) for name in ("error", "reason")}
        return JSONResponse({**told, "message": NOT_UNDERSTOOD}, status)
    return unavailable().response()


async def post(session: aiohttp.ClientSession, url: str, body: bytes) -> tuple[int, bytes]:
    """Returns the status and the body of the answer. Raises aiohttp.ClientError and asyncio.TimeoutError."""
    headers = {"Content-Type": "application/json"}
    async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.read()
