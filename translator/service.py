"""Texts into another language within a time limit, whatever the provider does.

A call of a provider blocks a daemon thread of this module's own, and there are few of them: one that hangs holds nobody
else's thread and no shutdown. After some failures in a row the circuit breaker lets nothing through for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any

import pybreaker

from people import translated
from people.database import Database, DatabaseUnavailable
from translator.protection import Protected, protect, restore, sentences
from translator.providers import Provider, ProviderFailed

logger = logging.getLogger(__name__)

THREADS = 6  # calls of the provider at a time
FAILURES, REST = 3, 30.0  # failures in a row after which nothing is sent, and for how many seconds
LONGEST_TEXT = 6_000  # characters of one text that are translated at all


@dataclass(frozen=True)
class Result:
    """A text in the other language. `whole` is false where sentences stayed as they were, because what must not
    change did not come back."""

    text: str
    whole: bool = True


class Translator:
    """A provider with a time limit, a breaker, and a cache where a database is given. Safe in one event loop."""

    def __init__(
        self,
        provider: Provider,
        seconds: float,
        database: Database | None = None,
        *,
        threads: int = THREADS,
        rest: float = REST,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        """`seconds` is the limit of one `translate` or `translate_all`; `rest` how long the breaker stays open."""
        self.recipient = provider.recipient
        self._provider = provider
        self._seconds = seconds
        self._database = database
        self._now = now
        self._threads = threading.BoundedSemaphore(threads)
        self._turns = asyncio.Semaphore(threads)
        self._breaker = pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=rest)

    def supports(self, language: str) -> bool:
        """Whether the provider says that it has a language (ISO 639-1)."""
        return self._provider.supports(language)

    async def translate(self, text: str, source: str, target: str) -> Result | None:
        """One text that nobody else may find in the cache, such as a person's message; None where it failed."""
        (found,) = await self.translate_all([text], source, target, cached=False)
        return found

    async def translate_all(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        names: Collection[str] = (),
        person: str | None = None,
        cached: bool = True,
    ) -> list[Result | None]:
        """Texts in the same order, all within the time limit; None for each that could not be translated.

        `names` come through unchanged. `person` is whose the translations are in the cache, None for anybody's.
        Never raises.
        """
        deadline = asyncio.get_running_loop().time() + self._seconds
        capitals = source in ("fi", "sv", "en")
        cut = [sentences(text) if len(text) <= LONGEST_TEXT else [] for text in texts]
        wanted = {
            sentence: protect(sentence, names, capitals=capitals)
            for parts in cut
            for sentence in parts
            if any(character.isalpha() for character in sentence)
        }
        keys = {sentence: self._key(one, source, target) for sentence, one in wanted.items()}
        known = await self._known(list(keys.values())) if cached else {}
        missing = [sentence for sentence in wanted if keys[sentence] not in known]
        answers = await asyncio.gather(
            *(self._sentence(wanted[sentence], source, target, deadline) for sentence in missing)
        )
        made = dict(zip(missing, answers, strict=True))
        fresh = {keys[sentence]: said for sentence, said in made.items() if said is not None}
        if cached and fresh:
            await self._keep(fresh, target, person)
        return [self._put_together(parts, wanted, {**known, **fresh}, keys) for parts in cut]

    def _put_together(
        self, parts: list[str], wanted: dict[str, Protected], said: dict[str, str], keys: dict[str, str]
    ) -> Result | None:
        """The text of its sentences; None where a sentence got no answer."""
        if not parts:
            return None
        words, whole = [], True
        for part in parts:
            if part not in wanted or not wanted[part].has_words:
                words.append(part)
                continue
            answer = said.get(keys[part])
            if answer is None:
                return None
            restored = restore(answer, wanted[part])
            whole = whole and restored is not None
            words.append(part if restored is None else restored)
        return Result("".join(words), whole)

    async def _sentence(self, protected: Protected, source: str, target: str, deadline: float) -> str | None:
        """What the provider answers for one sentence, tokens and all; None where it can't within the time."""
        if not protected.has_words:
            return protected.text
        if len(protected.text) > self._provider.longest:
            return None
        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(self._turns.acquire(), deadline - loop.time())
        except asyncio.TimeoutError:
            return None
        try:
            with self._breaker.calling():
                answer = self._in_a_thread(protected.text, source, target)
                return await asyncio.wait_for(answer, max(deadline - loop.time(), 0.0))
        except pybreaker.CircuitBreakerError:
            return None
        except (ProviderFailed, asyncio.TimeoutError) as error:
            logger.warning(
                "A translation failed: %s", error if isinstance(error, ProviderFailed) else "no answer in time"
            )
            return None
        finally:
            self._turns.release()

    def _in_a_thread(self, text: str, source: str, target: str) -> asyncio.Future[str]:
        """The provider's answer, from a thread of its own. Raises ProviderFailed where all of them are held."""
        if not self._threads.acquire(blocking=False):
            raise ProviderFailed(f"{self.recipient}: earlier calls still hang")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def settle(setter: Callable[[Any], None], value: Any) -> None:
            if not answer.done():
                setter(value)

        def work() -> None:
            try:
                outcome: tuple[Callable[[Any], None], Any] = (
                    answer.set_result,
                    self._provider.translate(text, source, target),
                )
            except Exception as error:
                outcome = (answer.set_exception, error)
            finally:
                self._threads.release()
            with contextlib.suppress(RuntimeError):  # the program ended meanwhile
                loop.call_soon_threadsafe(settle, *outcome)

        threading.Thread(target=work, daemon=True, name="translator").start()
        return answer

    # --- the cache ---

    def _key(self, protected: Protected, source: str, target: str) -> str:
        written = "\x00".join((self.recipient, source, target, protected.text))
        return sha256(written.encode("utf-8", "replace")).hexdigest()

    async def _known(self, keys: list[str]) -> dict[str, str]:
        return await asyncio.to_thread(self._read, keys) if self._database and keys else {}

    def _read(self, keys: list[str]) -> dict[str, str]:
        assert self._database is not None
        try:
            with self._database.reading() as connection:
                return translated.known(connection, keys, self._now())
        except DatabaseUnavailable as error:
            logger.warning("Translations can't be looked up: %s", error)
            return {}

    async def _keep(self, fresh: dict[str, str], language: str, person: str | None) -> None:
        if self._database:
            await asyncio.to_thread(self._write, fresh, language, person)

    def _write(self, fresh: dict[str, str], language: str, person: str | None) -> None:
        assert self._database is not None
        try:
            with self._database.writing() as connection:
                translated.keep(connection, fresh, language, person, self._now())
        except DatabaseUnavailable as error:
            logger.warning("Translations can't be kept: %s", error)
