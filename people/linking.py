"""One person at several addresses, linked by a short-lived code: made at one address, told at another.

Whoever tells a code gives their conversation to the person who made it, and gets that one's: so it is asked first
(`ask`, `accept`) where somebody else could have sent the code, in a link. Both places are told. Of a code only a hash
is kept, for `LIFETIME`.

Functions work inside the unit of work of `connection`. Times are aware datetimes.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from people import conversations, merging, profiles
from people.conversations import hash_of
from people.database import Instant, metadata
from people.profiles import WEB_CHAT, Profile, addresses
from reminders import outbox
from translations import translatable, translate

LIFETIME = timedelta(minutes=10)
ALPHABET = "BCDFGHJKMNPQRSTVWXZ"
"""No two that look alike, no vowels, so that no code is a word, and no digits, so that none is masked as a number."""
LENGTH, GROUP = 8, 4  # 19 to the 8th: 34 bits, for ten minutes and few tries
MOST_TRIES, TRIES_WITHIN = 5, timedelta(minutes=10)
IN_A_LINK = "link-"  # before a code in the payload of a deep link
UNKNOWN, EXPIRED, TOO_MANY, SAME_PLACE, ALREADY = "unknown", "expired", "too_many", "same_place", "already"
"""Why a code links nothing: there is no such (any more), its time is over, too many wrong ones came from this address,
it was made at this very address, the address is linked already."""

NAMES = {WEB_CHAT: translatable("Verkkosivun chat"), "telegram": "Telegram", "discord": "Discord"}
"""What people call a channel."""
LINKED = translatable(
    "{channel} on nyt yhdistetty. Asetukset ja muistutukset ovat samat molemmissa, ja kumman tahansa kautta saat "
    "ladattua tai poistettua molempien keskustelut. Muistutus tulee sinne, missä olit viimeksi."
)
NOT_YOU_WEB = translatable("Etkö yhdistänyt sitä itse? Erota se heti: Asetukset, Muut kanavat.")
NOT_YOU = translatable("Etkö yhdistänyt sitä itse? Erota se heti.")
UNLINKED = translatable("{channel} ei ole enää yhdistetty. Asetukset ja muistutukset jäivät tähän.")
LEFT = translatable("Tämä keskustelu on nyt erillään muista kanavistasi. Asetukset ja muistutukset jäivät niihin.")
UNLINK = translatable("Erota: {channel}")

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(255), nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("asked_channel", sa.String(20)),  # who told the code and is asked whether they mean it
    sa.Column("asked_address", sa.String(255)),
)
link_tries = sa.Table(
    "link_tries",
    metadata,
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("address", sa.String(255), primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("since", Instant, nullable=False, index=True),
)


@dataclass(frozen=True)
class Linked:
    """What became of a code: `person` is who both addresses belong to, `channel` where the code was made.

    Without `person` nothing was linked, and `reason` says why.
    """

    person: str | None = None
    channel: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Channel:
    """An address of a person, by the name of its channel; `linked_at` None for the one they came by first."""

    name: str
    address: str
    linked_at: datetime | None


# --- codes ------------------------------------------------------------------------------------------------------


def new_code(connection: Connection, channel: str, address: str, now: datetime) -> str:
    """Returns a new code of whoever is behind an address, known to nobody else, like "BCDF-GHJK".

    It works once, for `LIFETIME`; an earlier one works no more. Makes a profile where there is none.
    """
    person = profiles.ensure(connection, channel, address, now).id
    connection.execute(link_codes.delete().where(link_codes.c.person == person))
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    made_at = {"channel": channel, "address": address, "expires_at": now + LIFETIME}
    connection.execute(link_codes.insert().values(person=person, code_hash=hash_of(code), **made_at))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(text: str) -> str | None:
    """Returns the code that a text is, however it is spaced and cased, also as a deep link has it; None for others."""
    written = re.sub(r"[\s\-‐‑‒–—.]", "", text.strip()[:60].upper())
    written = written.removeprefix(IN_A_LINK.rstrip("-").upper()) if len(written) > LENGTH else written
    return written if len(written) == LENGTH and set(written) <= set(ALPHABET) else None


def payload(code: str) -> str:
    """Returns a code as a deep link carries it: "link-BCDFGHJK", which Telegram allows."""
    return f"{IN_A_LINK}{read(code)}"


# --- linking ----------------------------------------------------------------------------------------------------


def ask(connection: Connection, code: str, channel: str, address: str, now: datetime) -> Linked:
    """Takes a code that came from an address, without linking anything yet: `accept` does, until the code expires.

    The code is used then, whatever the answer. Of what it returns `person` is who would be theirs.
    """
    outbox.hold(connection)
    row = _found(connection, code, channel, address, now)
    if isinstance(row, Linked):
        return row
    asked = {"asked_channel": channel, "asked_address": address, "code_hash": hash_of(secrets.token_hex())}
    connection.execute(link_codes.update().where(link_codes.c.person == row.person).values(asked))
    return Linked(row.person, row.channel)


def accept(connection: Connection, channel: str, address: str, now: datetime) -> Linked:
    """Links the address to the person whose code it told last, and tells so where the code was made."""
    outbox.hold(connection)
    asked = (link_codes.c.asked_channel == channel) & (link_codes.c.asked_address == address)
    last = link_codes.select().where(asked).order_by(link_codes.c.expires_at.desc()).with_for_update()
    row = connection.execute(last).first()
    if row is None or row.expires_at <= now:
        return Linked(reason=UNKNOWN if row is None else EXPIRED)
    return _link(connection, row, channel, address, now)


def refuse(connection: Connection, channel: str, address: str) -> None:
    """Forgets the code that an address told and was asked about: its answer is no."""
    asked = (link_codes.c.asked_channel == channel) & (link_codes.c.asked_address == address)
    connection.execute(link_codes.delete().where(asked))


def link(connection: Connection, code: str, channel: str, address: str, now: datetime) -> Linked:
    """Links an address to the person who made a code, and tells so where it was made.

    If the address had a person of its own, the two are one from now on (`people.merging`). A wrong code is counted:
    after `MOST_TRIES` within `TRIES_WITHIN` none from that address is looked at.
    """
    outbox.hold(connection)
    row = _found(connection, code, channel, address, now)
    return row if isinstance(row, Linked) else _link(connection, row, channel, address, now)


def _found(connection: Connection, code: str, channel: str, address: str, now: datetime) -> sa.engine.Row | Linked:
    """The row of a code that links this address, or why it doesn't."""
    if _has_tried_enough(connection, channel, address, now):
        return Linked(reason=TOO_MANY)
    told = read(code)
    this = link_codes.select().where(link_codes.c.code_hash == hash_of(told or ""))
    row = connection.execute(this.with_for_update()).first() if told else None
    if row is None or row.expires_at <= now:
        _count_try(connection, channel, address, now)
        return Linked(reason=UNKNOWN if row is None else EXPIRED)
    if (row.channel, row.address) == (channel, address):
        return Linked(reason=SAME_PLACE)
    mine = profiles.find(connection, channel, address)
    if mine and mine.id == row.person:
        return Linked(row.person, row.channel, ALREADY)
    return row


