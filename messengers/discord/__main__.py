"""`python -m messengers.discord`: the process that deals with what people do in Discord, and writes to them there."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

import aiohttp

from desk.store import Store
from messengers.discord import interactions
from messengers.discord.commands import definitions
from messengers.discord.gateway import WrongToken, listen
from messengers.discord.pictures import picture
from messengers.discord.platform import DiscordPlatform
from messengers.discord.rest import Expired, Rest
from messengers.discord.settings import DiscordSettings, WrongDiscordSetting
from messengers.discord.updates import NotReadable, read_interaction
from messengers.platform import Refused, TryLater, Unreachable
from messengers.running import running, utc_now
from people.database import DEFAULT_URL, Database, DatabaseUnavailable

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds until the commands are set once more when Discord isn't there


async def serve(settings: DiscordSettings, environment: Mapping[str, str] = os.environ) -> None:
    """Deals with updates and tells people until it is cancelled. Discord may be out of reach meanwhile.

    Raises WrongToken, and people.database.DatabaseUnavailable when the database can't be had at the start.
    """
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        rest = Rest(session, settings.token, settings.api)
        store = Store(Database(environment.get("SAATTAJA_DATABASE") or DEFAULT_URL))
        async with running(DiscordPlatform(rest, utc_now, picture), environment) as keep:
            setting = asyncio.create_task(_set_commands(rest, settings.application))
            try:
                await listen(settings.token, keep, lambda interaction: _answer(rest, store, interaction), settings.api)
            finally:
                setting.cancel()
                await asyncio.wait([setting])
                await asyncio.to_thread(store.close)


async def _answer(rest: Rest, store: Store, interaction: Mapping[str, Any]) -> None:
    """Keeps an interaction that came over the gateway, and says so; then it is answered as those of the public door."""
    try:
        update = read_interaction(interaction)
        said = await store.write(interactions.take, interaction, update, utc_now())
        callback = f"/interactions/{interaction['id']}/{interaction['token']}/callback"
        await rest.request("POST", callback, said, expires=True)
    except NotReadable as error:
        logger.error("An interaction of Discord could not be read: %s", error)
    except (DatabaseUnavailable, TryLater, Unreachable, Refused, Expired) as error:
        logger.error("An interaction was not answered at once (%s).", type(error).__name__)


async def _set_commands(rest: Rest, application: str | None) -> None:
    """Has Discord offer the commands, whichever it offered before."""
    while True:
        try:
            mine = application or str((await rest.request("GET", "/applications/@me"))["id"])
            await rest.request("PUT", f"/applications/{mine}/commands", definitions())
            return logger.info("Discord offers the commands.")
        except TryLater as error:
            await asyncio.sleep(min(error.seconds, LONGEST_PAUSE))
        except (Unreachable, Refused) as error:
            return logger.error("Discord doesn't take the commands: %s. Messages are answered all the same.", error)


async def _until_asked(settings: DiscordSettings) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP."""
    serving = asyncio.ensure_future(serve(settings))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        logger.info("Ended.")


def main() -> int:
    """Returns the exit status: 0 when it was asked to end or is off, 2 for a wrong setting, 1 for no database."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = DiscordSettings.from_environment(os.environ)
        if settings is None:
            print("Discord: off (no SAATTAJA_DISCORD_TOKEN)")
            return 0
        asyncio.run(_until_asked(settings))
    except (WrongDiscordSetting, WrongToken) as error:
        print(error, file=sys.stderr)
        return 2
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
