"""How it went: what a person says of a service, asked by a check-in or told by themselves; and that they got in touch.

A check-in (reminders.check_ins) is answered with a tap or a sentence; each further question is one tap and may be left
out. Each answer is on disk before it is thanked for. What a message says is read by feedback_words.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from actions.contact import services_on_cards
from actions.conversation import Conversation, Say, Turn
from actions.feedback_words import Said, read
from actions.keeping import NOT_SAVED, attempt, known, look_up, made
from actions.words import button_for
from actions.world import World
from bot.channels.masking import mask_personal_codes
from people import feedback
from people.database import DatabaseUnavailable
from people.feedback import ATTENDED, CONTACTED, RATINGS, Feedback
from people.profiles import Profile
from reminders import check_ins, store, wishes, wording
from reminders.store import Reminder
from service_catalog.cards import name_in
from service_catalog.schema import Service
from translations import LANGUAGES, translatable, translate

logger = logging.getLogger(__name__)

ASKS = "feedback_"
"""How the slot `awaiting` begins while one of these questions waits: feedback_helped, feedback_easy ..."""
COMMANDS = {
    *("stop_reminders", "pause_reminders", "resume_reminders", "topic_off", "contact_times", "remind_me"),
    *("reminder_later", "ask_profile", "export_data", "forget_me", "my_sessions", "start_over", "ask_human", "crisis"),
}
"""Intents that are never an answer to how it went."""
TALK = {"chitchat", "nlu_fallback", "out_of_scope", "insult", "not_suitable", "affirm", "deny"}
"""Intents of messages that may be an answer in words that no table knows."""
SHORTEST_SENTENCE = 3
"""Words of the shortest message that is kept as an answer though nothing of it is understood."""
LONGEST_REASON = 4
"""Words of the longest message that is a reason and nothing more."""
PLAIN = {"affirm": "yes", "deny": "no"}
ABOUT = translatable("Palautetta")
TOUCHED = translatable("Otin yhteyttä")
"""How buttons begin that name a service."""
MORE = translatable("Anna palautetta")

Handler = Callable[[Conversation, World], Turn]
Offer = Callable[[Conversation, World, Service, Sequence[str]], Turn]
"""`offer(conversation, world, service, reasons)`: services to try instead of one that didn't help, by the reasons."""


@dataclass(frozen=True)
class Kept:
    """What was kept of an answer: all of it, what it newly told of the help, and what may be said of the step."""

    feedback: Feedback
    helped: str | None
    step: str | None


def told_of_services(conversation: Conversation, world: World) -> tuple[dict[str, float], set[str]]:
    """The standing of services, and the ids of those that didn't help whoever writes; none where it can't be read."""
    if world.database is None:
        return {}, set()
    try:
        with world.database.reading() as connection:
            profile = known(conversation, connection) if conversation.sender else None
            return feedback.standings(connection), feedback.did_not_help(connection, profile.id) if profile else set()
    except DatabaseUnavailable as error:
        logger.warning("What people said of services was not read: %s", error)
        return {}, set()


# ---- whose turn it is ----


def take_up(conversation: Conversation, world: World, offer: Offer) -> Handler | None:
    """What answers a message that says how it went or that somebody got in touch, whatever its intent; else None."""
    if conversation.intent in COMMANDS:
        return None
    said, asked = read(conversation.text), _asked(conversation)
    if asked:
        return partial(_answer, offer=offer) if _answers(asked, said, conversation) else None
    is_talk = conversation.intent in TALK
    if said.tells or said.reasons or said.plain or is_talk:
        check_in = _pending(conversation, world)
        if check_in and _is_of(check_in, said, conversation):
            return partial(_answer, offer=offer)
    named = _named(conversation, world)
    if named or (said.contacted and services_on_cards(conversation, world) and not conversation.message_needs):
        return None if _is_of_a_reminder(conversation, world) and not named else partial(_touched, offer=offer)
    return None


def _asked(conversation: Conversation) -> str | None:
    awaiting = conversation.awaiting or ""
    return awaiting.removeprefix(ASKS) if awaiting.startswith(ASKS) else None


