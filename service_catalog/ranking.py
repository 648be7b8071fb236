"""Choose which services to suggest, and say why: the formula of docs/ranking.md, with its numbers.

Two steps. A service's *fit* is a product of factors, each at most 1 but for staff's pin: how well it answers the
needs, and how good it is for this person now (age, reach, channel, open now, language, freshness ...). Then the
cards are chosen together, so that they cover the needs and differ: see `_chosen`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.lemmas import lemmas_of
from service_catalog.places import Places, Point
from service_catalog.schedules import (
    Moment,
    Opening,
    channel_is_open,
    live_channels,
    next_session,
    service_opening,
)
from service_catalog.schema import Channel, Service
from service_catalog.search import candidates, depth, text_matches, word_matches

POOL = 12  # the best of the candidates, among which the cards are chosen
BEST_OF_A_VIEW = 3  # and of those for each need, near by, and from home now
YOUNGEST, OLDEST = 13, 29  # whom the project is for, where the age isn't told
EARTH_RADIUS_KM = 6371.0

# --- the numbers of docs/ranking.md -----------------------------------------------------------------------------

CHANNEL_WEIGHTS = {"chat": 1.0, "sms": 0.95, "web": 0.85, "email": 0.8, "video": 0.75, "phone": 0.65, "visit": 0.6}
# When life is at stake or there is no place for the night, who answers matters, not how; a page doesn't answer.
URGENT_NEEDS = frozenset({"crisis", "homelessness"})
URGENT_CHANNEL_WEIGHTS = {
    "chat": 1.0,
    "sms": 1.0,
    "phone": 0.9,
    "video": 0.8,
    "visit": 0.7,
    "web": 0.5,
    "email": 0.3,
}
INFORMATION_PAGE = 0.75  # a page that isn't self-help (stated to be open always) only tells of the service
VISIT_BY_PAGE = 0.9  # a place to visit whose page tells how, for who wants to visit
NOT_PREFERRED = 0.6  # a channel other than those the person asked for
ALL_AVOIDED = 0.1  # only by channels that the person can't face
REACH_KM = {"near": 30.0, "region": 90.0, "country": 300.0}  # at this distance, the factor is 0.37
FARTHEST_KM = {"near": 60.0, "region": 200.0, "country": math.inf}
SERVES_OTHERS = 0.6  # a local service whose area doesn't hold the person's municipality
PLACE_NOT_KNOWN = 0.2  # a local service, when we don't know where the person is
OPEN_FACTORS: Mapping[bool | None, float] = {True: 1.0, None: 0.9, False: 0.85}
URGENT_OPEN_FACTORS: Mapping[bool | None, float] = {True: 1.0, None: 0.75, False: 0.4}
NO_STATED_AGES = 0.95
LANGUAGE_NOT_SERVED = 0.4  # shown lower, not hidden
ENGLISH_INSTEAD = 0.7  # serves in English, for who speaks neither Finnish, Swedish nor English by what is known
MEDIUM_CONFIDENCE = 0.95
NOT_DATED = 0.95
FRESHNESS_PER_YEAR = 0.03  # taken off for each year since the newest evidence, at most 0.12
STATED_LIMIT = 0.7
EMERGENCY_NUMBER, EMERGENCY_FACTOR = "112", 0.3  # for danger to life, not for everyday needs
PIN = 1.5
TEXT_BONUS = 0.3  # for the best match of the message's words, less for the next ones
NEED_FLOOR, NEED_DECAY = 0.3, 0.7  # a service's needs count less the later they stand in its list
STANDING_LIMIT = 0.05  # how much what people said of a service may add to its fit or take off, as a share of it
DID_NOT_HELP = 0.5  # a service that this person said didn't help them; it is never the first card either
WORDS_ALONE = 0.5  # the need factor of a service that only the words of the message found
BREADTH = 0.2  # how much of the need factor rewards answering several needs at once

# A service whose first need is one of these is for those people; others are seldom shown it.
GROUP_NEEDS = frozenset({"military", "lgbtq", "immigration", "disability", "neurodiversity", "young_parent"})
GROUP_FACTOR = 0.35
SECOND_GROUP_FACTOR = 0.5  # and so, somewhat, when such a need stands second
# A service whose first need is one of these is about that matter, whatever else it lists: the factor when the
# need asked for stands second in its list, and later.
MATTER_NEEDS = frozenset(
    {"violence", "sexual_violence", "crime_victim", "gambling", "substance_use", "eating_disorder", "homelessness"}
    | {"self_harm"}
)
MATTER_FACTORS = (0.7, 0.45)
# How fairly a crisis line (first need: crisis) is suggested for an everyday need; it is for others hardly at all.
CRISIS_LINE_FACTORS = {
    "self_harm": 1.0,
    "mental_health": 0.95,
    "loneliness": 0.9,
    "grief": 0.9,
    "homelessness": 0.9,
    "bullying": 0.85,
    "close_one": 0.85,
    "family": 0.85,
    "relationships": 0.8,
    "violence": 0.8,
    "sexual_violence": 0.8,
    "online_safety": 0.7,
}
CRISIS_LINE_FACTOR = 0.2
ALPHA = 0.7  # how surely one fitting card settles a need; the rest is left for the next cards
FROM_HOME_NOW, LOCAL, BY_CHAT = 0.2, 0.12, 0.15
SAME_KIND, SAME_ORGANIZATION, SAME_THING = 0.08, 0.08, 0.08
LEAST_SHARE = 0.3  # of the best fit: a card below it is shown only where nothing else answers a need
FAIR_NOW, FAIR_LOCAL = 0.65, 0.5  # of the best fit's need factor: what a card chosen for variety must have
MANY_ENOUGH = 3  # of so many cards, one is local where the place is known and a local one answers fairly
CLEAR_NEED = 0.35  # a need understood at least this surely is worth a card of its own
# Where to look when nothing answers the need itself, or too little to fill the cards.
RELATED_NEEDS = {
    "bullying": ("loneliness",),
    "close_one": ("family", "mental_health"),
    "crime_victim": ("legal",),
    "crisis": ("mental_health",),
    "debt": ("money",),
    "disability": ("outreach", "mental_health"),
    "eating_disorder": ("mental_health",),
    "education": ("outreach",),
    "gambling": ("debt", "mental_health"),
    "gaming": ("loneliness", "mental_health"),
    "grief": ("mental_health",),
    "health": ("mental_health",),
    "homelessness": ("housing",),
    "housing": ("money",),
    "immigration": ("legal", "outreach"),
    "legal": ("crime_victim",),
    "leisure": ("outreach",),
    "lgbtq": ("relationships", "mental_health"),
    "loneliness": ("mental_health",),
    "military": ("mental_health",),
    "money": ("debt", "housing"),
    "neurodiversity": ("mental_health", "education"),
    "online_safety": ("sexual_violence", "mental_health"),
    "outreach": ("work", "mental_health"),
    "relationships": ("mental_health",),
    "self_harm": ("mental_health",),
    "sexual_health": ("health", "relationships"),
    "sexual_violence": ("crime_victim", "mental_health"),
    "substance_use": ("mental_health",),
    "violence": ("crime_victim", "family"),
    "work": ("outreach", "education"),
    "young_parent": ("family",),
}


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
    639-1, in which they want to be served; the bot itself need not speak it. `reach`: near, region or country.
    `exclude`: ids of services already shown or declined. `did_not_help`: ids of those that the person said didn't
    help them. `words`: lemmas of the message, for staff's words and for free text.
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
    did_not_help: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    free_only: bool = False
    anonymous_only: bool = False
    limit: int = 3


@dataclass(frozen=True)
class Reason:
    """Why a card was chosen. Kinds and their values, in the order they are given:

    needs {needs, words} or related {needs} or text {words}; staff {words}; local or near {municipality, km or None};
    open_now {channel, closes or None} or opens {opens}; no_call {channel}; age {age, minimum, maximum};
    language {language, also} (also in it, beside Finnish) or other_language {languages}; free {}; anonymous {}.
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
    session: str | None = None  # the id of the session that meets then


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


