"""Whether a translator that hangs changes how fast other people are answered.

    python -m tests.benchmarks.translator_hangs

People who write Finnish are answered by an interpreter and a stand-in for Rasa of 5 ms, first alone, then while others
keep writing Russian with a yes to a translator that accepts connections and never answers.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from datetime import datetime, timezone

from bot.channels.incoming import IncomingMessage
from bot.channels.translating import Interpreter
from people import profiles
from people.database import Database
from translator.providers import provider_of
from translator.service import Translator
from translator.settings import Settings

ANSWERS = 300
RUSSIANS = 20
RASA, THINKS = 0.005, 1.0  # seconds an answer takes, and until the next message of each who writes Russian
FINNISH = "mua ahistaa eikä raha riitä vuokraan"


async def measure() -> dict[str, float]:
    """Milliseconds, median and 95th percentile, of Finnish answers without and with the hanging translator beside."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as hanging, tempfile.TemporaryDirectory() as folder:
        kept: list[socket.socket] = []
        threading.Thread(target=_accept, args=(hanging, kept), daemon=True).start()
        database = Database(f"sqlite:///{folder}/people.db")
        database.upgrade()
        settings = Settings("libretranslate", f"http://127.0.0.1:{hanging.getsockname()[1]}", seconds=1.0)
        translator = Translator(provider_of(settings), settings.seconds, database)
        now = datetime.now(timezone.utc)
        with database.writing() as connection:
            for number in range(RUSSIANS):
                person = profiles.ensure(connection, "widget", f"r{number}", now).id
                allowed = {"translation_allowed": True, "translation_by": settings.recipient}
                profiles.change(connection, person, **allowed)
        interpreter = Interpreter(translator, database)
        await _answers(interpreter, 30)
        alone = await _answers(interpreter, ANSWERS)
        others = [asyncio.create_task(_writes(interpreter, f"r{number}")) for number in range(RUSSIANS)]
        await asyncio.sleep(0.2)
        beside = await _answers(interpreter, ANSWERS)
        for one in others:
            one.cancel()
        for connection_ in kept:
            connection_.close()
        database.close()
    return {
        "alone_median": alone[len(alone) // 2],
        "alone_p95": alone[int(len(alone) * 0.95)],
        "hanging_median": beside[len(beside) // 2],
        "hanging_p95": beside[int(len(beside) * 0.95)],
    }


async def _handle(message: object) -> None:
    await asyncio.sleep(RASA)
    await message.output_channel.send_response(message.sender_id, {"text": "Moi."})  # type: ignore[attr-defined]


async def _answers(interpreter: Interpreter, count: int) -> list[float]:
    taken = []
    for number in range(count):
        began = time.perf_counter()
        await interpreter.answer(
            _handle, IncomingMessage(f"f{number}", "mua ahistaa eikä raha riitä vuokraan"), "widget"
        )
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)


async def _writes(interpreter: Interpreter, sender: str) -> None:
    while True:
        await interpreter.answer(_handle, IncomingMessage(sender, "Помогите найти работу, пожалуйста"), "widget")
        await asyncio.sleep(THINKS)


def _accept(server: socket.socket, kept: list[socket.socket]) -> None:
    try:
        while True:
            kept.append(server.accept()[0])
    except OSError:
        pass


if __name__ == "__main__":
    for name, milliseconds in asyncio.run(measure()).items():
        print(f"{name:>16} {milliseconds:8.2f} ms")
