"""Stems of Swedish and English words, held against the examples of the Snowball project."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.stems import STOP_WORDS, stem, stems_of

SWEDISH = {
    "jaktkarlarne": "jaktkarl",
    "jaktkarlens": "jaktkarl",
    "jaktslottets": "jaktslottet",
    "jämförelse": "jämför",
    "klokheten": "klok",
    "klostrens": "klostr",
    "friskt": "frisk",
    "hjälplöst": "hjälplös",
    "skuldernas": "skuld",
}
ENGLISH = {
    "consigned": "consign",
    "consignment": "consign",
    "consistency": "consist",
    "knightly": "knight",
    "knives": "knive",
    "generously": "generous",
    "communities": "communiti",
    "hopping": "hop",
    "hoping": "hope",
    "relational": "relat",
    "agreed": "agre",
    "skies": "sky",
    "dying": "die",
    "national": "nation",
    "abilities": "abil",
    "this": "this",
    "gas": "gas",
    "say": "say",
    "cry": "cri",
}


@pytest.mark.parametrize(("word", "expected"), SWEDISH.items())
def test_a_swedish_word_has_its_stem(word, expected):
    assert stem(word, "sv") == expected


@pytest.mark.parametrize(("word", "expected"), ENGLISH.items())
def test_an_english_word_has_its_stem(word, expected):
    assert stem(word, "en") == expected


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("sv", "skuld skulder skulden skulderna"),
        ("sv", "ensam ensamhet Ensamheten"),
        ("sv", "ungdom ungdomar UNGDOMARNA"),
        ("en", "debt debts DEBT debt's"),
        ("en", "evict evicted eviction evicting"),
        ("en", "counselling counsel"),
    ],
)
def test_forms_of_one_word_share_a_stem(language, forms):
    assert len(list(groupby(stem(word, language) for word in forms.split()))) == 1


def test_words_that_say_nothing_are_left_out():
    assert list(stems_of("I am in debt, and it's getting worse", "en")) == ["debt", "get", "wors"]
    assert list(stems_of("Jag har fått många skulder", "sv")) == ["fått", "skuld"]


def test_a_word_of_another_language_stays_as_it_is():
    assert stem("Velkoja", "fi") == "velkoja"


@given(st.text(max_size=60), st.sampled_from([*STOP_WORDS, "fi", "xx"]))
def test_no_string_is_too_odd(text, language):
    assert isinstance(stem(text, language), str)
    assert all(stems_of(text, language))
