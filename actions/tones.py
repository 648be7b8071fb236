"""How the bot talks: the tone that a person chose, when it is put aside, and the picture that may follow the words.

`tone_now` decides for words and pictures alike, here and in bot/nlg.py. What the tones say is in bot/domain, what they
show in pictures/. docs/tones.md tells staff how to add to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from actions.conversation import Conversation, Say, Turn
from actions.keeping import attempt, look_up, made
from actions.tone_words import read_wish
from actions.world import World
from people import profiles
from people.profiles import TONES
from pictures import Picture, picture_for
from service_catalog.catalog import Catalog

FRIENDLY, HUMOUR, MEMES, DOGS = TONES
WITH_PICTURES = (MEMES, DOGS)
LIKELY_ENOUGH = 0.05
"""Probability from which a need that is not acted on puts humour aside: about what is offered as a third choice."""
RECENT = 6
"""How many pictures are remembered, so that none of them comes again soon."""
SET, WAITING = "utter_tone_set", "utter_tone_waits"
MOMENTS: dict[str, str] = {
    SET: "chosen",
    "utter_services": "services",
    "utter_one_service": "services",
    "utter_ask_place": "place",
    "utter_place_unknown": "place",
    "utter_nothing_found": "nothing",
    "utter_all_shown": "all_shown",
    "utter_declined_last": "all_shown",
    "utter_greet": "greeting",
    "utter_thank": "thanks",
    "utter_goodbye": "goodbye",
    "utter_small_talk": "small_talk",
    "utter_out_of_scope": "small_talk",
    "utter_call_words": "phone",
    "utter_ready_message": "message",
    "utter_word_explained": "form",
    "utter_may_i_remind": "reminder",
    "utter_reminder_set": "reminder",
    "utter_reminder_set_every": "reminder",
    "utter_reminder_done": "done",
    "utter_well_done": "done",
    "utter_contacted": "done",
    "utter_feedback_thanks_yes": "done",
    "utter_step_first_contact": "done",
    "utter_step_first_session": "done",
    "utter_step_three_weeks": "done",
}
"""The moment in a conversation by the words that are said in it. After other words no picture comes."""
BY_INTENT = {"greet": "utter_greet", "thank": "utter_thank", "goodbye": "utter_goodbye"}
"""What Rasa itself has said when action_picture is asked, by the intent of the message."""
ALWAYS = {"chosen"}
"""Moments whose picture was asked for, so that it comes however many came before."""


# ---- which tone ----


def tone_now(conversation: Conversation, catalog: Catalog) -> str:
    """The tone that counts now: the one the person chose, but `friendly` while humour is out of place.

    That is in a crisis, from then on until the person starts over, while the bot waits for the answer to its crisis
    question, and while any need at hand mutes humour (service_catalog/data/needs.yml).
    """
    chosen = conversation.tone if conversation.tone in TONES else FRIENDLY
    if chosen == FRIENDLY or _after_crisis(conversation):
        return FRIENDLY
    muting = (catalog.needs.get(need) for need in _needs_at_hand(conversation, catalog))
    return FRIENDLY if any(need is None or need.mutes_humour for need in muting) else chosen


def _after_crisis(conversation: Conversation) -> bool:
    calm = conversation.crisis_seen if conversation.calm is None else conversation.calm
    in_this_message = conversation.alarm or conversation.crisis_kind or conversation.crisis_level
    return bool(calm or in_this_message or conversation.awaits_crisis_answer or conversation.intent == "crisis")


def _needs_at_hand(conversation: Conversation, catalog: Catalog) -> Iterator[str]:
    """Ids of the needs of the topic, of this message, and of the service that the bot asks about."""
    yield from (need["id"] for need in (*conversation.needs, *conversation.message_needs))
    if conversation.intent != "set_tone":  # "lähetä meemi" has hardly a word to guess a need from
        yield from (need["id"] for need in conversation.likely_needs if need["score"] >= LIKELY_ENOUGH)
    for service_id in (conversation.feedback.get("service"), conversation.feedback.get("used")):
        service = catalog.service(service_id) if service_id else None
        yield from service.needs if service else ()


def register_now(conversation: Conversation) -> str | None:
    """The register to answer in: the one the person asked for, else that of this message, else the last one's."""
    if conversation.register_chosen:
        return conversation.register
    return conversation.message_register or conversation.register


