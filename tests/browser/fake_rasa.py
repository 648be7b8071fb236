"""A Rasa that says what a test has written for it, behind the widget connector's contract (bot/channels/widget.py).

Its cards are the catalogue's own. It can be slow, fall over and come back, and it counts what it was asked.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service_catalog.cards import service_card
from service_catalog.catalog import Catalog
from service_catalog.glossary import hard_words

Reply = dict[str, Any]

ANXIOUS = "mua ahistaa nii paljo et en oo käyny koulus kuukauteen"
DEBT = "vuokrat on rästis ja ulosotosta tuli kirje"
CRISIS = "en jaksa enää elää"
GROUP = "missä voi tavata muita nuoria"
NOT_UNDERSTOOD = "Kerro vähän lisää, niin osaan etsiä oikeasta paikasta."
MEETS = "wortti-utsjoki"  # a service with sessions
MORE, PLACE = "Näytä lisää", "Kerron paikan"


class FakeRasa:
    """Use it as a context manager. `script` maps a message to its replies; any other gets `NOT_UNDERSTOOD`."""

    def __init__(self, catalog: Path) -> None:
        self.catalog = Catalog.open(catalog)
        with socket.socket() as candidate:
            candidate.bind(("127.0.0.1", 0))
            self.port = candidate.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._may_answer = threading.Event()
        self._server: uvicorn.Server | None = None
        self.reset()

    def reset(self) -> None:
        """Forgets everybody, and is quick and well again."""
        self.tell_time(datetime.now(timezone.utc))
        self.asked: list[dict[str, Any]] = []  # each message that it handled, once
        self.forgotten: list[str] = []  # conversations that were erased
        self.attempts = 0
        self._answers: dict[tuple[str, str], list[Reply]] = {}
        self._may_answer.set()

    def tell_time(self, now: datetime) -> None:
        """From now on its cards tell which doors are open at this moment."""
        self.script: dict[str, list[Reply]] = scripted(self.catalog, now)

    def __enter__(self) -> FakeRasa:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listens, at the same port as before."""
        if self._server:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        routes = [
            Route("/webhooks/widget/webhook", self._webhook, methods=["POST"]),
            Route("/webhooks/widget/conversations/{sender}", self._forget, methods=["DELETE"]),
            Route("/webhooks/rest/ready", self._ready),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends at once; who is being answered gets nothing. What it answered before is remembered."""
        if self._server:
            self._server.force_exit = self._server.should_exit = True
            self._thread.join()
            self._server = None

    def hold(self) -> None:
        """Answers nobody until `release`."""
        self._may_answer.clear()

    def release(self) -> None:
        """Answers those who wait."""
        self._may_answer.set()

    @property
    def heard(self) -> list[str]:
        """The messages that it handled, in order."""
        return [message["message"] for message in self.asked]

    async def _webhook(self, request: Request) -> Response:
        message = await request.json()
        self.attempts += 1
        while not self._may_answer.is_set():
            await asyncio.sleep(0.01)
        key = (message["sender"], message["message_id"])
        if key not in self._answers:
            self.asked.append(message)
            self._answers[key] = self.script.get(
                message["message"], [{"text": NOT_UNDERSTOOD, "buttons": buttons(PLACE)}]
            )
        return JSONResponse([{"recipient_id": message["sender"], **reply} for reply in self._answers[key]])

    async def _forget(self, request: Request) -> Response:
        self.forgotten.append(request.path_params["sender"])
        return Response(status_code=204)

    async def _ready(self, request: Request) -> Response:
        return JSONResponse({"checks": {"model": None, "tracker_store": None}, "actions": []})


def scripted(catalog: Catalog, now: datetime) -> dict[str, list[Reply]]:
    """What it says to a few messages, with services of the catalogue as they are at a moment."""
    services = partial(_services, catalog, now)
    return {
        ANXIOUS: [
            {
                "text": "Kiitos kun kerroit. Aiheena: ahdistus. Näissä voit jutella heti, etkä tarvitse nimeä.",
                "custom": services(
                    {
                        "sekasin-chat": "mainitsit ahdistuksen",
                        "nyyti": "mainitsit koulun",
                        "mieppi-helsinki": "lähellä",
                    },
                    distance={"mieppi-helsinki": 2.4},
                ),
                "buttons": buttons(MORE, PLACE, "Kirjoita viesti puolestani"),
            }
        ],
        DEBT: [
            explained(
                catalog,
                "Ulosotto ei vie kaikkea, ja siihen saa apua. Velkaneuvonta on sinulle maksuton.",
                custom=services(
                    {"takuusaatio-velkalinja": "mainitsit ulosoton", "talous-ja-velkaneuvonta": "mainitsit vuokran"},
                ),
                buttons=buttons(MORE, PLACE),
            )
        ],
        CRISIS: [
            {
                "text": "Olen tosi iloinen, että kerroit. Et ole tämän kanssa yksin.\n\n"
                "Tässä on apua heti. Ensin se, johon ei tarvitse puhua.",
                "custom": services(
                    {"hatanumero-112": "", "mieli-kriisipuhelin": "", "sekasin-chat": ""},
                    is_crisis=True,
                ),
            },
            {"text": "Oletko nyt turvassa?", "buttons": buttons("Kyllä", "En", "En tiedä")},
        ],
        GROUP: [{"text": "Täällä tavataan joka viikko.", "custom": services({MEETS: "kysyit tapaamisista"})}],
        MORE: [{"text": "Tässä vielä yksi.", "custom": services({"arligt-talat": "på svenska"})}],
    }


def explained(catalog: Catalog, text: str, **more: Any) -> Reply:
    """Returns a reply whose hard words are explained."""
    return {"text": text, "hard_words": [word._asdict() for word in hard_words(text, catalog)], **more}


def _services(
    catalog: Catalog,
    now: datetime,
    because: dict[str, str],
    *,
    is_crisis: bool = False,
    distance: dict[str, float] | None = None,
    language: str = "fi",
) -> dict[str, Any]:
    """Returns the payload that shows services, each with the reason it was chosen; distances in km."""
    cards = []
    for service, reason in because.items():
        card = service_card(catalog, service, now, language)
        assert card, f"the catalogue has no {service}"
        card |= {"why": [reason] if reason else [], "distance_km": (distance or {}).get(service)}
        cards.append(card)
    return {"type": "services", "crisis": is_crisis, "services": cards}


def buttons(*titles: str) -> list[dict[str, str]]:
    """Returns quick replies that send the words on them."""
    return [{"title": title, "payload": title} for title in titles]
