"""What a machine translated says so in the person's language, and shows the original on a tap."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.channels.translated_replies import texts_of, translated_reply
from people import conversations, profiles
from people.database import Database
from people.profiles import WEB_CHAT
from service_catalog.cards import service_card
from translator.handwritten import words_or_english

from .chat import Chat
from .fake_rasa import FakeRasa, Reply, buttons
from .test_accessibility import AXE, SIDEWAYS
from .web_server import WebServer

FINNISH = "Kiitos kun kerroit.\n\nTässä kolme palvelua, joista voisi olla apua."
ARABIC = "شكراً لأنك كتبت."


def translated(rasa: FakeRasa, language: str, *, cards: bool) -> Reply:
    """A Finnish reply as the translating channel gives it to a person who said yes."""
    reply: Reply = {"text": FINNISH, "buttons": buttons("Näytä lisää")}
    if cards:
        card: dict[str, Any] = service_card(rasa.catalog, "sekasin-chat", datetime.now(timezone.utc)) or {}
        reply["custom"] = {"type": "services", "crisis": False, "services": [card]}
    words = words_or_english(language)
    said = {text: f"{ARABIC} ({number})" for number, (text, _) in enumerate(texts_of(reply, words, "fi"))}
    return translated_reply(reply, said, words, language, "fi", "LibreTranslate (127.0.0.1)")


@pytest.mark.parametrize("language", ["ar", "ru", "so"])
def test_the_original_is_a_tap_away(chat, rasa, language):
    words = words_or_english(language)
    rasa.script = {"moi": [translated(rasa, language, cards=False)]}
    chat.say("moi")
    line = chat.replies.locator(".translated")
    expect(line).to_contain_text(f"{words.translated} · {words.show_original}")
    expect(line).to_have_attribute("lang", language)
    original = chat.replies.locator(".original")
    expect(original).to_be_hidden()
    toggle = line.get_by_role("button", name=words.show_original)
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(original.locator("p")).to_have_text(FINNISH.split("\n\n"))
    expect(original.locator("p").first).to_have_attribute("lang", "fi")
    assert original.locator("p").first.evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    toggle = line.get_by_role("button", name=words.hide_original)
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.click()
    expect(original).to_be_hidden()


def test_the_original_of_a_card_stands_with_that_of_the_reply(chat, rasa):
    rasa.script = {"moi": [translated(rasa, "ar", cards=True)]}
    chat.say("moi")
    expect(chat.cards).to_have_count(1)
    chat.replies.locator(".translated button").click()
    original = chat.replies.locator(".original")
    expect(original).to_contain_text("Kiitos kun kerroit.")
    expect(original).to_contain_text("Nimetön chat 12–29-vuotiaille.")
    expect(chat.cards.get_by_role("heading")).to_have_text("Sekasin-chat")  # a name is never translated


def test_the_original_opens_by_keyboard_from_the_message(chat, rasa):
    rasa.script = {"moi": [translated(rasa, "ru", cards=False)]}
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    chat.replies.focus()
    for key in ("Enter", "Enter"):  # into the message, then its button
        chat.page.keyboard.press(key)
    expect(chat.replies.locator(".original")).to_be_visible()


def test_what_was_not_translated_says_nothing_about_it(chat, rasa):
    rasa.script = {"moi": [{"text": FINNISH, "lang": "fi"}]}
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    expect(chat.replies.locator(".translated")).to_have_count(0)


def test_it_fits_the_narrowest_phone_and_axe_finds_nothing(open_chat, rasa):
    chat = open_chat(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    rasa.script = {"moi": [translated(rasa, "ar", cards=True)]}
    chat.say("moi")
    expect(chat.cards).to_have_count(1)
    chat.replies.locator(".translated button").click()
    expect(chat.replies.locator(".original")).to_be_visible()
    assert chat.page.evaluate(SIDEWAYS) == [0]
    violations = AXE.run(chat.page).response["violations"]
    assert not violations, violations


def was_asked(server: WebServer, chat: Chat, allowed: bool | None) -> None:
    """Keeps that whoever has the chat was asked about a translator, and what they said."""
    now = datetime.now(timezone.utc)
    with Database(server.database).writing() as connection:
        conversation = conversations.owned_by(connection, chat.token, now)
        assert conversation
        person = profiles.ensure(connection, WEB_CHAT, conversation.id, now).id
        asked = {"translation_by": "LibreTranslate (127.0.0.1)", "translation_allowed": allowed}
        profiles.change(connection, person, **asked)


def test_a_yes_to_a_translator_is_taken_back_in_the_settings(chat, server, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    was_asked(server, chat, allowed=True)
    chat.open_menu("Asetukset")
    switch = chat.panel.get_by_role("checkbox", name="Viestini saa lähettää käännettäväksi")
    expect(switch).to_be_checked()
    expect(chat.panel).to_contain_text("LibreTranslate (127.0.0.1)")
    with chat.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        switch.uncheck()
    chat.page.reload()
    chat.input.focus()
    chat.open_menu("Asetukset")
    expect(switch).to_be_visible()
    expect(switch).not_to_be_checked()
    violations = AXE.run(chat.page).response["violations"]
    assert not violations, violations


def test_who_was_never_asked_about_a_translator_sees_nothing_of_it(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    with chat.page.expect_response(lambda answer: "/api/profile" in answer.url):
        chat.open_menu("Asetukset")
    expect(chat.panel.get_by_role("group", name="Puhetapa").get_by_role("radio", checked=True)).to_have_count(1)
    expect(chat.panel.get_by_role("checkbox")).to_have_count(0)
