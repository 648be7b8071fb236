"""Shared by all tests: a web door in front of stand-ins, and a whole running bot for those marked `model`."""

import socket
import threading
import time

import httpx
import pytest
import uvicorn


class Door:
    """An ASGI application served on a real loopback port, in a thread."""

    def __init__(self, app):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.client = httpx.Client(base_url=self.url, timeout=10, trust_env=False)
        return self

    def __exit__(self, *_):
        self.client.close()
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="session")
def open_door():
    """Returns a context manager that serves an application: `with open_door(app) as door: door.client.get("/")`."""
    return Door
