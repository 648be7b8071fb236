"""Pushes survive `kill -9` of who sends them: each arrives, and what arrives twice has the same tag."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from fake_push_service import FakePushService

from people import profiles
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import outbox, pushes, store
from reminders.planning import Planned

ROOT = Path(__file__).parents[2]
PEOPLE, EACH, KILLS = 10, 12, 2
# The process as it is, with leases that end soon.
PROCESS = """
from datetime import timedelta
from reminders import pushes, store
pushes.LEASE = store.LEASE = timedelta(seconds=1)
pushes.FIRST_PAUSE = timedelta(seconds=0.1)
from bot.keeping_in_touch import main
main()
"""


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_push_arrives_though_its_sender_is_killed(url, tmp_path):
    database = Database(url)
    database.upgrade()
    environment = {**os.environ, "SAATTAJA_DATABASE": url, "SAATTAJA_PUSH_KEY": str(tmp_path / "vapid.pem")}
    with FakePushService() as service:
        environment["SAATTAJA_PUSH_ORIGINS"] = service.url
        browsers, expected = {}, set()
        for number in range(PEOPLE):
            browser = service.subscribes(f"device-{number}")
            browsers[browser.path] = browser
            expected |= {(browser.path, reminder) for reminder in remind(database, f"conversation-{number}", browser)}
        for kill in range(KILLS + 1):
            process = subprocess.Popen([sys.executable, "-c", PROCESS], cwd=ROOT, env=environment)
            try:
                if kill < KILLS:
                    goal = len(service.received) + (1 + kill) * 7
                    until(lambda goal=goal: len(service.received) >= min(goal, len(expected)))
                else:
                    until(lambda: not waiting(database))
            finally:
                process.kill()
                process.wait()
        arrived = [(request.path, browsers[request.path].reads(request)) for request in service.received]
    assert {(path, push["id"]) for path, push in arrived} == expected
    assert all(push["tag"] == push["id"] for _, push in arrived)
    with database.reading() as connection:
        told = [
            event.body["reminder"]
            for number in range(PEOPLE)
            for event in outbox.events(connection, f"conversation-{number}")
        ]
    assert sorted(told) == sorted(reminder for _, reminder in expected)
    database.close()


def remind(database, conversation, browser):
    """Gives a person with a device reminders that are due; returns their ids."""
    now = datetime.now(timezone.utc)
    keys, endpoint = browser.subscription["keys"], browser.subscription["endpoint"]
    with database.writing() as connection:
        person = profiles.ensure(connection, WEB_CHAT, conversation, now).id
        always = [(profiles.DAYS, 0, 24 * 60)]
        profiles.change(connection, person, reminders_allowed=True, windows=always, most_per_day=20)
        pushes.subscribe(connection, person, pushes.Subscription(endpoint, keys["p256dh"], keys["auth"]), now)
        planned = Planned(now, now + timedelta(hours=1))
        return [
            store.add(connection, person, "news", str(number), planned, now, body={"text": "Uutinen"})
            for number in range(EACH)
        ]


def waiting(database):
    """Returns whether anything is still to be delivered or pushed."""
    with database.reading() as connection:
        later = datetime.now(timezone.utc) + timedelta(hours=1)
        return store.is_due(connection, later) or pushes.are_due(connection, later)
