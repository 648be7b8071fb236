"""The REST channel around a stand-in for Rasa's message handler."""

import asyncio

import pytest
from rasa.shared.core.events import BotUttered

from bot.channels import answering
from bot.channels.incoming import IncomingMessage
from bot.channels.replies import EMPTY_MESSAGE, FAULT
from bot.channels.rest import RestChannel
from bot.channels.rich_output import RichOutputChannel

SERVICES = {"type": "services", "crisis": False, "services": [{"id": "sekasin-chat"}]}
BUTTONS = [{"title": "Lisää", "payload": "Lisää"}]


async def replies_to(message, *utterances, fails=None):
    async def handle(user_message):
        for utterance in utterances:
            await user_message.output_channel.send_response(user_message.sender_id, utterance.message())
        if fails:
            raise fails

    return await answering.answer(handle, message, "rest")


MESSAGE = IncomingMessage("eetu", "mua ahistaa")


async def test_words_buttons_and_cards_of_a_reply_stay_one_message():
    utterance = BotUttered("Eka.\n\nToka.", {"buttons": BUTTONS, "custom": SERVICES, "elements": None, "image": None})
    assert await replies_to(MESSAGE, utterance) == [
        {"recipient_id": "eetu", "text": "Eka.\n\nToka.", "buttons": BUTTONS, "custom": SERVICES}
    ]


async def test_quick_replies_are_buttons():
    utterance = BotUttered("Valitse.", {"quick_replies": BUTTONS})
    assert await replies_to(MESSAGE, utterance) == [{"recipient_id": "eetu", "text": "Valitse.", "buttons": BUTTONS}]


async def test_each_reply_is_a_message_and_an_empty_one_is_none():
    replies = await replies_to(MESSAGE, BotUttered("Yksi."), BotUttered(None, {"buttons": []}), BotUttered("Kaksi."))
    assert [reply["text"] for reply in replies] == ["Yksi.", "Kaksi."]


async def test_an_empty_message_is_answered_without_rasa():
    async def never(_):
        raise AssertionError

    assert await answering.answer(never, IncomingMessage("eetu", ""), "rest") == [
        {"recipient_id": "eetu", **EMPTY_MESSAGE}
    ]


async def test_when_no_action_answers_the_person_gets_contacts():
    (reply,) = await replies_to(MESSAGE)
    assert reply == {"recipient_id": "eetu", **FAULT}
    assert "112" in reply["text"] and "sekasin.fi" in reply["text"]


async def test_when_handling_fails_the_person_gets_contacts_and_the_log_no_words(caplog):
    (reply,) = await replies_to(MESSAGE, fails=RuntimeError("no model"))
    assert reply["text"] == FAULT["text"]
    assert "ahistaa" not in caplog.text


async def test_what_was_ready_before_a_failure_is_sent():
    replies = await replies_to(MESSAGE, BotUttered("Tässä."), fails=RuntimeError())
    assert [reply["text"] for reply in replies] == ["Tässä."]


async def test_an_answer_that_takes_too_long_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(answering, "ANSWER_WITHIN", 0.01)

    async def hangs(_):
        await asyncio.Event().wait()

    assert (await answering.answer(hangs, MESSAGE, "rest"))[0]["text"] == FAULT["text"]


async def test_without_a_model_it_is_not_ready():
    checks, _ = await answering.readiness(None)
    assert "could not be loaded" in checks["model"]


def test_the_channel_is_rasas_rest_channel_by_name():
    channel = RestChannel.from_credentials(None)
    assert (channel.name(), channel.url_prefix()) == ("rest", "rest")
    assert isinstance(channel.get_output_channel(), RichOutputChannel)


@pytest.mark.parametrize("reply", [EMPTY_MESSAGE, FAULT])
def test_what_the_channel_says_itself_offers_a_next_step(reply):
    assert reply["text"]
    assert all(button["title"] == button["payload"] for button in reply["buttons"])
