"""The profile, reminders, pushes and calendars over HTTP, as the widget and its service worker use them."""

from __future__ import annotations

import json
import stat
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from chat_client import Chat
from fake_push_service import Browser, FakePushService, vouched
from fake_rasa import FakeRasa

from bot import reminder_texts
from people import conversations, profiles
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import attendance, store, wishes
from reminders.delivery import Delivery, to_conversation
from reminders.kinds import KINDS
from reminders.occurrences import occurrences
from reminders.planning import Planned, Rules, plan
from reminders.push_settings import PushSettings
from reminders.pushes import to_devices
from reminders.vapid import key_in
from reminders.web_push import WebPush
from web.app import create_app
from web.settings import Settings

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 26, 12, tzinfo=HELSINKI)  # a Thursday; Nuortenilta is at 18-20
SERVICE, SESSION = "wortti-utsjoki", "nuortenilta"
PLENTY = "100000/minute"
WINDOW = {"days": ["mon", "tue"], "from": "16:00", "to": "22:00"}


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def at_noon(clock):
    clock.now = NOW


@pytest.fixture(scope="module")
def push_service():
    with FakePushService() as service:
        yield service


@pytest.fixture(scope="module")
def settings(seed_catalog, new_database, push_service, tmp_path_factory):
    with FakeRasa() as rasa:
        yield Settings(
            rasa.url,
            rasa.url,
            seed_catalog.path,
            database=new_database(),
            allowed_origins=("https://www.example.fi",),
            public_url="https://saattaja.example",
            conversations_per_address=PLENTY,
            push=PushSettings(
                tmp_path_factory.mktemp("state") / "vapid.pem", "mailto:a@example.fi", (push_service.url,)
            ),
        )


@pytest.fixture(scope="module")
def door(settings, open_door, clock):
    with open_door(create_app(settings, today=clock)) as door:
        yield door


@pytest.fixture(scope="module")
def database(settings, door):
    database = Database(settings.database)
    yield database
    database.close()


