"""The devices to which a person lets reminders be pushed, and the pushes that wait to be sent (RFC 8030).

A push is written down in the unit of work that settles its reminder (`to_devices`), and sent afterwards by
`reminders.web_push`: at least once, so that a device shows it once by its tag. The same notice is in the conversation
already: a push that can't be sent takes nothing away.

Functions work inside the unit of work of `connection`. Times are aware datetimes.
"""

from __future__ import annotations

import binascii
import json
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy.engine import Connection

from people.database import Instant, metadata
from people.profiles import Profile
from reminders import push_services
from reminders.delivery import Notice

MOST_DEVICES = 10  # of a person; one more takes the place of the oldest
LEASE = timedelta(minutes=2)  # a batch takes at most some ten seconds
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)  # before it is tried again; doubled each time
MOST_ATTEMPTS = 8
TITLE = "Saattaja"  # the application's name, which the device shows anyway
ON_A_PUSH = ("done", "later")  # answers that a slip of the thumb may give
MOST_ACTIONS = 2  # that devices show
LONGEST_BODY, LONGEST_TITLE, LONGEST_URL = 300, 40, 800  # characters; together far below the 3 kB of a payload
_AUTH_BYTES = 16

push_subscriptions = sa.Table(
    "push_subscriptions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("endpoint", sa.String(push_services.LONGEST_ENDPOINT), nullable=False, unique=True),
    sa.Column("p256dh", sa.String(100), nullable=False),
    sa.Column("auth", sa.String(40), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

pushes = sa.Table(
    "pushes",
    metadata,
    sa.Column("reminder", sa.String(32), primary_key=True),
    sa.Column(
        "subscription",
        sa.String(32),
        sa.ForeignKey("push_subscriptions.id", name="fk_pushes_subscription_push_subscriptions", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("is_full", sa.Boolean, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", Instant, nullable=False, index=True),
)


class InvalidSubscription(ValueError):
    """Nothing can be pushed to it. The text says which field is wrong and what would be right."""


@dataclass(frozen=True)
class Subscription:
    """Where a browser takes pushes, and the keys that only it can read them with (RFC 8291), in base64url."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Push:
    """A push that waits, with the subscription it goes to. `until` it is of use; `is_full` says what it is about."""

    reminder: str
    subscription: str
    person: str
    kind: str
    payload: Mapping[str, Any]
    is_full: bool
    until: datetime
    attempts: int
    next_attempt_at: datetime
    to: Subscription


# --- devices ----------------------------------------------------------------------------------------------------


def checked(endpoint: str, p256dh: str, auth: str, trusted: Collection[str] = ()) -> Subscription:
    """Returns a subscription as a browser gives it. Raises InvalidSubscription.

    `trusted` are origins of push services that needn't be public.
    """
    try:
        push_services.check(endpoint, trusted)
    except push_services.RefusedEndpoint as error:
        raise InvalidSubscription(str(error)) from None
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(p256dh))
    except ValueError:
        raise InvalidSubscription("keys.p256dh: it must be a point of P-256, uncompressed, in base64url.") from None
    try:
        right = len(_bytes(auth)) == _AUTH_BYTES
    except ValueError:
        right = False
    if not right:
        raise InvalidSubscription(f"keys.auth: it must be {_AUTH_BYTES} bytes in base64url.")
    return Subscription(endpoint, p256dh.rstrip("="), auth.rstrip("="))


def subscribe(connection: Connection, person: str, subscription: Subscription, now: datetime) -> None:
    """Keeps a device of a person. One that was another's is theirs from now on, and gets nothing of the other's."""
    this = push_subscriptions.c.endpoint == subscription.endpoint
    connection.execute(push_subscriptions.delete().where(this, push_subscriptions.c.person != person))
    connection.execute(_SUBSCRIBE, {"id": uuid.uuid4().hex, "person": person, "created_at": now, **vars(subscription)})
    mine = sa.select(push_subscriptions.c.id).where(push_subscriptions.c.person == person)
    newest = mine.order_by(push_subscriptions.c.created_at.desc(), push_subscriptions.c.id).limit(MOST_DEVICES)
    kept = connection.execute(newest).scalars().all()
    others = push_subscriptions.c.id.notin_(kept)
    connection.execute(push_subscriptions.delete().where(push_subscriptions.c.person == person, others))


def unsubscribe(connection: Connection, person: str, endpoint: str | None = None) -> int:
    """Forgets a device of a person, or all of theirs, with what waits to be sent there; returns how many."""
    which = [push_subscriptions.c.person == person]
    if endpoint is not None:
        which.append(push_subscriptions.c.endpoint == endpoint)
    return int(connection.execute(push_subscriptions.delete().where(*which)).rowcount)


def gone(connection: Connection, subscription: str) -> None:
    """Forgets a device that its push service doesn't know any more, with what waits to be sent there."""
    connection.execute(push_subscriptions.delete().where(push_subscriptions.c.id == subscription))


def devices(connection: Connection, person: str) -> int:
    """Returns how many devices of a person take pushes."""
    count = sa.select(sa.func.count()).where(push_subscriptions.c.person == person)
    return int(connection.execute(count).scalar_one())


def move_person(connection: Connection, person: str, to: str, now: datetime) -> None:
    """Gives the devices of a person to another, with what waits to be sent there."""
    for table in (push_subscriptions, pushes):
        connection.execute(table.update().where(table.c.person == person).values(person=to))


def erase_person(connection: Connection, person: str) -> None:
    """Erases the devices of a person and what waits to be sent to them."""
    unsubscribe(connection, person)


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Returns the devices of a person as JSON can hold them."""
    mine = push_subscriptions.select().where(push_subscriptions.c.person == person)
    rows = connection.execute(mine.order_by(push_subscriptions.c.created_at)).all()
    return [{"endpoint": row.endpoint, "created_at": row.created_at.isoformat()} for row in rows]


# --- what waits to be sent --------------------------------------------------------------------------------------


def to_devices(connection: Connection, profile: Profile, address: str, notice: Notice, now: datetime) -> None:
    """The channel of Web Push (`reminders.delivery.Channel`): a push for each device of the person."""
    mine = sa.select(push_subscriptions.c.id).where(push_subscriptions.c.person == profile.id)
    subscriptions = connection.execute(mine).scalars().all()
    for subscription in subscriptions:
        connection.execute(
            _ADD,
            {
                "reminder": notice.reminder,
                "subscription": subscription,
                "person": profile.id,
                "kind": notice.kind,
                "payload": payload(notice),
                "is_full": _is_full(notice),
                "until": notice.until,
                "attempts": 0,
                "next_attempt_at": now,
            },
        )


def payload(notice: Notice) -> dict[str, Any]:
    """Returns what a device gets of a notice: `{"id", "title", "body", "url", "tag", "actions"}`, below 3 kB.

    Only what a bystander may read, unless the person allowed all of it to be shown.
    """
    actions = [
        {"action": button["answer"], "title": _short(button["title"], LONGEST_TITLE)}
        for button in notice.buttons
        if button.get("answer") in ON_A_PUSH
    ]
    if _is_full(notice) and notice.url and len(notice.url) <= LONGEST_URL and notice.url.startswith("https://"):
        title = _short(notice.label or notice.text, LONGEST_TITLE)
        actions.insert(0, {"action": "open", "title": title, "url": notice.url})
    return {
        "id": notice.reminder,
        "title": TITLE,
        "body": _short(notice.glance, LONGEST_BODY),
        "url": f"/#reminder={notice.reminder}",
        "tag": notice.reminder,
        "actions": actions[:MOST_ACTIONS],
    }


def as_bytes(payload: Mapping[str, Any]) -> bytes:
    """Returns a payload as it is encrypted."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def are_due(connection: Connection, now: datetime) -> bool:
    """Returns whether there is something to claim."""
    return connection.execute(_DUE_KEY, {"now": now, "most": 1}).first() is not None


def claim(connection: Connection, now: datetime, most: int) -> list[Push]:
    """Returns at most `most` pushes that are to be sent now, the longest due first; nobody else's for `LEASE`."""
    lease = now + LEASE
    claimed = []
    for row in connection.execute(_DUE, {"now": now, "most": most}).mappings().all():
        fields = {column.name: row[column.name] for column in pushes.c}
        to = Subscription(row["endpoint"], row["p256dh"], row["auth"])
        claimed.append(Push(**{**fields, "next_attempt_at": lease}, to=to))
        key = {"of": row["reminder"], "to": row["subscription"], "at": lease}
        connection.execute(_LEASE, key)
    return claimed


def settle(connection: Connection, push: Push) -> None:
    """Forgets a push: it was sent, or never will be."""
    connection.execute(pushes.delete().where(*_this(push)))


def postpone(connection: Connection, push: Push, at: datetime, attempts: int) -> None:
    """Has a claimed push tried again; when `attempts` are too many or it would come too late, it is forgotten."""
    if attempts >= MOST_ATTEMPTS or at >= push.until:
        settle(connection, push)
        return
    still_mine = pushes.c.next_attempt_at == push.next_attempt_at
    values = {"attempts": attempts, "next_attempt_at": at}
    connection.execute(pushes.update().where(*_this(push), still_mine).values(values))


def pause(attempts: int) -> timedelta:
    """Returns how long to wait after so many attempts in vain."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempts - 1))


# --- the parts --------------------------------------------------------------------------------------------------

# Built once: to build a statement takes longer than to execute it.
_now, _most = sa.bindparam("now", type_=Instant), sa.bindparam("most")
_DUE_KEY = sa.select(pushes.c.reminder).where(pushes.c.next_attempt_at <= _now).limit(_most)
_DUE = (
    sa.select(pushes, push_subscriptions.c.endpoint, push_subscriptions.c.p256dh, push_subscriptions.c.auth)
    .select_from(pushes.join(push_subscriptions, pushes.c.subscription == push_subscriptions.c.id))
    .where(pushes.c.next_attempt_at <= _now)
    .order_by(pushes.c.next_attempt_at)
    .limit(_most)
    .with_for_update(skip_locked=True, of=pushes)  # says nothing in SQLite, where there is one writer at a time anyway
)
_LEASE = (
    pushes.update()
    .where(pushes.c.reminder == sa.bindparam("of"), pushes.c.subscription == sa.bindparam("to"))
    .values(next_attempt_at=sa.bindparam("at", type_=Instant))
)
_SUBSCRIBE = sa.text(
    "INSERT INTO push_subscriptions (id, person, endpoint, p256dh, auth, created_at) "
    "VALUES (:id, :person, :endpoint, :p256dh, :auth, :created_at) ON CONFLICT (endpoint) DO UPDATE SET "
    "person = excluded.person, p256dh = excluded.p256dh, auth = excluded.auth, created_at = excluded.created_at"
).bindparams(sa.bindparam("created_at", type_=Instant))
_ADD = sa.text(
    "INSERT INTO pushes ({names}) VALUES ({values}) ON CONFLICT (reminder, subscription) DO NOTHING".format(
        names=", ".join(column.name for column in pushes.c), values=", ".join(f":{column.name}" for column in pushes.c)
    )
).bindparams(*(sa.bindparam(column.name, None, column.type) for column in pushes.c))


def _this(push: Push) -> tuple[Any, Any]:
    return pushes.c.reminder == push.reminder, pushes.c.subscription == push.subscription


def _is_full(notice: Notice) -> bool:
    return notice.glance == notice.text


def _short(text: str, most: int) -> str:
    """The text without what can't be shown, cut to so many characters."""
    plain = "".join(character for character in text if character.isprintable())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _bytes(written: str) -> bytes:
    """Raises ValueError for what isn't base64url."""
    try:
        return urlsafe_b64decode(written.rstrip("=") + "=" * (-len(written.rstrip("=")) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
