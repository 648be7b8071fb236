"""Sends what waits in `reminders.pushes` to push services: encrypted (RFC 8291), signed (RFC 8292), in bounded time.

It runs beside the deliveries, on its own: a push service that hangs, fails or asks to wait holds up its own pushes
and nothing else. Of what a service answers only the status is read, and how long it asks to wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import aiohttp
import sqlalchemy as sa
from aiohttp.abc import AbstractResolver
from pywebpush import WebPusher
from sqlalchemy.engine import Connection
from yarl import URL

from people import profiles
from people.database import Database
from people.profiles import people
from reminders import push_services, pushes
from reminders.kinds import KINDS
from reminders.planning import Planned, Rules, Send, may_send_now
from reminders.push_services import PublicAddresses
from reminders.pushes import Push
from reminders.vapid import VapidKey

logger = logging.getLogger(__name__)

BATCH = 100  # pushes claimed at a time
AT_ONCE = 20
TIME_LIMIT = 10.0  # seconds for one push, from looking up the name to the status
LONGEST_WAIT = timedelta(days=1)  # that a push service may ask for
GONE = frozenset({404, 410})  # the subscription is no more (RFC 8030, section 7.3)
LATER = frozenset({408, 425, 429, *range(500, 600)})


class Answer(NamedTuple):
    """What became of one attempt: "sent", "gone", "later" or "refused". `wait` is what the push service asked for."""

    outcome: str
    wait: timedelta = timedelta(0)


class WebPush:
    """Sends pushes; one for a process. `contact` (mailto: or https:) is whom a push service may write to.

    `trusted` are origins of push services that needn't be public. `now` is the clock, aware; `time_limit` is in
    seconds. `may_go_on` is asked before each batch: no, when the process is to end.
    """

    def __init__(
        self,
        database: Database,
        key: VapidKey,
        contact: str,
        trusted: Collection[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        time_limit: float = TIME_LIMIT,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._may_go_on = may_go_on
        self._database, self._key, self._contact, self._now = database, key, contact, now
        self._trusted, self._time_limit = frozenset(trusted), time_limit
        self._quiet: dict[str, datetime] = {}  # push services, by origin, that are left alone until then

    def send_waiting(self, _: datetime | None = None) -> Counter[str]:
        """Sends all pushes that are due, until none is; returns how many of each outcome.

        Outcomes are those of `Answer`, and "dropped" where the person's rules say no by now. Raises
        people.database.DatabaseUnavailable; what was claimed then goes on when its lease ends.
        """
        outcomes: Counter[str] = Counter()
        while self._may_go_on() and (claimed := self._claim()):
            sending = [(push, ttl) for push, ttl in claimed if ttl is not None]
            answers = asyncio.run(self._send_all(sending)) if sending else []
            with self._database.writing() as connection:
                _hold(connection, [push.person for push, _ in claimed])
                for push, ttl in claimed:
                    if ttl is None:
                        pushes.settle(connection, push)
                for (push, _ttl), answer in zip(sending, answers, strict=True):
                    self._settle(connection, push, answer)
            outcomes.update(answer.outcome for answer in answers)
            outcomes["dropped"] += len(claimed) - len(sending)
        return +outcomes

    # --- what is to be sent -------------------------------------------------------------------------------------

    def _claim(self) -> list[tuple[Push, int | None]]:
        """Returns a batch that is due, each with the seconds that it may wait for its device; None is not to be sent
        any more."""
        now = self._now()
        with self._database.reading() as connection:
            if not pushes.are_due(connection, now):
                return []
        with self._database.writing() as connection:
            return [(push, _time_to_live(connection, push, now)) for push in pushes.claim(connection, now, BATCH)]

    def _settle(self, connection: Connection, push: Push, answer: Answer) -> None:
        if answer.outcome == "gone":
            pushes.gone(connection, push.subscription)
        elif answer.outcome == "later":
            attempts = push.attempts + 1
            wait = max(answer.wait, pushes.pause(attempts))
            pushes.postpone(connection, push, self._now() + wait, attempts)
        else:
            pushes.settle(connection, push)

    # --- over the network ---------------------------------------------------------------------------------------

    async def _send_all(self, sending: Sequence[tuple[Push, int]]) -> list[Answer]:
        places = asyncio.Semaphore(AT_ONCE)
        async with self._session(PublicAddresses()) as public, self._session(None) as trusted:

            async def send(push: Push, ttl: int) -> Answer:
                is_trusted = push_services.is_trusted(push.to.endpoint, self._trusted)
                async with places:
                    return await self._send(trusted if is_trusted else public, push, ttl)

            return list(await asyncio.gather(*(send(push, ttl) for push, ttl in sending)))

    def _session(self, resolver: AbstractResolver | None) -> aiohttp.ClientSession:
        # No proxy of the environment: it would look names up by itself.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver),
            timeout=aiohttp.ClientTimeout(total=self._time_limit),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def _send(self, session: aiohttp.ClientSession, push: Push, ttl: int) -> Answer:
        now, endpoint = self._now(), push.to.endpoint
        service = push_services.origin(endpoint)
        quiet = self._quiet.get(service, now) - now
        if quiet > timedelta(0):
            return Answer("later", quiet)
        try:
            push_services.check(endpoint, self._trusted)  # what was trusted once may not be any more
            headers = {
                "Authorization": self._key.authorization(service, self._contact, now),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(ttl),
                "Urgency": KINDS[push.kind].urgency,
                "Topic": push.reminder,  # 32 characters, as long as a topic may be: the same again replaces it
            }
            url = URL(endpoint, encoded=True)
            async with session.post(url, data=encrypted(push), headers=headers, allow_redirects=False) as response:
                status, wait = response.status, retry_after(response.headers, now)
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
            logger.warning("A push service can't be reached (%s); its pushes wait.", type(error).__name__)
            return self._leave_alone(service, Answer("later", pushes.pause(push.attempts + 1)))
        except Exception as error:  # one push may not hold up the others
            logger.error("A push can't be sent and is given up: %s.", type(error).__name__)
            return Answer("refused")
        if 200 <= status < 300:
            return Answer("sent")
        if status in GONE:
            return Answer("gone")
        if status in LATER:
            return self._leave_alone(service, Answer("later", wait)) if wait else Answer("later")
        logger.error("%s refuses a push with status %d; docs/reminders.md says why that may be.", service, status)
        return Answer("refused")

    def _leave_alone(self, service: str, answer: Answer) -> Answer:
        now = self._now()
        self._quiet = {origin: until for origin, until in self._quiet.items() if until > now}
        self._quiet[service] = now + answer.wait
        return answer


def encrypted(push: Push) -> bytes:
    """Returns what only the device can read of a push (RFC 8291, aes128gcm)."""
    keys = {"p256dh": push.to.p256dh, "auth": push.to.auth}
    pusher = WebPusher({"endpoint": push.to.endpoint, "keys": keys})
    body: bytes = pusher.encode(pushes.as_bytes(push.payload))["body"]
    return body


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Returns how long an answer asks to wait, at most `LONGEST_WAIT`; nothing where it doesn't say (RFC 9110)."""
    written = headers.get("Retry-After", "").strip()
    try:
        wait = timedelta(seconds=int(written)) if written.isdecimal() else parsedate_to_datetime(written) - now
    except (ValueError, TypeError, OverflowError):
        wait = LONGEST_WAIT if written.isdecimal() else timedelta(0)
    return max(timedelta(0), min(wait, LONGEST_WAIT))


def _time_to_live(connection: Connection, push: Push, now: datetime) -> int | None:
    """Seconds that a push may wait for its device; None when the person doesn't want it, or not like this, any more."""
    profile = profiles.by_id(connection, push.person)
    if profile is None or (push.is_full and profile.lock_screen != "full"):
        return None
    # That it counts to the day's most was asked when it was delivered.
    decision = may_send_now(KINDS[push.kind], Planned(now, push.until), Rules.of(profile), now, 0)
    if not isinstance(decision, Send):
        return None
    seconds = int((min(decision.until, push.until) - now).total_seconds())
    return seconds if seconds > 0 else None


def _hold(connection: Connection, persons: Collection[str]) -> None:
    """Has whoever erases one of these people wait: they take people first too, so that no two wait for each other."""
    held = sa.select(people.c.id).where(people.c.id.in_(sorted(set(persons)))).order_by(people.c.id)
    connection.execute(held.with_for_update(key_share=True)).all()
