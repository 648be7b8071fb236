"""Which places a message names, and which of them is the writer's.

Many names also mean something else (Salo, Kolari, kallio, Nokia), so each form that the index finds collects
evidence that a place is meant: a local case, a capital letter, a preposition, a verb of living, an answer of
one word. The words around it then tell its role: whether the writer lives there, studies there, comes from
there, or speaks of somebody else. The best role comes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from service_catalog import foreign_place_names
from service_catalog import place_cues as cue
from service_catalog.lemmas import Word, analyse, words
from service_catalog.place_forms import FROM, INNER, LOCAL, TO, WHERE, plain
from service_catalog.place_index import Match, Name, PlaceIndex
from service_catalog.places import Places, Point

LONGEST_MESSAGE = 5_000
"""Characters read; a place that comes later than that in a message is not looked for."""
MOST_MATCHES = 50
"""Names looked at in one message: more are no message of a person."""
CLAUSE_WORDS = 25

ROLES = {
    "home": 100,
    "study": 90,
    "here": 80,
    "work": 70,
    "mentioned": 60,
    "origin": 50,
    "plan": 45,
    "aside": 40,
    "visit": 35,
    "other person": 30,
    "past": 20,
}
"""What a place is to the writer, and how it ranks. `here`: "in X" and no more said. `aside`: named beside other people,
a journey or the past, without a word on who lives there. The last three say that the writer doesn't."""
NOT_HOME = frozenset({"visit", "other person", "past"})

LONG_SWEDISH = 7
"""Letters of a Swedish name that is hardly another word, written without its capital: uleåborg."""
ACCEPTED = 50
"""Evidence that makes a place; see PlaceFinder._evidence."""
_BASE = {"former municipality": 55, "district": 50, "village": 40}
_COMMON = frozenset(
    {"lahti", "lahden", "lahtea", "salo", "salon", "saloa", "kotka", "kotkan", "kotkaa", "hanko", "virrat"}
    | {"aura", "auran", "hamina", "juua", "juuan", "lopen"}
)
"""Forms that are rather something else in lower case: a bay, the woods, an eagle, "I drink"."""


@dataclass(frozen=True)
class PlaceMention:
    """A place that a message names, `text` as it stands at `start:end`.

    `place` is the district or village, None for a municipality itself; `coordinates` (WGS84 degrees) are those of
    the more exact of the two; `role` is one of ROLES.
    """

    municipality: str
    text: str
    start: int
    end: int
    place: str | None
    coordinates: Point
    role: str


class _Message(NamedTuple):
    """A message as words; `clauses` numbers the clause that each is in."""

    text: str
    tokens: Sequence[Word]
    words: Sequence[str]
    clauses: Sequence[int]

    @classmethod
    def read(cls, text: str) -> _Message:
        tokens = words(text)
        plain_words = [plain(token.text) for token in tokens]
        clauses, number, end, past = [], 0, 0, False
        for token, word in zip(tokens, plain_words, strict=True):
            turn = past and cue.NOW.match(word)  # asuin ennen Raumalla | nyt Tampereella
            if turn or re.search(r"[.,!?;:\n…–()]", text[end : token.start]) or cue.CONJUNCTION.match(word):
                number, past = number + 1, False
            past = past or bool(cue.PAST.match(word))
            clauses.append(number)
            end = token.end
        return cls(text, tokens, plain_words, clauses)

    def around(self, match: Match) -> list[str]:
        """The other words of the match's clause, CLAUSE_WORDS of them at most on either side."""
        number, start = self.clauses[match.first], max(0, match.first - CLAUSE_WORDS)
        return [
            word
            for position, word in enumerate(self.words[start : match.last + 1 + CLAUSE_WORDS], start)
            if self.clauses[position] == number and not match.first <= position <= match.last
        ]

    def before(self, match: Match) -> str:
        return self.words[match.first - 1] if match.first else ""

    def after(self, match: Match) -> str:
        return self.words[match.last + 1] if match.last + 1 < len(self.words) else ""

    def telling_words(self) -> int:
        """How many words say something beside a greeting, an age or a number."""
        return sum(not cue.GREETING.match(word) for word in self.words)


