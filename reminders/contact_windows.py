"""When a person may be contacted, read from how they say it.

`windows_from_text` turns "arkisin kuuden jälkeen" into Monday-Friday 18:00-22:00. It reads in four steps, each of
them small: words to coded items (the tables of `reminders.contact_words`), items to points and spans of time (the
rules in `RULES`), a sentence to clauses that allow or forbid, clauses to minutes of a week. It answers None unless
the message, or a stretch of it between pauses, is about being contacted: most sentences with a weekday in them
aren't.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from reminders import contact_words as words

DAY_MINUTES = 24 * 60
DAYTIME = words.PARTS["daytime"]
MORNING_STARTS = words.PARTS["morning"][0]
MAX_LENGTH = 500  # a statement of contact times is a sentence or two; longer text is something else
Spans = list[tuple[int, int]]
Week = dict[str, Spans]


class Window(NamedTuple):
    """Days (of `WEEK`, in order) and wall-clock minutes from midnight: 0 <= start < end <= 1440."""

    days: tuple[str, ...]
    start: int
    end: int


class Hour(NamedTuple):
    """A point of time as said: minutes from midnight, and whether the half of the day is certain."""

    minutes: int
    certain: bool


class Span(NamedTuple):
    """A stretch of time as said; an end that wasn't said is None."""

    start: Hour | None
    end: Hour | None


@dataclass(frozen=True)
class Item:
    """A word or a phrase of a message, reduced to its code letter in `contact_words` and a value."""

    code: str
    value: Any = None
    text: str = ""


@dataclass
class Clause:
    """Days and times that belong together: "arkisin" + "illalla kuuden jälkeen". Empty days are every day."""

    days: tuple[str, ...] = ()
    times: list[tuple[str | None, Span | None]] = field(default_factory=list)
    days_first: bool = True
    any_time: bool = False


# --- public ---------------------------------------------------------------------------------------------------


def windows_from_text(text: str, language: str = "fi", *, asked: bool = False) -> list[Window] | None:
    """Return the windows in which the writer allows contact; [] means never.

    Say `asked` where the message is known to be about contact times (we have just asked for them, or its intent is
    sure): then a sentence may hold words that aren't in the tables.
    None means that the message says nothing about when the writer may be contacted. Windows don't overlap, a night
    is split at midnight (its early hours belong to the day after), and they are sorted by day and start.
    `language` is "fi", "sv" or "en"; another is read as Finnish. Never raises for any text.
    """
    tables = language if language in words.WORDS else "fi"
    items = _items(text, tables)
    if items is None:
        return None
    items = _about_contact(_reduced(items), asked=asked)
    if items is None:
        return None
    allowed, forbidden = _clauses(items)
    if not allowed and not forbidden:
        return _without_times(items, asked=asked)
    week = _union(_week(clause, negated=False) for clause in allowed) if allowed else _every_day([DAYTIME])
    return _windows(_subtract(week, _union(_week(clause, negated=True) for clause in forbidden)))


def not_before_from_text(text: str, language: str = "fi") -> str | None:
    """Return "tomorrow" or "next_week" where the message puts the first contact off until then, else None."""
    patterns = words.NOT_BEFORE.get(language, words.NOT_BEFORE["fi"])
    lowered = text[:MAX_LENGTH].lower()
    return next((when for when, pattern in patterns.items() if re.search(rf"\b(?:{pattern})\b", lowered)), None)


def to_json(windows: list[Window] | None) -> list[dict[str, Any]] | None:
    """Return the windows in the shape of the `understand` contract: `{"days": ["mon"], "from": "16:00", "to": ..}`."""
    if windows is None:
        return None
    return [{"days": list(w.days), "from": _clock(w.start), "to": _clock(w.end)} for w in windows]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# --- words to items -------------------------------------------------------------------------------------------

_NUMBER = (
    r"(?<![\d.,])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?"
    r"(?::?(?P<ending>[ap]\.?m\b\.?|[a-zåäö]{1,3}\b))?(?![\d€%])"
)


@cache
def _tokenizer(language: str) -> re.Pattern[str]:
    phrases = "|".join(f"(?P<p{n}>{p})" for n, (p, _) in enumerate(words.PHRASES[language]))
    word = r"(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)|{_NUMBER}|{word}|(?P<mark>->|[-,.;!?()/&+\n]|\d+)")


