"""`saattaja understand`: what is read, and how a parse result becomes the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import BadLine, as_contract, read_messages, write_line


def parsed(**fields: Any) -> dict[str, Any]:
    blank = {"language": "fi", "needs": [], "crisis": {"is_crisis": False}, "entities": [], "intent": {"name": "greet"}}
    return {**blank, **fields}


def test_json_lines_keep_their_fields_and_plain_lines_are_the_text() -> None:
    lines = ['{"id": 1, "text": "moi"}\n', "mua ahistaa\n", "\n"]
    assert list(read_messages(lines)) == [{"id": 1, "text": "moi"}, {"text": "mua ahistaa"}]


@pytest.mark.parametrize("line", ['{"text": 5}', '{"txt": "moi"}', "{nonsense", '{"text": null}'])
def test_a_bad_line_is_reported_with_its_number_and_the_run_goes_on(line: str) -> None:
    before, bad, after = read_messages(["moi", line, "hei"])
    assert before == {"text": "moi"} and after == {"text": "hei"}
    assert isinstance(bad, BadLine) and "line 2" in str(bad)


def test_crisis_comes_first_when_the_crisis_layer_says_so_and_only_then() -> None:
    needs = [{"id": "crisis", "score": 0.6, "because": []}, {"id": "debt", "score": 0.5, "because": ["velka"]}]
    calm = as_contract("", parsed(needs=needs))
    assert [need["id"] for need in calm["needs"]] == ["debt"] and calm["crisis"] is False
    danger = as_contract("", parsed(needs=needs, crisis={"is_crisis": True, "kind": "suicide", "score": 0.9}))
    assert [need["id"] for need in danger["needs"]] == ["crisis", "debt"] and danger["crisis"] is True


def test_the_place_is_the_municipality_entity() -> None:
    entities = [{"entity": "age", "value": 17}, {"entity": "municipality", "value": "Tampere"}]
    assert as_contract("", parsed(entities=entities))["municipality"] == "Tampere"
    assert as_contract("", parsed())["municipality"] is None


def test_windows_are_read_from_the_text() -> None:
    windows = as_contract("vaan maanantaisin neljän ja kuuden välillä", parsed())["windows"]
    assert windows == [{"days": ["mon"], "from": "16:00", "to": "18:00"}]
    assert as_contract("vuokra on myöhässä", parsed())["windows"] is None


@given(st.text(st.characters()))
def test_any_text_is_one_line_of_utf8_json(text: str) -> None:
    line = write_line({"text": text})
    assert "\n" not in line and json.loads(line.encode().decode())["text"] == text