def suggest(
    catalog: Catalog, places: Places, request: Request, now: datetime, standing: Mapping[str, float] | None = None
) -> Suggestions:
    """Return at most `request.limit` services that together answer the needs best, and why.

    `standing` is what people said of services, by id: a share that is added to the fit, cut to `STANDING_LIMIT`.

    Without needs, the services are found by the words of the message. Hard limits: hidden and excluded services,
    stated ages when the age is known, staff's words to exclude, `free_only`, `anonymous_only`, and the reach. The
    order is the same for the same input. Raises ValueError for a naive `now`.
    """
    person = _Person.of(places, request, now, standing or {})
    fits = _fits(catalog, person)
    chosen = _chosen(fits, person)
    cards = [_suggestion(fit, person, now) for fit in chosen]
    if len(cards) < request.limit:
        cards += _related(catalog, places, request, cards, now, standing or {})
    cards.sort(key=lambda card: card.service.id in request.did_not_help)
    return Suggestions(cards, more=max(0, sum(_worth_showing(fit, fits[0]) for fit in fits) - len(chosen)))


def _related(
    catalog: Catalog,
    places: Places,
    request: Request,
    cards: Sequence[Suggestion],
    now: datetime,
    standing: Mapping[str, float],
) -> list[Suggestion]:
    """Cards for needs that are near those asked for, to fill the places that are left."""
    asked = {need.id for need in request.needs}
    related = {near: need.score for need in request.needs for near in RELATED_NEEDS.get(need.id, ())}
    needs = [NeedHit(near, score / 2) for near, score in related.items() if near not in asked]
    if not needs:
        return []
    shown = request.exclude | {card.service.id for card in cards}
    wider = replace(request, needs=needs, exclude=shown, limit=request.limit - len(cards))
    person = _Person.of(places, wider, now, standing)
    fits = [fit for fit in _fits(catalog, person) if fit.relevance]
    found = [_suggestion(fit, person, now) for fit in fits[: wider.limit]]
    return [replace(one, why=[Reason("related", {"needs": one.needs}), *one.why[1:]]) for one in found]


