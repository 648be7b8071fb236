"""A stand-in for Telegram's Bot API on a real loopback port, and for the people who write to the bot there.

It answers as https://core.telegram.org/bots/api says, and refuses what Telegram refuses: too long texts, HTML that
can't be parsed, buttons that open no web page. Updates wait until they are polled for, or go to the webhook with its
secret.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

import aiohttp
from aiohttp import web
from fake_upstream import FakeUpstream, Received

TOKEN = "123456789:AAFakeTokenThatNoLogMayEverHave-0000"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Saattaja", "username": "saattaja_test_bot"}
MOST_TEXT, MOST_CAPTION, MOST_DATA = 4096, 1024, 64
TAGS = {
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
}
AGAIN_AFTER = 0.05  # seconds until the webhook is asked again; Telegram waits longer


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request. `drop` cuts the connection; with `done` it was dealt with before."""

    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    drop: bool = False
    done: bool = False


BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")
NOT_FOUND = Fault(400, "Bad Request: chat not found")
SERVER_ERROR = Fault(502, "Bad Gateway")
DROPPED = Fault(drop=True)
PASSES = Fault(200)
"""No fault: the next request goes well."""
DROPPED_AFTER = Fault(drop=True, done=True)


def too_many(seconds: int) -> Fault:
    """Returns the answer to more than the bot may ask."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class Refusal(Exception):
    """A request that the Bot API refuses."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.description, self.status = description, status


