"""What to do when Telegram isn't there: say it once, wait ever longer, ask again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds, doubled each time
TOKEN_REFUSED = "Telegram refuses the token of the bot. BotFather gives another one: /token."
PROBLEMS: dict[type[TelegramError], str] = {
    Conflict: "Only one may ask Telegram for updates: another process does so with this token. Stop the other one.",
    InvalidToken: TOKEN_REFUSED,
    RetryAfter: "Telegram asks to wait.",
}
"""What the log says of an error of the client; of others it says the kind, never the text, which may name the token."""


class Patience:
    """`await patience.after(error)` waits before the next attempt; `restore` when one went well."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self.restore()

    def restore(self) -> None:
        """Forgets what went wrong."""
        self._pause, self._said = FIRST_PAUSE, ""

    async def after(self, error: Exception) -> None:
        """Waits, as long as Telegram asks for or longer than the last time."""
        if isinstance(error, TelegramError):
            nothing = f"Telegram does not answer ({type(error).__name__}); it is asked again."
            problem = PROBLEMS.get(type(error), nothing)
        else:
            problem = f"Updates stay with Telegram: {error}"
        if problem != self._said:
            logger.warning("%s", problem)
            self._said = problem
        await self._sleep(max(self._pause, asked_to_wait(error)))
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def asked_to_wait(error: Exception) -> float:
    """Returns how many seconds Telegram asks to be left alone; 0 where it doesn't ask."""
    # Its public attribute is a number or a timedelta, by a variable of the environment.
    return error._retry_after.total_seconds() if isinstance(error, RetryAfter) else 0.0
