"""The slash commands: what they are called in three languages, and what each stands for.

https://discord.com/developers/docs/interactions/application-commands
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from translations import translatable, translate

LOCALES = {"fi": "fi", "sv-SE": "sv", "en-GB": "en", "en-US": "en"}
"""Discord's locales that the bot speaks, and their languages."""
CHAT_INPUT, STRING, CHANNEL = 1, 3, 7
GUILD, BOT_DIRECT_MESSAGE = 0, 1
GUILD_INSTALL, USER_INSTALL = 0, 1
MANAGE_GUILD = str(1 << 5)
TEXT_CHANNELS = (0, 5)  # text and announcement channels
LONGEST_TEXT = 2_000  # of what is asked; no more is read of a message (bot/channels/incoming.py)
CHOOSE_CHANNEL = "kanava"


@dataclass(frozen=True)
class Option:
    """A field of a command. `name` is what Discord sends; `names` and `description` what people see."""

    name: str
    names: dict[str, str]
    description: str
    kind: int = STRING
    required: bool = False
    longest: int | None = LONGEST_TEXT


@dataclass(frozen=True)
class Command:
    """A slash command. `stands_for` is the command it is to the bot; None where what it carries is a message.

    `for_admins`: of a server, and only there.
    """

    name: str
    names: dict[str, str]
    description: str
    stands_for: str | None
    option: Option | None = None
    for_admins: bool = False


COMMANDS = (
    Command(
        "apua",
        {"fi": "apua", "sv": "hjälp", "en": "help"},
        translatable("Apua heti: kriisiavun yhteystiedot. Voit myös kertoa, mikä painaa."),
        "apua",
        Option(
            "viesti",
            {"fi": "viesti", "sv": "meddelande", "en": "message"},
            translatable("Mikä painaa? Yksi lause riittää, ja voit myös jättää tämän tyhjäksi."),
        ),
    ),
    Command(
        "kysy",
        {"fi": "kysy", "sv": "fråga", "en": "ask"},
        translatable("Kysy tai kerro jotain Saattajalle. Palvelimella vastauksen näet vain sinä."),
        None,
        Option(
            "viesti",
            {"fi": "viesti", "sv": "meddelande", "en": "message"},
            translatable("Mitä haluat kysyä tai kertoa?"),
            required=True,
        ),
    ),
    Command(
        "asetukset",
        {"fi": "asetukset", "sv": "inställningar", "en": "settings"},
        translatable("Kieli, tyyli, muistutukset ja omat tietosi."),
        "asetukset",
    ),
    Command(
        "tauko",
        {"fi": "tauko", "sv": "paus", "en": "pause"},
        translatable("Ei enää muistutuksia. Saat ne takaisin asetuksista milloin vain."),
        "stop",
    ),
    Command(
        "unohda",
        {"fi": "unohda", "sv": "glöm", "en": "forget"},
        translatable("Poista kaikki, mitä Saattaja sinusta muistaa. Kysyn ensin, oletko varma."),
        "unohda",
    ),
    Command(
        "yhdista",
        {"fi": "yhdistä", "sv": "koppla", "en": "link"},
        translatable("Jatka samasta, mihin jäit toisessa sovelluksessa tai verkkosivulla."),
        "yhdista",
        Option(
            "koodi",
            {"fi": "koodi", "sv": "kod", "en": "code"},
            translatable("Koodi, jonka sait toisessa kanavassa. Ilman koodia saat sellaisen tästä."),
            longest=100,
        ),
    ),
    Command(
        CHOOSE_CHANNEL,
        {"fi": "kanava", "sv": "kanal", "en": "channel"},
        translatable("Valitse kanava, jolla Saattajaa käytetään. Ilman kanavaa sitä voi käyttää kaikilla."),
        None,
        Option(
            "kanava",
            {"fi": "kanava", "sv": "kanal", "en": "channel"},
            translatable("Kanava, jolla komennot toimivat. Tyhjä: kaikki kanavat."),
            kind=CHANNEL,
            longest=None,
        ),
        for_admins=True,
    ),
)
BY_NAME = {command.name: command for command in COMMANDS}
TYPED = {name: command for command in COMMANDS for name in {command.name, *command.names.values()}}
"""Commands by what somebody may type after a slash in a direct message, where Discord offers them too."""


def definitions() -> list[dict[str, Any]]:
    """Returns the commands as Discord takes them, always the same: `PUT /applications/{application}/commands`."""
    return [_definition(command) for command in COMMANDS]


def _definition(command: Command) -> dict[str, Any]:
    # A server's commands are for its members, those of a direct message for whoever has added the bot to themselves.
    where = [GUILD] if command.for_admins else [GUILD, BOT_DIRECT_MESSAGE]
    return {
        "type": CHAT_INPUT,
        "name": command.name,
        **_said(command.names, command.description),
        "options": [_option(command.option)] if command.option else [],
        "default_member_permissions": MANAGE_GUILD if command.for_admins else None,
        "contexts": where,
        "integration_types": [GUILD_INSTALL] if command.for_admins else [GUILD_INSTALL, USER_INSTALL],
        "nsfw": False,
    }


def _option(option: Option) -> dict[str, Any]:
    told = {"type": option.kind, "name": option.name, **_said(option.names, option.description)}
    told["required"] = option.required
    if option.longest:
        told["max_length"] = option.longest
    if option.kind == CHANNEL:
        told["channel_types"] = list(TEXT_CHANNELS)
    return told


def _said(names: dict[str, str], description: str) -> dict[str, Any]:
    return {
        "name_localizations": {locale: names[language] for locale, language in LOCALES.items()},
        "description": description,
        "description_localizations": {locale: translate(description, language) for locale, language in LOCALES.items()},
    }
