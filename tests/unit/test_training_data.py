"""The training messages are well-formed, consistent, and kept apart from what the bot is measured on."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.nlu.training_report import TRAINING_DATA, Example, blocks, fold, main, near_duplicates, read_examples

ROOT = Path(__file__).parents[2]
FILES = sorted(TRAINING_DATA.rglob("*.yml"))

# The least number of messages in Finnish, Swedish and English that an intent is trained on.
LEAST = {
    "affirm": (100, 20, 20),
    "ask_human": (100, 20, 20),
    "ask_identity": (150, 20, 20),
    "ask_more": (100, 20, 20),
    "ask_profile": (70, 20, 20),
    "ask_wider": (100, 15, 20),
    "call_words": (100, 20, 20),
    "chitchat": (200, 20, 20),
    "contact_times": (100, 20, 20),
    "crisis": (1000, 80, 80),
    "deny": (100, 20, 20),
    "draft_message": (100, 20, 20),
    "explain_word": (100, 20, 20),
    "export_data": (70, 20, 20),
    "forget_me": (70, 20, 20),
    "give_feedback": (70, 20, 20),
    "goodbye": (100, 20, 20),
    "greet": (100, 20, 20),
    "guided_start": (100, 20, 20),
    "inform_age": (100, 20, 20),
    "inform_channel": (100, 20, 20),
    "inform_place": (200, 20, 20),
    "insult": (100, 20, 20),
    "my_sessions": (70, 20, 20),
    "not_suitable": (150, 20, 20),
    "out_of_scope": (150, 20, 20),
    "pause_reminders": (70, 20, 20),
    "remind_me": (70, 20, 20),
    "reminder_cancel": (70, 20, 20),
    "reminder_done": (70, 20, 20),
    "reminder_later": (70, 20, 20),
    "reminder_move": (70, 20, 20),
    "resume_reminders": (70, 20, 20),
    "seek_help": (8000, 300, 300),
    "set_language": (30, 20, 20),
    "start_over": (100, 20, 20),
    "stop_reminders": (70, 20, 20),
    "thank": (100, 20, 20),
    "topic_off": (70, 20, 20),
}
REGISTERS = {"puhekieli", "kirjakieli", "slang", "dialect", "typo"}


@lru_cache(maxsize=1)
def examples() -> list[Example]:
    return read_examples()


@lru_cache(maxsize=1)
def known_needs() -> set[str]:
    needs = YAML(typ="safe").load(ROOT / "service_catalog" / "data" / "needs.yml")["needs"]
    return {need["id"] for need in needs}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TRAINING_DATA)))
def test_every_block_is_in_rasas_format_with_known_labels(file: Path) -> None:
    assert str(YAML(typ="safe").load(file)["version"]) == "3.1"
    for block in blocks(file):
        metadata = block["metadata"]
        assert block["intent"] in LEAST
        assert set(metadata["needs"]) <= known_needs()
        assert metadata["language"] in {"fi", "sv", "en"}
        assert metadata["register"] in REGISTERS
        assert block["examples"].strip()


def test_only_those_who_seek_help_have_needs() -> None:
    wrong = [e for e in examples() if bool(e.needs) != (e.intent in {"seek_help", "crisis"})]
    assert not wrong


def test_crisis_is_the_first_need_exactly_of_the_crisis_intent() -> None:
    wrong = [e for e in examples() if (e.needs[:1] == ("crisis",)) != (e.intent == "crisis")]
    assert not wrong


def test_no_message_has_two_intents() -> None:
    intents = defaultdict(set)
    for example in examples():
        intents[fold(example.text)].add(example.intent)
    assert not {text: found for text, found in intents.items() if len(found) > 1}


def test_no_message_is_one_the_bot_is_measured_on() -> None:
    files = sorted((ROOT / "tests" / "eval").glob("*.jsonl"))
    assert files
    measured = {fold(json.loads(line)["text"]) for file in files for line in file.open(encoding="utf-8")}
    assert not [e.file for e in examples() if fold(e.text) in measured]


def test_no_message_carries_entity_marks_that_rasa_would_read() -> None:
    assert not [e for e in examples() if "](" in e.text or "]{" in e.text]


@pytest.mark.parametrize("intent", sorted(LEAST))
def test_every_intent_has_enough_messages_in_each_language(intent: str) -> None:
    languages = Counter(example.language for example in examples() if example.intent == intent)
    fi, sv, en = LEAST[intent]
    assert languages["fi"] >= fi
    assert languages["sv"] >= sv
    assert languages["en"] >= en


def test_every_need_has_enough_messages() -> None:
    needs = Counter(need for example in examples() for need in example.needs)
    assert set(needs) == known_needs()
    assert min(needs.values()) >= 200


def example(text: str, intent: str) -> Example:
    return Example(text, intent, (), "fi", "greet.yml")


def test_messages_are_nearly_the_same_whatever_their_capitals_and_full_stops() -> None:
    told = [example("Näytä lisää.", "ask_more"), example("näytä lisää", "ask_more"), example("moi", "greet")]
    ((likeness, one, other),) = near_duplicates(told, least=0.9)
    assert likeness == pytest.approx(1)
    assert {one.text, other.text} == {"Näytä lisää.", "näytä lisää"}


def test_one_message_is_not_compared_with_itself() -> None:
    assert near_duplicates([example("moi", "greet")]) == []


def test_a_line_that_is_no_example_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "greet.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    moi\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"greet\.yml.*'moi'"):
        read_examples(tmp_path)


def test_the_report_shows_messages_of_different_intents_that_are_alike(tmp_path: Path) -> None:
    (tmp_path / "data.yml").write_text(
        "nlu:\n"
        "- intent: greet\n  examples: |\n    - moikka\n    - hei sinne\n"
        "- intent: goodbye\n  examples: |\n    - Moikka!\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, [str(tmp_path)])
    assert result.exit_code == 0
    assert "1 pairs of nearly the same text with different labels" in result.output
    assert "0 pairs of nearly the same text with the same labels" in result.output
