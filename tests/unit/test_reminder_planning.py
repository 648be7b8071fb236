"""When a reminder reaches a person: windows on the wall clock, kinds, and what happens outside the windows."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from people.profiles import Profile, Window
from reminders.kinds import KINDS, InvalidKinds, parse
from reminders.planning import Dropped, Later, Planned, Rules, Send, may_send_now, plan, today
from reminders.reasons import Reason
from reminders.windows import DAYS, WeeklyWindows
from translations import LANGUAGES

FINLAND = ZoneInfo("Europe/Helsinki")
WEEKDAYS, WEEKEND = DAYS[:5], DAYS[5:]
EVENINGS = ((WEEKDAYS, 16 * 60, 22 * 60),)


def at(text: str, zone: ZoneInfo = FINLAND, fold: int = 0) -> datetime:
    """The moment when clocks show "2026-11-24 16:00"."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone, fold=fold).astimezone(timezone.utc)


def clock(moment: datetime | None) -> str | None:
    return moment.astimezone(FINLAND).strftime("%Y-%m-%d %H:%M") if moment else None


# --- windows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "days, start, end, moment, allowed",
    [
        (WEEKDAYS, 960, 1320, "2026-11-24 16:00", True),
        (WEEKDAYS, 960, 1320, "2026-11-24 15:59", False),
        (WEEKDAYS, 960, 1320, "2026-11-24 22:00", False),
        (WEEKDAYS, 960, 1320, "2026-11-28 17:00", False),
        (("fri",), 22 * 60, 2 * 60, "2026-11-28 01:59", True),  # Friday's night goes on to Saturday
        (("fri",), 22 * 60, 2 * 60, "2026-11-27 01:00", False),  # and Thursday has none
        (("sun",), 22 * 60, 2 * 60, "2026-11-30 01:00", True),
        (("sun",), 22 * 60, 1440, "2026-11-30 00:00", False),
        (("tue",), 0, 1440, "2028-02-29 23:59", True),
        (("mon",), 0, 1440, "2028-02-29 12:00", False),
    ],
)
def test_a_window_belongs_to_the_day_it_starts_on(days, start, end, moment, allowed):
    assert WeeklyWindows([(days, start, end)]).allows(at(moment)) is allowed


@pytest.mark.parametrize(
    "start, end, since, opens",
    [
        (3 * 60 + 30, 5 * 60, "2026-03-29 00:00", "2026-03-29 04:00"),  # 3:30 doesn't exist: the next time that does
        (3 * 60, 4 * 60, "2026-03-29 00:00", "2026-03-30 03:00"),  # that night has no such hour at all
        (3 * 60 + 30, 5 * 60, "2026-10-25 00:00", "2026-10-25 03:30"),  # clocks show it twice: at the first
    ],
)
def test_a_window_in_the_night_when_clocks_change(start, end, since, opens):
    week = WeeklyWindows([(DAYS, start, end)])
    opening = week.next_allowed(at(since), at(since) + timedelta(days=3))
    assert clock(opening) == opens
    assert opening.astimezone(FINLAND).fold == 0


def test_a_window_that_clocks_show_twice_is_closed_in_between():
    week = WeeklyWindows([(("sun",), 3 * 60, 3 * 60 + 30)])
    spans = [
        (start.astimezone(FINLAND).strftime("%H:%M"), end - start)
        for start, end in week.spans(at("2026-10-25 00:00"), at("2026-10-26 00:00"))
    ]
    assert spans == [("03:00", timedelta(minutes=30)), ("03:00", timedelta(minutes=30))]


def test_a_day_in_the_windows_has_as_many_hours_as_its_clocks_show():
    week = WeeklyWindows([(DAYS, 0, 1440)])
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)):
        ends = datetime.strptime(day, "%Y-%m-%d") + timedelta(days=1)
        ends = at(f"{ends:%Y-%m-%d} 00:00")
        spans = list(week.spans(at(f"{day} 00:00"), ends))
        assert [end - start for start, end in spans] == [timedelta(hours=hours)]


def test_windows_hold_in_the_zone_of_the_person():
    week = WeeklyWindows(EVENINGS, "America/New_York")
    assert week.allows(at("2026-11-24 23:00"))  # 16:00 there
    assert not week.allows(at("2026-11-24 17:00"))


def test_nothing_said_is_from_ten_to_eight_and_no_windows_are_never():
    unsaid, never = WeeklyWindows(None), WeeklyWindows([])
    assert unsaid.allows(at("2026-11-28 10:00")) and not unsaid.allows(at("2026-11-28 20:00"))
    assert never.never and not never.allows(at("2026-11-28 12:00"))
    assert never.next_allowed(at("2026-11-28 12:00"), at("2027-11-28 12:00")) is None


