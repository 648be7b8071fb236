"""What the conversation API takes and gives, as its OpenAPI document tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Extra, Field, StrictStr

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"
LARGEST_ID = 2**31 - 1  # of an event

EXAMPLE_ID = "0b6a1d3e-6f0f-4c57-9d39-6a1f0f6f6c11"
EXAMPLE_MESSAGE = {
    "id": 1,
    "kind": "message",
    "at": "2026-11-22T00:41:07+00:00",
    "message_id": EXAMPLE_ID,
    "body": {"text": "mua ahistaa nii paljo"},
}
EXAMPLE_REPLY = {
    "id": 2,
    "kind": "reply",
    "at": "2026-11-22T00:41:07.120000+00:00",
    "message_id": EXAMPLE_ID,
    "body": {
        "text": "Tämä voi auttaa, kun ahdistaa.",
        "buttons": [{"title": "Lisää", "payload": "Lisää"}],
        "custom": {"type": "services", "crisis": False, "services": []},
    },
}


class Start(BaseModel):
    """What the page has set before the first message. What isn't known is left out, never an error."""

    language: StrictStr | None = Field(default=None, description="`fi`, `sv` or `en`.")
    municipality: StrictStr | None = Field(default=None, description="Name of a municipality in Finnish or Swedish.")
    need: StrictStr | None = Field(default=None, description="Id of a need, see `GET /api/needs`.")
    service: StrictStr | None = Field(default=None, description="Id of a service.")
    campaign: StrictStr | None = Field(
        default=None,
        description="Tag of the link that led here. It is counted by day and not kept with the conversation.",
    )

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {"language": "fi", "municipality": "Tampere", "need": "debt"}
        }


class Presets(BaseModel):
    """What was known of the presets."""

    language: str | None
    municipality: str | None
    need: str | None
    service: str | None


class Begun(BaseModel):
    """A new conversation."""

    token: str = Field(description="Opens the conversation. It is told once and kept nowhere: the client keeps it.")
    expires: datetime = Field(description="When the conversation is erased unless it is used before.")
    presets: Presets

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {
                "token": "wJ1i0v0bJm3yR1nqXl0V9tq3c1m5nE7d0A2s4K6u8Zk",
                "expires": "2027-05-21T00:41:00+00:00",
                "presets": {"municipality": "Tampere"},
            }
        }


class Location(BaseModel):
    """A position that the person shared, WGS84 degrees. It is rounded to about a kilometre before it is kept."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class NewMessage(BaseModel):
    """A message of the person."""

    id: StrictStr = Field(
        regex=UUID_PATTERN,
        description="A UUID that the client makes. The same one again is the same message: it is asked once.",
    )
    text: StrictStr = Field(description="What was written, or the payload of the button that was tapped.")
    location: Location | None = None

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"id": EXAMPLE_ID, "text": "mua ahistaa nii paljo"}}


class EventOut(BaseModel):
    """One thing that the conversation shows."""

    id: int = Field(description="Rises within the conversation.")
    kind: Literal["message", "reply", "notice"] = Field(
        description="`message`: what the person wrote. `reply`: the answer to it. `notice`: what comes by itself."
    )
    at: datetime
    message_id: str | None = Field(description="The id of the message that it is, or answers.")
    body: dict[str, Any] = Field(
        description="Of a message: `text`, and `location: true` when a position came with it. Of others: `text`, "
        "`buttons` (`title`, `payload`), `custom` (the rich reply of docs/architecture.md), `image`, `hard_words`."
    )

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": EXAMPLE_REPLY}


class Answer(BaseModel):
    """A message with its replies, in order."""

    events: list[EventOut]

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"events": [EXAMPLE_MESSAGE, EXAMPLE_REPLY]}}


class AnswerLater(BaseModel):
    """A message that is kept; its replies come over `GET /api/events`."""

    events: list[EventOut]
    waiting: Literal[True]

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"events": [EXAMPLE_MESSAGE], "waiting": True}}


class Export(BaseModel):
    """Everything that is kept about a conversation."""

    created: datetime
    expires: datetime
    presets: Presets
    remembered: dict[str, Any] | None = Field(
        description="What the bot made of the conversation (place, age, needs, ...); null while the bot is away."
    )
    events: list[EventOut]

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {
                "created": "2026-11-22T00:41:00+00:00",
                "expires": "2027-05-21T00:41:00+00:00",
                "presets": {"municipality": "Tampere"},
                "remembered": {"municipality": "Tampere", "age": 19},
                "events": [EXAMPLE_MESSAGE, EXAMPLE_REPLY],
            }
        }


class Label(BaseModel):
    """A name in each language."""

    fi: str
    sv: str
    en: str


class NeedOut(BaseModel):
    """What a message is about and what a service answers."""

    id: str
    label: Label

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {"id": "debt", "label": {"fi": "Velat", "sv": "Skulder", "en": "Debt"}}
        }


class Contact(BaseModel):
    """A way to reach a service. `url` is `https:`, `tel:`, `sms:` or `mailto:`."""

    type: str
    label: str
    url: str | None
    cost: str | None

    class Config:
        extra = Extra.allow


class Card(BaseModel):
    """A service as the rich reply shows it (docs/architecture.md)."""

    id: str
    name: str
    summary: str
    channels: list[Contact]
    open_now: bool | None = Field(description="null: not known.")
    opens: datetime | None
    verified: str | None
    language: str = Field(description="What the card is in: `fi`, `sv` or `en`.")
    lang: dict[str, str] = Field(
        description="Languages (BCP 47) of the parts that are in another one, such as `name` or `channels.0.label`."
    )

    class Config:
        extra = Extra.allow


class ErrorOut(BaseModel):
    """What went wrong."""

    error: str = Field(description="A code that stays the same.")
    reason: str = Field(description="For the developer of a client.")
    message: str = Field(description="For the person, in Finnish.")
