"""Which texts that people read are only in Finnish: a list for translators, never an error.

A place's name is left out of it: it is a proper name, and where it has another in Swedish or English it may have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from service_catalog.schema import OTHER_LANGUAGES
from service_catalog.yaml_source import Document, Path_, Problem

LANGUAGE_NAMES = {"sv": "ruotsiksi", "en": "englanniksi"}
SERVICE_TEXTS = ("name", "summary", "first_step", "what_happens")
PART_TEXTS = {"channels": ("label", "schedule_note"), "sessions": ("name", "note")}
LOCALIZED_TEXTS = {
    "areas": ("label",),
    "needs": ("name", "label", "opening_line"),
    "terms": ("plain",),
}
"""What an item of needs.yml or glossary.yml says in each language: `label: {fi: ..., sv: ..., en: ...}`."""

Missing = tuple[str, Path_]
"""A language, and the path of the Finnish text that has none in it."""


def untranslated(documents: Sequence[tuple[str, Document]]) -> list[Problem]:
    """Return what is missing in which language: file, line, field and words for staff."""
    found = []
    for _, document in documents:
        for language, path in _missing(document.data):
            message = f"puuttuu {LANGUAGE_NAMES[language]} ({language})"
            found.append(Problem(document.file, document.line(path), document.name(path), message))
    return sorted(found)


def services_lacking(documents: Sequence[tuple[str, Document]]) -> Counter[str]:
    """Return in how many services some text is missing, by language; 0 where none is."""
    lacking = Counter(dict.fromkeys(OTHER_LANGUAGES, 0))
    for _, document in documents:
        services = {(language, path[1]) for language, path in _missing(document.data) if path[0] == "services"}
        lacking.update(language for language, _ in services)
    return lacking


def _missing(data: dict[str, Any]) -> Iterator[Missing]:
    for path, service in _items(data, (), "services"):
        yield from _in_part(service, path, SERVICE_TEXTS)
        limits = service.get("eligibility")
        if isinstance(limits, dict):
            yield from _in_part(limits, (*path, "eligibility"), ("description",))
        for key, fields in PART_TEXTS.items():
            for where, part in _items(service, path, key):
                yield from _in_part(part, where, fields)
    for key, localized in LOCALIZED_TEXTS.items():
        for path, item in _items(data, (), key):
            for field in localized:
                texts = item.get(field)
                if isinstance(texts, dict):
                    yield from ((language, (*path, field)) for language in OTHER_LANGUAGES if not texts.get(language))


def _in_part(part: dict[str, Any], path: Path_, fields: Sequence[str]) -> Iterator[Missing]:
    translations = part.get("translations")
    for language in OTHER_LANGUAGES:
        texts = translations.get(language) if isinstance(translations, dict) else None
        for field in fields:
            if part.get(field) and not (isinstance(texts, dict) and texts.get(field)):
                yield language, (*path, field)


def _items(parent: dict[str, Any], path: Path_, key: str) -> Iterator[tuple[Path_, dict[str, Any]]]:
    values = parent.get(key)
    for index, item in enumerate(values if isinstance(values, list) else ()):
        if isinstance(item, dict):
            yield (*path, key, index), item
