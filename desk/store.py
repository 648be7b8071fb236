"""The database from asynchronous code: each unit of work runs whole in a thread of a small pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from people.database import CONNECTIONS, Database

Result = TypeVar("Result")
Work = Callable[..., Result]


class Store:
    """`await store.write(append, conversation, ...)` calls `append(connection, conversation, ...)` in a unit of work.

    Raises what the work raises, and people.database.DatabaseUnavailable.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="database")

    async def read(self, work: Work[Result], *arguments: Any) -> Result:
        """Returns what `work` reads."""
        return await self._run(self._database.reading, work, arguments)

    async def write(self, work: Work[Result], *arguments: Any) -> Result:
        """Returns what `work` returns, once what it wrote is kept."""
        return await self._run(self._database.writing, work, arguments)

    def close(self) -> None:
        """Waits for the work that has begun, and closes the database."""
        self._threads.shutdown()
        self._database.close()

    async def _run(self, connect: Callable[[], Any], work: Work[Result], arguments: tuple[Any, ...]) -> Result:
        def unit() -> Result:
            connection: Connection
            with connect() as connection:
                return work(connection, *arguments)

        return await asyncio.get_running_loop().run_in_executor(self._threads, unit)
