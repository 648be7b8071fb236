"""What is said to somebody who writes another language: danger by hand, the rest marked for a translator."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.rich_output import SPEECH
from bot.nlg import SaattajaResponses
from bot.nlu.originals import original_language, original_of
from bot.speech import other_language_of
from translator import handwritten

RESPONSES: dict[str, list[dict[str, Any]]] = {
    "utter_crisis_first": [{"text": "Kyllä"}],
    "utter_crisis_suicide": [{"text": "Kyllä"}],
    "utter_ask": [{"text": "Kyllä", "buttons": [{"title": "En", "payload": "En"}]}],
    "utter_where": [{"text": "Paikka: {place}."}],
}


@pytest.fixture
def nlg() -> SaattajaResponses:
    made = SaattajaResponses(None, Domain.empty())  # type: ignore[arg-type]
    made.responses = RESPONSES
    return made


def tracker(*messages: tuple[str, str | None], level: str = "danger_now") -> DialogueStateTracker:
    made = DialogueStateTracker("eetu", [AnySlot("language", mappings=[{}])])
    for text, language in messages:
        parsed = {"language": language, "crisis": {"level": level}, "intent": {"name": "x"}, "entities": []}
        made.update(UserUttered(text, parse_data=parsed))
    return made


@pytest.mark.parametrize("language", handwritten.languages())
@pytest.mark.parametrize(
    ("level", "part"), [("danger_now", "first"), ("thoughts", "thoughts"), ("other_person", "first")]
)
async def test_the_first_words_about_danger_are_by_hand(
    nlg: SaattajaResponses, language: str, level: str, part: str
) -> None:
    words = handwritten.words(language).crisis[part]  # somebody writes in clear words of the language, too
    response = await nlg.generate("utter_crisis_first", tracker((words, language), level=level), "widget")
    assert response["text"] == words
    assert response[SPEECH]["by_hand"] and response[SPEECH]["to"] == language


async def test_so_is_the_question_and_in_english_for_a_language_without_words(nlg: SaattajaResponses) -> None:
    persian, turkish = "می‌خواهم بمیرم", "kendimi öldürmek istiyorum, artık yaşamak istemiyorum"
    for language, said, words in (
        ("fa", persian, handwritten.words("fa")),
        ("tr", turkish, handwritten.words_or_english("tr")),
    ):
        response = await nlg.generate("utter_crisis_suicide", tracker((said, language)), "widget", buttons=[])
        assert response["text"] == words.crisis["suicide"]


async def test_other_words_are_english_with_the_finnish_ones_beside(nlg: SaattajaResponses) -> None:
    response = await nlg.generate("utter_ask", tracker(("привет", "ru")), "widget")
    assert response["text"] == "Yes" and response["buttons"][0]["payload"] == "En"
    assert response[SPEECH] == {"to": "ru", "from": "en", "by_hand": False, "finnish": "Kyllä"}


async def test_words_with_values_of_an_action_have_no_finnish_beside(nlg: SaattajaResponses) -> None:
    response = await nlg.generate("utter_where", tracker(("привет", "ru")), "widget", place="Turku", buttons=[])
    assert response["text"] == "Place: Turku." and response[SPEECH]["finnish"] is None


async def test_who_writes_one_of_the_bots_languages_gets_no_mark(nlg: SaattajaResponses) -> None:
    response = await nlg.generate("utter_ask", tracker(("hello I need help", "en")), "widget")
    assert response is not None and SPEECH not in response


def test_a_tap_leaves_the_language_as_it_was() -> None:
    assert other_language_of(tracker(("помогите", "ru"), ("Lisää vaihtoehtoja", None))) == "ru"


@pytest.mark.parametrize("beside", [None, {}, {"original": None}, {"original": "x"}, {"original": {"text": 7}}])
def test_a_message_without_an_original_has_none(beside: Any) -> None:
    message = {"metadata": beside}
    assert original_of(message) is None and original_language(message) is None


def test_the_original_of_a_translated_message_is_told() -> None:
    message = {"metadata": {"original": {"text": "долги", "language": "ru"}}}
    assert (original_of(message), original_language(message)) == ("долги", "ru")