def _items(text: str, language: str) -> list[Item] | None:
    """The coded items of a text, or None where it is too long to be a statement of contact times."""
    if len(text) > MAX_LENGTH:
        return None
    normal = unicodedata.normalize("NFC", text).lower()
    normal = re.sub(r"[‐‑‒–—−]", "-", normal).replace("’", "'")
    items: list[Item] = []
    for match in _tokenizer(language).finditer(normal):
        kind = match.lastgroup or ""
        if match["hour"] is not None:
            items.extend(_number(match, language))
        elif match["word"] is not None:
            items.extend(_word(match["word"], language))
        elif match["mark"] is not None:
            items.append(_mark(match["mark"]))
        else:
            items.extend(_phrase(kind, match.group(), language))
    return items


def _mark(mark: str) -> Item:
    code = {"-": "-", "->": "-", ",": ",", "/": "&", "&": "&", "+": "&", "(": ",", ")": ","}.get(mark)
    return Item(code or ("?" if mark.isdigit() else "."), text=mark)


def _phrase(group: str, text: str, language: str) -> Iterable[Item]:
    for token in words.PHRASES[language][int(group[1:])][1].split():
        code, _, value = token.partition(":")
        if code in ("noon", "midnight"):
            case = "l" if re.search(r"st[aä]?$", text) else "o"
            yield Item(case, Hour(12 * 60 if code == "noon" else DAY_MINUTES, True), text)
        elif code == "after":
            yield Item("E", Span(Hour(int(value) * 60, True), None), text)
        elif code in "z+":
            yield Item(code, int(value), text)
        elif code == "D":
            yield Item(
                "D",
                {"all": words.WEEK, "weekdays": words.WEEKDAYS, "weekend": words.WEEKEND, "others": ()}[value],
                text,
            )
        else:
            yield Item(code, value or None, text)


def _number(match: re.Match[str], language: str) -> Iterable[Item]:
    hour, minute, ending = int(match["hour"]), int(match["minute"] or 0), match["ending"] or ""
    if hour > 24 or (hour == 24 and minute):
        yield Item("?", text=match.group())
        return
    certain = hour > 12 or hour == 0 or match["hour"].startswith("0")
    code = "o" if match["minute"] else "#"
    if ending and language != "sv" and ending[0] in "ap" and ending.rstrip(".").endswith("m"):
        hour = hour % 12 + (12 if ending[0] == "p" else 0)
        certain, code = True, "o"
    elif ending:
        case = next((case for form, case in words.DIGIT_ENDINGS_FI if re.fullmatch(form, ending)), None)
        glued = not match.group()[: -len(ending)].endswith(" ")
        if language == "fi" and case and glued:
            code = case
        else:
            yield Item(code, Hour(hour * 60 + minute, certain), match.group())
            yield from _word(ending, language)
            return
    yield Item(code, Hour(hour * 60 + minute, certain), match.group())


def _word(word: str, language: str) -> Iterable[Item]:
    return (Item(code, value, word) for code, value in _coded(word, language))


@lru_cache(maxsize=4096)
def _coded(word: str, language: str) -> tuple[tuple[str, Any], ...]:
    """The codes of one word; a compound ("arkiaamuisin", "iltaseiskalta") has two."""
    known = _known(word, language)
    if known or len(word) < 5:
        return known or (("?", None),)
    swapped = (_known(other, language) for other in _swapped(word))
    likely = (codes for codes in swapped if codes and codes[0][0] in "DPjeu")
    return _known(word + "n", language) or next(likely, (("?", None),))  # "ainakaa" without its n


def _swapped(word: str) -> Iterable[str]:
    """What a long word may have been meant to be, were two letters swapped: "ilatsin"."""
    return (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1) if len(word) > 5)


def _known(word: str, language: str) -> tuple[tuple[str, Any], ...]:
    """The codes of a word that is in the tables, else none."""
    days, compounds, parts, codes = _patterns(language)
    for pattern, value, part in compounds:
        match = pattern.fullmatch(word)
        if match and len(match["day"]) >= 4 and not word.startswith("arkipäiv"):
            return (("D", value), ("P", part))
    for pattern, value in days:
        if pattern.fullmatch(word):
            return (("D", value),)
    hours = _hour_words(language)
    if word in hours:
        return (hours[word],)
    if re.fullmatch(words.HALF[language], word):
        return (("z", -30 if language != "en" else 30),)
    if language == "fi":
        for prefix, first in words.HOUR_PREFIXES_FI.items():
            rest = word[len(prefix) :].removeprefix("-") if word.startswith(prefix) else ""
            if rest in hours:
                return (first, hours[rest])
    for pattern, code in codes:
        if pattern.fullmatch(word):
            return ((code, None),)
    for pattern, part in parts:
        if pattern.fullmatch(word):
            return (("P", part),)
    return ()


