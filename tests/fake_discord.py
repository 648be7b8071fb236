"""A stand-in for Discord on loopback: its gateway over WebSocket, its REST API, and who is behind them.

It speaks as Discord's documentation says (https://discord.com/developers/docs) and refuses what goes beyond the limits
there. Used in the event loop of a test: `async with FakeDiscord() as discord: eetu = discord.person()`.
`async with FakeDiscord() as discord: eetu = discord.person(); eetu.writes("moi")`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import httpx
from aiohttp import WSMsgType, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOKEN = "MTEyMjMzNDQ1NTY2Nzc4ODk5.GabcDE.s3cr3t-t0ken_of_nobody_1234567890ab"
APPLICATION = "112233445566778899"
EPHEMERAL, LOADING = 64, 128
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
DIRECT_MESSAGES = 1 << 12
_EPOCH = 1_420_070_400_000

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
ANOTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@dataclass(frozen=True)
class Fault:
    """What a request gets instead of its answer; `after`: it was done, and only the answer is lost."""

    status: int = 500
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    after: bool = False


DROPPED, DROPPED_AFTER = Fault(drop=True), Fault(drop=True, after=True)
SERVER_ERROR = Fault(503, {"message": "upstream", "code": 0})
CANNOT_SEND = Fault(403, {"message": "Cannot send messages to this user", "code": 50007})


def too_many(seconds: float, is_global: bool = False) -> Fault:
    """A 429 as Discord sends it."""
    told = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_global}
    return Fault(429, told, {"Retry-After": str(max(1, round(seconds))), "Via": "1.1 google"})


@dataclass
class Shown:
    """A message as people see it. `person` is the only one who sees it where it is ephemeral."""

    id: str
    channel: str
    payload: dict[str, Any]
    flags: int = 0
    person: str | None = None
    files: list[tuple[str, bytes]] = field(default_factory=list)
    at: float = field(default_factory=time.monotonic)
    edits: int = 0

    @property
    def text(self) -> str:
        return self.payload.get("content") or ""

    @property
    def embeds(self) -> list[dict[str, Any]]:
        return self.payload.get("embeds") or []

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What can be tapped: buttons, and the options of menus with the custom_id of their menu."""
        return [part for row in self.payload.get("components") or [] for part in row["components"]]

    @property
    def titles(self) -> list[str]:
        buttons = [part["label"] for part in self.parts if part["type"] == 2]
        return buttons + [option["label"] for part in self.parts if part["type"] == 3 for option in part["options"]]

    @property
    def is_waiting(self) -> bool:
        return bool(self.flags & LOADING)


@dataclass
class Interaction:
    """Something a person did by a command or a button, which is answered by its token."""

    id: str
    token: str
    person: Person
    channel: str
    original: str | None = None
    is_over: bool = False
    is_answered: bool = False  # by a callback


