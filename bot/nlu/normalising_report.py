"""How well spoken Finnish is normalised: what stays unknown by register, how much is right, and how long it takes.

Run `python -m bot.nlu.normalising_report [--errors]`. It reads the training messages (`data/nlu/messages`) and the
pairs that were marked by hand (`tests/unit/data/normalisation_pairs.yml`). It needs neither Rasa nor a trained model.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from bot.nlu.normaliser import Normalised, forget, normalise_all
from bot.nlu.word_counts import messages, words_of_other_languages
from service_catalog.lemmas import analyse, words
from service_catalog.places import Places

PAIRS = Path(__file__).parents[2] / "tests" / "unit" / "data" / "normalisation_pairs.yml"
_MARKED = re.compile(r"([^\s{}]+)\{([^}]*)\}")
UNCHANGED = "="
PARTS, SOURCES = ("development", "held_out"), ("training", "own")


class Verdict(NamedTuple):
    """One word of a marked sentence: what was `expected` (empty: it must stay) and what was `found`."""

    word: str
    expected: tuple[str, ...]
    found: Normalised | None
    sentence: str

    @property
    def right(self) -> bool:
        """Whether an accepted normalisation is one of the expected ones."""
        return self.found is not None and self.found.text.casefold() in self.expected

    @property
    def missed(self) -> bool:
        """Whether the word stays and should not."""
        return self.found is None and bool(self.expected) and UNCHANGED not in self.expected


class Unknown(NamedTuple):
    """Words of one register: all, those that Voikko doesn't know as written, and those left after normalisation."""

    words: int
    as_written: int
    left: Counter[str]
    left_places: int
    left_other_languages: int


def read_marked(line: str) -> tuple[str, dict[int, tuple[str, ...]]]:
    """A marked sentence without its marks, and what is expected of words by where they end in it."""
    text, position, expected = "", 0, {}
    for mark in _MARKED.finditer(line):
        text += line[position : mark.end(1)]
        expected[len(text)] = tuple(mark[2].casefold().replace("_", " ").split("|"))
        position = mark.end()
    return text + line[position:], expected


def verdicts(part: str, source: str | None = None, file: Path = PAIRS) -> Iterator[Verdict]:
    """Every word of the sentences of a part (`development` or `held_out`) that is marked or was changed."""
    for name, lines in YAML(typ="safe").load(file.read_text(encoding="utf-8"))[part].items():
        for line in lines.splitlines() if source in (None, name) else ():
            text, expected = read_marked(line)
            found = words(text)
            for word, standard in zip(found, normalise_all([word.text for word in found]), strict=True):
                if standard or word.end in expected:
                    yield Verdict(word.text, expected.get(word.end, ()), standard, text)


def unknown_by_register() -> dict[str, Unknown]:
    """What Voikko doesn't know in the Finnish training messages, by register. Words of letters count."""
    result: dict[str, Unknown] = {}
    for message in messages():
        if message.language != "fi" or not message.register:
            continue
        total = result.get(message.register, Unknown(0, 0, Counter(), 0, 0))
        found = words(message.text)
        places = [range(place.start, place.end) for place in Places.load().find(message.text)]
        count = written = of_places = of_others = 0
        for word, standard in zip(found, normalise_all([word.text for word in found]), strict=True):
            if not word.text.isalpha():
                continue
            count += 1
            if analyse(word.text).known:
                continue
            written += 1
            if standard is None:
                total.left[word.text.casefold()] += 1
                of_places += any(word.start in place for place in places)
                of_others += word.text.casefold() in words_of_other_languages()
        result[message.register] = Unknown(
            total.words + count,
            total.as_written + written,
            total.left,
            total.left_places + of_places,
            total.left_other_languages + of_others,
        )
    return result


def microseconds(texts: Iterable[str]) -> float:
    """Median time to normalise one message."""
    times = []
    for plain in [[word.text for word in words(text)] for text in texts]:
        start = perf_counter()
        normalise_all(plain)
        times.append(perf_counter() - start)
    return median(times) * 1e6


def measured_times() -> dict[str, float]:
    """Median microseconds a message: by a process that has just started, by one that has read many, and read again."""
    texts = [message.text for message in messages() if message.language == "fi"]
    forget()
    just_started = microseconds(texts[::40][:200])
    microseconds(texts[1::2])
    return {
        "just started": just_started,
        f"new message after {len(texts[1::2]):,} others": microseconds(texts[20::40]),
        "read before": microseconds(texts[20::40]),
    }


@click.command()
@click.option("--errors", is_flag=True, help="Also print what is wrong or missed among the development pairs.")
@click.option("--left", "register", help="Also print the words of this register that stay unknown.")
def main(errors: bool, register: str | None) -> None:
    """Prints the figures of docs/normalising.md."""
    console = Console(width=120, highlight=False)
    unknown = unknown_by_register()
    console.print(_table_of_unknown(unknown))
    console.print(_table_of_pairs())
    console.print(_table_of_rules())
    for when, time in measured_times().items():
        console.print(f"{time:6.0f} µs a message (median), {when}")
    for row in verdicts("development") if errors else ():
        if row.missed or (row.found and not row.right):
            console.print(
                f"{row.word} -> {row.found}, expected {' or '.join(row.expected) or UNCHANGED}: {row.sentence}"
            )
    if register:
        console.print(" ".join(f"{word}:{count}" for word, count in unknown[register].left.most_common()))


def _table_of_unknown(unknown: dict[str, Unknown]) -> Table:
    table = Table("register", "words", "unknown as written", "after normalising", "of these places", "other languages")
    for name, row in unknown.items():
        shares = [f"{100 * count / row.words:.2f} %" for count in (row.as_written, row.left.total())]
        table.add_row(name, str(row.words), *shares, str(row.left_places), str(row.left_other_languages))
    return table


def _table_of_pairs() -> Table:
    table = Table("pairs", "marked", "accepted", "right", "missed")
    for part in PARTS:
        for source in (*SOURCES, None):
            rows = list(verdicts(part, source))
            accepted = [row for row in rows if row.found]
            table.add_row(
                f"{part}, {source or 'together'}",
                str(sum(bool(row.expected) for row in rows)),
                str(len(accepted)),
                f"{100 * sum(row.right for row in accepted) / len(accepted):.1f} %",
                str(sum(row.missed for row in rows)),
            )
    return table


def _table_of_rules() -> Table:
    table = Table("rule", "accepted in the pairs", "right")
    rules: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in (row for part in PARTS for row in verdicts(part)):
        for rule in row.found.rule.split(" + ") if row.found else ():
            rules[rule][row.right] += 1
    for rule, counted in sorted(rules.items(), key=lambda item: -item[1].total()):
        table.add_row(rule, str(counted.total()), f"{100 * counted[True] / counted.total():.0f} %")
    return table


if __name__ == "__main__":
    main()
