"""Read the catalogue's YAML: every scalar as text, every error at once, each with file, line and field.

``read_catalogue(paths, municipalities)`` is the door; it returns a :class:`Source` or raises
:class:`CatalogError` with all problems. Nothing else is raised for anything that a file may contain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from service_catalog.fields import did_you_mean, quoted
from service_catalog.schema import (
    COUNTRY,
    CRISIS_KINDS,
    FILES,
    Area,
    Model,
    Need,
    Organization,
    Service,
    Term,
)

DATA = Path(__file__).parent / "data"
MAXIMUM_BYTES = 10_000_000
MAXIMUM_DEPTH = 30

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct: where it is and, in Finnish, what is wrong and what would be right."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class CatalogError(Exception):
    """The catalogue can't be used; ``problems`` holds everything that has to be corrected."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Document:
    """A YAML file as text: dicts, lists and strings, and the line on which each path begins.

    ``opened`` is False when the file can't be read as YAML: then there is no data, and what is missing from
    it isn't worth a report.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path_, int] = field(default_factory=dict)
    opened: bool = False
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path_) -> int:
        """Return the line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def name(self, path: Path_) -> str:
        """Return the path for people: items are called by their id, or else counted from 1."""
        parts: list[str] = []
        here: Any = self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                here = None
            if isinstance(step, int):
                known = here.get("id", here.get("term")) if isinstance(here, dict) else None
                parts.append(f"[{known if isinstance(known, str) and known else step + 1}]")
            elif step != "__root__":
                parts.append(f".{step}" if parts else step)
        return "".join(parts)

    def problem(self, path: Path_, message: str) -> None:
        """Note a problem at the path."""
        self.problems.append(Problem(self.file, self.line(path), self.name(path), message))


@dataclass(frozen=True)
class Source:
    """The catalogue as its files say, checked."""

    organizations: tuple[Organization, ...]
    services: tuple[Service, ...]
    needs: tuple[Need, ...]
    areas: tuple[Area, ...]
    terms: tuple[Term, ...]
    crisis: dict[str, tuple[str, ...]]


def source_files(data: Path = DATA) -> list[Path]:
    """Return the files of the catalogue that staff edit, in a fixed order."""
    return [data / f"{name}.yml" for name in ("needs", "glossary", "crisis")] + sorted(
        (data / "services").glob("**/*.yml")
    )


def file_kind(path: Path) -> str:
    """Return which model a file has: by its name, and ``services`` for all others."""
    return path.stem if path.stem in FILES else "services"


def load_text(file: str, content: str) -> Document:
    """Parse YAML into text. Problems of syntax and duplicate keys are in the document; nothing is raised."""
    document = Document(file)
    # A stack instead of recursion: what is open, its path, and the key that waits for its value.
    stack: list[tuple[dict[str, Any] | list[Any], Path_]] = []
    keys: list[str | None] = []  # None while a key is awaited
    roots: list[Any] = []

    def place(value: Any, line: int) -> Path_:
        """Put the value into what is open; return its path."""
        if not stack:
            roots.append(value)
            return ()
        container, path = stack[-1]
        if isinstance(container, list):
            container.append(value)
            here: Path_ = (*path, len(container) - 1)
            document.lines[here] = line
            return here
        key, keys[-1] = keys[-1] or "", None
        here = (*path, key)
        if key in container:
            document.problem(
                path,
                f'avain "{key}" on kahdesti (rivit {document.lines[here]} ja {line}): poista toinen',
            )
        elif value != "":  # an empty value says no more than a missing line
            container[key] = value
            document.lines[here] = line
        return here

    try:
        # pure: the C parser that ruamel.yaml brings refuses opens_at: 9:00 between braces
        for event in YAML(typ="safe", pure=True).parse(content):
            line = event.start_mark.line + 1
            in_key_position = bool(stack) and isinstance(stack[-1][0], dict) and keys[-1] is None
            if isinstance(event, AliasEvent):
                document.problems.append(
                    Problem(
                        file,
                        line,
                        "",
                        "viittausta (*nimi) ei käytetä: kirjoita arvo auki tai lainausmerkkeihin",
                    )
                )
                return document
            if isinstance(event, DocumentStartEvent) and roots:
                document.problems.append(
                    Problem(file, line, "", "tiedostossa on toinen osa (---): tee siitä oma tiedosto")
                )
                return document
            if isinstance(event, ScalarEvent):
                if in_key_position:
                    key = event.value.strip()
                    keys[-1] = key
                    document.lines.setdefault((*stack[-1][1], key), line)
                else:
                    place(event.value, line)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                if in_key_position or len(stack) >= MAXIMUM_DEPTH:
                    document.problems.append(
                        Problem(
                            file,
                            line,
                            "",
                            "rakenne ei kelpaa: tarkista sisennys, sulut { } [ ] ja kaksoispisteet",
                        )
                    )
                    return document
                opened: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
                stack.append((opened, place(opened, line)))
                keys.append(None)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                stack.pop()
                keys.pop()
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        document.problems.append(Problem(file, line, "", _syntax_message(str(error.problem), content, line)))
        return document
    except (YAMLError, ValueError, AssertionError, IndexError, AttributeError):
        document.problems.append(Problem(file, 1, "", "tiedosto ei ole YAML-tekstiä: tallenna se UTF-8-tekstinä"))
        return document
    root: Any = roots[0] if roots else ""
    if isinstance(root, dict) or root == "":
        document.data = dict(root)
        document.opened = True
    else:
        document.problems.append(Problem(file, 1, "", "tiedoston ylin taso on avaimia, esimerkiksi services:"))
    return document


