"""Runs the public door: `python -m web`. `saattaja serve` does it with an open socket (SAATTAJA_LISTEN)."""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

from web.app import create_app
from web.settings import Settings, WrongSetting


class Server(uvicorn.Server):
    """Ends the event streams when it is asked to end: they would stay open for ever, and be cut off."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        # A body is bounded by the application, an address and headers by uvicorn; access logs would name people's
        # visits. Whose X-Forwarded-For is believed is ours to know (web/limits.py).
        fixed: dict[str, Any] = {"ws": "none", "access_log": False, "server_header": False, "proxy_headers": False}
        super().__init__(uvicorn.Config(app, **{"timeout_graceful_shutdown": 5, **options, **fixed}))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no new connection, lets what has begun come to its end, and stops."""
        if hasattr(self._app.state, "parts"):
            self._app.state.parts.streams.end_all()
        await super().shutdown(sockets)


def main() -> None:
    """Serves until it is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
    except WrongSetting as error:
        sys.exit(str(error))
    host, port = os.environ.get("SAATTAJA_HOST", "127.0.0.1"), int(os.environ.get("SAATTAJA_PORT", "8080"))
    descriptor = os.environ.get("SAATTAJA_LISTEN")
    sockets = [socket.socket(fileno=int(descriptor))] if descriptor else None
    Server(create_app(settings), host=host, port=port).run(sockets=sockets)


if __name__ == "__main__":
    main()
