"""The public door in front of a stand-in for Rasa."""

import socket
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from fake_upstream import FakeUpstream, Reply

from desk import rasa as rasa_module
from people.database import Database
from reminders import store
from web import limits
from web.app import create_app
from web.limits import MAXIMUM_BODY
from web.settings import Settings

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)
WEBHOOK = "/webhooks/rest/webhook"
REPLIES = [{"recipient_id": "eetu", "text": "Moi, mikä painaa?"}]


@pytest.fixture(scope="module")
def rasa():
    with FakeUpstream() as rasa:
        yield rasa


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    file = tmp_path_factory.mktemp("build") / "catalog.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE services (number)")
        database.execute("INSERT INTO services VALUES (1)")
    return file


@pytest.fixture(scope="module")
def settings(rasa, catalogue, new_database):
    return Settings(rasa.url, rasa.url, catalogue, development=True, database=new_database())


@pytest.fixture(scope="module")
def door(settings, open_door):
    with open_door(create_app(settings, now=iter(range(0, 1_000_000, 10)).__next__, today=lambda: NOW)) as door:
        yield door


@pytest.fixture(autouse=True)
def all_is_well(rasa):
    rasa.received.clear()
    rasa.answers("POST", WEBHOOK, Reply(REPLIES))
    rasa.answers("GET", "/webhooks/rest/ready", Reply({"checks": {"model": None}, "actions": ["action_suggest"]}))
    rasa.answers("GET", "/actions", Reply([{"name": "action_suggest"}, {"name": "action_more"}]))


def test_a_message_reaches_rasa_and_its_replies_come_back(door, rasa):
    answer = door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"})
    assert (answer.status_code, answer.json()) == (200, REPLIES)
    assert rasa.received[0].json == {"sender": "eetu", "message": "moi"}


def test_a_reason_of_rasa_comes_back_with_words_for_people(door, rasa):
    rasa.answers("POST", WEBHOOK, Reply({"error": "message_missing", "reason": "..."}, status=422))
    answer = door.client.post(WEBHOOK, json={})
    assert answer.status_code == 422
    assert answer.json()["error"] == "message_missing"
    assert "Kirjoitatko sen uudestaan?" in answer.json()["message"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(drop=True),
        Reply({"description": "Internal Server Error"}, status=500),
        Reply({"error": "not_ready"}, status=503),
        Reply({"not": "a list"}),
        Reply(body=b"Traceback (most recent call last)"),
        Reply(body=b"<html>", status=404),
        Reply([], status=301, headers={"Location": "http://localhost/"}),
    ],
)
def test_a_fault_behind_the_door_gets_words_that_help(door, rasa, reply):
    rasa.answers("POST", WEBHOOK, reply)
    answer = door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"})
    assert answer.status_code == 503
    assert "Vika on minussa, ei sinussa" in answer.json()["message"]
    assert "112" in answer.json()["message"]
    assert "Traceback" not in answer.text


