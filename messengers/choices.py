"""What can be tapped in an event, and what a tap stands for.

A messenger's button carries `data` of a few bytes, which name the event and the choice. What it means is looked up in
the outbox: so it may be of any length, and nobody can tap what was not offered to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reminders.outbox import Event
from translations import translate

SHOW = "show"
_DATA = re.compile(r"(\d{1,9})\.(\d{1,3})\.([0-9a-f]{1,6})", re.ASCII)
_MINE = "Muistuta minua: {name}"  # as the web chat has it


@dataclass(frozen=True)
class Choice:
    """One button. Of `payload` (words that count as typed), `answer` (to the reminder of the event), `action` (of
    menu.py, or `SHOW`) and `url` it has one. `card` is the number of the card it belongs to, None for none."""

    title: str
    payload: str | None = None
    answer: str | None = None
    action: str | None = None
    url: str | None = None
    card: int | None = None


def choices_of(body: Mapping[str, Any], language: str, at: datetime) -> list[Choice]:
    """Returns the buttons of an event that was said `at`, in order; those of its cards after its own."""
    if is_veiled(body):
        return [Choice(translate("Näytä", language), action=SHOW)]
    return [*_own(body, language), *_of_cards(body, language, at)]


def is_veiled(body: Mapping[str, Any]) -> bool:
    """Returns whether only the `glance` of a notice is shown: where it lands, others may look on."""
    return bool(body.get("glance"))


@dataclass(frozen=True)
class Tap:
    """What a button carried: the numbers of an event and of the choice, and a sign of when the event was said."""

    event: int
    index: int
    sign: str

    def is_on(self, event: Event) -> bool:
        """Returns whether it was this event: after a person was forgotten, numbers begin anew."""
        return (self.event, self.sign) == (event.id, _sign(event))


def data_of(event: Event, index: int) -> str:
    """Returns what a button carries."""
    return f"{event.id}.{index}.{_sign(event)}"


def read_data(data: str) -> Tap | None:
    """Returns what was tapped; None for what no button of ours carries."""
    found = _DATA.fullmatch(data)
    return Tap(int(found[1]), int(found[2]), found[3]) if found else None


def _sign(event: Event) -> str:
    return f"{int(event.at.timestamp()) & 0xFFFFFF:x}"


def _own(body: Mapping[str, Any], language: str) -> Iterator[Choice]:
    if body.get("url"):
        yield Choice(str(body.get("label") or translate("Avaa", language)), url=str(body["url"]))
    for button in body.get("buttons") or ():
        if button.get("title"):
            yield Choice(str(button["title"]), *_leading(button))


def _leading(button: Mapping[str, Any]) -> tuple[str | None, str | None, str | None, str | None]:
    """What a button of an event leads to: an answer to its reminder comes before the words of it."""
    answer, action, url = (button.get(name) for name in ("answer", "action", "url"))
    payload = None if answer or action or url else button.get("payload")
    return payload, answer, action, url


def _of_cards(body: Mapping[str, Any], language: str, at: datetime) -> Iterator[Choice]:
    custom = body.get("custom")
    if not isinstance(custom, Mapping) or custom.get("crisis"):
        return
    for number, card in enumerate(custom.get("services") or ()):
        meets = card.get("next_session")
        if meets and datetime.fromisoformat(meets) > at:
            title = translate("Muistuta minua", language)
            yield Choice(title, payload=_MINE.format(name=card["name"]), card=number)
