"""Compares models of needs: trained on the same authors, asked the messages of the same other authors.

    python -m tests.benchmarks.needs_models [--only NAME ...] [--spacy-python PYTHON] [--minutes 8]

prints a Markdown table. Rows with floret vectors or spaCy's classifier need another environment, as spaCy 3.8 wants a
newer numpy than Rasa; --spacy-python names its interpreter, and without it these rows are left out:

    uv venv build/spacy && uv pip install --python build/spacy spacy==3.8.7 spacy_fi_experimental_web_md
    python -m tests.benchmarks.needs_models --spacy-python build/spacy/bin/python

Asked are messages with a need by the authors HELD_OUT (bench.py); all of data/nlu by others is trained on, tests/eval
never read. A model ranks all needs, whether or not it is sure that there is one. Milliseconds are the p50 from a
message's text to its scores, with words that the process has met before; these and seconds are of processor time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from bot.nlu.crossvalidate import examples
from bot.nlu.lexicon import lexicon
from tests.benchmarks.needs_models import floret, linear, neural, simple
from tests.benchmarks.needs_models.bench import Bench, Result, Skipped

WEIGHTS = (0.1, 0.25, 0.5, 1.0)
"""What the second model of a combination counts against the first. The best is taken on the messages asked themselves,
which is kind to combinations."""


class Row(NamedTuple):
    """A model and how the table calls it; `parts` are names of two models that are added up."""

    title: str
    model: Callable[[Bench], Result] | None = None
    parts: tuple[str, str] = ("", "")


ROWS = {
    "keywords": Row("lexicon alone", simple.keywords),
    "services": Row("BM25, service texts vote", simple.service_texts),
    "needs": Row("BM25, needs' names and keywords", simple.need_texts),
    "letters": Row("SVM, character n-grams", linear.letters),
    "lemmas": Row("SVM, lemmas", linear.lemmas),
    "svm": Row("SVM, the bot's vector", linear.support_vectors),
    "svm-floret": Row("SVM, the bot's vector and floret", linear.with_floret),
    "logistic": Row("logistic regression, the bot's vector", linear.logistic),
    "bayes": Row("complement naive Bayes, the bot's vector", linear.naive_bayes),
    "linear": Row("**SVM + naive Bayes, the bot's vector, calibrated**", linear.bots_own),
    "linear-keywords": Row("the same, keywords raised as the bot does", linear.with_keywords),
    "floret": Row("SVM, mean floret vector", linear.floret_alone),
    "cnn": Row("convolutions over floret", neural.convolution),
    "diet": Row("DIET, character n-grams", neural.diet),
    "diet-dense": Row("DIET, n-grams, the bot's vector, floret", neural.diet_dense),
    "textcat": Row("spaCy textcat_multilabel on tok2vec", floret.textcat),
    "linear+keywords": Row("linear + lexicon", parts=("linear", "keywords")),
    "linear+needs": Row("linear + BM25 of needs", parts=("linear", "needs")),
    "linear+floret": Row("linear + SVM on floret", parts=("linear", "floret")),
    "linear+cnn": Row("linear + convolutions", parts=("linear", "cnn")),
    "linear+diet": Row("linear + DIET with floret", parts=("linear", "diet-dense")),
    "linear+textcat": Row("linear + textcat", parts=("linear", "textcat")),
}

COLUMNS = (
    "model",
    *("first labelled", "primary in three", "any in three"),
    *("no keyword: first", "primary", "any"),
    *("en, sv: first", "ms p50", "s to train", "MiB", "note"),
)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(ROWS)), help="Rows to make; all when not given.")
@click.option("--spacy-python", type=click.Path(exists=True, path_type=Path), help="Interpreter that has spaCy.")
@click.option("--minutes", default=8.0, show_default=True, help="Processor time that a network may train for.")
def main(only: tuple[str, ...], spacy_python: Path | None, minutes: float) -> None:
    """Trains, asks and prints a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(examples(), Path(folder), spacy_python, minutes)
        click.echo(f"trained on {len(bench.known):,} messages, asked {len(bench.asked):,}\n")
        click.echo(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
        results: dict[str, Result] = {}
        for name in only or ROWS:
            try:
                click.echo(line(ROWS[name].title, result_of(name, bench, results), bench))
            except Skipped as reason:
                click.echo(f"| {ROWS[name].title} | {reason} |")


def result_of(name: str, bench: Bench, results: dict[str, Result]) -> Result:
    """The result of a row, made once."""
    if name not in results:
        row = ROWS[name]
        if row.model:
            results[name] = row.model(bench)
        else:
            first, second = (result_of(part, bench, results) for part in row.parts)
            results[name] = max(
                (added(first, second, weight) for weight in WEIGHTS),
                key=lambda one: sum(figures(one, bench)),
            )
    return results[name]


def added(first: Result, second: Result, weight: float) -> Result:
    """Two models as one: the scores added up, the second's times `weight`."""
    return Result(
        first.scores + weight * second.scores,
        first.milliseconds + second.milliseconds,
        first.seconds + second.seconds,
        first.mebibytes + second.mebibytes,
        first.reads or second.reads,
        f"weight {weight}",
    )


def figures(result: Result, bench: Bench) -> list[float]:
    """Shares: Finnish first need labelled, primary among three, any labelled among three; the same for messages with no
    keyword; English and Swedish first need labelled."""
    best = np.argsort(-result.scores, axis=1, kind="stable")[:, :3]
    ranked = [[bench.needs[number] for number in row] for row in best]
    right = np.array(
        [
            (three[0] in one.needs, one.needs[0] in three, not {*three}.isdisjoint(one.needs))
            for three, one in zip(ranked, bench.asked, strict=True)
        ]
    )
    finnish = np.array([one.language == "fi" for one in bench.asked])
    wordless = finnish & np.array([not lexicon().hits(one.readings) for one in bench.asked])
    return [*right[finnish].mean(axis=0), *right[wordless].mean(axis=0), right[~finnish, 0].mean()]


def line(title: str, result: Result, bench: Bench) -> str:
    """A row of the table."""
    whole = result.milliseconds + bench.reading if result.reads else result.milliseconds
    cells = [
        title,
        *(f"{share:.3f}" for share in figures(result, bench)),
        f"{np.median(whole):.2f}",
        f"{result.seconds:.0f}",
        f"{result.mebibytes:.0f}",
        result.note,
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
