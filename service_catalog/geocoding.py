"""Street addresses to coordinates over the network: opt-in, off unless somebody builds an AddressFinder.

A street address says where a person lives, so it is asked only with their consent; the answer may be missing at any
time, and everything works without it.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, Protocol

from geopy.geocoders import Nominatim

logger = logging.getLogger(__name__)

USER_AGENT = "saattaja/0.1 (support service guide)"
FINLAND = ((59.3, 19.0), (70.2, 31.7))
"""South-west and north-east corner, WGS84 degrees."""


class Geocoder(Protocol):
    """What AddressFinder needs of a geopy geocoder."""

    def geocode(self, query: str, **options: Any) -> Any: ...


class AddressFinder:
    """Finds coordinates of Finnish street addresses with an injected geopy geocoder."""

    def __init__(self, geocoder: Geocoder, timeout: float = 3.0) -> None:
        """`timeout`: seconds that one look-up may take."""
        self._geocoder = geocoder
        self._timeout = timeout

    def find(self, address: str) -> tuple[float, float] | None:
        """Latitude and longitude (WGS84 degrees) of an address in Finland; None when not found or on any failure.

        The address never reaches a log.
        """
        query = " ".join(address.split())[:200]
        if not query:
            return None
        answers: list[tuple[float, float]] = []
        # A server that sends one byte at a time beats a socket's timeout, so the wait itself is bounded.
        worker = threading.Thread(target=self._ask, args=(query, answers), daemon=True)
        worker.start()
        worker.join(self._timeout)
        return next((point for point in list(answers) if _in_finland(point)), None)

    def _ask(self, query: str, answers: list[tuple[float, float]]) -> None:
        try:
            found = self._geocoder.geocode(query, timeout=self._timeout, exactly_one=True)
            if found:
                answers.append((float(found.latitude), float(found.longitude)))
        except Exception as error:  # whatever a stranger's server makes a parser raise
            logger.warning("an address could not be looked up: %s", type(error).__name__)


def nominatim(
    domain: str = "nominatim.openstreetmap.org", scheme: str = "https", user_agent: str = USER_AGENT
) -> AddressFinder:
    """An AddressFinder that asks a Nominatim server; mind its usage policy (one question a second)."""
    return AddressFinder(Nominatim(user_agent=user_agent, domain=domain, scheme=scheme))


def _in_finland(point: tuple[float, float]) -> bool:
    (south, west), (north, east) = FINLAND
    return south <= point[0] <= north and west <= point[1] <= east
