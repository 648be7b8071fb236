"""Words for somebody who writes another language than the bot's own: by hand about danger, else for a translator."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.rich_output import SPEECH
from bot.nlu.languages import HOME
from translator import handwritten


def other_language_of(tracker: DialogueStateTracker) -> str | None:
    """ISO 639-1 code of the language that the person wrote last, None where it is one of the bot's own.

    A tap on a button, or a message too short to tell, leaves it as it was.
    """
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            language = (event.parse_data or {}).get("language")
            if language:
                return None if language in HOME else str(language)
    return None


def speak_to(response: dict[str, Any], name: str, language: str, level: str, english: dict[str, Any] | None) -> None:
    """Changes a response of the domain for somebody who writes `language`: about danger it says what is written by
    hand. What the connector needs to translate the rest, or to say it in English too, stands beside it in SPEECH."""
    said = handwritten.words_or_english(language).crisis_words(name, level)
    other = (english or {}).get("text")
    response[SPEECH] = {
        "to": language,
        "by_hand": said is not None,
        "english": other if other != response.get("text") else None,
    }
    if said is not None:
        response["text"] = said
