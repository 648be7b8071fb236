"""A picture after the words: shown at its size, told to screen readers, and never in the way of the choices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .fake_rasa import buttons

ALT = "Vaalea koira istuu niityllä ja heiluttaa tassua."


def picture(url: str = "/pictures/dogs/hello.png", **custom: object) -> dict[str, object]:
    return {"image": url, "custom": {"type": "picture", "url": url, "alt": ALT, "lang": "fi", **custom}}


@pytest.fixture
def dog(chat, rasa):
    rasa.script = {"koiria": [{"text": "Selvä, koiria tulee.", "buttons": buttons("Vastaa tavallisesti")}, picture()]}
    chat.record_announcements()
    chat.say("koiria")
    expect(chat.replies).to_have_count(2)
    return chat.replies.last.locator("img")


def test_a_picture_is_shown_from_our_own_address_at_its_size(chat, dog):
    expect(dog).to_have_attribute("src", re.compile(r"^http://127\.0\.0\.1:\d+/pictures/dogs/hello\.png$"))
    dog.scroll_into_view_if_needed()
    expect(dog).to_have_js_property("complete", True)
    assert dog.evaluate("(one) => one.naturalWidth") == 640
    box = dog.bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1) and box["width"] <= 390


def test_what_it_shows_is_told_to_who_can_t_see_it(chat, dog):
    expect(dog).to_have_attribute("alt", ALT)
    expect(dog).to_have_attribute("lang", "fi")
    expect(dog).to_have_attribute("loading", "lazy")
    assert chat.texts()[-1].endswith(f"Kuva: {ALT}")
    expect(chat.replies.last).to_have_attribute("aria-label", re.compile(re.escape(ALT)))
    chat.page.wait_for_timeout(0)
    assert any(ALT in said for said in chat.announcements())


def test_its_room_is_kept_before_it_has_come(chat, rasa):
    chat.page.route("**/pictures/**", lambda route: route.abort())
    rasa.script = {"koiria": [{"text": "Selvä."}, picture()]}
    chat.say("koiria")
    image = chat.replies.last.locator("img")
    expect(image).to_be_attached()
    box = image.bounding_box()
    assert box["height"] == pytest.approx(box["width"], abs=1) and box["height"] > 150


def test_the_choices_of_the_words_before_it_stay(chat, dog):
    expect(chat.choices).to_have_text(["Vastaa tavallisesti"])


@pytest.mark.parametrize(
    "custom",
    [
        {"url": "https://example.org/dog.png"},
        {"url": "//example.org/dog.png"},
        {"url": "/pictures/../api/profile"},
        {"url": "javascript:alert(1)"},
        {"url": 7},
        {"alt": ""},
        {"alt": None},
    ],
    ids=str,
)
def test_what_is_no_picture_of_ours_is_not_shown(chat, rasa, custom):
    rasa.script = {"koiria": [{"text": "Selvä."}, {"text": "Tässä.", **picture(**custom)}]}
    chat.say("koiria")
    expect(chat.replies).to_have_count(2)
    expect(chat.element.locator("img")).to_have_count(0)


def test_the_tone_is_chosen_in_the_settings_and_kept_at_the_server(chat):
    chat.say("moi")
    chat.open_menu("Asetukset")
    tone = chat.panel.get_by_role("group", name="Puhetapa")
    expect(tone.get_by_role("radio", name="Tavallinen")).to_be_checked()
    with chat.page.expect_response(lambda answer: "/api/profile" in answer.url and answer.request.method == "PATCH"):
        tone.get_by_role("radio", name="Koirakuvia").check()
    chat.page.reload()
    chat.input.focus()
    chat.open_menu("Asetukset")
    tone = chat.panel.get_by_role("group", name="Puhetapa")
    expect(tone.get_by_role("radio", name="Koirakuvia")).to_be_checked()
