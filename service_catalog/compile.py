"""Compile the catalogue: checked YAML in, one read-only SQLite file out.

The file is built beside its place and moved there in one step, so a reader sees the old catalogue or the new
one, never a half; YAML that doesn't pass leaves the old file as it was. ``python -m service_catalog.compile
TARGET``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from service_catalog import snapshot
from service_catalog.check import municipality_names
from service_catalog.fields import LOCAL_ZONE
from service_catalog.lemmas import analyse, words
from service_catalog.schema import COUNTRY, OTHER_LANGUAGES, Service, Translated
from service_catalog.stems import STOP_WORDS, stems_of
from service_catalog.yaml_source import DATA, CatalogError, Source, read_catalogue, source_files

BATCH = 1000
# The later a need stands in a service's list, the later the service comes for that need: points of quality.
POINTS_PER_POSITION = 20

# service_need is the index that searches walk: for one need and one area (a municipality, or the whole country),
# the services in the order of their standing quality. Without a rowid the table is the index itself.
TABLES = """
CREATE TABLE services (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL);
CREATE TABLE areas (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE service_need (
    need TEXT, area INTEGER, rank INTEGER, service INTEGER, PRIMARY KEY (need, area, rank, service)
) WITHOUT ROWID;
CREATE TABLE locations (service INTEGER, id TEXT, city TEXT, latitude REAL, longitude REAL);
CREATE VIRTUAL TABLE service_text USING fts5(
    name, body, area, content='', tokenize="unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(service_text, 'row');
CREATE TABLE word_frequency (word TEXT PRIMARY KEY, services INTEGER NOT NULL) WITHOUT ROWID;
"""


def area_word(area: int) -> str:
    """Return the word that stands for an area in the full-text index."""
    return f"area{area}"


def stem_word(stem: str, language: str) -> str:
    """Return the word that stands for a stem of a language in the full-text index: of no other language's words."""
    return f"{language}0{stem}"


def static_quality(service: Service) -> int:
    """Return how good a service is before anything is known of the person: 0 to 100 points.

    What helps anybody counts: sure and dated facts, no cost, no name, no leaving home, known hours, a clear
    next step.
    """
    return sum(
        points
        for points, holds in (
            (20, service.confidence == "high"),
            (15, service.verified_on is not None),
            (15, any(channel.cost == "free" for channel in service.channels)),
            (15, service.anonymous is True),
            (15, any(channel.type in ("chat", "sms") for channel in service.channels)),
            (10, any(channel.always_open or channel.schedules for channel in service.channels)),
            (5, service.what_happens is not None),
            (5, len(service.languages) > 1),
        )
        if holds
    )


def service_areas(service: Service) -> list[str]:
    """Return the areas in which a search finds the service: the country, municipalities served, towns of its
    places.
    """
    areas = dict.fromkeys(service.municipalities)
    areas |= dict.fromkeys(location.city for location in service.locations)
    if service.national and (service.remote or not areas):
        areas[COUNTRY] = None
    return list(areas)


def index_words(text: str) -> Iterator[str]:
    """Yield what a text is found by: each word's lemmas, the parts of compounds, and the word itself."""
    for word in words(text):
        analysis = analyse(word.text)
        yield from dict.fromkeys((*analysis.lemmas, *analysis.parts, word.text.lower()))


def translated_words(text: str, language: str, *, written: bool = False) -> Iterator[str]:
    """Yield what a Swedish or English text is found by: its stems, and with `written` the words as they are written.

    Finnish analysis stays away from it, because it would take `hem` or `on` for Finnish words.
    """
    for stem in stems_of(text, language):
        yield stem_word(stem, language)
    if written:
        yield from (word.text.lower() for word in words(text) if word.text.casefold() not in STOP_WORDS[language])


def _texts(service: Service, organization: str) -> tuple[str, str]:
    """Return the names and the rest of what is searched, as words for the index."""
    names = [service.name, service.alternate_name]
    body = [
        service.summary,
        service.first_step,
        service.what_happens,
        service.eligibility.description,
        organization,
    ]
    body += service.staff.pin_for_words
    body += [location.name for location in service.locations]
    body += [session.name for session in service.sessions]
    name_words = [word for text in names if text for word in index_words(text)]
    body_words = [word for text in body if text for word in index_words(text)]
    for language in OTHER_LANGUAGES:
        name_words += translated_words(service.translated("name", language) or "", language, written=True)
        for part, field in _running_texts(service):
            body_words += translated_words(part.translated(field, language) or "", language)
    return " ".join(name_words), " ".join(body_words)


def _running_texts(service: Service) -> Iterator[tuple[Translated, str]]:
    """Yield what has texts that are searched besides its name, and the fields that they are in."""
    yield from ((service, field) for field in ("summary", "first_step", "what_happens"))
    yield service.eligibility, "description"
    yield from ((channel, "label") for channel in service.channels)
    yield from ((part, "name") for part in (*service.locations, *service.sessions))


def write(file: Path, source: Source, services: Iterable[Service], content_hash: str = "") -> int:
    """Write a catalogue file of the source with these services (best first); return how many there are.

    ``services`` may be a generator: they are written in batches and never held all at once.
    """
    connection = sqlite3.connect(file)
    # Nobody reads the file before it is whole, so it needs no journal; it is synced once at the end.
    connection.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    connection.executescript(TABLES)
    database = Database(connection)
    for name, models in {
        "organizations": source.organizations,
        "needs": source.needs,
        "need_areas": source.areas,
        "terms": source.terms,
    }.items():
        database.table(name).insert_all(
            (
                {"position": position, "id": getattr(model, "id", None), "json": snapshot.dump(model)}
                for position, model in enumerate(models)
            ),
            columns={"position": int, "id": str, "json": str},
            pk="position",
        ) if models else database.table(name).create({"position": int, "id": str, "json": str}, pk="position")
    database.table("crisis").create({"kind": str, "position": int, "service": str}, pk=("kind", "position"))
    database.table("crisis").insert_all(
        {"kind": kind, "position": position, "service": service}
        for kind, crisis_services in source.crisis.items()
        for position, service in enumerate(crisis_services)
    )
    organization_names = {organization.id: organization.name for organization in source.organizations}
    areas: dict[str, int] = {COUNTRY: 0}
    remaining = iter(services)
    count = 0
    while batch := list(islice(remaining, BATCH)):
        _write_services(connection, batch, count + 1, areas, organization_names)
        count += len(batch)
    connection.executemany("INSERT INTO areas VALUES (?, ?)", [(number, name) for name, number in areas.items()])
    connection.execute("INSERT INTO service_text (service_text) VALUES ('optimize')")
    connection.execute("INSERT INTO word_frequency SELECT term, doc FROM vocabulary")
    database.table("info").create({"key": str, "value": str}, pk="key")
    database.table("info").insert_all(
        [{"key": "content_hash", "value": content_hash}, {"key": "services", "value": str(count)}]
    )
    connection.commit()
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    return count


def _write_services(
    connection: sqlite3.Connection,
    services: list[Service],
    first: int,
    areas: dict[str, int],
    organizations: dict[str, str],
) -> None:
    """Insert one batch, numbered from ``first``. A hidden service is found by its id and by nothing else."""
    rows, need_rows, location_rows, text_rows = [], [], [], []
    for number, service in enumerate(services, first):
        rows.append((number, service.id, snapshot.dump(service)))
        if service.staff.hide:
            continue
        numbers = [areas.setdefault(name, len(areas)) for name in service_areas(service)]
        quality = static_quality(service)
        for position, need in enumerate(service.needs):
            rank = 100 - quality + POINTS_PER_POSITION * position
            need_rows += [(need, area, rank, number) for area in numbers]
        location_rows += [
            (number, location.id, location.city, location.latitude, location.longitude)
            for location in service.locations
        ]
        names, body = _texts(service, organizations.get(service.organization, ""))
        text_rows.append((number, names, body, " ".join(map(area_word, numbers))))
    connection.executemany("INSERT INTO services VALUES (?, ?, ?)", rows)
    connection.executemany("INSERT INTO service_need VALUES (?, ?, ?, ?)", need_rows)
    connection.executemany("INSERT INTO locations VALUES (?, ?, ?, ?, ?)", location_rows)
    connection.executemany("INSERT INTO service_text (rowid, name, body, area) VALUES (?, ?, ?, ?)", text_rows)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a fresh file name beside ``target``; when all went well, move what was written there to
    ``target``.

    One process at a time; leftovers of one that was killed are cleared. On an error ``target`` stays as it
    was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}-new")
    with target.with_name(f"{target.name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        new.unlink(missing_ok=True)
        try:
            yield new
            with new.open("rb") as written:
                os.fsync(written.fileno())
            os.replace(new, target)
        finally:
            new.unlink(missing_ok=True)


def input_hash(data: Path = DATA) -> str:
    """Return a hash of all that the compiled file depends on: the data, and the code that reads and writes
    it.
    """
    digest = hashlib.sha256()
    code = sorted(Path(__file__).parent.glob("*.py"))
    for path in [*source_files(data), data / "municipalities.csv", *code]:
        content = path.read_bytes() if path.is_file() else b"missing"
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def compiled_hash(target: Path) -> str | None:
    """Return the hash of what a compiled file was made of, or None when there is no whole file."""
    if not target.is_file():
        return None
    connection = sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        found = connection.execute("SELECT value FROM info WHERE key = 'content_hash'").fetchone()
        return str(found[0]) if found else None
    except sqlite3.DatabaseError:
        return None
    finally:
        connection.close()


def compile_catalogue(target: Path, data: Path = DATA, today: date | None = None) -> int:
    """Compile the YAML under ``data`` into ``target``; return the number of services.

    Raises :class:`CatalogError` with every problem of the YAML; ``target`` is then as it was.
    """
    content_hash = input_hash(data)
    municipalities = municipality_names(data / "municipalities.csv")
    source = read_catalogue(source_files(data), municipalities, today or datetime.now(LOCAL_ZONE).date())
    services = sorted(source.services, key=lambda service: (-static_quality(service), service.id))
    with replacing(target) as new:
        return write(new, source, services, content_hash)


def compile_if_changed(target: Path, data: Path = DATA, today: date | None = None) -> bool:
    """Compile when the data or the code changed since ``target`` was made; return whether it did.

    Raises :class:`CatalogError` as :func:`compile_catalogue` does.
    """
    if compiled_hash(target) == input_hash(data):
        return False
    compile_catalogue(target, data, today)
    return True


def main(arguments: list[str]) -> int:
    """Compile into the file named; print what was done or all that is wrong; return the exit status."""
    if len(arguments) != 1:
        print("Name the file to write: python -m service_catalog.compile build/catalog.db", file=sys.stderr)
        return 2
    try:
        changed = compile_if_changed(Path(arguments[0]))
    except CatalogError as error:
        print(f"{error}\n{len(error.problems)} korjattavaa. Entinen luettelo jäi käyttöön.", file=sys.stderr)
        return 1
    print("Luettelo on koottu." if changed else "Luettelo on ajan tasalla.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
