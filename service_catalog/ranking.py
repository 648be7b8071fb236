"""Choose which services to suggest, and say why: the formula of docs/ranking.md, with its numbers.

Two steps. A service's *fit* is a product of factors, each at most 1 but for staff's pin: how well it answers the
needs, and how good it is for this person now (age, reach, channel, open now, language, freshness ...). Then the
cards are chosen together, so that they cover the needs and differ: see `_chosen`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.lemmas import lemmas_of
from service_catalog.places import Places, Point
from service_catalog.schedules import (
    LIVE_CHANNEL_TYPES,
    Moment,
    Opening,
    channel_is_open,
    next_session,
    service_opening,
)
from service_catalog.schema import Channel, Service
from service_catalog.search import candidates, text_matches

CANDIDATES = 150
POOL = 12  # the best of the candidates, among which the cards are chosen
BEST_OF_A_VIEW = 3  # and of those for each need, near by, and from home now
YOUNGEST, OLDEST = 13, 29  # whom the project is for, where the age isn't told
EARTH_RADIUS_KM = 6371.0

# --- the numbers of docs/ranking.md -----------------------------------------------------------------------------

CHANNEL_WEIGHTS = {"chat": 1.0, "sms": 0.95, "web": 0.85, "email": 0.8, "video": 0.75, "phone": 0.65, "visit": 0.6}
PAGE_OF_A_LIVE_SERVICE = 0.66  # a web page is a way to get help only where it isn't about a phone or a door
NOT_PREFERRED = 0.6  # a channel other than those the person asked for
ALL_AVOIDED = 0.1  # only by channels that the person can't face
REACH_KM = {"near": 30.0, "region": 90.0, "country": 300.0}  # at this distance, the factor is 0.37
FARTHEST_KM = {"near": 60.0, "region": 200.0, "country": math.inf}
SERVES_OTHERS = 0.6  # a local service whose area doesn't hold the person's municipality
PLACE_NOT_KNOWN = 0.2  # a local service, when we don't know where the person is
OPEN_FACTORS: Mapping[bool | None, float] = {True: 1.0, None: 0.9, False: 0.85}
OPEN_FACTORS_IN_CRISIS: Mapping[bool | None, float] = {True: 1.0, None: 0.75, False: 0.4}
NO_STATED_AGES = 0.95
LANGUAGE_NOT_SERVED = 0.3
MEDIUM_CONFIDENCE = 0.95
NOT_DATED = 0.95
FRESHNESS_PER_YEAR = 0.03  # taken off for each year since the newest evidence, at most 0.12
GROUP_FACTOR = 0.35
STATED_LIMIT = 0.8
CRISIS_LINE_FACTOR = 0.3
PIN = 1.5
TEXT_BONUS = 0.3  # for the best match of the message's words, less for the next ones
NEED_FLOOR, NEED_DECAY = 0.35, 0.65  # a service's needs count less the later they stand in its list

# A service whose first need is one of these is for that group or matter; others see it only when it is asked for.
GROUP_NEEDS = frozenset(
    {"military", "lgbtq", "immigration", "disability", "neurodiversity", "young_parent", "sexual_violence"}
    | {"violence", "crime_victim", "gambling", "gaming", "substance_use", "eating_disorder", "grief", "close_one"}
    | {"homelessness", "legal", "debt", "sexual_health", "online_safety", "bullying", "self_harm"}
)
# Needs for which a crisis line is a fair suggestion, and how fair.
CRISIS_LINE_FITS = {"crisis": 1.0, "self_harm": 0.95, "mental_health": 0.9, "violence": 0.7, "sexual_violence": 0.7,
                    "grief": 0.8, "loneliness": 0.7, "close_one": 0.7, "relationships": 0.6}  # fmt: skip
ALPHA = 0.6  # how surely one fitting card settles a need; the rest is left for the next cards
FROM_HOME_NOW, LOCAL, SAME_KIND, SAME_ORGANIZATION = 0.2, 0.15, 0.12, 0.08
LEAST_RELEVANCE = 0.5  # of the best fit: what a card chosen for variety must have


# --- the contract -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NeedHit:
    """A need of the taxonomy as understood from a message: how sure (0-1), and the words that were the reason."""

    id: str
    score: float
    because: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """What is known of the person and asked for.

    `municipality`: official Finnish name. `coordinates`: (latitude, longitude), WGS84 degrees. `language`: ISO
    639-1. `reach`: near, region or country. `exclude`: ids of services already shown or declined. `words`: lemmas of
    the message, for staff's words and for free text.
    """

    needs: list[NeedHit] = field(default_factory=list)
    municipality: str | None = None
    coordinates: Point | None = None
    age: int | None = None
    language: str | None = None
    reach: str = "near"
    prefer_channels: list[str] = field(default_factory=list)
    avoid_channels: list[str] = field(default_factory=list)
    exclude: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    free_only: bool = False
    anonymous_only: bool = False
    limit: int = 3


@dataclass(frozen=True)
class Reason:
    """Why a card was chosen. Kinds and their values, in the order they are given:

    needs {needs, words} · text {words} · staff {words} · local {municipality, km or None} · near {municipality, km}
    · open_now {channel, closes or None} · opens {opens} · no_call {channel} · age {age, minimum, maximum} ·
    language {language} · free {} · anonymous {}
    """

    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """A card: the service, its fit and the factors it is the product of, and what changes with time and place."""

    service: Service
    score: float
    parts: dict[str, float]
    why: list[Reason]
    needs: list[str]
    distance_km: float | None
    opening: Opening
    next_session: datetime | None


@dataclass(frozen=True)
class Suggestions:
    """The cards, best first, and how many more services would fit this request."""

    cards: list[Suggestion]
    more: int = 0

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.cards)

    def __len__(self) -> int:
        return len(self.cards)

    def __getitem__(self, index: int) -> Suggestion:
        return self.cards[index]


def suggest(catalog: Catalog, places: Places, request: Request, now: datetime) -> Suggestions:
    """Return at most `request.limit` services that together answer the needs best, and why.

    Without needs, the services are found by the words of the message. Hard limits: hidden and excluded services,
    stated ages when the age is known, staff's words to exclude, `free_only`, `anonymous_only`, and the reach. The
    order is the same for the same input. Raises ValueError for a naive `now`.
    """
    person = _Person.of(places, request, now)
    text_rank = _text_ranks(catalog, request, person)
    need_ids = [need.id for need in request.needs]
    found = candidates(catalog, need_ids, person.municipalities, (), CANDIDATES) if need_ids else []
    known = {service.id for service in found}
    found = found + [s for s in catalog.numbered(text_rank) if s.id not in known]
    ranks = {service.id: rank for rank, service in enumerate(catalog.numbered(text_rank))}
    fits = [fit for service in found if (fit := _fit(service, person, ranks.get(service.id)))]
    fits.sort(key=lambda fit: (-fit.score, fit.service.id))
    chosen = _chosen(fits, person)
    cards = [_suggestion(fit, person, now, ranks) for fit in chosen]
    return Suggestions(cards, more=len(fits) - len(cards))


# --- the person -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Person:
    """A request made ready for counting: computed once, used for every candidate."""

    request: Request
    moment: Moment
    here: Point | None
    municipality: str | None
    municipalities: list[str] | None
    kilometres: dict[str, float]
    need_weights: dict[str, float]
    in_crisis: bool
    words: frozenset[str]

    @classmethod
    def of(cls, places: Places, request: Request, now: datetime) -> _Person:
        home = places.municipality(request.municipality) if request.municipality else None
        point = places.coordinates(request.coordinates) if request.coordinates else None
        municipality = home.name if home else (places.nearest(*point) if point else None)
        here = point or (home.coordinates if home else None)
        kilometres = dict(places.by_distance(here)) if here else {}
        reach = FARTHEST_KM.get(request.reach, FARTHEST_KM["near"])
        in_reach = [name for name, km in kilometres.items() if km <= reach and name != municipality]
        roots = {need.id: math.sqrt(max(need.score, 0.0)) for need in request.needs}
        total = sum(roots.values()) or 1.0
        return cls(
            request=request,
            moment=Moment.of(now),
            here=here,
            municipality=municipality,
            municipalities=[municipality, *in_reach] if municipality else None,
            kilometres=kilometres,
            need_weights={need: root / total for need, root in roots.items()},
            in_crisis="crisis" in roots,
            words=frozenset(request.words),
        )


def _text_ranks(catalog: Catalog, request: Request, person: _Person) -> list[int]:
    """Numbers of the services whose texts have the message's words, the best match first."""
    if not request.words:
        return []
    limit = 20 if request.needs else CANDIDATES
    return text_matches(catalog, request.words, person.municipalities or (), limit)


