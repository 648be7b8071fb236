"""The web chat's way to Rasa: each message is handled once, however often the web server has to ask.

The web server (web/) is its only client, on loopback. It gives each message the id that the person's browser chose,
and asks again with the same id whenever it got no answer: after a lost connection or a restart of either.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response

from bot.channels.incoming import InvalidMessage, read_sender, read_widget_message
from bot.channels.outbox_output import OutboxOutput
from bot.channels.rest import not_ready, ready_agent, refusal, replies_response
from bot.channels.translating import answer_in_any_language
from bot.tracker_store import (
    ConversationsUnavailable,
    delete_conversation,
    delete_unused,
    filled_slots,
    replies_to,
)
from people.database import DEFAULT_URL, Database
from service_catalog.places import Places

DATABASE = "SAATTAJA_DATABASE"
"""Environment variable with the URL of the database that has the outbox."""


class WidgetChannel(InputChannel):
    """`POST /webhooks/widget/webhook` takes `{"sender", "message_id", "message", "location"?, "municipality"?}` and
    answers with a list of replies in the REST channel's form; the same message_id of that sender gets the same
    replies again. `GET /webhooks/widget/conversations/<sender>` tells the slots that a conversation has filled,
    `DELETE` forgets it. `POST /webhooks/widget/purge` with `{"unused_since": ISO 8601}` forgets the conversations of
    every channel that were last used before."""

    @classmethod
    def name(cls) -> str:
        """Returns the name that the tracker stores and the URL has."""
        return "widget"

    def get_output_channel(self) -> OutboxOutput:
        """Returns a channel for replies that no request waits for: the outbox of the conversation gets them."""
        return OutboxOutput(_database(os.environ.get(DATABASE, DEFAULT_URL)), self.name())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes of this channel."""
        blueprint = Blueprint(f"{self.name()}_channel")
        running: set[asyncio.Task[Any]] = set()  # the event loop itself holds tasks only weakly

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                message = read_widget_message(request.body, official_name)
            except InvalidMessage as error:
                return refusal(error)
            agent = ready_agent(request)
            if agent is None:
                return not_ready()

            async def handle(user_message: UserMessage) -> None:
                await handle_once(agent, user_message)

            # A client that goes away ends its request, but not the answer it comes back for.
            task = asyncio.create_task(answer_in_any_language(handle, message, self.name(), agent))
            running.add(task)
            task.add_done_callback(running.discard)
            return replies_response(await asyncio.shield(task))

        @blueprint.get("/conversations/<sender:str>")
        async def remembered(request: Request, sender: str) -> HTTPResponse:
            try:
                sender = read_sender(unquote(sender))
            except InvalidMessage as error:
                return refusal(error)
            agent = ready_agent(request)
            if agent is None:
                return not_ready()
            slots = await filled_slots(agent.tracker_store, sender)
            return json_response({"slots": slots}, dumps=json.dumps, ensure_ascii=False)

        @blueprint.delete("/conversations/<sender:str>", ignore_body=False)  # Sanic would log the path otherwise
        async def forget(request: Request, sender: str) -> HTTPResponse:
            try:
                sender = read_sender(unquote(sender))
            except InvalidMessage as error:
                return refusal(error)
            agent = ready_agent(request)
            if agent is None:
                return not_ready()
            try:
                async with agent.lock_store.lock(sender):  # a message in progress would be saved afterwards
                    await delete_conversation(agent.tracker_store, sender)
            except ConversationsUnavailable as error:
                return json_response({"error": "not_deleted", "reason": str(error)}, status=503)
            return empty()

        @blueprint.post("/purge")
        async def purge(request: Request) -> HTTPResponse:
            try:
                since = datetime.fromisoformat(json.loads(request.body)["unused_since"])
            except (ValueError, TypeError, KeyError, RecursionError):
                since = None
            if since is None or since.tzinfo is None:
                reason = 'The body must be like {"unused_since": "2026-11-22T00:00:00+00:00"}.'
                return refusal(InvalidMessage(422, "unused_since_invalid", reason))
            agent = ready_agent(request)
            if agent is None:
                return not_ready()
            try:
                deleted = await delete_unused(agent.tracker_store, since)
            except ConversationsUnavailable as error:
                return json_response({"error": "not_deleted", "reason": str(error)}, status=503)
            return json_response({"deleted": deleted})

        return blueprint


@lru_cache(maxsize=1)
def _database(url: str) -> Database:
    return Database(url)


def official_name(municipality: str) -> str | None:
    """Returns the official Finnish name of a municipality; None for a word that names none."""
    found = Places.load().municipality(municipality)
    return found.name if found else None


async def handle_once(agent: Agent, message: UserMessage) -> None:
    """Handles a message as `Agent.handle_message` does, unless it was before: then its replies are sent again.

    Under the lock of the conversation, so that a second attempt waits for the first. Rasa stores a turn as a whole,
    at its end: what was cut short left no trace and is handled anew.
    """
    async with agent.lock_store.lock(message.sender_id):
        said = await replies_to(agent.tracker_store, message.sender_id, message.message_id)
        if said is None:
            await agent.processor.handle_message(message)
            return
        for utterance in said:
            await message.output_channel.send_response(message.sender_id, utterance.message())
