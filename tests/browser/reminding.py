"""Reminders for a conversation in the browser: put into the server's database, and delivered by the real scheduler."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot import reminder_texts
from people import conversations, profiles
from people.database import Database
from people.profiles import DAYS, WEB_CHAT
from reminders import scheduler, store
from reminders.delivery import Delivery, to_conversation
from reminders.planning import Planned

from .chat import Chat
from .web_server import WebServer

ROOM = "https://video.example/ryhma"  # where the meeting is; nobody opens it


class Reminding:
    """Reminds people of a video meeting, as the process that keeps in touch does."""

    def __init__(self, server: WebServer) -> None:
        self._database = Database(server.database)
        self._delivery = Delivery({WEB_CHAT: (to_conversation,)}, reminder_texts)

    def plan(self, chat: Chat, minutes: int, name: str = "Vertaisryhmä") -> str:
        """Plans a reminder of a meeting that starts in some minutes, for whoever has the chat; returns its id.

        They have allowed reminders at any time.
        """
        now = datetime.now(timezone.utc)
        starts = now + timedelta(minutes=minutes)
        with self._database.writing() as connection:
            conversation = conversations.owned_by(connection, chat.token, now)
            assert conversation
            person = profiles.ensure(connection, WEB_CHAT, conversation.id, now).id
            profiles.change(connection, person, reminders_allowed=True, windows=[(DAYS, 0, 24 * 60)])
            reminder = store.add(
                *(connection, person, "start_now", f"{conversation.id}/{name}/{minutes}"),
                *(Planned(starts, starts + timedelta(minutes=15)), now),
                service="sekasin-chat",
                session="vertaisryhma",
                occurrence_start=starts,
                occurrence_end=starts + timedelta(hours=1),
                body={"name": name, "channel": "video", "url": ROOM, "label": "Avaa videotapaaminen"},
            )
        assert reminder
        return reminder

    def deliver(self) -> None:
        """Delivers what is due."""
        scheduler.tick(self._database, "browser", self._delivery.attempt, lambda: datetime.now(timezone.utc))

    def remind(self, chat: Chat) -> str:
        """Reminds whoever has the chat of a meeting that starts now; returns the reminder's id."""
        reminder = self.plan(chat, minutes=0)
        self.deliver()
        return reminder

    def answered(self, reminder: str) -> str | None:
        """What was answered."""
        return self._found(reminder).answered

    def state(self, reminder: str) -> str:
        """Whether it waits, was delivered, dropped or cancelled."""
        return self._found(reminder).state

    def _found(self, reminder: str) -> store.Reminder:
        with self._database.reading() as connection:
            found = store.by_id(connection, reminder)
        assert found
        return found
