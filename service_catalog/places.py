"""Places of Finland: municipalities, districts, villages, postal codes, and where they are.

Everything comes from the CSV files in data/, which say their sources, and works with no network. All
coordinates are (latitude, longitude) in WGS84 degrees, all distances are kilometres as the crow flies.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geopy.distance import great_circle

if TYPE_CHECKING:
    from service_catalog.place_mentions import PlaceFinder, PlaceMention

Point = tuple[float, float]
DATA = Path(__file__).parent / "data"
COLUMNS = {
    "municipalities.csv": "name swedish code region latitude longitude local_case means neighbours",
    "places.csv": "name swedish municipality kind latitude longitude local_case means",
    "postal_codes.csv": "code municipality kind latitude longitude",
    "place_names.csv": "written place municipality kind means",
}
WRITTEN_KINDS = ("nickname", "short", "spelling", "stem", "not a place")
FARTHEST_KNOWN_PLACE = 60.0
"""Kilometres: a point farther than this from every known place is not in Finland."""


class PlaceDataError(ValueError):
    """A file of places can't be read; the message says which, on what line, and what would be right."""


@dataclass(frozen=True)
class Municipality:
    """One of the 308 municipalities; `name` is the official Finnish name, `coordinates` its main centre."""

    name: str
    swedish: str
    code: str
    region: str
    coordinates: Point
    local_case: str
    means: str
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class District:
    """A district, a village or a former municipality inside `municipality`."""

    name: str
    swedish: str
    municipality: str
    kind: str
    coordinates: Point
    local_case: str
    means: str


@dataclass(frozen=True)
class PostalCode:
    """`kind`: area, boxes, parcels or organization (which says nothing of where a person lives)."""

    code: str
    municipality: str
    kind: str
    coordinates: Point | None


@dataclass(frozen=True)
class WrittenName:
    """Another way to write a place's name: a nickname, a short form, a spelling, a stem; or not a place at all."""

    written: str
    place: str
    municipality: str
    kind: str
    means: str


@dataclass(frozen=True, eq=False)
class Places:
    """What is known of Finland's places. `Places.load()` reads it; then it never changes, and threads may share it."""

    municipalities: dict[str, Municipality]
    districts: tuple[District, ...]
    postal_codes: dict[str, PostalCode]
    written_names: tuple[WrittenName, ...]
    _by_any_name: dict[str, str] = field(repr=False)

    @classmethod
    def load(cls, folder: Path = DATA) -> Places:
        """The places of the CSV files in `folder`, read once per folder.

        Raises PlaceDataError, naming file, line and remedy.
        """
        return _load(folder)

    def municipality(self, name: str) -> Municipality | None:
        """The municipality of that Finnish or Swedish name, code, nickname or short form; None when there is none."""
        return self.municipalities.get(self._by_any_name.get(" ".join(name.split()).casefold(), ""))

    def name_in(self, name: str, language: str | None) -> str:
        """What a municipality is called in a language: Vasa in Swedish, its Finnish name otherwise. Others stay."""
        found = self.municipality(name)
        return found.swedish if found and language == "sv" else name

    def neighbours(self, name: str) -> tuple[str, ...]:
        """Official names of the municipalities that border on one, in alphabetical order."""
        found = self.municipality(name)
        return found.neighbours if found else ()

    def region(self, name: str) -> str | None:
        """The region (maakunta) of a municipality."""
        found = self.municipality(name)
        return found.region if found else None

    def in_region(self, region: str) -> tuple[str, ...]:
        """Official names of a region's municipalities."""
        return tuple(each.name for each in self.municipalities.values() if each.region == region)

    def coordinates(self, place: str | Point) -> Point | None:
        """The point itself, or the main centre of a municipality, or a district's own coordinates."""
        if not isinstance(place, str):
            return place if _is_point(place) else None
        found = self.municipality(place)
        if found:
            return found.coordinates
        district = self._district_by_name.get(place.casefold())
        return district.coordinates if district else None

    def distance_km(self, one: str | Point, other: str | Point) -> float | None:
        """Kilometres between two places or points, within half a per cent; None when one of them is not known."""
        here, there = self.coordinates(one), self.coordinates(other)
        if here is None or there is None:
            return None
        return float(great_circle(here, there).km)

    def by_distance(self, place: str | Point) -> list[tuple[str, float]]:
        """All municipalities with the kilometres to their main centres, nearest first; empty for an unknown place."""
        here = self.coordinates(place)
        return list(_by_distance(self, here)) if here else []

    def nearest(self, latitude: float, longitude: float) -> str | None:
        """The municipality that a point is in, judged by the nearest known place; None outside Finland."""
        if not _is_point((latitude, longitude)):
            return None
        scale = math.cos(math.radians(latitude))
        squared, name = min(
            ((lat - latitude) ** 2 + ((lon - longitude) * scale) ** 2, name) for lat, lon, name in self._known_points
        )
        return name if math.sqrt(squared) * 111.2 <= FARTHEST_KNOWN_PLACE else None

    def by_postal_code(self, code: str) -> str | None:
        """The municipality of a five-digit postal code; None when there is no such code."""
        found = self.postal_codes.get(code.strip().upper().removeprefix("FI-"))
        return found.municipality if found else None

    def find(self, text: str) -> list[PlaceMention]:
        """Places that a message names, the one where the writer lives or studies first; never raises.

        The latest texts are remembered: several readers of one message ask the same.
        """
        return list(_found(self, text))

    def home(self, text: str) -> PlaceMention | None:
        """The place of `find` where the writer lives or studies, as far as the text tells.

        None where the text only names places that the writer visits or has left, or where somebody else lives.
        """
        from service_catalog.place_mentions import NOT_HOME

        return next((mention for mention in self.find(text) if mention.role not in NOT_HOME), None)

    @cached_property
    def _finder(self) -> PlaceFinder:
        from service_catalog.place_mentions import PlaceFinder

        return PlaceFinder(self)

    @cached_property
    def size(self) -> dict[str, int]:
        """Postal codes per municipality: how big it is, roughly, to choose among places of one name."""
        count: dict[str, int] = defaultdict(int)
        for code in self.postal_codes.values():
            count[code.municipality] += 1
        return count

    @cached_property
    def _district_by_name(self) -> dict[str, District]:
        bigger_last = sorted(self.districts, key=lambda district: self.size[district.municipality])
        return {
            name.casefold(): district for district in bigger_last for name in (district.swedish, district.name) if name
        }

    @cached_property
    def _known_points(self) -> list[tuple[float, float, str]]:
        points = [(*each.coordinates, each.name) for each in self.municipalities.values()]
        points += [(*each.coordinates, each.municipality) for each in self.districts]
        points += [(*each.coordinates, each.municipality) for each in self.postal_codes.values() if each.coordinates]
        return points


