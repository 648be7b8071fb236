"""A client of the conversation API for tests, as a page is one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx


class Chat:
    """One conversation over HTTP: `chat.say("moi")`, `with chat.follow() as events: next(events)`."""

    def __init__(self, client: httpx.Client, **presets: str) -> None:
        self.client = client
        self.begun = client.post("/api/conversations", json=presets)
        assert self.begun.status_code == 201, self.begun.text
        self.token = self.begun.json()["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def say(self, text: str, message_id: str | None = None, **fields: Any) -> httpx.Response:
        body = {"id": message_id or str(uuid.uuid4()), "text": text, **fields}
        return self.client.post("/api/messages", json=body, headers=self.headers)

    @contextmanager
    def follow(
        self, last: int | None = None, passing: bool = False, **headers: str
    ) -> Iterator[Iterator[dict[str, Any]]]:
        """Gives the events of the stream as they come; `passing` ones (typing, waiting) only when asked for."""
        headers = self.headers if last is None else {**self.headers, "Last-Event-ID": str(last)}
        with self.client.stream("GET", "/api/events", headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            yield (event for event in events(answer) if passing or "id" in event)


def events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    """Yields the `data` of server-sent events, and holds `id` and `event` against it."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line.startswith(":"):
            yield {"comment": line[1:].strip()}
        elif line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            event = json.loads(fields["data"])
            assert event["kind"] == fields["event"]
            assert str(event.get("id")) == fields.get("id", "None")
            fields = {}
            yield event
        else:
            fields = {}


def texts(found: list[dict[str, Any]]) -> list[str]:
    """Returns the words of events."""
    return [event["body"]["text"] for event in found]