class _Patterns(NamedTuple):
    days: list[tuple[re.Pattern[str], tuple[str, ...]]]
    compounds: list[tuple[re.Pattern[str], tuple[str, ...], str]]
    parts: list[tuple[re.Pattern[str], str]]
    codes: list[tuple[re.Pattern[str], str]]


@cache
def _patterns(language: str) -> _Patterns:
    days, parts = words.DAY_STEMS[language], words.PART_WORDS[language]
    return _Patterns(
        [(re.compile(pattern), value) for pattern, value in days],
        [(re.compile(rf"(?P<day>{d})(?:{p})"), value, part) for d, value in days for p, part in parts],
        [(re.compile(pattern), part) for pattern, part in parts],
        [(re.compile(pattern), code) for code, pattern in words.WORDS[language]],
    )


@cache
def _hour_words(language: str) -> dict[str, tuple[str, Hour]]:
    """Every form of every hour's name, with its case's code."""
    if language != "fi":
        return {w: ("h", Hour(h * 60, w == "noon" or h > 12)) for w, h in words.HOUR_WORDS[language].items()}
    table: dict[str, tuple[str, Hour]] = {}
    for hour, forms in words.HOUR_WORDS_FI.items():
        for case, alternatives in zip(words.HOUR_CASES, forms, strict=True):
            for form in alternatives.split("|"):
                table.setdefault(form, (case, Hour(hour * 60, False)))
                if hour < 10:
                    for end in words.TEEN_ENDS_FI:
                        table.setdefault(form + end, (case, Hour((hour + 10) * 60, hour > 2)))
    for hour, stem in words.NUMBER_NAMES_FI.items():
        for case, ends in zip(words.HOUR_CASES, words.NUMBER_NAME_ENDS_FI, strict=True):
            for end in ends.split("|"):
                table[stem + end] = (case, Hour(hour * 60, False))
    for named, minutes in ((words.NOON_FI, 12 * 60), (words.MIDNIGHT_FI, DAY_MINUTES)):
        for case, alternatives in named.items():
            for form in alternatives.split("|"):
                table[form] = (case, Hour(minutes, True))
    return table


# --- items to times -------------------------------------------------------------------------------------------

_H = "[hgpliao#]"


def _hours(items: list[Item]) -> list[Hour]:
    return [item.value for item in items if isinstance(item.value, Hour)]


def _between(items: list[Item]) -> list[Item]:
    start, end = _hours(items)
    return [Item("T", Span(start, end))]


def _after(items: list[Item]) -> list[Item]:
    return [Item("T", Span(_hours(items)[0], None))]


def _before(items: list[Item]) -> list[Item]:
    return [Item("T", Span(None, _hours(items)[0]))]


def _at(items: list[Item]) -> list[Item]:
    """A point of time stands for the hour that begins there."""
    hour = _hours(items)[0]
    return [Item("T", Span(hour, Hour(hour.minutes + 60, hour.certain)))]


def _clocked(items: list[Item]) -> list[Item]:
    """The hour of "klo 18": surely a time of day, in the case that its ending shows."""
    hour = items[-1]
    return [Item("o" if hour.code in "h#" else hour.code, hour.value)]


def _shifted(items: list[Item]) -> list[Item]:
    """The hour of "puol viis" or "varttia vaille viisi": the one named, moved by minutes."""
    hour = items[-1]
    moved = hour.value.minutes + items[0].value
    return [Item("o" if hour.code in "h#" else hour.code, Hour(moved % DAY_MINUTES, hour.value.certain))]


def _placed(items: list[Item]) -> list[Item]:
    """The hour of "iltakasiin", by the part of the day that it was said with."""
    part, hour = items
    return [Item(hour.code, Hour(_resolved(hour.value, part.value), True))]


def _one_word(items: list[Item]) -> bool:
    return items[0].text == items[1].text


def _after_that(items: list[Item]) -> list[Item]:
    """What follows the end of something: "koulussa kolmeen, sen jälkeen"."""
    return [Item("T", Span(_hours(items)[-1], None))]


def _as(code: str) -> Callable[[list[Item]], list[Item]]:
    """The words as one item that keeps their text, so that a wish in them is still seen."""
    return lambda items: [Item(code, text=" ".join(item.text for item in items))]


def _suits(items: list[Item]) -> bool:
    return any(_SUITS.match(item.text) for item in items)


def _own_doing(items: list[Item]) -> bool:
    """Whether "I don't write" and not "don't write"."""
    return items[0].text in words.I_DO_NOT and " " not in items[-1].text


