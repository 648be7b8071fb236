"""Why something that was to be sent wasn't; the sentences for people are in reasons.yml."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from translations import translate


class Reason(str, Enum):
    """Kept with whatever isn't sent: nothing is lost without one of these."""

    NOT_ALLOWED = "not_allowed"
    TOPIC_OFF = "topic_off"
    PAUSED = "paused"
    NEVER = "never"  # no window in any week
    OUTSIDE_WINDOWS = "outside_windows"
    TOO_MANY_TODAY = "too_many_today"
    TOO_LATE = "too_late"
    ALREADY_KNOWN = "already_known"  # the person agreed to come after it would have been due
    SESSION_MOVED = "session_moved"
    SESSION_CANCELLED = "session_cancelled"
    LEFT = "left"  # the person isn't coming any more
    ASKED_ANOTHER = "asked_another"  # a service that the person used later is asked about instead
    LINKED = "linked"  # two who were reminded of the same are one person now
    UNREACHABLE = "unreachable"  # no channel that takes it
    GAVE_UP = "gave_up"  # every try failed

    def sentence(self, language: str | None = None) -> str:
        """Returns it as it is told to people, in Finnish where there is no text in the language."""
        return translate(_sentences()[self.value], language)


@cache
def _sentences() -> Mapping[str, str]:
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    table: Mapping[str, str] = YAML(typ="safe").load(text)
    return table
