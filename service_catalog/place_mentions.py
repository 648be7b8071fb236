"""Which places a message names, and which of them is the writer's.

Three steps. *Match*: every word is cut into a known stem and a case ending (place_forms), or, failing that, taken
without dots or with one typing error. *Weigh*: many names also mean something else (Salo, Kolari, kallio,
Nokia), so each match collects evidence that a place is meant: local case, capital letter, a preposition, a verb of living,
an answer of one word. *Role*: the words around it tell whether the writer lives there, studies there,
comes from there, or speaks of somebody else; the best role comes first.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from service_catalog.lemmas import Word, analyse, words
from service_catalog.place_forms import FROM, INNER, LOCAL, OUTER, TO, WHERE, Case, case_of, splits, stems, without_dots
from service_catalog.places import Places, Point

LONGEST_MESSAGE = 5_000
"""Characters read; a place that comes later than that in a message is not looked for."""

ROLES = {
    "home": 100,
    "study": 90,
    "here": 80,
    "work": 70,
    "mentioned": 60,
    "origin": 50,
    "plan": 45,
    "visit": 40,
    "other person": 30,
    "past": 20,
}
"""What a place is to the writer, best first by weight. `here`: in a local case, with no more said."""


@dataclass(frozen=True)
class PlaceMention:
    """A place that a message names: `text[start:end]`.

    `place` is the district or village, None for a municipality itself; `coordinates` are those of the most exact one
    known; `role` is one of ROLES.
    """

    municipality: str
    text: str
    start: int
    end: int
    place: str | None
    coordinates: Point
    role: str


class _Name(NamedTuple):
    """One thing that a stem can stand for."""

    municipality: str
    place: str | None
    kind: str  # municipality, nickname, short, spelling, stem, swedish, district, former municipality, village
    means: str
    local_case: str
    coordinates: Point
    is_stem_only: bool = False


class _Match(NamedTuple):
    first: int
    last: int
    names: tuple[_Name, ...]
    case: Case
    exact: bool


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(alternatives)})$")


# The words below are compared with whole lower-case words; `\w*` where any ending will do.
_LIVE = _pattern(
    r"asun(?:ki|kin)?", r"asustel\w*", r"asuskel\w*", r"asust(?:an|aa)", r"asumme", r"asutaan", r"asuva\w*", r"asuu?n", "asuun",
    r"asut\w*", r"asumassa", r"asumas", r"kirjoilla", r"kotona", r"koton\w?", r"kotikaupunki\w*", r"kotikunta\w*", r"kotipaikka\w*",
    r"paikkakun\w*", r"kotikyl\w*", r"soluasun\w*", r"solus(?:sa)?", r"yksiös?\w*", r"kaksios?\w*", r"kämp\w*", r"kotini?", r"himas?\w*", "bor", "bosatt", "hemma", r"liv(?:e|ing)",
    r"based", "resident",
)  # fmt: skip
_STUDY = _pattern(
    r"opiskel(?!ukaver)\w*", r"koulu(?!kaver|n)\w*", r"lukio\w*", r"lukios", r"amis\w*", r"amiksessa", r"amk\w*", r"ammattikoulu\w*", r"yliopisto\w*",
    r"kampu\w*", r"fuksi\w*", r"vaihtoon", r"studerar", r"pluggar", r"stud(?:y|ying|ent)", r"skola", "ylä[aä]steel\\w*", r"yläkoulu\w*", r"peruskoulu\w*",
)  # fmt: skip
_BE = _pattern(r"oon(?:ki)?", "olen", "ollaan", "olemme", "oltiin", r"i'?m", "am", "är", "olenkin")
_MOVE = _pattern(
    r"muut(?:in|an|etaan|ettiin|tamassa|tanu|tanut|ettu|taa|tavani|ettuani|to|ossa|on|tanee\w*)", r"tulin", r"päädyin", r"jäin", r"jään", r"palasin", r"palattiin",
    r"tullu", r"tullut", r"vaihdoin", "flyttade", "flyttat", "flyttar", r"moved", r"moving", "lähdin", "lähin", "jumissa", "kotiuduin", "kotiutunu\\w*", "asettu\\w*", "joutunu\\w*", "jouduin",
)  # fmt: skip
_WORK = _pattern(r"töissä", r"töis", r"duunis(?:sa)?", r"duuni\w*", r"kesätöi\w*", r"työharjoittelu\w*", r"harjoittelus\w*", r"vuokratyö\w*", r"jobbar", "work", "working", "armeijassa", "intissä", "intis", "varuskun\\w*")  # fmt: skip
_OTHER = _pattern(
    r"(?:paras|poika|tyttö|nais|mies|luokka|opiskelu|koulu|työ|lapsuuden)?(?:kaveri|ystävä|kamu)(?:ni|s)?", r"(?:parhaat |poika|tyttö|nais|luokka)?(?:kaverit|ystävät|kamut)", "kaverini", "frendi", "frendit", "bestis", "bestikseni",
    r"(?:äiti|isä)(?:ni|puoli|puoleni)?", "mutsi", "faija", "iskä", "äippä", "veli", "veljeni", "pikkuveli", "isoveli", "broidi", "velipuoli", "sisko", "siskoni", "pikkusisko", "isosisko", "systeri",
    "mummo", "mummoni", "mummi", "mumma", "mamma", "pappa", "ukki", "vaari", "täti", "tätini", "setä", "enoni", "serkku", "serkkuni", "serkut", "poikaystävä", "poikaystäväni", "tyttöystävä", "tyttöystäväni",
    "poikakaveri", "tyttökaveri", "exä", "eksä", "exäni", "ex", "puoliso", "vaimo", "mies", "miesystävä", "vanhemmat", "vanhempani", "porukat", "perhe", "perheeni", "suku", "sukulaiset", "isovanhemmat",
    "hän", "kämppis", "jätkä", "muija", "joku", "tuttu", "naapuri", "lapsen", "kummitäti",
    "vän", "kompis", "kompisar", "mor", "far", "pappa", "pojkvän", "flickvän", "syster", "bror", "familj", "föräldrar",
    "friend", "friends", "mother", "mom", "mum", "father", "dad", "brother", "sister", "boyfriend", "girlfriend", "parents", "family", "cousin", "ex-boyfriend",
)  # fmt: skip
_SELF = _pattern(r"m[äa]+", "mie", "minä", "minäkin", "mäki", "mäkin", "itse", "ite", "jag", "själv", "i", "me", "myself", "muutin", "asun", "oon", "olen")  # fmt: skip
_ORIGIN = _pattern(r"koto?i?sin", r"kotosin", "lähtöisin", "alunperin", "perin", "syntynyt", "syntyny", "synnyin", "syntyjään", "originally", "ursprungligen", "född")  # fmt: skip
_PAST = _pattern("asuin", "asuttiin", "ennen", "aiemmin", "aikasemmin", "aikaisemmin", "lapsena", "pienenä", "bodde", "lived", "opiskelin", "entinen", "silloin", "sillon", "used", "asunu", "asunut", "kävin", "enää")  # fmt: skip
_NOW = _pattern("nyt", "nykyään", "nykysin", "nykyisin", "edelleen", "vieläkin", "tällä", "nu", "now", "currently", "taas", "takas", "takaisin", "nykyään")  # fmt: skip
_VISIT = _pattern(
    r"käymäs(?:sä)?", "käväs\\w*", "käytiin", r"lomal\w*", "lomaa", r"reissu\w*", r"reissa\w*", r"viikonlop\w*", r"vklp", "vkl", r"matkal\w*", r"matkust\w*", r"keikal\w*", r"festar\w*", r"risteil\w*", r"vierail\w*", r"kyläs(?:sä)?",
    r"kyläile\w*", r"mökil\w*", r"tapahtum\w*", "pelireissu\\w*", "besökte", "visited", "visiting", "visit", "trip", "weekend", "keikka", "ajettiin", "ajoin", "juna", "junalla", "bussilla", "katsomassa", "kattomas\\w*",
)  # fmt: skip
_PLAN = _pattern("haluun", "haluan", "haluaisin", "haluisin", "haluun", "aion", "muuttaisin", "haaveil\\w*", "unelma\\w*", "hain", "haen", "pääsin", "ens", "ensi", "syksyllä", "muuttamassa", "suunnit\\w*", "want", "vill", "voisin", "pitäis", "mietin", "kevääl\\w*")  # fmt: skip
_TITLES = _pattern("opettaja\\w*", "ope", "open", "rehtori\\w*", "lääkäri\\w*", "tohtori", "herra", "rouva", "neiti", "valmentaja\\w*", "poliisi", "kuraattori\\w*", "terkkari\\w*", "pomo", "esimies", "luokanvalvoja\\w*", "psykologi", "vartija", "naapuri", "komisario")  # fmt: skip
_AREA_NOUN = _pattern(
    r"kaupun\w*", r"keskus\w*", r"kesk(?:us|i)ta\w*", r"kunta\w*", r"kunna\w*", r"nuoriso\w*", r"nuorten\w*", r"nuokkari\w*", r"etsiv\w*", r"kriisikesku\w*", r"yliopisto\w*", r"amk\w*", r"lukio\w*", r"koulu\w*", r"ohjaamo\w*", r"te-\w*",
    r"kela\w*", r"terveyskesku\w*", r"terkkari\w*", r"sairaala\w*", r"alue\w*", r"seutu\w*", r"seudu\w*", r"lähell\w*", r"lähist\w*", r"suunna\w*", r"nurki\w*", r"liepei\w*", r"korkeudel\w*", r"asemal\w*", r"aseman\w*", r"kirjasto\w*", r"palvelu\w*",
    r"sossu\w*", r"sosiaali\w*", r"hyvinvointi\w*", r"ulkopuolel\w*", r"vieres\w*", r"päässä", r"ostari\w*", r"kylä\w*", r"lähiö\w*", r"kampu\w*", r"ammatti\w*", r"diakoni\w*", r"seurakun\w*", r"mielenterveys\w*", r"päihde\w*", "päivystys\\w*", "nuoret", "tyttöjen", "poikien", "opiskelija\\w*", "syrjäkyl\\w*", "keskustori\\w*", "psyka\\w*", "psykiatri\\w*",
)  # fmt: skip
_PREPOSITION = _pattern("i", "från", "till", "nära", "vid", "kring", "in", "from", "to", "at", "near", "around", "på", "utanför", "outside")  # fmt: skip
_POSTAL_CUE = _pattern("postinumero\\w*", "postnummer", "asun", "fi", "zip", "postcode", "alue\\w*", "bor", "live", "postinro")  # fmt: skip
_MONEY = _pattern("e", "eur", "euro\\w*", "€", "euroa", "egee", "ege", "rahaa", "velkaa", "velka\\w*", "kr", "askelta", "kilo\\w*", "subscriber\\w*", "kertaa")  # fmt: skip
_NEGATED = _pattern("en", "emme", "ei", "inte", "don't", "dont", "not")
_CLAUSE_WORD = _pattern("mut", "mutta", "ja", "vaikka", "mutku", "mutkun", "kun", "ku", "koska", "eli", "sit", "sitten", "että", "et", "vaan", "men", "och", "but", "and", "because", "joten", "nii", "niin", "while", "though", "fast")  # fmt: skip
_HERE_SUBJECT = _pattern("luona", "luo", "luokse", "tykö", "sohvalla", "sohval", "nurkis\\w*", "kaa", "kans", "kanssa", "perässä")

_BASE = {"municipality": 60, "former municipality": 55, "district": 50, "village": 40}
ACCEPTED = 50
"""Evidence that a match needs; see `_evidence`."""


class PlaceFinder:
    """Finds places in messages; built once from Places, then only read."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._names: dict[str, list[_Name]] = defaultdict(list)
        self._two_words: set[str] = set()
        self._not_places: dict[str, list[str]] = defaultdict(list)
        self._add_all(places)

    def find(self, text: str) -> list[PlaceMention]:
        """Places that `text` names, the writer's own first; no text makes it raise."""
        text = text[:LONGEST_MESSAGE]
        tokens = words(text)
        lower = [_plain(token.text) for token in tokens]
        clauses = _clauses(text, tokens, lower)
        matches = self._matches(tokens, lower)
        accepted = [match for match in matches if self._evidence(match, tokens, lower, clauses, text) >= ACCEPTED]
        if not accepted:
            typos = [self._with_typo(index, lower, clauses) for index in range(len(tokens))]
            accepted = [match for match in typos if match]
        mentions = [self._mention(match, accepted, tokens, lower, clauses, text) for match in accepted]
        mentions += self._postal_codes(tokens, lower, mentions)
        return _best_first(mentions)

    # --- names ---------------------------------------------------------------------------------------------------

    def _add_all(self, places: Places) -> None:
        for each in places.municipalities.values():
            name = _Name(each.name, None, "municipality", each.means, each.local_case, each.coordinates)
            self._add(each.name, name)
            if each.swedish != each.name:
                self._add_exact(each.swedish, name._replace(kind="swedish"))
        by_name: dict[tuple[str, str], _Name] = {}
        bigger_first = sorted(places.districts, key=lambda district: -places.size[district.municipality])
        for district in bigger_first:
            name = _Name(
                district.municipality, district.name, district.kind, district.means, district.local_case, district.coordinates
            )
            by_name[district.name, district.municipality] = name
            self._add(district.name, name)
            if district.swedish:
                self._add_exact(district.swedish, name._replace(kind="swedish"))
        for written in places.written_names:
            if written.kind == "not a place":
                first, _, second = written.written.partition(" ")
                self._not_places[first].append(second)
                continue
            if written.municipality:
                target = by_name.get((written.place, written.municipality))
            else:
                target = self._names[_plain(written.place)][0]
            if target is None:
                continue
            target = target._replace(means=written.means)
            if written.kind == "stem":
                self._names[written.written].append(target._replace(is_stem_only=True))
            else:
                kind = target.kind if written.kind == "spelling" else written.kind
                self._add(written.written, target._replace(kind=kind, local_case=""))

    def _add(self, name: str, meaning: _Name) -> None:
        base = _plain(name)
        if " " in base:
            self._two_words.add(base.split(" ")[0])
        for stem in stems(base):
            if len(stem) > 1:
                self._names[stem].append(meaning if stem == base else meaning._replace(is_stem_only=True))

    def _add_exact(self, name: str, meaning: _Name) -> None:
        base = _plain(name)
        if " " in base:
            self._two_words.add(base.split(" ")[0])
        self._names[base].append(meaning)

    @cached_property
    def _undotted(self) -> dict[str, list[_Name]]:
        """Names with å, ä or ö, written without: only long ones, so that they meet no other word."""
        return {
            without_dots(stem): names
            for stem, names in self._names.items()
            if len(stem) >= 6 and without_dots(stem) != stem and without_dots(stem) not in self._names
        }

    @cached_property
    def _near_misses(self) -> dict[str, set[str]]:
        """Stems of municipalities by what is left of them when one letter goes, to find typing errors."""
        misses: dict[str, set[str]] = defaultdict(set)
        for stem, names in self._names.items():
            if len(stem) >= 6 and names[0].kind == "municipality":
                for gap in range(1, len(stem)):
                    misses[stem[:gap] + stem[gap + 1 :]].add(stem)
                misses[stem].add(stem)
        return misses

    # --- match ---------------------------------------------------------------------------------------------------

    def _matches(self, tokens: Sequence[Word], lower: Sequence[str]) -> list[_Match]:
        found: list[_Match] = []
        index = 0
        while index < len(tokens):
            match = self._two_word_match(index, tokens, lower) or self._match(index, lower[index])
            if match and not self._is_known_phrase(match, lower):
                found.append(match)
                index = match.last
            index += 1
        return found

    def _two_word_match(self, index: int, tokens: Sequence[Word], lower: Sequence[str]) -> _Match | None:
        if lower[index] not in self._two_words or index + 1 == len(tokens):
            return None
        match = self._match(index, f"{lower[index]} {lower[index + 1]}")
        return match and match._replace(last=index + 1)

    def _match(self, index: int, word: str) -> _Match | None:
        if not 2 <= len(word) <= 40 or word[0].isdigit():
            return None
        found = self._look_up(word, self._names)
        if not found and "-" in word:
            *others, last = [self._look_up(piece, self._names) for piece in word.split("-")]
            found = last if last and all(others) else None
        exact = True
        if not found and len(word) > 5 and word.isascii() and not analyse(word).known:
            found, exact = self._look_up(word, self._undotted), False
        if not found:
            return None
        names, case = found
        return _Match(index, index, tuple(names), case, exact)

    def _look_up(self, word: str, names: dict[str, list[_Name]]) -> tuple[list[_Name], Case] | None:
        for stem, rest in splits(word):
            if stem not in names:
                continue
            fitting = []
            found_case: Case | None = None
            for name in names[stem]:
                if name.kind == "swedish":
                    case: Case | None = "nominative" if rest == "" else "genitive" if rest == "s" else None
                else:
                    case = case_of(stem, rest, name.kind == "short")
                    if case == "nominative" and name.is_stem_only:
                        case = "genitive" if stem[-1] in "aeiouyäö" else None
                if case:
                    fitting.append(name)
                    found_case = found_case or case
            if fitting and found_case:
                return fitting, found_case
        return None

    def _is_known_phrase(self, match: _Match, lower: Sequence[str]) -> bool:
        following = lower[match.last + 1] if match.last + 1 < len(lower) else ""
        return any(following.startswith(second) for second in self._not_places.get(lower[match.first], ()))

    def _with_typo(self, index: int, lower: Sequence[str], clauses: Sequence[int]) -> _Match | None:
        """A municipality with one letter missing, added, changed or swapped, where a home is spoken of."""
        word = lower[index]
        if len(word) < 7 or not word.isalpha() or analyse(word).known:
            return None
        spoken_of = any(_LIVE.match(w) or _MOVE.match(w) or _BE.match(w) or _STUDY.match(w) for w in _clause(index, lower, clauses))
        if not spoken_of and not (index and _PREPOSITION.match(lower[index - 1])):
            return None
        for stem, rest in splits(word):
            case = case_of(stem, rest)
            if len(stem) < 6 or case is None or (case not in LOCAL and spoken_of):
                continue
            candidates = set(self._near_misses.get(stem, ()))
            for gap in range(1, len(stem)):
                candidates |= self._near_misses.get(stem[:gap] + stem[gap + 1 :], set())
            near = sorted(c for c in candidates if c[0] == stem[0] and _one_edit_apart(c, stem))
            if near:
                return _Match(index, index, tuple(self._names[near[0]]), case, False)
        return None

    # --- weigh ---------------------------------------------------------------------------------------------------

    def _evidence(
        self, match: _Match, tokens: Sequence[Word], lower: Sequence[str], clauses: Sequence[int], text: str
    ) -> int:
        """How sure it is that a place is meant, the best of the names; ACCEPTED is enough."""
        return max(self._evidence_for(name, match, tokens, lower, clauses, text) for name in match.names)

    def _evidence_for(
        self, name: _Name, match: _Match, tokens: Sequence[Word], lower: Sequence[str], clauses: Sequence[int], text: str
    ) -> int:
        token, word = tokens[match.first], lower[match.first]
        before = lower[match.first - 1] if match.first else ""
        after = lower[match.last + 1] if match.last + 1 < len(lower) else ""
        local = match.case in LOCAL
        capital = token.text[:1].isupper()
        inside_sentence = capital and match.first > 0 and clauses[match.first] == clauses[match.first - 1]
        preposition = bool(_PREPOSITION.match(before)) and match.case == "nominative"
        cue = _has_home_cue(match, lower, clauses)
        answer = match.case in {"nominative", "genitive"} and len(_telling(lower)) <= 2 and not any(_TITLES.match(w) for w in lower)

        evidence = _BASE.get(name.kind, 60)
        if local:
            evidence += 30
        if preposition:
            evidence += 30
        if inside_sentence:
            evidence += 10
        if cue and (local or preposition or match.case in {"genitive", "demonym"} or name.kind == "short"):
            evidence += 30
        if answer:
            evidence += 60
        if match.case == "genitive" and _AREA_NOUN.match(after):
            evidence += 40
        if match.case in {"partitive", "essive", "translative"}:
            evidence -= 20
        if match.case == "demonym":
            evidence += 10 if cue else -5
        if name.kind == "swedish" and not (preposition or answer or inside_sentence or (cue and capital) or capital):
            evidence -= 50
        if name.kind in {"short", "nickname"} and match.case == "nominative" and not (answer or preposition) and len(word) < 4:
            evidence -= 0 if _near_number(match, lower) or len(lower) <= 4 else 20
        own_series = not name.local_case or not local or (match.case in INNER) == (name.local_case == "inner")
        if name.means == "word":
            evidence += (20 if inside_sentence and local else 0) - 50 - (0 if own_series else 40)
        elif name.means == "person":
            evidence -= 10 if local and own_series else 10 if preposition else 60
            if before and tokens[match.first - 1].text[:1].isupper() and capital and inside_sentence and not local:
                evidence -= 40  # Pekka Lahti
        elif name.means == "brand" and not local:
            evidence -= 50
        if not answer and not preposition and not capital and match.case not in LOCAL and _is_common_word(word, name):
            evidence -= 50
        elif local and not capital and not cue and _is_other_word(word, name):
            evidence -= 45
        if len(name.place or name.municipality) <= 3 and not local and not answer and not preposition:
            evidence -= 40
        if _TITLES.match(before) and match.case not in LOCAL:
            evidence -= 60
        return evidence

    # --- role ----------------------------------------------------------------------------------------------------

    def _mention(
        self,
        match: _Match,
        accepted: Iterable[_Match],
        tokens: Sequence[Word],
        lower: Sequence[str],
        clauses: Sequence[int],
        text: str,
    ) -> PlaceMention:
        elsewhere = {name.municipality for other in accepted if other is not match for name in other.names[:1]}
        kinds = [name for name in match.names if name.kind in {"municipality", "swedish"}] or list(match.names)
        name = next((n for n in match.names if n.municipality in elsewhere and n.place), kinds[0])
        start, end = tokens[match.first].start, tokens[match.last].end
        return PlaceMention(
            municipality=name.municipality,
            text=text[start:end],
            start=start,
            end=end,
            place=name.place,
            coordinates=name.coordinates,
            role=_role(match, lower, clauses),
        )

    def _postal_codes(
        self, tokens: Sequence[Word], lower: Sequence[str], mentions: Sequence[PlaceMention]
    ) -> list[PlaceMention]:
        found = []
        for index, token in enumerate(tokens):
            code = self._places.postal_codes.get(token.text) if len(token.text) == 5 else None
            if code is None or code.kind == "organization":
                continue
            before = lower[max(0, index - 2) : index]
            after = lower[index + 1] if index + 1 < len(lower) else ""
            if _MONEY.match(after) or any(_MONEY.match(word) for word in before):
                continue
            named = any(mention.municipality == code.municipality for mention in mentions)
            if named or len(lower) <= 2 or any(_POSTAL_CUE.match(word) for word in before):
                coordinates = code.coordinates or self._places.municipalities[code.municipality].coordinates
                found.append(
                    PlaceMention(code.municipality, token.text, token.start, token.end, None, coordinates, "home")
                )
        return found


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'").lower()


