"""Slang and loan words in Finnish inflection: `frendeille` -> `ystäville`, `ghostannu` -> `hylännyt`.

`data/slang.yml` gives the standard word for each; `data/inflection.yml` says how both are inflected. The standard form
is the one that Voikko knows as the same case, number, person or tense of the standard word.
`python -m bot.nlu.slang [WORD ...]` checks the file and shows what becomes of words.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from service_catalog.lemmas import analyse, grammar

SLANG = Path(__file__).parent / "data" / "slang.yml"
INFLECTION = Path(__file__).parent / "data" / "inflection.yml"
PARTS = ("noun", "verb")
_WORD = re.compile(r"[a-zåäöšž]+")
_LAST_VOWEL = re.compile(r"[aeiouyäö](?=[^aeiouyäö]*$)")


class SlangError(ValueError):
    """The slang file can't be used. `problems` has a line for each: where it is, what is wrong, what would be right."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Ending(NamedTuple):
    meaning: frozenset[str]
    of: str
    standard: tuple[str, ...]
    spoken: tuple[str, ...]


class _Inflection(NamedTuple):
    stems: dict[str, tuple[tuple[re.Pattern[str], str], ...]]
    endings: tuple[_Ending, ...]

    def forms(self, word: str, spoken: bool) -> Iterator[tuple[str, _Ending]]:
        """Forms that the word may have, each with the ending that made it; some are of no real word."""
        stems = {of: tuple(_stems(self, word, of)) for of in {ending.of for ending in self.endings}}
        for ending in self.endings:
            for stem in stems[ending.of]:
                for written in (*ending.standard, *(ending.spoken if spoken else ())):
                    for form in _joined(stem, written):
                        yield form, ending


def standard_of(word: str) -> str | None:
    """The standard form of a slang word in lower case, None for any other word. Raises SlangError for a faulty file.

    A form that is also one of another word in the dictionary is not taken for slang.
    """
    found = _table().get(word)
    if found is None or (analyse(word).known and not _slang_words().issuperset(analyse(word).lemmas)):
        return None
    return _inflected(*found)


@lru_cache(maxsize=8_192)
def _inflected(part: str, target: str, meaning: frozenset[str]) -> str:
    """The form of the standard word `target` that means the same; `target` itself where none is found."""
    head, _, last = target.rpartition(" ")
    for form, ending in _inflection()[part].forms(last, spoken=False):
        if ending.meaning == meaning and any(_means(found, last, meaning) for found in grammar(form)):
            return f"{head} {form}".strip()
    return target


def _means(found: Mapping[str, Any], lemma: str, meaning: frozenset[str]) -> bool:
    right_word = found["BASEFORM"].casefold() == lemma or f"({lemma})" in found.get("WORDBASES", "")
    return right_word and meaning <= set(found.values()) and "POSSESSIVE" not in found


def _stems(inflection: _Inflection, word: str, of: str) -> Iterator[str]:
    if of == "word":
        yield word
        return
    kind, _, without = of.partition(" without ")
    for pattern, instead in inflection.stems[kind]:
        stem, changed = pattern.subn(instead, word, count=1)
        if changed and (not without or stem.endswith(without)):
            yield stem[: len(stem) - len(without)] if without else stem


def _joined(stem: str, ending: str) -> Iterator[str]:
    vowel = _LAST_VOWEL.search(stem)
    written = ending.replace("+", vowel.group() if vowel else "")
    if re.search("[AOU]", written):
        yield stem + written.lower()
        yield stem + written.translate(str.maketrans("AOU", "äöy"))
    elif ending.startswith("h") and vowel:
        yield f"{stem}h{vowel.group()}n"
    else:
        yield stem + written


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, str, frozenset[str]]]:
    """Every form of every slang word: part of speech, standard word, meaning of the form. The first of two wins."""
    table: dict[str, tuple[str, str, frozenset[str]]] = {}
    for part, words in load_slang(SLANG).items():
        for word, target in words.items():
            for form, ending in _inflection()[part].forms(word, spoken=True):
                table.setdefault(form, (part, target, ending.meaning))
    return table


@lru_cache(maxsize=1)
def _slang_words() -> frozenset[str]:
    return frozenset(word for words in load_slang(SLANG).values() for word in words)


@lru_cache(maxsize=1)
def _inflection() -> dict[str, _Inflection]:
    document = YAML(typ="safe").load(INFLECTION.read_text(encoding="utf-8"))
    return {
        part: _Inflection(
            {kind: tuple((re.compile(a), b) for a, b in rules) for kind, rules in rows["stems"].items()},
            tuple(
                _Ending(
                    frozenset(row["is"]),
                    row.get("of", row["is"][0]),
                    tuple(row["standard"]),
                    tuple(row.get("spoken", ())),
                )
                for row in rows["endings"]
            ),
        )
        for part, rows in document.items()
    }


def load_slang(path: Path) -> dict[str, dict[str, str]]:
    """The slang words of a file by part of speech, each with its standard word. Raises SlangError."""
    try:
        document = YAML().load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SlangError(
            [f"{path.name}:{line}: not YAML: {error.problem}. A line is `word: standard word`."]
        ) from error
    if not isinstance(document, dict) or set(document) != set(PARTS):
        raise SlangError([f"{path.name}: needs exactly the two lists `noun:` and `verb:`."])
    problems = [
        f"{path.name}:{document[part].lc.key(word)[0] + 1}: {problem}"
        for part in PARTS
        for word, standard in document[part].items()
        for problem in _problems(part, word, standard)
    ]
    if problems:
        raise SlangError(problems)
    return {part: dict(document[part]) for part in PARTS}


def _problems(part: str, word: object, standard: object) -> Iterator[str]:
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        yield f"{word!r} must be one word in lower case; put it in quotes if YAML takes it for something else."
        return
    if not isinstance(standard, str) or not standard.strip():
        yield f"{word} needs a standard word after the colon, as in `faija: isä`."
        return
    unknown = [piece for piece in standard.split() if not analyse(piece).known]
    if unknown:
        yield f"{word}: {unknown[0]} is no Finnish word that the dictionary knows; choose another standard word."
    elif part == "verb" and not (word[-1] in "aä" and standard.split()[-1] in analyse(standard.split()[-1]).lemmas):
        yield f"{word}: {standard}: a verb and its standard word stand in the basic form, as in `dokata: juoda`."


def main(words: list[str]) -> int:
    """Prints the problems of the slang file, or the standard form of each word. 0 where the file is right."""
    try:
        load_slang(SLANG)
    except SlangError as error:
        print(error, file=sys.stderr)
        return 1
    for word in words:
        print(f"{word}\t{standard_of(word.casefold()) or '-'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