def style(conversation: Conversation, catalog: Catalog) -> dict[str, str | None]:
    """The slots `tone` and `register` as the variants of a response are chosen by.

    Registers are of Finnish, and humour is one of its own; after a crisis every word is as it was written for that.
    """
    tone = tone_now(conversation, catalog)
    plain = tone == HUMOUR or conversation.language != "fi" or _after_crisis(conversation)
    return {"tone": tone, "register": None if plain else register_now(conversation)}


# ---- every turn ----


def remembering(conversation: Conversation, world: World) -> Conversation:
    """The conversation with the tone that is kept of the person, who may have changed it in the settings."""
    kept = look_up(conversation, world, lambda _, profile: profile.tone)
    return replace(conversation, tone=kept) if kept else conversation


def in_tone(conversation: Conversation, turn: Turn, world: World) -> Turn:
    """The turn in the tone and register of the person, with a picture where one fits."""
    after = _as_remembered(conversation, turn)
    moments = [MOMENTS[say.response] for say in turn.says if say.response in MOMENTS]
    picture, pictures = _picture(after, moments, world)
    remember = {
        "tone": after.tone,
        "register": register_now(after),
        "pictures": pictures,
        "calm": _calm(conversation, turn),
        **turn.remember,
    }
    return Turn(turn.says, remember, picture, style(after, world.catalog))


def picture_after_words(conversation: Conversation, world: World) -> Turn:
    """No words but the picture that fits what Rasa has just said by itself, or nothing."""
    said = BY_INTENT.get(conversation.intent)
    return in_tone(remembering(conversation, world), Turn([Say(said)] if said else []), world)


def _as_remembered(conversation: Conversation, turn: Turn) -> Conversation:
    """The conversation with what this turn has chosen, and with the needs that it brought beside those at hand."""
    told = {name: turn.remember[name] for name in ("tone", "register", "register_chosen") if name in turn.remember}
    needs = [*conversation.needs, *(turn.remember.get("needs") or [])]
    calm = turn.remember.get("calm", _calm(conversation, turn))
    return replace(conversation, needs=needs, calm=calm, **told)


def _calm(conversation: Conversation, turn: Turn) -> bool | None:
    return True if turn.remember.get("crisis_seen") or conversation.crisis_kind else conversation.calm


def _picture(conversation: Conversation, moments: list[str], world: World) -> tuple[Picture | None, dict[str, Any]]:
    """The picture for a turn, and what to remember of pictures: not after every turn, none again soon."""
    shown = conversation.pictures
    wait, recent = shown.get("wait", 0), list(shown.get("recent", []))
    tone = tone_now(conversation, world.catalog)
    if tone not in WITH_PICTURES or not moments:
        return None, {**shown, "wait": max(0, wait - 1)} if wait else shown
    if wait and not ALWAYS & set(moments):
        return None, {**shown, "wait": wait - 1}
    if world.now().weekday() == 0 and "greeting" in moments:
        moments = ["monday", *moments]
    picture = picture_for(tone, moments, conversation.language, world.random, recent=recent)
    if picture is None:
        return None, shown
    return picture, {"recent": [*recent, picture.path][-RECENT:], "wait": world.random.choice((1, 2))}


# ---- choosing ----


def set_tone(conversation: Conversation, world: World) -> Turn:
    """Changes the tone or the register as the person asks, from now on; where they don't say to which, asks."""
    wish = read_wish(conversation.text)
    if wish.tone is None and wish.register is None:
        return Turn([Say("utter_which_tone")])
    remember: dict[str, Any] = {}
    if wish.register:
        remember |= {"register": wish.register, "register_chosen": True}
    if wish.tone:
        remember["tone"] = wish.tone
        attempt(conversation, world, lambda connection: _keep(conversation, world, connection, str(wish.tone)))
        if wish.tone == FRIENDLY and not wish.register:
            remember |= {"register": None, "register_chosen": False}
    return Turn([Say(_answer_to(replace(conversation, **remember), wish.tone, world))], remember)


def _keep(conversation: Conversation, world: World, connection: Any, tone: str) -> None:
    profiles.change(connection, made(conversation, connection, world.now()).id, tone=tone)


def _answer_to(conversation: Conversation, tone: str | None, world: World) -> str:
    if tone is None:
        return f"utter_register_{conversation.register}"
    if tone != FRIENDLY and tone_now(conversation, world.catalog) != tone:
        return WAITING
    return SET
