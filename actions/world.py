"""What the dialogue leans on: the compiled catalogue, the places, the clock, and the database of what people told."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from people.database import DEFAULT_URL, Database, DatabaseUnavailable
from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places

CATALOG_FILE = "SAATTAJA_CATALOG"
"""Environment variable with the path of the compiled catalogue."""
DATABASE = "SAATTAJA_DATABASE"
"""Environment variable with the URL of the database of what people told."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class World:
    """The compiled catalogue, the places, a clock with a time zone, and the database of what people told.

    Without a database nothing is kept, and people are told so.
    """

    catalog: Catalog
    places: Places
    now: Callable[[], datetime]
    database: Database | None = None
    random: Random = field(default_factory=Random)
    """What pictures are drawn by lot with."""

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
        _current = World(catalog, Places.load(), lambda: datetime.now(LOCAL_ZONE), _database())
    latest = _current.catalog.latest()
    if latest is not _current.catalog:
        _current = replace(_current, catalog=latest)
    return _current


def _database() -> Database | None:
    """The database with its newest tables; as it is where they can't be made now, None where its URL is none."""
    try:
        database = Database(os.environ.get(DATABASE, DEFAULT_URL))
    except DatabaseUnavailable as error:
        logger.error("Nothing that people tell is kept: %s", error)
        return None
    try:
        database.upgrade()
    except DatabaseUnavailable as error:
        logger.error("What people tell may not be kept: %s", error)
    return database