def kilometres(one: Point, other: Point) -> float:
    """Return the distance in km between two (latitude, longitude) points, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


# --- the fit of one service -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fit:
    """A service with its score, the factors, and what choosing the cards needs to know of it."""

    service: Service
    score: float
    parts: dict[str, float]
    relevance: dict[str, float]  # need -> 0-1
    quality: float  # the product of all factors but the need
    channel: Channel
    from_home_now: bool
    local: bool
    distance_km: float | None


def _fit(service: Service, person: _Person, text_rank: int | None) -> _Fit | None:
    """The service's fit; None where a hard limit keeps it away."""
    request = person.request
    if (
        service.staff.hide
        or service.id in request.exclude
        or person.words.intersection(service.staff.exclude_for_words)
    ):
        return None
    age = _age_factor(service, request.age)
    usable = _usable_channels(service, person)
    if not age or not usable or (request.anonymous_only and service.anonymous is False):
        return None
    reach, distance, local = _reach(service, usable, person)
    if not reach:
        return None
    relevance = _relevance(service, person)
    text = 1 + TEXT_BONUS * 0.85**text_rank if text_rank is not None else 1.0
    if relevance:
        need = sum(person.need_weights[each] * value for each, value in relevance.items())
    else:
        need = 0.5 if text_rank is not None else 0.0
    channel, channel_factor = _best_channel(usable, person)
    state = _open_state(usable, person)
    parts = {
        "need": need,
        "group": _group_factor(service, person),
        "age": age,
        "reach": reach,
        "channel": channel_factor,
        "open": (OPEN_FACTORS_IN_CRISIS if person.in_crisis else OPEN_FACTORS)[state],
        "language": _language_factor(service, request.language),
        "freshness": _freshness(service, person.moment),
        "wishes": 0.8 if request.anonymous_only and service.anonymous is None else 1.0,
        "text": text,
        "staff": PIN if person.words.intersection(service.staff.pin_for_words) else 1.0,
    }
    score = math.prod(parts.values())
    if score <= 0:
        return None
    from_home_now = any(
        each.remote and each.type != "email" and channel_is_open(each, person.moment) for each in usable
    )
    return _Fit(service, score, parts, relevance, score / need, channel, from_home_now, local, distance)