def _fits(catalog: Catalog, person: _Person) -> list[_Fit]:
    """The fits of all candidates, best first; what the hard limits leave out isn't there."""
    needs = list(person.need_weights)
    by_text = catalog.numbered(_text_matches(catalog, person))
    text_ranks = {service.id: rank for rank, service in enumerate(by_text)}
    found = candidates(catalog, needs, person.municipalities, (), depth(catalog)) if needs else []
    services = {service.id: service for service in [*found, *by_text]}
    fits = [fit for each in services.values() if (fit := _fit(each, person, text_ranks.get(each.id)))]
    return sorted(fits, key=lambda fit: (-fit.score, fit.service.id))


# --- the person -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Person:
    """A request made ready for counting: computed once, used for every candidate."""

    request: Request
    moment: Moment
    here: Point | None
    municipality: str | None
    local_name: str | None
    """What the municipality is called in the person's language."""
    municipalities: list[str] | None
    kilometres: dict[str, float]
    need_weights: dict[str, float]  # their sum is 1
    need_strengths: dict[str, float]  # the greatest is 1
    in_crisis: bool
    urgent: bool
    words: frozenset[str]
    standing: Mapping[str, float]

    @classmethod
    def of(cls, places: Places, request: Request, now: datetime, standing: Mapping[str, float]) -> _Person:
        home = places.municipality(request.municipality) if request.municipality else None
        point = places.coordinates(request.coordinates) if request.coordinates else None
        municipality = home.name if home else (places.nearest(*point) if point else None)
        here = point or (home.coordinates if home else None)
        kilometres = dict(places.by_distance(here)) if here else {}
        reach = FARTHEST_KM.get(request.reach, FARTHEST_KM["near"])
        in_reach = [name for name, km in kilometres.items() if km <= reach and name != municipality]
        roots = {need.id: math.sqrt(max(need.score, 0.0)) for need in request.needs}
        total, greatest = sum(roots.values()) or 1.0, max(roots.values(), default=1.0) or 1.0
        return cls(
            request=request,
            moment=Moment.of(now),
            here=here,
            municipality=municipality,
            local_name=places.name_in(municipality, request.language) if municipality else None,
            municipalities=[municipality, *in_reach] if municipality else None,
            kilometres=kilometres,
            need_weights={need: root / total for need, root in roots.items()},
            need_strengths={need: root / greatest for need, root in roots.items()},
            in_crisis="crisis" in roots,
            urgent=not URGENT_NEEDS.isdisjoint(roots),
            words=frozenset(request.words),
            standing=standing,
        )