def _link(connection: Connection, row: sa.engine.Row, channel: str, address: str, now: datetime) -> Linked:
    mine = profiles.find(connection, channel, address)
    connection.execute(link_codes.delete().where(link_codes.c.person == row.person))
    if mine and mine.id != row.person:
        erase_person(connection, mine.id)
        merging.merge(connection, mine.id, row.person, now)
    elif mine is None:
        profiles.add_address(connection, row.person, channel, address, now)
        this = (addresses.c.channel == channel) & (addresses.c.address == address)
        connection.execute(addresses.update().where(this).values(linked_at=now))
    profiles.seen(connection, channel, address, now)
    _tell_maker(connection, row, channel, now)
    return Linked(row.person, row.channel)


def _tell_maker(connection: Connection, row: sa.engine.Row, linked: str, now: datetime) -> None:
    language = language_of(connection, row.channel, row.address)
    name = name_of(linked, language)
    is_web = row.channel == WEB_CHAT
    text = f"{translate(LINKED, language, channel=name)} {translate(NOT_YOU_WEB if is_web else NOT_YOU, language)}"
    button = {"title": translate(UNLINK, language, channel=name), "action": f"unlink:{linked}"}
    body = {"text": text, **({} if is_web else {"buttons": [button]})}
    outbox.append(connection, row.address, "notice", body, now)


# --- what is linked, and undoing it -----------------------------------------------------------------------------