class FakeDiscord:
    """`faults` and what a test sets last until the end. `problems` has every breach of a limit: keep it empty."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.problems: list[str] = []
        self.messages: dict[str, Shown] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[dict[str, Any]] = []
        self.typing: list[str] = []
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.heartbeats = 0
        self.answers_heartbeats = True
        self.heartbeat_interval = 41_250  # ms
        self.forgets_sessions = False
        self.token = TOKEN
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._nonces: dict[str, str] = {}
        self._sessions: dict[str, list[dict[str, Any]]] = {}
        self._sockets: dict[str, _Socket] = {}
        self._people: dict[str, Person] = {}
        self._port = 0

    async def __aenter__(self) -> FakeDiscord:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, at the address it had before if it had one."""
        app = web.Application(client_max_size=30_000_000)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.api = f"http://127.0.0.1:{self._port}/api/v10"

    async def stop(self) -> None:
        """Cuts every connection off and listens no more."""
        self.drop()
        await self._runner.cleanup()

    # --- what a test does ---------------------------------------------------------------------------------------

    def person(self, number: int = 900_000_000_000_000_001, locale: str = "fi") -> Person:
        """Somebody who has an account."""
        return self._people.setdefault(str(number), Person(self, str(number), locale))

    def fails(self, route: str, *faults: Fault) -> None:
        """Has the next requests of a route, such as `POST /channels/*/messages`, go wrong."""
        self._faults[route] += faults

    def snowflake(self, at: float | None = None) -> str:
        """A new number, with the time in it."""
        milliseconds = int((at or time.time()) * 1000) - _EPOCH
        return str(milliseconds << 22 | next(self._numbers) & 0x3FFFFF)

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Sends an event to every session; those that are away get it when they resume."""
        for session, events in self._sessions.items():
            event = {"op": DISPATCH, "t": name, "s": len(events) + 1, "d": data}
            events.append(event)
            if session in self._sockets:
                self._sockets[session].send(event)

    @property
    def is_open(self) -> bool:
        return bool(self._sockets)

    def drop(self) -> None:
        """Cuts the gateway's connections off, without a word."""
        for socket in list(self._sockets.values()):
            socket.abort()

    def asks_to_reconnect(self) -> None:
        """Sends RECONNECT."""
        for socket in self._sockets.values():
            socket.send({"op": RECONNECT, "d": None})

    def invalidates(self) -> None:
        """Sends INVALID_SESSION: what a session was told is no longer known."""
        for socket in self._sockets.values():
            socket.send({"op": INVALID_SESSION, "d": False})
        self._sessions.clear()

    def in_channel(self, channel: str, person: str | None = None) -> list[Shown]:
        """What is seen in a channel, by a person or by everybody."""
        return [one for one in self.messages.values() if one.channel == channel and one.person in (None, person)]

    # --- REST ---------------------------------------------------------------------------------------------------

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        payload, files = await _read(request)
        self.requests.append((request.method, path, payload))
        route = f"{request.method} {_route(path)}"
        fault = self._faults[route].pop(0) if self._faults[route] else None
        if fault is None or fault.after:
            answer = self._answer(request, path, payload, files)
            if fault is None:
                return answer
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        return _reply(fault.json, status=fault.status, headers=fault.headers)

    def _answer(self, request: web.Request, path: str, payload: Any, files: Any) -> web.Response:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            return _error(401, 0, "401: Unauthorized")
        if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            return _error(403, 40333, "internal network error")
        parts = path.strip("/").split("/")
        if parts == ["gateway", "bot"]:
            limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            url = f"ws://127.0.0.1:{self._port}/gateway"
            return _reply({"url": url, "shards": 1, "session_start_limit": limits})
        if parts == ["users", "@me"]:
            return _reply(_user(APPLICATION, is_bot=True))
        if parts in (["applications", "@me"], ["oauth2", "applications", "@me"]):
            return _reply(_application())
        if parts == ["applications", APPLICATION, "commands"] and request.method == "PUT":
            return self._set_commands(payload)
        if parts == ["users", "@me", "channels"]:
            return self._open(payload)
        if parts[0] == "channels" and parts[-1] == "typing":
            self.typing.append(parts[1])
            return web.Response(status=204)
        if parts[0] == "channels" and parts[-1] == "messages" and request.method == "POST":
            return self._post(parts[1], payload, files)
        if parts[0] == "interactions" and parts[-1] == "callback":
            interaction = self.interactions.get(parts[2])
            if interaction is None or interaction.is_over or interaction.is_answered:
                return _error(404, 10062, "Unknown interaction")
            interaction.is_answered = True
            interaction.person._shows(interaction, payload)
            return web.Response(status=204)
        if parts[0] == "webhooks":
            return self._webhook(request.method, parts, payload, files)
        return _error(404, 0, "404: Not Found")

    def _set_commands(self, payload: list[dict[str, Any]]) -> web.Response:
        problem = check_commands(payload)
        if problem:
            return self._wrong(problem)
        self.commands = payload
        return _reply([{**one, "id": self.snowflake()} for one in payload])

    def _open(self, payload: dict[str, Any]) -> web.Response:
        person = self._people.get(str(payload.get("recipient_id")))
        if person is None:
            return _error(400, 50033, "Invalid Recipient(s)")
        return _reply({"id": person.channel, "type": 1, "recipients": [_user(person.id)]})

    def _post(self, channel: str, payload: dict[str, Any], files: Any) -> web.Response:
        person = next((one for one in self._people.values() if one.channel == channel), None)
        if person is None:
            return _error(404, 10003, "Unknown Channel")
        if person.has_blocked:
            return _error(403, 50007, "Cannot send messages to this user")
        problem = check_message(payload, files)
        if problem:
            return self._wrong(problem)
        nonce = payload.get("nonce")
        if nonce and payload.get("enforce_nonce") and nonce in self._nonces:
            return _reply(self._json(self.messages[self._nonces[nonce]]))
        shown = self._show(channel, payload, files)
        if nonce:
            self._nonces[nonce] = shown.id
        return _reply(self._json(shown))

    def _webhook(self, method: str, parts: list[str], payload: Any, files: Any) -> web.Response:
        interaction = self.interactions.get(parts[2])
        if interaction is None or parts[1] != APPLICATION:
            return _error(404, 10015, "Unknown Webhook")
        if interaction.is_over:
            return _error(401, 50027, "Invalid Webhook Token")
        if payload is not None and (problem := check_message(payload, files)):
            return self._wrong(problem)
        if parts[3:] == ["messages", "@original"]:
            original = self.messages.get(interaction.original or "")
            if original is None:
                return _error(404, 10008, "Unknown Message")
            if method == "PATCH":
                original.payload = {**original.payload, **payload}
                original.files = files
                original.flags &= ~LOADING
                original.edits += 1
            return _reply(self._json(original))
        flags = int(payload.get("flags") or 0)
        only = interaction.person.id if flags & EPHEMERAL else None
        return _reply(self._json(self._show(interaction.channel, payload, files, flags, only)))

    def _show(
        self, channel: str, payload: dict[str, Any], files: Any = (), flags: int = 0, person: str | None = None
    ) -> Shown:
        shown = Shown(self.snowflake(), channel, payload, flags, person, list(files))
        self.messages[shown.id] = shown
        return shown

    def _json(self, shown: Shown) -> dict[str, Any]:
        return {"id": shown.id, "channel_id": shown.channel, "flags": shown.flags, **shown.payload}

    def _wrong(self, problem: str) -> web.Response:
        self.problems.append(problem)
        errors = {"content": {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": problem}]}}
        return _reply({"code": 50035, "message": "Invalid Form Body", "errors": errors}, status=400)

    # --- the gateway --------------------------------------------------------------------------------------------

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = _Socket(socket, request, "zlib" in request.query.get("compress", ""))
        connection.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_interval}})
        session = ""
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                told = json.loads(message.data)
                if told["op"] == HEARTBEAT:
                    self.heartbeats += 1
                    if self.answers_heartbeats:
                        connection.send({"op": ACK})
                elif told["op"] == IDENTIFY:
                    if told["d"]["token"] != self.token:
                        await socket.close(code=4004, message=b"Authentication failed.")
                        break
                    session = self._identify(connection, told["d"])
                elif told["op"] == RESUME:
                    session = self._resume(connection, told["d"])
        finally:
            if self._sockets.get(session) is connection:
                del self._sockets[session]
            connection.end()
        return socket

    def _identify(self, connection: _Socket, told: dict[str, Any]) -> str:
        self.identified.append(told)
        session = f"session-{len(self.identified)}"
        ready = {
            "v": 10,
            "user": _user(APPLICATION, is_bot=True),
            "guilds": [],
            "session_id": session,
            "resume_gateway_url": f"ws://127.0.0.1:{self._port}/gateway",
            "application": {"id": APPLICATION, "flags": 0},
        }
        event = {"op": DISPATCH, "t": "READY", "s": 1, "d": ready}
        self._sessions[session] = [event]
        self._sockets[session] = connection
        connection.send(event)
        return session

    def _resume(self, connection: _Socket, told: dict[str, Any]) -> str:
        self.resumed.append(told)
        session = told["session_id"]
        if session not in self._sessions or self.forgets_sessions:
            connection.send({"op": INVALID_SESSION, "d": False})
            return ""
        self._sockets[session] = connection
        events = self._sessions[session]
        for event in events[told["seq"] :]:
            connection.send(event)
        connection.send({"op": DISPATCH, "t": "RESUMED", "s": len(events), "d": {}})
        return session


