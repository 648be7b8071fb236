"""Bad input to the running bot: a polite reply or a reason, never a fault, and the conversation goes on."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.model

WEBHOOK = "/webhooks/rest/webhook"


@pytest.fixture
def sender():
    return uuid.uuid4().hex


ODD_MESSAGES = {
    "empty": "",
    "white space": " \n\t ",
    "a hundred thousand letters": "apua " * 20_000,
    "a hundred thousand letters without a space": "a" * 100_000,
    "emoji only": "😭😭😭",
    "joined emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "control characters": "moi\x01\x02\x1b[31m\x7f\x85apua",
    "NUL": "mo\x00i",
    "NUL only": "\x00",
    "combining marks": "a" + "\u0301" * 5_000,
    "right to left": "\u202eapua\u202c مرحبا",
    "SQL": "'; DROP TABLE events; --",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{7*7}} {municipality} ${HOME} %s %n",
    "a path": "../../../../etc/passwd",
    "punctuation": "???!!!",
    "a number": "0",
    "Rasa's restart": "/restart",
    "Rasa's session start": "/session_start",
    "an intent with entities": '/inform_place{"municipality": "Espoo"}',
    "a slash": "/",
    "an external message": "EXTERNAL: crisis",
}


@pytest.mark.parametrize("message", ODD_MESSAGES.values(), ids=ODD_MESSAGES.keys())
def test_an_odd_message_is_answered_and_the_conversation_goes_on(stack, sender, message):
    stack.say("asun Tampereella", sender)
    for reply in stack.say(message, sender):
        assert reply["recipient_id"] == sender
        assert reply.get("text") or reply.get("custom")
        assert "Traceback" not in json.dumps(reply)
    assert stack.say("mua ahistaa", sender)


BODIES = {
    "nothing": b"",
    "no JSON": b"moi",
    "half a JSON": b'{"sender": "a", "message": "mo',
    "bytes": b"\xff\xfe\x00\x01",
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 50_000,
    "a long number": b'{"message": ' + b"9" * 10_000 + b"}",
    "no message": b'{"sender": "a"}',
    "message null": b'{"sender": "a", "message": null}',
    "message a number": b'{"sender": "a", "message": 7}',
    "message an object": b'{"sender": "a", "message": {"text": "moi"}}',
    "sender an object": b'{"sender": {}, "message": "moi"}',
    "sender empty": b'{"sender": "", "message": "moi"}',
    "sender long": b'{"sender": "' + b"a" * 1_000 + b'", "message": "moi"}',
    "sender with NUL": b'{"sender": "a\\u0000", "message": "moi"}',
    "sender a lone surrogate": b'{"sender": "\\ud800", "message": "moi"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_what_is_no_message_gets_a_reason(stack, body):
    answer = stack.client.post(WEBHOOK, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["reason"]
    assert answer.json()["message"]


def test_lone_surrogates_are_dropped(stack, sender):
    body = b'{"sender": "%s", "message": "mua \\ud83d ahistaa \\udc00"}' % sender.encode()
    answer = stack.client.post(WEBHOOK, content=body)
    assert answer.status_code == 200
    assert answer.json()


def test_a_body_without_end_is_refused(stack):
    assert stack.client.post(WEBHOOK, content=b"x" * 2_000_000).status_code == 413


def test_a_message_without_a_sender_gets_a_conversation_of_its_own(stack):
    first, second = (stack.client.post(WEBHOOK, json={"message": "asun Tampereella"}).json() for _ in range(2))
    assert first[0]["recipient_id"] != second[0]["recipient_id"]


def test_messages_of_one_person_at_the_same_time_are_all_answered(stack, sender):
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda number: stack.say(f"mua ahistaa {number}", sender), range(6)))
