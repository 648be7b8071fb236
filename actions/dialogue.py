"""What the bot answers: one function per kind of message, from a `Conversation` to a `Turn`.

The functions choose; the sentences are in bot/domain/responses.yml and words.py, the services come from
service_catalog. Getting in touch is in contact.py, danger in crisis.py. Every Turn offers a next step, and the same
list of services is never given twice in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from actions import feedback, profile, reminding, tones, words
from actions.contact import contact_help, first_step, services_on_cards
from actions.conversation import Conversation, Say, Turn
from actions.crisis import CRISIS_BUTTON, NOT_NOW, crisis_answer, crisis_help, crisis_in_writing, meaning_of_answer
from actions.keeping import keep_up
from actions.speaking import set_language
from actions.world import World
from service_catalog.cards import name_in, services_payload
from service_catalog.lemmas import lemmas_of
from service_catalog.ranking import NeedHit, Reason, Request, Suggestion, suggest
from service_catalog.schema import LocalizedText, Service
from service_catalog.search import words_to_find
from translations import translatable

MOST_CARDS = 3
REACHES = ("near", "region", "country")
DECLINED = "ei sovi minulle"
"""What a card's own button sends before a colon and the service's name, in small letters."""
CLEAR = 0.4
"""Share of the best need's score from which a further need is named in the reply and searched for at once."""
LONGEST_TERM = 3
"""Words of the longest term that somebody asks the meaning of."""
UNSURE = 0.5
"""Probability of the best need below which the bot asks which one is meant, unless a keyword names one. Of messages by
authors that the classifier never saw, 0.73 and more have their best need right above it, 0.57 and less below."""
OFFERED, THIRD_AT_LEAST = 3, 0.05
"""How many needs that question offers, and how likely the third must be: the two best are always offered."""
WORTH_ASKING = 0.1
"""Probability that the best need must have for that question where none is sure enough to act on; below it, the
message's own words find services."""
NO_TOPIC = {
    *("inform_place", "inform_age", "inform_channel", "ask_more", "ask_wider", "not_suitable"),
    *("affirm", "deny", "start_over"),
}
"""Intents of messages about the topic at hand: their words are not searched for, and a need that is only guessed from
them doesn't change the topic."""

Handler = Callable[[Conversation, World], Turn]


# ---- finding services ----


def suggest_services(conversation: Conversation, world: World) -> Turn:
    """Cards for the needs of this message or, when it only added a place, an age or a wish, of the earlier ones."""
    conversation = _with_wishes(_locate(conversation, world))
    if conversation.message_needs and not _carries_on(conversation):
        if _unsure(conversation.message_needs):
            return _ask_which_need(conversation, world)
        known = {need["id"] for need in conversation.needs}
        if known != {need["id"] for need in conversation.message_needs}:
            conversation = replace(conversation, needs=conversation.message_needs, shown=[], reach="near")
    elif conversation.intent == "seek_help":
        return search(conversation, world)
    if not conversation.needs:
        return _ask_what_about(conversation, world)
    return _show(conversation, world)


def _carries_on(conversation: Conversation) -> bool:
    """Whether the message only adds to the topic at hand."""
    needs = conversation.message_needs
    return conversation.intent in NO_TOPIC and (not needs or _unsure(needs))


def _unsure(needs: Sequence[dict[str, Any]]) -> bool:
    """Whether these needs, best first, are little more than a guess."""
    return needs[0]["score"] < UNSURE and not any(need.get("named") for need in needs)


def _ask_which_need(conversation: Conversation, world: World) -> Turn:
    """Cards for the likeliest needs, so that something helps already, and the question which of them it is."""
    likely = [*conversation.message_needs, *conversation.likely_needs]
    offered = [*likely[:2], *(need for need in likely[2:OFFERED] if need["score"] >= THIRD_AT_LEAST)]
    conversation = replace(conversation, needs=offered, shown=[], reach="near")
    conversation, found = _next_best(conversation, world)
    found = [replace(one, why=[_guessed(reason) for reason in one.why]) for one in found]
    labels = _need_labels([need["id"] for need in offered], conversation, world)
    says = [Say("utter_ask_which_need", buttons=[*labels, words.SOMETHING_ELSE])]
    if found:
        found_for = words.place_and_wishes(
            _place_name(conversation, world),
            conversation.wishes,
            assumed=not conversation.municipality,
            language=conversation.language,
        )
        says.insert(0, _with_cards(Say("utter_services_unsure", {"found_for": found_for}), found, conversation, world))
    ids = [one.service.id for one in found]
    conversation = replace(conversation, shown=ids, cards=ids or conversation.cards, awaiting="which_need")
    return Turn(says, _remembered(conversation))


