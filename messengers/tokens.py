"""The tokens with which the bot is let into messengers: from the environment, or from a file that only its owner reads.

Nothing here, and no error, has a token in its text.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

CHANNELS = ("telegram", "discord")


class TokenUnusable(ValueError):
    """A token can't be read; the text says why, and what would be right."""


def token_of(channel: str, environment: Mapping[str, str]) -> str | None:
    """Returns the bot's token for a messenger; None where none is set, and the connector is off.

    `SAATTAJA_TELEGRAM_TOKEN` has it, or `SAATTAJA_TELEGRAM_TOKEN_FILE` names the file. Raises TokenUnusable.
    """
    name = variable_of(channel)
    token, file = environment.get(name, "").strip(), environment.get(f"{name}_FILE", "").strip()
    if token and file:
        raise TokenUnusable(f"{name} and {name}_FILE are both set. Keep one of them.")
    if file:
        token = _read(Path(file), f"{name}_FILE")
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise TokenUnusable(
            f"{name}: it has characters that no token has. Copy it once more, without spaces or quotes."
        )
    return token or None


def variable_of(channel: str) -> str:
    """Returns the name of the variable that has a messenger's token."""
    return f"SAATTAJA_{channel.upper()}_TOKEN"


def messengers_on(environment: Mapping[str, str]) -> list[str]:
    """Returns the messengers for which there is a token. Raises TokenUnusable."""
    return [channel for channel in CHANNELS if token_of(channel, environment)]


def describe(environment: Mapping[str, str]) -> list[str]:
    """Returns a line on each messenger for whoever starts the bot. Raises TokenUnusable."""
    return [
        f"{channel.capitalize()}: {'on' if token_of(channel, environment) else f'off (no {variable_of(channel)})'}"
        for channel in CHANNELS
    ]


def _read(file: Path, name: str) -> str:
    try:
        mode = file.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and os.name == "posix":
            raise TokenUnusable(f"{name}: others may read {file}. Allow only its owner: chmod 600 {file}")
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise TokenUnusable(f"{name}: {file} can't be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise TokenUnusable(f"{name}: {file} is no text with a token in it.") from None
