"""Whole conversations with the running bot, in people's words: what it says, shows and offers (conversations.yml)."""

import uuid
from pathlib import Path

import pytest
from ruamel.yaml import YAML

pytestmark = pytest.mark.model

CONVERSATIONS = YAML(typ="safe").load(Path(__file__).with_name("conversations.yml"))
SCHEMES = ("https:", "tel:", "sms:", "mailto:")


def cards(replies):
    return [card for reply in replies for card in (reply.get("custom") or {}).get("services", [])]


def words(replies):
    buttons = [button["title"] for reply in replies for button in reply.get("buttons", [])]
    return "\n".join([reply.get("text", "") for reply in replies] + buttons)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[one["name"] for one in CONVERSATIONS])
def test_the_conversation_goes_as_a_good_youth_worker_would_lead_it(stack, conversation):
    sender, last = uuid.uuid4().hex, None
    for turn in conversation["turns"]:
        replies = stack.say(turn["user"], sender)
        shown = [card["id"] for card in cards(replies)]
        said = words(replies)
        about = f"{turn['user']} -> {said} {shown}"
        check_promises(replies, about)
        assert not shown or shown != last, f"the same list twice in a row: {about}"
        last = shown or None
        if "cards" in turn:
            assert bool(shown) == turn["cards"], about
        for need in turn.get("needs", []):
            assert any(need in card["needs"] for card in cards(replies)), about
        if "near" in turn:
            assert any(turn["near"] in reason for card in cards(replies) for reason in card["why"]), about
        if turn.get("crisis"):
            assert any((reply.get("custom") or {}).get("crisis") for reply in replies), about
        assert turn.get("says", "") in said, about
        assert "without" not in turn or turn["without"] not in said, about


def check_promises(replies, about):
    """What holds for every reply of the bot."""
    buttons = [button for reply in replies for button in reply.get("buttons", [])]
    is_finnish = all(reply.get("lang") in ("fi", None) for reply in replies)
    assert buttons or cards(replies), f"no next step: {about}"
    titles = [button["title"] for button in buttons]
    assert len(titles) == len(set(titles)), f"a button twice: {about}"
    for button in buttons:
        assert not button["payload"].startswith("/")
        assert not is_finnish or button["payload"] == button["title"], (
            about
        )  # a tap sends Finnish words in any language
    assert len(cards(replies)) <= 3
    for card in cards(replies):
        assert card["why"] and card["first_step"] and card["name"] and card["summary"], card["id"]
        for channel in card["channels"]:
            assert channel["url"] is None or channel["url"].startswith(SCHEMES), channel


def test_one_post_answers_with_cards_for_both_needs_near_tampere_or_remote_chat_first(stack):
    replies = stack.say("mua ahistaa ja vuokrat on rästis, asun Tampereella", uuid.uuid4().hex)
    shown = cards(replies)
    assert 1 <= len(shown) <= 3
    assert {"mental_health", "housing"} <= {need for card in shown for need in card["needs"]}
    chats = [any(channel["type"] == "chat" for channel in card["channels"]) for card in shown]
    assert any(chats) and chats == sorted(chats, reverse=True), "services with a chat stand first"
    for card in shown:
        assert card["distance_km"] is None or card["distance_km"] < 60


def test_a_position_is_used_for_distances(stack):
    body = {
        "sender": uuid.uuid4().hex,
        "message": "oon yksinäinen",
        "location": {"latitude": 62.892, "longitude": 27.677},
    }
    replies = stack.client.post("/webhooks/rest/webhook", json=body).json()
    assert "Kuopio" in words(replies)


@pytest.mark.parametrize("text", ["moi", "mua ahistaa", "haluun kuolla", "???"])
def test_two_people_never_share_a_conversation(stack, text):
    one, other = uuid.uuid4().hex, uuid.uuid4().hex
    assert all(reply["recipient_id"] == one for reply in stack.say(text, one))
    assert all(reply["recipient_id"] == other for reply in stack.say(text, other))
