"""What an answer to a reminder does when it is tapped: under the notice in the page, or on a push while it is closed.

The same as when it is said (actions/reminding.py), with the same words, but without Rasa: so it works at once, and says
which reminder it answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot import reminder_texts
from people.profiles import Profile
from reminders import attendance, outbox, store, wishes, wording
from reminders.occurrences import Occurrence, occurrences
from reminders.store import Reminder
from service_catalog.schema import Service

LATER = timedelta(hours=1)
AHEAD = timedelta(days=92)  # how far ahead a next time may be
STOP_ALL = "stop_all"
ServiceOf = Callable[[str], "Service | None"]  # Catalog.service


@dataclass(frozen=True)
class Answered:
    """What was done: the bot's `reply` to it, when it is reminded `again_at`, and when the `next` time is."""

    reply: dict[str, Any]
    again_at: datetime | None = None
    next: datetime | None = None


@dataclass(frozen=True)
class Answering:
    """One answer of a person to one of their reminders. Works inside the unit of work of `connection`."""

    connection: Connection
    service_of: ServiceOf
    profile: Profile
    language: str
    reminder: Reminder
    now: datetime

    def done(self) -> Answered:
        """Nothing more is sent about this time but how it went."""
        wishes.done(self.connection, self.reminder)
        return Answered(self._says("utter_reminder_done"))

    def later(self) -> Answered:
        """Again in an hour, or as soon after as the windows allow."""
        again = wishes.again(self.connection, self.profile, self.reminder, self.now + LATER, self.now)
        if again is None:
            return Answered(self._says("utter_reminder_again_too_late"))
        return Answered(self._says("utter_reminder_again", when=again), again_at=again)

    def move(self) -> Answered:
        """Not this time but the next."""
        this, after = self._this(), self._after()
        if after is None:
            wishes.not_coming(self.connection, self.reminder, this.id if this else None, self.now)
            return Answered(self._says("utter_no_next_time"))
        wishes.next_time(self.connection, self.service_of, self.reminder, this.id if this else None, after, self.now)
        return Answered(
            self._says("utter_reminder_next_time", when=after.starts, what=after.said_in(self.language).name),
            next=after.starts,
        )

    def cancel(self) -> Answered:
        """Not coming this time; other times stay as they are."""
        this = self._this()
        wishes.not_coming(self.connection, self.reminder, this.id if this else None, self.now)
        until = self.now + AHEAD
        coming = attendance.coming(self.connection, self.profile.id, self.service_of, self.now, until)
        mine = (self.reminder.service, self.reminder.session)
        after = next((one for one in coming if (one.service, one.session) == mine), None)
        if after is None:
            return Answered(self._says("utter_reminder_cancelled"))
        reply = self._says("utter_reminder_cancelled_once", when=after.starts, what=after.said_in(self.language).name)
        return Answered(reply, next=after.starts)

    def stop_all(self) -> Answered:
        """No reminders at all: the yes is taken back."""
        store.answer(self.connection, self.profile.id, self.reminder.id, STOP_ALL)
        wishes.change(self.connection, self.profile.id, self.now, reminders_allowed=False, paused_until=None)
        return Answered(self._says("utter_reminders_stopped"))

    def _says(self, name: str, when: datetime | None = None, what: str | None = None) -> dict[str, Any]:
        values = {"what": what or self.reminder.told(self.language).get("name") or self.reminder.service or ""}
        if when:
            values["when"] = wording.moment(when, self.now, self.language, self.profile.zone)
        return reminder_texts.response(name, self.language, None, values)  # plain: what it is about may be grave

    def _this(self) -> Occurrence | None:
        """The occurrence that the reminder is about; None where it is about none, or staff took it away."""
        starts = self.reminder.occurrence_start
        return self._first(starts, starts + timedelta(minutes=1), cancelled=True) if starts else None

    def _after(self) -> Occurrence | None:
        since = max(self.now, self.reminder.occurrence_start or self.now) + timedelta(microseconds=1)
        return self._first(since, since + AHEAD)

    def _first(self, since: datetime, until: datetime, cancelled: bool = False) -> Occurrence | None:
        service = self.service_of(self.reminder.service) if self.reminder.service else None
        if service is None or self.reminder.session is None:
            return None
        found = occurrences(service, since, until, session=self.reminder.session, cancelled=cancelled)
        return next(iter(found), None)


def answer(
    connection: Connection,
    service_of: ServiceOf,
    profile: Profile,
    language: str,
    reminder: Reminder,
    said: str,
    conversation: str,
    now: datetime,
) -> Answered:
    """Does what the person says to a reminder, and says so in their conversation. `said` is one of `ANSWERS`.

    Hold the outbox before (`outbox.hold`). The same answer again changes nothing more and isn't told again.
    """
    answered = ANSWERS[said](Answering(connection, service_of, profile, language, reminder, now))
    if reminder.answered != said or answered.again_at:
        outbox.append(connection, conversation, "notice", answered.reply, now)
    return answered


ANSWERS: dict[str, Callable[[Answering], Answered]] = {
    "done": Answering.done,
    "later": Answering.later,
    "move": Answering.move,
    "cancel": Answering.cancel,
    STOP_ALL: Answering.stop_all,
}