def _stops(items: list[Item]) -> bool:
    """Whether messages are to stop, and not to be deleted."""
    return not any(item.text.startswith("poista") for item in items) or not any("viest" in i.text for i in items)


def _genitive(items: list[Item]) -> bool:
    return items[0].text.endswith("n")


def _from_part(items: list[Item]) -> list[Item]:
    """From the beginning of a part of the day: "iltapäivästä eteenpäin"."""
    return [Item("T", Span(Hour(words.PARTS[items[0].value][0], True), None))]


def _all_but(items: list[Item]) -> list[Item]:
    """ "Sunnuntaita lukuun ottamatta" as "except on Sundays"."""
    return [Item("X"), *items[:-1], Item(",")]


def _day_range(items: list[Item]) -> list[Item]:
    """Monday to Thursday, also over the end of a week."""
    first, last = words.WEEK.index(items[0].value[0]), words.WEEK.index(items[-1].value[-1])
    return [Item("D", tuple(words.WEEK[(first + n) % 7] for n in range((last - first) % 7 + 1)))]


def _part_range(items: list[Item]) -> list[Item]:
    first, last = words.PARTS[items[0].value], words.PARTS[items[-1].value]
    return [Item("T", Span(Hour(first[0], True), Hour(last[1], True)))]


def _keep(*codes: str) -> Callable[[list[Item]], list[Item]]:
    return lambda items: [item for item in items if item.code in codes]


def _from_to(items: list[Item]) -> bool:
    """Whether two words are "from" and "to": "maanantaista torstaihin", "aamusta iltaan"."""
    return bool(re.search(r"st[aä]?$", items[0].text) and re.search(r"[aeiouyäö]n$|[aeiouäö]{2}$|h$", items[-1].text))


def _always(items: list[Item]) -> bool:
    return True


def _meet(items: list[Item]) -> bool:
    """Whether two open spans bound one: "after six but before nine", not "before ten or after four"."""
    first, second = items[0].value, items[-1].value
    if first.start and not first.end and second.end and not second.start:
        return True
    if first.end and not first.start and second.start and not second.end:
        return _resolved(second.start, None) < _resolved(first.end, None)
    return False


def _intersected(items: list[Item]) -> list[Item]:
    first, second = items[0].value, items[-1].value
    return [Item("T", Span(first.start or second.start, first.end or second.end))]


def _listed(items: list[Item]) -> list[Item]:
    """A list of days or parts of the day, its commas read as "and"."""
    return [Item("&") if item.code == "," else item for item in items]


def _alike(items: list[Item]) -> bool:
    return len({item.code for item in items if item.code not in ",&"}) == 1


_SUITS = re.compile(r"(?!sopimu)sopi|sovi|käy|pass|onnistu|ok|jees|kelpa|tavoi?t")

# (items' codes, what they become, and a condition on their words); in order, each applied everywhere once.
RULES: list[tuple[str, Callable[[list[Item]], list[Item]], Callable[[list[Item]], bool]]] = [
    (rf"z>?{_H}", _shifted, _always),  # "half past six"
    (r"h\+", lambda items: _shifted(items[::-1]), _always),  # "six thirty"
    (rf"P{_H}", _placed, _one_word),
    (r"Pj", _from_part, _always),
    (rf"k{_H}", _clocked, _always),
    (r"D-D|DtD", _day_range, _always),
    (r"DD", _day_range, _from_to),
    (r"D-P", _keep("D", "P"), _always),
    (r"DP?Y|PY", _all_but, _always),
    (r"PP", _part_range, _from_to),
    (rf"[S?fcmkN]{{0,4}}e?(?:{_H}[-t]?)?{_H}u?[f,.&R]{{0,4}}Z", _after_that, _always),
    (rf"{_H}[ku]?-k?{_H}", _between, _always),
    (r"[#o]-", _after, _always),  # "16->"
    (rf"b{_H}[&-]{_H}", _between, _always),
    (rf"{_H}&?{_H}v", _between, _always),
    (rf">?{_H}t{_H}", _between, _always),
    (r"l[,-]?[pio]u?", _between, _always),
    (rf"l{_H}u", _between, _always),
    (rf"l?>?{_H}j|>k?{_H}|j{_H}", _after, _always),
    (rf"eR?f?{_H}|{_H}u|t{_H}", _before, _always),
    (rf"~{_H}|{_H}~|[ao]", _at, _always),
    (r"l", _after, _always),
    (r"i", _before, _always),
    (r"ET", _keep("T"), _always),
    (r"\?j", _as("f"), _genitive),  # after something whose hour we don't know
    (r"Nf?C", _as("?"), _own_doing),
    (r"m[fm?c]{0,3}n[fn]{0,2}|n[fn]?m", _as("C"), _always),
    (r"nf?[cA]|[cA]f?n", _as("C"), _suits),
    (r"K[f?]{0,2}[nC]|[nC]f?K", _as("L"), _stops),
    (r"If?J|Jf?I", _as("A"), _always),
    (r"E", lambda items: [Item("T", items[0].value)], _always),
    (r"TT|T[B&]T", _intersected, _meet),
    (r"N[^DPT,.]*MR?", _keep("C", "c"), _always),  # "nothing other than"
    (r"[DPT](?:,[DPT])+,?&[DPT]", _listed, _alike),
]


