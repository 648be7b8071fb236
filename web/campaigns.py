"""Counts how often the page was opened through a campaign's link: a tag and a number, nothing of a person."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from prometheus_client import Counter

from people.campaigns import OTHER

logger = logging.getLogger(__name__)

MOST_LABELS = 200  # distinct tags that one process has as labels; whoever invents more can't fill its memory

OPENED = Counter("saattaja_campaign_opened", "Openings of the chat page through a link with this tag.", ["campaign"])

Keep = Callable[[str], Awaitable[None]]


class Campaigns:
    """Counts openings by tag: as a metric, and by `keep`, when given, for longer than this process lives."""

    def __init__(self, keep: Keep | None = None, most_labels: int = MOST_LABELS) -> None:
        self._keep = keep
        self._most_labels = most_labels
        self._labels: set[str] = set()

    async def opened(self, tag: str) -> None:
        """Counts one opening. Never raises: a count that is lost must not cost anybody the page."""
        OPENED.labels(self._label(tag)).inc()
        if self._keep:
            try:
                await self._keep(tag)
            except Exception as error:
                logger.warning("An opening through a campaign's link was not counted (%s).", type(error).__name__)

    def _label(self, tag: str) -> str:
        if tag not in self._labels and len(self._labels) >= self._most_labels:
            return OTHER
        self._labels.add(tag)
        return tag
