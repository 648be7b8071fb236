"""What a first visit costs, and that no page asks anybody else for anything."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect

from .conftest import ready
from .fake_rasa import ANXIOUS, CRISIS

BUDGET = 30_000  # bytes of all that `/` loads, as they are sent: compressed, without headers
PAGES = [
    "/",
    "/offline",
    "/saavutettavuus",
    "/tietosuoja",
    "/juliste",
    "/juliste?tarve=debt&paikka=Tampere",
    "/esimerkki",
]
PHONE = {"width": 390, "height": 844}


def test_a_first_visit_loads_at_most_30_kilobytes(visit, server, rasa):
    page = visit(viewport=PHONE).context.new_page()
    loaded = Counter()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.dataReceived", lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(f"{server.url}/", wait_until="networkidle")
    expect(page.locator("html.ready")).to_be_attached()
    assert 10_000 < sum(loaded.values()) <= BUDGET, loaded


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_another_site_for_anything(visit, server, rasa, path):
    visitor = visit(service_workers="allow")
    page = visitor.context.new_page()
    page.goto(server.url + path, wait_until="networkidle")
    assert visitor.requests
    assert not visitor.strangers


def test_a_whole_conversation_asks_another_site_for_nothing(chat):
    for message in (ANXIOUS, CRISIS):
        chat.say(message)
    expect(chat.cards).to_have_count(6)
    chat.card("Nyyti").get_by_role("button", name="Tallenna").click()
    chat.open_menu("Tallennetut palvelut")
    expect(chat.panel.locator(".card")).to_have_count(1)
    assert chat.page.context.cookies() == []


def test_without_a_network_the_chat_opens_with_the_crisis_contacts(visit, server, rasa):
    visitor = visit(service_workers="allow", viewport=PHONE)
    page = visitor.context.new_page()
    page.goto(f"{server.url}/")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    chat = ready(page)
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    visitor.context.set_offline(True)
    page.reload()
    offline = ready(page)
    expect(offline.line).to_contain_text("Ei yhteyttä")
    offline.say(ANXIOUS)
    expect(offline.own.last).to_contain_text("Odottaa yhteyttä")
    offline.button("Kriisiapu").click()
    expect(offline.panel.get_by_role("link", name="Tekstiviesti 112")).to_be_visible()
    expect(offline.panel).to_contain_text("Sekasin-chat")
    page.keyboard.press("Escape")
    visitor.context.set_offline(False)
    expect(offline.cards).to_have_count(3)
    assert rasa.heard == ["moi", ANXIOUS]


def test_the_page_can_be_installed(visit, server):
    page = visit(service_workers="allow").context.new_page()
    page.goto(f"{server.url}/")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
