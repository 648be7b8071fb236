"""What comes over Discord's gateway: direct messages, and interactions where the bot has no public address.

To stay connected is the work of discord.py.

Of all that the gateway could send, direct messages alone are asked for: neither servers nor members, nobody's status,
and no privileged intent, which the words of a direct message don't need.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from messengers.discord.rest import API
from messengers.discord.updates import NotReadable, read_message
from messengers.running import Keep
from messengers.updates import Update
from people.database import DatabaseUnavailable

logger = logging.getLogger(__name__)

SILENT_FOR = 60.0  # seconds after which a gateway that says nothing is left
INTENTS = discord.Intents(dm_messages=True)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two attempts, doubled each time
LOGGERS = {
    "discord": logging.WARNING,
    "discord.state": logging.ERROR,
    "discord.http": logging.ERROR,
    "discord.client": logging.CRITICAL,
}
"""What discord.py may say: its notes name sessions, and some of its errors addresses with tokens."""


Answer = Callable[[Mapping[str, Any]], Coroutine[Any, Any, None]]


class WrongToken(Exception):
    """Discord doesn't know the token; the text says what to do."""


class Gateway(discord.Client):
    """Gives what people write to `keep`, in the order in which it came, and again until it is kept."""

    def __init__(self, keep: Keep, answer: Answer, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            heartbeat_timeout=SILENT_FOR,
        )
        self._keep, self._answer, self._sleep = keep, answer, sleep
        self._answering: set[asyncio.Task[None]] = set()  # the event loop itself holds tasks only weakly
        self._came: asyncio.Queue[Update] = asyncio.Queue()
        # What is read is the payload as Discord documents it, before discord.py makes objects of it.
        parsers = self._connection.parsers
        self._connection.parsers = {
            **{name: parse for name, parse in parsers.items() if name in ("READY", "RESUMED")},
            "MESSAGE_CREATE": self._take,
            "MESSAGE_UPDATE": self._take,
            "INTERACTION_CREATE": self._answer_soon,
        }

    def _take(self, message: Mapping[str, Any]) -> None:
        try:
            update = read_message(message)
        except NotReadable as error:
            logger.error("A message of Discord could not be read: %s", error)
            return
        if update:
            self._came.put_nowait(update)

    def _answer_soon(self, interaction: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._answer(interaction))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def keep_what_comes(self) -> None:
        """Keeps what came, until it is cancelled; while the database is away it waits here."""
        while True:
            update, pause = await self._came.get(), FIRST_PAUSE
            while True:
                try:
                    await self._keep(update)
                    break
                except DatabaseUnavailable as error:
                    logger.warning("Messages of Discord wait: %s", error)
                    await self._sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
            self._came.task_done()

    async def kept(self) -> None:
        """Returns when all that came is kept."""
        await self._came.join()

    async def setup_hook(self) -> None:
        """Asks where the gateway is; discord.py itself would ask only for several shards."""
        _, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def on_connect(self) -> None:
        """Says that a session was begun."""
        logger.info("Discord's gateway is open.")

    async def on_resumed(self) -> None:
        """Says that a session goes on; what came meanwhile comes now."""
        logger.info("Discord's gateway is open again.")

    async def on_disconnect(self) -> None:
        """Says that the connection is lost; discord.py connects again."""
        if not self.is_closed():
            logger.warning("Discord's gateway was lost.")


async def listen(
    token: str,
    keep: Keep,
    answer: Answer,
    api: str = API,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Keeps direct messages until it is cancelled. While Discord isn't there it is tried again, ever more seldom.

    `answer` gets the interactions, which come here only where Discord knows no address to bring them to. What came is
    kept before it ends. Raises WrongToken.
    """
    for name, level in LOGGERS.items():
        logging.getLogger(name).setLevel(level)
    pause, said = FIRST_PAUSE, ""
    with _at(api):
        while True:
            client = Gateway(keep, answer, sleep)
            keeping = asyncio.create_task(client.keep_what_comes())
            try:
                async with client:
                    await client.login(token)
                    pause, said = FIRST_PAUSE, ""
                    await client.connect()
            except discord.LoginFailure:
                raise WrongToken(_WRONG_TOKEN) from None
            except discord.ConnectionClosed as error:
                if error.code == 4004:
                    raise WrongToken(_WRONG_TOKEN) from None
                problem = f"Discord closed the gateway ({error.code})."
            except (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
                problem = f"Discord does not answer ({type(error).__name__}); it is tried again."
            else:
                problem = "The gateway ended; it is opened again."
            finally:
                await _ended(client, keeping)
            if problem != said:
                logger.warning("%s", problem)
                said = problem
            await sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


_WRONG_TOKEN = (
    "Discord doesn't know this token. Make a new one at https://discord.com/developers/applications, Bot, Reset Token, "
    "and set it as SAATTAJA_DISCORD_TOKEN."
)


async def _ended(client: Gateway, keeping: asyncio.Task[None]) -> None:
    """Closes the connection and keeps what came by it, unless the database is away."""
    try:
        await asyncio.wait_for(client.kept(), 3.0)
    except asyncio.TimeoutError:
        logger.error("Messages that came by Discord's gateway could not be kept.")
    keeping.cancel()
    await asyncio.wait([keeping])


@contextmanager
def _at(api: str) -> Iterator[None]:
    """Has discord.py ask this API, for which it has one place in the whole process."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = api
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
