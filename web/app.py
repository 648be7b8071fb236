"""The one public door: pages, the conversation API, the health of the bot, and in development Rasa's REST webhook.

Nothing else of Rasa is reachable through it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timezone

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.current_catalog import CurrentCatalog
from desk.desk import Desk
from desk.rasa import Rasa, open_session
from desk.store import Store
from messengers import inbox
from messengers.updates import Update
from people import campaigns
from people.database import Database
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places
from web import api, api_link, api_profile, discord, pages, pictures, telegram
from web.errors import Apologies, add_error_handlers
from web.event_streams import EventStreams
from web.headers import SecurityHeaders
from web.health import Health, answers
from web.limits import BoundedBodies
from web.metrics import RequestMetrics, serve_metrics
from web.rest_webhook import pass_on
from web.settings import Settings

DESCRIPTION = """
A chatbot that escorts a young person in Finland from one sentence in their own words to the right support service.

Begin a conversation, keep its token, send messages, and follow what it shows. A conversation belongs to whoever has
its token (`Authorization: Bearer ...`); nothing else of a person is asked. Everything that goes wrong is told as
`{"error": code, "reason": for developers, "message": for people}`.
"""


def create_app(
    settings: Settings,
    now: Callable[[], float] = time.monotonic,
    today: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> FastAPI:
    """Returns the ASGI application.

    `now` is a clock in seconds that only goes forward, for what is looked at again after a while and for limits;
    `today` tells the date and time, aware.
    """
    limits = api.Limits(settings, now)
    catalog = CurrentCatalog(settings.catalogue)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(settings.database)
        await asyncio.to_thread(database.upgrade)
        await asyncio.to_thread(Places.load)  # takes a moment, which no person should wait
        store = Store(database)
        streams = EventStreams(store)
        metrics = serve_metrics(settings.metrics_port)
        async with open_session() as session:
            desk = Desk(store, Rasa(session, settings.rasa), streams, today, catalog)
            app.state.session = session
            app.state.photographs = pictures.Photographs(pictures.getting(session), json.loads, now)
            app.state.health = Health(session, store, settings, now, today)
            app.state.parts = api.Parts(settings, store, desk, streams, limits, catalog, today)
            streams.start()
            await desk.start()
            try:
                yield
            finally:
                await desk.close()
                await streams.close()
                if metrics:
                    metrics.shutdown()
                    metrics.server_close()
                await asyncio.to_thread(store.close)

    app = FastAPI(
        title="Tukipalveluun saattaja",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(RequestMetrics),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_origin_regex=settings.origin_pattern,
                allow_methods=["GET", "POST", "PATCH", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
                expose_headers=["Retry-After"],
            ),
            Middleware(Apologies),
            Middleware(BoundedBodies),
        ],
    )
    add_error_handlers(app)
    app.router.routes += [
        *([Route("/webhooks/rest/webhook", _webhook(settings), methods=["POST"])] if settings.development else []),
        Route(telegram.PATH, _telegram(app, settings, today), methods=["POST"]),
        Route(discord.PATH, _discord(app, settings, today), methods=["POST"]),
        Route("/healthz", health),
        Route("/readyz", health),
    ]
    app.include_router(api.router)
    app.include_router(api_profile.router)
    app.include_router(api_link.router)
    app.include_router(api_profile.links)
    app.include_router(pictures.router)
    app.router.routes += pages.routes(settings, catalog, keep_campaign=_campaign_counter(app, today))
    return app


async def health(request: Request) -> Response:
    """Status 200 only when a message would be answered; each part with its reason when it isn't well."""
    checks = await request.app.state.health.checks()
    if not answers(checks):
        return JSONResponse({"status": "not ready", "checks": checks}, 503)
    is_whole = all(check["ok"] for check in checks.values())
    return JSONResponse({"status": "ok" if is_whole else "degraded", "checks": checks})


def _webhook(settings: Settings) -> Callable[[Request], object]:
    url = f"{settings.rasa}/webhooks/rest/webhook"

    async def webhook(request: Request) -> Response:
        return await pass_on(request.app.state.session, url, await request.body())

    return webhook


def _telegram(app: FastAPI, settings: Settings, today: Callable[[], datetime]) -> telegram.Endpoint:
    """Returns the webhook, which only keeps updates; another process deals with them."""

    async def keep(update: Update) -> bool:
        is_new: bool = await app.state.parts.store.write(inbox.keep, telegram.CHANNEL, update, today())
        return is_new

    return telegram.webhook(settings.telegram, keep)


def _discord(
    app: FastAPI, settings: Settings, today: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    """Returns where Discord brings interactions, which are only kept; another process answers them."""
    return discord.webhook(settings.discord, lambda _: app.state.parts.store, today)


def _campaign_counter(app: FastAPI, today: Callable[[], datetime]) -> Callable[[str], Awaitable[None]]:
    """Returns what keeps the count of the page's openings through a campaign's link."""

    async def count(tag: str) -> None:
        day = today().astimezone(LOCAL_ZONE).date()
        await app.state.parts.store.write(campaigns.count, "opened", tag, day)

    return count
