"""The real world of the dialogue: the compiled catalogue on disk, the places, and the clock."""

from __future__ import annotations

import os
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from service_catalog.places import Places

from actions.dialogue import World
from service_catalog.catalog import Catalog

HELSINKI = ZoneInfo("Europe/Helsinki")
CATALOG_FILE = "SAATTAJA_CATALOG"
"""Environment variable with the path of the compiled catalogue."""


def world() -> World:
    """The world as it is now: a catalogue that was replaced on disk is opened anew."""
    path = os.environ.get(CATALOG_FILE, "build/catalog.sqlite")
    return _world(path, os.stat(path).st_mtime_ns)


@lru_cache(maxsize=1)
def _world(path: str, changed: int) -> World:
    return World(Catalog.open(path), Places.load(), lambda: datetime.now(HELSINKI))
