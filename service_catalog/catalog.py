"""The compiled catalogue, open for reading: services, needs, the glossary and crisis contacts."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from service_catalog import snapshot
from service_catalog.schema import Area, Model, Need, Organization, Service, Term

SERVICES_IN_MEMORY = 5_000  # a built service takes some 6 kB
M = TypeVar("M", bound=Model)


class CatalogMissing(RuntimeError):
    """There is no compiled catalogue at the path; the message says how to make one."""


class Catalog:
    """A compiled catalogue. Read-only; may be used from many threads at once.

    The file that was opened stays in use even after a newer one took its place; :meth:`latest` gives the
    newer one.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, version: tuple[int, ...]) -> None:
        self.path = path
        self._connection = connection
        self._version = version
        self._lock = threading.Lock()
        self._services: OrderedDict[int, Service] = OrderedDict()

    @classmethod
    def open(cls, path: Path | str) -> Catalog:
        """Return the catalogue in the file.

        Raises :class:`CatalogMissing` when it is not there or not whole.
        """
        path = Path(path)
        try:
            version = _version(path)
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            connection.execute("SELECT value FROM info").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise CatalogMissing(
                f"There is no compiled catalogue at {path} ({error}). "
                f"Make it with: python -m service_catalog.compile {path}"
            ) from error
        connection.execute("PRAGMA mmap_size = 1073741824")
        return cls(path, connection, version)

    def latest(self) -> Catalog:
        """Return this catalogue, or a newly opened one when its file was replaced since."""
        try:
            return self if _version(self.path) == self._version else Catalog.open(self.path)
        except (OSError, CatalogMissing):
            return self  # the old one still serves

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query over the compiled tables (see compile.TABLES)."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(self.rows("SELECT count(*) FROM services")[0][0])

    def service(self, service_id: str) -> Service | None:
        """Return the service of that id, hidden ones too; None when there is none."""
        if not isinstance(service_id, str) or not service_id.isascii():
            return None
        found = self.rows("SELECT number FROM services WHERE id = ?", (service_id,))
        return self.numbered([found[0][0]])[0] if found else None

    def services(self) -> Iterator[Service]:
        """Yield every service that isn't hidden, best standing quality first."""
        for number in range(1, len(self) + 1):
            for service in self.numbered([number]):
                if not service.staff.hide:
                    yield service

    def numbered(self, numbers: Iterable[int]) -> list[Service]:
        """Return the services of these numbers (``services.number``), in the order given."""
        wanted = list(numbers)
        with self._lock:
            known = self._services
            missing = [number for number in wanted if number not in known]
            if missing:
                marks = ",".join("?" * len(missing))
                found = self._connection.execute(
                    f"SELECT number, json FROM services WHERE number IN ({marks})", missing
                ).fetchall()
                for number, text in found:
                    known[number] = snapshot.load(Service, text)
            services = []
            for number in wanted:
                if number in known:
                    known.move_to_end(number)
                    services.append(known[number])
            while len(known) > SERVICES_IN_MEMORY:
                known.popitem(last=False)
        return services

    def organization(self, organization_id: str) -> Organization | None:
        """Return the organization of that id, or None."""
        return self.organizations.get(organization_id)

    @cached_property
    def organizations(self) -> dict[str, Organization]:
        """Organizations by id."""
        return {model.id: model for model in self._models("organizations", Organization)}

    @cached_property
    def needs(self) -> dict[str, Need]:
        """The taxonomy: needs by id, in the order of needs.yml."""
        return {model.id: model for model in self._models("needs", Need)}

    def need(self, need_id: str) -> Need | None:
        """Return the need of that id, or None."""
        return self.needs.get(need_id)

    def need_names(self, language: str | None = None) -> dict[str, str]:
        """Names of the needs by id in a language, in Finnish where there is no other."""
        return {need.id: need.name.of(language) for need in self.needs.values()}

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The choices of the guided start, in order."""
        return tuple(self._models("need_areas", Area))

    @cached_property
    def glossary(self) -> tuple[Term, ...]:
        """Hard words in plain language."""
        return tuple(self._models("terms", Term))

    def explain(self, *words: str) -> Term | None:
        """Return the glossary's term for the first of the words (any case, lemmas too, sv and en) that it knows."""
        return next((self._terms[word.lower()] for word in words if word.lower() in self._terms), None)

    @cached_property
    def _terms(self) -> dict[str, Term]:
        by_word: dict[str, Term] = {}
        for term in self.glossary:
            by_word[term.term.lower()] = term
        for term in self.glossary:
            for word in (*term.lemmas, *term.also, *term.words.sv, *term.words.en):
                by_word.setdefault(word, term)
        return by_word

    @cached_property
    def crisis(self) -> dict[str, tuple[str, ...]]:
        """Ids of the services for each kind of crisis, in the order they are shown."""
        by_kind: dict[str, list[str]] = {}
        for kind, service in self.rows("SELECT kind, service FROM crisis ORDER BY kind, position"):
            by_kind.setdefault(kind, []).append(service)
        return {kind: tuple(services) for kind, services in by_kind.items()}

    def crisis_services(self, kind: str | None) -> list[Service]:
        """Return the services for a kind of crisis in the order they are shown; those for suicide when it is
        unknown.
        """
        ids = self.crisis.get(kind or "") or self.crisis.get("suicide", ())
        return [service for service in map(self.service, ids) if service is not None]

    @cached_property
    def area_numbers(self) -> dict[str, int]:
        """Numbers by which the index calls ``country`` and each municipality that has services."""
        return dict(self.rows("SELECT name, number FROM areas"))

    def _models(self, table: str, model: type[M]) -> list[M]:
        return [snapshot.load(model, text) for (text,) in self.rows(f"SELECT json FROM {table} ORDER BY position")]


def _version(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