def _clauses(text: str, tokens: Sequence[Word], lower: Sequence[str]) -> list[int]:
    """The number of the clause that each word is in; punctuation and conjunctions begin a new one."""
    numbers, number, end = [], 0, 0
    for token, word in zip(tokens, lower, strict=True):
        between = text[end : token.start]
        if any(mark in between for mark in ".,!?;:\n…–()") or _CLAUSE_WORD.match(word):
            number += 1
        numbers.append(number)
        end = token.end
    return numbers


def _clause(index: int, lower: Sequence[str], clauses: Sequence[int]) -> list[str]:
    return [word for word, number in zip(lower, clauses, strict=True) if number == clauses[index]]


def _has_home_cue(match: _Match, lower: Sequence[str], clauses: Sequence[int]) -> bool:
    around = _clause(match.first, lower, clauses)
    cues = [_LIVE, _STUDY]
    if match.case in TO:
        cues.append(_MOVE)
    elif match.case in FROM:
        cues += [_MOVE, _ORIGIN]
        if any(_BE.match(word) for word in around):
            return match.case in FROM and len(around) <= 5
    elif match.case in WHERE or match.case == "demonym":
        if match.case == "demonym" and any(_BE.match(word) for word in around):
            return True
    elif match.case == "nominative":
        cues += [_MOVE, _BE]
    own = set(range(match.first, match.last + 1))
    others = [
        word
        for position, (word, number) in enumerate(zip(lower, clauses, strict=True))
        if number == clauses[match.first] and position not in own
    ]
    return any(cue.match(word) for cue in cues for word in others)


