"""Danger to life in a message: suicide, overdose, violence, captivity, a threat to kill, in Finnish, Swedish, English.

Three layers, each a reason to find danger that the others may miss (docs/crisis.md):

* a linear classifier over many views of the message (crisis_features), trained on data/nlu;
* rules over cues (data/crisis_rules.yml): plain statements that must never be missed, unless something
  in the sentence makes them harmless;
* phrases in ten further languages (crisis_languages), and words written without spaces (data/crisis_phrases.yml).

A long message is read whole and in windows of a few sentences, so that one sentence of danger isn't drowned.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ruamel.yaml import YAML
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from bot.nlu import crisis_languages
from bot.nlu.crisis_features import Reading, columns_of, count, rarity, rows, weigh
from bot.nlu.crisis_text import DATA, Sentence, clean, squeeze

LEVELS = ("danger_now", "thoughts", "other_person")
KINDS = ("suicide", "overdose", "violence", "sexual_violence", "threat")
CERTAIN = 0.97
"""Score of a message that a rule or an unmistakable phrase found."""
NEIGHBOUR_IMPORTANCE = 3.0
"""How much a harmless message that looks like danger weighs in training, compared with everyday ones."""
STRICTNESS = 0.1
"""The support vector machines' C."""
SMOOTHING = 0.3
"""The naive Bayes' additive smoothing."""
BAYES_SHARE = 1.0
"""How much the naive Bayes counts beside the support vector machine."""
MOST_BECAUSE = 4
"""How many words or phrases a result names as its reason."""
FOLDS = 5
"""Parts by author in which scores on unseen messages are made, to calibrate and to choose the threshold."""
ALARMS, ORDINARY_ALARMS = 0.15, 0.03
"""False alarms accepted among near neighbours, and among ordinary messages, by authors the classifier has not seen
(docs/crisis.md says why)."""
UNMISTAKABLE = "a phrase that can't be mistaken"
"""Name of the rule that words of another language, and words without spaces, are found by."""
GLUED = 10
"""Letters of a word that may be a sentence without spaces."""
FEW = 3
"""Sentences of the longest message in which something harmless speaks for all of them."""
WINDOW_MARGIN = 0.7
"""How much lower a window of a long message scores than a whole one: less context, more false alarms."""


class Crisis(NamedTuple):
    """`is_crisis`, the `level` (one of LEVELS) and `kind` (one of KINDS) of the danger, both None where there is none,
    the `score` in 0..1, the name of the `rule` that found it (None: the classifier did), and the message's words that
    spoke most for it, `because`."""

    is_crisis: bool
    level: str | None
    kind: str | None
    score: float
    rule: str | None = None
    because: tuple[str, ...] = ()


class Example(NamedTuple):
    """A training message: whether it is a crisis, whether it is a near neighbour of one, who wrote it (empty where
    many did) and the crisis' level where somebody stated it."""

    text: str
    crisis: bool
    neighbour: bool
    author: str
    level: str = ""