def _text_matches(catalog: Catalog, person: _Person) -> list[int]:
    """Numbers of the services whose texts have the message's words, the best match first."""
    language, places = person.request.language, person.municipalities or []
    # Where somebody lives says nothing of what they look for: "asun Lahdessa" finds no service called after Lahti.
    words = [word for word in person.request.words if word.casefold() != (person.municipality or "").casefold()]
    if not words:
        return []
    if person.need_weights:
        return text_matches(catalog, words, places, 20, language)
    return word_matches(catalog, words, places, depth(catalog), language)


def kilometres(one: Point, other: Point) -> float:
    """Return the distance in km between two (latitude, longitude) points, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


# --- the fit of one service -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
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
        strongest = max(person.need_strengths[each] * value for each, value in relevance.items())
        together = sum(person.need_weights[each] * value for each, value in relevance.items())
        need = (1 - BREADTH) * strongest + BREADTH * together
    else:
        need = WORDS_ALONE if text_rank is not None else 0.0
    channel, channel_factor = _best_channel(service, usable, person)
    state = _open_state(service, person)
    parts = {
        "need": need,
        "group": _group_factor(service, person),
        "age": age,
        "reach": reach,
        "channel": channel_factor,
        "open": (URGENT_OPEN_FACTORS if person.urgent else OPEN_FACTORS)[state],
        "language": _language_factor(service, request.language),
        "freshness": _freshness(service, person.moment),
        "wishes": 0.8 if request.anonymous_only and service.anonymous is None else 1.0,
        "text": text,
        "staff": PIN if person.words.intersection(service.staff.pin_for_words) else 1.0,
        "standing": 1 + max(-STANDING_LIMIT, min(STANDING_LIMIT, person.standing.get(service.id, 0.0))),
        "helped": DID_NOT_HELP if service.id in request.did_not_help else 1.0,
    }
    score = math.prod(parts.values())
    if score <= 0:
        return None
    from_home_now = any(_usable_now(each, person) for each in usable)
    return _Fit(service, score, parts, relevance, score / need, channel, from_home_now, local, distance)


def _relevance(service: Service, person: _Person) -> dict[str, float]:
    """How well the service answers each need: 1 for its first need, less for later ones.

    A crisis line's "crisis" doesn't count as a place in the list: a chat for crises is a chat for anxiety too.
    """
    crisis_line = service.needs[0] == "crisis" and not person.in_crisis
    relevance = {}
    for position, need in enumerate(service.needs[1:] if crisis_line else service.needs):
        if need in person.need_weights:
            value = NEED_FLOOR + (1 - NEED_FLOOR) * NEED_DECAY**position
            relevance[need] = value * (CRISIS_LINE_FACTORS.get(need, CRISIS_LINE_FACTOR) if crisis_line else 1.0)
    return relevance


def _group_factor(service: Service, person: _Person) -> float:
    """Less for a service that is meant for somebody else: by its first need, or by a limit it states in words."""
    factor = 1.0
    first, *others = service.needs
    asked = person.need_weights
    second_asked = bool(others) and others[0] in asked
    if asked and first not in asked:
        if first in GROUP_NEEDS:
            factor = MATTER_FACTORS[0] if second_asked and others[0] in GROUP_NEEDS else GROUP_FACTOR
        elif first in MATTER_NEEDS:
            factor = MATTER_FACTORS[0 if second_asked else 1]
    if asked and others and others[0] in GROUP_NEEDS and not second_asked and first not in GROUP_NEEDS:
        factor *= SECOND_GROUP_FACTOR
    stated = service.eligibility.description
    if stated and person.municipality not in service.municipalities and not person.words & _words_of(stated):
        factor *= STATED_LIMIT
    if not person.urgent and any(channel.number == EMERGENCY_NUMBER for channel in service.channels):
        factor *= EMERGENCY_FACTOR
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


def _best_channel(service: Service, channels: Sequence[Channel], person: _Person) -> tuple[Channel, float]:
    """The channel that suits the person best, and how well."""
    wanted, avoided = set(person.request.prefer_channels), set(person.request.avoid_channels)
    others = {channel.type for channel in channels} - {"web"}
    # a crisis line's page only tells the number; so does a page when what it leads to is avoided
    useless_page = bool(others) and (service.needs[0] == "crisis" or others <= avoided)
    weights = URGENT_CHANNEL_WEIGHTS if person.urgent else CHANNEL_WEIGHTS

    def weight(channel: Channel) -> float:
        if channel.type in avoided:
            return ALL_AVOIDED
        if channel.type in wanted:
            return 1.0
        if "visit" in wanted and channel.type == "web" and service.locations:
            return VISIT_BY_PAGE
        base = weights[channel.type]
        if channel.type == "web" and not channel.always_open:
            base = min(base, ALL_AVOIDED if useless_page else INFORMATION_PAGE)
        return base * (NOT_PREFERRED if wanted else 1.0)

    best = max(channels, key=lambda channel: (weight(channel), channel.type))
    return best, weight(best)


def _usable_now(channel: Channel, person: _Person) -> bool:
    """Whether it helps right now, at home: somebody answers, or it is self-help."""
    if channel.type in person.request.avoid_channels or not channel.remote:
        return False
    return channel_is_open(channel, person.moment) is True


def _open_state(service: Service, person: _Person) -> bool | None:
    avoided = person.request.avoid_channels
    states = [channel_is_open(each, person.moment) for each in live_channels(service) if each.type not in avoided]
    return True if True in states else (None if None in states or not states else False)


def _language_factor(service: Service, language: str | None) -> float:
    """How well the service speaks to the person: English is the second best in a language that it doesn't serve in."""
    wanted = language or "fi"
    if wanted in service.languages:
        return 1.0
    return ENGLISH_INSTEAD if wanted not in ("fi", "sv", "en") and "en" in service.languages else LANGUAGE_NOT_SERVED


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
    distance = _distance(service, person)
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
    """The cards, chosen one by one for the most that each adds to those before it, then in the order of channels.

    A set's worth is the chance that each need is settled by at least one card, weighted by the needs; and more
    when one card can be used right now without leaving home, when one is a chat, when one is local; less when all
    are of one kind or of one organization. In a crisis there is nothing to vary: the best are shown.
    """
    if not fits or person.in_crisis:
        return list(fits[: person.request.limit])
    pool = _pool(fits, person)
    cards: list[_Fit] = []
    while pool and len(cards) < person.request.limit:
        best = max(pool, key=lambda fit: (_worth([*cards, fit], person, fits[0]), fit.score, fit.service.id))
        cards.append(best)
        pool.remove(best)
    cards = _with_a_local(cards, pool, person, fits[0])
    return sorted(
        cards, key=lambda fit: (_language_place(fit, person), _channel_place(fit, person), -fit.score, fit.service.id)
    )