def _answers(asked: str, said: Said, conversation: Conversation) -> bool:
    """Whether a message answers the question that was asked just now."""
    if said.enough or said.tells:
        return bool(said.enough or said.helped or not conversation.message_needs)
    if conversation.message_needs:
        return False
    if asked in ("why", "text"):
        return conversation.intent in TALK or bool(said.reasons or conversation.entity("reason"))
    return bool(said.plain or said.reasons) or conversation.intent in PLAIN


def _is_of(check_in: Reminder, said: Said, conversation: Conversation) -> bool:
    """Whether a message answers a check-in: said right after it, or plain from its words."""
    if said.is_tap and said.helped:
        return True
    spoke_at, delivered_at = conversation.spoke_at, check_in.delivered_at
    is_next = spoke_at is None or (delivered_at is not None and delivered_at > spoke_at)
    if conversation.message_needs:
        return is_next and said.helped is not None
    if said.helped:
        return True
    tells = said.tells or said.reasons or said.plain or conversation.intent in PLAIN
    return is_next and bool(tells or len(conversation.text.split()) >= SHORTEST_SENTENCE)


def _pending(conversation: Conversation, world: World) -> Reminder | None:
    """The check-in that waits for an answer, unless a crisis came after it."""
    now, closed = world.now(), conversation.feedback.get("closed")
    found = look_up(conversation, world, lambda connection, mine: check_ins.pending(connection, mine.id, now))
    if found and found.delivered_at and closed and found.delivered_at <= datetime.fromisoformat(closed):
        return None
    return found


def _is_of_a_reminder(conversation: Conversation, world: World) -> bool:
    """Whether "soitin niille" answers a reminder of something else."""
    if conversation.intent != "reminder_done":
        return False
    last = look_up(conversation, world, lambda connection, mine: store.last_delivered(connection, mine.id))
    return bool(last and last.kind != check_ins.CHECK_IN.id and last.answered is None)


def after_crisis(now: datetime) -> dict[str, Any]:
    """What to remember when a crisis was expressed: nothing of the questions how it went follows."""
    return {"feedback": {"closed": now.isoformat()}}


# ---- telling of one's own accord ----


def give_feedback(conversation: Conversation, world: World, offer: Offer) -> Turn:
    """Asks how it went with the service that is meant; which one, where several may be."""
    service = _meant(conversation, world)
    said = read(conversation.text)
    if service and said.tells and not conversation.message_needs:
        return _answer(replace(conversation, awaiting=None), world, offer, service)
    if service:
        return _question("helped", conversation, service, None, [])
    offered = services_on_cards(conversation, world)
    if offered:
        buttons = [_button(ABOUT, one, conversation) for one in offered]
        return Turn([Say("utter_feedback_which", buttons=buttons)], {"awaiting": None})
    return Turn([Say("utter_feedback")], {"awaiting": None})


def _meant(conversation: Conversation, world: World) -> Service | None:
    """The service that feedback is about: the one named, that of the last check-in, the last used, the only card."""
    named = _service_after(ABOUT, conversation, world)
    if named:
        return named
    check_in, of_slot = _pending(conversation, world), conversation.feedback
    ids = [check_in.service if check_in else None, of_slot.get("service"), of_slot.get("used")]
    cards = services_on_cards(conversation, world)
    found = [world.catalog.service(one) for one in ids if one]
    return next((one for one in found if one), cards[0] if len(cards) == 1 else None)


def _named(conversation: Conversation, world: World) -> Service | None:
    return _service_after(TOUCHED, conversation, world)


def _service_after(begins: str, conversation: Conversation, world: World) -> Service | None:
    """The service that a button names after how it begins and a colon."""
    start, colon, name = conversation.text.partition(":")
    if not colon or _folded(start) not in {_folded(translate(begins, one)) for one in LANGUAGES}:
        return None
    services = [*services_on_cards(conversation, world), *world.catalog.services()]
    return next((one for one in services if _folded(name) in map(_folded, one.names)), None)


def _button(begins: str, service: Service, conversation: Conversation) -> str:
    """A button that begins so and names the service as its card does; a tap sends its Finnish name."""
    language = conversation.language
    return button_for(begins, name_in(service, language), language, service.name)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")


def _about(conversation: Conversation, service: str, session: str | None = None) -> Conversation:
    return replace(conversation, feedback={**conversation.feedback, "service": service, "session": session})


# ---- answers ----


