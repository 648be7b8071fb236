"""Messengers' ways to Rasa: the web chat's, each under its own name, which the tracker and profiles know it by.

What a messenger sends and shows is not here but in `messengers/`, which is the only client of these, on loopback.
"""

from bot.channels.widget import WidgetChannel


class TelegramChannel(WidgetChannel):
    """`POST /webhooks/telegram/webhook`, as the web chat's."""

    @classmethod
    def name(cls) -> str:
        """Returns the name that the tracker stores and the URL has."""
        return "telegram"


class DiscordChannel(WidgetChannel):
    """`POST /webhooks/discord/webhook`, as the web chat's."""

    @classmethod
    def name(cls) -> str:
        """Returns the name that the tracker stores and the URL has."""
        return "discord"