def _reduced(items: list[Item]) -> list[Item]:
    """The items with every rule applied; numbers that no rule read are words of something else."""
    for pattern, build, condition in RULES:
        codes = "".join(item.code for item in items)
        reduced: list[Item] = []
        position = 0
        for match in re.finditer(pattern, codes):
            matched = items[match.start() : match.end()]
            if condition(matched):
                reduced += items[position : match.start()] + build(matched)
                position = match.end()
        items = reduced + items[position:]
    unread = {**dict.fromkeys("hgp#", "?"), **dict.fromkeys("ztvZJk+", "f"), **dict.fromkeys("mnI", "c"), "K": "?"}
    return [Item(unread[item.code], text=item.text) if item.code in unread else item for item in items]


# --- is it about contact? -------------------------------------------------------------------------------------

_TIMES = "DPT*"


def _about_contact(items: list[Item], *, asked: bool) -> list[Item] | None:
    """The items that answer "when may we contact you?", or None.

    They are the whole message where it is about nothing else, or its stretches between pauses that ask us to write
    (or say when one can talk), with those beside them that hold nothing but times: "oon yksin, laittakaa iltasin".
    """
    if _says_only_when(items):
        return items
    stretches = _stretches(items)
    asks = [_asks_contact(stretch) for stretch in stretches]
    if any(asks):
        kept = [s for s, asking in zip(stretches, asks, strict=True) if asking or _only_times(s)]
        return [item for stretch in kept for item in _asking_part(stretch)]
    codes = [item.code for item in _without_reasons(items)]
    if (
        asked
        and "Q" not in codes
        and not any(_TELLS.match(item.text) for item in items)
        and codes.count("?") * 3 <= _said(codes) * 2
    ):
        return items
    return None


# What tells of something that happened, or of how one feels: no answer, whatever it was taken for.
_TELLS = re.compile(r"olin$|\w{3,}ttiin$|ahdist|itke|masent|pelot|valvo")


def _said(codes: Iterable[str]) -> int:
    return sum(code not in ",.-&" for code in codes)


def _stretches(items: list[Item]) -> list[list[Item]]:
    """The items from pause to pause, each with the pause or the "but" before it."""
    stretches: list[list[Item]] = [[]]
    for item in items:
        if item.code in ",.B":
            stretches.append([])
        stretches[-1].append(item)
    return stretches


def _only_times(stretch: list[Item]) -> bool:
    return any(i.code in _TIMES for i in stretch) and not any(i.code in "?3Q" for i in _without_reasons(stretch))


def _asks_contact(stretch: list[Item]) -> bool:
    """Whether a stretch asks us to write at some time, or says when the writer can talk."""
    part = _without_reasons(_asking_part(stretch))
    codes = [item.code for item in part]
    if set("Q3") & set(codes):
        return False
    if not set("CA") & set(codes):
        return any(re.match(r"sopi[is]|käy|passa|onnistu", item.text) for item in part) and _only_times(part)
    if not any(code in _TIMES + "w" for code in codes):
        return codes.count("?") == 0 and "N" in codes
    return codes.count("?") * 3 <= _said(codes)


def _asking_part(stretch: list[Item]) -> list[Item]:
    """A stretch from the word after the last foreign one before "write to me", if its times come after that."""
    anchor = next((n for n, item in enumerate(stretch) if item.code in "CA"), 0)
    start = max((n for n in range(anchor) if stretch[n].code == "?"), default=-1) + 1
    if any(item.code == "3" for item in stretch[:anchor]):
        return stretch
    return stretch[start:] if any(i.code in _TIMES for i in stretch[start:]) else stretch


