"""Finnish phrases that are put together from facts: why a service, how far, when open, what it costs.

Whole sentences are in bot/domain/responses.yml; here are only those whose form depends on numbers and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service_catalog.ranking import Reason
from service_catalog.schema import Channel, Need

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKDAYS = ("maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina", "sunnuntaina")
COUNTS = {1: "yksi palvelu", 2: "kaksi palvelua", 3: "kolme palvelua"}
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
WISHES: dict[tuple[str, Any], str] = {
    ("avoid", "phone"): "ilman puheluita",
    ("prefer", "visit"): "tapaamisia",
    ("free", True): "maksuttomia",
    ("anonymous", True): "nimettömiä",
}
"""What a wish makes the bot look for, as it tells the person."""
LANGUAGES = {"sv": "ruotsi", "en": "englanti", "ru": "venäjä", "uk": "ukraina", "ar": "arabia", "so": "somali"}
CRISIS_ANSWERS = {"sv": ["Ja", "Nej", "Jag vet inte"], "en": ["Yes", "No", "I don't know"]}


def count(number: int) -> str:
    """How many services, in words."""
    return COUNTS.get(number, f"{number} palvelua")


def listed(names: Sequence[str]) -> str:
    """`a`, `a ja b` or `a, b ja c`."""
    return " ja ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def lower_first(text: str) -> str:
    """A name in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def introduction(needs: Sequence[Need], municipality: str | None, *, first: bool, wishes: Mapping[str, Any]) -> str:
    """What was understood, so that it can be corrected: the needs, the place and the wishes."""
    about = ", ".join(lower_first(need.name.fi) for need in needs)
    place = f" Paikka: {municipality}." if municipality else ""
    wished = listed([phrase for (wish, value), phrase in WISHES.items() if _wished(wishes.get(wish), value)])
    wished = f" Etsin {wished}." if wished else ""
    return f"{'Kiitos kun kerroit.' if first else 'Okei.'} Aiheena: {about}.{place}{wished}"


def _wished(wish: Any, value: Any) -> bool:
    return value in wish if isinstance(wish, list) else wish is value


def known_so_far(municipality: str | None, age: int | None) -> str:
    """What the person has told when no need is known yet, as the start of a sentence; empty when nothing."""
    facts = [fact for fact in (municipality, f"{age} vuotta" if age else None) if fact]
    return f"Selvä, {listed(facts)}. " if facts else ""


def reasons(why: Sequence[Reason], need_names: Mapping[str, str]) -> list[str]:
    """Why a service was chosen, one short phrase per reason that says something a card's other facts don't."""
    return [phrase for reason in why if (phrase := REASONS.get(reason.kind, _nothing)(reason.values, need_names))]


def _nothing(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    return ""


def _needs(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    if values["words"]:
        return f"koska kirjoitit {listed([f'”{word}”' for word in values['words'][:3]])}"
    return f"koska kerroit: {', '.join(lower_first(need_names[need]) for need in values['needs'][:2])}"


def _near(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    kilometres = distance(values["km"])
    return f"lähellä sinua, {kilometres}" if kilometres else "lähellä sinua"


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
    "text": lambda values, names: "löytyi sanoillasi",
    "staff": lambda values, names: "nuorisotyöntekijät suosittelevat tähän",
    "local": lambda values, names: f"omalla paikkakunnallasi: {values['municipality']}",
    "near": _near,
    "open_now": lambda values, names: "auki juuri nyt",
    "no_call": lambda values, names: "ei tarvitse soittaa",
    "age": _age,
    "language": lambda values, names: f"palvelukieli: {LANGUAGES.get(values['language'], values['language'])}",
    "free": lambda values, names: "maksuton",
    "anonymous": lambda values, names: "saat olla nimetön",
    "crisis": lambda values, names: "apua heti",
}
"""The phrase for each kind of reason that ranking gives."""


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
    moment = datetime.fromisoformat(opens).astimezone(HELSINKI)
    today = (now or datetime.now(HELSINKI)).astimezone(HELSINKI).date()
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


def ready_message(opening_line: str, age: int | None, municipality: str | None, calling: bool) -> str:
    """A message to send, or words for a call, from what the person has told; they can change every word."""
    told = [f"Olen {age}-vuotias." if age else "", f"Asun paikkakunnalla {municipality}." if municipality else ""]
    start = "Moi, mua vähän jännittää soittaa." if calling else "Moi!"
    end = "Olenko oikeassa paikassa, ja mitä voisin tehdä ensin?"
    return " ".join(part for part in (start, opening_line, *told, end) if part)


def crisis_answers(language: str) -> list[str]:
    """The answers to tap under a crisis question."""
    return CRISIS_ANSWERS.get(language, ["Kyllä", "En", "En tiedä"])