@dataclass(frozen=True)
class Shown:
    """A message in a chat as the person sees it: `text` without markup, `buttons` by row, `at` monotonic seconds."""

    chat: int
    id: int
    text: str
    html: str = ""
    buttons: tuple[tuple[Mapping[str, str], ...], ...] = ()
    picture: bytes | str | None = None
    document: tuple[str, bytes] | None = None
    at: float = 0.0
    edited: bool = False

    @property
    def titles(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


@dataclass
class Person:
    """Somebody who writes to the bot. What they do is an update, whose number is returned."""

    telegram: FakeTelegram
    id: int
    language: str | None = "fi"
    _said: int = field(default=0)

    @property
    def user(self) -> dict[str, Any]:
        spoken = {"language_code": self.language} if self.language else {}
        return {"id": self.id, "is_bot": False, "first_name": "Eetu", **spoken}

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": "Eetu"}

    @property
    def sees(self) -> list[Shown]:
        return self.telegram.shown(self.id)

    def message(self, **content: Any) -> dict[str, Any]:
        """Returns a message of theirs as an update has it."""
        self._said += 1
        base = {"message_id": self.telegram.next_message(), "date": int(time.time()), "from": self.user}
        return {**base, "chat": self.chat, **content}

    def text(self, text: str) -> dict[str, Any]:
        """Returns a written message; a command is marked as Telegram marks it."""
        command = re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?", text)
        marks = [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else []
        return self.message(text=text, **({"entities": marks} if marks else {}))

    def writes(self, text: str) -> int:
        return self.telegram.update(message=self.text(text))

    def sends(self, **content: Any) -> int:
        return self.telegram.update(message=self.message(**content))

    def edits(self, text: str) -> int:
        return self.telegram.update(edited_message={**self.message(text=text), "edit_date": int(time.time())})

    def shares(self, latitude: float, longitude: float) -> int:
        return self.sends(location={"latitude": latitude, "longitude": longitude})

    def taps(self, title: str) -> int:
        """Taps the newest button of that title."""
        for shown in reversed(self.sees):
            for button in (button for row in shown.buttons for button in row):
                if button["text"] == title and "callback_data" in button:
                    return self.taps_data(button["callback_data"], shown)
        raise AssertionError(f"there is no button {title!r} to tap")

    def taps_data(self, data: str, shown: Shown) -> int:
        message = {"message_id": shown.id, "date": int(time.time()), "chat": self.chat, "from": BOT, "text": shown.text}
        query = self.telegram.next_query()
        return self.telegram.update(
            callback_query={"id": query, "from": self.user, "chat_instance": "1", "data": data, "message": message}
        )

    def blocks(self) -> int:
        self.telegram.blocked_by.add(self.id)
        return self._becomes("member", "kicked")

    def unblocks(self) -> int:
        self.telegram.blocked_by.discard(self.id)
        return self._becomes("kicked", "member")

    def _becomes(self, old: str, new: str) -> int:
        def status(name: str) -> dict[str, Any]:
            return {"user": BOT, "status": name, **({"until_date": 0} if name == "kicked" else {})}

        change = {"chat": self.chat, "from": self.user, "date": int(time.time())}
        return self.telegram.update(
            my_chat_member={**change, "old_chat_member": status(old), "new_chat_member": status(new)}
        )


class FakeTelegram(FakeUpstream):
    """`with FakeTelegram() as telegram:` and give the bot `telegram.url` and `TOKEN`.

    `calls` are the (method, parameters) that were asked for. `fails("sendMessage", too_many(3))` makes the next request
    go wrong. `delivers` says whether updates go out by themselves; else `deliver(update)` sends one to the webhook.
    """

    def __enter__(self) -> FakeTelegram:
        super().__enter__()
        self.reset()
        return self

    def reset(self) -> None:
        """Is as new: no updates, no messages, no webhook."""
        self.received.clear()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.blocked_by: set[int] = set()
        self.webhook: dict[str, Any] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answered: list[str] = []  # callback queries
        self.confirmed = 0  # updates up to this number will not be given again
        self.statuses: list[int] = []  # of the webhook
        self._pending: list[dict[str, Any]] = []
        self._messages: dict[tuple[int, int], Shown] = {}
        self._chats: set[int] = set()
        self._faults: dict[str, list[Fault]] = {}
        self._queries: set[str] = set()
        self._numbers = {"update": 700_000_000, "message": 0, "query": 4_000_000_000}
        self._poll: asyncio.Event | None = None
        self._news = asyncio.Event()

    # --- what a test sees and does ---

    def person(self, number: int = 5001, language: str | None = "fi") -> Person:
        self._chats.add(number)
        return Person(self, number, language)

    def shown(self, chat: int) -> list[Shown]:
        """Returns the bot's messages in a chat, the oldest first."""
        return [shown for (where, _), shown in sorted(self._messages.items()) if where == chat]

    def count(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    def fails(self, method: str, *faults: Fault) -> None:
        """Makes the next requests for a method go wrong, one after the other."""
        self._faults.setdefault(method, []).extend(faults)

    def next_message(self) -> int:
        return self._next("message")

    def next_query(self) -> str:
        query = str(self._next("query"))
        self._queries.add(query)
        return query

    def update(self, **content: Any) -> int:
        """Makes an update of a new number, which is polled for or goes to the webhook."""
        update = {"update_id": self._next("update"), **content}
        self.give(update)
        return int(update["update_id"])

    def give(self, *updates: Mapping[str, Any]) -> None:
        """Gives updates as they are, in that order: once more, or out of order."""
        for update in updates:
            chat = next(
                (part["chat"]["id"] for part in update.values() if isinstance(part, dict) and "chat" in part), 0
            )
            self._chats.add(chat)
        asyncio.run_coroutine_threadsafe(self._give([dict(update) for update in updates]), self._loop).result()

    def deliver(self, update: object, secret: str | None = None, headers: Mapping[str, str] | None = None) -> int:
        """Sends an update to the webhook once, and returns the status of its answer."""
        return asyncio.run_coroutine_threadsafe(self._post(update, secret, headers), self._loop).result()

    # --- the Bot API ---

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        # What uploads a file is read once, part by part.
        raw = b"" if request.content_type.startswith("multipart/") else await request.read()
        self.received.append(Received(request.method, request.path, dict(request.headers), raw))
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None or found[1] != TOKEN:
            return _refused(401, "Unauthorized")
        method = getattr(self, f"_{_snake(found[2])}", None)
        if method is None:
            return _refused(404, "Not Found")
        parameters = {name: _value(value) for name, value in (await request.post()).items()}
        self.calls.append((found[2], parameters))
        fault = self._faults[found[2]].pop(0) if self._faults.get(found[2]) else None
        fault = None if fault == PASSES else fault
        if fault and not fault.done:
            return self._fault(request, fault)
        try:
            result = await method(parameters)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.description)
        if fault:
            return self._fault(request, fault)
        return web.json_response({"ok": True, "result": result})

    def _fault(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        return _refused(fault.status, fault.description, fault.retry_after)

    async def _get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _set_my_commands(self, parameters: dict[str, Any]) -> bool:
        commands = parameters["commands"]
        for command in commands:
            if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]):
                raise Refusal("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[parameters.get("language_code", "")] = commands
        return True

    async def _set_webhook(self, parameters: dict[str, Any]) -> bool:
        if not re.match(r"https://|http://127\.0\.0\.1", parameters["url"]):  # its own server may be asked without TLS
            raise Refusal("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", parameters.get("secret_token", "-")):
            raise Refusal("Bad Request: secret token contains unallowed characters")
        self.webhook = parameters
        waiting, self._pending = self._pending, []
        self._loop.create_task(self._give(waiting))
        return True

    async def _delete_webhook(self, parameters: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise Refusal(f"Conflict: {reason}", 409)
        if self._poll:
            self._poll.set()
        ended = self._poll = asyncio.Event()
        self.confirmed = max(self.confirmed, int(parameters.get("offset", 0)) - 1)
        self._pending = [one for one in self._pending if one["update_id"] > self.confirmed]
        deadline = self._loop.time() + min(int(parameters.get("timeout", 0)), 2)
        while not self._pending and self._loop.time() < deadline and not ended.is_set():
            await asyncio.sleep(0.01)
        if ended.is_set():
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(f"Conflict: {reason}", 409)
        self._poll = None
        return self._pending[: int(parameters.get("limit", 100))]

    async def _send_message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._writable(parameters)
        text = _text(parameters, "text", MOST_TEXT, "message is too long")
        if not text.strip():
            raise Refusal("Bad Request: message text is empty")
        return self._show(Shown(chat, 0, text, parameters["text"], _keyboard(parameters)))

    async def _send_photo(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._writable(parameters)
        photo = parameters["photo"]
        if isinstance(photo, str) and not photo.startswith("file-"):
            raise Refusal("Bad Request: wrong file identifier/HTTP URL specified")
        if isinstance(photo, bytes) and not photo.startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise Refusal("Bad Request: IMAGE_PROCESS_FAILED")
        text = _text(parameters, "caption", MOST_CAPTION, "message caption is too long")
        return self._show(Shown(chat, 0, text, parameters.get("caption", ""), _keyboard(parameters), photo))

    async def _send_document(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._writable(parameters)
        _text(parameters, "caption", MOST_CAPTION, "message caption is too long")
        return self._show(Shown(chat, 0, parameters.get("caption", ""), document=parameters["document"]))

    async def _send_chat_action(self, parameters: dict[str, Any]) -> bool:
        self._writable(parameters)
        if parameters["action"] not in ("typing", "upload_photo", "upload_document"):
            raise Refusal("Bad Request: wrong parameter action in request")
        return True

    async def _edit_message_text(self, parameters: dict[str, Any]) -> dict[str, Any]:
        key = (self._writable(parameters), int(parameters["message_id"]))
        if key not in self._messages:
            raise Refusal("Bad Request: message to edit not found")
        before = self._messages[key]
        if before.picture or before.document:
            raise Refusal("Bad Request: there is no text in the message to edit")
        text, buttons = _text(parameters, "text", MOST_TEXT, "message is too long"), _keyboard(parameters)
        if (text, buttons) == (before.text, before.buttons):
            reason = (
                "specified new message content and reply markup are exactly the same as a current content and reply"
            )
            raise Refusal(f"Bad Request: message is not modified: {reason} markup of the message")
        self._messages[key] = replace(before, text=text, html=parameters["text"], buttons=buttons, edited=True)
        return self._as_message(self._messages[key])

    async def _answer_callback_query(self, parameters: dict[str, Any]) -> bool:
        query = str(parameters["callback_query_id"])
        if query not in self._queries:
            raise Refusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(query)
        return True

    # --- inside ---

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]

    def _writable(self, parameters: dict[str, Any]) -> int:
        chat = int(parameters["chat_id"])
        if chat not in self._chats:
            raise Refusal("Bad Request: chat not found")
        if chat in self.blocked_by:
            raise Refusal("Forbidden: bot was blocked by the user", 403)
        return chat

    def _show(self, shown: Shown) -> dict[str, Any]:
        number = self._next("message")
        self._messages[shown.chat, number] = kept = replace(shown, id=number, at=time.monotonic())
        return self._as_message(kept)

    def _as_message(self, shown: Shown) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": shown.id,
            "date": int(time.time()),
            "chat": {"id": shown.chat, "type": "private" if shown.chat > 0 else "supergroup", "title": "Eetu"},
            "from": BOT,
        }
        if shown.picture:
            one = {"file_id": f"file-{shown.id}", "file_unique_id": "u", "width": 640, "height": 640}
            return {**message, "photo": [one], "caption": shown.text}
        return {**message, "text": shown.text}

    async def _give(self, updates: list[dict[str, Any]]) -> None:
        if not self.webhook:
            self._pending += updates
            return
        for update in updates:
            self._loop.create_task(self._insist(update))

    async def _insist(self, update: dict[str, Any]) -> None:
        """Sends an update to the webhook until it is taken, as Telegram does for a day."""
        for _ in range(200):
            if not self.webhook:
                return
            if 200 <= await self._post(update, None, None) < 300:
                return
            await asyncio.sleep(AGAIN_AFTER)

    async def _post(self, update: object, secret: str | None, headers: Mapping[str, str] | None) -> int:
        told = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook.get("secret_token", "")}
        sent = {"Content-Type": "application/json", **{name: value for name, value in told.items() if value}}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.webhook["url"], data=body, headers={**sent, **(headers or {})}) as answer,
            ):
                await answer.read()
                status = answer.status
        except aiohttp.ClientError:
            status = 0
        self.statuses.append(status)
        return status


