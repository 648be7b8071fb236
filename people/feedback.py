"""What people said of services they used, what that makes of a service's standing, and the steps people took.

Each answer is kept with its person until they are erased; then the answers stay without the person, and what they wrote
goes. A service's standing is counted from the newest answer of each person: see `standing` and docs/ranking.md.

Functions work inside the unit of work of `connection`. Times are aware datetimes.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata

HELPED = ("yes", "partly", "no", "not_contacted")
RATINGS = ("easy", "fast", "smooth", "pleasant")  # to reach, and how it went
VALUES: Mapping[str, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
ONE_OCCASION = timedelta(days=1)  # what is said of a service within it is one answer
MOST_TEXT = 2_000  # characters kept of what somebody wrote

# --- the numbers of docs/ranking.md -----------------------------------------------------------------------------

STANDING_LIMIT = 0.05
LEAST_ANSWERS = 5
PRIOR_MEAN, PRIOR_WEIGHT = 0.5, 10
HELPED_WEIGHT, RATING_WEIGHT = 4, 1  # whether it helped counts as much as the four ratings together
COUNTS_FOR = timedelta(days=730)

CONTACTED, ATTENDED = "contacted", "attended"  # steps
FIRST_CONTACT, FIRST_SESSION, THREE_WEEKS = "first_contact", "first_session", "three_weeks"  # what may be told of them
_A_RUN = 3  # weeks

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(32), index=True),
    sa.Column("service", sa.String(100), nullable=False, index=True),
    sa.Column("session", sa.String(100)),
    sa.Column("at", Instant, nullable=False),
    sa.Column("counts", sa.Boolean, nullable=False),
    sa.Column("helped", sa.String(20)),
    *(sa.Column(rating, sa.String(10)) for rating in RATINGS),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("text", sa.String(MOST_TEXT)),
)

service_standing = sa.Table(
    "service_standing",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("mean", sa.Float, nullable=False),
    sa.Column("standing", sa.Float, nullable=False),
)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("week", sa.String(10), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)


class InvalidFeedback(ValueError):
    """An answer that there can't be. The text says which field, what was wrong and what would be right."""


@dataclass(frozen=True)
class Feedback:
    """One person's answer on one service.

    `helped` is one of `HELPED`, the ratings are keys of `VALUES`, None is not said. `reasons` say what didn't suit, as
    the dialogue has them (queue, too_far ...). `counts`: it is what the person last said of the service.
    """

    id: str
    person: str | None
    service: str
    session: str | None
    at: datetime
    counts: bool = False
    helped: str | None = None
    easy: str | None = None
    fast: str | None = None
    smooth: str | None = None
    pleasant: str | None = None
    reasons: tuple[str, ...] = ()
    text: str | None = None

    @property
    def value(self) -> float | None:
        """How good it was, from 0 to 1: `helped` and the ratings weighted; None when nothing of it was said."""
        weighted = [(VALUES.get(self.helped or ""), HELPED_WEIGHT)]
        weighted += [(VALUES.get(getattr(self, rating) or ""), RATING_WEIGHT) for rating in RATINGS]
        said = [(value, weight) for value, weight in weighted if value is not None]
        total = sum(weight for _, weight in said)
        return sum(value * weight for value, weight in said) / total if said else None

    @property
    def unrated(self) -> tuple[str, ...]:
        """The ratings that are not given yet, in order."""
        return tuple(rating for rating in RATINGS if getattr(self, rating) is None)


# --- giving feedback --------------------------------------------------------------------------------------------


