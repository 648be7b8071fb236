"""Telegram's updates as the bot knows them, and how little of them leaves."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messengers.telegram.updates import UNREAD, Unreadable, bot_id, read_update
from messengers.updates import KINDS, Update, as_json

BOT = 123456789
USER = {"id": 5001, "is_bot": False, "first_name": "Eetu", "last_name": "Esimerkki", "username": "eetu"}
USER = {**USER, "language_code": "fi"}
PRIVATE = {"id": 5001, "type": "private", "first_name": "Eetu"}
GROUP = {"id": -100777, "type": "supergroup", "title": "Luokka"}
SELF = {"id": BOT, "is_bot": True, "first_name": "Saattaja", "username": "saattaja_bot"}
FILE = {"file_id": "a", "file_unique_id": "b"}
UNREAD_CONTENT = {
    "voice": {**FILE, "duration": 3},
    "audio": {**FILE, "duration": 3},
    "photo": [{**FILE, "width": 3, "height": 4}],
    "video": {**FILE, "width": 3, "height": 4, "duration": 5},
    "video_note": {**FILE, "length": 3, "duration": 5},
    "animation": {**FILE, "width": 3, "height": 4, "duration": 5},
    "sticker": {**FILE, "type": "regular", "width": 3, "height": 4, "is_animated": False, "is_video": False},
    "document": FILE,
    "contact": {"phone_number": "+358401234567", "first_name": "Äiti"},
    "poll": {
        **{"id": "1", "question": "Mitä?", "options": [], "total_voter_count": 0, "is_closed": False},
        **{"is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "members_only": False},
        **{"allows_revoting": False},
    },
    "dice": {"emoji": "🎲", "value": 3},
    "story": {"chat": PRIVATE, "id": 3},
    "game": {"title": "Peli", "description": "Peli", "photo": [{**FILE, "width": 3, "height": 4}]},
}


def update(**content):
    return {"update_id": 700, **content}


def message(chat=PRIVATE, user=USER, **content):
    return {"message_id": 42, "date": 1_790_000_000, "from": user, "chat": chat, **content}


def command(text, **more):
    end = len(text.split()[0].encode("utf-16-le")) // 2
    return message(text=text, entities=[{"type": "bot_command", "offset": 0, "length": end}], **more)


def read(**content):
    return read_update(update(**content), BOT)


EXPECTED = Update("700", "telegram:5001", "text", language="fi", place={"chat": 5001, "message": 42})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"message": message(text="mua ahistaa")}, {"text": "mua ahistaa"}),
        (
            {"message": message(text="oon 010203-123A, soita 040 1234567")},
            {"text": "oon [henkilötunnus], soita [puhelinnumero]"},
        ),
        ({"message": message(text='//restart{"a": 1}')}, {"text": 'restart{"a": 1}'}),
        ({"message": message(photo=UNREAD_CONTENT["photo"], caption="apua tähän")}, {"text": "apua tähän"}),
        ({"message": command("/start")}, {"kind": "command", "text": "start"}),
        (
            {"message": command("/start Tampere__juliste-2026")},
            {"kind": "command", "text": "start", "argument": "Tampere__juliste-2026"},
        ),
        ({"message": command("/Apua@Saattaja_Bot 😀 nyt")}, {"kind": "command", "text": "apua", "argument": "😀 nyt"}),
        (
            {"message": command("/unohda 010203-123A")},
            {"kind": "command", "text": "unohda", "argument": "[henkilötunnus]"},
        ),
        (
            {"message": message(location={"latitude": 61.49811, "longitude": 23.76031})},
            {"kind": "location", "location": (61.5, 23.76)},
        ),
        ({"edited_message": message(text="mua ahdistaa", edit_date=1)}, {"kind": "edited", "text": "mua ahdistaa"}),
    ],
)
def test_what_a_person_writes(content, expected):
    assert read(**content) == replace(EXPECTED, **expected)


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_is_named_and_nothing_of_it_kept(what):
    found = read(message=message(**{what: UNREAD_CONTENT[what]}))
    assert found == replace(EXPECTED, kind="other", argument=what)


def test_a_tap_has_its_data_and_its_message():
    query = {"id": "4382", "from": USER, "chat_instance": "1", "data": "12.3"}
    found = read(callback_query={**query, "message": {**message(text="Mitä?"), "from": SELF}})
    place = {"chat": 5001, "message": 42, "callback": "4382"}
    assert found == replace(EXPECTED, kind="tap", text="12.3", place=place)
    too_old = {"message_id": 42, "date": 0, "chat": PRIVATE}
    assert read(callback_query={**query, "message": too_old}) == found


@pytest.mark.parametrize(("old", "new", "kind"), [("member", "kicked", "blocked"), ("kicked", "member", "unblocked")])
def test_being_blocked_and_let_in_again(old, new, kind):
    change = {"chat": PRIVATE, "from": USER, "date": 1_790_000_000}
    statuses = {"member": {"status": "member"}, "kicked": {"status": "kicked", "until_date": 0}}
    change["old_chat_member"], change["new_chat_member"] = ({"user": SELF, **statuses[one]} for one in (old, new))
    assert read(my_chat_member=change) == replace(EXPECTED, kind=kind, place={"chat": 5001})


SPOKEN_TO = {
    "a command": command("/apua@saattaja_bot", chat=GROUP),
    "its name": message(
        GROUP, text="hei @saattaja_bot", entities=[{"type": "mention", "offset": 4, "length": 13}]
    ),
    "its name without a user name": message(
        GROUP, text="hei Saattaja", entities=[{"type": "text_mention", "offset": 4, "length": 8, "user": SELF}]
    ),
    "an answer to it": message(GROUP, text="kiitos", reply_to_message=message(GROUP, SELF, text="Moi")),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOKEN_TO)
def test_in_a_group_it_hears_who_speaks_to_it_and_keeps_no_words(how):
    found = read(message=SPOKEN_TO[how])
    assert found == replace(EXPECTED, kind="group", place={"chat": -100777, "message": 42})


def test_being_taken_into_a_group():
    member, left = ({"user": SELF, "status": status} for status in ("member", "left"))
    change = {"chat": GROUP, "from": USER, "date": 1_790_000_000}
    found = read(my_chat_member={**change, "old_chat_member": left, "new_chat_member": member})
    assert found == replace(EXPECTED, kind="group", place={"chat": -100777})
    assert read(my_chat_member={**change, "old_chat_member": member, "new_chat_member": left}) is None


@pytest.mark.parametrize(
    "content",
    [
        {"message": message(GROUP, text="mitä kuuluu")},
        {"message": message(GROUP, text="@opettaja", entities=[{"type": "mention", "offset": 0, "length": 9}])},
        {"edited_message": command("/apua", chat=GROUP)},
        {"message": message(user={**USER, "is_bot": True}, text="moi")},
        {"message": message({"id": -1009, "type": "channel", "title": "Uutiset"}, text="moi")},
        {"channel_post": message({"id": -1009, "type": "channel", "title": "Uutiset"}, text="moi")},
        {"message": message(GROUP, new_chat_title="Uusi")},
        {"message": message(pinned_message=message(text="moi"))},
        {"edited_message": message(location={"latitude": 61.5, "longitude": 23.8})},
        {"message": message(location={"latitude": 961.5, "longitude": 23.8})},
        {"inline_query": {"id": "1", "from": USER, "query": "moi", "offset": ""}},
        {"poll_answer": {"poll_id": "1", "user": USER, "option_ids": [0], "option_persistent_ids": ["a"]}},
        {"something_that_telegram_will_invent": {"id": 1}},
        {},
    ],
)
def test_what_asks_nothing_of_the_bot_is_none(content):
    assert read(**content) is None


@pytest.mark.parametrize(
    "written",
    [
        *(
            None,
            [],
            7,
            "update",
            {},
            {"update_id": "700"},
            {"update_id": True},
            {"update_id": -1},
            {"update_id": 2**63},
        ),
        update(message=7),
        update(message={}),
        update(message=message(date="yesterday")),
        update(message=message(date=10**30)),
        update(message={**message(text="moi"), "from": {**USER, "id": "5001; DROP"}}),
        update(message={**message(text="moi"), "chat": {**PRIVATE, "id": "5001"}}),
        update(message=message(text=7)),
        update(message=message(text=["moi"])),
        update(callback_query={"id": "1"}),
    ],
)
def test_what_is_no_update_is_refused_without_its_words(written):
    with pytest.raises(Unreadable) as refused:
        read_update(written, BOT)
    assert "moi" not in str(refused.value) and "DROP" not in str(refused.value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from(["text", "entities", "location", "from", "chat", "photo", "caption", "date", "message_id"])


@settings(suppress_health_check=[HealthCheck.too_slow])  # to build the first is
@given(st.dictionaries(FIELDS, ANYTHING, max_size=4), st.sampled_from(["message", "edited_message", "my_chat_member"]))
def test_no_message_breaks_the_reading(fields, kind):
    try:
        found = read_update(update(**{kind: {**message(text="moi"), **fields}}), BOT)
    except Unreadable:
        return
    assert found is None or found.kind in KINDS


@given(st.text(max_size=300))
def test_what_is_kept_is_json_and_cleaned(text):
    found = read_update(update(message=message(text=text or " ")), BOT)
    if found:
        assert json.loads(json.dumps(as_json(found))) and not found.text.startswith("/")
        assert "\n" not in found.text and "\x00" not in found.text


@pytest.mark.parametrize(
    ("code", "language"),
    [("fi", "fi"), ("sv-FI", "sv"), ("pt-br", "pt"), ("EN", "en"), ("", None), ("x", None), (None, None)],
)
def test_the_language_of_the_app_is_a_hint(code, language):
    user = (
        {**USER, "language_code": code} if code is not None else {k: v for k, v in USER.items() if k != "language_code"}
    )
    assert read(message=message(user=user, text="moi")).language == language


def test_nothing_of_who_somebody_is_is_kept():
    found = json.dumps(as_json(read(message=message(text="moi"))))
    assert "Eetu" not in found and "Esimerkki" not in found and "eetu" not in found


def test_the_bot_knows_its_own_number_from_its_token():
    assert bot_id("123456789:AAE") == 123456789
