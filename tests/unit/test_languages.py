"""The language of a message: the table's own examples, with the classifier's part played by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.crossvalidate import examples
from bot.nlu.features import Vectoriser
from bot.nlu.languages import DATA, HOME, language_of
from bot.nlu.lexicon import lexicon
from bot.nlu.linear import fit
from bot.nlu.reading import read

EXAMPLES = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))["examples"]
UNSURE = {"fi": 0.4, "sv": 0.3, "en": 0.3}


@pytest.mark.parametrize(("text", "code"), [(str(text), code) for text, code in EXAMPLES.items()])
def test_a_language_shows_by_its_script_and_words_even_when_the_classifier_is_unsure(text, code):
    assert language_of(text, read(text), UNSURE) == code


def test_the_classifier_decides_where_words_do_not():
    text = "orolig deppad"
    assert language_of(text, read(text), {"fi": 0.1, "sv": 0.9, "en": 0.1}) == "sv"


@pytest.mark.parametrize("word", ["chat", "ok", "stress"])
def test_one_word_that_may_be_of_any_language_keeps_the_conversation_as_it_is(word):
    assert language_of(word, read(word), {"fi": 0.0, "sv": 0.1, "en": 0.9}) in (None, "fi")


@given(st.text(max_size=200))
def test_no_text_raises(text):
    language_of(text, read(text), UNSURE)


@pytest.fixture(scope="module")
def detect():
    """The language of a text by a classifier trained on every fourth training message."""
    known = examples()[::4]
    vectoriser = Vectoriser.fit((one.readings for one in known), lexicon())
    truth = np.array([[one.language == code for code in HOME] for one in known])
    rows = vectoriser.matrix(one.readings for one in known)
    model = fit(rows, HOME, truth, [one.author for one in known])

    def detect(text):
        readings = read(text)
        scores = model.probabilities(vectoriser.vector(readings))
        return language_of(text, readings, dict(zip(HOME, scores.tolist(), strict=True)))

    return detect


@pytest.mark.model
@pytest.mark.parametrize("name", ["languages_measured_first.tsv", "languages_measured_last.tsv"])
def test_short_and_mixed_messages_of_strangers(name, detect):
    """Sets whose heads say how they were made; docs/understanding.md has what was reached."""
    lines = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    wrong = [(text, detect(text)) for accepted, text in rows if detect(text) not in accepted.split("|")]
    assert len(wrong) <= 0.04 * len(rows), wrong