def _role(match: _Match, lower: Sequence[str], clauses: Sequence[int]) -> str:
    """What the place is to the writer, by the words of its clause; see ROLES."""
    number = clauses[match.first]
    around = [
        word
        for position, word in enumerate(lower)
        if clauses[position] == number and not match.first <= position <= match.last
    ]

    def has(pattern: re.Pattern[str]) -> bool:
        return any(pattern.match(word) for word in around)

    case = match.case
    now = has(_NOW)
    others = has(_OTHER) and not has(_HERE_SUBJECT)
    self_spoken = has(_SELF)
    if others and not self_spoken:
        return "other person"
    if has(_VISIT) and not has(_LIVE):
        return "visit"
    if has(_PAST) and not now and not has(_re_present):
        return "past"
    if has(_LIVE):
        if any(_NEGATED.match(word) for word in around) and has(_re_present):
            return "past"
        if case in FROM and not has(_re_from_home):
            return "origin"
        return "home"
    if has(_ORIGIN):
        return "origin"
    if has(_MOVE):
        if case in FROM:
            return "origin"
        if case in TO or case == "nominative":
            return "plan" if has(_PLAN) and not now else "home"
    if has(_PLAN) and case in TO:
        return "plan"
    if case in WHERE and (has(_BE) or now):
        return "home"
    if has(_STUDY) and case not in FROM:
        return "study"
    if case in FROM and has(_BE):
        return "home"
    if has(_WORK):
        return "work"
    if case == "demonym" and (has(_BE) or match.first == 0):
        return "home"
    if case in WHERE:
        return "here"
    return "mentioned"