def give(
    connection: Connection,
    person: str,
    service: str,
    now: datetime,
    *,
    session: str | None = None,
    helped: str | None = None,
    ratings: Mapping[str, str] | None = None,
    reasons: Iterable[str] = (),
    text: str | None = None,
) -> Feedback:
    """Keeps what a person said of a service (by its id) and returns all of this answer.

    What is said of one service within `ONE_OCCASION` is one answer: what comes later is added, and changes what was
    said before. `text` must have its personal codes masked. Raises InvalidFeedback.
    """
    rated: dict[str, Any] = dict(ratings or {})
    _check("helped", helped, HELPED)
    for rating, value in rated.items():
        _check("ratings", rating, RATINGS)
        _check(rating, value, VALUES)
    last = _last(connection, person, service, session, now)
    this = last or Feedback(uuid.uuid4().hex, person, service, session, now)
    written = [each for each in (this.text, text) if each]
    this = replace(
        this,
        at=now,
        helped=helped or this.helped,
        **rated,
        reasons=tuple(dict.fromkeys([*this.reasons, *reasons])),
        text="\n".join(dict.fromkeys(written))[:MOST_TEXT] or None,
    )
    this = replace(this, counts=this.value is not None)
    if this.counts:
        others = (feedback.c.person == person) & (feedback.c.service == service) & (feedback.c.id != this.id)
        connection.execute(feedback.update().where(others).values(counts=False))
    values = {**vars(this), "reasons": list(this.reasons)}
    if last:
        connection.execute(feedback.update().where(feedback.c.id == this.id).values(values))
    else:
        connection.execute(feedback.insert().values(values))
    count_again(connection, service, now)
    return this


def _check(field: str, value: str | None, known: Collection[str]) -> None:
    if value is not None and value not in known:
        raise InvalidFeedback(f"{field}: {value!r}; it is one of {', '.join(known)}.")


def _last(connection: Connection, person: str, service: str, session: str | None, now: datetime) -> Feedback | None:
    mine = feedback.select().where(
        feedback.c.person == person, feedback.c.service == service, feedback.c.at > now - ONE_OCCASION
    )
    found = _read(connection, mine.order_by(feedback.c.at.desc()))
    return next((each for each in found if session in (None, each.session)), None)


# --- what it comes to -------------------------------------------------------------------------------------------


def smoothed(values: Sequence[float]) -> float:
    """Returns the mean of answers (0 to 1), drawn to `PRIOR_MEAN` as by `PRIOR_WEIGHT` more answers of that value."""
    return (math.fsum(values) + PRIOR_MEAN * PRIOR_WEIGHT) / (len(values) + PRIOR_WEIGHT)


def standing(values: Sequence[float]) -> float:
    """Returns what answers add to a service's points: a share from -`STANDING_LIMIT` to `STANDING_LIMIT`.

    0 below `LEAST_ANSWERS`. `values` are of one answer of each person, from 0 to 1.
    """
    return 0.0 if len(values) < LEAST_ANSWERS else STANDING_LIMIT * (2 * smoothed(values) - 1)


def standings(connection: Connection) -> dict[str, float]:
    """Returns the standing of each service that has one, by its id."""
    rows = connection.execute(sa.select(service_standing.c.service, service_standing.c.standing))
    return {row.service: row.standing for row in rows if row.standing}


def count_again(connection: Connection, service: str, now: datetime) -> None:
    """Counts the standing of a service anew: from what is younger than `COUNTS_FOR`."""
    connection.execute(_HOLD, {"service": service})  # who counts it at the same time waits, and then sees this answer
    counted = feedback.select().where(
        feedback.c.service == service, feedback.c.counts, feedback.c.at > now - COUNTS_FOR
    )
    values = [each.value for each in _read(connection, counted)]
    known = [value for value in values if value is not None]
    this = service_standing.update().where(service_standing.c.service == service)
    connection.execute(this.values(answers=len(known), mean=smoothed(known), standing=standing(known)))


def count_all_again(connection: Connection, now: datetime) -> int:
    """Counts every standing anew, so that what is too old counts no more; call it daily. Returns how many there are."""
    services = connection.execute(sa.select(service_standing.c.service).order_by(service_standing.c.service))
    found = services.scalars().all()
    for service in found:
        count_again(connection, service, now)
    return len(found)


def did_not_help(connection: Connection, person: str) -> set[str]:
    """Returns the ids of services that didn't help a person when they last said how it was."""
    mine = sa.select(feedback.c.service).where(
        feedback.c.person == person, feedback.c.counts, feedback.c.helped == "no"
    )
    return set(connection.execute(mine).scalars())


