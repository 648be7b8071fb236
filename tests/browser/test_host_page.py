"""The widget on other people's pages: it works on the worst of them, and no page is the worse for it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .chat import Chat
from .fake_rasa import ANXIOUS
from .host import host_page

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

PLAIN = "body { font: 16px sans-serif } #long { height: 3000px }"
HOSTILE = """
* { all: unset !important; color: red !important; font: 40px/3 fantasy !important; letter-spacing: 1em !important;
    text-transform: uppercase !important; transform: rotate(3deg) !important; box-sizing: content-box !important;
    margin: 30px !important; padding: 30px !important; outline: none !important; opacity: .4 !important;
    z-index: -1 !important; float: left !important; pointer-events: none !important; user-select: none !important }
html { font-size: 5px !important }
body { position: relative !important; overflow: hidden !important; contain: paint !important }
saattaja-chat { display: none !important; visibility: hidden !important; position: static !important;
    width: 20px !important; height: 0 !important; clip-path: inset(100%) !important; filter: blur(9px) !important }
#layer { position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; background: #fff8 !important }
"""
# A page that hears every key, and takes some of them for itself.
SHORTCUTS = """
addEventListener("keydown", (event) => {
    (window.keys ||= []).push(event.key);
    if (["s", "/", "Escape", "Enter", " "].includes(event.key)) {
        window.taken = event.key;
        if (!event.target.matches("input")) event.preventDefault();
    }
});
"""
UNTOUCHED = """() => JSON.stringify(
    [...document.querySelectorAll("html, body, body *:not(saattaja-chat)")].map((one) => [
        one.outerHTML.length, one.className, one.getAttribute("style"), one.inert, one.ariaHidden,
        one.getBoundingClientRect(), getComputedStyle(one).color, getComputedStyle(one).overflow,
    ]))"""
LOOKS = """({shadowRoot}) =>
    ["button.launcher", ".frame", "header", "textarea", ".send", ".welcome p", ".crisis", ".choice"].map((selector) => {
        const one = shadowRoot.querySelector(selector);
        const { color, backgroundColor, fontSize, letterSpacing, textTransform, opacity } = getComputedStyle(one);
        const box = Object.values(one.getBoundingClientRect().toJSON()).map(Math.round);
        return [selector, ...box, color, backgroundColor, fontSize, letterSpacing, textTransform, opacity];
    })"""


@pytest.fixture
def visit_host(visit, host, server, rasa) -> Callable[..., Chat]:
    """Returns a function that opens the host page with the widget on it."""

    def open_(*, css=PLAIN, script="", policy="", attributes="", direction="ltr", url=host.url) -> Chat:
        host.css, host.script, host.policy = css, script, policy
        host.html = host_page(server.url, attributes, direction)
        page = visit(viewport=WIDE, reduced_motion="reduce").context.new_page()
        page.goto(url)
        expect(page.locator("saattaja-chat button.launcher")).to_be_attached()
        return Chat(page)

    return open_


def talk(chat: Chat) -> None:
    """Opens the widget as a person does, has cards shown, and closes it."""
    chat.launcher.click()
    expect(chat.input).to_be_focused()
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    chat.button("Sulje").click()
    expect(chat.launcher).to_be_focused()


def test_one_script_tag_is_enough(visit_host):
    chat = visit_host(attributes='data-municipality="Tampere" data-lang="fi"')
    talk(chat)


def test_the_place_that_the_page_sets_reaches_the_bot(visit_host, rasa):
    talk(visit_host(attributes='data-municipality="Tampere"'))
    assert rasa.asked[0]["municipality"] == "Tampere"


def test_the_host_page_is_as_it_was(visit_host, host, visit):
    chat = visit_host()
    before = chat.page.evaluate(UNTOUCHED)
    chat.launcher.click()
    expect(chat.input).to_be_visible()
    assert chat.page.evaluate(UNTOUCHED) == before
    chat.button("Sulje").click()
    assert chat.page.evaluate(UNTOUCHED) == before
    assert chat.page.evaluate("scrollY") == 0
    assert chat.page.title() == "Mallilan kunta"


def test_the_worst_style_sheet_changes_nothing_of_the_widget(visit_host, visit, server, host):
    looks = {}
    for name, css in (("plain", PLAIN), ("hostile", HOSTILE)):
        chat = visit_host(css=css)
        launcher = chat.launcher.bounding_box()
        chat.launcher.click()
        expect(chat.input).to_be_focused()
        looks[name] = [launcher, *chat.element.evaluate(LOOKS)]
    for plain, hostile in zip(looks["plain"], looks["hostile"], strict=True):
        assert hostile == plain


def test_a_conversation_on_a_page_of_hostile_styles_under_its_highest_layer(visit_host):
    talk(visit_host(css=HOSTILE))


def test_a_strict_policy_that_allows_only_the_widgets_origin(visit_host, server, host):
    policy = f"default-src 'none'; script-src 'self' {server.url}; connect-src {server.url}; style-src 'self'"
    host_with_policy = visit_host(policy=policy + "; require-trusted-types-for 'script'")
    talk(host_with_policy)


def test_a_page_with_keyboard_shortcuts_gets_no_key_typed_in_the_chat_and_keeps_its_own(visit_host):
    chat = visit_host(script=SHORTCUTS)
    chat.launcher.click()
    chat.input.press_sequentially("s/s moi")
    expect(chat.input).to_have_value("s/s moi")
    chat.input.press("Enter")
    expect(chat.replies).to_have_count(1)
    assert chat.page.evaluate("window.keys") is None
    chat.page.locator("#field").press("s")
    assert chat.page.evaluate("window.taken") == "s"
    assert chat.page.locator("#field").input_value() == "s"


def test_keys_pressed_on_the_page_are_the_pages(visit_host):
    chat = visit_host(script=SHORTCUTS)
    chat.launcher.click()
    chat.page.locator("#own").focus()
    chat.page.keyboard.press("Escape")
    expect(chat.element.locator(".frame")).to_be_visible()
    assert chat.page.evaluate("window.taken") == "Escape"


def test_on_a_page_that_reads_from_right_to_left_the_widget_is_in_the_other_corner(visit_host):
    chat = visit_host(direction="rtl")
    box = chat.launcher.bounding_box()
    assert box["x"] + box["width"] <= WIDE["width"]
    talk(chat)


@pytest.mark.parametrize(("position", "is_left"), [("left", True), ("right", False)])
def test_the_page_says_in_which_corner(visit_host, position, is_left):
    box = visit_host(attributes=f'data-position="{position}"').launcher.bounding_box()
    assert (box["x"] < WIDE["width"] / 2) == is_left
    assert box["y"] + box["height"] <= WIDE["height"]


def test_opening_by_itself_takes_no_focus(visit_host):
    chat = visit_host(attributes="data-open")
    expect(chat.input).to_be_visible()
    assert chat.page.evaluate("document.activeElement === document.body")


def test_the_page_leads_the_widget_and_hears_what_happens_but_never_the_words(visit_host):
    chat = visit_host(
        script="""
        window.heard = [];
        for (const name of ["ready", "open", "close", "message", "services"])
            document.addEventListener(`saattaja:${name}`, ({type, detail}) => heard.push([type.slice(9), detail]));
        """
    )
    page = chat.page
    expect(chat.launcher).to_be_visible()
    page.evaluate("saattaja.open()")
    page.evaluate("text => saattaja.send(text)", ANXIOUS)
    expect(chat.cards).to_have_count(3)
    page.evaluate("saattaja.close()")
    expect(chat.launcher).to_be_visible()
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["ready", "open", "message", "message", "services", "close"]
    assert [detail for name, detail in heard if name == "message"] == [{"from": "person"}, {"from": "bot"}]
    assert [detail for name, detail in heard if name == "services"] == [
        {"ids": ["sekasin-chat", "nyyti", "mieppi-helsinki"]}
    ]
    assert ANXIOUS not in str(heard)


def test_an_answer_to_a_closed_widget_is_counted_on_its_button(visit_host, rasa):
    chat = visit_host()
    chat.launcher.click()
    rasa.hold()
    chat.say(ANXIOUS)
    expect(chat.typing).to_be_visible()
    chat.button("Sulje").click()
    rasa.release()
    expect(chat.element.locator(".badge")).to_have_text("1")
    expect(chat.launcher).to_have_accessible_name(re.compile("1 uu"))
    chat.launcher.click()
    expect(chat.cards).to_have_count(3)
    expect(chat.element.locator(".badge")).to_be_hidden()


def test_on_a_phone_the_widget_fills_the_screen_and_gives_it_back(visit_host):
    chat = visit_host()
    chat.page.set_viewport_size(PHONE)
    chat.launcher.click()
    expect(chat.input).to_be_visible()
    box = chat.element.locator(".frame").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    chat.button("Sulje").click()
    expect(chat.page.locator("#text")).to_be_in_viewport()


def test_a_page_of_a_site_that_is_not_allowed_gets_no_conversation(visit_host, host, rasa):
    chat = visit_host(url=host.url.replace("localhost", "127.0.0.1"))
    chat.launcher.click()
    chat.say("moi")
    expect(chat.own).to_contain_text("Odottaa yhteyttä")
    assert rasa.asked == []
