"""Finnish phrases of a service card, put together from facts: why, how far, when it opens, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from service_catalog.fields import LOCAL_ZONE
from service_catalog.ranking import Reason
from service_catalog.schema import Channel, Location

WEEKDAYS = ("maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina", "sunnuntaina")
CHANNELS = {
    "chat": "Chat",
    "sms": "Tekstiviesti",
    "phone": "Puhelin",
    "email": "Sähköposti",
    "web": "Verkkosivu",
    "visit": "Käynti",
    "video": "Videotapaaminen",
}
COSTS = {"free": "maksuton", "call_rate": "oma puhelumaksu", "paid": "maksullinen"}
LANGUAGES = {"sv": "ruotsi", "en": "englanti", "ru": "venäjä", "uk": "ukraina", "ar": "arabia", "so": "somali"}


def listed(names: Sequence[str]) -> str:
    """`a`, `a ja b` or `a, b ja c`."""
    return " ja ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def lower_first(text: str) -> str:
    """A name in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def reasons(why: Sequence[Reason], need_names: Mapping[str, str]) -> list[str]:
    """Why a service was chosen, one short phrase per reason that says something a card's other facts don't.

    The place is called nobody's own: the person may have named another's, or only the page they came by presets it.
    """
    return [phrase for reason in why if (phrase := REASONS.get(reason.kind, _nothing)(reason.values, need_names))]


def _nothing(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    return ""


def _needs(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    if values["words"]:
        return f"koska kirjoitit {listed([f'”{word}”' for word in values['words'][:3]])}"
    return f"koska kerroit: {', '.join(lower_first(need_names[need]) for need in values['needs'][:2])}"


def _near(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    return ", ".join(part for part in ("lähellä", distance(values["km"])) if part)


def _age(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    youngest, oldest = values["minimum"], values["maximum"]
    if youngest and oldest:
        return f"tarkoitettu {youngest}–{oldest}-vuotiaille"
    return f"tarkoitettu yli {youngest}-vuotiaille" if youngest else f"tarkoitettu enintään {oldest}-vuotiaille"


REASONS: dict[str, Callable[[Mapping[str, Any], Mapping[str, str]], str]] = {
    "needs": _needs,
    "related": lambda values, names: (
        f"auttaa myös tässä: {', '.join(lower_first(names[need]) for need in values['needs'][:2])}"
    ),
    "likely": lambda values, names: (
        f"voi auttaa tässä: {', '.join(lower_first(names[need]) for need in values['needs'][:2])}"
    ),
    "text": lambda values, names: "löytyi sanoillasi",
    "staff": lambda values, names: "nuorisotyöntekijät suosittelevat tähän",
    "local": lambda values, names: f"palvelee paikkakunnalla {values['municipality']}",
    "near": _near,
    "open_now": lambda values, names: "auki juuri nyt",
    "no_call": lambda values, names: "ei tarvitse soittaa",
    "age": _age,
    "language": lambda values, names: f"palvelukieli: {LANGUAGES.get(values['language'], values['language'])}",
    "free": lambda values, names: "maksuton",
    "anonymous": lambda values, names: "saat olla nimetön",
    "crisis": lambda values, names: "apua heti",
}
"""The phrase for each kind of reason that ranking gives, and the dialogue: `likely` where a need is only guessed."""


def distance(km: float | None) -> str:
    """How far, or empty when the distance is not known or the service comes to you."""
    if km is None:
        return ""
    return "alle 1 km" if km < 1 else f"{km:.0f} km"


def opening(open_now: bool | None, opens: str | None, now: datetime | None = None) -> str:
    """Open now, when it opens, or that the hours are not known; `opens` is ISO 8601."""
    if open_now:
        return "auki nyt"
    if opens is None:
        return "kiinni nyt" if open_now is False else "aukiolo ei tiedossa"
    moment = datetime.fromisoformat(opens).astimezone(LOCAL_ZONE)
    today = (now or datetime.now(LOCAL_ZONE)).astimezone(LOCAL_ZONE).date()
    days = (moment.date() - today).days
    day_name = {0: "tänään", 1: "huomenna"}.get(days) or (
        WEEKDAYS[moment.weekday()] if days < 7 else day(moment.date().isoformat())
    )
    clock = f"{moment.hour}.{moment.minute:02}" if moment.minute else f"{moment.hour}"
    return f"aukeaa {day_name} klo {clock}"


def day(iso: str) -> str:
    """`2026-11-01` as `1.11.2026`."""
    then = date.fromisoformat(iso)
    return f"{then.day}.{then.month}.{then.year}"


def cost(channel: Channel) -> str | None:
    """What the contact costs and whether it shows on the phone bill; None when neither is known."""
    price = COSTS.get(channel.cost or "")
    bill = {True: "näkyy puhelinlaskussa", False: "ei näy puhelinlaskussa", None: None}[channel.on_bill]
    return ", ".join(part for part in (price, bill) if part) or None


def address(place: Location) -> str | None:
    """`Hämeenkatu 1, 33100 Tampere`, or None where the street is not known or not told."""
    if place.address is None or place.confidential:
        return None
    return (
        f"{place.address}, {place.postal_code} {place.city}" if place.postal_code else f"{place.address}, {place.city}"
    )
