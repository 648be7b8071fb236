"""The conversation API: what the widget talks to, and any other client may (docs/web.md)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.engine import Connection
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.channels.incoming import clean_message
from desk.desk import ConversationGone, Desk, Sent, owner
from desk.store import Store
from people import campaigns, conversations, profiles
from people.conversations import Conversation
from people.database import DatabaseUnavailable
from people.profiles import WEB_CHAT
from reminders import outbox
from reminders.outbox import Event
from service_catalog.cards import need_labels, service_card
from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from web import schemas
from web.errors import TOO_MANY_MESSAGES, Problem, unavailable
from web.event_streams import EventStreamResponse, EventStreams, as_json
from web.limits import Limit, address_of
from web.metrics import CONVERSATIONS
from web.presets import PARAMETERS, Presets
from web.schemas import EXAMPLE_MESSAGE, EXAMPLE_REPLY, LARGEST_ID
from web.settings import Settings

logger = logging.getLogger(__name__)

LONGEST_TOKEN = 200
CLEANED_AT_ONCE = 5_000  # characters; a longer text is cleaned in a thread, so that nobody waits for it


class Limits:
    """The limits that the settings give."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        message = TOO_MANY_MESSAGES
        self.messages_per_conversation = Limit(
            "messages per conversation", settings.messages_per_conversation, now, message
        )
        self.messages_per_address = Limit("messages per address", settings.messages_per_address, now, message)
        self.conversations = Limit("conversations per address", settings.conversations_per_address, now)
        self.reads = Limit("reads per conversation", settings.reads_per_conversation, now)
        self.changes = Limit("changes per conversation", settings.changes_per_conversation, now)
        self.calendars = Limit("calendars per address", settings.calendars_per_address, now)


