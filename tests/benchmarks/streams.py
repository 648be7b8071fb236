"""The web server alone: messages while hundreds of event streams are open, and the first paint on a slow phone.

Rasa is a stand-in that answers after 10 ms, so that what is measured is one `web` process with its database.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from rich.table import Table

from tests.browser.chromium import open_browser
from tests.browser.web_server import WebServer

STREAMS = 500
RATE = 20  # messages per second
MESSAGES = 400
ALONE = 200  # messages of the unloaded run, one after the other
RASA_TAKES = 0.010  # seconds
SLOWED = 4  # times, the processor of the phone
PAINTS = 5
LARGEST_RATIO, SLOWEST_PAINT = 1.5, 1_000  # what is aimed at: loaded p95 by unloaded p95; milliseconds


@dataclass(frozen=True)
class Figures:
    """Milliseconds of a message from its request to its answer, and of the first contentful paint; None without a
    browser."""

    unloaded: Sequence[float]
    loaded: Sequence[float]
    paints: Sequence[float] | None


def measure(catalog: Path) -> Figures:
    """Runs a web server of its own and measures it."""
    with tempfile.TemporaryDirectory() as folder:
        unloaded, loaded = asyncio.run(_messages(Path(folder), catalog))
        with WebServer(Path(folder), catalog, "http://127.0.0.1:9") as server:
            return Figures(unloaded, loaded, _paints(server.url))


def table(figures: Figures) -> Table:
    """The figures beside what is aimed at."""
    unloaded, loaded = _p95(figures.unloaded), _p95(figures.loaded)
    result = Table("web", "", "at most")
    for name, times in (
        ("a message alone", figures.unloaded),
        (f"a message, {RATE}/s beside {STREAMS} event streams", figures.loaded),
    ):
        result.add_row(f"p50 / p95 of {name}, ms", f"{statistics.median(times):.1f} / {_p95(times):.1f}", "")
    result.add_row("p95 loaded by alone", f"{loaded / unloaded:.2f}", f"{LARGEST_RATIO}")
    name = f"first contentful paint of /, processor slowed {SLOWED}x, median / slowest, ms"
    if figures.paints:
        paints = f"{statistics.median(figures.paints):.0f} / {max(figures.paints):.0f}"
        result.add_row(name, paints, f"{SLOWEST_PAINT}")
    else:
        result.add_row(name, "no browser", f"{SLOWEST_PAINT}")
    return result


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def _messages(folder: Path, catalog: Path) -> tuple[list[float], list[float]]:
    """Returns the times of messages alone and of those beside many streams."""
    rasa, port = await _start_rasa()
    server = WebServer(folder, catalog, f"http://127.0.0.1:{port}")
    await asyncio.to_thread(server.start)
    unlimited = aiohttp.TCPConnector(limit=0)
    try:
        async with aiohttp.ClientSession(server.url, connector=unlimited, timeout=aiohttp.ClientTimeout()) as session:
            talkers = [await _begin(session) for _ in range(RATE)]
            streams = [await _listen(session, token) for token in talkers]
            for token in talkers:  # each once, uncounted: to warm up
                await _send(session, token)
            alone = [await _send(session, talkers[number % RATE]) for number in range(ALONE)]
            streams += [await _listen(session, await _begin(session)) for _ in range(STREAMS - RATE)]
            crowded = await _at_a_rate(session, talkers)
            if any(stream.content.at_eof() for stream in streams):
                raise RuntimeError("an event stream ended: that must not win a benchmark; the server's log says why")
            for stream in streams:
                stream.close()
    finally:
        server.kill()
        await rasa.cleanup()
    return alone, crowded


async def _start_rasa() -> tuple[web.AppRunner, int]:
    more = {"title": "Näytä lisää", "payload": "Näytä lisää"}

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(RASA_TAKES)
        return web.json_response([{"text": "Kerro vähän lisää, niin osaan etsiä.", "buttons": [more]}])

    application = web.Application()
    application.router.add_post("/webhooks/widget/webhook", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, runner.addresses[0][1]


async def _begin(session: aiohttp.ClientSession) -> str:
    async with session.post("/api/conversations") as answer:
        answer.raise_for_status()
        return str((await answer.json())["token"])


async def _listen(session: aiohttp.ClientSession, token: str) -> aiohttp.ClientResponse:
    """Returns an open stream of events, as a page has one."""
    stream = await session.get("/api/events", headers={"Authorization": f"Bearer {token}"})
    stream.raise_for_status()
    return stream


async def _at_a_rate(session: aiohttp.ClientSession, talkers: Sequence[str]) -> list[float]:
    """Sends at fixed moments, whether those before are answered or not."""
    start = asyncio.get_running_loop().time()
    sending = []
    for number in range(MESSAGES):
        await asyncio.sleep(start + number / RATE - asyncio.get_running_loop().time())
        sending.append(asyncio.create_task(_send(session, talkers[number % RATE])))
    return list(await asyncio.gather(*sending))


async def _send(session: aiohttp.ClientSession, token: str) -> float:
    """Returns the milliseconds until the answer was there."""
    message = {"id": str(uuid.uuid4()), "text": "mua ahistaa"}
    start = time.perf_counter()
    async with session.post("/api/messages", json=message, headers={"Authorization": f"Bearer {token}"}) as answer:
        body = await answer.json()
    elapsed = (time.perf_counter() - start) * 1000
    if answer.status != 200 or len(body["events"]) != 2:
        raise RuntimeError(f"a message was not answered at once (status {answer.status}); is the machine too busy?")
    return elapsed


def _paints(url: str) -> list[float] | None:
    """Returns the times of first contentful paints, each of a browser that was never there before."""
    times = []
    with open_browser() as browser:
        if browser is None:
            return None
        for _ in range(PAINTS):
            page = browser.new_page(viewport={"width": 390, "height": 844}, service_workers="block")
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            page.goto(url)
            page.locator("saattaja-chat textarea").wait_for()
            times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            page.close()
    return times
