"""Every text says which language it is in; what runs from right to left reads so, with numbers and names in order."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from service_catalog.cards import service_card

from .chat import Chat
from .fake_rasa import FakeRasa, Reply, buttons
from .test_accessibility import AXE, SIDEWAYS

NARROW = {"width": 320, "height": 640}
ARABIC = (
    "شكراً لأنك كتبت. تساعدك خدمة Sekasin-chat (12–29 سنة)!\n\n"
    "• اتصل بالرقم 09 2525 0111 من 9.00–21.00\n"
    "• افتح https://sekasin.fi/chat."
)
PERSIAN = "ممنون که نوشتی. با ما چت کنید؛ شماره 116 111 رایگان است."
SORANI = "سوپاس بۆ نووسینەکەت. ئێستا دەتوانیت لێرە قسە بکەیت."
TRANSLATED = {
    "summary": "دردشة مجهولة للشباب من 12 إلى 29 سنة.",
    "first_step": "افتح الدردشة واكتب جملة واحدة، من 9.00–21.00.",
}
SPOKEN = """(root) => {
    // Every element whose own text is read: its words, the language they are read in and the direction they run in.
    const found = [];
    const of = (one) => one.closest("[lang]")?.lang;
    for (const one of root.querySelectorAll("*")) {
        const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const own = texts.map((node) => node.data.trim()).join(" ").trim();
        if (own) found.push([own, of(one), getComputedStyle(one).direction]);
    }
    return found;
}"""


def spoken(element: Locator) -> dict[str, tuple[str, str]]:
    """The language and the direction of each text in an element."""
    return {text: (language, direction) for text, language, direction in element.evaluate(SPOKEN)}


def machine_translated(rasa: FakeRasa, language: str = "ar") -> Reply:
    """A reply whose card was translated; names, numbers and links stay as they are."""
    card: dict[str, Any] = service_card(rasa.catalog, "sekasin-chat", datetime.now(timezone.utc)) or {}
    card |= {**TRANSLATED, "what_happens": None, "why": ["لأنك كتبت ”ahdistaa“", "مجاني"], "language": language}
    card["lang"] = {"name": "fi"} | {f"channels.{n}.label": "fi" for n in range(len(card["channels"]))}
    custom = {"type": "services", "crisis": False, "services": [card]}
    return {"text": ARABIC, "lang": language, "custom": custom, "buttons": buttons("أرني المزيد")}


@pytest.fixture
def narrow(open_chat) -> Chat:
    """The chat on the narrowest of phones."""
    return open_chat(viewport=NARROW, reduced_motion="reduce")


def test_a_finnish_name_in_an_english_reply_is_read_in_finnish(chat, rasa):
    card: dict[str, Any] = service_card(rasa.catalog, "sekasin-chat", datetime.now(timezone.utc), "en") or {}
    card |= {"name": "Sekasin-chat", "why": ["because you wrote it", "на русском"]}
    card["lang"] = {"name": "fi", "summary": "fi", "why.1": "ru"}
    custom = {"type": "services", "crisis": False, "services": [card]}
    rasa.script = {"hi": [{"text": "Thanks for telling me.", "lang": "en", "custom": custom}]}
    chat.say("hi")
    expect(chat.cards).to_have_count(1)
    expect(chat.replies).to_have_attribute("lang", "en")  # what the message is called is read in English
    languages = {text: language for text, (language, _) in spoken(chat.replies).items()}
    assert languages["Thanks for telling me."] == "en"
    assert languages["Sekasin-chat"] == "fi"
    expect(chat.cards.locator("p").filter(has_text=card["summary"])).to_have_attribute("lang", "fi")
    assert languages["because you wrote it"] == languages[card["first_step"]] == "en"
    assert languages["на русском"] == "ru"
    # What the card itself says is in the language of the reply, not of the page.
    assert languages["First step"] == languages["Open the chat"] == "en"


@pytest.mark.parametrize(("language", "text"), [("ar", ARABIC), ("fa", PERSIAN), ("ckb", SORANI)])
def test_a_text_from_right_to_left_runs_so_whatever_it_begins_with(chat, rasa, language, text):
    rasa.script = {"moi": [{"text": text, "lang": language}, {"text": f"Sekasin-chat: {text}", "lang": language}]}
    chat.say("moi")
    expect(chat.replies).to_have_count(2)
    for number in range(2):
        lines = chat.replies.nth(number).locator(".bubble p")
        assert set(lines.evaluate_all("all => all.map((one) => one.lang + getComputedStyle(one).direction)")) == {
            f"{language}rtl"
        }


@pytest.mark.parametrize(
    ("text", "language"),
    [(ARABIC.split("\n")[0], "ar"), (PERSIAN, "fa"), (SORANI, "ckb"), ("Мне очень плохо", "ru"), ("我很难过", "zh")],
)
def test_without_the_servers_word_the_letters_tell_the_language(chat, rasa, text, language):
    rasa.script = {text: [{"text": text}]}
    chat.say(text)
    expect(chat.replies).to_have_count(1)
    for bubble in (chat.own, chat.replies):
        assert bubble.locator("p").first.get_attribute("lang") == language


def test_numbers_and_times_keep_their_order(chat, rasa):
    rasa.script = {"moi": [{"text": ARABIC, "lang": "ar"}]}
    chat.say(ARABIC.split("\n")[0])
    expect(chat.own.locator("bdi")).to_have_text(["12–29"])
    expect(chat.replies).to_have_count(1)
    chat.say("moi")
    isolated = chat.replies.locator("p bdi")
    expect(isolated).to_have_text(["12–29", "09 2525 0111", "9.00–21.00"])
    # Each stands on one line, its first digit left of its last one.
    order = """(one) => {
        const x = (at) => {
            const range = document.createRange();
            range.setStart(one.firstChild, at);
            range.setEnd(one.firstChild, at + 1);
            return range.getBoundingClientRect().x;
        };
        return x(0) < x(one.firstChild.length - 1);
    }"""
    assert all(isolated.nth(number).evaluate(order) for number in range(3))


def test_a_card_in_arabic_keeps_finnish_names_and_buttons_readable(narrow, rasa):
    rasa.script = {"moi": [machine_translated(rasa)]}
    narrow.say("moi")
    expect(narrow.cards).to_have_count(1)
    assert narrow.cards.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    said = spoken(narrow.cards)
    assert said["Sekasin-chat"] == ("fi", "ltr")
    summary = narrow.cards.locator("p").filter(has_text=TRANSLATED["summary"])
    expect(summary).to_have_attribute("lang", "ar")
    assert said["مجاني"] == ("ar", "rtl")
    assert said["Open the chat"] == ("en", "ltr")  # the page speaks no Arabic
    expect(narrow.choices).to_have_attribute("lang", "ar")


def test_nothing_is_wider_than_the_narrowest_phone(narrow, rasa):
    rasa.script = {"moi": [machine_translated(rasa), {"text": PERSIAN, "lang": "fa"}]}
    narrow.say("moi")
    expect(narrow.replies).to_have_count(2)
    assert narrow.page.evaluate(SIDEWAYS) == [0]


def test_axe_finds_nothing_in_a_conversation_of_several_languages(narrow, rasa):
    rasa.script = {
        "moi": [machine_translated(rasa), {"text": PERSIAN, "lang": "fa"}, {"text": "Thank you.", "lang": "en"}]
    }
    narrow.say("moi")
    expect(narrow.replies).to_have_count(3)
    violations = AXE.run(narrow.page).response["violations"]
    assert not violations, violations


def test_a_shared_service_is_shown_in_the_language_of_the_page(open_chat):
    chat = open_chat("/?palvelu=hatanumero-112&kieli=en")
    expect(chat.element.get_by_role("heading", name="Emergency number 112")).to_be_visible()
    said = spoken(chat.element.locator(".card"))
    assert said["Emergency number 112"][0] == "en"


def test_crisis_contacts_are_in_the_language_of_the_page(open_chat):
    chat = open_chat("/?kieli=en")
    chat.button("Crisis help").click()
    how = chat.panel.get_by_text("anonymous chat for ages 12–29")
    expect(how).to_have_attribute("lang", "en")
