"""What the bot answers to danger, by its level: contacts, one direct question, and what follows its answer."""

from __future__ import annotations

from typing import Any

from actions import words
from actions.conversation import Conversation, Say, Turn
from actions.crisis_answers import names_someone, read_answer
from actions.world import World
from service_catalog.cards import services_payload
from service_catalog.crisis import crisis_services
from service_catalog.ranking import Reason, Suggestion
from service_catalog.schedules import service_opening
from service_catalog.schema import Service
from translations import translatable

CRISIS_BUTTON, MORE_BUTTON = translatable("Kriisiapu"), "Lisää vaihtoehtoja"
THOUGHTS, OTHER_PERSON = "thoughts", "other_person"
OTHER_PERSON_WORDS = {
    "overdose": "utter_crisis_other_overdose",
    "violence": "utter_crisis_other_violence",
    "sexual_violence": "utter_crisis_other_violence",
    "threat": "utter_crisis_other_violence",
}
"""What is said to somebody who worries about another person, by the kind of crisis; else utter_crisis_other_person."""

IN_DANGER, NOT_NOW, UNSURE = "utter_crisis_danger_now", "utter_crisis_not_now", "utter_crisis_unsure"
SAFE_FOR_NOW, WRITE, SENT = "utter_crisis_safe_for_now", "utter_crisis_write", "utter_crisis_sent"
OTHER_NOW, OTHER_NOT_NOW = "utter_crisis_other_now", "utter_crisis_other_not_now"
SOMEONE_COMES, NOBODY = "utter_crisis_someone_comes", "utter_crisis_contacts_again"
_ABOUT_TO = {"yes": IN_DANGER, "no": NOT_NOW, "unsure": UNSURE, "danger": IN_DANGER, "safe": NOT_NOW}
_SAFE = {"yes": SAFE_FOR_NOW, "no": IN_DANGER, "unsure": IN_DANGER, "danger": IN_DANGER, "safe": SAFE_FOR_NOW}
ANSWERS: dict[str, dict[str, str]] = {
    "suicide": _ABOUT_TO,
    THOUGHTS: _ABOUT_TO,
    "threat": _ABOUT_TO,
    "overdose": dict.fromkeys(_ABOUT_TO, IN_DANGER),
    "violence": _SAFE,
    "sexual_violence": _SAFE,
    OTHER_PERSON: {
        **{"yes": OTHER_NOW, "no": OTHER_NOT_NOW, "unsure": "utter_crisis_other_unsure"},
        **{"danger": OTHER_NOW, "safe": OTHER_NOT_NOW},
    },
    "write": {"yes": SENT, "no": UNSURE, "unsure": UNSURE, "danger": WRITE, "safe": NOT_NOW},
    "call": {"yes": SENT, "no": WRITE, "unsure": WRITE, "danger": WRITE, "safe": OTHER_NOT_NOW},
    "someone": {"yes": SOMEONE_COMES, "no": NOBODY, "unsure": NOBODY, "danger": IN_DANGER, "safe": NOT_NOW},
}
"""Which words follow each answer (crisis_answers.py) to each question; a question is called by what it is about."""
NEXT_QUESTIONS = {
    IN_DANGER: "crisis_write",
    WRITE: "crisis_write",
    UNSURE: "crisis_someone",
    OTHER_NOW: "crisis_call",
    "utter_crisis_other_unsure": f"crisis_{OTHER_PERSON}",
    SAFE_FOR_NOW: "talk",
    OTHER_NOT_NOW: "talk",
}
"""Which question these words end with, as the slot `awaiting` names it; the other words leave it open."""


