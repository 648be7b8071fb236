"""The catalogue's models: what staff may write in YAML, in the terms of Open Referral's HSDS.

One model per YAML mapping, one field per key; the descriptions here become the published JSON Schemas and
the tables of docs/catalogue.md. Models are frozen. "Not known" is ``None``, which is different from "no".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dateutil.rrule import rrulestr
from pydantic import BaseModel, Extra, Field, validator

from service_catalog.fields import (
    Age,
    Clock,
    Day,
    EmailAddress,
    Language,
    Latitude,
    LocalMoment,
    Longitude,
    NeedId,
    PhoneNumber,
    PostalCode,
    RecurrenceRule,
    ServiceArea,
    Slug,
    Text,
    TwoSentences,
    WebAddress,
    Weekday,
    Word,
    YesNo,
    YesNoNotKnown,
    choice,
)

CHANNEL_TYPES = ("chat", "sms", "phone", "email", "web", "visit", "video")
REMOTE_CHANNEL_TYPES = frozenset({"chat", "sms", "phone", "email", "web", "video"})
CRISIS_KINDS = ("suicide", "overdose", "violence", "sexual_violence", "threat")
COUNTRY = "country"
OTHER_LANGUAGES = ("sv", "en")
# The field by which each type of channel is reached. A visit may lack one, where the place is agreed upon.
CONTACT_FIELD = {
    "chat": "url",
    "web": "url",
    "video": "url",
    "phone": "number",
    "sms": "number",
    "email": "address",
    "visit": "location",
}
_CONTACT_EXAMPLE = {
    "url": "url: https://sekasin.fi",
    "number": "number: 116 111",
    "address": "address: nuoret@example.fi",
    "location": "location: toimisto",
}

if TYPE_CHECKING:
    ChannelType = Literal["chat", "sms", "phone", "email", "web", "visit", "video"]
    Cost = Literal["free", "call_rate", "paid"] | None
    Holidays = Literal["open", "closed"] | None
    Coordinates = Literal["approximate", "exact"]
    Confidence = Literal["high", "medium"]
    SessionChannel = Literal["visit", "video", "chat", "phone", "web"]
else:
    ChannelType = choice("ChannelType", CHANNEL_TYPES)
    Cost = choice("Cost", ("free", "call_rate", "paid"), not_known=True) | None
    Holidays = choice("Holidays", ("open", "closed"), not_known=True) | None
    Coordinates = choice("Coordinates", ("approximate", "exact"))
    Confidence = choice("Confidence", ("high", "medium"))
    SessionChannel = choice("SessionChannel", ("visit", "video", "chat", "phone", "web"))


class Model(BaseModel):
    """What all mappings share: unknown keys are errors, values don't change after they were read."""

    class Config:
        extra = Extra.forbid
        frozen = True


def unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values; raise ``ValueError`` when one is there twice."""
    seen = set()
    for value in values:
        if value in seen:
            raise ValueError(f'"{value}" on luettelossa kahdesti: poista toinen')
        seen.add(value)
    return values


def not_empty(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values; raise ``ValueError`` when there are none."""
    if not values:
        raise ValueError("luettelo on tyhjä: kirjoita siihen vähintään yksi")
    return values


class Organization(Model):
    """Who provides services (HSDS organization)."""

    id: Slug = Field(description="Lasting identifier: small letters, digits, hyphens.")
    name: Text = Field(description="The name people know.")
    url: WebAddress | None = Field(default=None, description="Home page, https only.")


class PartTranslation(Model):
    """Texts of a channel, place, meeting or limit in another language: those that it has in Finnish."""

    name: Text | None = Field(default=None, description="Name of a place or a meeting.")
    label: Text | None = Field(default=None, description="What a channel's button says.")
    schedule_note: Text | None = Field(default=None, description="What people should know of a channel's hours.")
    note: Text | None = Field(default=None, description="What people should know of a meeting.")
    description: Text | None = Field(default=None, description="Other stated limits.")


