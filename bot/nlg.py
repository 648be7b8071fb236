"""Which words: the Finnish variant of a response that fits, said in the person's language; crisis help in reach."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from zlib import crc32

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.speaking import spoken_language
from bot.variants import fitting
from translations import translatable, translate

BEFORE_CRISIS_CONTACTS = "utter_crisis_first"
CRISIS_BUTTON = translatable("Kriisiapu")


class SaattajaResponses(TemplatedNaturalLanguageGenerator):
    """The domain's responses: the variant by its conditions, in Finnish; then its translation; then the values in it.

    Rasa refreshes `responses` after loading a model only on subclasses of TemplatedNaturalLanguageGenerator.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response in the person's language, which `lang` names, or None when the domain has no such response.

        Variants that fit equally well take turns, so that nothing is said twice in a row where it can be said
        otherwise.
        """
        slots = {**tracker.current_slot_values(), "crisis_level": crisis_level_of(tracker)}
        variants = fitting(self.responses.get(utter_action, []), slots, output_channel)
        if not variants:
            return None
        language = kwargs.get("language") or language_of(tracker)
        first = crc32(tracker.sender_id.encode()) + _times_said(utter_action, tracker)
        in_turn = [variants[(first + number) % len(variants)] for number in range(len(variants))]
        responses = (self._fill_response(translated(one, language), slots, **kwargs) for one in in_turn)
        last = _last_text(tracker)
        tried = [response for response in responses if response.get("text") != last]
        response = tried[0] if tried else self._fill_response(translated(in_turn[0], language), slots, **kwargs)
        response["lang"] = language
        # An action brings its buttons along, the crisis button among them; a response that a rule names and that
        # stands alone doesn't.
        stands_alone = "buttons" not in kwargs and utter_action != BEFORE_CRISIS_CONTACTS
        if slots.get("crisis_seen") and stands_alone:
            button = {"title": translate(CRISIS_BUTTON, language), "payload": CRISIS_BUTTON}
            response["buttons"] = [*(response.get("buttons") or []), button]
        return response


def translated(variant: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A copy of a Finnish variant in a language: text and titles of buttons. What a tap sends stays Finnish."""
    copy = deepcopy(dict(variant))
    if copy.get("text"):
        finnish = copy["text"]
        copy["text"] = translate(finnish, language)
    for button in copy.get("buttons") or []:
        title = button["title"]
        button["title"] = translate(title, language)
    return copy


def language_of(tracker: DialogueStateTracker) -> str:
    """`fi`, `sv` or `en`: the language that the conversation is held in (bot/speaking.py)."""
    return spoken_language(_plain(event) for event in tracker.events).words


def _plain(event: Event) -> dict[str, Any]:
    """What the language is decided by; the rest of a long conversation's events is left alone."""
    return event.as_dict() if isinstance(event, (SlotSet, UserUttered)) else {}


def crisis_level_of(tracker: DialogueStateTracker) -> str:
    """How near the danger in the last message is; as near as can be where the message doesn't say."""
    message = tracker.latest_message
    return ((message.parse_data.get("crisis") or {}).get("level") if message else None) or "danger_now"


def _last_text(tracker: DialogueStateTracker) -> str | None:
    last = tracker.get_last_event_for(BotUttered)
    return last.text if isinstance(last, BotUttered) else None


def _times_said(utter_action: str, tracker: DialogueStateTracker) -> int:
    said = (event for event in tracker.events if isinstance(event, BotUttered))
    return sum(event.metadata.get("utter_action") == utter_action for event in said)
