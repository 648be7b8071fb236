"""The real world of the dialogue: the compiled catalogue on disk, the places, and the clock."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from actions.dialogue import World
from service_catalog.catalog import Catalog
from service_catalog.places import Places

HELSINKI = ZoneInfo("Europe/Helsinki")
CATALOG_FILE = "SAATTAJA_CATALOG"
"""Environment variable with the path of the compiled catalogue."""


_current: World | None = None


def world() -> World:
    """The world as it is now: a catalogue that was replaced on disk is opened anew.

    Raises CatalogMissing when none was compiled.
    """
    global _current
    if _current is None:
        catalog = Catalog.open(os.environ.get(CATALOG_FILE, "build/catalog.db"))
        _current = World(catalog, Places.load(), lambda: datetime.now(HELSINKI))
    latest = _current.catalog.latest()
    if latest is not _current.catalog:
        _current = replace(_current, catalog=latest)
    return _current