def _says_only_when(items: list[Item]) -> bool:
    """Whether a message holds nothing but when to contact the writer, a stray word aside."""
    codes = [item.code for item in _without_reasons(items)]
    if set("Q3") & set(codes):
        return False
    unknown, total = codes.count("?"), _said(codes)
    if set("CLA") & set(codes):
        return unknown <= 2 and unknown * 3 <= total
    if "S" in codes and not set("cON") & set(codes) and not any(item.text in words.SO for item in items):
        return False
    if sum(item.code == "?" for item in items) > 2:
        return False
    if re.search(r"NS", "".join(codes)) and "c" not in codes:
        return False
    return unknown == 0 or (unknown == 1 and total >= 4 and "c" in codes and "N" not in codes)


def _without_reasons(items: list[Item]) -> list[Item]:
    """The items without what follows "because", up to the next pause, once a time has been said."""
    kept: list[Item] = []
    in_reason = False
    for item in items:
        in_reason = (
            item.code not in ",."
            and item.text not in words.SO
            and (in_reason or (item.code == "R" and any(k.code in _TIMES for k in kept)))
        )
        if not in_reason:
            kept.append(item)
    return kept


_WISH = re.compile(r"älä|älk|halu|tahd|tahto|jaksa|tarv|don|toivo|want|vill|skicka|inga|no$|never|aldrig")


def _without_times(items: list[Item], *, asked: bool) -> list[Window] | None:
    """What a message about contact says that names no time: never, always, or nothing."""
    if not asked:  # "ei sovi" may be said of anything
        items = [Item("f") if re.match(r"sovi|käy|kelpaa|passa|onnistu", item.text) else item for item in items]
    if not re.search(r"mulle|minulle|miulle|\bmig|\bme\b", " ".join(item.text for item in items)):
        # whom the writer calls, and on what
        items = [Item("f") if re.search(r"\b(?:soi[tk]|puhelu|ring)", item.text) else item for item in items]
    codes = "".join(item.code for item in items)
    wish = any(_WISH.match(item.text) for item in items)
    refused = re.search(r"0|L", codes) or (re.search(r"N[^B.]*[Cc]", codes) and (wish or re.search(r"Nf?[Cc]", codes)))
    refused = refused or re.search(r"Cf*Nf*\.*$", codes)
    if refused and not re.search(r"B[^N]*C", codes):
        return [] if codes.count("?") <= int(wish) else None
    if "w" in codes and re.search(r"[CcA]|^[wf,.]*$", codes) and "N" not in codes:
        return _windows(_every_day([(0, DAY_MINUTES)]))
    return None


# --- a sentence to clauses ------------------------------------------------------------------------------------


def _clauses(items: list[Item]) -> tuple[list[Clause], list[Clause]]:
    """The clauses that allow, and those that forbid."""
    allowed: list[Item] = []
    forbidden: list[Clause] = []
    for negated, part in _polar(_without_reasons(items)):
        if negated:
            forbidden += _grouped(part)
        else:
            allowed += [*_with_other_days(part, allowed), Item(",")]
    parts = {item.value for item in allowed if item.code == "P"}
    if len(parts) == 1:  # "mornings are fine, but not before eight"
        for clause in forbidden:
            clause.times = [(part or _part_of(span, *parts), span) for part, span in clause.times]
    return _grouped(allowed), forbidden


def _part_of(span: Span | None, part: str) -> str | None:
    """The part of the day, if an hour that bounds one side of the span is in it."""
    start, end = words.PARTS[part]
    hours = [hour for hour in span or () if hour]
    return part if len(hours) == 1 and start <= _resolved(hours[0], part) <= end else None


def _with_other_days(part: list[Item], before: list[Item]) -> list[Item]:
    """The items with "other days", or "otherwise" without a day, as the days that no item before them named."""
    named = {day for item in before if item.code == "D" for day in item.value}
    others = tuple(day for day in words.WEEK if day not in named)
    codes = {item.code for item in part}
    if named and "O" in codes and codes & set("PT*") and "D" not in codes:
        part = [Item("D"), *part]
    return [Item("D", others) if item.code == "D" and not item.value else item for item in part]


