"""`python -m translations.check`: whether the catalogues say all that the bot says, and say it whole.

Prints each fault with its file, its line and the remedy, and exits with 1 when there is one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from translations import LANGUAGES, catalogue_file, forms_of
from translations.extract import read
from translations.extraction import ROOT, template

UPDATE = "python -m translations.extract"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_MARKUP = re.compile(r"</?\w+[^<>]*>|https?://\S+|\[[^\]]*\]\(|\*\*|&\w+;")
_SPACE = re.compile(r"^\s*|\s*$")
_LONGEST_SHOWN = 50


def faults(catalogue: Catalog, messages: Catalog) -> Iterator[tuple[int, str]]:
    """Yields what is wrong with a catalogue, as the line and a sentence that tells the remedy.

    `messages` are all there are to translate.
    """
    for message in messages:
        if message.id and catalogue.get(message.id) is None:
            yield 0, f"missing: {_shown(message)}. Add it with {UPDATE}, then translate it."
    for message in catalogue:
        if message.id:
            yield from ((message.lineno or 0, fault) for fault in _faults_of(message, messages))
    for message in catalogue.obsolete.values():
        yield message.lineno or 0, f"unused: {_shown(message)}. Delete the lines that begin with #~."


def _faults_of(message: Message, messages: Catalog) -> Iterator[str]:
    shown = _shown(message)
    if messages.get(message.id) is None:
        yield f"unused: {shown}. The bot doesn't say it any more; run {UPDATE}, then delete the lines with #~."
        return
    forms, sources = forms_of(message.string), forms_of(message.id)
    if not all(forms):
        yield f"missing: {shown}. Write its translation in msgstr."
        return
    if message.fuzzy:
        yield f"fuzzy: {shown}. The Finnish was reworded; go over the translation and delete the line with fuzzy."
    for source, form in zip(sources, forms, strict=False):
        yield from (f"broken: {shown}. {fault}" for fault in broken(source, form))


def broken(source: str, form: str) -> Iterator[str]:
    """Yields what is wrong with a translation beside its Finnish words, as sentences that tell the remedy."""
    there, here = Counter(_PLACEHOLDER.findall(source)), Counter(_PLACEHOLDER.findall(form))
    if set(here) - set(there):
        known = _names(set(there)) or "no braces"
        yield f"{_names(set(here) - set(there))} stands only in the translation; use {known}."
    if set(there) - set(here):
        yield f"{_names(set(there) - set(here))} is left out; put it where the value belongs."
    if any(brace in _PLACEHOLDER.sub("", form) for brace in "{}"):
        yield "A brace stands alone; write placeholders as in the Finnish."
    if _SPACE.findall(source) != _SPACE.findall(form):
        yield "It begins or ends with other spaces or line breaks than the Finnish; make them the same."
    if source.count("\n\n") != form.count("\n\n"):
        yield "It has other paragraphs than the Finnish; divide it by empty lines in the same way."
    if sorted(_MARKUP.findall(source)) != sorted(_MARKUP.findall(form)):
        yield "Its links or markup differ from the Finnish; copy them as they are."


def _names(placeholders: set[str]) -> str:
    return ", ".join(sorted(placeholders))


def _shown(message: Message) -> str:
    text = " ".join(forms_of(message.id)[0].split())
    return f"“{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + '…'}”"


def main() -> int:
    """Prints every fault of every catalogue. Returns the exit status."""
    messages, found = template(), 0
    for language in LANGUAGES[1:]:
        file = catalogue_file(language)
        name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else Path(file)
        for line, fault in sorted(faults(read(language), messages)):
            found += 1
            print(f"{name}:{line}: {fault}")
    print(f"{found} faults in the translations." if found else "The translations are whole.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
