"""Headers that every answer has, whoever made it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# What a browser heeds only when it shows the answer as a page of its own, or runs it as a worker.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}
# Parts of a page, which with nosniff never become one; a first visit loads some twenty. A worker brings its own policy.
PARTS = frozenset({"text/javascript", "application/javascript", "text/css"})


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_OF_A_PART = _encoded(HEADERS)
_OF_THE_REST = _encoded(HEADERS | PAGE_HEADERS)


class SecurityHeaders:
    """Adds `HEADERS` to every answer, and `PAGE_HEADERS` to all but `PARTS`; what an answer sets itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower(): value for name, value in message["headers"]}
                kind = present.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
                added = _OF_A_PART if kind in PARTS else _OF_THE_REST
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in present)]
            await send(message)

        await self.app(scope, receive, send_with_headers)
