"""Danger to life in ten languages that the classifier doesn't know: phrases of data/crisis_languages.yml, no network.

Every phrase is a small pattern (the file's head says how it is written). Text and phrases meet in one form without
marks, apostrophes and doubled letters, so that each phrase is written once. Which languages are tried follows from the
script, so that Finnish messages cost next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bot.nlu.crisis_text import DATA

FILE = DATA / "crisis_languages.yml"
SEVERITY = ("danger_now", "thoughts", "other_person", "self_harm", "worry")
"""Parts of the table, the gravest first; the last two are no danger to life."""
_GENTLE = {"self_harm": "thoughts", "worry": "other_person"}
_ABOUT_OTHERS = ("other_person", "worry")
_SCRIPTS = {
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "han": re.compile("[\u3400-\u9fff]"),
    "latin": re.compile("[a-z]"),
}
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʹ`´ـ"))
_SAME = str.maketrans(
    {
        **dict.fromkeys("ىیێ", "ي"),
        **dict.fromkeys("ةەھ", "ه"),
        **{"ı": "i", "ک": "ك", "ۆ": "و", "ڵ": "ل", "ڕ": "ر"},
    }
)
"""Letters that people write for one another, on keyboards that lack one of them."""
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_SENTENCE_END = re.compile(r"[.!?;…\n。！？؟؛]+")
_PERSIAN_PREFIX = re.compile(r"(?<!\w)(ن?مي) (?=\w)")


class Found(NamedTuple):
    """A phrase of danger: the `language` (ISO 639-1), `level` and `kind` as in docs/crisis.md, whether it `is_crisis`,
    and the `words` that said it, in the form that phrases are compared in."""

    language: str
    level: str
    kind: str
    is_crisis: bool
    words: str


class _Match(NamedTuple):
    part: str
    kind: str
    start: int
    end: int
    words: str


class _Phrase(NamedTuple):
    """A phrase as a regular expression (`source`), and of each tuple of `needs` one that a text with it has."""

    part: str
    kind: str
    source: str
    needs: tuple[tuple[str, ...], ...]

    def spans(self, sentence: str) -> Iterator[re.Match[str]]:
        """Where the phrase stands. Regular expressions are made when first needed: making all takes seconds."""
        if all(any(word in sentence for word in words) for words in self.needs):
            yield from _compiled(self.source).finditer(sentence)


class _Table(NamedTuple):
    """One language's phrases in one script."""

    language: str
    phrases: tuple[_Phrase, ...]
    harmless: tuple[_Phrase, ...]
    denied: str
    now: str
    elsewhere: str


def find(cleaned: str) -> Found | None:
    """The gravest danger that a message tells of in one of the ten languages, or None.

    `cleaned` is what crisis_text.clean returns. Phrases that are denied, part of a saying, or in a sentence about a
    game, a film or a song don't count; nor does the writer's own danger inside what is said of somebody else.
    """
    matches = [(table, match) for table, sentence in _tried(cleaned) for match in _matches(table, sentence)]
    if not matches:
        return None
    table, gravest = min(matches, key=lambda one: SEVERITY.index(one[1].part))
    level = _GENTLE.get(gravest.part, gravest.part)
    if gravest.part == "thoughts" and _compiled(table.now).search(letters(cleaned)):
        level = SEVERITY[0]
    return Found(table.language, level, gravest.kind, gravest.part not in _GENTLE, gravest.words)


def letters(text: str) -> str:
    """The form in which phrases are compared: lower case, no marks, apostrophes or doubled letters; words apart by one
    space, everything else a space."""
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_APOSTROPHES)
    kept = (letter if letter.isalnum() else " " for letter in folded if unicodedata.category(letter) != "Mn")
    plain = " ".join("".join(kept).translate(_SAME).split())
    return _PERSIAN_PREFIX.sub(r"\1", _DOUBLED.sub(r"\1", plain))


def languages() -> tuple[str, ...]:
    """The ISO 639-1 codes of the languages whose phrases are known."""
    return tuple(dict.fromkeys(table.language for tables in _tables().values() for table in tables))


def _tried(cleaned: str) -> Iterator[tuple[_Table, str]]:
    """Each sentence with the tables of its scripts."""
    for sentence in _SENTENCE_END.split(cleaned):
        plain = letters(sentence)
        for script, letter in _SCRIPTS.items():
            if letter.search(plain):
                of_script = plain.replace(" ", "") if script == "han" else plain
                yield from ((table, of_script) for table in _tables()[script])


def _matches(table: _Table, sentence: str) -> list[_Match]:
    found = [
        _Match(phrase.part, phrase.kind, match.start(), match.end(), match[0].strip())
        for phrase in table.phrases
        for match in phrase.spans(sentence)
        if not _compiled(table.denied).search(sentence[: match.start()])
    ]
    if not found or _compiled(table.elsewhere).search(sentence):
        return []
    sayings = [saying.span() for phrase in table.harmless for saying in phrase.spans(sentence)]
    others = [(one.start, one.end) for one in found if one.part in _ABOUT_OTHERS]
    return [
        match
        for match in found
        if not _meets(match, sayings) and (match.part in _ABOUT_OTHERS or not _meets(match, others))
    ]


