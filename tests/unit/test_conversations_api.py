"""The conversation API on a real socket, in front of a stand-in for Rasa that can be slow, failing or away."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from chat_client import Chat, texts
from fake_rasa import PURGE, WEBHOOK, FakeRasa
from fake_upstream import Reply
from prometheus_client import REGISTRY

from desk import desk
from people import erasing, messages, profiles
from people.conversations import LIFETIME
from people.database import Database
from reminders import outbox
from web import api, event_streams
from web.app import create_app
from web.settings import Settings

ROOT = Path(__file__).parents[2]
PLENTY = "100000/minute"
MESSAGE = {"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": "moi"}


@pytest.fixture(scope="module")
def rasa():
    with FakeRasa() as rasa:
        yield rasa


@pytest.fixture(autouse=True)
def all_is_well(rasa):
    rasa.reset()


@pytest.fixture(scope="module")
def settings(rasa, seed_catalog, new_database):
    return Settings(
        rasa.url,
        rasa.url,
        seed_catalog.path,
        database=new_database(),
        allowed_origins=("https://www.example.fi",),
        messages_per_conversation=PLENTY,
        messages_per_address=PLENTY,
        conversations_per_address=PLENTY,
        reads_per_conversation=PLENTY,
    )


@pytest.fixture(scope="module")
def door(settings, open_door):
    with open_door(create_app(settings)) as door:
        yield door


@pytest.fixture
def chat(door):
    return Chat(door.client)


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def append(settings, *notices):
    """Appends to the outbox as another process does: `(conversation, text)` each."""
    database = Database(settings.database)
    with database.writing() as connection:
        for conversation, text in notices:
            outbox.append(connection, conversation, "notice", {"text": text}, datetime.now(timezone.utc))
    database.close()


def conversation_id(rasa):
    """Returns what Rasa knows the last conversation by."""
    return rasa.asked[-1]["sender"]


# --- a message and its answer -----------------------------------------------------------------------------------


def test_a_message_is_answered_in_one_request(chat):
    answer = chat.say("mua ahistaa", MESSAGE["id"])
    assert answer.status_code == 200
    message, reply = answer.json()["events"]
    assert message["kind"] == "message" and reply["kind"] == "reply"
    assert message["body"] == {"text": "mua ahistaa"}
    assert reply["body"] == {"text": "Sanoit: mua ahistaa"}
    assert (message["id"], reply["id"]) == (1, 2)
    assert message["message_id"] == reply["message_id"] == MESSAGE["id"]
    assert datetime.fromisoformat(reply["at"]).utcoffset() is not None


def test_rasa_gets_the_message_with_what_the_page_set(door, rasa):
    chat = Chat(door.client, municipality="Tammerfors", need="debt", service="no-such-service", language="sv")
    assert chat.begun.json()["presets"] == {"municipality": "Tampere", "need": "debt", "language": "sv"}
    chat.say("moi", MESSAGE["id"], location={"latitude": 61.49811, "longitude": 23.76031})
    assert rasa.asked == [
        {
            "sender": conversation_id(rasa),
            "message_id": MESSAGE["id"],
            "message": "moi",
            "location": {"latitude": 61.5, "longitude": 23.76},
            "municipality": "Tampere",
            "page_language": "sv",
        }
    ]


def test_the_language_chosen_in_the_settings_goes_with_every_message(chat, rasa):
    chat.client.patch("/api/profile", json={"language": "en"}, headers=chat.headers)
    chat.say("moi")
    assert rasa.asked[-1]["fixed_language"] == "en"
    chat.client.patch("/api/profile", json={"language": None}, headers=chat.headers)
    chat.say("moi", "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c12")
    assert "fixed_language" not in rasa.asked[-1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("sv-FI,sv;q=0.9", "Det här"), ("en", "This"), ("fi", "Tätä"), ("so, en;q=0.5", "This"), ("", "Tätä")],
)
def test_what_goes_wrong_is_told_in_the_language_that_is_asked_for(door, asked, said):
    answer = door.client.get("/api/services/ei-ole", headers={"Accept-Language": asked})
    assert answer.json()["message"].startswith(said)


def test_the_id_that_rasa_knows_never_leaves_the_server(chat, rasa):
    said = chat.say("moi").text
    inside = conversation_id(rasa)
    assert inside not in said and inside not in chat.begun.text and inside != chat.token
    assert inside not in chat.client.get("/api/conversation", headers=chat.headers).text


def test_every_part_of_a_reply_is_kept(chat, rasa):
    rich = {"text": "Nämä", "buttons": [{"title": "Lisää", "payload": "Lisää"}], "custom": {"type": "services"}}
    rasa.answers("POST", WEBHOOK, Reply([{"recipient_id": "x", **rich}, {"recipient_id": "x", "image": "a.jpg"}]))
    events = chat.say("moi").json()["events"]
    assert [event["body"] for event in events[1:]] == [rich, {"image": "a.jpg"}]


def test_what_must_not_be_kept_is_masked_before_it_is(chat, rasa):
    (message, _) = chat.say("/restart oon 131052-308T, soita 040 123 4567\x00").json()["events"]
    assert message["body"]["text"] == "restart oon [henkilötunnus], soita [puhelinnumero]"
    assert rasa.asked[0]["message"] == message["body"]["text"]


def test_a_position_is_told_of_and_not_shown(chat):
    (message, _) = chat.say("Tässä", location={"latitude": 61.5, "longitude": 23.8}).json()["events"]
    assert message["body"] == {"text": "Tässä", "location": True}


def test_a_very_long_message_is_answered(chat, rasa):
    answer = chat.say("ä" * 100_000)
    assert answer.status_code == 200
    assert len(rasa.asked[0]["message"]) <= 2_000


# --- the same again, and in order -------------------------------------------------------------------------------


def test_the_same_message_again_is_not_asked_again(chat, rasa):
    first, again = (chat.say("moi", MESSAGE["id"]) for _ in range(2))
    assert again.json() == first.json()
    assert len(rasa.asked) == 1


def test_the_same_message_at_the_same_time_is_asked_once(chat, rasa):
    rasa.wait = 0.1
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: chat.say("moi", MESSAGE["id"]).json(), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(rasa.asked) == 1


def test_one_persons_message_ids_mean_nothing_to_another(door, rasa):
    one, other = Chat(door.client), Chat(door.client)
    assert texts(one.say("moi", MESSAGE["id"]).json()["events"]) == ["moi", "Sanoit: moi"]
    assert texts(other.say("hei", MESSAGE["id"]).json()["events"]) == ["hei", "Sanoit: hei"]


def test_messages_of_a_conversation_are_asked_in_order_and_one_at_a_time(chat, rasa):
    rasa.wait = 0.05
    answers = []
    with ThreadPoolExecutor(6) as pool:
        for number in range(6):
            answers.append(pool.submit(chat.say, f"viesti {number}"))
            until(lambda n=number: len(kept(chat)) > n)
    assert [asked["message"] for asked in rasa.asked] == [f"viesti {number}" for number in range(6)]
    assert rasa.most_at_once == 1
    for number, answer in enumerate(answers):
        assert texts(answer.result().json()["events"]) == [f"viesti {number}", f"Sanoit: viesti {number}"]


def kept(chat):
    """Returns the words that the person is known to have written."""
    exported = chat.client.get("/api/conversation", headers=chat.headers).json()
    return texts([event for event in exported["events"] if event["kind"] == "message"])


# --- Rasa is away, slow or broken -------------------------------------------------------------------------------


@contextmanager
def away(rasa):
    rasa.stop()
    try:
        yield
    finally:
        rasa.start()


def test_a_message_to_rasa_that_is_away_is_kept_and_answered_over_the_stream(chat, rasa):
    with chat.follow(passing=True) as events:
        with away(rasa):
            answer = chat.say("moi", MESSAGE["id"])
            assert (answer.status_code, answer.json()["waiting"]) == (202, True)
            assert texts(answer.json()["events"]) == ["moi"]
            again = chat.say("moi", MESSAGE["id"])
            assert (again.status_code, again.json()) == (202, answer.json())
            assert next(event for event in events if event["kind"] == "waiting")
        assert texts([next(event for event in events if event["kind"] == "reply")]) == ["Sanoit: moi"]
    assert chat.say("moi", MESSAGE["id"]).status_code == 200
    assert len(rasa.asked) == 1


def test_messages_that_waited_are_answered_in_order(chat, rasa):
    with away(rasa):
        for text in ("yksi", "kaksi", "kolme"):
            assert chat.say(text).status_code == 202
    with chat.follow() as events:
        replies = [next(event for event in events if event["kind"] == "reply") for _ in range(3)]
    assert texts(replies) == ["Sanoit: yksi", "Sanoit: kaksi", "Sanoit: kolme"]


def test_who_opens_the_page_while_rasa_is_away_is_told(chat, rasa):
    with away(rasa):
        chat.say("moi")
        with chat.follow(passing=True) as events:
            assert [next(events)["kind"] for _ in range(2)] == ["message", "waiting"]


def test_rasa_that_is_not_ready_is_waited_for(chat, rasa):
    rasa.answers("POST", WEBHOOK, Reply({"error": "not_ready"}, status=503), rasa._repeat)
    with chat.follow() as events:
        assert chat.say("moi").status_code == 202
        assert texts([next(events), next(events)]) == ["moi", "Sanoit: moi"]


@pytest.mark.parametrize(
    "fault",
    [
        Reply(drop=True),
        Reply({"description": "Internal Server Error"}, status=500),
        Reply({"not": "a list"}),
        Reply(["not a reply"]),
        Reply(body=b"Traceback (most recent call last)"),
        Reply(body=b'[{"score": NaN}]'),
        Reply(body=b"[" * 100_000),
        Reply(body=b"\xff"),
    ],
)
def test_an_answer_that_is_none_is_asked_for_again(chat, rasa, fault):
    rasa.answers("POST", WEBHOOK, fault, rasa._repeat)
    with chat.follow() as events:
        chat.say("moi")
        assert texts([next(events), next(events)]) == ["moi", "Sanoit: moi"]


def test_a_message_that_can_never_be_answered_gets_words_that_help_and_the_next_has_its_turn(chat, rasa, monkeypatch):
    monkeypatch.setattr(desk, "FIRST_PAUSE", 0.001)
    rasa.answers("POST", WEBHOOK, *[Reply(status=500)] * desk.MOST_ATTEMPTS, rasa._repeat)
    with chat.follow() as events:
        chat.say("yksi")
        chat.say("kaksi")
        replies = [next(event for event in events if event["kind"] == "reply") for _ in range(2)]
    assert "112" in replies[0]["body"]["text"] and replies[0]["body"]["buttons"]
    assert replies[1]["body"]["text"] == "Sanoit: kaksi"


def test_a_message_that_rasa_refuses_gets_words_that_help_at_once(chat, rasa):
    rasa.answers("POST", WEBHOOK, Reply({"error": "message_missing"}, status=422))
    answer = chat.say("moi")
    assert answer.status_code == 200
    assert "112" in answer.json()["events"][1]["body"]["text"]
    assert len(rasa.asked) == 1


def test_half_a_character_in_a_reply_is_replaced(chat, rasa):
    rasa.answers("POST", WEBHOOK, Reply(body=b'[{"text": "a\\ud800b \\ud83d\\ude42"}]'))
    answer = chat.say("moi")
    assert answer.json()["events"][1]["body"]["text"] == "a\ufffdb 🙂"
    with chat.follow() as events:
        assert [next(events)["id"], next(events)["id"]] == [1, 2]


def test_a_slow_answer_comes_over_the_stream(chat, rasa, monkeypatch):
    monkeypatch.setattr(desk, "ANSWER_AT_ONCE", 0.05)
    rasa.wait = 0.2
    with chat.follow(passing=True) as events:
        assert chat.say("moi").status_code == 202
        kinds = [next(events)["kind"] for _ in range(3)]
    assert sorted(kinds) == ["message", "reply", "typing"] and kinds[-1] == "reply"
    assert len(rasa.asked) == 1


@pytest.mark.parametrize("texts_kept", [["Toinen ehti"], []])
def test_an_answer_that_another_process_has_kept_is_the_answer(chat, rasa, settings, texts_kept):
    async def answered_elsewhere(request):
        asked, now = await request.json(), datetime.now(timezone.utc)
        database = Database(settings.database)
        with database.writing() as connection:
            messages.answer(connection, asked["sender"], asked["message_id"], now)
            for text in texts_kept:
                outbox.append(connection, asked["sender"], "reply", {"text": text}, now, asked["message_id"])
        database.close()
        return web.json_response([{"text": "Myöhässä"}])

    rasa.answers("POST", WEBHOOK, answered_elsewhere)
    answer = chat.say("moi")
    assert answer.status_code == 200
    assert texts(answer.json()["events"]) == ["moi", *texts_kept]


# --- the server itself is killed --------------------------------------------------------------------------------


@contextmanager
def own_process(settings, log):
    """Runs `python -m web` as it runs for people; gives its process and a client."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        environment = {
            **os.environ,
            "SAATTAJA_LISTEN": str(door.fileno()),
            "SAATTAJA_RASA": settings.rasa,
            "SAATTAJA_ACTIONS": settings.actions,
            "SAATTAJA_CATALOG": str(settings.catalogue),
            "SAATTAJA_DATABASE": settings.database,
        }
        with open(log, "ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "web"],
                cwd=ROOT,
                env=environment,
                pass_fds=[door.fileno()],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
        try:
            until(lambda: answers(client) or process.poll() is not None, seconds=60)
            yield process, client
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def answers(client):
    try:
        return client.get("/healthz").status_code in (200, 503)
    except httpx.TransportError:
        return False


def test_what_was_taken_in_is_answered_after_kill_9(rasa, settings, new_database, tmp_path):
    settings, log = replace(settings, database=new_database()), tmp_path / "web.log"
    with own_process(settings, log) as (process, client), away(rasa):
        chat = Chat(client)
        for text in ("yksi salaisuus", "kaksi salaisuutta"):
            assert chat.say(text).status_code == 202
        process.send_signal(signal.SIGKILL)
        process.wait()
    with own_process(settings, log) as (process, client):
        chat.client = client
        with chat.follow() as events:
            assert texts([next(events) for _ in range(4)]) == [
                "yksi salaisuus",
                "kaksi salaisuutta",
                "Sanoit: yksi salaisuus",
                "Sanoit: kaksi salaisuutta",
            ]
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert list(events) == []  # ends by itself, as a whole answer
        assert process.wait(10) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 4
    said = log.read_text()
    assert "Rasa does not answer" in said  # it does write a log
    assert "salaisu" not in said and chat.token not in said


# --- the stream -------------------------------------------------------------------------------------------------


def test_a_stream_tells_the_whole_conversation_to_who_has_none_of_it(chat):
    chat.say("moi")
    with chat.follow() as events:
        assert texts([next(events), next(events)]) == ["moi", "Sanoit: moi"]


def test_a_stream_goes_on_after_the_last_event_that_arrived(chat):
    for text in ("yksi", "kaksi"):
        chat.say(text)
    with chat.follow(last=3) as events:
        assert texts([next(events)]) == ["Sanoit: kaksi"]
    with chat.client.stream("GET", "/api/events?after=3", headers=chat.headers) as answer:
        assert "Sanoit: kaksi" in next(part for part in answer.iter_text() if "data" in part)


def test_a_long_past_is_told_whole(chat, rasa, settings):
    chat.say("moi")
    many = 2 * event_streams.BATCH
    append(settings, *((conversation_id(rasa), str(number)) for number in range(many)))
    with chat.follow() as events:
        assert [next(events)["id"] for _ in range(many + 2)] == list(range(1, many + 3))


def test_two_tabs_are_told_everything_once(chat):
    with chat.follow() as one, chat.follow() as other:
        for text in ("yksi", "kaksi"):
            chat.say(text)
        for events in (one, other):
            assert [next(events)["id"] for _ in range(4)] == [1, 2, 3, 4]


def test_what_another_process_appends_comes_soon(chat, rasa, settings):
    chat.say("moi")
    with chat.follow(last=2) as events:
        append(settings, (conversation_id(rasa), "Muistutus"))
        notice = next(events)
    assert (notice["kind"], notice["id"], notice["message_id"]) == ("notice", 3, None)
    assert texts([notice]) == ["Muistutus"]


def test_nobody_hears_of_another_conversation(door, chat):
    other = Chat(door.client)
    with chat.follow() as events:
        other.say("toisen")
        chat.say("oma")
        assert texts([next(events), next(events)]) == ["oma", "Sanoit: oma"]


def test_a_quiet_stream_shows_that_it_lives(chat, monkeypatch):
    monkeypatch.setattr(event_streams, "PING", 0.05)
    with chat.follow(passing=True) as events:
        assert [next(events), next(events)] == [{"comment": "ping"}] * 2


def open_streams():
    return REGISTRY.get_sample_value("saattaja_open_streams")


def test_the_stream_of_a_client_that_went_away_ends(chat):
    until(lambda: open_streams() == 0)
    with chat.follow() as events, chat.follow():
        chat.say("moi")
        next(events)
        assert open_streams() == 2
    until(lambda: open_streams() == 0)


def test_one_conversation_has_a_bounded_number_of_streams(chat, monkeypatch):
    monkeypatch.setattr(event_streams, "MOST_STREAMS", 2)
    with chat.follow(), chat.follow():
        refused = chat.client.get("/api/events", headers=chat.headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


def test_a_reader_that_is_far_behind_is_sent_away_to_come_back():
    stream = event_streams.Stream("a")
    for number in range(event_streams.MOST_BEHIND + 10):
        stream.push(number + 1, b"")
    assert stream._parts.qsize() == event_streams.MOST_BEHIND + 1  # and the end


def test_a_server_that_ends_ends_its_streams(settings, open_door, new_database):
    with open_door(create_app(replace(settings, database=new_database()))) as door:
        chat = Chat(door.client)
        with chat.follow(passing=True) as events:
            door.stop()
            assert list(events) == []  # as a whole answer, not one cut off


# --- one's own data, and erasing --------------------------------------------------------------------------------


def test_everything_that_is_kept_is_told(door, chat):
    chat = Chat(door.client, municipality="Tampere")
    events = chat.say("moi").json()["events"]
    exported = chat.client.get("/api/conversation", headers=chat.headers).json()
    assert exported["events"] == events
    assert exported["presets"] == {"municipality": "Tampere"}
    assert datetime.fromisoformat(exported["expires"]) - datetime.fromisoformat(exported["created"]) == LIFETIME


def test_what_the_bot_made_of_it_is_told_when_the_bot_is_there(chat, rasa):
    chat.say("oon 19")
    path = f"/webhooks/widget/conversations/{conversation_id(rasa)}"
    rasa.answers("GET", path, Reply({"slots": {"age": 19}}), Reply(["?"]), Reply(status=503))
    told = [chat.client.get("/api/conversation", headers=chat.headers).json()["remembered"] for _ in range(3)]
    assert told == [{"age": 19}, None, None]


def rows_about(settings, conversation):
    """Returns how many rows of the database name the conversation."""
    database = Database(settings.database)
    with database.reading() as connection:
        count = 0
        for table in ("conversations", "erasures", "messages", "outbox", "outbox_forgotten", "addresses"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings():
                count += conversation in row.values()
    database.close()
    return count


def test_an_erased_conversation_is_nowhere(chat, rasa, settings):
    chat.say("moi")
    rasa.will_forget(conversation_id(rasa))
    with chat.follow(last=2) as events:
        assert chat.client.delete("/api/conversation", headers=chat.headers).status_code == 204
        assert list(events) == []  # the stream ends
    assert rasa.forgotten == [conversation_id(rasa)]
    assert rows_about(settings, conversation_id(rasa)) == 0
    assert chat.say("oletko siellä?").json()["error"] == "unknown_conversation"
    assert chat.client.get("/api/events", headers=chat.headers).status_code == 401


def test_a_conversation_is_erased_in_rasa_when_rasa_is_back(chat, rasa, settings, monkeypatch, open_door):
    monkeypatch.setattr(desk, "SWEEP", 0.05)
    chat.say("moi")
    conversation = conversation_id(rasa)
    rasa.will_forget(conversation)
    with away(rasa):
        assert chat.client.delete("/api/conversation", headers=chat.headers).status_code == 204
        assert chat.client.get("/api/conversation", headers=chat.headers).status_code == 401
        assert rows_about(settings, conversation) == 1  # what is still to be erased
    with open_door(create_app(settings)):  # the next start of the server
        until(lambda: rows_about(settings, conversation) == 0)
    assert rasa.forgotten == [conversation]


def test_an_answer_that_comes_after_erasing_is_not_kept(chat, rasa, settings):
    chat.say("eka")
    rasa.will_forget(conversation_id(rasa))
    rasa.wait = 0.3
    sending = ThreadPoolExecutor(1).submit(chat.say, "moi")
    until(lambda: len(rasa.asked) == 2)
    assert chat.client.delete("/api/conversation", headers=chat.headers).status_code == 204
    assert sending.result().status_code in (202, 401)
    assert rows_about(settings, conversation_id(rasa)) == 0
    assert rasa.received[-1].method == "DELETE"


def test_a_person_who_has_everything_forgotten_while_they_chat_is_still_answered(chat, rasa, settings):
    """As the dialogue does it: an action erases the person, and what Rasa says to it has no place to be kept."""

    async def forget_me(request):
        sender = (await request.json())["sender"]
        database, now = Database(settings.database), datetime.now(timezone.utc)
        with database.writing() as connection:
            person = profiles.ensure(connection, "widget", sender, now)
            erasing.forget(connection, person.id, now)
        database.close()
        return web.json_response([{"text": "Poistin kaiken."}, {"text": "Hei hei!"}])

    chat.say("muista mut")
    rasa.will_forget(conversation_id(rasa))
    rasa.answers("POST", WEBHOOK, forget_me)
    with chat.follow(last=3) as events:
        answer = chat.say("unohda minut")
        assert answer.status_code == 200
        assert texts(answer.json()["events"]) == ["unohda minut", "Poistin kaiken.", "Hei hei!"]
        assert [event["id"] for event in answer.json()["events"]] == [3, 4, 5]
        assert list(events) == []  # the stream ends
    until(lambda: rows_about(settings, conversation_id(rasa)) == 0)
    assert rasa.forgotten == [conversation_id(rasa)]
    assert chat.say("oletko siellä?").json()["error"] == "unknown_conversation"


def test_erasing_the_conversation_erases_the_profile_that_only_it_led_to(chat, rasa, settings):
    chat.say("moi")
    sender, now = conversation_id(rasa), datetime.now(timezone.utc)
    rasa.will_forget(sender)
    database = Database(settings.database)
    with database.writing() as connection:
        person = profiles.ensure(connection, "widget", sender, now).id
    chat.client.delete("/api/conversation", headers=chat.headers)
    with database.reading() as connection:
        assert profiles.by_id(connection, person) is None
    database.close()


def test_a_message_is_a_visit_that_keeps_the_profile_on(chat, rasa, settings):
    chat.say("moi")
    database, long_ago = Database(settings.database), datetime(2026, 1, 1, tzinfo=timezone.utc)
    with database.writing() as connection:
        profiles.ensure(connection, "widget", conversation_id(rasa), long_ago)
    chat.say("moi taas")
    with database.reading() as connection:
        assert profiles.find(connection, "widget", conversation_id(rasa)).last_seen_at > long_ago
    database.close()


def test_rasa_is_asked_to_forget_what_nobody_used_for_long(settings, rasa, open_door, new_database, monkeypatch):
    monkeypatch.setattr(desk, "SWEEP", 0.02)
    clock = [datetime(2026, 11, 22, tzinfo=timezone.utc)]
    rasa.answers("POST", PURGE, Reply(status=503), Reply({"deleted": 3}))

    def asked():
        return [request.json["unused_since"] for request in rasa.received if request.path == PURGE]

    with open_door(create_app(replace(settings, database=new_database()), today=lambda: clock[0])):
        until(lambda: len(asked()) == 2)  # the first time it could not
        clock[0] += timedelta(days=1)
        until(lambda: len(asked()) == 3)
    assert asked() == ["2026-10-23T00:00:00+00:00"] * 2 + ["2026-10-24T00:00:00+00:00"]


def test_a_conversation_whose_time_is_over_is_erased(settings, rasa, open_door, new_database, monkeypatch):
    monkeypatch.setattr(desk, "SWEEP", 0.05)
    clock = [datetime(2026, 11, 22, tzinfo=timezone.utc)]
    settings = replace(settings, database=new_database())
    with open_door(create_app(settings, today=lambda: clock[0])) as door:
        chat = Chat(door.client)
        chat.say("moi")
        rasa.will_forget(conversation_id(rasa))
        clock[0] += LIFETIME - timedelta(days=2)
        chat.say("vielä täällä")
        clock[0] += LIFETIME - timedelta(days=2)
        assert chat.client.get("/api/conversation", headers=chat.headers).status_code == 200
        clock[0] += timedelta(days=3)
        assert chat.client.get("/api/conversation", headers=chat.headers).status_code == 401
        until(lambda: rows_about(settings, conversation_id(rasa)) == 0)
    assert rasa.forgotten == [conversation_id(rasa)]


# --- refusals ---------------------------------------------------------------------------------------------------

WITH_TOKEN = [("POST", "/api/messages"), ("GET", "/api/events"), ("GET", "/api/conversation")]


@pytest.mark.parametrize(("method", "path"), [*WITH_TOKEN, ("DELETE", "/api/conversation")])
@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "x" * 5_000, "Bearer ä"]
)
def test_without_its_token_a_conversation_is_closed(door, method, path, authorization):
    headers = {"Authorization": authorization.encode()} if authorization else {}
    answer = door.client.request(method, path, headers=headers, json=MESSAGE if method == "POST" else None)
    assert (answer.status_code, answer.json()["error"]) == (401, "unknown_conversation")
    assert answer.json()["message"].startswith("Tätä keskustelua ei enää löydy")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"moi",
        b"null",
        b"[]",
        b'"moi"',
        b"\xff",
        b'{"id": "x", "text": "moi"}',
        b'{"text": "moi"}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11"}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": 5}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": null}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11\\n", "text": "moi"}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": "moi", "location": {"latitude": 91, "longitude": 0}}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": "moi", "location": {"latitude": NaN, "longitude": 0}}',
        b'{"id": "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11", "text": "moi", "location": "home"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_message_is_refused_with_the_reason(chat, rasa, body):
    answer = chat.client.post(
        "/api/messages", content=body, headers={**chat.headers, "Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.json()["reason"] and "Kirjoitatko sen uudestaan?" in answer.json()["message"]
    assert rasa.asked == []


def test_a_refusal_does_not_repeat_what_was_written(chat):
    answer = chat.client.post("/api/messages", json={"id": "mua ahistaa", "text": "x"}, headers=chat.headers)
    assert answer.status_code == 422
    assert answer.json()["reason"].startswith("id: ")
    assert "ahistaa" not in answer.text


@pytest.mark.parametrize("last", ["x", "-1", "1.5", str(2**31), "9" * 5_000])
def test_an_event_id_that_is_none_is_refused(chat, last):
    assert chat.client.get("/api/events", headers={**chat.headers, "Last-Event-ID": last}).status_code == 422
    assert chat.client.get(f"/api/events?after={last}", headers=chat.headers).status_code == 422


def test_a_body_that_is_too_long_is_refused(chat):
    answer = chat.say("x" * 1_100_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_long")


@pytest.mark.parametrize(
    "presets", [{}, {"municipality": "Gotham"}, {"need": "😀", "service": "'; --", "campaign": "x" * 500}]
)
def test_what_a_link_sets_is_never_an_error(door, presets):
    assert door.client.post("/api/conversations", json=presets).json()["presets"] == {}


def test_a_conversation_begins_without_a_body_too(door):
    assert door.client.post("/api/conversations").status_code == 201


@contextmanager
def limited(settings, open_door, new_database, **limits):
    clock = [0.0]
    app = create_app(replace(settings, database=new_database(), **limits), now=lambda: clock[0])
    with open_door(app) as door:
        yield door, clock


def test_one_conversation_may_send_so_many_messages_a_minute(settings, open_door, new_database, rasa):
    with limited(settings, open_door, new_database, messages_per_conversation="2/minute") as (door, clock):
        chat = Chat(door.client)
        assert [chat.say("moi").status_code for _ in range(2)] == [200, 200]
        clock[0] = 20.0
        refused = chat.say("moi")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
        assert refused.json()["error"] == "too_many" and "112" in refused.json()["message"]
        assert Chat(door.client).say("moi").status_code == 200
        clock[0] = 60.0
        assert chat.say("moi").status_code == 200
    assert len(rasa.asked) == 4


def test_one_address_may_send_and_begin_so_much(settings, open_door, new_database):
    limits = {"messages_per_address": "2/minute", "conversations_per_address": "2/hour"}
    with limited(settings, open_door, new_database, **limits) as (door, clock):
        chats = [Chat(door.client) for _ in range(2)]
        assert [chat.say("moi").status_code for chat in (*chats, *chats)] == [200, 200, 429, 429]
        refused = door.client.post("/api/conversations", headers={"X-Forwarded-For": "203.0.113.9"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
        clock[0] = 3_600.0
        assert door.client.post("/api/conversations").status_code == 201


def test_a_database_that_fails_is_an_apology(settings, open_door, tmp_path):
    file = tmp_path / "saattaja.db"
    with open_door(create_app(replace(settings, database=f"sqlite:///{file}"))) as door:
        chat = Chat(door.client)
        database = Database(f"sqlite:///{file}")
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
        database.close()
        answer = chat.say("moi")
        assert answer.status_code == 503
        assert "Vika on minussa" in answer.json()["message"] and "outbox" not in answer.text


def test_a_fault_of_the_program_is_an_apology_that_the_page_may_read(door, monkeypatch):
    def fault(_):
        raise ZeroDivisionError

    monkeypatch.setattr(api, "need_labels", fault)
    route = {"route": "/api/needs", "method": "GET", "status": "503"}
    before = number("saattaja_requests_total", **route)
    answer = door.client.get("/api/needs", headers={"Origin": "https://www.example.fi"})
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer.headers["access-control-allow-origin"] == "https://www.example.fi"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert number("saattaja_requests_total", **route) == before + 1


# --- other sites ------------------------------------------------------------------------------------------------

ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


def test_a_page_on_the_list_may_use_the_api(door):
    origin = {"Origin": "https://www.example.fi"}
    asked = door.client.options("/api/messages", headers={**origin, **ASK})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "https://www.example.fi"
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    begun = door.client.post("/api/conversations", headers=origin)
    assert begun.headers["access-control-allow-origin"] == "https://www.example.fi"
    assert "origin" in begun.headers["vary"].lower()
    assert "access-control-allow-credentials" not in begun.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://www.example.fi.evil.example", "null", "http://localhost:3000"]
)
def test_a_page_that_is_not_on_the_list_may_not(door, origin):
    asked = door.client.options("/api/messages", headers={"Origin": origin, **ASK})
    assert asked.status_code == 400
    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in door.client.get("/api/needs", headers={"Origin": origin}).headers


def test_in_development_pages_of_this_machine_may(settings, open_door):
    with open_door(create_app(replace(settings, development=True))) as door:
        for origin in ("http://localhost:3000", "http://127.0.0.1"):
            answer = door.client.get("/api/needs", headers={"Origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
        answer = door.client.get("/api/needs", headers={"Origin": "http://localhost.evil.example"})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api/needs", "/api/conversation", "/api/openapi.json", "/api/nothing"])
def test_every_answer_of_the_api_has_security_headers(door, path):
    headers = door.client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers


# --- the catalogue, the document and the numbers ----------------------------------------------------------------


def test_one_service_is_a_card(door):
    card = door.client.get("/api/services/sekasin-chat").json()
    assert (card["id"], card["name"]) == ("sekasin-chat", "Sekasin-chat")
    assert card["channels"] and {"open_now", "opens", "verified", "first_step"} <= set(card)
    assert door.client.get("/api/services/no-such-service").json()["error"] == "not_found"
    assert door.client.get("/api/services/%00").status_code == 404


def test_the_needs_have_names_in_three_languages(door):
    needs = {need["id"]: need["label"] for need in door.client.get("/api/needs").json()}
    assert len(needs) == 34
    assert all(set(label) == {"fi", "sv", "en"} and all(label.values()) for label in needs.values())


def test_the_document_tells_of_every_route_with_examples_and_errors(door):
    document = door.client.get("/api/openapi.json").json()
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "POST /api/conversations",
        "POST /api/messages",
        "GET /api/events",
        "GET /api/conversation",
        "DELETE /api/conversation",
        "GET /api/needs",
        "GET /api/services/{service_id}",
        "GET /api/services/{service_id}/sessions/{session_id}.ics",
        "GET /api/profile",
        "PATCH /api/profile",
        "DELETE /api/profile",
        "GET /api/profile/export",
        "GET /api/reminders",
        "POST /api/reminders/{reminder_id}",
        "GET /api/push/key",
        "POST /api/push/subscriptions",
        "DELETE /api/push/subscriptions",
        "POST /api/calendar",
        "DELETE /api/calendar",
        "POST /api/link",
        "POST /api/link/code",
        "DELETE /api/link/{channel}",
        "GET /calendar/{link}.ics",
    }
    for name, operation in operations.items():
        assert operation["summary"] and operation["description"], name
        assert "503" in operation["responses"], name
    assert operations["POST /api/messages"]["security"] == [{"HTTPBearer": []}]
    assert "202" in operations["POST /api/messages"]["responses"]
    assert "text/event-stream" in operations["GET /api/events"]["responses"]["200"]["content"]
    assert document["components"]["schemas"]["NewMessage"]["example"]["text"] == "mua ahistaa nii paljo"
    assert door.client.get("/docs").status_code == door.client.get("/redoc").status_code == 404


def number(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_requests_are_counted_by_route_and_never_by_who_asked(chat):
    route = {"route": "/api/messages", "method": "POST", "status": "200"}
    before = number("saattaja_requests_total", **route), number("saattaja_messages_total", outcome="answered")
    chat.say("moi")
    after = number("saattaja_requests_total", **route), number("saattaja_messages_total", outcome="answered")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    chat.client.get("/api/services/some-secret-thing")
    labels = str([metric.samples for metric in REGISTRY.collect() if metric.name.startswith("saattaja")])
    assert "secret" not in labels and chat.token not in labels and "127.0.0.1" not in labels


def test_the_numbers_are_on_loopback_and_a_taken_port_stops_nothing(settings, open_door, new_database, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken, caplog.at_level("INFO", "web.metrics"):
        port = taken.getsockname()[1]
        with open_door(create_app(replace(settings, database=new_database(), metrics_port=port))) as door:
            assert f"Port {port} for metrics can't be had" in caplog.text
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+/metrics", caplog.text)
            assert "saattaja_open_streams" in httpx.get(url, trust_env=False).text
            assert door.client.get("/metrics").status_code == 404


def test_a_campaign_is_counted_and_not_kept_with_a_conversation(door, settings):
    chat = Chat(door.client, campaign="koulu-2026")
    database = Database(settings.database)
    with database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT kind, tag, count FROM campaign_days").all()
        assert ("started", "koulu-2026", 1) in kept
    database.close()
    assert "koulu" not in chat.client.get("/api/conversation", headers=chat.headers).text


def test_message_ids_may_be_of_either_case(chat):
    message_id = str(uuid.uuid4()).upper()
    assert chat.say("moi", message_id).json()["events"][0]["message_id"] == message_id
