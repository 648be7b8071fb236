"""When a person may be contacted, read from how they say it."""

import json
from pathlib import Path

import pytest

from reminders.contact_windows import Window, not_before_from_text, to_json, windows_from_text
from reminders.contact_words import WEEK, WEEKDAYS, WEEKEND

EXAMPLES = Path(__file__).parent / "examples" / "contact_windows.tsv"
TRAINING = Path(__file__).parents[3] / "shared" / "training"
DAYS = {"daily": WEEK, "weekdays": WEEKDAYS, "weekend": WEEKEND}


def expected(text: str) -> list[Window] | None:
    """The windows of the table's notation: "weekdays 17:00-22:00 | sat 09:00-12:00"."""
    if text in ("none", "never"):
        return None if text == "none" else []
    windows = []
    for window in text.split(" | "):
        days, times = window.split(" ")
        start, end = (int(time[:2]) * 60 + int(time[3:]) for time in times.split("-"))
        windows.append(Window(DAYS.get(days) or tuple(days.split(",")), start, end))
    return sorted(windows)


def table(name: str) -> list[tuple[str, str, str]]:
    rows = [line.split("\t") for line in EXAMPLES.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(language, message, windows) for part, language, message, windows in rows if part == name]


def read(message: str, language: str) -> list[Window] | None:
    windows = windows_from_text(message, language)
    return None if windows is None else sorted(windows)


@pytest.mark.parametrize("language, message, windows", table("example"))
def test_reads_when_contact_is_allowed(language: str, message: str, windows: str) -> None:
    assert read(message, language) == expected(windows)


def test_reads_messages_that_the_tables_were_not_made_for() -> None:
    messages = table("held_out")
    right = sum(read(message, language) == expected(windows) for language, message, windows in messages)
    assert right / len(messages) >= 0.95


@pytest.mark.parametrize(
    "name, least_right",
    [
        ("windows_measured_first.tsv", 0.98),
        ("windows_measured_last.tsv", 0.98),
        ("windows_measured_again.tsv", 0.95),
        ("windows_measured_third.tsv", 0.90),
        ("windows_fresh_first.tsv", 0.95),
        ("windows_fresh_second.tsv", 0.95),
        ("windows_fresh_third.tsv", 0.95),
    ],
)
def test_reads_messages_of_strangers(name: str, least_right: float) -> None:
    """Sets whose heads say how they were made; docs/understanding.md has what was reached."""
    lines = (EXAMPLES.parent / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    right = sum(read(message, language) == expected(windows) for language, message, windows in rows)
    assert right / len(rows) >= least_right


@pytest.mark.parametrize("message", ["ei sovi mulle", "iltaa", "ma oon ihan loppu", "ei kelpaa mikään"])
def test_an_answer_to_something_else_is_no_answer_about_contact(message: str) -> None:
    assert windows_from_text(message) is None


@pytest.mark.parametrize(
    "message",
    [
        "en haluu soittaa",
        "jos en maksa perjantaina ni ne soittaa",
        "se sano et soita maanantaina uudestaan",
        "vois puhua jollekin illalla, mistä sais apua",
        "saako asemalla olla yön",
        "moikka. en nää aamuu",
    ],
)
def test_what_others_do_and_what_one_asks_is_no_wish(message: str) -> None:
    assert windows_from_text(message) is None


def test_a_wish_beside_a_need_is_read_alone() -> None:
    message = "Rahat loppu ja vuokra maksamatta. Laittakaa viestiä ma ja ti viiden jälkeen, asun yksin."
    assert windows_from_text(message) == [Window(("mon", "tue"), 17 * 60, 22 * 60)]


def test_a_request_for_contact_times_lets_unknown_words_in() -> None:
    message = "sillon ku mutsi on himassa, eli arkisin kuuden jälkeen"
    assert windows_from_text(message, asked=True) == [Window(WEEKDAYS, 18 * 60, 22 * 60)]


def test_the_shape_of_the_contract() -> None:
    assert to_json([Window(("mon",), 16 * 60, 22 * 60)]) == [{"days": ["mon"], "from": "16:00", "to": "22:00"}]
    assert to_json([Window(("mon",), 0, 24 * 60)]) == [{"days": ["mon"], "from": "00:00", "to": "24:00"}]
    assert to_json([]) == []
    assert to_json(None) is None


@pytest.mark.parametrize(
    "message, when",
    [
        ("laita vasta huomenna illalla", "tomorrow"),
        ("alkaen ensi viikosta arkisin", "next_week"),
        ("iltasin", None),
    ],
)
def test_a_start_may_be_put_off(message: str, when: str | None) -> None:
    assert not_before_from_text(message) == when


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "🙂" * 40, "a" * 100_000, "klo 99:99", "-,-,-", "ma-"])
def test_any_text_is_harmless(text: str) -> None:
    for language in ("fi", "sv", "en", "xx"):
        windows_from_text(text, language)


@pytest.mark.skipif(not TRAINING.is_dir(), reason="the shared training messages are not here")
def test_ordinary_messages_say_nothing_of_contact_times() -> None:
    messages = [json.loads(line) for file in sorted(TRAINING.glob("*.jsonl")) for line in file.open()][::4]
    read_as_windows = [m for m in messages if windows_from_text(m["text"], m.get("lang", "fi")) is not None]
    assert len(read_as_windows) <= len(messages) * 0.001