def _guessed(reason: Reason) -> Reason:
    """A reason that doesn't claim that the person told of a need which no word of theirs names."""
    only_guessed = reason.kind == "needs" and not reason.values["words"]
    return Reason("likely", reason.values) if only_guessed else reason


def more(conversation: Conversation, world: World) -> Turn:
    """The next services for the same needs; the first ones again when the person asks for them by name."""
    if not conversation.needs:
        return _say_nothing_to_continue()
    if "uudelleen" in conversation.text.casefold():
        conversation = replace(conversation, shown=[])
    return _show(conversation, world)


def wider(conversation: Conversation, world: World) -> Turn:
    """Services from a wider area: the neighbourhood, then the region, then the whole country."""
    conversation = replace(conversation, wishes={**conversation.wishes, "place_asked": True})
    if not conversation.needs:
        return replace_remembered(_say_nothing_to_continue(), wishes=conversation.wishes)
    reach = conversation.entity("reach") or REACHES[min(REACHES.index(conversation.reach) + 1, 2)]
    return _show(replace(conversation, reach=reach), world)


def not_suitable(conversation: Conversation, world: World) -> Turn:
    """Services that differ as the person's reason asks, or the question what did not suit."""
    reason = conversation.entity("reason")
    if not conversation.needs:
        return _say_nothing_to_continue()
    if reason is None:
        return Turn([Say("utter_why_not_suitable")], {"awaiting": None})
    conversation = _with_reason(conversation, reason)
    if reason == "age" and conversation.age is None:
        return Turn([Say("utter_ask_age")], {"awaiting": "age", "wishes": conversation.wishes})
    if reason == "topic" and conversation.awaiting != "why_declined":
        about = {need for shown in conversation.cards for need in _needs_of(shown, world)}
        left = [need for need in conversation.needs if need["id"] not in about]
        if not left:
            return Turn(
                [Say("utter_guided_area", buttons=_area_labels(conversation, world))], {"needs": [], "shown": []}
            )
        conversation = replace(conversation, needs=left)
    return _show(conversation, world)


