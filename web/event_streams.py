"""Live events: one reader of the outbox for all open streams of this process.

A stream is opened, then told what it has missed, then what comes. Everything that is kept comes by the one way, the
outbox in its order, whoever appended it: a stream can neither miss an event nor show one twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from desk.store import Store
from people.database import DatabaseUnavailable
from reminders import outbox
from reminders.outbox import Event
from web.limits import too_many
from web.metrics import STREAMS

logger = logging.getLogger(__name__)

LATE = 0.5  # seconds until an event of another process is seen; those of this process are seen at once
PING = 15.0  # seconds of silence until a sign of life
RETRY = 2_000  # milliseconds a browser waits before it connects again
BATCH = 200  # events read at a time
MOST_BEHIND = 500  # events a slow reader may be behind; it is then sent away, and comes back for what it missed
MOST_STREAMS = 10  # open at once for one conversation: tabs and devices


First = Callable[[], Mapping[str, Any] | None]


class Stream:
    """One open stream of one conversation."""

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation
        self._parts: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue()
        self._ended = False

    def push(self, number: int, part: bytes) -> None:
        """Adds what is to be sent. `number` is the event's id; 0 for what isn't kept."""
        if self._parts.qsize() >= MOST_BEHIND:
            self.end()
        elif not self._ended:
            self._parts.put_nowait((number, part))

    def end(self) -> None:
        """Ends the stream after what was pushed before."""
        if not self._ended:
            self._ended = True
            self._parts.put_nowait(None)

    async def next(self) -> tuple[int, bytes] | None:
        """Returns what is to be sent next; None at the end."""
        try:
            return self._parts.get_nowait()
        except asyncio.QueueEmpty:
            pass
        try:
            return await asyncio.wait_for(self._parts.get(), PING)
        except asyncio.TimeoutError:
            return 0, b": ping\n\n"


class EventStreams:
    """All open streams of this process. `start` before use, `close` at the end."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._streams: dict[str, set[Stream]] = {}
        self._position: int | None = None  # None while no stream is open: nobody has to be told anything
        self._appended = asyncio.Event()
        self._tail: asyncio.Task[None] | None = None
        self._closing = False

    def start(self) -> None:
        """Begins to read the outbox."""
        self._tail = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Ends every stream; browsers come back when somebody answers again."""
        self.end_all()
        if self._tail:
            self._tail.cancel()
            await asyncio.wait({self._tail})

    def end_all(self) -> None:
        """Ends every stream that is open, and each that is opened from now on."""
        self._closing = True
        for streams in self._streams.values():
            for stream in streams:
                stream.end()

    async def open(self, conversation: str) -> Stream:
        """Returns a new stream, which gets every event that is appended from now on. Give it to `parts`, and when it is
        over to `release`.

        Raises Problem with status 429 when the conversation has too many.
        """
        if len(self._streams.get(conversation, ())) >= MOST_STREAMS:
            raise too_many(f"At most {MOST_STREAMS} event streams at once for one conversation.", 60)
        stream = Stream(conversation)
        self._streams.setdefault(conversation, set()).add(stream)
        STREAMS.inc()
        try:
            if self._position is None:
                position = await self._store.read(outbox.last_position)
                self._position = position if self._position is None else self._position
        except BaseException:
            self.release(stream)
            raise
        if self._closing:
            stream.end()
        return stream

    async def parts(self, stream: Stream, after: int, first: First) -> AsyncIterator[bytes]:
        """Yields what goes over the wire: the events with a greater id than `after`, then what comes.

        `first` gives the passing event to tell once the past is told, or None.
        """
        try:
            yield f"retry: {RETRY}\n\n".encode()
            more = True
            while more:
                missed = await self._store.read(outbox.events, stream.conversation, after, BATCH)
                if missed:
                    after = missed[-1].id
                    yield b"".join(map(as_part, missed))
                more = len(missed) == BATCH
            if passing := first():
                yield passing_part(passing)
            while part := await stream.next():
                number, content = part
                if number == 0 or number > after:
                    after = max(after, number)
                    yield content
        except DatabaseUnavailable:
            logger.warning("An event stream ends, since the database can't be read.")

    def tell(self, conversation: str, event: Mapping[str, Any]) -> None:
        """Sends a passing event, which is not kept, to whoever has the conversation open now."""
        streams = self._streams.get(conversation)
        if streams:
            part = passing_part(event)
            for stream in streams:
                stream.push(0, part)

    def end(self, conversation: str, last_words: Sequence[Event] = ()) -> None:
        """Ends the streams of a conversation that is no more. Whoever asked for it gets `last_words` as the answer."""
        for stream in self._streams.get(conversation, ()):
            stream.end()

    def wake(self) -> None:
        """Says that something was appended, so that it is not waited for."""
        self._appended.set()

    def release(self, stream: Stream) -> None:
        """Forgets a stream; one that is forgotten already stays so."""
        streams = self._streams.get(stream.conversation, set())
        if stream in streams:
            streams.discard(stream)
            STREAMS.dec()
        if not streams:
            self._streams.pop(stream.conversation, None)
        if not self._streams:
            self._position = None

    async def _follow(self) -> None:
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._appended.wait(), LATE)
            self._appended.clear()
            try:
                while self._position is not None and await self._pass_on(self._position) == BATCH:
                    pass
            except DatabaseUnavailable as error:
                logger.warning("Live events wait: %s", error)
                await asyncio.sleep(LATE)
            except Exception:
                logger.exception("Live events were not passed on.")
                await asyncio.sleep(LATE)

    async def _pass_on(self, position: int) -> int:
        """Gives the events after `position` to their streams; returns how many there were."""
        events = await self._store.read(outbox.appended, position, BATCH)
        for event in events:
            streams = self._streams.get(event.conversation)
            if streams:
                part = as_part(event)
                for stream in streams:
                    stream.push(event.id, part)
        if events and self._position is not None:
            self._position = max(self._position, events[-1].position)
        return len(events)


class EventStreamResponse(StreamingResponse):
    """The answer that is a stream; however it ends, even before it began, the stream is released."""

    def __init__(self, streams: EventStreams, stream: Stream, after: int, first: First) -> None:
        # Some proxies would hold parts back (X-Accel-Buffering), or pack them.
        headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        super().__init__(streams.parts(stream, after, first), media_type="text/event-stream", headers=headers)
        self._streams, self._stream = streams, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream until it ends or nobody listens."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.release(self._stream)


def as_json(event: Event) -> dict[str, Any]:
    """Returns an event as the API tells it; where it is kept and whose it is stays inside."""
    return {
        "id": event.id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "message_id": event.message_id,
        "body": event.body,
    }


def as_part(event: Event) -> bytes:
    """Returns a kept event in the form of server-sent events."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.kind.encode(), _data(as_json(event)))


def passing_part(event: Mapping[str, Any]) -> bytes:
    """Returns a passing event, one without an id, in the form of server-sent events."""
    return b"event: %s\ndata: %s\n\n" % (str(event["kind"]).encode(), _data(event))


def _data(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
