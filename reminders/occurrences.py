"""The times of services' sessions: what recurrence rules and staff's exceptions come to. Pure; moments are in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from service_catalog import schedules
from service_catalog.fields import LOCAL_ZONE, MINUTES_IN_DAY
from service_catalog.schema import Location, Service, Session


@dataclass(frozen=True)
class Occurrence:
    """One time of a session.

    `id` names it for good, also when it is moved: service/session/when its rule has it, in UTC. `service` and `session`
    are ids, `name` is the session's. `ends` None is not stated. `url` is where it is joined, or how the service is
    reached through the session's channel. `place` is an address to go to; a confidential one is never told.
    `moved_from` is set when staff moved it.
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
        )


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


def _place(location: Location | None) -> str | None:
    if location is None or location.confidential:
        return None
    parts = (location.name, location.address, " ".join(filter(None, (location.postal_code, location.city))))
    return ", ".join(part for part in parts if part)
