"""One message of a conversation at a time, in the order they came, without Rasa's wait of a second."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig

POLL_EVERY = 0.05  # seconds


class PromptLockStore(InMemoryLockStore):
    """Rasa's lock in memory, asked every 50 ms instead of every second whether it is one's turn.

    It orders the messages within one process only: Rasa must run with one worker.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Creates a store without locks; there is nothing to configure."""
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = POLL_EVERY,
    ) -> AsyncGenerator[TicketLock, None]:
        """Holds the lock of one conversation for at most `lock_lifetime` seconds."""
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket_lock:
            yield ticket_lock
