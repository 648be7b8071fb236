"""One reply of the bot is one message: its words, buttons and cards stay together."""

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

_PARTS = ("text", "buttons", "custom", "image")


class RichOutputChannel(CollectingOutputChannel):
    """Collects replies like Rasa's own collecting channel, but does not take a reply apart.

    Rasa sends text, buttons and `custom` as separate messages, and splits text at blank lines. Here each
    reply is one `{"recipient_id", "text", "buttons", "custom", "image"}`, without what it does not have.
    """

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Adds `message` to `messages` as one item; a reply with nothing to show adds none."""
        shown = {part: message[part] for part in _PARTS if message.get(part)}
        buttons = [*shown.get("buttons", []), *(message.get("quick_replies") or [])]
        if buttons:
            shown["buttons"] = buttons
        if shown:
            await self._persist_message({"recipient_id": recipient_id, **shown})