class Person(Chat):
    """Somebody with a conversation, and what the API says to them."""

    def ask(self, method, path, body=None, status=200):
        answer = self.client.request(method, path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def profile(self):
        return self.ask("GET", "/api/profile")

    def change(self, **fields):
        return self.ask("PATCH", "/api/profile", fields)

    def refused(self, status=422, **fields):
        return self.ask("PATCH", "/api/profile", fields, status)["reason"]

    def events(self):
        return self.ask("GET", "/api/conversation")["events"]


@pytest.fixture
def person(door):
    return Person(door.client)


def conversation_of(connection, person):
    return conversations.owned_by(connection, person.token, NOW).id


def profile_of(connection, person):
    return profiles.find(connection, WEB_CHAT, conversation_of(connection, person))


def reminded(database, person, kind="same_day_notice", session=SESSION, service=SERVICE, starts=None, deliver=True):
    """Gives a person a reminder, which has reached them if `deliver`; returns its id."""
    starts = starts or NOW.replace(hour=18)
    with database.writing() as connection:
        profile = profile_of(connection, person)
        reminder = store.add(
            *(connection, profile.id, kind, uuid.uuid4().hex, Planned(NOW, starts + timedelta(hours=2)), NOW),
            service=service,
            session=session,
            occurrence_start=starts,
            occurrence_end=starts + timedelta(hours=2),
            body={"name": "Nuortenilta"},
        )
    if deliver:
        assert deliver_all(database) == ["delivered"]
    return reminder


def deliver_all(database):
    """What the process that keeps in touch does with what is due."""
    delivery = Delivery({WEB_CHAT: (to_conversation, to_devices)}, reminder_texts)
    with database.writing() as connection:
        return [delivery.attempt(connection, one, NOW) for one in store.claim(connection, "test", NOW, 10)]


# --- the profile ------------------------------------------------------------------------------------------------


def test_who_told_nothing_has_a_profile_of_which_nothing_is_kept(person, database):
    told = person.profile()
    assert told["kept"] is False and told["reminders_allowed"] is False and told["windows"] is None
    assert told["default_windows"] == [
        {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "10:00", "to": "20:00"}
    ]
    assert [topic["id"] for topic in told["topics"]] == list(KINDS)
    assert told["lock_screen"] == "neutral" and told["pushes"] == 0 and told["has_calendar"] is False
    with database.reading() as connection:
        assert profile_of(connection, person) is None


def test_what_is_changed_is_kept_and_the_rest_stays(person):
    person.change(windows=[WINDOW], age=19)
    told = person.change(most_per_day=2, lock_screen="full", topics_off=["news"], reminders_allowed=True)
    assert told == person.profile()
    assert told["kept"] is True and told["windows"] == [WINDOW] and told["age"] == 19
    assert (told["most_per_day"], told["lock_screen"], told["topics_off"]) == (2, "full", ["news"])
    assert person.change(windows=None)["windows"] is None
    assert person.change(windows=[])["windows"] == []


def test_a_night_and_a_whole_day_can_be_windows(person):
    windows = [
        {"days": ["fri", "sat"], "from": "22:00", "to": "02:00"},
        {"days": ["sun"], "from": "00:00", "to": "24:00"},
    ]
    assert person.change(windows=windows)["windows"] == windows


def test_a_place_is_known_by_either_name_and_replaces_a_position(person, database):
    person.change(age=19)
    with database.writing() as connection:
        profiles.change(connection, profile_of(connection, person).id, latitude=61.5, longitude=23.8)
    assert person.profile()["has_position"] is True
    told = person.change(municipality="Åbo")
    assert told["municipality"] == "Turku" and told["has_position"] is False
    assert person.change(municipality=None)["municipality"] is None


def test_a_pause_has_an_end(person):
    until = NOW + timedelta(days=7)
    assert datetime.fromisoformat(person.change(paused_until=until.isoformat())["paused_until"]) == until
    assert person.change(paused_until=None)["paused_until"] is None


@pytest.mark.parametrize(
    ("fields", "remedy"),
    [
        ({"windows": [{**WINDOW, "days": ["ma"]}]}, "one of mon, tue"),
        ({"windows": [{**WINDOW, "days": []}]}, "one of mon, tue"),
        ({"windows": [{**WINDOW, "from": "24:00"}]}, "00:00-23:59"),
        ({"windows": [{**WINDOW, "to": "16:00"}]}, "another to"),
        ({"windows": [{"days": ["mon"]}]}, "windows.from"),
        ({"windows": [WINDOW] * 101}, "at most 100"),
        ({"windows": "always"}, "windows"),
        ({"zone": "Helsinki"}, "Europe/Helsinki"),
        ({"zone": None}, "Europe/Helsinki"),
        ({"most_per_day": 0}, "from 1 to 20"),
        ({"most_per_day": True}, "most_per_day"),
        ({"age": -1}, "from 0 to 120"),
        ({"language": "suomi"}, "ISO 639"),
        ({"municipality": "Ankkalinna"}, "Finnish municipality"),
        ({"interests": ["happiness"]}, "mental_health"),
        ({"topics_off": ["everything"]}, "same_day_notice"),
        ({"lock_screen": "off"}, "neutral, full"),
        ({"paused_until": "2026-12-01T09:00:00"}, "offset"),
        ({"paused_until": "2028-12-01T09:00:00+02:00"}, "a year away"),
        ({"paused_until": "9999-12-31T23:59:59-12:00"}, "a year away"),
        ({"paused_until": "0001-01-01T00:00:00+14:00"}, "a year away"),
        ({"reminders_allowed": "yes"}, "reminders_allowed"),
        ({"reminders_allowed": None}, "True or False"),
        ({"name": "Eetu"}, "name"),
        ({"translation_allowed": True}, "no translator was asked about"),
    ],
)
def test_what_a_profile_can_not_have_is_refused_with_the_remedy_and_changes_nothing(person, fields, remedy):
    assert remedy in person.refused(**{"age": 19, **fields})
    assert person.profile()["kept"] is False


def test_a_yes_to_a_translator_is_told_and_can_be_taken_back(person, database):
    person.change(age=19)
    assert (person.profile()["translation_by"], person.profile()["translation_allowed"]) == (None, None)
    with database.writing() as connection:
        by = "LibreTranslate (127.0.0.1)"
        asked = {"translation_by": by, "translation_allowed": True}
        profiles.change(connection, profile_of(connection, person).id, **asked)
    assert asked.items() <= person.profile().items()
    assert person.change(translation_allowed=False)["translation_allowed"] is False
    with database.reading() as connection:
        assert profile_of(connection, person).translation_allowed is False
    assert person.change(translation_allowed=True)["translation_allowed"] is True


def test_a_change_counts_for_what_waits_already(person, database):
    person.change(reminders_allowed=True)
    starts = NOW.replace(hour=18) + timedelta(days=7)
    with database.writing() as connection:
        profile = profile_of(connection, person)
        planned = plan(KINDS["start_now"], starts, starts + timedelta(hours=2), Rules.of(profile), NOW)
        assert planned == Planned(starts, starts + timedelta(minutes=15))
        store.add(
            *(connection, profile.id, "start_now", "key", planned, NOW),
            service=SERVICE,
            session=SESSION,
            occurrence_start=starts,
            occurrence_end=starts + timedelta(hours=2),
        )

    def state():
        (one,) = person.ask("GET", "/api/reminders")["reminders"]
        return one["state"], one["reason"]

    assert state() == ("waiting", None)
    for change, back, reason in [
        ({"windows": [WINDOW]}, {"windows": None}, "outside_windows"),
        ({"paused_until": (starts + timedelta(days=1)).isoformat()}, {"paused_until": None}, "paused"),
        ({"topics_off": ["start_now"]}, {"topics_off": []}, "topic_off"),
        ({"reminders_allowed": False}, {"reminders_allowed": True}, "not_allowed"),
    ]:
        person.change(**change)
        assert state() == ("dropped", reason)
        person.change(**back)
        assert state() == ("waiting", None)


def test_all_that_is_kept_is_given_in_a_file(person, database):
    person.change(age=19, reminders_allowed=True)
    reminded(database, person)
    person.say("moi")
    answer = person.client.get("/api/profile/export", headers=person.headers)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="omat-tiedot.json"'
    everything = answer.json()
    assert everything["profile"]["age"] == 19
    assert [one["state"] for one in everything["reminders"]] == ["delivered"]
    assert {event["kind"] for event in everything["conversations"][0]["events"]} == {"message", "reply", "notice"}
    assert "devices" in everything and "remembered" in everything
    with database.reading() as connection:
        assert conversation_of(connection, person) not in answer.text


def test_who_is_erased_is_gone_with_all_their_conversations(door, person, database):
    person.change(age=19, reminders_allowed=True)
    reminded(database, person)
    tablet = Person(door.client)
    with database.writing() as connection:
        mine = profile_of(connection, person)
        profiles.add_address(connection, mine.id, WEB_CHAT, conversation_of(connection, tablet), NOW)
    with person.follow() as events:
        next(events)
        person.ask("DELETE", "/api/profile", status=204)
        assert list(events) == []
    for one in (person, tablet):
        assert one.ask("GET", "/api/profile", status=401)["error"] == "unknown_conversation"
    with database.reading() as connection:
        assert profiles.by_id(connection, mine.id) is None
        assert store.of_person(connection, mine.id) == []


def test_who_has_no_profile_can_be_erased_too(person):
    person.say("moi")
    person.ask("DELETE", "/api/profile", status=204)
    person.ask("GET", "/api/conversation", status=401)


# --- reminders and answers --------------------------------------------------------------------------------------


def test_a_notice_has_buttons_that_answer_it(person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person)
    body = person.events()[-1]["body"]
    assert body["reminder"] == reminder
    assert [button["answer"] for button in body["buttons"]] == ["done", "later", "move", "cancel", "stop_all"]


def test_done_is_kept_and_said_in_the_conversation(person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person)
    waiting = reminded(database, person, "start_now", deliver=False)
    answered = person.ask("POST", f"/api/reminders/{reminder}", {"answer": "done"})
    assert answered["reminder"]["answered"] == "done" and answered["again_at"] is None
    assert person.events()[-1]["kind"] == "notice"
    assert person.events()[-1]["body"]["text"] == answered["text"]
    told = {one["id"]: one["state"] for one in person.ask("GET", "/api/reminders")["reminders"]}
    assert told[waiting] == "cancelled"


def test_later_is_in_an_hour(person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person)
    answered = person.ask("POST", f"/api/reminders/{reminder}", {"answer": "later"})
    assert datetime.fromisoformat(answered["again_at"]) == NOW + timedelta(hours=1)
    assert "klo 13" in answered["text"]
    states = [one["state"] for one in person.ask("GET", "/api/reminders")["reminders"]]
    assert sorted(states) == ["delivered", "waiting"]


def test_later_is_when_the_windows_allow_it_or_said_to_be_too_late(person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person)
    person.change(windows=[{"days": ["thu"], "from": "15:00", "to": "16:00"}])
    answered = person.ask("POST", f"/api/reminders/{reminder}", {"answer": "later"})
    assert datetime.fromisoformat(answered["again_at"]) == NOW.replace(hour=15)
    person.change(windows=[{"days": ["fri"], "from": "15:00", "to": "16:00"}])
    assert person.ask("POST", f"/api/reminders/{reminder}", {"answer": "later"})["again_at"] is None


def coming(database, person, seed_catalog):
    with database.reading() as connection:
        mine = profile_of(connection, person)
        until = NOW + timedelta(days=20)
        return [one.starts for one in attendance.coming(connection, mine.id, seed_catalog.service, NOW, until)]


@pytest.fixture
def attending(person, database, seed_catalog):
    """Somebody who comes to every evening, and was reminded of today's."""
    person.change(reminders_allowed=True)
    with database.writing() as connection:
        (first, *_) = occurrences(seed_catalog.service(SERVICE), NOW, NOW + timedelta(days=1), session=SESSION)
        mine = profile_of(connection, person)
        wishes.come(connection, seed_catalog.service, mine.id, first, NOW, every_time=True)
    return reminded(database, person)


TODAY, NEXT, THEN = (NOW.replace(hour=18) + timedelta(days=days) for days in (0, 7, 14))


def test_cancel_is_for_this_time(person, database, seed_catalog, attending):
    assert coming(database, person, seed_catalog) == [TODAY, NEXT, THEN]
    answered = person.ask("POST", f"/api/reminders/{attending}", {"answer": "cancel"})
    assert datetime.fromisoformat(answered["next"]) == NEXT
    assert answered["reminder"]["answered"] == "cancel"
    assert coming(database, person, seed_catalog) == [NEXT, THEN]


def test_move_is_to_the_next_time(person, database, seed_catalog, attending):
    answered = person.ask("POST", f"/api/reminders/{attending}", {"answer": "move"})
    assert datetime.fromisoformat(answered["next"]) == NEXT
    assert NEXT in coming(database, person, seed_catalog) and TODAY not in coming(database, person, seed_catalog)


def test_the_same_answer_again_changes_nothing_more(person, database, seed_catalog, attending):
    for answer in ("cancel", "move", "done"):
        once = person.ask("POST", f"/api/reminders/{attending}", {"answer": answer})
        there, said = coming(database, person, seed_catalog), len(person.events())
        assert person.ask("POST", f"/api/reminders/{attending}", {"answer": answer}) == once
        assert (coming(database, person, seed_catalog), len(person.events())) == (there, said)


def test_stop_all_takes_the_yes_back(person, database, attending):
    answered = person.ask("POST", f"/api/reminders/{attending}", {"answer": "stop_all"})
    assert answered["reminder"]["answered"] == "stop_all"
    assert person.profile()["reminders_allowed"] is False
    states = {one["state"] for one in person.ask("GET", "/api/reminders")["reminders"]}
    assert states == {"delivered", "dropped"}


def test_an_answer_to_what_staff_took_out_of_the_catalogue_is_answered(person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person, service="no-longer-there", session="gone")
    for answer in ("move", "cancel", "later", "done", "stop_all"):
        assert person.ask("POST", f"/api/reminders/{reminder}", {"answer": answer})["text"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_answers_are_in_the_persons_language(person, database, language):
    person.change(reminders_allowed=True, language=language)
    reminder = reminded(database, person)
    for answer in ("done", "later", "move", "cancel", "stop_all"):
        text = person.ask("POST", f"/api/reminders/{reminder}", {"answer": answer})["text"]
        assert text and "{" not in text and "Selvä" not in text


def test_nobody_answers_anothers_reminder(door, person, database):
    person.change(reminders_allowed=True)
    reminder = reminded(database, person)
    other = Person(door.client)
    for _ in range(2):
        refusal = other.ask("POST", f"/api/reminders/{reminder}", {"answer": "done"}, 404)
        assert refusal["error"] == "not_found"
        other.change(age=19)
    assert person.ask("GET", "/api/reminders")["reminders"][0]["answered"] is None
    assert person.ask("POST", f"/api/reminders/{reminder}", {"answer": "maybe"}, 422)["error"] == "invalid"


def test_why_something_was_not_sent_is_told(person, database):
    person.change(reminders_allowed=True)
    reminded(database, person, deliver=False)
    person.change(reminders_allowed=False)
    (one,) = person.ask("GET", "/api/reminders")["reminders"]
    assert one["reason"] == "not_allowed" and "muistutuksia" in one["reason_text"]
    assert one["name"] == "Nuortenilta" and datetime.fromisoformat(one["starts"]) == TODAY


# --- pushes -----------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_stays(person, settings):
    key = person.ask("GET", "/api/push/key")["key"]
    assert key == person.ask("GET", "/api/push/key")["key"] == key_in(settings.push.key).public
    assert stat.S_IMODE(settings.push.key.stat().st_mode) == 0o600


def test_nobody_is_pushed_to_without_a_yes(person):
    subscription = Browser("https://push.example.com").subscription
    refusal = person.ask("POST", "/api/push/subscriptions", subscription, 409)
    assert refusal["error"] == "not_allowed" and "reminders_allowed" in refusal["reason"]
    person.change(reminders_allowed=True)
    assert person.ask("POST", "/api/push/subscriptions", subscription, 201) == {"pushes": 1}
    assert person.ask("POST", "/api/push/subscriptions", subscription, 201) == {"pushes": 1}
    assert person.profile()["pushes"] == 1


def test_a_device_or_all_of_them_can_be_taken_away(person):
    person.change(reminders_allowed=True)
    devices = [Browser("https://push.example.com", name).subscription for name in ("phone", "tablet", "laptop")]
    for device in devices:
        person.ask("POST", "/api/push/subscriptions", device, 201)
    person.ask("DELETE", "/api/push/subscriptions", {"endpoint": devices[0]["endpoint"]}, 204)
    assert person.profile()["pushes"] == 2
    person.ask("DELETE", "/api/push/subscriptions", status=204)
    assert person.profile()["pushes"] == 0


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"endpoint": "http://push.example.com/x"}, "endpoint: it must be the https address"),
        ({"endpoint": "https://192.168.0.1/x"}, "no number"),
        ({"endpoint": "https://push.example.com/" + "x" * 1000}, "at most 1000"),
        ({"keys": {"p256dh": "x", "auth": "x"}}, "keys.p256dh"),
        ({"keys": {"p256dh": "x" * 101, "auth": "x"}}, "keys.p256dh"),
        ({"keys": None}, "keys"),
    ],
)
def test_a_subscription_that_can_not_be_pushed_to_is_refused(person, change, remedy):
    person.change(reminders_allowed=True)
    subscription = {**Browser("https://push.example.com").subscription, **change}
    assert remedy in person.ask("POST", "/api/push/subscriptions", subscription, 422)["reason"]


