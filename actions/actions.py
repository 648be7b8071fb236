"""Rasa's custom actions: each hands the conversation to one function of the dialogue and sends its turn."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import dialogue, profile, reminding
from actions.contact import contact_help
from actions.conversation import Conversation, Say, read
from actions.crisis import crisis_help
from actions.speaking import set_language
from actions.words import button_title
from actions.world import world
from service_catalog.cards import as_text

HANDLERS: dict[str, dialogue.Handler] = {
    "action_suggest": dialogue.suggest_services,
    "action_guided_start": dialogue.guided_start,
    "action_more": dialogue.more,
    "action_wider": dialogue.wider,
    "action_not_suitable": dialogue.not_suitable,
    "action_contact_help": contact_help,
    "action_explain_word": dialogue.explain_word,
    "action_crisis": crisis_help,
    "action_answer": dialogue.answer,
    "action_human": dialogue.human,
    "action_search": dialogue.search,
    "action_start_over": dialogue.start_over,
    "action_small_talk": dialogue.small_talk,
    "action_contact_times": reminding.contact_times,
    "action_remind": reminding.remind,
    "action_stop_reminders": reminding.stop,
    "action_pause_reminders": reminding.pause,
    "action_resume_reminders": reminding.resume,
    "action_topic_off": reminding.topic_off,
    "action_reminder_answer": reminding.answer_reminder,
    "action_my_sessions": reminding.my_sessions,
    "action_profile": profile.tell,
    "action_export": profile.export,
    "action_forget": profile.forget,
    "action_feedback": dialogue.give_feedback,
    "action_set_language": set_language,
}
"""Which function of the dialogue answers each action of the domain."""

TEXT_ONLY_CHANNELS = ("cmdline",)
"""Connectors that show no cards; people there get the same facts as text. `cmdline` is `rasa shell`."""


def action_class(name: str, handler: dialogue.Handler) -> type[Action]:
    """A rasa-sdk Action called `name` that answers with `handler`."""

    class DialogueAction(Action):
        def name(self) -> str:
            return name

        async def run(
            self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
        ) -> list[EventType]:
            conversation = read(tracker)
            turn = dialogue.take_turn(handler, conversation, world())
            for say in turn.says:
                send(say, conversation, dispatcher)
            # Every event is checked, stored and sent along from then on: only what changed is worth one.
            return [SlotSet(slot, value) for slot, value in turn.remember.items() if tracker.slots.get(slot) != value]

    return DialogueAction


def send(say: Say, conversation: Conversation, dispatcher: CollectingDispatcher) -> None:
    """One message to the person, its buttons in their language; on a text-only channel its cards follow as text."""
    language = say.values.get("language", conversation.language)
    buttons = [{"title": button_title(words, language), "payload": str(words)} for words in say.buttons]
    values = {**say.values, "language": language}
    dispatcher.utter_message(response=say.response, buttons=buttons, json_message=say.services, **values)
    if say.services and conversation.channel in TEXT_ONLY_CHANNELS:
        dispatcher.utter_message(text=as_text(say.services))


# rasa-sdk registers every subclass of Action that it can reach from here.
ACTION_CLASSES = [action_class(name, handler) for name, handler in HANDLERS.items()]
