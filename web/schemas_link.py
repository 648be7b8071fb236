"""What the API of linked channels takes and gives, as its OpenAPI document tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, Extra, Field, StrictStr

EXAMPLE_CHANNELS = [
    {"channel": "widget", "linked_at": None, "here": True},
    {"channel": "telegram", "linked_at": "2026-11-22T14:00:00+00:00", "here": False},
]


class LinkedChannel(BaseModel):
    """One of the places where the person talks with the bot."""

    channel: str = Field(description="`widget`, `telegram` or `discord`.")
    linked_at: datetime | None = Field(description="null for the one they came by first.")
    here: bool = Field(description="Whether it is the conversation that asks.")


class QrCode(BaseModel):
    """A QR code as a drawing, so that a page shows it without fetching anything."""

    size: int = Field(description="Side of its square in modules, quiet zone included.")
    path: str = Field(description="`d` of an SVG path that fills the dark modules, one unit each.")


class DeepLink(BaseModel):
    """How to tell the code in a messenger."""

    channel: str
    url: str | None = Field(description="Where to tell it; null where the operator hasn't named the bot.")
    has_code: bool = Field(description="Whether the link brings the code along; else it is written there.")
    qr: QrCode | None = Field(description="The same address, for another device.")


class LinkCode(BaseModel):
    """A code that links another channel to the person. It is told once, works once, and ends an earlier one."""

    code: str
    expires: datetime
    links: list[DeepLink]

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {
                "code": "BCDF-GHJK",
                "expires": "2026-11-22T14:10:00+00:00",
                "links": [
                    {
                        "channel": "telegram",
                        "url": "https://t.me/saattaja_bot?start=link-BCDFGHJK",
                        "has_code": True,
                        "qr": {"size": 41, "path": "M4 4h7v1h-7z"},
                    },
                    {"channel": "discord", "url": None, "has_code": False, "qr": None},
                ],
            }
        }


class CodeTold(BaseModel):
    """A code that was made in another channel."""

    code: StrictStr = Field(max_length=60, description="As it was shown; spaces, dashes and case don't matter.")

    class Config:
        extra = Extra.forbid
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"code": "BCDF-GHJK"}}


class LinkedOut(BaseModel):
    """That two channels are one person's now."""

    channel: str = Field(description="Where the code was made.")
    channels: list[LinkedChannel]

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"channel": "telegram", "channels": EXAMPLE_CHANNELS}}
