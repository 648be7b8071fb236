"""Forms of Finnish place names: from a name to its stems, from a written word to stem and case.

Voikko knows many place names, but neither spoken forms (`Tampereel`, `Turus`, `Kuopiost`, `Turkkuu`) nor nicknames
(`stadis`, `Jkl:ssä`), and a name that it doesn't know it can't inflect. So names are inflected here, by the
rules of Finnish nouns that place names need, and generously: a stem too many costs nothing, because no
other word has it; a stem too few loses a person's home.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Case = Literal[
    "nominative",
    "genitive",
    "partitive",
    "essive",
    "translative",
    "inessive",
    "elative",
    "illative",
    "adessive",
    "ablative",
    "allative",
    "demonym",
]
INNER: frozenset[Case] = frozenset({"inessive", "elative", "illative"})
OUTER: frozenset[Case] = frozenset({"adessive", "ablative", "allative"})
WHERE: frozenset[Case] = frozenset({"inessive", "adessive"})
FROM: frozenset[Case] = frozenset({"elative", "ablative"})
TO: frozenset[Case] = frozenset({"illative", "allative"})
LOCAL = INNER | OUTER

_ENDINGS: dict[str, Case] = {
    "": "nominative",
    **dict.fromkeys(("n", "ten"), "genitive"),
    **dict.fromkeys(("a", "ä", "ta", "tä", "tta", "ttä"), "partitive"),
    **dict.fromkeys(("na", "nä"), "essive"),
    **dict.fromkeys(("ksi", "ks"), "translative"),
    **dict.fromkeys(("ssa", "ssä", "s", "sa", "sä", "ssaa", "ssää", "sas", "ssas"), "inessive"),
    **dict.fromkeys(("sta", "stä", "st", "staa"), "elative"),
    **dict.fromkeys(("lla", "llä", "l", "la", "lä", "ll"), "adessive"),
    **dict.fromkeys(("lta", "ltä", "lt"), "ablative"),
    **dict.fromkeys(("lle", "le"), "allative"),
}
_AFTER_SHORT: frozenset[str] = frozenset({"in", "hin", "iin", "seen", "een", "aan", "uun", "oon", "ään"})
_CLITIC = re.compile(r"(?:kaan|kään|kaa|kää|kin|ki|han|hän|ko|kö|pa|pä)$")
_DEMONYM = re.compile(r"l[aä]i(?:nen|ne|set|s(?:en|ta|tä|i|ia|iä|lle|ten|t|ena|enä|ella|ellä|na)?)$")
_VOWELS = "aeiouyäöå"

_E_STEMS = re.compile(
    r"(?:joki|järvi|lahti|salmi|niemi|mäki|vesi|lampi|saari|koski|korpi|kivi|nummi|nurmi|vuori|lehti|lohi|hauki"
    r"|tammi|meri|kaski|suvi|tuuli|tähti|kieli)$"
)
"""Words in -i whose stem ends in -e (`joki`, `joen`); place names that end in them do the same."""

_STRONG_TO_WEAK = {
    "kk": "k",
    "pp": "p",
    "tt": "t",
    "nk": "ng",
    "nt": "nn",
    "mp": "mm",
    "lt": "ll",
    "rt": "rr",
    "ht": "hd",
    "k": "",
    "p": "v",
    "t": "d",
}
_LAST_STOP = re.compile(rf"(?<=[{_VOWELS}lrh])(kk|pp|tt|nk|nt|mp|lt|rt|ht|k|p|t)(?=[{_VOWELS}]{{1,2}}$)")


def stems(name: str) -> set[str]:
    """All stems of a lower-case place name that case endings are added to, the name itself among them."""
    found = {name}
    if name.endswith("nen"):
        found |= {name[:-3] + stem for stem in ("se", "si", "s")}
    elif name.endswith("s"):
        found |= {name[:-1] + stem for stem in ("kse", "de", "te", "ut", "t")} | {name + "i"}
        if name.endswith(("as", "äs")):
            found |= {name[:-1] + name[-2], _weak_to_strong(name[:-1]) + name[-2]}
    elif name[-1] not in _VOWELS:
        found.add(name + "i")
    elif name.endswith("e"):
        found.add(name + "e")
    elif _E_STEMS.search(name):
        found |= {name[:-1] + "e", name[:-1]}
        if name.endswith("si"):
            found |= {name[:-2] + stem for stem in ("de", "te", "t")}
    return found | {weak for stem in list(found) for weak in [_weak(stem)] if weak}


def _weak(stem: str) -> str | None:
    """The weak grade of a vowel stem: `turku` gives turu, `lahte` lahde; None where no stop alternates."""
    if stem[-1] not in _VOWELS:
        return None
    match = _LAST_STOP.search(stem)
    if match is None:
        return None
    return stem[: match.start()] + _STRONG_TO_WEAK[match[1]] + stem[match.end() :]


def _weak_to_strong(stem: str) -> str:
    """`kanga` (of Kangas) gives kanka."""
    return re.sub(rf"ng(?=[{_VOWELS}]$)", "nk", stem)


@lru_cache(maxsize=4096)
def case_of(stem: str, rest: str, short: bool = False) -> Case | None:
    """The case that `rest` makes of `stem`, or None when it is no ending; `short` for Hki, Jkl and their like."""
    case = _ENDINGS.get(rest)
    if case is not None:
        return case
    if short:
        return "illative" if rest in _AFTER_SHORT else None
    last = stem[-1:]
    if last in _VOWELS and rest in {last, last + "n", f"h{last}n", f"h{last}", "seen", "see", "sseen"}:
        return "illative"
    if _DEMONYM.match(rest):
        return "demonym"
    return None


def splits(word: str) -> Iterator[tuple[str, str]]:
    """Ways to cut a lower-case word into a stem and an ending, longest stem first; clitics (-kin, -ko) may go."""
    base = word.replace(":", "").removesuffix("'s")
    for end in range(len(base), max(1, len(base) - 10), -1):
        yield base[:end], base[end:]
    without = _CLITIC.sub("", base)
    if without != base and len(without) > 3:
        for end in range(len(without) - 1, max(1, len(without) - 8), -1):
            yield without[:end], without[end:]


def plain(word: str) -> str:
    """A word as the index has it: lower case, composed letters (NFC), straight apostrophes."""
    return unicodedata.normalize("NFC", word).replace("’", "'").lower()


def without_dots(text: str) -> str:
    """`jyväskylä` as somebody with a foreign keyboard writes it: jyvaskyla."""
    return text.translate(_NO_DOTS)


_NO_DOTS = str.maketrans("äöå", "aoa")
