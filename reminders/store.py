"""What shall reach people and when: the database is the truth, whoever works on it and whatever dies meanwhile.

A reminder is *waiting*; a scheduler *claims* it for as long as its lease lasts; then it is *delivered*, *dropped* or
*cancelled* for good, the latter two with a reason, or waits again with a reason why it was moved. What is delivered is
settled in the unit of work that appends to the outbox, so that it happens once: whoever lost its lease settles
nothing.

An open reminder has `next_attempt_at`, from when on a scheduler may take it: when it is due, when it is to be tried
again, or, while it is claimed, when the lease ends. What is settled has none, and costs the scheduler nothing.

Functions work inside the unit of work of `connection`. Times are aware datetimes. In PostgreSQL locks are taken in
this order: the outbox's clock, people, reminders.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata
from reminders.kinds import KINDS
from reminders.planning import Dropped, Planned, Rules, plan
from reminders.reasons import Reason

LEASE = timedelta(seconds=30)  # a batch takes some tenths of a second
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)  # before it is tried again; doubled each time
MOST_ATTEMPTS = 8  # that failed; together they take some 20 minutes
_DEAD = timedelta(days=1)  # without a sign of life
STATES = ("waiting", "claimed", "delivered", "dropped", "cancelled")

reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("service", sa.String(100)),
    sa.Column("session", sa.String(100)),
    sa.Column("occurrence_start", Instant),
    sa.Column("occurrence_end", Instant),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("useful_until", Instant, nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.String(100)),
    sa.Column("next_attempt_at", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("channel", sa.String(20)),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("answered", sa.String(20)),
    sa.UniqueConstraint("person", "key", name="uq_reminders_person"),
)
scheduler_beats = sa.Table(
    "scheduler_beats",
    metadata,
    sa.Column("worker", sa.String(100), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

scheduler_jobs = sa.Table(
    "scheduler_jobs",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("done_at", Instant, nullable=False),
)

_is_open = reminders.c.next_attempt_at.isnot(None)
sa.Index("ix_reminders_open", reminders.c.next_attempt_at, sqlite_where=_is_open, postgresql_where=_is_open)


@dataclass(frozen=True)
class Reminder:
    """One message that shall reach a person by itself, or did, or why it didn't.

    `kind` is an id of `reminders.kinds`, `key` what there is one of for a person. `due_at` and `useful_until` are those
    of `reminders.planning.Planned`. `reason` says why it was dropped, cancelled or moved. `attempts` are those that
    failed. `body` is what its words need beside the occurrence, as JSON; its `translations` are as those of an
    `occurrences.Occurrence`. `answered` is what the person said to it.
    """

    id: str
    person: str
    kind: str
    key: str
    service: str | None
    session: str | None
    occurrence_start: datetime | None
    occurrence_end: datetime | None
    due_at: datetime
    useful_until: datetime
    state: str
    reason: str | None
    attempts: int
    claimed_by: str | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    channel: str | None
    body: Mapping[str, Any]
    answered: str | None

    @property
    def planned(self) -> Planned:
        """When it was to be sent."""
        return Planned(self.due_at, self.useful_until)

    def told(self, language: str | None) -> dict[str, Any]:
        """Returns its body with the texts of a language, in Finnish where there are no others."""
        body = dict(self.body)
        return {**body, **body.pop("translations", {}).get(language, {})}


# --- what shall be sent -----------------------------------------------------------------------------------------


def add(
    connection: Connection,
    person: str,
    kind: str,
    key: str,
    planned: Planned | Dropped,
    now: datetime,
    *,
    service: str | None = None,
    session: str | None = None,
    occurrence_start: datetime | None = None,
    occurrence_end: datetime | None = None,
    body: Mapping[str, Any] | None = None,
) -> str | None:
    """Returns the id of a new reminder; None when the person has one of that key already, which then stays as it is.

    What is planned not to be sent is kept with its reason. Raises ValueError for a kind that there isn't.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of reminder; the kinds are {', '.join(KINDS)}.")
    values = {
        "id": uuid.uuid4().hex,
        "person": person,
        "kind": kind,
        "key": key,
        "service": service,
        "session": session,
        "occurrence_start": occurrence_start,
        "occurrence_end": occurrence_end,
        "due_at": now,
        "useful_until": occurrence_start or now,
        "attempts": 0,
        "body": dict(body or {}),
        **_plan_columns(planned),
    }
    return values["id"] if connection.execute(_ADD, values).rowcount else None


