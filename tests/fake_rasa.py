"""A stand-in for Rasa as the desks see it: it repeats what it is told, and can be slow, failing or away."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from fake_upstream import FakeUpstream, Reply

WEBHOOK = "/webhooks/widget/webhook"
WEBHOOKS = (WEBHOOK, "/webhooks/telegram/webhook", "/webhooks/discord/webhook")
READY = "/webhooks/rest/ready"
PURGE = "/webhooks/widget/purge"


class FakeRasa(FakeUpstream):
    """Answers "moi" with "Sanoit: moi". `asked` has the messages in the order they came, `most_at_once` how many it
    had of one conversation at a time."""

    def __enter__(self) -> FakeRasa:
        super().__enter__()
        self.reset()
        return self

    def reset(self) -> None:
        """Is well again, and remembers nothing."""
        self.received.clear()
        self.wait = 0.0  # seconds for each message
        self.most_at_once = 0
        self._now: dict[str, int] = {}
        for webhook in WEBHOOKS:
            self.answers("POST", webhook, self._repeat)
        self.answers("GET", READY, Reply({"checks": {"model": None}, "actions": []}))
        self.answers("GET", "/actions", Reply([]))
        self.answers("POST", PURGE, Reply({"deleted": 0}))

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [request.json for request in self.received if request.path in WEBHOOKS]

    @property
    def forgotten(self) -> list[str]:
        return [request.path.rpartition("/")[2] for request in self.received if request.method == "DELETE"]

    def will_forget(self, sender: str) -> None:
        """Lets a conversation be deleted."""
        self.answers("DELETE", f"/webhooks/widget/conversations/{sender}", Reply(body=b"", status=204))

    async def _repeat(self, request: web.Request) -> web.Response:
        message = await request.json()
        sender = message["sender"]
        self._now[sender] = self._now.get(sender, 0) + 1
        self.most_at_once = max(self.most_at_once, self._now[sender])
        try:
            await asyncio.sleep(self.wait)
        finally:
            self._now[sender] -= 1
        return web.json_response([{"recipient_id": sender, "text": f"Sanoit: {message['message']}"}])
