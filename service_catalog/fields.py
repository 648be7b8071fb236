"""Turn the text of one YAML scalar into the value of its field.

YAML guesses what a scalar means (``9:00`` becomes 540, ``00500`` becomes 320, ``no`` becomes False), so the
catalogue is read as text and each field parses its own. A parser takes text (or a value that is parsed
already, so that a model can be built from its own JSON) and returns the value or raises ``ValueError`` with
a message in Finnish for the youth worker: what was wrong and what would be right.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

LOCAL_ZONE = ZoneInfo("Europe/Helsinki")
NOT_KNOWN = "not known"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LATITUDES = (59.3, 70.2)  # mainland Finland and Åland, WGS84 degrees
LONGITUDES = (19.0, 31.7)
MINUTES_IN_DAY = 24 * 60

_YES = frozenset({"yes", "true", "on", "kyllä"})
_NO = frozenset({"no", "false", "off", "ei"})
_NOT_KNOWN = frozenset({NOT_KNOWN, "not_known", "unknown", "ei tiedossa", "ei tiedetä", "null", "~"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEED_ID = re.compile(r"[a-z]+(_[a-z]+)*")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"(?=.{4,253}$)([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_]{2,}", re.UNICODE)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
# Words that end in a full stop without ending their sentence.
_ABBREVIATION = re.compile(
    r"\b(?:esim|ent|huom|jne|klo|ks|mm|mr|ms|n|nk|no|noin|ns|os|p|puh|ry|s|st|synt|t|tms|v|vrt|vs|ym|yms)\.",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"”»)]*(?=\s|$)")


class ClockTime(int):
    """A time on the wall clock, in minutes after midnight (0 to 1440, so that 24:00 differs from 0:00)."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{int(self) // 60}:{int(self) % 60:02d}"

    __repr__ = __str__


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return `` Tarkoititko "…"?`` with the allowed word nearest to ``word``, or an empty text."""
    by_lower = {option.lower(): option for option in allowed}
    near = difflib.get_close_matches(word[:80].lower(), by_lower, n=1, cutoff=0.6)
    return f' Tarkoititko "{by_lower[near[0]]}"?' if near else ""


def quoted(value: object) -> str:
    """Return the value as it is shown in a message: quoted and short enough to read."""
    text = str(value)
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'


def scalar(value: object) -> str:
    """Return the trimmed text of one scalar; refuse lists and mappings."""
    if isinstance(value, (dict, list, tuple)):
        raise ValueError("tähän kuuluu yksi arvo, ei luetteloa eikä alakenttiä")
    return "" if value is None else str(value).strip()


def text(value: object) -> str:
    """Return one line of readable text: white space folded, not empty, no control characters."""
    folded = " ".join(scalar(value).split())
    if not folded:
        raise ValueError("teksti puuttuu: kirjoita arvo tai poista rivi")
    if _CONTROL.search(folded):
        raise ValueError("tekstissä on näkymätön ohjausmerkki: kirjoita teksti uudelleen")
    return folded


def two_sentences(value: object) -> str:
    """Return text of at most two sentences and 300 characters: what fits on a card and is read."""
    folded = text(value)
    sentences = len(_SENTENCE_END.findall(_ABBREVIATION.sub("lyhenne", folded)))
    if not _SENTENCE_END.search(folded[-3:]):
        sentences += 1
    if sentences > 2:
        raise ValueError(f"tekstissä on {sentences} virkettä, kortille mahtuu kaksi: lyhennä")
    if len(folded) > 300:
        raise ValueError(f"tekstissä on {len(folded)} merkkiä, kortille mahtuu 300: lyhennä")
    return folded


def word(value: object) -> str:
    """Return a keyword or phrase in lower case, as it is matched."""
    return text(value).lower()


def slug(value: object) -> str:
    """Return an identifier of small letters a-z, digits and single hyphens."""
    candidate = scalar(value)
    if not _SLUG.fullmatch(candidate) or len(candidate) > 80:
        raise ValueError(
            f"tunnus {quoted(candidate)} ei kelpaa: käytä pieniä kirjaimia a–z, numeroita ja väliviivoja, "
            "esimerkiksi sekasin-chat"
        )
    return candidate


def need_id(value: object) -> str:
    """Return the identifier of a need, such as ``mental_health``; whether it exists is checked later."""
    candidate = scalar(value)
    if not _NEED_ID.fullmatch(candidate):
        raise ValueError(
            f"tarpeen tunnus {quoted(candidate)} ei kelpaa: käytä needs.yml-tiedoston tunnuksia, "
            "esimerkiksi mental_health"
        )
    return candidate


def yes_no(value: object) -> bool:
    """Return True for yes/kyllä and False for no/ei."""
    if isinstance(value, bool):
        return value
    candidate = scalar(value).lower()
    if candidate in _YES:
        return True
    if candidate in _NO:
        return False
    raise ValueError(f"{quoted(value)} ei kelpaa: kirjoita yes (kyllä) tai no (ei)")


def yes_no_not_known(value: object) -> bool | None:
    """Return True, False, or None for "not known"."""
    if value is None or scalar(value).lower() in _NOT_KNOWN:
        return None
    try:
        return yes_no(value)
    except ValueError:
        raise ValueError(
            f"{quoted(value)} ei kelpaa: kirjoita yes (kyllä), no (ei) tai not known (ei tiedossa)"
        ) from None


def one_of(options: tuple[str, ...], not_known: bool = False) -> Callable[[object], str | None]:
    """Return a parser that accepts the options (and "not known" as None), whatever their case."""

    def parse(value: object) -> str | None:
        if not_known and (value is None or scalar(value).lower() in _NOT_KNOWN):
            return None
        candidate = scalar(value)
        for option in options:
            if candidate.lower() == option.lower():
                return option
        choices = ", ".join((*options, NOT_KNOWN) if not_known else options)
        raise ValueError(
            f"{quoted(candidate)} ei kelpaa: valitse jokin näistä: {choices}.{did_you_mean(candidate, options)}"
        )

    return parse


def clock_time(value: object) -> ClockTime:
    """Return the clock time of ``9``, ``9:00``, ``9.30`` or ``24:00``."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MINUTES_IN_DAY:
        return ClockTime(value)
    match = _CLOCK.fullmatch(scalar(value))
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else -1
    if match and int(match[2] or 0) < 60 and minutes <= MINUTES_IN_DAY:
        return ClockTime(minutes)
    raise ValueError(f"kellonaika {quoted(value)} ei kelpaa: kirjoita esimerkiksi 9:00 tai 16:30, keskiyö on 24:00")


