"""What the training messages are like: how many, how long, how varied, and which are nearly the same.

Run `python -m bot.nlu.training_report [FOLDER]` after adding messages. It needs neither Rasa nor a trained model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

TRAINING_DATA = Path(__file__).parents[2] / "data" / "nlu"
ROWS_AT_A_TIME = 500  # a block of the similarity matrix is 500 rows, so that 20,000 messages fit in memory


@dataclass(frozen=True)
class Example:
    """One training message, the labels of its block, and the file it stands in."""

    text: str
    intent: str
    needs: tuple[str, ...]
    language: str
    file: str

    @property
    def labels(self) -> str:
        """Intent and needs in one string, as it is printed: `seek_help [debt, housing]`."""
        return f"{self.intent} [{', '.join(self.needs)}]" if self.needs else self.intent


def fold(text: str) -> str:
    """The form in which two messages are the same: no capitals, single spaces, no full stop at the end."""
    return " ".join(text.casefold().split()).rstrip(" .!?") or text.strip()


def blocks(file: Path) -> Iterator[dict[str, Any]]:
    """The blocks of a training file that have an intent, as Rasa's YAML format writes them."""
    content = YAML(typ="safe").load(file)
    return (block for block in content.get("nlu", []) if "intent" in block)


def read_examples(folder: Path = TRAINING_DATA) -> list[Example]:
    """Every message of every `*.yml` under the folder, in file order.

    Raises ruamel's `YAMLError` for a file that isn't YAML, and `ValueError`, naming file and line, for an example
    that doesn't begin with `- `.
    """
    examples = []
    for file in sorted(folder.rglob("*.yml")):
        for block in blocks(file):
            metadata = block.get("metadata", {})
            for line in block["examples"].splitlines():
                if not line.startswith("- "):
                    raise ValueError(f"{file}: an example begins with '- ', this line doesn't: {line!r}")
                examples.append(
                    Example(
                        text=line[2:].strip(),
                        intent=block["intent"],
                        needs=tuple(metadata.get("needs", [])),
                        language=metadata.get("language", "fi"),
                        file=str(file.relative_to(folder)),
                    )
                )
    return examples


def near_duplicates(examples: Sequence[Example], least: float = 0.9) -> list[tuple[float, Example, Example]]:
    """Pairs whose character 2-4-grams have a tf-idf cosine of at least `least` (0..1), the most alike first."""
    # The command is the only reader of scikit-learn here; a test that only counts needn't wait for its import.
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(examples) < 2:
        return []
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(
        fold(example.text) for example in examples
    )
    pairs = []
    for start in range(0, vectors.shape[0], ROWS_AT_A_TIME):
        alike = (vectors[start : start + ROWS_AT_A_TIME] @ vectors.T).tocoo()
        near = (alike.data >= least) & (alike.col > start + alike.row)  # each pair once, none with itself
        pairs += [
            (float(value), examples[start + row], examples[column])
            for row, column, value in zip(alike.row[near], alike.col[near], alike.data[near], strict=True)
        ]
    return sorted(pairs, key=lambda pair: -pair[0])


def words(text: str) -> list[str]:
    """The words of a message without capitals; signs and emoji are no words."""
    return re.findall(r"\w+", text.casefold())


def summary(title: str, groups: dict[str, list[Example]]) -> Table:
    """A table with a row a group: messages, median and greatest length in words, distinct words."""
    table = Table("group", "messages", "fi", "sv", "en", "median", "longest", "distinct words", title=title)
    for name, examples in sorted(groups.items(), key=lambda group: -len(group[1])):
        lengths = [len(words(example.text)) for example in examples]
        languages = Counter(example.language for example in examples)
        distinct = {word for example in examples for word in words(example.text)}
        figures = (len(examples), languages["fi"], languages["sv"], languages["en"], median(lengths))
        table.add_row(name, *(f"{figure:g}" for figure in figures), str(max(lengths)), str(len(distinct)))
    return table


def grouped(examples: Iterable[Example], names: Callable[[Example], Iterable[str]]) -> dict[str, list[Example]]:
    """The examples by name; one that has several names stands under each."""
    groups: dict[str, list[Example]] = {}
    for example in examples:
        for name in names(example):
            groups.setdefault(name, []).append(example)
    return groups


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=TRAINING_DATA)
@click.option("--least", default=0.9, show_default=True, help="Cosine from which two messages are nearly the same.")
@click.option("--show", default=40, show_default=True, help="How many pairs of each kind to print.")
def main(folder: Path, least: float, show: int) -> None:
    """Print what the training messages under FOLDER are like."""
    examples = read_examples(folder)
    console = Console(width=120)
    console.print(summary("Intents", grouped(examples, lambda example: [example.intent])))
    console.print(summary("Needs", grouped(examples, lambda example: example.needs)))
    pairs = near_duplicates(examples, least)
    kinds = {
        "with different labels": [pair for pair in pairs if pair[1].labels != pair[2].labels],
        "with the same labels": [pair for pair in pairs if pair[1].labels == pair[2].labels],
    }
    for kind, found in kinds.items():
        console.print(f"\n{len(found)} pairs of nearly the same text {kind}")
        for score, one, other in found[:show]:
            for example in (one, other):
                line = f"  {score:.2f}  {example.labels} | {example.text} | {example.file}"
                console.print(line, markup=False, highlight=False, no_wrap=True)


if __name__ == "__main__":
    main()
