"""What a link that opens the bot in a messenger says, in the few characters that it may have.

It says what a link to the chat page says (web/presets.py): a place and a campaign's tag. There are only letters of
English, digits, `_` and `-`, so that a place is written without its dots: `Hameenlinna__juliste-2026`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from service_catalog.places import Places

LONGEST = 64  # characters: what Telegram takes
BETWEEN = "__"  # the parts of a payload
CAMPAIGN = re.compile(r"[a-z0-9-]{1,40}")
PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}", re.ASCII)


@dataclass(frozen=True)
class Payload:
    """What a deep link says: an official municipality and a campaign's tag, each None where it says none."""

    municipality: str | None = None
    campaign: str | None = None


def payload_of(municipality: str | None = None, campaign: str | None = None) -> str:
    """Returns the payload of a link that says these."""
    return BETWEEN.join(part for part in (_plain(municipality or ""), campaign or "") if part)


def read_payload(payload: str) -> Payload:
    """Returns what is known of a payload; what isn't is left out: links live on posters for years.

    The first part that isn't a place is the campaign's tag.
    """
    if not PAYLOAD.fullmatch(payload):
        return Payload()
    parts = payload.split(BETWEEN)
    places = [_municipalities().get(_plain(part).lower()) for part in parts]
    tags = [part.lower() for part, place in zip(parts, places, strict=True) if not place]
    campaign = next((tag for tag in tags if CAMPAIGN.fullmatch(tag)), None)
    return Payload(next((place for place in places if place), None), campaign)


def _plain(name: str) -> str:
    """A name in the letters that a payload may have."""
    letters = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")


@lru_cache(maxsize=1)
def _municipalities() -> dict[str, str]:
    """The official name of each municipality by its plain ones, Finnish before Swedish."""
    known = Places.load().municipalities.values()
    swedish = {_plain(one.swedish).lower(): one.name for one in known if one.swedish}
    return {**swedish, **{_plain(one.name).lower(): one.name for one in known}}
