"""Which language a message is in: Finnish, Swedish or English first, others when script or words say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bot.nlu import lexicon
from bot.nlu.reading import Reading
from service_catalog.lemmas import analyse
from service_catalog.lemmas import words as words_of

DATA = Path(__file__).parent / "data" / "languages.yml"
HOME = ("fi", "sv", "en")
"""Languages that the bot is written in; a classifier tells them apart."""
SEEN = 2_000
"""Characters that the script is judged by."""
CLEAR_WORDS, MIXED, SHORT = 3, 0.25, 3
"""Of a message that is clearly in one language: the fewest words, the greatest share of words of another, and letters
of words too short to be taken for Finnish."""
SURE = 0.8
"""Score at which the classifier is believed of a single word."""


def language_of(text: str, readings: list[Reading], scores: Mapping[str, float]) -> str | None:
    """ISO 639-1 code of a message's language; None where there are no words to tell it by. Never raises.

    `scores` are a classifier's for the languages of HOME (higher is likelier). Spoken Finnish is short and odd: it
    takes clear evidence to call a message in Latin letters something else.
    """
    script = _by_script(text[:SEEN])
    if script is not None:
        return script
    written = [reading for reading in readings if reading.text[0].isalpha()]
    if not written:
        return None
    spoken = [reading for reading in written if not reading.place] or written  # anybody may live in Helsinki
    finnish = sum(reading.known or reading.normalised is not None for reading in spoken) / len(spoken)
    votes = _votes(spoken)
    best = max(HOME, key=lambda code: scores.get(code, 0.0) + _nudge(code, votes, finnish))
    other, count = max(((code, votes[code]) for code in votes if code not in HOME), default=("", 0), key=lambda v: v[1])
    own = votes[best]
    single = len(spoken) == 1 and spoken[0].text.casefold() not in _tables().anybodys
    sure = count >= 2 or single or (not finnish and len(spoken) > 1)
    if other and count > own and sure and count >= _enough(spoken, finnish):
        return other
    if best == "fi" and finnish < 0.35 and len(spoken) >= 4 and not own:
        return _by_statistics(text[:SEEN]) or best
    if best != "fi" and len(spoken) == 1 and not own and not _alone(spoken[0].text, best, scores):
        return None
    return best


def is_clearly(code: str, text: str, fewest: int = CLEAR_WORDS) -> bool:
    """Whether a message that was found to be in a language is so clearly: of `fewest` words or more, and not mixed.

    A script of its own is clear at once.
    """
    if _by_script(text[:SEEN]) is not None:
        return True
    tables = _tables()
    spoken = [word for word in (one.text.casefold() for one in words_of(text[:SEEN])) if word[0].isalpha()]
    spoken = [word for word in spoken if word not in tables.anybodys]
    if len(spoken) < fewest:
        return False
    others = sum(_is_of_another(word, code, tables) for word in spoken)
    return others <= MIXED * len(spoken)


def _is_of_another(word: str, code: str, tables: _Tables) -> bool:
    """Whether a word is in another of the bot's languages and not in this one."""
    listed = tables.words.get(word, ())
    if code in listed:
        return False
    if any(one in HOME for one in listed):
        return True
    return code != "fi" and analyse(word).known and len(word) > SHORT


def _alone(word: str, code: str, scores: Mapping[str, float]) -> bool:
    """Whether one word shows its language: not "chat", "ok" or "stress", which anybody may write."""
    return word.casefold() not in _tables().anybodys and scores[code] >= SURE and scores["fi"] <= 1 - SURE


def _nudge(code: str, votes: Counter[str], finnish: float) -> float:
    """What function words and Voikko add to the classifier's score."""
    return 0.15 * votes[code] + (0.6 * finnish if code == "fi" else 0.0)


def _enough(spoken: list[Reading], finnish: float) -> float:
    """Words of another language that outweigh Finnish: more, the more of the message Voikko knows."""
    return len(spoken) * (0.2 + 0.4 * finnish)


def _votes(spoken: list[Reading]) -> Counter[str]:
    """How many words speak for each language: those of its table, and those with a letter of its own."""
    tables = _tables()
    votes: Counter[str] = Counter()
    for reading in spoken:
        word = reading.text.casefold()
        votes.update(tables.words.get(word, ()) or tables.by_letter(word))
    return votes


def _by_script(text: str) -> str | None:
    """The language of a text that is mostly not in Latin letters; None for Latin ones and for no letters."""
    letters = [character for character in text if character.isalpha()]
    for script in _tables().scripts:
        if letters and 2 * sum(bool(script.letters.match(letter)) for letter in letters) > len(letters):
            found = next((code for code, signs in script.signs.items() if re.search(signs, text)), None)
            return found or script.otherwise
    return None


def _by_statistics(text: str) -> str | None:
    """py3langid's guess where it is sure; loaded when first needed (30 MB), because most messages never need it."""
    try:
        code, confidence = _identifier().classify(text)
    except (ValueError, IndexError, UnicodeError):
        return None
    return str(code) if confidence > 0.9 and code in _tables().recognised else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


class _Script(NamedTuple):
    letters: re.Pattern[str]
    signs: dict[str, str]
    otherwise: str


class _Tables(NamedTuple):
    scripts: tuple[_Script, ...]
    letters: tuple[tuple[str, re.Pattern[str]], ...]
    words: dict[str, tuple[str, ...]]
    anybodys: frozenset[str]
    recognised: frozenset[str]

    def by_letter(self, word: str) -> list[str]:
        """The languages that have a letter of `word` that Finnish has not."""
        return [] if word.isascii() else [code for code, letters in self.letters if letters.search(word)]


def _swedish_keywords() -> set[str]:
    """What people come for in one Swedish word ("arbetslös"); not English ones, which are Finnish slang as well."""
    needs = YAML(typ="safe").load(lexicon.DATA.read_text(encoding="utf-8"))["needs"]
    by_language = {
        code: {str(word).casefold() for need in needs for word in need["keywords"].get(code, ())} for code in HOME
    }
    return {word for word in by_language["sv"] - by_language["fi"] - by_language["en"] if not analyse(word).known}


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    document = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
    scripts = tuple(
        _Script(re.compile(row["letters"]), row.get("signs", {}), row["otherwise"]) for row in document["scripts"]
    )
    words: dict[str, tuple[str, ...]] = {}
    for code, listed in document["words"].items():
        for word in dict.fromkeys(listed):
            words[str(word)] = (*words.get(str(word), ()), str(code))
    for word in _swedish_keywords():
        words.setdefault(word, ("sv",))
    letters = tuple((str(code), re.compile(pattern)) for code, pattern in document["letters"].items())
    return _Tables(scripts, letters, words, frozenset(document["anybodys"]), frozenset(document["recognised"]))
