"""What reminders promise, checked in the plainest way there is; the property tests and the benchmark both ask here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from reminders.kinds import KINDS, Kind
from reminders.planning import Dropped, Later, Planned, Rules, Send, may_send_now, plan, today
from reminders.reasons import Reason
from reminders.windows import DAYS, DEFAULT_WINDOWS

ZONES = (
    "Europe/Helsinki",
    "Europe/London",
    "America/New_York",
    "America/Havana",  # clocks change at midnight
    "America/St_Johns",  # half hours
    "Asia/Kathmandu",  # quarters of hours
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Africa/Casablanca",  # clocks change twice around Ramadan
    "Pacific/Chatham",
    "UTC",
)
# Around changes of the clocks on both sides of the equator, and leap days.
NIGHTS = (
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2027, 3, 28),
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 9, 27),
    date(2028, 2, 29),
    date(2026, 12, 31),
)


def allowed(rules: Rules, moment: datetime) -> bool:
    """Does the clock on the person's wall show a time in a window of today, or in one that began yesterday?"""
    wall = moment.astimezone(ZoneInfo(rules.zone))
    minute, weekday = wall.hour * 60 + wall.minute, wall.weekday()
    for days, start, end in DEFAULT_WINDOWS if rules.windows is None else rules.windows:
        if start < end:
            if DAYS[weekday] in days and start <= minute < end:
                return True
        elif (DAYS[weekday] in days and minute >= start) or (DAYS[weekday - 1] in days and minute < end):
            return True
    return False


def paused(rules: Rules, moment: datetime) -> bool:
    return rules.paused_until is not None and moment < rules.paused_until


@dataclass(frozen=True)
class Case:
    """A message to plan. `probes` are shares (0-1) of a span of time at which the oracle looks for a missed chance."""

    kind: Kind
    start: datetime
    end: datetime | None
    rules: Rules
    now: datetime
    probes: Sequence[float] = ()


def check_plan(case: Case) -> Planned | Dropped:
    """Plans a message and returns what came of it; raises AssertionError where a promise doesn't hold."""
    kind, rules, now = case.kind, case.rules, case.now
    outcome = plan(kind, case.start, case.end, rules, now)
    due, until = kind.times(case.start, case.end, now, ZoneInfo(rules.zone))
    if case.end is not None and kind.id == "start_now":
        assert until <= case.end
    if kind.id == "same_day_notice":
        assert until <= case.start
    if isinstance(outcome, Planned):
        assert now <= outcome.due_at < outcome.useful_until == until
        assert allowed(rules, outcome.due_at) and not paused(rules, outcome.due_at)
        if outcome.due_at < due:
            assert "earlier" in kind.outside and due - kind.earlier <= outcome.due_at
        if outcome.due_at > max(due, now):
            assert "later" in kind.outside
            assert_no_chance(rules, max(due, now), outcome.due_at, case.probes)
        assert rules.reminders_allowed and kind.id not in rules.topics_off
        return outcome
    why = outcome.reason
    assert (why is Reason.NOT_ALLOWED) == (not rules.reminders_allowed)
    if why is Reason.TOPIC_OFF:
        assert kind.id in rules.topics_off
    elif why is Reason.NEVER:
        assert rules.windows == ()
    elif why is Reason.TOO_LATE:
        assert now >= until
    elif why is Reason.PAUSED:
        assert paused(rules, max(due, now))
    elif why is Reason.OUTSIDE_WINDOWS:
        assert not allowed(rules, max(due, now))
    else:
        assert why is Reason.NOT_ALLOWED
    if why in (Reason.PAUSED, Reason.OUTSIDE_WINDOWS):
        if "later" in kind.outside:
            assert_no_chance(rules, max(due, now), until, case.probes)
        if "earlier" in kind.outside:
            assert_no_chance(rules, max(now, due - kind.earlier), due, case.probes)
    return outcome


def assert_no_chance(rules: Rules, since: datetime, until: datetime, probes: Iterable[float]) -> None:
    """At none of the probed moments from `since` on and before `until` could it have been sent."""
    span = until - since
    for share in probes:
        moment = since + span * share
        if moment < until:
            assert paused(rules, moment) or not allowed(rules, moment), moment


