"""Would a message be answered? Asks every part that an answer needs."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

TIMEOUT = 5.0  # seconds for each part to answer

Check = dict[str, Any]
OK: Check = {"ok": True}


def _problem(reason: str) -> Check:
    return {"ok": False, "reason": reason}


async def check_health(client: httpx.AsyncClient, rasa: str, actions: str, catalogue: Path) -> dict[str, Check]:
    """Returns each part with `ok` and, when it isn't, a `reason`: rasa, model, conversations, actions,
    catalogue.

    Rasa parses a sentence for it, and the action server must know every action that the model calls for.
    """
    readiness, known_actions, catalogue_check = await asyncio.gather(
        _json(client, f"{rasa}/webhooks/rest/ready"),
        _json(client, f"{actions}/actions"),
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


async def _json(client: httpx.AsyncClient, url: str) -> Any:
    """Returns what `url` answers, or None when it doesn't."""
    try:
        return (await client.get(url, timeout=TIMEOUT)).json()
    except (httpx.HTTPError, ValueError):
        return None


def _check(problem: str | None) -> Check:
    return _problem(problem) if problem else OK


def _check_actions(answer: Any, needed: set[str]) -> Check:
    if not isinstance(answer, list):
        return _problem("The action server does not answer; it is starting, or has ended.")
    missing = sorted(needed - {action.get("name") for action in answer})
    return _problem(f"The action server lacks {', '.join(missing)}.") if missing else OK


def _check_catalogue(file: Path) -> Check:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (services,) = database.execute("SELECT count(*) FROM services").fetchone()
    except sqlite3.Error as error:
        return _problem(f"The compiled catalogue can't be read ({error}). saattaja serve compiles it.")
    return OK if services else _problem("The compiled catalogue has no services.")
