"""Rasa's custom actions: each hands the conversation to one function of the dialogue and sends its turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import dialogue, profile, reminding, tones
from actions.contact import contact_help
from actions.conversation import Conversation, Turn, read
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
    "action_set_tone": tones.set_tone,
}
"""Which function of the dialogue answers each action of the domain."""

PICTURE_ACTION = "action_picture"
"""The action that says nothing and may show a picture, after words that Rasa has said by itself."""

TEXT_ONLY_CHANNELS = ("cmdline",)
"""Connectors that show no cards; people there get the same facts as text. `cmdline` is `rasa shell`."""


Answer = Callable[[Conversation], Turn]


def action_class(name: str, answer: Answer) -> type[Action]:
    """A rasa-sdk Action called `name` that sends the turn of `answer`."""

    class DialogueAction(Action):
        def name(self) -> str:
            return name

        async def run(
            self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
        ) -> list[EventType]:
            conversation = read(tracker)
            turn = answer(conversation)
            send(turn, conversation, dispatcher)
            # Every event is checked, stored and sent along from then on: only what changed is worth one.
            return [SlotSet(slot, value) for slot, value in turn.remember.items() if tracker.slots.get(slot) != value]

    return DialogueAction


def answering(handler: dialogue.Handler) -> Answer:
    """How a handler answers in the world as it is then."""
    return lambda conversation: dialogue.take_turn(handler, conversation, world())


def picture_only(conversation: Conversation) -> Turn:
    """The picture after words that Rasa has said by itself."""
    turn = tones.picture_after_words(conversation, world())
    return replace(turn, says=[])


def send(turn: Turn, conversation: Conversation, dispatcher: CollectingDispatcher) -> None:
    """The messages of a turn, buttons in the person's language; on a text-only channel cards and pictures as text."""
    is_text_only = conversation.channel in TEXT_ONLY_CHANNELS
    for say in turn.says:
        language = say.values.get("language", conversation.language)
        buttons = [{"title": button_title(words, language), "payload": str(words)} for words in say.buttons]
        values = {**turn.style, **say.values, "language": language}
        dispatcher.utter_message(response=say.response, buttons=buttons, json_message=say.services, **values)
        if say.services and is_text_only:
            dispatcher.utter_message(text=as_text(say.services))
    if turn.picture and is_text_only:
        dispatcher.utter_message(text=turn.picture.as_text)
    elif turn.picture:
        shown = turn.picture
        dispatcher.utter_message(text=shown.caption or None, image=shown.path, json_message=shown.payload)


# rasa-sdk registers every subclass of Action that it can reach from here.
ACTION_CLASSES = [
    *(action_class(name, answering(handler)) for name, handler in HANDLERS.items()),
    action_class(PICTURE_ACTION, picture_only),
]