def _polar(items: list[Item]) -> Iterable[tuple[bool, list[Item]]]:
    """Stretches of items, each with whether it is forbidden.

    "Not" reaches to the next pause or "but"; with no time after it, it turns what came before in the same stretch
    ("öisin ei kiitos"). What keeps one busy ("nukun", "töissä") forbids as "not" does.
    """
    stretch: list[Item] = []
    negated = excepted = False

    def has_times(some: Iterable[Item]) -> bool:
        return any(item.code in _TIMES for item in some)

    for index, item in enumerate(items):
        ahead = _until_pause(items[index + 1 :])
        if item.code in ",.BO":
            yield negated, stretch
            stretch, negated = [item], False
        elif _draws_conclusion(item, stretch) and has_times(stretch) and has_times(ahead):
            # "at school in the daytime, so rather in the evening": what comes before "so" is a reason
            if negated:
                yield True, stretch
            stretch, negated = [], False
        elif item.code in "NX0S" and (has_times(ahead) or item.code == "X") and not _parted(stretch, ahead):
            yield negated, stretch
            stretch, negated, excepted = [], True, item.code == "X"
        elif item.code in "N0" or (item.code == "S" and not _awake(items, index)):
            negated = negated or has_times(stretch)
        elif (
            negated
            and has_times(ahead)
            and (
                (item.text in ("vaan", "vain", "utan") and any(i.code in _TIMES + "?" for i in stretch))
                or (excepted and item.code in "cCA" and has_times(stretch))
            )
        ):
            yield True, stretch
            stretch, negated = [], False
        else:
            stretch.append(item)
    yield negated, stretch


def _draws_conclusion(item: Item, stretch: list[Item]) -> bool:
    if any(i.code == "C" for i in stretch):
        return False
    return item.text in words.SO or (item.text in words.SO_OF_REASONS and any(i.code in "S?" for i in stretch))


def _parted(stretch: list[Item], ahead: list[Item]) -> bool:
    """Whether "so" parts what is forbidden from what follows: "päivällä oon koulussa eli mieluummin illalla"."""
    return any(i.code in _TIMES for i in stretch) and any(i.text in words.SO for i in ahead)


def _awake(items: list[Item], index: int) -> bool:
    return any(item.code in "CcA" for item in _until_pause(items[index + 1 :]))


def _until_pause(items: list[Item]) -> list[Item]:
    end = next((n for n, item in enumerate(items) if item.code in ",.BOXN"), len(items))
    return items[:end]


def _grouped(items: list[Item]) -> list[Clause]:
    """Days and times put together as they are said: "ti ja to aamulla, pe illalla" is two clauses."""
    clauses: list[Clause] = []
    clause = Clause()
    last, joined, paused = "", False, False  # the last day or time's code; "and" or a pause since then

    def finish() -> Clause:
        if clause.days or clause.times or clause.any_time:
            clauses.append(clause)
        return Clause()

    for item in items:
        if item.code == "&":
            joined = True
            continue
        if item.code in ",-.":
            paused = True
            continue
        if item.code not in _TIMES:
            continue
        timed = bool(clause.times or clause.any_time)
        if item.code == "D":
            if last == "D" and not _complementary(clause.days, item.value):
                clause.days += item.value
            elif clause.days and timed and clause.days_first and len(clause.times) > 1 and not (joined or paused):
                moved = clause.times.pop()
                clause = finish()
                clause.times, clause.days, clause.days_first = [moved], item.value, False
            elif clause.days or (timed and joined):
                clause = finish()
                clause.days = item.value
            else:
                clause.days, clause.days_first = item.value, not timed
            last = "D"
        else:
            parted = clause.days and timed and not clause.days_first and (joined or paused)
            if parted or (last == "D" and joined and not timed):
                clause = finish()
            if item.code == "*":
                clause.times, clause.any_time = [] if paused else clause.times, True
            else:
                _add_time(clause, item, bind=not joined and (not paused or _within(clause, item)))
            last = "T"
        joined = paused = False
    finish()
    return clauses