def test_rasa_that_is_down_gets_words_that_help(open_door, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with open_door(create_app(replace(settings, rasa=nowhere, actions=nowhere))) as door:
            answer = door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"})
            health = door.client.get("/healthz")
    assert answer.status_code == 503
    assert "sekasin.fi" in answer.json()["message"]
    assert health.status_code == 503
    assert not health.json()["checks"]["rasa"]["ok"]
    assert health.json()["checks"]["catalogue"]["ok"]


def test_rasa_that_is_slow_gets_words_that_help(rasa, settings, open_door, monkeypatch):
    monkeypatch.setattr(rasa_module, "ANSWER_WITHIN", 0.05)
    rasa.answers("POST", WEBHOOK, Reply(REPLIES, wait=0.5))
    with open_door(create_app(settings)) as door:
        assert door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"}).status_code == 503


def test_a_body_that_is_announced_too_long_is_refused_unread(door, rasa):
    answer = door.client.post(WEBHOOK, content=b"x" * (MAXIMUM_BODY + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_long")
    assert rasa.received == []


def test_a_body_that_grows_too_long_is_refused(door, rasa):
    answer = door.client.post(WEBHOOK, content=(b"x" * 65_536 for _ in range(32)))
    assert answer.status_code == 413
    assert rasa.received == []


def test_a_hundred_thousand_characters_fit(door):
    assert door.client.post(WEBHOOK, json={"sender": "eetu", "message": "ä" * 100_000}).status_code == 200


def test_a_body_that_never_comes_is_not_waited_for(door, monkeypatch):
    monkeypatch.setattr(limits, "BODY_WITHIN", 0.05)
    with socket.create_connection(("127.0.0.1", door.port)) as connection:
        connection.sendall(f"POST {WEBHOOK} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n".encode())
        assert b" 408 " in connection.recv(1_000)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_told(door, method):
    answer = door.client.request(method, WEBHOOK)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["error"] == "wrong_method"


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/rest/",
        "/webhooks/rest/ready",
        "/webhooks/rest/webhook/../../../status",
        "/webhooks/telegram/webhook",
        "/conversations/eetu/tracker",
        "/model",
        "/status",
        "/version",
        "/actions",
        "/%2e%2e/status",
    ],
)
def test_nothing_else_of_rasa_is_reachable(door, rasa, path):
    assert door.client.get(path).status_code == 404
    assert door.client.post(path).status_code == 404
    assert rasa.received == []


def test_in_production_there_is_no_webhook(settings, open_door):
    with open_door(create_app(replace(settings, development=False))) as door:
        assert door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"}).status_code == 404
        assert door.client.get("/healthz").status_code == 200


PARTS = ("rasa", "model", "conversations", "actions", "catalogue", "database", "reminders")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_ok_when_every_part_is(door, settings, path):
    beat(settings, NOW - timedelta(seconds=30))
    answer = door.client.get(path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {part: {"ok": True} for part in PARTS}}


def test_without_reminders_messages_are_answered_and_health_says_what_is_missing(door, settings):
    for since in (None, NOW - timedelta(seconds=61)):
        beat(settings, since)
        answer = door.client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "degraded"
        assert "bot.keeping_in_touch" in answer.json()["checks"]["reminders"]["reason"]


def beat(settings, at):
    """Keeps the last sign of life of who sends reminders; None is that nobody does."""
    database = Database(settings.database)
    with database.writing() as connection:
        store.no_beat(connection, "worker")
        if at:
            store.beat(connection, "worker", at)
    database.close()


@pytest.mark.parametrize(
    ("path", "reply", "part", "reason"),
    [
        ("/webhooks/rest/ready", Reply({"checks": {"model": "No model is loaded yet."}}, 503), "model", "No model"),
        ("/webhooks/rest/ready", Reply({"checks": {"tracker_store": "disk full"}}, 503), "conversations", "disk full"),
        ("/webhooks/rest/ready", Reply(drop=True), "rasa", "does not answer"),
        ("/actions", Reply([{"name": "action_more"}]), "actions", "lacks action_suggest"),
        ("/actions", Reply(body=b"?"), "actions", "does not answer"),
    ],
)
def test_health_names_what_is_missing(door, rasa, path, reply, part, reason):
    rasa.answers("GET", path, reply)
    answer = door.client.get("/healthz")
    assert answer.status_code == 503
    assert not answer.json()["checks"][part]["ok"]
    assert reason in answer.json()["checks"][part]["reason"]


def test_health_tells_of_a_catalogue_that_is_not_there(settings, tmp_path, open_door):
    with open_door(create_app(replace(settings, catalogue=tmp_path / "catalog.db"))) as door:
        check = door.client.get("/healthz").json()["checks"]["catalogue"]
    assert not check["ok"]
    assert "saattaja serve compiles it" in check["reason"]


def test_health_asks_the_parts_at_most_once_a_second(rasa, settings, open_door):
    clock = iter([0.0, 0.0, 0.5, 0.9, 1.1, 1.1])
    with open_door(create_app(settings, now=clock.__next__)) as door:
        for _ in range(4):
            door.client.get("/healthz")
    assert [request.path for request in rasa.received].count("/actions") == 2


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing"])
def test_every_answer_has_security_headers(door, path):
    headers = door.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=(self)" in headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/widget.js", "/static/chat.js", "/static/page.css", "/crisis-contacts.js"])
def test_scripts_and_styles_are_sent_without_what_only_pages_need(door, path):
    headers = door.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not {"content-security-policy", "cross-origin-opener-policy", "permissions-policy"} & set(headers)


@pytest.mark.parametrize("path", ["/service-worker.js", "/static/icons/icon.svg", "/static/nothing.js"])
def test_a_worker_and_what_can_be_a_page_have_a_policy(door, path):
    assert "default-src 'none'" in door.client.get(path).headers["content-security-policy"]
