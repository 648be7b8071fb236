"""What the bot says by itself in ten languages it doesn't speak: `words/*.yml`, written by hand, no network."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

OTHERS = "other"
"""The file in English, for who writes a language that has none."""
FOLDER = Path(__file__).parent / "words"
STOP = "Älä käännä viestejäni"
"""What a person says to take their yes back; typed in any of the languages too."""
ALLOW, REFUSE = "Kyllä, käännä viestini", "Ei, älä lähetä viestejäni"
"""What the buttons of the question send."""
LINES = (
    *("name", "consent", "allow", "refuse", "allowed", "refused", "languages", "failed"),
    *("translated", "show_original", "hide_original"),
)
CRISIS = {
    "utter_crisis_suicide": "suicide",
    "utter_crisis_thoughts": "suicide",
    "utter_crisis_overdose": "overdose",
    "utter_crisis_violence": "violence",
    "utter_crisis_sexual_violence": "violence",
    "utter_crisis_threat": "threat",
    "utter_crisis_other_person": "other",
    "utter_crisis_other_overdose": "other",
    "utter_crisis_other_violence": "other",
    "utter_crisis_danger_now": "in_danger",
    "utter_crisis_other_now": "in_danger",
    "utter_crisis_write": "in_danger",
    "utter_crisis_not_now": "not_now",
    "utter_crisis_safe_for_now": "not_now",
    "utter_crisis_other_not_now": "not_now",
    "utter_crisis_unsure": "unsure",
    "utter_crisis_other_unsure": "unsure",
    "utter_crisis_someone_comes": "thoughts",
    "utter_crisis_sent": "thoughts",
    "utter_crisis_contacts_again": "first",
}
"""Which words of `crisis:` say a response of the domain; utter_crisis_first has its own by level."""


@dataclass(frozen=True)
class Words:
    """One language's words; the fields are those of its file."""

    language: str
    name: str
    consent: str
    allow: str
    refuse: str
    allowed: str
    refused: str
    languages: str
    failed: str
    translated: str
    show_original: str
    hide_original: str
    phrases: dict[str, str]
    """Finnish words of a button by what a person may type for them, in the form of `fold`."""
    buttons: dict[str, str]
    gist: dict[str, tuple[str, ...]]
    crisis: dict[str, str]

    @property
    def code(self) -> str:
        """ISO 639-1 code of the language that these words are in."""
        return "en" if self.language == OTHERS else self.language

    def meaning(self, text: str) -> str | None:
        """The Finnish words that a short message stands for: a yes, a no, a button's title; None for any other."""
        return self.phrases.get(fold(text))

    def gist_of(self, text: str) -> str | None:
        """Finnish words for what a message is about, by the beginnings of its words; None where nothing is known."""
        plain = f" {fold(text)}"
        no_spaces = self.language == "zh"
        found = [
            finnish
            for finnish, beginnings in self.gist.items()
            if any((beginning if no_spaces else f" {beginning}") in plain for beginning in beginnings)
        ]
        return " ".join(found) or None

    def crisis_words(self, response: str, level: str | None) -> str | None:
        """What a response about danger says in this language; None where it isn't one."""
        if response == "utter_crisis_first":
            return self.crisis["thoughts" if level == "thoughts" else "first"]
        part = CRISIS.get(response)
        return self.crisis[part] if part else None


@lru_cache(maxsize=1)
def _all() -> dict[str, Words]:
    return {file.stem: _read(file) for file in sorted(FOLDER.glob("*.yml"))}


def words(language: str | None) -> Words | None:
    """The words of a language (ISO 639-1); None for one that nobody wrote any for."""
    return _all().get(language or "")


def words_or_english(language: str | None) -> Words:
    """The words of a language, or in English those for anybody else's."""
    return words(language) or _all()[OTHERS]


def languages() -> tuple[str, ...]:
    """The languages that there are words of."""
    return tuple(language for language in _all() if language != OTHERS)


def fold(text: str) -> str:
    """The form in which short messages are compared: no capitals, signs or double spaces."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return " ".join(
        "".join(c if c.isalnum() or c in "'-\u200c" or unicodedata.combining(c) else " " for c in plain).split()
    )


def _read(file: Path) -> Words:
    table: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    buttons = {str(finnish): str(title) for finnish, title in table["buttons"].items()}
    typed = {fold(str(phrase)): str(finnish) for finnish, phrases in table["phrases"].items() for phrase in phrases}
    titles = {fold(title): finnish for finnish, title in reversed(list(buttons.items()))}
    own = {fold(table["allow"]): ALLOW, fold(table["refuse"]): REFUSE}
    gist = {str(finnish): tuple(map(fold_keeping_end, map(str, words))) for finnish, words in table["gist"].items()}
    lines = {name: str(table[name]) for name in LINES}
    return Words(
        file.stem, phrases={**titles, **typed, **own}, buttons=buttons, gist=gist, crisis=table["crisis"], **lines
    )


def fold_keeping_end(text: str) -> str:
    """As `fold`, but a space at the end stays: it says that the word ends there."""
    return fold(text) + (" " if text.endswith(" ") else "")
