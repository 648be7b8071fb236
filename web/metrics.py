"""Numbers for Prometheus, on loopback only. No number is about one person: no token, address or text is a label."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import Counter, Gauge, Histogram, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.numbers import SECONDS

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"

REQUESTS = Counter("saattaja_requests", "Requests by route, method and status.", ["route", "method", "status"])
LATENCY = Histogram(
    "saattaja_request_seconds", "Seconds from a request to the beginning of its answer.", ["route"], buckets=SECONDS
)
STREAMS = Gauge("saattaja_open_streams", "Event streams that are open now.")
LIMITED = Counter("saattaja_limited", "Requests that were too many.", ["limit"])
CONVERSATIONS = Counter("saattaja_conversations", "Conversations that began.")


class RequestMetrics:
    """Counts every request by its route (never by its path, which may have anything in it)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                count, seconds = self._for(route_of(scope), scope["method"], message["status"])
                count.inc()
                seconds.observe(time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, send_and_count)

    def _for(self, route: str, method: str, status: int) -> tuple[Any, Any]:
        key = (route, method if method in _METHODS else "other", status)
        if key not in self._children:
            self._children[key] = (REQUESTS.labels(key[0], key[1], str(status)), LATENCY.labels(route))
        return self._children[key]


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route_of(scope: Mapping[str, Any]) -> str:
    """Returns the pattern of the route that took the request, `none` when no route did."""
    route = scope.get("route")
    if route is not None and hasattr(route, "path"):
        return str(route.path)
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return "none"
    return str(getattr(endpoint, "__name__", type(endpoint).__name__)).lower()


def serve_metrics(port: int | None) -> WSGIServer | None:
    """Serves the numbers on 127.0.0.1:`port`, at another free port when that one is taken; returns the server.

    None serves nothing. The log says where; a port that can't be had never stops the door.
    """
    if port is None:
        return None
    for candidate in (port, 0):
        try:
            server, _ = start_http_server(candidate, addr=LOOPBACK)
        except OSError as error:
            logger.warning("Port %d for metrics can't be had (%s); SAATTAJA_METRICS_PORT sets it.", candidate, error)
        else:
            logger.info("Metrics are at http://%s:%d/metrics.", LOOPBACK, server.server_port)
            return server
    return None
