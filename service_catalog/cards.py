"""Service cards: the rich reply, one card by its id, and the same facts as text for channels without cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

from service_catalog import card_words as words
from service_catalog.catalog import Catalog
from service_catalog.ranking import Suggestion
from service_catalog.schedules import next_session, service_opening
from service_catalog.schema import Channel, Location, Service, Translated
from translations import LANGUAGES, translate

TEXTS = ("name", "summary", "first_step", "what_happens")
"""What of a service people read, and what its translations may have."""


def services_payload(
    suggestions: Iterable[Suggestion],
    need_names: Mapping[str, str],
    *,
    crisis: bool = False,
    language: str | None = None,
) -> dict[str, Any]:
    """The `custom` payload of a reply that shows services (docs/architecture.md), cards in the given order.

    `need_names`: by id, in the `language` of the reply (`Catalog.need_names`).
    """
    cards = [card(one, need_names, language) for one in suggestions]
    return {"type": "services", "crisis": crisis, "services": cards}


def card(suggestion: Suggestion, need_names: Mapping[str, str], language: str | None = None) -> dict[str, Any]:
    """One service as the payload shows it. Distance in km; times ISO 8601 with offset.

    `language` (fi, sv, en; Finnish where it is none of them) is that of the phrases, and of the texts that the
    catalogue has in it; what it has only in Finnish stays so. `lang` names the parts in another language than the
    card's: `{"name": "fi", "why.2": "ru", "channels.0.label": "fi"}`.
    """
    service, language = suggestion.service, language if language in LANGUAGES else LANGUAGES[0]
    texts = {field: said(service, field, language) for field in TEXTS}
    why = words.phrases(suggestion.why, need_names, language)
    labels = [_label(channel, language) for channel in service.channels]
    spoken = {field: text.language for field, text in texts.items() if text.text}
    spoken |= {f"why.{place}": phrase.language for place, phrase in enumerate(why)}
    spoken |= {f"channels.{place}.label": label.language for place, label in enumerate(labels)}
    return {
        "id": service.id,
        "name": texts["name"].text,
        "summary": texts["summary"].text,
        "why": [phrase.text for phrase in why],
        "needs": suggestion.needs,
        "first_step": texts["first_step"].text,
        "what_happens": texts["what_happens"].text or None,
        "distance_km": None if suggestion.distance_km is None else round(suggestion.distance_km, 1),
        "open_now": suggestion.opening.open_now,
        "opens": suggestion.opening.opens.isoformat() if suggestion.opening.opens else None,
        "verified": service.verified_on.isoformat() if service.verified_on else None,
        "channels": [
            channel_link(service, channel, language, is_open)
            for channel, is_open in zip_longest(service.channels, suggestion.opening.channels)
        ],
        "next_session": suggestion.next_session.isoformat() if suggestion.next_session else None,
        "session": suggestion.session,
        "language": language,
        "lang": {part: other for part, other in spoken.items() if other != language},
    }


def said(model: Translated, field: str, language: str | None) -> words.Phrase:
    """A text of the catalogue in a language, else in Finnish, and which of them it is; empty where there is none."""
    translated = model.translated(field, language)
    if translated and language:
        return words.Phrase(translated, language)
    return words.Phrase(getattr(model, field) or "", LANGUAGES[0])


def name_in(service: Service, language: str | None) -> str:
    """A service's name in a language, in Finnish where there is no other."""
    return said(service, "name", language).text


def service_card(
    catalog: Catalog, service_id: str, now: datetime, language: str | None = None
) -> dict[str, Any] | None:
    """The card of one service at a moment, as a shared link shows it: without a person, so without reasons or distance.

    None for an unknown or a hidden service. Raises ValueError for a naive `now`.
    """
    service = catalog.service(service_id)
    if service is None or service.staff.hide:
        return None
    meeting = next_session(service.sessions, now)
    session, starts = (meeting[0].id, meeting[1]) if meeting else (None, None)
    alone = Suggestion(service, 1.0, {}, [], list(service.needs), None, service_opening(service, now), starts, session)
    return card(alone, {}, language)


def need_labels(catalog: Catalog) -> list[dict[str, Any]]:
    """The needs and their short names in three languages, as a page offers them; Finnish where there is no other."""
    return [
        {"id": need.id, "label": {language: need.label.of(language) for language in ("fi", "sv", "en")}}
        for need in catalog.needs.values()
    ]


def channel_link(
    service: Service, channel: Channel, language: str | None = None, is_open: bool | None = None
) -> dict[str, Any]:
    """A way to reach the service: `url` is https:, tel:, sms: or mailto:, or None for a visit with no map point.

    `named` says whether its `label` is its own, more than the name of its type, `open_now` whether it (not another way
    to reach the service) is known to be open or closed. `cost` is what people read, with what
    is known of the phone bill; `on_bill` says the latter alone, None when it is not known. `number` is a telephone
    number as people write it. `address` (text) and `point` (degrees, WGS84, for a route) are those of the place to
    visit, None where it is confidential or not known.
    """
    place = service.location(channel.location) if channel.location else None
    return {
        "type": channel.type,
        "label": _label(channel, language).text,
        "named": channel.label is not None,
        "open_now": is_open,
        "url": map_link(place) if channel.type == "visit" else channel.link,
        "cost": words.cost(channel, language),
        "on_bill": channel.on_bill,
        "number": channel.number,
        "address": words.address(place) if place else None,
        "point": dict(zip(("latitude", "longitude"), place.point, strict=True)) if place and place.point else None,
    }


def _label(channel: Channel, language: str | None) -> words.Phrase:
    if channel.label is None:
        return words.Phrase(words.channel_name(channel.type, language), language or LANGUAGES[0])
    return said(channel, "label", language)


def map_link(place: Location | None) -> str | None:
    """OpenStreetMap at the place to visit, or None where the place is confidential or not known."""
    if place is None or place.point is None:
        return None
    latitude, longitude = place.point
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"


def as_text(payload: dict[str, Any], language: str | None = None) -> str:
    """The cards of a payload as plain text, numbered, with the same facts, in the language of the cards."""
    return "\n\n".join(
        "\n".join(_lines(number, service, service.get("language", language)))
        for number, service in enumerate(payload["services"], 1)
    )


def _lines(number: int, service: dict[str, Any], language: str | None) -> list[str]:
    doors = words.opening(service["open_now"], service["opens"], language=language)
    where_and_when = [doors, words.distance(service["distance_km"], language)]
    lines = [f"{number}. {service['name']}", service["summary"], *service["why"]]
    lines.append(" · ".join(fact for fact in where_and_when if fact))
    lines.append(translate("Ensin: {step}", language, step=service["first_step"]))
    if service["what_happens"]:
        lines.append(translate("Sitten: {then}", language, then=service["what_happens"]))
    lines += [_contact(channel) for channel in service["channels"]]
    if service["verified"]:
        lines.append(translate("Tiedot tarkistettu {day}.", language, day=words.day(service["verified"], language)))
    return lines


def _contact(channel: dict[str, Any]) -> str:
    address = (channel["url"] or "").removeprefix("tel:").removeprefix("sms:").removeprefix("mailto:")
    return f"{channel['label']}: {address} ({channel['cost']})" if channel["cost"] else f"{channel['label']}: {address}"
