"""What the bot answers to danger: the contacts, one direct question, and what follows the answer to it."""

from __future__ import annotations

from actions import words
from actions.conversation import Conversation, Say, Turn
from actions.world import World
from service_catalog.cards import services_payload
from service_catalog.crisis import crisis_services
from service_catalog.ranking import Reason, Suggestion
from service_catalog.schedules import service_opening
from service_catalog.schema import Service

CRISIS_BUTTON = "Kriisiapu"
CRISIS_ANSWERS = {
    ("suicide", True): "utter_crisis_danger_now",
    ("suicide", False): "utter_crisis_not_now",
    ("overdose", True): "utter_crisis_danger_now",
    ("overdose", False): "utter_crisis_danger_now",
    ("violence", True): "utter_crisis_safe_for_now",
    ("violence", False): "utter_crisis_danger_now",
    ("sexual_violence", True): "utter_crisis_safe_for_now",
    ("sexual_violence", False): "utter_crisis_danger_now",
    ("threat", True): "utter_crisis_danger_now",
    ("threat", False): "utter_crisis_not_now",
    ("write", True): "utter_crisis_sent",
    ("write", False): "utter_crisis_unsure",
}
"""Which words follow a yes (True) or a no to the direct question of each kind of crisis."""


def crisis_help(conversation: Conversation, world: World) -> Turn:
    """Crisis contacts with one direct question; at a second time other contacts and another question."""
    kind = conversation.crisis_kind or conversation.last_crisis_kind or "suicide"
    again = conversation.crisis_seen
    seen = [*(conversation.cards if again else ()), *conversation.wishes.get("declined", [])]
    services = crisis_services(world.catalog, kind, conversation.language, conversation.age, world.now(), seen)
    contacts = [_crisis_contact(service, world) for service in services]
    payload = services_payload(contacts, world.need_names, crisis=True)
    response = f"utter_crisis_{kind}"
    if again:
        response = "utter_crisis_unsure" if conversation.crisis_kind else "utter_crisis_contacts_again"
    buttons = words.crisis_answers(conversation.language) if not again else [CRISIS_BUTTON]
    remember = {
        "crisis_seen": True,
        "crisis_kind": kind,
        "awaiting": f"crisis_{kind}",
        "cards": [service.id for service in services],
    }
    return Turn([Say(response, {}, buttons, payload)], remember)


def _crisis_contact(service: Service, world: World) -> Suggestion:
    opening = service_opening(service, world.now())
    return Suggestion(service, 1.0, {}, [Reason("crisis")], ["crisis"], None, opening, None)


def crisis_answer(conversation: Conversation, world: World) -> Turn:
    """What follows a yes or a no to the crisis question."""
    kind = (conversation.awaiting or "").removeprefix("crisis_")
    response = CRISIS_ANSWERS[(kind, conversation.intent == "affirm")]
    follows = "talk" if response == "utter_crisis_safe_for_now" else None
    keep = conversation.awaiting if response == "utter_crisis_danger_now" else follows
    return Turn([Say(response, buttons=[CRISIS_BUTTON])], {"awaiting": keep})


def crisis_unsure(conversation: Conversation, world: World) -> Turn:
    """Care for an answer that is neither yes nor no, such as "en tiiä"."""
    return Turn([Say("utter_crisis_unsure")])


def crisis_in_writing(conversation: Conversation, world: World) -> Turn:
    """How to write to the emergency number, for somebody who told a place or that they can't call."""
    answers = words.crisis_answers(conversation.language)
    place = {"place": conversation.municipality or "…"}
    return Turn([Say("utter_crisis_write", place, answers)], {"awaiting": "crisis_write"})
