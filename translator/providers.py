"""Outside translators through deep-translator, each behind one blocking function with a time limit of its own."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
from deep_translator.base import BaseTranslator
from deep_translator.libre import LibreTranslator

from translator.settings import Settings

LONGEST = {"mymemory": 480, "google": 4_500}
"""Characters that a provider takes at once, where it is less than others."""
USUAL_LONGEST = 2_000
_CLASSES = {
    "google": ("deep_translator.google", "GoogleTranslator"),
    "deepl": ("deep_translator.deepl", "DeeplTranslator"),
    "mymemory": ("deep_translator.mymemory", "MyMemoryTranslator"),
}
_OWN_CODES = {"mymemory": {"ku": "kmr-TR", "zh": "zh-CN", "en": "en-GB", "sv": "sv-SE"}, "google": {"zh": "zh-CN"}}
"""Codes that differ from ISO 639-1 and can't be told from the provider's list."""


class ProviderFailed(RuntimeError):
    """The provider gave no translation. The text names the fault, never the words."""


@dataclass(frozen=True)
class Provider:
    """Who translates: `recipient` as people are told; `translate(text, source, target)` blocks and raises
    ProviderFailed; `longest` is how many characters it takes at once."""

    recipient: str
    translate: Callable[[str, str, str], str]
    supports: Callable[[str], bool]
    longest: int = USUAL_LONGEST


def provider_of(settings: Settings) -> Provider:
    """The provider that the operator switched on."""
    make = _libretranslate(settings) if settings.provider == "libretranslate" else _of_deep_translator(settings)

    def translate(text: str, source: str, target: str) -> str:
        try:
            translated = make(source, target).translate(text)
        except Exception as error:  # each provider raises its own kinds, and some quote the text
            raise ProviderFailed(f"{settings.recipient}: {type(error).__name__}") from None
        if not isinstance(translated, str) or not translated.strip():
            raise ProviderFailed(f"{settings.recipient}: it answered nothing")
        return translated

    @lru_cache(maxsize=200)
    def supports(language: str) -> bool:
        try:
            make("fi", language)
        except Exception:
            return False
        return True

    return Provider(settings.recipient, translate, supports, LONGEST.get(settings.provider, USUAL_LONGEST))


class _LibreTranslate(LibreTranslator):
    """deep-translator's, but any language that the server has, and words in the body: addresses are kept in logs."""

    def __init__(self, settings: Settings, source: str, target: str) -> None:
        self.api_key = settings.key
        self._seconds = settings.seconds
        BaseTranslator.__init__(self, base_url=f"{(settings.url or '').rstrip('/')}/", source=source, target=target)

    def _map_language_to_code(self, *languages: str) -> tuple[str, ...]:
        return languages

    def translate(self, text: str, **_: Any) -> str:
        """The text in the target language. Raises what `requests` raises, ValueError and KeyError."""
        body = {"q": text, "source": self._source, "target": self._target, "format": "text"}
        if self.api_key:
            body["api_key"] = self.api_key
        with requests.post(f"{self._base_url}translate", json=body, timeout=self._seconds) as response:
            response.raise_for_status()
            return str(response.json()["translatedText"])


def _libretranslate(settings: Settings) -> Callable[[str, str], Any]:
    return lambda source, target: _LibreTranslate(settings, source, target)


class _Limited:
    """`requests` as deep-translator's modules use it, with the time limit that they leave out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        found = getattr(requests, name)
        if name not in ("get", "post"):
            return found
        return lambda *given, **named: found(*given, **{"timeout": self._seconds, **named})


def _of_deep_translator(settings: Settings) -> Callable[[str, str], Any]:
    module_name, class_name = _CLASSES[settings.provider]
    module = importlib.import_module(module_name)
    setattr(module, "requests", _Limited(settings.seconds))  # noqa: B010
    made = getattr(module, class_name)
    options = {"api_key": settings.key} if settings.key else {}
    own = _OWN_CODES.get(settings.provider, {})

    def make(source: str, target: str) -> Any:
        ready = made(source=own.get("en", "en"), target=own.get("sv", "sv"), **options)
        codes = [str(code) for code in ready.get_supported_languages(as_dict=True).values()]
        ready.source, ready.target = (own.get(language) or _code(language, codes) for language in (source, target))
        return ready

    return make


def _code(language: str, codes: list[str]) -> str:
    """The provider's code of a language: ISO 639-1, alone or before a country. Raises LookupError."""
    lower = {code.casefold(): code for code in reversed(codes)}
    found = lower.get(language) or next((lower[code] for code in lower if code.startswith(f"{language}-")), None)
    if found is None:
        raise LookupError(language)
    return found
