"""What a person says of a service that they used."""

from __future__ import annotations

from actions.conversation import Conversation, Say, Turn
from actions.world import World


def give_feedback(conversation: Conversation, world: World) -> Turn:
    """Asks how it went; every answer is a message like any other."""
    return Turn([Say("utter_feedback")])
