"""How much one request, one conversation and one address may ask for."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import Problem

MAXIMUM_BODY = 1_048_576  # bytes: 100,000 characters fit, each escaped as a surrogate pair would not
BODY_WITHIN = 15.0  # seconds to send a request
_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


class BoundedBodies:
    """Reads the body of each request before the application sees it, and refuses one that is too long or slow."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self.app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_read_body(scope, receive), BODY_WITHIN)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        except asyncio.TimeoutError:
            reason = f"The request must arrive within {BODY_WITHIN:.0f} seconds."
            await Problem(408, "too_slow", reason).response()(scope, receive, send)
            return
        except ClientDisconnect:
            return
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self.app(scope, replay, send)


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    """Returns the body of a request. Raises Problem as soon as it is known to be too long."""
    too_long = Problem(413, "too_long", f"The body must have at most {MAXIMUM_BODY} bytes.")
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if announced.isdigit() and int(announced[:20]) > MAXIMUM_BODY:
        raise too_long
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > MAXIMUM_BODY:
            raise too_long
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
