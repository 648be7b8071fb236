"""The writer's age in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.ages import DATA, ages

EXAMPLES = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize(("text", "years"), [(str(text), years) for text, years in EXAMPLES.items()])
def test_an_age_is_found_where_the_writer_states_it(text, years):
    assert [age.years for age in ages(text)] == ([] if years is None else [years])


def test_offsets_point_at_the_number():
    (age,) = ages("moi oon 17 ja yksin")
    assert "moi oon 17 ja yksin"[age.start : age.end] == "17"


@given(st.text(max_size=200))
def test_no_text_raises(text):
    for age in ages(text):
        assert 7 <= age.years <= 99


def test_a_very_long_text_is_read_quickly():
    assert ages("oon " * 25_000) == []
