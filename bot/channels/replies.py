"""The few sentences a channel says by itself, when no action could: an empty message, a fault of ours."""

from service_catalog.emergency import emergency_text

# Buttons send the words on them, as if the person had typed them.
_BUTTONS = [
    {"title": "En tiedä, mistä aloittaa", "payload": "En tiedä, mistä aloittaa"},
    {"title": "Haluan puhua ihmiselle", "payload": "Haluan puhua ihmiselle"},
]

EMPTY_MESSAGE: dict[str, object] = {
    "text": "Viestissäsi ei näkynyt tekstiä. Kirjoita yhdellä lauseella, mikä painaa, tai valitse tästä.",
    "buttons": _BUTTONS,
}

FAULT: dict[str, object] = {
    "text": (
        "Anteeksi, minulla meni nyt jotain rikki, eikä se johdu sinusta. Kokeile hetken päästä uudestaan. "
        "Jos tarvitset apua heti, nämä auttavat:\n" + emergency_text()
    ),
    "buttons": _BUTTONS,
}
