"""Where conversations are kept: Rasa's SQL tracker store, with a bound on the length of a conversation.

Rasa's own store keeps every event for ever, and each turn loads, copies and sends all events of the session,
so that an answer takes longer the longer one talks. This one holds the current session only, and of that the
last turns: past `maximum_turns` the oldest are dropped and what they left behind (slots, an active form) is
carried over. It also says when it can't write, where Rasa falls back to memory without telling anybody.
"""

import asyncio
import itertools
import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore, create_engine_kwargs
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)

MAXIMUM_TURNS = 12
KEPT_TURNS = 4
DELETED_AT_ONCE = 50  # conversations in one transaction, which answers wait for
REWRITE_EVERY = 60.0  # seconds between two times that an SQLite file is written anew for deletions


class ConversationsUnavailable(RasaException):
    """The database of conversations can't be opened or written. The text has no words of any conversation."""


class ConversationStore(SQLTrackerStore):
    """Keeps the current session of each conversation in one table of an SQL database.

    `problem` is None, or a sentence about the last write that failed; the next one that succeeds clears it.
    `rewriting` is the task that will write an SQLite file anew, while deletions wait for it.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        db: str = "var/conversations.db",
        maximum_turns: int = MAXIMUM_TURNS,
        kept_turns: int = KEPT_TURNS,
        **kwargs: Any,
    ) -> None:
        """Opens the database, and creates it where there is none.

        `host` is the URL of a database (`url:` in endpoints.yml); without one it is the SQLite file `db`. A
        session of more than `maximum_turns` messages of the person is cut to the last `kept_turns`.

        Raises ConversationsUnavailable when it can't be opened or written.
        """
        TrackerStore.__init__(self, domain, event_broker)
        self.maximum_turns = maximum_turns
        self.kept_turns = kept_turns
        self.problem: str | None = None
        url = self._url = sa.engine.make_url(host or f"sqlite:///{db}")
        self._file: str | None = url.database if url.get_backend_name() == "sqlite" else None
        self.rewriting: asyncio.Task[None] | None = None
        self._rewritten = float("-inf")
        try:
            self.engine = _create_engine(url)
            self.Base.metadata.create_all(self.engine)
            with self.engine.begin() as connection:
                connection.execute(
                    sa.text("CREATE INDEX IF NOT EXISTS events_sender_time ON events (sender_id, timestamp)")
                )
                connection.execute(sa.text("DELETE FROM events WHERE id < 0"))  # fails where writing would
            if self._file:
                rewrite(self._file)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise ConversationsUnavailable(
                f"The conversations can't be kept in {url!r}: {_kind(error)}. "
                "Check in endpoints.yml that the place exists and that this user may write there."
            ) from None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores what is new in `tracker`, and shortens the conversation when it has become long.

        Raises ConversationsUnavailable when it can't be written.
        """
        await self.stream_events(tracker)
        shorter = shorten(tracker, self.maximum_turns, self.kept_turns)
        try:
            with self.engine.begin() as connection:
                if shorter is None:
                    stored = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar()
                    events: Iterable[Event] = itertools.islice(tracker.events, stored, None)
                else:
                    connection.execute(_DELETE, {"sender": tracker.sender_id})
                    events = shorter
                if rows := [_row(tracker.sender_id, event) for event in events]:
                    connection.execute(_EVENTS.insert(), rows)
        except SQLAlchemyError as error:
            self.problem = f"The last conversation could not be saved: {_kind(error)}."
            raise ConversationsUnavailable(self.problem) from None
        self.problem = None

    async def keys(self) -> Iterable[str]:
        """Returns the identifiers of the conversations that are stored."""
        with self.engine.connect() as connection:
            return connection.execute(_SENDERS).scalars().all()

    async def replies_to(self, sender_id: str, message_id: str) -> list[BotUttered] | None:
        """Returns what the bot said to the person's message of that id; None when no such message is stored."""
        with self.engine.connect() as connection:
            messages = connection.execute(_MESSAGES, {"sender": sender_id, "named": f"%{_escaped(message_id)}%"})
            found = [number for number, data in messages if json.loads(data).get("message_id") == message_id]
            if not found:
                return None
            said = connection.execute(_FOLLOWING, {"sender": sender_id, "message": found[-1]})
            kinds = itertools.takewhile(lambda row: row.type_name != UserUttered.type_name, said)
            bot = [row.data for row in kinds if row.type_name == BotUttered.type_name]
        return [BotUttered.from_parameters(json.loads(data)) for data in bot]

    async def delete(self, sender_id: str) -> None:
        """Deletes everything that is stored of one conversation.

        An SQLite file is written anew, so that nothing of it can be read there: at once, or together with other
        deletions up to `REWRITE_EVERY` seconds later, or at the next start. Raises ConversationsUnavailable when it
        can't be deleted.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(_DELETE, {"sender": sender_id})
                self._count_deletion(connection)
            await self._rewrite()
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise ConversationsUnavailable(f"A conversation could not be deleted: {_kind(error)}.") from None

    async def delete_unused(self, since: datetime) -> int:
        """Deletes the conversations whose last event is from before `since`; returns how many there were.

        One that is being carried on just now is written whole again at the end of its turn. The file is written anew
        as `delete` does. Raises ConversationsUnavailable.
        """
        try:
            deleted = await asyncio.to_thread(self._delete_unused, since.timestamp())
            if deleted:
                await self._rewrite()
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise ConversationsUnavailable(f"Old conversations could not be deleted: {_kind(error)}.") from None
        return deleted

    def _delete_unused(self, since: float) -> int:
        engine = _create_engine(self._url)  # of this thread, which comes seldom
        try:
            with engine.connect() as connection:
                unused = connection.execute(_UNUSED, {"since": since}).scalars().all()
            for start in range(0, len(unused), DELETED_AT_ONCE):
                batch = [{"sender": sender, "since": since} for sender in unused[start : start + DELETED_AT_ONCE]]
                with engine.begin() as connection:
                    connection.execute(_DELETE_UNUSED, batch)
                    self._count_deletion(connection)
        finally:
            engine.dispose()
        return len(unused)

    def _count_deletion(self, connection: Connection) -> None:
        if self._file:
            deletions = connection.exec_driver_sql("PRAGMA user_version").scalar()
            connection.exec_driver_sql(f"PRAGMA user_version = {deletions + 1}")

    async def _rewrite(self) -> None:
        if self._file and not self.rewriting:
            wait = self._rewritten + REWRITE_EVERY - time.monotonic()
            if wait > 0:
                self.rewriting = asyncio.create_task(self._rewrite_later(self._file, wait))
            else:
                self._rewritten = time.monotonic()
                await asyncio.to_thread(rewrite, self._file)

    async def _rewrite_later(self, file: str, wait: float) -> None:
        await asyncio.sleep(wait)
        self.rewriting = None  # deletions from now on want another time
        self._rewritten = time.monotonic()
        try:
            await asyncio.to_thread(rewrite, file)
        except sqlite3.Error as error:
            logger.error("Deleted conversations are still in a file: %s. The next deletion tries again.", _kind(error))

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        """Returns the stored conversation: all of its events are of the current session.

        Rasa compares time stamps to find that session, which loses events when the clock is set back.
        """
        with self.engine.connect() as connection:
            events = [json.loads(data) for data in connection.execute(_STORED, {"sender": sender_id}).scalars()]
        if not events or not self.domain:
            return None
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)


# Rasa's own table, so that its tools read it. Plain statements, compiled once: through SQLAlchemy's sessions, reading
# and writing a conversation took a third of a turn.
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_OF_SENDER = _EVENTS.c.sender_id == sa.bindparam("sender")
_SENDERS = sa.select(_EVENTS.c.sender_id).distinct()
_STORED = sa.select(_EVENTS.c.data).where(_OF_SENDER).order_by(_EVENTS.c.id)
_COUNT = sa.select(sa.func.count()).select_from(_EVENTS).where(_OF_SENDER)
_DELETE = _EVENTS.delete().where(_OF_SENDER)
_since = sa.bindparam("since", type_=sa.Float)
_last_used = sa.func.max(_EVENTS.c.timestamp)
_UNUSED = sa.select(_EVENTS.c.sender_id).group_by(_EVENTS.c.sender_id).having(_last_used < _since)
_used = _EVENTS.alias()
_DELETE_UNUSED = _EVENTS.delete().where(
    _OF_SENDER, ~sa.exists().where(_used.c.sender_id == sa.bindparam("sender"), _used.c.timestamp >= _since)
)
_MESSAGES = (
    sa.select(_EVENTS.c.id, _EVENTS.c.data)
    .where(_OF_SENDER, _EVENTS.c.type_name == UserUttered.type_name)
    .where(_EVENTS.c.data.like(sa.bindparam("named"), escape="!"))
    .order_by(_EVENTS.c.id)
)
_FOLLOWING = (
    sa.select(_EVENTS.c.type_name, _EVENTS.c.data)
    .where(_OF_SENDER, _EVENTS.c.id > sa.bindparam("message"))
    .where(_EVENTS.c.type_name.in_([UserUttered.type_name, BotUttered.type_name]))
    .order_by(_EVENTS.c.id)
)


def _escaped(text: str) -> str:
    """Returns text as it stands in stored JSON, for LIKE with "!" as its escape."""
    written = json.dumps(text)
    for sign in "!%_":
        written = written.replace(sign, f"!{sign}")
    return written


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    fields = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": fields.get("timestamp"),
        "intent_name": fields.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": fields.get("name"),
        "data": json.dumps(fields),
    }


def shorten(tracker: DialogueStateTracker, maximum_turns: int, kept_turns: int) -> list[Event] | None:
    """Returns the events that carry on the conversation of `tracker` in fewer words; None when it is short
    enough.

    Only the current session is kept, and of a session with more than `maximum_turns` messages of the person
    the last `kept_turns`, after a new session start that sets the slots and the form as they stood before.
    The state that follows from the events stays the same.
    """
    events = list(tracker.events)
    start = max((i for i, event in enumerate(events) if isinstance(event, SessionStarted)), default=0)
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered) and i > start]
    if len(turns) > maximum_turns:
        shorter = _carry_over(tracker, events, turns[-kept_turns])
    elif any(isinstance(event, UserUttered) for event in events[:start]):
        shorter = events[start:]
    else:
        return None
    return shorter if _state(tracker) == _state(_replay(tracker, shorter)) else None


def _carry_over(tracker: DialogueStateTracker, events: list[Event], cut: int) -> list[Event]:
    """Returns the events from `cut` on, after a session start that restores the state the earlier ones had
    led to."""
    before = _replay(tracker, events[:cut])
    timestamp = events[cut].timestamp
    slots = [
        SlotSet(name, slot.value, timestamp=timestamp)
        for name, slot in before.slots.items()
        if slot.value != slot.initial_value
    ]
    loop = [ActiveLoop(before.active_loop_name, timestamp=timestamp)] if before.active_loop_name else []
    listen = ActionExecuted(ACTION_LISTEN_NAME, timestamp=timestamp)
    return [SessionStarted(timestamp=timestamp), *slots, *loop, listen, *events[cut:]]


def _replay(tracker: DialogueStateTracker, events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(tracker.sender_id, events, tracker.slots.values())


def _state(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    return (
        tracker.current_slot_values(),
        tracker.active_loop_name,
        tracker.is_paused(),
        tracker.latest_action_name,
    )


def store_problem(store: TrackerStore) -> str | None:
    """Returns None when `store` keeps conversations durably, else a sentence about what is wrong.

    Rasa replaces a store it can't import by one in memory, and wraps every store in one that hides its
    errors.
    """
    kept_in = getattr(store, "_tracker_store", store)
    if not isinstance(kept_in, ConversationStore):
        return f"{type(kept_in).__name__} keeps the conversations; endpoints.yml should name ConversationStore."
    return kept_in.problem


async def replies_to(store: TrackerStore, sender_id: str, message_id: str) -> list[BotUttered] | None:
    """Returns what the bot said to the person's message of that id, None when it hasn't been answered.

    Looks only where conversations are kept durably, and behind the wrapper that Rasa puts around every store.
    """
    kept_in = getattr(store, "_tracker_store", store)
    return await kept_in.replies_to(sender_id, message_id) if isinstance(kept_in, ConversationStore) else None


async def filled_slots(store: TrackerStore, sender_id: str) -> dict[str, Any]:
    """Returns what the slots of a conversation hold, of those that hold another value than at its beginning."""
    tracker = await store.retrieve(sender_id)
    slots = tracker.slots.items() if tracker else ()
    return {name: slot.value for name, slot in slots if slot.value != slot.initial_value}


async def delete_conversation(store: TrackerStore, sender_id: str) -> None:
    """Deletes everything `store` has of one conversation, in the memory that Rasa falls back to as well.

    Raises ConversationsUnavailable when it can't be deleted.
    """
    for kept_in in (getattr(store, "_tracker_store", store), getattr(store, "_fallback_tracker_store", None)):
        if isinstance(kept_in, ConversationStore):
            await kept_in.delete(sender_id)
        elif isinstance(kept_in, InMemoryTrackerStore):
            kept_in.store.pop(sender_id, None)


async def delete_unused(store: TrackerStore, since: datetime) -> int:
    """Deletes from `store` the conversations that were last used before `since`; returns how many there were.

    Looks only where conversations are kept durably. Raises ConversationsUnavailable when they can't be deleted.
    """
    kept_in = getattr(store, "_tracker_store", store)
    return await kept_in.delete_unused(since) if isinstance(kept_in, ConversationStore) else 0


def _create_engine(url: sa.engine.URL) -> sa.engine.Engine:
    # Errors of SQLAlchemy quote the parameters, which are people's words.
    options: dict[str, Any] = {"hide_parameters": True, **create_engine_kwargs(url)}
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, **options)
    if url.database:
        os.makedirs(os.path.dirname(url.database) or ".", exist_ok=True)
    # One thread uses one connection: opening the file anew for each turn would cost more than the turn's
    # queries.
    engine = sa.create_engine(url, poolclass=sa.pool.SingletonThreadPool, **options)
    sa.event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")


def rewrite(file: str) -> None:
    """Writes an SQLite file anew if rows were deleted since it was: 0.7 s per 100 MB.

    They stay readable otherwise, in free pages, in gaps of pages and in the WAL file; `PRAGMA secure_delete` doesn't
    reach the copies that SQLite leaves behind when it moves rows between pages. `user_version` of the file counts the
    deletions since, so that none is forgotten when the process ends. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as connection:
        deletions = connection.execute("PRAGMA user_version").fetchone()
        if deletions == (0,):
            return
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() == deletions:
            connection.execute("PRAGMA user_version = 0")
        connection.execute("COMMIT")


def _kind(error: Exception) -> str:
    """Returns what kind of error it is, without the statement or values it quotes."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {cause}" if isinstance(cause, OSError) else str(cause).split("\n")[0]
