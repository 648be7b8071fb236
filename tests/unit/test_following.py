"""Reminders follow who would come and what staff change: made once, told once, cancelled when they no longer hold."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from people import profiles
from reminders import attendance, following, store
from reminders.planning import Rules
from service_catalog.schema import Service

FINLAND = ZoneInfo("Europe/Helsinki")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=FINLAND).astimezone(timezone.utc)


NOW = at("2026-11-22 12:00")  # a Sunday
TUESDAYS = {
    "id": "ryhma",
    "name": "Vertaisryhmä",
    "starts": "2026-11-24 18:00",
    "ends_at": "20:00",
    "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "channel": "video",
    "url": "https://juttu.example.fi/huone",
}
FIRST = "juttu/ryhma/2026-11-24T16:00Z"


class Staff:
    """The catalogue as staff have it at the moment."""

    def __init__(self):
        self.write()

    def write(self, **changed):
        """Has the session so; `gone=True` has none."""
        sessions = [] if changed.pop("gone", False) else [{**TUESDAYS, **changed}]
        self.service = Service.parse_obj(
            {
                "id": "juttu",
                "organization": "juttu",
                "name": "Juttu",
                "summary": "Juttele.",
                "first_step": "Avaa chat.",
                "needs": ["loneliness"],
                "service_area": "country",
                "channels": [{"type": "chat", "url": "https://juttu.example.fi"}],
                "sessions": sessions,
                "confidence": "high",
                "source": ["https://juttu.example.fi"],
            }
        )

    def of(self, service):
        return self.service if service == "juttu" else None


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def staff():
    return Staff()


@pytest.fixture
def eetu(connection):
    """Has said yes to reminders, 10-20 (the default)."""
    person = profiles.ensure(connection, "widget", "a", NOW).id
    profiles.change(connection, person, reminders_allowed=True)
    return person


@pytest.fixture
def comes(connection, eetu, staff):
    """Eetu, who comes every Tuesday."""
    attendance.attend(connection, eetu, staff.service, "ryhma", NOW)
    following.follow_person(connection, staff.of, eetu, NOW)
    return eetu


def follow(connection, staff, person, now=NOW):
    return +following.follow_person(connection, staff.of, person, now)


def reminders(connection, person, *states):
    """What there is, as "kind when" of those that wait, "kind state: reason" of the others."""
    found = []
    for each in store.of_person(connection, person):
        name = each.body.get("words", each.kind)
        when = each.due_at.astimezone(FINLAND).strftime("%d.%m. %H:%M")
        told = f"{name} {when}" if each.state == "waiting" else f"{name} {each.state}: {each.reason}"
        if not states or each.state in states:
            found.append(told)
    return sorted(found)


WEEK = ["same_day_notice 24.11. 10:00", "start_now 24.11. 18:00"]


def test_who_comes_is_reminded_of_the_coming_days(connection, comes):
    assert reminders(connection, comes) == WEEK
    (first, *_) = store.of_person(connection, comes)
    assert first.body == {
        "name": "Vertaisryhmä",
        "service_name": "Juttu",
        "channel": "video",
        "url": "https://juttu.example.fi/huone",
        "occurrence": FIRST,
    }


def test_following_again_makes_nothing_twice_and_goes_on_with_the_days(connection, comes, staff):
    assert follow(connection, staff, comes) == {}
    assert follow(connection, staff, comes, at("2026-11-24 09:00"))["reminders"] == 2
    assert reminders(connection, comes) == sorted([*WEEK, "same_day_notice 01.12. 10:00", "start_now 01.12. 18:00"])


def test_a_place_to_go_to_is_not_begun_from_a_phone(connection, eetu, staff):
    staff.write(channel="visit", url=None)
    attendance.attend(connection, eetu, staff.service, "ryhma", NOW)
    follow(connection, staff, eetu)
    assert reminders(connection, eetu) == ["same_day_notice 24.11. 10:00"]


def test_who_says_to_come_on_the_day_is_not_told_the_same_at_once(connection, eetu, staff):
    now = at("2026-11-24 15:00")
    attendance.attend(connection, eetu, staff.service, "ryhma", now)
    follow(connection, staff, eetu, now)
    assert reminders(connection, eetu, "dropped") == ["same_day_notice dropped: already_known"]
    assert "start_now 24.11. 18:00" in reminders(connection, eetu)


def test_without_a_yes_the_reason_is_kept_and_a_yes_makes_up_for_it(connection, eetu, staff):
    profile = profiles.change(connection, eetu, reminders_allowed=False)
    attendance.attend(connection, eetu, staff.service, "ryhma", NOW)
    follow(connection, staff, eetu)
    assert reminders(connection, eetu) == ["same_day_notice dropped: not_allowed", "start_now dropped: not_allowed"]
    profile = profiles.change(connection, eetu, reminders_allowed=True)
    store.plan_again(connection, eetu, Rules.of(profile), NOW)
    assert reminders(connection, eetu) == WEEK


# --- what staff change ------------------------------------------------------------------------------------------

TOLD = "22.11. 12:00"


@pytest.mark.parametrize(
    "change, waiting",
    [
        ({"except": ["2026-11-24"]}, [f"session_cancelled {TOLD}"]),
        (
            {"moved": [{"from": "2026-11-24", "to": "2026-11-25 17:00"}]},
            ["same_day_notice 25.11. 10:00", f"session_moved {TOLD}", "start_now 25.11. 17:00"],
        ),
        ({"moved": [{"from": "2026-11-24", "to": "2027-01-25 17:00"}]}, [f"session_moved {TOLD}"]),
        (  # for good: all that they knew of, in one notice
            {"starts": "2026-11-25 17:30", "ends_at": "19:00", "rrule": "FREQ=WEEKLY;BYDAY=WE"},
            ["same_day_notice 25.11. 10:00", f"session_moved {TOLD}", "start_now 25.11. 17:30"],
        ),
        ({"gone": True}, [f"session_cancelled {TOLD}"]),
        ({"url": "https://juttu.example.fi/toinen", "note": "Tervetuloa"}, WEEK),
    ],
)
def test_a_change_cancels_its_reminders_and_is_told_once(connection, comes, staff, change, waiting):
    staff.write(**change)
    for _ in range(3):
        follow(connection, staff, comes)
        assert reminders(connection, comes, "waiting") == waiting
    assert len(reminders(connection, comes, "cancelled")) == (0 if waiting == WEEK else 2)


def test_what_waits_tells_the_link_and_the_name_as_staff_have_them_now(connection, comes, staff):
    (first, *_) = store.of_person(connection, comes)
    later = store.again(connection, first, at("2026-11-24 12:00"), NOW)
    staff.write(url="https://juttu.example.fi/toinen", translations={"en": {"name": "Peer group"}})
    assert follow(connection, staff, comes) == {"renewed": 3}
    waiting = store.of_person(connection, comes, waiting=True)
    assert later in [each.id for each in waiting]
    for each in waiting:
        assert each.body["url"] == "https://juttu.example.fi/toinen"
        assert (each.told("fi")["name"], each.told("en")["name"]) == ("Vertaisryhmä", "Peer group")
    assert follow(connection, staff, comes) == {}


def test_what_was_delivered_stays_as_it_was(connection, comes, staff):
    (claimed,) = store.claim(connection, "w", at("2026-11-24 10:00"), 1)
    assert store.deliver(connection, claimed, "widget", at("2026-11-24 10:00"))
    staff.write(url="https://juttu.example.fi/toinen")
    follow(connection, staff, comes, at("2026-11-24 10:01"))
    sent = store.by_id(connection, claimed.id)
    assert sent and sent.body["url"] == "https://juttu.example.fi/huone"


def test_what_is_told_names_all_that_changed(connection, comes, staff):
    staff.write(gone=True)
    follow(connection, staff, comes)
    (notice,) = store.of_person(connection, comes, waiting=True)
    assert notice.kind == "session_change" and notice.occurrence_start == at("2026-11-24 18:00")
    assert [was for was, _ in notice.body["changes"]] == ["2026-11-24T16:00:00+00:00", "2026-12-01T16:00:00+00:00"]
    assert attendance.of_person(connection, comes) == []


def test_a_meeting_that_is_held_after_all_is_reminded_of_again(connection, comes, staff):
    staff.write(**{"except": ["2026-11-24"]})
    follow(connection, staff, comes)
    staff.write()
    follow(connection, staff, comes)  # the news of the cancellation had not gone yet: nothing to take back
    assert reminders(connection, comes, "waiting") == WEEK


def test_who_heard_of_a_cancellation_hears_that_it_is_held_after_all(connection, comes, staff):
    staff.write(**{"except": ["2026-11-24"]})
    follow(connection, staff, comes)
    (claimed,) = store.claim(connection, "w", NOW, 10)
    assert store.deliver(connection, claimed, "widget", NOW)
    staff.write()
    follow(connection, staff, comes)
    assert reminders(connection, comes, "waiting") == [WEEK[0], "session_back 22.11. 12:00", WEEK[1]]


def test_moved_there_and_back_each_is_told(connection, comes, staff):
    staff.write(moved=[{"from": "2026-11-24", "to": "2026-11-25 17:00"}])
    follow(connection, staff, comes)
    staff.write()
    follow(connection, staff, comes)
    assert reminders(connection, comes, "waiting") == [WEEK[0], "session_moved 22.11. 12:00", WEEK[1]]


def test_days_that_come_into_sight_are_no_move_of_one_that_is_called_off(connection, eetu, staff):
    staff.write(rrule="FREQ=DAILY")
    attendance.attend(connection, eetu, staff.service, "ryhma", NOW)
    follow(connection, staff, eetu)
    staff.write(rrule="FREQ=DAILY", **{"except": ["2026-12-06"]})  # the last day they know of
    follow(connection, staff, eetu, NOW + timedelta(days=3))
    notices = [each for each in store.of_person(connection, eetu) if each.kind == "session_change"]
    assert [each.body["words"] for each in notices] == ["session_cancelled"]


def test_one_time_is_followed_where_it_goes(connection, eetu, staff):
    attendance.attend(connection, eetu, staff.service, "ryhma", NOW, FIRST)
    follow(connection, staff, eetu)
    staff.write(starts="2026-11-25 17:30", ends_at="19:00", rrule="FREQ=WEEKLY;BYDAY=WE")
    follow(connection, staff, eetu)
    assert "start_now 25.11. 17:30" in reminders(connection, eetu, "waiting")
    (only,) = attendance.of_person(connection, eetu)
    assert only.occurrence == "juttu/ryhma/2026-11-25T15:30Z"
    follow(connection, staff, eetu, NOW + timedelta(days=40))
    assert attendance.of_person(connection, eetu) == []


# --- what a person says -----------------------------------------------------------------------------------------


def test_who_skips_a_time_is_not_reminded_of_it_until_they_come_after_all(connection, comes, staff):
    assert following.stop(connection, comes, "juttu", "ryhma", NOW, FIRST)
    follow(connection, staff, comes)
    assert reminders(connection, comes) == ["same_day_notice cancelled: left", "start_now cancelled: left"]
    attendance.attend(connection, comes, staff.service, "ryhma", NOW, FIRST)
    follow(connection, staff, comes)
    assert reminders(connection, comes, "waiting") == WEEK


def test_who_leaves_hears_no_more_of_it(connection, comes, staff):
    assert following.stop(connection, comes, "juttu", "ryhma", NOW)
    staff.write(gone=True)
    assert follow(connection, staff, comes) == {}
    assert reminders(connection, comes, "waiting") == []


def test_everybody_is_followed_in_batches(database, staff):
    with database.writing() as connection:
        for number in range(following.BATCH + 5):
            person = profiles.ensure(connection, "widget", f"a{number}", NOW).id
            attendance.attend(connection, person, staff.service, "ryhma", NOW)
    assert following.run(database, staff.of, NOW)["reminders"] == 2 * (following.BATCH + 5)
    assert +following.run(database, staff.of, NOW) == {}
