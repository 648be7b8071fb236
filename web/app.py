"""The one public door: a page, the health of the bot, and in development Rasa's REST webhook. Nothing else of
Rasa."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_catalog.emergency import emergency_text
from web.health import Check, check_health
from web.page import STYLE_HASH, start_page

MAXIMUM_BODY = 1_048_576  # bytes: 100,000 characters fit, each escaped as a surrogate pair would not
BODY_WITHIN = 15.0  # seconds to send a request
ANSWER_WITHIN = 30.0  # seconds Rasa has; its own limit for one message is shorter
HEALTH_AGE = 1.0  # seconds that the last look at the health stands

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cache-Control": "no-store",
}

SORRY = (
    "Anteeksi, en pääse juuri nyt vastaamaan. Vika on minussa, ei sinussa. Kokeile hetken päästä uudestaan. "
    "Jos tarvitset apua heti, nämä auttavat:\n" + emergency_text()
)

NOT_UNDERSTOOD = "En saanut viestistäsi selvää. Kirjoitatko sen uudestaan?"


@dataclass(frozen=True)
class Settings:
    """Where the parts are. `development` opens the REST webhook."""

    rasa: str = "http://127.0.0.1:5005"
    actions: str = "http://127.0.0.1:5055"
    catalogue: Path = Path("build/catalog.db")
    development: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Returns the settings that `saattaja serve` hands over, with these defaults."""
        return cls(
            rasa=environment.get("SAATTAJA_RASA", cls.rasa),
            actions=environment.get("SAATTAJA_ACTIONS", cls.actions),
            catalogue=Path(environment.get("SAATTAJA_CATALOG", cls.catalogue)),
            development=environment.get("SAATTAJA_PROFILE") == "development",
        )


def create_app(settings: Settings, now: Callable[[], float] = time.monotonic) -> Starlette:
    """Returns the ASGI application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=httpx.Timeout(ANSWER_WITHIN, connect=2.0), trust_env=False) as client:
            app.state.client = client
            app.state.health = Health(client, settings, now)
            yield

    async def page(request: Request) -> Response:
        return HTMLResponse(start_page(settings.development))

    async def health(request: Request) -> Response:
        checks = await request.app.state.health.checks()
        is_ready = all(check["ok"] for check in checks.values())
        return JSONResponse({"status": "ok" if is_ready else "not ready", "checks": checks}, 200 if is_ready else 503)

    async def webhook(request: Request) -> Response:
        try:
            body = await asyncio.wait_for(read_body(request), BODY_WITHIN)
        except asyncio.TimeoutError:
            raise HTTPException(408, f"The request must arrive within {BODY_WITHIN:.0f} seconds.") from None
        return await ask_rasa(request.app.state.client, f"{settings.rasa}/webhooks/rest/webhook", body)

    routes = [
        Route("/", page),
        Route("/healthz", health),
        Route("/readyz", health),
        *([Route("/webhooks/rest/webhook", webhook, methods=["POST"])] if settings.development else []),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _refuse, ClientDisconnect: _nobody_there, Exception: _apologise},
        lifespan=lifespan,
    )


async def read_body(request: Request) -> bytes:
    """Returns the body of a request. Raises HTTPException with status 413 as soon as it is known to be too
    long."""
    too_long = HTTPException(413, f"The body must have at most {MAXIMUM_BODY} bytes.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > MAXIMUM_BODY:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_BODY:
            raise too_long
    return bytes(body)


async def ask_rasa(client: httpx.AsyncClient, url: str, body: bytes) -> Response:
    """Returns Rasa's answer to a message, its reason for refusing one, or status 503 with words that help."""
    try:
        answer = await client.post(url, content=body, headers={"Content-Type": "application/json"})
        content = answer.json()
    except (httpx.HTTPError, ValueError, RecursionError):
        return unavailable()
    if answer.status_code == 200 and isinstance(content, list):
        return Response(answer.content, media_type="application/json")
    if answer.status_code in (400, 413, 422) and isinstance(content, dict):
        told = {name: str(content.get(name, "refused")) for name in ("error", "reason")}
        return JSONResponse({**told, "message": NOT_UNDERSTOOD}, answer.status_code)
    return unavailable()


def unavailable() -> Response:
    """Returns the answer for when the bot can't answer: an apology, and who can."""
    content = {
        "error": "unavailable",
        "reason": "The bot is starting, or has a fault. Try again soon.",
        "message": SORRY,
    }
    return JSONResponse(content, 503, headers={"Retry-After": "5"})


class Health:
    """The state of the parts, looked at no more than once in `HEALTH_AGE` seconds however often it is
    asked."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, now: Callable[[], float]) -> None:
        self._client, self._settings, self._now = client, settings, now
        self._lock = asyncio.Lock()
        self._checks: dict[str, Check] = {}
        self._looked_at = float("-inf")

    async def checks(self) -> dict[str, Check]:
        """Returns what `check_health` said last."""
        async with self._lock:
            if self._now() - self._looked_at >= HEALTH_AGE:
                settings = self._settings
                self._checks = await check_health(self._client, settings.rasa, settings.actions, settings.catalogue)
                self._looked_at = self._now()
            return self._checks


class SecurityHeaders:
    """Adds `HEADERS` to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                missing = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *(pair for pair in missing if pair[0] not in present)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


_CODES = {404: "not_found", 405: "wrong_method", 408: "too_slow", 413: "too_long"}
_REASONS = {404: "There is nothing at this path.", 405: "This path does not take this method; see the header Allow."}


async def _refuse(request: Request, error: Any) -> Response:
    status = error.status_code
    content = {"error": _CODES.get(status, "refused"), "reason": _REASONS.get(status, error.detail)}
    return JSONResponse(content, status, headers=error.headers)


async def _nobody_there(request: Request, error: Exception) -> Response:
    return Response(status_code=400)  # the client has gone; nobody reads this


async def _apologise(request: Request, error: Exception) -> Response:
    return unavailable()