class Model(NamedTuple):
    """A trained classifier: a message's probability is sigmoid(slope * (vector . weights + bias) + offset); its level
    is the row of `levels` with the largest sum of vector . levels + level_biases."""

    weights: np.ndarray
    idf: np.ndarray
    levels: np.ndarray
    level_biases: np.ndarray
    bias: float
    slope: float
    offset: float
    threshold: float

    def save(self, directory: Path) -> None:
        """Writes crisis.npz (numbers) and crisis.json (settings) into a directory."""
        np.savez_compressed(directory / "crisis.npz", **{name: getattr(self, name) for name in _ARRAYS})
        settings = {name: value for name, value in self._asdict().items() if name not in _ARRAYS}
        (directory / "crisis.json").write_text(json.dumps(settings), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Model:
        """Reads what `save` wrote."""
        settings = json.loads((directory / "crisis.json").read_text(encoding="utf-8"))
        with np.load(directory / "crisis.npz", allow_pickle=False) as stored:
            return cls(**{name: stored[name] for name in _ARRAYS}, **settings)


_ARRAYS = ("weights", "idf", "levels", "level_biases")


def detect(text: object, model: Model) -> Crisis:
    """Whether a message tells of danger to life, of which level and kind, and why. Never raises."""
    reading = Reading(text)
    if not reading.sentences:
        return Crisis(False, None, None, 0.0)
    cleaned = clean(text)
    foreign = crisis_languages.find(cleaned)
    ruled = (foreign and foreign.is_crisis and _told(foreign)) or glued_phrase(cleaned) or rule_of(reading)
    score = max(probability(reading, model), CERTAIN if ruled else 0.0)
    if score < model.threshold:
        if foreign is None:
            return Crisis(False, None, None, round(float(score), 4))
        return Crisis(False, foreign.level, foreign.kind, round(float(score), 4), because=(foreign.words,))
    kind = ruled.kind if ruled else kind_of(reading.names)
    name, because = (ruled.name, ruled.because) if ruled else (None, ())
    told = tuple(dict.fromkeys([*because, *words_that_speak(reading, model)]))[:MOST_BECAUSE]
    level = foreign.level if foreign and foreign.is_crisis else level_of(reading, model)
    return Crisis(True, level, kind, round(float(score), 4), name, told)


def probability(reading: Reading, model: Model) -> float:
    """What the classifier gives the whole message, or a window of it when that is clearly more."""
    parts = rows([count(part) for part in (reading, *reading.windows())])
    scores = weigh(parts, model.idf) @ model.weights + model.bias
    return float(calibrated(max(scores[0], scores[1:].max(initial=-99.0) - WINDOW_MARGIN), model.slope, model.offset))


def level_of(reading: Reading, model: Model) -> str:
    """The likeliest level of a message that is a crisis; danger now where a plain sign of it says so."""
    if is_plainly_now(reading):
        return LEVELS[0]
    row = weigh(rows([count(reading)]), model.idf)
    return LEVELS[int(np.argmax(model.levels[:, row.indices] @ row.data + model.level_biases))]


def is_plainly_now(reading: Reading) -> bool:
    """Whether a crisis is danger now by a plain sign (`danger_now` of data/crisis_rules.yml)."""
    return any(sign.holds(reading.names) for sign in _tables().danger_now)


def words_that_speak(reading: Reading, model: Model) -> list[str]:
    """The message's words and phrases that speak most for danger by the classifier's weights, the strongest first."""
    told: dict[str, float] = {}
    for sentence, cues in zip(reading.sentences, reading.cues, strict=True):
        for place, word in enumerate(sentence.raw):
            alone = Sentence((word,), sentence.words[place : place + 1], False)
            told[word] = max(told.get(word, 0.0), _weight(count(Reading(None, [alone])), model))
        for cue in cues:
            phrase = " ".join(sentence.raw[cue.start : cue.end])
            told[phrase] = max(told.get(phrase, 0.0), _weight(columns_of("cues", [cue.name]), model))
    return [words for words, weight in sorted(told.items(), key=lambda one: -one[1]) if weight > 0]


def _weight(columns: Iterable[int], model: Model) -> float:
    places = np.fromiter(columns, int)
    return float((model.weights[places] * model.idf[places]).sum())


def rule_of(reading: Reading) -> Ruled | None:
    """The first rule of data/crisis_rules.yml that finds danger in the message, or None.

    Each sentence and window of a long message is looked at too, so that chat around a plain statement doesn't
    make it harmless.
    """
    parts = [list(zip(reading.sentences, reading.cues, strict=True))]
    windows = reading.windows()
    if windows or len(reading.sentences) > FEW:
        parts += [[part] for part in parts[0]]
        parts += [list(zip(window.sentences, window.cues, strict=True)) for window in windows]
    for part in parts:
        names = {cue.name for _, cues in part for cue in cues}
        for rule in _tables().rules:
            if rule.holds(names):
                wanted = frozenset().union(*rule.wanted)
                spoken = [
                    " ".join(sentence.raw[cue.start : cue.end])
                    for sentence, cues in part
                    for cue in cues
                    if cue.name in wanted
                ]
                return Ruled(rule.name, rule.kind, tuple(dict.fromkeys(spoken)))
    return None


def kind_of(names: set[str]) -> str:
    """The likeliest kind of a crisis by its cues."""
    table = _tables()
    votes = {kind: sum(table.weights.get(name, 1.0) for name in names & cues) for kind, cues in table.kinds.items()}
    return max(KINDS, key=lambda kind: votes.get(kind, 0.0))


def foreign_phrase(cleaned: str) -> Ruled | None:
    """The phrase of danger to life of another language in a message, or one written without spaces; or None."""
    found = crisis_languages.find(cleaned)
    return _told(found) if found and found.is_crisis else glued_phrase(cleaned)


def _told(found: crisis_languages.Found) -> Ruled:
    return Ruled(UNMISTAKABLE, found.kind, (found.words,))


def glued_phrase(cleaned: str) -> Ruled | None:
    """The unmistakable words without spaces in a message, or None."""
    text = " ".join(squeeze(word) for word in _plain(cleaned).split() if len(word) >= GLUED)
    for phrase, kind, denials in _tables().glued:
        at = text.find(phrase)
        if at >= 0 and not text[:at].rstrip().endswith(denials):
            return Ruled(UNMISTAKABLE, kind, (phrase,))
    return None


def train(examples: Sequence[Example], readings: Sequence[Reading] | None = None) -> Model:
    """Learns from messages, calibrates on authors it was not trained on and chooses the threshold there.

    Raises ValueError when there is no crisis, or nothing else, among the messages.
    """
    truth = np.array([example.crisis for example in examples])
    if truth.all() or not truth.any():
        raise ValueError(
            "The crisis detector needs messages with and without danger to learn from: data/nlu has to hold the "
            "intent crisis and other intents."
        )
    readings = readings or [Reading(example.text) for example in examples]
    counts = rows([count(reading) for reading in readings])
    unseen = out_of_fold(examples, readings, counts)
    slope, offset = calibration(unseen, truth)
    weights, idf, bias = _fit(counts, truth, _importance(examples))
    model = Model(weights, idf, *fit_levels(weigh(counts, idf), examples), bias, slope, offset, 0.5)
    scores = calibrated(unseen, slope, offset)
    return model._replace(threshold=round(choose_threshold(scores, examples), 4))


def out_of_fold(examples: Sequence[Example], readings: Sequence[Reading], counts: sparse.csr_matrix) -> np.ndarray:
    """Uncalibrated score of each message from a model that saw no message of its author."""
    truth, importance = np.array([example.crisis for example in examples]), _importance(examples)
    parts = [(number, count(window)) for number, reading in enumerate(readings) for window in reading.windows()]
    owners = np.array([number for number, _ in parts], int)
    windows = rows([one for _, one in parts])
    scores, best = np.zeros(len(examples)), np.full(len(examples), -99.0)
    for held_out in author_folds(examples):
        learnt = np.setdiff1d(np.arange(len(examples)), held_out)
        if truth[learnt].all() or not truth[learnt].any():
            continue
        weights, idf, bias = _fit(counts[learnt], truth[learnt], importance[learnt])
        scores[held_out] = weigh(counts[held_out], idf) @ weights + bias
        inside = np.flatnonzero(np.isin(owners, held_out))
        np.maximum.at(best, owners[inside], weigh(windows[inside], idf) @ weights + bias)
    return np.maximum(scores, best - WINDOW_MARGIN)


def author_folds(examples: Sequence[Example]) -> list[np.ndarray]:
    """Places of the messages in FOLDS parts, no author in two of them; those who wrote near neighbours, those who
    wrote none and messages without an author are each spread evenly."""
    home: dict[str, int] = {}
    for near in (True, False):
        sizes = Counter(example.author for example in examples if example.author and example.neighbour == near)
        load = [0] * FOLDS
        for author, size in sorted(sizes.items(), key=lambda entry: (-entry[1], entry[0])):
            home[author] = load.index(min(load))
            load[home[author]] += size
    places = np.array([home.get(example.author, number % FOLDS) for number, example in enumerate(examples)])
    return [np.flatnonzero(places == fold) for fold in range(FOLDS) if (places == fold).any()]


def choose_threshold(scores: np.ndarray, examples: Sequence[Example]) -> float:
    """The lowest threshold at which no more unseen messages raise a false alarm than ALARMS of the near neighbours and
    ORDINARY_ALARMS of the others."""
    harmless = np.array([not example.crisis for example in examples])
    near = np.array([example.neighbour for example in examples])
    groups = ((harmless & near, ALARMS), (harmless & ~near, ORDINARY_ALARMS))
    return max([float(np.quantile(scores[group], 1 - share)) for group, share in groups if group.any()], default=0.5)


def _importance(examples: Sequence[Example]) -> np.ndarray:
    weights = np.array([NEIGHBOUR_IMPORTANCE if one.neighbour and not one.crisis else 1.0 for one in examples])
    truth = np.array([example.crisis for example in examples])
    if truth.any():
        weights[truth] = weights[~truth].sum() / truth.sum()
    return weights / weights.mean()


def _fit(counts: sparse.csr_matrix, truth: np.ndarray, importance: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Weights, rarities and bias: a support vector machine and a naive Bayes, each scaled to unit spread, in one."""
    idf = rarity(counts)
    matrix = weigh(counts, idf)
    machine = LinearSVC(C=STRICTNESS, tol=1e-2, max_iter=300, random_state=0)
    machine.fit(matrix, truth, sample_weight=importance)
    bayes = ComplementNB(alpha=SMOOTHING).fit(matrix, truth, sample_weight=importance)
    weights, bias = np.zeros(matrix.shape[1]), 0.0
    for part, constant, share in (
        (machine.coef_[0], float(machine.intercept_[0]), 1.0),
        (bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0], 0.0, BAYES_SHARE),
    ):
        scores = matrix @ part + constant
        weights += share * part / scores.std()
        bias += share * (constant - scores.mean()) / scores.std()
    return weights.astype(np.float32), idf, float(bias)


def fit_levels(matrix: sparse.csr_matrix, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases by level, learnt from the crises whose level is stated; all level where fewer than two are."""
    stated = np.array([example.crisis and example.level in LEVELS for example in examples])
    levels = np.array([example.level for example in examples])
    weights, biases = np.zeros((len(LEVELS), matrix.shape[1]), np.float32), np.zeros(len(LEVELS))
    for number, level in enumerate(LEVELS):
        is_this = levels[stated] == level
        if is_this.any() and not is_this.all():
            machine = LinearSVC(C=STRICTNESS, class_weight="balanced", tol=1e-2, max_iter=300, random_state=0)
            machine.fit(matrix[stated], is_this)
            weights[number], biases[number] = machine.coef_[0], machine.intercept_[0]
    return weights, biases


def calibration(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and offset that turn scores into probabilities, a crisis as likely beforehand as none."""
    logistic = LogisticRegression(C=10.0, class_weight="balanced").fit(scores[:, None], truth)
    return float(logistic.coef_[0, 0]), float(logistic.intercept_[0])


def calibrated(scores: np.ndarray, slope: float, offset: float) -> np.ndarray:
    """Probabilities of scores."""
    return 1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30)))


class Ruled(NamedTuple):
    """What a rule found: its name, the kind of danger, and the words that fit it."""

    name: str
    kind: str
    because: tuple[str, ...]


class _Rule(NamedTuple):
    name: str
    kind: str
    wanted: tuple[frozenset[str], ...]
    unless: frozenset[str]

    def holds(self, names: set[str]) -> bool:
        return all(names & wanted for wanted in self.wanted) and not names & self.unless


_Phrase = tuple[str, str, tuple[str, ...]]
"""A phrase, its kind of danger, and the words that turn it into its opposite right before it."""


class _Tables(NamedTuple):
    rules: tuple[_Rule, ...]
    danger_now: tuple[_Rule, ...]
    kinds: dict[str, frozenset[str]]
    weights: dict[str, float]
    glued: tuple[_Phrase, ...]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    yaml = YAML(typ="safe")
    table = yaml.load((DATA / "crisis_rules.yml").read_text(encoding="utf-8"))
    phrases = yaml.load((DATA / "crisis_phrases.yml").read_text(encoding="utf-8"))
    rules, danger_now = (
        tuple(
            _Rule(
                row["name"],
                row["kind"],
                tuple(frozenset([wanted] if isinstance(wanted, str) else wanted) for wanted in row["all"]),
                frozenset(table["sets"][row["unless"]]),
            )
            for row in table[part]
        )
        for part in ("rules", "danger_now")
    )
    glued = tuple((squeeze(phrase), kind, denials) for phrase, kind, denials in _phrases_of(phrases["glued"]))
    kinds = {kind: frozenset(cues) for kind, cues in table["kinds"].items()}
    weights = {str(cue): float(weight) for cue, weight in table["weights"].items()}
    return _Tables(rules, danger_now, kinds, weights, glued)


def _phrases_of(entries: dict[str, list[str]]) -> list[_Phrase]:
    denials = tuple(_plain(word) for word in entries["not"])
    return [(_plain(phrase), kind, denials) for kind in KINDS for phrase in entries.get(kind, ())]


def _plain(text: str) -> str:
    """Lower-case letters without marks above or below, single spaces between words."""
    letters = (c for c in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in letters).split())