def plan_again(connection: Connection, person: str, rules: Rules, now: datetime) -> int:
    """Plans anew what waits for a person, and what their rules kept from them; call it when those have changed.

    Returns how many reminders were changed. What has no occurrence, and what the person asked to be told again, stays
    as it is: `may_send_now` has the last word.
    """
    changed = 0
    can_change = reminders.c.state.in_(("waiting", "dropped")) & reminders.c.occurrence_start.isnot(None)
    mine = reminders.select().where(reminders.c.person == person, can_change)
    for reminder in _read(connection, mine.with_for_update()):
        of_rules = reminder.state == "waiting" or reminder.reason in _OF_RULES
        if not of_rules or _is_again(reminder) or reminder.occurrence_start is None:
            continue
        planned = plan(KINDS[reminder.kind], reminder.occurrence_start, reminder.occurrence_end, rules, now)
        if (None if isinstance(planned, Dropped) else planned.due_at) != reminder.next_attempt_at:
            this = reminders.c.id == reminder.id
            changed += connection.execute(reminders.update().where(this).values(_plan_columns(planned))).rowcount
    return changed


def again(connection: Connection, reminder: Reminder, at: datetime, now: datetime) -> str | None:
    """Returns the id of a reminder that says the same once more at `at`, as the person asked.

    None when it would be of no use any more then, or when they have asked for it already.
    """
    if at >= reminder.useful_until:
        return None
    return add(
        connection,
        reminder.person,
        reminder.kind,
        f"{_AGAIN}{reminder.id}",
        Planned(at, reminder.useful_until),
        now,
        service=reminder.service,
        session=reminder.session,
        occurrence_start=reminder.occurrence_start,
        occurrence_end=reminder.occurrence_end,
        body=reminder.body,
    )


def describe(connection: Connection, reminder: str, body: Mapping[str, Any]) -> bool:
    """Gives one that waits another body, because what it tells of has changed; returns whether it waited still."""
    waits = (reminders.c.id == reminder) & (reminders.c.state == "waiting")
    return bool(connection.execute(reminders.update().where(waits).values(body=dict(body))).rowcount)


def cancel(
    connection: Connection,
    reason: Reason,
    *,
    person: str | None = None,
    service: str | None = None,
    session: str | None = None,
    occurrence_start: datetime | None = None,
    kind: str | None = None,
    reminder: str | None = None,
) -> int:
    """Cancels the open reminders that are all of what is named; returns how many.

    Raises ValueError when nothing is named, which would be everybody's.
    """
    named = {
        "person": person,
        "service": service,
        "session": session,
        "occurrence_start": occurrence_start,
        "kind": kind,
        "id": reminder,
    }
    these = [reminders.c[column] == value for column, value in named.items() if value is not None]
    if not these:
        raise ValueError("Say whose reminders or which are cancelled; nothing named would be everybody's.")
    cancelled = reminders.update().where(_is_open, *these).values(_settled("cancelled", reason))
    return int(connection.execute(cancelled).rowcount)


# --- a scheduler's work -----------------------------------------------------------------------------------------


def is_due(connection: Connection, now: datetime) -> bool:
    """Returns whether there is something to claim. Costs one look into an index of what is open."""
    return connection.execute(_DUE_ID, {"now": now, "most": 1}).first() is not None


