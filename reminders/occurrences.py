"""The times of services' sessions: what recurrence rules and staff's exceptions come to. Pure; moments are in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from service_catalog import schedules
from service_catalog.fields import LOCAL_ZONE, MINUTES_IN_DAY
from service_catalog.schema import Location, Service, Session
from translations import LANGUAGES


@dataclass(frozen=True)
class Occurrence:
    """One time of a session.

    `id` names it for good, also when it is moved: service/session/when its rule has it, in UTC. `service` and `session`
    are ids, `name` is the session's. `ends` None is not stated. `url` is where it is joined, or how the service is
    reached through the session's channel. `place` is an address to go to; a confidential one is never told.
    `moved_from` is set when staff moved it. `translations` are those texts that staff gave in another language, by
    language and by the name of the field: `{"en": {"name": "Youth night"}}`.
    """

    id: str
    service: str
    session: str
    name: str
    service_name: str
    starts: datetime
    ends: datetime | None
    channel: str
    url: str | None = None
    note: str | None = None
    place: str | None = None
    is_cancelled: bool = False
    moved_from: datetime | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)

    def said_in(self, language: str | None) -> Occurrence:
        """Returns it with the texts of a language, in Finnish where staff gave no others."""
        texts: dict[str, Any] = dict(self.translations.get(language or "", {}))
        return replace(self, **texts)

    @property
    def names(self) -> tuple[str, ...]:
        """What it and its service are called, in every language."""
        others = (said.get(each) for said in self.translations.values() for each in ("name", "service_name"))
        return (self.name, self.service_name, *filter(None, others))


def occurrences(
    service: Service, since: datetime, until: datetime, *, session: str | None = None, cancelled: bool = False
) -> list[Occurrence]:
    """Returns what a service holds from `since` on and before `until`, by its start; of one session if it is named.

    What staff called off is among them if `cancelled`.
    """
    found = [
        occurrence
        for each in service.sessions
        if session in (None, each.id)
        for occurrence in _of_session(service, each, since, until)
        if cancelled or not occurrence.is_cancelled
    ]
    return sorted(found, key=lambda occurrence: (occurrence.starts, occurrence.id))


def session_of(service: Service, session: str) -> Session | None:
    """Returns the session of a service by its id; None when it has none of that id (any more)."""
    return next((each for each in service.sessions if each.id == session), None)


def _of_session(service: Service, session: Session, since: datetime, until: datetime) -> Iterator[Occurrence]:
    for meeting in schedules.meetings(session, since):
        planned, starts = (moment.astimezone(timezone.utc) for moment in (meeting.planned, meeting.starts))
        if starts >= until:
            return
        yield Occurrence(
            id=f"{service.id}/{session.id}/{planned:%Y-%m-%dT%H:%MZ}",
            service=service.id,
            session=session.id,
            name=session.name,
            service_name=service.name,
            starts=starts,
            ends=_ends(session, planned, starts),
            channel=session.channel,
            url=_url(service, session),
            note=session.note,
            place=_place(service.location(session.location)) if session.location else None,
            is_cancelled=not meeting.is_held,
            moved_from=planned if planned != starts else None,
            translations=translations_of(service, session),
        )


def translations_of(service: Service, session: Session | None = None) -> dict[str, dict[str, str]]:
    """Returns the texts of an `Occurrence` of a session that staff gave in other languages, by language and field.

    Without a session those of the service alone, its name being the `name` too.
    """
    place = service.location(session.location) if session and session.location else None

    def texts(language: str) -> dict[str, str]:
        own = service.translated("name", language)
        found = {
            "name": session.translated("name", language) if session else own,
            "service_name": own,
            "note": session and session.translated("note", language),
            "place": _place(place, language) if place and place.translated("name", language) else None,
        }
        return {name: text for name, text in found.items() if text}

    said = {language: texts(language) for language in LANGUAGES[1:]}
    return {language: found for language, found in said.items() if found}


def _ends(session: Session, planned: datetime, starts: datetime) -> datetime | None:
    """When it ends: what is moved takes as long as it would have."""
    if session.ends_at is None:
        return None
    wall = planned.astimezone(LOCAL_ZONE)
    begins = wall.hour * 60 + wall.minute
    next_day = MINUTES_IN_DAY if session.ends_at <= begins else 0
    length = schedules.at(wall.date(), session.ends_at + next_day).astimezone(timezone.utc) - planned
    return starts + length if length > timedelta() else None  # clocks may skip all of it


def _url(service: Service, session: Session) -> str | None:
    if session.url:
        return session.url
    return next((channel.link for channel in service.channels if channel.type == session.channel), None)


def _place(location: Location | None, language: str | None = None) -> str | None:
    if location is None or location.confidential:
        return None
    name = location.translated("name", language) or location.name
    parts = (name, location.address, " ".join(filter(None, (location.postal_code, location.city))))
    return ", ".join(part for part in parts if part)
