"""A stand-in for any outside HTTP service: answers on a real loopback port what a test has put on its routes."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer: `json` or `body`, after `wait` seconds; `drop` closes the connection instead."""

    json: Any = None
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drop: bool = False


class FakeUpstream:
    """`with FakeUpstream() as rasa: rasa.answers("POST", "/path", Reply([...]))`; then look at `rasa.received`.

    Each route gives its replies in turn and stays with the last one. A path without a route gets status 501. It runs
    in a thread of its own, so that blocking and asynchronous tests can both use it. `stop` and `start` end it and begin
    it again at the same address, as a restart of the service does.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.url = ""
        self._port = 0
        self._replies: dict[tuple[str, str], list[Reply | Handler]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def answers(self, method: str, path: str, *replies: Reply | Handler) -> None:
        """Replaces what a route gives."""
        self._replies[method, path] = list(replies)

    def start(self) -> None:
        """Listens, at the address it had before if it had one."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    def stop(self) -> None:
        """Cuts every connection off and listens no more."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()

    def __enter__(self) -> "FakeUpstream":
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=100_000_000)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.received.append(Received(request.method, request.path, dict(request.headers), await request.read()))
        replies = self._replies[request.method, request.path]
        if not replies:
            return web.Response(status=501, text=f"the test has no answer to {request.method} {request.path}")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if not isinstance(reply, Reply):
            return await reply(request)
        await asyncio.sleep(reply.wait)
        if reply.drop:
            assert request.transport is not None
            request.transport.abort()
        if reply.body is not None:
            return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        return web.json_response(reply.json, status=reply.status, headers=reply.headers)
