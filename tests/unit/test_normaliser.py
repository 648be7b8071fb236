"""Spoken Finnish to standard Finnish: the tables' own examples, and no harm to the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu import normaliser
from bot.nlu.normaliser import normalise
from service_catalog.lemmas import analyse, words

TABLES = YAML(typ="safe").load(normaliser.DATA.read_text(encoding="utf-8"))
EXAMPLES = [
    (rule["name"], spoken, standard)
    for part in ("sounds", "endings")
    for rule in TABLES[part]
    for spoken, standard in rule["examples"].items()
]


@pytest.mark.parametrize(("rule", "spoken", "standard"), EXAMPLES)
def test_each_rule_makes_its_examples(rule, spoken, standard):
    found = normalise(spoken)
    assert found is not None
    assert found.text == standard
    assert rule in found.rule


@pytest.mark.parametrize("standard", sorted(set(TABLES["words"].values())))
def test_listed_words_lead_to_words_that_voikko_knows(standard):
    assert all(analyse(word).known for word in standard.split())


@pytest.mark.parametrize("word", TABLES["unchanged"])
def test_words_outside_spoken_finnish_stay(word):
    assert normalise(word) is None


@pytest.mark.parametrize(
    ("spoken", "standard"),
    [
        (
            "mua ahistaa nii paljo et en oo käyny koulus",
            "minua ahdistaa niin paljon että en ole käynyt koulussa",
        ),
        ("oon velkaantunu enkä tiiä mitä teen", "olen velkaantunut enkä tiedä mitä teen"),
        ("Olen asunut koulussa.", "Olen asunut koulussa"),
    ],
)
def test_a_sentence_is_normalised_word_by_word(spoken, standard):
    pieces = [word.text for word in words(spoken)]
    assert " ".join(found.text if (found := normalise(piece)) else piece for piece in pieces) == standard


@given(st.text(max_size=80))
def test_no_string_raises(word):
    found = normalise(word)
    assert found is None or found.text != word
