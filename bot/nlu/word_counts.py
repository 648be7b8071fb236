"""How often words occur in the training messages: what a normaliser takes for likely, and which words are not Finnish.

`python -m bot.nlu.word_counts` makes the tables (`data/word_counts.tsv`, `data/other_languages.txt`) again from
`data/nlu/messages`; do so when many messages were added. Nothing else changes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from service_catalog.lemmas import analyse, words

MESSAGES = Path(__file__).parents[2] / "data" / "nlu" / "messages"
COUNTS = Path(__file__).parent / "data" / "word_counts.tsv"
LANGUAGES = Path(__file__).parent / "data" / "languages.yml"
OTHER_LANGUAGES = Path(__file__).parent / "data" / "other_languages.txt"
CERTAIN = frozenset({"table", "context", "slang"})
"""Their standard forms are counted; what rules propose is not, because the rules go by these counts."""
LEAST = 2
"""Forms seen once are left out: many are slips that happen to be words."""


class WordCounts(NamedTuple):
    """`forms`: how often a word was written so; `lemmas`: the sum over a lemma's forms. Finnish words only."""

    forms: dict[str, int]
    lemmas: dict[str, int]


@lru_cache(maxsize=1)
def word_counts() -> WordCounts:
    """The counts of Finnish words that Voikko knows, from `data/word_counts.tsv`."""
    forms: dict[str, int] = {}
    lemmas: Counter[str] = Counter()
    for line in COUNTS.read_text(encoding="utf-8").splitlines():
        lemma, *counted = line.split("\t")
        for entry in counted:
            form, _, count = entry.rpartition(" ")
            forms[form] = int(count)
            lemmas[lemma] += int(count)
    return WordCounts(forms, dict(lemmas))


@lru_cache(maxsize=1)
def words_of_other_languages() -> frozenset[str]:
    """Words that messages in English and Swedish use oftener than Finnish ones, and short words of `languages.yml`."""
    return frozenset(OTHER_LANGUAGES.read_text(encoding="utf-8").split())


class Message(NamedTuple):
    """A training message with the `language` and `register` of its block."""

    text: str
    language: str
    register: str


def messages(folder: Path = MESSAGES) -> Iterator[Message]:
    """Every training message of the folder's files, in file order."""
    for file in sorted(folder.glob("*.yml")):
        for block in YAML(typ="safe").load(file)["nlu"]:
            about = block.get("metadata", {})
            for line in block["examples"].splitlines():
                yield Message(line[2:], about.get("language", "fi"), about.get("register", ""))


def _make() -> None:
    """Writes both tables."""
    from bot.nlu.normaliser import normalise_all  # it reads what is made here

    finnish, standard, other = Counter[str](), Counter[str](), Counter[str]()
    for message in messages():
        written = [word.text.casefold() for word in words(message.text) if word.text.isalpha()]
        if message.language == "fi":
            finnish.update(written)
            for word, found in zip(written, normalise_all(written), strict=True):
                if found is None or found.rule in CERTAIN:
                    standard.update(found.text.split() if found else [word])
        else:
            other.update(written)
    for code, listed in YAML(typ="safe").load(LANGUAGES)["words"].items():
        other.update([str(word).casefold() for word in listed if code != "fi"])
    lemmas: dict[str, list[str]] = defaultdict(list)
    for form, count in sorted(standard.items()):
        analysis = analyse(form)
        if count >= LEAST and analysis.known:
            lemmas[analysis.lemmas[0]].append(f"{form} {count}")
    COUNTS.write_text("".join("\t".join((lemma, *lemmas[lemma])) + "\n" for lemma in sorted(lemmas)), encoding="utf-8")
    ratio = finnish.total() / other.total()
    foreign = sorted(form for form, count in other.items() if count * ratio > 3 * finnish[form])
    OTHER_LANGUAGES.write_text("\n".join(foreign) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _make()