class PartTranslations(Model):
    """Texts of a channel, place, meeting or limit in Swedish and English."""

    sv: PartTranslation | None = Field(default=None, description="Swedish.")
    en: PartTranslation | None = Field(default=None, description="English.")


def _of_what_is_there(translations: PartTranslations, values: dict[str, Any]) -> PartTranslations:
    """Return the translations; raise ``ValueError`` when one is of a text that isn't there in Finnish."""
    for language in OTHER_LANGUAGES:
        texts = getattr(translations, language)
        for field in texts.__fields_set__ if texts else ():
            if field not in values:
                raise ValueError(f"tässä ei ole kenttää {field}: poista käännös {language}")
            if values[field] is None:
                raise ValueError(f"kenttä {field} puuttuu suomeksi: lisää se tai poista käännös {language}")
    return translations


class Translated(Model):
    """What has texts that people read, and in its ``translations`` the same in other languages."""

    def translated(self, field: str, language: str | None) -> str | None:
        """Return the field's text in the language; None when it is there only in Finnish."""
        texts = getattr(self, "translations", None) if language in OTHER_LANGUAGES else None
        found: str | None = getattr(getattr(texts, language or "", None), field, None)
        return found


class Eligibility(Translated):
    """Limits that the service itself states. What it doesn't state is left out and limits nobody."""

    minimum_age: Age | None = Field(default=None, description="Youngest age served, whole years.")
    maximum_age: Age | None = Field(
        default=None, description="Oldest age served, whole years (29 serves a 29-year-old)."
    )
    description: Text | None = Field(default=None, description="Other stated limits in plain Finnish.")
    translations: PartTranslations = Field(default=PartTranslations(), description="Texts in Swedish and English.")

    _translations = validator("translations", allow_reuse=True)(_of_what_is_there)

    @validator("maximum_age")
    def _ages_in_order(cls, maximum: int | None, values: dict[str, Any]) -> int | None:
        minimum = values.get("minimum_age")
        if maximum is not None and minimum is not None and maximum < minimum:
            raise ValueError(f"yläikäraja {maximum} on pienempi kuin alaikäraja {minimum}: vaihda ne toisin päin")
        return maximum


class Schedule(Model):
    """Opening hours on some weekdays (HSDS schedule), wall clock in Finland."""

    byday: tuple[Weekday, ...] = Field(description="Weekdays: MO, TU, WE, TH, FR, SA, SU.")
    opens_at: Clock = Field(description="When it opens, such as 9:00.")
    closes_at: Clock = Field(
        description="When it closes; midnight is 24:00. A time before opens_at means the next day."
    )
    valid_from: Day | None = Field(default=None, description="First day these hours hold, where that is stated.")
    valid_to: Day | None = Field(default=None, description="Last day these hours hold, where that is stated.")

    _days = validator("byday", allow_reuse=True)(unique)
    _some_days = validator("byday", allow_reuse=True)(not_empty)

    @validator("opens_at")
    def _opens_before_midnight(cls, opens_at: int) -> int:
        if opens_at >= 24 * 60:
            raise ValueError("24:00 on sulkemisaika: jos palvelu aukeaa keskiyöllä, kirjoita 0:00")
        return opens_at

    @validator("closes_at")
    def _open_for_some_time(cls, closes_at: int, values: dict[str, Any]) -> int:
        if closes_at == values.get("opens_at"):
            raise ValueError("sulkemisaika on sama kuin avaamisaika: ympäri vuorokauden auki on always_open: yes")
        return closes_at

    @validator("valid_to")
    def _days_in_order(cls, valid_to: date | None, values: dict[str, Any]) -> date | None:
        valid_from = values.get("valid_from")
        if valid_to is not None and valid_from is not None and valid_to < valid_from:
            raise ValueError("valid_to on ennen päivää valid_from: vaihda ne toisin päin")
        return valid_to


