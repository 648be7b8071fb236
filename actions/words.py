"""Finnish phrases of the dialogue that are put together from facts: what was understood, and words to send.

Whole sentences are in bot/domain/responses.yml, those of cards in service_catalog/card_words.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service_catalog.card_words import listed, lower_first
from service_catalog.schema import Need

COUNTS = {1: "yksi palvelu", 2: "kaksi palvelua", 3: "kolme palvelua"}
WISHES: dict[tuple[str, Any], str] = {
    ("avoid", "phone"): "ilman puheluita",
    ("prefer", "visit"): "tapaamisia",
    ("free", True): "maksuttomia",
    ("anonymous", True): "nimettömiä",
}
"""What a wish makes the bot look for, as it tells the person."""
SOMETHING_ELSE = {"sv": "Något helt annat", "en": "Something else entirely"}
CRISIS_ANSWERS = {"sv": ["Ja", "Nej", "Jag vet inte"], "en": ["Yes", "No", "I don't know"]}


def count(number: int) -> str:
    """How many services, in words."""
    return COUNTS.get(number, f"{number} palvelua")


def introduction(
    needs: Sequence[Need], place: str | None, *, first: bool, wishes: Mapping[str, Any], assumed: bool = False
) -> str:
    """What was understood, so that it can be corrected: the needs, the place and the wishes.

    `assumed`: the person has not said the place; the page they came by presets it.
    """
    about = ", ".join(lower_first(need.name.fi) for need in needs)
    found_for = place_and_wishes(place, wishes, assumed=assumed and first)
    return f"{'Kiitos kun kerroit.' if first else 'Okei.'} Aiheena: {about}.{found_for}"


def place_and_wishes(place: str | None, wishes: Mapping[str, Any], *, assumed: bool = False) -> str:
    """Where and how services were looked for, as sentences that begin with a space; empty when nothing is known."""
    correct_it = " Jos olet muualla, kerro missä." if assumed else ""
    where = f" Paikka: {place}.{correct_it}" if place else ""
    wished = listed([phrase for (wish, value), phrase in WISHES.items() if _wished(wishes.get(wish), value)])
    return where + (f" Etsin {wished}." if wished else "")


def _wished(wish: Any, value: Any) -> bool:
    return value in wish if isinstance(wish, list) else wish is value


def known_so_far(municipality: str | None, age: int | None) -> str:
    """What the person has told when no need is known yet, as the start of a sentence; empty when nothing."""
    facts = [fact for fact in (municipality, f"{age} vuotta" if age else None) if fact]
    return f"Selvä, {listed(facts)}. " if facts else ""


def ready_message(opening_line: str, age: int | None, municipality: str | None, calling: bool) -> str:
    """A message to send, or words for a call, from what the person has told; they can change every word."""
    told = [f"Olen {age}-vuotias." if age else "", f"Asun paikkakunnalla {municipality}." if municipality else ""]
    start = "Moi, mua vähän jännittää soittaa." if calling else "Moi!"
    end = "Olenko oikeassa paikassa, ja mitä voisin tehdä ensin?"
    return " ".join(part for part in (start, opening_line, *told, end) if part)


def something_else(language: str) -> str:
    """The answer to tap when the matter is none of those offered."""
    return SOMETHING_ELSE.get(language, "Jotain ihan muuta")


def crisis_answers(language: str) -> list[str]:
    """The answers to tap under a crisis question."""
    return CRISIS_ANSWERS.get(language, ["Kyllä", "En", "En tiedä"])