def _relevance(service: Service, person: _Person) -> dict[str, float]:
    """How well the service answers each need: 1 for its first need, less for later ones."""
    is_crisis_line = service.needs[0] == "crisis"
    relevance = {}
    for position, need in enumerate(service.needs):
        if need in person.need_weights:
            value = NEED_FLOOR + (1 - NEED_FLOOR) * NEED_DECAY**position
            if is_crisis_line and not person.in_crisis:
                value *= CRISIS_LINE_FITS.get(need, CRISIS_LINE_FACTOR)
            relevance[need] = value
    return relevance


def _group_factor(service: Service, person: _Person) -> float:
    """Less for a service that is meant for somebody else: its first need, or a limit it states in words."""
    factor = 1.0
    first = service.needs[0]
    if first in GROUP_NEEDS and person.need_weights and first not in person.need_weights:
        factor = GROUP_FACTOR
    stated = service.eligibility.description
    if stated and not person.words & _words_of(stated):
        factor *= STATED_LIMIT
    return factor


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(lemmas_of(text))


def _age_factor(service: Service, age: int | None) -> float:
    """0 outside the ages that the service states; for an unknown age, the share of 13-29 that they hold."""
    limits = service.eligibility
    if limits.minimum_age is None and limits.maximum_age is None:
        return NO_STATED_AGES
    low = limits.minimum_age if limits.minimum_age is not None else 0
    high = limits.maximum_age if limits.maximum_age is not None else 120
    if age is not None:
        return 1.0 if low <= age <= high else 0.0
    share = max(0, min(high, OLDEST) - max(low, YOUNGEST) + 1) / (OLDEST - YOUNGEST + 1)
    return 0.55 + 0.45 * share if share else 0.3


