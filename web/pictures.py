"""The pictures of replies (pictures/), and photographs from dog.ceo where the operator has switched them on.

A photograph is fetched here, with a time limit, so that a person's browser asks nobody but us; what goes wrong shows a
dog of our own.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import aiohttp
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pictures import dog_ceo, pack
from pictures.rendering import png

logger = logging.getLogger(__name__)

WEEK = 7 * 24 * 3600
SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Pages of other sites may show them in the widget."""
KEPT = {"Cache-Control": f"public, max-age={WEEK}", **SHARED}
KEPT_SHORTLY = {"Cache-Control": "public, max-age=60", **SHARED}
AGAIN_AFTER = 60.0
"""Seconds after a failure during which dog.ceo isn't asked."""

router = APIRouter()


class Photographs:
    """Photographs of dogs by number, each fetched once and then kept in memory: 100 of at most 1.5 MB.

    `get(url)` gives the body of an https address, and `now` is a clock in seconds that only goes forward.
    """

    def __init__(self, get: dog_ceo.Get, answer: Callable[[bytes], Any], now: Callable[[], float]) -> None:
        """`answer` reads JSON."""
        self._get, self._answer, self._now = get, answer, now
        self._kept: dict[int, bytes] = {}
        self._failed_at: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def photograph(self, number: int) -> bytes | None:
        """The photograph of this number; None when there is none in time. Never raises."""
        if number in self._kept:
            return self._kept[number]
        if self._failed_at is not None and self._now() - self._failed_at < AGAIN_AFTER:
            return None
        try:
            return await asyncio.wait_for(self._fetch(number), dog_ceo.WITHIN)
        except (OSError, ValueError, asyncio.TimeoutError, aiohttp.ClientError) as error:
            logger.warning("dog.ceo gave no photograph (%s): a dog of our own is shown.", type(error).__name__)
            self._failed_at = self._now()
            return None

    async def _fetch(self, number: int) -> bytes:
        async with self._one_at_a_time:
            if number not in self._kept:
                told = self._answer(await self._get(dog_ceo.RANDOM_DOG))
                address = told.get("message") if isinstance(told, dict) else None
                if not dog_ceo.is_photograph(address):
                    raise ValueError("dog.ceo named no photograph")
                content = await self._get(str(address))
                if dog_ceo.kind_of(content) is None:
                    raise ValueError("this is no photograph")
                self._kept[number] = content
            return self._kept[number]


@router.get("/pictures/{name:path}", include_in_schema=False)
async def picture(request: Request, name: str) -> Response:
    """A picture by its name. Only names that pictures.rendering knows are there; nothing is read from a path."""
    number = dog_ceo.number_of(name)
    if number is not None:
        return await _photograph(request, number)
    content = await asyncio.to_thread(png, name)
    if content is None:
        raise HTTPException(404)
    return _image(request, content, "image/png", KEPT)


async def _photograph(request: Request, number: int) -> Response:
    if not dog_ceo.is_on(os.environ):
        raise HTTPException(404)
    photographs: Photographs = request.app.state.photographs
    content = await photographs.photograph(number)
    if content is None:
        own = sorted(pack().dogs)
        drawn = await asyncio.to_thread(png, f"dogs/{own[number % len(own)]}.png")
        return _image(request, drawn or b"", "image/png", KEPT_SHORTLY)
    return _image(request, content, str(dog_ceo.kind_of(content)), KEPT)


def _image(request: Request, content: bytes, kind: str, headers: dict[str, str]) -> Response:
    headers = {**headers, "ETag": _tag(content)}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


@lru_cache(maxsize=512)
def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def getting(session: aiohttp.ClientSession) -> dog_ceo.Get:
    """Returns what fetches an address in this session: no redirects, and no more than a photograph may have."""

    async def get(url: str) -> bytes:
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            content = await answer.content.read(dog_ceo.LARGEST + 1)
            while len(content) <= dog_ceo.LARGEST and (more := await answer.content.read(dog_ceo.LARGEST)):
                content += more
            if len(content) > dog_ceo.LARGEST:
                raise ValueError("it is too large")
            return content

    return get
