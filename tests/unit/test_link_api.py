"""Linking a messenger to the web chat, and one browser to another, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from chat_client import Chat
from fake_rasa import FakeRasa

from people import linking, profiles
from people.database import Database
from reminders import outbox
from web.app import create_app
from web.poster import qr_path
from web.settings import Settings

NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
TELEGRAM = ("telegram", "telegram:55")
PLENTY = "100000/minute"


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(scope="module")
def settings(seed_catalog, new_database):
    with FakeRasa() as rasa:
        bots = {"telegram_bot": "saattaja_bot", "conversations_per_address": PLENTY}
        yield Settings(rasa.url, rasa.url, seed_catalog.path, database=new_database(), **bots)


@pytest.fixture(scope="module")
def door(settings, open_door, clock):
    with open_door(create_app(settings, today=clock)) as door:
        yield door


@pytest.fixture
def database(settings, door):
    database = Database(settings.database)
    yield database
    with database.writing() as connection:  # each test has a Telegram of its own
        connection.execute(profiles.addresses.delete().where(profiles.addresses.c.channel == "telegram"))
        linking.erase_tries(connection, TELEGRAM[1])
    database.close()


@pytest.fixture(autouse=True)
def at_noon(clock):
    clock.now = NOW


class Person(Chat):
    """Somebody with a conversation, and what the API says to them."""

    def ask(self, method, path, body=None, status=200, **headers):
        answer = self.client.request(method, path, json=body, headers={**self.headers, **headers})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def channels(self):
        return [(one["channel"], one["here"]) for one in self.ask("GET", "/api/profile")["channels"]]


@pytest.fixture
def person(door):
    return Person(door.client)


def tells(database, code, address=TELEGRAM, now=NOW):
    """Tells a code in a messenger."""
    with database.writing() as connection:
        return linking.link(connection, code, *address, now)


def test_a_code_comes_with_where_to_tell_it(person):
    made = person.ask("POST", "/api/link", status=201)
    assert linking.read(made["code"]) and made["expires"] == (NOW + timedelta(minutes=10)).isoformat()
    telegram, discord = made["links"]
    assert telegram["url"] == f"https://t.me/saattaja_bot?start=link-{made['code'].replace('-', '')}"
    assert telegram["has_code"] and telegram["qr"] == qr_path(telegram["url"])
    assert discord == {"channel": "discord", "url": None, "has_code": False, "qr": None}


def test_who_told_nothing_has_no_channels_and_one_with_a_code_has_this_one(person):
    assert person.channels() == []
    person.ask("POST", "/api/link", status=201)
    assert person.channels() == [("widget", True)]


def test_a_messenger_that_tells_the_code_is_linked_and_the_page_hears_of_it(person, database):
    tells(database, person.ask("POST", "/api/link", status=201)["code"])
    assert person.channels() == [("widget", True), ("telegram", False)]
    profile = person.ask("GET", "/api/profile")
    assert profile["channels"][1]["linked_at"] == NOW.isoformat()
    assert "55" not in str(profile["channels"])
    events = person.ask("GET", "/api/conversation")["events"]
    assert events[-1]["body"]["text"].startswith("Telegram on nyt yhdistetty.")


def test_a_code_of_a_messenger_links_the_page(person, database):
    with database.writing() as connection:
        code = linking.new_code(connection, *TELEGRAM, NOW)
    linked = person.ask("POST", "/api/link/code", {"code": code.lower()})
    assert linked["channel"] == "telegram"
    assert [one["channel"] for one in linked["channels"]] == ["telegram", "widget"]
    with database.reading() as connection:
        (told,) = outbox.events(connection, TELEGRAM[1])
    assert told.body["text"].startswith("Verkkosivun chat on nyt yhdistetty.")


def test_a_phone_and_a_computer_are_linked_too(person, door):
    computer = Person(door.client)
    computer.ask("POST", "/api/link/code", {"code": person.ask("POST", "/api/link", status=201)["code"]})
    assert person.channels() == [("widget", True), ("widget", False)]
    person.ask("PATCH", "/api/profile", {"municipality": "Oulu"})
    assert computer.ask("GET", "/api/profile")["municipality"] == "Oulu"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("BBBB-BBBB", 404, "not_found"), ("nonsense", 404, "not_found"), ("x" * 61, 422, "invalid"), (7, 422, "invalid")],
)
def test_a_wrong_code_is_refused_in_words(person, code, status, error):
    refused = person.ask("POST", "/api/link/code", {"code": code}, status, **{"Accept-Language": "sv"})
    assert refused["error"] == error and refused["message"]


def test_a_code_that_is_over_or_was_made_here_links_nothing(person, door, clock):
    code = person.ask("POST", "/api/link", status=201)["code"]
    assert person.ask("POST", "/api/link/code", {"code": code}, 409)["error"] == "same_place"
    clock.now = NOW + timedelta(minutes=10)
    assert Person(door.client).ask("POST", "/api/link/code", {"code": code}, 404)["error"] == "not_found"


def test_wrong_codes_are_counted_also_though_they_are_refused(person, door):
    code = Person(door.client).ask("POST", "/api/link", status=201)["code"]
    for _ in range(5):
        person.ask("POST", "/api/link/code", {"code": "BBBB-BBBB"}, 404)
    assert person.ask("POST", "/api/link/code", {"code": code}, 429)["error"] == "too_many"


def test_a_channel_is_unlinked_for_good_and_told_so(person, database):
    tells(database, person.ask("POST", "/api/link", status=201)["code"])
    person.ask("DELETE", "/api/link/telegram", status=204)
    assert person.channels() == [("widget", True)]
    with database.reading() as connection:
        assert outbox.events(connection, TELEGRAM[1])[-1].body["text"].startswith("Tämä keskustelu on nyt erillään")
    person.ask("DELETE", "/api/link/telegram", status=404)
    person.ask("DELETE", "/api/link/widget", status=404)  # never the one that asks


def test_forgetting_erases_the_conversation_in_the_messenger_too(person, database):
    tells(database, person.ask("POST", "/api/link", status=201)["code"])
    with database.writing() as connection:
        outbox.append(connection, TELEGRAM[1], "reply", {"text": "salaisuus"}, NOW)
    exported = person.ask("GET", "/api/profile/export")
    assert "salaisuus" in str(exported["conversations"])
    person.ask("DELETE", "/api/profile", status=204)
    with database.reading() as connection:
        assert outbox.events(connection, TELEGRAM[1]) == []


@pytest.mark.parametrize("path", ["/api/link", "/api/link/code", "/api/link/telegram"])
def test_without_a_conversation_nothing_is_linked(door, path):
    method = "DELETE" if path.endswith("telegram") else "POST"
    assert door.client.request(method, path, json={"code": "BBBB-BBBB"}).status_code == 401


def test_the_drawing_of_a_qr_code_has_its_quiet_zone():
    drawn = qr_path("https://t.me/saattaja_bot?start=link-BCDFGHJK")
    assert drawn["path"].startswith("M4 4h7v1h-7z") and drawn["size"] == 33 + 8


def test_a_bot_that_can_not_be_is_refused_by_name():
    given = {"SAATTAJA_TELEGRAM_BOT": "@saattaja_bot", "SAATTAJA_DISCORD_BOT": "112233445566778899"}
    settings = Settings.from_environment(given)
    assert (settings.telegram_bot, settings.discord_bot) == ("saattaja_bot", "112233445566778899")
    assert replace(settings, telegram_bot=None, discord_bot=None) == Settings.from_environment({})
    for name in given:
        with pytest.raises(ValueError, match=f"{name}.*Write"):
            Settings.from_environment({name: "ei/kelpaa"})