def _syntax_message(problem: str, content: str, line: int) -> str:
    lines = content.split("\n")
    around = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in around:
        return "rivillä on sarkain (tab): sisennä välilyönneillä"
    if "mapping values are not allowed" in problem:
        return "kaksoispiste keskellä tekstiä, tai väärä sisennys: laita teksti lainausmerkkeihin"
    if "quoted scalar" in problem:
        return "lainausmerkki jäi sulkematta: lisää puuttuva lainausmerkki"
    return "YAML ei aukea tästä kohdasta: tarkista sisennys, lainausmerkit ja kaksoispisteet"


def read_document(path: Path, name: str | None = None) -> Document:
    """Read one file into text; what can't be read is a problem of the document."""
    name = name or path.name
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            return Document(name, problems=[Problem(name, 1, "", "tiedosto on liian suuri: jaa se osiin")])
        content = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Document(name, problems=[Problem(name, 1, "", "tiedosto puuttuu: palauta se")])
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Document(
            name, problems=[Problem(name, line, "", "tiedosto ei ole UTF-8:aa: tallenna se UTF-8-muodossa")]
        )
    except (OSError, ValueError):
        return Document(name, problems=[Problem(name, 1, "", "tiedostoa ei voi lukea: tarkista sen oikeudet")])
    return load_text(name, content)


def parse(document: Document, model: type[Model]) -> Any:
    """Return the model of the document, or None after noting every error in the document's problems."""
    try:
        return model.parse_obj(document.data)
    except ValidationError as error:
        for found in error.errors():
            path = tuple(found["loc"])
            document.problem(path, _message(found, path, model))
    return None


_MESSAGES = {
    "type_error.tuple": "tähän kuuluu luettelo: kirjoita kohdat omille riveilleen: - näin, tai [a, b]",
    "type_error.dict": "tähän kuuluu alakenttiä: kirjoita ne sisennettyinä seuraaville riveille",
}


def _message(found: Any, path: Path_, model: type[Model]) -> str:
    kind = found["type"]
    if kind == "value_error.missing":
        return "pakollinen kenttä puuttuu: lisää se"
    if kind == "value_error.extra":
        allowed = allowed_keys(model, path[:-1])
        hint = did_you_mean(str(path[-1]), allowed)
        return f"tuntematon kenttä {quoted(path[-1])}.{hint} Kentät: {', '.join(allowed)}"
    return _MESSAGES.get(kind, found["msg"])


def allowed_keys(model: type[BaseModel], path: Path_) -> list[str]:
    """Return the keys that the mapping at ``path`` of a file of this model may have."""
    for step in path:
        found = next((known for known in model.__fields__.values() if known.alias == step), None)
        if found is not None:
            model = found.type_
    return [known.alias for known in model.__fields__.values()]


def read_documents(paths: Sequence[Path]) -> list[tuple[str, Document]]:
    """Read the files into text, each with its kind."""
    names = _short_names(paths)
    return [(file_kind(path), read_document(path, names[path])) for path in paths]


def read_catalogue(
    paths: Sequence[Path] | None = None,
    municipalities: Iterable[str] | None = None,
    today: date | None = None,
) -> Source:
    """Read and check the whole catalogue.

    ``municipalities`` are the official names for ``service_area`` and ``city`` (unchecked when None);
    ``today`` bounds ``verified_on``. Raises :class:`CatalogError` with every problem of every file.
    """
    return check(read_documents(paths if paths is not None else source_files()), municipalities, today)


def check(
    documents: Sequence[tuple[str, Document]],
    municipalities: Iterable[str] | None = None,
    today: date | None = None,
) -> Source:
    """Return the source that the documents (kind, text) make; raise :class:`CatalogError`."""
    parsed = [(kind, parse(document, FILES[kind])) for kind, document in documents if document.opened]
    _check_references(documents, list(municipalities) if municipalities is not None else None)
    for kind, document in documents:
        for path, item in _items(kind, document, "services"):
            verified = str(item.get("verified_on", ""))
            if today is not None and verified > today.isoformat() and verified[:4].isdigit():
                document.problem((*path, "verified_on"), f"päivä {verified} ei ole vielä tullut: tarkista vuosi")
    problems = [problem for _, document in documents for problem in document.problems]
    if problems:
        raise CatalogError(problems)
    files: dict[str, list[Any]] = {kind: [model for k, model in parsed if k == kind] for kind in FILES}
    return Source(
        organizations=tuple(item for model in files["services"] for item in model.organizations),
        services=tuple(item for model in files["services"] for item in model.services),
        needs=tuple(item for model in files["needs"] for item in model.needs),
        areas=tuple(item for model in files["needs"] for item in model.areas),
        terms=tuple(item for model in files["glossary"] for item in model.terms),
        crisis={kind: getattr(model, kind) for model in files["crisis"] for kind in CRISIS_KINDS},
    )


