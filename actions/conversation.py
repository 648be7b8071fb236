"""What the bot knows of a conversation when it must answer, read from Rasa's tracker, and the answer it gives.

Everything the dialogue decides with is in `Conversation`; everything it decides is in `Turn`. Neither knows Rasa,
so the dialogue (dialogue.py, contact.py, crisis.py) can be read and tested as plain functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from bot.speaking import SLOTS, spoken_language
from pictures import Picture
from service_catalog.ranking import Suggestion


@dataclass(frozen=True)
class Conversation:
    """The person's last message and what was remembered from earlier ones."""

    text: str = ""
    intent: str = ""
    channel: str = ""
    """The connector's name, such as `rest` or `cmdline`."""
    sender: str = ""
    """What the connector knows the person by; together with its name, their address (people.profiles)."""
    language: str = "fi"
    """What the bot answers in: fi, sv or en."""
    detected_language: str = "fi"
    """The person's own language, any ISO 639-1 code (bot/speaking.py)."""
    fixed_language: str | None = None
    """The language that the person asked for, if they did."""
    message_needs: list[dict[str, Any]] = field(default_factory=list)
    """Needs of this message: `{"id", "score", "because", "named"}`, best first; `named` by a keyword of the need."""
    likely_needs: list[dict[str, Any]] = field(default_factory=list)
    """The next needs that this message may be about, not sure enough to act on; best first."""
    entities: Mapping[str, list[Any]] = field(default_factory=dict)
    """Values of this message's entities by entity name, in the order of the text."""
    channel_wishes: list[tuple[str, str]] = field(default_factory=list)
    """Channel types this message names, each with its role: `want` or `avoid`."""
    crisis_kind: str | None = None
    """The kind of crisis in this message, or None."""
    crisis_level: str | None = None
    """How near the danger in this message is: `danger_now`, `thoughts`, `other_person`, or None."""
    alarm: bool = False
    """Whether somebody's life is in danger by this message."""

    municipality: str | None = None
    preset: str | None = None
    """The municipality of the page the person came by, official name. Never said by them, so never remembered."""
    coordinates: tuple[float, float] | None = None
    """Latitude and longitude in WGS84 degrees (to about 1 km), only if the person shared them."""
    age: int | None = None
    needs: list[dict[str, Any]] = field(default_factory=list)
    reach: str = "near"
    wishes: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    awaiting: str | None = None
    reminder_wish: dict[str, Any] | None = None
    """The meeting that the bot has asked about: `{"service", "session", "start"}`."""
    feedback: dict[str, Any] = field(default_factory=dict)
    """What the bot asks how it went (`service`, `session`), the service that was last `used`, and since when (`closed`,
    ISO 8601) an earlier check-in isn't taken up any more."""
    spoke_at: datetime | None = None
    """When the bot last said something in this conversation, reminders aside. Aware."""
    crisis_seen: bool = False
    calm: bool | None = None
    """Whether a crisis was spoken of since the person last started over; None where that was never noted."""
    last_crisis_kind: str | None = None
    last_crisis_level: str | None = None

    tone: str | None = None
    """The tone that the person chose, as far as this conversation knows (tones.py says which one counts)."""
    register: str | None = None
    """`relaxed` or `formal`: the Finnish they were answered in so far, or None."""
    register_chosen: bool = False
    """Whether they asked for that register."""
    message_register: str | None = None
    """The register of this message (bot/nlu/registers.py), or None where it doesn't show."""
    pictures: dict[str, Any] = field(default_factory=dict)
    """Which pictures were shown (`recent`, newest last), and for how many turns no other is due (`wait`)."""

    @property
    def place(self) -> str | None:
        """The municipality to search in: the person's own, else the page's."""
        return self.municipality or (None if self.coordinates else self.preset)

    @property
    def awaits_crisis_answer(self) -> bool:
        """Whether the bot waits for the answer to its crisis question."""
        return (self.awaiting or "").startswith("crisis_")

    def entity(self, name: str) -> Any | None:
        """The first value of an entity in this message, or None."""
        values = self.entities.get(name) or [None]
        return values[0]


@dataclass(frozen=True)
class Say:
    """One message of the bot: a response of the domain, the values for its placeholders, buttons and cards."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    """Words on the buttons; a tap sends the same words."""
    services: dict[str, Any] | None = None
    """The rich reply (DESIGN.md, Rich replies), or None."""
    suggestions: Sequence[Suggestion] = ()
    """What the ranking chose for its cards, with points and reasons: for who wants to know why (bot/explain.py)."""


@dataclass(frozen=True)
class Turn:
    """What the bot says and what it remembers: slot values to set."""

    says: list[Say]
    remember: dict[str, Any] = field(default_factory=dict)
    picture: Picture | None = None
    """The picture after the words, or None."""
    style: dict[str, str | None] = field(default_factory=dict)
    """The tone and the register in which the words are said, for the choice of a response's variant."""


