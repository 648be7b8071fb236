"""Getting in touch with a service that was shown: a ready message, words for a call, the first step."""

from __future__ import annotations

from collections.abc import Sequence

from actions import words
from actions.conversation import Conversation, Say, Turn
from actions.keeping import note_use
from actions.world import World
from service_catalog.cards import said
from service_catalog.schema import Service
from translations import translatable, translate

READY_MESSAGE, CALL_WORDS, MORE = (
    translatable("Valmis viesti"),
    translatable("Sanat puheluun"),
    translatable("Lisää vaihtoehtoja"),
)
WRITTEN = ("chat", "sms", "email")
"""Channel types that a ready message can be sent to."""


def contact_help(conversation: Conversation, world: World) -> Turn:
    """A ready message, or words for a call, for a service that was shown: the one named, else the first that fits."""
    services = services_on_cards(conversation, world)
    if not services:
        return Turn([Say("utter_which_service")])
    calling = conversation.intent == "call_words"
    service = _chosen(services, conversation, ("phone",) if calling else WRITTEN)
    begins = CALL_WORDS if calling else READY_MESSAGE
    others = [
        words.Button(f"{begins} {number}", f"{translate(begins, conversation.language)} {number}")
        for number, other in enumerate(services, 1)
        if other.id != service.id
    ]
    language = _language_with(service, conversation)
    opening_line = _opening_line(service, conversation, world, language)
    message = words.ready_message(opening_line, conversation.age, conversation.municipality, calling, language)
    phone = next((channel for channel in service.channels if channel.type == "phone"), None)
    values = {
        **_told(service, conversation),
        "message": message,
        "number": phone.number if phone and phone.number else "",
    }
    if calling and phone:
        response = "utter_call_words"
    elif calling:
        response = "utter_no_phone"
    elif any(channel.type in (*WRITTEN, "web") for channel in service.channels):
        response = "utter_ready_message"
    else:
        response = "utter_no_written_channel"
    helps = response in ("utter_ready_message", "utter_call_words")
    remember = note_use(conversation, world, service) if helps else {}
    return Turn([Say(response, values, [*others, MORE])], remember)


def first_step(conversation: Conversation, world: World) -> Turn:
    """What to do first with a service that was shown: the one named, else the first that can be written to."""
    services = services_on_cards(conversation, world)
    if not services:
        return Turn([Say("utter_which_service")])
    service = _chosen(services, conversation, WRITTEN)
    return Turn([Say("utter_first_step", _told(service, conversation), [READY_MESSAGE, CALL_WORDS, MORE])])


def _told(service: Service, conversation: Conversation) -> dict[str, str]:
    """What is said of the service, in the person's language where the catalogue has it."""
    fields = {"service": "name", "first_step": "first_step", "what_happens": "what_happens"}
    return {value: said(service, field, conversation.language).text for value, field in fields.items()}


def services_on_cards(conversation: Conversation, world: World) -> list[Service]:
    """The services of the last cards, in order."""
    return [service for service in map(world.catalog.service, conversation.cards) if service]


def _chosen(services: list[Service], conversation: Conversation, fitting: Sequence[str]) -> Service:
    card = conversation.entity("card")
    if isinstance(card, int) and 1 <= card <= len(services):
        return services[card - 1]
    with_channel = [one for one in services if any(channel.type in fitting for channel in one.channels)]
    return (with_channel or services)[0]


def _language_with(service: Service, conversation: Conversation) -> str:
    """The language for words to a service: the person's, if the service answers in it, else Finnish."""
    return conversation.language if conversation.language in service.languages else "fi"


def _opening_line(service: Service, conversation: Conversation, world: World, language: str) -> str:
    """The person's need in a first-person sentence: the need at hand that the service answers."""
    for need in conversation.needs:
        if need["id"] in service.needs and need["id"] != "crisis":
            return world.catalog.needs[need["id"]].opening_line.of(language)
    return translate("Minulla on asia, johon tarvitsisin apua.", language)
