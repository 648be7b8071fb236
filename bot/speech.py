"""Words for somebody who writes another language than the bot's own: by hand about danger, else for a translator."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.rich_output import SPEECH
from bot.speaking import spoken_language
from translations import LANGUAGES
from translator import handwritten


def other_language_of(tracker: DialogueStateTracker) -> str | None:
    """ISO 639-1 code of the language that the person wants to read (bot/speaking.py), None for one of the bot's own."""
    events = (event.as_dict() for event in tracker.events if isinstance(event, (SlotSet, UserUttered)))
    detected = spoken_language(events).detected
    return None if detected in LANGUAGES else detected


def speak_to(response: dict[str, Any], name: str, written: str, level: str, language: str, finnish: str | None) -> None:
    """Changes a response of the domain, which is in `language`, for somebody who writes `written`: about danger it says
    what is written by hand. What the connector needs to translate the rest, or to say it in Finnish too, stands beside
    it in SPEECH."""
    said = handwritten.words_or_english(written).crisis_words(name, level)
    response[SPEECH] = {
        "to": written,
        "from": language,
        "by_hand": said is not None,
        "finnish": finnish if finnish != response.get("text") else None,
    }
    if said is not None:
        response["text"] = said
