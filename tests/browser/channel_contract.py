"""What every channel owes a person, reply by reply; docs/channels.md has the same as a table.

`REPLIES` are events as the desk keeps them, each with what must reach the person however the channel shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from service_catalog.cards import service_card
from service_catalog.catalog import Catalog
from service_catalog.crisis import crisis_services

NOW = datetime.now(timezone.utc)
LONG = "\n\n".join(f"{number}. kappale. " + "Tämä on pitkä vastaus. " * 20 for number in range(1, 15)).strip()
MARKUP = "<b>lihava</b> *tähti* _viiva_ ~~yli~~ `koodi` ||piilo|| [linkki](x) & @everyone # otsikko &amp;"
ARABIC = "أنا هنا لمساعدتك في العثور على الدعم."


@dataclass(frozen=True)
class Owed:
    """What must be seen (`texts`), what must be opened or be there to copy (`addresses`), what can be tapped (`taps`),
    what is said of pictures (`pictures`), and whether it is a notice, or a crisis reply, which has no pictures."""

    body: Mapping[str, Any]
    texts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    taps: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    kind: str = "reply"
    is_crisis: bool = False


@dataclass(frozen=True)
class Shown:
    """What a channel showed: its words, where links and buttons lead, what can be tapped, and words for pictures."""

    text: str
    links: frozenset[str] = frozenset()
    taps: tuple[str, ...] = ()
    pictures: tuple[str, ...] = field(default=())


def buttons(*titles: str) -> list[dict[str, str]]:
    """Returns choices that send their own words."""
    return [{"title": title, "payload": title} for title in titles]


def replies(catalog: Catalog) -> dict[str, Owed]:
    """Returns each kind of reply with what is owed."""
    return {
        "words": Owed({"text": "Moi! Mikä painaa?"}, texts=("Moi! Mikä painaa?",)),
        "words that look like markup": Owed({"text": MARKUP}, texts=(MARKUP,)),
        "long words": Owed({"text": LONG}, texts=tuple(LONG.split("\n\n"))),
        "choices": Owed(
            {"text": "Missä asut?", "buttons": buttons("Helsinki", "Jokin muu paikka", "En halua kertoa")},
            texts=("Missä asut?",),
            taps=("Helsinki", "Jokin muu paikka", "En halua kertoa"),
        ),
        "many choices": Owed(
            {"text": "Valitse:", "buttons": buttons(*(f"Vaihtoehto {number}" for number in range(12)))},
            texts=("Valitse:",),
            taps=tuple(f"Vaihtoehto {number}" for number in range(12)),
        ),
        "cards": _cards(catalog),
        "crisis": _crisis(catalog),
        "a picture": Owed(
            {
                "text": "",
                "image": "/pictures/dogs/hello.png",
                "custom": {
                    "type": "picture",
                    "url": "/pictures/dogs/hello.png",
                    "alt": "Vaalea koira heiluttaa tassua.",
                    "lang": "fi",
                },
            },
            pictures=("Vaalea koira heiluttaa tassua.",),
        ),
        "a reminder": Owed(
            {
                "text": "Vertaisryhmä alkaa tänään klo 16.",
                "kind": "same_day_notice",
                "url": "https://video.example/ryhma",
                "label": "Avaa videotapaaminen",
                "starts": (NOW + timedelta(hours=2)).isoformat(),
                "buttons": [
                    {"title": "Tehty", "payload": "Tehty", "answer": "done"},
                    {"title": "Myöhemmin", "payload": "Myöhemmin", "answer": "later"},
                ],
                "reminder": "0" * 32,
            },
            texts=("Vertaisryhmä alkaa tänään klo 16.",),
            addresses=("https://video.example/ryhma",),
            taps=("Tehty", "Myöhemmin"),
            kind="notice",
        ),
        "another language": Owed(
            {
                "text": ARABIC,
                "lang": "ar",
                "buttons": [{"title": "المزيد", "payload": "Lisää vaihtoehtoja"}],
            },
            texts=(ARABIC,),
            taps=("المزيد",),
        ),
    }


def _cards(catalog: Catalog) -> Owed:
    ids = ["sekasin-chat", *_with_phone(catalog)][:3]
    cards = [_card(catalog, one, number) for number, one in enumerate(ids)]
    return Owed(
        {"text": "Näistä voi olla apua:", "custom": {"type": "services", "crisis": False, "services": cards}},
        texts=("Näistä voi olla apua:", *_texts(cards), "koska mainitsit ahdistuksen"),
        addresses=_addresses(cards),
    )


def _crisis(catalog: Catalog) -> Owed:
    services = crisis_services(catalog, "suicide", "fi", 17, NOW)
    cards = [_card(catalog, one.id, number, why=()) for number, one in enumerate(services)]
    body = {
        "text": "Hyvä että kerroit. Oletko nyt vaarassa?",
        "buttons": buttons("Olen", "En ole"),
        "custom": {"type": "services", "crisis": True, "services": cards},
    }
    texts = (str(body["text"]), *_texts(cards))
    return Owed(body, texts, _addresses(cards), taps=("Olen", "En ole"), is_crisis=True)


def _card(catalog: Catalog, service: str, number: int, why: tuple[str, ...] = ("koska mainitsit ahdistuksen",)) -> Any:
    card = service_card(catalog, service, NOW)
    assert card
    return {**card, "why": list(why), "needs": ["mental_health"], "distance_km": 1.2 + number}


def _with_phone(catalog: Catalog) -> list[str]:
    wanted = ("phone", "visit")
    services = [one for one in catalog.services() if {channel.type for channel in one.channels} >= set(wanted)]
    return [one.id for one in services[:2]]


def _texts(cards: list[Any]) -> tuple[str, ...]:
    return tuple(card[part] for card in cards for part in ("name", "summary", "first_step") if card.get(part))


def _addresses(cards: list[Any]) -> tuple[str, ...]:
    return tuple(channel["url"] for card in cards for channel in card["channels"] if channel["url"])


Show = Callable[[Mapping[str, Any], str], Shown]
