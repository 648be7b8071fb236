import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.child import private_traceback

SECRET = "mun nimi on Eetu"


def traceback_of(raise_it):
    try:
        raise_it()
    except Exception:
        return private_traceback(sys.exc_info())


def from_another():
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(f"could not handle {SECRET}") from error


def while_handling():
    try:
        {}[SECRET]
    except KeyError:
        Path(SECRET).read_text()


def in_a_circle():
    first, second = ValueError(SECRET), KeyError(SECRET)
    first.__cause__, second.__cause__ = second, first
    raise first


@pytest.mark.parametrize("raise_it", [lambda: int(SECRET), from_another, while_handling, in_a_circle])
def test_a_traceback_does_not_quote_values(raise_it):
    assert SECRET not in traceback_of(raise_it)


def test_a_traceback_names_types_places_and_causes():
    told = traceback_of(from_another)
    assert "ValueError\ncaused this:\n" in told
    assert told.endswith("RuntimeError")
    assert "in from_another" in told


def test_what_is_wrong_with_code_is_said():
    assert traceback_of(lambda: None.nothing).endswith("AttributeError: 'NoneType' object has no attribute 'nothing'")
    assert traceback_of(while_handling).endswith("FileNotFoundError: No such file or directory")


def child(tmp_path, code):
    (tmp_path / "program.py").write_text(code)
    return subprocess.Popen(
        [sys.executable, "-m", "bot.child", "program", "an argument"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PYTHONPATH": f"{tmp_path}:."},
    )


def test_a_program_runs_with_its_arguments(tmp_path):
    process = child(tmp_path, "import sys; print(__name__, sys.argv)")
    assert process.stdout.read() == "__main__ " + str([str(tmp_path / "program.py"), "an argument"]) + "\n"


def test_a_program_ends_when_its_parent_is_gone(tmp_path):
    process = child(tmp_path, "import time; print('up', flush=True); time.sleep(1000)")
    assert process.stdout.readline() == "up\n"
    process.stdin.close()  # what the system does for a parent that was killed
    assert process.wait(30) == -signal.SIGTERM


def test_logs_of_a_program_do_not_quote_exceptions(tmp_path):
    code = f"""
import asyncio, logging, structlog
logging.basicConfig()
def fail(): raise ValueError("{SECRET[::-1]}"[::-1])  # the source line is quoted, and may be
try: fail()
except ValueError: logging.exception("failed")
structlog.configure(processors=[structlog.dev.set_exc_info, structlog.processors.dict_tracebacks,
    structlog.processors.JSONRenderer()])
try: fail()
except ValueError: structlog.get_logger().exception("failed too")
async def main():
    asyncio.ensure_future(asyncio.to_thread(fail)); await asyncio.sleep(0.1)
asyncio.run(main())
import gc; gc.collect()
"""
    output = child(tmp_path, code).stdout.read()
    assert "ERROR:root:failed\n" in output and "failed too" in output and "never retrieved" in output
    assert output.count("ValueError") >= 3
    assert SECRET not in output


def test_the_formatter_of_this_process_is_as_it_was():
    assert logging.Formatter.formatException.__module__ == "logging"
