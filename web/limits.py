"""How much one request, one conversation and one address may ask for."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import Problem, language_asked
from web.metrics import LIMITED
from web.settings import Network

MAXIMUM_BODY = 1_048_576  # bytes: 100,000 characters fit, each escaped as a surrogate pair would not
BODY_WITHIN = 15.0  # seconds to send a request
MOST_KEYS = 100_000  # conversations and addresses that are remembered at once
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
            await problem.response(language_asked(Headers(scope=scope)))(scope, receive, send)
            return
        except asyncio.TimeoutError:
            reason = f"The request must arrive within {BODY_WITHIN:.0f} seconds."
            slow = Problem(408, "too_slow", reason)
            await slow.response(language_asked(Headers(scope=scope)))(scope, receive, send)
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


class RecentHits:
    """The storage of a moving window, in memory.

    The library's own starts a thread that looks at every hit each time, never forgets an address, and follows the
    wall clock. `now` is a clock in seconds that only goes forward.
    """

    def __init__(self, now: Callable[[], float], most_keys: int = MOST_KEYS) -> None:
        self._now, self._most_keys = now, most_keys
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()  # the key that was last hit stands last

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Returns whether there is room for `amount` more hits within `expiry` seconds, and counts them if so."""
        hits = self._recent(key, expiry)
        if len(hits) + amount > limit:
            return False
        hits.extend([self._now()] * amount)
        self._hits[key] = hits
        self._hits.move_to_end(key)
        while len(self._hits) > self._most_keys:
            self._hits.popitem(last=False)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Returns when the oldest hit was that still counts, and how many count."""
        hits = self._recent(key, expiry)
        return (hits[0] if hits else self._now()), len(hits)

    def _recent(self, key: str, expiry: int) -> deque[float]:
        hits = self._hits.get(key) or deque()
        while hits and hits[0] <= self._now() - expiry:
            hits.popleft()
        return hits


class Limit:
    """At most so many requests for each key, such as `20/minute`, over a window that moves."""

    def __init__(self, name: str, rate: str, now: Callable[[], float], message: str | None = None) -> None:
        self.name, self._message, self._now = name, message, now
        self._rate: RateLimitItem = parse(rate)
        self._storage = RecentHits(now)
        # It has what a moving window asks of its storage; the library's base class asks for counters too.
        self._window = MovingWindowRateLimiter(self._storage)  # type: ignore[arg-type]

    def count(self, key: str) -> None:
        """Counts a request. Raises Problem with status 429, which says how long to wait, when it is one too many."""
        if self._window.hit(self._rate, key):
            return
        LIMITED.labels(self.name).inc()
        oldest, _ = self._storage.get_moving_window(self._rate.key_for(key), self._rate.amount, self._rate.get_expiry())
        wait = max(1, math.ceil(oldest + self._rate.get_expiry() - self._now()))
        raise too_many(f"At most {self._rate} ({self.name}); go on in {wait} s.", wait, self._message)


def too_many(reason: str, wait: int, message: str | None = None) -> Problem:
    """Returns the problem of a request that is one too many for now; `wait` is in seconds."""
    return Problem(429, "too_many", reason, message, headers={"Retry-After": str(wait)})


def address_of(connection: HTTPConnection, trusted: Sequence[Network]) -> str:
    """Returns whom a request comes from, to count by: an IPv4 address, or an IPv6 network of one customer (/64).

    Of the addresses in `X-Forwarded-For` the last one that no trusted proxy has; anybody may write the others. A
    direct connection's own address, when it is no trusted proxy.
    """
    address = connection.client.host if connection.client else ""
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    while forwarded and _is_within(address, trusted):
        address = forwarded.pop().strip() or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or f"{IPv6Address(int(parsed) >> 64 << 64)}/64")
    return str(parsed)


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False
