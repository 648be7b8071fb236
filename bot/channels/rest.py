"""Rasa's REST channel, made safe for people: cleaned text, one rich message per reply, never an empty
answer."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.incoming import IncomingMessage, InvalidMessage, read_message
from bot.channels.replies import EMPTY_MESSAGE, FAULT
from bot.channels.rich_output import RichOutputChannel
from bot.tracker_store import store_problem

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 20.0  # seconds; then the person gets the fault reply rather than nothing


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
                return json_response({"error": error.code, "reason": error.reason}, status=error.status)
            agent: Agent | None = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return json_response({"error": "not_ready", "reason": "No model is loaded."}, status=503)
            return json_response(await answer(on_new_message, message), dumps=json.dumps, ensure_ascii=False)

        return blueprint


async def answer(
    on_new_message: Callable[[UserMessage], Awaitable[Any]], message: IncomingMessage
) -> list[dict[str, Any]]:
    """Returns the bot's replies to `message`: at least one, whatever goes wrong while Rasa handles it.

    What goes wrong is logged without the words of the message.
    """
    if not message.text:
        return [{"recipient_id": message.sender, **EMPTY_MESSAGE}]
    output = RichOutputChannel()
    metadata = {"location": message.location} if message.location else None
    user_message = UserMessage(
        message.text, output, message.sender, input_channel=RestChannel.name(), metadata=metadata
    )
    try:
        await asyncio.wait_for(on_new_message(user_message), ANSWER_WITHIN)
    except Exception:
        logger.exception("A message was not handled to its end; the person got what was ready, or the fault reply.")
    return output.messages or [{"recipient_id": message.sender, **FAULT}]


async def readiness(agent: Agent | None) -> tuple[dict[str, str | None], list[str]]:
    """Returns what stands between a message and its answer, and the names of the actions the model calls for.

    Each check is None when all is well, else a sentence about what is wrong. The model check parses a
    sentence.
    """
    if agent is None or not agent.is_ready():
        return {"model": "The model could not be loaded. Train it again: saattaja train."}, []
    checks: dict[str, str | None] = {"model": None, "tracker_store": store_problem(agent.tracker_store)}
    try:
        await agent.parse_message("moi")
    except Exception as error:
        logger.exception("The model can't parse.")
        checks["model"] = f"The model can't parse ({type(error).__name__}). Train it again: saattaja train."
    names = agent.domain.user_actions if agent.domain else []
    return checks, [name for name in names if not name.startswith("utter_")]
