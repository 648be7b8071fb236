"""Rasa's REST channel, made safe for people: cleaned text, one rich message per reply, never an empty
answer."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.answering import readiness
from bot.channels.incoming import InvalidMessage, read_message
from bot.channels.rich_output import RichOutputChannel
from bot.channels.translating import answer_in_any_language


class RestChannel(InputChannel):
    """`POST /webhooks/rest/webhook` in Rasa's REST format; `GET /webhooks/rest/ready` tells if it would
    answer."""

    @classmethod
    def name(cls) -> str:
        """Returns the name that the tracker stores and the URL has."""
        return "rest"

    def get_output_channel(self) -> RichOutputChannel:
        """Returns a channel for replies that no request waits for; they are only collected."""
        return RichOutputChannel()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes of this channel."""
        blueprint = Blueprint("rest_channel")

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            checks, actions = await readiness(getattr(request.app.ctx, "agent", None))
            is_ready = all(check is None for check in checks.values())
            return json_response({"checks": checks, "actions": actions}, status=200 if is_ready else 503)

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                message = read_message(request.body)
            except InvalidMessage as error:
                return refusal(error)
            agent = ready_agent(request)
            if agent is None:
                return not_ready()
            return replies_response(await answer_in_any_language(on_new_message, message, self.name(), agent))

        return blueprint


def ready_agent(request: Request) -> Agent | None:
    """Returns Rasa's agent when it has a model to answer with, else None."""
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def not_ready() -> HTTPResponse:
    """Returns the answer while no model is loaded."""
    return json_response({"error": "not_ready", "reason": "No model is loaded."}, status=503)


def refusal(error: InvalidMessage) -> HTTPResponse:
    """Returns the answer to a request that is no message."""
    return json_response({"error": error.code, "reason": error.reason}, status=error.status)


def replies_response(replies: list[dict[str, Any]]) -> HTTPResponse:
    """Returns replies as JSON that keeps Finnish letters readable."""
    return json_response(replies, dumps=json.dumps, ensure_ascii=False)
