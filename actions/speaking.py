"""The language that a person asks the bot to speak: fixed by saying so, in this conversation and beyond it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from actions.conversation import Conversation, Say, Turn
from actions.keeping import attempt, made
from actions.words import Button
from actions.world import World
from bot.nlu.language_wishes import language_named, language_wish
from bot.speaking import Spoken
from people import profiles
from translations import LANGUAGES

CHOICES = [
    Button("Puhu suomea", "Suomeksi"),
    Button("Puhu ruotsia", "På svenska"),
    Button("Puhu englantia", "In English"),
]
"""Each language by its own name; a tap sends a wish that language_wishes.yml knows."""


def set_language(conversation: Conversation, world: World) -> Turn:
    """Speaks the language that the message asks for, from now on; asks which where it names none."""
    wanted = language_wish(conversation.text) or language_named(conversation.text)
    if wanted is None:
        return Turn([Say("utter_which_language", {"language": conversation.language}, list(CHOICES))])
    attempt(conversation, world, lambda connection: _keep(conversation, world, connection, wanted))
    response = "utter_language_set" if wanted in LANGUAGES else "utter_language_not_spoken"
    buttons = ["Näytä ensimmäiset uudelleen"] if conversation.needs else []
    remember: dict[str, Any] = {"language": wanted, "fixed_language": wanted}
    return Turn([Say(response, {"language": Spoken(fixed=wanted).words}, buttons)], remember)


def _keep(conversation: Conversation, world: World, connection: Connection, language: str) -> None:
    profile = made(conversation, connection, world.now())
    profiles.change(connection, profile.id, language=language, language_fixed=True)
