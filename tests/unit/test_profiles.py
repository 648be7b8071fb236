"""What a person told is kept as told, found by any of their addresses, and never mixed up with another's."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from people import profiles
from people.profiles import DAYS, InvalidProfile, PersonGone, Profile, Window
from reminders.contact_windows import windows_from_text

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=timezone(timedelta(hours=2)))
LATER = NOW + timedelta(days=3)


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def eetu(connection):
    return profiles.ensure(connection, "widget", "a", NOW)


def test_nobody_has_a_profile_until_there_is_something_to_keep(connection):
    assert profiles.find(connection, "widget", "a") is None
    profiles.seen(connection, "widget", "a", NOW)
    assert profiles.find(connection, "widget", "a") is None


def test_a_new_profile_allows_nothing(connection, eetu):
    assert eetu == Profile(eetu.id, NOW, NOW)
    assert not eetu.reminders_allowed and eetu.windows is None and eetu.lock_screen == "neutral"
    assert profiles.ensure(connection, "widget", "a", LATER) == eetu


def test_what_is_told_is_kept_as_told(connection, eetu):
    told = {
        "language": "sv",
        "tone": "humour",
        "municipality": "Tampere",
        "latitude": 61.5,
        "longitude": 23.76,
        "age": 19,
        "interests": ("gaming", "loneliness"),
        "zone": "Europe/Stockholm",
        "windows": (Window(("mon", "fri"), 22 * 60, 2 * 60),),
        "reminders_allowed": True,
        "paused_until": LATER,
        "topics_off": ("news",),
        "most_per_day": 1,
        "lock_screen": "full",
        "encouragement": False,
    }
    assert profiles.change(connection, eetu.id, **told) == replace(eetu, **told)
    assert profiles.find(connection, "widget", "a") == profiles.by_id(connection, eetu.id) == replace(eetu, **told)


def test_windows_that_were_said_in_words_fit(connection, eetu):
    windows = windows_from_text("arkisin kuuden jälkeen")
    assert profiles.change(connection, eetu.id, windows=windows).windows == (Window(DAYS[:5], 18 * 60, 22 * 60),)


def test_no_windows_said_is_not_never(connection, eetu):
    assert profiles.change(connection, eetu.id, windows=[]).windows == ()
    assert profiles.change(connection, eetu.id, windows=None).windows is None


def test_a_position_is_kept_to_about_a_kilometre(connection, eetu):
    changed = profiles.change(connection, eetu.id, latitude=61.498112, longitude=23.760312)
    assert (changed.latitude, changed.longitude) == (61.5, 23.76)
    changed = profiles.change(connection, eetu.id, latitude=None, longitude=None)
    assert (changed.latitude, changed.longitude) == (None, None)


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"name": "Eetu"}, "no such field; there are language, "),
        ({"id": "x"}, "no such field"),
        ({"language": "suomi"}, "ISO 639"),
        ({"tone": "Meemi!"}, "friendly, humour, memes, dogs"),
        ({"municipality": ""}, "official name"),
        ({"latitude": 61.5}, "Give both"),
        ({"latitude": 61.5, "longitude": None}, "Give both"),
        ({"latitude": 91, "longitude": 0}, "from -90 to 90"),
        ({"latitude": float("nan"), "longitude": 0}, "from -90 to 90"),
        ({"age": True}, "0 to 120"),
        ({"age": 121}, "0 to 120"),
        ({"interests": "debt"}, "must be a list"),
        ({"interests": ["debt", 5]}, "lower-case"),
        ({"interests": ["debt"] * 101}, "at most 100"),
        ({"zone": "Finland/Tampere"}, "Europe/Helsinki"),
        ({"zone": "Europe"}, "Europe/Helsinki"),
        ({"zone": "../../etc/passwd"}, "Europe/Helsinki"),
        ({"zone": None}, "Europe/Helsinki"),
        ({"windows": 5}, "must be a list"),
        ({"windows": [5]}, '"from": "16:00"'),
        ({"windows": [((), 0, 60)]}, '"from": "16:00"'),
        ({"windows": [("mon", 0, 60)]}, '"from": "16:00"'),
        ({"windows": [(("ma",), 0, 60)]}, '"from": "16:00"'),
        ({"windows": [(("mon",), 60, 60)]}, '"from": "16:00"'),
        ({"windows": [(("mon",), 0, 1441)]}, '"from": "16:00"'),
        ({"windows": [(("mon",), 0, True)]}, '"from": "16:00"'),
        ({"reminders_allowed": "yes"}, "True or False"),
        ({"reminders_allowed": None}, "True or False"),
        ({"paused_until": datetime(2026, 11, 22)}, "time zone"),
        ({"most_per_day": 0}, "1 to 20"),
        ({"lock_screen": "all"}, "neutral, full"),
    ],
)
def test_what_a_profile_cannot_hold_is_refused_with_the_remedy(connection, eetu, fields, remedy):
    with pytest.raises(InvalidProfile, match=remedy):
        profiles.change(connection, eetu.id, **fields)
    assert profiles.by_id(connection, eetu.id) == eetu


@given(
    name=st.sampled_from([*profiles._FIELDS, "no_field"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.datetimes() | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=5,
    ),
)
def test_any_value_is_taken_or_refused_in_one_way(name, value):
    try:
        profiles._valid(name, value)
    except InvalidProfile as error:
        assert str(error).startswith(f"{name}: ")


def test_two_who_change_different_things_at_once_both_count(database):
    with database.writing() as connection:
        eetu = profiles.ensure(connection, "widget", "a", NOW)
    with database.writing() as connection:
        profiles.change(connection, eetu.id, age=19)
    with database.writing() as connection:  # it has read `eetu` before the age came
        assert profiles.change(connection, eetu.id, tone="humour") == replace(eetu, age=19, tone="humour")


def test_several_processes_that_need_a_profile_at_once_get_the_same(database):
    found = []

    def ensure():
        with database.writing() as connection:
            found.append(profiles.ensure(connection, "widget", "a", NOW).id)

    threads = [threading.Thread(target=ensure) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
    with database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(profiles.people)).scalar() == 1


def test_who_is_gone_cannot_be_changed(connection):
    with pytest.raises(PersonGone):
        profiles.change(connection, "0" * 32, age=19)
    assert profiles.by_id(connection, "0" * 32) is None


# --- addresses --------------------------------------------------------------------------------------------------


def test_contact_goes_to_the_channel_that_was_last_used(connection, eetu):
    assert profiles.address_last_used(connection, eetu.id) == ("widget", "a")
    assert profiles.add_address(connection, eetu.id, "telegram", "5", LATER)
    assert profiles.address_last_used(connection, eetu.id) == ("telegram", "5")
    profiles.seen(connection, "widget", "a", LATER + timedelta(minutes=1))
    assert profiles.address_last_used(connection, eetu.id) == ("widget", "a")
    assert profiles.addresses_of(connection, eetu.id) == [("widget", "a"), ("telegram", "5")]
    assert profiles.find(connection, "telegram", "5").id == eetu.id


def test_a_visit_keeps_the_profile_on(connection, eetu):
    profiles.seen(connection, "widget", "a", LATER)
    assert profiles.by_id(connection, eetu.id) == replace(eetu, last_seen_at=LATER)


def test_where_nothing_arrives_nothing_is_sent_until_the_person_comes_back(connection, eetu):
    profiles.unreachable(connection, "widget", "a")
    assert profiles.address_last_used(connection, eetu.id) is None
    profiles.seen(connection, "widget", "a", LATER)
    assert profiles.address_last_used(connection, eetu.id) == ("widget", "a")


def test_nobody_gets_anothers_address(connection, eetu):
    aino = profiles.ensure(connection, "widget", "b", NOW)
    assert not profiles.add_address(connection, aino.id, "widget", "a", NOW)
    assert profiles.add_address(connection, eetu.id, "widget", "a", NOW)
    assert profiles.find(connection, "widget", "a").id == eetu.id
    assert profiles.find(connection, "telegram", "a") is None  # another channel's "a" is somebody else


# --- as JSON ----------------------------------------------------------------------------------------------------

windows = st.builds(
    Window,
    st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: tuple(day for day in DAYS if day in days)),
    st.integers(0, 1439),
    st.integers(1, 1440),
).filter(lambda window: window.start != window.end)


@given(windows)
def test_a_window_is_the_same_after_json(window):
    assert profiles.window_from_json(profiles.window_as_json(window)) == window
    assert profiles._valid("windows", [window]) == (window,)


@pytest.mark.parametrize(
    "window",
    [
        None,
        {},
        {"days": ["mon"], "from": "16:00"},
        {"days": ["mon"], "from": "16", "to": "22:00"},
        {"days": ["mon"], "from": 960, "to": 1320},
        {"days": "mon", "from": "16:00", "to": "22:00"},
        {"days": [["mon"]], "from": "16:00", "to": "22:00"},
        {"days": ["mon"], "from": "24:00", "to": "22:00"},
        {"days": ["mon"], "from": "16:00", "to": "24:01"},
        {"days": ["mon"], "from": "16:00", "to": "22:00", "zone": "UTC"},
    ],
)
def test_json_that_is_no_window_is_refused_with_the_remedy(window):
    with pytest.raises(InvalidProfile, match='"from": "16:00"'):
        profiles.window_from_json(window)


def test_a_profile_is_shown_without_its_id(connection, eetu):
    shown = profiles.as_json(profiles.change(connection, eetu.id, windows=[(("mon",), 16 * 60, 24 * 60)], age=19))
    assert shown["windows"] == [{"days": ["mon"], "from": "16:00", "to": "24:00"}]
    assert shown["age"] == 19 and shown["paused_until"] is None
    assert shown["created_at"] == "2026-11-22T00:30:00+00:00"
    assert eetu.id not in str(shown)
