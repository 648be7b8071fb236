"""Would a message be answered? Asks every part that an answer needs."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from desk.store import Store
from people.database import DatabaseUnavailable
from reminders import outbox, store
from web.settings import Settings

TIMEOUT = aiohttp.ClientTimeout(total=5.0)  # seconds for each part to answer
HEALTH_AGE = 1.0  # seconds that the last look at the health stands
BEATS = timedelta(seconds=60)  # without a sign of life of who sends reminders
BESIDE = frozenset({"reminders"})  # checks without which a message is answered all the same

Check = dict[str, Any]
OK: Check = {"ok": True}


class Health:
    """The state of the parts, looked at no more than once in `HEALTH_AGE` seconds however often it is asked."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        store: Store,
        settings: Settings,
        now: Callable[[], float],
        today: Callable[[], datetime],
    ) -> None:
        self._session, self._store, self._settings, self._now, self._today = session, store, settings, now, today
        self._lock = asyncio.Lock()
        self._checks: dict[str, Check] = {}
        self._looked_at = float("-inf")

    async def checks(self) -> dict[str, Check]:
        """Returns what `check_health` said last, whether the database can be read, and whether reminders are sent."""
        async with self._lock:
            if self._now() - self._looked_at >= HEALTH_AGE:
                settings = self._settings
                parts, database, reminders = await asyncio.gather(
                    check_health(self._session, settings.rasa, settings.actions, settings.catalogue),
                    _check_database(self._store),
                    _check_reminders(self._store, self._today()),
                )
                self._checks = {**parts, "database": database, "reminders": reminders}
                self._looked_at = self._now()
            return self._checks


def answers(checks: Mapping[str, Check]) -> bool:
    """Returns whether a message would be answered."""
    return all(check["ok"] for name, check in checks.items() if name not in BESIDE)


def _problem(reason: str) -> Check:
    return {"ok": False, "reason": reason}


async def check_health(session: aiohttp.ClientSession, rasa: str, actions: str, catalogue: Path) -> dict[str, Check]:
    """Returns each part with `ok` and, when it isn't, a `reason`: rasa, model, conversations, actions,
    catalogue.

    Rasa parses a sentence for it, and the action server must know every action that the model calls for.
    """
    readiness, known_actions, catalogue_check = await asyncio.gather(
        _json(session, f"{rasa}/webhooks/rest/ready"),
        _json(session, f"{actions}/actions"),
        asyncio.to_thread(_check_catalogue, catalogue),
    )
    if not isinstance(readiness, dict):
        down = _problem("Rasa does not answer; it is starting, or has ended.")
        checks = {"rasa": down, "model": down, "conversations": down}
        needed = set()
    else:
        inside = readiness.get("checks", {})
        checks = {
            "rasa": OK,
            "model": _check(inside.get("model")),
            "conversations": _check(inside.get("tracker_store")),
        }
        needed = set(readiness.get("actions", []))
    return {**checks, "actions": _check_actions(known_actions, needed), "catalogue": catalogue_check}


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    """Returns what `url` answers, or None when it doesn't."""
    try:
        async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
            return json.loads(await answer.read())
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, RecursionError):
        return None


def _check(problem: str | None) -> Check:
    return _problem(problem) if problem else OK


def _check_actions(answer: Any, needed: set[str]) -> Check:
    if not isinstance(answer, list):
        return _problem("The action server does not answer; it is starting, or has ended.")
    missing = sorted(needed - {action.get("name") for action in answer})
    return _problem(f"The action server lacks {', '.join(missing)}.") if missing else OK


async def _check_database(store: Store) -> Check:
    try:
        await store.read(outbox.last_position)
    except DatabaseUnavailable as error:
        return _problem(str(error))
    return OK


async def _check_reminders(database: Store, now: datetime) -> Check:
    try:
        last = await database.read(store.last_beat)
    except DatabaseUnavailable as error:
        return _problem(str(error))
    if last is None or last < now - BEATS:
        return _problem("Nobody sends reminders: bot.keeping_in_touch is starting, or has ended. Its log tells why.")
    return OK


def _check_catalogue(file: Path) -> Check:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (services,) = database.execute("SELECT count(*) FROM services").fetchone()
    except sqlite3.Error as error:
        return _problem(f"The compiled catalogue can't be read ({error}). saattaja serve compiles it.")
    return OK if services else _problem("The compiled catalogue has no services.")
