"""Text as Discord shows it: nothing of it becomes markdown or a mention by accident, and no piece is too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

ADDRESS = re.compile(r"https?://[^\s”\"<>\\]*[^\s”\"<>\\.,;:!?)]")
_SPECIAL = re.compile(rf"(?P<address>{ADDRESS.pattern})|(?P<mark>[\\*_~`|<\[])|(?P<all>@(?=everyone|here))")
_AT_LINE_START = re.compile(r"^(\s*)(#{1,3}(?=\s)|>|-#)", re.MULTILINE)
_BORDERS = ("\n\n", "\n", ". ", " ", "")
_CUT = "…"


def length(text: str) -> int:
    """Returns how long Discord's programs find a text: in UTF-16 units, of which an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped(text: str) -> str:
    """Returns the text so that Discord shows it as it is written; addresses stay links, without a preview.

    https://discord.com/developers/docs/reference#message-formatting
    """
    return _AT_LINE_START.sub(r"\1\\\2", _SPECIAL.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    if found["address"]:
        return f"<{found['address']}>"
    return f"\\{found['mark']}" if found["mark"] else "@\u200b"


def pieces(text: str, most: int, size: Callable[[str], int] = length) -> list[str]:
    """Returns the text in pieces of at most `most`, cut between paragraphs where that is possible, else between lines,
    sentences, words. Nothing but white space at the cuts is left out; a text of white space alone has no pieces."""
    return _pieces(text.strip(), most, size, _BORDERS)


def _pieces(text: str, most: int, size: Callable[[str], int], borders: Sequence[str]) -> list[str]:
    if size(text) <= most:
        return [text] if text else []
    border, *finer = borders
    if not border:
        return _characters(text, most, size)
    parts = text.split(border)
    parts = [part + border.rstrip() for part in parts[:-1]] + parts[-1:]  # a sentence keeps its full stop
    gap = border[len(border.rstrip()) :]
    found: list[str] = []
    for part in parts:
        if found and size(found[-1] + gap + part) <= most:
            found[-1] += gap + part
        else:
            found += _pieces(part, most, size, finer)
    return [piece for piece in (one.strip() for one in found) if piece]


def _characters(text: str, most: int, size: Callable[[str], int]) -> list[str]:
    found = [""]
    for character in text:
        if size(found[-1] + character) > most:
            found.append("")
        found[-1] += character
    return found


def shortened(text: str, most: int) -> str:
    """Returns the text, cut between words and with an ellipsis where it would be longer than `most`."""
    text = " ".join(text.split())
    if length(text) <= most:
        return text
    room = most - length(_CUT)
    kept = next(iter(pieces(text, room)), "")
    return kept.rstrip(" .,;:") + _CUT


def shown(text: str, most: int) -> str:
    """Returns the text escaped, its lines kept, and cut where it would be longer than `most` so."""
    whole = escaped(text.strip())
    if length(whole) <= most:
        return whole
    first = pieces(text, most - length(_CUT), lambda piece: length(escaped(piece)))[0]
    return escaped(first.rstrip(" .,;:")) + _CUT
