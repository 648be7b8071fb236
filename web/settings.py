"""What the operator sets, read once from the environment (docs/web.md lists it for operators)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from limits import parse

from messengers.discord.settings import DiscordSettings, WrongDiscordSetting, signatures_of
from messengers.discord.signatures import Signatures
from messengers.telegram.settings import TelegramSettings, WrongTelegramSetting
from people.database import DEFAULT_URL
from reminders.push_settings import PushSettings, WrongPushSetting

Network = IPv4Network | IPv6Network

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
_OWN_MACHINE = ("localhost", "127.0.0.1")


class WrongSetting(ValueError):
    """A setting can't be used; the text says which one, and what would be right."""


@dataclass(frozen=True)
class Settings:
    """Where the parts are, who may embed the chat, and how much of it one person may use.

    `development` opens the REST webhook and lets pages of this machine embed the widget. `allowed_origins` are those
    that may embed it and frame the page. `trusted_proxies` are the networks whose `X-Forwarded-For` is believed.
    `metrics_port` is on loopback; None is no metrics port. Rates are written as in `20/minute`. `telegram_bot` is a
    username, `discord_bot` a user id; where the bot has none, None. Without `telegram` and
    `discord`, which checks interactions, there is no webhook for them.
    """

    rasa: str = "http://127.0.0.1:5005"
    actions: str = "http://127.0.0.1:5055"
    catalogue: Path = Path("build/catalog.db")
    development: bool = False
    database: str = DEFAULT_URL
    allowed_origins: tuple[str, ...] = ()
    public_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    metrics_port: int | None = None
    messages_per_conversation: str = "20/minute"
    messages_per_address: str = "60/minute"
    conversations_per_address: str = "30/hour"
    reads_per_conversation: str = "120/minute"
    changes_per_conversation: str = "60/minute"
    calendars_per_address: str = "600/minute"  # one address fetches the calendars of many people
    telegram_bot: str | None = None
    discord_bot: str | None = None
    push: PushSettings = field(default_factory=PushSettings)
    telegram: TelegramSettings | None = None
    discord: Signatures | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Returns the settings that `saattaja serve` or an operator hands over, with the defaults above.

        Raises WrongSetting.
        """
        given = {field: _rate(name, environment[name]) for field, name in _RATES.items() if environment.get(name)}
        return cls(
            rasa=environment.get("SAATTAJA_RASA", cls.rasa),
            actions=environment.get("SAATTAJA_ACTIONS", cls.actions),
            catalogue=Path(environment.get("SAATTAJA_CATALOG", cls.catalogue)),
            development=environment.get("SAATTAJA_PROFILE") == "development",
            database=environment.get("SAATTAJA_DATABASE") or cls.database,
            allowed_origins=_origins(environment.get("SAATTAJA_ALLOWED_ORIGINS", "")),
            public_url=environment.get("SAATTAJA_PUBLIC_URL", "").rstrip("/") or None,
            trusted_proxies=_networks(environment.get("SAATTAJA_TRUSTED_PROXIES", "")),
            metrics_port=_port(environment.get("SAATTAJA_METRICS_PORT", "")),
            telegram_bot=_bot(environment, "SAATTAJA_TELEGRAM_BOT"),
            discord_bot=_bot(environment, "SAATTAJA_DISCORD_BOT"),
            push=_push(environment),
            telegram=_telegram(environment),
            discord=_discord(environment),
            **given,
        )

    @property
    def origin_pattern(self) -> str | None:
        """A regular expression of the origins of this machine, which may embed the widget in development."""
        return r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?" if self.development else None

    @property
    def frame_ancestors(self) -> str:
        """The value of `frame-ancestors` in the policy of pages: who may show them in a frame."""
        own_machine = [f"http://{host}:*" for host in _OWN_MACHINE] if self.development else []
        return " ".join(["'self'", *self.allowed_origins, *own_machine])


_RATES = {
    field.name: f"SAATTAJA_{field.name.upper()}"
    for field in fields(Settings)
    if field.name.endswith(("_per_conversation", "_per_address"))
}


def _origins(written: str) -> tuple[str, ...]:
    origins = tuple(origin.rstrip("/").lower() for origin in written.split())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise WrongSetting(
                f"SAATTAJA_ALLOWED_ORIGINS: {origin!r} is no origin. Write them with a space between, "
                "scheme and host and no path: https://www.example.fi https://nuoret.example.fi"
            )
    return origins


def _networks(written: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(network) for network in written.split())
    except ValueError as error:
        raise WrongSetting(
            f"SAATTAJA_TRUSTED_PROXIES: {error}. Write addresses or networks with a space between: 127.0.0.1 10.0.0.0/8"
        ) from None


def _rate(name: str, written: str) -> str:
    try:
        parse(written)
    except ValueError:
        raise WrongSetting(f"{name}: {written!r} is no rate. Write it like 20/minute or 1000/hour.") from None
    return written


def _push(environment: Mapping[str, str]) -> PushSettings:
    try:
        return PushSettings.from_environment(environment)
    except WrongPushSetting as error:
        raise WrongSetting(str(error)) from None


_BOTS = {
    "SAATTAJA_TELEGRAM_BOT": (re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}"), "the bot's username, like saattaja_bot"),
    "SAATTAJA_DISCORD_BOT": (re.compile(r"[0-9]{15,20}"), "the user id of the bot, like 112233445566778899"),
}


def _bot(environment: Mapping[str, str], name: str) -> str | None:
    written = environment.get(name, "").strip().removeprefix("@")
    form, remedy = _BOTS[name]
    if written and not form.fullmatch(written):
        raise WrongSetting(f"{name}: {written!r} can't be a bot. Write {remedy}.")
    return written or None


def _discord(environment: Mapping[str, str]) -> Signatures | None:
    """What checks interactions; None where nobody would answer them, without a token."""
    try:
        return signatures_of(environment) if DiscordSettings.from_environment(environment) else None
    except WrongDiscordSetting as error:
        raise WrongSetting(str(error)) from None


def _telegram(environment: Mapping[str, str]) -> TelegramSettings | None:
    try:
        return TelegramSettings.from_environment(environment)
    except WrongTelegramSetting as error:
        raise WrongSetting(str(error)) from None


def _port(written: str) -> int | None:
    if not written:
        return None
    if not written.isdecimal() or not 0 < int(written) < 65536:
        raise WrongSetting(f"SAATTAJA_METRICS_PORT: {written!r} is no port. Write a number from 1 to 65535.")
    return int(written)
