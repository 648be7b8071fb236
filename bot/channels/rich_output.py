"""One reply of the bot is one message: its words, buttons and cards stay together."""

from collections.abc import Mapping
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

SPEECH = "speech"
"""What nlg.py notes of a reply to somebody who writes another language than the bot's; it never reaches a page."""
_PARTS = ("text", "buttons", "custom", "image")


def rich_reply(message: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what Rasa wants to send as one `{"text", "buttons", "custom", "image"}`, without what it does not
    have, and the language of its words as `lang` (ISO 639-1) where that is known; empty when there is nothing to show.
    """
    shown = {part: message[part] for part in _PARTS if message.get(part)}
    buttons = [*shown.get("buttons", []), *(message.get("quick_replies") or [])]
    spoken = {"lang": message["lang"]} if shown and isinstance(message.get("lang"), str) else {}
    return {**shown, **({"buttons": buttons} if buttons else {}), **spoken}


class RichOutputChannel(CollectingOutputChannel):
    """Collects replies like Rasa's own collecting channel, but does not take a reply apart.

    Rasa sends text, buttons and `custom` as separate messages, and splits text at blank lines. Here each
    reply is one `rich_reply` with its `recipient_id`.
    """

    def __init__(self, channel: str = "collector") -> None:
        """`channel` is the connector's name, by which responses choose their variant."""
        super().__init__()
        self._channel = channel

    def name(self) -> str:
        """Returns the connector's name."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Adds `message` to `messages` as one item; a reply with nothing to show adds none."""
        shown = rich_reply(message)
        if shown and SPEECH in message:
            shown[SPEECH] = message[SPEECH]
        if shown:
            await self._persist_message({"recipient_id": recipient_id, **shown})
