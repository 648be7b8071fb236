"""HTML from the templates beside this file. Whatever is filled in is escaped, unless it is `Markup` already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from string import Template

from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"


def render(name: str, /, **values: object) -> Markup:
    """Returns the template `name` with each `$value` filled in, escaped.

    Raises KeyError when the template asks for a value that isn't given: a page with a hole is never sent.
    """
    return Markup(_template(name).substitute({key: escape(value) for key, value in values.items()}))


def each(pattern: str, rows: Iterable[Mapping[str, object]]) -> Markup:
    """Returns the HTML `pattern` once for each row, with the row's `{values}` filled in, escaped."""
    return Markup("\n").join(Markup(pattern).format(**row) for row in rows)


def attributes(values: Mapping[str, str]) -> Markup:
    """Returns HTML attributes, each with a space before it."""
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values.items())


def options(choices: Iterable[tuple[str, str]], chosen: str | None) -> Markup:
    """Returns `<option>` elements for pairs of value and label."""
    return Markup("\n").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == (chosen or "") else "", label
        )
        for value, label in choices
    )


@lru_cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))
