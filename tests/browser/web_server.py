"""The web server as `saattaja serve` runs it: a process of its own, on a real socket, with a database in a folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_LIMIT = 240  # seconds; a busy machine takes its time
GENEROUS = {
    "SAATTAJA_CONVERSATIONS_PER_ADDRESS": "10000/minute",
    "SAATTAJA_MESSAGES_PER_ADDRESS": "10000/minute",
    "SAATTAJA_MESSAGES_PER_CONVERSATION": "1000/minute",
}


class WebServer:
    """Use it as a context manager; further `settings` are environment variables. It can be killed and started again."""

    def __init__(self, folder: Path, catalog: Path, rasa: str, **settings: str) -> None:
        with socket.socket() as candidate:
            candidate.bind(("127.0.0.1", 0))
            self.port = candidate.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"sqlite:///{folder / 'saattaja.db'}"
        self._output = folder / "web.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SAATTAJA_")},
            "SAATTAJA_PORT": str(self.port),
            "SAATTAJA_RASA": rasa,
            "SAATTAJA_CATALOG": str(catalog),
            "SAATTAJA_DATABASE": self.database,
            **GENEROUS,
            **settings,
        }

    def __enter__(self) -> WebServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Starts it, and returns when it answers."""
        with open(self._output, "ab") as output:
            # bot.child and the pipe: nothing is left behind when the tests themselves are killed.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.child", "web"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_LIMIT
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, self._output.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._process.kill()
        self._process.wait()

    @property
    def is_running(self) -> bool:
        """Whether it was started and not killed since."""
        return self._process.poll() is None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/widget.js", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False
