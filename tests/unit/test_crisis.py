"""Danger to life is recognised in any tone and language, and harmless talk that looks like it is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from ruamel.yaml import YAML

from bot.nlu import crisis_component
from bot.nlu.crisis import (
    ALARMS,
    CERTAIN,
    KINDS,
    LEVELS,
    ORDINARY_ALARMS,
    Crisis,
    Example,
    Model,
    Ruled,
    author_folds,
    choose_threshold,
    detect,
    foreign_phrase,
    is_plainly_now,
    rule_of,
    train,
)
from bot.nlu.crisis_component import CrisisDetector, examples_of, harmless_texts, without_danger
from bot.nlu.crisis_crossvalidate import read
from bot.nlu.crisis_cues import find_cues
from bot.nlu.crisis_features import Reading
from bot.nlu.crisis_text import clean, fold, sentences

CASES = YAML(typ="safe").load((Path(__file__).parent / "data" / "crisis_cases.yml").read_text(encoding="utf-8"))
DANGER = [name for name in CASES if name not in {"harmless", "ordinary"}]


@pytest.fixture(scope="module")
def small_model() -> Model:
    """A model of a few messages: enough for everything but its judgement."""
    danger = {
        "haluan kuolla": "thoughts",
        "tapan itseni": "danger_now",
        "otin kaikki lääkkeet": "danger_now",
        "se hakkaa mua": "danger_now",
        "i want to die": "thoughts",
        "kaveri otti kaikki lääkkeet": "other_person",
    }
    harmless = ["kuolen nauruun", "moi", "vuokra on rästissä", "mistä löydän kerhon", "akku kuoli", "kiitos paljon"]
    examples = [Example(text, True, True, f"author {n % 3}", level) for n, (text, level) in enumerate(danger.items())]
    examples += [Example(text, False, n % 2 == 0, f"author {n % 3}") for n, text in enumerate(harmless)]
    return train(examples)


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("oon", "olen"),
        ("mie", "minä"),
        ("KUOLLLLAAAA", "kuolla"),
        ("ittensä", "itsensä"),
        ("elämä", "elama"),
        ("kuoln", "kuolen"),
    ],
)
def test_spoken_words_typing_slips_and_stretched_letters_fold_into_one_form(typed: str, standard: str) -> None:
    assert fold(clean(typed)) == fold(standard)


def test_killing_meeting_and_habit_stay_apart() -> None:
    assert len({fold("tappaa"), fold("tapaa"), fold("tapa")}) == 3


def test_a_message_is_cut_into_sentences_and_questions_are_noted() -> None:
    assert [(s.words, s.asks) for s in sentences(clean("Moi! Mitä teen?"))] == [
        (("moi",), False),
        (("mita", "ten"), True),
    ]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("mä haluun vaan kuolla", "want_die"),
        ("en jaksa enää elää", "not_live"),
        ("oon sillan kaiteella", "edge_more"),
        ("otin kaikki pillerit", "took_meds"),
        ("se hakkaa ovea", "attack_now"),
        ("kuolen nauruun", "idiom"),
        ("en halua kuolla", "deny"),
        ("siitä on kolme vuotta", "past_far"),
        ("jag vill dö", "want_die"),
        ("i want to die", "want_die"),
    ],
)
def test_cues_are_found_in_every_register_and_language(text: str, cue: str) -> None:
    (sentence,) = sentences(clean(text))
    assert cue in {found.name for found in find_cues(sentence)}


def test_a_phrase_never_reaches_over_the_end_of_a_sentence() -> None:
    assert "want_die" not in Reading("Haluan. Kuolla ei tarvitse.").names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("haluan kuolla", "suicide"),
        ("en halua kuolla", None),
        ("haluan kuolla, lauletaan siinä biisissä", None),
        ("montako unilääkettä pitää ottaa ettei herää", "overdose"),
        ("aion puukottaa sen tänään, mulla on puukko", "threat"),
        ("kuolen nauruun", None),
    ],
)
def test_a_rule_finds_a_plain_statement_unless_something_makes_it_harmless(text: str, kind: str | None) -> None:
    found = rule_of(Reading(text))
    assert (found.kind if found else None) == kind


def test_chat_around_a_plain_statement_does_not_hide_it() -> None:
    chat = "Mitä kuuluu? Pelattiin eilen uutta peliä. Koe meni hyvin. "
    found = rule_of(Reading(f"{chat}Haluan kuolla. {chat}"))
    assert found == Ruled("wants to die", "suicide", ("haluan kuolla",))


@pytest.mark.parametrize("text", CASES["languages"])
def test_unmistakable_phrases_of_other_languages_are_known(text: str) -> None:
    assert foreign_phrase(clean(text)).kind in KINDS


@pytest.mark.parametrize(
    "text", ["no quiero morir", "я не хочу умереть", "je ne veux pas mourir", "我不想死", "en halua", "enhaluakuolla"]
)
def test_a_denial_in_another_language_is_no_danger(text: str) -> None:
    assert foreign_phrase(clean(text)) is None


@pytest.mark.parametrize("text", ["haluankuolla", "haluuuunkuollla", "tapanitteniheti", "iwanttodie"])
def test_a_sentence_without_spaces_is_read(text: str) -> None:
    assert foreign_phrase(clean(text)).kind == "suicide"


@given(st.one_of(st.none(), st.text(), st.text(alphabet="\x00\ud800\udfff 😭a\n.", max_size=50)))
@settings(max_examples=60, deadline=None)
def test_any_input_gets_an_answer(small_model: Model, text: object) -> None:
    found = detect(text, small_model)
    assert 0 <= found.score <= 1
    assert (found.kind in KINDS) == (found.level in LEVELS) == found.is_crisis
    assert bool(found.because) <= found.is_crisis


def test_a_hundred_thousand_characters_are_read_at_both_ends(small_model: Model) -> None:
    assert detect("x" * 50_000 + " " + "blaa " * 10_000 + "\nHaluan kuolla.", small_model).is_crisis
    assert detect("Haluan kuolla.\n" + "blaa " * 20_000, small_model).is_crisis


def test_nothing_said_is_no_crisis(small_model: Model) -> None:
    assert detect(" \n\x00", small_model) == Crisis(False, None, None, 0.0)


def test_training_without_danger_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="with and without danger"):
        train([Example("moi", False, False, "a")])


def test_a_model_is_the_same_after_saving(small_model: Model, tmp_path: Path) -> None:
    small_model.save(tmp_path)
    loaded = Model.load(tmp_path)
    for text in ("haluan kuolla", "moi", "kuolen nauruun"):
        assert detect(text, loaded) == detect(text, small_model)


def test_the_threshold_keeps_false_alarms_rare_among_neighbours_and_among_ordinary_messages() -> None:
    near = [Example(f"n{n}", False, True, "a") for n in range(101)]
    ordinary = [Example(f"o{n}", False, False, "b") for n in range(101)]
    loud, quiet = np.linspace(0, 1, 101), np.linspace(0, 0.5, 101)
    assert choose_threshold(np.concatenate([loud, quiet]), near + ordinary) == pytest.approx(1 - ALARMS)
    assert choose_threshold(np.concatenate([quiet, loud]), near + ordinary) == pytest.approx(1 - ORDINARY_ALARMS)


def test_no_author_is_in_two_folds() -> None:
    examples = [Example(f"m{n}", n % 2 == 0, n % 3 == 0, f"author {n % 7}") for n in range(70)]
    folds = author_folds(examples)
    authors = [{examples[place].author for place in fold} for fold in folds]
    assert sum(map(len, authors)) == len(set().union(*authors)) == 7
    assert sorted(place for fold in folds for place in fold) == list(range(70))


def message(text: str, intent: str = "seek_help", **labels: object) -> Message:
    return Message({"text": text, "intent": intent, "metadata": {"intent": labels}})


def test_a_text_that_people_labelled_as_talk_is_harmless_unless_it_stands_as_a_danger_or_a_need_too():
    told = [("Tein sen!", "reminder_done"), ("otin ne", "crisis"), ("otin ne", "chitchat"), ("apua", "seek_help")]
    messages = [Message({"text": text, "intent": intent}) for text, intent in told]
    assert harmless_texts(messages) == {"tein sen"}


def test_authors_who_labelled_levels_wrote_neighbours() -> None:
    examples = examples_of(
        [message("haluan kuolla", "crisis", author="x", level="thoughts"), message("moi", author="x"), message("hei")]
    )
    assert examples == [
        Example("haluan kuolla", True, True, "x", "thoughts"),
        Example("moi", False, True, "x"),
        Example("hei", False, False, ""),
    ]


@pytest.fixture
def detector(tmp_path: Path, small_model: Model) -> CrisisDetector:
    storage = LocalModelStorage.create(tmp_path)
    resource = Resource("crisis")
    with storage.write_to(resource) as directory:
        small_model.save(directory)
        (directory / "harmless.json").write_text('["tein sen", "haluan kuolla"]', encoding="utf-8")
    return CrisisDetector.load({}, storage, resource, execution_context=None)


def test_in_a_crisis_the_intent_is_crisis_whatever_was_understood_before(detector: CrisisDetector) -> None:
    greeting = {"name": "greet", "confidence": 0.99}
    told = Message({"text": "haluan kuolla", "intent": greeting, "intent_ranking": [greeting]})
    detector.process([told])
    assert told.get("crisis")["is_crisis"]
    assert told.get("crisis")["kind"] == "suicide"
    assert told.get("intent")["name"] == "crisis"
    assert told.get("intent")["confidence"] == told.get("crisis")["score"] >= CERTAIN
    assert [one["name"] for one in told.get("intent_ranking")] == ["crisis", "greet"]


def test_a_rule_is_stronger_than_a_label_as_talk(detector: CrisisDetector) -> None:
    told = Message({"text": "haluan kuolla"})
    detector.process([told])
    assert told.get("crisis")["rule"] and told.get("crisis")["is_crisis"]


@pytest.mark.parametrize(
    ("text", "level"),
    [("haluan kuolla", "thoughts"), ("tapan itseni", "danger_now"), ("kaveri otti lääkkeet", "other_person")],
)
def test_a_crisis_has_the_level_of_what_it_is_like(small_model: Model, text: str, level: str) -> None:
    assert detect(text, small_model).level == level


@pytest.mark.parametrize(
    ("text", "is_now"),
    [
        ("poikaystävä hakkaa mua just nyt ja uhkaa tappaa, apua", True),
        ("exäni on oven takana ja uhkaa tappaa, mulla on lukko rikki", True),
        ("i want to kill myself tonight", True),
        ("jag orkar inte leva mer, jag tar livet av mig i natt", True),
        ("jag vill dö och jag tänker göra det i natt", True),
        ("jag vill dö", False),
        ("kaveri sano et se tappaa ittensä tänään", False),
        ("äiti makaa lattialla eikä herää, otti pillereitä", False),
    ],
)
def test_plain_signs_make_a_crisis_danger_now_whatever_it_is_like(text: str, is_now: bool) -> None:
    assert is_plainly_now(Reading(text)) == is_now


def test_a_crisis_says_which_rule_found_it_and_which_words_spoke_for_it(small_model: Model) -> None:
    found = detect("moi, mä haluan kuolla", small_model)
    assert found.rule == "wants to die"
    assert found.because[0] == "haluan kuolla" and len(found.because) <= 4


@pytest.mark.parametrize(
    ("text", "needs", "level"),
    [
        ("viilsin taas", {"self_harm": 0.9}, "thoughts"),
        ("viilsin taas", {"self_harm": 0.3}, None),
        ("kaveri viiltelee", {"close_one": 0.8, "self_harm": 0.6}, "other_person"),
        ("kaveri puhuu itsemurhasta", {"close_one": 0.8}, "other_person"),
        ("isä pelaa liikaa", {"close_one": 0.9, "gambling": 0.8}, None),
        ("vuokrat rästissä", {"housing": 0.9}, None),
    ],
)
def test_self_harm_and_worry_about_a_life_have_a_level_without_an_alarm(
    text: str, needs: dict[str, float], level: str | None
) -> None:
    quiet = Crisis(False, None, None, 0.1)
    found = without_danger(quiet, [{"id": need, "score": score, "because": []} for need, score in needs.items()], text)
    assert found.level == level and not found.is_crisis


def test_a_level_without_an_alarm_is_answered_by_the_crisis_rule_too(detector: CrisisDetector) -> None:
    told = Message({"text": "moi", "intent": {"name": "thank"}, "needs": [{"id": "self_harm", "score": 0.9}]})
    detector.process([told])
    assert told.get("crisis")["level"] == "thoughts" and not told.get("crisis")["is_crisis"]
    assert told.get("intent")["name"] == "crisis"


def test_without_a_crisis_the_intent_stays(detector: CrisisDetector) -> None:
    greeting = {"name": "greet", "confidence": 0.99}
    told = Message({"text": "", "intent": greeting, "intent_ranking": [greeting]})
    detector.process([told])
    assert told.get("crisis") == {
        **{"is_crisis": False, "level": None, "kind": None, "score": 0.0},
        **{"rule": None, "because": []},
    }
    assert told.get("intent") == greeting


def test_an_untrained_detector_says_how_to_train() -> None:
    with pytest.raises(ValueError, match="rasa train"):
        CrisisDetector(None, None).process([])


def test_the_fingerprint_changes_with_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = CrisisDetector.fingerprint_addon({})
    for table in crisis_component.TABLES:
        (tmp_path / table).write_bytes((crisis_component.DATA / table).read_bytes() + b"\n# one more phrase\n")
    monkeypatch.setattr(crisis_component, "DATA", tmp_path)
    assert CrisisDetector.fingerprint_addon({}) != before


def test_no_case_is_trained_on() -> None:
    trained = {clean(labelled.example.text).strip(" .!") for labelled in read()}
    assert not [text for texts in CASES.values() for text in texts if clean(text).strip(" .!") in trained]


@pytest.fixture(scope="module")
def full_model() -> Model:
    return train([labelled.example for labelled in read()])


@pytest.mark.model
@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("explicit", 0.97),
        ("languages", 1.0),
        *((name, 0.85) for name in DANGER if name not in ("explicit", "languages")),
    ],
)
def test_danger_is_found(full_model: Model, group: str, least: float) -> None:
    missed = [text for text in CASES[group] if not detect(text, full_model).is_crisis]
    assert len(missed) <= (1 - least) * len(CASES[group]), missed


@pytest.mark.model
@pytest.mark.parametrize(("group", "most"), [("harmless", 0.20), ("ordinary", 0.04)])
def test_harmless_talk_is_left_alone(full_model: Model, group: str, most: float) -> None:
    alarmed = [text for text in CASES[group] if detect(text, full_model).is_crisis]
    assert len(alarmed) <= most * len(CASES[group]), alarmed


@pytest.mark.model
@pytest.mark.parametrize("text", CASES["explicit"][:20])
@pytest.mark.parametrize("form", ["{}!!!!", "moi moi :) {} heippa", "{} 😭😭😭", "\u200b{}\x00"])
def test_plain_danger_is_found_in_any_form(full_model: Model, text: str, form: str) -> None:
    assert detect(form.format(text), full_model).is_crisis
    assert detect(form.format(text).upper(), full_model).is_crisis
