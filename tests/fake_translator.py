"""A stand-in for a LibreTranslate server over real HTTP, on the fake upstream: it turns words around, or misbehaves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from aiohttp import web
from fake_upstream import FakeUpstream

PATH = "/translate"


def turned(text: str) -> str:
    """What the stand-in makes of a text: every word backwards, tokens as they are."""
    parts = re.split(r"(\[\[\d+\]\])", text)
    return "".join(
        part if part.startswith("[[") else re.sub(r"[^\W\d_]+", lambda word: word[0][::-1], part) for part in parts
    )


def translates(upstream: FakeUpstream, make: Callable[[str], str] = turned, wait: float = 0.0) -> None:
    """Has the stand-in answer each request with `make` of its text, after `wait` seconds."""

    async def handle(request: web.Request) -> web.Response:
        asked = await request.json()
        await asyncio.sleep(wait)
        return web.json_response({"translatedText": make(asked["q"])})

    upstream.answers("POST", PATH, handle)


def sent(upstream: FakeUpstream) -> list[str]:
    """The texts that reached the stand-in."""
    return [request.json["q"] for request in upstream.received]
