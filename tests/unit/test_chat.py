"""The terminal chat with a stand-in for the bot."""

import io

import httpx
import pytest
from fake_upstream import FakeUpstream, Reply
from rich.console import Console

from bot import chat as chat_module
from bot.chat import CannotChat, ask, chat, chosen, is_ready, piped, running_bot

WEBHOOK = "/webhooks/rest/webhook"
BUTTONS = [{"title": "Lisää vaihtoehtoja", "payload": "Näytä lisää"}, {"title": "Kriisiapu", "payload": "Kriisiapu"}]
SERVICE = {
    "id": "velkaneuvonta",
    "name": "Talous- ja velkaneuvonta",
    "summary": "Maksuton apu, kun laskuja ei saa maksettua.",
    "why": ["koska kirjoitit ”rästis”"],
    "needs": ["debt"],
    "first_step": "Soita ja varaa aika.",
    "what_happens": None,
    "distance_km": 1.2,
    "open_now": True,
    "opens": None,
    "verified": "2026-11-01",
    "channels": [
        {"type": "phone", "label": "Puhelin", "url": "tel:+358295660123", "cost": "oma puhelumaksu"},
        {"type": "web", "label": "Verkkosivu", "url": "https://oikeus.fi", "cost": None},
    ],
    "next_session": None,
}
CARDS = {"text": "Tässä yksi.", "buttons": BUTTONS, "custom": {"type": "services", "services": [SERVICE]}}


def screen(terminal):
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None, highlight=False)


def converse(replies, *lines, terminal=False):
    """Returns what was sent for the lines, and what the screen showed."""
    console, sent = screen(terminal), []

    def answer(text):
        sent.append(text)
        return replies

    chat(answer, piped(console, lines), console)
    return sent, console.file.getvalue()


def test_the_number_of_a_quick_reply_sends_its_words():
    sent, _ = converse([CARDS], "mua ahistaa", "1", "2", "3")
    assert sent == ["mua ahistaa", "Näytä lisää", "Kriisiapu", "3"]


@pytest.mark.parametrize(
    ("line", "sent"), [(" 2 ", "Kriisiapu"), ("0", "0"), ("3", "3"), ("²", "²"), ("1" * 5_000, "1" * 5_000), (" ", "")]
)
def test_only_a_number_on_show_taps(line, sent):
    assert chosen(line, BUTTONS) == sent


def test_a_card_shows_why_the_first_step_how_to_reach_it_and_when():
    _, shown = converse([CARDS], "mua ahistaa", terminal=True)
    for part in (
        "Tässä yksi.",
        "Talous- ja velkaneuvonta",
        "koska kirjoitit ”rästis”",
        "→ Soita ja varaa aika.",
        "Puhelin: +358295660123 (oma puhelumaksu)",
        "Verkkosivu: oikeus.fi",
        "● auki nyt · 1 km",
        "tiedot tarkistettu 1.11.2026",
        "[1]\u00a0Lisää\u00a0vaihtoehtoja",
    ):
        assert part in shown


def test_without_a_terminal_the_same_facts_are_plain_lines():
    _, shown = converse([CARDS], "mua ahistaa")
    assert "› mua ahistaa" in shown
    assert "1. Talous- ja velkaneuvonta" in shown
    assert "Ensin: Soita ja varaa aika." in shown
    assert "│" not in shown and "\x1b" not in shown


def test_words_of_a_reply_are_never_taken_for_markup():
    _, shown = converse([{"text": "[bold]ei[/bold] [/] :smile:"}], "[red]moi", terminal=True)
    assert "[bold]ei[/bold] [/] :smile:" in shown
    assert "[red]moi" in shown


def test_unknown_parts_of_a_reply_do_no_harm():
    sparse = {"id": "x", "name": "X", "summary": "Y.", "open_now": None, "opens": None, "distance_km": None}
    replies = [{"custom": {"type": "map"}}, {"custom": {"type": "services", "services": [sparse]}, "image": "x"}, {}]
    _, shown = converse(replies, "moi", terminal=True)
    assert "aukiolo" in shown.lower()


@pytest.fixture
def bot():
    with FakeUpstream() as bot:
        yield bot


def asked(bot, text):
    with httpx.Client(base_url=bot.url, trust_env=False) as client:
        return ask(client, "eetu", text)


def test_a_message_goes_to_the_webhook_with_its_sender(bot):
    bot.answers("POST", WEBHOOK, Reply([CARDS]))
    assert asked(bot, "moi \udcff") == [CARDS]
    assert bot.received[0].json == {"sender": "eetu", "message": "moi ?"}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            Reply({"error": "unavailable", "reason": "…", "message": "En pääse vastaamaan."}, 503),
            "En pääse vastaamaan.",
        ),
        (Reply({"error": "not_found", "reason": "There is nothing at this path."}, 404), "There is nothing"),
        (Reply(body=b"<html>", status=502), "Yhteys bottiin katkesi"),
        (Reply(drop=True), "Yhteys bottiin katkesi"),
    ],
)
def test_what_goes_wrong_is_said_and_the_conversation_goes_on(bot, reply, words):
    bot.answers("POST", WEBHOOK, reply)
    assert words in asked(bot, "moi")[0]["text"]


def test_a_running_bot_is_used_once_it_is_ready(bot, monkeypatch):
    monkeypatch.setattr(chat_module.time, "sleep", lambda _: None)
    bot.answers("GET", "/readyz", Reply({}, 503), Reply({}, 503), Reply({}, 200))
    with running_bot(bot.url):
        assert is_ready(bot.url)


def test_a_bot_of_another_machine_is_not_started_here():
    with pytest.raises(CannotChat, match=r"No bot answers at http://bot\.invalid"), running_bot("http://bot.invalid"):
        pass
