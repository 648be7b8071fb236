"""Stems of Swedish and English words, so that a search finds `skulder` by `skuld` and `evicted` by `eviction`.

The Snowball algorithms "Swedish" and "English (Porter2)", as https://snowballstem.org/algorithms/ states them.
Finnish has real analysis (lemmas.py); for the other two languages of the catalogue a stem is enough, and it needs no
dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from service_catalog.lemmas import words

LONGEST_WORD = 40
_SWEDISH = """
    och att det den de som en ett är var på av för till med om har hade i inte ej jag du han hon vi ni man mig
    dig sig min mitt mina din ditt dina sin sitt sina kan ska skall vill får få eller men så när där här hur vad
    vem från vid mot under över efter ut upp in nu också bara än då blir bli vara många mycket någon något några
"""
_ENGLISH = """
    the a an and or but of to in on at for from with by about is are was were be been am it its this that these
    those i you he she we they me my your his her our their him us them do does did not no can could will would
    shall should may might must have has had if as so than then there here when where how what who which also
    just any some more most very too up out into over after before don't i'm it's im dont
"""
STOP_WORDS = {"sv": frozenset(_SWEDISH.split()), "en": frozenset(_ENGLISH.split())}
"""Words that say nothing of what is looked for."""


def stem(word: str, language: str) -> str:
    """The stem of a word in any case; the word in lower case where the language is neither sv nor en."""
    plain = word.casefold().replace("’", "'")
    find = _STEMMERS.get(language)
    return find(plain) if find and len(plain) <= LONGEST_WORD else plain


def stems_of(text: str, language: str) -> Iterator[str]:
    """The stems of a text's words in order, those that say nothing left out."""
    for word in words(text):
        if word.text.casefold() not in STOP_WORDS.get(language, ()):
            yield stem(word.text, language)


# --- Swedish ----------------------------------------------------------------------------------------------------

_SV_VOWELS = "aeiouyäåö"
_ENDINGS = """
    a arna erna heterna orna ad e ade ande arne are aste en anden aren heten ern ar er heter or as arnas ernas
    ornas es ades andes ens arens hetens erns at andet het ast
"""
_SV_ENDINGS = sorted(_ENDINGS.split(), key=len, reverse=True)
_SV_BEFORE_S = "bcdfghjklmnoprtvy"
_SV_DOUBLES = ("dd", "gd", "nn", "dt", "gt", "kt", "tt")
_SV_LAST = {"löst": "lös", "fullt": "full", "lig": "", "els": "", "ig": ""}


@lru_cache(maxsize=16_384)
def _swedish(word: str) -> str:
    begin = max(3, _region(word, _SV_VOWELS))
    found = next((ending for ending in _SV_ENDINGS if _ends(word, ending, begin)), "")
    if found:
        word = word[: -len(found)]
    elif _ends(word, "s", begin) and word[-2] in _SV_BEFORE_S:
        word = word[:-1]
    if any(_ends(word, double, begin) for double in _SV_DOUBLES):
        word = word[:-1]
    for ending, kept in _SV_LAST.items():
        if _ends(word, ending, begin):
            return word[: -len(ending)] + kept
    return word


# --- English ----------------------------------------------------------------------------------------------------

_EN_VOWELS = "aeiouy"
_EN_ODD = {
    **{"skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl", "gently": "gentl"},
    **{"ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl"},
    **{same: same for same in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
}
_EN_AFTER_S = {"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"}
_EN_SECOND = {
    **{"ization": "ize", "ational": "ate", "fulness": "ful", "ousness": "ous", "iveness": "ive", "tional": "tion"},
    **{"biliti": "ble", "lessli": "less", "entli": "ent", "ation": "ate", "alism": "al", "aliti": "al", "ousli": "ous"},
    **{"iviti": "ive", "fulli": "ful", "enci": "ence", "anci": "ance", "abli": "able", "izer": "ize", "ator": "ate"},
    **{"alli": "al", "bli": "ble"},
}
_EN_THIRD = {
    **{"ational": "ate", "tional": "tion", "alize": "al", "icate": "ic", "iciti": "ic", "ical": "ic", "ful": ""},
    **{"ness": ""},
}
_EN_FOURTH = (
    *("ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize"),
    *("al", "er", "ic"),
)


@lru_cache(maxsize=16_384)
def _english(word: str) -> str:
    if len(word) <= 2:
        return word
    if word in _EN_ODD:
        return _EN_ODD[word]
    word = re.sub(r"(?:'s'|'s|')$", "", word.lstrip("'"))
    word = re.sub(r"(^|[aeiouy])y", r"\1Y", word)
    first = next((len(odd) for odd in ("gener", "commun", "arsen") if word.startswith(odd)), _region(word, _EN_VOWELS))
    second = first + _region(word[first:], _EN_VOWELS)
    word = _en_plural(word)
    if word in _EN_AFTER_S:
        return word
    word = _en_past(word, first)
    if re.search(r".[^aeiouy][yY]$", word):
        word = word[:-1] + "i"
    word = _en_suffixes(word, first, second)
    if word.endswith("e"):
        if _ends(word, "e", second) or (_ends(word, "e", first) and not _en_short(word[:-1])):
            word = word[:-1]
    elif _ends(word, "l", second) and word.endswith("ll"):
        word = word[:-1]
    return word.lower()


def _en_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and re.search(r"[aeiouy].", word[:-1]):
        return word[:-1]
    return word


def _en_past(word: str, first: int) -> str:
    for ending in ("eedly", "eed"):
        if word.endswith(ending):
            return word[: -len(ending)] + "ee" if _ends(word, ending, first) else word
    ending = next((one for one in ("ingly", "edly", "ing", "ed") if word.endswith(one)), "")
    if not ending or not re.search("[aeiouy]", word[: -len(ending)]):
        return word
    word = word[: -len(ending)]
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if re.search(r"(bb|dd|ff|gg|mm|nn|pp|rr|tt)$", word):
        return word[:-1]
    return word + "e" if len(word) <= first and _en_short(word) else word


def _en_suffixes(word: str, first: int, second: int) -> str:
    for ending, kept in sorted(_EN_SECOND.items(), key=lambda pair: -len(pair[0])):
        if word.endswith(ending):
            word = word[: -len(ending)] + kept if _ends(word, ending, first) else word
            break
    else:
        if _ends(word, "ogi", first) and word.endswith("logi"):
            word = word[:-1]
        elif _ends(word, "li", first) and word[-3] in "cdeghkmnrt":
            word = word[:-2]
    for ending, kept in _EN_THIRD.items():
        if word.endswith(ending):
            word = word[: -len(ending)] + kept if _ends(word, ending, first) else word
            break
    else:
        if _ends(word, "ative", second):
            word = word[:-5]
    for ending in _EN_FOURTH:
        if word.endswith(ending):
            return word[: -len(ending)] if _ends(word, ending, second) else word
    return word[:-3] if _ends(word, "ion", second) and word.endswith(("sion", "tion")) else word


def _en_short(word: str) -> bool:
    """Whether it ends in a short syllable."""
    return bool(re.search(r"[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$", word))


# --- both -------------------------------------------------------------------------------------------------------


def _region(word: str, vowels: str) -> int:
    """Where the part begins that follows the first consonant after a vowel (R1 of Snowball)."""
    found = re.search(f"[{vowels}][^{vowels}]", word)
    return found.end() if found else len(word)


def _ends(word: str, ending: str, begin: int) -> bool:
    return word.endswith(ending) and len(word) - len(ending) >= begin


_STEMMERS: dict[str, Callable[[str], str]] = {"sv": _swedish, "en": _english}
