"""What must come through a translator unchanged: taken out before, put back after, and checked.

Names, numbers, addresses, links, telephone numbers, e-mails and {placeholders} never reach the provider: it sees a
token like [[4821]] in their place. Every token has to come back once, as it was; else the sentence is not used.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

TIMES_LONGER, LONGER = 4, 80
"""How much longer than its source a translation may be: so many times, and so many characters more."""
_KEPT = re.compile(
    r"""
      \[\[|\]\]                                                      # what looks like our own tokens
    | \{\w*\}                                                        # placeholders
    | (?:https?|tel|sms|mailto):[^\s”"<>]*[^\s”"<>.,;:!?)]           # links
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                   # e-mail addresses
    | (?<!\w)(?:[\w-]+\.)+(?:fi|com|org|net|info|eu)(?:/[\w/.-]*\w)?(?!\w)  # sites
    | \[(?:henkilötunnus|puhelinnumero|sähköpostiosoite)\]           # masks
    | \+?\d(?:[\d\s.:,/–-]*\d)?(?:\s?%)?                             # numbers, times, dates, telephone numbers
    """,
    re.VERBOSE,
)
_STREET = r"[A-ZÅÄÖ][\wåäö-]*(?:katu|tie|kuja|polku|kaari|tori|gatan|vägen)\w*(?:\s\d+(?:\s?[A-Za-z](?!\w))?)?"
_NAME = r"[A-ZÅÄÖ][\w’'-]*(?:\s[A-ZÅÄÖ0-9][\w’'-]*)*"
_INSIDE_NAME = re.compile(rf"(?:{_STREET})|(?<=[\wåäö,:;(”\"] )(?<![.!?…] )(?:{_NAME})")
"""A street, or capitals inside a sentence: in Finnish and Swedish they begin names only, in English nearly so."""
_NO_NAMES = re.compile(
    r"I(?:['’]\w+)?|English|Finnish|Swedish|Finland|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|OK|Okay|[A-Z][a-z]+ber|"
    r"January|February|March|April|May|June|July|August"
)
"""English words with a capital that are to be translated all the same."""
_TOKEN = re.compile(r"\[\s*\[\s*(\d+)\s*\]\s*\]")
_TAG = re.compile(r"<[^<>]{0,500}>")
_LINKLIKE = re.compile(r"https?:|www\.|@\w|\w+://|javascript:", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?:\d[\s.-]?){3,}")
_SENTENCE = re.compile(r"(?<=[.!?…])(\s+)(?=[\"”“(\[]?[A-ZÅÄÖ])|(\n+)")


class Protected(NamedTuple):
    """A text as a provider may see it, and what stands for each token's number."""

    text: str
    kept: dict[str, str]

    @property
    def has_words(self) -> bool:
        """Whether anything is left to translate."""
        return any(character.isalpha() for character in _TOKEN.sub("", self.text))


def protect(text: str, names: Collection[str] = (), *, capitals: bool = True) -> Protected:
    """The text with tokens for what must not change: what `_KEPT` knows, `names` with a Finnish ending or without,
    and, with `capitals`, words inside a sentence that begin with one.

    The same text gives the same tokens, so that its translation can be kept.
    """
    spans = [match.span() for match in _KEPT.finditer(text)]
    if names:
        spans += [match.span() for match in _names_pattern(frozenset(names)).finditer(text)]
    if capitals:
        spans += [match.span() for match in _INSIDE_NAME.finditer(text) if not _NO_NAMES.fullmatch(match[0])]
    parts: list[str] = []
    kept: dict[str, str] = {}
    end = 0
    for start, stop in _joined(spans):
        number = _number(text[start:stop], len(kept), kept)
        kept[number] = text[start:stop]
        parts += [text[end:start], f"[[{number}]]"]
        end = stop
    return Protected("".join([*parts, text[end:]]), kept)


def restore(translated: str, protected: Protected) -> str | None:
    """The translation with what was taken out back in its place; None where it can't be trusted.

    It is not where a token is lost, doubled or changed, a long number or a link came in, or it is far too long.
    Markup is taken out, and signs that turn the direction of text.
    """
    plain = _without_markup(translated)
    numbers = [_ascii_digits(match[1]) for match in _TOKEN.finditer(plain)]
    if Counter(numbers) != Counter(protected.kept.keys()):
        return None
    bare = _TOKEN.sub(" ", plain)
    if any(sign in bare for sign in ("[[", "]]", "<", ">")) and not any(sign in protected.text for sign in "<>"):
        return None
    if _LINKLIKE.search(bare) or _LONG_NUMBER.search(bare) or (not bare.strip() and protected.has_words):
        return None
    if len(plain) > TIMES_LONGER * len(protected.text) + LONGER:
        return None
    return _TOKEN.sub(lambda match: protected.kept[_ascii_digits(match[1])], plain).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text and what stands between them, in turn: joined they are the text again."""
    parts: list[str] = []
    end = 0
    for match in _SENTENCE.finditer(text):
        parts += [text[end : match.start()], match[0]]
        end = match.end()
    return [*parts, text[end:]]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order; those that meet become one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _number(kept: str, place: int, taken: Collection[str]) -> str:
    """Four digits that follow from what is kept and its place, so that tokens of two sentences seldom are the same."""
    number = 1000 + int.from_bytes(sha256(f"{place} {kept}".encode("utf-8", "replace")).digest()[:4], "big") % 9000
    while str(number) in taken:
        number = 1000 + (number - 999) % 9000
    return str(number)


@lru_cache(maxsize=8)
def _names_pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted((name for name in names if len(name) > 2), key=lambda name: (-len(name), name))
    either = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{either})(?::?\w{{0,6}})?(?!\w)")


def _without_markup(text: str) -> str:
    plain = _TAG.sub("", html.unescape(_TAG.sub("", text)))
    kept = (
        c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") or c == "\n" else " "
        for c in plain
        if unicodedata.category(c) != "Cf" or c in "\u200c\u200d"
    )
    return " ".join("".join(kept).split())


def _ascii_digits(number: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in number)