@dataclass(frozen=True)
class Parts:
    """What the routes need; one for each application."""

    settings: Settings
    store: Store
    desk: Desk
    streams: EventStreams
    limits: Limits
    catalog: Callable[[], Catalog | None]
    now: Callable[[], datetime]


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns how the OpenAPI document tells these refusals."""
    said = {
        401: ("unknown_conversation", "No such conversation: it was erased, its time is over, or there is no token."),
        404: ("not_found", "There is none."),
        409: ("not_allowed", "The person hasn't said yes to reminders; ask them first."),
        422: ("invalid", "The request is wrong; `reason` says where and how."),
        429: ("too_many", "Too many requests; the header `Retry-After` has the seconds to wait."),
        503: ("unavailable", "It can't be done now; try again. Nothing was kept."),
    }
    return {
        status: {
            "model": schemas.ErrorOut,
            "description": said[status][1],
            "content": {"application/json": {"example": {"error": said[status][0], "reason": "…", "message": "…"}}},
        }
        for status in statuses
    }


_bearer = HTTPBearer(auto_error=False, description="The token of a conversation.")


async def token_of(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    """Returns the token that came with the request. Raises Problem when there is none."""
    if credentials is None or not 0 < len(credentials.credentials) <= LONGEST_TOKEN:
        raise unknown_conversation()
    return credentials.credentials


Token = Annotated[str, Depends(token_of)]

router = APIRouter(prefix="/api")


@router.post(
    "/conversations",
    status_code=201,
    summary="Begin a conversation",
    response_model=schemas.Begun,
    responses=errors(422, 429, 503),
    tags=["conversation"],
)
async def begin(request: Request, start: schemas.Start | None = None) -> Response:
    """Gives the token of a new conversation. The body may be left out."""
    parts = parts_of(request)
    parts.limits.conversations.count(address_of(request, parts.settings.trusted_proxies))
    presets = _known(start.dict() if start else {}, parts.catalog())

    def work(connection: Connection) -> tuple[str, Conversation]:
        now = parts.now()
        if presets.campaign:
            campaigns.count(connection, "started", presets.campaign, now.astimezone(LOCAL_ZONE).date())
        return conversations.begin(connection, now, vars(presets))

    token, conversation = await kept(parts.store.write(work))
    CONVERSATIONS.inc()
    content = {
        "token": token,
        "expires": conversation.expires_at.isoformat(),
        "presets": dict(conversation.presets),
    }
    return JSONResponse(content, 201)


@router.post(
    "/messages",
    summary="Send a message",
    response_model=schemas.Answer,
    responses={
        202: {"model": schemas.AnswerLater, "description": "Kept. The answer comes over `GET /api/events`."},
        **errors(401, 422, 429, 503),
    },
    tags=["conversation"],
)
async def send(request: Request, message: schemas.NewMessage, token: Token) -> Response:
    """Answers with the message and its replies. The messages of a conversation are answered one at a time, in order.

    Whatever is answered with 200 or 202 is kept: it is answered also when the server is restarted meanwhile. Send a
    message again with the same `id` when no answer came; it is never asked twice.
    """
    parts = parts_of(request)
    parts.limits.messages_per_address.count(address_of(request, parts.settings.trusted_proxies))
    parts.limits.messages_per_conversation.count(conversations.hash_of(token))
    place = message.location
    location = (round(place.latitude, 2), round(place.longitude, 2)) if place else None
    sent = Sent(message.id, await _clean(message.text), location)
    events, waiting = await kept(parts.desk.send(token, sent))
    content: dict[str, Any] = {"events": [as_json(event) for event in events]}
    if waiting:
        return JSONResponse({**content, "waiting": True}, 202)
    return JSONResponse(content)


@router.get(
    "/events",
    summary="Follow a conversation",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `id` is the event's id, `event` its kind, `data` the event as JSON. "
            "First those after `Last-Event-ID`, from the beginning without one; then what comes, until the client "
            "ends it. A comment comes every 15 s. Events of the kinds `typing` (an answer is being made) and "
            "`waiting` (the bot is being waited for) have no id and are not kept.",
            "content": {
                "text/event-stream": {
                    "example": "retry: 2000\n\n"
                    + "".join(
                        f"id: {one['id']}\nevent: {one['kind']}\ndata: {json.dumps(one, ensure_ascii=False)}\n\n"
                        for one in (EXAMPLE_MESSAGE, EXAMPLE_REPLY)
                    )
                }
            },
        },
        **errors(401, 422, 429, 503),
    },
    tags=["conversation"],
)
async def events(
    request: Request,
    token: Token,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="As Last-Event-ID, for clients without it.")] = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=LARGEST_ID, description="The id of the last event that the client has.")
    ] = None,
) -> Response:
    """Streams what the conversation shows. It may be open several times, in tabs and on devices (at most 10)."""
    parts = parts_of(request)
    parts.limits.reads.count(conversations.hash_of(token))
    conversation = await kept(parts.store.read(owner, token, parts.now()))
    if conversations.is_to_renew(conversation, parts.now()):
        await kept(parts.store.write(_visited, conversation, parts.now()))
    stream = await kept(parts.streams.open(conversation.id))
    last = after if last_event_id is None else last_event_id
    return EventStreamResponse(parts.streams, stream, last, lambda: parts.desk.waiting_for(conversation.id))


@router.get(
    "/conversation",
    summary="Everything that is kept about a conversation",
    response_model=schemas.Export,
    responses=errors(401, 429, 503),
    tags=["conversation"],
)
async def export(request: Request, token: Token) -> Response:
    """Gives a person their own data: what they and the bot wrote, what the page set, and the dates."""
    parts = parts_of(request)
    parts.limits.reads.count(conversations.hash_of(token))

    def work(connection: Connection) -> tuple[Conversation, list[Event]]:
        conversation = owner(connection, token, parts.now())
        return conversation, outbox.events(connection, conversation.id)

    conversation, found = await kept(parts.store.read(work))
    content = {
        "created": conversation.created_at.isoformat(),
        "expires": conversation.expires_at.isoformat(),
        "presets": dict(conversation.presets),
        "remembered": await parts.desk.remembered(conversation.id),
        "events": [as_json(event) for event in found],
    }
    return JSONResponse(content)


@router.delete(
    "/conversation",
    status_code=204,
    summary="Erase a conversation",
    responses=errors(401, 503),
    tags=["conversation"],
)
async def erase(request: Request, token: Token) -> Response:
    """Erases the conversation everywhere, for good. Its token opens nothing any more, and its streams end."""
    await kept(parts_of(request).desk.erase(token))
    return Response(status_code=204)


@router.get(
    "/needs", summary="The needs", response_model=list[schemas.NeedOut], responses=errors(503), tags=["catalogue"]
)
async def needs(request: Request) -> Response:
    """Gives the taxonomy: what a message can be about and what services answer."""
    return JSONResponse(need_labels(_catalog(request)))


@router.get(
    "/services/{service_id}",
    summary="One service",
    response_model=schemas.Card,
    responses=errors(404, 503),
    tags=["catalogue"],
)
async def service(
    request: Request,
    service_id: Annotated[str, Path(description="Id of the service.")],
    language: Annotated[
        str, Query(description="`fi`, `sv` or `en`; what the catalogue has only in Finnish stays so.")
    ] = "fi",
) -> Response:
    """Gives one service as a card, as in a reply; without a distance, and without a reason for showing it."""
    card = service_card(_catalog(request), service_id, parts_of(request).now().astimezone(LOCAL_ZONE), language)
    if card is None:
        raise Problem(404, "not_found", "There is no service of this id.")
    return JSONResponse(card)


def _visited(connection: Connection, conversation: Conversation, now: datetime) -> None:
    profiles.seen(connection, WEB_CHAT, conversation.id, now)
    conversations.renew(connection, conversation, now)


Result = TypeVar("Result")


async def kept(work: Awaitable[Result]) -> Result:
    """Returns what `work` returns; what can't be kept or is not there becomes a Problem."""
    try:
        return await work
    except ConversationGone:
        raise unknown_conversation() from None
    except DatabaseUnavailable as error:
        logger.error("A request was not served: %s", error)
        raise unavailable() from None


def unknown_conversation() -> Problem:
    """Returns the problem of a token that opens nothing."""
    reason = "No conversation has this token. Begin one with POST /api/conversations and send what is unsent there."
    return Problem(401, "unknown_conversation", reason, headers={"WWW-Authenticate": "Bearer"})


def _known(given: dict[str, Any], catalog: Catalog | None) -> Presets:
    """Returns what is known of the presets; a link's rules hold for them too."""
    return Presets.read({name: given.get(field) or "" for name, field in PARAMETERS.items()}, catalog)


async def _clean(text: str) -> str:
    return clean_message(text) if len(text) <= CLEANED_AT_ONCE else await asyncio.to_thread(clean_message, text)


def _catalog(request: Request) -> Catalog:
    catalog = parts_of(request).catalog()
    if catalog is None:
        raise unavailable()
    return catalog


def parts_of(request: Request) -> Parts:
    """Returns what this application has for its routes."""
    parts: Parts = request.app.state.parts
    return parts
