"""What a person told and allowed: one profile for whoever is behind one or more addresses.

There is no account and no name. An *address* is a channel and what that channel knows a person by; for the web chat
(channel `WEB_CHAT`) it is the conversation's id, which is Rasa's sender id too; for a messenger the channel, a colon
and what the messenger knows them by (`telegram:123`), so that no two channels share one. A profile is made only when
there is something to keep. `people.erasing.forget` erases everything of a person, `people.exporting.export` gives it
to them.

Functions work inside the unit of work of `connection`. Times are aware datetimes.
"""

from __future__ import annotations

import functools
import math
import re
import uuid
import zoneinfo
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people.database import Instant, metadata

LIFETIME = timedelta(days=180)  # since the last visit; then everything about the person is erased
WEB_CHAT = "widget"  # the channel's name, as Rasa's connector has it
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_ZONE = "Europe/Helsinki"
LOCK_SCREENS = ("neutral", "full")
TONES = ("friendly", "humour", "memes", "dogs")
"""How the bot may talk; the first is how it does where nothing is chosen (docs/tones.md)."""
MOST_A_DAY = 20
MOST_IN_A_LIST = 100  # windows, interests or topics
_DAY_MINUTES = 24 * 60

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False, index=True),
    sa.Column("language", sa.String(10)),
    sa.Column("tone", sa.String(40)),
    sa.Column("municipality", sa.String(100)),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("age", sa.Integer),
    sa.Column("interests", sa.JSON, nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("windows", sa.JSON(none_as_null=True)),
    sa.Column("reminders_allowed", sa.Boolean, nullable=False),
    sa.Column("paused_until", Instant),
    sa.Column("topics_off", sa.JSON, nullable=False),
    sa.Column("most_per_day", sa.Integer, nullable=False),
    sa.Column("lock_screen", sa.String(10), nullable=False),
    sa.Column("encouragement", sa.Boolean, nullable=False),
    sa.Column("language_fixed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("translation_allowed", sa.Boolean),
    sa.Column("translation_by", sa.String(200)),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("address", sa.String(255), primary_key=True),
    sa.Column(
        "person",
        sa.String(32),
        sa.ForeignKey("people.id", name="fk_addresses_person_people"),
        nullable=False,
        index=True,
    ),
    sa.Column("last_used_at", Instant, nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("linked_at", Instant),  # when it became one more address of the person (people/linking.py)
)


class InvalidProfile(ValueError):
    """A value that a profile can't have. The text says which field, what was wrong and what would be right."""


class PersonGone(LookupError):
    """There is no such person: they were erased, or their time is over."""


class Window(NamedTuple):
    """When contact is allowed: wall-clock minutes from midnight in the profile's zone, on `days` (of `DAYS`).

    0 <= start < 1440, 0 < end <= 1440. The window belongs to the day on which it starts; with an `end` before its
    `start` it ends on the next day.
    """

    days: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Profile:
    """Everything that a person told and allowed; None is "not said".

    `latitude` and `longitude` are WGS84 degrees, rounded to about a kilometre. `interests` are ids of needs, `zone` is
    an IANA name. `windows` None is not said, () is never. `reminders_allowed` is the person's yes to being contacted.
    `topics_off` are names of kinds of reminders. `lock_screen` is one of `LOCK_SCREENS`, `tone` of `TONES`. `language`
    is what they write in, and stays as it is where they chose it (`language_fixed`). `translation_allowed` is the
    answer to whether `translation_by` may get their words to translate; None while it was only asked, or not.
    """

    id: str
    created_at: datetime
    last_seen_at: datetime
    language: str | None = None
    tone: str | None = None
    municipality: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    age: int | None = None
    interests: tuple[str, ...] = ()
    zone: str = DEFAULT_ZONE
    windows: tuple[Window, ...] | None = None
    reminders_allowed: bool = False
    paused_until: datetime | None = None
    topics_off: tuple[str, ...] = ()
    most_per_day: int = 3
    lock_screen: str = "neutral"
    encouragement: bool = True
    language_fixed: bool = False
    translation_allowed: bool | None = None
    translation_by: str | None = None


def channel_of(address: str) -> str:
    """Returns the channel of an address, which is a conversation's id too: `telegram` of `telegram:123`.

    Ids of the web chat have no colon.
    """
    channel, colon, _ = address.partition(":")
    return channel if colon else WEB_CHAT


# --- who it is --------------------------------------------------------------------------------------------------


def find(connection: Connection, channel: str, address: str) -> Profile | None:
    """Returns the profile of whoever is behind an address; None when nothing is kept about them."""
    row = connection.execute(_BY_ADDRESS, {"on": channel, "at": address}).mappings().first()
    return _profile(row) if row else None


def by_id(connection: Connection, person: str, *, hold: bool = False) -> Profile | None:
    """Returns the profile of a person; None when there is no such person any more.

    With `hold` nobody changes or erases it until the unit of work ends.
    """
    row = connection.execute(_HELD if hold else _BY_ID, {"this": person}).mappings().first()
    return _profile(row) if row else None


def ensure(connection: Connection, channel: str, address: str, now: datetime) -> Profile:
    """Returns the profile of whoever is behind an address, a new one where there is none.

    Call it only when there is something to keep. Two processes that call it at once get the same one.
    """
    while (profile := find(connection, channel, address)) is None:
        new = Profile(uuid.uuid4().hex, now, now)
        connection.execute(people.insert().values(**_columns(asdict(new))))
        if not _add_address(connection, new.id, channel, address, now):  # another process was faster
            connection.execute(people.delete().where(people.c.id == new.id))
    return profile


def seen(connection: Connection, channel: str, address: str, now: datetime) -> None:
    """Notes a visit from an address: the profile is kept on from now, and contact goes to where it was last used.

    Does nothing where nothing is kept about them.
    """
    mine = {"on": channel, "at": address, "now": now}
    if connection.execute(_ADDRESS_USED, mine).rowcount:
        connection.execute(_PERSON_SEEN, mine)


# --- what they told ---------------------------------------------------------------------------------------------


def change(connection: Connection, person: str, **fields: Any) -> Profile:
    """Changes the named fields of a profile and returns it; what isn't named stays, whoever changes it meanwhile.

    Windows may be any triples of days, start and end. A position is given as a pair, or as two None. Raises
    InvalidProfile, and PersonGone when there is no such person.
    """
    values = _columns({name: _valid(name, value) for name, value in fields.items()})
    if ("latitude" in values) != ("longitude" in values) or (
        (values.get("latitude") is None) != (values.get("longitude") is None)
    ):
        raise InvalidProfile("latitude, longitude: one came without the other. Give both, or None for both.")
    mine = people.c.id == person
    if values and not connection.execute(people.update().where(mine).values(**values)).rowcount:
        raise PersonGone
    profile = by_id(connection, person)
    if profile is None:
        raise PersonGone
    return profile


def as_json(profile: Profile) -> dict[str, Any]:
    """Returns a profile as JSON can hold it, without the id: windows like `{"days", "from": "16:00", "to"}`."""
    fields = {name: value for name, value in asdict(profile).items() if name != "id"}
    windows = None if profile.windows is None else [window_as_json(window) for window in profile.windows]
    times = {name: value.isoformat() for name, value in fields.items() if isinstance(value, datetime)}
    lists = {name: list(fields[name]) for name in ("interests", "topics_off")}
    return {**fields, **times, **lists, "windows": windows}


def window_as_json(window: Window) -> dict[str, Any]:
    """Returns `{"days": ["mon"], "from": "16:00", "to": "24:00"}`."""
    start, end = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in (window.start, window.end))
    return {"days": list(window.days), "from": start, "to": end}


def window_from_json(window: Any) -> Window:
    """Returns the window that `window_as_json` gives as this. Raises InvalidProfile for anything else."""
    if not isinstance(window, Mapping) or window.keys() != {"days", "from", "to"}:
        raise InvalidProfile(f"windows: {_WINDOW_REMEDY}")
    clocks = [_CLOCK.fullmatch(clock) if isinstance(clock, str) else None for clock in (window["from"], window["to"])]
    if None in clocks or not isinstance(window["days"], (list, tuple)):
        raise InvalidProfile(f"windows: {_WINDOW_REMEDY}")
    start, end = (60 * int(clock[1]) + int(clock[2]) for clock in clocks if clock)
    return _window((window["days"], start, end))


# --- where they can be reached ----------------------------------------------------------------------------------


def addresses_of(connection: Connection, person: str) -> list[tuple[str, str]]:
    """Returns the (channel, address) pairs of a person, the last used first."""
    mine = sa.select(addresses.c.channel, addresses.c.address).where(addresses.c.person == person)
    return [tuple(row) for row in connection.execute(mine.order_by(addresses.c.last_used_at.desc()))]


def address_last_used(
    connection: Connection, person: str, channels: Collection[str] | None = None
) -> tuple[str, str] | None:
    """Returns the (channel, address) that a person last used, of those that can be reached; None for none.

    Only those of `channels` count, where it is given.
    """
    rows = connection.execute(_REACHABLE, {"of": person})
    return next(((row[0], row[1]) for row in rows if channels is None or row[0] in channels), None)


def add_address(connection: Connection, person: str, channel: str, address: str, now: datetime) -> bool:
    """Gives a person one more address; returns whether it is theirs now. Another person's address stays that one's."""
    if _add_address(connection, person, channel, address, now):
        return True
    found = find(connection, channel, address)
    return found is not None and found.id == person


def unreachable(connection: Connection, channel: str, address: str) -> None:
    """Notes that nothing arrives at an address any more (a bot was blocked); a visit from there makes it good."""
    this = (addresses.c.channel == channel) & (addresses.c.address == address)
    connection.execute(addresses.update().where(this).values(reachable=False))


# --- statements, built once -------------------------------------------------------------------------------------

_this_address = sa.and_(
    addresses.c.channel == sa.bindparam("on", type_=sa.String),
    addresses.c.address == sa.bindparam("at", type_=sa.String),
)
_now = sa.bindparam("now", type_=Instant)
_person = sa.select(addresses.c.person).where(_this_address)
_BY_ADDRESS = people.select().where(people.c.id == _person.scalar_subquery())
_BY_ID = people.select().where(people.c.id == sa.bindparam("this"))
_HELD = _BY_ID.with_for_update(key_share=True)  # what only refers to the person need not wait
_REACHABLE = (
    sa.select(addresses.c.channel, addresses.c.address)
    .where(addresses.c.person == sa.bindparam("of"), addresses.c.reachable.is_(True))
    .order_by(addresses.c.last_used_at.desc())
)
_ADDRESS_USED = addresses.update().where(_this_address).values(last_used_at=_now, reachable=True)
_PERSON_SEEN = people.update().where(people.c.id == _person.scalar_subquery()).values(last_seen_at=_now)
_ADD_ADDRESS = sa.text(
    "INSERT INTO addresses (channel, address, person, last_used_at, reachable) "
    "VALUES (:channel, :address, :person, :now, :reachable) ON CONFLICT (channel, address) DO NOTHING"
).bindparams(_now, sa.bindparam("reachable", True, sa.Boolean))


def _add_address(connection: Connection, person: str, channel: str, address: str, now: datetime) -> bool:
    values = {"channel": channel, "address": address, "person": person, "now": now}
    return bool(connection.execute(_ADD_ADDRESS, values).rowcount)


def _profile(row: Mapping[str, Any]) -> Profile:
    windows = row["windows"]
    return Profile(
        **{
            **row,
            "interests": tuple(row["interests"]),
            "topics_off": tuple(row["topics_off"]),
            "windows": None if windows is None else tuple(Window(tuple(d), start, end) for d, start, end in windows),
        }
    )


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


# --- what a field may hold --------------------------------------------------------------------------------------

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_WINDOW_REMEDY = (
    'a window must be like {"days": ["mon", "tue"], "from": "16:00", "to": "22:00"}, with at least one of '
    f"{', '.join(DAYS)}, from 00:00-23:59 and another to of 00:01-24:00."
)


def _valid(name: str, value: Any) -> Any:
    if name not in _FIELDS:
        raise InvalidProfile(f"{name}: there is no such field; there are {', '.join(_FIELDS)}.")
    try:
        return _FIELDS[name](value)
    except InvalidProfile as error:
        raise InvalidProfile(f"{name}: {error}") from None


def _window(window: Any) -> Window:
    try:
        days, start, end = window
        days = tuple(day for day in DAYS if day in tuple(days))
        known = len(days) == len(set(window[0])) and len(days) > 0
    except (TypeError, ValueError):
        raise InvalidProfile(_WINDOW_REMEDY) from None
    whole = all(isinstance(minutes, int) and not isinstance(minutes, bool) for minutes in (start, end))
    if not (known and whole and 0 <= start < _DAY_MINUTES and 0 < end <= _DAY_MINUTES and start != end):
        raise InvalidProfile(_WINDOW_REMEDY)
    return Window(days, start, end)


def _windows(windows: Any) -> tuple[Window, ...]:
    return _list(windows, _window, "windows")


def _names(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_list(names, _name, "names like mental_health")))


