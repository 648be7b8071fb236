"""A conversation as a person has it: words, cards, choices, panels, and what stays on the device."""

from __future__ import annotations

import json
import re
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import expect

from service_catalog.cards import service_card

from .conftest import ready
from .fake_rasa import ANXIOUS, CRISIS, DEBT, MORE, NOT_UNDERSTOOD, buttons

PHONE = {"width": 390, "height": 844}
TOP = "(one) => one.getBoundingClientRect().top"


def test_one_message_brings_cards_with_everything_needed_to_act(chat):
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    expect(chat.own).to_have_count(1)
    first = chat.card("Sekasin-chat")
    expect(first).to_contain_text("Miksi tämä: mainitsit ahdistuksen")
    expect(first).to_contain_text("Ensimmäinen askel")
    expect(first.get_by_role("link", name="Avaa chat")).to_have_attribute("href", re.compile("^https://"))
    expect(chat.cards.nth(2)).to_contain_text("2,4 km")


def test_a_choice_is_shown_as_chosen_and_its_buttons_go_away(chat, rasa):
    chat.say(ANXIOUS)
    chat.choices.filter(has_text=MORE).click()
    expect(chat.own.last).to_have_text(re.compile(f"Valitsit: {MORE}"))
    expect(chat.cards).to_have_count(4)
    expect(chat.choices).to_have_count(0)
    assert rasa.heard == [ANXIOUS, MORE]


def test_somebody_without_words_begins_with_a_tap(chat, rasa):
    chat.choices.first.click()
    expect(chat.replies).to_have_count(1)
    assert rasa.heard == ["En tiedä mistä aloittaa"]


def test_a_hard_word_is_explained_on_a_tap(chat):
    chat.say(DEBT)
    word = chat.replies.get_by_role("button", name="Ulosotto", exact=True).first
    expect(word).to_have_attribute("aria-expanded", "false")
    word.click()
    expect(word).to_have_attribute("aria-expanded", "true")
    expect(chat.replies.locator(".plain-words").first).to_be_visible()


@pytest.mark.parametrize(
    ("now", "way"),
    [
        ("2026-11-22T16:00+02:00", "Avaa chatSekasin-chat"),
        ("2026-11-23T07:00+02:00", "Lähetä viestiHätänumero 112"),  # the chat is closed, text messages never are
    ],
)
def test_a_crisis_reply_is_calm_and_what_needs_no_speaking_stands_first(chat, rasa, now, way):
    rasa.tell_time(datetime.fromisoformat(now))
    chat.say(CRISIS)
    expect(chat.cards).to_have_count(3)
    expect(chat.replies.first.get_by_role("link").first).to_contain_text(way)
    expect(chat.cards.first.get_by_role("link").first).to_contain_text("Lähetä viesti")
    assert "calm" in chat.cards.first.get_attribute("class")
    expect(chat.cards.get_by_role("button", name="Ei mulle")).to_have_count(0)
    expect(chat.choices).to_have_text(["Kyllä", "En", "En tiedä"])


def test_a_chat_that_is_closed_is_not_offered_because_a_line_of_the_same_service_is_open(chat, rasa):
    sunday = datetime.fromisoformat("2026-11-22T20:00+02:00")  # the chat answers on weekdays
    card = service_card(rasa.catalog, "nollalinja", sunday)
    rasa.script = {
        CRISIS: [{"text": "Apua saa heti.", "custom": {"type": "services", "crisis": True, "services": [card]}}]
    }
    chat.say(CRISIS)
    expect(chat.cards).to_have_count(1)
    expect(chat.replies.locator("> .channels a")).to_have_count(0)
    ways = chat.cards.get_by_role("link")
    expect(ways.first).to_contain_text("Soita 080 005 005")
    expect(ways.last).to_contain_text("Kiinni nyt")


