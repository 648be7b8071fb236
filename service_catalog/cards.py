"""Service cards: the rich reply, one card by its id, and the same facts as text for channels without cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from service_catalog import card_words as words
from service_catalog.catalog import Catalog
from service_catalog.ranking import Suggestion
from service_catalog.schedules import next_session, service_opening
from service_catalog.schema import Channel, Location, Service


def services_payload(
    suggestions: Iterable[Suggestion], need_names: Mapping[str, str], *, crisis: bool = False
) -> dict[str, Any]:
    """The `custom` payload of a reply that shows services (docs/architecture.md), cards in the given order."""
    return {"type": "services", "crisis": crisis, "services": [card(one, need_names) for one in suggestions]}


def card(suggestion: Suggestion, need_names: Mapping[str, str]) -> dict[str, Any]:
    """One service as the payload shows it. Distance in km; times ISO 8601 with offset."""
    service = suggestion.service
    return {
        "id": service.id,
        "name": service.name,
        "summary": service.summary,
        "why": words.reasons(suggestion.why, need_names),
        "needs": suggestion.needs,
        "first_step": service.first_step,
        "what_happens": service.what_happens,
        "distance_km": None if suggestion.distance_km is None else round(suggestion.distance_km, 1),
        "open_now": suggestion.opening.open_now,
        "opens": suggestion.opening.opens.isoformat() if suggestion.opening.opens else None,
        "verified": service.verified_on.isoformat() if service.verified_on else None,
        "channels": [channel_link(service, channel) for channel in service.channels],
        "next_session": suggestion.next_session.isoformat() if suggestion.next_session else None,
        "session": suggestion.session,
    }


def service_card(catalog: Catalog, service_id: str, now: datetime) -> dict[str, Any] | None:
    """The card of one service at a moment, as a shared link shows it: without a person, so without reasons or distance.

    None for an unknown or a hidden service. Raises ValueError for a naive `now`.
    """
    service = catalog.service(service_id)
    if service is None or service.staff.hide:
        return None
    meeting = next_session(service.sessions, now)
    session, starts = (meeting[0].id, meeting[1]) if meeting else (None, None)
    alone = Suggestion(service, 1.0, {}, [], list(service.needs), None, service_opening(service, now), starts, session)
    return card(alone, {})


def need_labels(catalog: Catalog) -> list[dict[str, Any]]:
    """The needs and their short names in three languages, as a page offers them; Finnish where there is no other."""
    return [
        {"id": need.id, "label": {language: need.label.of(language) for language in ("fi", "sv", "en")}}
        for need in catalog.needs.values()
    ]


def channel_link(service: Service, channel: Channel) -> dict[str, Any]:
    """A way to reach the service: `url` is https:, tel:, sms: or mailto:, or None for a visit with no map point.

    `cost` is what people read, with what is known of the phone bill; `on_bill` says the latter alone, None when it is
    not known. `number` is a telephone number as people write it. `address` (text) and `point` (degrees, WGS84, for a
    route) are those of the place to visit, None where it is confidential or not known.
    """
    place = service.location(channel.location) if channel.location else None
    return {
        "type": channel.type,
        "label": channel.label or words.CHANNELS[channel.type],
        "url": map_link(place) if channel.type == "visit" else channel.link,
        "cost": words.cost(channel),
        "on_bill": channel.on_bill,
        "number": channel.number,
        "address": words.address(place) if place else None,
        "point": dict(zip(("latitude", "longitude"), place.point, strict=True)) if place and place.point else None,
    }


def map_link(place: Location | None) -> str | None:
    """OpenStreetMap at the place to visit, or None where the place is confidential or not known."""
    if place is None or place.point is None:
        return None
    latitude, longitude = place.point
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"


def as_text(payload: dict[str, Any]) -> str:
    """The cards of a payload as plain text, numbered, with the same facts."""
    return "\n\n".join("\n".join(_lines(number, service)) for number, service in enumerate(payload["services"], 1))


def _lines(number: int, service: dict[str, Any]) -> list[str]:
    where_and_when = [words.opening(service["open_now"], service["opens"]), words.distance(service["distance_km"])]
    lines = [f"{number}. {service['name']}", service["summary"], *service["why"]]
    lines.append(" · ".join(fact for fact in where_and_when if fact))
    lines.append(f"Ensin: {service['first_step']}")
    if service["what_happens"]:
        lines.append(f"Sitten: {service['what_happens']}")
    lines += [_contact(channel) for channel in service["channels"]]
    if service["verified"]:
        lines.append(f"Tiedot tarkistettu {words.day(service['verified'])}.")
    return lines


def _contact(channel: dict[str, Any]) -> str:
    address = (channel["url"] or "").removeprefix("tel:").removeprefix("sms:").removeprefix("mailto:")
    return f"{channel['label']}: {address} ({channel['cost']})" if channel["cost"] else f"{channel['label']}: {address}"