def test_a_reminder_reaches_the_closed_phone_and_is_answered_from_there(
    person, database, settings, push_service, clock
):
    """The whole way: a yes, a subscription, a reminder, a push that is read, and an answer of the service worker."""
    phone = push_service.subscribes(uuid.uuid4().hex)
    person.change(reminders_allowed=True)
    key = person.ask("GET", "/api/push/key")["key"]
    person.ask("POST", "/api/push/subscriptions", phone.subscription, 201)
    reminder = reminded(database, person)
    push = settings.push
    assert WebPush(database, key_in(push.key), push.contact, push.trusted, clock).send_waiting() == {"sent": 1}
    request = push_service.received[-1]
    assert vouched(request).key == key
    read = phone.reads(request)
    assert read["id"] == read["tag"] == reminder and read["body"] == "Sinulle on viesti."
    assert [action["action"] for action in read["actions"]] == ["done", "later"]
    assert person.ask("POST", f"/api/reminders/{read['id']}", {"answer": read["actions"][0]["action"]})["text"]


# --- calendars --------------------------------------------------------------------------------------------------


def calendar(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return [event.decoded("dtstart") for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")]


def test_a_calendar_follows_what_the_person_comes_to(door, person, attending):
    link = person.ask("POST", "/api/calendar", status=201)
    assert link["url"].startswith("https://saattaja.example/calendar/")
    assert link["webcal"] == link["url"].replace("https:", "webcal:")
    path = link["url"].removeprefix("https://saattaja.example")
    assert calendar(door.client, path)[:2] == [TODAY, NEXT]
    person.ask("POST", f"/api/reminders/{attending}", {"answer": "cancel"})
    assert calendar(door.client, path)[0] == NEXT
    assert person.profile()["has_calendar"] is True


def test_links_end_when_the_person_says_so(door, person):
    paths = []
    for body in (None, {"renew": False}, {"renew": True}):
        paths.append(person.ask("POST", "/api/calendar", body, 201)["url"].removeprefix("https://saattaja.example"))
    assert [door.client.get(path).status_code for path in paths] == [404, 404, 200]
    person.ask("DELETE", "/api/calendar", status=204)
    assert door.client.get(paths[-1]).status_code == 404
    assert person.profile()["has_calendar"] is False


def test_a_link_that_nobody_has_opens_nothing(door):
    for guess in ("x", "x" * 43, "x" * 101, "..%2f", "ä"):
        assert door.client.get(f"/calendar/{guess}.ics").status_code in (404, 422)


def test_a_session_of_a_service_for_a_calendar(door):
    path = f"/api/services/{SERVICE}/sessions/{SESSION}.ics"
    assert calendar(door.client, path)[:2] == [TODAY, NEXT]
    answer = door.client.get(path, params={"start": NEXT.isoformat()})
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == NEXT and str(event["summary"]) == "Nuortenilta"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SESSION}.ics"'


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{SERVICE}/sessions/none.ics", 404),
        ("none/sessions/none.ics", 404),
        (f"{SERVICE}/sessions/{SESSION}.ics?start=2026-11-27T18:00:00%2B02:00", 404),
        (f"{SERVICE}/sessions/{SESSION}.ics?start=2026-11-26T18:00:00", 422),
        (f"{SERVICE}/sessions/{SESSION}.ics?start=soon", 422),
        (f"{SERVICE}/sessions/{SESSION}.ics?start=9999-12-31T23:59:59-12:00", 404),
    ],
)
def test_what_is_in_no_calendar(door, path, status):
    assert door.client.get(f"/api/services/{path}").status_code == status


