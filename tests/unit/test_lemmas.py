"""Words and lemmas of Finnish as people type it."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog import lemmas
from service_catalog.lemmas import analyse, lemmas_of, words


@pytest.mark.parametrize(
    ("word", "lemma", "parts"),
    [
        ("mielenterveyspalveluihin", "mielenterveyspalvelu", ("mieli", "terveys", "palvelu")),
        ("nuorisotyöntekijälle", "nuorisotyöntekijä", ("nuoriso", "työ", "tekijä")),
        ("vuokrarästit", "vuokrarästi", ("vuokra", "rästi")),
        ("ulosottoon", "ulosotto", ("ulos", "otto")),
        ("sossun", "sossu", ()),
        ("KELAN", "kela", ()),
        ("tampereella", "tampere", ()),  # typed without its capital
        ("Jkl:ssä", "jkl", ()),
        ("KELA:n", "kela", ()),
        ("a\u0308itiä", "äiti", ()),  # decomposed ä
        ("17-vuotias", "17-vuotias", ("17", "vuotias")),
        ("ahistaa", "ahistaa", ()),  # puhekieli is the normaliser's work
    ],
)
def test_a_word_has_its_lemma_and_compound_parts(word, lemma, parts):
    assert analyse(word).lemmas[0] == lemma
    assert analyse(word).parts == parts


def test_every_reading_of_a_word_is_kept():
    assert set(analyse("pelkään").lemmas) >= {"pelätä", "peljätä"}


@pytest.mark.parametrize("word", ["ahistaa", "Jkl:ssä", "xyzzy", "", "\0", "\ud800", "😀", "a" * 100_000])
def test_a_word_outside_the_dictionary_is_marked_unknown(word):
    assert not analyse(word).known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moi!! oon 17v, Jkl:ssä", ["Moi", "oon", "17v", "Jkl:ssä"]),
        ("Helsinki-Vantaa... klo 16:30", ["Helsinki-Vantaa", "klo", "16:30"]),
        ("en jaksa 😭😭 👨‍👩‍👧 🇫🇮", ["en", "jaksa", "😭", "😭", "👨‍👩‍👧", "🇫🇮"]),
        ("don't, it’s 12,50€", ["don't", "it’s", "12,50"]),
        ("-ei- (joo)", ["ei", "joo"]),
        ("x\ud800y\0z", ["x", "y", "z"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words_numbers_and_emojis(text, expected):
    assert [word.text for word in words(text)] == expected


@given(st.text(max_size=200))
def test_offsets_point_at_the_word_in_its_text(text):
    found = words(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert len(lemmas_of(text)) == len(found)


def test_a_missing_library_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "libvoikko", None)
    lemmas._voikko.cache_clear()
    lemmas._analyse.cache_clear()
    with pytest.raises(lemmas.DictionaryMissing, match="apt install libvoikko1 voikko-fi"):
        analyse("talo")
    lemmas._voikko.cache_clear()
