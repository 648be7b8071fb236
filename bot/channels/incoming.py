"""What a message must look like before Rasa sees it: plain functions, the same for every channel.

Nothing here imports Rasa or a web framework.
"""

import json
import re
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.masking import mask_personal_codes

MAXIMUM_LENGTH = 2_000  # characters of a message that are read; what is cut is cut from the middle
_HEAD = 1_300
_GAP = " … "
_TAIL = MAXIMUM_LENGTH - _HEAD - len(_GAP)
_NUMBER = "0123456789 +-()/."

MAXIMUM_SENDER_LENGTH = 128  # the tracker store keeps 255; room for a prefix
MAXIMUM_MESSAGE_ID_LENGTH = 64  # a UUID has 36

# Kept although they are of the category "format": they join emoji and letters into one.
_JOINERS = {"\u200c", "\u200d"}


class InvalidMessage(ValueError):
    """A request that can't be a message. `status` is the HTTP status to answer with, `code` and `reason` are
    for whoever wrote the client: what was wrong and what would be right."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class IncomingMessage:
    """One message, cleaned: `text` is what `clean_message` returns, `sender` identifies the conversation, `location`
    is what `read_location` returns.

    `message_id` is the client's name for the message, None where it gives none. `municipality` is the official name
    of the place that the page presets; the person has not said it. `original` is what the person wrote, `{"text",
    "language"}`, where `text` is a translation of it; `again`: it was answered before, without understanding.
    `page_language` is the page's, `fixed_language` what the person chose, ISO 639-1.
    """

    sender: str
    text: str
    location: dict[str, float] | None = None
    message_id: str | None = None
    municipality: str | None = None
    page_language: str | None = None
    fixed_language: str | None = None
    original: dict[str, str] | None = None
    again: bool = False

    @property
    def language(self) -> str | None:
        """What to answer in where nothing is known of the conversation."""
        return self.fixed_language or self.page_language

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What came beside the words, as Rasa's tracker keeps it; None without any."""
        beside = {
            "location": self.location,
            "municipality": self.municipality,
            "page_language": self.page_language,
            "fixed_language": self.fixed_language,
            "original": self.original,
            "again": self.again,
        }
        return {name: value for name, value in beside.items() if value} or None


def _is_text(character: str) -> bool:
    """False for what no one types: control and unassigned characters, lone surrogates, invisible format
    marks."""
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Co"}


def _shorten(text: str) -> str:
    """Returns `text` with its middle left out when it is longer than `MAXIMUM_LENGTH`: the beginning and the
    end of a long message tell the most."""
    if len(text) <= MAXIMUM_LENGTH:
        return text
    # No number is left in half at the cut: it would be past masking, and still be half a telephone number.
    return f"{text[:_HEAD].rstrip(_NUMBER)}{_GAP}{text[-_TAIL:].lstrip(_NUMBER)}"


def clean_message(text: str) -> str:
    """Returns what a person typed as one line of ordinary text of at most `MAXIMUM_LENGTH` characters.

    - Unicode NFC; control characters, NUL, lone surrogates and invisible format marks are dropped, every run
      of white space becomes one space;
    - personal identity codes and telephone numbers are masked (see `masking`);
    - slashes at the beginning are dropped: Rasa takes any text that begins with "/" for an intent with
      entities (`YAMLStoryReader.unpack_regex_message`), so anyone could type `/restart` or `/intent{"entity":
      "value"}`.

    Returns "" when nothing is left.

    >>> clean_message('  /restart{"a": 1}\\x00 moi\\n')
    'restart{"a": 1} moi'
    """
    text = "".join(c if _is_text(c) else " " * c.isspace() for c in text)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    text = mask_personal_codes(text).lstrip("/ \u200c\u200d")
    return _shorten(text)


def read_message(body: bytes) -> IncomingMessage:
    """Returns the message in the body of a request to the REST webhook: `{"sender": "...", "message":
    "..."}`.

    A missing sender gets a new identifier, which the reply names as `recipient_id`: two strangers must never
    share one conversation. Every other field is ignored; a client can neither choose the channel nor send
    metadata.

    Raises InvalidMessage with status 400 (not JSON) or 422 (JSON, but not a message).
    """
    return _message(_fields(body))


