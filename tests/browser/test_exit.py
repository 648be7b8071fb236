"""Leaving at once, for somebody who is watched: what was on the screen is gone, and the way back shows nothing."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import NEUTRAL, ready
from .fake_rasa import ANXIOUS

HTML = "text/html; charset=utf-8"
WEATHER = "<!doctype html><title>Sää</title><h1>Huomenna pilvistä</h1>"


@pytest.fixture
def watched(visit, server, rasa):
    """A conversation with cards and a saved service; the neutral page is a stand-in on this machine."""
    visitor = visit(viewport={"width": 390, "height": 844})
    visitor.expected.add(NEUTRAL)
    page = visitor.context.new_page()
    page.goto(server.url)
    chat = ready(page)
    page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body=WEATHER, content_type=HTML))
    chat.say(ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Tallenna").click()
    yield chat


WAYS = {
    "button": lambda chat: chat.button("Poistu nopeasti").click(),
    "menu": lambda chat: chat.open_menu("Poistu nopeasti"),
    "Esc three times": lambda chat: [chat.page.keyboard.press("Escape") for _ in range(3)],
}


@pytest.mark.parametrize("leave", WAYS.values(), ids=WAYS)
def test_leaving_shows_the_weather_and_keeps_nothing(watched, server, leave):
    page, token = watched.page, watched.token
    leave(watched)
    expect(page.get_by_role("heading", name="Huomenna pilvistä")).to_be_visible()
    assert page.url == NEUTRAL
    page.goto(f"{server.url}/tietosuoja")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert page.context.cookies() == []
    assert page.evaluate("indexedDB.databases()") == []
    until_unknown(server, token)


def test_the_way_back_does_not_lead_to_the_conversation(watched, server):
    page = watched.page
    page.goto(f"{server.url}/saavutettavuus")  # somewhere before, and the chat after it
    page.goto(f"{server.url}/?tarve=self_harm")
    expect(watched.cards).to_have_count(3)
    watched.button("Poistu nopeasti").click()
    expect(page.get_by_role("heading", name="Huomenna pilvistä")).to_be_visible()
    page.go_back()
    assert page.url == f"{server.url}/saavutettavuus"  # the chat's place in the history is the weather's now
    page.go_forward()
    assert page.url == NEUTRAL


def test_the_screen_is_empty_before_the_next_page_has_come(watched):
    page = watched.page
    page.context.unroute(f"{NEUTRAL}**")
    page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(status=204))  # and so it never comes
    with page.expect_request(NEUTRAL):
        watched.button("Poistu nopeasti").click(no_wait_after=True)
    expect(page.locator("body")).to_be_empty()
    assert page.title() == "Sää"


def test_every_tab_leaves(watched):
    other = watched.page.context.new_page()
    other.goto(watched.page.url)
    expect(other.locator("saattaja-chat .card").first).to_be_visible()
    watched.button("Poistu nopeasti").click()
    for page in (watched.page, other):
        expect(page.get_by_role("heading", name="Huomenna pilvistä")).to_be_visible()


def test_leaving_works_without_a_network(watched):
    watched.page.context.set_offline(True)
    watched.button("Poistu nopeasti").click(no_wait_after=True)
    expect(watched.page.get_by_text(ANXIOUS)).to_have_count(0)
    watched.page.context.set_offline(False)


def until_unknown(server, token):
    """The conversation is erased at the server too, in its own time."""
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as client:
        for _ in range(200):
            if client.get("/api/conversation").status_code == 401:
                return
    raise AssertionError("the server still knows the conversation")
