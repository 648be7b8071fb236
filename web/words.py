"""What the pages around the chat say, in the languages of the chat. The statements of law are in their templates."""

from __future__ import annotations

CHAT = {
    "fi": {
        "name": "Tukipalveluun saattaja",
        "description": "Kerro yhdellä lauseella, mikä painaa. Saattaja näyttää, mistä saat apua. Nimeä ei kysytä.",
        "lead": "Kerro yhdellä lauseella, mikä painaa. Näytän, mistä saat apua.",
        "promise": "Olen botti. En kysy nimeä, enkä maksa mitään.",
        "urgent": "Jos tarvitset apua heti",
        "no_script": "Juttelu tarvitsee JavaScriptin, ja se on nyt pois päältä. Apua saat silti:"
        " avaa chat, lähetä tekstiviesti tai soita. Yksikin lause riittää alkuun.",
        "trouble": "Juttelu ei auennut. Vika on meissä, ei sinussa. Lataa sivu uudestaan, tai ota yhteys alla oleviin.",
        "skip": "Siirry jutteluun",
        "call": "Soita",
        "text": "Lähetä tekstiviesti",
        "open": "Avaa chat",
        "accessibility": "Saavutettavuus",
        "privacy": "Tietosuoja",
        "poster": "Juliste",
        "about": "Tietoa sivusta",
    },
    "sv": {
        "name": "Saattaja, vägen till rätt stöd",
        "description": "Berätta med en mening vad som tynger dig. Saattaja visar var du får hjälp. Inget namn.",
        "lead": "Berätta med en mening vad som tynger dig. Jag visar var du får hjälp.",
        "promise": "Jag är en bot. Jag frågar inte efter ditt namn och jag kostar ingenting.",
        "urgent": "Om du behöver hjälp genast",
        "no_script": "Chatten behöver JavaScript, och det är avstängt nu. Du får hjälp ändå:"
        " öppna en chatt, skicka ett sms eller ring. En enda mening räcker för att börja.",
        "trouble": "Chatten öppnades inte. Felet är vårt, inte ditt. Ladda om sidan, eller kontakta någon här nedan.",
        "skip": "Gå till chatten",
        "call": "Ring",
        "text": "Skicka sms",
        "open": "Öppna chatten",
        "accessibility": "Tillgänglighet",
        "privacy": "Dataskydd",
        "poster": "Affisch",
        "about": "Om sidan",
    },
    "en": {
        "name": "Saattaja, your way to the right help",
        "description": "Say in one sentence what is weighing on you. Saattaja shows where to get help. No name.",
        "lead": "Say in one sentence what is weighing on you. I'll show you where to get help.",
        "promise": "I'm a bot. I don't ask for your name, and I cost nothing.",
        "urgent": "If you need help right now",
        "no_script": "The chat needs JavaScript, and it is turned off. You can still get help:"
        " open a chat, send a text message or call. One sentence is enough to begin.",
        "trouble": "The chat didn't open. It's our fault, not yours. Reload the page, or contact one of those below.",
        "skip": "Skip to the chat",
        "call": "Call",
        "text": "Send a text message",
        "open": "Open the chat",
        "accessibility": "Accessibility",
        "privacy": "Privacy",
        "poster": "Poster",
        "about": "About this page",
    },
}

POSTER = {
    "fi": {
        "title": "Juliste: Tukipalveluun saattaja",
        "says": "En tiedä, mistä aloittaisin",
        "answer": "Kerro yhdellä lauseella. Näytän, mistä saat apua.",
        "scan": "Skannaa puhelimella",
        "or_type": "tai kirjoita selaimeen",
        "facts": "Ei nimeä. Ei tunnuksia. Ei maksa mitään. Saattaja on botti, ja se vastaa yölläkin.",
        "urgent": "Hätä nyt?",
        "qr": "QR-koodi, joka avaa saattajan: {}",
    },
    "sv": {
        "title": "Affisch: Saattaja",
        "says": "Jag vet inte var jag ska börja",
        "answer": "Berätta med en mening. Jag visar var du får hjälp.",
        "scan": "Skanna med mobilen",
        "or_type": "eller skriv i webbläsaren",
        "facts": "Inget namn. Inget konto. Kostar ingenting. Saattaja är en bot som svarar också på natten.",
        "urgent": "Akut nöd?",
        "qr": "QR-kod som öppnar Saattaja: {}",
    },
    "en": {
        "title": "Poster: Saattaja",
        "says": "I don't know where to start",
        "answer": "Say it in one sentence. I'll show you where to get help.",
        "scan": "Scan with your phone",
        "or_type": "or type in your browser",
        "facts": "No name. No account. Free of charge. Saattaja is a bot, and it answers at night too.",
        "urgent": "In danger now?",
        "qr": "QR code that opens Saattaja: {}",
    },
}

# The contacts in Swedish and English, by link: name, and what to do. One that isn't here is shown in Finnish.
# The Finnish ones, with their sources, are service_catalog/emergency.py.
CONTACTS = {
    "sv": {
        "https://sekasin.fi": ("Sekasin-chat", "anonym chatt för 12–29-åringar, varje dag, på finska, sekasin.fi"),
        "tel:+358925250111": ("MIELI Kriisipuhelin", "ring 09 2525 0111, dygnet runt, på finska"),
        "tel:112": (
            "Nödnumret 112",
            "skicka ett sms till 112 eller ring 112, när någons liv eller säkerhet är i fara",
        ),
    },
    "en": {
        "https://sekasin.fi": ("Sekasin-chat", "anonymous chat for ages 12–29, every day, in Finnish, sekasin.fi"),
        "tel:+358925250111": ("MIELI Kriisipuhelin", "call 09 2525 0111, day and night, in Finnish"),
        "tel:112": ("Emergency number 112", "text or call 112 when someone's life or safety is in danger"),
    },
}
