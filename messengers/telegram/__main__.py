"""`python -m messengers.telegram`: the process that deals with Telegram's updates and writes to people there."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

from telegram import BotCommand
from telegram.error import TelegramError

from bot.child import keep_exceptions_private
from messengers.running import running
from messengers.telegram.client import Client, open_bot
from messengers.telegram.patience import Patience
from messengers.telegram.platform import TelegramPlatform
from messengers.telegram.polling import poll
from messengers.telegram.settings import TelegramSettings, WrongTelegramSetting
from messengers.telegram.updates import ALLOWED_UPDATES
from people.database import DatabaseUnavailable
from translations import LANGUAGES, translatable, translate

logger = logging.getLogger(__name__)

COMMANDS = {
    "start": translatable("Aloita tästä"),
    "apua": translatable("Apua heti: kriisiavun yhteystiedot"),
    "asetukset": translatable("Tyyli, kieli ja muistutukset"),
    "stop": translatable("Lopeta muistutukset"),
    "yhdista": translatable("Yhdistä toiseen kanavaan"),
    "unohda": translatable("Unohda minut: poista kaikki tiedot"),
}
"""What the bot's menu offers, and what each is for."""


async def serve(settings: TelegramSettings, environment: Mapping[str, str] = os.environ) -> None:
    """Deals with updates and tells people until it is cancelled. Telegram may be out of reach meanwhile.

    Raises people.database.DatabaseUnavailable when the database can't be had at the start.
    """
    bot = open_bot(settings)
    name: list[str] = []
    platform = TelegramPlatform(bot, lambda: name[0] if name else None)
    try:
        async with running(platform, environment) as keep:
            await until_it_works(lambda: _introduce(bot, settings, name))
            if settings.webhook:
                logger.info("Telegram brings updates to %s.", settings.webhook)
                await asyncio.Event().wait()
            logger.info("Telegram is polled for updates: there is no public https address for a webhook.")
            await poll(bot, keep)
    finally:
        await bot.shutdown()


async def _introduce(bot: Client, settings: TelegramSettings, name: list[str]) -> None:
    """Learns the bot's name, and sets its commands and where updates are to be brought."""
    await bot.initialize()
    name[:] = [bot.username]
    if settings.webhook:
        await bot.set_webhook(settings.webhook, secret_token=settings.secret, allowed_updates=ALLOWED_UPDATES)
    else:
        await bot.delete_webhook()  # what waits is kept, and polled for
    for language in LANGUAGES:
        commands = [BotCommand(command, translate(told, language)) for command, told in COMMANDS.items()]
        await bot.set_my_commands(commands, language_code=language)
    fallback = [BotCommand(command, translate(told, LANGUAGES[0])) for command, told in COMMANDS.items()]
    await bot.set_my_commands(fallback)


async def until_it_works(
    work: Callable[[], Awaitable[None]], sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Does what Telegram is needed for, again and again while it can't be reached."""
    patience = Patience(sleep)
    while True:
        try:
            return await work()
        except TelegramError as error:
            await patience.after(error)


async def _until_asked(settings: TelegramSettings) -> None:
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
    logging.getLogger("alembic").setLevel(logging.WARNING)
    keep_exceptions_private()
    try:
        settings = TelegramSettings.from_environment(os.environ)
        if settings is None:
            print("Telegram: off (no SAATTAJA_TELEGRAM_TOKEN)")
            return 0
        asyncio.run(_until_asked(settings))
    except WrongTelegramSetting as error:
        print(error, file=sys.stderr)
        return 2
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
