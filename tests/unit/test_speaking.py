"""Which language a conversation is held in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Tracker

from actions.conversation import read
from bot.nlu.buttons import meaning_of
from bot.nlu.language_wishes import language_named, language_wish
from bot.nlu.languages import is_clearly
from bot.speaking import Spoken, spoken_language


def said(text: str, language: str | None, crisis: bool = False, **metadata: str) -> dict[str, Any]:
    """A message and the language that was found in it."""
    parsed = {"language": language, "crisis": {"is_crisis": crisis}}
    return {"event": "user", "text": text, "parse_data": parsed, "metadata": metadata}


def remembered(name: str, value: str | None) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


MOI = said("moi mua ahistaa koulu", "fi")
HELLO = said("hello I need help with my rent", "en")


@pytest.mark.parametrize(
    ("events", "language"),
    [
        # what they write in
        ([], "fi"),
        ([MOI], "fi"),
        ([HELLO], "en"),
        ([said("hej", "sv")], "sv"),
        ([MOI, HELLO], "en"),
        ([HELLO, said("mul on kans vuokra rästis", "fi")], "fi"),
        # sticky: one word, no word, a mixed message, a tap
        ([MOI, said("thanks", "en")], "fi"),
        ([MOI, said("oh my god", "en")], "en"),
        ([MOI, said("Sekasin chat", "en")], "fi"),
        ([HELLO, said("Tampere", "fi")], "en"),
        ([HELLO, said("Lisää vaihtoehtoja", None)], "en"),
        ([HELLO, said("I need ulosotto apua nyt please", "fi")], "en"),
        ([MOI, said("oon ihan so done with koulu ja kaikki", "en")], "fi"),
        # danger is answered in the words it was told in
        ([MOI, said("kill myself", "en", crisis=True)], "en"),
        # a wish stays
        ([HELLO, said("puhu mulle suomeksi", "fi"), HELLO], "fi"),
        ([MOI, said("in English please", "en"), MOI, MOI], "en"),
        ([MOI, said("på svenska tack", "sv"), MOI, said("in english pls", "en")], "en"),
        ([MOI, said("in English please", "en"), said("kill myself", "fi", crisis=True)], "en"),
        # what is remembered from an earlier session
        ([remembered("language", "sv"), said("ok", None)], "sv"),
        ([remembered("fixed_language", "sv"), MOI], "sv"),
        ([remembered("language", "sv"), said("thanks", "en")], "sv"),
        # the page, and what was chosen in its settings
        ([said("Lisää", None, page_language="sv")], "sv"),
        ([said("moi apua", "fi", page_language="sv")], "fi"),
        ([said("moi apua", "fi", fixed_language="en")], "en"),
        # what the bot doesn't speak
        ([said("мне очень плохо", "ru")], "en"),
        ([MOI, said("мне плохо", "ru")], "en"),
        ([MOI, said("waxaan u baahanahay caawimaad", "so")], "en"),
        ([said("hola", "es")], "en"),
        ([HELLO, said("hola", "es")], "en"),
        # what counts as the words of a button, which are nobody's language
        ([said("työ", None, page_language="fi", original={"text": "ищу работу", "language": "ru"})], "en"),
        ([said("mul on paha olla", "et")], "fi"),  # spoken Finnish, taken for Estonian
        ([MOI, said("mul on paha olla", "et")], "fi"),
    ],
)
def test_the_language_is_that_of_the_person_and_does_not_jump(events: list[dict[str, Any]], language: str) -> None:
    assert spoken_language(events).words == language


def test_their_own_language_is_known_where_the_bot_does_not_speak_it() -> None:
    spoken = spoken_language([said("мне очень плохо", "ru")])
    assert (spoken.detected, spoken.words) == ("ru", "en")
    assert spoken_language([said("на русском пожалуйста", "ru")]) == Spoken("ru", "ru", None)


def test_what_was_remembered_of_a_turn_changes_nothing() -> None:
    before = spoken_language([MOI, HELLO])
    assert spoken_language([MOI, HELLO, remembered("language", before.own)]) == before


@given(
    st.lists(st.fixed_dictionaries({}, optional={"event": st.sampled_from(["user", "slot", "bot"]), "text": st.text()}))
)
def test_no_odd_events_raise(events: list[dict[str, Any]]) -> None:
    assert spoken_language(events).words == "fi"


# ---- wishes ----


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("puhu mulle suomeksi", "fi"),
        ("Puhu suomea", "fi"),
        ("suomeks kiitos", "fi"),
        ("voidaanko puhua ruotsiksi?", "sv"),
        ("På svenska tack!", "sv"),
        ("kan du svara på svenska, snälla", "sv"),
        ("in English please", "en"),
        ("Can you speak English?", "en"),
        ("vaihda kieli englanniks pliis", "en"),
        ("switch the language to Swedish", "sv"),
        ("let's talk in Finnish", "fi"),
        ("по-русски пожалуйста", "ru"),
        ("بالعربية", "ar"),
        # about something else
        ("tarviin apua englanniksi", None),
        ("onko teillä palvelua ruotsiksi", None),
        ("mun ruotsi on hylätty", None),
        ("en puhu suomea", None),
        ("I need a doctor who speaks English", None),
        ("mä oon ruotsista", None),
        ("suomeksi tai ruotsiksi", None),
        ("moi", None),
        ("", None),
    ],
)
def test_a_wish_for_a_language_is_a_message_of_nothing_else(text: str, wish: str | None) -> None:
    assert language_wish(text) == wish


@pytest.mark.parametrize("text", ["Puhu suomea", "Puhu ruotsia", "Puhu englantia"])
def test_the_buttons_for_languages_are_such_wishes(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning and meaning["intent"] == "set_language" and language_wish(text)


def test_a_longer_wish_names_its_language() -> None:
    assert language_named("miks sä vastaat enkuks, puhu suomee") is None  # two
    assert language_named("mä en oikein tajuu, voisiks vaihtaa ruotsiksi") == "sv"


@pytest.mark.parametrize(
    ("text", "code", "is_clear"),
    [
        ("I don't know what to do about school", "en", True),
        ("jag mår inte så bra just nu", "sv", True),
        ("mul ei oo rahaa mihinkää", "fi", True),
        ("thanks", "en", False),
        ("tack så", "sv", False),
        ("مساعدة", "ar", True),
        ("I need apua nyt heti", "en", False),
    ],
)
def test_a_message_is_clearly_in_a_language_when_it_is_long_enough_and_not_mixed(
    text: str, code: str, is_clear: bool
) -> None:
    assert is_clearly(code, text) == is_clear


def test_an_action_that_gets_one_turns_events_answers_in_the_language_of_the_conversation() -> None:
    parsed = {"text": "No", "language": "fi", "intent": {"name": "deny"}, "entities": []}
    tracker = Tracker(
        "eetu",
        {"language": "en"},
        parsed,
        [{"event": "user", "text": "No", "parse_data": parsed}],
        False,
        None,
        {},
        None,
    )
    assert read(tracker).language == "en"
