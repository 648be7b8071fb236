"""The QR code of a link, for posters."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

# "M" restores 15 per cent of the code, enough for a poster behind a scratched pane; more would make it denser.
ERROR_CORRECTION = "m"
DARK = "#000"


@lru_cache(maxsize=256)
def qr_data_uri(link: str) -> str:
    """Returns the QR code of a link as a `data:` URI of an SVG image, with the quiet zone that readers need."""
    return _code(link).svg_data_uri(border=4, dark=DARK, light="#fff", omitsize=True)


@lru_cache(maxsize=64)
def qr_svg(link: str) -> bytes:
    """Returns the QR code of a link as an SVG file."""
    out = io.BytesIO()
    _code(link).save(out, kind="svg", border=4, scale=10, dark=DARK, light="#fff")
    return out.getvalue()


def _code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error=ERROR_CORRECTION)