def _language_place(fit: _Fit, person: _Person) -> float:
    """Where its languages put a card among the chosen: what serves in the person's own stands first.

    When it is urgent the fit alone decides, of which the language is a part.
    """
    return 0.0 if person.urgent else -fit.parts["language"]


def _with_a_local(cards: list[_Fit], others: Sequence[_Fit], person: _Person, best: _Fit) -> list[_Fit]:
    """The cards with a fair local one instead of one of them, where it costs the set least, if none of three is local.

    Who names a place asks what there is near by, however well the national chats cover the needs.
    """
    if len(cards) < MANY_ENOUGH or any(fit.local for fit in cards):
        return cards
    fair = [fit for fit in others if _is_fairly_local(fit, person, best)]
    sets = [[*cards[:place], fit, *cards[place + 1 :]] for fit in fair for place in range(len(cards))]
    return max(sets, key=lambda each: _worth(each, person, best), default=cards)


def _channel_place(fit: _Fit, person: _Person) -> float:
    """Where its channel puts a card among the chosen: asked for, then chat before text message before the rest.

    When it is urgent the fit alone decides.
    """
    if person.urgent or fit.channel.type in person.request.prefer_channels:
        return 0.0
    return 1.0 if fit.channel.type in person.request.avoid_channels else 1 - CHANNEL_WEIGHTS[fit.channel.type]


def _worth_showing(fit: _Fit, best: _Fit) -> bool:
    return fit.score >= LEAST_SHARE * best.score


def _pool(fits: Sequence[_Fit], person: _Person) -> list[_Fit]:
    """The best overall, and the best for each clear need, near by, and from home now."""
    good = [fit for fit in fits if _worth_showing(fit, fits[0])]
    clear = [need.id for need in person.request.needs if need.score >= CLEAR_NEED]
    views = [[fit for fit in fits if need in fit.relevance][:1] for need in clear]
    views += [[fit for fit in good if need in fit.relevance] for need in clear]
    views += [[fit for fit in good if fit.local], [fit for fit in good if fit.from_home_now]]
    pool = {fit.service.id: fit for fit in good[:POOL]}
    for view in views:
        pool |= {fit.service.id: fit for fit in view[:BEST_OF_A_VIEW]}
    return list(pool.values())