def _usable_channels(service: Service, person: _Person) -> list[Channel]:
    """The channels that the wishes leave: without those that cost, when only free ones will do."""
    if not person.request.free_only:
        return list(service.channels)
    return [each for each in service.channels if each.cost not in ("paid", "call_rate")]


def _best_channel(channels: Sequence[Channel], person: _Person) -> tuple[Channel, float]:
    """The channel that suits the person best, and how well."""
    wanted, avoided = set(person.request.prefer_channels), set(person.request.avoid_channels)
    live = any(channel.type in LIVE_CHANNEL_TYPES for channel in channels)

    def weight(channel: Channel) -> float:
        if channel.type in avoided:
            return ALL_AVOIDED
        if channel.type in wanted:
            return 1.0
        page = channel.type == "web" and live
        base = PAGE_OF_A_LIVE_SERVICE if page else CHANNEL_WEIGHTS[channel.type]
        if page and avoided & {other.type for other in channels}:
            base = 0.3  # a page that tells you to call is of little use to who can't
        return base * (NOT_PREFERRED if wanted else 1.0)

    best = max(channels, key=lambda channel: (weight(channel), channel.type))
    return best, weight(best)


def _open_state(channels: Sequence[Channel], person: _Person) -> bool | None:
    avoided = person.request.avoid_channels
    live = [each for each in channels if each.type in LIVE_CHANNEL_TYPES and each.type not in avoided]
    states = [channel_is_open(each, person.moment) for each in (live or channels)]
    return True if True in states else (None if None in states else False)


def _language_factor(service: Service, language: str | None) -> float:
    wanted = language or "fi"
    if wanted in service.languages:
        return 1.0
    # English is the second best for who writes in a language that no service here has
    return 0.7 if wanted not in ("fi", "sv", "en") and "en" in service.languages else LANGUAGE_NOT_SERVED


def _freshness(service: Service, moment: Moment) -> float:
    sure = 1.0 if service.confidence == "high" else MEDIUM_CONFIDENCE
    if service.verified_on is None:
        return sure * NOT_DATED
    years = max(0, (moment.day - service.verified_on).days) / 365
    return sure * (1 - min(0.12, FRESHNESS_PER_YEAR * years))


def _reach(service: Service, channels: Sequence[Channel], person: _Person) -> tuple[float, float | None, bool]:
    """How easily it is reached (0-1), the kilometres to its nearest place, and whether it is local.

    What serves the whole country remotely is always near. A visit fades with distance, e to the power of -km/30
    when near is asked for, /90 in the region, /300 in the country.
    """
    visitable = any(channel.type == "visit" for channel in channels)
    distance = _distance(service, person) if visitable else None
    request = person.request
    scale = REACH_KM.get(request.reach, REACH_KM["near"])
    farthest = FARTHEST_KM.get(request.reach, FARTHEST_KM["near"])
    if service.national:
        remote = any(channel.remote for channel in channels)
        local = distance is not None and distance <= REACH_KM["near"]
        if remote:
            return 1.0, distance if distance is not None and distance <= farthest else None, local
        if distance is None:
            return 0.5, None, False
        return (math.exp(-distance / scale), distance, local) if distance <= farthest else (0.0, None, False)
    if person.municipality is None:
        return PLACE_NOT_KNOWN, None, False
    if person.municipality in service.municipalities:
        return math.exp(-min(distance or 0.0, scale) / (3 * scale)), distance, True
    away = min((person.kilometres.get(name, math.inf) for name in service.municipalities), default=math.inf)
    if distance is None or away < distance:
        distance = away
    if distance > farthest:
        return 0.0, None, False
    return SERVES_OTHERS * math.exp(-distance / scale), distance, distance <= REACH_KM["near"]


def _distance(service: Service, person: _Person) -> float | None:
    """Kilometres to the nearest place of the service that may be shown; None when not known."""
    if person.here is None:
        return None
    points = [location.point for location in service.locations if location.point and not location.confidential]
    return min((kilometres(person.here, point) for point in points), default=None)


# --- the cards together -----------------------------------------------------------------------------------------


