"""Measures needs, intents and languages on authors that the classifiers were not trained on.

    python -m bot.nlu.crossvalidate [--folds 5]

Each author (one file of data/nlu/messages; the other messages are dealt among made-up authors) is tested by
classifiers trained on the others. The numbers in docs/understanding.md come from here. tests/eval is never read.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ruamel.yaml import YAML
from sklearn.model_selection import GroupKFold

from bot.nlu.features import Vectoriser
from bot.nlu.intent_classifier import decide, exact_table, fold
from bot.nlu.languages import HOME, language_of
from bot.nlu.lexicon import lexicon
from bot.nlu.linear import Linear, fit
from bot.nlu.needs import learn, needs_of, weigh
from bot.nlu.needs_classifier import UNNAMED_AUTHORS
from bot.nlu.reading import Reading, read

DATA = Path(__file__).parents[2] / "data" / "nlu"


class Example(NamedTuple):
    """A labelled message of the training data."""

    text: str
    intent: str
    needs: tuple[str, ...]
    language: str
    author: str
    readings: list[Reading]


class Outcome(NamedTuple):
    """What classifiers that never saw the author made of an example.

    `needs` are those to act on; `likeliest` is the need with the highest probability, and that probability.
    """

    example: Example
    needs: list[str]
    likeliest: tuple[str, float]
    intent: str
    language: str | None


class Classifiers(NamedTuple):
    """Everything that is trained, as the pipeline has it."""

    vectoriser: Vectoriser
    needs: Linear
    intents: Linear
    languages: Linear
    exact: dict[str, str]


def examples(folder: Path = DATA) -> list[Example]:
    """The labelled messages of every YAML file in `folder` and below."""
    return [example for path in sorted(folder.rglob("*.yml")) for example in _examples_of(path)]


def _examples_of(path: Path) -> Iterator[Example]:
    for block in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("nlu") or []:
        if "intent" not in block:
            continue
        label = block.get("metadata") or {}
        for line in block["examples"].splitlines():
            text = line.removeprefix("-").strip()
            author = str(label.get("author") or len(text) % UNNAMED_AUTHORS)
            needs, language = tuple(label.get("needs") or ()), label.get("language", "fi")
            yield Example(text, block["intent"], needs, language, author, read(text))


def train(known: list[Example]) -> Classifiers:
    """Trains on `known` as the Rasa components do."""
    vectoriser = Vectoriser.fit((one.readings for one in known), lexicon())
    rows = vectoriser.matrix(one.readings for one in known)
    authors = [one.author for one in known]
    taught = ["seek_help" if one.intent == "crisis" else one.intent for one in known]
    intents = tuple(sorted(set(taught)))
    named = np.array([[name == intent for intent in intents] for name in taught])
    spoken = np.array([[one.language == code for code in HOME] for one in known])
    return Classifiers(
        vectoriser,
        learn(rows, [one.needs for one in known], authors),
        fit(rows, intents, named, authors),
        fit(rows, HOME, spoken, authors),
        exact_table((one.text, name) for one, name in zip(known, taught, strict=True)),
    )


def classify(model: Classifiers, example: Example) -> Outcome:
    """What the pipeline would say."""
    readings = example.readings
    vector = model.vectoriser.vector(readings)
    hits = lexicon().hits(readings)
    needs = needs_of(readings, vector, hits, model.needs, example.text)
    probabilities = weigh(vector, hits, model.needs).probabilities
    best = int(np.argmax(probabilities))
    likeliest = (model.needs.labels[best], float(probabilities[best]))
    ranking: list[tuple[str, float]] = []
    if fold(example.text) in model.exact:
        ranking = [(model.exact[fold(example.text)], 1.0)]
    elif readings:
        probabilities = model.intents.probabilities(vector)
        ranking = [(model.intents.labels[number], probabilities[number]) for number in np.argsort(-probabilities)]
    scores = dict(zip(HOME, model.languages.probabilities(vector).tolist(), strict=True))
    return Outcome(
        example,
        [need.id for need in needs],
        likeliest,
        decide(ranking, [need._asdict() for need in needs])[0],
        language_of(example.text, readings, scores),
    )


def outcomes(known: list[Example], folds: int) -> Iterator[Outcome]:
    """Every example classified by classifiers that were trained without its author."""
    authors = [one.author for one in known]
    for seen, unseen in GroupKFold(folds).split(known, groups=authors):
        model = train([known[number] for number in seen])
        yield from (classify(model, known[number]) for number in unseen)


def figures(found: list[Outcome]) -> dict[str, tuple[float, int]]:
    """Shares with the number of messages that each is a share of."""
    finnish = [one for one in found if one.example.language == "fi"]
    sought = [one for one in finnish if one.example.intent == "seek_help" and one.example.needs]
    other = [one for one in found if one.example.language != "fi" and one.example.intent == "seek_help"]
    talk = [one for one in finnish if one.example.intent not in ("seek_help", "crisis")]
    longer = [one for one in found if len(one.example.readings) > 1]
    return {
        "Finnish: primary need is first": _share(one.needs[:1] == [one.example.needs[0]] for one in sought),
        "Finnish: first need is labelled": _share(set(one.needs[:1]) <= set(one.example.needs) for one in sought),
        "Finnish: primary among first three": _share(one.example.needs[0] in one.needs[:3] for one in sought),
        "Finnish: any labelled among first three": _share(
            bool({*one.needs[:3]} & {*one.example.needs}) for one in sought
        ),
        "Finnish: every labelled need found": _share({*one.example.needs} <= {*one.needs} for one in sought),
        "Finnish: a labelled need found": _share(need in one.needs for one in sought for need in one.example.needs),
        "Finnish: a need that was found is labelled": _share(
            need in one.example.needs for one in sought for need in one.needs
        ),
        "Finnish: no need found in conversation": _share(not one.needs for one in talk),
        "Swedish, English: primary among first three": _share(
            one.example.needs[0] in one.needs[:3] for one in other if one.example.needs
        ),
        "intent is right, conversation": _share(one.intent == one.example.intent for one in talk),
        "intent is right, seeking help": _share(one.intent == "seek_help" for one in sought),
        "language is right, two words or more": _share(one.language == one.example.language for one in longer),
    }


def per_label(found: list[Outcome]) -> dict[str, tuple[float, int]]:
    """Recall of each need and of each intent."""
    needs: dict[str, list[bool]] = defaultdict(list)
    intents: dict[str, list[bool]] = defaultdict(list)
    for one in found:
        for need in one.example.needs:
            if one.example.intent == "seek_help":
                needs[need].append(need in one.needs)
        intents[one.example.intent].append(one.intent == one.example.intent)
    return {
        **{f"need {need}": _share(right) for need, right in sorted(needs.items())},
        **{f"intent {intent}": _share(right) for intent, right in sorted(intents.items()) if intent != "crisis"},
    }


def reliability(found: list[Outcome]) -> dict[str, tuple[float, int]]:
    """How often the likeliest need is labelled, by its probability in tenths: an honest score is right that often."""
    right: dict[int, list[bool]] = defaultdict(list)
    for one in found:
        need, probability = one.likeliest
        right[min(int(probability * 10), 9)].append(need in one.example.needs)
    return {f"score {tenth / 10:.1f}-{(tenth + 1) / 10:.1f}": _share(right[tenth]) for tenth in sorted(right)}


def _share(right: Iterable[bool]) -> tuple[float, int]:
    listed = list(right)
    return (sum(listed) / len(listed) if listed else 0.0, len(listed))


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folds", type=int, default=5, help="parts that the authors are dealt into")
    options: Any = parser.parse_args(arguments)
    found = list(outcomes(examples(), options.folds))
    for name, (share, total) in {**figures(found), **reliability(found), **per_label(found)}.items():
        print(f"{name:<50} {share:6.3f}  of {total}")


if __name__ == "__main__":
    main()
