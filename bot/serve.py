"""`saattaja serve`: from a catalogue in YAML and lessons for a model to a bot that answers, and keeps
answering."""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from bot.progress import Progress, Step
from bot.supervisor import Program, ProgramFailed, Supervisor
from bot.training import ROOT, TrainingFailed, locked, quiet_environment, tail, train_if_changed
from messengers import tokens
from messengers.tokens import TokenUnusable
from service_catalog.compile import compile_if_changed
from service_catalog.yaml_source import CatalogError
from translator.settings import TranslatorMisconfigured, describe, from_environment

LOOPBACK = "127.0.0.1"
CATALOG = ROOT / "build" / "catalog.db"
METRICS_PORT = 9464  # where exporters of Prometheus metrics usually are; another is taken when it is in use


@dataclass(frozen=True)
class Settings:
    """How to serve: `host` and `port` of the public door, `profile` (development or production), and `state`,
    the folder that holds the conversations, the database and the logs. SAATTAJA_DATABASE names another database."""

    host: str = LOOPBACK
    port: int = 8080
    profile: str = "development"
    state: Path = ROOT / "var"


class CannotServe(Exception):
    """Something stands in the way; the text says what, and what to do about it."""


async def serve(settings: Settings, progress: Progress) -> None:
    """Prepares what has changed, starts everything and keeps it running until SIGINT, SIGTERM or SIGHUP.

    Every process that it started has then ended; a second signal ends them without asking. Raises
    CannotServe.
    """
    with only_one(settings.state), open_door(settings.host, settings.port) as door:
        serving = asyncio.ensure_future(_serve(settings, progress, door))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            progress.say("✓ Stopped")


async def _serve(settings: Settings, progress: Progress, door: socket.socket) -> None:
    try:
        progress.say(describe(from_environment(os.environ)))
        for line in tokens.describe(os.environ):
            progress.say(line)
    except (TranslatorMisconfigured, TokenUnusable) as error:
        raise CannotServe(str(error)) from None
    await prepare_catalogue(progress)
    try:
        model = await train_if_changed(progress)
    except TrainingFailed as error:
        raise CannotServe(str(error)) from None
    supervisor = Supervisor(programs(settings, model, door), progress.say)
    running = asyncio.ensure_future(supervisor.run())
    try:
        with progress.step("Starting") as step:
            await _unless_ended(running, wait_until_ready(door, step))
            step.done = f"Ready: {address(settings)}   (Ctrl-C stops it)"
        supervisor.ready = True
        await asyncio.shield(running)
    except ProgramFailed as error:
        raise CannotServe(f"{error}. Its last lines:\n{tail(error.program.log)}") from None
    finally:
        await _end(running, supervisor)