def claim(connection: Connection, worker: str, now: datetime, most: int) -> list[Reminder]:
    """Returns at most `most` reminders that are due, those first that are so the longest; `worker`'s for `LEASE`.

    Several may claim at once and get different ones. `worker` is a name that no other process has.
    """
    claimed = _read(connection, _DUE, {"now": now, "most": most})
    values = {"state": "claimed", "claimed_by": worker, "next_attempt_at": now + LEASE}
    these = reminders.c.id.in_([reminder.id for reminder in claimed])
    connection.execute(reminders.update().where(these).values(values))
    return [Reminder(**{**vars(reminder), **values}) for reminder in claimed]


def release(connection: Connection, now: datetime, worker: str | None = None) -> int:
    """Gives back what a worker has claimed, or what anybody has: for when no other can be alive. Returns how many."""
    whose = reminders.c.claimed_by.isnot(None) if worker is None else reminders.c.claimed_by == worker
    free = reminders.update().where(_is_open, whose).values(state="waiting", claimed_by=None, next_attempt_at=now)
    return int(connection.execute(free).rowcount)


def deliver(connection: Connection, reminder: Reminder, channel: str, now: datetime) -> bool:
    """Settles a claimed reminder as delivered. False is that the lease was lost: then deliver nothing.

    What delivers it belongs in this unit of work.
    """
    mine = {"this": reminder.id, "worker": reminder.claimed_by}
    return bool(connection.execute(_DELIVERED, {**mine, "at": now, "on": channel}).rowcount)


def drop(connection: Connection, reminder: Reminder, reason: Reason) -> bool:
    """Settles a claimed reminder as not to be sent; returns whether the lease still held."""
    return _settle(connection, reminder, _settled("dropped", reason))


def postpone(connection: Connection, reminder: Reminder, at: datetime, reason: Reason | None) -> bool:
    """Moves a claimed reminder; returns whether the lease still held."""
    return _settle(connection, reminder, _waiting(at) | {"reason": reason and reason.value})


def retry(connection: Connection, reminder: Reminder, now: datetime) -> bool:
    """Notes that a claimed reminder could not be delivered: it is tried again after a pause, or given up.

    It is given up after `MOST_ATTEMPTS`, and when it would not be useful any more. Returns whether the lease held.
    """
    attempts = reminder.attempts + 1
    at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**reminder.attempts)
    if attempts >= MOST_ATTEMPTS or at >= reminder.useful_until:
        return _settle(connection, reminder, _settled("dropped", Reason.GAVE_UP) | {"attempts": attempts})
    return _settle(connection, reminder, _waiting(at) | {"attempts": attempts})


def take_back(connection: Connection, reminder: str, now: datetime) -> None:
    """Has a reminder that was settled as delivered, and did not get there, delivered again by the rules of `now`."""
    not_there = (reminders.c.id == reminder) & (reminders.c.state == "delivered")
    values = _waiting(now) | {"delivered_at": None, "channel": None}
    connection.execute(reminders.update().where(not_there).values(values))


def delivered_within(connection: Connection, person: str, since: datetime, until: datetime) -> int:
    """Returns how many were delivered to a person from `since` on and before `until`."""
    return int(connection.execute(_DELIVERED_WITHIN, {"of": person, "since": since, "until": until}).scalar_one())


def beat(connection: Connection, worker: str, now: datetime) -> None:
    """Keeps a sign of life of a scheduler, and forgets those who have given none for long."""
    connection.execute(_BEAT, {"worker": worker, "now": now})
    connection.execute(scheduler_beats.delete().where(scheduler_beats.c.at < now - _DEAD))


def no_beat(connection: Connection, worker: str) -> None:
    """Forgets a scheduler that has ended."""
    connection.execute(scheduler_beats.delete().where(scheduler_beats.c.worker == worker))


def last_beat(connection: Connection) -> datetime | None:
    """Returns when a scheduler last gave a sign of life; None when there is none."""
    found: datetime | None = connection.execute(sa.select(sa.func.max(scheduler_beats.c.at))).scalar()
    return found


