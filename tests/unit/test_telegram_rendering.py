"""What each event becomes in Telegram. Every message is held against the stand-in's reading of the Bot API's limits."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from fake_telegram import MOST_CAPTION, MOST_TEXT, Refusal, parsed_html
from hypothesis import given
from hypothesis import strategies as st

from messengers.choices import choices_of, read_data
from messengers.telegram.limits import BUTTON_TITLE, BUTTONS, BUTTONS_IN_A_ROW, CALLBACK_DATA, length
from messengers.telegram.rendering import Button, Line, contact, escaped, is_page, messages_of, pages, shortened, split
from reminders.outbox import Event
from service_catalog.cards import service_card

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # a Monday, four o'clock in Finland
CHAT = {"type": "chat", "label": "Chat", "named": False, "url": "https://sekasin.fi", "cost": "maksuton"}
PHONE = {
    "type": "phone",
    "label": "Puhelin",
    "url": "tel:+358925250111",
    "number": "09 2525 0111",
    "cost": "puhelun hinta",
}
SMS = {"type": "sms", "label": "Tekstiviesti", "url": "sms:+358501234567", "number": "050 123 4567", "cost": None}
MAIL = {"type": "email", "label": "Sähköposti", "url": "mailto:apua@example.org", "number": None, "cost": None}
VISIT = {
    **{"type": "visit", "label": "Käynti", "url": "https://www.openstreetmap.org/?mlat=61.5&mlon=23.7", "cost": None},
    "address": "Hämeenkatu 1, Tampere",
}
SHELTER = {"type": "visit", "label": "Käynti", "url": None, "address": None, "cost": None}
CARD = {
    **{"id": "s", "name": "Sekasin-chat", "summary": "Nimetön chat.", "why": ["koska kirjoitit ”ahistaa”", "maksuton"]},
    **{"first_step": "Avaa sekasin.fi.", "what_happens": "Jonoa on usein.", "distance_km": 1.2, "open_now": True},
    **{"opens": None, "verified": "2026-09-08", "channels": [PHONE, CHAT], "next_session": None, "language": "fi"},
}


def event(body, number=12, at=NOW):
    return Event("telegram:5", number, number, "reply", at, "700", body)


def shown(body, language="fi", now=NOW, **more):
    messages = messages_of(event(body, **more), language, now)
    for message in messages:
        assert_allowed(message)
    return messages


def assert_allowed(message):
    """What the Bot API's documentation allows."""
    text = parsed_html(message.text)
    assert length(text) <= (MOST_CAPTION if message.picture else MOST_TEXT)
    assert text.strip() or message.picture
    assert sum(map(len, message.buttons)) <= BUTTONS and all(len(row) <= BUTTONS_IN_A_ROW for row in message.buttons)
    for button in (button for row in message.buttons for button in row):
        assert 1 <= length(button.title) <= BUTTON_TITLE
        assert (button.url is None) != (button.data is None)
        assert button.data is None or (read_data(button.data) and len(button.data.encode()) <= CALLBACK_DATA)
        assert button.url is None or button.url.startswith("https://")


def text_of(body, **more):
    (message,) = shown(body, **more)
    return parsed_html(message.text)


def services(*cards, crisis=False, **more):
    return {"text": "Nämä auttavat.", "custom": {"type": "services", "crisis": crisis, "services": list(cards)}, **more}


def titles(message):
    return [[button.title for button in row] for row in message.buttons]


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Moi!", "Moi!"),
        ("1 < 2 & <b>ei</b>", "1 &lt; 2 &amp; &lt;b&gt;ei&lt;/b&gt;"),
        ("&lt;script&gt;", "&amp;lt;script&amp;gt;"),
        ("Yksi.\n\n\n\nKaksi.", "Yksi.\n\nKaksi."),
        ("Lähetä tämä:\n\n”Moi, tarvitsen <apua>.”", "Lähetä tämä:\n\n<code>Moi, tarvitsen &lt;apua&gt;.</code>"),
        ("مرحبا، أنا روبوت", "مرحبا، أنا روبوت"),
        ("😀" * 3, "😀" * 3),
        ("rikki \ud800 merkki", "rikki  merkki"),
    ],
)
def test_words_are_html_in_which_nothing_of_theirs_is_markup(text, html):
    (message,) = shown({"text": text})
    assert message.text == html


def test_what_a_machine_translated_says_so_and_has_the_original_folded_beneath():
    mark = {"from": "fi", "original": "Moi <3", "words": {"translated": "Turjumaad mashiin"}}
    (message,) = shown({"text": "Salaan", "lang": "so", "translated": mark})
    assert message.text == "Salaan\n\n<i>Turjumaad mashiin</i>\n<blockquote expandable>Moi &lt;3</blockquote>"
    assert "Konekäännös" in text_of({"text": "Salaan", "translated": {}})


