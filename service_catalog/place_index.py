"""The index of all names of places and their stems, and how a written word is looked up in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from service_catalog.lemmas import analyse
from service_catalog.place_forms import Case, case_of, plain, splits, stems, without_dots
from service_catalog.places import Places, Point


class Name(NamedTuple):
    """One thing that a stem can stand for.

    `place` is None for a municipality itself. `kind`: municipality, district, village, former municipality, or
    how it is written: swedish, nickname, short. `is_stem`: the stem alone is no word (`tamperee`).
    """

    municipality: str
    place: str | None
    kind: str
    means: str
    local_case: str
    coordinates: Point
    is_stem: bool = False


class Match(NamedTuple):
    """Words number `first` to `last` of a message as a form of `names`, likeliest first."""

    first: int
    last: int
    names: tuple[Name, ...]
    case: Case


class PlaceIndex:
    """All stems of all names; built once from Places, then only read."""

    def __init__(self, places: Places) -> None:
        self._names: dict[str, list[Name]] = defaultdict(list)
        self._begin_two_words: set[str] = set()
        self._not_places: dict[str, list[str]] = defaultdict(list)
        by_name: dict[tuple[str, str], Name] = {}
        for each in places.municipalities.values():
            name = Name(each.name, None, "municipality", each.means, each.local_case, each.coordinates)
            by_name[each.name, ""] = name
            self._add(each.name, name)
            if each.swedish != each.name:
                self._add(each.swedish, name._replace(kind="swedish"))
        # Of two districts of one name the one in the bigger municipality is meant, unless the message says otherwise.
        for part in sorted(places.districts, key=lambda district: -places.size[district.municipality]):
            name = Name(part.municipality, part.name, part.kind, part.means, part.local_case, part.coordinates)
            by_name[part.name, part.municipality] = name
            self._add(part.name, name)
            if part.swedish:
                self._add(part.swedish, name._replace(kind="swedish"))
        for written in places.written_names:
            if written.kind == "not a place":
                first, _, second = written.written.partition(" ")
                self._not_places[first].append(second)
                continue
            target = by_name[written.place, written.municipality]
            if written.kind == "stem":
                self._names[written.written].append(target._replace(is_stem=True))
            elif written.kind == "spelling":
                self._add(written.written, target._replace(means=written.means or target.means))
            else:
                self._add(written.written, target._replace(kind=written.kind, means=written.means, local_case=""))

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """The first three letters of all stems, as they are and without dots: most words have none of them."""
        return frozenset(form[:3] for stem in self._names for form in (stem, without_dots(stem)))

    def matches(self, words: Sequence[str]) -> Iterator[Match]:
        """Words and pairs of words, in plain lower case, that are forms of a name."""
        index = 0
        while index < len(words):
            match = self._match_pair(index, words) or self._match(index, words[index])
            if match and not self._is_other_phrase(match, words):
                yield match
                index = match.last
            index += 1

    def typing_error(self, index: int, words: Sequence[str]) -> Match | None:
        """The municipality that is meant if a word has one letter too many, too few, wrong, or in a wrong order."""
        word = words[index]
        if len(word) < 8 or not word.isalpha() or analyse(word).known:
            return None
        for stem, rest in splits(word):
            case = case_of(stem, rest)
            if len(stem) < 6 or case is None:
                continue
            candidates = set(self._near_misses.get(stem, ()))
            for gap in range(1, len(stem)):
                candidates |= self._near_misses.get(stem[:gap] + stem[gap + 1 :], set())
            near = sorted(each for each in candidates if each[0] == stem[0] and _one_edit_apart(each, stem))
            if near:
                return Match(index, index, tuple(self._names[near[0]]), case)
        return None

    def _add(self, written: str, name: Name) -> None:
        base = plain(written)
        if " " in base:
            self._begin_two_words.add(base.split(" ")[0])
        inflected = stems(base) if name.kind not in {"swedish", "short"} else {base}
        for stem in inflected:
            if len(stem) > 1:
                self._names[stem].append(name if stem == base else name._replace(is_stem=True))

    @cached_property
    def _undotted(self) -> dict[str, list[Name]]:
        """Names with å, ä or ö written without: only long ones, so that they meet no other word."""
        return {
            without_dots(stem): names
            for stem, names in self._names.items()
            if len(stem) >= 6 and without_dots(stem) != stem and without_dots(stem) not in self._names
        }

    @cached_property
    def _near_misses(self) -> dict[str, set[str]]:
        """Stems of municipalities by themselves and by what is left when one letter goes."""
        misses: dict[str, set[str]] = defaultdict(set)
        for stem, names in self._names.items():
            if len(stem) >= 7 and names[0].kind == "municipality":
                misses[stem].add(stem)
                for gap in range(1, len(stem)):
                    misses[stem[:gap] + stem[gap + 1 :]].add(stem)
        return misses

    def _match_pair(self, index: int, words: Sequence[str]) -> Match | None:
        if words[index] not in self._begin_two_words or index + 1 == len(words):
            return None
        match = self._match(index, f"{words[index]} {words[index + 1]}")
        return match._replace(last=index + 1) if match else None

    def _match(self, index: int, word: str) -> Match | None:
        start = word.replace(":", "")[:3]
        if not 2 <= len(word) <= 40 or self._beginnings.isdisjoint((start, start[:2])):
            return None
        found = _look_up(word, self._names)
        if not found and "-" in word:
            *others, last = (_look_up(piece, self._names) for piece in word.split("-"))
            found = last if all(others) else None
        if not found and len(word) > 5 and word.isascii() and (len(word) > 9 or not analyse(word).known):
            found = _look_up(word, self._undotted)
        return Match(index, index, *found) if found else None

    def _is_other_phrase(self, match: Match, words: Sequence[str]) -> bool:
        following = words[match.last + 1] if match.last + 1 < len(words) else ""
        return any(following.startswith(second) for second in self._not_places.get(words[match.first], ()))


def _look_up(word: str, names: Mapping[str, list[Name]]) -> tuple[tuple[Name, ...], Case] | None:
    for stem, rest in splits(word):
        if stem not in names:
            continue
        cases = [(name, _case(name, stem, rest)) for name in names[stem]]
        fitting = tuple(name for name, case in cases if case)
        case = next((case for _, case in cases if case), None)
        if case:
            return fitting, case
    return None


def _case(name: Name, stem: str, rest: str) -> Case | None:
    if name.kind == "swedish":
        return "nominative" if not rest else "genitive" if rest == "s" else None
    case = case_of(stem, rest, name.kind == "short")
    if case == "nominative" and name.is_stem:
        return "genitive" if stem[-1] in "aeiouyäö" else None  # Turu yliopisto
    return case


def _one_edit_apart(one: str, other: str) -> bool:
    """One letter missing, added or changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        swapped = one[start : start + 2] == other[start : start + 2][::-1]
        return one[start + 1 :] == other[start + 1 :] or (swapped and one[start + 2 :] == other[start + 2 :])
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]