def _short_names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return how files are called in messages: ``services/tampere.yml``, ``needs.yml``."""
    return {path: f"services/{path.name}" if path.parent.name == "services" else path.name for path in paths}


def _items(kind: str, document: Document, key: str) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """Yield path and mapping of each item under a top-level key, whatever else is wrong with the file."""
    if kind in FILES and key in FILES[kind].__fields__:
        yield from _mappings(document.data, (), key)


def _mappings(parent: dict[str, Any], path: Path_, key: str) -> Iterator[tuple[Path_, dict[str, Any]]]:
    values = parent.get(key)
    for index, item in enumerate(values if isinstance(values, list) else ()):
        if isinstance(item, dict):
            yield (*path, key, index), item


def _texts(parent: dict[str, Any], path: Path_, key: str) -> Iterator[tuple[Path_, str]]:
    """Yield path and text of each scalar under a key: of the scalar itself, or of a list's items."""
    value = parent.get(key)
    if isinstance(value, str):
        yield (*path, key), value.strip()
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield (*path, key, index), item.strip()


def _check_references(documents: Sequence[tuple[str, Document]], municipalities: list[str] | None) -> None:
    """Note ids that are there twice and references to what isn't there.

    Works on the text, so that a file with other errors is checked too. A reference is checked only when the
    files that could hold its target are among the documents.
    """
    known = {key: _check_ids(documents, key) for key in ("needs", "areas", "organizations", "services", "terms")}
    kinds = {kind for kind, _ in documents}
    unopened = {kind for kind, document in documents if not document.opened}
    needs = known["needs"] if "needs" in kinds - unopened else None
    whole = kinds >= set(FILES) and "services" not in unopened
    organizations = known["organizations"] if whole else None
    services = known["services"] if whole else None
    by_lower = None if municipalities is None else {name.lower(): name for name in municipalities}

    def refer(document: Document, path: Path_, value: str, targets: set[str] | None, what: str) -> None:
        if targets is not None and value and value not in targets:
            document.problem(path, f"{what} {quoted(value)} ei ole olemassa.{did_you_mean(value, targets)}")

    def municipality(document: Document, path: Path_, value: str) -> None:
        if by_lower is not None and value and value not in by_lower.values():
            hint = did_you_mean(value, by_lower.values())
            document.problem(path, f"kuntaa {quoted(value)} ei ole: käytä kunnan virallista nimeä.{hint}")

    for kind, document in documents:
        for path, item in _items(kind, document, "areas"):
            for where, need in _texts(item, path, "needs"):
                refer(document, where, need, needs, "tarvetta")
        for crisis_kind in CRISIS_KINDS if kind == "crisis" else ():
            for where, service in _texts(document.data, (), crisis_kind):
                refer(document, where, service, services, "palvelua")
        for path, item in _items(kind, document, "services"):
            for where, need in _texts(item, path, "needs"):
                refer(document, where, need, needs, "tarvetta")
            for where, organization in _texts(item, path, "organization"):
                refer(document, where, organization, organizations, "organisaatiota")
            for where, name in _texts(item, path, "service_area"):
                if name.lower() != COUNTRY:
                    municipality(document, where, name)
            locations = _unique_ids(document, _mappings(item, path, "locations"), "paikan tunnus")
            _unique_ids(document, _mappings(item, path, "sessions"), "tapaamisen tunnus")
            for where, location in _mappings(item, path, "locations"):
                for city_path, city in _texts(location, where, "city"):
                    municipality(document, city_path, city)
            for key in ("channels", "sessions"):
                for where, holder in _mappings(item, path, key):
                    for location_path, location_id in _texts(holder, where, "location"):
                        refer(document, location_path, location_id, locations, "paikkaa (locations)")


def _check_ids(documents: Sequence[tuple[str, Document]], key: str) -> set[str]:
    """Return the ids of all items under a top-level key; note those that two items share."""
    first: dict[str, str] = {}
    for kind, document in documents:
        for path, item in _items(kind, document, key):
            identifier = item.get("term" if key == "terms" else "id")
            if not isinstance(identifier, str):
                continue
            here = f"{document.file}:{document.line(path)}"
            if identifier in first:
                document.problem(path, f"tunnus {quoted(identifier)} on jo käytössä ({first[identifier]}): anna toinen")
            first.setdefault(identifier, here)
    return set(first)


def _unique_ids(document: Document, items: Iterator[tuple[Path_, dict[str, Any]]], what: str) -> set[str]:
    seen: set[str] = set()
    for path, item in items:
        identifier = item.get("id")
        if isinstance(identifier, str):
            if identifier in seen:
                document.problem(path, f"{what} {quoted(identifier)} on kahdesti: anna toinen")
            seen.add(identifier)
    return seen
