"""What the bot knows of a person, by talking: told in full, changed by saying so, given to them, and forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy.engine import Connection

from actions.conversation import Conversation, Say, Turn
from actions.keeping import known, on_disk
from actions.reminding import coming_meetings, meeting_label
from actions.world import World
from people import erasing, exporting, profiles, retention
from people.profiles import WEB_CHAT, Profile
from reminders import attendance, store, wording
from reminders.kinds import KINDS
from service_catalog.card_words import lower_first
from translations import listed, translate

MESSENGERS = ("telegram", "discord")
"""Channels that send the file along with the words (messengers/telling.py)."""
WORDS = Path(__file__).with_name("profile_words.yml")
LONGEST_PART = 3_500
"""Characters of one message of an export."""
FORGOTTEN = {
    **dict.fromkeys(("municipality", "coordinates", "age", "needs", "wishes", "shown", "cards", "awaiting")),
    **dict.fromkeys(("reminder_wish", "feedback", "crisis_kind", "crisis_level", "fixed_language")),
    "reach": "near",
    **dict.fromkeys(("tone", "register", "pictures")),
    "register_chosen": False,
}
"""The slots of a conversation that begins anew."""


@on_disk
def tell(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """Everything that is known of the person, a line each: kept for them, and in this conversation."""
    profile = known(conversation, connection)
    lines = [*_of_profile(profile, conversation, world, connection), *_of_conversation(conversation, world)]
    days = {"profile_days": retention.PROFILES.days, "text_days": retention.TEXTS.days}
    lines.append(_words(conversation)["kept" if profile else "conversation_kept"].format(**days))
    return Turn([Say("utter_profile", {"told": "\n".join(f"• {line}" for line in lines)})])


def _of_profile(profile: Profile | None, conversation: Conversation, world: World, connection: Connection) -> list[str]:
    words, language, now = _words(conversation), conversation.language, world.now()
    place = conversation.municipality or (profile.municipality if profile else None)
    age = conversation.age or (profile.age if profile else None)
    lines = [
        words["place"].format(value=world.places.name_in(place, language)) if place else words["no_place"],
        words["age"].format(value=age) if age else words["no_age"],
    ]
    position = conversation.coordinates or (
        (profile.latitude, profile.longitude) if profile and profile.latitude is not None else None
    )
    if position:
        lines.insert(1, words["position"].format(value=f"{position[0]:.2f}, {position[1]:.2f}"))
    if profile is None:
        return [*lines, words["reminders_off"], words["nothing"]]
    spoken = profile.language or language
    lines.append(words["language"].format(value=words["languages"].get(spoken, spoken)))
    if profile.tone:
        lines.append(words["tone"].format(value=words["tones"].get(profile.tone, profile.tone)))
    if profile.interests:
        lines.append(words["interests"].format(value=_needs(profile.interests, world, language)))
    if profile.translation_by and profile.translation_allowed is not None:
        allowed = "translation_on" if profile.translation_allowed else "translation_off"
        lines.append(words[allowed].format(value=profile.translation_by))
    lines += _of_reminders(profile, words, language, now)
    coming = [meeting_label(one, now, language, profile.zone) for one in coming_meetings(connection, profile, world)]
    if coming:
        lines.append(words["sessions"].format(value="; ".join(coming)))
    waiting = len(store.of_person(connection, profile.id, waiting=True))
    if waiting:
        lines.append(words["waiting"].format(value=waiting))
    reached = [channel for channel, _ in profiles.addresses_of(connection, profile.id)]
    names = list(dict.fromkeys(words["channel_names"].get(channel, channel) for channel in reached))
    return [*lines, words["channels"].format(value=listed(names, language))]


def _of_reminders(profile: Profile, words: Mapping[str, Any], language: str, now: datetime) -> list[str]:
    hours = wording.hours(profile.windows, language)
    if profile.reminders_allowed:
        lines = [words["reminders_on"].format(hours=hours, most=profile.most_per_day)]
    else:
        lines = [words["reminders_off"]]
        if profile.windows is not None:
            lines.append(words["hours"].format(hours=hours))
    if profile.paused_until and profile.paused_until > now:
        until = wording.moment(profile.paused_until, now, language, profile.zone)
        lines.append(words["paused"].format(until=until))
    topics = [KINDS[topic].name(language) if topic in KINDS else topic for topic in profile.topics_off]
    if topics:
        lines.append(words["topics_off"].format(value=listed(topics, language)))
    if not profile.encouragement:
        lines.append(words["encouragement_off"])
    return [*lines, words[f"lock_{profile.lock_screen}"]]


def _of_conversation(conversation: Conversation, world: World) -> list[str]:
    words, lines = _words(conversation), []
    needs = [need["id"] for need in conversation.needs if need["id"] in world.catalog.needs]
    if needs:
        lines.append(words["needs"].format(value=_needs(needs, world, conversation.language)))
    declined = [
        service.name for service in map(world.catalog.service, conversation.wishes.get("declined", [])) if service
    ]
    if declined:
        lines.append(words["declined"].format(value=listed(declined, conversation.language)))
    return lines


def _needs(ids: Sequence[str], world: World, language: str) -> str:
    known_needs = [world.catalog.needs[need].name for need in ids if need in world.catalog.needs]
    return ", ".join(lower_first(name.of(language)) for name in known_needs)


@on_disk
def export(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """Everything that is kept of the person: as a file, in the web chat from its panel; as text where none goes."""
    if conversation.channel == WEB_CHAT:
        return Turn([Say("utter_export_panel")])
    if conversation.channel in MESSENGERS:
        return Turn([Say("utter_export_file")])
    everything = exporting.export_of(connection, conversation.channel, conversation.sender)
    text = json.dumps(everything, ensure_ascii=False, indent=1)
    parts = [text[start : start + LONGEST_PART] for start in range(0, len(text), LONGEST_PART)]
    says = [Say("utter_export_part", {"part": part}) for part in parts]
    return Turn([Say("utter_export"), *says, Say("utter_export_end")])


def forget(conversation: Conversation, world: World) -> Turn:
    """Asks once whether everything is to be erased; said again, it is."""
    if conversation.awaiting == "forget":
        return erase(conversation, world)
    return Turn([Say("utter_forget_sure")], {"awaiting": "forget"})


def forget_or_not(conversation: Conversation, world: World) -> Turn:
    """What follows a plain yes or no to that question."""
    if conversation.intent == "affirm":
        return erase(conversation, world)
    return Turn([Say("utter_not_forgotten")], {"awaiting": None})


@on_disk
def erase(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """Erases everything of the person, and tells what that was. Rasa's own copy goes right after this turn."""
    words, profile = _words(conversation), known(conversation, connection)
    what = [words["erased"]["conversation"]]
    if profile is None:
        erasing.forget_address(connection, conversation.channel, conversation.sender, world.now())
    else:
        reminders = len(store.of_person(connection, profile.id))
        what.append(words["erased"]["profile"])
        if attendance.of_person(connection, profile.id):
            what.append(words["erased"]["sessions"])
        if reminders:
            what.append(words["erased"]["reminders"].format(number=reminders))
        erasing.forget(connection, profile.id, world.now())
    return Turn([Say("utter_forgotten", {"what": listed(what, conversation.language)})], dict(FORGOTTEN))


def _words(conversation: Conversation) -> Mapping[str, Any]:
    return _table_in(conversation.language)


@cache
def _table_in(language: str) -> Mapping[str, Any]:
    """The table in a language. Its values are still to be filled in."""
    table = YAML(typ="safe").load(WORDS.read_text(encoding="utf-8"))

    def translated(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: translated(one) for name, one in value.items()}
        return translate(value, language)

    return dict(translated(table))