def _refused(status: int, description: str, retry_after: int | None = None) -> web.Response:
    parameters = {"parameters": {"retry_after": retry_after}} if retry_after is not None else {}
    return web.json_response(
        {"ok": False, "error_code": status, "description": description, **parameters}, status=status
    )


def _snake(method: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", method).lower()


def _value(value: Any) -> Any:
    """A parameter: JSON where it is JSON, as the Bot API reads what isn't a plain string; a file as its content."""
    if isinstance(value, web.FileField):
        content = value.file.read()
        return content if value.content_type.startswith("image/") else (value.filename, content)
    if value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _text(parameters: Mapping[str, Any], name: str, most: int, too_long: str) -> str:
    """What people see of a text, when it may be sent."""
    written = parameters.get(name, "")
    text = parsed_html(written) if parameters.get("parse_mode") == "HTML" else written
    if len(text.encode("utf-16-le")) // 2 > most:
        raise Refusal(f"Bad Request: {too_long}")
    return text


def parsed_html(written: str) -> str:
    """Returns the text of the Bot API's HTML. Raises Refusal as Telegram refuses it."""
    text, open_tags, at = "", [], 0
    while at < len(written):
        if written[at] != "<":
            end = written.find("<", at)
            end = len(written) if end < 0 else end
            text += unescape(written[at:end])
            at = end
            continue
        offset = len(written[:at].encode())
        found = re.compile(r"<(/?)([a-zA-Z0-9-]*)((?:\s+[a-z-]+(?:=\"[^\"]*\")?)*)\s*>").match(written, at)
        if found is None or found[2].lower() not in TAGS:
            name = re.match(r"</?([^\s<>]*)", written[at:])
            what = f'Unsupported start tag "{name[1] if name else ""}" at byte offset {offset}'
            raise Refusal(f"Bad Request: can't parse entities: {what}")
        if not found[1]:
            open_tags.append(found[2])
        elif not open_tags or open_tags.pop() != found[2]:
            raise Refusal(f"Bad Request: can't parse entities: Unexpected end tag at byte offset {offset}")
        at = found.end()
    if open_tags:
        raise Refusal(
            f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag {open_tags[-1]}"
        )
    return text


def _keyboard(parameters: Mapping[str, Any]) -> tuple[tuple[Mapping[str, str], ...], ...]:
    rows = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise Refusal("Bad Request: REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise Refusal('Bad Request: can\'t parse inline keyboard button: Field "text" must not be empty')
        if ("url" in button) == ("callback_data" in button):
            raise Refusal(
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if "url" in button and not re.match(r"(https?://[^\s/]+\.[^\s]+|tg://)", button["url"]):
            raise Refusal("Bad Request: BUTTON_URL_INVALID")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MOST_DATA:
            raise Refusal("Bad Request: BUTTON_DATA_INVALID")
    return tuple(tuple(row) for row in rows)
