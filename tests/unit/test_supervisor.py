"""The supervisor with real, tiny programs."""

import asyncio
import os
import sys

import pytest

from bot import supervisor as supervisor_module
from bot.supervisor import Program, ProgramFailed, Supervisor

FOREVER = "import time; print('up', flush=True); time.sleep(1000)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(1000)"


@pytest.fixture
def program(tmp_path):
    def make(name, code):
        return Program(name, [sys.executable, "-c", code], os.environ, tmp_path / f"{name}.log")

    return make


async def until(condition):
    async def wait():
        while not condition():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), 30)


def is_up(program):
    return lambda: program.log.exists() and "up" in program.log.read_text()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def stop(running):
    running.cancel()
    await asyncio.wait({running})


async def test_what_ends_is_started_again_after_longer_and_longer_waits(program):
    waits, lines = [], []

    async def sleep(seconds):
        waits.append(seconds)
        await asyncio.sleep(0)

    supervisor = Supervisor([program("brief", "exit(3)")], lines.append, sleep=sleep, now=lambda: 0.0)
    supervisor.ready = True
    running = asyncio.ensure_future(supervisor.run())
    await until(lambda: len(waits) >= 7)
    await stop(running)
    assert waits[:7] == [1, 2, 4, 8, 16, 30, 30]
    assert lines[0].startswith("! brief ended (status 3); starting it again in 1 s. Log: ")


async def test_a_program_that_ran_well_is_started_again_soon(program):
    waits, clock = [], iter(range(0, 10_000, 100))

    async def sleep(seconds):
        waits.append(seconds)
        await asyncio.sleep(0)

    supervisor = Supervisor([program("brief", "")], lambda _: None, sleep=sleep, now=lambda: float(next(clock)))
    running = asyncio.ensure_future(supervisor.run())
    await until(lambda: len(waits) >= 4)
    await stop(running)
    assert set(waits) == {1}


async def test_a_program_that_cannot_start_stops_everything(program):
    other = program("other", FOREVER)
    broken = program("broken", "import sys; sys.exit('no such thing')")
    supervisor = Supervisor([other, broken], lambda _: None, sleep=lambda _: asyncio.sleep(0))
    with pytest.raises(ProgramFailed, match=r"broken can't start \(status 1\)"):
        await supervisor.run()
    assert "no such thing" in broken.log.read_text()
    assert all(process.returncode is not None for process in supervisor._processes.values())


async def test_stopping_ends_programs_in_order_and_their_children_too(program, tmp_path):
    spawn = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}]); print(p.pid); " + FOREVER
    )
    parent, last = program("parent", spawn), program("last", FOREVER)
    supervisor = Supervisor([parent, last], lambda _: None)
    running = asyncio.ensure_future(supervisor.run())
    await until(lambda: is_up(parent)() and is_up(last)())
    grandchild = next(int(line) for line in parent.log.read_text().split() if line.isdigit())
    await stop(running)
    assert all(process.returncode is not None for process in supervisor._processes.values())
    await until(lambda: not alive(grandchild))


async def test_what_does_not_end_when_asked_is_killed(program, monkeypatch):
    monkeypatch.setattr(supervisor_module, "GRACE", 0.05)
    stubborn = program("stubborn", STUBBORN)
    supervisor = Supervisor([stubborn], lambda _: None)
    running = asyncio.ensure_future(supervisor.run())
    await until(is_up(stubborn))
    await stop(running)
    assert supervisor._processes["stubborn"].returncode == -9


async def test_a_log_begins_anew_with_each_supervisor(program):
    chatty = program("chatty", FOREVER)
    chatty.log.write_text("of last time")
    supervisor = Supervisor([chatty], lambda _: None)
    running = asyncio.ensure_future(supervisor.run())
    await until(is_up(chatty))
    await stop(running)
    assert "of last time" not in chatty.log.read_text()
