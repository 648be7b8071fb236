"""The words and buttons of reminders: the bot's own, in the person's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import reminder_texts
from bot.nlu.buttons import meaning_of
from bot.reminder_texts import UnknownWords, buttons, words
from reminders.kinds import KINDS

HELSINKI = ZoneInfo("Europe/Helsinki")
VALUES: dict[str, Any] = {
    "name": "Vertaisryhmä",
    "service": "Juttu",
    "starts": datetime(2026, 11, 24, 16, tzinfo=HELSINKI),
    "now": datetime(2026, 11, 24, 10, tzinfo=HELSINKI),
    "text": "Uusi ryhmä alkaa Oulussa.",
}
MOVED = "Vertaisryhmä siirtyi. Uusi aika on tänään klo 16."
TWO = [["2026-11-24T14:00:00+00:00", None], ["2026-12-01T14:00:00+00:00", None]]
CANCELLED = (
    "Inställt: Vertaisryhmä, i dag kl. 16. Du behöver inte göra något. Samma gäller de här: på "
    "tisdag 1.12 kl. 16."
)


@pytest.mark.parametrize(
    ("kind", "language", "more", "said"),
    [
        ("same_day_notice", "fi", {}, "Vertaisryhmä alkaa tänään klo 16."),
        ("same_day_notice", "fi", {"place": "Paikka: Wortti."}, "Vertaisryhmä alkaa tänään klo 16. Paikka: Wortti."),
        ("same_day_notice", "sv", {}, "Vertaisryhmä börjar i dag kl. 16."),
        ("same_day_notice", "so", {}, "Vertaisryhmä alkaa tänään klo 16."),
        ("same_day_notice", "fi", {"zone": "Europe/Stockholm"}, "Vertaisryhmä alkaa tänään klo 15."),
        ("start_now", "fi", {"channel": "visit"}, "Vertaisryhmä alkaa nyt."),
        ("start_now", "fi", {"channel": "video"}, "Aloita videotapaaminen nyt: Vertaisryhmä."),
        ("start_now", "en", {"channel": "video"}, "Time to start the video meeting: Vertaisryhmä."),
        ("session_cancelled", "fi", {}, "Peruttu: Vertaisryhmä, tänään klo 16. Sinun ei tarvitse tehdä mitään."),
        ("session_moved", "fi", {"changes": [["2026-11-24T13:00Z", None]]}, MOVED),
        ("session_cancelled", "sv", {"changes": TWO}, CANCELLED),
        ("news", "en", {}, "Uusi ryhmä alkaa Oulussa."),
        ("neutral", "fi", {}, "Sinulle on viesti."),
    ],
)
def test_a_reminder_speaks_the_persons_language(kind: str, language: str, more: dict[str, Any], said: str) -> None:
    assert words(kind, language, None, {**VALUES, **more}) == said


@pytest.mark.parametrize("kind", [*KINDS, "session_moved", "session_cancelled", "session_back", "neutral"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_kind_has_words_and_buttons_that_are_understood(kind: str, language: str) -> None:
    said = words(kind, language, "some tone", VALUES)
    assert said and "{" not in said
    assert [one["payload"] for one in buttons(kind, language) if meaning_of(one["payload"]) is None] == []


def test_a_lock_screen_says_nothing_of_what_it_is_about() -> None:
    for language in ("fi", "sv", "en"):
        assert "Vertaisryhmä" not in words("neutral", language, None, VALUES)


def test_every_reminder_can_be_answered_in_five_ways() -> None:
    meanings = [meaning_of(one["payload"]) for one in buttons("same_day_notice", "sv")]
    assert [meaning["intent"] for meaning in meanings if meaning] == [
        *("reminder_done", "reminder_later", "reminder_move", "reminder_cancel", "stop_reminders")
    ]


def test_what_answers_a_reminder_says_which_answer_it_is() -> None:
    assert [one.get("answer") for one in buttons("start_now", "fi")] == ["done", "later", "move", "cancel", "stop_all"]
    assert buttons("news", "fi")[0] == {"title": "Ei enää uutisia", "payload": "Ei enää uutisia"}


def test_a_variant_for_the_tone_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tone = {"type": "slot", "name": "tone", "value": "asiallinen"}
    variants = [{"text": "Moikka {name}"}, {"text": "Hyvää päivää, {name}", "condition": [tone]}]
    monkeypatch.setattr(reminder_texts, "_responses", lambda: {"hello": variants})
    assert words("hello", "fi", "asiallinen", VALUES) == "Hyvää päivää, Vertaisryhmä"
    assert words("hello", "fi", "rento", VALUES) == "Moikka Vertaisryhmä"


def test_a_kind_without_words_is_told_with_the_remedy() -> None:
    with pytest.raises(UnknownWords, match="utter_reminder_nothing"):
        words("nothing", "fi", None, VALUES)
