"""Find the services worth ranking, in a time that doesn't grow with the catalogue: few index ranges, each cut
short.

What is near and what serves the whole country come from one index, in the order of standing quality; free
text from FTS5, rarest words first. Which of them suit the person best is ranking's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, zip_longest

from service_catalog.catalog import SERVICES_IN_MEMORY, Catalog
from service_catalog.compile import area_word, stem_word
from service_catalog.lemmas import analyse, lemmas_of
from service_catalog.lemmas import words as words_of
from service_catalog.schema import COUNTRY, Service
from service_catalog.stems import STOP_WORDS, stem, stems_of

DEEP, SHALLOW = 150, 60
LOCAL_SHARE = 0.6  # of what a need may bring, at most this much is local, when there is that much
PER_MUNICIPALITY = 0.25  # of the same, from one municipality
TEXT_SHARE = 0.25  # of all, what free text brings beside needs
MAXIMUM_WORDS = 12
SHORTEST_FOREIGN = 4  # letters
MOST_WORDS = 50  # of a message, that are looked up at all
# Words that no more services have than this are ranked by bm25, which takes some 2 microseconds for each.
RANKED_MATCHES = 600
# Two words more common than this aren't looked up together with the places: that would walk all they match.
COMMON_MATCHES = 20_000
AREAS_IN_TEXT_SEARCH = 12
_NEED_RANGE = "SELECT service FROM service_need WHERE need = ? AND area = ? ORDER BY rank, service LIMIT ?"
_WORD = re.compile(r"[^\W_]+")


def depth(catalog: Catalog) -> int:
    """Return how many services a search looks at: fewer when they don't all fit in memory and have to be built."""
    return DEEP if len(catalog) <= SERVICES_IN_MEMORY else SHALLOW


def words_to_find(text: str, language: str | None = "fi") -> list[str]:
    """Return the words of a message by which services are searched: lemmas; in Swedish and English also as written,
    because Finnish analysis may have taken them for something else.
    """
    lemmas = lemmas_of(text)
    if language not in STOP_WORDS:
        return lemmas
    return list(dict.fromkeys([*lemmas, *(word.text.casefold() for word in words_of(text))]))


