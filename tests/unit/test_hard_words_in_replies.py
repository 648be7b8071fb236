"""Replies get the explanations of their hard words on the way to the page."""

import pytest

from desk.hard_words import explained

ENFORCEMENT = {"word": "ulosottoon", "term": "ulosotto"}


def found(reply, catalog, language="fi"):
    return [{"word": hard["word"], "term": hard["term"]} for hard in explained(reply, catalog, language)["hard_words"]]


def test_words_of_the_text_are_explained_as_they_are_written(seed_catalog):
    assert found({"text": "Lasku meni ulosottoon."}, seed_catalog) == [ENFORCEMENT]


@pytest.mark.parametrize("part", ["summary", "first_step", "what_happens"])
def test_words_of_a_card_are_explained_too(part, seed_catalog):
    cards = {"type": "services", "crisis": False, "services": [{part: "Lasku meni ulosottoon.", "name": "Ulosotto"}]}
    assert found({"custom": cards}, seed_catalog) == [ENFORCEMENT]


def test_an_explanation_is_in_the_language_of_the_page(seed_catalog):
    finnish, swedish = (explained({"text": "ulosotto"}, seed_catalog, one)["hard_words"] for one in ("fi", "sv"))
    assert finnish[0]["plain"] != swedish[0]["plain"]


@pytest.mark.parametrize(
    "reply",
    [
        {"text": "Moi!"},
        {"text": "Lasku meni ulosottoon.", "custom": {"type": "services", "crisis": True, "services": []}},
        {"text": None, "custom": "not a card"},
        {"custom": {"services": [{"summary": 3}, None]}},
        {"custom": {"services": 3}},
        {},
    ],
    ids=["nothing hard", "crisis", "no text", "odd card", "odd cards", "empty"],
)
def test_other_replies_stay_as_they_are(reply, seed_catalog):
    assert explained(reply, seed_catalog) == reply


def test_without_a_catalogue_a_reply_stays_as_it_is():
    assert explained({"text": "ulosotto"}, None) == {"text": "ulosotto"}
