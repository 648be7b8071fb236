"""A stand-in for the web door: the conversation API with scripted replies, and pages with the chat on them.

A test turns its switches: `fake.down = True` refuses everything, `fake.waiting = True` answers 202 until `wake()`,
`fake.limit_for = 3` refuses messages with 429, `forget()` loses every conversation, `push()` says something unasked.
To look at the chat by hand: `python -m tests.browser.fake_api` and http://127.0.0.1:8099/.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from service_catalog.emergency import EMERGENCY_CONTACTS

STATIC = Path(__file__).parents[2] / "web" / "static"
HELSINKI = ZoneInfo("Europe/Helsinki")
FREE = "maksuton, ei näy puhelinlaskussa"
MAP = "https://www.openstreetmap.org/?mlat=61.4981&mlon=23.7608#map=16/1/2"
PING = 5.0  # seconds between signs of life

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html><html lang="fi"><head><meta charset="utf-8"><title>Tukipalveluun saattaja</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<link rel="stylesheet" href="/page.css"><script src="/widget.js" async></script></head>
<body><main><h1>Tukipalveluun saattaja</h1><saattaja-chat data-mode="page"></saattaja-chat></main></body></html>"""
PAGE_CSS = """html, body, main { height: 100%; margin: 0; background: #f6f3ee }
@media (prefers-color-scheme: dark) { html { background: #15141d } }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }"""
# A host page that does all that a host page can do wrong.
HOST = """<!doctype html><html lang="fi" dir="{direction}"><head><meta charset="utf-8"><title>Kunnan sivu</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/{style}.css"><script src="/widget.js" {attributes} async></script></head>
<body><main><h1>Nuorten palvelut</h1><p>Kunnan oma sivu.</p><button id="host-button">Sivun oma nappi</button></main>
</body></html>"""
HOSTILE_CSS = """
* { all: unset !important; color: red !important; font: 40px/3 fantasy !important; transform: rotate(3deg) !important;
    box-sizing: content-box !important; letter-spacing: 1em !important; text-transform: uppercase !important;
    margin: 30px !important; padding: 30px !important; outline: none !important; animation: none !important;
    visibility: visible !important; opacity: .4 !important; z-index: -1 !important; float: left !important }
html { font-size: 5px !important } body { position: relative !important; filter: blur(0) !important }
saattaja-chat { display: none !important; position: static !important; width: 20px !important }"""


def channel(kind: str, label: str, url: str | None, cost: str | None = FREE) -> dict[str, Any]:
    """A way to reach a service, as the rich reply has it."""
    return {"type": kind, "label": label, "url": url, "cost": cost}