def channels_of(connection: Connection, person: str) -> list[Channel]:
    """Returns the addresses of a person, the one they came by first first."""
    mine = addresses.select().where(addresses.c.person == person)
    rows = connection.execute(mine.order_by(addresses.c.channel, addresses.c.address)).all()
    first = sorted(rows, key=lambda row: (row.linked_at is not None, row.linked_at or row.last_used_at))
    return [Channel(row.channel, row.address, row.linked_at) for row in first]


def unlink(connection: Connection, channel: str, address: str) -> bool:
    """Takes an address from its person, who keeps everything; returns False where it is the only one they have.

    What was said there stays there, and can be read, got and erased there only.
    """
    profile = profiles.find(connection, channel, address)
    if profile is None or len(profiles.addresses_of(connection, profile.id)) == 1:
        return False
    this = (addresses.c.channel == channel) & (addresses.c.address == address)
    connection.execute(addresses.delete().where(this))
    made_there = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    connection.execute(link_codes.delete().where(made_there))
    return True


def unlink_channel(connection: Connection, channel: str, here: tuple[str, str], now: datetime) -> list[tuple[str, str]]:
    """Takes from the person behind `here` their other addresses of a channel, and tells each; returns them."""
    outbox.hold(connection)
    profile = profiles.find(connection, *here)
    theirs = profiles.addresses_of(connection, profile.id) if profile else []
    gone = [each for each in theirs if each[0] == channel and each != here]
    for each in gone:
        language = language_of(connection, *each)  # their profile's, which they leave
        if unlink(connection, *each):
            outbox.append(connection, each[1], "notice", {"text": translate(LEFT, language)}, now)
    return gone


def name_of(channel: str, language: str | None) -> str:
    """Returns what people call a channel."""
    return translate(NAMES.get(channel, channel), language)


def language_of(connection: Connection, channel: str, address: str) -> str | None:
    """Returns what to speak at an address; None where nothing is known of it."""
    profile: Profile | None = profiles.find(connection, channel, address)
    if profile and profile.language:
        return profile.language
    return conversations.preset(connection, address, "language")


# --- wrong tries ------------------------------------------------------------------------------------------------


def _has_tried_enough(connection: Connection, channel: str, address: str, now: datetime) -> bool:
    mine = (link_tries.c.channel == channel) & (link_tries.c.address == address)
    recent = mine & (link_tries.c.since > now - TRIES_WITHIN)
    found = connection.execute(sa.select(link_tries.c.tries).where(recent)).scalar()
    return (found or 0) >= MOST_TRIES


def _count_try(connection: Connection, channel: str, address: str, now: datetime) -> None:
    values = {"channel": channel, "address": address, "now": now, "over": now - TRIES_WITHIN}
    connection.execute(_COUNT, values)


_COUNT = sa.text(
    "INSERT INTO link_tries (channel, address, tries, since) VALUES (:channel, :address, 1, :now) "
    "ON CONFLICT (channel, address) DO UPDATE SET "
    "tries = CASE WHEN link_tries.since > :over THEN link_tries.tries + 1 ELSE 1 END, "
    "since = CASE WHEN link_tries.since > :over THEN link_tries.since ELSE excluded.since END"
).bindparams(sa.bindparam("now", type_=Instant), sa.bindparam("over", type_=Instant))


# --- erasing ----------------------------------------------------------------------------------------------------


def erase_person(connection: Connection, person: str) -> None:
    """Forgets the code of a person."""
    connection.execute(link_codes.delete().where(link_codes.c.person == person))


def export_person(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Returns where a person made a code that waits still, as JSON can hold it; the code itself only they know."""
    mine = connection.execute(link_codes.select().where(link_codes.c.person == person))
    return [{"channel": row.channel, "expires_at": row.expires_at.isoformat()} for row in mine]


def erase_tries(connection: Connection, address: str) -> None:
    """Forgets codes that were made at an address or told there, and wrong ones too."""
    connection.execute(link_tries.delete().where(link_tries.c.address == address))
    connection.execute(link_codes.delete().where(link_codes.c.address == address))
    asked = link_codes.c.asked_address == address
    connection.execute(link_codes.delete().where(asked))


def forget(connection: Connection, now: datetime) -> int:
    """Forgets codes and tries whose time is over; returns how many."""
    codes = link_codes.delete().where(link_codes.c.expires_at <= now)
    tries = link_tries.delete().where(link_tries.c.since <= now - TRIES_WITHIN)
    return int(connection.execute(codes).rowcount + connection.execute(tries).rowcount)
