"""Keeping in touch on the person's terms, by talking: what they are reminded of, when, how often, and that it ends.

Nobody is reminded without a yes. Each change is on disk before it is told, and effective at once. What a message says
is read by reminder_words.py; what happens then is in reminders.wishes and reminders.attendance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from actions import reminder_words as said
from actions.conversation import Conversation, Say, Turn
from actions.keeping import known, made, on_disk
from actions.words import button_for
from actions.world import World
from people.profiles import MOST_A_DAY, Profile
from reminders import attendance, following, store, wishes, wording
from reminders.contact_windows import not_before_from_text, windows_from_text
from reminders.kinds import KINDS
from reminders.occurrences import Occurrence, occurrences
from reminders.planning import Dropped, Rules, plan
from reminders.reasons import Reason
from reminders.store import Reminder
from service_catalog.fields import LOCAL_ZONE
from service_catalog.lemmas import lemmas_of
from service_catalog.schema import Service
from translations import LANGUAGES, translatable, translate

AHEAD = timedelta(days=92)
"""How far ahead a meeting may be to be reminded of."""
MOST_OFFERED = 4
"""Meetings to choose from."""
STILL_ANSWERED = timedelta(days=7)
"""How long after a reminder "tehty" or "siirrä" is an answer to it."""
WHOLE_DAY = (9 * 60, 22 * 60)
"""What contact_windows takes a day without hours for: "joo torstaina" means the meeting, not contact hours."""
LATER = timedelta(hours=1)
"""When it is reminded again if no time is said."""
REMIND_ME = translatable("Muistuta minua")
"""How a button begins that names a meeting or a service."""
ENCOURAGEMENT = said.ENCOURAGEMENT
MOMENTS: dict[tuple[str, ...], str] = {
    following.ON_SITE: translatable("samana päivänä"),
    following.ONLINE: translatable("samana päivänä ja kun se alkaa"),
}
"""When messages about a meeting come, by their kinds."""


# ---- asking for a reminder ----


def _remind(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """A reminder of a meeting of the services shown: which one, when and in which hours, and a yes before the first."""
    now, profile, language = world.now(), known(conversation, connection), conversation.language
    offered = _meetings(conversation, world)
    if not offered:
        if profile and not _may_remind(profile, now) and attendance.of_person(connection, profile.id):
            return _resumed(conversation, connection, profile, now)
        return Turn([Say("utter_nothing_to_remind")], {"awaiting": None})
    if len(offered) > 1:
        labels = [
            button_for(REMIND_ME, meeting_label(one, now, language), language, meeting_label(one, now, "fi"))
            for one in offered[:MOST_OFFERED]
        ]
        return Turn([Say("utter_which_session", buttons=labels)], {"awaiting": "which_session"})
    if profile and _may_remind(profile, now):
        return _attend(conversation, world, connection, profile, offered[0], _is_for_every_time(conversation))
    return _ask(conversation, offered[0], world, profile)


remind = on_disk(_remind)


def which_session(conversation: Conversation, world: World) -> Turn:
    """What follows a plain yes or no to which meeting: a yes names none, so it is asked again."""
    if conversation.intent == "deny":
        return Turn([Say("utter_reminder_not_set")], {"awaiting": None, "reminder_wish": None})
    return remind(conversation, world)


def _ask(conversation: Conversation, meeting: Occurrence, world: World, profile: Profile | None) -> Turn:
    values = {
        **_meeting_values(meeting, world.now(), conversation.language),
        "hours": wording.hours((profile.windows or None) if profile else None, conversation.language),
        "moments": _moments(meeting, conversation.language),
    }
    wish: dict[str, Any] = {"service": meeting.service, "session": meeting.session, "id": meeting.id}
    if said.means_every_time(conversation.text):
        wish["every"] = True
    response = "utter_may_i_remind" if _repeats(meeting, world) else "utter_may_i_remind_once"
    return Turn([Say(response, values)], {"awaiting": "remind_allow", "reminder_wish": wish})


def _moments(meeting: Occurrence, language: str) -> str:
    return translate(MOMENTS[following.KINDS_OF_CHANNEL.get(meeting.channel, following.ONLINE)], language)


def allow_or_not(conversation: Conversation, world: World) -> Turn:
    """What follows the answer to whether the bot may remind."""
    if conversation.intent == "deny":
        return Turn([Say("utter_reminder_not_set")], {"awaiting": None, "reminder_wish": None})
    return _allow(conversation, world)


@on_disk
def _allow(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """The yes, kept together with what it was said to, and with the hours of "joo mut vaan iltasin"."""
    windows = windows_from_text(conversation.text, conversation.language) or []
    names_hours = any((window.start, window.end) != WHOLE_DAY for window in windows)
    fields = {"windows": [tuple(window) for window in windows]} if names_hours else {}
    return _allowed(conversation, world, connection, fields)


def _allowed(conversation: Conversation, world: World, connection: Connection, fields: dict[str, Any]) -> Turn:
    now, wish = world.now(), conversation.reminder_wish or {}
    meeting = _wished(wish, world)
    profile = made(conversation, connection, now)
    yes: dict[str, Any] = {"reminders_allowed": True, "paused_until": None}
    if profile.windows == ():
        yes["windows"] = None
    profile = wishes.change(connection, profile.id, now, **{**yes, **fields})
    if meeting is None:
        return _with_hours("utter_reminders_resumed", conversation, profile)
    return _attend(conversation, world, connection, profile, meeting, _is_for_every_time(conversation))


def _attend(
    conversation: Conversation,
    world: World,
    connection: Connection,
    profile: Profile,
    meeting: Occurrence,
    every: bool,
) -> Turn:
    now, language = world.now(), conversation.language
    every = every and _repeats(meeting, world)
    wishes.come(connection, world.catalog.service, profile.id, meeting, now, every_time=every)
    done = {"awaiting": None, "reminder_wish": None}
    hours = wording.hours(profile.windows, language)
    values = {**_meeting_values(meeting, now, language), "hours": hours}
    reason = _why_silent(connection, profile, meeting, now)
    if reason in (Reason.ALREADY_KNOWN, Reason.TOO_LATE):
        return Turn([Say("utter_reminder_so_soon", values)], done)
    if reason:
        return Turn([Say("utter_reminder_outside_hours", values)], done)
    return Turn([Say("utter_reminder_set_every" if every else "utter_reminder_set", values)], done)


def _why_silent(connection: Connection, profile: Profile, meeting: Occurrence, now: datetime) -> Reason | None:
    """Why nothing is sent about a meeting that the person comes to; None where something is."""
    kinds = following.KINDS_OF_CHANNEL.get(meeting.channel, following.ONLINE)
    made = [
        one
        for one in store.of_person(connection, profile.id)
        if (one.service, one.session, one.occurrence_start) == (meeting.service, meeting.session, meeting.starts)
        and one.kind in kinds
    ]
    if made:
        silent = [one.reason for one in made if one.state != "waiting" and one.reason]
        return Reason(silent[0]) if len(silent) == len(made) else None
    rules = Rules.of(profile)  # it is too far ahead for its reminders to be made yet
    plans = [plan(KINDS[kind], meeting.starts, meeting.ends, rules, now) for kind in kinds]
    reasons = [one.reason for one in plans if isinstance(one, Dropped)]
    return reasons[0] if len(reasons) == len(plans) else None


# ---- stopping, pausing, going on ----


@on_disk
def stop(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """No more messages of the bot's own, from now on."""
    profile = known(conversation, connection)
    if profile is None or not profile.reminders_allowed:
        return Turn([Say("utter_no_reminders")], {"awaiting": None})
    wishes.change(connection, profile.id, world.now(), reminders_allowed=False, paused_until=None)
    return Turn([Say("utter_reminders_stopped")], {"awaiting": None, "reminder_wish": None})


