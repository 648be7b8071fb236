"""Rasa's REST webhook through the door, in development only."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from starlette.responses import JSONResponse, Response

from desk.rasa import post
from web.errors import NOT_UNDERSTOOD, unavailable


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