def read_widget_message(body: bytes, known_municipality: Callable[[str], str | None]) -> IncomingMessage:
    """Returns the message in the body of a request to the widget's webhook: `{"sender", "message_id", "message"}`,
    with `location`, `municipality`, `page_language` and `fixed_language` or without.

    `known_municipality` gives the official name of a municipality, None for another word; one that isn't known is
    left out. Raises InvalidMessage as `read_message` does, and where sender or message_id is missing.
    """
    fields = _fields(body)
    for name, longest in (("sender", MAXIMUM_SENDER_LENGTH), ("message_id", MAXIMUM_MESSAGE_ID_LENGTH)):
        value = fields.get(name)
        if not (isinstance(value, str) and 0 < len(value) <= longest and all(map(_is_text, value))):
            reason = f'The field "{name}" must be there and be text of 1 to {longest} characters.'
            raise InvalidMessage(422, f"{name}_invalid", reason)
    municipality = fields.get("municipality")
    return replace(
        _message(fields),
        message_id=fields["message_id"],
        municipality=known_municipality(municipality[:100]) if isinstance(municipality, str) else None,
        page_language=_language(fields.get("page_language")),
        fixed_language=_language(fields.get("fixed_language")),
    )


def _language(value: object) -> str | None:
    """An ISO 639 code; None for anything else."""
    return value if isinstance(value, str) and re.fullmatch("[a-z]{2,3}", value) else None


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidMessage(
            400, "invalid_json", 'The body must be JSON in UTF-8, like {"sender": "a1", "message": "Hei"}.'
        ) from None
    if not isinstance(fields, dict):
        raise InvalidMessage(422, "not_an_object", 'The JSON must be an object: {"sender": "a1", "message": "Hei"}.')
    return fields


def _message(fields: dict[str, Any]) -> IncomingMessage:
    message = fields.get("message")
    if not isinstance(message, str):
        raise InvalidMessage(422, "message_missing", 'The field "message" must be there and be text.')
    location = read_location(fields.get("location"))
    return IncomingMessage(read_sender(fields.get("sender")), clean_message(message), location)


def read_location(location: object) -> dict[str, float] | None:
    """Returns `{"latitude", "longitude"}` (WGS84 degrees) of a position that the person shared, or None without one.

    Both are rounded to two decimals, about a kilometre, before anything is stored: no home address is kept.
    Raises InvalidMessage when it is no position.
    """
    if location is None:
        return None
    try:
        latitude, longitude = (round(float(location[name]), 2) for name in ("latitude", "longitude"))  # type: ignore[index]
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValueError
    except (TypeError, ValueError, KeyError, OverflowError):
        reason = 'The field "location" must be like {"latitude": 61.5, "longitude": 23.76}, in degrees (WGS84).'
        raise InvalidMessage(422, "location_invalid", reason) from None
    return {"latitude": latitude, "longitude": longitude}


def read_sender(sender: object) -> str:
    """Returns the identifier of the conversation: `sender` itself, a number as text, a new one for None.

    Raises InvalidMessage when it is anything else, empty, too long or has characters that can't be stored. It
    is never cleaned: two identifiers that differ must stay two conversations.
    """
    if sender is None:
        return uuid.uuid4().hex
    if isinstance(sender, int) and not isinstance(sender, bool):
        sender = str(sender)
    if not isinstance(sender, str) or not 0 < len(sender) <= MAXIMUM_SENDER_LENGTH:
        reason = f'The field "sender" must be text of 1 to {MAXIMUM_SENDER_LENGTH} characters.'
        raise InvalidMessage(422, "sender_invalid", reason)
    if sender != sender.strip() or not all(_is_text(character) for character in sender):
        reason = 'The field "sender" must not have control characters or white space around it.'
        raise InvalidMessage(422, "sender_invalid", reason)
    return sender