def _answer(conversation: Conversation, world: World, offer: Offer, about: Service | None = None) -> Turn:
    """Keeps an answer and thanks for it; then the next question, or other services where it didn't help.

    The answer is on the service `about`, else on the one that was asked about, else on that of the last check-in.
    """
    asked, said, check_in = _asked(conversation), read(conversation.text), _pending(conversation, world)
    if about:
        conversation = _about(conversation, about.id)
    if check_in and (about or asked) and check_in.service != conversation.feedback.get("service"):
        check_in = None
    if check_in and check_in.service:
        conversation = _about(conversation, check_in.service, check_in.session)
    service = world.catalog.service(str(conversation.feedback.get("service")))
    if service is None:  # staff took it away
        return Turn([Say("utter_feedback_done")], {"awaiting": None})
    if said.enough:
        return Turn([Say("utter_feedback_done")], {"awaiting": None})
    kept = attempt(conversation, world, lambda connection: _keep(conversation, world, connection, check_in, said))
    if kept is None:
        return NOT_SAVED
    values = {"service": name_in(service, conversation.language)}
    says = [Say(f"utter_feedback_thanks_{kept.helped}", values)] if kept.helped else []
    if kept.step:
        says.append(Say(f"utter_step_{kept.step}"))
    if kept.helped == "not_contacted" and not conversation.message_needs:
        return Turn(says, {"awaiting": None, "cards": [service.id], "feedback": conversation.feedback})
    next_question = _next_question(kept, asked, conversation)
    if next_question is None and (kept.feedback.helped == "no" or conversation.message_needs):
        instead = offer(conversation, world, service, kept.feedback.reasons)
        noted = says or [Say("utter_feedback_noted")]
        return Turn([*noted, *instead.says], {"awaiting": None, **instead.remember})
    if next_question is None:
        return Turn([*says, Say("utter_feedback_done")], {"awaiting": None})
    return _question(next_question, conversation, service, conversation.feedback.get("session"), says)


def _next_question(kept: Kept, asked: str | None, conversation: Conversation) -> str | None:
    """What is asked next; None is nothing more."""
    answer = kept.feedback
    if asked == "text" or conversation.message_needs:
        return None
    if answer.helped is None:
        return "helped"
    if answer.helped == "no":
        return None if answer.reasons or asked == "why" else "why"
    if answer.unrated:
        return answer.unrated[0]
    return None if answer.text else "text"


def _question(
    question: str, conversation: Conversation, service: Service, session: str | None, says: list[Say]
) -> Turn:
    say = Say(f"utter_feedback_{question}", {"service": name_in(service, conversation.language)})
    remember = {"awaiting": f"{ASKS}{question}", "feedback": _about(conversation, service.id, session).feedback}
    return Turn([*says, say], remember)


def _keep(
    conversation: Conversation, world: World, connection: Connection, check_in: Reminder | None, said: Said
) -> Kept:
    """Keeps all that a message says of the service at hand, and the step that it tells of."""
    now, asked, about = world.now(), _asked(conversation), conversation.feedback
    profile = made(conversation, connection, now)
    plain = said.plain or PLAIN.get(conversation.intent)
    helped, ratings = said.helped, dict(said.ratings)
    if asked in RATINGS:
        value = plain or (None if said.opinion == "not_contacted" else said.opinion)
        ratings = {asked: value, **ratings} if value else ratings
    elif asked in (None, "helped"):
        helped = helped or said.opinion or plain
    given = feedback.give(
        *(connection, profile.id, str(about["service"]), now),
        session=about.get("session"),
        helped=helped,
        ratings=ratings,
        reasons=_reasons(conversation, said),
        text=_text(conversation, said),
    )
    if check_in:
        check_ins.answered(connection, check_in)
    return Kept(given, helped, _step(connection, profile, given, check_in, now) if helped else None)


def _reasons(conversation: Conversation, said: Said) -> list[str]:
    entity = conversation.entity("reason")
    return [*said.reasons, *([str(entity)] if entity else [])]


def _text(conversation: Conversation, said: Said) -> str | None:
    """What a person wrote in their own words, with personal codes masked."""
    is_reason = conversation.entity("reason") and len(conversation.text.split()) <= LONGEST_REASON
    return None if said.is_tap or is_reason else mask_personal_codes(conversation.text)


