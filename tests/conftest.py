"""Shared by all tests: a web door in front of stand-ins, and a whole running bot for those marked `model`."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from postgresql import PostgreSQL, programs

from people.database import Database
from web.__main__ import Server


class Door:
    """An ASGI application served on a real loopback port, in a thread."""

    def __init__(self, app):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = Server(app, log_level="warning", timeout_graceful_shutdown=1)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "it did not start; its log tells why"
            time.sleep(0.01)
        self.client = httpx.Client(base_url=self.url, timeout=10, trust_env=False)
        return self

    def __exit__(self, *_):
        self.client.close()
        self.stop()
        self._thread.join()

    def stop(self):
        """Asks the server to end, as SIGTERM does."""
        self._server.should_exit = True


@pytest.fixture(scope="session")
def open_door():
    """Returns a context manager that serves an application: `with open_door(app) as door: door.client.get("/")`."""
    return Door


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """Returns a function that gives the URL of a database that nobody has used: `Settings(database=new_database())`."""
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('database')}/saattaja.db"


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL database that may be emptied: SAATTAJA_TEST_POSTGRESQL, or one of a server of its own."""
    given = os.environ.get("SAATTAJA_TEST_POSTGRESQL")
    if given:
        yield given
    elif programs() is None:
        pytest.skip("PostgreSQL isn't installed; scripts/bootstrap --for-tests installs it")
    else:
        with PostgreSQL() as server:
            yield server.url()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/saattaja.db"
    return request.getfixturevalue("empty_postgresql")


@pytest.fixture
def empty_postgresql(postgresql):
    """The URL of an empty PostgreSQL database."""
    engine = sa.create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return postgresql


@pytest.fixture
def database(url):
    """An empty database of each kind, with its tables."""
    database = Database(url)
    database.upgrade()
    yield database
    database.close()


class Stack:
    """`saattaja serve` as people run it, on a free port, with conversations and logs in a folder of its own."""

    START_LIMIT = 900  # seconds; the model is trained first when its lessons have changed

    def __init__(self, state: Path, **environment: str):
        self.environment = {**os.environ, **environment}
        with socket.socket() as candidate:
            candidate.bind(("127.0.0.1", 0))
            self.port = candidate.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.state = state
        self.output = state / "serve.out"
        self.client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def __enter__(self):
        self.state.mkdir(parents=True, exist_ok=True)
        # bot.child and the pipe: nothing is left behind when the tests themselves are killed.
        serve = ["bot.child", "bot.cli", "serve", "--port", str(self.port), "--state", str(self.state)]
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *serve],
                cwd=Path(__file__).parents[1],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + self.START_LIMIT
        while not self.is_ready():
            assert self.process.poll() is None and time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(60)
        self.client.close()

    def is_ready(self):
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def until(self, condition, seconds=120):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)

    def say(self, message, sender):
        """Sends a message and returns the replies, which there must be."""
        answer = self.client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def programs(self):
        """Returns the process ids of what it runs, by name (Linux)."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == self.process.pid and b"bot.child" in command:
                module = command[command.index(b"bot.child") + 1].decode()
                found[
                    {"rasa_sdk": "actions", "bot.rasa_server": "rasa", "bot.keeping_in_touch": "reminders"}.get(
                        module, module
                    )
                ] = int(folder.name)
        return found

    def logs(self):
        """Returns the text of every log and of what was printed."""
        return "".join(file.read_text(errors="replace") for file in [self.output, *self.state.glob("logs/*")])


@pytest.fixture(scope="session")
def start_stack():
    """Returns a context manager that runs a whole bot: `with start_stack(folder) as stack`."""
    return Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """A whole bot that runs, shared by every test that leaves it as it was."""
    with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


def is_alive(process_id):
    """Returns whether a process runs (and has not merely left its entry behind)."""
    try:
        os.kill(process_id, 0)
        return ") Z " not in Path(f"/proc/{process_id}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
