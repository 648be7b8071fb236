"""Starts programs, starts again what ends, and leaves nothing behind. Knows nothing of what the programs
do."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

GRACE = 8.0  # seconds a program gets to end before it is killed
STEADY = 60.0  # seconds after which a program counts as having started well
LONGEST_WAIT = 30.0  # seconds between two attempts
ATTEMPTS = 3  # of a program that never was ready


@dataclass(frozen=True)
class Program:
    """A command to keep running. Its standard input stays open as long as its supervisor lives."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    directory: Path | None = None  # where it runs; None is where its supervisor does
    descriptors: Sequence[int] = field(default=())  # open files that it inherits


class ProgramFailed(Exception):
    """A program ended again and again before everything was ready."""

    def __init__(self, program: Program, status: int) -> None:
        super().__init__(f"{program.name} can't start (status {status}); its log is {program.log}")
        self.program = program


class Supervisor:
    """Keeps `programs` running. Call `run`; it returns only by raising, and has then ended every program.

    Programs end in the order in which they are listed.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        say: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.programs = programs
        self.ready = False  # set to True when everything has once been up
        self._say, self._sleep, self._now = say, sleep, now
        self._processes: dict[str, Process] = {}

    async def run(self) -> None:
        """Starts all programs at once and keeps them running until this is cancelled.

        Raises ProgramFailed when one can't start.
        """
        keepers = [asyncio.ensure_future(self._keep_running(program)) for program in self.programs]
        try:
            await asyncio.gather(*keepers)
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            await self._end_all()

    def kill(self) -> None:
        """Ends every program at once, without asking."""
        for process in self._processes.values():
            _signal(process, signal.SIGKILL)

    async def _keep_running(self, program: Program) -> None:
        program.log.parent.mkdir(parents=True, exist_ok=True)
        program.log.write_bytes(b"")
        failures = 0
        while True:
            started = self._now()
            process = self._processes[program.name] = await start(program)
            status = await process.wait()
            failures = 1 if self._now() - started > STEADY else failures + 1
            if failures >= ATTEMPTS and not self.ready:
                raise ProgramFailed(program, status)
            wait = min(LONGEST_WAIT, 2.0 ** (failures - 1))
            self._say(
                f"! {program.name} ended (status {status}); starting it again in {wait:.0f} s. Log: {program.log}"
            )
            await self._sleep(wait)

    async def _end_all(self) -> None:
        for program in self.programs:
            if process := self._processes.get(program.name):
                await end(process)


async def start(program: Program) -> Process:
    """Starts a program in a process group of its own, so that Ctrl-C reaches only who started it."""
    with open(program.log, "ab") as log:
        return await asyncio.create_subprocess_exec(
            *program.command,
            cwd=program.directory,
            env=dict(program.environment),
            stdin=PIPE,
            stdout=log,
            stderr=STDOUT,
            start_new_session=True,
            pass_fds=tuple(program.descriptors),
        )


async def end(process: Process) -> None:
    """Ends a process and its group: asks first, kills after `GRACE` seconds."""
    _signal(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except asyncio.TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
