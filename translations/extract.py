"""`python -m translations.extract`: brings the catalogues up to date with the Finnish words.

New messages are added, empty. Of a message that was reworded the old translation is kept and marked fuzzy, for the
translator to go over; of one that is gone it is kept at the end of the file (`#~`). Nothing translated is lost.
"""

from __future__ import annotations

import argparse
from copy import deepcopy
from datetime import datetime, timezone
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from translations import CATALOGUES, LANGUAGES, catalogue_file, forms_of
from translations.extraction import template

TEMPLATE = CATALOGUES / "saattaja.pot"
REWORDED = 0.75
"""How alike (0 to 1, difflib) a new and a lost message are when the new one is taken for the other reworded."""
WIDTH = 120
HEADER = """\
# {name} words of Saattaja. docs/translating.md tells how to translate.
# The Finnish words are the source; those in braces are filled in by the program and must stay as they are."""
_NAMES = {"sv": "Swedish", "en": "English"}
_WRITTEN = datetime(2026, 1, 1, tzinfo=timezone.utc)  # a date that doesn't change gives no merge conflicts


def updated(catalogue: Catalog, messages: Catalog) -> Catalog:
    """Returns the catalogue with exactly these messages, and what was translated (see above). Changes the catalogue."""
    catalogue.update(deepcopy(messages), no_fuzzy_matching=True)
    lost = {_source(message): key for key, message in catalogue.obsolete.items() if _is_translated(message)}
    for message in catalogue:
        if not message.id or _is_translated(message):
            continue
        for like in get_close_matches(_source(message), lost, 1, REWORDED):
            old = catalogue.obsolete[lost[like]]
            if isinstance(old.id, str) == isinstance(message.id, str):
                message.string, message.previous_id = old.string, [like]
                message.flags |= {"fuzzy"}
                del catalogue.obsolete[lost.pop(like)]
    catalogue.obsolete = {key: message for key, message in catalogue.obsolete.items() if _is_translated(message)}
    return catalogue


def filled(catalogue: Catalog, other: Catalog) -> Catalog:
    """Returns the catalogue with the translations that it lacks and the other has. Changes the catalogue."""
    for message in catalogue:
        theirs = other.get(message.id) if message.id else None
        if theirs and _is_translated(theirs) and not theirs.fuzzy and (message.fuzzy or not _is_translated(message)):
            message.string, message.previous_id = theirs.string, []
            message.flags -= {"fuzzy"}
    return catalogue


def read(language: str, file: Path | None = None) -> Catalog:
    """Returns the catalogue of a language; an empty one where there is none yet."""
    file = file or catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    """Writes the catalogue of a language, always in the same form."""
    catalogue.project, catalogue.version, catalogue.charset = "saattaja", "1", "utf-8"
    catalogue.last_translator, catalogue.language_team, catalogue.msgid_bugs_address = "", _NAMES[language], ""
    catalogue.header_comment = HEADER.format(name=_NAMES[language])
    catalogue.creation_date = catalogue.revision_date = _WRITTEN
    catalogue.fuzzy = False
    catalogue_file(language).parent.mkdir(parents=True, exist_ok=True)
    catalogue_file(language).write_bytes(as_bytes(catalogue))


def as_bytes(catalogue: Catalog) -> bytes:
    """Returns the catalogue as a .po file."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=WIDTH, include_previous=True, include_lineno=False)
    return buffer.getvalue()


def _source(message: Message) -> str:
    return forms_of(message.id)[0]


def _is_translated(message: Message) -> bool:
    return all(forms_of(message.string))


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring the catalogues up to date with the Finnish words.")
    parser.add_argument(
        "--fill-from", metavar="DIRECTORY", type=Path, help="take missing translations from catalogues there"
    )
    chosen = parser.parse_args()
    messages = template()
    messages.creation_date = _WRITTEN
    TEMPLATE.write_bytes(as_bytes(messages))
    for language in LANGUAGES[1:]:
        catalogue = updated(read(language), messages)
        if chosen.fill_from:
            other = chosen.fill_from / catalogue_file(language).relative_to(CATALOGUES)
            catalogue = filled(catalogue, read(language, other))
        write(catalogue, language)
        missing = sum(1 for one in catalogue if one.id and not _is_translated(one))
        print(
            f"{catalogue_file(language).relative_to(CATALOGUES.parent)}: {len(catalogue)} messages, {missing} missing"
        )


if __name__ == "__main__":
    main()
