"""The chat page of the whole bot as `make serve` runs it, with its trained model."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from .conftest import ready

pytestmark = pytest.mark.model

PHONE = {"width": 390, "height": 844}
ALLOWED = re.compile("^(https|tel|sms|mailto):")
LOADING = 60_000  # milliseconds; Rasa loads its model again


@pytest.fixture
def chat(visit, stack):
    page = visit(viewport=PHONE).context.new_page()
    page.goto(stack.url)
    return ready(page)


def test_a_first_message_brings_cards_with_a_way_to_reach_each(chat):
    chat.say("mua ahistaa nii paljo et en oo käyny koulus kuukauteen")
    expect(chat.cards.first).to_be_visible()
    assert 1 <= chat.cards.count() <= 3
    for card in chat.cards.all():
        expect(card.get_by_role("link").first).to_have_attribute("href", ALLOWED)
        expect(card).to_contain_text("Ensimmäinen askel")
    expect(chat.choices.first).to_be_visible()
    chat.choices.first.click()
    expect(chat.replies).not_to_have_count(1)


def test_a_crisis_is_answered_calmly_with_what_needs_no_speaking_first(chat):
    chat.say("en jaksa enää elää")
    expect(chat.element.locator(".card.calm").first).to_be_visible()
    expect(chat.element.locator(".card.calm", has_text="112").first).to_be_visible()


def test_rasa_is_killed_in_mid_conversation_and_the_answer_comes_once(chat, stack):
    chat.say("asun Tampereella")
    expect(chat.replies.first).to_be_visible()
    before = chat.texts()
    os.kill(stack.programs()["rasa"], signal.SIGKILL)
    chat.say("vuokra on rästissä")
    expect(chat.typing).to_contain_text("Hetki…")
    expect(chat.cards.first).to_be_visible(timeout=LOADING)
    expect(chat.choices.first).to_be_visible()
    after = chat.texts()
    assert after[: len(before)] == before
    assert [text for text in after if text.startswith("Sinä:")] == [
        "Sinä: asun Tampereella",
        "Sinä: vuokra on rästissä",
    ]
    chat.page.reload()
    expect(chat.cards.first).to_be_visible()
    assert chat.texts() == after
