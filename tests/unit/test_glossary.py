"""Hard words that a page underlines: which, in which form, and which not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.catalog import Catalog
from service_catalog.glossary import hard_words
from service_catalog.schema import LocalizedText, Term

RESPONSES = Path(__file__).parents[2] / "bot" / "domain" / "responses.yml"

FOUND = {
    "Lasku meni ulosottoon.": {"ulosottoon": "ulosotto"},
    "Ulosottomies soitti": {"Ulosottomies": "ulosotto"},
    "Voit kysyä ulosottoasioista.": {"ulosottoasioista": "ulosotto"},
    "turvakotipaikkoja on vapaana": {"turvakotipaikkoja": "turvakoti"},
    "Tukea haetaan Kelasta.": {"Kelasta": "Kela"},
    "Matalan kynnyksen paikka, ei lähetettä": {
        "Matalan kynnyksen": "matala kynnys",
        "lähetettä": "lähete",
    },
    "kysy etsivästä nuorisotyöstä": {"etsivästä nuorisotyöstä": "etsivä nuorisotyö"},
    "Etsivän\nnuorisotyön tapaat koululla": {"Etsivän\nnuorisotyön": "etsivä nuorisotyö"},
    "täydentävää toimeentulotukea": {"täydentävää toimeentulotukea": "täydentävä toimeentulotuki"},
    "Sait kielteisen päätöksen": {"kielteisen päätöksen": "kielteinen päätös"},
    "tuetussa asumisessa": {"tuetussa asumisessa": "tuettu asuminen"},
    "Ilman rikosilmoitusta (rikosilmoituksen voi tehdä myöhemmin)": {"rikosilmoitusta": "rikosilmoitus"},
}
"""A text, and its hard words as written with their terms."""

NOTHING = [
    "",
    "mua ahistaa",
    "elämän haasteita",  # a summons is called haaste too
    "kirjoita valitus myyjälle",
    "sairauspäivärahaa",  # it only ends like päiväraha
    "Etsi osoitteesta kela.fi/toimeentulotuki ja migri.fi",
    "kysy@kela.fi",
    "etsivä. Nuorisotyö",
    "psykologi vastaa",  # the glossary's is the school's
    "etsivä",
    "😭 112 '; DROP TABLE",
]


def found(text: str, catalog: Catalog) -> dict[str, str]:
    return {hard.word: hard.term for hard in hard_words(text, catalog)}


@pytest.mark.parametrize(("text", "expected"), FOUND.items())
def test_hard_words_are_found_in_any_form(seed_catalog: Catalog, text: str, expected: dict[str, str]) -> None:
    assert found(text, seed_catalog) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_what_means_another_thing_or_is_an_address_is_left_alone(seed_catalog: Catalog, text: str) -> None:
    assert found(text, seed_catalog) == {}


def test_each_term_comes_once_and_the_longest_first(seed_catalog: Catalog) -> None:
    text = "Kela maksaa toimeentulotukea. Täydentävää toimeentulotukea ei maksa Kela. Toimeentulotuki on viimeinen."
    assert [hard.word for hard in hard_words(text, seed_catalog)] == [
        "Täydentävää toimeentulotukea",
        "toimeentulotukea",
        "Kela",
    ]


def test_the_meaning_is_in_the_persons_language(seed_catalog: Catalog) -> None:
    (finnish,) = hard_words("ulosotto", seed_catalog)
    (english,) = hard_words("ulosotto", seed_catalog, "en")
    (arabic,) = hard_words("ulosotto", seed_catalog, "ar")
    assert finnish.plain.startswith("Kun laskua ei makseta")
    assert english.plain.startswith("When a bill stays unpaid")
    assert arabic.plain == finnish.plain


def test_the_catalogues_own_texts_have_their_hard_words(seed_catalog: Catalog) -> None:
    texts = [f"{one.summary}\n{one.first_step}" for one in seed_catalog.services()]
    texts += re.findall(r"text: *(.*)", RESPONSES.read_text(encoding="utf-8"))
    hard = {one for text in texts for one in hard_words(text, seed_catalog)}
    assert {"ulosotto", "lähete", "turvakoti", "etsivä nuorisotyö", "nimetön"} <= {one.term for one in hard}
    assert len(hard) > 40


class OtherCatalogue:
    """A stand-in for a catalogue whose glossary staff have changed."""

    glossary = (Term(term="flerbiö", plain=LocalizedText(fi="Keksitty sana.")),)


def test_a_new_catalogue_has_its_own_words(seed_catalog: Catalog) -> None:
    assert found("flerbiö ja ulosotto", seed_catalog) == {"ulosotto": "ulosotto"}
    assert found("flerbiö ja ulosotto", OtherCatalogue()) == {"flerbiö": "flerbiö"}


@given(st.text(max_size=80), st.sampled_from(list(FOUND)), st.text(max_size=80))
def test_every_word_is_in_the_text_as_written(seed_catalog: Catalog, before: str, text: str, after: str) -> None:
    whole = before + text + after
    assert all(hard.word in whole for hard in hard_words(whole, seed_catalog))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("They got residence permits.", "en", {"residence permits": "oleskelulupa"}),
        ("Du får en remiss av skolhälsovårdaren.", "sv", {"remiss": "lähete", "skolhälsovårdaren": "terveydenhoitaja"}),
        ("Ask Kela, or the nearest Ohjaamo.", "en", {"Kela": "Kela", "Ohjaamo": "Ohjaamo"}),  # Finnish words in it
        ("That's fine. Hälsovård.", "en", {}),
        ("Rådgivning och hälsovård för unga.", "sv", {}),
        ("They got residence permits.", "fi", {}),
    ],
)
def test_hard_words_of_a_swedish_or_english_text_are_found(
    seed_catalog: Catalog, text: str, language: str, expected: dict[str, str]
) -> None:
    assert {hard.word: hard.term for hard in hard_words(text, seed_catalog, language)} == expected


def test_a_hard_word_says_its_own_language_and_that_of_its_explanation(seed_catalog: Catalog) -> None:
    (kela, permit) = sorted(hard_words("Kela and residence permits", seed_catalog, "en"))
    assert (kela.word_lang, kela.lang) == ("fi", "en")
    assert (permit.word_lang, permit.lang) == ("en", "en")
    assert permit.plain == next(one for one in seed_catalog.glossary if one.term == "oleskelulupa").plain.en
