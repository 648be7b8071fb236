"""The API of keeping in touch: the profile, reminders and their answers, pushes and calendars (docs/web.md).

Whoever has a conversation's token acts for the person behind it. A profile is made when there is something to keep.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.engine import Connection
from starlette.responses import JSONResponse, Response

from desk import reminder_answers
from desk.desk import owner
from people import conversations, exporting, profiles
from people.conversations import Conversation
from people.profiles import WEB_CHAT, InvalidProfile, Profile, Window
from reminders import calendars, outbox, pushes, store, wishes
from reminders.kinds import KINDS
from reminders.occurrences import occurrences, session_of
from reminders.pushes import InvalidSubscription
from reminders.reasons import Reason
from reminders.store import Reminder
from reminders.vapid import KeyUnusable, VapidKey, key_in
from reminders.windows import DEFAULT_WINDOWS
from service_catalog.catalog import Catalog
from service_catalog.places import Places
from service_catalog.schema import Service
from translations import LANGUAGES, translatable
from web import schemas_profile as schemas
from web.api import Parts, Token, errors, kept, parts_of
from web.api_link import channels_out
from web.errors import Problem, unavailable
from web.limits import address_of
from web.pages import own_address
from web.presets import is_shown

logger = logging.getLogger(__name__)

FARTHEST_PAUSE = timedelta(days=366)
BACK, AHEAD = timedelta(days=1), timedelta(days=184)  # what the calendar of a session holds
MOST_REMINDERS = 200
NOT_ALLOWED = translatable("Lupa muistutuksiin puuttuu vielä. Laita ensin muistutukset päälle.")
NO_REMINDER = translatable("Tätä muistutusta ei enää ole.")
_TOLD = ("language", "tone", "municipality", "age", "zone", "most_per_day", "lock_screen", "encouragement")
_TRANSLATION = ("translation_by", "translation_allowed")

router = APIRouter(prefix="/api")
links = APIRouter()  # what is opened without a token

_Find = Callable[[str], Service | None]


# --- the profile ------------------------------------------------------------------------------------------------


@router.get(
    "/profile",
    summary="What is known of the person, and what they allow",
    response_model=schemas.ProfileOut,
    responses=errors(401, 429, 503),
    tags=["profile"],
)
async def profile(request: Request, token: Token) -> Response:
    """Gives the profile. Who has told nothing has one with `kept: false`, of which nothing is kept."""
    parts = _reading(request, token)

    def work(connection: Connection) -> dict[str, Any]:
        now = parts.now()
        conversation = owner(connection, token, now)
        return _profile_out(connection, profiles.find(connection, WEB_CHAT, conversation.id), conversation.id)

    return JSONResponse(await kept(parts.store.read(work)))


@router.patch(
    "/profile",
    summary="Change the profile",
    response_model=schemas.ProfileOut,
    responses=errors(401, 422, 429, 503),
    tags=["profile"],
)
async def change_profile(request: Request, change: schemas.ProfileChange, token: Token) -> Response:
    """Changes what is named, effective at once: reminders that wait are planned anew, and asked again when due."""
    parts = _changing(request, token)
    fields = _fields(change, parts.catalog(), parts.now())

    def work(connection: Connection) -> dict[str, Any]:
        now = parts.now()
        conversation = owner(connection, token, now)
        if not fields:
            return _profile_out(connection, profiles.find(connection, WEB_CHAT, conversation.id), conversation.id)
        known = profiles.find(connection, WEB_CHAT, conversation.id)
        if fields.get("translation_allowed") is not None and not (known and known.translation_by):
            raise _invalid("translation_allowed: no translator was asked about yet, so there is nothing to allow.")
        person = profiles.ensure(connection, WEB_CHAT, conversation.id, now).id
        profiles.seen(connection, WEB_CHAT, conversation.id, now)
        try:
            changed = wishes.change(connection, person, now, **fields)
        except InvalidProfile as error:
            raise _invalid(str(error)) from None
        return _profile_out(connection, changed, conversation.id)

    return JSONResponse(await kept(parts.store.write(work)))


@router.get(
    "/profile/export",
    summary="Everything that is kept about the person",
    responses={
        200: {"content": {"application/json": {}}, "description": "A file for the person."},
        **errors(401, 429, 503),
    },
    tags=["profile"],
)
async def export_profile(request: Request, token: Token) -> Response:
    """Gives people all that is kept of them: profile, reminders, sessions, devices, and each of their conversations."""
    parts = _reading(request, token)

    def work(connection: Connection) -> tuple[str, dict[str, Any]]:
        conversation = owner(connection, token, parts.now())
        return conversation.id, exporting.export_of(connection, WEB_CHAT, conversation.id)

    conversation, everything = await kept(parts.store.read(work))
    content = {**everything, "remembered": await parts.desk.remembered(conversation)}
    return JSONResponse(content, headers={"Content-Disposition": 'attachment; filename="omat-tiedot.json"'})


@router.delete("/profile", status_code=204, summary="Erase the person", responses=errors(401, 503), tags=["profile"])
async def erase_profile(request: Request, token: Token) -> Response:
    """Erases everything of the person everywhere, for good: the profile and all of their conversations."""
    await kept(parts_of(request).desk.erase(token, whole_person=True))
    return Response(status_code=204)


# --- reminders --------------------------------------------------------------------------------------------------


@router.get(
    "/reminders",
    summary="The person's reminders",
    response_model=schemas.Reminders,
    responses=errors(401, 429, 503),
    tags=["reminders"],
)
async def reminders(request: Request, token: Token) -> Response:
    """Gives what shall reach the person, what did, and why something didn't; the last 200."""
    parts = _reading(request, token)

    def work(connection: Connection) -> list[dict[str, Any]]:
        conversation = owner(connection, token, parts.now())
        person = profiles.find(connection, WEB_CHAT, conversation.id)
        found = store.of_person(connection, person.id)[-MOST_REMINDERS:] if person else []
        return [_reminder_out(one, _language(conversation, person)) for one in found]

    return JSONResponse({"reminders": await kept(parts.store.read(work))})


