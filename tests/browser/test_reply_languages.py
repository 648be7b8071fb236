"""Who writes another language than the page's gets cards that speak theirs, and one quiet offer to change the page."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from service_catalog.cards import service_card

from .chat import Chat
from .fake_rasa import FakeRasa, Reply, buttons
from .test_accessibility import AXE, SIDEWAYS

OFFER = {"fi": "Näytä sivu suomeksi", "sv": "Visa sidan på svenska", "en": "Show this page in English"}
NARROW = {"width": 320, "height": 640}


def in_language(rasa: FakeRasa, language: str, *, crisis: bool = False, service: str = "sekasin-chat") -> Reply:
    """A reply with a card, both in a language."""
    card: dict[str, Any] = service_card(rasa.catalog, service, datetime.now(timezone.utc), language) or {}
    custom = {"type": "services", "crisis": crisis, "services": [card]}
    return {"text": f"[{language}]", "lang": language, "custom": custom, "buttons": buttons("More")}


def offer(chat: Chat, language: str) -> Locator:
    """The button that changes the page's language."""
    return chat.element.get_by_role("button", name=OFFER[language])


def converse(chat: Chat, *messages: str) -> None:
    """Writes messages, each after the answer to the one before."""
    for message in messages:
        before = chat.replies.count()
        chat.say(message)
        expect(chat.replies).to_have_count(before + 1)


@pytest.mark.parametrize(
    ("language", "step", "remind"),
    [("fi", "Ensimmäinen askel", "Muistuta"), ("sv", "Första steget", "Påminn"), ("en", "First step", "Remind")],
)
def test_the_words_of_a_card_are_in_the_language_of_the_reply(open_chat, rasa, language, step, remind):
    chat = open_chat("/?kieli=en" if language == "fi" else "/")
    meets = in_language(rasa, language, service="wortti-utsjoki")
    rasa.script = {"hi": [meets, in_language(rasa, language)]}
    chat.say("hi")
    expect(chat.cards).to_have_count(2)
    expect(chat.cards.last).to_contain_text(step)
    reminding = chat.cards.first.locator(".session button")
    expect(reminding).to_contain_text(remind)
    reminding.click()
    expect(chat.own).to_have_count(2)
    expect(chat.own.last).to_contain_text(remind)  # so that the bot stays in that language too


def test_a_text_message_in_a_crisis_is_sent_with_words_of_the_reply(chat, rasa):
    rasa.script = {"hi": [in_language(rasa, "en", crisis=True, service="hatanumero-112")]}
    chat.say("hi")
    expect(chat.cards).to_have_count(1)
    expect(chat.replies.locator("> .channels").get_by_role("link")).to_contain_text("Send a text")


def test_after_two_english_answers_the_page_is_offered_in_english(chat, rasa):
    rasa.script = {"hi": [in_language(rasa, "en")], "more": [in_language(rasa, "en")]}
    converse(chat, "hi")
    expect(offer(chat, "en")).to_have_count(0)  # one word may only look like English
    converse(chat, "more")
    offer(chat, "en").click()
    expect(chat.element.get_by_role("button", name="Crisis help")).to_be_visible()
    expect(chat.element.locator(".offer")).to_have_count(0)
    expect(chat.replies).to_have_count(2)


def test_an_offer_that_was_put_aside_does_not_come_again(chat, rasa):
    rasa.script = {"hej": [in_language(rasa, "sv")], "hi": [in_language(rasa, "en")]}
    converse(chat, "hej", "hej")
    expect(offer(chat, "sv")).to_be_visible()
    chat.button("Behövs inte").click()
    expect(chat.element.locator(".offer")).to_have_count(0)
    expect(chat.input).to_be_focused()
    chat.page.reload()
    expect(chat.replies).to_have_count(2)
    converse(chat, "hi", "hi")
    expect(chat.element.locator(".offer")).to_have_count(0)


@pytest.mark.parametrize(
    "replies",
    [("fi", "fi"), ("en", "sv"), ("ar", "ar")],
    ids=["in the page's language", "now one, now another", "in a language that the page doesn't speak"],
)
def test_there_is_nothing_to_offer(chat, rasa, replies):
    rasa.script = {f"{number}": [in_language(rasa, language)] for number, language in enumerate(replies)}
    converse(chat, "0", "1")
    expect(chat.element.locator(".offer")).to_have_count(0)


def test_nothing_is_offered_in_a_crisis(chat, rasa):
    rasa.script = {"hi": [in_language(rasa, "en")], "help": [in_language(rasa, "en", crisis=True)]}
    converse(chat, "hi", "hi")
    expect(offer(chat, "en")).to_be_visible()
    converse(chat, "help")
    expect(chat.element.locator(".offer")).to_have_count(0)


def test_who_chose_the_language_of_the_page_is_not_asked(chat, rasa):
    rasa.script = {"hi": [in_language(rasa, "en")]}
    chat.open_menu("Asetukset")
    chat.panel.get_by_role("radio", name="Svenska").check()
    chat.panel.get_by_role("radio", name="Suomi").check()
    chat.page.keyboard.press("Escape")
    converse(chat, "hi", "hi")
    expect(chat.element.locator(".offer")).to_have_count(0)


def test_the_offer_is_one_line_on_the_narrowest_phone_and_axe_finds_nothing(open_chat, rasa):
    chat = open_chat(viewport=NARROW, reduced_motion="reduce")
    rasa.script = {"hi": [in_language(rasa, "en")]}
    converse(chat, "hi", "hi")
    line = chat.element.locator(".offer")
    expect(line).to_be_visible()
    assert (line.bounding_box() or {})["height"] < 60
    assert chat.page.evaluate(SIDEWAYS) == [0]
    violations = AXE.run(chat.page).response["violations"]
    assert not violations, violations
