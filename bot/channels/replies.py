"""The few sentences a channel says by itself, when no action could: an empty message, a fault of ours."""

from __future__ import annotations

from service_catalog.emergency import emergency_text
from translations import translatable, translate

# A tap sends the Finnish words, as if the person had typed them.
_BUTTONS = (translatable("En tiedä, mistä aloittaa"), translatable("Haluan puhua ihmiselle"))


def empty_message(language: str | None = None) -> dict[str, object]:
    """Returns what answers a message without words."""
    text = translate(
        "Viestissäsi ei näkynyt tekstiä. Kirjoita yhdellä lauseella, mikä painaa, tai valitse tästä.", language
    )
    return {"text": text, "buttons": choices(language)}


def fault(language: str | None = None) -> dict[str, object]:
    """Returns what answers where nothing else could: that it is our fault, and who helps at once."""
    text = translate(
        "Anteeksi, minulla meni nyt jotain rikki, eikä se johdu sinusta. Kokeile hetken päästä uudestaan. "
        "Jos tarvitset apua heti, nämä auttavat:",
        language,
    )
    return {"text": f"{text}\n{emergency_text(language)}", "buttons": choices(language)}


def choices(language: str | None) -> list[dict[str, str]]:
    """Returns the buttons to go on with when nothing else is at hand."""
    return [{"title": translate(words, language), "payload": words} for words in _BUTTONS]


EMPTY_MESSAGE, FAULT = empty_message(), fault()
"""The same in Finnish."""
