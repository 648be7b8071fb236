"""Spoken Finnish to standard Finnish: the tables' own examples, sentences marked by hand, and no harm to the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu import normaliser
from bot.nlu.normaliser import normalise, normalise_all
from bot.nlu.normalising_report import verdicts
from bot.nlu.reading import read
from bot.nlu.slang import SLANG, SlangError, load_slang, standard_of
from service_catalog.lemmas import analyse, words

TABLES = YAML(typ="safe").load(normaliser.DATA.read_text(encoding="utf-8"))
RULES = [rule for part in ("sounds", "endings", "slips") for rule in TABLES[part]]
EXAMPLES = [(rule["name"], *example) for rule in RULES for example in rule["examples"].items()]


def standard(sentence):
    pieces = [word.text for word in words(sentence)]
    found = normalise_all(pieces)
    return " ".join(new.text if new else piece for piece, new in zip(pieces, found, strict=True))


@pytest.mark.parametrize(("rule", "spoken", "expected"), EXAMPLES)
def test_each_rule_makes_its_examples(rule, spoken, expected):
    found = normalise(spoken)
    assert found is not None
    assert found.text == expected
    assert rule in found.rule.split(" + ")


def test_every_rule_has_an_example():
    assert [rule["name"] for rule in RULES if not rule["examples"]] == []


@pytest.mark.parametrize("expected", sorted({*TABLES["words"].values()}))
def test_listed_words_lead_to_words_that_voikko_knows(expected):
    assert all(analyse(word).known for word in expected.split())


@pytest.mark.parametrize("word", TABLES["unchanged"])
def test_words_outside_spoken_finnish_stay(word):
    assert normalise(word) is None


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        (
            "mua ahistaa nii paljo et en oo käyny koulus",
            "minua ahdistaa niin paljon että en ole käynyt koulussa",
        ),
        ("oon velkaantunu enkä tiiä mitä teen", "olen velkaantunut enkä tiedä mitä teen"),
        ("Olen asunut koulussa.", "Olen asunut koulussa"),
        ("sä et auta", "sinä et auta"),
        ("tää on pahempi ku viime vuonna", "tämä on pahempi kuin viime vuonna"),
        ("must tuntuu pahalta", "minusta tuntuu pahalta"),
        ("i must sit at home", "i must sit at home"),
        ("jag vill inte men jag måste ut", "jag vill inte men jag måste ut"),
        ("en tajuu mitään", "en tajua mitään"),
    ],
)
def test_a_sentence_is_normalised_in_context(spoken, expected):
    assert standard(spoken) == expected


@pytest.mark.parametrize(
    ("parts", "least"),
    [(["development", "held_out"], 0.97), (["held_out"], 0.95)],
)
def test_accepted_normalisations_of_the_marked_sentences_are_right(parts, least):
    accepted = [verdict for part in parts for verdict in verdicts(part) if verdict.found]
    assert sum(verdict.right for verdict in accepted) >= least * len(accepted)


def test_a_reading_keeps_the_word_as_written_beside():
    (reading,) = read("velkaantunu")
    assert (reading.text, reading.normalised, reading.rule) == ("velkaantunu", "velkaantunut", "-nu for -nut")


@pytest.mark.parametrize(
    ("slang", "expected"),
    [
        ("faija", "isä"),
        ("frendeille", "ystäville"),
        ("frendil", "ystävällä"),
        ("amiksesta", "ammattikoulusta"),
        ("anxietyä", "ahdistusta"),
        ("burnouttiin", "uupumukseen"),
        ("ghostannu", "hylännyt"),
        ("ghostas", "hylkäsi"),
        ("duunissa", "työssä"),
        ("koulussa", None),
    ],
)
def test_slang_is_inflected_as_its_standard_word(slang, expected):
    assert standard_of(slang) == expected


def test_the_slang_file_is_right():
    assert load_slang(SLANG)["noun"]["faija"] == "isä"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("noun:\n  faija: isä\n  Mutsi: äiti\nverb: {}", "slang.yml:3: 'Mutsi' must be one word in lower case"),
        ("noun:\n  faija:\nverb: {}", "slang.yml:2: faija needs a standard word after the colon"),
        ("noun:\n  faija: xyzzy\nverb: {}", "slang.yml:2: faija: xyzzy is no Finnish word that the dictionary knows"),
        ("noun: {}\nverb:\n  dokata: juo", "slang.yml:3: dokata: juo: a verb and its standard word stand in the basic"),
        ("noun:\n  no: ei\nverb: {}\nother: {}", "slang.yml: needs exactly the two lists `noun:` and `verb:`"),
        ("noun:\n  faija: isä\n  faija: äiti\nverb: {}", "slang.yml:3: not YAML"),
    ],
)
def test_a_fault_in_the_slang_file_is_told_with_its_line(tmp_path, lines, problem):
    file = tmp_path / "slang.yml"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(SlangError) as error:
        load_slang(file)
    assert problem in str(error.value)


@given(st.text(max_size=80))
def test_no_string_raises(word):
    found = normalise(word)
    assert found is None or found.text != word


@given(st.lists(st.text(max_size=12), max_size=8))
def test_every_word_gets_an_answer(pieces):
    assert len(normalise_all(pieces)) == len(pieces)