class Channel(Translated):
    """One way to be in contact with a service."""

    type: ChannelType = Field(description="chat, sms, phone, email, web, visit or video.")
    label: Text | None = Field(
        default=None, description="What the button says, where the type's own name is not enough."
    )
    cost: Cost = Field(default=None, description="free, call_rate (own operator's price), paid, or not known.")
    on_bill: YesNoNotKnown = Field(
        default=None, description="Does the contact show on the phone bill? yes, no or not known."
    )
    schedules: tuple[Schedule, ...] = Field(
        default=(), description="Opening hours; leave out when they are not known, never guess."
    )
    always_open: YesNo = Field(default=False, description="yes when open every hour of every day.")
    by_appointment: YesNo = Field(default=False, description="yes when a time has to be agreed first.")
    holidays: Holidays = Field(default=None, description="On public holidays: open, closed or not known.")
    schedule_note: Text | None = Field(
        default=None, description="What people should know of the hours, in plain Finnish."
    )
    url: WebAddress | None = Field(default=None, description="Address of a chat, web or video channel, https only.")
    number: PhoneNumber | None = Field(default=None, description="Number of a phone or sms channel, such as 116 111.")
    address: EmailAddress | None = Field(default=None, description="Address of an email channel.")
    location: Slug | None = Field(
        default=None,
        description="Id of one of this service's locations, for a visit; none when the place is agreed upon.",
    )
    translations: PartTranslations = Field(default=PartTranslations(), description="Texts in Swedish and English.")

    _translations = validator("translations", allow_reuse=True)(_of_what_is_there)

    @validator("always_open")
    def _either_always_or_hours(cls, always_open: bool, values: dict[str, Any]) -> bool:
        if always_open and values.get("schedules"):
            raise ValueError("kanavalla on sekä always_open: yes että schedules: poista toinen")
        return always_open

    @validator("url", "number", "address", "location", always=True)
    def _contact_fits_type(cls, value: str | None, values: dict[str, Any], field: Any) -> str | None:
        channel_type = values.get("type")
        if channel_type is None:
            return value
        needed = CONTACT_FIELD[channel_type]
        if field.name == needed and value is None and channel_type != "visit":
            raise ValueError(f"{channel_type}-kanavasta puuttuu yhteystieto: lisää rivi {_CONTACT_EXAMPLE[needed]}")
        if field.name != needed and value is not None:
            raise ValueError(
                f"{channel_type}-kanavassa ei ole kenttää {field.name}: käytä kenttää {needed} "
                f"({_CONTACT_EXAMPLE[needed]})"
            )
        return value

    @property
    def remote(self) -> bool:
        """Can it be used without leaving home?"""
        return self.type in REMOTE_CHANNEL_TYPES

    @property
    def link(self) -> str | None:
        """The https:, tel:, sms: or mailto: link of the channel; None for a visit."""
        if self.number is not None:
            return f"{'sms' if self.type == 'sms' else 'tel'}:{self.number.replace(' ', '')}"
        return f"mailto:{self.address}" if self.address is not None else self.url


class Location(Translated):
    """Where a service can be visited (HSDS location). A confidential one (a shelter) has just a town."""

    id: Slug = Field(description="Identifier, unique within the service.")
    confidential: YesNo = Field(default=False, description="yes for a shelter: its address is never written down here.")
    name: Text | None = Field(default=None, description="Name of the place.")
    city: Text = Field(description="Official name of the municipality.")
    address: Text | None = Field(default=None, description="Street and number.")
    postal_code: PostalCode | None = Field(default=None, description="Five digits.")
    latitude: Latitude | None = Field(default=None, description="Degrees north (WGS84), such as 60.1699.")
    longitude: Longitude | None = Field(default=None, description="Degrees east (WGS84), such as 24.9384.")
    coordinates: Coordinates | None = Field(
        default=None, description="How good the coordinates are: approximate or exact."
    )
    translations: PartTranslations = Field(default=PartTranslations(), description="Texts in Swedish and English.")

    _translations = validator("translations", allow_reuse=True)(_of_what_is_there)

    @validator("address", "postal_code", "latitude", "longitude", "coordinates")
    def _nothing_of_a_confidential_place(cls, value: Any, values: dict[str, Any], field: Any) -> Any:
        if value is not None and values.get("confidential"):
            raise ValueError(f"paikka on salainen (confidential: yes): poista rivi {field.name}")
        return value

    @validator("longitude", always=True)
    def _both_coordinates(cls, longitude: float | None, values: dict[str, Any]) -> float | None:
        if "latitude" in values and (longitude is None) != (values["latitude"] is None):
            raise ValueError("paikalla on vain toinen koordinaatti: anna sekä latitude että longitude")
        return longitude

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude (WGS84 degrees), where known and not confidential."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class Move(Model):
    """One meeting of a session at another time than its rule says (RFC 5545: RECURRENCE-ID)."""

    day: Day = Field(alias="from", description="Day on which it would have been.")
    to: LocalMoment = Field(description="When it is held instead, such as 2026-12-23 17:00.")


