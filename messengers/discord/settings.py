"""What the operator sets for Discord, read once from the environment (docs/channels.md lists it for operators)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from messengers.discord.rest import API
from messengers.discord.signatures import Signatures, WrongKey
from messengers.discord.updates import CHANNEL
from messengers.tokens import TokenUnusable, token_of, variable_of

WEBHOOK = "/webhooks/discord"
"""The path at the public door that Discord sends interactions to."""
PUBLIC_KEY = "SAATTAJA_DISCORD_PUBLIC_KEY"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{18,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{20,}", re.ASCII)


class WrongDiscordSetting(ValueError):
    """A setting can't be used; the text says which one, and what would be right. It never has a token in it."""


@dataclass(frozen=True)
class DiscordSettings:
    """The bot's `token`, where Discord's `api` is, and the `application`; None: Discord is asked for it."""

    token: str = field(repr=False)
    api: str = API
    application: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> DiscordSettings | None:
        """Returns the settings; None without a token, which switches Discord off. Raises WrongDiscordSetting."""
        try:
            token = token_of(CHANNEL, environment)
        except TokenUnusable as error:
            raise WrongDiscordSetting(str(error)) from None
        if token is None:
            return None
        if not _TOKEN.fullmatch(token):
            raise WrongDiscordSetting(
                f"{variable_of(CHANNEL)}: this is no token of a Discord bot. It has three parts with dots between, and "
                "Discord shows it once: https://discord.com/developers/applications, Bot, Reset Token. The Client "
                "Secret and the Public Key are something else."
            )
        api = environment.get("SAATTAJA_DISCORD_API", "").strip().rstrip("/") or API
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", api):
            raise WrongDiscordSetting(f"SAATTAJA_DISCORD_API: write it like {API}")
        application = environment.get("SAATTAJA_DISCORD_APPLICATION", "").strip() or None
        if application and not re.fullmatch(r"[0-9]{15,20}", application):
            raise WrongDiscordSetting(
                "SAATTAJA_DISCORD_APPLICATION: write the Application ID, a number like 112233445566778899, or leave it "
                "out, and Discord is asked."
            )
        return cls(token, api, application)


def signatures_of(environment: Mapping[str, str]) -> Signatures | None:
    """Returns what checks interactions; None without a public key, which switches them off. Raises
    WrongDiscordSetting."""
    key = environment.get(PUBLIC_KEY, "").strip()
    try:
        return Signatures(key) if key else None
    except WrongKey as error:
        raise WrongDiscordSetting(str(error)) from None
