"""Whatever staff do to a session, in whatever order: what waits for a person is what is held, each time once."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people import erasing, profiles
from people.database import Database
from reminders import attendance, following, store
from reminders.occurrences import occurrences
from service_catalog.schema import Service

FINLAND = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 10, 20, 12, tzinfo=FINLAND).astimezone(timezone.utc)  # clocks change on the 25th
DAYS = [f"2026-10-{day}" for day in range(21, 32)]
RULES = {"FREQ=DAILY": DAYS, "FREQ=WEEKLY;BYDAY=TH": ["2026-10-22", "2026-10-29"], None: DAYS[:1]}


@st.composite
def services(draw: st.DrawFn) -> Service:
    """The session as staff may write it: another rule or hour, days off, days moved; now and then it is gone."""
    rule = draw(st.sampled_from(list(RULES)))
    hour = draw(st.sampled_from([3, 12, 18]))
    start = "2026-10-22" if rule and "WEEKLY" in rule else "2026-10-21"
    days = draw(st.lists(st.sampled_from(RULES[rule]), max_size=4, unique=True))
    half = len(days) // 2
    moved = [
        {"from": day, "to": f"2026-10-{draw(st.integers(21, 31))} {draw(st.integers(8, 20)):02}:30"}
        for day in days[:half]
    ]
    session = {
        "id": "ryhma",
        "name": "Ryhmä",
        "starts": f"{start} {hour:02}:30",
        "ends_at": f"{hour + 1}:30",
        "rrule": rule,
        "channel": "video",
        "url": "https://juttu.example.fi/huone",
        "except": days[half:],
        "moved": moved,
    }
    return Service.parse_obj(
        {
            "id": "juttu",
            "organization": "juttu",
            "name": "Juttu",
            "summary": "Juttele.",
            "first_step": "Avaa chat.",
            "needs": ["loneliness"],
            "service_area": "country",
            "channels": [{"type": "chat", "url": "https://juttu.example.fi"}],
            "sessions": [session],
            "confidence": "high",
            "source": ["https://juttu.example.fi"],
        }
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('following')}/saattaja.db")
    database.upgrade()
    yield database
    database.close()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_what_waits_is_what_is_held(database, data):
    now = NOW
    with database.writing() as connection:
        for other in connection.execute(profiles.people.select()).mappings().all():
            erasing.forget(connection, other["id"], now)  # of an earlier example
        person = profiles.ensure(connection, "widget", "a", now).id
        everyday = profiles.Window(profiles.DAYS, 0, 1440)
        profiles.change(connection, person, reminders_allowed=True, windows=[everyday])
        service = data.draw(services())
        try:
            attendance.attend(connection, person, service, "ryhma", now)
        except attendance.NoSuchOccurrence:
            return
        for _ in range(data.draw(st.integers(1, 5))):
            following.follow_person(connection, {"juttu": service}.get, person, now)
            before = store.of_person(connection, person)
            following.follow_person(connection, {"juttu": service}.get, person, now)
            assert store.of_person(connection, person) == before  # nothing twice

            held = occurrences(service, now, now + following.REMINDED_AHEAD)
            waiting = [each for each in before if each.state == "waiting" and each.kind == "start_now"]
            near = [each.occurrence_start for each in waiting if each.occurrence_start < now + following.REMINDED_AHEAD]
            assert sorted(near) == [each.starts for each in held]
            for notice in (each for each in before if each.kind == "same_day_notice" and each.state == "waiting"):
                assert notice.occurrence_start in [
                    each.starts for each in occurrences(service, now, now + timedelta(30))
                ]
            assert all(each.reason for each in before if each.state in ("dropped", "cancelled"))

            service = data.draw(services())
            now += timedelta(minutes=data.draw(st.integers(0, 1500)))
            for claimed in store.claim(connection, "w", now, 100):  # what was sent meanwhile waits no more
                assert store.deliver(connection, claimed, "widget", now)
