"""Which words Rasa says: the variant, its language, its buttons, and never the same twice in a row."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import SaattajaResponses, language_of
from bot.variants import fitting

HUMOUR = {"type": "slot", "name": "tone", "value": "humour"}
SEEN = {"type": "slot", "name": "crisis_seen", "value": True}
RESPONSES: dict[str, list[dict[str, Any]]] = {
    "utter_thanks": [{"text": "Kyllä"}, {"text": "Selvä"}],
    "utter_ask": [{"text": "Kyllä", "buttons": [{"title": "En", "payload": "En"}]}],
    "utter_where": [{"text": "Paikka: {place}."}],
    "utter_crisis_first": [{"text": "Kyllä"}],
}


@pytest.fixture
def nlg() -> SaattajaResponses:
    made = SaattajaResponses(None, Domain.empty())  # type: ignore[arg-type]
    made.responses = RESPONSES
    return made


def tracker(*events: Any, crisis_seen: bool = False) -> DialogueStateTracker:
    from rasa.shared.core.slots import AnySlot

    made = DialogueStateTracker("eetu", [AnySlot(name, mappings=[{}]) for name in ("crisis_seen", "language")])
    for event in (*([SlotSet("crisis_seen", True)] if crisis_seen else []), *events):
        made.update(event)
    return made


def heard(text: str, language: str | None) -> UserUttered:
    return UserUttered(text, parse_data={"language": language, "intent": {"name": "greet"}, "entities": []})


HELLO = heard("hello I need help", "en")


@pytest.mark.parametrize(
    ("message", "text", "title"),
    [(heard("moi", "fi"), "Kyllä", "En"), (heard("hej", "sv"), "Ja", "Nej"), (HELLO, "Yes", "No")],
)
async def test_words_and_titles_are_in_the_persons_language_and_a_tap_sends_finnish(
    nlg: SaattajaResponses, message: UserUttered, text: str, title: str
) -> None:
    response = await nlg.generate("utter_ask", tracker(message), "widget")
    assert response and (response["text"], response["buttons"]) == (text, [{"title": title, "payload": "En"}])
    assert response["lang"] == language_of(tracker(message))
    assert RESPONSES["utter_ask"][0]["text"] == "Kyllä", "the domain stays as it is"


async def test_values_are_filled_after_the_words_are_translated(nlg: SaattajaResponses) -> None:
    response = await nlg.generate("utter_where", tracker(HELLO), "widget", place="{Turku}", buttons=[])
    assert response and response["text"] == "Place: {Turku}."


async def test_an_action_says_which_language_it_speaks(nlg: SaattajaResponses) -> None:
    response = await nlg.generate("utter_ask", tracker(HELLO), "widget", language="sv", buttons=[])
    assert response and response["text"] == "Ja"


async def test_the_same_is_not_said_twice_in_a_row(nlg: SaattajaResponses) -> None:
    conversation, said = tracker(heard("moi", "fi")), []
    for _ in range(6):
        response = await nlg.generate("utter_thanks", conversation, "widget")
        assert response
        said.append(response["text"])
        conversation.update(BotUttered(response["text"], metadata={"utter_action": "utter_thanks"}))
    assert all(one != another for one, another in pairwise(said))


async def test_after_a_crisis_its_button_stands_under_what_a_rule_says(nlg: SaattajaResponses) -> None:
    after = tracker(HELLO, crisis_seen=True)
    response = await nlg.generate("utter_thanks", after, "widget")
    assert response and response["buttons"] == [{"title": "Crisis help", "payload": "Kriisiapu"}]
    first = await nlg.generate("utter_crisis_first", after, "widget")
    assert first and not first.get("buttons")


async def test_an_unknown_response_is_none(nlg: SaattajaResponses) -> None:
    assert await nlg.generate("utter_nothing", tracker(HELLO), "widget") is None


def test_the_language_is_read_from_the_tracker() -> None:
    assert language_of(tracker(heard("moi", "fi"), heard("thanks", "en"))) == "fi"
    assert language_of(tracker(SlotSet("language", "sv"))) == "sv"


PLAIN = {"text": "a"}
FUNNY = {"text": "b", "condition": [HUMOUR]}
CALM = {"text": "c", "condition": [SEEN]}
CALM_FUNNY = {"text": "d", "condition": [HUMOUR, SEEN]}
TELEGRAM = {"text": "e", "channel": "telegram"}


@pytest.mark.parametrize(
    ("variants", "slots", "channel", "texts"),
    [
        ([PLAIN, FUNNY], {}, None, "a"),
        ([PLAIN, FUNNY], {"tone": "Humour"}, None, "b"),
        ([PLAIN, FUNNY, CALM, CALM_FUNNY], {"tone": "humour", "crisis_seen": True}, None, "d"),
        ([PLAIN, FUNNY, CALM], {"crisis_seen": True}, None, "c"),
        ([PLAIN, TELEGRAM], {}, "telegram", "e"),
        ([PLAIN, TELEGRAM], {}, "widget", "a"),
        ([FUNNY, TELEGRAM], {"tone": "humour"}, "telegram", "b"),
        ([FUNNY], {}, None, ""),
        ([PLAIN, {"text": "z"}], {}, None, "az"),
    ],
)
def test_the_variant_with_the_most_conditions_that_hold_is_taken(
    variants: list[Any], slots: dict[str, Any], channel: str | None, texts: str
) -> None:
    assert "".join(one["text"] for one in fitting(variants, slots, channel)) == texts