def _answers(fit: _Fit, share: float, best: _Fit) -> bool:
    """Whether it answers the needs almost as well as the best does."""
    return fit.parts["need"] * fit.parts["group"] >= share * best.parts["need"] * best.parts["group"]


def _helps_at_once(fit: _Fit, best: _Fit) -> bool:
    """Whether it answers the needs, and talks with the person, almost as well as the best does."""
    return _answers(fit, FAIR_NOW, best) and fit.parts["language"] >= FAIR_NOW * best.parts["language"]


def _is_fairly_local(fit: _Fit, person: _Person, best: _Fit) -> bool:
    """Whether it is local and answers a need fairly; what only the message's words found doesn't, where needs are."""
    return fit.local and bool(fit.relevance or not person.need_weights) and _answers(fit, FAIR_LOCAL, best)


def _worth(cards: Sequence[_Fit], person: _Person, best: _Fit) -> float:
    """The worth of a set of cards; see docs/ranking.md."""
    worth = 0.0
    for need, weight in (person.need_weights or {"": 1.0}).items():
        unsettled = 1.0
        for fit in cards:
            relevance = fit.relevance.get(need, 0.0) if person.need_weights else WORDS_ALONE
            unsettled *= 1 - ALPHA * min(1.0, fit.quality * relevance)
        worth += weight * (1 - unsettled)
    worth += FROM_HOME_NOW * any(fit.from_home_now and _helps_at_once(fit, best) for fit in cards)
    worth += BY_CHAT * any(fit.channel.type == "chat" and _helps_at_once(fit, best) for fit in cards)
    worth += LOCAL * any(_is_fairly_local(fit, person, best) for fit in cards)
    worth -= SAME_THING * (len(cards) - len({fit.service.needs[:3] for fit in cards}))
    worth -= SAME_ORGANIZATION * (len(cards) - len({fit.service.organization for fit in cards}))
    if len(cards) > 2 and len({(fit.channel.type, fit.channel.always_open, fit.local) for fit in cards}) == 1:
        worth -= SAME_KIND
    return worth


# --- why --------------------------------------------------------------------------------------------------------


def _suggestion(fit: _Fit, person: _Person, now: datetime) -> Suggestion:
    opening = service_opening(fit.service, now)
    meeting = next_session(fit.service.sessions, now)
    needs = [need for need in person.need_weights if need in fit.relevance]
    return Suggestion(
        service=fit.service,
        score=fit.score,
        parts=fit.parts,
        why=list(_reasons(fit, person, opening, needs)),
        needs=needs or list(fit.service.needs[:1]),
        distance_km=fit.distance_km,
        opening=opening,
        next_session=meeting[1] if meeting else None,
        session=meeting[0].id if meeting else None,
    )


def _language_reason(service: Service, wanted: str) -> Reason:
    """That it serves in the person's language, or in English instead, or which languages it serves in."""
    others = "en" if wanted not in ("fi", "sv", "en") and "en" in service.languages else None
    served = wanted if wanted in service.languages else others
    if served is None:
        return Reason("other_language", {"languages": list(service.languages)})
    return Reason("language", {"language": served, "also": "fi" in service.languages})


def _reasons(fit: _Fit, person: _Person, opening: Opening, needs: Sequence[str]) -> Iterator[Reason]:
    service, request = fit.service, person.request
    if needs:
        words = [word for need in request.needs if need.id in needs for word in need.because]
        yield Reason("needs", {"needs": list(needs), "words": list(dict.fromkeys(words))})
    else:
        yield Reason("text", {"words": list(request.words)})
    if fit.parts["staff"] > 1:
        yield Reason("staff", {"words": sorted(person.words.intersection(service.staff.pin_for_words))})
    if fit.local:
        served = person.municipality in service.municipalities
        near = {"municipality": person.local_name, "km": fit.distance_km}
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
    if request.language and request.language != "fi":
        yield _language_reason(service, request.language)
    if request.free_only and any(channel.cost == "free" for channel in service.channels):
        yield Reason("free")
    if request.anonymous_only and service.anonymous:
        yield Reason("anonymous")
