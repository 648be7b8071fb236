"""Whatever bytes come to the public door: a list of replies or a reason, never a fault or a stack trace."""

import json
import sqlite3

import pytest
from fake_upstream import FakeUpstream, Reply
from hypothesis import given, settings
from hypothesis import strategies as st

from web.app import create_app
from web.settings import Settings

WEBHOOK = "/webhooks/rest/webhook"


@pytest.fixture(scope="module")
def rasa():
    with FakeUpstream() as rasa:
        yield rasa


@pytest.fixture(scope="module")
def door(rasa, tmp_path_factory, new_database, open_door):
    catalogue = tmp_path_factory.mktemp("build") / "catalog.db"
    sqlite3.connect(catalogue).close()
    with open_door(
        create_app(Settings(rasa.url, rasa.url, catalogue, development=True, database=new_database()))
    ) as door:
        yield door


def is_sound(answer):
    assert answer.status_code in (200, 400, 404, 405, 408, 413, 422, 503)
    assert "Traceback" not in answer.text
    content = answer.json()
    assert isinstance(content, list) if answer.status_code == 200 else content["reason"]


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.sampled_from(["application/json", "text/plain", "", "multipart/form-data"]))
def test_any_body_gets_an_answer_and_reaches_rasa_unchanged(door, rasa, body, content_type):
    rasa.answers("POST", WEBHOOK, Reply([]))
    rasa.received.clear()
    is_sound(door.client.post(WEBHOOK, content=body, headers={"Content-Type": content_type}))
    assert rasa.received[0].body == body


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
bodies = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())
statuses = st.sampled_from([200, 201, 204, 301, 400, 401, 404, 413, 422, 500, 502, 503])


@settings(deadline=None)
@given(bodies, statuses)
def test_any_answer_of_rasa_is_an_answer_or_an_apology(door, rasa, body, status):
    rasa.answers("POST", WEBHOOK, Reply(body=b"" if status == 204 else body, status=status))
    is_sound(door.client.post(WEBHOOK, json={"sender": "eetu", "message": "moi"}))


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#\\"), max_size=40))
def test_any_path_is_answered_by_the_door_itself(door, rasa, path):
    rasa.received.clear()
    answer = door.client.get(f"/x{path}")
    assert answer.status_code == 404
    assert rasa.received == []
