"""Processes for the fault tests that die (`kill -9`) at a given point: the real parts, with leases that end soon.

`python -m faults.processes URL FILE` imports everything once. Each line on its standard input is a generation, such as
`send:40:0 send:7:0.001 add:19:0`: processes that work at the same time until each is killed, after so many steps of its
work with the database and so many seconds more. A line is written when all of them are dead. The ids of reminders whose
adding was acknowledged go to FILE, a line each.
"""

import itertools
import os
import signal
import sys
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from bot import reminder_texts
from people import profiles
from people.database import Database, DatabaseUnavailable
from people.profiles import WEB_CHAT
from reminders import scheduler, store
from reminders.delivery import Delivery, to_conversation
from reminders.planning import Planned

LEASE = timedelta(seconds=1)  # a killed process's reminders go on then; so short that slow ones lose theirs too
EACH = 10  # reminders of one person, all due at once
ALWAYS = ((profiles.DAYS, 0, 24 * 60),)
STEPS = ("before_cursor_execute", "after_cursor_execute", "commit")  # the last is told before it is done


def main() -> None:
    """Lives through one generation after the other."""
    url, file = sys.argv[1:]
    work = {"send": send, "add": keep_adding}
    for generation in sys.stdin:
        children = []
        for name, steps, seconds in (each.split(":") for each in generation.split()):
            child = os.fork()
            if child == 0:
                die_after(int(steps), float(seconds))
                work[name](url, file)
                os._exit(1)
            children.append(child)
        statuses = [os.waitpid(child, 0)[1] for child in children]
        assert set(statuses) == {signal.SIGKILL}, statuses
        print("dead", flush=True)


def die_after(steps: int, seconds: float) -> None:
    """Has this process killed after so many steps with the database, and so many seconds."""
    left = itertools.count(steps - 1, -1)

    def die() -> None:
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    def step(*_: object) -> None:
        if next(left) == 0:
            if seconds:
                threading.Thread(target=die).start()
            else:
                die()

    for name in STEPS:
        sa.event.listen(sa.engine.Engine, name, step)


def send(url: str, _: str = "") -> None:
    """Sends reminders until it is killed."""
    scheduler.LOOK, scheduler.BATCH, scheduler.UNIT, store.LEASE = 0.02, 12, 4, LEASE
    delivery = Delivery({WEB_CHAT: (to_conversation,)}, reminder_texts)
    scheduler.run(Database(url), delivery.attempt, [], threading.Event(), say=lambda text: None)


def keep_adding(url: str, file: str) -> None:
    """Adds reminders one by one until it is killed, and notes which were acknowledged."""
    database = Database(url)
    acknowledged = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    name = uuid.uuid4().hex
    for number in itertools.count():
        try:
            with database.writing() as connection:
                added = add(connection, f"{name} {number}", 0)
        except DatabaseUnavailable:  # on a machine that is too busy SQLite may keep a writer waiting for too long
            continue
        os.write(acknowledged, f"{added}\n".encode())
        time.sleep(0.005)  # else nobody but this one would get to write in SQLite


def add(connection: sa.engine.Connection, conversation: str, number: int) -> str:
    """Returns the id of a reminder that is due now, of the person behind a conversation."""
    now = datetime.now(timezone.utc)
    person = profiles.ensure(connection, WEB_CHAT, conversation, now).id
    if number % EACH == 0:
        profiles.change(connection, person, reminders_allowed=True, windows=ALWAYS, most_per_day=2 * EACH)
    starts = now + timedelta(hours=1)
    planned, body = Planned(now, starts), {"name": "Vertaisryhmä", "place": "verkossa"}
    added = store.add(
        connection, person, "same_day_notice", str(number), planned, now, occurrence_start=starts, body=body
    )
    assert added
    return added


if __name__ == "__main__":
    main()
