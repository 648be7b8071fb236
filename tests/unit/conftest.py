"""Shared by the unit tests: the real seed catalogue, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_catalog.catalog import Catalog
from service_catalog.compile import compile_catalogue


@pytest.fixture(scope="session")
def seed_catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The 117 services of service_catalog/data as the bot reads them."""
    path: Path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    compile_catalogue(path)
    return Catalog.open(path)