def _list(values: Any, each: Callable[[Any], Any], what: str) -> tuple[Any, ...]:
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise InvalidProfile(f"it must be a list of {what}.")
    found = tuple(each(value) for value in values)
    if len(found) > MOST_IN_A_LIST:
        raise InvalidProfile(f"it may have at most {MOST_IN_A_LIST} {what}.")
    return found


def _matching(pattern: str, remedy: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise InvalidProfile(remedy)
        return value

    return check


def _number(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InvalidProfile(f"it must be a whole number from {low} to {high}.")
        return value

    return check


def _degrees(most: int) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (is_number and math.isfinite(value) and -most <= value <= most):
            raise InvalidProfile(f"it must be a number of degrees from -{most} to {most} (WGS84).")
        return round(float(value), 2)  # about a kilometre: no home address is kept

    return check


def _or_none(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else check(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidProfile("it must be True or False.")
    return value


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidProfile("it must be a datetime with a time zone.")
    return value


def _place(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 100 or not value.isprintable():
        raise InvalidProfile("it must be the official name of a municipality, of at most 100 characters.")
    return value


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(value: Any) -> str:
    if not isinstance(value, str) or value not in _zones():
        raise InvalidProfile(f"it must be the IANA name of a time zone, like {DEFAULT_ZONE}.")
    return value


def _recipient(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise InvalidProfile("it must be the name of a translator, of at most 200 characters.")
    return value


def _lock_screen(value: Any) -> str:
    if value not in LOCK_SCREENS:
        raise InvalidProfile(f"it must be one of {', '.join(LOCK_SCREENS)}.")
    return str(value)


def _tone(value: Any) -> str:
    if value not in TONES:
        raise InvalidProfile(f"it must be one of {', '.join(TONES)}.")
    return str(value)


_name = _matching(r"[a-z][a-z0-9_]{0,39}", "a name must have 1-40 lower-case letters, digits or _, a letter first.")
_FIELDS: dict[str, Callable[[Any], Any]] = {
    "language": _or_none(_matching(r"[a-z]{2,3}", "it must be a language code like fi, sv or en (ISO 639).")),
    "tone": _or_none(_tone),
    "municipality": _or_none(_place),
    "latitude": _or_none(_degrees(90)),
    "longitude": _or_none(_degrees(180)),
    "age": _or_none(_number(0, 120)),
    "interests": _names,
    "zone": _zone,
    "windows": _or_none(_windows),
    "reminders_allowed": _yes_or_no,
    "paused_until": _or_none(_moment),
    "topics_off": _names,
    "most_per_day": _number(1, MOST_A_DAY),
    "lock_screen": _lock_screen,
    "encouragement": _yes_or_no,
    "language_fixed": _yes_or_no,
    "translation_allowed": _or_none(_yes_or_no),
    "translation_by": _or_none(_recipient),
}
