"""What reaches the bot from a messenger, in words that don't depend on the messenger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = ("text", "tap", "command", "location", "other", "group", "blocked", "unblocked", "edited")


@dataclass(frozen=True)
class Update:
    """One thing that a person did in a messenger.

    `id` is the messenger's number of it: what is sent twice has the same. `address` is whose it is, such as
    `telegram:123`. `kind` is one of `KINDS`: `other` is what the bot can't read (a voice message, a sticker), `group`
    was said where others read it. `text` is what was written, cleaned (bot/channels/incoming.py); of a tap the data of
    its button (choices.py), of a command its name without a slash, whose `argument` is what came along. `location` is
    in WGS84 degrees, rounded to about a kilometre. `language` is that of the person's app (ISO 639-1), which only
    hints at theirs. `place` is what the messenger needs in order to answer just there.
    """

    id: str
    address: str
    kind: str
    text: str = ""
    argument: str = ""
    location: tuple[float, float] | None = None
    language: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)


def as_json(update: Update) -> dict[str, Any]:
    """Returns an update as JSON can hold it."""
    return asdict(update)


def from_json(written: Mapping[str, Any]) -> Update:
    """Returns the update of which `as_json` made this."""
    location = written["location"]
    return Update(**{**written, "location": tuple(location) if location else None})
