"""What every process of the supervisor does before it becomes what it is: `python -m bot.child MODULE
ARGUMENT...`

It ends when its parent is gone, however that went (the parent holds the other end of its standard input), and
no log of it quotes what an exception says, since exceptions quote the values they failed on: people's words.
"""

import logging
import os
import runpy
import signal
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any

import structlog

GRACE = 5.0  # seconds between being asked to end and ending
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# These say what is wrong with the code, not with a value that a person wrote.
_ABOUT_CODE = (ImportError, AttributeError, NameError, TypeError, SyntaxError, NotImplementedError)


def main() -> None:
    """Runs the module named on the command line as `python -m` would."""
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_exceptions_private()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def keep_exceptions_private() -> None:
    """From now on the logs of this process name an exception's type and place, and not its text."""

    def format_exception(self: logging.Formatter, ei: Any) -> str:
        return private_traceback(ei)

    # Every handler of every library formats exceptions with this method; there is no other way to reach them all.
    logging.Formatter.formatException = format_exception  # type: ignore[method-assign]
    # asyncio adds the representation of the task, which quotes the exception.
    logging.getLogger("asyncio").addFilter(_only_first_line)
    # Rasa logs through structlog too, which would add local variables.
    structlog.processors.dict_tracebacks = structlog.processors.ExceptionRenderer(private_traceback)


def private_traceback(exc_info: ExceptionInfo) -> str:
    """Returns the traceback of an exception and its causes, each with its type and without its text."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = f": {error}" if isinstance(error, _ABOUT_CODE) else ""
        if isinstance(error, OSError) and error.strerror:
            said = f": {error.strerror}"
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + said)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused this:\n".join(reversed(parts))


def _only_first_line(record: logging.LogRecord) -> bool:
    record.msg, record.args = record.getMessage().split("\n")[0], None
    return True


if __name__ == "__main__":
    main()