def test_the_crisis_button_is_always_in_reach(chat, rasa):
    chat.button("Kriisiapu").click()
    links = chat.panel.get_by_role("link")
    expect(links.first).to_have_attribute("href", "sms:112")
    expect(chat.panel).to_contain_text("Sekasin-chat")
    chat.panel.get_by_role("button", name="Kysy Saattajalta").click()
    expect(chat.replies).to_have_count(1)
    assert rasa.heard == ["Kriisiapu"]


def test_what_is_not_for_me_is_folded_away_and_can_be_taken_back(chat):
    chat.say(ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Ei mulle").click()
    expect(chat.cards).to_have_count(2)
    chat.button("Näytä").click()
    expect(chat.cards).to_have_count(3)


def test_a_saved_service_is_in_the_list_also_the_next_day(chat):
    chat.say(ANXIOUS)
    chat.card("Sekasin-chat").get_by_role("button", name="Tallenna").click()
    chat.page.reload()
    chat.open_menu("Tallennetut palvelut")
    saved = chat.panel.locator(".card")
    expect(saved).to_have_count(1)
    expect(saved).to_contain_text("Sekasin-chat")
    saved.get_by_role("button", name="Poista listalta").click()
    expect(saved).to_have_count(0)
    assert "saattaja:saved" not in {name for name, value in chat.stored().items() if json.loads(value)}


def test_settings_are_kept(chat):
    chat.open_menu("Asetukset")
    for choice in ("Yö", "Isoin"):
        chat.panel.get_by_role("radio", name=choice, exact=True).check()
    chat.page.reload()
    root = chat.element.locator(".root")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-size", "huge")
    chat.open_menu("Asetukset")
    expect(chat.panel.get_by_role("radio", name="Yö", exact=True)).to_be_checked()


def test_the_language_changes_at_once_and_keeps_what_was_said(chat):
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    chat.input.fill("kesken")
    chat.open_menu("Asetukset")
    chat.panel.get_by_role("radio", name="English").check()
    expect(chat.panel.get_by_role("heading", name="Settings")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.cards).to_have_count(3)
    expect(chat.input).to_have_value("kesken")
    chat.page.reload()
    expect(chat.input).to_have_attribute("aria-label", "Write a message")


def test_what_a_finger_is_on_stays_there_when_the_end_is_reached(chat):
    chat.say(ANXIOUS)
    latest = chat.button("Uusimpaan viestiin")
    expect(latest).to_be_visible()
    tools = chat.cards.last.locator(".tools")
    scroller = chat.element.locator(".scroller")
    scroller.evaluate("(one) => one.scrollTo(0, one.scrollHeight)")
    before = tools.evaluate(TOP)  # at once, before anything is drawn
    expect(latest).to_be_hidden()
    assert tools.evaluate(TOP) == pytest.approx(before, abs=2)  # pixels; a scroll position is rounded


def test_starting_over_folds_what_was_said_before(chat, rasa):
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    chat.open_menu("Aloita alusta")
    expect(chat.replies.last).to_contain_text(NOT_UNDERSTOOD)
    expect(chat.cards.first).to_be_hidden()
    assert rasa.heard == [ANXIOUS, "Aloita alusta"]
    chat.button("Näytä aiemmat viestit").click()
    expect(chat.cards.first).to_be_visible()


def test_a_deleted_conversation_is_gone_everywhere(chat, rasa, server):
    chat.say(ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Tallenna").click()
    token = chat.token
    chat.open_menu("Asetukset")
    chat.button("Unohda minut").click()
    expect(chat.button("Peruuta")).to_be_focused()
    chat.button("Kyllä, unohda minut").click()
    expect(chat.messages).to_have_count(0)
    assert chat.stored() == {}
    assert rasa.forgotten == [rasa.asked[0]["sender"]]
    assert httpx.get(f"{server.url}/api/conversation", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    chat.page.reload()
    expect(ready(chat.page).messages).to_have_count(0)


def test_people_get_their_own_data(chat):
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)
    chat.open_menu("Asetukset")
    with chat.page.expect_download() as download:
        chat.button("Lataa tietoni").click()
    (kept,) = json.loads(download.value.path().read_text())["conversations"]
    assert [event["kind"] for event in kept["events"]] == ["message", "reply"]
    assert kept["events"][0]["body"]["text"] == ANXIOUS


def test_a_shared_location_is_rounded_before_it_leaves_the_device(open_chat, rasa):
    exact = {"latitude": 60.169857, "longitude": 24.938379}
    chat = open_chat(geolocation=exact, permissions=["geolocation"], viewport=PHONE)
    sent = []
    chat.page.on(
        "request", lambda request: request.url.endswith("/api/messages") and sent.append(request.post_data_json)
    )
    chat.button("Jaa sijaintini").click()
    expect(chat.replies).to_have_count(1)
    assert [message["location"] for message in sent] == [{"latitude": 60.17, "longitude": 24.94}]
    assert rasa.asked[0]["location"] == {"latitude": 60.17, "longitude": 24.94}


def test_without_a_permission_the_place_is_asked_in_words(open_chat, rasa):
    chat = open_chat(viewport=PHONE)
    chat.button("Jaa sijaintini").click()
    expect(chat.messages.last).to_contain_text("kirjoita kunta tai postinumero")
    assert rasa.heard == []


DEEP_LINKS = {
    "a need is offered": ("/?tarve=debt", "Etsinkö apua tähän"),
    "a service is shown": ("/?palvelu=sekasin-chat", "Sekasin-chat"),
}


@pytest.mark.parametrize(("path", "shown"), DEEP_LINKS.values(), ids=DEEP_LINKS)
def test_a_deep_link_waits_for_the_person(open_chat, rasa, path, shown):
    chat = open_chat(path)
    expect(chat.element.get_by_role("article").filter(has_text=shown).last).to_be_visible()
    assert rasa.heard == []


def test_the_place_and_the_language_of_a_link_hold_for_the_conversation(open_chat, rasa):
    chat = open_chat("/?paikka=Tampere&kieli=sv&k=koulu")
    expect(chat.element.get_by_role("button", name="Krishjälp")).to_be_visible()
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    assert rasa.asked[0]["municipality"] == "Tampere"
    expect(chat.page.locator("html")).to_have_attribute("lang", "sv")


def test_the_address_says_nothing_of_what_the_link_said(open_chat, server):
    chat = open_chat("/?tarve=self_harm&paikka=Tampere")
    assert chat.page.url == f"{server.url}/"
    chat.page.goto(f"{server.url}/tietosuoja")
    chat.page.go_back()
    assert chat.page.url == f"{server.url}/"


def test_a_service_is_shared_by_a_link_that_shows_it(open_chat, visit):
    chat = open_chat(permissions=["clipboard-read", "clipboard-write"])
    chat.say(ANXIOUS)
    chat.card("Nyyti").get_by_role("button", name="Jaa").click()
    expect(chat.element.get_by_text("Kopioitu")).to_be_visible()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    page = visit().context.new_page()
    page.goto(re.search(r"http\S+", copied)[0])
    expect(ready(page).element.locator(".card")).to_contain_text("Nyyti")


def test_a_reply_comes_while_the_widget_is_typing_and_typing_is_shown(chat, rasa):
    rasa.hold()
    chat.say(ANXIOUS)
    expect(chat.typing).to_be_visible()
    rasa.release()
    expect(chat.cards).to_have_count(3)
    expect(chat.typing).to_be_hidden()


def test_a_long_answer_is_shown_from_its_beginning(chat, rasa):
    rasa.script["pitkä"] = [
        {"text": "\n\n".join(f"Kappale {n}. " + "sana " * 40 for n in range(12)), "buttons": buttons("Jatka")}
    ]
    chat.say("pitkä")
    expect(chat.own).to_be_in_viewport()
    expect(chat.replies.first.get_by_text("Kappale 0.")).to_be_in_viewport()
