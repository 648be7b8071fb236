"""Service cards as Discord's embeds: the same facts in the same order as on the page, within Discord's limits.

https://discord.com/developers/docs/resources/message#embed-object
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from messengers.discord import limits
from messengers.discord.texts import length, shortened, shown
from service_catalog import card_words
from translations import translate

CALM, USUAL = 0x5B7083, 0x2E7D6B
"""Colours of the line beside a card; of a crisis contact a quiet one."""
MOST_OF_A_TEXT = 600  # of a summary; three cards with all their fields then fit into one message nearly always
MOST_OF_A_FIELD = 600
NUMBERS = ("tel:", "sms:", "mailto:")  # what no button of Discord opens: it stands in the text, to copy or to tap

Embed = dict[str, Any]


def embed(card: Mapping[str, Any], number: int | None, crisis: bool, now: datetime) -> Embed:
    """Returns the embed of a service card. `number` is what its buttons are called by, None for an only card."""
    language = str(card.get("language") or "fi")
    name = str(card["name"]) if number is None else f"{number}. {card['name']}"
    found: Embed = {"title": shortened(name, limits.EMBED_TITLE), "color": CALM if crisis else USUAL}
    if card.get("summary"):
        found["description"] = shown(str(card["summary"]), MOST_OF_A_TEXT)
    fields = [
        {"name": shortened(title, limits.FIELD_NAME), "value": shown(value, MOST_OF_A_FIELD), "inline": False}
        for title, value in _fields(card, crisis, language, now)
        if value.strip()
    ]
    if card.get("next_session"):
        when = clock(str(card["next_session"]))
        fields.insert(1, {"name": translate("Seuraava kerta", language), "value": when, "inline": False})
    if fields:
        found["fields"] = fields
    footer = " · ".join(_footer(card, language))
    if footer:
        found["footer"] = {"text": shortened(footer, limits.FOOTER)}
    return found


def clock(iso: str) -> str:
    """Returns a moment (ISO 8601) as each person's Discord writes it, in their language and time zone."""
    return f"<t:{int(datetime.fromisoformat(iso).timestamp())}:F>"


def size(one: Embed) -> int:
    """Returns how much of `limits.ALL_EMBEDS` an embed takes."""
    fields = one.get("fields", ())
    texts = [one.get("title", ""), one.get("description", ""), one.get("footer", {}).get("text", "")]
    return sum(map(length, (*texts, *(field[part] for field in fields for part in ("name", "value")))))


def _fields(card: Mapping[str, Any], crisis: bool, language: str, now: datetime) -> Iterator[tuple[str, str]]:
    step = translate("Ensimmäinen askel", language), str(card.get("first_step") or "")
    ways = translate("Ota yhteyttä", language), "\n".join(_ways(card))
    yield translate("Aukiolo ja etäisyys", language), " · ".join(_where_and_when(card, language, now))
    if crisis:  # the way to reach it stands before any more reading
        yield ways
    else:
        yield translate("Miksi tämä", language), " · ".join(card.get("why") or ())
    yield step
    if not crisis:
        yield ways
    yield translate("Mitä sitten tapahtuu", language), str(card.get("what_happens") or "")


def _where_and_when(card: Mapping[str, Any], language: str, now: datetime) -> Iterator[str]:
    yield card_words.opening(card.get("open_now"), card.get("opens"), now, language)
    if card.get("distance_km") is not None:
        yield card_words.distance(card["distance_km"], language)


def _ways(card: Mapping[str, Any]) -> Iterator[str]:
    """One line for each way to reach the service, with its number and its cost."""
    for channel in card.get("channels") or ():
        url = str(channel.get("url") or "")
        told = channel.get("number") or channel.get("address")
        if not told:
            told = next((url.removeprefix(kind) for kind in NUMBERS if url.startswith(kind)), url)
        line = ": ".join(part for part in (str(channel.get("label") or ""), str(told)) if part)
        yield f"{line} ({channel['cost']})" if channel.get("cost") else line


def _footer(card: Mapping[str, Any], language: str) -> Iterator[str]:
    if card.get("verified"):
        yield translate("Tiedot tarkistettu {day}.", language, day=card_words.day(card["verified"], language))
    mark = (card.get("translated") or {}).get("words") or {}
    if mark.get("translated"):
        yield str(mark["translated"])
