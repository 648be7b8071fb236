"""What a good youth worker would nod at: properties of the cards for many young people, on the real catalogue.

Exact lists would break with every edit of the catalogue; what must hold of them is here instead.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from service_catalog.catalog import Catalog
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Request, Suggestions, suggest

DAY = datetime(2026, 11, 24, 13, 0, tzinfo=LOCAL_ZONE)  # a Tuesday
EVENING = datetime(2026, 11, 24, 19, 0, tzinfo=LOCAL_ZONE)
NIGHT = datetime(2026, 11, 25, 2, 30, tzinfo=LOCAL_ZONE)
CRISIS_LINES = {"hatanumero-112", "myrkytystietokeskus", "sosiaalipaivystys", "mieli-kriisipuhelin"}
EMERGENCY = {"hatanumero-112"}


@dataclass
class Case:
    """A young person, and what must hold of their cards."""

    who: str
    needs: str  # "mental_health .9, debt .8"
    place: str | None = None
    age: int | None = None
    now: datetime = DAY
    wishes: dict[str, Any] = field(default_factory=dict)
    covers: str = ""  # each of these needs is answered by a card
    some: str = ""  # at least one of these services is there
    first: str = ""  # the first card is one of these
    no: set[str] = field(default_factory=set)  # none of these services is there
    local: bool = False  # a card of the own municipality, or within 30 km
    from_home: bool = False  # a card that can be used now without leaving home

    def request(self) -> Request:
        needs = [NeedHit(*self._scored(each)) for each in self.needs.split(", ") if each]
        return Request(needs=needs, municipality=self.place, age=self.age, **self.wishes)

    @staticmethod
    def _scored(text: str) -> tuple[str, float]:
        name, _, score = text.partition(" ")
        return name, float(score or 0.8)


YOUTH_CHATS = "sekasin-chat valoa-chat tukinet"
CASES = [
    # the message of the project's first issue: two needs, a place
    Case("ahdistus ja vuokrarästit, Tampere", "mental_health .9, debt .8, housing .6", "Tampere", 19,
         covers="mental_health debt", some="takuusaatio-velkalinja asumisneuvonta", first=YOUTH_CHATS,
         no=CRISIS_LINES, local=True, from_home=True),
    Case("ahdistus ja asunto, yöllä", "mental_health, housing", "Tampere", 19, NIGHT,
         covers="mental_health housing", no=EMERGENCY, local=True, from_home=True),
    Case("ahdistus, velka ja työ", "mental_health .8, debt .7, work .6", "Tampere", 24,
         covers="mental_health debt work", no=EMERGENCY, local=True),
    # mind
    Case("ahdistus, ei paikkaa eikä ikää", "mental_health", first=YOUTH_CHATS, no=EMERGENCY, from_home=True),
    Case("ahdistus, Oulu", "mental_health", "Oulu", 19, first=YOUTH_CHATS, from_home=True, no=EMERGENCY),
    Case("ahdistus, yöllä", "mental_health", None, 19, NIGHT, from_home=True, no=EMERGENCY),
    Case("ahdistus, 16-vuotias illalla", "mental_health", "Kuopio", 16, EVENING, first="sekasin-chat", no=EMERGENCY),
    Case("ahdistus, 11-vuotias", "mental_health", None, 11, no={"sekasin-chat", "valoa-chat", "nyyti"}),
    Case("ahdistus, 30-vuotias", "mental_health", None, 30, no={"sekasin-chat"}),
    Case("ahdistus, ei chattia", "mental_health", "Tampere", 19, wishes={"avoid_channels": ["chat"]},
         no={"sekasin-chat", "valoa-chat", "tukinet"}),
    Case("ahdistus, ei soittamista", "mental_health", "Oulu", 25, wishes={"avoid_channels": ["phone"]},
         no={"mieli-kriisipuhelin", "hatanumero-112"}, first=YOUTH_CHATS),
    Case("ahdistus, haluaa soittaa", "mental_health", None, 19, wishes={"prefer_channels": ["phone"]},
         first="mieli-kriisipuhelin nuorten-kriisipiste"),
    Case("ahdistus, haluaa käydä", "mental_health", "Tampere", 19, wishes={"prefer_channels": ["visit"]},
         some="osviitta-tampere", local=True),
    Case("ahdistus ruotsiksi", "mental_health", "Vaasa", 17, wishes={"language": "sv"}, no=EMERGENCY),
    Case("ahdistus englanniksi", "mental_health", "Helsinki", 24, wishes={"language": "en"},
         first="mieli-english-chat", local=True),
    Case("ahdistus arabiaksi", "mental_health", None, 24, wishes={"language": "ar"}, some="mieli-english-chat"),
    Case("ahdistus Utsjoella", "mental_health", "Utsjoki", 19, first=YOUTH_CHATS, from_home=True),
    Case("viiltely yöllä", "self_harm", None, 15, NIGHT, some="sekasin-chat mielenterveystalo-nuoret", no=EMERGENCY,
         from_home=True),
    Case("syöminen", "eating_disorder", None, 16, some="mielenterveystalo-nuoret sekasin-chat", no=EMERGENCY),
    Case("uni ja mieli", "health .6, mental_health .6", None, 18, NIGHT, covers="mental_health", no=EMERGENCY),
    Case("yksinäisyys", "loneliness", no=EMERGENCY, from_home=True),
    Case("yksinäisyys, Kuopio", "loneliness", "Kuopio", 16, EVENING, local=True, from_home=True, no=EMERGENCY),
    Case("yksinäisyys ja pelaaminen", "loneliness, gaming .7", "Seinäjoki", 18, EVENING, covers="loneliness gaming",
         some="sekasin-discord", local=True),
    Case("suru yöllä", "grief", None, 17, NIGHT, some="surunauha kirkon-keskusteluapu", no=EMERGENCY),
    Case("suru, 25", "grief", "Turku", 25, some="surunauha kirkon-keskusteluapu", no=EMERGENCY),
    # money and home
    Case("ulosotto", "debt", first="takuusaatio-velkalinja", some="talous-ja-velkaneuvonta", no=CRISIS_LINES),
    Case("velka, yöllä", "debt", "Helsinki", 22, NIGHT, first="takuusaatio-velkalinja", no=CRISIS_LINES),
    Case("rahat loppu", "money", "Turku", 20, some="ruoka-apu kela-toimeentulotuki diakoniatyo", no=CRISIS_LINES),
    Case("rahat loppu, ei ikää", "money", some="ruoka-apu kela-toimeentulotuki", no=CRISIS_LINES),
    Case("asunto", "housing", "Jyväskylä", 18, first="asumisneuvonta", local=True, no=CRISIS_LINES | {"infofinland"}),
    Case("asunto ja raha", "housing, money .7", "Joensuu", 19, covers="housing money", no=CRISIS_LINES),
    Case("ei paikkaa yöksi, Helsinki", "homelessness", "Helsinki", 19, NIGHT, first="sosiaalipaivystys",
         some="nuorten-turvatalo-helsinki"),
    Case("ei paikkaa yöksi", "homelessness", some="sosiaalipaivystys"),
    # school, work, stuck
    Case("työ, Tampere", "work", "Tampere", 20, some="ohjaamo-tampere", local=True, no=CRISIS_LINES),
    Case("työ", "work", some="tyomarkkinatori ohjaamot", no=CRISIS_LINES),
    Case("työ, Nokia", "work", "Nokia", 19, some="tyomarkkinatori ohjaamot", no=CRISIS_LINES),
    Case("työ, Nokia, laajemmin", "work", "Nokia", 19, wishes={"reach": "region"}, some="ohjaamo-tampere"),
    Case("työ, Utsjoki", "work", "Utsjoki", 19, some="tyomarkkinatori ohjaamot"),
    Case("opinnot", "education", "Espoo", 17, some="opintopolku opiskeluhuolto", no=CRISIS_LINES),
    Case("opinnot ja raha", "education, money .7", "Joensuu", 19, covers="education money", no=CRISIS_LINES),
    Case("kaikki jumissa, Kajaani", "outreach", "Kajaani", 20, first="vamos etsiva-nuorisotyo", local=True,
         no=CRISIS_LINES),
    Case("kaikki jumissa", "outreach", first="vamos etsiva-nuorisotyo", no=CRISIS_LINES),
    # leisure must never bring crisis lines
    Case("tekemistä", "leisure", no=CRISIS_LINES | {"sekasin-chat", "nollalinja"}),
    Case("tekemistä, Oulu", "leisure", "Oulu", 17, no=CRISIS_LINES | {"sekasin-chat", "nollalinja"}),
    Case("tekemistä, Kuopio yöllä", "leisure", "Kuopio", 15, NIGHT, local=True, no=CRISIS_LINES | {"sekasin-chat"}),
    Case("tekemistä, Seinäjoki", "leisure", "Seinäjoki", 16, first="nuorisotilat-seinajoki", no=CRISIS_LINES),
    # games and substances
    Case("pelaaminen", "gaming", None, 17, some="sekasin-discord peluuri pelirajaton", no=CRISIS_LINES),
    Case("rahapelit", "gambling", None, 24, EVENING, first="peluuri", some="pelirajaton", no=EMERGENCY),
    Case("rahapelit ja velka", "gambling, debt .7", None, 22, covers="gambling debt", no=EMERGENCY),
    Case("huumeet", "substance_use", "Tampere", 19, some="paihdelinkki paihdeneuvonta", no=EMERGENCY),
    Case("huumeet, yöllä", "substance_use", None, None, NIGHT, some="paihdelinkki", from_home=True, no=EMERGENCY),
    # violence, crime, bullying
    Case("isä hakkaa", "violence", None, 15, EVENING, first="nollalinja", some="turvakodit", no=EMERGENCY),
    Case("poikaystävä lyö", "violence, relationships .4", "Vantaa", 21, first="nollalinja", no=EMERGENCY),
    Case("raiskaus yöllä", "sexual_violence", None, 18, NIGHT, some="tukinainen nuorten-exit", no=EMERGENCY),
    Case("raiskaus, Tampere", "sexual_violence", "Tampere", 20, some="valita-tampere", local=True),
    Case("kiusaaminen", "bullying", None, 13, some="apuu-chat k0-aseman-lapset", no=CRISIS_LINES),
    Case("kiusaaminen ja yksinäisyys", "bullying, loneliness .5", "Lahti", 14, covers="bullying loneliness", local=True,
         no=EMERGENCY),
    Case("ryöstetty", "crime_victim", "Turku", 20, first="rikosuhripaivystys", no=EMERGENCY),
    Case("kuvat levisi", "online_safety", None, 14, first="nettivihje kyberturvallisuuskeskus", no=EMERGENCY),
    Case("laki", "legal", None, 23, some="kuluttajaneuvonta oikeusapu", no=CRISIS_LINES | {"migri"}),
    # close to one
    Case("perhe", "family", None, 16, EVENING, from_home=True, no=EMERGENCY),
    Case("ero yöllä", "relationships", None, 20, NIGHT, some="vaestoliitto-nuoret kirkon-keskusteluapu", no=EMERGENCY),
    Case("huoli kaverista", "close_one", None, 16, some="tukinet mieli-kriisipuhelin", no=EMERGENCY),
    Case("äiti juo", "close_one .9, substance_use .5", None, 14, EVENING, some="paihdelinkki paihdeneuvonta",
         no=EMERGENCY),
    Case("nuori äiti", "young_parent", "Rovaniemi", 18, some="neuvola", no=EMERGENCY),
    # for a group: shown to it, and not to others
    Case("seksuaaliterveys", "sexual_health", "Oulu", 17, first="vaestoliitto-nuoret", no=EMERGENCY),
    Case("lgbtq", "lgbtq", None, 15, some="seta", no=EMERGENCY),
    Case("trans ja ahdistus", "lgbtq .9, mental_health .5", "Tampere", 17, covers="lgbtq mental_health", some="seta"),
    Case("maahanmuutto englanniksi", "immigration", "Helsinki", 22, wishes={"language": "en"},
         some="infofinland international-house-helsinki", local=True),
    Case("adhd", "neurodiversity", None, 18, some="adhd-liitto", no=EMERGENCY),
    Case("intti", "military", None, 19, some="puolustusvoimat-intti aikalisa", no=EMERGENCY),
    Case("intti ja ahdistus", "military .7, mental_health .7", None, 19, EVENING, covers="military mental_health"),
    Case("terveys", "health", "Vaasa", 19, some="paivystysapu-116117", no=EMERGENCY),
    # crisis: who answers now comes first, whatever the channel
    Case("kriisi yöllä", "crisis .9, mental_health .5", "Tampere", 19, NIGHT, some="mieli-kriisipuhelin",
         first="hatanumero-112 mieli-kriisipuhelin"),
    Case("kriisi päivällä", "crisis", None, 16, DAY, first="sekasin-chat hatanumero-112", some="sekasin-chat"),
]  # fmt: skip

FOR_A_GROUP = {
    "military": {"puolustusvoimat-intti", "aikalisa"},
    "lgbtq": {"seta"},
    "immigration": {"migri", "infofinland", "pakolaisneuvonta"},
    "young_parent": {"neuvola", "ensi-ja-turvakotien-liitto"},
    "neurodiversity": {"adhd-liitto"},
}


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def cards(case: Case, catalog: Catalog, places: Places) -> Suggestions:
    return suggest(catalog, places, case.request(), case.now)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.who)
def test_the_cards_help(case: Case, seed_catalog: Catalog, places: Places) -> None:
    found = cards(case, seed_catalog, places)
    ids = [card.service.id for card in found]
    assert 1 <= len(ids) <= 3
    assert len(set(ids)) == len(ids)
    assert not case.no.intersection(ids), ids
    for need in case.covers.split():
        assert any(need in card.needs for card in found), (need, ids)
    if case.some:
        assert set(case.some.split()).intersection(ids), ids
    if case.first:
        assert ids[0] in case.first.split(), ids
    if case.local:
        assert any(reason.kind in ("local", "near") for card in found for reason in card.why), ids
    if case.from_home:
        assert any(card.opening.open_now and card.service.remote for card in found), ids


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.who)
def test_services_for_a_group_are_for_that_group(case: Case, seed_catalog: Catalog, places: Places) -> None:
    asked = {need.id for need in case.request().needs}
    ids = {card.service.id for card in cards(case, seed_catalog, places)}
    for group, services in FOR_A_GROUP.items():
        if group not in asked:
            assert not services & ids, (group, ids)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.who)
def test_more_never_repeats_and_ends(case: Case, seed_catalog: Catalog, places: Places) -> None:
    request = case.request()
    shown: set[str] = set()
    for _ in range(40):
        request.exclude.update(shown)
        ids = {card.service.id for card in suggest(seed_catalog, places, request, case.now)}
        assert not ids & shown
        if not ids:
            break
        shown |= ids
    else:
        pytest.fail("there was always more")
