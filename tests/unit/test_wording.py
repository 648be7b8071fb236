"""Times as they are said to people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reminders import wording
from reminders.windows import DAYS, AnyWindow

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=HELSINKI)  # a Tuesday
WEEK, WEEKEND = DAYS[:5], DAYS[5:]


@pytest.mark.parametrize(
    ("at", "language", "said"),
    [
        (datetime(2026, 11, 24, 16), "fi", "tänään klo 16"),
        (datetime(2026, 11, 24, 16, 30), "fi", "tänään klo 16.30"),
        (datetime(2026, 11, 25, 9), "fi", "huomenna klo 9"),
        (datetime(2026, 11, 26, 18), "fi", "torstaina 26.11. klo 18"),
        (datetime(2026, 11, 24, 16), "sv", "i dag kl. 16"),
        (datetime(2026, 11, 26, 18), "sv", "på torsdag 26.11 kl. 18"),
        (datetime(2026, 11, 25, 9), "en", "tomorrow at 9:00"),
        (datetime(2026, 11, 24, 16), "so", "tänään klo 16"),
        (datetime(2026, 11, 24, 16), None, "tänään klo 16"),
    ],
)
def test_a_moment_is_said_as_people_do(at: datetime, language: str | None, said: str) -> None:
    assert wording.moment(at.replace(tzinfo=HELSINKI), NOW, language) == said


def test_the_clock_is_that_of_the_persons_wall() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=HELSINKI)
    assert wording.moment(late, NOW, "fi", "Europe/Stockholm") == "tänään klo 22.30"
    assert wording.moment(late, NOW, "fi", "Asia/Tokyo") == "huomenna klo 6.30"


@pytest.mark.parametrize(
    ("windows", "language", "said"),
    [
        (None, "fi", "joka päivä klo 10–20"),
        ((), "fi", "ei koskaan"),
        ([(WEEK, 960, 1200)], "fi", "arkisin klo 16–20"),
        ([(WEEK, 960, 1200), (WEEKEND, 600, 1200)], "fi", "arkisin klo 16–20 ja viikonloppuisin klo 10–20"),
        ([(DAYS, 0, 1440)], "fi", "joka päivä mihin aikaan vain"),
        ([(DAYS, 1320, 1440), (DAYS, 0, 360)], "fi", "joka päivä klo 22–6"),
        ([(("tue",), 1050, 1200)], "fi", "ti klo 17.30–20"),
        ([(("mon", "wed"), 960, 1200)], "fi", "ma ja ke klo 16–20"),
        ([(("mon", "tue", "wed"), 960, 1200)], "fi", "ma–ke klo 16–20"),
        ([(WEEK, 960, 1200)], "sv", "på vardagar kl. 16–20"),
        ([(WEEK, 960, 1200)], "en", "on weekdays 16:00–20:00"),
    ],
)
def test_windows_are_said_as_people_do(windows: list[AnyWindow] | None, language: str, said: str) -> None:
    assert wording.hours(windows, language) == said
