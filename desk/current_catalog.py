"""The compiled catalogue as whoever answers people reads it: always the newest one, and none when there is none."""

from __future__ import annotations

from pathlib import Path

from service_catalog.catalog import Catalog, CatalogMissing


class CurrentCatalog:
    """The catalogue in the file at `path`: opened anew when the file was replaced, None while there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._catalog: Catalog | None = None

    def __call__(self) -> Catalog | None:
        """Returns the catalogue."""
        try:
            self._catalog = self._catalog.latest() if self._catalog else Catalog.open(self._path)
        except CatalogMissing:
            return None
        return self._catalog