def candidates(
    catalog: Catalog,
    need_ids: Sequence[str],
    municipalities_by_distance: Sequence[str] | None = None,
    words: Iterable[str] = (),
    limit: int | None = None,
    language: str | None = None,
) -> list[Service]:
    """Return services for these needs and words, in no order that matters to people.

    ``municipalities_by_distance``: the person's own municipality and then those in reach, nearest first; None
    when the place is unknown, and then only services for the whole country are found by need. ``words``:
    lemmas of the message (:func:`words_to_find`), in ``language``. ``limit``: how many at most, :func:`depth` when not
    given. Hidden services are never found. Unknown needs, places and words find nothing and are no error.
    """
    limit = depth(catalog) if limit is None else limit
    needs = list(dict.fromkeys(need_ids))
    places = list(dict.fromkeys(municipalities_by_distance or ()))
    if not needs:
        return catalog.numbered(word_matches(catalog, words, places, limit, language))
    by_text = text_matches(catalog, words, places, int(limit * TEXT_SHARE), language)
    by_need = [need_matches(catalog, need, places, max(1, limit // len(needs))) for need in needs]
    # In turns, so that every need and the text have their say when there are too many.
    turns = chain.from_iterable(zip_longest(*by_need, by_text))
    return catalog.numbered(islice(dict.fromkeys(number for number in turns if number is not None), limit))


def need_matches(catalog: Catalog, need: str, places: Sequence[str], limit: int) -> list[int]:
    """Return numbers of services for a need: local and national ones in turns, each best first."""
    areas = catalog.area_numbers
    most_local, most_here = max(1, int(limit * LOCAL_SHARE)), max(1, int(limit * PER_MUNICIPALITY))
    local: dict[int, None] = {}
    for place in places:
        if place in areas and len(local) < most_local:
            local.update(dict.fromkeys(_range(catalog, need, areas[place], most_here)))
    national = _range(catalog, need, areas[COUNTRY], limit)
    found = chain.from_iterable(zip_longest(islice(local, most_local), national))
    return list(islice(dict.fromkeys(number for number in found if number is not None), limit))


def _range(catalog: Catalog, need: str, area: int, limit: int) -> list[int]:
    return [number for (number,) in catalog.rows(_NEED_RANGE, (need, area, limit))]


def text_matches(
    catalog: Catalog, words: Iterable[str], places: Sequence[str], limit: int, language: str | None = None
) -> list[int]:
    """Return numbers of services whose texts have the words (lemmas), the best match first.

    With places, services there and for the whole country come before others. A word that no text has is tried
    by the parts of the compound, and, when it isn't Finnish, as a Swedish and an English one; in a message of those
    languages every word is tried by its stem too.
    """
    frequencies = _frequencies(catalog, words, language)
    if not frequencies or limit < 1:
        return []
    areas = catalog.area_numbers
    near = [areas[place] for place in places if place in areas][:AREAS_IN_TEXT_SEARCH]
    here = f" AND area : ({' OR '.join(map(area_word, [areas[COUNTRY], *near]))})" if places else ""
    rare, common = _split(frequencies)
    found: dict[int, None] = {}
    if rare:
        query = f"{{name body}} : ({' OR '.join(map(_quoted, rare))})"
        ranked = _match(catalog, query, RANKED_MATCHES, ranked=True)
        reachable = set(_match(catalog, query + here, RANKED_MATCHES) if here else ())
        found = dict.fromkeys(sorted(ranked, key=lambda number: number not in reachable))
    # Common words: the two that say most together, then each, in the order of standing quality.
    attempts = [f"{{name body}} : {_quoted(word)}{here}" for word in common]
    if len(common) > 1:
        together = f"{{name body}} : ({' AND '.join(map(_quoted, common))})"
        attempts.insert(0, together + here if dict(frequencies)[common[0]] <= COMMON_MATCHES else together)
    for query in attempts:
        if len(found) < limit:
            found.update(dict.fromkeys(_match(catalog, query, limit)))
    return list(islice(found, limit))


def _split(frequencies: list[tuple[str, int]]) -> tuple[list[str], list[str]]:
    """Return the words rare enough for bm25, and the two next."""
    rare: list[str] = []
    matches = 0
    for word, count in frequencies:
        matches += count
        if matches <= RANKED_MATCHES:
            rare.append(word)
    return rare, [word for word, _ in frequencies if word not in rare][:2]


def _match(catalog: Catalog, query: str, limit: int, ranked: bool = False) -> list[int]:
    order = "ORDER BY bm25(service_text, 5.0, 1.0, 0.0)" if ranked else ""
    return [
        number
        for (number,) in catalog.rows(
            f"SELECT rowid FROM service_text WHERE service_text MATCH ? {order} LIMIT ?", (query, limit)
        )
    ]


def word_matches(
    catalog: Catalog, words: Iterable[str], places: Sequence[str], limit: int, language: str | None = None
) -> list[int]:
    """Return numbers of services for words alone: those whose texts have them, then those for the needs they name."""
    words = list(islice(words, 2 * MOST_WORDS))
    found = dict.fromkeys(text_matches(catalog, words, places, limit, language))
    for need in named_needs(catalog, words, language):
        if len(found) < limit:
            found |= dict.fromkeys(need_matches(catalog, need, places, limit - len(found)))
    return list(found)


def named_needs(catalog: Catalog, words: Iterable[str], language: str | None = None) -> list[str]:
    """Return ids of the needs whose Swedish or English keywords of one word these are, in any form; most named first.

    Finnish keywords are the language understanding's: it reads the whole sentence.
    """
    named: dict[str, int] = {}
    for word in islice(dict.fromkeys(words), MOST_WORDS):
        for each in _stems(word, language) if language in STOP_WORDS or _may_be_foreign(word) else ():
            for need in _need_stems(catalog).get(each, ()):
                named[need] = named.get(need, 0) + 1
    return sorted(named, key=lambda need: -named[need])


@lru_cache(maxsize=2)
def _need_stems(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """Needs by the stems of their Swedish and English keywords of one word."""
    found: dict[str, dict[str, None]] = {}
    for need in catalog.needs.values():
        for language, keywords in (("sv", need.keywords.sv), ("en", need.keywords.en)):
            for keyword in keywords:
                stems = list(stems_of(keyword, language))
                if len(stems) == 1 and len(keyword.split()) == 1:
                    found.setdefault(stem_word(stems[0], language), {})[need.id] = None
    return {each: tuple(needs) for each, needs in found.items()}


def _frequencies(catalog: Catalog, words: Iterable[str], language: str | None) -> list[tuple[str, int]]:
    """Return the words that the index has, rarest first, with the number of services that have them."""
    written = list(dict.fromkeys(word.lower() for word in islice(words, 2 * MOST_WORDS)))
    skipped = STOP_WORDS.get(language or "", frozenset())
    pieces = dict.fromkeys(piece for word in written if word not in skipped for piece in _WORD.findall(word))
    wanted = list(islice(pieces, MOST_WORDS))
    known = _counts(catalog, wanted)
    missing = [word for word in wanted if word not in known]
    others = [part for word in missing for part in analyse(word).parts]
    foreign = wanted if language in STOP_WORDS else [word for word in missing if _may_be_foreign(word)]
    others += [each for word in foreign for each in _stems(word, language)]
    known |= _counts(catalog, list(dict.fromkeys(others))[: 2 * MOST_WORDS]) if others else {}
    return sorted(known.items(), key=lambda item: (item[1], item[0]))[:MAXIMUM_WORDS]


def _may_be_foreign(word: str) -> bool:
    """Whether it may be Swedish or English in a message that isn't known to be: no Finnish word, such as `se`."""
    return len(word) >= SHORTEST_FOREIGN and not analyse(word).known


def _stems(word: str, language: str | None) -> list[str]:
    """The words that stand for its stem in the index: in the language where it is sv or en, else in both."""
    languages = [language] if language in STOP_WORDS else list(STOP_WORDS)
    return [stem_word(stem(word, each), each) for each in languages if each and word.casefold() not in STOP_WORDS[each]]


def _counts(catalog: Catalog, words: list[str]) -> dict[str, int]:
    marks = ",".join("?" * len(words))
    return dict(catalog.rows(f"SELECT word, services FROM word_frequency WHERE word IN ({marks})", words))


def _quoted(word: str) -> str:
    return f'"{word}"'
