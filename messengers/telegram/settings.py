"""What the operator sets for Telegram, read once from the environment (docs/channels.md lists it for operators)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from messengers.telegram.limits import SECRET, WEBHOOK_PORTS
from messengers.telegram.updates import CHANNEL
from messengers.tokens import TokenUnusable, token_of, variable_of

OFFICIAL_API = "https://api.telegram.org"
WEBHOOK = "/webhooks/telegram"
"""The path at the public door that Telegram sends updates to."""

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}", re.ASCII)
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{SECRET}}}", re.ASCII)


class WrongTelegramSetting(ValueError):
    """A setting can't be used; the text says which one, and what would be right. It never has a token in it."""


@dataclass(frozen=True)
class TelegramSettings:
    """The bot's `token`, the `secret` that every update of the webhook has to bring, and where the Bot API is.

    `public_url` is where the public door is reached from outside; None where it isn't.
    """

    token: str = field(repr=False)
    secret: str = field(repr=False)
    api: str = OFFICIAL_API
    public_url: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> TelegramSettings | None:
        """Returns the settings; None without a token, which switches Telegram off. Raises WrongTelegramSetting."""
        try:
            token = token_of(CHANNEL, environment)
        except TokenUnusable as error:
            raise WrongTelegramSetting(str(error)) from None
        if token is None:
            return None
        if not _TOKEN.fullmatch(token):
            raise WrongTelegramSetting(
                f"{variable_of(CHANNEL)}: this is no token of a Telegram bot. BotFather gives one like 123456789:AAE..."
            )
        secret = environment.get("SAATTAJA_TELEGRAM_SECRET", "").strip() or derived_secret(token)
        if not _SECRET.fullmatch(secret):
            raise WrongTelegramSetting(
                f"SAATTAJA_TELEGRAM_SECRET: it may have 1 to {SECRET} of the characters A-Z, a-z, 0-9, _ and -. "
                "Leave it out, and one is made of the token."
            )
        api = environment.get("SAATTAJA_TELEGRAM_API", "").strip().rstrip("/") or OFFICIAL_API
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", api):
            raise WrongTelegramSetting(f"SAATTAJA_TELEGRAM_API: write it like {OFFICIAL_API}")
        return cls(token, secret, api, environment.get("SAATTAJA_PUBLIC_URL", "").strip().rstrip("/") or None)

    @property
    def webhook(self) -> str | None:
        """The address that updates are to be sent to; None where Telegram couldn't reach it and is to be polled.

        Telegram takes https at a few ports only; one's own Bot API server takes any address.
        """
        if self.public_url is None:
            return None
        try:
            parts = urlsplit(self.public_url)
            is_reached = parts.scheme == "https" and (parts.port or 443) in WEBHOOK_PORTS
        except ValueError:
            return None
        return f"{self.public_url}{WEBHOOK}" if is_reached or self.api != OFFICIAL_API else None


def derived_secret(token: str) -> str:
    """Returns the secret of the webhook that belongs to a token: the same in every process, and no way back to it."""
    return hmac.new(token.encode(), b"secret of the webhook of Telegram", hashlib.sha256).hexdigest()