@pytest.mark.parametrize(
    "windows, zone, remedy",
    [
        ([(("mon",), 1440, 60)], "Europe/Helsinki", "0 to 1439"),
        ([(("mon",), 60, 60)], "Europe/Helsinki", "another minute"),
        ([(("ma",), 60, 120)], "Europe/Helsinki", "mon, tue"),
        ([], "Helsinki", "IANA"),
        ([], "../etc/passwd", "IANA"),
    ],
)
def test_what_can_not_be_is_told_with_its_remedy(windows, zone, remedy):
    with pytest.raises(ValueError, match=remedy):
        WeeklyWindows(windows, zone)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        WeeklyWindows(None).allows(datetime(2026, 11, 24, 12))


# --- planning ---------------------------------------------------------------------------------------------------

RULES = Rules(EVENINGS, reminders_allowed=True)
ANY_TIME = Rules(((DAYS, 0, 1440),), reminders_allowed=True)
NOW = at("2026-11-20 12:00")


def planned(kind, start, rules=RULES, now=NOW, hours=2):
    outcome = plan(KINDS[kind], at(start), at(start) + timedelta(hours=hours), rules, now)
    return clock(outcome.due_at) if isinstance(outcome, Planned) else outcome.reason


@pytest.mark.parametrize(
    "kind, start, rules, expected",
    [
        ("same_day_notice", "2026-11-24 18:00", ANY_TIME, "2026-11-24 10:00"),
        ("same_day_notice", "2026-11-24 09:00", ANY_TIME, "2026-11-24 07:00"),  # two hours before, if that is sooner
        ("same_day_notice", "2026-11-24 18:00", RULES, "2026-11-24 16:00"),  # at the opening
        ("same_day_notice", "2026-11-24 16:00", RULES, "2026-11-23 21:45"),  # the evening before
        ("same_day_notice", "2026-11-28 16:00", RULES, "2026-11-27 21:45"),
        ("same_day_notice", "2026-11-29 16:00", RULES, Reason.OUTSIDE_WINDOWS),  # a Sunday; Friday is too long before
        ("start_now", "2026-11-24 18:00", RULES, "2026-11-24 18:00"),
        ("start_now", "2026-11-24 15:50", RULES, "2026-11-24 16:00"),
        ("start_now", "2026-11-24 15:45", RULES, Reason.OUTSIDE_WINDOWS),
        ("session_change", "2026-11-24 18:00", RULES, "2026-11-20 16:00"),
        ("check_in", "2026-11-24 18:00", RULES, "2026-11-25 17:00"),
        ("check_in", "2026-11-27 18:00", RULES, "2026-11-30 16:00"),  # after the weekend
        ("news", "2026-11-20 12:00", RULES, "2026-11-20 16:00"),
        ("news", "2026-11-20 12:00", replace(RULES, windows=()), Reason.NEVER),
        ("news", "2026-11-20 12:00", replace(RULES, reminders_allowed=False), Reason.NOT_ALLOWED),
        ("news", "2026-11-20 12:00", replace(RULES, topics_off=frozenset({"news"})), Reason.TOPIC_OFF),
        ("news", "2026-11-20 12:00", replace(RULES, paused_until=at("2026-11-23 18:30")), "2026-11-23 18:30"),
        ("start_now", "2026-11-24 18:00", replace(RULES, paused_until=at("2026-11-24 18:05")), "2026-11-24 18:05"),
        ("start_now", "2026-11-24 18:00", replace(RULES, paused_until=at("2026-11-25 12:00")), Reason.PAUSED),
        ("start_now", "2026-11-20 11:40", ANY_TIME, Reason.TOO_LATE),
    ],
)
def test_a_message_is_sent_when_it_is_due_or_moved_as_its_kind_says(kind, start, rules, expected):
    assert planned(kind, start, rules) == expected


def test_nobody_is_told_to_start_after_the_session_has_ended():
    short = plan(KINDS["start_now"], at("2026-11-24 15:50"), at("2026-11-24 16:00"), RULES, NOW)
    assert short == Dropped(Reason.OUTSIDE_WINDOWS)


def test_a_notice_at_ten_stays_at_ten_when_clocks_change():
    assert planned("same_day_notice", "2026-03-29 18:00", ANY_TIME, at("2026-03-27 12:00")) == "2026-03-29 10:00"
    assert planned("check_in", "2026-10-24 18:00", ANY_TIME, at("2026-10-24 12:00")) == "2026-10-25 17:00"
    assert planned("check_in", "2028-02-28 18:00", ANY_TIME, at("2028-02-28 12:00")) == "2028-02-29 17:00"


def test_a_profile_has_the_rules():
    profile = Profile(
        "p", NOW, NOW, windows=(Window(WEEKDAYS, 960, 1320),), reminders_allowed=True, topics_off=("news",)
    )
    rules = Rules.of(profile)
    assert rules == Rules(EVENINGS, "Europe/Helsinki", True, None, frozenset({"news"}), 3)
    assert rules.week.allows(at("2026-11-24 16:00"))


# --- right before it is sent ------------------------------------------------------------------------------------

