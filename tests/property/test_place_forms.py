"""Every municipality is found in every case, written properly and as people speak; no text breaks the finder."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_catalog.places import Places

PLACES = Places.load()
FORMS = Path(__file__).parents[1] / "unit" / "data" / "municipality_forms.csv"
SENTENCES = {
    "genitive": "etsin apua, {} keskustassa jos voi",
    "inessive": "mä asun {} ja oon väsyny",
    "elative": "oon kotosin {}",
    "illative": "muutin syksyllä {}",
    "adessive": "mä asun {} ja oon väsyny",
    "ablative": "oon kotosin {}",
    "allative": "muutin syksyllä {}",
}
INNER = {"inessive", "elative", "illative"}
SPOKEN_CUT = {"inessive": 2, "elative": 1, "adessive": 2, "ablative": 1, "illative": 1}
"""Letters that speech drops: Helsingis, Helsingist, Tampereel, Tampereelt, Turkuu."""


def _forms() -> list[tuple[str, str, str]]:
    with FORMS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if line[0] != "#"))
    return [(row["name"], case, row[case]) for row in rows for case in SENTENCES if row[case]]


def _first(text: str) -> str | None:
    found = PLACES.find(text)
    return found[0].municipality if found else None


def _usual_forms() -> list[tuple[str, str, str]]:
    """Without the cases that a name doesn't have in use: nobody says Kolarilla of living in Kolari."""
    return [
        (name, case, form)
        for name, case, form in _forms()
        if case == "genitive" or (case in INNER) == (PLACES.municipalities[name].local_case == "inner")
    ]


def test_the_table_has_every_municipality_in_the_cases_of_its_name() -> None:
    names = [name for name, _, _ in _usual_forms()]

    assert {name: names.count(name) for name in PLACES.municipalities if names.count(name) != 4} == {}
    assert len(_forms()) > 2_100


@pytest.mark.parametrize("case", list(SENTENCES))
def test_every_municipality_is_found_in_every_case(case: str) -> None:
    forms = [(name, form) for name, each, form in _forms() if each == case]
    missed = [(name, form) for name, form in forms if _first(SENTENCES[case].format(form)) != name]

    assert missed == []


@pytest.mark.parametrize("case", list(SENTENCES))
def test_every_municipality_is_found_in_lower_case(case: str) -> None:
    forms = [(name, form) for name, each, form in _usual_forms() if each == case]
    missed = [(name, form) for name, form in forms if _first(SENTENCES[case].format(form.lower())) != name]

    assert missed == []


@pytest.mark.parametrize("case", list(SPOKEN_CUT))
def test_every_municipality_is_found_as_people_speak(case: str) -> None:
    spoken = [(name, form.lower()[: -SPOKEN_CUT[case]]) for name, each, form in _usual_forms() if each == case]
    missed = [(name, form) for name, form in spoken if _first(SENTENCES[case].format(form)) != name]

    assert missed == []


@given(st.text(max_size=300))
def test_any_text_gives_mentions_that_lie_in_it(text: str) -> None:
    for mention in PLACES.find(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.municipality in PLACES.municipalities


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_any_coordinates_give_a_municipality_or_none(latitude: float, longitude: float) -> None:
    assert PLACES.nearest(latitude, longitude) in {None, *PLACES.municipalities}
