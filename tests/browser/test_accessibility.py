"""By keyboard alone, with a screen reader, with large text, in 320 pixels, and what axe-core finds in every state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .chat import Chat
from .fake_rasa import ANXIOUS, CRISIS, DEBT, MORE

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
STILL = {"reduced_motion": "reduce"}  # nothing is half transparent while colours are measured

AXE = Axe()
SIDEWAYS = """() => {
    const found = [];
    const look = (node) => {
        for (const one of node.querySelectorAll("*")) {
            if (one.shadowRoot) look(one.shadowRoot);
            const hidden = one.clientWidth <= 1 || getComputedStyle(one).clipPath !== "none";
            if (!hidden && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
                found.push(one.className || one.tagName);
        }
    };
    look(document);
    return [document.documentElement.scrollWidth - document.documentElement.clientWidth, ...found];
}"""


def answered(chat: Chat, message: str) -> None:
    chat.say(message)
    expect(chat.replies.first).to_be_visible()


def with_hard_word(chat: Chat) -> None:
    answered(chat, DEBT)
    chat.replies.get_by_role("button", name="Ulosotto", exact=True).first.click()


def with_folded_card(chat: Chat) -> None:
    answered(chat, ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Ei mulle").click()


def with_saved_service(chat: Chat) -> None:
    answered(chat, ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Tallenna").click()
    chat.open_menu("Tallennetut palvelut")
    expect(chat.panel.locator(".card")).to_be_visible()


def deleting(chat: Chat) -> None:
    answered(chat, "moi")
    chat.open_menu("Asetukset")
    chat.button("Unohda minut").click()


def offline(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    chat.say(ANXIOUS)
    expect(chat.own).to_contain_text("Odottaa yhteyttä")


def refused(chat: Chat) -> None:
    chat.page.route(
        "**/api/messages",
        lambda route: route.fulfill(status=422, json={"error": "invalid", "message": "Viesti on tyhjä."}),
    )
    chat.say(ANXIOUS)
    expect(chat.own).to_contain_text("Ei mennyt perille")


def limited(chat: Chat) -> None:
    chat.page.route(
        "**/api/messages",
        lambda route: route.fulfill(
            status=429, headers={"Retry-After": "30"}, json={"error": "too_many", "message": ""}
        ),
    )
    chat.say(ANXIOUS)
    expect(chat.line).to_contain_text("Nyt tuli monta viestiä")


def with_crisis_panel(chat: Chat) -> None:
    chat.button("Kriisiapu").click()
    expect(chat.panel).to_be_visible()


STATES: dict[str, Callable[[Chat], object]] = {
    "empty": lambda chat: None,
    "cards": lambda chat: answered(chat, ANXIOUS),
    "crisis": lambda chat: answered(chat, CRISIS),
    "hard word": with_hard_word,
    "folded card": with_folded_card,
    "crisis panel": with_crisis_panel,
    "menu": lambda chat: chat.button("Valikko").click(),
    "saved services": with_saved_service,
    "settings": lambda chat: chat.open_menu("Asetukset"),
    "deleting": deleting,
    "offline": offline,
    "refused": refused,
    "limited": limited,
}


@pytest.mark.parametrize("reach", STATES.values(), ids=STATES)
def test_axe_finds_nothing_in_light_or_dark_narrow_or_wide(open_chat, reach):
    chat = open_chat(**STILL)
    reach(chat)
    check_all_looks(chat)


def test_axe_finds_nothing_while_an_answer_is_made_or_rasa_is_waited_for(open_chat, rasa):
    chat = open_chat(**STILL)
    rasa.hold()
    chat.say(ANXIOUS)
    expect(chat.typing).to_be_visible()
    check_all_looks(chat)
    rasa.stop()
    rasa.release()
    expect(chat.typing).to_contain_text("Hetki…")
    check_all_looks(chat)


def check_all_looks(chat: Chat) -> None:
    for size in (NARROW, WIDE):
        chat.page.set_viewport_size(size)
        assert chat.page.evaluate(SIDEWAYS) == [0], size
        for scheme in ("light", "dark"):
            chat.page.emulate_media(color_scheme=scheme)
            expect(chat.element.locator(".root")).to_have_attribute("data-theme", scheme)
            violations = AXE.run(chat.page).response["violations"]
            found = [(one["id"], node["html"][:200], node["any"][:1]) for one in violations for node in one["nodes"]]
            assert not found, (size, scheme, found)


@pytest.mark.parametrize("message", [ANXIOUS, CRISIS, DEBT])
def test_text_of_double_size_fits_320_pixels(open_chat, message):
    chat = open_chat(viewport=NARROW, **STILL)
    answered(chat, message)
    chat.element.evaluate("(one) => one.shadowRoot.querySelector('.root').style.fontSize = '2em'")
    assert chat.page.evaluate(SIDEWAYS) == [0]
    expect(chat.input).to_be_in_viewport()
    expect(chat.button("Kriisiapu")).to_be_in_viewport()
    for panel in ("Kriisiapu", "Valikko"):
        chat.button(panel).click()
        expect(chat.panel).to_be_visible()
        assert chat.page.evaluate(SIDEWAYS) == [0]
        chat.page.keyboard.press("Escape")


def test_a_whole_conversation_by_keyboard_alone(chat):
    keys = chat.page.keyboard
    chat.input.focus()
    keys.type(ANXIOUS)
    keys.press("Enter")
    expect(chat.cards).to_have_count(3)
    expect(chat.input).to_be_focused()  # an answer takes nobody's focus

    press_until(chat, "Shift+Tab", lambda focus: focus == MORE)  # they stand between the conversation and the field
    keys.press("Enter")
    expect(chat.cards).to_have_count(4)
    expect(chat.input).to_be_focused()

    press_until(chat, "Shift+Tab", lambda focus: focus.startswith("Saattaja:"))  # the conversation is one tab stop
    keys.press("ArrowUp")
    assert chat.focus() == f"Sinä: Valitsit: {MORE}"
    keys.press("ArrowUp")
    assert chat.focus().startswith("Saattaja: Kiitos kun kerroit")
    keys.press("Enter")  # into the message
    press_until(chat, "Tab", lambda focus: focus.startswith("Avaa chat"))
    press_until(chat, "Tab", lambda focus: focus == "Tallenna")
    keys.press("Enter")
    assert chat.focus() == "Tallennettu"
    keys.press("Escape")
    assert chat.focus().startswith("Saattaja: Kiitos kun kerroit")
    keys.press("Escape")
    expect(chat.input).to_be_focused()


def press_until(chat: Chat, key: str, arrived: Callable[[str], bool]) -> None:
    visited = []
    while not arrived(chat.focus() or ""):
        chat.page.keyboard.press(key)
        visited.append(chat.focus())
        assert len(visited) < 30, visited


@pytest.mark.parametrize("opener", ["Kriisiapu", "Valikko"])
def test_a_dialog_keeps_focus_and_gives_it_back(chat, opener):
    chat.button(opener).focus()
    chat.page.keyboard.press("Enter")
    expect(chat.panel.get_by_role("heading").first).to_be_focused()
    inside = "({shadowRoot}) => Boolean(shadowRoot.activeElement?.closest('.panel'))"
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 14:
        chat.page.keyboard.press(key)
        assert chat.element.evaluate(inside)
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_have_count(0)
    expect(chat.button(opener)).to_be_focused()


def test_settings_by_keyboard_and_back_to_where_it_began(chat):
    keys = chat.page.keyboard
    chat.button("Valikko").focus()
    keys.press("Enter")
    press_until(chat, "Tab", lambda focus: focus == "Asetukset")
    keys.press("Enter")
    expect(chat.panel.get_by_role("heading", name="Asetukset")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(chat.element.locator(".root")).to_have_attribute("data-theme", "dark")
    keys.press("Escape")
    expect(chat.panel).to_have_count(0)
    expect(chat.button("Valikko")).to_be_focused()


def test_the_page_opens_without_taking_focus_and_without_announcing_what_was_said_before(chat):
    answered(chat, ANXIOUS)
    chat.page.reload()
    expect(chat.cards).to_have_count(3)
    assert chat.page.evaluate("document.activeElement === document.body")
    chat.record_announcements()
    chat.say("moi")
    expect(chat.replies).to_have_count(2)
    assert len(chat.announcements()) == 1


def test_what_is_new_is_announced_once_with_who_said_it_and_the_names_of_services(chat):
    chat.record_announcements()
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    chat.choices.filter(has_text=MORE).click()
    expect(chat.cards).to_have_count(4)
    first, second = chat.announcements()
    assert first.startswith("Saattaja: Kiitos kun kerroit")
    assert first.endswith("3 palvelua: Sekasin-chat, Nyyti, Mieppi.") or "3 palvelua: Sekasin" in first
    assert second.startswith("Saattaja: Tässä vielä yksi.") and "1 palvelu:" in second


def test_the_log_itself_is_not_live_so_that_nothing_is_read_twice(chat):
    assert chat.element.get_by_role("log").get_attribute("aria-live") == "off"


def test_a_failed_message_is_announced_and_can_be_sent_again_by_keyboard(chat, rasa):
    chat.record_announcements()
    refused(chat)
    assert any("Ei mennyt perille" in text for text in chat.announcements())
    chat.page.unroute("**/api/messages")
    chat.button("Yritä uudelleen").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.cards).to_have_count(3)
    expect(chat.own).to_have_count(1)
    assert rasa.heard == [ANXIOUS]


def test_nothing_moves_when_the_person_wants_stillness(open_chat, rasa):
    chat = open_chat(viewport=PHONE, **STILL)
    rasa.hold()
    chat.say(ANXIOUS)
    expect(chat.typing).to_be_visible()
    moving = """({shadowRoot}) => shadowRoot.getAnimations().map(({animationName, transitionProperty}) =>
        animationName ?? transitionProperty)"""
    assert chat.element.evaluate(moving) == []
    rasa.release()
    expect(chat.cards).to_have_count(3)
    assert chat.element.evaluate(moving) == []


def test_what_can_be_tapped_is_large_enough_for_a_thumb(open_chat):
    chat = open_chat(viewport=NARROW, **STILL)
    answered(chat, ANXIOUS)
    small = chat.element.evaluate(
        """({shadowRoot}) => [...shadowRoot.querySelectorAll("button:not(.word), a.big, summary")]
            .map((one) => [one.getBoundingClientRect(), one.ariaLabel || one.innerText])
            .filter(([{width, height}]) => width && (width < 44 || height < 44))
            .map(([{width, height}, name]) => [name, width, height])"""
    )
    assert small == []


def test_the_interface_turns_round_on_a_page_that_reads_from_right_to_left(chat):
    chat.say("مرحبا، أحتاج مساعدة")
    expect(chat.replies).to_have_count(1)
    assert chat.own.locator("p").first.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    assert chat.replies.locator("p").first.evaluate("(one) => getComputedStyle(one).direction") == "ltr"
