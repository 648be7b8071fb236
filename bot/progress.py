"""Tells on the terminal what is being done and for how long; plain lines where there is no terminal."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

SIGN_OF_LIFE = 15.0  # seconds between plain lines that say that a long step still goes on


class Step:
    """One thing being done. Change `doing` while it goes on, and set `done` to what the last line shall
    say."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.done = doing


class Progress:
    """Writes to one console, one line per finished step."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    def say(self, line: str) -> None:
        """Writes one line."""
        self.console.print(line, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, doing: str) -> Iterator[Step]:
        """Shows `doing` and the time since, until the block ends; then one line with what was done."""
        step, started = Step(doing), time.monotonic()
        with self._spinner(step) if self.console.is_terminal else self._lines(step, started):
            yield step
        seconds = time.monotonic() - started
        self.say(f"✓ {step.done}" + (f" ({seconds:.0f} s)" if seconds >= 1 else ""))

    @contextmanager
    def _spinner(self, step: Step) -> Iterator[None]:
        columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
        with Bar(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(step.doing, total=None)
            with _every(0.2, lambda: bar.update(task, description=step.doing)):
                yield

    @contextmanager
    def _lines(self, step: Step, started: float) -> Iterator[None]:
        self.say(f"… {step.doing}")
        with _every(SIGN_OF_LIFE, lambda: self.say(f"… {step.doing}, {time.monotonic() - started:.0f} s")):
            yield


@contextmanager
def _every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Calls `act` every so many seconds, in a thread of its own, while the block runs."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(seconds):
            act()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
