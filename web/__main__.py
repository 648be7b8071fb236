"""Runs the public door: `python -m web`. `saattaja serve` does it with an open socket (SAATTAJA_LISTEN)."""

import os
import socket

import uvicorn

from web.app import create_app
from web.settings import Settings


def main() -> None:
    """Serves until it is asked to end."""
    # A body is bounded by the application, an address and headers by uvicorn; access logs would name people's
    # visits.
    config = uvicorn.Config(
        create_app(Settings.from_environment(os.environ)),
        host=os.environ.get("SAATTAJA_HOST", "127.0.0.1"),
        port=int(os.environ.get("SAATTAJA_PORT", "8080")),
        ws="none",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    descriptor = os.environ.get("SAATTAJA_LISTEN")
    sockets = [socket.socket(fileno=int(descriptor))] if descriptor else None
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