def crisis_help(conversation: Conversation, world: World) -> Turn:
    """Contacts and one direct question for the kind and the level of the danger.

    A tap on the crisis button repeats what it was about. The same danger told again gets other contacts and another
    question.
    """
    told = conversation.crisis_kind is not None
    kind = conversation.crisis_kind or conversation.last_crisis_kind or "suicide"
    level = (conversation.crisis_level if told else conversation.last_crisis_level) or "danger_now"
    same = (kind, level) == (conversation.last_crisis_kind, conversation.last_crisis_level or "danger_now")
    again = conversation.crisis_seen and (same or not told)
    topic = level if level in (THOUGHTS, OTHER_PERSON) else kind
    awaiting: str | None = f"crisis_{topic}"
    buttons = list(words.CRISIS_ANSWERS)
    needs = [need for need in conversation.message_needs if need["id"] != "crisis"]
    response = (OTHER_PERSON_WORDS if topic == OTHER_PERSON else {}).get(kind, f"utter_crisis_{topic}")
    if again:
        answered = "danger" if conversation.alarm and level != THOUGHTS else "unsure"
        response = ANSWERS[topic][answered] if told else NOBODY
        awaiting = NEXT_QUESTIONS.get(response)
        buttons = _buttons(awaiting)
    elif needs and not conversation.alarm:
        buttons = [*buttons, MORE_BUTTON]
    services = _contacts(conversation, world, kind, level, again)
    remember: dict[str, Any] = {
        "crisis_seen": True,
        "crisis_kind": kind,
        "crisis_level": level,
        "awaiting": awaiting,
        "cards": [card["id"] for card in services["services"]],
    }
    if needs:
        remember |= {"needs": needs, "shown": []}  # what else the message is about, for when nobody is in danger
    return Turn([Say(response, {}, buttons, services)], remember)


def _contacts(conversation: Conversation, world: World, kind: str, level: str, again: bool) -> dict[str, Any]:
    seen = [*(conversation.cards if again else ()), *conversation.wishes.get("declined", [])]
    services = crisis_services(
        *(world.catalog, kind, conversation.detected_language, conversation.age, world.now(), seen),
        calm=conversation.crisis_level in (THOUGHTS, OTHER_PERSON) and not conversation.alarm,
        for_close_one=level == OTHER_PERSON and kind == "suicide",
    )
    cards, language = [_crisis_contact(one, world) for one in services], conversation.language
    return services_payload(cards, world.catalog.need_names(language), crisis=True, language=language)


def _crisis_contact(service: Service, world: World) -> Suggestion:
    opening = service_opening(service, world.now())
    return Suggestion(service, 1.0, {}, [Reason("crisis")], ["crisis"], None, opening, None)


def meaning_of_answer(conversation: Conversation) -> str | None:
    """What the message answers to the crisis question that was asked (a key of the rows of ANSWERS), or None."""
    meaning = read_answer(conversation.text) or {"affirm": "yes", "deny": "no"}.get(conversation.intent)
    if meaning in (None, "unsure") and conversation.awaiting == "crisis_someone" and names_someone(conversation.text):
        return "yes"
    return meaning


def crisis_answer(conversation: Conversation, world: World) -> Turn:
    """What follows the answer to the crisis question; care where the answer can't be told."""
    topic = (conversation.awaiting or "").removeprefix("crisis_")
    response = ANSWERS[topic][meaning_of_answer(conversation) or "unsure"]
    values = _place(conversation) if response == WRITE else {}
    awaiting = NEXT_QUESTIONS.get(response)
    buttons = _buttons(awaiting)
    if response == NOBODY:
        kind, level = conversation.last_crisis_kind or "suicide", conversation.last_crisis_level or "danger_now"
        services = _contacts(conversation, world, kind, level, again=True)
        cards = [card["id"] for card in services["services"]]
        return Turn([Say(response, {}, buttons, services)], {"awaiting": None, "cards": cards})
    return Turn([Say(response, values, buttons)], {"awaiting": awaiting})


def crisis_in_writing(conversation: Conversation, world: World) -> Turn:
    """How to write to the emergency number, for somebody who told a place or that they can't call."""
    return Turn([Say(WRITE, _place(conversation), list(words.CRISIS_ANSWERS))], {"awaiting": NEXT_QUESTIONS[WRITE]})


def _buttons(awaiting: str | None) -> list[str]:
    """The answers to tap where the words end with a crisis question, and the way back to the contacts."""
    asks = (awaiting or "").startswith("crisis_")
    return [*(words.CRISIS_ANSWERS if asks else []), CRISIS_BUTTON]


def _place(conversation: Conversation) -> dict[str, str]:
    return {"place": conversation.municipality or "…"}