def declined_service(conversation: Conversation, world: World) -> Service | None:
    """The service that the person says no to with the button of its card (`DECLINED` and its name), or None.

    Of services with one name, that of the last cards, then one shown before.
    """
    start, colon, name = conversation.text.partition(":")
    if not colon or _folded(start) != DECLINED:
        return None
    known = [*conversation.cards, *reversed(conversation.shown)]
    remembered = [service for service in map(world.catalog.service, known) if service]
    wanted = _folded(name)
    return next((one for one in (*remembered, *world.catalog.services()) if wanted in map(_folded, one.names)), None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")


def decline(service: Service, conversation: Conversation, world: World) -> Turn:
    """The next best service instead of one that the person doesn't want, and the question what did not suit.

    It is not offered again. Among crisis contacts, other contacts come at once and nothing is asked.
    """
    declined = list(dict.fromkeys([*conversation.wishes.get("declined", []), service.id]))
    conversation = replace(_locate(conversation, world), wishes={**conversation.wishes, "declined": declined})
    if conversation.awaits_crisis_answer:
        return replace_remembered(crisis_help(conversation, world), wishes=conversation.wishes)
    if not conversation.needs:  # it came by a link of its own
        conversation = replace(conversation, needs=[{"id": service.needs[0], "score": 1.0, "because": []}])
    conversation, found = _next_best(replace(conversation, message_needs=[], text=""), world, limit=1)
    values = {"service": name_in(service, conversation.language)}
    remember = {"awaiting": "why_declined"}
    if not found:
        left = [card for card in conversation.cards if card != service.id]
        conversation = replace(conversation, cards=left)
        return Turn([Say("utter_declined_last", values)], {**_remembered(conversation), **remember})
    ids = [one.service.id for one in found]
    conversation = replace(conversation, shown=[*conversation.shown, *ids], cards=ids)
    say = _with_cards(Say("utter_declined", values), found, conversation, world)
    return Turn([say], {**_remembered(conversation), **remember})


CHANGED_WISHES: dict[str, dict[str, Any]] = {
    "too_far": {"avoid": ["visit"], "prefer": ["chat", "sms", "web", "phone"]},
    "phone": {"avoid": ["phone"], "prefer": ["chat", "sms", "web"]},
    "cost": {"free": True},
    "anonymity": {"anonymous": True},
    "not_local": {"prefer": ["visit"]},
    "queue": {"open_now": True},
}
"""What a reason for "not suitable" changes in the person's wishes; other reasons only leave out what was shown."""


def _with_reason(conversation: Conversation, reason: str) -> Conversation:
    wishes = dict(conversation.wishes)
    for wish, value in CHANGED_WISHES.get(reason, {}).items():
        wishes[wish] = _merged(wishes.get(wish), value)
    return replace(conversation, wishes=wishes)


def instead_of(conversation: Conversation, world: World, service: Service, reasons: Sequence[str]) -> Turn:
    """Services to try instead of one that didn't help: for the needs of this message, else those at hand, else its own.

    The reasons change what is looked for as those of "ei sopinut" do.
    """
    conversation = _locate(conversation, world)
    for reason in reasons:
        conversation = _with_reason(conversation, reason)
    needs = conversation.message_needs or conversation.needs
    needs = needs or [{"id": service.needs[0], "score": 1.0, "because": []}]
    if needs != conversation.needs:
        conversation = replace(conversation, needs=needs, shown=[], reach="near")
    return _show(replace(conversation, message_needs=[], text=""), world)


def give_feedback(conversation: Conversation, world: World) -> Turn:
    """How it went with a service, asked or told; and others where it didn't help."""
    return feedback.give_feedback(conversation, world, instead_of)


def search(conversation: Conversation, world: World) -> Turn:
    """The likely needs to choose from where no need is sure enough; where none is likely, services found by the
    message's own words, and areas of life to tap. "En tiedä" to that choice leads to the guided start."""
    if conversation.awaiting == "place":
        return Turn([Say("utter_place_unknown")], {"awaiting": "place"})
    if conversation.likely_needs and conversation.likely_needs[0]["score"] >= WORTH_ASKING:
        return _ask_which_need(_locate(conversation, world), world)
    if conversation.awaiting == "which_need":
        return guided_start(conversation, world)
    found = _suggestions(replace(_locate(conversation, world), needs=[], shown=conversation.cards), world)
    buttons = _area_labels(conversation, world)
    if not found:
        return Turn([Say("utter_nothing_found", buttons=buttons)])
    say = _with_cards(Say("utter_unsure", buttons=buttons), found, conversation, world)
    return Turn([say], {"cards": [one.service.id for one in found]})


def human(conversation: Conversation, world: World) -> Turn:
    """Services where a person answers, by chat first: for the needs at hand, else for talking about anything."""
    conversation = _locate(conversation, world)
    needs = conversation.message_needs or conversation.needs
    talk = needs or [{"id": "mental_health", "score": 0.5, "because": []}]
    prefer = {**conversation.wishes, "prefer": ["chat", "phone", "visit", "video"], "avoid": ["web"]}
    found = _suggestions(replace(conversation, needs=talk, wishes=prefer, shown=conversation.cards), world)
    say = _with_cards(Say("utter_human", buttons=_next_steps(conversation)), found, conversation, world)
    return Turn([say], {"needs": talk, "cards": [one.service.id for one in found], "awaiting": None})


def _show(conversation: Conversation, world: World) -> Turn:
    """Up to three cards that were not shown yet: for the clear needs, in a wider area when the nearer ones have run
    out, and at last for the less sure needs too."""
    conversation, found = _next_best(conversation, world)
    if not found:
        return Turn([Say("utter_all_shown")], _remembered(conversation))
    ids = [one.service.id for one in found]
    intro = words.introduction(
        [world.catalog.needs[need["id"]] for need in _clear(conversation.needs)],
        _place_name(conversation, world),
        first=not conversation.shown,
        wishes=conversation.wishes,
        assumed=not conversation.municipality,
        language=conversation.language,
    )
    response = "utter_services" if len(found) > 1 else "utter_one_service"
    values = {"intro": intro, "count": words.count(len(found), conversation.language)}
    says = [_with_cards(Say(response, values), found, conversation, world)]
    wishes = conversation.wishes
    place_known = conversation.place or conversation.coordinates
    awaiting = None
    if not place_known and not wishes.get("place_asked"):
        says.append(Say("utter_ask_place"))
        wishes, awaiting = {**wishes, "place_asked": True}, "place"
    says[-1] = replace(says[-1], buttons=_next_steps(conversation))
    shown = [*conversation.shown, *ids]
    conversation = replace(conversation, wishes=wishes, shown=shown, cards=ids, awaiting=awaiting)
    return Turn(says, _remembered(conversation))


def _next_best(
    conversation: Conversation, world: World, limit: int = MOST_CARDS
) -> tuple[Conversation, list[Suggestion]]:
    """What was not shown yet, and the conversation with the reach that had to be taken to find it.

    Never the list of the last cards again, which another topic could give too.
    """
    clear = _clear(conversation.needs)
    attempts = [(reach, clear) for reach in REACHES[REACHES.index(conversation.reach) :]]
    for reach, needs in [*attempts, ("country", conversation.needs)]:
        conversation = replace(conversation, reach=reach)
        asked = replace(conversation, needs=needs)
        found = _suggestions(asked, world, limit)
        if found and [one.service.id for one in found] == conversation.cards:
            found = _suggestions(replace(asked, shown=[*asked.shown, *asked.cards]), world, limit)
        if found:
            return conversation, found
    return conversation, []


def _clear(needs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The needs to begin with: the best one and those not much less sure."""
    return [need for need in needs if need["score"] >= CLEAR * needs[0]["score"]]


def _suggestions(conversation: Conversation, world: World, limit: int = MOST_CARDS) -> list[Suggestion]:
    wishes = conversation.wishes
    standing, did_not_help = feedback.told_of_services(conversation, world)
    request = Request(
        needs=[NeedHit(need["id"], need["score"], list(need["because"])) for need in conversation.needs],
        municipality=conversation.place,
        coordinates=conversation.coordinates,
        age=conversation.age,
        language=conversation.detected_language,
        reach=conversation.reach,
        prefer_channels=wishes.get("prefer", []),
        avoid_channels=wishes.get("avoid", []),
        exclude={*conversation.shown, *wishes.get("declined", [])},
        did_not_help=did_not_help,
        limit=limit,
        words=[] if _carries_on(conversation) else words_to_find(conversation.text, conversation.detected_language),
        free_only=bool(wishes.get("free")),
        anonymous_only=bool(wishes.get("anonymous")),
    )
    return list(suggest(world.catalog, world.places, request, world.now(), standing))


def _with_cards(say: Say, found: Sequence[Suggestion], conversation: Conversation, world: World) -> Say:
    language = conversation.language
    cards = services_payload(found, world.catalog.need_names(language), language=language)
    return replace(say, services=cards, suggestions=found)


def _locate(conversation: Conversation, world: World) -> Conversation:
    """Names the municipality of shared coordinates, so that people see what was understood."""
    if conversation.coordinates and not conversation.municipality:
        return replace(conversation, municipality=world.places.nearest(*conversation.coordinates))
    return conversation


def _place_name(conversation: Conversation, world: World) -> str | None:
    """The place to search in, as it is called in the conversation's language."""
    return world.places.name_in(conversation.place, conversation.language) if conversation.place else None


def _with_wishes(conversation: Conversation) -> Conversation:
    """Adds the wishes about channels that this message states."""
    wishes = dict(conversation.wishes)
    for channel, role in conversation.channel_wishes:
        key, other = ("avoid", "prefer") if role == "avoid" else ("prefer", "avoid")
        wishes[key] = _merged(wishes.get(key), [channel])
        wishes[other] = [kept for kept in wishes.get(other, []) if kept != channel]
    return replace(conversation, wishes=wishes)


def _merged(old: Any, new: Any) -> Any:
    return list(dict.fromkeys([*new, *(old or [])])) if isinstance(new, list) else new


def _remembered(conversation: Conversation) -> dict[str, Any]:
    return {
        "needs": conversation.needs,
        "municipality": conversation.municipality,
        "coordinates": _location(conversation),
        "reach": conversation.reach,
        "wishes": conversation.wishes,
        "shown": conversation.shown,
        "cards": conversation.cards,
        "awaiting": conversation.awaiting,
    }


def _location(conversation: Conversation) -> dict[str, float] | None:
    if conversation.coordinates is None:
        return None
    return dict(zip(("latitude", "longitude"), conversation.coordinates, strict=True))


def _next_steps(conversation: Conversation) -> list[str]:
    steps = [translatable("Lisää vaihtoehtoja"), translatable("Valmis viesti"), translatable("Ei sopinut")]
    place_known = conversation.place or conversation.coordinates
    if place_known and conversation.reach != "country":
        steps.insert(1, translatable("Laajempi alue"))
    if not place_known:
        steps.append(translatable("Ei paikalla ole väliä"))
    return steps


def _say_nothing_to_continue() -> Turn:
    return Turn([Say("utter_nothing_to_widen")])


def replace_remembered(turn: Turn, **remember: Any) -> Turn:
    """The same turn, remembering these slot values too."""
    return Turn(turn.says, {**turn.remember, **remember})


def _needs_of(service_id: str, world: World) -> set[str]:
    service = world.catalog.service(service_id)
    return set(service.needs[:1]) if service else set()


# ---- for those without words ----


def guided_start(conversation: Conversation, world: World) -> Turn:
    """The next of three taps: an area of life, a need in it, then how and where; the needs' cards come after."""
    area = conversation.entity("area")
    if area:
        labels = _need_labels(next(one.needs for one in world.catalog.areas if one.id == area), conversation, world)
        return Turn([Say("utter_guided_need", buttons=labels)], {"awaiting": None})
    return Turn([Say("utter_guided_area", buttons=_area_labels(conversation, world))], {"awaiting": None})


def _ask_what_about(conversation: Conversation, world: World) -> Turn:
    known = words.known_so_far(conversation.municipality, conversation.age, conversation.language)
    remember = {"wishes": {**conversation.wishes, "place_asked": True}, "awaiting": None}
    return Turn([Say("utter_ask_what_about", {"known": known}, _area_labels(conversation, world))], remember)


def _area_labels(conversation: Conversation, world: World) -> list[str]:
    return [_label(area.label, conversation) for area in world.catalog.areas]


def _need_labels(need_ids: Sequence[str], conversation: Conversation, world: World) -> list[str]:
    return [_label(world.catalog.needs[need].label, conversation) for need in need_ids]


def _label(label: LocalizedText, conversation: Conversation) -> str:
    return words.Button(label.fi, label.of(conversation.language))


# ---- small things ----


def explain_word(conversation: Conversation, world: World) -> Turn:
    """A hard word in plain Finnish; an unknown one is said to be unknown and searched for.

    What is longer than a term is no question about a word: "ulosotto meinaa viedä kaiken" asks for help.
    """
    term = conversation.entity("term")
    if not term:
        return Turn([Say("utter_word_missing")])
    entry = world.catalog.explain(str(term), " ".join(lemmas_of(str(term))))
    if entry:
        buttons = _next_steps(conversation) if conversation.cards else ["En tiedä mistä aloittaa"]
        return Turn([Say("utter_word_explained", {"plain": entry.plain.of(conversation.language)}, buttons)])
    if len(str(term).split()) > LONGEST_TERM:
        return suggest_services(replace(conversation, intent="seek_help"), world)
    asked = replace(conversation, needs=[], text=str(term), shown=conversation.cards)
    found = _suggestions(asked, world)
    values = {"term": str(term)[:60]}
    buttons = ["Haluan puhua ihmiselle", "En tiedä mistä aloittaa"]
    if not found:
        return Turn([Say("utter_word_unknown", values, buttons)])
    say = _with_cards(Say("utter_word_unknown", values, buttons), found, conversation, world)
    return Turn([say], {"cards": [one.service.id for one in found]})


ANSWERED: dict[str, Handler] = {
    "remind_allow": reminding.allow_or_not,
    "which_session": reminding.which_session,
    "forget": profile.forget_or_not,
    "check_in_allow": feedback.allow_or_not,
}
"""What answers a plain yes or no to a question of these modules, by the slot `awaiting`."""


def answer(conversation: Conversation, world: World) -> Turn:
    """What a plain yes or no means: an answer to the bot's last question."""
    yes = conversation.intent == "affirm"
    awaiting = conversation.awaiting
    if awaiting in ANSWERED:
        return ANSWERED[awaiting](conversation, world)
    if awaiting == "talk" and yes:
        return human(conversation, world)
    if awaiting == "place" and yes:
        return Turn([Say("utter_place_unknown")], {"awaiting": "place"})
    if awaiting == "which_need" and not yes:
        return guided_start(conversation, world)
    if awaiting == "place" and conversation.needs:
        return wider(replace(conversation, reach="near"), world)
    if yes and services_on_cards(conversation, world):
        return first_step(conversation, world)
    return Turn([Say("utter_anything_else")], {"awaiting": None})


SMALL_TALK = {"insult": "utter_insult", "out_of_scope": "utter_out_of_scope"}
"""Words for small talk of another kind than chatting."""


def small_talk(conversation: Conversation, world: World) -> Turn:
    """A friendly line that leads back to what the bot can do."""
    return Turn([Say(SMALL_TALK.get(conversation.intent, "utter_small_talk"))])


def start_over(conversation: Conversation, world: World) -> Turn:
    """Forgets the topic, the place and the wishes; crisis help stays in reach. The tone they chose counts again."""
    empty = Conversation()
    return Turn([Say("utter_start_over")], {**_remembered(empty), "age": None, "calm": False})


# ---- every turn ----


def answer_in_crisis(conversation: Conversation, world: World) -> Turn:
    """What follows the answer to the crisis question; services with people too where nobody is in danger now."""
    turn = crisis_answer(conversation, world)
    if turn.says[-1].response != NOT_NOW:
        return turn
    services = human(conversation, world)
    before = [replace(say, buttons=[]) for say in turn.says]  # the last words carry the buttons
    return Turn([*before, *services.says], {**services.remember, **turn.remember})


def _then_care(handler: Handler, conversation: Conversation, world: World) -> Turn:
    """What was asked for, at once, and the crisis question stays."""
    done, care = handler(conversation, world), answer_in_crisis(conversation, world)
    return Turn([*done.says, *care.says], {**done.remember, **care.remember})


def _then_contacts(conversation: Conversation, world: World) -> Turn:
    """The language that was asked for, and the crisis contacts and the question once more in it."""
    done = set_language(conversation, world)
    again = crisis_help(replace(conversation, crisis_kind=None, language=done.says[0].values["language"]), world)
    return Turn([replace(done.says[0], buttons=[]), *again.says], {**done.remember, **again.remember})


IN_CRISIS: dict[Handler, Handler] = {
    guided_start: answer_in_crisis,
    answer: answer_in_crisis,
    search: answer_in_crisis,
    small_talk: answer_in_crisis,
    contact_help: crisis_in_writing,
    not_suitable: crisis_in_writing,
    **dict.fromkeys((reminding.remind, reminding.resume, reminding.topic_off), answer_in_crisis),
    **dict.fromkeys((reminding.contact_times, reminding.answer_reminder, reminding.my_sessions), answer_in_crisis),
    give_feedback: answer_in_crisis,
    reminding.stop: partial(_then_care, reminding.stop),
    reminding.pause: partial(_then_care, reminding.pause),
    set_language: _then_contacts,
    tones.set_tone: partial(_then_care, tones.set_tone),
}
"""What answers instead while the bot waits for the answer to its crisis question."""
TOLD_IN_CRISIS = ("inform_place", "inform_age", "inform_channel")
"""Intents that are no wish for ordinary cards while the bot waits for that answer."""


def take_turn(handler: Handler, conversation: Conversation, world: World) -> Turn:
    """The handler's turn, with what holds for every turn: care after a crisis, crisis help one tap away, the tone."""
    conversation = tones.remembering(conversation, world)
    declined = declined_service(conversation, world)
    answered = meaning_of_answer(conversation) if conversation.awaits_crisis_answer else None
    if declined is not None:
        handler = partial(decline, declined)
    elif conversation.crisis_kind and answered not in ("no", "safe", "unsure"):
        handler = crisis_help  # whatever else the message may be
    elif answered:
        handler = answer_in_crisis
    elif conversation.awaits_crisis_answer:
        handler = crisis_in_writing if conversation.intent in TOLD_IN_CRISIS else IN_CRISIS.get(handler, handler)
    elif reminding.is_answer_to_when(conversation, world):
        handler = reminding.answer_reminder
    else:
        handler = feedback.take_up(conversation, world, instead_of) or handler
    keep_up(conversation, world)
    turn = handler(conversation, world)
    if turn.remember.get("crisis_seen"):
        turn = replace_remembered(turn, **feedback.after_crisis(world.now()))
    if conversation.crisis_seen and CRISIS_BUTTON not in turn.says[-1].buttons:
        last = replace(turn.says[-1], buttons=[*turn.says[-1].buttons, CRISIS_BUTTON])
        turn = Turn([*turn.says[:-1], last], turn.remember)
    turn = Turn(turn.says, {"language": conversation.detected_language, **turn.remember})
    return tones.in_tone(conversation, turn, world)
