"""Counts how often the page was opened through a campaign's link: a tag and a number, nothing of a person."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Counter

MOST_TAGS = 200  # distinct tags counted by one process; whoever invents more can't fill a store
OTHER = "other"

OPENED = Counter("saattaja_campaign_opened", "Openings of the chat page through a link with this tag.", ["campaign"])


class Campaigns:
    """Counts openings by tag. `store`, when given, keeps the count of the day for longer than this process lives."""

    def __init__(self, store: Callable[[str], None] | None = None, most_tags: int = MOST_TAGS) -> None:
        self._store = store
        self._most_tags = most_tags
        self._tags: set[str] = set()

    def opened(self, tag: str | None) -> None:
        """Counts one opening; None is no campaign and isn't counted. Tags beyond the bound count as `other`."""
        if tag is None:
            return
        if tag not in self._tags and len(self._tags) >= self._most_tags:
            tag = OTHER
        else:
            self._tags.add(tag)
        OPENED.labels(tag).inc()
        if self._store:
            self._store(tag)
