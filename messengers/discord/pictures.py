"""Pictures of ours to upload: Discord can't fetch them from a bot that has no public address."""

from __future__ import annotations

from functools import lru_cache

from pictures import dog_ceo
from pictures.choosing import PREFIX
from pictures.pack import pack
from pictures.rendering import png


@lru_cache(maxsize=256)
def picture(path: str) -> bytes | None:
    """Returns the PNG at a path of ours such as /pictures/dogs/hello.png; None for what there is no picture of.

    For a photograph of dog.ceo, which only the public door fetches, it is a dog of our own.
    """
    name = path.removeprefix(PREFIX)
    number = dog_ceo.number_of(name)
    if number is None:
        return png(name)
    own = sorted(pack().dogs)
    return png(f"dogs/{own[number % len(own)]}.png")