def done_at(connection: Connection, job: str) -> datetime | None:
    """Returns when a job was last done; None before the first time."""
    when = sa.select(scheduler_jobs.c.done_at).where(scheduler_jobs.c.name == job)
    found: datetime | None = connection.execute(when).scalar()
    return found


def done(connection: Connection, job: str, now: datetime) -> None:
    """Keeps that a job was done."""
    connection.execute(_DONE, {"job": job, "now": now})


# --- a person's reminders ---------------------------------------------------------------------------------------


def by_id(connection: Connection, reminder: str) -> Reminder | None:
    """Returns a reminder by its id; None when there is none."""
    return next(iter(_read(connection, reminders.select().where(reminders.c.id == reminder))), None)


def of_person(connection: Connection, person: str, *, waiting: bool = False) -> list[Reminder]:
    """Returns the reminders of a person, those first that are due first; only the open ones if `waiting`."""
    mine = reminders.select().where(reminders.c.person == person)
    return _read(connection, (mine.where(_is_open) if waiting else mine).order_by(reminders.c.due_at, reminders.c.id))


def last_delivered(connection: Connection, person: str) -> Reminder | None:
    """Returns the reminder that reached a person last: what "tehty" or "myöhemmin" answers. None before the first."""
    mine = reminders.select().where(reminders.c.person == person, reminders.c.delivered_at.isnot(None))
    return next(iter(_read(connection, mine.order_by(reminders.c.delivered_at.desc()).limit(1))), None)


def answer(connection: Connection, person: str, reminder: str, answered: str) -> Reminder | None:
    """Keeps what a person said to a reminder that reached them, and returns it; None when they have no such one."""
    this = (reminders.c.id == reminder) & (reminders.c.person == person) & reminders.c.delivered_at.isnot(None)
    connection.execute(reminders.update().where(this).values(answered=answered))
    return next(iter(_read(connection, reminders.select().where(this))), None)


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives the reminders of a person to another, `to`: what both have reaches them once.

    Of two with one key the delivered one stays, else that of `to`; what is about the same as another's that was
    delivered, or waits too, is cancelled. What a scheduler holds of the person's is free again.
    """
    release_person(connection, person, now)
    theirs = of_person(connection, to)
    by_key, by_matter = {each.key: each for each in theirs}, {_matter(each): each for each in theirs}
    for mine in of_person(connection, person):
        same = by_key.get(mine.key)
        if same:
            weaker = same if mine.delivered_at and not same.delivered_at else mine
            connection.execute(reminders.delete().where(reminders.c.id == weaker.id))
            continue
        twin = None if mine.occurrence_start is None or _is_again(mine) else by_matter.get(_matter(mine))
        if twin and not _is_again(twin) and (mine.delivered_at or twin.delivered_at or twin.next_attempt_at):
            cancel(connection, Reason.LINKED, reminder=twin.id if mine.delivered_at else mine.id)
    connection.execute(reminders.update().where(reminders.c.person == person).values(person=to))


def release_person(connection: Connection, person: str, now: datetime) -> None:
    """Gives back what any worker has claimed of a person's: whoever did settles nothing of it any more."""
    claimed = (reminders.c.person == person) & reminders.c.claimed_by.isnot(None)
    free = {"state": "waiting", "claimed_by": None, "next_attempt_at": now}
    connection.execute(reminders.update().where(_is_open, claimed).values(free))


def _matter(reminder: Reminder) -> tuple[Any, ...]:
    return reminder.kind, reminder.service, reminder.session, reminder.occurrence_start


