"""Generate a catalogue of any size: varied services that read and spread like real ones, the same for the
same seed.

``python -m tests.benchmarks.generated_catalog 100000 build/generated.db`` writes the compiled file; with
``--measure`` it also times the search. Services are generated one by one, so the size is bounded by the disk
only.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from service_catalog.catalog import Catalog
from service_catalog.check import municipality_names
from service_catalog.compile import replacing, write
from service_catalog.schema import COUNTRY, LocalizedText, Need, Service
from service_catalog.search import candidates
from service_catalog.yaml_source import Source

# For each need, words that texts about it use (base form or as inflected in a sentence).
NEED_WORDS = {
    "crisis": "kriisi hätä itsemurha kriisityöntekijä päivystys turva",
    "mental_health": "ahdistus masennus mieli mielenterveys paniikki terapia psykologi",
    "self_harm": "viiltely itsetuhoisuus satuttaminen paha olo",
    "eating_disorder": "syömishäiriö ruoka anoreksia ahmiminen keho",
    "loneliness": "yksinäisyys ystävä kaveri ryhmä tapaaminen",
    "substance_use": "päihde alkoholi huume kannabis kuntoutus",
    "gambling": "rahapeli peliriippuvuus pelivelka kasino pelikielto",
    "gaming": "pelaaminen ruutuaika peli rajaus pelihaitta",
    "violence": "väkivalta turvakoti pelko lähisuhde uhkaus",
    "sexual_violence": "seksuaaliväkivalta raiskaus häirintä tukikeskus",
    "bullying": "kiusaaminen koulukiusaaminen syrjintä nimittely",
    "debt": "velka ulosotto velkaneuvonta perintä maksuhäiriö pikavippi",
    "money": "raha toimeentulotuki tuki etuus budjetti ruoka-apu",
    "housing": "asunto vuokra asumisneuvonta häätö vuokrarästi nuorisoasunto",
    "homelessness": "asunnottomuus hätämajoitus yömaja suihku",
    "work": "työ työpaikka harjoittelu työnhaku työpaja palkka",
    "education": "koulu opiskelu opinto lukio ammattikoulu oppisopimus opinto-ohjaaja",
    "legal": "oikeus laki oikeusapu lakimies sopimus",
    "crime_victim": "rikos rikosuhri poliisi oikeudenkäynti tukihenkilö",
    "family": "perhe vanhempi koti ero riita lastensuojelu",
    "relationships": "parisuhde seurustelu ero rakkaus luottamus",
    "sexual_health": "seksuaaliterveys ehkäisy sukupuolitauti raskaus testi",
    "lgbtq": "sateenkaari sukupuoli identiteetti trans vertaisryhmä",
    "immigration": "maahanmuutto oleskelulupa kotoutuminen tulkki kieli",
    "health": "terveys lääkäri hoitaja terveysasema särky",
    "neurodiversity": "adhd autismi neurokirjo tutkimus keskittyminen",
    "disability": "vamma vammaispalvelu esteettömyys avustaja kuljetus",
    "leisure": "harrastus nuorisotalo liikunta musiikki leiri",
    "military": "armeija varusmies siviilipalvelus kutsunta",
    "grief": "suru kuolema menetys sururyhmä läheinen",
    "close_one": "läheinen huoli sisarus ystävä omainen",
    "young_parent": "vauva raskaus perhekahvila imetys äitiys",
    "outreach": "etsivä nuorisotyö arki alku tuki rinnalla",
    "online_safety": "netti some kuva kiristys huijaus",
}
# What a third of the services say in Swedish and English.
TRANSLATED = {
    "sv": (
        "Hjälp med {need} för unga.",
        "Du får prata i lugn och ro med någon som lyssnar.",
        "Öppna chatten och skriv.",
    ),
    "en": (
        "Help with {need} for young people.",
        "Someone listens and you can talk at your own pace.",
        "Open the chat.",
    ),
}
TRANSLATED_EVERY = 3
CITIES = [
    "Helsinki",
    "Espoo",
    "Tampere",
    "Vantaa",
    "Oulu",
    "Turku",
    "Jyväskylä",
    "Kuopio",
    "Lahti",
    "Pori",
    "Kouvola",
    "Joensuu",
]
KINDS = [
    "neuvonta",
    "chat",
    "tukipiste",
    "ryhmä",
    "keskus",
    "puhelin",
    "paja",
    "vastaanotto",
    "olohuone",
    "päivystys",
    "klubi",
    "kurssi",
]
PROVIDERS = ["kaupunki", "hyvinvointialue", "seurakunta", "yhdistys", "säätiö", "kollektiivi", "liitto", "verkosto"]
OPENINGS = (
    "{Word} tai {other} mielessä? Täältä saat apua ja tukea.",
    "Nuorille, joita {word} painaa. Voit jutella työntekijän kanssa rauhassa.",
    "Apua, kun {word} vaikeuttaa arkea. Mukana on myös {other}.",
    "Maksuton {kind} nuorille: {word}, {other} ja muu elämä. Saat tukea omaan tahtiin.",
)
FIRST_STEPS = (
    "Avaa chat ja kirjoita yksi lause.",
    "Lähetä tekstiviesti ja kerro, että tarvitset apua.",
    "Soita ja kerro ensin vain etunimesi.",
    "Tule paikalle ilman ajanvarausta.",
    "Varaa aika verkossa, kun sinulle sopii.",
)
WHAT_HAPPENS = (
    "Työntekijä vastaa sinulle ja kysyy, mikä on tilanne. Yhdessä mietitte seuraavan askeleen.",
    "Jonoa voi olla. Kun vuorosi tulee, voit jutella niin kauan kuin tarvitset.",
    "Sovitte ensimmäisen tapaamisen. Voit tulla yksin tai ystävän kanssa.",
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SYLLABLES = [
    "ka",
    "ki",
    "ko",
    "ku",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "nu",
    "pa",
    "pe",
    "pi",
    "po",
    "ra",
    "re",
    "ri",
    "ru",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "tu",
    "va",
    "vi",
]


def _biggest_first(municipalities: list[str]) -> list[str]:
    return sorted(municipalities, key=lambda name: (CITIES.index(name) if name in CITIES else len(CITIES), name))


def generated_services(count: int, municipalities: list[str], seed: int = 1) -> Iterator[Service]:
    """Yield services; of a hundred, some five serve the whole country, and big towns have more than small
    ones.
    """
    random_ = random.Random(seed)
    needs = list(NEED_WORDS)
    common = [1 / (1 + position) ** 0.5 for position in range(len(needs))]
    towns = _biggest_first(municipalities)
    populations = [1 / (3 + position) for position in range(len(towns))]
    for number in range(1, count + 1):
        yield Service.parse_obj(_service(number, random_, needs, common, towns, populations))


def _service(
    number: int,
    random_: random.Random,
    needs: list[str],
    common: list[float],
    towns: list[str],
    populations: list[float],
) -> dict[str, object]:
    chosen = list(dict.fromkeys(random_.choices(needs, common, k=random_.choice((1, 1, 2, 2, 3, 4)))))
    national = random_.random() < 0.05
    here = random_.choices(towns, populations, k=random_.choice((1, 1, 1, 1, 2, 4, 8)))
    word, other = (random_.choice(NEED_WORDS[random_.choice(chosen)].split()) for _ in range(2))
    kind = random_.choice(KINDS)
    own_name = "".join(random_.choices(SYLLABLES, k=3)).capitalize()
    place = "" if national else f"{here[0]}: "
    service: dict[str, object] = {
        "id": f"palvelu-{number}",
        "organization": f"jarjesto-{number % 997}",
        "name": f"{place}{own_name} {kind}",
        "summary": random_.choice(OPENINGS).format(word=word, Word=word.capitalize(), other=other, kind=kind),
        "first_step": random_.choice(FIRST_STEPS),
        "needs": chosen,
        "service_area": COUNTRY if national else list(dict.fromkeys(here)),
        "languages": ["fi", *(language for language in ("sv", "en") if random_.random() < 0.25)],
        "anonymous": random_.choice(("yes", "no", "not known")),
        "channels": _channels(number, random_, national),
        "confidence": random_.choice(("high", "medium")),
        "source": [f"https://example.fi/{number} (2026)"],
    }
    if number % TRANSLATED_EVERY == 0:
        service["translations"] = {
            language: {
                "name": f"{own_name} {kind}",
                "summary": f"{about.format(need=chosen[0].replace('_', ' '))} {more}",
                "first_step": first_step,
            }
            for language, (about, more, first_step) in TRANSLATED.items()
        }
    if random_.random() < 0.6:
        service["what_happens"] = random_.choice(WHAT_HAPPENS)
    if random_.random() < 0.5:
        youngest = random_.choice((12, 13, 15, 16, 18))
        service["eligibility"] = {
            "minimum_age": str(youngest),
            "maximum_age": str(random_.choice((21, 25, 29))),
        }
    if random_.random() < 0.7:
        service["verified_on"] = (date(2026, 11, 1) - timedelta(days=random_.randrange(700))).isoformat()
    if any(channel["type"] == "visit" for channel in service["channels"]):
        service["locations"] = [
            {
                "id": "toimisto",
                "city": here[0],
                "address": f"{own_name}katu {number % 90 + 1}",
                "latitude": f"{random_.uniform(60, 69):.4f}",
                "longitude": f"{random_.uniform(21, 30):.4f}",
                "coordinates": "approximate",
            }
        ]
    if random_.random() < 0.15:
        service["sessions"] = [
            {
                "id": "ryhma",
                "name": f"{word.capitalize()}ryhmä",
                "starts": f"2026-11-{random_.randrange(1, 29):02d} {random_.randrange(14, 19)}:00",
                "ends_at": "20:00",
                "rrule": f"FREQ=WEEKLY;BYDAY={random_.choice(DAYS)}",
            }
        ]
    return service


def _channels(number: int, random_: random.Random, national: bool) -> list[dict[str, object]]:
    contacts = {
        "chat": {"url": f"https://chat.example.fi/{number}"},
        "sms": {"number": f"040 {number % 10_000_000:07d}"},
        "phone": {"number": f"09 {number % 10_000_000:07d}"},
        "email": {"address": f"nuoret{number}@example.fi"},
        "web": {"url": f"https://example.fi/{number}"},
        "visit": {"location": "toimisto"},
    }
    weights = (4, 1, 4, 1, 3, 0 if national else 6)
    chosen = dict.fromkeys(random_.choices(list(contacts), weights, k=random_.choice((1, 2, 2, 3))))
    channels: list[dict[str, object]] = []
    for channel_type in chosen:
        channel: dict[str, object] = {"type": channel_type, **contacts[channel_type]}
        channel["cost"] = random_.choice(("free", "free", "call_rate", "not known"))
        hours = random_.random()
        if hours < 0.15:
            channel["always_open"] = "yes"
        elif hours < 0.7:
            opens = random_.randrange(8, 16)
            closes = f"{random_.randrange(opens + 1, 25)}:00"
            channel["schedules"] = [{"byday": list(DAYS[:5]), "opens_at": f"{opens}:00", "closes_at": closes}]
            if random_.random() < 0.3:
                channel["schedules"] += [{"byday": ["SA", "SU"], "opens_at": "12:00", "closes_at": "18:00"}]
        channels.append(channel)
    return channels


def write_generated(count: int, target: Path, seed: int = 1) -> int:
    """Write a compiled catalogue of ``count`` generated services to ``target``; return how many it has."""
    names = [LocalizedText(fi=need) for need in NEED_WORDS]
    needs = tuple(
        Need(id=need, name=name, label=name, opening_line=name) for need, name in zip(NEED_WORDS, names, strict=True)
    )
    source = Source(organizations=(), services=(), needs=needs, areas=(), terms=(), crisis={})
    with replacing(target) as new:
        return write(new, source, generated_services(count, municipality_names(), seed))


def generated_queries(count: int, seed: int = 2) -> Iterator[tuple[list[str], list[str] | None, list[str]]]:
    """Yield needs, municipalities by distance (or None) and words, as conversations would ask for them.

    Half know the place; a third name two needs; a fifth are free text only, half of these with common words
    only.
    """
    random_ = random.Random(seed)
    towns = _biggest_first(municipality_names())
    for number in range(count):
        needs = random_.sample(list(NEED_WORDS), random_.choice((1, 1, 2)))
        words = random_.choice(NEED_WORDS[needs[0]].split()).split("-") + random_.sample(
            ["apu", "tuki", "nuori", "voida", "jutella", "arki"], 2
        )
        first = int(len(towns) * random_.random() ** 2)
        places = (towns[first : first + 12] + towns)[:12] if random_.random() < 0.5 else None
        if number % 5 == 0:
            needs = []
            if number % 10 == 0:
                words = random_.sample(["apu", "tuki", "nuori", "voida", "jutella", "arki"], 3)
        yield needs, places, words


def measure(target: Path, queries: int = 1000) -> dict[str, float]:
    """Return p50, p95 and the longest time of a search for candidates, in milliseconds, after a short warm-
    up.
    """
    catalog = Catalog.open(target)
    for query in generated_queries(50, seed=3):
        candidates(catalog, *query)
    times = []
    for query in generated_queries(queries):
        started = time.perf_counter()
        candidates(catalog, *query)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "max_ms": round(times[-1], 2),
    }


def main(arguments: list[str]) -> None:
    """Write a catalogue of the size given; with ``--measure`` search it and print the times."""
    count, target = int(arguments[0]), Path(arguments[1])
    if not target.exists():
        started = time.perf_counter()
        write_generated(count, target)
        seconds = time.perf_counter() - started
        print(f"{count} services written in {seconds:.0f} s, {target.stat().st_size >> 20} MiB")
    if "--measure" in arguments:
        print(f"{count} services: {measure(target)}")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