def _complementary(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether two groups of days are weekdays and weekend: nobody names both to mean every day."""
    return {frozenset(first), frozenset(second)} == {frozenset(words.WEEKDAYS), frozenset(words.WEEKEND)}


def _within(clause: Clause, item: Item) -> bool:
    """Whether hours said after a pause are of the part of the day before it: "iltasin, viimeistään ysiltä"."""
    part = clause.times[-1][0] if clause.times else None
    if item.code != "T" or part is None:
        return False
    start, end = words.PARTS[part]
    return all(start <= _resolved(hour, part) <= end for hour in item.value if hour)


def _add_time(clause: Clause, item: Item, *, bind: bool) -> None:
    """Add a part of the day or a span; side by side they narrow each other ("illalla kuuden jälkeen")."""
    part, span = (item.value, None) if item.code == "P" else (None, item.value)
    if bind and clause.times:
        last_part, last_span = clause.times[-1]
        if (part is None) != (last_part is None) and not (last_part and last_span):
            clause.times[-1] = (last_part or part, last_span or span)
            return
    clause.times.append((part, span))


# --- clauses to a week ----------------------------------------------------------------------------------------


def _resolved(hour: Hour, part: str | None) -> int:
    """Minutes from midnight of an hour as said: 1-8 are p.m. unless a morning word says otherwise."""
    if hour.certain or part in ("morning", "forenoon", "office"):
        return hour.minutes
    if part in ("evening", "night") and 9 * 60 <= hour.minutes <= 12 * 60 + 59:
        return hour.minutes + 12 * 60
    if part == "night" and hour.minutes < 7 * 60:
        return hour.minutes + DAY_MINUTES
    return hour.minutes + 12 * 60 if hour.minutes < 9 * 60 else hour.minutes


def _bounds(part: str | None, span: Span | None, *, negated: bool) -> tuple[int, int]:
    """The span in minutes from the midnight of its first day; it may reach past the next midnight."""
    whole = words.PARTS[part] if part else ((0, DAY_MINUTES) if negated else DAYTIME)
    if span is None:
        return whole
    start = _resolved(span.start, part) if span.start else None
    if negated and span.start and not span.end and not span.start.certain and not part:
        start = _resolved(span.start, "evening")  # "not after nine" is nine in the evening
    end = _resolved(span.end, part) if span.end else None
    if start is not None and end is not None:
        return _ordered(start, end, span)
    if start is not None:
        inside = part is not None and start < whole[1] and not negated
        stop = whole[1] if inside else (DAY_MINUTES if negated or start >= DAYTIME[1] else DAYTIME[1])
        return start, stop
    assert end is not None
    if negated:
        return 0, end
    begin = whole[0] if whole[0] < end else (MORNING_STARTS if end > MORNING_STARTS else 0)
    return begin, end


def _ordered(start: int, end: int, span: Span) -> tuple[int, int]:
    """A range whose ends may be of either half of the day, as people mean it: 8-16, 6-9 (evening), 22-02."""
    assert span.start and span.end
    if span.start.certain and not span.end.certain and start < end - 12 * 60 < 12 * 60:
        return start, end - 12 * 60
    if start < end:
        return start, end
    if not span.end.certain and end < 12 * 60 <= start and not span.start.certain and end >= 9 * 60:
        return start, end + 12 * 60
    if not span.start.certain and start >= 12 * 60 and start - 12 * 60 < end:
        return start - 12 * 60, end
    return start, end + DAY_MINUTES


def _week(clause: Clause, *, negated: bool) -> Week:
    """The minutes of a week that a clause names."""
    days = clause.days or words.WEEK
    if clause.times:
        spans = [_bounds(part, span, negated=negated) for part, span in clause.times]
        if any(part == "office" for part, _ in clause.times) and not clause.days:
            days = words.WEEKDAYS
    else:
        spans = [(0, DAY_MINUTES) if clause.any_time or negated else DAYTIME]
    week: Week = {day: [] for day in words.WEEK}
    for day in days:
        following = words.WEEK[(words.WEEK.index(day) + 1) % 7]
        for start, end in spans:
            # past midnight is the next day's; a start past midnight ("yöllä kahden jälkeen") too
            if start < min(end, DAY_MINUTES):
                week[day].append((start, min(end, DAY_MINUTES)))
            if end > DAY_MINUTES:
                week[following].append((max(start - DAY_MINUTES, 0), end - DAY_MINUTES))
    return week


def _every_day(spans: Spans) -> Week:
    return {day: list(spans) for day in words.WEEK}


def _union(weeks: Iterable[Week]) -> Week:
    total: Week = {day: [] for day in words.WEEK}
    for week in weeks:
        for day, spans in week.items():
            total[day] = _merged(total[day] + spans)
    return total


def _merged(spans: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _subtract(week: Week, minus: Week) -> Week:
    left: Week = {}
    for day, spans in week.items():
        left[day] = spans
        for start, end in minus[day]:
            left[day] = [
                piece for s, e in left[day] for piece in ((s, min(e, start)), (max(s, end), e)) if piece[0] < piece[1]
            ]
    return left


def _windows(week: Week) -> list[Window]:
    """Windows of a week, the days with the same span together."""
    days_of: dict[tuple[int, int], list[str]] = {}
    for day in words.WEEK:
        for span in _merged(week[day]):
            days_of.setdefault(span, []).append(day)
    windows = [Window(tuple(days), start, end) for (start, end), days in days_of.items()]
    return sorted(windows, key=lambda w: (words.WEEK.index(w.days[0]), w.start, w.end))
