"""Street addresses over the network: opt-in, bounded, and never an error."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from service_catalog.geocoding import USER_AGENT, AddressFinder, nominatim

HERVANTA = [{"lat": "61.4480", "lon": "23.8530", "display_name": "Hervanta"}]


class Upstream:
    """A Nominatim of our own on the loopback; `answer` is what it says, `hold` keeps it silent."""

    def __init__(self) -> None:
        self.answer: bytes = json.dumps(HERVANTA).encode()
        self.status = 200
        self.hold = threading.Event()
        self.hold.set()
        self.requests: list[tuple[str, str]] = []
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlparse(self.path).query)
                upstream.requests.append((query["q"][0], self.headers["User-Agent"]))
                upstream.hold.wait(10)
                self.send_response(upstream.status)
                self.end_headers()
                self.wfile.write(upstream.answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.domain = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    thread = threading.Thread(target=upstream.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield upstream
    upstream.hold.set()
    upstream.server.shutdown()
    upstream.server.server_close()


def test_an_address_becomes_coordinates(upstream: Upstream) -> None:
    finder = nominatim(domain=upstream.domain, scheme="http")

    assert finder.find("Insinöörinkatu 1,  Tampere") == (61.448, 23.853)
    assert upstream.requests == [("Insinöörinkatu 1, Tampere", USER_AGENT)]


@pytest.mark.parametrize(
    "status, answer",
    [
        (200, b"[]"),
        (200, b"not json"),
        (200, b'{"error": "x"}'),
        (200, b'[{"lat": "here", "lon": "there", "display_name": ""}]'),
        (200, b'[{"lat": "48.85", "lon": "2.35", "display_name": "Paris"}]'),
        (429, b""),
        (500, b"oops"),
    ],
)
def test_whatever_the_server_answers_there_is_no_error(upstream: Upstream, status: int, answer: bytes) -> None:
    upstream.status, upstream.answer = status, answer

    assert nominatim(domain=upstream.domain, scheme="http").find("Kauppakatu 1") is None


def test_a_silent_server_is_left_in_time(upstream: Upstream) -> None:
    upstream.hold.clear()
    from geopy.geocoders import Nominatim

    finder = AddressFinder(Nominatim(user_agent=USER_AGENT, domain=upstream.domain, scheme="http"), timeout=0.05)

    assert finder.find("Kauppakatu 1") is None


def test_no_server_at_all_gives_none(upstream: Upstream) -> None:
    upstream.server.server_close()

    assert nominatim(domain=upstream.domain, scheme="http").find("Kauppakatu 1") is None


def test_an_empty_address_asks_nobody(upstream: Upstream) -> None:
    assert nominatim(domain=upstream.domain, scheme="http").find("  \n ") is None
    assert upstream.requests == []


def test_the_address_never_reaches_a_log(upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    upstream.status = 500
    nominatim(domain=upstream.domain, scheme="http").find("Salainenkatu 7")

    assert "Salainenkatu" not in caplog.text
