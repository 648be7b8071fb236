"""Channels, reasons, words asked about and cards in a message: the table's own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.nlu.closed_classes import DATA, mentions

TABLE = YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
EXAMPLES = [
    (entity, text, intent, [tuple(value) if isinstance(value, list) else (value, None) for value in expected])
    for entity, row in TABLE.items()
    if isinstance(row, dict)
    for text, intent, *expected in row["examples"]
]


@pytest.mark.parametrize(("entity", "text", "intent", "expected"), EXAMPLES)
def test_each_example_of_the_table(entity, text, intent, expected):
    found = [(one.value, one.role) for one in mentions(text, intent) if one.entity == entity]
    assert found == expected


@given(st.text(max_size=300), st.sampled_from(["inform_channel", "explain_word", "not_suitable", None]))
def test_no_text_raises_and_offsets_lie_inside(text, intent):
    assert all(0 <= one.start <= one.end <= len(text) for one in mentions(text, intent))


def test_a_very_long_text_is_bounded():
    assert mentions("en " * 50_000, "inform_channel") == []
