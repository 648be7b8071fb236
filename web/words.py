"""What the pages around the chat say, in the languages of the chat. The statements of law are in their templates."""

from __future__ import annotations

from collections.abc import Mapping

from service_catalog.emergency import EMERGENCY_CONTACTS
from translations import LANGUAGES, translatable, translate

_CHAT = {
    "name": translatable("Tukipalveluun saattaja"),
    "description": translatable(
        "Kerro yhdellä lauseella, mikä painaa. Saattaja näyttää, mistä saat apua. Nimeä ei kysytä."
    ),
    "lead": translatable("Kerro yhdellä lauseella, mikä painaa. Näytän, mistä saat apua."),
    "promise": translatable("Olen botti. En kysy nimeä, enkä maksa mitään."),
    "urgent": translatable("Jos tarvitset apua heti"),
    "no_script": translatable(
        "Juttelu tarvitsee JavaScriptin, ja se on nyt pois päältä. Apua saat silti: avaa"
        " chat, lähetä tekstiviesti tai soita. Yksikin lause riittää alkuun."
    ),
    "trouble": translatable(
        "Juttelu ei auennut. Vika on meissä, ei sinussa. Lataa sivu uudestaan, tai ota yhteys alla oleviin."
    ),
    "skip": translatable("Siirry jutteluun"),
    "call": translatable("Soita"),
    "text": translatable("Lähetä tekstiviesti"),
    "open": translatable("Avaa chat"),
    "accessibility": translatable("Saavutettavuus"),
    "privacy": translatable("Tietosuoja"),
    "poster": translatable("Juliste"),
    "about": translatable("Tietoa sivusta"),
    "talk": translatable("Juttelu"),
}

_DOCUMENTS = {
    "privacy_title": translatable("Tietosuoja"),
    "accessibility_title": translatable("Saavutettavuusseloste"),
    "offline_title": translatable("Ei verkkoyhteyttä"),
    "poster-form_title": translatable("Tee juliste"),
    "operator": translatable("Palvelusta vastaa {name}."),
    "no_operator": translatable("Palvelun ylläpitäjä ei ole vielä kertonut nimeään tällä sivulla."),
    "feedback": translatable("Anna palautetta:"),
    "write": translatable("Kirjoita:"),
    "no_feedback": translatable(
        "Palvelun ylläpitäjä ei ole vielä kertonut yhteystietojaan. Tämä asennus ei siksi ole vielä valmis yleiseen "
        "käyttöön."
    ),
    "switchboard": translatable("puhelinvaihde {phone}"),
    "languages": translatable("Sama sivu muilla kielillä"),
}

_POSTER = {
    "title": translatable("Juliste: Tukipalveluun saattaja"),
    "says": translatable("En tiedä, mistä aloittaisin"),
    "answer": translatable("Kerro yhdellä lauseella. Näytän, mistä saat apua."),
    "scan": translatable("Skannaa puhelimella"),
    "or_type": translatable("tai kirjoita selaimeen"),
    "facts": translatable("Ei nimeä. Ei tunnuksia. Ei maksa mitään. Saattaja on botti, ja se vastaa yölläkin."),
    "urgent": translatable("Hätä nyt?"),
    "qr": translatable("QR-koodi, joka avaa saattajan: {}"),
}

_POSTER_MAKING = {
    "print": translatable("Tulosta"),
    "download": translatable("Lataa QR-koodi"),
    "change": translatable("Muuta valintoja"),
    "link_words": translatable("Julisteen linkki:"),
    "dropped": translatable("Emme tunteneet näitä, joten ne jäivät pois: {names}."),
    # What was not known, by the parameter of the link that said it.
    "paikka": translatable("paikka"),
    "tarve": translatable("aihe"),
    "palvelu": translatable("palvelu"),
    "k": translatable("kampanjan nimi"),
    "kieli": translatable("kieli"),
    "whole_country": translatable("Koko Suomi"),
    "any_need": translatable("Mikä tahansa"),
    "no_service": translatable("Ei mikään tietty"),
}


def _in(words: Mapping[str, str], language: str) -> dict[str, str]:
    return {name: translate(finnish, language) for name, finnish in words.items()}


DOCUMENTS = {language: _in(_DOCUMENTS, language) for language in LANGUAGES}
CHAT = {language: _in(_CHAT, language) for language in LANGUAGES}
POSTER = {language: _in(_POSTER, language) for language in LANGUAGES}
POSTER_MAKING = {language: _in(_POSTER_MAKING, language) for language in LANGUAGES}
"""What is around a poster on the screen, and in the form for it; never on the paper."""
CONTACTS = {
    language: {
        contact.url: (translate(contact.name, language), translate(contact.how, language))
        for contact in EMERGENCY_CONTACTS
    }
    for language in LANGUAGES[1:]
}
"""The contacts in Swedish and English, by link: name, and what to do."""
