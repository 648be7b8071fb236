"""Cards: what a page shows of one service, and of the needs."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service_catalog.card_words import reasons
from service_catalog.cards import need_labels, service_card, services_payload
from service_catalog.catalog import Catalog
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Reason, Request, suggest
from service_catalog.schema import Channel, Service

HELSINKI = ZoneInfo("Europe/Helsinki")
TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=HELSINKI)
CONTRACT = {
    *("id", "name", "summary", "why", "needs", "distance_km", "open_now", "opens", "verified", "channels"),
    *("next_session", "session", "first_step", "what_happens", "language", "lang"),
}
"""The fields that every card has (DESIGN.md, Rich replies)."""


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
