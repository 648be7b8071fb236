"""Updates for those without a public address: Telegram is asked for them, and each is confirmed once it is on disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

from telegram.error import TelegramError

from messengers.telegram.client import Client
from messengers.telegram.patience import Patience
from messengers.telegram.updates import Unreadable, bot_id, read_update, update_id
from messengers.updates import Update
from people.database import DatabaseUnavailable

logger = logging.getLogger(__name__)

WAIT = 50  # seconds that Telegram waits for the first update

Keep = Callable[[Update], Awaitable[bool]]


async def poll(
    bot: Client, keep: Keep, wait: int = WAIT, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> NoReturn:
    """Keeps updates until it is cancelled. `keep` returns when an update is on disk, and raises DatabaseUnavailable."""
    offset, patience = 0, Patience(sleep)
    while True:
        try:
            for written in sorted(await bot.raw_updates(offset, wait), key=lambda one: update_id(one) or 0):
                await _keep(written, bot_id(bot.token), keep)
                offset = max(offset, (update_id(written) or 0) + 1)
            patience.restore()
        except (TelegramError, DatabaseUnavailable) as error:
            await patience.after(error)


async def _keep(written: object, bot: int, keep: Keep) -> None:
    try:
        update = read_update(written, bot)
    except Unreadable as error:
        logger.error("An update of Telegram can't be read (%s); it is left.", error)
        return
    if update:
        await keep(update)
