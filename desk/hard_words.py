"""Hard words of a reply with their plain meaning, for pages that underline them and explain on a tap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.glossary import hard_words
from translations import LANGUAGES

READ = ("summary", "first_step", "what_happens")  # what of a card is read as running text


def explained(reply: Mapping[str, Any], catalog: Catalog | None, language: str = "fi") -> dict[str, Any]:
    """Returns the reply with `hard_words`: `[{"word": as written, "term", "plain", "lang"}]`, where it has any.

    They are explained in the reply's own language (`lang`), or that of its cards, or else in `language`.
    A crisis reply stays as it is: nothing in it should need a second tap. Without a catalogue nothing is explained.
    """
    custom = reply.get("custom")
    card = custom if isinstance(custom, dict) else {}
    if catalog is None or card.get("crisis"):
        return dict(reply)
    found = hard_words("\n".join(_texts(reply, _cards(card))), catalog, _language(reply, _cards(card)) or language)
    return {**reply, "hard_words": [word._asdict() for word in found]} if found else dict(reply)


def _cards(custom: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    services = custom.get("services")
    return [one for one in services if isinstance(one, dict)] if isinstance(services, list) else []


def _language(reply: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> str | None:
    told = (reply.get("lang"), *(one.get("language") for one in cards))
    return next((one for one in told if one in LANGUAGES), None)


def _texts(reply: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    parts = [reply.get("text"), *(one.get(part) for one in cards for part in READ)]
    return (part for part in parts if isinstance(part, str))