def _step(
    connection: Connection, profile: Profile, given: Feedback, check_in: Reminder | None, now: datetime
) -> str | None:
    """What may be said of the step that was taken; nothing to who wants no encouragement."""
    if given.helped == "not_contacted":
        return None
    taken_at = check_in.occurrence_start if check_in and check_in.occurrence_start else now
    step = feedback.step(connection, profile.id, ATTENDED if given.session else CONTACTED, taken_at, profile.zone)
    return step if profile.encouragement else None


# ---- getting in touch ----


def _touched(conversation: Conversation, world: World, offer: Offer) -> Turn:
    """A good word to somebody who got in touch; how it went is asked some days later, if they allow it."""
    service = _touched_service(conversation, world)
    if service is None:
        cards = services_on_cards(conversation, world)
        buttons = [_button(TOUCHED, one, conversation) for one in cards]
        return Turn([Say("utter_contacted_which", buttons=buttons)], {"awaiting": None})
    if read(conversation.text).tells:
        return _answer(conversation, world, offer, service)
    about = {**conversation.feedback, "used": service.id}
    says = [Say("utter_contacted", {"service": name_in(service, conversation.language)})]
    remember: dict[str, Any] = {"awaiting": None, "feedback": about}
    profile = look_up(conversation, world, lambda _, mine: mine)
    if profile:
        done = attempt(conversation, world, lambda connection: _note(connection, profile, service, world.now()))
        step, when = done or (None, None)
        if step and profile.encouragement:
            says.append(Say(f"utter_step_{step}"))
        if when:
            told = wording.moment(when, world.now(), conversation.language, profile.zone)
            says.append(Say("utter_contacted_will_ask", {"when": told}))
    allows = bool(profile and profile.reminders_allowed)
    if not allows and not about.get("offered") and world.database is not None:
        hours = wording.hours(profile.windows or None if profile else None, conversation.language)
        says.append(Say("utter_may_i_ask", {"hours": hours}))
        remember |= {"awaiting": "check_in_allow", "feedback": {**about, "offered": True}}
    elif says[-1].response != "utter_contacted_will_ask":
        says[-1] = replace(says[-1], buttons=[MORE, "Lisää vaihtoehtoja"])
    return Turn(says, remember)


def _touched_service(conversation: Conversation, world: World) -> Service | None:
    cards, card = services_on_cards(conversation, world), conversation.entity("card")
    named = _named(conversation, world)
    if named:
        return named
    if isinstance(card, int) and 1 <= card <= len(cards):
        return cards[card - 1]
    used = next((one for one in cards if one.id == conversation.feedback.get("used")), None)
    in_text = [one for one in cards if any(_folded(name) in _folded(conversation.text) for name in one.names)]
    return used or next(iter(in_text), None) or (cards[0] if len(cards) == 1 else None)


def _note(
    connection: Connection, profile: Profile, service: Service, now: datetime
) -> tuple[str | None, datetime | None]:
    """Keeps that a person got in touch with a service; returns what to say of it, and when it is asked how it went."""
    step = feedback.step(connection, profile.id, CONTACTED, now, profile.zone)
    return step, check_ins.used(connection, profile.id, service, now, stated=True)


def allow_or_not(conversation: Conversation, world: World) -> Turn:
    """What follows the answer to whether the bot may ask how it went."""
    if conversation.intent == "deny":
        return Turn([Say("utter_wont_ask")], {"awaiting": None})
    return attempt(conversation, world, lambda connection: _allowed(conversation, world, connection)) or NOT_SAVED


def _allowed(conversation: Conversation, world: World, connection: Connection) -> Turn:
    now, profile = world.now(), made(conversation, connection, world.now())
    yes: dict[str, Any] = {"reminders_allowed": True, "paused_until": None}
    yes["topics_off"] = [topic for topic in profile.topics_off if topic != check_ins.CHECK_IN.id]
    if profile.windows == ():
        yes["windows"] = None
    profile = wishes.change(connection, profile.id, now, **yes)
    service = world.catalog.service(str(conversation.feedback.get("used")))
    when = _note(connection, profile, service, now)[1] if service else None
    if when is None:
        hours = wording.hours(profile.windows, conversation.language)
        return Turn([Say("utter_reminders_resumed", {"hours": hours})], {"awaiting": None})
    told = wording.moment(when, now, conversation.language, profile.zone)
    return Turn([Say("utter_contacted_will_ask", {"when": told})], {"awaiting": None})
