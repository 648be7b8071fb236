"""What the bot says in a messenger by itself, when it isn't Rasa that answers."""

from __future__ import annotations

from typing import Any

from bot.channels.replies import choices
from service_catalog.emergency import emergency_text
from translations import translatable, translate

GREETING = translatable(
    "Moi! Olen botti, joka auttaa löytämään tukea nuorille: kun ahdistaa, rahat on loppu tai on yksinäistä. "
    "Kirjoita omin sanoin, mikä painaa, vaikka yksi lause. Nimeä tai tiliä ei tarvita, ja minulle kirjoittaminen on "
    "ilmaista. En kerro viesteistäsi kenellekään, mutta tämä sovellus näkee ne. /unohda poistaa kaiken, mitä "
    "minulla on sinusta."
)
OTHER = translatable(
    "Tätä en osaa avata, luen vain tekstiä ja sijainnin. Kirjoitatko saman yhdellä lauseella? Virheet ei haittaa."
)
GROUP = translatable(
    "Täällä muutkin näkevät, mitä kirjoitat. Kirjoita minulle yksityisesti, niin jutellaan kahdestaan."
)
OLD_BUTTON = translatable("Tämä nappi on jo vanha, eikä se enää toimi. Jatketaan tästä: kirjoita tai valitse.")
TOO_MANY_MESSAGES = translatable(
    "Viestejä tuli nyt monta peräkkäin. Odota pieni hetki, niin jatketaan. Jos tarvitset apua heti, nämä auttavat:"
)
HELP_NOW = translatable("Näistä saat apua heti, eikä sinun tarvitse kertoa nimeäsi:")
TELL_ME = translatable("Voit myös kertoa minulle, mistä on kyse. Autan valitsemaan.")
CRISIS = "Kriisiapu"


def crisis_help(language: str) -> dict[str, Any]:
    """Returns who helps at once; it needs neither Rasa nor the catalogue."""
    text = f"{translate(HELP_NOW, language)}\n{emergency_text(language)}\n\n{translate(TELL_ME, language)}"
    crisis = {"title": translate(CRISIS, language), "payload": CRISIS}
    return {"text": text, "buttons": [crisis, *choices(language)]}


def too_many(language: str) -> dict[str, Any]:
    """Returns what is said to somebody who writes faster than can be answered."""
    return {"text": f"{translate(TOO_MANY_MESSAGES, language)}\n{emergency_text(language)}"}


def with_choices(message: str, language: str) -> dict[str, Any]:
    """Returns a message of this module with what one can go on with."""
    return {"text": translate(message, language), "buttons": choices(language)}