class PlaceFinder:
    """Finds places in messages; built once from Places, then only read."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._index = PlaceIndex(places)

    def find(self, text: str) -> list[PlaceMention]:
        """Places that `text` names, the writer's own first; no text makes it raise."""
        message = _Message.read(text[:LONGEST_MESSAGE])
        found = (_spoken_illative(match, message) for match in islice(self._index.matches(message.words), MOST_MATCHES))
        matches = [match for match in found if _is_place(match, message)]
        if not matches:
            matches = self._typing_errors(message)
        named = {match.names[0].municipality for match in matches}
        ranked = [(_rank(match, message), _mention(match, named, message)) for match in matches]
        ranked += [(float(ROLES["home"]), mention) for mention in self._postal_codes(message, named)]
        ranked += [(float(ROLES["mentioned"]), mention) for mention in self._in_foreign_letters(message.text)]
        return _best_first(ranked)

    def _in_foreign_letters(self, text: str) -> list[PlaceMention]:
        found = []
        for municipality, start, end in foreign_place_names.find(text):
            point = self._places.municipalities[municipality].coordinates
            found.append(PlaceMention(municipality, text[start:end], start, end, None, point, "mentioned"))
        return found

    def _typing_errors(self, message: _Message) -> list[Match]:
        found = []
        for index, word in enumerate(message.words):
            if len(word) < 8:
                continue
            match = self._index.typing_error(index, message.words)
            if match is None:
                continue
            spoken_of = _has(message.around(match), cue.LIVE, cue.MOVE, cue.BE, cue.STUDY)
            if (spoken_of and match.case in LOCAL) or cue.PREPOSITION.match(message.before(match)):
                found.append(match)
        return found

    def _postal_codes(self, message: _Message, named: set[str]) -> list[PlaceMention]:
        """Five digits that are a postal code where people live, and that the words around don't make an amount."""
        found = []
        for index, token in enumerate(message.tokens):
            code = self._places.postal_codes.get(token.text) if len(token.text) == 5 else None
            if code is None or code.kind == "organization":
                continue
            before, after = message.words[max(0, index - 2) : index], message.words[index + 1 : index + 2]
            if _has([*before, *after], cue.AMOUNT):
                continue
            if code.municipality in named or len(message.words) <= 2 or _has(before, cue.POSTAL_CODE):
                point = code.coordinates or self._places.municipalities[code.municipality].coordinates
                found.append(PlaceMention(code.municipality, *_span(token), None, point, "home"))
        return found


def _spoken_illative(match: Match, message: _Message) -> Match:
    """`Kouvolaa` is a partitive, but where somebody moves it is "to Kouvola" without its n."""
    if (
        match.case == "partitive"
        and message.words[match.last][-2:] in {"aa", "ää"}
        and _has(message.around(match), cue.MOVE)
    ):
        return match._replace(case="illative")
    return match


def _is_place(match: Match, message: _Message) -> bool:
    return max(_evidence(name, match, message) for name in match.names) >= ACCEPTED


def _evidence(name: Name, match: Match, message: _Message) -> int:
    """How sure it is that the place is meant, in points; ACCEPTED is enough.

    A name starts with what its kind is worth (a village less than a city), gains by signs of a place, and loses
    by what else it could mean. The points were set by hand on example messages.
    """
    token, word = message.tokens[match.first], message.words[match.first]
    local = match.case in LOCAL
    capital = token.text[:1].isupper()
    in_sentence = capital and match.first > 0 and message.clauses[match.first] == message.clauses[match.first - 1]
    preposition = match.case == "nominative" and bool(cue.PREPOSITION.match(message.before(match)))
    at_home = _speaks_of_home(match, message)
    telling = message.telling_words()
    asks = match.case not in {"partitive", "essive", "translative"} and not _has(message.words, cue.TITLE)
    answer = asks and telling <= (1 if name.means or word in _COMMON else 2)
    other, only_other = _means_other(word, name)
    if answer and name.place and not capital and (name.means == "word" or other):  # kallio, levillä, not tahon, valossa
        answer = (local or (name.kind != "village" and match.case == "nominative")) and not only_other
    signature = match.case == "nominative" and _has((message.before(match), message.after(match)), cue.AGE)
    of_a_place = match.case == "genitive" and bool(cue.OF_A_PLACE.match(message.after(match)))
    own_case = not (local and name.local_case) or (match.case in INNER) == (name.local_case == "inner")

    evidence = _BASE.get(name.kind, 60)
    evidence += 30 * local + 30 * preposition + 10 * in_sentence
    if at_home and (local or preposition or match.case in {"genitive", "demonym"} or name.kind == "short"):
        evidence += 30
    if answer:
        evidence += 60 if match.case in {"nominative", "genitive"} else 30
    evidence += 60 * of_a_place + 30 * signature
    if match.case in {"partitive", "essive", "translative"}:
        evidence -= 20

    if name.means == "word":
        evidence -= 50 - 20 * (in_sentence and local) + 40 * (not own_case)
    elif name.means == "person":
        evidence -= 10 if (local and own_case) or match.case == "demonym" else -10 if preposition else 60
    elif name.means == "brand" and not local:
        evidence -= 50
    if name.kind == "swedish" and not (preposition or answer or capital or len(word) >= LONG_SWEDISH):
        evidence -= 50
    if name.kind in {"short", "nickname"} and match.case == "nominative" and len(word) < 4 and len(message.words) > 4:
        evidence -= 20
    if name.kind == "short" and match.case == "nominative" and _has(message.words, cue.SWEDISH):
        evidence -= 50  # tre
    if len(name.place or name.municipality) < 4 and not (local or answer or preposition or of_a_place):
        evidence -= 40
    begins = match.first == 0 or not in_sentence  # its capital letter says nothing
    sure = (capital and not (begins and word in _COMMON and match.case == "genitive")) or answer or preposition
    sure = sure or of_a_place or signature or match.case == "demonym"
    if not sure and name.kind not in {"nickname", "short"}:
        if not local and (word in _COMMON or other):
            evidence -= 50
        elif local and other and not (at_home and not (name.place and only_other)):
            evidence -= 45
    if not local and (cue.TITLE.match(message.before(match)) or cue.OF_A_PERSON.match(message.after(match))):
        evidence -= 60
    return evidence