@router.post(
    "/reminders/{reminder_id}",
    summary="Answer a reminder",
    response_model=schemas.AnsweredOut,
    responses=errors(401, 404, 422, 429, 503),
    tags=["reminders"],
)
async def answer(
    request: Request,
    reminder_id: Annotated[str, Path(description="Id of a reminder of the person.")],
    said: schemas.ReminderAnswer,
    token: Token,
) -> Response:
    """Does what the person says to a reminder, and says so in the conversation. Works while Rasa is away."""
    parts = _changing(request, token)

    def work(connection: Connection) -> dict[str, Any]:
        now = parts.now()
        outbox.hold(connection)  # see `outbox` for the order of locks
        conversation = owner(connection, token, now)
        person = profiles.find(connection, WEB_CHAT, conversation.id)
        reminder = store.by_id(connection, reminder_id) if person else None
        if person is None or reminder is None or reminder.person != person.id:
            raise Problem(404, "not_found", "The person has no such reminder.", NO_REMINDER)
        profiles.seen(connection, WEB_CHAT, conversation.id, now)
        language = _language(conversation, person)
        service_of = _service_of(parts.catalog())
        answered = reminder_answers.answer(
            connection, service_of, person, language, reminder, said.answer, conversation.id, now
        )
        return {
            "answer": said.answer,
            "text": answered.reply["text"],
            "again_at": answered.again_at and answered.again_at.isoformat(),
            "next": answered.next and answered.next.isoformat(),
            "reminder": _reminder_out(store.by_id(connection, reminder_id) or reminder, language),
        }

    content = await kept(parts.store.write(work))
    parts.streams.wake()
    return JSONResponse(content)


# --- pushes -----------------------------------------------------------------------------------------------------