# --- steps taken ------------------------------------------------------------------------------------------------


def step(connection: Connection, person: str, kind: str, at: datetime, zone: str) -> str | None:
    """Keeps a step that a person took `at` a moment, by the week of their zone's calendar; returns what to say of it.

    `FIRST_SESSION` or `FIRST_CONTACT` for the first of its kind, `THREE_WEEKS` when this week completes three with a
    step in each; None for others, and when it was told already.
    """
    _check("kind", kind, (CONTACTED, ATTENDED))
    before = connection.execute(sa.select(steps.c.kind, steps.c.week).where(steps.c.person == person)).all()
    weeks, this = {row.week for row in before}, _week(at, zone)
    if (kind, this) in {tuple(row) for row in before}:
        return None
    connection.execute(steps.insert().values(person=person, kind=kind, week=this, at=at))
    if kind not in {row.kind for row in before}:
        return FIRST_CONTACT if kind == CONTACTED else FIRST_SESSION
    run = {_week(at - timedelta(weeks=back), zone) for back in range(1, _A_RUN)}
    ran_before = _week(at - timedelta(weeks=_A_RUN), zone) in weeks
    return THREE_WEEKS if this not in weeks and run <= weeks and not ran_before else None


def _week(moment: datetime, zone: str) -> str:
    year, week, _ = moment.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02d}"


# --- a person's feedback ----------------------------------------------------------------------------------------


def of_person(connection: Connection, person: str) -> list[Feedback]:
    """Returns what a person said of services, the newest first."""
    return _read(connection, feedback.select().where(feedback.c.person == person).order_by(feedback.c.at.desc()))


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives what a person said of services to another, and their steps. Of one service what was said last counts."""
    both = {each.service for each in of_person(connection, person)} & {
        each.service for each in of_person(connection, to)
    }
    connection.execute(feedback.update().where(feedback.c.person == person).values(person=to))
    for service in sorted(both):
        counted = [each.id for each in of_person(connection, to) if each.service == service and each.counts]
        connection.execute(feedback.update().where(feedback.c.id.in_(counted[1:])).values(counts=False))
        count_again(connection, service, now)
    there = {(row.kind, row.week) for row in connection.execute(steps.select().where(steps.c.person == to))}
    for row in connection.execute(steps.select().where(steps.c.person == person)).all():
        this = (steps.c.person == person) & (steps.c.kind == row.kind) & (steps.c.week == row.week)
        is_twice = (row.kind, row.week) in there
        connection.execute(steps.delete().where(this) if is_twice else steps.update().where(this).values(person=to))


def erase_person(connection: Connection, person: str) -> None:
    """Erases the steps of a person, what they wrote, and who they were: their answers stay, by month, of nobody."""
    for each in of_person(connection, person):
        month = each.at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        anonymous = feedback.update().where(feedback.c.id == each.id)
        connection.execute(anonymous.values(id=uuid.uuid4().hex, person=None, session=None, text=None, at=month))
    connection.execute(steps.delete().where(steps.c.person == person))


def export_person(connection: Connection, person: str) -> dict[str, Any]:
    """Returns what a person said of services and the steps they took, as JSON can hold it."""
    inside = ("id", "person", "counts")
    said = [
        {name: value for name, value in vars(each).items() if name not in inside}
        for each in of_person(connection, person)
    ]
    rows = connection.execute(steps.select().where(steps.c.person == person).order_by(steps.c.at)).all()
    return {
        "services": [{**each, "at": each["at"].isoformat(), "reasons": list(each["reasons"])} for each in said],
        "steps": [{"kind": row.kind, "week": row.week} for row in rows],
    }


_HOLD = sa.text(
    "INSERT INTO service_standing (service, answers, mean, standing) VALUES (:service, 0, 0, 0) "
    "ON CONFLICT (service) DO UPDATE SET service = excluded.service"
)


def _read(connection: Connection, rows: sa.sql.Select) -> list[Feedback]:
    found = connection.execute(rows).mappings()
    return [Feedback(**{**row, "reasons": tuple(row["reasons"])}) for row in found]
