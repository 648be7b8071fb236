"""A real browser, the real web server, and a Rasa that says what a test has written for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service_catalog.compile import compile_catalogue

from .chat import Chat
from .chromium import BROWSERS, open_browser
from .fake_rasa import FakeRasa
from .host import Host
from .web_server import WebServer

PATIENCE = 20_000  # milliseconds until something that has to come is missed; a busy machine takes its time
NEUTRAL = "https://www.ilmatieteenlaitos.fi/"
BEGUN = """async (patience) => {
    const late = performance.now() + patience;
    while (!document.querySelector("saattaja-chat").conversation) {
        if (performance.now() > late) throw new Error("the conversation was not loaded");
        await new Promise((wait) => setTimeout(wait, 10));
    }
}"""

expect.set_options(timeout=PATIENCE)


# Not of the session: while Playwright runs, this thread has a running event loop, which other tests must not meet.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        if browser is None:
            pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed (scripts/bootstrap --for-tests does)")
        yield browser


@pytest.fixture(scope="package")
def catalog_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    compile_catalogue(path)
    return path


@pytest.fixture(scope="package")
def running_rasa(catalog_file: Path) -> Iterator[FakeRasa]:
    with FakeRasa(catalog_file) as rasa:
        yield rasa


@pytest.fixture(scope="package")
def host(open_door: Any) -> Iterator[Host]:
    """Another site, the one whose pages may have the widget on them."""
    host = Host()
    with open_door(host.application()) as door:
        host.url = door.url.replace("127.0.0.1", "localhost")
        yield host


@pytest.fixture(scope="package")
def server(
    tmp_path_factory: pytest.TempPathFactory, catalog_file: Path, running_rasa: FakeRasa, host: Host
) -> Iterator[WebServer]:
    """The web server that all tests share that leave it running."""
    folder = tmp_path_factory.mktemp("web")
    settings = {"SAATTAJA_ALLOWED_ORIGINS": host.url, "SAATTAJA_TELEGRAM_BOT": "saattaja_bot"}
    with WebServer(folder, catalog_file, running_rasa.url, **settings) as server:
        yield server


@pytest.fixture
def rasa(running_rasa: FakeRasa) -> Iterator[FakeRasa]:
    """Rasa, well and quick when the test begins; whoever wrote to it before is forgotten."""
    running_rasa.reset()
    running_rasa.start()
    yield running_rasa
    running_rasa.reset()


class Visit:
    """A browser context that remembers what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.requests: list[str] = []
        self.expected: set[str] = set()  # addresses of other sites that the test leads to
        self.faults: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("dialog", self._dialog)
        context.on("console", self._console)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"a dialog says {dialog.message!r}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "saattaja:" in message.text):
            self.faults.append(message.text)

    @property
    def strangers(self) -> list[str]:
        """The addresses of other sites that were asked for something."""
        own = {"127.0.0.1", "localhost"}
        parts = {url: urlsplit(url) for url in self.requests if url not in self.expected}
        return [url for url, at in parts.items() if at.scheme in ("http", "https") and at.hostname not in own]

    def end(self) -> None:
        """Closes the context. Fails when a script failed, a policy was broken or another site was asked."""
        self.context.close()
        assert not self.faults, self.faults
        assert not self.strangers, self.strangers


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Returns a new visitor, with Playwright's options of a context. Service workers are off unless a test asks."""
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        defaults = {"locale": "fi-FI", "timezone_id": "Europe/Helsinki", "service_workers": "block"}
        visits.append(Visit(browser.new_context(**{**defaults, **options})))
        return visits[-1]

    yield begin
    for one in visits:
        one.end()


@pytest.fixture
def open_chat(visit: Callable[..., Visit], server: WebServer, rasa: FakeRasa) -> Callable[..., Chat]:
    """Returns a function that opens the chat page in a new context: `open_chat("/?tarve=debt", viewport=...)`."""

    def open_(path: str = "/", **options: Any) -> Chat:
        page = visit(**options).context.new_page()
        page.goto(server.url + path)
        return ready(page)

    return open_


@pytest.fixture
def chat(open_chat: Callable[..., Chat]) -> Chat:
    """The chat page of a first visit, on a phone."""
    return open_chat(viewport={"width": 390, "height": 844})


def ready(page: Page) -> Chat:
    """Waits until the chat of a page can be used."""
    chat = Chat(page)
    expect(chat.input).to_be_visible()
    chat.input.focus()  # what a person does first brings the conversation
    # Not wait_for_function, which evaluates text: the policy of the page forbids that, as it should.
    page.evaluate(BEGUN, PATIENCE)
    return chat
