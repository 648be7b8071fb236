"""The form in which messages and crisis phrases are compared.

Spoken language, dialects, typing slips, stretched letters and capitals fold into one form, so that a phrase is
written once: `oon`, `olen` and `OOOON` are the same word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

DATA = Path(__file__).parent / "data"
LONGEST_START, LONGEST_END = 8_000, 4_000
"""Of a longer message the first and last characters are read: nobody types more by hand."""

_LAUGH = re.compile(r"(?<!\w)[:;=x]['’]?-?d+(?!\w)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['’:-][^\W_]+)*|[\u2600-\u27bf\U0001F300-\U0001FAFF]")
_SENTENCE = re.compile(r"[.!?\n;…]+(?=\s|$)|\n+")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_DOUBLED = re.compile(r"(tapp|tapaa)|([^\W\d])\2+")  # tappaa (kills), tapaa (meets) and tapa (habit) stay apart
_DOTS = str.maketrans("äöåéü", "aoaeu")


class Sentence(NamedTuple):
    """A sentence of a message: its words as typed and folded, and whether it ends in a question mark."""

    raw: tuple[str, ...]
    words: tuple[str, ...]
    asks: bool


def clean(text: object) -> str:
    """`text` as a lower-case string without control characters, lone surrogates or excess length; never raises."""
    plain = text if isinstance(text, str) else ""
    if len(plain) > LONGEST_START + LONGEST_END:
        plain = f"{plain[:LONGEST_START]}\n{plain[-LONGEST_END:]}"
    plain = plain.encode("utf-8", "ignore").decode("utf-8")
    plain = unicodedata.normalize("NFKC", plain)
    kept = (c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else " " for c in plain)
    plain = "".join(kept).casefold().replace("’", "'")
    return _STRETCHED.sub(r"\1\1", _LAUGH.sub(" haha ", plain))


def sentences(cleaned: str) -> list[Sentence]:
    """Sentences of a cleaned message, in order, as folded words; those without words are left out."""
    found = []
    position = 0
    for mark in [*_SENTENCE.finditer(cleaned), None]:
        end = mark.start() if mark else len(cleaned)
        raw = tuple(_TOKEN.findall(cleaned[position:end]))
        if raw:
            found.append(Sentence(raw, tuple(map(fold, raw)), bool(mark and "?" in mark.group())))
        position = mark.end() if mark else end
    return found


@lru_cache(maxsize=32_768)
def fold(word: str) -> str:
    """The form one lower-case word is compared in: known variants replaced, doubled letters and dots dropped."""
    return squeeze(standard(word))


def standard(word: str) -> str:
    """A lower-case word, or the standard form it is a known variant of."""
    return _forms().get(word, word)


def squeeze(word: str) -> str:
    """`word` with doubled letters once and without dots on its letters."""
    return _DOUBLED.sub(lambda match: match[1] or match[2], word).translate(_DOTS)


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    table = YAML(typ="safe").load((DATA / "crisis_forms.yml").read_text(encoding="utf-8"))
    return {str(variant): str(form) for form, variants in table.items() for variant in variants}
