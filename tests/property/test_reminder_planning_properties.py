"""Reminders, whatever the windows, zones, nights and clocks: none outside a window, none lost without a reason."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reminders.planning import Planned, Rules, Send, may_send_now, midnights
from reminders.windows import DAYS, WeeklyWindows
from tests.reminder_oracle import (
    ALL_KINDS,
    NIGHTS,
    UTC,
    ZONES,
    Case,
    allowed,
    check_delivery,
    check_plan,
    deliver,
)

GRID = 5  # minutes: windows lie on it, so that looking at every fifth minute finds all there is
clocks = st.one_of(st.integers(0, 287), st.integers(0, 59)).map(lambda n: n * GRID)  # often in the small hours
windows = st.builds(
    lambda days, start, end: (tuple(day for day in DAYS if day in days), start, end or 1440),
    st.sets(st.sampled_from(DAYS), min_size=1),
    clocks,
    clocks,
).filter(lambda window: window[1] != window[2])
weeks = st.one_of(st.none(), st.lists(windows, max_size=3).map(tuple))
moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), UTC) + timedelta(minutes=minutes),
    st.one_of(st.sampled_from(NIGHTS), st.dates(NIGHTS[0], NIGHTS[0] + timedelta(days=1500))),
    st.integers(-2880, 2880),
)
kinds = st.builds(
    lambda kind, outside: kind if outside is None else replace(kind, outside=outside, earlier=timedelta(hours=24)),
    st.sampled_from(ALL_KINDS),
    st.sampled_from([None, None, (), ("later",), ("earlier",), ("earlier", "later")]),
)


@st.composite
def rules(draw: st.DrawFn, now: datetime, zone: str | None = None) -> Rules:
    return Rules(
        windows=draw(weeks),
        zone=zone or draw(st.sampled_from(ZONES)),
        reminders_allowed=draw(st.integers(0, 9)) > 0,
        paused_until=draw(st.one_of(st.none(), st.integers(-1440, 10000).map(lambda m: now + timedelta(minutes=m)))),
        topics_off=frozenset(draw(st.sets(st.sampled_from([kind.id for kind in ALL_KINDS]), max_size=2))),
        most_per_day=draw(st.integers(1, 3)),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    start = draw(moments)
    length = draw(st.one_of(st.none(), st.integers(5, 300)))
    now = start - timedelta(minutes=draw(st.one_of(st.integers(-300, 300), st.integers(-9000, 12000))))
    end = start + timedelta(minutes=length) if length else None
    return Case(draw(kinds), start, end, draw(rules(now)), now)


def every_five_minutes(since: datetime, until: datetime) -> list[datetime]:
    """The moments on the grid from `since` on and before `until`, and `since` itself."""
    first = since.replace(minute=since.minute // GRID * GRID, second=0, microsecond=0) + timedelta(minutes=GRID)
    count = max(0, -((until - first) // -timedelta(minutes=GRID)))
    return [
        moment for moment in (since, *(first + n * timedelta(minutes=GRID) for n in range(count))) if moment < until
    ]


@settings(max_examples=300, deadline=None)
@given(weeks, st.sampled_from(ZONES), moments, st.integers(0, 4000))
def test_next_and_previous_agree_with_a_look_at_every_clock(week, zone, moment, minutes):
    until = moment + timedelta(minutes=minutes)
    rule, asked = Rules(week, zone), WeeklyWindows(week, zone)
    looked = every_five_minutes(moment, until)
    good = [each for each in looked if allowed(rule, each)]
    assert [asked.allows(each) for each in looked] == [allowed(rule, each) for each in looked]
    assert asked.next_allowed(moment, until) == (good[0] if good else None)
    last = asked.previous_allowed(until, moment)
    if last is None:
        assert not good and not allowed(rule, until)
    else:
        assert allowed(rule, last) and moment <= last <= until
        assert last == until or not [each for each in good if each > last]
    spans = list(asked.spans(moment, until))
    assert all(start < end for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert good == [each for each in looked if any(start <= each < end for start, end in spans)]
    assert asked.closes(moment, until) == next((end for start, end in spans if start == moment), moment)


@settings(max_examples=1000, deadline=None)
@given(cases())
def test_a_plan_is_within_the_windows_or_has_its_reason(case):
    steps = 12 * 24 * 9  # every five minutes of nine days, wherever the span of time begins
    check_plan(replace(case, probes=[n / steps for n in range(0, steps, 7)]))


@settings(max_examples=300, deadline=None)
@given(cases())
def test_what_is_planned_is_sent_when_nothing_comes_between(case):
    planned = check_plan(case)
    assume(isinstance(planned, Planned))
    answer = may_send_now(case.kind, planned, case.rules, planned.due_at, 0)
    assert isinstance(answer, Send) and planned.due_at < answer.until <= planned.useful_until


@settings(max_examples=700, deadline=None)
@given(st.data())
def test_whatever_happens_to_clocks_and_rules_each_is_sent_once_or_dropped_with_a_reason(data):
    zone = data.draw(st.sampled_from(ZONES))
    start = data.draw(moments)
    now = start - timedelta(minutes=data.draw(st.integers(0, 3000)))
    current = replace(data.draw(rules(now, zone)), reminders_allowed=True)
    planned = []
    for kind in data.draw(st.lists(kinds, min_size=1, max_size=6)):
        outcome = check_plan(Case(kind, start, start + timedelta(hours=1), current, now))
        if isinstance(outcome, Planned):
            planned.append((kind, outcome))
    assume(planned)
    ticks = [(now, current)]
    for step in data.draw(st.lists(st.integers(-1500, 3000), max_size=25)):  # minutes; clocks are set back, too
        now += timedelta(minutes=step)
        if data.draw(st.integers(0, 7)) == 0:
            current = data.draw(rules(now, zone))
        ticks.append((now, current))
    check_delivery(*deliver(planned, ticks))


@given(moments, st.sampled_from(ZONES))
def test_a_day_begins_and_ends_at_midnight_by_the_clock(moment, zone):
    begins, ends = midnights(moment, zone)
    day = moment.astimezone(ZoneInfo(zone)).date()
    assert begins <= moment < ends and timedelta(hours=22) < ends - begins < timedelta(hours=26)
    second = timedelta(seconds=1)
    assert begins.astimezone(ZoneInfo(zone)).date() == day == (ends - second).astimezone(ZoneInfo(zone)).date()