def test_a_long_text_becomes_messages_that_end_where_paragraphs_do():
    paragraphs = [f"{number} " + "sana " * 300 for number in range(6)]
    messages = shown({"text": "\n\n".join(paragraphs), "buttons": [{"title": "Lisää", "payload": "Lisää"}]})
    assert [message.text[0] for message in messages] == ["0", "2", "4"]
    assert [titles(message) for message in messages] == [[], [], [["Lisää"]]]


def test_nothing_to_show_is_no_message():
    assert shown({}) == [] and shown({"text": " "}) == []


def test_buttons_without_words_get_some():
    (message,) = shown({"buttons": [{"title": "Lisää", "payload": "Lisää"}]})
    assert message.text == "Valitse tästä:"


@given(st.text(max_size=400), st.integers(8, 60))
def test_splitting_loses_nothing_but_white_space_and_keeps_to_the_limit(text, most):
    pieces = split(text, most)
    assert all(0 < length(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(
    st.lists(st.sampled_from(["sana", "pitkäsana", "😀", "Lause. ", "\n", "\n\n"]), max_size=200), st.integers(20, 60)
)
def test_splitting_cuts_no_word_that_fits(words, most):
    text = " ".join(words)
    assert " ".join(split(text, most)).split() == text.split()


@given(st.lists(st.builds(Line, st.text(max_size=80), st.text(max_size=9), st.sampled_from(["", "bold", "fine"]))))
def test_pages_are_read_by_telegram_as_they_were_meant(lines):
    for page in pages(lines, 100):
        assert length(parsed_html(page)) <= 100
    told = "".join(parsed_html(page) for page in pages(lines, 100))
    assert "".join(told.split()) == "".join("".join(line.label + line.text for line in lines).split())


@given(st.text())
def test_escaped_text_is_read_as_it_was(text):
    assert unescape(escaped(text)) == unescape(escaped(unescape(escaped(text))))
    assert parsed_html(escaped(text)) == text.encode("utf-8", "ignore").decode()


# --- cards ------------------------------------------------------------------------------------------------------


def test_a_card_says_all_that_a_card_says():
    words, card = shown(services(CARD))
    assert words.text == "Nämä auttavat."
    assert parsed_html(card.text) == (
        "Sekasin-chat\n"
        "Auki nyt · 1 km\n"
        "\n"
        "Nimetön chat.\n"
        "\n"
        "Miksi tämä: koska kirjoitit ”ahistaa” · maksuton\n"
        "\n"
        "Ensimmäinen askel: Avaa sekasin.fi.\n"
        "\n"
        "Mitä sitten tapahtuu: Jonoa on usein.\n"
        "\n"
        "• Chat (maksuton)\n"
        "• Puhelin: 09 2525 0111 (puhelun hinta)\n"
        "\n"
        "Tiedot tarkistettu 8.9.2026."
    )
    assert card.buttons == ((Button("Avaa chat", url="https://sekasin.fi"),),)


@pytest.mark.parametrize(
    ("channel", "line", "button"),
    [
        (CHAT, "• Chat (maksuton)", "Avaa chat"),
        ({**CHAT, "type": "web", "label": "Verkkosivu", "cost": None}, "• Verkkosivu", "Avaa verkkosivu"),
        ({**CHAT, "label": "Yöchat", "named": True}, "• Yöchat (maksuton)", "Avaa chat: Yöchat"),
        ({**CHAT, "type": "video", "label": "Video"}, "• Video (maksuton)", "Avaa videotapaaminen"),
        (PHONE, "• Puhelin: 09 2525 0111 (puhelun hinta)", None),
        ({**PHONE, "number": None, "cost": None}, "• Puhelin: +358925250111", None),
        (SMS, "• Tekstiviesti: 050 123 4567", None),
        (MAIL, "• Sähköposti: apua@example.org", None),
        (VISIT, "• Käynti: Hämeenkatu 1, Tampere", "Katso kartalta"),
        (SHELTER, "• Käynti", None),
        ({**CHAT, "url": "javascript:alert(1)"}, None, None),
        ({**CHAT, "url": "http://sekasin.fi"}, None, None),
    ],
)
def test_each_way_to_reach_a_service(channel, line, button):
    _, card = shown(services({**CARD, "channels": [channel]}))
    assert [one.title for row in card.buttons for one in row] == ([button] if button else [])
    if line:
        assert line in parsed_html(card.text).split("\n")


def test_ways_without_speaking_come_first():
    _, card = shown(services({**CARD, "channels": [VISIT, PHONE, MAIL, SMS, CHAT]}))
    ways = [line.split()[1].strip(":") for line in parsed_html(card.text).split("\n") if line.startswith("•")]
    assert ways == ["Chat", "Tekstiviesti", "Sähköposti", "Puhelin", "Käynti"]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"open_now": True}, "Auki nyt · 1 km"),
        ({"open_now": False}, "Kiinni nyt · 1 km"),
        ({"open_now": None}, "Aukiolo ei tiedossa · 1 km"),
        ({"open_now": False, "opens": "2026-11-24T09:00:00+02:00"}, "Aukeaa huomenna klo 9 · 1 km"),
        ({"open_now": True, "distance_km": None}, "Auki nyt"),
        ({"open_now": True, "distance_km": 0.4}, "Auki nyt · alle 1 km"),
    ],
)
def test_opening_has_three_values_and_is_never_a_guess(facts, line):
    _, card = shown(services({**CARD, **facts}))
    assert parsed_html(card.text).split("\n")[1] == line