FOR_CONSENT = {
    "remind_allow": "utter_may_i_remind",
    "which_session": "utter_which_session",
    "forget": "utter_forget_sure",
    "reminder_when": "utter_reminder_when",
    "check_in_allow": "utter_may_i_ask",
}
"""Questions that only an answer right after them answers, since it changes what a person allowed or is reminded of: as
the slot `awaiting` names them, and how the names of the responses that ask them begin."""


def read(tracker: Any) -> Conversation:
    """The conversation in a rasa-sdk tracker. Missing or odd values become the defaults, never an error."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    slots: Mapping[str, Any] = tracker.slots
    entities: dict[str, list[Any]] = {}
    channel_wishes: list[tuple[str, str]] = []
    for found in message.get("entities") or []:
        entities.setdefault(found["entity"], []).append(found.get("value"))
        if found["entity"] == "channel":
            channel_wishes.append((found.get("value"), found.get("role") or "want"))
    crisis = message.get("crisis") or {}
    beside: Mapping[str, Any] = message.get("metadata") or {}
    shared = beside.get("location")
    spoken = spoken_language([*_remembered(slots), *(getattr(tracker, "events", None) or [_as_event(message)])])
    # What was told last counts: a position replaces the place named before, and the other way round.
    known_point = None if entities.get("municipality") else slots.get("coordinates")
    return Conversation(
        text=message.get("text") or "",
        intent=(message.get("intent") or {}).get("name") or "",
        channel=tracker.get_latest_input_channel() or "",
        sender=getattr(tracker, "sender_id", None) or "",
        language=spoken.words,
        detected_language=spoken.detected,
        fixed_language=spoken.fixed,
        message_needs=list(message.get("needs") or []),
        likely_needs=list(message.get("likely_needs") or []),
        entities=entities,
        channel_wishes=channel_wishes,
        crisis_kind=crisis.get("kind"),
        crisis_level=crisis.get("level"),
        alarm=bool(crisis.get("is_crisis")),
        municipality=None if shared else slots.get("municipality"),
        preset=beside.get("municipality"),
        coordinates=_point(shared or known_point),
        age=_age(slots.get("age")),
        needs=list(slots.get("needs") or []),
        reach=slots.get("reach") or "near",
        wishes=dict(slots.get("wishes") or {}),
        # A message that is understood only now may find what was shown for a guess at it.
        shown=[] if beside.get("again") else list(slots.get("shown") or []),
        cards=[] if beside.get("again") else list(slots.get("cards") or []),
        awaiting=_still_asked(slots.get("awaiting"), tracker),
        reminder_wish=slots.get("reminder_wish"),
        feedback=dict(slots.get("feedback") or {}),
        spoke_at=_spoke_at(tracker),
        crisis_seen=bool(slots.get("crisis_seen")),
        last_crisis_kind=slots.get("crisis_kind"),
        calm=slots.get("calm"),
        last_crisis_level=slots.get("crisis_level"),
        tone=slots.get("tone"),
        register=slots.get("register"),
        register_chosen=bool(slots.get("register_chosen")),
        message_register=message.get("register"),
        pictures=dict(slots.get("pictures") or {}),
    )


def _remembered(slots: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the slots remember of the language, as events: an action gets the events of the current turn alone."""
    return [{"event": "slot", "name": name, "value": slots[name]} for name in SLOTS if slots.get(name)]


def _as_event(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as the event of a tracker that came without events."""
    return {"event": "user", "text": message.get("text"), "metadata": message.get("metadata"), "parse_data": message}


def _point(location: Any) -> tuple[float, float] | None:
    """A position that came with the message; the channel has checked and rounded it."""
    return (location["latitude"], location["longitude"]) if location else None


def _age(value: Any) -> int | None:
    try:
        age = int(value)
    except (TypeError, ValueError):
        return None
    return age if 0 < age < 120 else None


def _spoke_at(tracker: Any) -> datetime | None:
    events: list[Mapping[str, Any]] = getattr(tracker, "events", None) or []
    times = (event.get("timestamp") for event in reversed(events) if event.get("event") == "bot")
    last = next(times, None)
    return datetime.fromtimestamp(last, timezone.utc) if last else None


def _still_asked(awaiting: str | None, tracker: Any) -> str | None:
    """The question that waits for an answer. A yes to whatever was said since is no consent."""
    if awaiting not in FOR_CONSENT:
        return awaiting
    events: list[Mapping[str, Any]] = getattr(tracker, "events", None) or []
    said = (event.get("metadata") or {} for event in reversed(events) if event.get("event") == "bot")
    last = str(next(said, {}).get("utter_action") or "")
    return awaiting if last.startswith(FOR_CONSENT[awaiting]) else None