_re_present = _pattern("asun", "asutaan", "bor", "live", "oon", "olen")
_re_from_home = _pattern("asuva\\w*", "paikkakun\\w*", "kotikaupunki\\w*")


def _best_first(mentions: list[PlaceMention]) -> list[PlaceMention]:
    """By role, then by order; a district goes before its own municipality, because it is nearer to the writer."""
    ordered = sorted(mentions, key=lambda mention: (-ROLES[mention.role], mention.start))
    if not ordered:
        return []
    home = ordered[0].municipality
    exact = next((m for m in ordered if m.municipality == home and m.place), None)
    if exact and exact is not ordered[0] and not ordered[0].place:
        ordered.remove(exact)
        ordered.insert(0, replace(exact, role=ordered[0].role))
    return ordered


def _telling(lower: Sequence[str]) -> list[str]:
    """Words of a short answer that say something: `moi tampere 19v` has one."""
    return [word for word in lower if not re.match(r"\d|moi|hei|terve|joo|no$|siis|öö|ehkä|v$|vee$|hello|hej|m$|f$", word)]


def _near_number(match: _Match, lower: Sequence[str]) -> bool:
    around = lower[max(0, match.first - 2) : match.first] + lower[match.last + 1 : match.last + 3]
    return any(word[0].isdigit() for word in around)


def _is_common_word(word: str, name: _Name) -> bool:
    """Whether a lower-case word is a form of some common word, the name's own spelling included (`lahti`, `multia`)."""
    return analyse_common(word) or _is_other_word(word, name)


def _is_other_word(word: str, name: _Name) -> bool:
    """Whether Voikko knows the word as a form of something else than the name."""
    own = _plain(name.place or name.municipality)
    analysis = analyse(word)
    return analysis.known and any(lemma != own for lemma in analysis.lemmas) and name.kind not in {"swedish"}


def analyse_common(word: str) -> bool:
    return word in _COMMON


_COMMON = frozenset({"lahti", "salo", "kotka", "hanko", "virrat", "lahden", "lahtea", "salon", "saloa", "kotkan", "kotkaa", "aura", "auran", "hamina"})  # fmt: skip


def _one_edit_apart(one: str, other: str) -> bool:
    """One letter missing, added or changed, or two neighbours swapped."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        if one[start + 1 :] == other[start + 1 :]:
            return True
        return one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]
