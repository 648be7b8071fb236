"""Phrases of the dialogue that are put together from facts: what was understood, and words to send.

Whole sentences are in bot/domain/responses.yml, those of cards in service_catalog/card_words.py. All are written in
Finnish here and told in the person's language (translations/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service_catalog.card_words import lower_first
from service_catalog.schema import Need
from translations import listed, plural, translatable, translate

COUNTS = {
    1: translatable("yksi palvelu"),
    2: translatable("kaksi palvelua"),
    3: translatable("kolme palvelua"),
}
WISHES: dict[tuple[str, Any], str] = {
    ("avoid", "phone"): translatable("ilman puheluita"),
    ("prefer", "visit"): translatable("tapaamisia"),
    ("free", True): translatable("maksuttomia"),
    ("anonymous", True): translatable("nimettömiä"),
}
"""What a wish makes the bot look for, as it tells the person."""
SOMETHING_ELSE = translatable("Jotain ihan muuta")
"""The answer to tap when the matter is none of those offered."""
CRISIS_ANSWERS = [translatable("Kyllä"), translatable("En"), translatable("En tiedä")]
"""The answers to tap under a crisis question."""


class Button(str):
    """The Finnish words that a tap sends, with a title that is more than their translation: one with a name in it."""

    shown: str

    def __new__(cls, words: str, shown: str) -> Button:
        button = super().__new__(cls, words)
        button.shown = shown
        return button


def button_title(words: str, language: str | None) -> str:
    """What a button says in a language; a tap sends the Finnish words."""
    return words.shown if isinstance(words, Button) else translate(words, language)


def button_for(begins: str, name: str, language: str | None, name_sent: str | None = None) -> str:
    """A button that begins in a way the bot knows and goes on with a name: "Palautetta: Sekasin-chat".

    `name_sent`: the name as a tap sends it, where the button shows it in other words.
    """
    return Button(f"{begins}: {name_sent or name}", f"{translate(begins, language)}: {name}")


def count(number: int, language: str | None = None) -> str:
    """How many services, in words."""
    if number in COUNTS:
        return translate(COUNTS[number], language)
    return plural("{number} palvelu", "{number} palvelua", number, language)


def introduction(
    needs: Sequence[Need],
    place: str | None,
    *,
    first: bool,
    wishes: Mapping[str, Any],
    assumed: bool = False,
    language: str | None = None,
) -> str:
    """What was understood, so that it can be corrected: the needs, the place and the wishes.

    `assumed`: the person has not said the place; the page they came by presets it.
    """
    about = ", ".join(lower_first(need.name.of(language or "fi")) for need in needs)
    start = translate("Kiitos kun kerroit.", language) if first else translate("Okei.", language)
    understood = translate("Aiheena: {needs}.", language, needs=about)
    return f"{start} {understood}{place_and_wishes(place, wishes, assumed=assumed and first, language=language)}"


def place_and_wishes(
    place: str | None, wishes: Mapping[str, Any], *, assumed: bool = False, language: str | None = None
) -> str:
    """Where and how services were looked for, as sentences that begin with a space; empty when nothing is known."""
    said = [translate("Paikka: {place}.", language, place=place)] if place else []
    if place and assumed:
        said.append(translate("Jos olet muualla, kerro missä.", language))
    wished = [
        translate(phrase, language) for (wish, value), phrase in WISHES.items() if _wished(wishes.get(wish), value)
    ]
    if wished:
        said.append(translate("Etsin {wishes}.", language, wishes=listed(wished, language)))
    return "".join(f" {sentence}" for sentence in said)


def _wished(wish: Any, value: Any) -> bool:
    return value in wish if isinstance(wish, list) else wish is value


def known_so_far(municipality: str | None, age: int | None, language: str | None = None) -> str:
    """What the person has told when no need is known yet, as the start of a sentence; empty when nothing."""
    years = plural("{number} vuosi", "{number} vuotta", age, language) if age else None
    facts = [fact for fact in (municipality, years) if fact]
    return translate("Selvä, {facts}.", language, facts=listed(facts, language)) + " " if facts else ""


def ready_message(
    opening_line: str, age: int | None, municipality: str | None, calling: bool, language: str | None = None
) -> str:
    """A message to send, or words for a call, from what the person has told; they can change every word.

    It is in a language in which the service answers; `opening_line` already is.
    """
    told = [
        translate("Olen {age}-vuotias.", language, age=age) if age else "",
        translate("Asun paikkakunnalla {municipality}.", language, municipality=municipality) if municipality else "",
    ]
    start = translate("Moi, mua vähän jännittää soittaa.", language) if calling else translate("Moi!", language)
    end = translate("Olenko oikeassa paikassa, ja mitä voisin tehdä ensin?", language)
    return " ".join(part for part in (start, opening_line, *told, end) if part)
