"""The desk where messages are taken in, put to Rasa one at a time and in order, and answered; whatever happens.

A message that was taken in is in the database: it will be answered, also after this process or Rasa was killed. Rasa's
connector handles each message once, and an answer is kept once, so that trying again never says anything twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from bot.channels.replies import fault
from desk.hard_words import explained
from desk.numbers import ANSWERED, ERASED, RASA_FAULTS, WAITING
from desk.rasa import Rasa, RasaAway, RasaFailed, RasaRefused
from desk.store import Store
from people import conversations, erasing, messages, profiles, retention
from people.conversations import Conversation
from people.database import DatabaseUnavailable
from people.messages import Waiting
from people.profiles import WEB_CHAT, channel_of
from reminders import outbox
from reminders.outbox import Event
from service_catalog.catalog import Catalog

logger = logging.getLogger(__name__)

ANSWER_AT_ONCE = 10.0  # seconds a request waits for its answer; after that it comes over the stream
MOST_ATTEMPTS = 5  # that Rasa began and did not end; then the person is told so, and the next message has its turn
MOST_AT_ONCE = 16  # messages that Rasa has at the same time
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between two attempts, doubled each time
SWEEP = 30.0  # seconds between two looks for what was left over
LEFT_OVER = timedelta(seconds=60)  # so long may another process have it
ERASE_AT_ONCE = 3.0  # seconds a request to erase waits for Rasa; after that it is done later
PURGE = timedelta(hours=6)  # between two times that Rasa is asked to forget what nobody used for long


class ConversationGone(Exception):
    """The conversation is no more: it was erased, or its time is over."""


@dataclass(frozen=True)
class Sent:
    """A message as it was sent: cleaned `text`, `location` in WGS84 degrees, `id` given by the sender's browser."""

    id: str
    text: str
    location: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Question:
    """A waiting message with what Rasa has to know."""

    waiting: Waiting
    text: str
    municipality: str | None
    page_language: str | None = None
    fixed_language: str | None = None

    @property
    def language(self) -> str | None:
        """What to answer in where nothing is known of the conversation."""
        return self.fixed_language or self.page_language

    def as_json(self) -> dict[str, Any]:
        waiting = self.waiting
        fields: dict[str, Any] = {"sender": waiting.conversation, "message_id": waiting.id, "message": self.text}
        if waiting.location:
            fields["location"] = dict(zip(("latitude", "longitude"), waiting.location, strict=True))
        if self.municipality:
            fields["municipality"] = self.municipality
        languages = {"page_language": self.page_language, "fixed_language": self.fixed_language}
        return {**fields, **{name: language for name, language in languages.items() if language}}


@dataclass(frozen=True)
class _TakenIn:
    events: list[Event]
    is_answered: bool
    question: _Question | None  # what the conversation has to have answered next


@dataclass(frozen=True)
class _Answered:
    events: list[Event]
    following: _Question | None  # what the conversation has to have answered next
    is_gone: bool = False  # the conversation was erased meanwhile


class Audience(Protocol):
    """Whoever shows the conversations: the open streams of the web chat, or what writes to a messenger."""

    def wake(self) -> None:
        """Something was appended to a conversation."""
        ...

    def tell(self, conversation: str, event: Mapping[str, Any]) -> None:
        """Tells a passing event, which is not kept."""
        ...

    def end(self, conversation: str, last_words: Sequence[Event] = ()) -> None:
        """The conversation is no more; `last_words` were the answer to the message that had it erased."""
        ...


