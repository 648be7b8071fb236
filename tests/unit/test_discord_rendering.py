"""What the kinds of replies become in Discord, each held against the limits that Discord documents."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from fake_discord import check_message
from hypothesis import given
from hypothesis import strategies as st

from messengers.choices import choices_of, read_data
from messengers.discord import limits
from messengers.discord.pictures import picture
from messengers.discord.rendering import rendered
from messengers.discord.texts import escaped, length, pieces, shortened, shown
from reminders.outbox import Event
from service_catalog.cards import service_card

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=2)))


def event(body, at=NOW, kind="reply"):
    return Event("discord:1", 12, 1, kind, at, None, body)


def messages(body, language="fi", at=NOW):
    found = rendered(event(body, at), language, NOW, picture)
    for message in found:
        assert check_message(message.payload, [(one.name, one.content) for one in message.uploads]) is None
    return found


def only(body, **fields):
    (message,) = messages(body, **fields)
    return message.payload


def buttons(*titles):
    return [{"title": title, "payload": f"Sanon {title}"} for title in titles]


def parts(payload):
    return [part for row in payload["components"] for part in row["components"]]


def card(**fields):
    return {
        "id": "a",
        "name": "Talous- ja velkaneuvonta",
        "summary": "Apua velkoihin.",
        "why": ["koska mainitsit ulosoton"],
        "first_step": "Soita.",
        "what_happens": "Käydään velat läpi.",
        "distance_km": 1.2,
        "open_now": False,
        "opens": "2026-11-23T09:00:00+02:00",
        "verified": "2026-09-08",
        "channels": [
            {"type": "web", "label": "Verkkosivu", "url": "https://oikeus.fi", "cost": None},
            {"type": "phone", "label": "Puhelin", "url": "tel:+358295660123", "number": "029 566 0123",
             "cost": "oma puhelumaksu, näkyy puhelinlaskussa"},
            {"type": "email", "label": "Sähköposti", "url": "mailto:apu@example.fi", "cost": None},
        ],
        "next_session": None,
        "language": "fi",
        **fields,
    }  # fmt: skip


def services(*cards, crisis=False, **body):
    return {"text": "Nämä:", "custom": {"type": "services", "crisis": crisis, "services": list(cards)}, **body}


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("moi", "moi"),
        ("*tähti* _ala_ ~~yli~~ `koodi` ||piilo||", r"\*tähti\* \_ala\_ \~\~yli\~\~ \`koodi\` \|\|piilo\|\|"),
        ("# Otsikko\n> lainaus\n-# pieni", "\\# Otsikko\n\\> lainaus\n\\-# pieni"),
        ("#kissat ja 1-2", "#kissat ja 1-2"),
        ("<@123> <#5> <t:1:F>", r"\<@123> \<#5> \<t:1:F>"),
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        ("[linkki](https://a.fi)", r"\[linkki](<https://a.fi>)"),
        ("ks. https://sekasin.fi/a_b_c.", "ks. <https://sekasin.fi/a_b_c>."),
        ("a\\b", "a\\\\b"),
    ],
)
def test_nothing_that_is_written_becomes_markup_or_a_mention(text, told):
    assert escaped(text) == told
    assert only({"text": text})["allowed_mentions"] == {"parse": []}


def test_long_words_come_in_several_messages_cut_between_paragraphs():
    paragraphs = [f"{number} " + "sana " * 150 for number in range(6)]
    told = [one.payload["content"] for one in messages({"text": "\n\n".join(paragraphs), "buttons": buttons("Jatka")})]
    assert len(told) == 3
    assert all(text[0].isdigit() for text in told)


def test_buttons_stand_below_the_last_of_several_messages():
    *before, last = messages({"text": "sana " * 1000, "buttons": buttons("Jatka")})
    assert before and all("components" not in one.payload for one in before)
    assert [part["label"] for part in parts(last.payload)] == ["Jatka"]


TEXTS = st.text(st.sampled_from("aä \n.*_<>@#|`\\[]()😀") | st.characters(blacklist_categories=["Cs"]), max_size=400)


@given(TEXTS, st.integers(2, 60))
def test_pieces_fit_and_lose_nothing_but_white_space(text, most):
    found = pieces(text, most)
    assert all(0 < length(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@given(TEXTS, st.integers(5, 60))
def test_what_is_shown_or_shortened_fits(text, most):
    assert length(shortened(text, most)) <= most
    assert length(shown(text, most)) <= most


@given(
    st.fixed_dictionaries(
        {"text": TEXTS.map(lambda text: text * 12)},
        optional={
            "buttons": st.lists(st.text("aå b", min_size=1, max_size=160).map(lambda t: {"title": t, "payload": t})),
            "custom": st.lists(
                st.builds(card, name=st.text("aö", min_size=1, max_size=400), summary=TEXTS, first_step=TEXTS,
                          what_happens=TEXTS.map(lambda text: text * 5), why=st.lists(TEXTS, max_size=4)),
                max_size=5,
            ).map(lambda cards: {"type": "services", "crisis": False, "services": cards}),
        },
    )
)  # fmt: skip
def test_whatever_a_reply_holds_discord_takes_it(body):
    messages(body)


# --- cards ------------------------------------------------------------------------------------------------------


def test_a_card_is_an_embed_with_its_facts_and_link_buttons_in_its_row():
    payload = only(services(card(), card(id="b", name="Toinen", channels=[])))
    first, second = payload["embeds"]
    assert (first["title"], second["title"]) == ("1. Talous- ja velkaneuvonta", "2. Toinen")
    assert first["description"] == "Apua velkoihin."
    told = {field["name"]: field["value"] for field in first["fields"]}
    assert told == {
        "Aukiolo ja etäisyys": "aukeaa huomenna klo 9 · 1 km",
        "Miksi tämä": "koska mainitsit ulosoton",
        "Ensimmäinen askel": "Soita.",
        "Ota yhteyttä": "Verkkosivu: <https://oikeus.fi>\n"
        "Puhelin: 029 566 0123 (oma puhelumaksu, näkyy puhelinlaskussa)\nSähköposti: apu@example.fi",
        "Mitä sitten tapahtuu": "Käydään velat läpi.",
    }
    assert first["footer"] == {"text": "Tiedot tarkistettu 8.11.2026.".replace("8.11", "8.9")}
    assert [(part["label"], part["url"]) for part in parts(payload)] == [("1. Verkkosivu", "https://oikeus.fi")]


def test_one_card_needs_no_number():
    payload = only(services(card()))
    assert payload["embeds"][0]["title"] == "Talous- ja velkaneuvonta"
    assert parts(payload)[0]["label"] == "Verkkosivu"


def test_a_card_that_meets_can_be_reminded_of_and_says_when_in_each_persons_time():
    payload = only(services(card(next_session="2026-11-24T16:00:00+02:00")))
    assert "<t:1795528800:F>" in json.dumps(payload["embeds"])
    assert [part["label"] for part in parts(payload)] == ["Verkkosivu", "Muistuta minua"]


def test_what_is_shown_late_does_not_claim_to_be_open():
    fields = only(services(card(open_now=True, opens=None)), at=NOW - timedelta(hours=2))["embeds"][0]["fields"]
    assert fields[0]["value"] == "aukiolo ei tiedossa · 1 km"


def test_a_crisis_reply_is_calm_and_ways_to_reach_help_come_first():
    body = services(card(), crisis=True, buttons=buttons("Olen", "En ole"), image="/pictures/dogs/hello.png")
    (message,) = messages(body)
    assert message.uploads == () and "attachments" not in message.payload
    assert [field["name"] for field in message.payload["embeds"][0]["fields"]][:3] == [
        "Aukiolo ja etäisyys",
        "Ota yhteyttä",
        "Ensimmäinen askel",
    ]
    assert [part["label"] for part in parts(message.payload)] == ["Verkkosivu", "Olen", "En ole"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_service_of_the_catalogue_fits_into_one_message_three_at_a_time(seed_catalog, language):
    cards = [service_card(seed_catalog, one.id, NOW, language) for one in seed_catalog.services()]
    cards = [one for one in cards if one]
    for at in range(0, len(cards), 3):
        assert only(services(*cards[at : at + 3], buttons=buttons("Lisää", "Kriisiapu")))["embeds"]


# --- what can be tapped -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "kinds"), [(1, {2}), (25, {2}), (26, {3}), (60, {3}), (140, {3})])
def test_choices_are_buttons_or_menus_and_none_is_left_out(count, kinds):
    titles = [f"Vaihtoehto {number}" for number in range(count)]
    told = [part for one in messages({"text": "Valitse", "buttons": buttons(*titles)}) for part in parts(one.payload)]
    assert {part["type"] for part in told} == kinds
    labels = [option["label"] for part in told for option in part.get("options", [part])]
    assert labels == titles


def test_long_choices_are_a_menu_that_tells_their_ends():
    long = "Haluaisin kertoa tästä asiasta jollekulle, joka ei tunne minua eikä perhettäni ennestään, ja ihan rauhassa"
    (menu,) = parts(only({"text": "Valitse", "buttons": buttons("Joo", long)}))
    first, second = menu["options"]
    assert first["label"] == "Joo" and "description" not in first
    assert second["label"].endswith("…") and second["description"].endswith("ihan rauhassa")


def test_what_a_button_carries_leads_to_the_choice_it_stands_for():
    body = services(card(next_session="2026-11-24T16:00:00+02:00"), card(id="b"), buttons=buttons("Lisää"))
    choices = choices_of(body, "fi", NOW)
    carried = {part["label"]: part["custom_id"] for part in parts(only(body)) if "custom_id" in part}
    for label, data in carried.items():
        tap = read_data(data)
        assert tap.is_on(event(body)) and label.endswith(choices[tap.index].title)


@pytest.mark.parametrize("url", ["tel:+358925250111", "sms:112", "mailto:a@b.fi", "https://a.fi/" + "x" * 600])
def test_what_no_button_opens_is_in_the_words(url):
    payload = only({"text": "Nyt alkaa.", "url": url, "label": "Ota yhteyttä"})
    assert "components" not in payload
    assert "Ota yhteyttä: " in payload["content"]


# --- the rest ---------------------------------------------------------------------------------------------------


def test_a_notice_on_a_neutral_lock_screen_shows_its_glance_alone():
    body = {"text": "Velkaneuvonta huomenna", "glance": "Sinulle on viesti.", "url": "https://oikeus.fi", "starts": "x"}
    payload = only(body)
    assert payload["content"] == "Sinulle on viesti." and "oikeus" not in json.dumps(payload)
    assert [part["label"] for part in parts(payload)] == ["Näytä"]


def test_a_picture_says_what_it_shows():
    told = {"type": "picture", "url": "/pictures/dogs/hello.png", "alt": "Koira heiluttaa.", "lang": "fi"}
    (message,) = messages({"image": told["url"], "custom": told})
    assert message.payload["attachments"] == [{"id": 0, "filename": "kuva.png", "description": "Koira heiluttaa."}]
    assert message.uploads[0].content.startswith(b"\x89PNG")


def test_a_machines_translation_is_marked_and_the_original_is_a_tap_away():
    words = {"translated": "ترجمة آلية", "show": "الأصل", "hide": "إخفاء"}
    mark = {"from": "fi", "provider": "x", "words": words, "original": "Moi *sinä*"}
    assert only({"text": "مرحبا", "lang": "ar", "translated": mark})["content"].split("\n") == [
        "مرحبا",
        "-# ترجمة آلية",
        r"-# الأصل: ||Moi \*sinä\*||",
    ]


def test_an_event_with_nothing_to_show_is_no_message():
    assert messages({}) == [] and messages({"text": "  "}) == []


def test_the_constants_are_what_the_stand_in_refuses_beyond():
    assert (limits.CONTENT, limits.ALL_EMBEDS, limits.ROWS, limits.LABEL, limits.OPTIONS) == (2000, 6000, 5, 80, 25)
