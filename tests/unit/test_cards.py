"""Cards: what a page shows of one service, and of the needs."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service_catalog.card_words import opening, phrases, reasons
from service_catalog.cards import as_text, name_in, need_labels, service_card, services_payload
from service_catalog.catalog import Catalog
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Reason, Request, suggest
from service_catalog.schema import Channel, Service
from translations import translate

HELSINKI = ZoneInfo("Europe/Helsinki")
TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=HELSINKI)
CONTRACT = {
    *("id", "name", "summary", "why", "needs", "distance_km", "open_now", "opens", "verified", "channels"),
    *("next_session", "session", "first_step", "what_happens", "language", "lang"),
}
"""The fields that every card has (DESIGN.md, Rich replies)."""


EXAMPLE = {
    "id": "juttu",
    "organization": "juttu",
    "name": "Juttu",
    "summary": "Juttele mistä vain.",
    "first_step": "Avaa chat.",
    "needs": ["loneliness"],
    "service_area": "country",
    "channels": [
        {"type": "chat", "url": "https://example.fi"},
        {"type": "phone", "number": "050 123 4567", "label": "Juttulinja", "cost": "call_rate"},
    ],
    "confidence": "high",
    "source": ["test"],
}


class OneService:
    """A catalogue with nothing else in it."""

    def __init__(self, service: Service) -> None:
        self.service = lambda _: service


def visits(catalog: Catalog) -> list[tuple[Service, Channel]]:
    return [(one, way) for one in catalog.services() for way in one.channels if way.type == "visit"]


def test_one_card_has_the_fields_of_a_replys_cards(seed_catalog: Catalog) -> None:
    alone = service_card(seed_catalog, "sekasin-chat", TUESDAY_MORNING)
    assert alone is not None
    found = suggest(seed_catalog, Places.load(), Request([NeedHit("loneliness", 0.9)]), TUESDAY_MORNING)
    (first, *_) = services_payload(found, seed_catalog.need_names())["services"]
    assert set(alone) == set(first) == CONTRACT
    assert [set(way) for way in alone["channels"]] == [set(first["channels"][0])] * len(alone["channels"])
    assert (alone["why"], alone["distance_km"]) == ([], None)
    assert alone["needs"] == list(seed_catalog.service("sekasin-chat").needs)


def test_every_service_has_a_card_that_is_json(seed_catalog: Catalog) -> None:
    for service in seed_catalog.services():
        assert json.loads(json.dumps(service_card(seed_catalog, service.id, TUESDAY_MORNING)))["name"] == service.name


@pytest.mark.parametrize("service_id", ["no-such-service", "", "ä", "'; DROP TABLE services; --"])
def test_an_unknown_service_has_no_card(seed_catalog: Catalog, service_id: str) -> None:
    assert service_card(seed_catalog, service_id, TUESDAY_MORNING) is None


def test_a_hidden_service_has_no_card(seed_catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    service = seed_catalog.service("sekasin-chat")
    assert service is not None
    hidden = service.copy(update={"staff": service.staff.copy(update={"hide": True})})
    monkeypatch.setattr(seed_catalog, "service", lambda _: hidden)
    assert service_card(seed_catalog, "sekasin-chat", TUESDAY_MORNING) is None


def test_whether_a_call_shows_on_the_bill_has_three_values(seed_catalog: Catalog) -> None:
    said = set()
    for service in seed_catalog.services():
        card = service_card(seed_catalog, service.id, TUESDAY_MORNING)
        assert card is not None
        for way, shown in zip(service.channels, card["channels"], strict=True):
            assert shown["on_bill"] is way.on_bill
            assert shown["number"] == way.number
            said.add(way.on_bill)
    assert None in said


def test_a_place_to_visit_has_an_address_and_a_point_for_a_route(seed_catalog: Catalog) -> None:
    routes = 0
    for service, way in visits(seed_catalog):
        place = service.location(way.location or "")
        card = service_card(seed_catalog, service.id, TUESDAY_MORNING)
        assert card is not None
        shown = card["channels"][service.channels.index(way)]
        if place is None or place.confidential:
            assert (shown["url"], shown["address"], shown["point"]) == (None, None, None)
        else:
            assert shown["address"] is None or shown["address"].endswith(place.city)
            if place.point:
                assert (shown["point"]["latitude"], shown["point"]["longitude"]) == place.point
                routes += 1
    assert routes > 10


def test_needs_are_named_in_three_languages_in_the_catalogues_order(seed_catalog: Catalog) -> None:
    labels = need_labels(seed_catalog)
    assert [one["id"] for one in labels] == list(seed_catalog.needs)
    assert all(set(one["label"]) == {"fi", "sv", "en"} and all(one["label"].values()) for one in labels)
    assert next(one["label"]["fi"] for one in labels if one["id"] == "debt") == "Velat ja laskut"


@pytest.mark.parametrize(("km", "phrase"), [(4.6, "lähellä, 5 km"), (0.3, "lähellä, alle 1 km"), (None, "lähellä")])
def test_near_says_how_far_where_it_is_known(km: float | None, phrase: str) -> None:
    assert reasons([Reason("near", {"municipality": "Tampere", "km": km})], {}) == [phrase]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_card_is_in_the_persons_language_where_the_catalogue_is(seed_catalog: Catalog, language: str) -> None:
    card = service_card(seed_catalog, "hatanumero-112", TUESDAY_MORNING, language)
    service = seed_catalog.service("hatanumero-112")
    assert card is not None and service is not None
    for field in ("name", "summary", "first_step"):
        assert card[field] == service.translated(field, language) != getattr(service, field)
    assert (card["language"], card["lang"]) == (language, {})


def test_what_is_only_in_finnish_stays_and_says_so() -> None:
    values = {**EXAMPLE, "translations": {"en": {"summary": "Talk about anything."}}}
    catalog = OneService(Service.parse_obj(values))
    card = service_card(catalog, "juttu", TUESDAY_MORNING, "en")
    assert card is not None
    assert (card["name"], card["summary"], card["first_step"]) == ("Juttu", "Talk about anything.", "Avaa chat.")
    assert card["lang"] == {"name": "fi", "first_step": "fi", "channels.1.label": "fi"}
    chat, line = card["channels"]
    assert (chat["label"], chat["named"]) == ("Chat", False)  # the type's own name, which is translated
    assert (line["label"], line["named"]) == ("Juttulinja", True)
    assert line["cost"] == translate("oma puhelumaksu", "en") != "oma puhelumaksu"


def test_each_way_to_reach_a_service_says_whether_it_is_open(seed_catalog: Catalog) -> None:
    card = service_card(seed_catalog, "nollalinja", TUESDAY_MORNING.replace(hour=20))
    assert card is not None and card["open_now"] is True
    ways = [(way["type"], way["open_now"]) for way in card["channels"]]
    assert ways == [("chat", False), ("phone", True), ("phone", True)]


@pytest.mark.parametrize("language", ["fi", None, "ru", "xx"])
def test_a_language_that_is_not_spoken_gets_a_finnish_card(seed_catalog: Catalog, language: str | None) -> None:
    card = service_card(seed_catalog, "hatanumero-112", TUESDAY_MORNING, language)
    assert card == service_card(seed_catalog, "hatanumero-112", TUESDAY_MORNING)
    assert card is not None and (card["language"], card["lang"]) == ("fi", {})


def test_every_card_says_the_language_of_every_text(seed_catalog: Catalog) -> None:
    for service in seed_catalog.services():
        for language in ("sv", "en"):
            card = service_card(seed_catalog, service.id, TUESDAY_MORNING, language)
            assert card is not None
            for field in ("name", "summary", "first_step", "what_happens"):
                is_finnish = bool(card[field]) and service.translated(field, language) is None
                assert (card["lang"].get(field) == "fi") is is_finnish
            assert name_in(service, language) == card["name"] in service.names


@pytest.mark.parametrize(
    ("language", "served", "message", "in_language"),
    [
        ("fi", {"language": "en", "also": True}, "palvelee myös {in_language}", "englanniksi"),
        ("fi", {"language": "sv", "also": False}, "palvelee {in_language}", "ruotsiksi"),
        ("sv", {"language": "sv", "also": False}, "palvelee {in_language}", "på svenska"),
        ("en", {"language": "en", "also": True}, "palvelee myös {in_language}", "in English"),
    ],
)
def test_a_card_says_in_which_language_people_are_served(
    language: str, served: dict[str, object], message: str, in_language: str
) -> None:
    said = translate(message, language, in_language=in_language)
    assert phrases([Reason("language", served)], {}, language) == [(said, language)]


@pytest.mark.parametrize(
    ("served", "own_words"), [("ru", "на русском"), ("ar", "باللغة العربية"), ("so", "af Soomaali")]
)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_language_that_the_bot_does_not_speak_is_told_in_its_own_words(
    language: str, served: str, own_words: str
) -> None:
    assert phrases([Reason("language", {"language": served})], {}, language) == [(own_words, served)]


def test_other_languages_are_called_by_their_names() -> None:
    assert reasons([Reason("language", {"language": "th"})], {}) == ["palvelukieli: thai (ไทย)"]
    assert "Thai (ไทย)" in reasons([Reason("language", {"language": "th"})], {}, "en")[0]


@pytest.mark.parametrize(
    ("language", "served"),
    [
        ("fi", "suomeksi ja ruotsiksi"),
        ("sv", "på finska och på svenska"),
        ("en", "in Finnish and in Swedish"),
    ],
)
def test_a_card_says_which_other_languages_are_served(language: str, served: str) -> None:
    said = translate("palvelee {in_language}", language, in_language=served)
    assert reasons([Reason("other_language", {"languages": ["fi", "sv"]})], {}, language) == [said]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "aukeaa torstaina klo 16"),
        ("sv", "öppnar på torsdag kl. 16"),
        ("en", "opens on Thursday at 16:00"),
    ],
)
def test_when_it_opens_is_said_by_the_rules_of_the_language(language: str, said: str) -> None:
    assert opening(False, "2026-11-26T16:00:00+02:00", TUESDAY_MORNING, language) == said


def test_a_card_as_text_is_in_its_own_language(seed_catalog: Catalog) -> None:
    card = service_card(seed_catalog, "hatanumero-112", TUESDAY_MORNING, "en")
    text = as_text({"services": [card]})
    assert text.startswith("1. Emergency number 112\n")
    assert "First: If you can't speak, text 112" in text
    assert not {"Ensin", "Sitten", "maksuton"} & set(text.split())
