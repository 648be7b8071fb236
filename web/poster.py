"""The QR code of a link, for posters."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import Any

import segno

# "M" restores 15 per cent of the code, enough for a poster behind a scratched pane; more would make it denser.
ERROR_CORRECTION = "m"
DARK = "#000"
QUIET = 4  # modules around it that readers need
_DARK = re.compile(rb"\x01+")


@lru_cache(maxsize=256)
def qr_data_uri(link: str) -> str:
    """Returns the QR code of a link as a `data:` URI of an SVG image, with the quiet zone that readers need."""
    return _code(link).svg_data_uri(border=QUIET, dark=DARK, light="#fff", omitsize=True)


@lru_cache(maxsize=64)
def qr_svg(link: str) -> bytes:
    """Returns the QR code of a link as an SVG file."""
    out = io.BytesIO()
    _code(link).save(out, kind="svg", border=QUIET, scale=10, dark=DARK, light="#fff")
    return out.getvalue()


def qr_path(link: str) -> dict[str, Any]:
    """Returns the QR code of a link as a drawing: `{"size", "path"}`, the side in modules and `d` of an SVG path."""
    rows = [bytes(row) for row in _code(link).matrix_iter(border=QUIET)]
    runs = (
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    return {"size": len(rows), "path": "".join(runs)}


def _code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error=ERROR_CORRECTION)
