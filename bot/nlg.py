"""Which words: picks the variant of a response in the person's language and keeps crisis help in reach."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.speech import other_language_of, speak_to

LANGUAGES = ("fi", "sv", "en")
DRAWS = 5
BEFORE_CRISIS_CONTACTS = "utter_crisis_first"
CRISIS_BUTTON = {"title": "Kriisiapu", "payload": "Kriisiapu"}


class SaattajaResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's own templated responses, with the last message's language and crisis level instead of the slots' older
    values.

    Rasa refreshes `responses` after loading a model only on subclasses of TemplatedNaturalLanguageGenerator.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response in the person's language, or None when the domain has no such response."""
        slots = {
            **tracker.current_slot_values(),
            "language": language_of(tracker),
            "crisis_level": crisis_level_of(tracker),
        }
        response = self.generate_from_slots(utter_action, slots, output_channel, **kwargs)
        written = other_language_of(tracker)
        # Variants are drawn by lot: draw again rather than say the same thing twice in a row.
        for _ in range(DRAWS):
            if response is None or response.get("text") != _last_text(tracker):
                break
            response = self.generate_from_slots(utter_action, slots, output_channel, **kwargs)
        # An action brings its buttons along, the crisis button among them; a response that a rule names and that
        # stands alone doesn't.
        if response is not None and written:
            english = self.generate_from_slots(utter_action, {**slots, "language": "en"}, output_channel, **kwargs)
            speak_to(response, utter_action, written, str(slots["crisis_level"]), english)
        stands_alone = "buttons" not in kwargs and utter_action != BEFORE_CRISIS_CONTACTS
        if response is not None and slots.get("crisis_seen") and stands_alone:
            response["buttons"] = [*(response.get("buttons") or []), CRISIS_BUTTON]
        return response


def _last_text(tracker: DialogueStateTracker) -> str | None:
    last = tracker.get_last_event_for(BotUttered)
    return last.text if isinstance(last, BotUttered) else None


def language_of(tracker: DialogueStateTracker) -> str:
    """`fi`, `sv` or `en`: the last message's language if it is one of these, else the conversation's, else Finnish."""
    message = tracker.latest_message
    detected = message.parse_data.get("language") if message else None
    for language in (detected, tracker.get_slot("language")):
        if language in LANGUAGES:
            return str(language)
    return "fi"


def crisis_level_of(tracker: DialogueStateTracker) -> str:
    """How near the danger in the last message is; as near as can be where the message doesn't say."""
    message = tracker.latest_message
    return ((message.parse_data.get("crisis") or {}).get("level") if message else None) or "danger_now"
