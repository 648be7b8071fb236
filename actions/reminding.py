"""Keeping in touch on the person's terms, by talking."""

from __future__ import annotations

from actions.conversation import Conversation, Say, Turn
from actions.world import World


def not_yet(conversation: Conversation, world: World) -> Turn:
    """What is true until reminders are sent: the bot answers only when somebody writes."""
    return Turn([Say("utter_contact_times")])
