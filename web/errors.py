"""What goes wrong is told in one shape: `{"error": code, "reason": for developers, "message": for people}`."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_catalog.emergency import emergency_text
from translations import LANGUAGES, translatable, translate

logger = logging.getLogger(__name__)

SORRY = translatable(
    "Anteeksi, en pääse juuri nyt vastaamaan. Vika on minussa, ei sinussa. Kokeile hetken päästä uudestaan. "
    "Jos tarvitset apua heti, nämä auttavat:"
)
TOO_MANY_MESSAGES = translatable(
    "Viestejä tuli nyt monta peräkkäin. Odota pieni hetki, niin jatketaan. Jos tarvitset apua heti, nämä auttavat:"
)
WITH_CONTACTS = (SORRY, TOO_MANY_MESSAGES)
"""What ends with the emergency contacts."""
NOT_UNDERSTOOD = translatable("En saanut viestistäsi selvää. Kirjoitatko sen uudestaan?")
NOT_FOUND = translatable("Tätä ei löytynyt.")

MESSAGES = {
    400: NOT_UNDERSTOOD,
    401: translatable("Tätä keskustelua ei enää löydy. Aloitetaan uusi."),
    404: NOT_FOUND,
    405: NOT_FOUND,
    408: translatable("Yhteys on nyt hidas. Kokeile hetken päästä uudestaan."),
    413: translatable("Viesti on liian pitkä. Lähetä se lyhyempänä, vaikka muutamalla lauseella."),
    422: NOT_UNDERSTOOD,
    429: translatable("Nyt tuli paljon kerralla. Odota pieni hetki, niin jatketaan."),
    503: SORRY,
}
_CODES = {404: "not_found", 405: "wrong_method"}
_REASONS = {404: "There is nothing at this path.", 405: "This path does not take this method; see the header Allow."}


class Problem(Exception):
    """A request that can't be done: HTTP `status`, `error` code, `reason` for developers, `message` for
    people, in Finnish."""

    def __init__(
        self, status: int, error: str, reason: str, message: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason, self.headers = status, error, reason, headers
        self.message = message or MESSAGES[status]

    def response(self, language: str | None = None) -> JSONResponse:
        """Returns the answer that tells it, to people in a language."""
        content = {"error": self.error, "reason": self.reason, "message": told(self.message, language)}
        return JSONResponse(content, self.status, headers=self.headers)


def told(message: str, language: str | None) -> str:
    """Returns what is told to people in a language, with the emergency contacts where they belong to it."""
    contacts = f"\n{emergency_text(language)}" if message in WITH_CONTACTS else ""
    return translate(message, language) + contacts


def language_asked(headers: Headers) -> str | None:
    """Returns the first language of Accept-Language that the bot speaks, or None."""
    asked = (one.split(";")[0].strip()[:2].lower() for one in headers.get("accept-language", "")[:200].split(","))
    return next((one for one in asked if one in LANGUAGES), None)


def unavailable() -> Problem:
    """Returns the problem of a bot that can't answer: an apology, and who can."""
    reason = "The bot is starting, or has a fault. Try again soon."
    return Problem(503, "unavailable", reason, headers={"Retry-After": "5"})


def add_error_handlers(app: FastAPI) -> None:
    """Makes `app` tell everything that goes wrong in the one shape, and never a stack trace."""

    @app.exception_handler(Problem)
    async def tell(request: Request, problem: Problem) -> Response:
        return problem.response(language_asked(request.headers))

    @app.exception_handler(HTTPException)
    async def refuse(request: Request, error: HTTPException) -> Response:
        status = error.status_code
        reason = _REASONS.get(status, error.detail)
        message = MESSAGES.get(status, NOT_UNDERSTOOD)
        problem = Problem(status, _CODES.get(status, "refused"), reason, message, dict(error.headers or {}))
        return problem.response(language_asked(request.headers))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        problem = Problem(422, "invalid", "; ".join(map(_explain, error.errors())))
        return problem.response(language_asked(request.headers))

    @app.exception_handler(ClientDisconnect)
    async def nobody_there(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # the client has gone; nobody reads this


class Apologies:
    """Answers a fault of the program with an apology, inside of what adds headers and counts requests.

    Starlette's own handler of unexpected exceptions stands outside of every middleware: its answer would have no CORS
    headers, so that a widget on another site could not read it. The fault still reaches the server's log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http" or has_begun:
                raise
            logger.exception("A request failed by a fault of the program; who asked got an apology.")
            await unavailable().response(language_asked(Headers(scope=scope)))(scope, receive, send)


def _explain(error: dict[str, Any]) -> str:
    """Returns where a request is wrong and how; never what stood there, which a person may have written."""
    where = ".".join(str(step) for step in error["loc"][1:] if isinstance(step, str)) or str(error["loc"][0])
    return f"{where}: {error['msg']}"[:500]
