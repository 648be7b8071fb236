"""Phrases of a service card, put together from facts: why, how far, when it opens, what it costs.

Written in Finnish here and told in the person's language (translations/). A `language` is fi, sv or en; any other is
told in Finnish.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from babel.dates import format_date, format_skeleton
from babel.units import format_unit

from service_catalog.fields import LOCAL_ZONE
from service_catalog.language_names import in_language, in_own_words, name
from service_catalog.ranking import Reason
from service_catalog.schema import Channel, Location
from translations import LANGUAGES, listed, locale, translatable, translate

__all__ = ["listed"]

ON_WEEKDAYS = (
    translatable("maanantaina"),
    translatable("tiistaina"),
    translatable("keskiviikkona"),
    translatable("torstaina"),
    translatable("perjantaina"),
    translatable("lauantaina"),
    translatable("sunnuntaina"),
)
CHANNELS = {
    "chat": translatable("Chat"),
    "sms": translatable("Tekstiviesti"),
    "phone": translatable("Puhelin"),
    "email": translatable("Sähköposti"),
    "web": translatable("Verkkosivu"),
    "visit": translatable("Käynti"),
    "video": translatable("Videotapaaminen"),
}
COSTS = {
    "free": translatable("maksuton"),
    "call_rate": translatable("oma puhelumaksu"),
    "paid": translatable("maksullinen"),
}
HOURS_WITH_MINUTES = ("en",)
"""Languages in which a full hour is 16:00 rather than 16."""


class Phrase(NamedTuple):
    """A phrase and the language that it is in (ISO 639-1)."""

    text: str
    language: str


def lower_first(text: str) -> str:
    """A name in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def reasons(why: Sequence[Reason], need_names: Mapping[str, str], language: str | None = None) -> list[str]:
    """Why a service was chosen, one short phrase per reason that says something a card's other facts don't.

    `need_names`: by id, in the language. The place is called nobody's own: the person may have named another's, or only
    the page they came by presets it.
    """
    return [phrase.text for phrase in phrases(why, need_names, language)]


def phrases(why: Sequence[Reason], need_names: Mapping[str, str], language: str | None = None) -> list[Phrase]:
    """The same, each with its language: what serves in a language that the bot doesn't speak says so in that."""
    told = language if language in LANGUAGES else LANGUAGES[0]
    found = (_phrase(reason, need_names, told or LANGUAGES[0]) for reason in why)
    return [phrase for phrase in found if phrase.text]


def _phrase(reason: Reason, need_names: Mapping[str, str], language: str) -> Phrase:
    served = reason.values.get("language", language)
    own = in_own_words(served) if served not in LANGUAGES else None
    if own:
        return Phrase(own, served)
    words = REASONS.get(reason.kind)
    return Phrase(words(reason.values, need_names, language) if words else "", language)


def _needs(values: Mapping[str, Any], need_names: Mapping[str, str], language: str) -> str:
    if values["words"]:
        words = listed([translate("”{word}”", language, word=word) for word in values["words"][:3]], language)
        return translate("koska kirjoitit {words}", language, words=words)
    return translate("koska kerroit: {needs}", language, needs=_names(values, need_names))


def _names(values: Mapping[str, Any], need_names: Mapping[str, str]) -> str:
    return ", ".join(lower_first(need_names[need]) for need in values["needs"][:2])


def _near(values: Mapping[str, Any], need_names: Mapping[str, str], language: str) -> str:
    return ", ".join(part for part in (translate("lähellä", language), distance(values["km"], language)) if part)


def _age(values: Mapping[str, Any], need_names: Mapping[str, str], language: str) -> str:
    youngest, oldest = values["minimum"], values["maximum"]
    if youngest and oldest:
        return translate("tarkoitettu {youngest}–{oldest}-vuotiaille", language, youngest=youngest, oldest=oldest)
    if youngest:
        return translate("tarkoitettu yli {youngest}-vuotiaille", language, youngest=youngest)
    return translate("tarkoitettu enintään {oldest}-vuotiaille", language, oldest=oldest)


def _language(values: Mapping[str, Any], need_names: Mapping[str, str], language: str) -> str:
    served = values["language"]
    if served not in LANGUAGES:
        return translate("palvelukieli: {language}", language, language=name(served, language))
    how = in_language(served, language)
    if values.get("also"):
        return translate("palvelee myös {in_language}", language, in_language=how)
    return translate("palvelee {in_language}", language, in_language=how)


