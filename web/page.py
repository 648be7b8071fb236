"""The page at `/` until the chat page is there: what this is, where to get help at once, and how to try
it."""

import base64
import hashlib
from html import escape

from service_catalog.emergency import EMERGENCY_CONTACTS

STYLE = """
body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1f; background: #fff; }
h1 { font-size: 1.6rem; line-height: 1.25 } h2 { font-size: 1.2rem; margin-top: 2rem }
a { color: #0b4fa8 } a:focus-visible { outline: 3px solid #0b4fa8; outline-offset: 2px }
code { overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16161a } a { color: #9cc4ff } }
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

_TRY_IT = """
<h2>Kokeile</h2>
<p>Tällä sivulla ei voi vielä jutella. Voit kokeilla bottia päätteessä: <code>make chat</code></p>
"""
_NOT_YET = "<p>Tällä sivulla ei voi vielä jutella.</p>"


def start_page(development: bool) -> str:
    """Returns the page as HTML. In development it also tells how to try the bot."""
    contacts = "\n".join(
        f'<li><a href="{escape(contact.url)}">{escape(contact.name)}</a>: {escape(contact.how)}</li>'
        for contact in EMERGENCY_CONTACTS
    )
    return f"""<!doctype html>
<html lang="fi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tukipalveluun saattaja</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Tukipalveluun saattaja</h1>
<p>Saattaja on botti. Se auttaa nuorta löytämään sopivan tukipalvelun: kerrot yhdellä lauseella, mikä painaa,
ja se näyttää enintään kolme paikkaa, joista saa apua. Nimeä tai tunnuksia ei tarvita, eikä se maksa
mitään.</p> <h2>Jos tarvitset apua heti</h2> <ul> {contacts} </ul> {_TRY_IT if development else _NOT_YET}
</main> </body> </html>
"""