class Session(Translated):
    """A meeting of the service: once, or again by an RFC 5545 recurrence rule. Wall clock in Finland."""

    id: Slug = Field(description="Identifier, unique within the service.")
    name: Text = Field(description="What the meeting is called.")
    starts: LocalMoment = Field(description="First meeting, such as 2026-11-24 18:00.")
    ends_at: Clock | None = Field(default=None, description="When it ends; a time before the start means the next day.")
    rrule: RecurrenceRule | None = Field(
        default=None,
        description="How it repeats, such as FREQ=WEEKLY;BYDAY=TU; leave out when it happens once.",
    )
    excluded_dates: tuple[Day, ...] = Field(default=(), alias="except", description="Days on which it is not held.")
    moved: tuple[Move, ...] = Field(default=(), description="Meetings held at another time: from the day, to the time.")
    channel: SessionChannel = Field(default="visit", description="visit, video, chat, phone or web.")
    url: WebAddress | None = Field(default=None, description="Address of a meeting online.")
    location: Slug | None = Field(default=None, description="Id of one of this service's locations.")
    note: Text | None = Field(default=None, description="What people should know, in plain Finnish.")
    translations: PartTranslations = Field(default=PartTranslations(), description="Texts in Swedish and English.")

    _translations = validator("translations", allow_reuse=True)(_of_what_is_there)

    @validator("rrule")
    def _happens(cls, rule: str | None, values: dict[str, Any]) -> str | None:
        starts = values.get("starts")
        if rule is not None and starts is not None:
            occurrences = rrulestr(rule, dtstart=starts.replace(tzinfo=None))
            if next(iter(occurrences), None) is None:
                raise ValueError("toisto loppuu ennen ensimmäistä kertaa: tarkista starts, UNTIL ja BYDAY")
        return rule

    @validator("moved", each_item=True)
    def _moves_a_meeting(cls, move: Move, values: dict[str, Any]) -> Move:
        starts, rule = values.get("starts"), values.get("rrule")
        if starts is not None and not _is_held_on(move.day, starts.replace(tzinfo=None), rule):
            raise ValueError(f"päivänä {move.day} ei ole yhtä tapaamista, jonka voi siirtää: tarkista from")
        if move.day in values.get("excluded_dates", ()):
            raise ValueError(f"päivä {move.day} on myös kohdassa except: jätä se vain toiseen")
        return move

    @validator("moved")
    def _moves_once(cls, moves: tuple[Move, ...]) -> tuple[Move, ...]:
        days = [move.day for move in moves]
        if len(set(days)) < len(days):
            raise ValueError("sama päivä on siirretty kahdesti: jätä siirroista vain viimeisin")
        return moves


def _is_held_on(day: date, starts: datetime, rule: str | None) -> bool:
    """Whether there is one meeting on a day, so that one knows which is moved."""
    if rule is None:
        return starts.date() == day
    midnight = datetime(day.year, day.month, day.day)
    last = midnight + timedelta(days=1, microseconds=-1)
    return len(rrulestr(rule, dtstart=starts).between(midnight, last, inc=True)) == 1