def _other_language(values: Mapping[str, Any], need_names: Mapping[str, str], language: str) -> str:
    served = listed([in_language(one, language) for one in values["languages"]], language)
    return translate("palvelee {in_language}", language, in_language=served)


REASONS: dict[str, Callable[[Mapping[str, Any], Mapping[str, str], str], str]] = {
    "needs": _needs,
    "related": lambda values, names, language: translate(
        "auttaa myös tässä: {needs}", language, needs=_names(values, names)
    ),
    "likely": lambda values, names, language: translate(
        "voi auttaa tässä: {needs}", language, needs=_names(values, names)
    ),
    "text": lambda values, names, language: translate("löytyi sanoillasi", language),
    "staff": lambda values, names, language: translate("nuorisotyöntekijät suosittelevat tähän", language),
    "local": lambda values, names, language: translate(
        "palvelee paikkakunnalla {municipality}", language, municipality=values["municipality"]
    ),
    "near": _near,
    "open_now": lambda values, names, language: translate("auki juuri nyt", language),
    "no_call": lambda values, names, language: translate("ei tarvitse soittaa", language),
    "age": _age,
    "language": _language,
    "other_language": _other_language,
    "free": lambda values, names, language: translate("maksuton", language),
    "anonymous": lambda values, names, language: translate("saat olla nimetön", language),
    "crisis": lambda values, names, language: translate("apua heti", language),
}
"""The phrase for each kind of reason that ranking gives, and the dialogue: `likely` where a need is only guessed."""


def distance(km: float | None, language: str | None = None) -> str:
    """How far, or empty when the distance is not known or the service comes to you."""
    if km is None:
        return ""
    if km < 1:
        return translate("alle 1 km", language)
    # Babel puts a no-break space between the number and the unit, which is right on a page and odd in a message.
    return format_unit(round(km), "length-kilometer", length="short", locale=locale(language)).replace("\xa0", " ")


def opening(open_now: bool | None, opens: str | None, now: datetime | None = None, language: str | None = None) -> str:
    """Open now, when it opens, or that the hours are not known; `opens` is ISO 8601."""
    if open_now:
        return translate("auki nyt", language)
    if opens is None:
        return translate("kiinni nyt", language) if open_now is False else translate("aukiolo ei tiedossa", language)
    moment = datetime.fromisoformat(opens).astimezone(LOCAL_ZONE)
    today = (now or datetime.now(LOCAL_ZONE)).astimezone(LOCAL_ZONE).date()
    clock = translate("klo {clock}", language, clock=_clock(moment.time(), language))
    return translate("aukeaa {day} {clock}", language, day=_day(moment.date(), today, language), clock=clock)


def _day(day_: date, today: date, language: str | None) -> str:
    days = (day_ - today).days
    if days == 0:
        return translate("tänään", language)
    if days == 1:
        return translate("huomenna", language)
    return translate(ON_WEEKDAYS[day_.weekday()], language) if days < 7 else day(day_.isoformat(), language)


def _clock(moment: time, language: str | None) -> str:
    """A clock time in a sentence: `16`, `16.30`; in English `16:00`."""
    skeleton = "Hm" if moment.minute or language in HOURS_WITH_MINUTES else "H"
    said = format_skeleton(skeleton, moment, locale=locale(language))
    return f"{moment.hour}{said.lstrip('0123456789')}"


def day(iso: str, language: str | None = None) -> str:
    """`2026-11-01` as `1.11.2026`, in English `1 Nov 2026`."""
    return format_date(date.fromisoformat(iso), "medium", locale=locale(language))


def channel_name(kind: str, language: str | None = None) -> str:
    """What a way of contact is called where the catalogue gives it no name of its own."""
    return translate(CHANNELS[kind], language)


def cost(channel: Channel, language: str | None = None) -> str | None:
    """What the contact costs and whether it shows on the phone bill; None when neither is known."""
    price = translate(COSTS[channel.cost], language) if channel.cost else None
    bill = {
        True: translate("näkyy puhelinlaskussa", language),
        False: translate("ei näy puhelinlaskussa", language),
        None: None,
    }[channel.on_bill]
    return ", ".join(part for part in (price, bill) if part) or None


def address(place: Location) -> str | None:
    """`Hämeenkatu 1, 33100 Tampere`, or None where the street is not known or not told."""
    if place.address is None or place.confidential:
        return None
    return (
        f"{place.address}, {place.postal_code} {place.city}" if place.postal_code else f"{place.address}, {place.city}"
    )