def service(id: str, name: str, summary: str, channels: list[dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """A service card, as the rich reply has it."""
    rest = {
        "why": [],
        "needs": ["mental_health"],
        "first_step": "",
        "what_happens": None,
        "distance_km": None,
        "open_now": None,
        "opens": None,
        "verified": "2026-09-08",
        "next_session": None,
    }
    return {"id": id, "name": name, "summary": summary, **rest, **facts, "channels": channels}


def tomorrow_at(hour: int) -> str:
    """ISO 8601 in Finland."""
    then = datetime.now(HELSINKI) + timedelta(days=1)
    return then.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def services() -> dict[str, dict[str, Any]]:
    """Made-up and real services by id: enough to show every part of a card."""
    cards = [
        service(
            "sekasin-chat",
            "Sekasin-chat",
            "Nimetön chat 12–29-vuotiaille. Voit jutella mistä tahansa, mikä painaa mieltä.",
            [channel("chat", "Chat", "https://sekasin.fi")],
            why=["koska kirjoitit ”ahistaa”", "ei tarvitse soittaa", "saat olla nimetön"],
            first_step="Mene osoitteeseen sekasin.fi ja avaa chat.",
            what_happens="Jonoa on usein. Kun vuorosi tulee, koulutettu päivystäjä kirjoittaa sinulle.",
            open_now=True,
        ),
        service(
            "ohjaamo-tampere",
            "Ohjaamo Tampere",
            "Neuvontapaikka alle 30-vuotiaille: koulu, työ, raha ja jaksaminen. Voit tulla ilman ajanvarausta.",
            [
                channel("phone", "Puhelin", "tel:0400000000", "oma puhelumaksu, näkyy puhelinlaskussa"),
                channel("sms", "WhatsApp ja tekstiviesti", "sms:0400000000", "oma puhelumaksu"),
                channel("web", "Verkkosivu", "https://example.org/ohjaamo"),
                channel("visit", "Käynti", MAP, "maksuton") | {"point": {"latitude": 61.4981, "longitude": 23.7608}},
            ],
            why=["koska kirjoitit ”koulus”", "omalla paikkakunnallasi: Tampere"],
            first_step="Tule käymään tai laita viesti: ”Moi, tarviin apua, voiko tulla juttelemaan?”",
            what_happens="Ohjaaja kysyy, mitä haluaisit saada eteenpäin. Nimeä ei tarvitse kertoa.",
            distance_km=1.3,
            open_now=False,
            opens=tomorrow_at(12),
            next_session=tomorrow_at(15),
        ),
        service(
            "velkaneuvonta",
            "Talous- ja velkaneuvonta",
            "Ilmainen apu, kun laskut ovat jääneet maksamatta tai ulosotto uhkaa. Velkaneuvoja auttaa.",
            [
                channel("phone", "Puhelin", "tel:0295000000", "oma puhelumaksu, näkyy puhelinlaskussa"),
                channel("email", "Sähköposti", "mailto:neuvonta@example.org"),
            ],
            why=["auttaa myös tässä: velat"],
            first_step="Soita tai kirjoita ja kerro, että laskuja on jäänyt maksamatta.",
            distance_km=24.0,
        ),
        service(
            "hatanumero-112",
            "Hätänumero 112",
            "Apua heti, kun jonkun henki tai turvallisuus on vaarassa.",
            [
                channel("phone", "Puhelin", "tel:112", "maksuton"),
                channel("web", "Verkkosivu", "https://112.fi"),
                channel("sms", "Tekstiviesti", "sms:112", None),
            ],
            why=["apua heti"],
            first_step="Jos et voi puhua, lähetä tekstiviesti numeroon 112: kunta ja osoite, ja mitä on tapahtunut.",
            what_happens="Päivystäjä kysyy, missä olet ja mitä on tapahtunut, ja lähettää avun.",
            open_now=True,
        ),
        service(
            "mieli-kriisipuhelin",
            "MIELI Kriisipuhelin",
            "Puhelin, johon voit soittaa, kun olo on paha. Saat puhua nimettömästi.",
            [channel("phone", "Puhelin", "tel:0925250111", "oma puhelumaksu, näkyy puhelinlaskussa")],
            why=["apua heti"],
            first_step="Soita 09 2525 0111, yölläkin.",
            open_now=True,
        ),
        service(
            "<b>paha</b>",
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script> ${alert(1)}",
            [
                channel("web", "<i>x</i>", "javascript:alert(1)"),
                channel("chat", "x", "data:text/html,<script>alert(1)</script>"),
                channel("odd", "x", "https://example.org/ok", "<b>ilmainen</b>"),
            ],
            why=["<u>syy</u>"],
            first_step="<iframe src=//example.org></iframe>",
            what_happens="<style>*{display:none}</style>",
        ),
    ]
    return {card["id"]: card for card in cards}


ULOSOTTO = "Kun laskua ei makseta pitkään aikaan, viranomainen voi ottaa rahan palkasta tai muista tuloista."


def script(text: str) -> list[dict[str, Any]]:
    """The replies to a message: chosen by a word in it."""
    known = services()
    said = text.casefold()
    onwards = ["Lisää vaihtoehtoja", "Laajempi alue", "Valmis viesti", "Ei sopinut"]

    def shown(*ids: str, crisis: bool = False) -> dict[str, Any]:
        return {"type": "services", "crisis": crisis, "services": [known[id] for id in ids]}

    def buttons(*titles: str) -> list[dict[str, str]]:
        return [{"title": title, "payload": title} for title in titles]

    if any(word in said for word in ("tappaa", "kriisi", "die")):
        return [
            {
                "text": "Hyvä, että kirjoitit. Tämä on tärkeää, ja apua saa heti.\n\nJos joku on nyt hengenvaarassa, "
                "lähetä tekstiviesti numeroon 112 tai soita 112.",
            },
            {
                "text": "Olen botti, mutta näissä vastaa oikea ihminen. Saat kertoa juuri sen verran kuin jaksat.\n\n"
                "Aiotko satuttaa itseäsi juuri nyt?",
                "custom": shown("hatanumero-112", "sekasin-chat", "mieli-kriisipuhelin", crisis=True),
                "buttons": buttons("Kyllä", "En", "En tiedä"),
            },
        ]
    if "ulosot" in said or "velka" in said:
        return [
            {
                "text": "Kiitos kun kerroit. Aiheena: velat. Kun ulosotto on ovella, apua saa ilmaiseksi.",
                "custom": shown("velkaneuvonta"),
                "buttons": buttons(*onwards),
                "hard_words": [
                    {"word": "ulosotto", "term": "ulosotto", "plain": ULOSOTTO},
                    {"word": "Velkaneuvoja", "term": "velkaneuvoja", "plain": "Ihminen, joka käy laskut läpi."},
                ],
            }
        ]
    if "valmis viesti" in said:
        message = "Moi! Mua on ahdistanut pitkään. Olenko oikeassa paikassa, ja mitä voisin tehdä ensin?"
        start = "Tässä viesti palveluun Sekasin-chat. Kopioi se ja muuta mitä haluat."
        return [{"text": f"{start}\n\n”{message}”", "buttons": buttons("Lisää vaihtoehtoja")}]
    if "paha" in said:
        return [
            {
                "text": "<b>lihava</b> <img src=x onerror=alert(1)> [linkki](javascript:alert(1))",
                "custom": shown("<b>paha</b>"),
                "buttons": [{"title": "<i>vino</i>", "payload": "<i>vino</i>"}],
                "image": "javascript:alert(1)",
                "hard_words": [{"word": "<b>lihava</b>", "term": "x", "plain": "<img src=x onerror=alert(1)>"}],
            }
        ]
    if "arabia" in said:
        return [{"text": "مرحبا! يمكنك الكتابة بلغتك.", "buttons": buttons("نعم", "لا")}]
    if any(word in said for word in ("ahis", "ahdis", "koul", "anx", "ångest")):
        return [
            {
                "text": "Kiitos kun kerroit. Aiheena: ahdistus ja koulu. Tässä kolme palvelua, joista voisi olla apua.",
                "custom": shown("sekasin-chat", "ohjaamo-tampere", "velkaneuvonta"),
            },
            {
                "text": "Missä päin olet? Kerro kunta tai postinumero, niin katson myös läheltä. Ei ole pakko.",
                "buttons": buttons(*onwards, "Ei paikalla ole väliä"),
            },
        ]
    if "aloita alusta" in said:
        return [{"text": "Aloitetaan alusta, unohdin äskeiset. Mikä painaa? Yksi lause riittää."}]
    return [{"text": f"Kuulin: {text}", "buttons": buttons("En tiedä mistä aloittaa", "Haluan puhua ihmiselle")}]


@dataclass
class Conversation:
    """The events of one token, and who listens."""

    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)  # the messages as they came
    presets: dict[str, Any] = field(default_factory=dict)
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    passing: list[str] = field(default_factory=list)  # kinds of events without a number

    def add(self, kind: str, body: dict[str, Any], message_id: str | None = None) -> dict[str, Any]:
        """Keeps an event and tells the streams."""
        at = datetime.now(HELSINKI).isoformat()
        event = {"id": 10 * len(self.events) + 7, "kind": kind, "at": at, "message_id": message_id, "body": body}
        self.events.append(event)
        self.wake()
        return event

    def wake(self) -> None:
        """Has every stream look again."""
        self.grown.set()
        self.grown = asyncio.Event()


class FakeApi:
    """The application is `app`; the switches may be turned while it runs, also from another thread."""

    def __init__(self) -> None:
        self.down = False  # every request of the API is answered 502, as a proxy does
        self.waiting = False  # Rasa is away: messages are answered 202
        self.limit_for = 0  # seconds; messages are answered 429
        self.delay = 0.0  # seconds that an answer takes
        self.conversations: dict[str, Conversation] = {}
        self.creations: list[dict[str, Any]] = []
        self.erased = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        routes = [
            Route("/", self._page),
            Route("/host", self._host),
            Route("/page.css", lambda request: Response(PAGE_CSS, media_type="text/css")),
            Route("/hostile.css", lambda request: Response(HOSTILE_CSS, media_type="text/css")),
            Route("/calm.css", lambda request: Response("body { font-family: serif }", media_type="text/css")),
            Route("/widget.js", self._widget),
            Route("/crisis-contacts.js", self._contacts),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/api/conversations", self._create, methods=["POST"]),
            Route("/api/messages", self._message, methods=["POST"]),
            Route("/api/events", self._events),
            Route("/api/conversation", self._conversation, methods=["GET", "DELETE"]),
            Route("/api/services/{id:path}", self._service),
            Route("/api/needs", self._needs),
            Route("/_switch", self._switch, methods=["POST"]),
        ]
        anywhere = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        self.app = Starlette(routes=routes, middleware=[anywhere])

    # ---- for tests ----

    def wake(self) -> None:
        """Rasa is back: what waits is answered over the stream."""
        self.waiting = False
        self._call(self._answer_all)

    def push(self, body: dict[str, Any]) -> None:
        """Says something that nobody asked for, in every conversation."""
        self._call(lambda: [one.add("reply", body) for one in self.conversations.values()])

    def forget(self) -> None:
        """Loses every conversation, as an operator who restored an old backup."""
        self._call(self.conversations.clear)

    def break_streams(self) -> None:
        """Ends every open stream."""
        self._call(lambda: [(one.passing.append("end"), one.wake()) for one in self.conversations.values()])

    def _call(self, task: Any) -> None:
        if self._loop is None:
            task()
            return
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (task(), done.set()))
        done.wait(5)

    # ---- pages ----

    def _html(self, text: str) -> Response:
        return HTMLResponse(text, headers={"Content-Security-Policy": CSP})

    async def _page(self, request: Request) -> Response:
        return self._html(PAGE)

    async def _host(self, request: Request) -> Response:
        """`?style=hostile&dir=rtl`; every other parameter becomes a data attribute of the script tag."""
        given = dict(request.query_params)
        style, direction = given.pop("style", "calm"), given.pop("dir", "ltr")
        attributes = " ".join(f'data-{name}="{value}"' for name, value in given.items())
        return self._html(HOST.format(style=style, direction=direction, attributes=attributes))

    async def _widget(self, request: Request) -> Response:
        return Response((STATIC / "widget.js").read_bytes(), media_type="text/javascript")

    async def _contacts(self, request: Request) -> Response:
        contacts = [{"name": one.name, "how": one.how, "url": one.url} for one in EMERGENCY_CONTACTS]
        code = f"export const contacts = {json.dumps(contacts, ensure_ascii=False)};\n"
        return Response(code, media_type="text/javascript")

    async def _switch(self, request: Request) -> Response:
        """Turns switches by hand: `{"down": true}`; `{"push": body}`, `{"wake": true}` and `{"forget": true}` act."""
        for name, value in (await request.json()).items():
            if name == "push":
                for one in self.conversations.values():
                    one.add("reply", value)
            elif name == "wake":
                self.waiting = False
                self._answer_all()
            elif name == "forget":
                self.conversations.clear()
            else:
                setattr(self, name, value)
        return Response(status_code=204)

    # ---- the API ----

    def _refusal(self, status: int, code: str, message: str, **headers: str) -> Response:
        content = {"error": code, "reason": "The stand-in was told to.", "message": message}
        return JSONResponse(content, status, headers=headers)

    def _found(self, request: Request) -> Conversation | Response:
        self._loop = asyncio.get_running_loop()
        if self.down:
            return Response("Bad gateway", 502)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.conversations.get(token) or self._refusal(401, "unknown_conversation", "Aloita uusi keskustelu.")

    async def _create(self, request: Request) -> Response:
        if self.down:
            return Response("Bad gateway", 502)
        token = secrets.token_urlsafe(32)
        presets = await request.json()
        self.creations.append(presets)
        self.conversations[token] = Conversation(presets=presets)
        return JSONResponse({"token": token, "expires": tomorrow_at(12)}, 201)

    async def _message(self, request: Request) -> Response:
        found = self._found(request)
        if isinstance(found, Response):
            return found
        if self.limit_for:
            return self._refusal(429, "too_many", "Hetki vielä.", **{"Retry-After": str(self.limit_for)})
        sent = await request.json()
        if len(sent["text"]) > 5_000:
            return self._refusal(413, "too_long", "Viesti on liian pitkä. Lyhennä sitä vähän.")
        same = [event for event in found.events if event["message_id"] == sent["id"]]
        if same:
            return JSONResponse({"events": same})
        found.asked.append(sent)
        body = {"text": sent["text"], **({"location": True} if sent.get("location") else {})}
        own = found.add("message", body, sent["id"])
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.waiting:
            return JSONResponse({"events": [own], "waiting": True}, 202)
        replies = [found.add("reply", reply, sent["id"]) for reply in script(sent["text"])]
        return JSONResponse({"events": [own, *replies]})

    def _answer_all(self) -> None:
        for one in self.conversations.values():
            answered = {event["message_id"] for event in one.events if event["kind"] == "reply"}
            for event in [event for event in one.events if event["kind"] == "message"]:
                if event["message_id"] not in answered:
                    for reply in script(event["body"]["text"]):
                        one.add("reply", reply, event["message_id"])

    async def _events(self, request: Request) -> Response:
        found = self._found(request)
        if isinstance(found, Response):
            return found
        after = int(request.query_params.get("after", 0))
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._stream(found, after), media_type="text/event-stream", headers=headers)

    async def _stream(self, found: Conversation, after: int) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        while not self.down:
            grown = found.grown
            if "end" in found.passing:
                found.passing.clear()
                return
            for event in [event for event in found.events if event["id"] > after]:
                after = event["id"]
                yield f"id: {after}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
            try:
                await asyncio.wait_for(grown.wait(), PING)
            except asyncio.TimeoutError:
                yield ": ping\n\n"

    async def _conversation(self, request: Request) -> Response:
        found = self._found(request)
        if isinstance(found, Response):
            return found
        if request.method == "GET":
            return JSONResponse({"presets": found.presets, "events": found.events})
        self.erased += 1
        self.conversations = {token: one for token, one in self.conversations.items() if one is not found}
        return Response(status_code=204)

    async def _service(self, request: Request) -> Response:
        card = services().get(request.path_params["id"])
        return JSONResponse(card) if card else self._refusal(404, "not_found", "Palvelua ei ole.")

    async def _needs(self, request: Request) -> Response:
        return JSONResponse([{"id": "debt", "label": {"fi": "Velat", "sv": "Skulder", "en": "Debts"}}])


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(FakeApi().app, host="127.0.0.1", port=8099, ws="none", log_level="warning")