@router.get(
    "/push/key",
    summary="The key that browsers subscribe to",
    response_model=schemas.PushKey,
    responses=errors(401, 429, 503),
    tags=["push"],
)
async def push_key(request: Request, token: Token) -> Response:
    """Gives the `applicationServerKey`. A subscription to another key gets nothing: renew it."""
    parts = _reading(request, token)
    await kept(parts.store.read(owner, token, parts.now()))
    try:
        key = await asyncio.to_thread(_key, parts.settings.push.key)
    except KeyUnusable as error:
        logger.error("Nobody can subscribe to pushes: %s", error)
        raise unavailable() from None
    return JSONResponse({"key": key.public})


@router.post(
    "/push/subscriptions",
    status_code=201,
    summary="Have reminders pushed to a device",
    response_model=schemas.Subscribed,
    responses=errors(401, 409, 422, 429, 503),
    tags=["push"],
)
async def subscribe(request: Request, given: schemas.PushSubscriptionIn, token: Token) -> Response:
    """Keeps a browser's subscription; again, it is the same. Ask for it only after a yes to reminders."""
    parts = _changing(request, token)
    try:
        subscription = pushes.checked(given.endpoint, given.keys.p256dh, given.keys.auth, parts.settings.push.trusted)
    except InvalidSubscription as error:
        raise _invalid(str(error)) from None

    def work(connection: Connection) -> int:
        now = parts.now()
        conversation = owner(connection, token, now)
        person = profiles.find(connection, WEB_CHAT, conversation.id)
        if person is None or not person.reminders_allowed:
            reason = "The person hasn't said yes to reminders. Ask, then PATCH /api/profile: reminders_allowed true."
            raise Problem(409, "not_allowed", reason, NOT_ALLOWED)
        pushes.subscribe(connection, person.id, subscription, now)
        return pushes.devices(connection, person.id)

    return JSONResponse({"pushes": await kept(parts.store.write(work))}, 201)


@router.delete(
    "/push/subscriptions",
    status_code=204,
    summary="Have no more reminders pushed to a device",
    responses=errors(401, 422, 429, 503),
    tags=["push"],
)
async def unsubscribe(request: Request, token: Token, which: schemas.Unsubscribe | None = None) -> Response:
    """Forgets a subscription of the person, or all of them."""
    parts = _changing(request, token)

    def work(connection: Connection) -> None:
        conversation = owner(connection, token, parts.now())
        person = profiles.find(connection, WEB_CHAT, conversation.id)
        if person:
            pushes.unsubscribe(connection, person.id, which.endpoint if which else None)

    await kept(parts.store.write(work))
    return Response(status_code=204)


# --- calendars --------------------------------------------------------------------------------------------------


@router.post(
    "/calendar",
    status_code=201,
    summary="A private link to the person's calendar",
    response_model=schemas.CalendarLink,
    responses=errors(401, 422, 429, 503),
    tags=["calendar"],
)
async def new_calendar(request: Request, token: Token, wanted: schemas.NewCalendar | None = None) -> Response:
    """Gives a link that a calendar follows; it is told once. The newest five work, or with `renew` only this one."""
    parts = _changing(request, token)

    def work(connection: Connection) -> str:
        now = parts.now()
        conversation = owner(connection, token, now)
        person = profiles.ensure(connection, WEB_CHAT, conversation.id, now).id
        if wanted and wanted.renew:
            calendars.end_links(connection, person)
        return calendars.new_link(connection, person, now)

    link = await kept(parts.store.write(work))
    url = f"{_address(request, parts)}/calendar/{link}.ics"
    return JSONResponse({"url": url, "webcal": f"webcal:{url.partition(':')[2]}"}, 201)


@router.delete(
    "/calendar",
    status_code=204,
    summary="End the links to the person's calendar",
    responses=errors(401, 429, 503),
    tags=["calendar"],
)
async def end_calendar(request: Request, token: Token) -> Response:
    """Ends all links. What a calendar has fetched already stays there."""
    parts = _changing(request, token)

    def work(connection: Connection) -> None:
        conversation = owner(connection, token, parts.now())
        person = profiles.find(connection, WEB_CHAT, conversation.id)
        if person:
            calendars.end_links(connection, person.id)

    await kept(parts.store.write(work))
    return Response(status_code=204)


