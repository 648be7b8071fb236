"""Replies that no request waits for: they go to the outbox, and from there to the page when it is open again."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.channels.rich_output import rich_reply
from people.database import Database
from reminders import outbox


class OutboxOutput(OutputChannel):
    """Appends each reply to the outbox of its conversation, as one event of the kind `reply`."""

    def __init__(
        self, database: Database, channel: str, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    ) -> None:
        """`channel` is the name of the connector whose conversations these are."""
        self._database = database
        self._channel = channel
        self._now = now

    def name(self) -> str:
        """Returns the connector's name, by which responses choose their variant."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Appends `message`; a reply with nothing to show is left out.

        Returns when it is on disk. Raises DatabaseUnavailable when it can't be put there.
        """
        shown = rich_reply(message)
        if shown:
            await asyncio.to_thread(self._append, recipient_id, shown)

    def _append(self, conversation: str, reply: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            outbox.append(connection, conversation, "reply", reply, self._now())
