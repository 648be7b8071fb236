"""The language of a message: the table's own examples, with the classifier's part played by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.languages import DATA, language_of
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