class Desk:
    """`start` before use, `close` at the end. `now` is the clock, aware; `catalogue` explains hard words.

    It answers the conversations of one `channel`. The one of the web chat erases what is over, of all channels.
    """

    def __init__(
        self,
        store: Store,
        rasa: Rasa,
        streams: Audience,
        now: Callable[[], datetime],
        catalogue: Callable[[], Catalog | None] = lambda: None,
        channel: str = WEB_CHAT,
    ) -> None:
        self._store, self._rasa, self._streams, self._now, self._catalogue = store, rasa, streams, now, catalogue
        self._channel = channel
        self._serving: dict[str, asyncio.Task[None]] = {}  # by conversation
        self._more: set[str] = set()  # conversations being served that got another message
        self._expected: dict[tuple[str, str], list[asyncio.Future[list[Event] | None]]] = {}
        self._answers = 0  # kept so far
        self._purged: datetime | None = None  # when Rasa last was
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._rasa_is_there = asyncio.Event()
        self._rasa_is_there.set()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Goes on with what was left over when the last process ended."""
        for conversation in await self._store.read(messages.waiting_conversations, self._now(), self._channel):
            self._attend(conversation)
        self._spawn(self._sweep())

    async def close(self) -> None:
        """Leaves what is waiting to the next process."""
        tasks = [*self._tasks, *self._serving.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # --- taking in ----------------------------------------------------------------------------------------------

    async def send(self, token: str, message: Sent) -> tuple[list[Event], bool]:
        """Takes a message in. Returns its events so far, and whether its answer is still waited for.

        The same message again gives the same events. Raises ConversationGone and DatabaseUnavailable.
        """
        answers_before = self._answers
        taken = await self._store.write(self._take_in, token, message)
        if taken.is_answered:
            return taken.events, False
        conversation = taken.events[0].conversation
        answer: asyncio.Future[list[Event] | None] = asyncio.get_running_loop().create_future()
        key = (conversation, message.id)
        self._expected.setdefault(key, []).append(answer)
        self._streams.wake()
        self._attend(conversation, taken.question)
        try:
            if self._answers != answers_before:  # it may have been answered before it was expected
                taken = await self._store.write(self._take_in, token, message)
                if taken.is_answered:
                    return taken.events, False
            if not self._rasa_is_there.is_set():
                self._tell_waiting(conversation)
                return taken.events, True
            replies = await asyncio.wait_for(answer, ANSWER_AT_ONCE)
        except asyncio.TimeoutError:
            replies = None
        finally:
            self._no_longer_expected(key, answer)
        if replies is None:
            return taken.events, True
        return [taken.events[0], *replies], False

    async def take(self, address: str, message: Sent) -> None:
        """Takes in a message from a messenger; what answers it is appended to its conversation, which must have begun.

        The same message again changes nothing. Raises ConversationGone and DatabaseUnavailable.
        """

        def take_in(connection: Connection) -> _TakenIn:
            conversation = conversations.by_id(connection, address)
            if conversation is None:
                raise ConversationGone
            return self._take(connection, conversation, message)

        taken = await self._store.write(take_in)
        if not taken.is_answered:
            self._attend(address, taken.question)

    def _take_in(self, connection: Connection, token: str, message: Sent) -> _TakenIn:
        return self._take(connection, owner(connection, token, self._now()), message)

    def _take(self, connection: Connection, conversation: Conversation, message: Sent) -> _TakenIn:
        now = self._now()
        is_answered = messages.was_answered(connection, conversation.id, message.id)
        if is_answered is None:
            body = {"text": message.text, **({"location": True} if message.location else {})}
            event = outbox.append(connection, conversation.id, "message", body, now, message.id)
            messages.add(connection, conversation.id, message.id, event.id, message.location, now)
            conversations.renew(connection, conversation, now)
            profiles.seen(connection, self._channel, conversation.id, now)
            waiting = messages.next_waiting(connection, conversation.id)
            if waiting and waiting.event == event.id:  # nothing waits before it: all that Rasa has to know is here
                presets, fixed = conversation.presets, _fixed_language(connection, conversation.id)
                page = presets.get("municipality"), presets.get("language")
                return _TakenIn([event], False, _Question(waiting, message.text, *page, fixed))
            return _TakenIn([event], False, _next_question(connection, conversation.id))
        events = outbox.events_of_message(connection, conversation.id, message.id)
        return _TakenIn(events, is_answered, None if is_answered else _next_question(connection, conversation.id))

    def waiting_for(self, conversation: str) -> dict[str, Any] | None:
        """Returns the passing event that tells whoever opens the conversation now what it waits for; None for
        nothing."""
        if conversation not in self._serving:
            return None
        return _TYPING if self._rasa_is_there.is_set() else _WAITING

    async def remembered(self, conversation: str) -> dict[str, Any] | None:
        """Returns what Rasa made of a conversation; None when it can't tell now."""
        return await self._rasa.remembered(conversation) if self._rasa_is_there.is_set() else None

    # --- answering ----------------------------------------------------------------------------------------------

    def _attend(self, conversation: str, question: _Question | None = None) -> None:
        """Sees to it that the conversation's waiting messages are answered."""
        if conversation in self._serving:
            self._more.add(conversation)
            return
        self._serving[conversation] = asyncio.create_task(self._serve(conversation, question))

    async def _serve(self, conversation: str, question: _Question | None) -> None:
        pause = FIRST_PAUSE
        try:
            while True:
                try:
                    self._more.discard(conversation)
                    question = question or await self._store.read(_next_question, conversation)
                    while question:
                        question = await self._answer(question)
                        pause = FIRST_PAUSE
                except DatabaseUnavailable as error:
                    logger.warning("Messages wait: %s", error)
                    self._give_up_waiting(conversation)
                    await asyncio.sleep(pause)
                    pause, question = min(2 * pause, LONGEST_PAUSE), None
                    continue
                if conversation not in self._more:
                    return
        except Exception:
            logger.exception("A conversation was left; it is taken up again soon.")
            self._give_up_waiting(conversation)
        finally:
            del self._serving[conversation]

    async def _answer(self, question: _Question) -> _Question | None:
        """Has one message answered, keeps the answer, and returns the next question of the conversation."""
        waiting = question.waiting
        WAITING.inc()
        try:
            replies = await self._ask(question)
            answered = await self._store.write(self._keep_answer, waiting, replies)
        finally:
            WAITING.dec()
        self._answers += 1
        if not answered.is_gone:
            self._streams.wake()
        for answer in self._expected.pop((waiting.conversation, waiting.id), []):
            if not answer.done():
                answer.set_result(answered.events)
        if answered.is_gone:
            self._streams.end(waiting.conversation, answered.events)
            self._spawn(self._erase_elsewhere(waiting.conversation))
        return answered.following

    async def _ask(self, question: _Question) -> list[dict[str, Any]]:
        """Returns Rasa's replies, however long it takes; the fault reply when it can't be answered."""
        waiting, pause = question.waiting, FIRST_PAUSE
        while True:
            await self._rasa_is_there.wait()
            self._streams.tell(waiting.conversation, _TYPING)
            try:
                async with self._places:
                    replies = await self._rasa.replies(question.as_json())
                ANSWERED.labels("answered").inc()
                return replies
            except RasaRefused as error:
                logger.error("Rasa refuses a message: %s.", error)
                ANSWERED.labels("refused").inc()
                return [fault(question.language)]
            except RasaAway as error:
                RASA_FAULTS.labels("away").inc()
                self._rasa_is_away(str(error))
            except RasaFailed as error:
                RASA_FAULTS.labels("failed").inc()
                attempts = await self._store.write(messages.count_attempt, waiting)
                if attempts >= MOST_ATTEMPTS:
                    logger.error("A message was tried %d times in vain: %s.", attempts, error)
                    ANSWERED.labels("failed").inc()
                    return [fault(question.language)]
                self._rasa_is_away(str(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _keep_answer(self, connection: Connection, waiting: Waiting, replies: list[dict[str, Any]]) -> _Answered:
        now, conversation = self._now(), waiting.conversation
        outbox.hold(connection)  # before the message, as who erases the conversation does
        if not messages.answer(connection, conversation, waiting.id, now):
            events = outbox.events_of_message(connection, conversation, waiting.id)
            if events:  # another process was faster
                return _Answered(events[1:], _next_question(connection, conversation))
            # "Unohda minut" erases its own conversation. The last words are told, and kept nowhere.
            told = [
                Event(conversation, number, 0, "reply", now, waiting.id, body)
                for number, body in enumerate(replies, waiting.event + 1)
            ]
            is_gone = conversations.by_id(connection, conversation) is None
            return _Answered(told, _next_question(connection, conversation), is_gone)
        language, catalog = conversations.preset(connection, conversation, "language") or "fi", self._catalogue()
        bodies = [explained(reply, catalog, language) for reply in replies]
        kept = [outbox.append(connection, conversation, "reply", body, now, waiting.id) for body in bodies]
        return _Answered(kept, _next_question(connection, conversation))

    def _rasa_is_away(self, why: str) -> None:
        """From now on nobody asks Rasa until it is ready; who waits is told."""
        if not self._rasa_is_there.is_set():
            return
        logger.warning("Rasa does not answer (%s); messages wait for it.", why)
        self._rasa_is_there.clear()
        for conversation in self._serving:
            self._tell_waiting(conversation)
            self._give_up_waiting(conversation)
        self._spawn(self._look_for_rasa())

    async def _look_for_rasa(self) -> None:
        pause = FIRST_PAUSE
        while not await self._rasa.is_ready():
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        logger.warning("Rasa is ready.")
        self._rasa_is_there.set()

    def _tell_waiting(self, conversation: str) -> None:
        self._streams.tell(conversation, _WAITING)

    def _give_up_waiting(self, conversation: str) -> None:
        """Lets the requests of a conversation go: their answers will come over the stream."""
        for key in [key for key in self._expected if key[0] == conversation]:
            for answer in self._expected.pop(key):
                if not answer.done():
                    answer.set_result(None)

    def _no_longer_expected(self, key: tuple[str, str], answer: asyncio.Future[list[Event] | None]) -> None:
        answers = self._expected.get(key, [])
        if answer in answers:
            answers.remove(answer)
            if not answers:
                del self._expected[key]

    # --- erasing ------------------------------------------------------------------------------------------------

    async def erase(self, token: str, whole_person: bool = False) -> None:
        """Erases a conversation everywhere, or with `whole_person` all that is kept of who is behind it.

        Here it is gone on return; in Rasa too, or as soon as Rasa is there. Raises ConversationGone and
        DatabaseUnavailable.
        """

        def take_away(connection: Connection) -> list[str]:
            now = self._now()
            conversation = owner(connection, token, now).id
            profile = profiles.find(connection, WEB_CHAT, conversation) if whole_person else None
            if profile:
                return erasing.forget(connection, profile.id, now)
            erasing.forget_address(connection, WEB_CHAT, conversation, now)
            return [conversation]

        addresses = await self._store.write(take_away)
        ERASED.labels("person").inc(len(addresses))
        for address in addresses:
            self._streams.end(address)
            self._give_up_waiting(address)
        elsewhere = {self._spawn(self._erase_elsewhere(address)) for address in addresses}
        await asyncio.wait(elsewhere, timeout=ERASE_AT_ONCE)

    async def _erase_elsewhere(self, conversation: str) -> None:
        """Has Rasa forget a conversation, and forgets what it may have said meanwhile."""
        serving = self._serving.get(conversation)
        if serving:  # what Rasa is answering now it would keep afterwards
            if self._rasa_is_there.is_set():
                await asyncio.wait({serving}, timeout=ERASE_AT_ONCE / 2)
            serving.cancel()
        if not await self._rasa.forget(conversation):
            return

        await self._store.write(erasing.finish, conversation, self._now())

    # --- what was left over -------------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """Now and then takes up what was left over by another process or a fault, and erases what is too old."""
        while True:
            try:
                await self._sweep_once()
            except DatabaseUnavailable as error:
                logger.warning("Nothing is swept up: %s", error)
            except Exception:
                logger.exception("Nothing is swept up.")
            await asyncio.sleep(SWEEP)

    async def _sweep_once(self) -> None:
        now = self._now()
        for conversation in await self._store.read(messages.waiting_conversations, now - LEFT_OVER, self._channel):
            self._attend(conversation)

        if self._channel != WEB_CHAT:
            return

        def erase_expired(connection: Connection) -> int:
            over = conversations.expired(connection, now)
            for conversation in over:
                erasing.forget_address(connection, channel_of(conversation), conversation, now)
            return len(over)

        if await self._store.read(conversations.expired, now, 1):
            ERASED.labels("time").inc(await self._store.write(erase_expired))
        if self._rasa_is_there.is_set():
            for conversation in await self._store.read(conversations.to_erase):
                await self._erase_elsewhere(conversation)
            if self._purged is None or abs(now - self._purged) >= PURGE:
                self._purged = now if await self._rasa.forget_unused(now - retention.TEXTS) else None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the event loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)
        return task


_TYPING = {"kind": "typing"}
_WAITING = {"kind": "waiting"}


def owner(connection: Connection, token: str, now: datetime) -> Conversation:
    """Returns the conversation that `token` opens. Raises ConversationGone."""
    conversation = conversations.owned_by(connection, token, now)
    if conversation is None:
        raise ConversationGone
    return conversation


def _next_question(connection: Connection, conversation: str) -> _Question | None:
    waiting = messages.next_waiting(connection, conversation)
    if waiting is None:
        return None
    (message, *_) = outbox.events(connection, conversation, waiting.event - 1, 1)
    place, language = (conversations.preset(connection, conversation, name) for name in ("municipality", "language"))
    fixed = _fixed_language(connection, conversation)
    return _Question(waiting, str(message.body["text"]), place, language, fixed)


def _fixed_language(connection: Connection, conversation: str) -> str | None:
    """The language that the person chose, if they did."""
    profile = profiles.find(connection, channel_of(conversation), conversation)
    return profile.language if profile and profile.language_fixed else None
