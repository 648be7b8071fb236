"""Delivery that loses nothing and says nothing twice: whatever falls over, goes away or comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from web.app import create_app
from web.settings import Settings

from .chat import Chat
from .conftest import ready
from .fake_rasa import ANXIOUS, NOT_UNDERSTOOD
from .web_server import WebServer

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def mortal_server(tmp_path_factory, catalog_file, running_rasa):
    with WebServer(tmp_path_factory.mktemp("mortal"), catalog_file, running_rasa.url) as server:
        yield server


@pytest.fixture
def own_server(mortal_server, rasa):
    """A web server that a test may kill."""
    yield mortal_server
    if not mortal_server.is_running:
        mortal_server.start()


@pytest.fixture
def own_chat(own_server, visit):
    page = visit(viewport=PHONE).context.new_page()
    page.goto(own_server.url)
    return ready(page)


def test_rasa_restarts_and_the_answer_comes_once(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    rasa.stop()
    chat.say(ANXIOUS)
    expect(chat.typing).to_contain_text("Hetki… viestisi on tallessa")
    expect(chat.own).to_have_count(2)
    rasa.start()
    expect(chat.cards).to_have_count(3)
    expect(chat.typing).to_be_hidden()
    assert len(chat.texts()) == 4
    assert rasa.heard == ["moi", ANXIOUS]


def test_rasa_falls_while_it_answers_and_is_asked_once_in_the_end(chat, rasa):
    rasa.hold()
    chat.say(ANXIOUS)
    expect(chat.typing).to_be_visible()
    rasa.stop()
    rasa.release()
    expect(chat.typing).to_contain_text("Hetki…")
    rasa.start()
    expect(chat.cards).to_have_count(3)
    assert len(chat.texts()) == 2
    assert rasa.heard == [ANXIOUS]


def test_a_message_sent_while_rasa_is_down_is_answered_after_the_page_was_closed(chat, rasa):
    rasa.stop()
    chat.say(ANXIOUS)
    expect(chat.typing).to_contain_text("Hetki…")
    context = chat.page.context
    address = chat.page.url
    chat.page.close()
    rasa.start()
    page = context.new_page()
    page.goto(address)
    expect(ready(page).cards).to_have_count(3)
    assert rasa.heard == [ANXIOUS]


def test_the_web_server_is_killed_and_the_conversation_goes_on(own_chat, own_server, rasa):
    chat = own_chat
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    before = chat.texts()
    own_server.kill()
    chat.say("moi")
    expect(chat.own.last).to_contain_text("Odottaa yhteyttä")
    own_server.start()
    expect(chat.replies.last).to_contain_text(NOT_UNDERSTOOD)
    after = chat.texts()
    assert after[:2] == before and len(after) == 4
    chat.page.reload()
    expect(chat.messages).to_have_count(4)
    assert chat.texts() == after
    assert rasa.heard == [ANXIOUS, "moi"]


def test_the_web_server_is_killed_while_an_answer_is_made(own_chat, own_server, rasa):
    rasa.hold()
    own_chat.say(ANXIOUS)
    expect(own_chat.typing).to_be_visible()
    own_server.kill()
    rasa.release()
    own_server.start()
    expect(own_chat.cards).to_have_count(3)
    assert len(own_chat.texts()) == 2
    assert rasa.heard == [ANXIOUS]


def test_what_was_typed_offline_goes_out_in_order(chat, rasa):
    chat.page.context.set_offline(True)
    expect(chat.line).to_contain_text("Ei yhteyttä")
    for text in ("yksi", "kaksi", "kolme"):
        chat.say(text)
    expect(chat.own).to_have_text(["yksiOdottaa yhteyttä", "kaksiOdottaa yhteyttä", "kolmeOdottaa yhteyttä"])
    assert rasa.heard == []
    chat.page.context.set_offline(False)
    expect(chat.replies).to_have_count(3)
    expect(chat.line).to_be_hidden()
    assert rasa.heard == ["yksi", "kaksi", "kolme"]
    assert [text.split(":")[0] for text in chat.texts()] == ["Sinä", "Saattaja"] * 3


def test_what_was_typed_before_the_rest_of_the_chat_had_come_is_sent_once_it_has(visit, server, rasa):
    context = visit(viewport=PHONE).context
    page = context.new_page()
    page.goto(server.url)
    chat = Chat(page)
    expect(chat.input).to_be_visible()
    context.set_offline(True)
    expect(chat.line).to_contain_text("Ei yhteyttä")
    chat.say(ANXIOUS)
    expect(chat.own).to_contain_text("Odottaa yhteyttä")
    context.set_offline(False)
    expect(chat.cards).to_have_count(3)
    expect(chat.input).to_have_value("")
    expect(chat.own).to_have_count(1)
    assert rasa.heard == [ANXIOUS]


def test_what_was_typed_offline_survives_a_closed_page(chat, rasa):
    context, address = chat.page.context, chat.page.url
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    context.set_offline(True)
    chat.say(ANXIOUS)
    expect(chat.own.last).to_contain_text("Odottaa yhteyttä")
    chat.page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    again = ready(page)
    expect(again.cards).to_have_count(3)
    assert [text.split(":")[0] for text in again.texts()] == ["Sinä", "Saattaja"] * 2
    assert rasa.heard == ["moi", ANXIOUS]


def test_two_tabs_show_everything_once(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    other = chat.page.context.new_page()
    other.goto(chat.page.url)
    other_chat = ready(other)
    expect(other_chat.messages).to_have_count(2)
    other_chat.say(ANXIOUS)
    for tab in (chat, other_chat):
        expect(tab.cards).to_have_count(3)
        expect(tab.messages).to_have_count(4)
    chat.say("kiitos")
    for tab in (chat, other_chat):
        expect(tab.replies).to_have_count(3)
    assert chat.texts() == other_chat.texts()
    assert rasa.heard == ["moi", ANXIOUS, "kiitos"]


def test_two_tabs_send_what_was_typed_offline_once(chat, rasa):
    context = chat.page.context
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    other = context.new_page()
    other.goto(chat.page.url)
    other_chat = ready(other)
    expect(other_chat.replies).to_have_count(1)
    context.set_offline(True)
    chat.say("täältä")
    other_chat.say("tuolta")
    for tab in (chat, other_chat):
        expect(tab.own).to_have_count(3)
    context.set_offline(False)
    for tab in (chat, other_chat):
        expect(tab.replies).to_have_count(3)
        expect(tab.own).to_have_count(3)
    assert chat.texts() == other_chat.texts()
    assert rasa.heard == ["moi", "täältä", "tuolta"]


def test_two_tabs_that_begin_together_share_one_conversation(chat, rasa):
    other = chat.page.context.new_page()
    other.goto(chat.page.url)
    other_chat = ready(other)
    rasa.hold()
    chat.say("yksi")
    other_chat.say("kaksi")
    rasa.release()
    for tab in (chat, other_chat):
        expect(tab.replies).to_have_count(2)
    assert len({message["sender"] for message in rasa.asked}) == 1


def test_a_conversation_that_the_server_forgot_is_begun_anew_and_the_message_is_sent(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    chat.page.evaluate(
        """token => fetch("/api/conversation", {method: "DELETE", headers: {Authorization: `Bearer ${token}`}})""",
        chat.token,
    )
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    expect(chat.messages.filter(has_text="Aiemp")).to_have_count(1)
    assert rasa.heard == ["moi", ANXIOUS]


def test_too_many_messages_are_told_kindly_and_go_out_later(open_door, tmp_path, rasa, visit):
    database = f"sqlite:///{tmp_path / 'saattaja.db'}"
    settings = Settings(rasa=rasa.url, database=database, messages_per_conversation="2/3 seconds")
    with open_door(create_app(settings)) as door:
        page = visit(viewport=PHONE).context.new_page()
        page.goto(door.url)
        chat = ready(page)
        for text in ("yksi", "kaksi", "kolme"):
            chat.say(text)
        expect(chat.line).to_contain_text("Nyt tuli monta viestiä peräkkäin. Seuraava lähtee")
        expect(chat.replies).to_have_count(3)
        expect(chat.line).to_be_hidden()
        assert rasa.heard == ["yksi", "kaksi", "kolme"]


def test_a_server_that_is_gone_does_not_stop_anybody_from_reaching_help(own_chat, own_server):
    own_server.kill()
    own_chat.say(ANXIOUS)
    expect(own_chat.own).to_contain_text("Odottaa yhteyttä")
    own_chat.button("Kriisiapu").click()
    expect(own_chat.panel.get_by_role("link", name="Tekstiviesti 112")).to_be_visible()
    expect(own_chat.panel).to_contain_text("Sekasin-chat")
