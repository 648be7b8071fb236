"""Keywords of the needs (service_catalog/data/needs.yml) found in a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from bot.nlu.reading import Reading
from service_catalog.lemmas import words

DATA = Path(__file__).parents[2] / "service_catalog" / "data" / "needs.yml"


class Hit(NamedTuple):
    """A keyword of `need` that covers the words `first` to `last` of the message, both included."""

    need: str
    first: int
    last: int


class Lexicon:
    """Keywords by need. One word is matched as written, in standard form, by lemma and by compound part; several
    words are a phrase and each is matched so, in order and without gaps."""

    def __init__(self, keywords: Mapping[str, Iterable[str]]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for need, texts in keywords.items():
            for text in texts:
                phrase = tuple(word.text for word in words(text.casefold()))
                if phrase:
                    self._phrases.setdefault(phrase[0], []).append((phrase, need))

    def hits(self, readings: list[Reading]) -> list[Hit]:
        """Every keyword in the message, in the order of its words."""
        forms = [reading.forms for reading in readings]
        found: dict[Hit, None] = {}
        for position, here in enumerate(forms):
            for first in here:
                for phrase, need in self._phrases.get(first, ()):
                    window = forms[position : position + len(phrase)]
                    if len(window) == len(phrase) and all(
                        word in form for word, form in zip(phrase, window, strict=True)
                    ):
                        found[Hit(need, position, position + len(phrase) - 1)] = None
        return sorted(found, key=lambda hit: (hit.first, hit.last, hit.need))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The keywords of needs.yml in all its languages together: people mix languages in one message."""
    document = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    return Lexicon(
        {
            need["id"]: [str(word) for language in need["keywords"].values() for word in language]
            for need in document["needs"]
        }
    )