_ICS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {}}, "description": "iCalendar (RFC 5545)."}
}


@links.get(
    "/calendar/{link}.ics",
    summary="The person's calendar, by its private link",
    response_class=Response,
    responses={**_ICS, **errors(404, 429, 503)},
    tags=["calendar"],
)
async def calendar(request: Request, link: Annotated[str, Path(max_length=100)]) -> Response:
    """Gives the sessions that the person would come to, as they are now. The link itself is the secret."""
    parts = _fetching(request)
    service_of = _service_of(_catalog(parts))
    found = await kept(parts.store.read(calendars.calendar_of, link, service_of, parts.now()))
    if found is None:
        raise Problem(404, "not_found", "No calendar has this link; it was ended or renewed.")
    return Response(found, media_type=calendars.MEDIA_TYPE)


@router.get(
    "/services/{service_id}/sessions/{session_id}.ics",
    summary="A session of a service for a calendar",
    response_class=Response,
    responses={**_ICS, **errors(404, 422, 429, 503)},
    tags=["calendar"],
)
async def session_calendar(
    request: Request,
    service_id: Annotated[str, Path(description="Id of the service.")],
    session_id: Annotated[str, Path(description="Id of the session.")],
    start: Annotated[datetime | None, Query(description="Only the time that starts then; with an offset.")] = None,
) -> Response:
    """Gives the coming times of a session, or one of them."""
    parts = _fetching(request)
    catalog, now = _catalog(parts), parts.now()
    found = catalog.service(service_id) if is_shown(catalog, service_id) else None
    session = session_of(found, session_id) if found else None
    if found is None or session is None:
        raise Problem(404, "not_found", "There is no such session.")
    if start is not None and start.tzinfo is None:
        raise _invalid("start: it must have an offset, like 2026-11-24T18:00:00+02:00 (a + in an address is %2B).")
    times = occurrences(found, now - BACK, now + AHEAD, session=session_id, cancelled=True)
    wanted = [one for one in times if start in (None, one.starts)]
    if start is not None and not wanted:
        raise Problem(404, "not_found", "The session isn't held then.")
    headers = {"Content-Disposition": f'attachment; filename="{session_id}.ics"'}
    return Response(calendars.calendar(wanted, now, session.name), media_type=calendars.MEDIA_TYPE, headers=headers)


# --- how it is told ---------------------------------------------------------------------------------------------


def _profile_out(connection: Connection, profile: Profile | None, conversation: str) -> dict[str, Any]:
    told = profiles.as_json(profile or Profile("", _NEVER, _NEVER))
    return {
        "kept": profile is not None,
        **{name: told[name] for name in (*_TOLD, *_TRANSLATION)},
        "has_position": profile is not None and profile.latitude is not None,
        "interests": told["interests"],
        "windows": told["windows"],
        "default_windows": [profiles.window_as_json(Window(*window)) for window in DEFAULT_WINDOWS],
        "reminders_allowed": told["reminders_allowed"],
        "paused_until": told["paused_until"],
        "topics_off": told["topics_off"],
        "topics": [{"id": kind.id, "name": {one: kind.name(one) for one in LANGUAGES}} for kind in KINDS.values()],
        "pushes": pushes.devices(connection, profile.id) if profile else 0,
        "has_calendar": bool(profile and calendars.export_person(connection, profile.id)),
        "channels": channels_out(connection, profile.id if profile else None, conversation),
        "created_at": told["created_at"] if profile else None,
        "last_seen_at": told["last_seen_at"] if profile else None,
    }


