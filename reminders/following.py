"""From who would come to their reminders; and what staff moved or called off to those who would have come.

What a person knows (`attendance.Known`) is compared with the catalogue as it is now. Said again and again it does
nothing twice: a reminder's key names the person's attendance, the occurrence and the turn, which goes up with each
change that the person is told of.

Functions with a `connection` work inside its unit of work. Locks are taken in the order people, attendances, reminders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.engine import Connection

from people import profiles
from people.database import Database
from reminders import attendance, store
from reminders.attendance import FARTHEST, KNOWN_AHEAD, Attendance, Known
from reminders.delivery import WORDS
from reminders.kinds import KINDS, Kind
from reminders.occurrences import Occurrence, occurrences, session_of, translations_of
from reminders.planning import Dropped, Planned, Rules, plan
from reminders.reasons import Reason
from reminders.windows import zone_of
from service_catalog.schema import Service

REMINDED_AHEAD = timedelta(days=8)  # how far ahead reminders are made
NEAR = timedelta(days=6)  # a time that goes and one that comes so near to it are one that was moved
BATCH = 50  # people in one unit of work, for which others wait
CHANGE = KINDS["session_change"]
ABOUT = "occurrence"  # in a reminder's body: the id of the occurrence
MOVED, CANCELLED, BACK = "session_moved", "session_cancelled", "session_back"  # names of words
ONLINE, ON_SITE = ("same_day_notice", "start_now"), ("same_day_notice",)  # on site, "begin now" comes too late
KINDS_OF_CHANNEL: Mapping[str, tuple[str, ...]] = {"visit": ON_SITE}
DESCRIBED = ("name", "service_name", "channel", "place", "url", "translations")  # in a reminder's body
ServiceOf = Callable[[str], "Service | None"]  # Catalog.service


@dataclass(frozen=True)
class Change:
    """What became of a time that a person knew: `now` None is called off. `words` names how it is told."""

    was: Known
    now: Known | None
    words: str

    @property
    def reason(self) -> Reason:
        """Why the reminders of the earlier time are cancelled."""
        return Reason.SESSION_CANCELLED if self.now is None else Reason.SESSION_MOVED


def run(database: Database, service_of: ServiceOf, now: datetime) -> Counter[str]:
    """Follows the catalogue for everybody, some at a time; call it daily and when the catalogue has changed.

    Returns the sums of `follow_person`. Stopped at any point, it goes on the next time.
    Raises people.database.DatabaseUnavailable.
    """
    total: Counter[str] = Counter()
    after = ""
    while True:
        with database.reading() as connection:
            batch = attendance.people_who_come(connection, after, BATCH)
        if not batch:
            return total
        with database.writing() as connection:
            for person in batch:
                total.update(follow_person(connection, service_of, person, now))
        after = batch[-1]


def follow_person(connection: Connection, service_of: ServiceOf, person: str, now: datetime) -> Counter[str]:
    """Makes the reminders of the coming days for a person, and tells them what staff changed, once.

    Call it when a person said to come. Returns how many `reminders`, `notices` and `cancelled` ones there were, and how
    many that wait tell of another name, place or link now (`renewed`).
    """
    counts: Counter[str] = Counter()
    profile = profiles.by_id(connection, person, hold=True)
    if profile is None:
        return counts
    now, rules = now.astimezone(timezone.utc), Rules.of(profile)
    for each in attendance.of_person(connection, person):
        service = service_of(each.service)
        follower = _Follower(connection, each, service, rules, now)
        follower.tell_changes()
        follower.make_reminders()
        follower.renew()
        follower.keep()
        counts.update(follower.counts)
    return counts


def stop(
    connection: Connection, person: str, service: str, session: str, now: datetime, occurrence: str | None = None
) -> bool:
    """Keeps that a person doesn't come (to one occurrence, by its id, or at all) and cancels the reminders of it.

    Returns whether they would have come.
    """
    profiles.by_id(connection, person, hold=True)
    if occurrence is None:
        store.cancel(connection, Reason.LEFT, person=person, service=service, session=session)
    else:
        _cancel(connection, person, occurrence, Reason.LEFT)
    return attendance.leave(connection, person, service, session, now, occurrence)


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives where a person would come and their reminders to another, `to`, whom each thing reaches once."""
    for lost in attendance.move_person(connection, person, to):
        made = f"/{lost.since:%Y%m%d%H%M%S%f}"  # ends the keys of what was made for it
        for whose in (person, to):
            for each in store.of_person(connection, whose, waiting=True):
                if each.key.endswith(made) and (each.service, each.session) == (lost.service, lost.session):
                    store.cancel(connection, Reason.LINKED, reminder=each.id)
    store.move_person(connection, person, to, now)