def _meets(match: _Match, spans: list[tuple[int, int]]) -> bool:
    return any(start < match.end and match.start < end for start, end in spans)


# --- the table ------------------------------------------------------------------------------------------------------


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[_Table, ...]]:
    document = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    made: dict[str, list[_Table]] = {script: [] for script in _SCRIPTS}
    for language, rows in document.items():
        lines = list(_lines(rows))
        for script in _SCRIPTS:
            phrases = [_phrase(*line, script) for line in lines if _script_of(line[2]) == script]
            danger = tuple(phrase for phrase in phrases if phrase.part in SEVERITY)
            if danger:
                harmless = tuple(phrase for phrase in phrases if phrase.part not in SEVERITY)
                words = {name: _words(rows, name, script) for name in ("not", "now", "elsewhere")}
                before = "" if script == "han" else r"(?<!\w)"
                denied = rf"{before}(?:{words['not']})\s*\Z"
                now, elsewhere = (_whole(words[name], script) for name in ("now", "elsewhere"))
                made[script].append(_Table(str(language), danger, harmless, denied, now, elsewhere))
    return {script: tuple(tables) for script, tables in made.items()}


def _lines(rows: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each phrase with its part and kind, groups filled in."""
    groups = {f"<{name}>": str(written) for name, written in rows.get("words", {}).items()}
    for part in ("harmless", *SEVERITY):
        kinds = rows.get(part) or ""
        for kind, written in (kinds if isinstance(kinds, dict) else {"suicide": kinds}).items():
            for line in filter(None, map(str.strip, str(written).splitlines())):
                for name, group in groups.items():
                    line = line.replace(name, group)
                yield part, str(kind), line


def _script_of(phrase: str) -> str:
    """The script of a phrase: the first of _SCRIPTS it has a letter of, so that Latin ones have no other."""
    folded = phrase.casefold()
    return next((script for script, letter in _SCRIPTS.items() if letter.search(folded)), "latin")


def _words(rows: dict[str, Any], name: str, script: str) -> str:
    return "|".join(_regex(word.strip(), script) for word in str(rows[name]).split(","))


def _phrase(part: str, kind: str, written: str, script: str) -> _Phrase:
    needs = () if script == "han" else tuple(sorted(_needs(_form(written)), key=len))
    return _Phrase(part, kind, _whole(_regex(written, script), script), needs)


def _whole(regex: str, script: str) -> str:
    """A phrase as whole words; Arabic writes "and" and "so" together with the word after them."""
    if script == "han":
        return f"(?:{regex})"
    and_so = "[وف]?" if script == "arabic" else ""
    return rf"(?<!\w){and_so}(?:{regex})(?!\w)"


def _needs(form: str) -> Iterator[tuple[str, ...]]:
    """For each part of a phrase that can't be left out: words of which a text has at least one, at least as a part."""
    depth, start, outside = 0, 0, ""
    for place, sign in enumerate(form):
        if sign == "(":
            depth += 1
            start = place if depth == 1 else start
        elif sign == ")":
            depth -= 1
            group = form[start : place + 1]
            optional = "|)" in group or "(|" in group or "\\" in group
            if depth == 0 and not optional:
                yield tuple(re.findall(r"\w+", group))
            outside += " " if depth == 0 else ""
        elif depth == 0:
            outside += sign
    if "\\" not in outside:
        yield from ((word,) for word in re.findall(r"\w+", outside))


def _form(written: str) -> str:
    """A phrase in the form of `letters`, with its signs."""
    folded = unicodedata.normalize("NFKD", written.casefold()).translate(_APOSTROPHES)
    plain = "".join(letter for letter in folded if unicodedata.category(letter) != "Mn").translate(_SAME)
    return _DOUBLED.sub(r"\1", plain)


def _regex(written: str, script: str) -> str:
    """A phrase of the table as a regular expression over `letters`; Chinese ones are regular expressions already."""
    plain = _form(written).replace("(", "(?:")
    if script == "han":
        return plain.replace(" ", "")
    plain = plain.replace(" ... ", r" (?:\S+ ){0,3}")
    plain = re.sub(r" (\(\?:[^()]*)\|\)(?=[ |)]|$)", r"(?: \1))?", plain)  # a last word that may be left out
    plain = re.sub(r" \*(?=[|)]|$)", r"(?: \\w+)?", plain)
    plain = re.sub(r"(?<= )\*(?=[ )]|$)", r"\\w+", plain)  # a word of any kind
    plain = re.sub(r" \*(?=\S)", " ?", plain)
    return re.sub(r"(?<=[\w)])\*", r"\\w*", plain)