_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _reminder_out(reminder: Reminder, language: str) -> dict[str, Any]:
    moments = {
        "starts": reminder.occurrence_start,
        "ends": reminder.occurrence_end,
        "due": reminder.due_at,
        "delivered": reminder.delivered_at,
    }
    return {
        "id": reminder.id,
        "kind": reminder.kind,
        "service": reminder.service,
        "session": reminder.session,
        "name": reminder.told(language).get("name"),
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        "state": "waiting" if reminder.state == "claimed" else reminder.state,
        "reason": reminder.reason,
        "reason_text": Reason(reminder.reason).sentence(language) if reminder.reason else None,
        "answered": reminder.answered,
    }


# --- what comes in ----------------------------------------------------------------------------------------------


def _fields(change: schemas.ProfileChange, catalog: Catalog | None, now: datetime) -> dict[str, Any]:
    """Returns the fields of a profile that change. Raises Problem for what only the catalogue or the API know."""
    fields = change.dict(exclude_unset=True, by_alias=True)
    readers: Mapping[str, Callable[[Any], dict[str, Any]]] = {
        "windows": _windows,
        "municipality": _place,
        "interests": lambda needs: {"interests": _of("interests", needs, catalog.needs if catalog else needs)},
        "topics_off": lambda topics: {"topics_off": _of("topics_off", topics, KINDS)},
        "paused_until": lambda until: {"paused_until": _pause(until, now)},
        "language": lambda language: {"language": language, "language_fixed": True},
    }
    read: dict[str, Any] = {}
    for name, value in fields.items():
        read.update(readers[name](value) if name in readers and value is not None else _nothing_said(name, value))
    return read


def _nothing_said(name: str, value: Any) -> dict[str, Any]:
    beside: dict[str, dict[str, Any]] = {
        "municipality": {"latitude": None, "longitude": None},
        "language": {"language_fixed": False},
    }
    return {name: value, **beside.get(name, {})}


def _windows(windows: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"windows": [profiles.window_from_json(window) for window in windows]}
    except InvalidProfile as error:
        raise _invalid(str(error)) from None


def _place(name: str) -> dict[str, Any]:
    place = Places.load().municipality(name)
    if place is None:
        raise _invalid("municipality: it must be the name of a Finnish municipality, in Finnish or Swedish.")
    return {"municipality": place.name, "latitude": None, "longitude": None}


def _of(field: str, given: list[str], known: Any) -> list[str]:
    if not set(given) <= set(known):
        raise _invalid(f"{field}: each must be one of {', '.join(known)}.")
    return given


def _pause(until: datetime, now: datetime) -> datetime:
    if until.tzinfo is None or not 1 < until.year < 9999 or until > now + FARTHEST_PAUSE:
        raise _invalid("paused_until: it must have an offset and be at most a year away: 2026-12-01T09:00:00+02:00.")
    return until


def _invalid(reason: str) -> Problem:
    return Problem(422, "invalid", reason)


def _language(conversation: Conversation, profile: Profile | None) -> str:
    return (profile.language if profile else None) or conversation.presets.get("language") or "fi"


# --- the parts --------------------------------------------------------------------------------------------------


def _reading(request: Request, token: str) -> Parts:
    parts = parts_of(request)
    parts.limits.reads.count(conversations.hash_of(token))
    return parts


def _changing(request: Request, token: str) -> Parts:
    parts = parts_of(request)
    parts.limits.changes.count(conversations.hash_of(token))
    return parts


def _fetching(request: Request) -> Parts:
    parts = parts_of(request)
    parts.limits.calendars.count(address_of(request, parts.settings.trusted_proxies))
    return parts


def _catalog(parts: Parts) -> Catalog:
    catalog = parts.catalog()
    if catalog is None:
        raise unavailable()
    return catalog


def _service_of(catalog: Catalog | None) -> _Find:
    return catalog.service if catalog else lambda _: None


def _address(request: Request, parts: Parts) -> str:
    return parts.settings.public_url or own_address(request)


@lru_cache(maxsize=8)
def _key(file: FilePath) -> VapidKey:
    return key_in(file)
