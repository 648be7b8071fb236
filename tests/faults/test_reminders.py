"""Processes that send reminders and that add them are killed (`kill -9`) at random points: each is delivered once.

The points are drawn, and told with what became of it: SAATTAJA_TEST_SEED draws the same again. They are counted in
steps with the database, so that a slow machine dies as a fast one does. SAATTAJA_TEST_DELIVERIES says for how many
deliveries at least (1,000).
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import sqlalchemy as sa
from faults import processes

from people.database import Database
from reminders.outbox import outbox
from reminders.store import reminders

DELIVERIES = int(os.environ.get("SAATTAJA_TEST_DELIVERIES") or 1_000)
SEED = int(os.environ.get("SAATTAJA_TEST_SEED") or random.SystemRandom().randrange(10**6))
GENERATION = ("send", "send", "add")  # at the same time; on SQLite one sender waits for the other's end
LONGEST_LIFE = 800  # steps; a delivery takes some twenty
FIRST = DELIVERIES * 2 // 3  # reminders that are there at the beginning
PATIENCE = 600  # seconds until what is left must have been delivered


def test_each_reminder_is_delivered_once_whatever_is_killed(url, tmp_path, capsys):
    database, file = Database(url), tmp_path / "acknowledged"
    database.upgrade()
    with database.writing() as connection:
        for number in range(FIRST):
            processes.add(connection, f"first {number // processes.EACH}", number)
    drawn, kills = random.Random(SEED), Counter()
    command = [sys.executable, "-m", "faults.processes", url, str(file)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as parent:
        while (delivered := states(database).get("delivered", 0)) < DELIVERIES:
            lives = ((drawn.randint(1, LONGEST_LIFE), drawn.choice((0, drawn.uniform(0, 0.003)))) for _ in GENERATION)
            generation = [f"{name}:{steps}:{more}" for name, (steps, more) in zip(GENERATION, lives, strict=True)]
            print(*generation, file=parent.stdin, flush=True)
            assert parent.stdout.readline() == "dead\n", f"seed {SEED}"
            kills.update(GENERATION)
        parent.stdin.close()
    told = f"{database.engine.dialect.name}, seed {SEED}: {delivered} delivered by {kills} that were killed"
    survivor = subprocess.Popen([sys.executable, "-c", SURVIVOR, url], env=environment)
    deadline = time.monotonic() + PATIENCE
    while set(states(database)) & {"waiting", "claimed"}:
        assert time.monotonic() < deadline and survivor.poll() is None, f"{told}; {states(database)} are left"
        time.sleep(0.1)
    survivor.kill()
    survivor.wait()

    with database.reading() as connection:
        kept = set(connection.execute(sa.select(reminders.c.id)).scalars())
        events = connection.execute(sa.select(outbox.c.conversation, outbox.c.id, outbox.c.body)).all()
    acknowledged = set(file.read_text().split())
    numbers = {}
    for event in events:
        numbers.setdefault(event.conversation, []).append(event.id)
    with capsys.disabled():
        print(f"\n{told}, {len(kept)} in all, {len(acknowledged)} acknowledged")
    assert states(database) == {"delivered": len(kept)}, told
    assert Counter(event.body["reminder"] for event in events) == Counter(kept), told
    assert acknowledged and acknowledged <= kept, told
    assert all(sorted(ids) == list(range(1, len(ids) + 1)) for ids in numbers.values()), told
    database.close()


SURVIVOR = "import sys; from faults.processes import send; send(sys.argv[1])"


def states(database):
    """Returns how many reminders are in which state."""
    by_state = sa.select(reminders.c.state, sa.func.count()).group_by(reminders.c.state)
    with database.reading() as connection:
        return dict(connection.execute(by_state).all())
