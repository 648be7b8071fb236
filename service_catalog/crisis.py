"""Which crisis contacts to show: few, in the order in which a frightened person can use them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from service_catalog.catalog import Catalog
from service_catalog.schedules import channel_opening
from service_catalog.schema import Service
from translations import LANGUAGES

EMERGENCY_NUMBER = "hatanumero-112"
"""Id of the emergency number's service, which is among the contacts of every crisis."""
WITHOUT_SPEAKING = ("chat", "sms")
LIMIT = 3


def crisis_services(
    catalog: Catalog,
    kind: str | None,
    language: str,
    age: int | None,
    now: datetime,
    exclude: Collection[str] = (),
    *,
    calm: bool = False,
    for_close_one: bool = False,
) -> list[Service]:
    """At most three contacts for a kind of crisis, those of suicide when it is None or unknown.

    First a service that can be reached without speaking and is open at `now` (an aware datetime), then the emergency
    number, which also takes text messages, then what answers now, then what doesn't; the rest is the order of
    crisis.yml. `calm`: there is no danger to anybody's life, so the emergency number stands last. `for_close_one`:
    somebody worries about another person, so of equals those stand first that also help who is close. Left out are
    services for another age (when `age` in years is known), those that don't speak `language` (any is better than
    none: then all stay), and `exclude`, but never the emergency number. `language` is ISO 639-1; for one that isn't
    spoken here by many, those that speak English stay too, after those that speak it.
    """
    listed = [one for one in catalog.crisis_services(kind) if not one.staff.hide and _serves_age(one, age)]
    spoken = [language] if language in LANGUAGES else [language, "en"]
    in_language = {one.id: one for each in spoken for one in listed if each in one.languages}
    emergency = catalog.service(EMERGENCY_NUMBER)
    others = [one for one in list(in_language.values()) or listed if one.id not in {EMERGENCY_NUMBER, *exclude}]
    quiet = [one for one in others if _open(one, now, WITHOUT_SPEAKING)][:1]
    rest = sorted(
        (one for one in others if one not in quiet),
        key=lambda one: (not _open(one, now), for_close_one and "close_one" not in one.needs),
    )
    urgent = [emergency] if emergency else []
    return [*quiet, *rest[: LIMIT - 1 - len(quiet)], *urgent] if calm else [*quiet, *urgent, *rest][:LIMIT]


def _serves_age(service: Service, age: int | None) -> bool:
    limits = service.eligibility
    return age is None or (limits.minimum_age or 0) <= age <= (limits.maximum_age or age)


def _open(service: Service, now: datetime, types: Collection[str] = (*WITHOUT_SPEAKING, "phone")) -> bool:
    """Whether one of these channels is known to be open."""
    return any(channel.type in types and channel_opening(channel, now).open_now for channel in service.channels)
