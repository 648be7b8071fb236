"""Languages as people call them: "englanniksi", "på engelska", and in their own words: "на русском"."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

from translations import LANGUAGES, locale, translate

IN_FINNISH = {
    "fi": "suomeksi",
    "sv": "ruotsiksi",
    "en": "englanniksi",
    "ar": "arabiaksi",
    "es": "espanjaksi",
    "et": "viroksi",
    "fa": "persiaksi",
    "fr": "ranskaksi",
    "ku": "kurdiksi",
    "ru": "venäjäksi",
    "se": "pohjoissaameksi",
    "so": "somaliksi",
    "uk": "ukrainaksi",
    "zh": "kiinaksi",
}
"""How one says "in a language" in Finnish, where Babel has only the name."""
OWN_WORDS = {
    "ar": "باللغة العربية",
    "es": "en español",
    "et": "eesti keeles",
    "fa": "به زبان فارسی",
    "fr": "en français",
    "ku": "بە زمانی کوردی",
    "ru": "на русском",
    "se": "davvisámegillii",
    "so": "af Soomaali",
    "uk": "українською",
    "zh": "中文服务",
}
"""How one says the same in the language itself, for who may read no other."""


def in_language(code: str, language: str | None) -> str:
    """Returns "in English" for `en`, said in fi, sv or en: "englanniksi", "på engelska", "in English"."""
    if language in (None, *LANGUAGES[:1]) and code in IN_FINNISH:
        return IN_FINNISH[code]
    return translate("kielellä {name}", language, name=name(code, language))


def in_own_words(code: str) -> str | None:
    """Returns the same in the language itself; None where it isn't known how one says it."""
    return OWN_WORDS.get(code)


def name(code: str, language: str | None) -> str:
    """Returns what a language is called in another, by Babel; with its own name where the bot doesn't speak it.

    The code itself where nobody knows it.
    """
    try:
        spoken = Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return code
    called = spoken.get_language_name(locale(language)) or code
    own = spoken.get_language_name()
    return called if code in LANGUAGES or own in (None, called) else f"{called} ({own})"
