"""Times a bot over its REST webhook: one message at a time, eight conversations at once, and one long conversation."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

TURNS_PER_CONVERSATION = 5
LONG_CONVERSATION = 202
AROUND = 2
"""A turn's time is the median over this many turns before and after it, and over all long conversations."""


@dataclass(frozen=True)
class Load:
    """What one bot did. Times in milliseconds, memory in MiB, start-up in seconds."""

    p50: float
    p95: float
    messages_per_second: float
    turn_10: float
    turn_200: float
    memory: float
    start_up: float


def measure(url: str, messages: Sequence[str], rasa_process: int, start_up: float) -> Load:
    """All figures of a running bot. Messages go round robin; the first twenty warm it up and are not counted."""
    with httpx.Client(timeout=60) as client:
        for number, message in enumerate(messages[:20]):
            _ask(client, url, f"warm-{number}", message)
        times = [
            _ask(client, url, f"single-{number // TURNS_PER_CONVERSATION}", message)
            for number, message in enumerate(messages)
        ]
        turns = [_long_conversation(client, url, f"long-{number}", messages) for number in range(3)]
    rate = asyncio.run(_throughput(url, messages, 8))
    return Load(
        p50=statistics.median(times),
        p95=statistics.quantiles(times, n=20)[-1],
        messages_per_second=rate,
        turn_10=_at(turns, 10),
        turn_200=_at(turns, 200),
        memory=resident_mib(rasa_process),
        start_up=start_up,
    )


def resident_mib(process: int) -> float:
    """Resident memory of a process in MiB, from /proc (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {process} has no VmRSS: it ended before its memory was read")


def _ask(client: httpx.Client, url: str, sender: str, message: str) -> float:
    start = time.perf_counter()
    response = client.post(url, json={"sender": sender, "message": message})
    elapsed = (time.perf_counter() - start) * 1000
    response.raise_for_status()
    if not response.json():
        raise RuntimeError(f"{url} gave no answer: look at its log; a silent bot must not win a benchmark")
    return elapsed


def _long_conversation(client: httpx.Client, url: str, sender: str, messages: Sequence[str]) -> list[float]:
    return [_ask(client, url, sender, messages[turn % len(messages)]) for turn in range(LONG_CONVERSATION + AROUND)]


def _at(conversations: Sequence[Sequence[float]], turn: int) -> float:
    return statistics.median(time for times in conversations for time in times[turn - 1 - AROUND : turn + AROUND])


async def _throughput(url: str, messages: Sequence[str], concurrency: int) -> float:
    """Messages answered per second with `concurrency` conversations at once, each waiting for its answers."""
    async with httpx.AsyncClient(timeout=60) as client:

        async def converse(number: int) -> None:
            for message in messages[number::concurrency]:
                body = {"sender": f"many-{number}", "message": message}
                (await client.post(url, json=body)).raise_for_status()

        start = time.perf_counter()
        await asyncio.gather(*(converse(number) for number in range(concurrency)))
        return len(messages) / (time.perf_counter() - start)
