"""What a messenger has to be able to do, and how it says that it can't."""

from __future__ import annotations

from typing import Protocol

from messengers.accounts import Account
from messengers.updates import Update
from reminders.outbox import Event


class TryLater(Exception):
    """The messenger wants to be asked again after so many `seconds`, or is not there."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Unreachable(Exception):
    """The person has blocked the bot, or is no more."""


class Refused(Exception):
    """The messenger doesn't take this, and would not another time. The text says why, without anybody's words."""


class Platform(Protocol):
    """A messenger. Every method raises TryLater, Unreachable and Refused; none of them logs what people write."""

    channel: str

    async def tell(self, account: Account, event: Event, language: str, answering: Update | None) -> None:
        """Shows an event. `answering` is what it answers, None for what comes by itself or is asked too long ago."""
        ...

    async def typing(self, account: Account, answering: Update | None) -> None:
        """Shows that an answer is being made."""
        ...

    async def acknowledge(self, update: Update) -> None:
        """Says at once that a tap has arrived."""
        ...

    async def document(self, account: Account, name: str, content: bytes, answering: Update | None) -> None:
        """Sends a file."""
        ...
