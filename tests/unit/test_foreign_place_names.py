"""Finnish towns in letters that Finnish doesn't have."""

import pytest

from service_catalog.foreign_place_names import find
from service_catalog.places import Places


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("мне плохо, я живу в Тампере", "Tampere"),
        ("Я в Турку и мне негде жить", "Turku"),
        ("живу у Гельсінкі, допоможіть", "Helsinki"),
        ("в Оулу", "Oulu"),
        ("Эспоо", "Espoo"),
        ("أعيش في هلسنكي", "Helsinki"),
        ("انا بهلسنكي", "Helsinki"),
        ("من در تامپره زندگی می‌کنم", "Tampere"),
        ("我住在坦佩雷，没有钱", "Tampere"),
        ("Я живу в Ювяскюля", "Jyväskylä"),
        ("Oulu, Финляндия", "Oulu"),
    ],
)
def test_a_town_is_found_in_other_letters(text, municipality):
    assert [mention.municipality for mention in Places.load().find(text)] == [municipality]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ем сало",
        "мне плохо",
        "поры года",
        "أريد أن أنام",
        "我很难过",
        "诺基亚手机",
        "мій телефон старий",
    ],
)
def test_what_names_no_town_finds_none(text):
    assert find(text) == []


def test_each_name_leads_to_a_municipality():
    from service_catalog import foreign_place_names

    known = Places.load().municipalities
    assert set(foreign_place_names._names().values()) <= set(known)


def test_where_a_name_stands_is_told():
    text = "я живу в Тампере."
    (name,) = find(text)
    assert text[name.start : name.end] == "Тампере"