def _chosen(fits: Sequence[_Fit], person: _Person) -> list[_Fit]:
    """The cards, chosen one by one for the most that each adds to those before it, then in the order of fit.

    A set's worth is the chance that each need is settled by at least one card, weighted by the needs; and more
    when one card can be used right now without leaving home, when one is local; less when all are of one kind or
    of one organization.
    """
    if not fits:
        return []
    pool = _pool(fits, person)
    cards: list[_Fit] = []
    while pool and len(cards) < person.request.limit:
        best = max(pool, key=lambda fit: (_worth([*cards, fit], person, fits[0]), fit.score, fit.service.id))
        cards.append(best)
        pool.remove(best)
    return sorted(cards, key=lambda fit: (-fit.score, fit.service.id))


def _pool(fits: Sequence[_Fit], person: _Person) -> list[_Fit]:
    """The best overall, and the best for each need, near by, and from home now."""
    views = [[fit for fit in fits if need in fit.relevance] for need in person.need_weights]
    views += [[fit for fit in fits if fit.local], [fit for fit in fits if fit.from_home_now]]
    pool = {fit.service.id: fit for fit in fits[:POOL]}
    for view in views:
        pool |= {fit.service.id: fit for fit in view[:BEST_OF_A_VIEW]}
    return list(pool.values())


def _worth(cards: Sequence[_Fit], person: _Person, best: _Fit) -> float:
    """The worth of a set of cards; see docs/ranking.md."""
    weights = person.need_weights or {"": 1.0}
    worth = 0.0
    for need, weight in weights.items():
        unsettled = 1.0
        for fit in cards:
            relevance = fit.relevance.get(need, 0.0) if person.need_weights else 0.5
            unsettled *= 1 - ALPHA * min(1.0, fit.quality * relevance)
        worth += weight * (1 - unsettled)
    fair = [fit for fit in cards if fit.score >= LEAST_RELEVANCE * best.score]
    worth += FROM_HOME_NOW * any(fit.from_home_now for fit in fair)
    worth += LOCAL * any(fit.local for fit in fair)
    if len(cards) > 1:
        worth -= SAME_ORGANIZATION * (len(cards) - len({fit.service.organization for fit in cards}))
    if len(cards) > 2 and len({fit.channel.type for fit in cards}) == 1:
        worth -= SAME_KIND
    return worth


# --- why --------------------------------------------------------------------------------------------------------


def _suggestion(fit: _Fit, person: _Person, now: datetime, ranks: Mapping[str, int]) -> Suggestion:
    opening = service_opening(fit.service, now)
    meeting = next_session(fit.service.sessions, now)
    needs = [need for need in person.need_weights if need in fit.relevance]
    return Suggestion(
        service=fit.service,
        score=fit.score,
        parts=fit.parts,
        why=list(_reasons(fit, person, opening, needs, fit.service.id in ranks)),
        needs=needs or list(fit.service.needs[:1]),
        distance_km=fit.distance_km,
        opening=opening,
        next_session=meeting[1] if meeting else None,
    )


def _reasons(fit: _Fit, person: _Person, opening: Opening, needs: Sequence[str], in_text: bool) -> Iterator[Reason]:
    service, request = fit.service, person.request
    if needs:
        words = [word for need in request.needs if need.id in needs for word in need.because]
        yield Reason("needs", {"needs": list(needs), "words": list(dict.fromkeys(words))})
    elif in_text:
        yield Reason("text", {"words": list(request.words)})
    if fit.parts["staff"] > 1:
        yield Reason("staff", {"words": sorted(person.words.intersection(service.staff.pin_for_words))})
    if fit.local:
        served = person.municipality in service.municipalities
        near = {"municipality": person.municipality, "km": fit.distance_km}
        yield Reason("local" if served else "near", near)
    if opening.open_now:
        yield Reason("open_now", {"channel": fit.channel.type, "closes": opening.closes})
    elif opening.opens:
        yield Reason("opens", {"opens": opening.opens})
    if fit.channel.type in ("chat", "sms"):
        yield Reason("no_call", {"channel": fit.channel.type})
    limits = service.eligibility
    if request.age is not None and (limits.minimum_age is not None or limits.maximum_age is not None):
        yield Reason("age", {"age": request.age, "minimum": limits.minimum_age, "maximum": limits.maximum_age})
    if request.language and request.language != "fi" and request.language in service.languages:
        yield Reason("language", {"language": request.language})
    if request.free_only and any(channel.cost == "free" for channel in service.channels):
        yield Reason("free")
    if request.anonymous_only and service.anonymous:
        yield Reason("anonymous")
