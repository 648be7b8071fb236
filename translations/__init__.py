"""The words of the bot in Finnish, Swedish and English.

Finnish is the source: a message is called by its Finnish words, and gettext catalogues
(`translations/<language>/LC_MESSAGES/saattaja.po`) say the same in the other languages. docs/translating.md tells how
they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from babel import Locale
from babel.lists import format_list
from babel.messages.pofile import read_po

LANGUAGES = ("fi", "sv", "en")
"""What the bot speaks; the first is the source."""
LOCALES: Mapping[str, Locale] = {
    "fi": Locale("fi", "FI"),
    "sv": Locale("sv", "FI"),
    "en": Locale("en", "GB"),
}
"""Whose rules for dates, times, numbers and lists hold in each language."""
CATALOGUES = Path(__file__).parent

Entry = tuple[str, ...]
"""A translation in its forms: one, or one for a single thing and one for several."""


def translate(message: str, language: str | None, /, **values: object) -> str:
    """Returns the Finnish `message` in a language, its `{placeholders}` filled when values are given.

    In Finnish, in an unknown language and where nobody has translated it, the message itself. Placeholders that have
    no value are left as they are. Never raises.
    """
    return _filled(_entry(message, language)[0], values)


def plural(one: str, many: str, number: float, language: str | None, /, **values: object) -> str:
    """Returns what is said of a number of things: `one` where the number is 1 and `many` otherwise, both in Finnish.

    `{number}` in them is the number by the language's rules; other placeholders as in `translate`.
    """
    forms = _entry(one, language, (one, many))
    said = values.get("number", number)
    return _filled(forms[0] if number == 1 else forms[-1], {**values, "number": said})


def translatable(message: str) -> str:
    """Returns the message as it is: marks Finnish words in a table, which are translated where they are used."""
    return message


def locale(language: str | None) -> Locale:
    """Returns whose rules for dates, times and numbers hold in a language: Finland's, where it isn't known."""
    return LOCALES.get(language or "fi", LOCALES["fi"])


def listed(names: Sequence[str], language: str | None = None) -> str:
    """Returns `a`, `a ja b` or `a, b ja c`, by the language's rules; empty for nothing."""
    return format_list(list(names), locale=locale(language))


def catalogue_file(language: str) -> Path:
    """Returns where the translations into a language are."""
    return CATALOGUES / language / "LC_MESSAGES" / "saattaja.po"


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _filled(text: str, values: Mapping[str, object]) -> str:
    if not values:
        return text
    try:
        return text.format_map(_Values(values))
    except (ValueError, IndexError, KeyError, AttributeError):  # a broken brace; translations.check tells where
        return text


def _entry(message: str, language: str | None, source: Entry | None = None) -> Entry:
    return _translations(language).get(message) or source or (message,)


@cache
def _translations(language: str | None) -> Mapping[str, Entry]:
    """What is translated and checked, by the Finnish words."""
    if language not in LANGUAGES[1:] or not catalogue_file(language).exists():
        return {}
    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: dict[str, Entry] = {}
    for message in catalogue:
        source, *_ = forms_of(message.id)
        forms = forms_of(message.string)
        if source and all(forms) and not message.fuzzy:
            found[source] = forms
    return found


def forms_of(text: object) -> Entry:
    """Returns the forms of a message or of its translation in a Babel catalogue, one where it has no plural."""
    forms = text if isinstance(text, (list, tuple)) else [text]
    return tuple(str(form or "") for form in forms)
