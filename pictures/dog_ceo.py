"""Photographs of dogs from dog.ceo, where the operator has switched them on (`SAATTAJA_DOG_CEO=on`).

The web server fetches them (web/pictures.py), so that no address of a person reaches dog.ceo, and shows a dog of our
own where that takes too long or gives anything else than a photograph. There are `PHOTOGRAPHS` names, each of which
keeps its photograph, so that what is kept has an end.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from urllib.parse import urlsplit

RANDOM_DOG = "https://dog.ceo/api/breeds/image/random"
HOST = "images.dog.ceo"
WITHIN = 1.5
"""Seconds that the photograph may take, from the question to its last byte."""
LARGEST = 1_500_000
"""Bytes of the largest photograph that is shown."""
PHOTOGRAPHS = 100
SHARE = 0.5
"""How many of the dogs are photographs where they are switched on; the others are ours."""
ALT = {"fi": "Valokuva koirasta.", "sv": "Ett foto av en hund.", "en": "A photograph of a dog."}
SWITCH = "SAATTAJA_DOG_CEO"

_NAME = re.compile(r"photographs/(\d{1,3})\.jpg")
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}

Get = Callable[[str], Awaitable[bytes]]
"""Gives the body of an https address; raises OSError or ValueError when it can't, or when it is too large."""


def is_on(environment: Mapping[str, str]) -> bool:
    """Whether the operator has switched the photographs on."""
    return environment.get(SWITCH, "").strip().casefold() in ("on", "1", "yes", "true")


def path_and_alt(random: Random, language: str) -> tuple[str, str]:
    """The name of a photograph, drawn by lot, and what it shows."""
    return f"photographs/{random.randrange(PHOTOGRAPHS)}.jpg", ALT[language]


def number_of(name: str) -> int | None:
    """The number of the photograph with this name; None where there is none."""
    found = _NAME.fullmatch(name)
    number = int(found[1]) if found else PHOTOGRAPHS
    return number if number < PHOTOGRAPHS and name == f"photographs/{number}.jpg" else None


def kind_of(content: bytes) -> str | None:
    """The media type of a photograph by its first bytes; None for anything else."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


def is_photograph(address: object) -> bool:
    """Whether dog.ceo's answer names a photograph where its photographs are."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" and parts.netloc == HOST and parts.path.startswith("/breeds/")
