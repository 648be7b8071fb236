"""`make bench`: this bot and a stock Rasa bot side by side, the web server's streams, reminders
planned and sent, the catalogue's search.

    python -m tests.benchmarks [--messages N] [--skip-search] [--json FILE]

Both bots run on this machine one after the other, get the same messages over REST, and keep their conversations in
SQLite. Absolute times belong to the machine; the ratios are what docs/benchmarks.md quotes.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from tests.benchmarks import catalog_search, reminder_planning, reminders, stock_bot, streams
from tests.benchmarks.rest_load import Load, measure

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "bench"
START_LIMIT = 300  # seconds
ROWS = {
    "p50": ("p50 per message, ms", 0.6),
    "p95": ("p95 per message, ms", None),
    "messages_per_second": ("messages/s, 8 at once", None),
    "turn_10": ("p50 at turn 10, ms", None),
    "turn_200": ("p50 at turn 200, ms", None),
    "memory": ("memory of the Rasa process, MiB", 0.6),
    "start_up": ("start-up, s", None),
}


@click.command()
@click.option("--messages", "count", default=300, show_default=True, help="Messages sent to each bot.")
@click.option("--skip-search", is_flag=True, help="Leave out the catalogue search.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here too.")
def main(count: int, skip_search: bool, json_file: Path | None) -> None:
    """Measures and prints; nothing is judged."""
    console = Console()
    messages = sample_messages(count)
    with this_bot() as (url, process, start_up):
        ours = measure(url, messages, process, start_up)
    with stock() as (url, process, start_up):
        theirs = measure(url, messages, process, start_up)
    console.print(comparison(ours, theirs))
    result = {"this_bot": dataclasses.asdict(ours), "stock_rasa": dataclasses.asdict(theirs)}
    figures = streams.measure(ROOT / "build" / "catalog.db")
    console.print(streams.table(figures))
    result["web"] = dataclasses.asdict(figures)
    planned = reminder_planning.measure()
    console.print(reminder_planning.table(planned))
    result["reminder_planning"] = dataclasses.asdict(planned)
    kept = reminders.measure()
    console.print(reminders.table(kept))
    result["reminders"] = [dataclasses.asdict(each) for each in kept]
    if not skip_search:
        searches = catalog_search.measure(WORK)
        console.print(catalog_search.table(searches))
        result["search"] = {search.services: dataclasses.asdict(search) for search in searches}
    if json_file:
        json_file.write_text(json.dumps(result, indent=2))


def sample_messages(count: int) -> list[str]:
    """Messages drawn from the training examples that both bots learned from, the same ones every time."""
    read = YAML(typ="safe").load
    examples = [
        line.removeprefix("- ")
        for file in sorted((ROOT / "data" / "nlu").rglob("*.yml"))
        for block in read(file).get("nlu") or []
        for line in str(block.get("examples", "")).splitlines()
        if line.startswith("- ")
    ]
    return random.Random(2026).sample(examples, count)


@contextmanager
def this_bot() -> Iterator[tuple[str, int, float]]:
    """This bot as `saattaja serve` runs it: the URL of the public webhook, the Rasa process, seconds to start."""
    port = free_port()
    state = WORK / "state"  # its own conversations: a bot that is in use is not touched
    shutil.rmtree(state, ignore_errors=True)
    command = [sys.executable, "-m", "bot.cli", "serve", "--port", str(port), "--state", str(state)]
    subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=ROOT, check=True)
    supervisor = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    with running(supervisor, f"http://127.0.0.1:{port}/webhooks/rest/webhook") as (url, start_up):
        yield url, rasa_process(supervisor.pid), start_up


@contextmanager
def stock() -> Iterator[tuple[str, int, float]]:
    """The stock bot, trained when its data changed."""
    folder = WORK / "stock"
    domain, rules = ROOT / "bot" / "domain" / "conversation.yml", ROOT / "data" / "stories" / "rules.yml"
    stock_bot.write_project(folder, ROOT / "data" / "nlu", domain, rules)
    stock_bot.train(folder)
    port = free_port()
    process = stock_bot.start(folder, port)
    with running(process, f"http://127.0.0.1:{port}/webhooks/rest/webhook") as (url, start_up):
        yield url, process.pid, start_up


@contextmanager
def running(process: subprocess.Popen[bytes], webhook: str) -> Iterator[tuple[str, float]]:
    """Waits until the bot answers a message and ends it afterwards; yields the webhook and the seconds it took."""
    start = time.perf_counter()
    try:
        while not _answers(webhook):
            if process.poll() is not None or time.perf_counter() - start > START_LIMIT:
                raise click.ClickException(f"the bot at {webhook} did not start; run it by hand to see why")
            time.sleep(0.2)
        yield webhook, time.perf_counter() - start
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(webhook: str) -> bool:
    try:
        answer = httpx.post(webhook, json={"sender": "ready", "message": "moi"}, timeout=30)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and bool(answer.json())


def rasa_process(supervisor: int) -> int:
    """The process that holds Rasa's model: the largest descendant of the supervisor."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = (int(fields[1]), int(fields[21]))

    def descends(process: int) -> bool:
        while process in parents:
            process = parents[process][0]
            if process == supervisor:
                return True
        return False

    return max((process for process in parents if descends(process)), key=lambda process: parents[process][1])


def comparison(ours: Load, theirs: Load) -> Table:
    """Both bots' figures and their ratio, ours by theirs."""
    table = Table("", "this bot", "stock Rasa", "ratio", "at most")
    for field, (name, limit) in ROWS.items():
        own, other = getattr(ours, field), getattr(theirs, field)
        table.add_row(name, f"{own:.1f}", f"{other:.1f}", f"{own / other:.2f}", f"{limit}" if limit else "")
    own, other = ours.turn_200 / ours.turn_10, theirs.turn_200 / theirs.turn_10
    table.add_row("turn 200 by turn 10", f"{own:.2f}", f"{other:.2f}", f"{own / other:.2f}", "own ≤ 1.5")
    return table


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