def day(value: object) -> date:
    """Return the date of ``2026-11-24`` or ``24.11.2026``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    candidate = scalar(value)
    try:
        if match := _ISO_DATE.fullmatch(candidate):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _FINNISH_DATE.fullmatch(candidate):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise ValueError(f"päivää {quoted(candidate)} ei ole kalenterissa: tarkista päivä ja kuukausi") from None
    raise ValueError(f"päivämäärä {quoted(candidate)} ei kelpaa: kirjoita esimerkiksi 2026-11-24")


def local_moment(value: object) -> datetime:
    """Return the aware moment (Europe/Helsinki) of wall clock text such as ``2026-11-24 18:00``."""
    if isinstance(value, datetime):
        return value
    candidate = scalar(value)
    date_part, _, time_part = candidate.replace("T", " ", 1).partition(" ")
    try:
        minutes = clock_time(time_part.strip().removesuffix(":00") if time_part.count(":") == 2 else time_part)
        if minutes == MINUTES_IN_DAY:
            raise ValueError
        moment = datetime.combine(day(date_part), datetime.min.time(), LOCAL_ZONE).replace(
            hour=minutes // 60, minute=minutes % 60
        )
    except ValueError:
        raise ValueError(f"aika {quoted(candidate)} ei kelpaa: kirjoita esimerkiksi 2026-11-24 18:00") from None
    if (moment + timedelta(0)).astimezone(ZoneInfo("UTC")).astimezone(LOCAL_ZONE).replace(
        tzinfo=None
    ) != moment.replace(tzinfo=None):
        raise ValueError(f"kellonaikaa {quoted(candidate)} ei ole: kello siirtyy silloin kesäaikaan")
    return moment


def recurrence_rule(value: object) -> str:
    """Return an RFC 5545 recurrence rule in upper case that dateutil accepts and that can happen.

    Only daily or rarer rules; ``UNTIL`` is a local date or time (no ``Z``). Wall clock, Europe/Helsinki.
    """
    rule = scalar(value).upper().replace(" ", "").removeprefix("RRULE:")
    hint = "kirjoita esimerkiksi FREQ=WEEKLY;BYDAY=TU"
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if len(rule) > 200 or len(parts) != rule.count(";") + 1 or "\n" in rule:
        raise ValueError(f"toistosääntö {quoted(rule)} ei kelpaa: {hint}")
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError(f"toistosäännöstä {quoted(rule)} puuttuu FREQ: DAILY, WEEKLY, MONTHLY tai YEARLY; {hint}")
    if forbidden := parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND", "BYEASTER", "DTSTART", "EXDATE"}:
        raise ValueError(
            f"toistosäännössä ei voi olla kohtaa {', '.join(sorted(forbidden))}: "
            "kellonaika tulee kentistä starts ja ends_at, poikkeukset kentästä except"
        )
    if "INTERVAL" in parts and not re.fullmatch(r"[1-9]\d{0,2}", parts["INTERVAL"]):
        raise ValueError("INTERVAL on luku 1–999, esimerkiksi joka toinen viikko: INTERVAL=2")
    if "COUNT" in parts and not re.fullmatch(r"[1-9]\d{0,3}", parts["COUNT"]):
        raise ValueError("COUNT on kertojen määrä, luku 1–9999")
    if parts.get("UNTIL", "").endswith("Z"):
        raise ValueError("UNTIL on paikallinen päivä ilman Z-kirjainta, esimerkiksi UNTIL=20261231")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise ValueError("toistosäännössä on sekä COUNT että UNTIL: jätä toinen pois")
    every_time = ";".join(f"{name}={part}" for name, part in parts.items() if name not in {"INTERVAL", "UNTIL"})
    try:
        rrulestr(rule, dtstart=datetime(2000, 1, 1))
        # dateutil looks for a date until the year 9999: from there, a rule that never happens is found out at once.
        happens = next(iter(rrulestr(every_time, dtstart=datetime(9990, 1, 1))), None)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ZeroDivisionError):
        raise ValueError(f"toistosääntö {quoted(rule)} ei kelpaa: {hint}") from None
    if happens is None:
        raise ValueError(f"toistosääntö {quoted(rule)} ei osu yhteenkään päivään: {hint}")
    return rule


def weekday(value: object) -> str:
    """Return one of MO TU WE TH FR SA SU."""
    candidate = scalar(value).upper()
    if candidate in WEEKDAYS:
        return candidate
    raise ValueError(
        f"viikonpäivä {quoted(candidate)} ei kelpaa: kirjoita MO (ma), TU (ti), WE (ke), TH (to), FR (pe), "
        "SA (la) tai SU (su)"
    )


def web_address(value: object) -> str:
    """Return an https address with a host name; never http, a script or an address with a password."""
    candidate = scalar(value)
    try:
        parts = urlsplit(candidate)
        port_ok = parts.port is None or parts.port > 0
        good = (
            parts.scheme == "https"
            and port_ok
            and parts.username is None
            and bool(_HOST.fullmatch(parts.hostname or ""))
            and not re.search(r"[\s<>\"\\^`{|}]", candidate)
            and not _CONTROL.search(candidate)
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f"osoite {quoted(candidate)} ei kelpaa: verkko-osoite alkaa https://, esim. https://sekasin.fi"
        )
    return candidate


def phone_number(value: object) -> str:
    """Return a phone number as people read it: digits in groups, perhaps a leading +."""
    candidate = " ".join(re.sub(r"[\s\u00a0-]+", " ", scalar(value)).split())
    digits = candidate.replace(" ", "")
    if not re.fullmatch(r"\+?[0-9 ]+", candidate) or not re.fullmatch(r"\+[1-9]\d{5,14}|0\d{4,12}|1\d{2,9}", digits):
        raise ValueError(
            f"puhelinnumero {quoted(candidate)} ei kelpaa: kirjoita pelkkä numero, esimerkiksi 116 111, "
            "09 2525 0111 tai +358 9 2525 0111"
        )
    return candidate


def email_address(value: object) -> str:
    """Return an e-mail address."""
    candidate = scalar(value)
    if not _EMAIL.fullmatch(candidate) or len(candidate) > 254:
        raise ValueError(f"sähköposti {quoted(candidate)} ei kelpaa: kirjoita esimerkiksi nuoret@example.fi")
    return candidate


def postal_code(value: object) -> str:
    """Return a Finnish postal code: five digits, leading zeros kept."""
    candidate = scalar(value)
    if not re.fullmatch(r"[0-9]{5}", candidate):
        raise ValueError(f"postinumero {quoted(candidate)} ei kelpaa: siinä on viisi numeroa, esimerkiksi 00500")
    return candidate


def _degrees(value: object, bounds: tuple[float, float], name: str, example: str) -> float:
    low, high = bounds
    try:
        degrees = float(scalar(value).replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if low <= degrees <= high:
        return degrees
    other = LONGITUDES if bounds is LATITUDES else LATITUDES
    swapped = " Ovatko latitude ja longitude vaihtuneet?" if other[0] <= degrees <= other[1] else ""
    raise ValueError(
        f"{name} {quoted(value)} ei ole Suomessa: kirjoita asteina väliltä {low}–{high}, "
        f"esimerkiksi {example}.{swapped}"
    )


def latitude(value: object) -> float:
    """Return WGS84 degrees north, within Finland."""
    return _degrees(value, LATITUDES, "leveysaste", "60.1699")


def longitude(value: object) -> float:
    """Return WGS84 degrees east, within Finland."""
    return _degrees(value, LONGITUDES, "pituusaste", "24.9384")


def age(value: object) -> int:
    """Return an age in whole years, 0 to 120."""
    candidate = scalar(value)
    if re.fullmatch(r"[0-9]{1,3}", candidate) and int(candidate) <= 120:
        return int(candidate)
    raise ValueError(f"ikä {quoted(candidate)} ei kelpaa: kirjoita vuodet numerona, esimerkiksi 18")


def language(value: object) -> str:
    """Return an ISO 639-1 code (or a three-letter code where a language has no shorter one)."""
    candidate = scalar(value).lower()
    if re.fullmatch(r"[a-z]{2,3}", candidate):
        return candidate
    raise ValueError(f"kieli {quoted(candidate)} ei kelpaa: käytä kielikoodia, fi (suomi), sv (ruotsi), en (englanti)")


def service_area(value: object) -> str | tuple[str, ...]:
    """Return ``"country"`` or the names of municipalities; that they exist is checked with references."""
    if not isinstance(value, (list, tuple)):
        name = text(value)
        return "country" if name.lower() == "country" else (name,)
    if not value:
        raise ValueError("luettelo on tyhjä: kirjoita country (koko maa) tai kuntien nimet")
    names = tuple(text(item) for item in value)
    if any(name.lower() == "country" for name in names):
        raise ValueError("kirjoita joko service_area: country tai kuntien nimet, ei molempia")
    return names


def _parsed(name: str, parse: Callable[[Any], Any], json_schema: dict[str, Any]) -> Any:
    """Make a pydantic field type out of a parser and what an editor should be told of it."""

    def get_validators(cls: type) -> Iterator[Callable[[Any], Any]]:
        yield parse

    def modify_schema(cls: type, field_schema: dict[str, Any]) -> None:
        field_schema.update(json_schema)

    return type(
        name,
        (),
        {"__get_validators__": classmethod(get_validators), "__modify_schema__": classmethod(modify_schema)},
    )


# Editors read YAML 1.2, where 116111, 00500 and true are not text: the schema allows what we read as text.
_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_DIGITS: dict[str, Any] = {"type": ["string", "integer"]}
_BOOLEAN = ["yes", "no", "kyllä", "ei", True, False]

if TYPE_CHECKING:
    Text = str
    TwoSentences = str
    Word = str
    Slug = str
    NeedId = str
    YesNo = bool
    YesNoNotKnown = bool | None
    Clock = ClockTime
    Day = date
    LocalMoment = datetime
    RecurrenceRule = str
    Weekday = str
    WebAddress = str
    PhoneNumber = str
    EmailAddress = str
    PostalCode = str
    Latitude = float
    Longitude = float
    Age = int
    Language = str
    ServiceArea = str | tuple[str, ...]
else:
    Text = _parsed("Text", text, _TEXT)
    TwoSentences = _parsed("TwoSentences", two_sentences, {"type": "string", "maxLength": 300})
    Word = _parsed("Word", word, _TEXT)
    Slug = _parsed("Slug", slug, {"type": ["string", "integer"], "pattern": f"^{_SLUG.pattern}$"})
    NeedId = _parsed("NeedId", need_id, {"type": "string", "pattern": f"^{_NEED_ID.pattern}$"})
    YesNo = _parsed("YesNo", yes_no, {"enum": _BOOLEAN})
    YesNoNotKnown = _parsed("YesNoNotKnown", yes_no_not_known, {"enum": [*_BOOLEAN, NOT_KNOWN, "ei tiedossa"]})
    Clock = _parsed(
        "Clock",
        clock_time,
        {"type": ["string", "number"], "pattern": "^(([01]?[0-9]|2[0-3])([:.][0-5][0-9])?|24([:.]00)?)$"},
    )
    Day = _parsed("Day", day, {"type": "string", "pattern": rf"^({_ISO_DATE.pattern}|{_FINNISH_DATE.pattern})$"})
    LocalMoment = _parsed("LocalMoment", local_moment, {"type": "string", "examples": ["2026-11-24 18:00"]})
    RecurrenceRule = _parsed(
        "RecurrenceRule", recurrence_rule, {"type": "string", "examples": ["FREQ=WEEKLY;BYDAY=TU"]}
    )
    Weekday = _parsed("Weekday", weekday, {"enum": list(WEEKDAYS)})
    WebAddress = _parsed("WebAddress", web_address, {"type": "string", "format": "uri", "pattern": "^https://"})
    PhoneNumber = _parsed("PhoneNumber", phone_number, {"type": ["string", "integer"], "pattern": r"^\+?[0-9 -]+$"})
    EmailAddress = _parsed("EmailAddress", email_address, {"type": "string", "format": "email"})
    PostalCode = _parsed("PostalCode", postal_code, {**_DIGITS, "pattern": "^[0-9]{5}$"})
    Latitude = _parsed("Latitude", latitude, {"type": "number", "minimum": LATITUDES[0], "maximum": LATITUDES[1]})
    Longitude = _parsed("Longitude", longitude, {"type": "number", "minimum": LONGITUDES[0], "maximum": LONGITUDES[1]})
    Age = _parsed("Age", age, {"type": "integer", "minimum": 0, "maximum": 120})
    Language = _parsed("Language", language, {"type": "string", "pattern": "^[a-z]{2,3}$"})
    ServiceArea = _parsed(
        "ServiceArea",
        service_area,
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
    )


def choice(name: str, options: tuple[str, ...], not_known: bool = False) -> Any:
    """Return a pydantic field type that accepts one of the options."""
    listed = [*options, NOT_KNOWN] if not_known else list(options)
    return _parsed(name, one_of(options, not_known), {"enum": listed})
