"""Drawings as PNG: made once for each name, and kept in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import resvg_py

from pictures.captions import FAMILY, FONT, as_svg
from pictures.pack import LANGUAGES, Meme, pack

_NAME = re.compile(r"(dogs|memes)/([a-z0-9-]+)\.png")


def names() -> Iterator[str]:
    """The name of every picture: `dogs/<id>.png`, `memes/<id>-<language>.png`."""
    yield from (f"dogs/{dog}.png" for dog in pack().dogs)
    yield from (f"memes/{meme}-{language}.png" for meme in pack().memes for language in LANGUAGES)


def png(name: str) -> bytes | None:
    """The picture of this name as PNG; None where there is none. Any text may be asked for."""
    found = _NAME.fullmatch(name)
    if found is None or not svg_of(*found.groups()):
        return None
    return _rendered(name)


@lru_cache(maxsize=256)
def _rendered(name: str) -> bytes:
    svg = svg_of(*_NAME.fullmatch(name).groups())  # type: ignore[union-attr]
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, font_files=[str(FONT)], skip_system_fonts=True, font_family=FAMILY)
    )


def svg_of(folder: str, name: str) -> str | None:
    """The drawing of a picture, with its words; None where there is none of this name."""
    if folder == "dogs":
        dog = pack().dogs.get(name)
        return dog.file.read_text(encoding="utf-8") if dog else None
    meme, _, language = name.rpartition("-")
    found = pack().memes.get(meme)
    return captioned(found, language) if found and language in LANGUAGES else None


def captioned(meme: Meme, language: str) -> str:
    """The drawing of a meme with its captions in a language."""
    drawing = meme.template.file.read_text(encoding="utf-8")
    words = zip(meme.captions[language], meme.template.boxes, strict=True)
    before, end, after = drawing.rpartition("</svg>")
    return before + "".join(as_svg(caption, box) for caption, box in words) + end + after