def test_what_is_told_late_does_not_say_that_it_is_open_now():
    _, card = shown(services({**CARD, "open_now": True}), at=NOW - timedelta(hours=5))
    assert parsed_html(card.text).split("\n")[1] == "Aukiolo ei tiedossa · 1 km"


def test_at_most_three_cards_and_the_choices_under_the_last():
    buttons = [{"title": "Lisää", "payload": "Lisää"}, {"title": "Kriisiapu", "payload": "Kriisiapu"}]
    messages = shown(services(*[{**CARD, "name": f"P{number}"} for number in range(5)], buttons=buttons))
    assert [message.plain.partition("\n")[0] for message in messages] == ["Nämä auttavat.", "P0", "P1", "P2"]
    assert titles(messages[1]) == [["Avaa chat"]]
    assert titles(messages[3]) == [["Avaa chat"], ["Lisää", "Kriisiapu"]]


def test_a_service_that_meets_can_be_reminded_of_on_its_own_card():
    meets = {**CARD, "name": "Ryhmä", "next_session": (NOW + timedelta(hours=2)).isoformat()}
    body = services(CARD, meets, buttons=[{"title": "Lisää", "payload": "Lisää"}])
    _, first, second = shown(body)
    assert titles(first) == [["Avaa chat"]]
    assert titles(second) == [["Avaa chat"], ["Muistuta minua"], ["Lisää"]]
    assert "Seuraava kerta tänään klo 18" in second.plain
    tap = read_data(second.buttons[1][0].data)
    assert tap.event == 12 and choices_of(body, "fi", NOW)[tap.index].payload == "Muistuta minua: Ryhmä"


def test_in_a_crisis_the_ways_stand_before_more_reading_and_there_is_no_picture_and_no_reason():
    crisis = services(
        CARD, crisis=True, buttons=[{"title": "Kriisiapu", "payload": "Kriisiapu"}], image="/pictures/x.png"
    )
    words, card = shown(crisis)
    assert words.picture is card.picture is None
    assert "Miksi" not in card.plain and card.plain.index("09 2525 0111") < card.plain.index("Ensimmäinen askel")
    assert "Mitä sitten tapahtuu: Jonoa on usein." in card.plain
    assert titles(card)[-1] == ["Kriisiapu"]


@pytest.mark.parametrize(
    ("language", "step", "opens"),
    [
        ("sv", "Första steget:", "Öppna chatten"),
        ("en", "First step:", "Open the chat"),
        ("so", "First step:", "Open the chat"),
    ],
)
def test_labels_are_in_the_language_of_the_card_in_english_where_the_bot_does_not_speak_it(language, step, opens):
    _, card = shown(services({**CARD, "language": language}), language="en" if language == "so" else language)
    assert step in card.plain and titles(card) == [[opens]]


def test_a_translated_card_says_so():
    mark = {"from": "fi", "words": {"translated": "Turjumaad mashiin"}, "original": {"summary": "Nimetön chat."}}
    _, card = shown(services({**CARD, "language": "so", "translated": mark}))
    assert card.plain.endswith("Turjumaad mashiin")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_service_of_the_catalogue_fits(seed_catalog, language):
    for service in seed_catalog.services():
        card = service_card(seed_catalog, service.id, NOW, language)
        if card:
            _, *cards = shown(services(card), language)
            assert len(cards) == 1 and card["name"] in cards[0].plain


@given(st.text(min_size=1, max_size=30), st.integers(1, 400), st.text(max_size=90))
def test_a_card_of_any_size_is_sent_in_parts(words, times, title):
    button = {"title": title, "payload": "x"}
    messages = shown(services({**CARD, "summary": words * times}, buttons=[button]))
    assert titles(messages[-1])[0] == ["Avaa chat"]


# --- pictures, notices, buttons ---------------------------------------------------------------------------------


