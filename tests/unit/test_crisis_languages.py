"""Danger to life is recognised in ten further languages without network or model, sayings left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.crisis_languages import Found, find, languages, letters
from bot.nlu.crisis_text import clean

FILE = Path(__file__).parent / "data" / "crisis_languages_cases.yml"
CASES = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
TEN = {"ru", "uk", "ar", "so", "et", "fa", "ku", "zh", "es", "fr"}
EVERYDAY = YAML(typ="safe").load((FILE.parent / "crisis_cases.yml").read_text(encoding="utf-8"))


def cases(*parts: str) -> list[tuple[str, str]]:
    return [(language, text) for language, rows in CASES.items() for part in parts for text in rows[part]]


def found(text: str) -> Found | None:
    return find(clean(text))


def test_there_are_phrases_and_cases_in_all_ten_languages() -> None:
    assert set(languages()) == set(CASES) == TEN


@pytest.mark.parametrize(("language", "text"), cases("danger_now"))
def test_danger_now_is_found_as_such(language: str, text: str) -> None:
    danger = found(text)
    assert danger is not None and (danger.language, danger.level, danger.is_crisis) == (language, "danger_now", True)


@pytest.mark.parametrize(("language", "text"), cases("thoughts"))
def test_a_wish_to_die_is_a_crisis(language: str, text: str) -> None:
    danger = found(text)
    assert danger is not None and danger.is_crisis
    assert (danger.language, danger.level, danger.kind) == (language, "thoughts", "suicide")


@pytest.mark.parametrize(("language", "text"), cases("other_person"))
def test_somebody_elses_danger_is_told_from_ones_own(language: str, text: str) -> None:
    danger = found(text)
    assert danger is not None and (danger.level, danger.is_crisis) == ("other_person", True)


@pytest.mark.parametrize(("language", "text"), cases("self_harm"))
def test_hurting_oneself_is_answered_gently(language: str, text: str) -> None:
    danger = found(text)
    assert danger is not None and (danger.level, danger.kind, danger.is_crisis) == ("thoughts", "suicide", False)


@pytest.mark.parametrize(("language", "text"), cases("harmless"))
def test_sayings_denials_and_everyday_words_are_left_alone(language: str, text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize("text", [text for part in EVERYDAY if part != "languages" for text in EVERYDAY[part]])
def test_finnish_swedish_and_english_messages_hold_no_phrase_of_another_language(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("QUIEROOO  morir…", "quiero morir"),
        ("j’ai", "jai"),
        ("می‌خواهم", "ميخواهم"),
        ("أُرِيد", "اريد"),
        ("вб'ю", "вбю"),
        ("naxwazim bijîm", "naxwazim bijim"),
    ],
)
def test_marks_apostrophes_and_stretched_letters_make_no_difference(typed: str, plain: str) -> None:
    assert letters(clean(typed)) == plain


def test_danger_in_one_of_many_sentences_is_found() -> None:
    chat = "Привет! Я учусь в школе. Мне 17 лет. "
    danger = found(f"{chat * 20}Я хочу умереть. {chat * 20}")
    assert danger is not None and danger.words == "хочу умереть"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_raises(text: str) -> None:
    find(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "لا أريد أن أعيش بعد الآن",
        "لم أعد أريد أن أعيش",
        "не хочу жить в этом мире",
        "не хочу жить без него",
        "не хочу жити на цьому світі",
        "no quiero vivir en este mundo",
        "je ne veux plus vivre dans ce monde",
    ],
)
def test_not_wanting_to_live_in_this_world_or_any_more_is_no_wish_to_move(text: str) -> None:
    said = found(text)
    assert said is not None and said.is_crisis
