"""The slots that choose a response's variant by tone and register, for words that Rasa says by itself too."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from actions.conversation import Conversation
from actions.tones import style
from actions.world import CATALOG_FILE
from service_catalog.catalog import Catalog, CatalogMissing

STYLE = ("tone", "register")


def style_slots(tracker: DialogueStateTracker, given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """`tone` and `register` for the next response: as the action that says it has decided (`given`), else decided here
    by the same function. Friendly where there is no catalogue to ask what mutes humour."""
    if "tone" in given:
        return {name: given.get(name) for name in STYLE}
    catalog = _catalog(os.environ.get(CATALOG_FILE, "build/catalog.db"))
    return (
        style(_conversation(tracker, language), catalog.latest()) if catalog else {"tone": "friendly", "register": None}
    )


def _conversation(tracker: DialogueStateTracker, language: str) -> Conversation:
    """What of a conversation matters for its tone."""
    slots = tracker.current_slot_values()
    message: Mapping[str, Any] = tracker.latest_message.parse_data if tracker.latest_message else {}
    crisis = message.get("crisis") or {}
    return Conversation(
        language=language,
        intent=(message.get("intent") or {}).get("name") or "",
        message_needs=list(message.get("needs") or []),
        likely_needs=list(message.get("likely_needs") or []),
        crisis_kind=crisis.get("kind"),
        crisis_level=crisis.get("level"),
        alarm=bool(crisis.get("is_crisis")),
        needs=list(slots.get("needs") or []),
        awaiting=slots.get("awaiting"),
        feedback=dict(slots.get("feedback") or {}),
        crisis_seen=bool(slots.get("crisis_seen")),
        calm=slots.get("calm"),
        tone=slots.get("tone"),
        register=slots.get("register"),
        register_chosen=bool(slots.get("register_chosen")),
        message_register=message.get("register"),
    )


@lru_cache(maxsize=1)
def _opened(path: str) -> Catalog:
    return Catalog.open(Path(path))


def _catalog(path: str) -> Catalog | None:
    try:
        return _opened(path)
    except CatalogMissing:
        return None
