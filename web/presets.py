"""What a link may set before the first message: place, need, service, language and a campaign's tag.

Whatever the catalogue doesn't know is dropped, never shown and never an error: links live on posters for years.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from service_catalog.catalog import Catalog
from service_catalog.places import Places

LANGUAGES = ("fi", "sv", "en")
CAMPAIGN = re.compile(r"[a-z0-9-]{1,40}")
LONGEST = 100  # characters; no name of a place or a service's id is as long

# Parameters of a link, in Finnish because people see them, and the field that each one fills.
PARAMETERS = {"paikka": "municipality", "tarve": "need", "palvelu": "service", "k": "campaign", "kieli": "language"}


@dataclass(frozen=True)
class Presets:
    """Each field is None or known: an official municipality, a need's or a service's id, a tag, a language."""

    municipality: str | None = None
    need: str | None = None
    service: str | None = None
    campaign: str | None = None
    language: str | None = None

    @classmethod
    def read(cls, parameters: Mapping[str, str], catalog: Catalog | None) -> Presets:
        """Returns what is known of a link's parameters.

        Needs and services are unknown while there is no catalogue; a hidden service is unknown too.
        """
        given = {field: parameters.get(name, "").strip() for name, field in PARAMETERS.items()}
        given = {field: value for field, value in given.items() if value and len(value) <= LONGEST}
        place = Places.load().municipality(given.get("municipality", ""))
        need, service = given.get("need", ""), given.get("service", "")
        campaign, language = given.get("campaign", "").lower(), given.get("language", "").lower()
        return cls(
            municipality=place.name if place else None,
            need=need if catalog and catalog.need(need) else None,
            service=service if catalog and is_shown(catalog, service) else None,
            campaign=campaign if CAMPAIGN.fullmatch(campaign) else None,
            language=language if language in LANGUAGES else None,
        )

    def query(self) -> str:
        """Returns the parameters of a link that sets these, such as `paikka=Tampere&tarve=debt`; "" when none is."""
        return urlencode({name: getattr(self, field) for name, field in PARAMETERS.items() if getattr(self, field)})

    def link(self, address: str) -> str:
        """Returns the absolute link to the chat page at `address` (without a slash at its end)."""
        return f"{address}/?{self.query()}" if self.query() else f"{address}/"

    def attributes(self) -> dict[str, str]:
        """Returns the attributes of `<saattaja-chat>` that hand these to the widget."""
        names = {"language": "data-lang"}
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {names.get(field, f"data-{field}"): value for field, value in values.items() if value}


def is_shown(catalog: Catalog, service_id: str) -> bool:
    """Returns whether there is such a service and staff haven't hidden it."""
    service = catalog.service(service_id)
    return service is not None and not service.staff.hide
