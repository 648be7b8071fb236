"""Rasa behind the door: its webhooks on loopback.

Nothing that a person wrote is in an error or a log of this module.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from desk.numbers import RASA_SECONDS
from people.profiles import channel_of

ANSWER_WITHIN = 30.0  # seconds Rasa has; its own limit for one message is shorter
CONNECT_WITHIN = 2.0  # seconds
KEEP_IDLE = 3.0  # seconds a connection waits for its next request: less than the 5 after which Sanic closes it
LOOK_WITHIN = 5.0  # seconds to say whether it is ready
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class RasaAway(Exception):
    """Rasa isn't there, or not ready: it did not see the message."""


class RasaFailed(Exception):
    """Rasa saw the message, or may have, and gave no answer that is one."""


class RasaRefused(Exception):
    """Rasa says that the message is none, and would say so again."""


def open_session() -> aiohttp.ClientSession:
    """Returns the one client of this process for everything behind the door. Close it at the end."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_IDLE)
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN, connect=CONNECT_WITHIN)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


async def post(session: aiohttp.ClientSession, url: str, body: bytes) -> tuple[int, bytes]:
    """Returns the status and the body of the answer. Raises aiohttp.ClientError and asyncio.TimeoutError."""
    headers = {"Content-Type": "application/json"}
    async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.read()


class Rasa:
    """The connectors of web chat and messengers (bot/channels/): each handles a message once, however often asked."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._ready = f"{url}/webhooks/rest/ready"
        self._url = url
        self._conversations = f"{url}/webhooks/widget/conversations/"
        self._purge = f"{url}/webhooks/widget/purge"

    async def replies(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Returns the replies to `{"sender", "message_id", "message", "location"?, "municipality"?, "page_language"?,
        "fixed_language"?}`, in order, each without the id of the conversation.

        Raises RasaAway, RasaFailed and RasaRefused.
        """
        began = time.perf_counter()
        webhook = f"{self._url}/webhooks/{channel_of(str(message['sender']))}/webhook"
        try:
            status, content = await post(self._session, webhook, json.dumps(message).encode())
        except aiohttp.ClientConnectorError:
            raise RasaAway("it does not listen") from None
        except asyncio.TimeoutError:
            raise RasaFailed("it took too long") from None
        except aiohttp.ClientError as error:
            raise RasaFailed(type(error).__name__) from None
        if status == 503:
            raise RasaAway("it is not ready")
        if status in (400, 413, 422):
            raise RasaRefused(f"status {status}")
        if status != 200:
            raise RasaFailed(f"status {status}")
        RASA_SECONDS.observe(time.perf_counter() - began)
        return _replies(content)

    async def is_ready(self) -> bool:
        """Returns whether Rasa would answer a message now."""
        timeout = aiohttp.ClientTimeout(total=LOOK_WITHIN)
        try:
            async with self._session.get(self._ready, timeout=timeout, allow_redirects=False) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    async def remembered(self, conversation: str) -> dict[str, Any] | None:
        """Returns the slots that a conversation has filled; None when Rasa can't tell now."""
        url, timeout = self._conversations + quote(conversation, safe=""), aiohttp.ClientTimeout(total=LOOK_WITHIN)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as answer:
                told = await answer.json() if answer.status == 200 else None
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            return None
        slots = told.get("slots") if isinstance(told, dict) else None
        return slots if isinstance(slots, dict) else None

    async def forget(self, conversation: str) -> bool:
        """Erases what Rasa keeps of a conversation; returns whether that is done."""
        url = self._conversations + quote(conversation, safe="")
        try:
            async with self._session.delete(url, allow_redirects=False) as answer:
                return answer.status in (200, 204)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    async def forget_unused(self, since: datetime) -> bool:
        """Erases what Rasa keeps of conversations that were last used before `since`; returns whether that is done."""
        try:
            status, _ = await post(self._session, self._purge, json.dumps({"unused_since": since.isoformat()}).encode())
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False
        return status == 200


def _replies(content: bytes) -> list[dict[str, Any]]:
    """Returns the replies in the body of an answer. Raises RasaFailed when they are none that can be kept and told."""
    try:
        text = content.decode()
        if "\\ud" in text.lower():  # half a character can be written in JSON, and neither kept nor sent
            text = _LONE_SURROGATE.sub("\ufffd", json.dumps(json.loads(text), ensure_ascii=False))
        replies = json.loads(text, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise RasaFailed("its answer is not JSON") from None
    if not isinstance(replies, list) or not all(isinstance(reply, dict) for reply in replies):
        raise RasaFailed("its answer is no list of replies")
    bodies = ({name: value for name, value in reply.items() if name != "recipient_id"} for reply in replies)
    return [body for body in bodies if body]


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
