"""Which translator the operator chose, from environment variables; none is the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROVIDER, URL, KEY_FILE, SECONDS = (
    "SAATTAJA_TRANSLATOR",
    "SAATTAJA_TRANSLATOR_URL",
    "SAATTAJA_TRANSLATOR_KEY_FILE",
    "SAATTAJA_TRANSLATOR_SECONDS",
)
NAMES = {
    "libretranslate": "LibreTranslate",
    "google": "Google Translate",
    "deepl": "DeepL",
    "mymemory": "MyMemory",
}
"""Providers by the word that chooses them, and the name that people are told."""
NEED_KEY = ("deepl",)
DEFAULT_SECONDS, MOST_SECONDS = 4.0, 10.0


class TranslatorMisconfigured(ValueError):
    """The settings can't be followed. The text says which variable, what was wrong and what would be right."""


@dataclass(frozen=True)
class Settings:
    """A translator that the operator switched on: `seconds` is the time limit of one message or reply."""

    provider: str
    url: str | None = None
    key: str | None = None
    seconds: float = DEFAULT_SECONDS

    @property
    def recipient(self) -> str:
        """Who gets the words, as people are told and as their consent is kept."""
        host = urlsplit(self.url).hostname if self.url else None
        return f"{NAMES[self.provider]} ({host})" if host else NAMES[self.provider]


def from_environment(environment: Mapping[str, str]) -> Settings | None:
    """What the operator chose; None where no translator is switched on. Raises TranslatorMisconfigured."""
    provider = environment.get(PROVIDER, "").strip().casefold()
    if provider in ("", "off", "no", "none"):
        return None
    if provider not in NAMES:
        raise TranslatorMisconfigured(f"{PROVIDER}={provider}: choose one of {', '.join(NAMES)}, or off.")
    url = environment.get(URL, "").strip() or None
    if provider == "libretranslate" and not url:
        raise TranslatorMisconfigured(f"{URL} is missing: give your LibreTranslate's address, http://127.0.0.1:5000.")
    if url and (provider != "libretranslate" or urlsplit(url).scheme not in ("http", "https")):
        raise TranslatorMisconfigured(
            f"{URL}={url}: it is for libretranslate only, and begins with https:// or http://."
        )
    key = _key(environment.get(KEY_FILE, "").strip())
    if provider in NEED_KEY and not key:
        raise TranslatorMisconfigured(f"{KEY_FILE} is missing: {NAMES[provider]} needs a key, in a file of one line.")
    return Settings(provider, url, key, _seconds(environment.get(SECONDS, "").strip()))


def describe(settings: Settings | None) -> str:
    """One line for the start: what happens to messages in other languages than the bot's own."""
    if settings is None:
        return (
            f"Translation is off: who writes another language gets English and Finnish ({PROVIDER}, docs/languages.md)"
        )
    return f"Translation by {settings.recipient}, for each person after their yes, at most {settings.seconds:g} s"


def _key(file: str) -> str | None:
    if not file:
        return None
    try:
        key = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise TranslatorMisconfigured(f"{KEY_FILE}={file} can't be read: {type(error).__name__}.") from None
    if not key or "\n" in key:
        raise TranslatorMisconfigured(f"{KEY_FILE}={file}: the file must hold the key on one line and nothing else.")
    return key


def _seconds(written: str) -> float:
    try:
        seconds = float(written or DEFAULT_SECONDS)
        if not 0 < seconds <= MOST_SECONDS:
            raise ValueError
    except ValueError:
        raise TranslatorMisconfigured(
            f"{SECONDS}={written}: it must be a number of seconds, more than 0 and at most {MOST_SECONDS:g}."
        ) from None
    return seconds
