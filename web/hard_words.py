"""Hard words of a reply with their plain meaning, for pages that underline them and explain on a tap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.glossary import hard_words

READ = ("summary", "first_step", "what_happens")  # what of a card is read as running text


def explained(reply: Mapping[str, Any], catalog: Catalog | None, language: str = "fi") -> dict[str, Any]:
    """Returns the reply with `hard_words`: `[{"word": as written, "term", "plain"}]`, where it has any.

    A crisis reply stays as it is: nothing in it should need a second tap. Without a catalogue nothing is explained.
    """
    custom = reply.get("custom")
    card = custom if isinstance(custom, dict) else {}
    if catalog is None or card.get("crisis"):
        return dict(reply)
    found = hard_words("\n".join(_texts(reply, card)), catalog, language)
    return {**reply, "hard_words": [word._asdict() for word in found]} if found else dict(reply)


def _texts(reply: Mapping[str, Any], card: Mapping[str, Any]) -> Iterator[str]:
    services = card.get("services")
    cards = [one for one in services if isinstance(one, dict)] if isinstance(services, list) else []
    parts = [reply.get("text"), *(one.get(part) for one in cards for part in READ)]
    return (part for part in parts if isinstance(part, str))