@dataclass
class Waiting:
    """A planned message of the stand-in for the store."""

    kind: Kind
    planned: Planned
    ask_at: datetime
    outcome: Send | Dropped | None = None


def deliver(
    planned: Iterable[tuple[Kind, Planned]], ticks: Iterable[tuple[datetime, Rules]]
) -> tuple[list[tuple[datetime, Rules, Waiting]], list[Waiting]]:
    """Runs the plainest scheduler there can be at the ticks of a clock, with the rules as they are at each.

    After them the clock runs on until all messages are settled. Returns what was sent, when and under which rules, and
    all messages.
    """
    messages = [Waiting(kind, plan, plan.due_at) for kind, plan in planned]
    sent: list[tuple[datetime, Rules, Waiting]] = []
    for now, rules in _running_on(messages, ticks):
        for message in messages:
            if message.outcome or message.ask_at > now:
                continue
            begins, ends = today(rules, now)
            count = sum(begins <= at < ends for at, _, _ in sent)
            answer = may_send_now(message.kind, message.planned, rules, now, count)
            if isinstance(answer, Later):
                assert answer.at > now
                message.ask_at = answer.at
                continue
            message.outcome = answer
            if isinstance(answer, Send):
                sent.append((now, rules, message))
            else:
                _check_drop(message, answer.reason, rules, now, count)
    return sent, messages


def _running_on(
    messages: Sequence[Waiting], ticks: Iterable[tuple[datetime, Rules]]
) -> Iterator[tuple[datetime, Rules]]:
    now, rules = None, None
    for now, rules in ticks:
        yield now, rules
    assert now and rules
    for _ in range(10 * len(messages)):
        waiting = [message.ask_at for message in messages if not message.outcome]
        if not waiting:
            return
        now = max(now, min(waiting))
        yield now, rules


def _check_drop(message: Waiting, why: Reason, rules: Rules, now: datetime, sent_today: int) -> None:
    """What is dropped at the last moment has a reason that is true."""
    until = message.planned.useful_until
    true = {
        Reason.NOT_ALLOWED: not rules.reminders_allowed,
        Reason.TOPIC_OFF: message.kind.id in rules.topics_off,
        Reason.NEVER: rules.windows == (),
        Reason.TOO_LATE: now >= until,
        Reason.TOO_MANY_TODAY: sent_today >= rules.most_per_day,
        Reason.PAUSED: paused(rules, max(now, message.planned.due_at)),
        Reason.OUTSIDE_WINDOWS: not allowed(rules, max(now, message.planned.due_at)),
    }
    assert true[why]
    if "later" in message.kind.outside and why in (Reason.PAUSED, Reason.OUTSIDE_WINDOWS):
        assert_no_chance(rules, now, until, [n / 40 for n in range(40)])
    if "later" in message.kind.outside and why is Reason.TOO_MANY_TODAY:
        assert_no_chance(rules, today(rules, now)[1], until, [n / 40 for n in range(40)])


def check_delivery(sent: Sequence[tuple[datetime, Rules, Waiting]], messages: Iterable[Waiting]) -> None:
    """Each is settled once, none was sent outside a window or too late, and no day had too many."""
    for message in messages:
        assert message.outcome, "lost"
    per_day: dict[tuple[str, date], int] = {}
    for at, rules, message in sent:
        assert allowed(rules, at) and not paused(rules, at) and at < message.planned.useful_until
        assert rules.reminders_allowed and message.kind.id not in rules.topics_off
        assert isinstance(message.outcome, Send)
        until = message.outcome.until
        assert at < until <= message.planned.useful_until
        # It may arrive until then: in the middle and in the last second of that time, too.
        assert allowed(rules, until - timedelta(seconds=1)) and allowed(rules, at + (until - at) / 2)
        day = rules.zone, at.astimezone(ZoneInfo(rules.zone)).date()
        per_day[day] = per_day.get(day, 0) + 1
        assert per_day[day] <= rules.most_per_day
    assert len({id(message) for _, _, message in sent}) == len(sent)


UTC = timezone.utc
ALL_KINDS = tuple(KINDS.values())
