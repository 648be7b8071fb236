"""Whatever comes to the conversation API, from a client or from Rasa: an answer or a reason, never a fault."""

import json
import logging
import uuid

import pytest
from chat_client import Chat
from fake_rasa import WEBHOOK, FakeRasa
from fake_upstream import Reply
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import desk
from web.app import create_app
from web.settings import Settings

PLENTY = "1000000/minute"
ONE_ERROR = {"error", "reason", "message"}


@pytest.fixture(scope="module")
def rasa():
    with FakeRasa() as rasa:
        yield rasa


@pytest.fixture(scope="module")
def door(rasa, tmp_path_factory, new_database, open_door):
    catalogue = tmp_path_factory.mktemp("build") / "catalog.db"
    limits = {f"{what}_per_{whom}": PLENTY for what, whom in (("messages", "conversation"), ("reads", "conversation"))}
    limits |= {f"{what}_per_address": PLENTY for what in ("messages", "conversations")}
    with (
        pytest.MonkeyPatch.context() as patch,
        open_door(create_app(Settings(rasa.url, rasa.url, catalogue, database=new_database(), **limits))) as door,
    ):
        patch.setattr(desk, "FIRST_PAUSE", 0.0)
        yield door


@pytest.fixture(scope="module")
def chat(door):
    return Chat(door.client)


def is_sound(answer, *statuses):
    assert answer.status_code in statuses, answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == ONE_ERROR and all(answer.json().values())
        assert "Traceback" not in answer.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.binary(max_size=500) | json_values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["application/json", "text/plain", "", "multipart/form-data", "application/vnd.a+json"]),
)
def test_any_body_gets_an_answer_or_a_reason(chat, body, content_type):
    headers = {**chat.headers, "Content-Type": content_type}
    is_sound(chat.client.post("/api/messages", content=body, headers=headers), 400, 422)
    is_sound(chat.client.post("/api/conversations", content=body, headers=headers), 201, 400, 422)


messages = st.fixed_dictionaries(
    {"id": st.uuids().map(str) | json_values, "text": st.text() | json_values},
    optional={
        "location": json_values | st.fixed_dictionaries({"latitude": st.floats(), "longitude": st.floats()}),
        "metadata": json_values,
        "sender": json_values,
    },
)


@settings(deadline=None)
@given(messages)
def test_any_message_is_answered_or_refused(chat, message):
    headers = {**chat.headers, "Content-Type": "application/json"}
    answer = chat.client.post("/api/messages", content=json.dumps(message), headers=headers)
    is_sound(answer, 200, 400, 422)
    if answer.status_code == 200:
        assert [event["kind"] for event in answer.json()["events"]] == ["message", "reply"]


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("language", "municipality", "need", "campaign"), json_values)))
def test_any_presets_begin_a_conversation_or_are_refused(door, presets):
    answer = door.client.post("/api/conversations", content=json.dumps(presets))
    is_sound(answer, 201, 400, 422)


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_any_authorization_opens_nothing(door, value):
    for authorization in (value, f"Bearer {value}", f"bearer {value} {value}"):
        answer = door.client.get("/api/conversation", headers={"Authorization": authorization})
        is_sound(answer, 401)


@settings(deadline=None)
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps([value, {"text": value}]).encode()))
def test_any_answer_of_rasa_becomes_replies_or_words_that_help(chat, rasa, body):
    rasa.reset()
    rasa.answers("POST", WEBHOOK, Reply(body=body))
    message_id = str(uuid.uuid4())
    answer = chat.say("moi", message_id)
    for _ in range(200):
        if answer.status_code == 200:
            break
        is_sound(answer, 202)
        answer = chat.say("moi", message_id)
    is_sound(answer, 200)
    assert answer.json()["events"][0]["body"] == {"text": "moi"}


SECRET = "mua ahistaa nii paljo et"


def test_what_is_written_and_the_token_reach_no_log(door, rasa, caplog):
    with caplog.at_level(logging.DEBUG):
        chat = Chat(door.client)
        for fault in (
            Reply([{"text": SECRET}]),
            Reply(status=500, body=SECRET.encode()),
            Reply({"error": SECRET, "reason": SECRET}, status=422),
            Reply(drop=True),
            Reply(body=SECRET.encode()),
        ):
            rasa.reset()
            rasa.answers("POST", WEBHOOK, fault, rasa._repeat)
            with chat.follow(last=0):
                chat.say(SECRET)
        chat.client.post("/api/messages", json={"id": SECRET, "text": 5}, headers=chat.headers)
        chat.client.delete("/api/conversation", headers=chat.headers)
    ours = [
        record.getMessage() for record in caplog.records if record.name.partition(".")[0] not in {"httpx", "httpcore"}
    ]
    assert any("Rasa does not answer" in line for line in ours)
    assert not [line for line in ours if SECRET in line or chat.token in line]
