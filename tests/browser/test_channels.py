"""Other channels of the same person: linked by a code in the settings, on a phone and a computer or a messenger."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from playwright.sync_api import expect

from people import linking
from people.database import Database

from .chat import Chat
from .test_accessibility import NARROW, SIDEWAYS, STILL, check_all_looks

TELLS = "Kirjoita koodi"


@pytest.fixture
def messenger(server):
    """Tells a code in Telegram, from an account that nobody has used."""
    database = Database(server.database)
    accounts = iter(range(datetime.now(timezone.utc).microsecond, 10**9))

    def tell(code: str) -> linking.Linked:
        with database.writing() as connection:
            return linking.link(connection, code, "telegram", f"telegram:{next(accounts)}", datetime.now(timezone.utc))

    yield tell
    database.close()


def open_channels(chat: Chat) -> None:
    chat.open_menu("Asetukset")
    chat.button("Muut kanavat").click()
    expect(chat.panel.get_by_role("heading", name="Muut kanavat")).to_be_focused()
    expect(chat.panel).to_contain_text("Et ole yhdistänyt muita kanavia.")


def make_code(chat: Chat) -> str:
    chat.button("Tee koodi").click()
    return chat.panel.locator(".code span").first.inner_text()


def test_a_code_links_telegram_and_the_panel_and_the_conversation_say_so(chat, messenger):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    open_channels(chat)
    code = make_code(chat)
    assert re.fullmatch("[B-Z]{4}-[B-Z]{4}", code)
    door = chat.panel.get_by_role("link", name=re.compile("^Avaa Telegram ja yhdistä"))
    expect(door).to_have_attribute("href", f"https://t.me/saattaja_bot?start=link-{code.replace('-', '')}")
    chat.panel.get_by_text("Yhdistä puhelimella: Telegram").click()
    expect(chat.panel.get_by_role("img", name="QR-koodi, joka avaa: Telegram")).to_be_visible()
    assert messenger(code).reason is None
    expect(chat.panel.locator(".linked-list")).to_contain_text("Telegram")
    expect(chat.element.locator(".toast")).to_have_text("Yhdistetty")
    chat.button("Erota: Telegram").click()
    expect(chat.panel).to_contain_text("Et ole yhdistänyt muita kanavia.")
    expect(chat.element.locator(".message.notice").first).to_contain_text("Telegram on nyt yhdistetty.")


def test_a_code_of_another_device_is_told_here(chat, open_chat):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    open_channels(chat)
    computer = open_chat()
    open_channels(computer)
    computer.element.get_by_label(TELLS).fill(make_code(chat).lower())
    computer.button("Yhdistä").click()
    expect(computer.panel.locator(".linked-list")).to_contain_text("Verkkosivun chat toisella laitteella")
    expect(chat.panel.locator(".linked-list")).to_contain_text("Verkkosivun chat toisella laitteella")


def test_a_wrong_code_is_told_in_words_and_can_be_mended(chat):
    open_channels(chat)
    told = chat.element.get_by_label(TELLS)
    told.fill("BBBB-BBBB")
    told.press("Enter")
    expect(chat.panel.get_by_role("alert")).to_contain_text("Tätä koodia ei löytynyt.")
    expect(told).to_have_value("BBBB-BBBB")


def test_what_is_out_of_reach_says_so(chat):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    chat.page.route("**/api/profile", lambda route: route.abort())
    chat.page.route("**/api/link", lambda route: route.abort())
    chat.open_menu("Asetukset")
    chat.button("Muut kanavat").click()
    expect(chat.panel).to_contain_text("palvelimeen ei saatu yhteyttä")
    chat.button("Tee koodi").click()
    expect(chat.panel.get_by_role("alert")).to_contain_text("palvelimeen ei saatu yhteyttä")
    chat.page.unroute("**/api/profile")
    chat.button("Yritä uudelleen").click()
    expect(chat.panel).to_contain_text("Et ole yhdistänyt muita kanavia.")


def test_axe_finds_nothing_and_it_fits_in_every_size(open_chat, messenger):
    chat = open_chat(**STILL)
    open_channels(chat)
    assert messenger(make_code(chat)).reason is None
    expect(chat.panel.locator(".linked-list")).to_be_visible()
    make_code(chat)
    chat.panel.get_by_text("Yhdistä puhelimella: Telegram").click()
    expect(chat.element.locator(".toast")).to_be_empty()
    check_all_looks(chat)
    chat.page.set_viewport_size(NARROW)
    chat.element.evaluate("(one) => one.shadowRoot.querySelector('.root').style.fontSize = '2em'")
    assert chat.page.evaluate(SIDEWAYS) == [0]
