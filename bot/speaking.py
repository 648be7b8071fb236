"""The language that a conversation is held in: decided here and nowhere else, for the actions and for the responses.

A language that the person fixed stays until they change it. Otherwise it is the language they write in, and it is
sticky: a single word, a name or a mixed message doesn't change it, a message that is clearly in another one does.
Without Rasa: events are those of a tracker as plain mappings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bot.nlu.language_wishes import language_wish
from bot.nlu.languages import is_clearly
from translations import LANGUAGES

OTHERWISE = "en"
"""What somebody is answered in whose language the bot doesn't speak."""
LANGUAGE_SLOT, FIXED_SLOT = SLOTS = ("language", "fixed_language")
"""The slots that remember it from one session to the next."""


class Spoken(NamedTuple):
    """A person's language (`own`, an ISO 639-1 code; None while they have shown none), that which they fixed, and
    that of the page they came by."""

    own: str | None = None
    fixed: str | None = None
    page: str | None = None

    @property
    def detected(self) -> str:
        """What the person wants to read: fixed, else their own, else the page's, else Finnish. ISO 639-1."""
        return self.fixed or self.own or self.page or LANGUAGES[0]

    @property
    def words(self) -> str:
        """What the bot's words are in: `fi`, `sv` or `en`."""
        return self.detected if self.detected in LANGUAGES else OTHERWISE


def spoken_language(events: Iterable[Mapping[str, Any]]) -> Spoken:
    """Returns what a conversation is held in after these events of its tracker. Never raises for odd events."""
    spoken = Spoken()
    for event in events:
        if event.get("event") == "slot" and event.get("name") in (LANGUAGE_SLOT, FIXED_SLOT):
            field = "own" if event["name"] == LANGUAGE_SLOT else "fixed"
            spoken = spoken._replace(**{field: event.get("value")})
        elif event.get("event") == "user":
            spoken = _after(spoken, event)
    return spoken


def _after(spoken: Spoken, message: Mapping[str, Any]) -> Spoken:
    """What it is after one more message."""
    beside: Mapping[str, Any] = message.get("metadata") or {}
    spoken = spoken._replace(page=beside.get("page_language") or spoken.page)
    if beside.get("fixed_language"):  # of the profile: the person may have changed it in the panel
        spoken = spoken._replace(fixed=beside["fixed_language"])
    text = message.get("text") or ""
    wish = language_wish(text)
    if wish:
        return spoken._replace(own=wish, fixed=wish)
    parsed: Mapping[str, Any] = message.get("parse_data") or {}
    original: Mapping[str, Any] = beside.get("original") or {}
    detected = original.get("language") or parsed.get("language")  # what it counts as may be a button's words
    if not detected or detected == spoken.own:
        return spoken
    written = original.get("text") or text  # the text may be a translation
    if spoken.own is None:  # spoken Finnish is easily taken for Estonian
        return spoken._replace(own=detected) if detected in LANGUAGES or is_clearly(detected, written, 1) else spoken
    in_danger = (parsed.get("crisis") or {}).get("is_crisis")
    return spoken._replace(own=detected) if in_danger or is_clearly(detected, written) else spoken
