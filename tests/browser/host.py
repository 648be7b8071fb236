"""A site of somebody else, which has the widget on its page."""

from __future__ import annotations

from string import Template

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

PAGE = Template(
    """<!doctype html><html lang="fi" dir="$direction"><head><meta charset="utf-8"><title>Mallilan kunta</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css">
<script src="/page.js"></script><script src="$widget/widget.js" $attributes async></script></head>
<body><main><h1>Mallilan nuoret</h1><p id="text">Kunnan oma sivu.</p>
<form><input id="field" aria-label="Haku"><button id="own">Hae</button></form>
<p id="long">Pitkä sivu.</p></main><div id="layer"></div></body></html>"""
)


def host_page(widget: str, attributes: str = "", direction: str = "ltr") -> str:
    """Returns the page of a municipality with the script tag of the server at `widget`."""
    return PAGE.substitute(widget=widget, attributes=attributes, direction=direction)


class Host:
    """What the site serves; set before it is visited."""

    def __init__(self) -> None:
        self.url = ""
        self.html = self.css = self.script = self.policy = ""

    def application(self) -> Starlette:
        """Returns the site."""
        routes = [
            Route("/", self._page),
            Route("/page.css", self._css),
            Route("/page.js", self._script),
        ]
        return Starlette(routes=routes)

    def _page(self, request: Request) -> Response:
        return HTMLResponse(self.html, headers={"Content-Security-Policy": self.policy} if self.policy else {})

    def _css(self, request: Request) -> Response:
        return PlainTextResponse(self.css, media_type="text/css")

    def _script(self, request: Request) -> Response:
        return PlainTextResponse(self.script, media_type="text/javascript")
