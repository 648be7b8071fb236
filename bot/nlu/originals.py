"""The message as the person wrote it, where the text that the components read is its translation.

The connector (bot/channels/translating.py) keeps it in the message's metadata: `{"original": {"text", "language"}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

METADATA, ORIGINAL = "metadata", "original"


def original_of(message: Any) -> str | None:
    """The person's own words of a Rasa message whose text is a translation of them; None for any other message."""
    return _field(message, "text")


def original_language(message: Any) -> str | None:
    """ISO 639-1 code of the language that a message was written in before it was translated; None for any other."""
    return _field(message, "language")


def _field(message: Any, name: str) -> str | None:
    beside = message.get(METADATA)
    original = beside.get(ORIGINAL) if isinstance(beside, Mapping) else None
    value = original.get(name) if isinstance(original, Mapping) else None
    return value if isinstance(value, str) and value else None