def _cancel(connection: Connection, person: str, occurrence: str, reason: Reason) -> list[str]:
    """Cancels what waits for a person about one occurrence, by its id (two may be at one time); returns the kinds."""
    about = [each for each in store.of_person(connection, person, waiting=True) if each.body.get(ABOUT) == occurrence]
    for each in about:
        store.cancel(connection, reason, reminder=each.id)
    return [each.kind for each in about]


# --- what has changed -------------------------------------------------------------------------------------------


def changes(
    known: Iterable[Known], held: Mapping[str, Occurrence], known_until: datetime, now: datetime
) -> list[Change]:
    """Returns what became of the known times that are still to come, in order. `held` are those held now, by id.

    A time that is gone was moved when a new one came near it, the nearest; else it was called off.
    """
    known = tuple(known)
    coming = sorted((each for each in known if each.starts > now), key=lambda each: each.starts)
    turns = {each.id: each.turn for each in known}
    there = {each.id for each in coming if not each.is_off}
    new = [each for each in held.values() if each.id not in there and each.starts < known_until]

    def after(was: Known, at: Occurrence) -> Known:
        return Known.of(at, now, max(was.turn, turns.get(at.id, 0)) + 1)

    found = []
    for was in coming:
        at = held.get(was.id)
        if was.is_off or (at and at.starts == was.starts):
            continue
        if at is None:
            near = [each for each in new if abs(each.starts - was.starts) <= NEAR]
            at = min(near, key=lambda each: abs(each.starts - was.starts), default=None)
            if at:
                new.remove(at)
        found.append(Change(was, after(was, at), MOVED) if at else Change(was, None, CANCELLED))
    returned = [(was, at) for was in coming if was.is_off for at in new if at.id == was.id]
    found += [Change(was, after(was, at), BACK) for was, at in returned]
    return sorted(found, key=lambda change: change.was.starts)