# --- who may ask, and how much ----------------------------------------------------------------------------------

ASKED = [
    ("GET", "/api/profile", None),
    ("PATCH", "/api/profile", {"age": 19}),
    ("GET", "/api/profile/export", None),
    ("DELETE", "/api/profile", None),
    ("GET", "/api/reminders", None),
    ("POST", "/api/reminders/some", {"answer": "done"}),
    ("GET", "/api/push/key", None),
    ("POST", "/api/push/subscriptions", Browser("https://push.example.com").subscription),
    ("DELETE", "/api/push/subscriptions", {}),
    ("POST", "/api/calendar", {}),
    ("DELETE", "/api/calendar", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}])
def test_without_a_conversations_token_nothing_is_told_or_changed(door, method, path, body, headers):
    answer = door.client.request(method, path, json=body, headers=headers)
    assert answer.status_code == 401 and answer.json()["error"] == "unknown_conversation"


@pytest.mark.parametrize("limit", ["changes_per_conversation", "reads_per_conversation", "calendars_per_address"])
def test_who_asks_too_often_is_told_to_wait(open_door, seed_catalog, new_database, limit):
    with FakeRasa() as rasa:
        settings = Settings(rasa.url, rasa.url, seed_catalog.path, database=new_database(), **{limit: "2/hour"})
        with open_door(create_app(settings)) as door:
            person = Person(door.client)
            method, path, body = {
                "changes_per_conversation": ("PATCH", "/api/profile", {"age": 19}),
                "reads_per_conversation": ("GET", "/api/reminders", None),
                "calendars_per_address": ("GET", "/calendar/x.ics", None),
            }[limit]
            answers = [door.client.request(method, path, json=body, headers=person.headers) for _ in range(3)]
            assert [answer.status_code == 429 for answer in answers] == [False, False, True]
            assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_page_of_another_site_may_change_a_profile_where_it_is_allowed(door):
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = door.client.options("/api/profile", headers={"Origin": "https://www.example.fi", **asked})
    assert allowed.status_code == 200 and "PATCH" in allowed.headers["Access-Control-Allow-Methods"]
    assert door.client.options("/api/profile", headers={"Origin": "https://evil.example", **asked}).status_code == 400


def test_the_openapi_document_tells_all_of_it(door):
    paths = door.client.get("/api/openapi.json").json()["paths"]
    told = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    asked = {(method, path.replace("/some", "/{reminder_id}")) for method, path, _ in ASKED}
    calendars = {("GET", "/calendar/{link}.ics"), ("GET", "/api/services/{service_id}/sessions/{session_id}.ics")}
    assert asked | calendars <= told


def test_nothing_that_a_person_sent_is_told_back_in_a_refusal(person):
    secret = "131052-308T"
    for body in ({"age": secret}, {"municipality": secret}, {"interests": [secret]}, {"zone": secret}):
        answer = person.client.patch("/api/profile", json=body, headers=person.headers)
        assert answer.status_code == 422 and secret not in json.dumps(answer.json()), body