@lru_cache(maxsize=8)
def _found(places: Places, text: str) -> tuple[PlaceMention, ...]:
    return tuple(places._finder.find(text))


@lru_cache(maxsize=4096)
def _by_distance(places: Places, here: Point) -> tuple[tuple[str, float], ...]:
    distances = ((each.name, float(great_circle(here, each.coordinates).km)) for each in places.municipalities.values())
    return tuple(sorted(distances, key=lambda pair: pair[1]))


def _is_point(point: Point) -> bool:
    try:
        latitude, longitude = point
        return -90 <= latitude <= 90 and -180 <= longitude <= 180
    except (TypeError, ValueError):
        return False


@lru_cache(maxsize=4)
def _load(folder: Path) -> Places:
    municipalities = {
        row["name"]: Municipality(
            name=row["name"],
            swedish=row["swedish"],
            code=row["code"],
            region=row["region"],
            coordinates=_point(row, source),
            local_case=row["local_case"],
            means=row["means"],
            neighbours=tuple(row["neighbours"].split("|")),
        )
        for row, source in _rows(folder / "municipalities.csv")
    }

    def known(name: str, source: str) -> str:
        if name not in municipalities:
            raise PlaceDataError(f"{source}: {name!r} is no municipality; write a name of municipalities.csv")
        return name

    for each in municipalities.values():
        for neighbour in each.neighbours:
            known(neighbour, f"municipalities.csv, {each.name}, neighbours")
    districts = tuple(
        District(
            name=row["name"],
            swedish=row["swedish"],
            municipality=known(row["municipality"], source),
            kind=row["kind"],
            coordinates=_point(row, source),
            local_case=row["local_case"],
            means=row["means"],
        )
        for row, source in _rows(folder / "places.csv")
    )
    postal_codes = {
        row["code"]: PostalCode(
            code=row["code"],
            municipality=known(row["municipality"], source),
            kind=row["kind"],
            coordinates=_point(row, source) if row["latitude"] else None,
        )
        for row, source in _rows(folder / "postal_codes.csv")
    }
    parts = {(district.name, district.municipality) for district in districts}
    written = []
    for row, source in _rows(folder / "place_names.csv"):
        name = WrittenName(**row)
        if name.kind not in WRITTEN_KINDS:
            raise PlaceDataError(f"{source}: kind {name.kind!r} is not one of {', '.join(WRITTEN_KINDS)}")
        if name.kind != "not a place" and not name.municipality:
            known(name.place, source)
        elif name.kind != "not a place" and (name.place, name.municipality) not in parts:
            raise PlaceDataError(
                f"{source}: {name.place!r} in {name.municipality!r} is not in places.csv; add it there first"
            )
        written.append(name)
    names = {each.code: each.name for each in municipalities.values()}
    names |= {
        each.written: each.place
        for each in written
        if each.place in municipalities and not each.municipality and not each.means and each.kind != "stem"
    }
    names |= {each.swedish.casefold(): each.name for each in municipalities.values()}
    names |= {each.name.casefold(): each.name for each in municipalities.values()}
    return Places(municipalities, districts, postal_codes, tuple(written), names)


def _rows(path: Path) -> Iterable[tuple[dict[str, str], str]]:
    """Rows of a CSV file whose lines that begin with # are notes, each with "file, line"."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        numbered = [(number, line) for number, line in enumerate(file, 1) if line.strip() and line[0] != "#"]
    reader = csv.reader(line for _, line in numbered)
    header = next(reader, [])
    if header != COLUMNS[path.name].split():
        raise PlaceDataError(f"{path.name}: the first line must name the columns {COLUMNS[path.name]}")
    for (number, _), values in zip(numbered[1:], reader, strict=False):
        source = f"{path.name}, line {number}"
        if len(values) != len(header):
            raise PlaceDataError(f"{source}: {len(values)} fields, {len(header)} expected: {','.join(header)}")
        yield dict(zip(header, values, strict=True)), source


def _point(row: dict[str, str], source: str) -> Point:
    try:
        point = (float(row["latitude"]), float(row["longitude"]))
    except ValueError:
        point = (0.0, 0.0)
    if not (59 <= point[0] <= 71 and 19 <= point[1] <= 32):
        raise PlaceDataError(
            f"{source}: {row['latitude']}, {row['longitude']} is not in Finland; "
            "write latitude then longitude in WGS84 degrees, as in 60.1699,24.9384"
        )
    return point