def test_a_picture_stands_over_what_it_shows():
    picture = {"type": "picture", "url": "/pictures/dogs/asleep.png", "alt": "Koira <nukkuu>.", "lang": "fi"}
    (message,) = shown({"custom": picture, "image": picture["url"]})
    assert (message.picture, message.text) == ("/pictures/dogs/asleep.png", "<i>Koira &lt;nukkuu&gt;.</i>")
    (message,) = shown({"text": "Hienoa! " * 200, "custom": picture})
    assert message.picture and message.text.startswith("Hienoa!")


def test_a_notice_says_that_it_is_a_reminder_when_it_begins_and_what_it_opens():
    notice = {
        **{"text": "Muistathan ryhmän.", "reminder": "r", "kind": "same_day_notice"},
        **{
            "url": "https://example.org/video",
            "label": "Avaa linkki",
            "starts": (NOW + timedelta(hours=2)).isoformat(),
        },
        "buttons": [
            {"title": "Tehty", "payload": "Tehty", "answer": "done"},
            {"title": "Myöhemmin", "answer": "later"},
        ],
    }
    (message,) = shown(notice)
    assert message.plain == "🔔 Muistutus\nMuistathan ryhmän.\nAlkaa tänään klo 18"
    assert titles(message) == [["Avaa linkki"], ["Tehty", "Myöhemmin"]]
    (late,) = shown(notice, now=NOW + timedelta(hours=3))
    assert "Alkaa" not in late.plain


def test_a_number_to_call_stands_in_the_words_of_a_notice():
    notice = {"text": "Soita nyt.", "reminder": "r", "url": "tel:+358925250111", "label": "MIELI"}
    (message,) = shown(notice)
    assert message.plain == "🔔 Muistutus\nSoita nyt.\nMIELI: +358925250111" and message.buttons == ()


def test_a_neutral_notice_shows_nothing_but_its_glance():
    notice = {
        "text": "Päihdepoli klo 14.",
        "glance": "Sinulle on viesti.",
        "url": "https://example.org",
        "reminder": "r",
    }
    (message,) = shown(notice)
    assert (message.text, titles(message)) == ("Sinulle on viesti.", [["Näytä"]])


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        (["Kyllä", "Ei"], [["Kyllä", "Ei"]]),
        (["Yksi", "Kaksi", "Kolme"], [["Yksi", "Kaksi"], ["Kolme"]]),
        (["En tiedä, mistä aloittaa", "Kyllä", "Ei"], [["En tiedä, mistä aloittaa"], ["Kyllä", "Ei"]]),
        (["Kyllä", "En tiedä, mistä aloittaa", "Ei"], [["Kyllä"], ["En tiedä, mistä aloittaa"], ["Ei"]]),
    ],
)
def test_short_buttons_stand_side_by_side(given, rows):
    (message,) = shown({"text": "?", "buttons": [{"title": title, "payload": title} for title in given]})
    assert titles(message) == rows


def test_a_tap_leads_to_the_choice_that_was_shown():
    buttons = [{"title": f"Nappi {number}", "payload": f"sanat {number}"} for number in range(60)]
    body = {"text": "?", "buttons": buttons, "url": "tel:112", "label": "112"}
    (message,) = shown(body)
    offered = choices_of(body, "fi", NOW)
    for button in (button for row in message.buttons for button in row):
        assert offered[read_data(button.data).index].title == button.title


@pytest.mark.parametrize(
    ("title", "short"), [("Moi", "Moi"), ("a" * 64, "a" * 64), ("a" * 65, "a" * 63 + "…"), ("😀" * 40, "😀" * 31 + "…")]
)
def test_a_long_title_is_cut(title, short):
    assert shortened(title) == short


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        *(("https://sekasin.fi", True), ("https://www.openstreetmap.org/?mlat=1#map=16/1/2", True)),
        *(("http://sekasin.fi", False), ("tel:112", False), ("mailto:a@b.fi", False), ("https://paikallinen", False)),
        *(("https://a b.fi", False), ("https://[", False), ("", False), ("tg://user?id=1", False)),
    ],
)
def test_a_button_opens_web_pages_only(url, opens):
    assert is_page(url) is opens


@pytest.mark.parametrize(
    ("url", "words"),
    [("tel:112", "112"), ("sms:+358501?body=moi", "+358501"), ("mailto:a%2Bb@c.fi?subject=x", "a+b@c.fi"), ("", "")],
)
def test_what_is_linked_by_telegram_itself_stands_in_words(url, words):
    assert contact(url) == words


def test_the_stand_in_refuses_what_telegram_refuses():
    for broken in ("<b>auki", "1 < 2", "<a href='x'>", "</b>", "<script>x</script>", "<b><i>x</b></i>"):
        with pytest.raises(Refusal):
            parsed_html(broken)
