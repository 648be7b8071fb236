"""The one public door: pages, the conversation API, the health of the bot, and in development Rasa's REST webhook.

Nothing else of Rasa is reachable through it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from web.errors import add_error_handlers
from web.headers import HEADERS, SecurityHeaders
from web.health import Health
from web.limits import BoundedBodies
from web.page import STYLE_HASH, start_page
from web.rasa import open_session, pass_on
from web.settings import Settings


def create_app(settings: Settings, now: Callable[[], float] = time.monotonic) -> FastAPI:
    """Returns the ASGI application. `now` is a clock in seconds for what is looked at again after a while."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_session() as session:
            app.state.session = session
            app.state.health = Health(session, settings, now)
            yield

    app = FastAPI(
        title="Tukipalveluun saattaja",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[Middleware(SecurityHeaders), Middleware(BoundedBodies)],
    )
    add_error_handlers(app)
    app.router.routes += [
        Route("/", _page(settings)),
        Route("/healthz", health),
        Route("/readyz", health),
        *([Route("/webhooks/rest/webhook", _webhook(settings), methods=["POST"])] if settings.development else []),
    ]
    return app


async def health(request: Request) -> Response:
    """Status 200 only when a message would be answered; each part with its reason when it isn't well."""
    checks = await request.app.state.health.checks()
    is_ready = all(check["ok"] for check in checks.values())
    return JSONResponse({"status": "ok" if is_ready else "not ready", "checks": checks}, 200 if is_ready else 503)


def _webhook(settings: Settings) -> Callable[[Request], object]:
    url = f"{settings.rasa}/webhooks/rest/webhook"

    async def webhook(request: Request) -> Response:
        return await pass_on(request.app.state.session, url, await request.body())

    return webhook


def _page(settings: Settings) -> Callable[[Request], object]:
    policy = HEADERS["Content-Security-Policy"] + f"; style-src '{STYLE_HASH}'"

    async def page(request: Request) -> Response:
        return HTMLResponse(start_page(settings.development), headers={"Content-Security-Policy": policy})

    return page
