"""Words in a picture: wrapped and shrunk until they fit their box, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

FONT = Path(__file__).parent / "fonts" / "FredokaOne-Regular.ttf"
FAMILY = "Fredoka One"
"""The font's own name, which the SVG names; SIL Open Font License 1.1 (fonts/OFL.txt)."""
LARGEST, SMALLEST = 44, 22
"""Sizes of the letters in pixels of a picture of 640; smaller ones can't be read on a phone."""
LINE = 1.16
"""Height of a line, in sizes of its letters."""
SPARE = 0.97
"""Share of the width that is used: two programs measure a line a little differently."""


class CaptionTooLong(ValueError):
    """A caption doesn't fit its box even in the smallest letters. The text says which."""


@dataclass(frozen=True)
class Box:
    """Where a caption stands, in pixels of the drawing, and the colour of its letters."""

    x: float
    y: float
    width: float
    height: float
    colour: str = "#2b2d42"
    largest: int = LARGEST


class Fitted(NamedTuple):
    """A caption's lines, and the size of their letters in pixels."""

    lines: tuple[str, ...]
    size: int


def fitted(caption: str, box: Box) -> Fitted:
    """The caption in the largest letters with which its lines fit the box. Raises CaptionTooLong."""
    for size in range(min(box.largest, LARGEST), SMALLEST - 1, -1):
        lines = _wrapped(caption, size, box.width * SPARE)
        if lines is not None and len(lines) * size * LINE <= box.height:
            return Fitted(tuple(_balanced(lines, size, box.width * SPARE)), size)
    raise CaptionTooLong(f"“{caption}” is too long for its box. Say it in fewer words.")


def as_svg(caption: str, box: Box) -> str:
    """The caption as SVG text in the middle of its box."""
    lines, size = fitted(caption, box)
    middle, step = box.x + box.width / 2, size * LINE
    first = box.y + (box.height - step * len(lines)) / 2 + size * 0.92
    rows = "".join(
        f'<text x="{middle:.1f}" y="{first + number * step:.1f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return f'<g font-family="{FAMILY}" font-size="{size}" fill="{box.colour}" text-anchor="middle">{rows}</g>'


def width_of(line: str, size: int) -> float:
    """Width of a line in pixels, in letters of this size."""
    return float(_font(size).getlength(line))


def _wrapped(caption: str, size: int, width: float) -> list[str] | None:
    """The words in lines no wider than this; None where one word is wider."""
    lines: list[str] = []
    for word in caption.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        elif width_of(word, size) <= width:
            lines.append(word)
        else:
            return None
    return lines


def _balanced(lines: list[str], size: int, width: float) -> list[str]:
    """As many lines, about as long as each other: no word stands alone on the last."""
    caption, best = " ".join(lines), lines
    while len(lines) > 1:
        width -= size / 4
        narrower = _wrapped(caption, size, width)
        if narrower is None or len(narrower) > len(lines):
            break
        best = narrower
    return best


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
