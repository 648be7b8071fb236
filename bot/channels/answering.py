"""From a cleaned message to the bot's replies, the same for every channel that answers in its HTTP response."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.channels.incoming import IncomingMessage
from bot.channels.replies import empty_message, fault
from bot.channels.rich_output import RichOutputChannel
from bot.tracker_store import store_problem

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 20.0  # seconds; then the person gets the fault reply rather than nothing


async def answer(
    handle: Callable[[UserMessage], Awaitable[Any]], message: IncomingMessage, channel: str
) -> list[dict[str, Any]]:
    """Returns the bot's replies to `message`: at least one, whatever goes wrong while `handle` deals with it.

    `channel` is the connector's name. What goes wrong is logged without the words of the message.
    """
    if not message.text:
        return [{"recipient_id": message.sender, **empty_message(message.language)}]
    output = RichOutputChannel(channel)
    user_message = UserMessage(
        message.text,
        output,
        message.sender,
        input_channel=channel,
        message_id=message.message_id,
        metadata=message.metadata,
    )
    try:
        await asyncio.wait_for(handle(user_message), ANSWER_WITHIN)
    except Exception:
        logger.exception("A message was not handled to its end; the person got what was ready, or the fault reply.")
    return output.messages or [{"recipient_id": message.sender, **fault(message.language)}]


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