@on_disk
def pause(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """No messages until the time that was said, a week where none was."""
    now, profile = world.now(), known(conversation, connection)
    if profile is None or not profile.reminders_allowed:
        return Turn([Say("utter_no_reminders")], {"awaiting": None})
    return _paused(conversation, connection, profile, said.pause_until(conversation.text, now, profile.zone), now)


def _paused(
    conversation: Conversation, connection: Connection, profile: Profile, until: datetime, now: datetime
) -> Turn:
    wishes.change(connection, profile.id, now, paused_until=until)
    told = wording.moment(until, now, conversation.language, profile.zone)
    return Turn([Say("utter_reminders_paused", {"until": told})], {"awaiting": None})


@on_disk
def resume(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """Messages again: of the topics that are named, else all of them. To say so is a yes."""
    now = world.now()
    profile = made(conversation, connection, now)
    topics = [topic for topic in said.named_topics(conversation.text) if topic in (*profile.topics_off, ENCOURAGEMENT)]
    if topics and profile.reminders_allowed:
        return _topics(conversation, connection, profile, topics, now, wanted=True)
    return _resumed(conversation, connection, profile, now)


def _resumed(conversation: Conversation, connection: Connection, profile: Profile, now: datetime) -> Turn:
    fields: dict[str, Any] = {"reminders_allowed": True, "paused_until": None}
    if profile.windows == ():
        fields["windows"] = None
    profile = wishes.change(connection, profile.id, now, **fields)
    return _with_hours("utter_reminders_resumed", conversation, profile)


@on_disk
def topic_off(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """No messages of the topics that are named; which ones is asked where none is."""
    topics = said.topics(conversation.text)
    if not topics:
        return Turn([Say("utter_which_topic")], {"awaiting": None})
    now = world.now()
    profile = made(conversation, connection, now)
    return _topics(conversation, connection, profile, topics, now, wanted=False)


def _topics(
    conversation: Conversation,
    connection: Connection,
    profile: Profile,
    topics: Sequence[str],
    now: datetime,
    *,
    wanted: bool,
) -> Turn:
    kinds = [topic for topic in topics if topic in KINDS]
    left = [topic for topic in profile.topics_off if topic not in kinds]
    fields: dict[str, Any] = {"topics_off": left if wanted else [*left, *kinds]}
    if ENCOURAGEMENT in topics:
        fields["encouragement"] = wanted
    wishes.change(connection, profile.id, now, **fields)
    named = ", ".join(topic_name(topic, conversation.language) for topic in topics)
    return Turn([Say("utter_topic_on" if wanted else "utter_topic_off", {"topic": named})], {"awaiting": None})


def topic_name(topic: str, language: str) -> str:
    """What people call a topic that they can turn off."""
    if topic == ENCOURAGEMENT:
        return translate("kannustaminen", language)
    return KINDS[topic].name(language) if topic in KINDS else topic


# ---- contact hours ----


@on_disk
def contact_times(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """The hours in which messages are welcome, as they were said; asked where the message says none."""
    now, language = world.now(), conversation.language
    profile = known(conversation, connection)
    windows = windows_from_text(conversation.text, language, asked=True)
    most = said.most_per_day(conversation.text)
    fields: dict[str, Any] = {}
    if windows:
        fields["windows"] = [tuple(window) for window in windows]
    if most:
        fields["most_per_day"] = min(most, MOST_A_DAY)
    if windows == [] and profile and profile.reminders_allowed:
        wishes.change(connection, profile.id, now, reminders_allowed=False, paused_until=None)
        return Turn([Say("utter_reminders_stopped")], {"awaiting": None, "reminder_wish": None})
    if windows == []:
        return Turn([Say("utter_no_reminders")], {"awaiting": None, "reminder_wish": None})
    if conversation.awaiting == "remind_allow" and windows:  # it was asked whether and when, and this says when
        return _allowed(conversation, world, connection, fields)
    if not fields:
        not_before = not_before_from_text(conversation.text, language)
        if not_before and profile and profile.reminders_allowed:
            until = said.pause_until(NOT_BEFORE[not_before], now, profile.zone)
            return _paused(conversation, connection, profile, until, now)
        hours = wording.hours(profile.windows if profile else None, language)
        return Turn([Say("utter_when_may_i", {"hours": hours})])
    profile = wishes.change(connection, made(conversation, connection, now).id, now, **fields)
    if not windows:
        return Turn([Say("utter_most_per_day", {"number": str(profile.most_per_day)})])
    return _with_hours(
        "utter_windows_set" if profile.reminders_allowed else "utter_windows_noted", conversation, profile
    )


NOT_BEFORE = {"tomorrow": "huomiseen", "next_week": "tällä viikolla"}
"""A pause that ends when the first message may come."""


def _with_hours(response: str, conversation: Conversation, profile: Profile) -> Turn:
    hours = wording.hours(profile.windows, conversation.language)
    return Turn([Say(response, {"hours": hours})], {"awaiting": None, "reminder_wish": None})


# ---- answers to the last reminder ----


@on_disk
def answer_reminder(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """What "tehty", "myöhemmin", "siirrä" or "peru" does to the reminder that came last."""
    now, profile = world.now(), known(conversation, connection)
    reminder = store.last_delivered(connection, profile.id) if profile else None
    if profile is None or reminder is None or _is_long_ago(reminder, now):
        return _answer_without_reminder(conversation, world, connection, profile)
    if conversation.intent == "reminder_done":
        wishes.done(connection, reminder)
        return Turn([Say("utter_reminder_done")], {"awaiting": None})
    if conversation.intent == "reminder_cancel":
        return _cancel(conversation, world, connection, profile, reminder)
    if said.means_next_time(conversation.text):
        return _next_time(conversation, world, connection, profile, reminder)
    at = said.again_at(conversation.text, now, profile.zone)
    if at is None and conversation.intent != "reminder_later":
        return Turn([Say("utter_reminder_when")], {"awaiting": "reminder_when"})
    again = wishes.again(connection, profile, reminder, at or now + LATER, now)
    if again is None:
        return Turn([Say("utter_reminder_again_too_late")], {"awaiting": None})
    when = wording.moment(again, now, conversation.language, profile.zone)
    return Turn([Say("utter_reminder_again", {"when": when})], {"awaiting": None})


def is_answer_to_when(conversation: Conversation, world: World) -> bool:
    """Whether the message says to when a reminder is moved, which the bot has just asked."""
    if conversation.awaiting != "reminder_when":
        return False
    return said.means_next_time(conversation.text) or said.again_at(conversation.text, world.now()) is not None


def _is_long_ago(reminder: Reminder, now: datetime) -> bool:
    return reminder.delivered_at is None or now - reminder.delivered_at > STILL_ANSWERED


def _answer_without_reminder(
    conversation: Conversation, world: World, connection: Connection, profile: Profile | None
) -> Turn:
    now = world.now()
    if conversation.intent == "reminder_done":
        return Turn([Say("utter_well_done")], {"awaiting": None})
    if conversation.intent == "reminder_cancel" and profile:
        left = _leave_named(conversation, world, connection, profile)
        if left:
            return Turn([Say("utter_reminder_cancelled", {"what": ", ".join(left)})], {"awaiting": None})
    not_before = said.means_only_then(conversation.text) and not_before_from_text(
        conversation.text, conversation.language
    )
    if conversation.intent == "reminder_later" and not_before and profile and profile.reminders_allowed:
        until = said.pause_until(NOT_BEFORE[not_before], now, profile.zone)
        return _paused(conversation, connection, profile, until, now)
    if conversation.intent == "reminder_later" and _meetings(conversation, world):
        return _remind(conversation, world, connection)
    return Turn([Say("utter_no_reminder")], {"awaiting": None})


def _cancel(
    conversation: Conversation, world: World, connection: Connection, profile: Profile, reminder: Reminder
) -> Turn:
    """Not coming: this time, or to none of them if that is said; never more than was said."""
    now, this = world.now(), _meeting_of(reminder, world)
    for_good = said.means_for_good(conversation.text) or this is None
    wishes.not_coming(connection, reminder, None if for_good or this is None else this.id, now)
    still = attendance.coming(connection, profile.id, world.catalog.service, now, now + AHEAD)
    after = next((one for one in still if (one.service, one.session) == (reminder.service, reminder.session)), None)
    what = _what(this, reminder, conversation.language)
    if after is None:
        return Turn([Say("utter_reminder_cancelled", {"what": what})], {"awaiting": None})
    values = _meeting_values(after, now, conversation.language, profile.zone)
    return Turn([Say("utter_reminder_cancelled_once", values)], {"awaiting": None})


def _next_time(
    conversation: Conversation, world: World, connection: Connection, profile: Profile, reminder: Reminder
) -> Turn:
    now, this = world.now(), _meeting_of(reminder, world)
    after = _after(reminder, world)
    if after is None:
        wishes.not_coming(connection, reminder, this.id if this else None, now)
        return Turn(
            [Say("utter_no_next_time", {"what": _what(this, reminder, conversation.language)})], {"awaiting": None}
        )
    wishes.next_time(connection, world.catalog.service, reminder, this.id if this else None, after, now)
    values = _meeting_values(after, now, conversation.language, profile.zone)
    return Turn([Say("utter_reminder_next_time", values)], {"awaiting": None})


def _leave_named(conversation: Conversation, world: World, connection: Connection, profile: Profile) -> list[str]:
    """Leaves the meeting that a message names, or the only one; returns the names of those that were left."""
    coming = coming_meetings(connection, profile, world)
    meant = _by_words(coming, conversation.text)
    if len(meant) != 1:
        return []
    following.stop(connection, profile.id, meant[0].service, meant[0].session, world.now())
    return [meant[0].said_in(conversation.language).name]


# ---- what is coming ----


@on_disk
def my_sessions(conversation: Conversation, world: World, connection: Connection) -> Turn:
    """What the person is reminded of: each meeting with its next time, and whether and when messages come."""
    now, profile = world.now(), known(conversation, connection)
    coming = coming_meetings(connection, profile, world) if profile else []
    if profile is None or not coming:
        return Turn([Say("utter_no_sessions")], {"awaiting": None})
    language = conversation.language
    lines = [f"• {meeting_label(one, now, language, profile.zone)}" for one in coming]
    if not profile.reminders_allowed:
        response = "utter_my_sessions_off"
    elif profile.paused_until and profile.paused_until > now:
        response = "utter_my_sessions_paused"
    else:
        response = "utter_my_reminders"
    values = {"list": "\n".join(lines), "hours": wording.hours(profile.windows, language)}
    if profile.paused_until:
        values["until"] = wording.moment(profile.paused_until, now, language, profile.zone)
    return Turn([Say(response, values)], {"awaiting": None})


def coming_meetings(connection: Connection, profile: Profile, world: World) -> list[Occurrence]:
    """The next time of each meeting that the person said they come to, the soonest first."""
    now = world.now()
    return _first_of_each(attendance.coming(connection, profile.id, world.catalog.service, now, now + AHEAD))


# ---- meetings ----


def _meetings(conversation: Conversation, world: World) -> list[Occurrence]:
    """The next time of each meeting that the message may mean, the soonest first.

    The one that a button names; those of the card that is meant; else of the services shown, of those what the
    message names by its weekday or its name.
    """
    now, (begins, colon, rest) = world.now(), conversation.text.partition(":")
    if colon and _folded(begins) in {_folded(translate(REMIND_ME, one)) for one in LANGUAGES}:
        named = _named(_folded(rest), conversation, world, now)
        if named:
            return named
    services = _shown(conversation, world)
    card = conversation.entity("card")
    if isinstance(card, int) and 1 <= card <= len(conversation.cards):
        one = world.catalog.service(conversation.cards[card - 1])
        services = [one] if one else services
    return _by_words(_next_times(services, now), conversation.text)


def _by_words(meetings: list[Occurrence], text: str) -> list[Occurrence]:
    """Those on the weekday that a text names and with the name it names, of those that do; else all."""
    weekday, told = said.weekday_named(text), set(lemmas_of(text))
    on_the_day = [one for one in meetings if weekday is not None and _weekday(one) == weekday] or meetings
    return [one for one in on_the_day if any(told & {*lemmas_of(name)} for name in one.names)] or on_the_day


def _named(name: str, conversation: Conversation, world: World, now: datetime) -> list[Occurrence]:
    services = [*_shown(conversation, world), *world.catalog.services()]
    of_service = [service for service in services if name in map(_folded, service.names)]
    if of_service:
        return _next_times(of_service[:1], now)
    for service in services:
        for one in _next_times([service], now):
            labels = {_folded(meeting_label(one, now, language)) for language in LANGUAGES}
            called = [_folded(one.said_in(language).name) for language in LANGUAGES]
            if name in labels or any(name == each or name.startswith(f"{each},") for each in called):
                return [one]
    return []


def _shown(conversation: Conversation, world: World) -> list[Service]:
    known_services = map(world.catalog.service, dict.fromkeys([*conversation.cards, *reversed(conversation.shown)]))
    return [service for service in known_services if service]


def _next_times(services: Sequence[Service], now: datetime) -> list[Occurrence]:
    return _first_of_each([one for service in services for one in occurrences(service, now, now + AHEAD)])


def _first_of_each(meetings: Sequence[Occurrence]) -> list[Occurrence]:
    """The soonest time of each session, in order."""
    found: dict[tuple[str, str], Occurrence] = {}
    for one in sorted(meetings, key=lambda one: one.starts):
        found.setdefault((one.service, one.session), one)
    return list(found.values())


def _wished(wish: dict[str, Any], world: World) -> Occurrence | None:
    """The meeting that the bot asked about, unless it is over by now."""
    service = world.catalog.service(str(wish.get("service")))
    now = world.now()
    coming = occurrences(service, now, now + AHEAD, session=wish.get("session")) if service else []
    return next((one for one in coming if one.id == wish.get("id")), next(iter(coming), None))


def _meeting_of(reminder: Reminder, world: World) -> Occurrence | None:
    """The occurrence that a reminder is about; None where it is about none, or staff took it away."""
    service = world.catalog.service(reminder.service) if reminder.service else None
    starts = reminder.occurrence_start
    if service is None or reminder.session is None or starts is None:
        return None
    then = occurrences(service, starts, starts + timedelta(minutes=1), session=reminder.session, cancelled=True)
    return next(iter(then), None)


def _after(reminder: Reminder, world: World) -> Occurrence | None:
    """The time of a reminder's meeting that comes after the one it was about."""
    service = world.catalog.service(reminder.service) if reminder.service else None
    if service is None or reminder.session is None:
        return None
    since = max(world.now(), reminder.occurrence_start or world.now())
    coming = occurrences(service, since, since + AHEAD, session=reminder.session)
    return next((one for one in coming if one.starts > since), None)


def _what(meeting: Occurrence | None, reminder: Reminder, language: str) -> str:
    """What a reminder's meeting is called; what it was called where staff took it away."""
    name = meeting.said_in(language).name if meeting else reminder.told(language).get("name")
    return str(name or reminder.service or "")


def _repeats(meeting: Occurrence, world: World) -> bool:
    service = world.catalog.service(meeting.service)
    return bool(service and any(one.id == meeting.session and one.rrule for one in service.sessions))


def _is_for_every_time(conversation: Conversation) -> bool:
    return said.means_every_time(conversation.text) or bool((conversation.reminder_wish or {}).get("every"))


def _may_remind(profile: Profile, now: datetime) -> bool:
    is_paused = profile.paused_until is not None and profile.paused_until > now
    return profile.reminders_allowed and not is_paused and profile.windows != ()


def _meeting_values(meeting: Occurrence, now: datetime, language: str, zone: str | None = None) -> dict[str, str]:
    when = wording.moment(meeting.starts, now, language, *([zone] if zone else []))
    return {"what": meeting.said_in(language).name, "when": when}


def meeting_label(meeting: Occurrence, now: datetime, language: str, zone: str | None = None) -> str:
    """A meeting and its time as they are told: "Nuortenilta, torstaina 26.11. klo 18"."""
    values = _meeting_values(meeting, now, language, zone)
    return f"{values['what']}, {values['when']}"


def _weekday(meeting: Occurrence) -> int:
    return meeting.starts.astimezone(LOCAL_ZONE).weekday()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")