class Staff(Model):
    """How staff steer the search."""

    pin_for_words: tuple[Word, ...] = Field(
        default=(), description="Words (base form) that lift this service to the top."
    )
    exclude_for_words: tuple[Word, ...] = Field(
        default=(), description="Words (base form) that keep this service away."
    )
    hide: YesNo = Field(default=False, description="yes takes the service out of the search at once.")


class Translation(Model):
    """A service's texts in another language."""

    name: Text | None = Field(default=None, description="Name of the service.")
    summary: TwoSentences | None = Field(default=None, description="At most two short sentences.")
    first_step: TwoSentences | None = Field(default=None, description="The one thing to do now.")
    what_happens: Text | None = Field(default=None, description="What happens then.")


class Translations(Model):
    """Texts of a service in Swedish and English."""

    sv: Translation | None = Field(default=None, description="Swedish.")
    en: Translation | None = Field(default=None, description="English.")


class Service(Translated):
    """A service that helps (HSDS service)."""

    id: Slug = Field(description="Lasting identifier: small letters, digits, hyphens. Never reuse one.")
    organization: Slug = Field(description="Id of the organization that provides it.")
    name: Text = Field(description="The name people see.")
    alternate_name: Text | None = Field(default=None, description="Another or former name, found by search.")
    summary: TwoSentences = Field(description="What it is and for whom: at most two short sentences of plain Finnish.")
    first_step: TwoSentences = Field(description="The one thing to do now.")
    what_happens: Text | None = Field(default=None, description="What happens then; only what the sources support.")
    needs: tuple[NeedId, ...] = Field(description="Needs it answers (ids of needs.yml), the primary one first.")
    service_area: ServiceArea = Field(description="country, or a list of official names of municipalities.")
    eligibility: Eligibility = Field(default=Eligibility(), description="Limits that the service itself states.")
    languages: tuple[Language, ...] = Field(default=("fi",), description="Languages of service: fi, sv, en, ...")
    anonymous: YesNoNotKnown = Field(
        default=None, description="Can one use it without giving a name? yes, no or not known."
    )
    channels: tuple[Channel, ...] = Field(description="Ways to be in contact.")
    locations: tuple[Location, ...] = Field(default=(), description="Where it can be visited.")
    sessions: tuple[Session, ...] = Field(default=(), description="Its meetings.")
    staff: Staff = Field(default=Staff(), description="How staff steer the search.")
    translations: Translations = Field(default=Translations(), description="Texts in Swedish and English.")
    verified_on: Day | None = Field(
        default=None, description="Day of the newest dated evidence; leave out when no source states one."
    )
    confidence: Confidence = Field(description="high or medium: how sure the contact details are.")
    source: tuple[Text, ...] = Field(description="Where each fact was seen, with its date.")
    notes: Text | None = Field(default=None, description="For staff only; never shown to people.")

    _needs = validator("needs", "languages", allow_reuse=True)(unique)
    _some = validator("needs", "channels", "languages", "source", allow_reuse=True)(not_empty)

    @property
    def national(self) -> bool:
        """Does it serve the whole country?"""
        return self.service_area == COUNTRY

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Official names of the municipalities it serves; empty when it serves the whole country."""
        return () if isinstance(self.service_area, str) else self.service_area

    @property
    def names(self) -> tuple[str, ...]:
        """Its name in every language that it has one in, Finnish first."""
        translated = (texts.name for texts in (self.translations.sv, self.translations.en) if texts)
        return (self.name, *(name for name in translated if name))

    @property
    def remote(self) -> bool:
        """Can it be used without leaving home?"""
        return any(channel.remote for channel in self.channels)

    def location(self, location_id: str) -> Location | None:
        """Return the location of that id, if the service has it."""
        return next((location for location in self.locations if location.id == location_id), None)


class LocalizedText(Model):
    """One text in Finnish and perhaps in Swedish and English."""

    fi: Text = Field(description="Finnish.")
    sv: Text | None = Field(default=None, description="Swedish.")
    en: Text | None = Field(default=None, description="English.")

    def of(self, language: str | None) -> str:
        """Return the text in the language, or else in Finnish."""
        return {"sv": self.sv, "en": self.en}.get(language or "fi") or self.fi

    def language_of(self, language: str | None) -> str:
        """Return which language that text is in: `language`, or else fi."""
        return language if language in ("sv", "en") and getattr(self, language) else "fi"


class Keywords(Model):
    """Words of each language that name a need: base forms (lemmas) or phrases of several words."""

    fi: tuple[Word, ...] = Field(default=(), description="Finnish base forms or phrases.")
    sv: tuple[Word, ...] = Field(default=(), description="Swedish.")
    en: tuple[Word, ...] = Field(default=(), description="English.")


class Need(Model):
    """What a message is about and what a service answers (HSDS taxonomy term)."""

    id: NeedId = Field(description="Identifier; the list is fixed by the project.")
    name: LocalizedText = Field(description="Name of the need.")
    label: LocalizedText = Field(description="Short name for a button.")
    keywords: Keywords = Field(default=Keywords(), description="Words that name the need.")
    mutes_humour: YesNo = Field(default=False, description="yes when jokes and memes are out of place.")
    opening_line: LocalizedText = Field(
        description="First sentence of a ready message in the person's own voice, such as Minulla on velkoja."
    )


class Area(Model):
    """One choice of the guided start: a few needs under one name."""

    id: NeedId = Field(description="Identifier.")
    label: LocalizedText = Field(description="What the button says.")
    needs: tuple[NeedId, ...] = Field(description="Needs under it, the most common first.")

    _needs = validator("needs", allow_reuse=True)(unique)
    _some = validator("needs", allow_reuse=True)(not_empty)


class TermWords(Model):
    """What a hard word is called in Swedish and English, and other words for it there."""

    sv: tuple[Word, ...] = Field(default=(), description="Swedish.")
    en: tuple[Word, ...] = Field(default=(), description="English.")


class Term(Model):
    """A hard word in plain Finnish."""

    term: Text = Field(description="The word.")
    lemmas: tuple[Word, ...] = Field(default=(), description="Other base forms by which it is found.")
    also: tuple[Word, ...] = Field(default=(), description="Other words or short forms for the same.")
    words: TermWords = Field(default=TermWords(), description="The word in other languages, by which it is asked.")
    plain: LocalizedText = Field(description="What it means, in words that a 13-year-old knows.")
    source: Text | None = Field(default=None, description="Where the explanation comes from.")


class ServicesFile(Model):
    """A file of services/."""

    organizations: tuple[Organization, ...] = Field(
        default=(), description="Organizations; one file is enough for each."
    )
    services: tuple[Service, ...] = Field(default=(), description="Services.")


class NeedsFile(Model):
    """needs.yml."""

    areas: tuple[Area, ...] = Field(default=(), description="Choices of the guided start, in order.")
    needs: tuple[Need, ...] = Field(description="The needs.")


class GlossaryFile(Model):
    """glossary.yml."""

    terms: tuple[Term, ...] = Field(default=(), description="Hard words.")


class CrisisFile(Model):
    """crisis.yml: ids of the services shown in each kind of crisis, in the order they are shown."""

    suicide: tuple[Slug, ...] = Field(description="Thoughts of suicide or self-harm.")
    overdose: tuple[Slug, ...] = Field(description="Poisoning or an overdose.")
    violence: tuple[Slug, ...] = Field(description="Violence, above all in close relationships.")
    sexual_violence: tuple[Slug, ...] = Field(description="Sexual violence.")
    threat: tuple[Slug, ...] = Field(description="A threat to hurt others.")

    _unique = validator(*CRISIS_KINDS, allow_reuse=True)(unique)
    _some = validator(*CRISIS_KINDS, allow_reuse=True)(not_empty)


FILES: dict[str, type[Model]] = {
    "services": ServicesFile,
    "needs": NeedsFile,
    "glossary": GlossaryFile,
    "crisis": CrisisFile,
}
