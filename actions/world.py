"""What the dialogue leans on: the compiled catalogue, the places, and the clock; and the real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places

CATALOG_FILE = "SAATTAJA_CATALOG"
"""Environment variable with the path of the compiled catalogue."""


@dataclass(frozen=True)
class World:
    """The compiled catalogue, the places, and a clock with a time zone."""

    catalog: Catalog
    places: Places
    now: Callable[[], datetime]

    @property
    def need_names(self) -> dict[str, str]:
        """Finnish names of the needs by id."""
        return {need.id: need.name.fi for need in self.catalog.needs.values()}


_current: World | None = None


def world() -> World:
    """The world as it is now: a catalogue that was replaced on disk is opened anew.

    Raises CatalogMissing when none was compiled.
    """
    global _current
    if _current is None:
        catalog = Catalog.open(os.environ.get(CATALOG_FILE, "build/catalog.db"))
        _current = World(catalog, Places.load(), lambda: datetime.now(LOCAL_ZONE))
    latest = _current.catalog.latest()
    if latest is not _current.catalog:
        _current = replace(_current, catalog=latest)
    return _current