def _means_other(word: str, name: Name) -> tuple[bool, bool]:
    """Whether Voikko knows a word as a form of something else than the name, and of nothing but that."""
    analysis = analyse(word)
    if name.kind == "swedish" or not analysis.known:
        return False, False
    own = plain(name.place or name.municipality)
    # What begins with a long name is a compound that nobody means: tikkurila+lasta.
    is_own = [lemma == own or (len(own) > 5 and lemma.startswith(own)) for lemma in analysis.lemmas]
    return not all(is_own), not any(is_own)


def _speaks_of_home(match: Match, message: _Message) -> bool:
    """Whether the clause has a verb or noun of living, studying, moving or being that fits the case."""
    around = message.around(match)
    signs = [cue.LIVE, cue.STUDY, cue.WORK]
    if match.case in TO:
        signs.append(cue.MOVE)
    elif match.case in FROM:
        if _has(around, cue.BE):
            return len(around) <= 4
        signs += [cue.MOVE, cue.ORIGIN, cue.HELLO]
    elif match.case == "nominative":
        signs += [cue.MOVE, cue.BE]
    elif match.case == "demonym":
        signs.append(cue.BE)
    return _has(around, *signs)


def _role(match: Match, message: _Message) -> str:
    """What the place is to the writer, by the words of its clause; see ROLES."""
    around, case = message.around(match), match.case
    if message.before(match) == "i":  # Swedish "in", not English "I"
        around.remove("i")

    def has(*patterns: re.Pattern[str]) -> bool:
        return _has(around, *patterns)

    now, lives = has(cue.NOW), has(cue.LIVE)
    if has(cue.OTHER_PERSON) and not has(cue.WITH_THEM, cue.SELF):
        return "other person" if has(cue.LIVES_ELSEWHERE) else "aside"
    if has(cue.VISIT) and not lives:
        return "visit" if has(cue.SURE_VISIT) else "aside"
    if has(cue.PAST) and not now and not has(cue.LIVE_NOW):
        return "past" if has(cue.LIVED) else "aside"
    if lives:
        if has(cue.NEGATION) and has(cue.LIVE_NOW):
            return "past"
        return "origin" if case in FROM and not has(cue.LIVES_THERE) else "home"
    if has(cue.ORIGIN):
        return "origin"
    if has(cue.MOVE) and case in FROM:
        return "origin"
    if has(cue.MOVE) and (case in TO or case == "nominative"):
        return "plan" if has(cue.PLAN) and not has(cue.NOW, cue.MOVED) else "home"
    if has(cue.PLAN) and case in TO:
        return "plan"
    if case in WHERE and (now or has(cue.BE)):
        return "home"
    if has(cue.STUDY) and case not in FROM:
        return "study"
    if has(cue.BE) and (case in FROM or case == "demonym"):
        return "home"
    if has(cue.WORK):
        return "work"
    if case == "demonym" and match.first == 0:
        return "home"
    return "here" if case in WHERE else "mentioned"


def _rank(match: Match, message: _Message) -> float:
    """The worth of the role; "now" and "back" break a tie: `muutin Turkuun, mut tulin takas Ouluun`."""
    return ROLES[_role(match, message)] + 5 * _has(message.around(match), cue.NOW)


def _mention(match: Match, named: set[str], message: _Message) -> PlaceMention:
    """The mention of a match; among places of one name that one whose municipality the message names."""
    others = named - {match.names[0].municipality}
    whole = [name for name in match.names if name.place is None]
    name = next((name for name in match.names if name.place and name.municipality in others), None)
    name = name or (whole or match.names)[0]
    start, end = message.tokens[match.first].start, message.tokens[match.last].end
    role = _role(match, message)
    return PlaceMention(name.municipality, message.text[start:end], start, end, name.place, name.coordinates, role)


def _best_first(ranked: list[tuple[float, PlaceMention]]) -> list[PlaceMention]:
    """By rank, then as they stand; a district goes before its own municipality, being nearer to the writer."""
    mentions = [mention for _, mention in sorted(ranked, key=lambda pair: (-pair[0], pair[1].start))]
    if mentions and mentions[0].place is None:
        home = mentions[0]
        exact = next((each for each in mentions if each.place and each.municipality == home.municipality), None)
        if exact:
            mentions.remove(exact)
            mentions.insert(0, replace(exact, role=home.role))
    return mentions


def _has(around: Sequence[str], *patterns: re.Pattern[str]) -> bool:
    return any(pattern.match(word) for word in around for pattern in patterns)


def _span(token: Word) -> tuple[str, int, int]:
    return token.text, token.start, token.end
