"""Where conversations are kept: Rasa's SQL tracker store, with a bound on the length of a conversation.

Rasa's own store keeps every event for ever, and each turn loads, copies and sends all events of the session,
so that an answer takes longer the longer one talks. This one holds the current session only, and of that the
last turns: past `maximum_turns` the oldest are dropped and what they left behind (slots, an active form) is
carried over. It also says when it can't write, where Rasa falls back to memory without telling anybody.
"""

import json
import os
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore, create_engine_kwargs
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.exc import SQLAlchemyError

MAXIMUM_TURNS = 12
KEPT_TURNS = 4


class ConversationsUnavailable(RasaException):
    """The database of conversations can't be opened or written. The text has no words of any conversation."""


class ConversationStore(SQLTrackerStore):
    """Keeps the current session of each conversation in one table of an SQL database.

    `problem` is None, or a sentence about the last write that failed; the next one that succeeds clears it.
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
        url = sa.engine.make_url(host or f"sqlite:///{db}")
        try:
            self.engine = _create_engine(url)
            self.Base.metadata.create_all(self.engine)
            with self.engine.begin() as connection:
                connection.execute(
                    sa.text("CREATE INDEX IF NOT EXISTS events_sender_time ON events (sender_id, timestamp)")
                )
                connection.execute(sa.text("DELETE FROM events WHERE id < 0"))  # fails where writing would
        except (SQLAlchemyError, OSError) as error:
            raise ConversationsUnavailable(
                f"The conversations can't be kept in {url!r}: {_kind(error)}. "
                "Check in endpoints.yml that the place exists and that this user may write there."
            ) from None
        self.sessionmaker = sqlalchemy.orm.sessionmaker(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores what is new in `tracker`, and shortens the conversation when it has become long.

        Raises ConversationsUnavailable when it can't be written.
        """
        await self.stream_events(tracker)
        shorter = shorten(tracker, self.maximum_turns, self.kept_turns)
        try:
            with self.session_scope() as session:
                if shorter is None:
                    events: Iterable[Event] = self._additional_events(session, tracker)
                else:
                    self._event_query(session, tracker.sender_id, True).order_by(None).delete()
                    events = shorter
                session.add_all([self._row(tracker.sender_id, event) for event in events])
                session.commit()
        except SQLAlchemyError as error:
            self.problem = f"The last conversation could not be saved: {_kind(error)}."
            raise ConversationsUnavailable(self.problem) from None
        self.problem = None

    def _event_query(
        self, session: sqlalchemy.orm.Session, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> sqlalchemy.orm.Query:
        """Returns the stored events of one conversation, oldest first: all are of the current session.

        Rasa compares time stamps to find that session, which loses events when the clock is set back.
        """
        return session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).order_by(self.SQLEvent.id)

    def _row(self, sender_id: str, event: Event) -> Any:
        fields = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=fields.get("timestamp"),
            intent_name=fields.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=fields.get("name"),
            data=json.dumps(fields),
        )


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


def _kind(error: Exception) -> str:
    """Returns what kind of error it is, without the statement or values it quotes."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {cause}" if isinstance(cause, OSError) else str(cause).split("\n")[0]