class _Socket:
    """One connection of the gateway; what is sent goes out in order, compressed as one stream where that is asked."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, compresses: bool) -> None:
        self._socket, self._request = socket, request
        self._stream = zlib.compressobj() if compresses else None
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())

    def send(self, event: dict[str, Any]) -> None:
        self._queue.put_nowait(event)

    def abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    def end(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        with suppress(ConnectionError, RuntimeError):
            while True:
                text = json.dumps(await self._queue.get())
                if self._stream is None:
                    await self._socket.send_str(text)
                else:
                    data = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(data)


# --- people -----------------------------------------------------------------------------------------------------


class Person:
    """Somebody in Discord: `writes` to the bot, and `uses` commands and `taps` buttons, which `door` is told of."""

    def __init__(self, discord: FakeDiscord, number: str, locale: str) -> None:
        self.discord, self.id, self.locale = discord, number, locale
        self.channel = str(int(number) + 7)
        self.has_blocked = False
        self.door = ""  # the address at the public door that interactions go to

    @property
    def sees(self) -> list[Shown]:
        """What the bot shows them in direct messages."""
        return self.discord.in_channel(self.channel, self.id)

    def writes(self, text: str, **fields: Any) -> dict[str, Any]:
        """Writes a direct message; returns it as the gateway brings it."""
        message = self.message(text, **fields)
        self.discord.dispatch("MESSAGE_CREATE", message)
        return message

    def message(self, text: str = "", **fields: Any) -> dict[str, Any]:
        """A message of theirs."""
        now = datetime.now(timezone.utc).isoformat()
        return {
            "id": self.discord.snowflake(),
            "channel_id": self.channel,
            "channel_type": 1,
            "author": _user(self.id),
            "content": text,
            "timestamp": now,
            "edited_timestamp": None,
            "type": 0,
            "flags": 0,
            "attachments": [],
            "embeds": [],
            "mentions": [],
            **fields,
        }

    def command(
        self, name: str, guild: str | None = None, channel: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """A slash command of theirs, as an interaction; `permissions` is their rights in the server."""
        permissions = options.pop("permissions", "0")
        given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
        return self._interaction(2, {"id": "1", "name": name, "type": 1, "options": given}, guild, channel, permissions)

    def tap(self, shown: Shown, title: str, guild: str | None = None) -> dict[str, Any]:
        """A tap on a button, or a choice in a menu, as an interaction."""
        for part in shown.parts:
            if part["type"] == 2 and part["label"] == title and "custom_id" in part:
                data = {"custom_id": part["custom_id"], "component_type": 2}
                break
            values = [one["value"] for one in part.get("options", ()) if one["label"] == title]
            if values:
                data = {"custom_id": part["custom_id"], "component_type": 3, "values": values}
                break
        else:
            raise AssertionError(f"{title!r} is not among {shown.titles}")
        interaction = self._interaction(3, data, guild, shown.channel)
        self.discord.interactions[interaction["token"]].original = shown.id
        return {**interaction, "message": {"id": shown.id, "flags": shown.flags}}

    def _interaction(
        self, kind: int, data: dict[str, Any], guild: str | None, channel: str | None, permissions: str = "0"
    ) -> dict[str, Any]:
        number, where = self.discord.snowflake(), channel or self.channel
        token = f"aW50ZXJhY3Rpb246{number}"
        self.discord.interactions[token] = Interaction(number, token, self, where)
        who = {"member": {"user": _user(self.id), "permissions": permissions}} if guild else {"user": _user(self.id)}
        return {
            "id": number,
            "application_id": APPLICATION,
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": where,
            "channel": {"id": where, "type": 0 if guild else 1},
            "locale": self.locale,
            "context": 0 if guild else 1,
            **({"guild_id": guild} if guild else {}),
            **who,
        }

    async def does(self, interaction: dict[str, Any], key: Any = KEY, door: str = "", **headers: str) -> httpx.Response:
        """Has Discord bring an interaction to the door, and shows what the door answers."""
        response = await bring(door or self.door, interaction, key, **headers)
        if response.status_code == 200:
            self._shows(self.discord.interactions[interaction["token"]], response.json())
        return response

    def does_without_door(self, interaction: dict[str, Any]) -> None:
        """Has Discord bring an interaction over the gateway, as it does where it knows no address of a door."""
        self.discord.dispatch("INTERACTION_CREATE", interaction)

    def _shows(self, interaction: Interaction, answer: dict[str, Any]) -> None:
        data = answer.get("data") or {}
        flags = int(data.get("flags") or 0)
        only = self.id if flags & EPHEMERAL else None
        if answer["type"] == 4:
            problem = check_message(data, ())
            assert problem is None, problem
            interaction.original = self.discord._show(interaction.channel, data, (), flags, only).id
        elif answer["type"] == 5 and interaction.original is None:
            waiting = self.discord._show(interaction.channel, {"content": ""}, (), flags | LOADING, only)
            interaction.original = waiting.id
        else:
            assert answer["type"] in (5, 6), answer


async def bring(url: str, interaction: dict[str, Any], key: Any = KEY, **headers: str) -> httpx.Response:
    """Sends an interaction as Discord does: signed, and waiting for three seconds."""
    body = json.dumps(interaction).encode()
    async with httpx.AsyncClient(trust_env=False, timeout=3.0) as client:
        return await client.post(url, content=body, headers={**signed(body, key), **headers})


def signed(body: bytes, key: Any = KEY, at: float | None = None) -> dict[str, str]:
    """The headers of a request."""
    timestamp = str(int(time.time() if at is None else at))
    signature = key.sign(timestamp.encode() + body).hex()
    kind = {"Content-Type": "application/json", "User-Agent": "Discord-Interactions/1.0"}
    return {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp, **kind}


# --- limits, as documented --------------------------------------------------------------------------------------


def check_message(payload: dict[str, Any], files: Any) -> str | None:
    """Returns what Discord would refuse in a message; None where it takes it."""
    content, embeds = payload.get("content") or "", payload.get("embeds") or []
    rows = payload.get("components") or []
    if not (content or embeds or rows or files or payload.get("attachments")):
        return "it is empty"
    if len(content) > 2000:
        return f"content of {len(content)} characters"
    if len(embeds) > 10 or sum(map(_size, embeds)) > 6000:
        return f"{len(embeds)} embeds of {sum(map(_size, embeds))} characters"
    if len(str(payload.get("nonce") or "")) > 25:
        return "a nonce of more than 25 characters"
    if payload.get("allowed_mentions") != {"parse": []}:
        return "somebody may be mentioned"
    named = [one["id"] for one in payload.get("attachments") or []]
    if named != list(range(len(files))) or any(len(file) > 10 * 1024 * 1024 for _, file in files):
        return "attachments that aren't there, or too large"
    if any(len(one.get("description") or "") > 1024 for one in payload.get("attachments") or []):
        return "a description of more than 1024 characters"
    return next(filter(None, map(_check_embed, embeds)), None) or _check_rows(rows)


def _check_embed(embed: dict[str, Any]) -> str | None:
    if len(embed.get("title") or "") > 256 or len(embed.get("description") or "") > 4096:
        return "title or description of an embed too long"
    fields = embed.get("fields") or []
    if len(fields) > 25 or any(not 0 < len(one["name"]) <= 256 or not 0 < len(one["value"]) <= 1024 for one in fields):
        return "fields of an embed"
    return "footer" if len((embed.get("footer") or {}).get("text") or "") > 2048 else None


def _check_rows(rows: list[dict[str, Any]]) -> str | None:
    if len(rows) > 5:
        return f"{len(rows)} rows"
    custom_ids: list[str] = []
    for row in rows:
        parts = row["components"]
        if row["type"] != 1 or not 0 < len(parts) <= 5:
            return "a row that is none"
        for part in parts:
            custom_ids += [part["custom_id"]] if "custom_id" in part else []
            problem = _check_button(part) if part["type"] == 2 else _check_menu(part, len(parts))
            if problem:
                return problem
    if len(set(custom_ids)) < len(custom_ids) or any(len(one) > 100 for one in custom_ids):
        return "custom_ids"
    return None


def _check_button(button: dict[str, Any]) -> str | None:
    if not 0 < len(button["label"]) <= 80:
        return "a label of a button"
    if button["style"] == 5:
        url = button.get("url") or ""
        is_taken = url.startswith(("http://", "https://")) and len(url) <= 512 and "custom_id" not in button
        return None if is_taken else f"a link to {url.partition(':')[0]}:"
    return None if "url" not in button and 0 < len(button["custom_id"]) <= 100 else "a button"


def _check_menu(menu: dict[str, Any], in_row: int) -> str | None:
    options = menu["options"]
    if menu["type"] != 3 or in_row != 1 or not 0 < len(options) <= 25 or len(menu.get("placeholder") or "") > 150:
        return "a menu"
    if len({one["value"] for one in options}) < len(options):
        return "options of the same value"
    lengths = [len(one.get(part) or "") for one in options for part in ("label", "value", "description")]
    return "an option" if max(lengths) > 100 or not all(one["label"] for one in options) else None


def _size(embed: dict[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [one[part] for one in embed.get("fields") or [] for part in ("name", "value")]
    return sum(len(text or "") for text in texts)


def check_commands(commands: list[dict[str, Any]]) -> str | None:
    """Returns what Discord would refuse in commands; None where it takes them."""
    for command in [*commands, *(option for one in commands for option in one["options"])]:
        names = [command["name"], *command["name_localizations"].values()]
        if not all(0 < len(name) <= 32 and name == name.lower() and name.isalpha() for name in names):
            return f"names {names}"
        told = [command["description"], *command["description_localizations"].values()]
        if not all(0 < len(text) <= 100 for text in told):
            return f"description of {command['name']}"
        if set(command["name_localizations"]) - {"fi", "sv-SE", "en-GB", "en-US"}:
            return "a locale that there isn't"
    for locale in ("fi", "sv-SE", "en-GB", "en-US"):
        if len({one["name_localizations"][locale] for one in commands}) < len(commands):
            return f"the same name twice in {locale}"
    return None


# --- requests and objects ---------------------------------------------------------------------------------------


async def _read(request: web.Request) -> tuple[Any, list[tuple[str, bytes]]]:
    if request.content_type != "multipart/form-data":
        body = await request.read()
        return (json.loads(body) if body else None), []
    payload, files = None, []
    async for part in await request.multipart():
        if part.name == "payload_json":
            payload = await part.json()
        else:
            assert part.name == f"files[{len(files)}]", part.name
            files.append((part.filename, bytes(await part.read())))
    return payload, files


def _route(path: str) -> str:
    """A path without its numbers and tokens."""
    fixed = {"channels", "messages", "webhooks", "users", "@me", "@original", "typing", "gateway", "bot"}
    fixed |= {"applications", "commands", "oauth2"}
    return "/" + "/".join(part if part in fixed else "*" for part in path.strip("/").split("/"))


def _reply(told: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # Discord names no charset, which its clients look at.
    sent = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(told).encode(), status=status, headers=sent)


def _error(status: int, code: int, message: str) -> web.Response:
    return _reply({"code": code, "message": message}, status=status)


def _user(number: str, is_bot: bool = False) -> dict[str, Any]:
    name = "saattaja" if is_bot else "eetu"
    return {"id": number, "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": is_bot}


def _application() -> dict[str, Any]:
    return {
        "id": APPLICATION,
        "name": "Saattaja",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": PUBLIC_KEY,
        "flags": 0,
        "owner": _user("900000000000000000"),
        "team": None,
        "interactions_endpoint_url": None,
    }