async def _unless_ended(running: asyncio.Future[None], work: Coroutine[Any, Any, None]) -> None:
    """Awaits `work`; raises what `running` raised if that ends before."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait({running, working}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        working.result()
    finally:
        working.cancel()


async def _end(running: asyncio.Future[None], supervisor: Supervisor) -> None:
    running.cancel()
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:  # asked a second time
        supervisor.kill()
        await asyncio.wait({running})


async def prepare_catalogue(progress: Progress) -> None:
    """Compiles the catalogue when it has changed. One with mistakes leaves the last good one in use.

    Raises CannotServe when there is no good one yet.
    """
    with progress.step("Compiling the catalogue") as step:
        try:
            changed = await asyncio.to_thread(compile_if_changed, CATALOG)
        except CatalogError as error:
            progress.say(str(error))
            count = f"The catalogue has {len(error.problems)} mistakes, listed above"
            if not CATALOG.exists():
                raise CannotServe(f"{count}. Mend them and start again.") from None
            step.done = f"{count}; the last good one stays in use until they are mended"
        else:
            step.done = "Compiled the catalogue" if changed else "The catalogue is up to date"


def programs(settings: Settings, model: Path, door: socket.socket) -> list[Program]:
    """Returns what has to run, in the order in which it ends: the door first, so that nothing new comes
    in."""
    rasa_port, actions_port = free_port(), free_port()
    endpoints = settings.state / "run" / "endpoints.yml"
    write_endpoints(endpoints, f"http://{LOOPBACK}:{actions_port}/webhook", settings.state / "conversations.db")
    common = {
        **os.environ,
        **quiet_environment(),
        "SAATTAJA_DATABASE": os.environ.get("SAATTAJA_DATABASE")
        or f"sqlite:///{(settings.state / 'saattaja.db').absolute()}",
        "SAATTAJA_CATALOG": str(CATALOG),
        "SAATTAJA_RASA": f"http://{LOOPBACK}:{rasa_port}",
        "SAATTAJA_PUSH_KEY": os.environ.get("SAATTAJA_PUSH_KEY") or str((settings.state / "vapid.pem").absolute()),
    }

    def program(name: str, *arguments: str, descriptors: tuple[int, ...] = (), **environment: str) -> Program:
        command = [sys.executable, "-m", "bot.child", *arguments]
        log = settings.state / "logs" / f"{name}.log"
        return Program(name, command, {**common, **environment}, log, ROOT, descriptors)

    return [
        program(
            "web",
            "web",
            descriptors=(door.fileno(),),
            SAATTAJA_LISTEN=str(door.fileno()),
            SAATTAJA_PROFILE=settings.profile,
            SAATTAJA_METRICS_PORT=os.environ.get("SAATTAJA_METRICS_PORT") or str(METRICS_PORT),  # its log says where
            SAATTAJA_ACTIONS=f"http://{LOOPBACK}:{actions_port}",
        ),
        program(
            "rasa",
            "bot.rasa_server",
            *("run", "--interface", LOOPBACK, "--port", str(rasa_port), "--model", str(model)),
            *("--endpoints", str(endpoints), "--credentials", str(ROOT / "bot" / "credentials.yml")),
            SANIC_WORKERS="1",  # the lock store orders the messages of one process
        ),
        program(
            "actions",
            "rasa_sdk",
            *("--actions", "actions", "--port", str(actions_port)),
            SANIC_HOST=LOOPBACK,  # rasa-sdk listens to everybody otherwise
            ACTION_SERVER_SANIC_WORKERS="1",
        ),
        program("reminders", "bot.keeping_in_touch"),
        *(program(name, f"messengers.{name}") for name in tokens.messengers_on(os.environ)),
    ]


def write_endpoints(target: Path, action_url: str, conversations: Path) -> None:
    """Writes bot/endpoints.yml with the addresses of this run. A database named there by `url` stays."""
    yaml = YAML()
    endpoints: dict[str, Any] = yaml.load(ROOT / "bot" / "endpoints.yml")
    endpoints["action_endpoint"]["url"] = action_url
    if "url" not in endpoints["tracker_store"]:
        endpoints["tracker_store"]["db"] = str(conversations.absolute())
    target.parent.mkdir(parents=True, exist_ok=True)
    yaml.dump(endpoints, target)


async def wait_until_ready(door: socket.socket, step: Step) -> None:
    """Returns once a message would be answered at `door`; shows in `step` what is still missing.

    Raises CannotServe when the model is the reason: Rasa loads it before it answers anybody.
    """
    host, port = door.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as client:
        while missing := await _missing(client):
            if "model" in missing and "rasa" not in missing:
                raise CannotServe(f"{missing['model']} Rasa's log tells why.")
            step.doing = f"Starting; waiting for {', '.join(missing)}"
            await asyncio.sleep(0.25)


async def _missing(client: httpx.AsyncClient) -> dict[str, str]:
    """Returns the checks that don't pass yet with their reasons."""
    try:
        checks = (await client.get("/readyz")).json()["checks"]
        return {name: check["reason"] for name, check in checks.items() if not check["ok"]}
    except (httpx.HTTPError, ValueError, KeyError):
        return {"web": "it does not answer"}


def open_door(host: str, port: int) -> socket.socket:
    """Returns a socket bound to the public address, so that it is ours before the long work begins.

    It does not listen yet: who calls too early is refused rather than kept waiting. Raises CannotServe.
    """
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError) as error:
        door.close()
        raise CannotServe(f"Port {port} of {host} can't be had: {_why(error, port)}") from None
    return door


def _why(error: Exception, port: int) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        other = port + 1
        return f"another program uses it. Stop that one, or take another: --port {other} (make serve PORT={other})."
    if number == errno.EACCES:
        return "ports below 1024 need root. Take one above: --port 8080."
    if number == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return "this machine has no such address. Try --host 127.0.0.1, or 0.0.0.0 for all of its addresses."
    return f"{error}. Ports go from 1 to 65535."


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Holds the folder of conversations and logs for this process. Raises CannotServe when another one has it."""
    remedy = "give this one a folder of its own: --state FOLDER"
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = os.open(state / "serve.lock", os.O_CREAT | os.O_WRONLY)
    except OSError as error:
        raise CannotServe(f"{state} can't be written ({error.strerror}); {remedy}.") from None
    with open(file, "w") as lock:
        if not locked(lock):
            raise CannotServe(f"Another saattaja serve uses {state}. Stop that one, or {remedy}.")
        yield


def address(settings: Settings) -> str:
    """Returns the URL under which this machine reaches the public door."""
    host = {"0.0.0.0": "localhost", "::": "localhost", LOOPBACK: "localhost"}.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def free_port() -> int:
    """Returns a port on loopback that nobody uses."""
    with socket.socket() as candidate:
        candidate.bind((LOOPBACK, 0))
        port: int = candidate.getsockname()[1]
        return port