def erase_person(connection: Connection, person: str) -> None:
    """Erases all reminders of a person."""
    connection.execute(reminders.delete().where(reminders.c.person == person))


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Returns the reminders of a person as JSON can hold them, without what only schedulers use."""
    inside = ("person", "key", "claimed_by", "next_attempt_at")
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in vars(reminder).items()
            if name not in inside
        }
        for reminder in of_person(connection, person)
    ]


def forget(connection: Connection, until: datetime, limit: int) -> int:
    """Forgets reminders that were of no use any more at `until`, at most `limit`; returns how many."""
    old = sa.select(reminders.c.id).where(reminders.c.useful_until <= until, ~_is_open).limit(limit)
    return int(connection.execute(reminders.delete().where(reminders.c.id.in_(old))).rowcount)


# --- columns and statements -------------------------------------------------------------------------------------

_OF_RULES = frozenset(
    reason.value
    for reason in (Reason.NOT_ALLOWED, Reason.TOPIC_OFF, Reason.PAUSED, Reason.NEVER, Reason.OUTSIDE_WINDOWS)
)


_AGAIN = "again/"  # begins the key of what the person asked to be told again


def _is_again(reminder: Reminder) -> bool:
    return reminder.key.startswith(_AGAIN)


def _waiting(at: datetime) -> dict[str, Any]:
    return {"state": "waiting", "next_attempt_at": at, "claimed_by": None}


def _settled(state: str, reason: Reason | None) -> dict[str, Any]:
    return {"state": state, "reason": reason and reason.value, "next_attempt_at": None, "claimed_by": None}


def _plan_columns(planned: Planned | Dropped) -> dict[str, Any]:
    if isinstance(planned, Dropped):
        return _settled("dropped", planned.reason)
    return {**_waiting(planned.due_at), "reason": None, "due_at": planned.due_at, "useful_until": planned.useful_until}


def _settle(connection: Connection, reminder: Reminder, values: Mapping[str, Any]) -> bool:
    """Changes a claimed reminder if the claim still holds; returns whether it did."""
    mine = {"this": reminder.id, "worker": reminder.claimed_by}
    return bool(connection.execute(_MINE.values(dict(values)), mine).rowcount)


# Built once: to build a statement takes longer than to execute it.
_now = sa.bindparam("now", type_=Instant)
_are_due = (reminders.c.next_attempt_at <= _now,)
_DUE_ID = sa.select(reminders.c.id).where(*_are_due).limit(sa.bindparam("most"))
_DUE = (
    reminders.select()
    .where(*_are_due)
    .order_by(reminders.c.next_attempt_at)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)  # says nothing in SQLite, where there is one writer at a time anyway
)
_MINE = reminders.update().where(
    reminders.c.id == sa.bindparam("this"),
    reminders.c.state == "claimed",
    reminders.c.claimed_by == sa.bindparam("worker"),
)
_DELIVERED = _MINE.values(
    **_settled("delivered", None),
    delivered_at=sa.bindparam("at", type_=Instant),
    channel=sa.bindparam("on", type_=sa.String),
)
_DELIVERED_WITHIN = sa.select(sa.func.count()).where(
    reminders.c.person == sa.bindparam("of"),
    reminders.c.delivered_at >= sa.bindparam("since", type_=Instant),
    reminders.c.delivered_at < sa.bindparam("until", type_=Instant),
)
_ADD = sa.text(
    "INSERT INTO reminders ({names}) VALUES ({values}) ON CONFLICT (person, key) DO NOTHING".format(
        names=", ".join(column.name for column in reminders.c),
        values=", ".join(f":{column.name}" for column in reminders.c),
    )
).bindparams(*(sa.bindparam(column.name, None, column.type) for column in reminders.c))


_BEAT = sa.text(
    "INSERT INTO scheduler_beats (worker, at) VALUES (:worker, :now) "
    "ON CONFLICT (worker) DO UPDATE SET at = excluded.at"
).bindparams(_now)
_DONE = sa.text(
    "INSERT INTO scheduler_jobs (name, done_at) VALUES (:job, :now) "
    "ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at"
).bindparams(_now)


def _read(connection: Connection, rows: sa.sql.Select, values: Mapping[str, Any] | None = None) -> list[Reminder]:
    return [Reminder(**row) for row in connection.execute(rows, values or {}).mappings()]