DUE = at("2026-11-24 18:00")
START_NOW = Planned(DUE, DUE + timedelta(minutes=15))
NEWS = Planned(DUE, DUE + timedelta(days=7))


def but(**changed) -> Rules:
    return replace(RULES, **changed)


@pytest.mark.parametrize(
    "kind, plan, rules, now, sent_today, expected",
    [
        ("news", NEWS, RULES, "2026-11-24 18:00", 0, Send(at("2026-11-24 22:00"))),  # void when the window closes
        ("start_now", START_NOW, RULES, "2026-11-24 18:05", 2, Send(at("2026-11-24 18:15"))),
        ("start_now", START_NOW, RULES, "2026-11-24 18:15", 0, Dropped(Reason.TOO_LATE)),
        ("start_now", START_NOW, RULES, "2026-11-24 18:00", 3, Dropped(Reason.TOO_MANY_TODAY)),
        ("news", NEWS, RULES, "2026-11-24 18:00", 3, Later(at("2026-11-25 16:00"))),
        ("news", NEWS, RULES, "2026-11-24 22:30", 0, Later(at("2026-11-25 16:00"))),  # nothing ran for a while
        ("news", NEWS, RULES, "2026-11-24 17:00", 3, Later(at("2026-11-25 16:00"))),
        ("news", NEWS, RULES, "2026-11-24 17:00", 0, Later(DUE)),  # the clock was set back
        ("news", NEWS, RULES, "2026-11-23 17:00", 3, Later(DUE)),  # by a day, which had enough
        ("news", NEWS, RULES, "2026-12-24 18:00", 0, Dropped(Reason.TOO_LATE)),  # or far ahead
        ("news", NEWS, but(windows=((WEEKEND, 600, 720),)), "2026-11-24 18:00", 0, Later(at("2026-11-28 10:00"))),
        ("news", NEWS, but(windows=()), "2026-11-24 18:00", 0, Dropped(Reason.NEVER)),
        ("news", NEWS, but(reminders_allowed=False), "2026-11-24 18:00", 0, Dropped(Reason.NOT_ALLOWED)),
        ("news", NEWS, but(topics_off=frozenset({"news"})), "2026-11-24 18:00", 0, Dropped(Reason.TOPIC_OFF)),
        ("news", NEWS, but(paused_until=at("2026-11-27 12:00")), "2026-11-24 18:00", 0, Later(at("2026-11-27 16:00"))),
        ("news", NEWS, but(paused_until=at("2026-12-27 12:00")), "2026-11-24 18:00", 0, Dropped(Reason.PAUSED)),
    ],
)
def test_the_last_word_before_it_is_sent(kind, plan, rules, now, sent_today, expected):
    assert may_send_now(KINDS[kind], plan, rules, at(now), sent_today) == expected


def test_a_kind_that_is_never_moved_is_dropped_with_the_reason():
    never_moved = replace(KINDS["news"], outside=())
    outcomes = [may_send_now(never_moved, NEWS, RULES, at("2026-11-24 23:00"), 0)]
    outcomes.append(may_send_now(never_moved, NEWS, RULES, at("2026-11-24 18:00"), 3))
    assert outcomes == [Dropped(Reason.OUTSIDE_WINDOWS), Dropped(Reason.TOO_MANY_TODAY)]


def test_a_persons_day_is_as_long_as_their_clocks_make_it():
    begins, ends = today(RULES, at("2026-10-25 12:00"))
    assert (clock(begins), clock(ends), ends - begins) == ("2026-10-25 00:00", "2026-10-26 00:00", timedelta(hours=25))


# --- the tables -------------------------------------------------------------------------------------------------


def test_every_kind_and_reason_has_its_words_in_three_languages():
    assert {"same_day_notice", "start_now", "session_change", "check_in", "news"} <= set(KINDS)
    for language in LANGUAGES:
        assert all(kind.name(language) for kind in KINDS.values())
        assert all(reason.sentence(language).endswith(".") for reason in Reason)
    assert Reason.PAUSED.sentence("so") == Reason.PAUSED.sentence("fi")


FIELDS = """
hello:
  name: tervehdys
  due: [{from: start}]
  useful_until: [{from: end}]
  outside: [later]
  urgency: normal
  ttl_minutes: 10
"""


@pytest.mark.parametrize(
    "good, bad, told",
    [
        ("outside: [later]", "outside: [sooner]", "hello.outside.*sooner.*earlier, later"),
        ("from: start", "from: beginning", "hello.due.*start"),
        ("from: start", "from: start, at: ten", 'hello.due.*"10:00"'),
        ("urgency: normal", "urgency: urgent", "hello.urgency.*very-low"),
        ("  ttl_minutes: 10\n", "", "hello.*ttl_minutes"),
        ("name: tervehdys", "name: {fi: a}", "hello.name.*Finnish"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_place(good, bad, told):
    assert parse(FIELDS)["hello"].ttl == timedelta(minutes=10)
    with pytest.raises(InvalidKinds, match=told):
        parse(FIELDS.replace(good, bad))