class _Follower:
    """One attendance, brought up to date within a unit of work."""

    def __init__(
        self, connection: Connection, mine: Attendance, service: Service | None, rules: Rules, now: datetime
    ) -> None:
        self._connection, self._service, self._rules, self._now = connection, service, rules, now
        self._mine = self._kept = mine
        self.counts: Counter[str] = Counter()
        self._session = session_of(service, mine.session) if service else None
        self._until = max(mine.known_until, now + KNOWN_AHEAD) if mine.occurrence is None else mine.known_until
        held = occurrences(service, now, self._until, session=mine.session) if service else []
        self._held = {each.id: each for each in held}
        self._known = {each.id: each for each in mine.known}
        if service and any(
            each.starts > now and each.id not in self._held for each in mine.known
        ):  # moved far, perhaps
            year = occurrences(service, now, now + FARTHEST, session=mine.session)
            self._held.update((each.id, each) for each in year if each.id in self._known)

    def tell_changes(self) -> None:
        """Cancels the reminders of what is gone and tells it, all changes of one sort in one notice."""
        found = changes(self._mine.known, self._held, self._mine.known_until, self._now)
        for change in found:
            self._known[change.was.id] = replace(change.was, is_off=True, turn=change.was.turn + 1, since=self._now)
        self._known.update((change.now.id, change.now) for change in found if change.now)
        told = []
        for change in found:
            if self._mine.includes(change.was.id):
                cancelled = _cancel(self._connection, self._mine.person, change.was.id, change.reason)
                self.counts["cancelled"] += len(cancelled)
                if change.words != BACK or CHANGE.id not in cancelled:  # else nobody has heard that it was off
                    told.append(change)
        for words in dict.fromkeys(change.words for change in told):
            self._tell(words, [change for change in told if change.words == words])
        for change in found:
            if change.now and self._mine.occurrence == change.was.id:  # the one time that the person comes to
                self._mine = replace(self._mine, occurrence=change.now.id)

    def _tell(self, words: str, told: list[Change]) -> None:
        first = told[0]
        tells = first.now or first.was
        body = {
            WORDS: words,
            "was": first.was.starts.isoformat(),
            "changes": [[each.was.starts.isoformat(), each.now and each.now.starts.isoformat()] for each in told],
        }
        planned = plan(CHANGE, tells.starts, tells.ends, self._rules, self._now)
        turn = first.was.turn + 1
        self._add(CHANGE, f"{first.was.id}/{turn}", tells, planned, body, self._held.get(tells.id))
        self.counts["notices"] += 1

    def make_reminders(self) -> None:
        """Makes what reminds of the times within the coming days; what is there already stays."""
        for occurrence in self._held.values():
            known = self._known.get(occurrence.id)
            if known is None or known.starts != occurrence.starts:
                # Nobody has told them of what is new: it counts as known since they said to come.
                known = Known.of(occurrence, self._mine.since, known.turn + 1 if known else 0)
            self._known[occurrence.id] = known = replace(known, ends=occurrence.ends)
            is_near = occurrence.starts < self._now + REMINDED_AHEAD
            if not is_near or not self._mine.includes(occurrence.id):
                continue
            for name in KINDS_OF_CHANNEL.get(occurrence.channel, ONLINE):
                kind = KINDS[name]
                planned = self._planned(kind, known)
                self.counts["reminders"] += self._add(kind, f"{known.id}/{known.turn}", known, planned, {}, occurrence)

    def renew(self) -> None:
        """Has what waits tell the name, the place and the link as they are now."""
        for each in store.of_person(self._connection, self._mine.person, waiting=True):
            occurrence = self._held.get(each.body.get(ABOUT, ""))
            if occurrence is None or occurrence.service != each.service:
                continue
            kept = {name: value for name, value in each.body.items() if name not in DESCRIBED}
            body = {**kept, **self._described(occurrence)}
            if body != each.body:
                self.counts["renewed"] += store.describe(self._connection, each.id, body)

    def _planned(self, kind: Kind, known: Known) -> Planned | Dropped:
        """When to remind, unless the person was told of this very time when it was due already."""
        due, _ = kind.times(known.starts, known.ends, self._now, zone_of(self._rules.zone))
        if due <= max(known.since, self._mine.since):
            return Dropped(Reason.ALREADY_KNOWN)
        return plan(kind, known.starts, known.ends, self._rules, self._now)

    def _add(
        self,
        kind: Kind,
        what: str,
        known: Known,
        planned: Planned | Dropped,
        body: Mapping[str, Any],
        occurrence: Occurrence | None,
    ) -> bool:
        return bool(
            store.add(
                self._connection,
                self._mine.person,
                kind.id,
                f"{kind.id}/{what}/{self._mine.since:%Y%m%d%H%M%S%f}",
                planned,
                self._now,
                service=self._mine.service,
                session=self._mine.session,
                occurrence_start=known.starts,
                occurrence_end=known.ends,
                body={**self._described(occurrence), ABOUT: known.id, **body},
            )
        )

    def _described(self, occurrence: Occurrence | None) -> dict[str, Any]:
        """What the words and the button need; of what is gone, what the catalogue still says."""
        told = {
            "name": occurrence.name if occurrence else self._session and self._session.name,
            "service_name": self._service and self._service.name,
            "channel": occurrence and occurrence.channel,
            "place": occurrence and occurrence.place,
            "url": occurrence and occurrence.url,
            "translations": self._service and translations_of(self._service, self._session),
        }
        return {name: value for name, value in told.items() if value}

    def keep(self) -> None:
        """Keeps what the person knows now. It ends when the session is no more, or the one time is long over."""
        since = self._now - KNOWN_AHEAD  # what staff move to the past and back has its turn still
        recent = sorted((each for each in self._known.values() if each.starts > since), key=lambda each: each.starts)
        is_over = self._session is None or self._until <= self._now
        new = replace(self._mine, known=tuple(recent), known_until=self._until, ended_at=self._now if is_over else None)
        if new.occurrence != self._kept.occurrence:
            attendance.keep(self._connection, replace(self._kept, ended_at=self._now))
        if new != self._kept:
            attendance.keep(self._connection, new)
