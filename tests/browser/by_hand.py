"""The chat to try by hand, without a trained model: `python -m tests.browser.by_hand` says where.

The web server is the real one and the cards are the catalogue's; what Rasa says is written down in fake_rasa.py.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from service_catalog.compile import compile_catalogue

from .fake_rasa import FakeRasa
from .web_server import WebServer


@contextmanager
def running_chat() -> Iterator[tuple[str, FakeRasa]]:
    """Gives the address of the chat and the Rasa behind it; nothing of it is kept."""
    with tempfile.TemporaryDirectory() as work:
        catalog = Path(work) / "catalog.db"
        compile_catalogue(catalog)
        with FakeRasa(catalog) as rasa, WebServer(Path(work), catalog, rasa.url) as server:
            yield server.url, rasa


@click.command()
def main() -> None:
    """Serves the chat until Ctrl-C."""
    with running_chat() as (address, rasa):
        click.echo(f"{address}/ and {address}/esimerkki, until Ctrl-C. It has an answer to:")
        for message in rasa.script:
            click.echo(f"  {message}")
        signal.pause()


if __name__ == "__main__":
    main()
