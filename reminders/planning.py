"""When a message may reach a person: planned ahead, and asked again right before it is sent.

Pure functions over a kind, the occurrence's moments, the person's rules and the moment now. Whatever isn't sent has a
`Reason`. Windows, zone, pause and consent may change and clocks may be set between planning and sending: `plan` is
asked anew when the rules change, and `may_send_now` has the last word in any case. All moments are aware; those that
are returned are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Protocol

from reminders.kinds import Kind
from reminders.reasons import Reason
from reminders.windows import DEFAULT_ZONE, AnyWindow, WeeklyWindows, midnights, zone_of

BEFORE_CLOSING = timedelta(minutes=15)  # what is sent earlier comes so long before a window closes, or at its opening


class _HasRules(Protocol):
    """What `people.profiles.Profile` is, as far as it matters here."""

    @property
    def windows(self) -> Iterable[AnyWindow] | None: ...
    @property
    def zone(self) -> str: ...
    @property
    def reminders_allowed(self) -> bool: ...
    @property
    def paused_until(self) -> datetime | None: ...
    @property
    def topics_off(self) -> Iterable[str]: ...
    @property
    def most_per_day(self) -> int: ...


@dataclass(frozen=True)
class Rules:
    """What a person allowed. Windows None is not said, () is never; `topics_off` are ids of kinds."""

    windows: tuple[AnyWindow, ...] | None = None
    zone: str = DEFAULT_ZONE
    reminders_allowed: bool = False
    paused_until: datetime | None = None
    topics_off: frozenset[str] = frozenset()
    most_per_day: int = 3

    @classmethod
    def of(cls, profile: _HasRules) -> Rules:
        """Returns the rules of a profile."""
        return cls(
            windows=None if profile.windows is None else tuple((tuple(w[0]), w[1], w[2]) for w in profile.windows),
            zone=profile.zone,
            reminders_allowed=profile.reminders_allowed,
            paused_until=profile.paused_until,
            topics_off=frozenset(profile.topics_off),
            most_per_day=profile.most_per_day,
        )

    @property
    def week(self) -> WeeklyWindows:
        """The windows, ready to be asked. Raises ValueError for windows or a zone that there can't be."""
        return _weekly(self.windows, self.zone)


@lru_cache(maxsize=4096)
def _weekly(windows: tuple[AnyWindow, ...] | None, zone: str) -> WeeklyWindows:
    return WeeklyWindows(windows, zone)


@dataclass(frozen=True)
class Planned:
    """To be sent at `due_at` (within the windows), and not any more from `useful_until` on."""

    due_at: datetime
    useful_until: datetime


@dataclass(frozen=True)
class Dropped:
    """Not to be sent."""

    reason: Reason


@dataclass(frozen=True)
class Send:
    """To be sent now. What waits on its way (a push to a phone that is off) must be void `until` then."""

    until: datetime


@dataclass(frozen=True)
class Later:
    """To be asked again at `at`."""

    at: datetime


# --- the two questions ----------------------------------------------------------------------------------------


def plan(kind: Kind, start: datetime, end: datetime | None, rules: Rules, now: datetime) -> Planned | Dropped:
    """Returns when a message of a kind about an occurrence is sent, or why it isn't.

    `end` None is not stated. What is due outside the windows is moved as the kind says; what should have been sent
    already is planned for now, while it is useful.
    """
    refused = _refused(kind, rules)
    if refused:
        return Dropped(refused)
    now = _utc(now)
    due, until = kind.times(start, end, now, zone_of(rules.zone))
    wanted = max(due, now)
    if wanted >= until:
        return Dropped(Reason.TOO_LATE)
    free = _after_pause(now, rules)
    if free <= wanted and rules.week.allows(wanted):
        return Planned(wanted, until)
    for way in kind.outside:
        if way == "later":
            moved = rules.week.next_allowed(max(wanted, free), until)
        else:
            moved = rules.week.previous_allowed(due, max(free, due - kind.earlier), BEFORE_CLOSING)
        if moved:
            return Planned(moved, until)
    return Dropped(Reason.PAUSED if free > wanted else Reason.OUTSIDE_WINDOWS)


def may_send_now(kind: Kind, planned: Planned, rules: Rules, now: datetime, sent_today: int) -> Send | Later | Dropped:
    """Returns whether something planned may be sent at this very moment, when to ask again, or why it is dropped.

    `sent_today` is how many were sent to the person within `today(rules, now)`.
    """
    refused = _refused(kind, rules)
    if refused:
        return Dropped(refused)
    now, until = _utc(now), planned.useful_until
    if now >= until:
        return Dropped(Reason.TOO_LATE)
    wanted = max(now, planned.due_at)
    tomorrow = today(rules, now)[1]
    is_full = sent_today >= rules.most_per_day and wanted < tomorrow
    free = max(_after_pause(wanted, rules), tomorrow if is_full else wanted)
    if free == wanted and rules.week.allows(wanted):
        return Later(wanted) if now < wanted else Send(min(rules.week.closes(now, until), now + kind.ttl))
    moved = rules.week.next_allowed(free, until) if "later" in kind.outside else None
    if moved:
        return Later(moved)
    if is_full:
        return Dropped(Reason.TOO_MANY_TODAY)
    return Dropped(Reason.PAUSED if free > wanted else Reason.OUTSIDE_WINDOWS)


def today(rules: Rules, now: datetime) -> tuple[datetime, datetime]:
    """Returns the bounds of the person's day: what was sent from the first on and before the second counts as today."""
    return midnights(now, rules.zone)


# --- the parts --------------------------------------------------------------------------------------------------


def _refused(kind: Kind, rules: Rules) -> Reason | None:
    """What the person refused, whatever the time."""
    if not rules.reminders_allowed:
        return Reason.NOT_ALLOWED
    if kind.id in rules.topics_off:
        return Reason.TOPIC_OFF
    return Reason.NEVER if rules.week.never else None


def _after_pause(moment: datetime, rules: Rules) -> datetime:
    """The moment, or the end of the pause if that is later."""
    return max(moment, _utc(rules.paused_until)) if rules.paused_until else moment


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: give an aware datetime.")
    return moment.astimezone(timezone.utc)
