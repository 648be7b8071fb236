"""The API of linked channels: one person in the web chat and in messengers (docs/web.md, people/linking.py)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlalchemy.engine import Connection
from starlette.responses import JSONResponse, Response

from desk.desk import owner
from people import conversations, linking
from people.linking import Linked
from people.profiles import WEB_CHAT
from translations import translatable
from web import schemas_link as schemas
from web.api import Parts, Token, errors, kept, parts_of
from web.errors import Problem
from web.poster import qr_path
from web.settings import Settings

CHANNELS = ("telegram", "discord")
"""The messengers that a code can be told in."""
WRONG = translatable("Tätä koodia ei löytynyt. Tarkista se, tai tee uusi: koodi toimii kymmenen minuuttia.")
TRIES = translatable("Koodi oli monta kertaa väärin. Kokeile kymmenen minuutin päästä uudestaan.")
SAME_PLACE = translatable("Tämä koodi on tehty juuri tässä. Kirjoita se toisessa kanavassa tai toisella laitteella.")
NOT_LINKED = translatable("Tätä kanavaa ei ole yhdistetty.")
_REFUSED = {
    linking.UNKNOWN: (404, "not_found", "There is no such code: it was used or replaced, or mistyped.", WRONG),
    linking.EXPIRED: (404, "not_found", "The time of this code is over; make a new one.", WRONG),
    linking.TOO_MANY: (429, "too_many", "Too many wrong codes from this conversation; wait ten minutes.", TRIES),
    linking.SAME_PLACE: (409, "same_place", "The code was made in this conversation; tell it in another.", SAME_PLACE),
}

router = APIRouter(prefix="/api/link", tags=["profile"])


@router.post(
    "",
    status_code=201,
    summary="A code that links another channel",
    response_model=schemas.LinkCode,
    responses=errors(401, 429, 503),
)
async def new_code(request: Request, token: Token) -> Response:
    """Gives a code for the next ten minutes and where to tell it. A profile is kept from then on."""
    parts = _changing(request, token)
    now = parts.now()

    def work(connection: Connection) -> str:
        return linking.new_code(connection, WEB_CHAT, owner(connection, token, now).id, now)

    code = await kept(parts.store.write(work))
    links = await asyncio.to_thread(_links, parts.settings, code)
    return JSONResponse({"code": code, "expires": (now + linking.LIFETIME).isoformat(), "links": links}, 201)


@router.post(
    "/code",
    summary="Link this conversation by a code of another channel",
    response_model=schemas.LinkedOut,
    responses={
        **errors(401, 404, 422, 429, 503),
        409: {**errors(409)[409], "description": "The code was made in this conversation; tell it in another."},
    },
)
async def tell_code(request: Request, told: schemas.CodeTold, token: Token) -> Response:
    """Makes one person of the two; both places are told. Tell people first that each will see what is in the other."""
    parts = _changing(request, token)

    def work(connection: Connection) -> tuple[Linked, list[dict[str, Any]]]:
        now = parts.now()
        conversation = owner(connection, token, now)
        linked = linking.link(connection, told.code, WEB_CHAT, conversation.id, now)
        return linked, channels_out(connection, linked.person, conversation.id)

    linked, channels = await kept(parts.store.write(work))  # a wrong code is counted: nothing is raised before
    if linked.person is None:
        status, error, reason, message = _REFUSED[linked.reason or linking.UNKNOWN]
        headers = {"Retry-After": str(int(linking.TRIES_WITHIN.total_seconds()))} if status == 429 else None
        raise Problem(status, error, reason, message, headers)
    parts.streams.wake()
    return JSONResponse({"channel": linked.channel, "channels": channels})


@router.delete("/{channel}", status_code=204, summary="Unlink a channel", responses=errors(401, 404, 422, 429, 503))
async def unlink(
    request: Request,
    channel: Annotated[str, Path(max_length=20, description="A channel of the profile.")],
    token: Token,
) -> Response:
    """Takes the person's other conversations in that channel from them; what is kept of the person stays here."""
    parts = _changing(request, token)

    def work(connection: Connection) -> list[tuple[str, str]]:
        now = parts.now()
        here = (WEB_CHAT, owner(connection, token, now).id)
        return linking.unlink_channel(connection, channel, here, now)

    if not await kept(parts.store.write(work)):
        raise Problem(404, "not_found", "The person has no other conversation in that channel.", NOT_LINKED)
    parts.streams.wake()
    return Response(status_code=204)


def channels_out(connection: Connection, person: str | None, conversation: str) -> list[dict[str, Any]]:
    """Returns the channels of a person as the API tells them, none where there is nobody; no ids."""
    return [
        {
            "channel": each.name,
            "linked_at": each.linked_at and each.linked_at.isoformat(),
            "here": (each.name, each.address) == (WEB_CHAT, conversation),
        }
        for each in (linking.channels_of(connection, person) if person else ())
    ]


def _links(settings: Settings, code: str) -> list[dict[str, Any]]:
    telegram, discord = settings.telegram_bot, settings.discord_bot
    urls = {
        "telegram": telegram and f"https://t.me/{telegram}?start={linking.payload(code)}",
        "discord": discord and f"https://discord.com/users/{discord}",
    }
    return [
        {
            "channel": channel,
            "url": urls[channel],
            "has_code": channel == "telegram" and bool(telegram),
            "qr": qr_path(str(urls[channel])) if urls[channel] else None,
        }
        for channel in CHANNELS
    ]


def _changing(request: Request, token: str) -> Parts:
    parts = parts_of(request)
    parts.limits.changes.count(conversations.hash_of(token))
    return parts
