"""What the API of profiles, reminders, pushes and calendars takes and gives, as its OpenAPI document tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Extra, Field, StrictBool, StrictInt, StrictStr

from web.schemas_link import LinkedChannel

Answer = Literal["done", "later", "move", "cancel", "stop_all"]
EXAMPLE_WINDOW = {"days": ["mon", "tue"], "from": "16:00", "to": "22:00"}


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class Window(_Strict):
    """When contact is allowed, on the clock of the profile's zone; with `to` before `from` it ends on the next day."""

    days: list[StrictStr] = Field(max_items=7, description="mon, tue, wed, thu, fri, sat, sun")
    from_: StrictStr = Field(alias="from", description="00:00-23:59")
    to: StrictStr = Field(description="00:01-24:00")

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": EXAMPLE_WINDOW}


class ProfileChange(_Strict):
    """What changes; what isn't named stays. null is "not said"."""

    language: StrictStr | None = Field(default=None, description="`fi`, `sv` or `en`.")
    tone: StrictStr | None = Field(default=None, description="`friendly`, `humour`, `memes` or `dogs`.")
    municipality: StrictStr | None = Field(
        default=None, description="Name in Finnish or Swedish. It replaces a position that was shared."
    )
    age: StrictInt | None = None
    interests: list[StrictStr] | None = Field(default=None, description="Ids of needs, see `GET /api/needs`.")
    zone: StrictStr | None = Field(default=None, description="IANA name.")
    windows: list[Window] | None = Field(default=None, description="null: `default_windows` hold; []: never.")
    reminders_allowed: StrictBool | None = Field(default=None, description="Set it only after the person's yes.")
    paused_until: datetime | None = Field(default=None, description="With an offset, at most a year away.")
    topics_off: list[StrictStr] | None = Field(default=None, description="All that are off; ids of `topics`.")
    most_per_day: StrictInt | None = None
    lock_screen: StrictStr | None = Field(default=None, description="`neutral` or `full`.")
    encouragement: StrictBool | None = None
    translation_allowed: StrictBool | None = Field(
        default=None, description="Only for who was asked about `translation_by`."
    )

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"windows": [EXAMPLE_WINDOW], "most_per_day": 2}}


class Topic(BaseModel):
    """A kind of reminder that can be turned off."""

    id: str
    name: dict[str, str] = Field(description="By language.")


class ProfileOut(BaseModel):
    """What is known of the person, and what they allow."""

    kept: bool = Field(description="Whether anything is kept of them beyond the conversation.")
    language: str | None
    tone: str | None
    municipality: str | None
    has_position: bool
    age: int | None
    interests: list[str]
    zone: str
    windows: list[Window] | None
    default_windows: list[Window] = Field(description="Those that hold while `windows` is null.")
    reminders_allowed: bool
    paused_until: datetime | None
    topics_off: list[str]
    topics: list[Topic]
    most_per_day: int
    lock_screen: Literal["neutral", "full"]
    encouragement: bool
    translation_by: str | None = Field(description="The translator that the person was asked about.")
    translation_allowed: bool | None = Field(description="Their answer: whether it may get what is written.")
    pushes: int = Field(description="How many devices take pushes.")
    has_calendar: bool
    channels: list[LinkedChannel] = Field(
        description="Where the person talks with the bot; empty before anything is kept."
    )
    created_at: datetime | None
    last_seen_at: datetime | None


class ReminderOut(BaseModel):
    """A message that reaches the person by itself, or did, or why it didn't."""

    id: str
    kind: str
    service: str | None
    session: str | None
    name: str | None
    starts: datetime | None
    ends: datetime | None
    due: datetime
    state: Literal["waiting", "delivered", "dropped", "cancelled"]
    reason: str | None = Field(description="Why it was dropped, cancelled or moved.")
    reason_text: str | None = Field(description="The same, said to the person.")
    delivered: datetime | None
    answered: str | None


class Reminders(BaseModel):
    """The reminders of a person, those due first first."""

    reminders: list[ReminderOut]


class ReminderAnswer(_Strict):
    """What the person says to a reminder."""

    answer: Answer

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {"example": {"answer": "later"}}


class AnsweredOut(BaseModel):
    """What was done; the conversation shows it too."""

    answer: Answer
    text: str = Field(description="What was done, said to the person.")
    again_at: datetime | None = Field(description="When it is reminded again.")
    next: datetime | None = Field(description="When the next time of the session is.")
    reminder: ReminderOut


class PushKey(BaseModel):
    """What a browser subscribes to."""

    key: str = Field(description="`applicationServerKey`, base64url.")


class PushKeys(_Strict):
    """The keys of a subscription, base64url."""

    p256dh: StrictStr = Field(max_length=100)
    auth: StrictStr = Field(max_length=40)


class PushSubscriptionIn(BaseModel):
    """A browser's `PushSubscription` as its `toJSON()` gives it."""

    endpoint: StrictStr
    keys: PushKeys

    class Config:
        schema_extra: ClassVar[dict[str, Any]] = {
            "example": {
                "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
                "expirationTime": None,
                "keys": {
                    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcY",
                    "auth": "tBHItJI5svbpez7KI4CCXg",
                },
            }
        }


class Subscribed(BaseModel):
    """That a device takes pushes now."""

    pushes: int = Field(description="How many devices of the person take pushes.")


class Unsubscribe(_Strict):
    """Which device takes no pushes any more; all of the person's without `endpoint`."""

    endpoint: StrictStr | None = None


class NewCalendar(_Strict):
    """How the link is made."""

    renew: StrictBool = Field(default=False, description="Whether the person's other links end.")


class CalendarLink(BaseModel):
    """A private link that a calendar follows. It is told once: whoever has it may read where the person goes."""

    url: str
    webcal: str = Field(description="The same, for a tap that opens the calendar.")
