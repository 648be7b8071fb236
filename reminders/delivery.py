"""From a claimed reminder to the person: asked once more whether it may go, worded, and given to their channel.

A *channel* puts a notice on its way within the unit of work that settles the reminder: it writes to the database and
waits for nobody. What has to go over a network is written down there and sent afterwards by a job of its own, under
the reminder's id, so that it too goes once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from people import conversations, profiles
from people.profiles import Profile
from reminders import outbox, store
from reminders.kinds import KINDS
from reminders.planning import Dropped, Later, Rules, Send, may_send_now, today
from reminders.reasons import Reason
from reminders.store import Reminder

WORDS = "words"  # in a reminder's body: the name of its words, where that isn't the kind's
NEUTRAL = "neutral"  # the name of the words that a bystander may read


class Words(Protocol):
    """What the bot says, as `bot.reminder_texts` does."""

    def words(self, kind: str, language: str | None, tone: str | None, values: Mapping[str, Any]) -> str:
        """Returns the text of a kind."""
        ...

    def buttons(self, kind: str, language: str | None) -> list[dict[str, str]]:
        """Returns what is under it, each `{"title", "payload"}`; `kind` as for `words`."""
        ...


@dataclass(frozen=True)
class Notice:
    """What reaches a person, of one reminder.

    `text` is shown in the conversation, `glance` where others may look on (a lock screen). On its way it is void from
    `until` on. `urgency` is that of RFC 8030. `url` with its `label` is what it opens, `starts` when it begins.
    """

    reminder: str
    kind: str
    text: str
    glance: str
    buttons: Sequence[Mapping[str, str]]
    until: datetime
    urgency: str
    service: str | None
    url: str | None
    label: str | None
    starts: datetime | None


Channel = Callable[[Connection, Profile, str, Notice, datetime], None]
"""`channel(connection, profile, address, notice, now)` puts a notice on its way to an address of a person."""


def to_conversation(connection: Connection, profile: Profile, address: str, notice: Notice, now: datetime) -> None:
    """The channel of the web chat: an event in the conversation, which an open page shows at once."""
    outbox.append(connection, address, "notice", _body(notice), now)


def to_messenger(connection: Connection, profile: Profile, address: str, notice: Notice, now: datetime) -> None:
    """The channel of a messenger: as `to_conversation`, with the `glance` where others may look on."""
    glance = {} if notice.glance == notice.text else {"glance": notice.glance}
    outbox.append(connection, address, "notice", {**_body(notice), **glance}, now)


def _body(notice: Notice) -> dict[str, Any]:
    body = {
        "text": notice.text,
        "reminder": notice.reminder,
        "kind": notice.kind,
        "buttons": list(notice.buttons),
        "service": notice.service,
        "url": notice.url,
        "label": notice.label,
        "starts": notice.starts and notice.starts.isoformat(),
    }
    return {name: value for name, value in body.items() if value}


@dataclass(frozen=True)
class Delivery:
    """How reminders reach people: the channels by the name of an address's channel, and the words.

    All channels of one name get each notice: a web chat is told in its conversation and by push.
    """

    channels: Mapping[str, Sequence[Channel]]
    words: Words

    def attempt(self, connection: Connection, reminder: Reminder, now: datetime) -> str:
        """Delivers, moves or drops a claimed reminder; returns which, or "lost" when its lease was.

        Raises what the words or a channel raise; then nothing of the unit of work may be kept.
        """
        profile = profiles.by_id(connection, reminder.person, hold=True)
        if profile is None:  # erased just now
            return _told(store.drop(connection, reminder, Reason.UNREACHABLE), "dropped")
        rules, kind = Rules.of(profile), KINDS[reminder.kind]
        sent_today = store.delivered_within(connection, profile.id, *today(rules, now))
        decision = may_send_now(kind, reminder.planned, rules, now, sent_today)
        if isinstance(decision, Dropped):
            return _told(store.drop(connection, reminder, decision.reason), "dropped")
        if isinstance(decision, Later):
            reason = _why_later(rules, now, sent_today)
            return _told(store.postpone(connection, reminder, decision.at, reason), "moved")
        address = profiles.address_last_used(connection, profile.id, self.channels)
        if address is None:
            return _told(store.drop(connection, reminder, Reason.UNREACHABLE), "dropped")
        if not store.deliver(connection, reminder, address[0], now):
            return "lost"
        notice = self._notice(connection, reminder, profile, address, decision, now)
        for channel in self.channels[address[0]]:
            channel(connection, profile, address[1], notice, now)
        return "delivered"

    def _notice(
        self,
        connection: Connection,
        reminder: Reminder,
        profile: Profile,
        address: tuple[str, str],
        send: Send,
        now: datetime,
    ) -> Notice:
        language = profile.language or _language_of_page(connection, address[1])
        moments = {"starts": reminder.occurrence_start, "ends": reminder.occurrence_end}
        values = {**reminder.told(language), **moments, "now": now, "zone": profile.zone}

        def said(name: str) -> str:
            return self.words.words(name, language, profile.tone, values)

        name = reminder.body.get(WORDS, reminder.kind)
        text = said(name)
        return Notice(
            reminder=reminder.id,
            kind=reminder.kind,
            text=text,
            glance=text if profile.lock_screen == "full" else said(NEUTRAL),
            buttons=self.words.buttons(name, language),
            until=send.until,
            urgency=KINDS[reminder.kind].urgency,
            service=reminder.service,
            url=reminder.body.get("url"),
            label=reminder.body.get("label"),
            starts=reminder.occurrence_start if reminder.session else None,
        )


def _told(is_kept: bool, outcome: str) -> str:
    return outcome if is_kept else "lost"


def _language_of_page(connection: Connection, address: str) -> str | None:
    return conversations.preset(connection, address, "language")


def _why_later(rules: Rules, now: datetime, sent_today: int) -> Reason | None:
    """What moved something that is useful still; None when only the clock went back."""
    if rules.paused_until and now < rules.paused_until:
        return Reason.PAUSED
    if sent_today >= rules.most_per_day:
        return Reason.TOO_MANY_TODAY
    return None if rules.week.allows(now) else Reason.OUTSIDE_WINDOWS
