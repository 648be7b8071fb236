"""`saattaja evaluate`: which figure comes from which label."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import figures, score, wrong
from bot.understanding import BadLine


def understood(**fields: Any) -> dict[str, Any]:
    needs = [{"id": need, "score": 0.9, "because": []} for need in fields.pop("needs", [])]
    blank = {"lang": "fi", "crisis": False, "municipality": None, "intent": "seek_help", "windows": None}
    return {**blank, **fields, "needs": needs}


def shares(*records: dict[str, Any]) -> dict[str, float]:
    return {one.name: one.share for one in figures(list(records)) if one.share is not None}


def test_the_primary_need_counts_among_the_first_three() -> None:
    record = {"needs": ["debt", "housing"], "understood": understood(needs=["money", "housing", "debt"])}
    found = shares(record)
    assert found["need: primary is first"] == 0
    assert found["need: first is labelled"] == 0
    assert found["need: primary among first three"] == 1
    assert found["need: every labelled found"] == 1


def test_a_fourth_need_is_too_late() -> None:
    record = {"needs": ["debt"], "understood": understood(needs=["money", "housing", "work", "debt"])}
    assert shares(record)["need: primary among first three"] == 0


def test_messages_with_an_arguable_label_are_left_out_of_needs() -> None:
    record = {"needs": ["debt"], "notes": "ambiguous", "understood": understood(needs=[])}
    assert not [name for name in shares(record) if name.startswith("need")]


def test_messages_without_a_need_should_get_none() -> None:
    assert shares({"needs": ["none"], "understood": understood()})["no need: none found"] == 1


def test_crisis_recall_and_false_alarms_have_their_own_messages() -> None:
    found = shares(
        {"crisis": True, "understood": understood(crisis=True)},
        {"crisis": True, "understood": understood()},
        {"crisis": False, "understood": understood(crisis=True)},
    )
    assert found["crisis: recall"] == 0.5
    assert found["crisis: false alarms"] == 1


def test_several_languages_may_be_right_for_a_mixed_message() -> None:
    record = {"lang": "mixed", "lang_accept": ["fi", "en"], "understood": understood(lang="en")}
    assert shares(record)["language"] == 1


def test_windows_are_compared_by_day_whatever_their_grouping() -> None:
    labelled = [{"days": ["mon", "tue"], "from": "16:00", "to": "22:00"}]
    read = [{"days": [day], "from": "16:00", "to": "22:00"} for day in ("tue", "mon")]
    assert shares({"windows": labelled, "understood": understood(windows=read)})["contact windows"] == 1
    assert shares({"windows": [], "understood": understood(windows=None)})["contact windows"] == 0


def test_a_place_found_where_there_is_none_is_counted_apart() -> None:
    found = shares(
        {"municipality": "Salo", "understood": understood(municipality="Salo")},
        {"municipality": None, "understood": understood(municipality="Salo")},
    )
    assert found["municipality: right"] == 1
    assert found["municipality: found where there is none"] == 1
    assert found["municipality: accuracy, place or none"] == 0.5


def test_misses_are_kept_for_reading() -> None:
    right = {"crisis": False, "needs": ["debt"], "understood": understood(needs=["debt"])}
    missed = {"crisis": True, "needs": ["crisis"], "understood": understood(needs=["debt"])}
    assert wrong([right, missed]) == [missed]


def test_a_bad_line_stops_the_evaluation_and_says_where(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps({"text": "moi"}) + '\n{"txt": "moi"}\n')
    with pytest.raises(BadLine, match="line 2"):
        score(file, lambda text: understood())
