"""`python -m bot.keeping_in_touch`, whole: what is due is in its conversation soon; and what it does beside."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

import pytest

from bot import keeping_in_touch
from bot.keeping_in_touch import Following
from people import profiles
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import outbox, store
from reminders.planning import Planned
from service_catalog.catalog import CatalogMissing

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
PATIENCE = 120  # seconds; it takes two or three


def test_what_is_due_is_in_its_conversation_soon_and_it_ends_when_asked(tmp_path, seed_catalog):
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    database.upgrade()
    settings = {
        "SAATTAJA_DATABASE": f"sqlite:///{tmp_path}/saattaja.db",
        "SAATTAJA_CATALOG": str(seed_catalog.path),
        "SAATTAJA_PUSH_KEY": str(tmp_path / "vapid.pem"),
    }
    with open(tmp_path / "log", "w") as log:
        command = [sys.executable, "-W", "ignore", "-m", "bot.keeping_in_touch"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=log)
    try:
        add_due(database)
        deadline = time.monotonic() + PATIENCE
        while not (shown := notices(database)):
            assert time.monotonic() < deadline and process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
        assert shown[0].body["text"].startswith("Vertaisryhmä alkaa")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
    assert "failed" not in (tmp_path / "log").read_text()
    database.close()


def add_due(database):
    """Keeps a reminder that is due, of somebody who may be told at any hour."""
    now = datetime.now(timezone.utc)
    starts = now + timedelta(hours=2)
    with database.writing() as connection:
        person = profiles.ensure(connection, WEB_CHAT, "c", now).id
        profiles.change(connection, person, reminders_allowed=True, windows=[(profiles.DAYS, 0, 24 * 60)])
        store.add(
            connection,
            person,
            "same_day_notice",
            "k",
            Planned(now, starts),
            now,
            occurrence_start=starts,
            body={"name": "Vertaisryhmä"},
        )


def notices(database):
    with database.reading() as connection:
        return outbox.events(connection, "c")


@pytest.fixture(autouse=True)
def nobody_is_asked_how_it_went(monkeypatch):
    monkeypatch.setattr(keeping_in_touch.check_ins, "run", lambda *_: None)


def test_the_catalogue_is_followed_when_it_is_new_and_each_day(tmp_path, seed_catalog, monkeypatch):
    followed = []

    def follow(database, service_of, now):
        followed.append((now, service_of("sekasin-chat") is not None))

    monkeypatch.setattr(keeping_in_touch.following, "run", follow)
    file = tmp_path / "catalog.db"
    shutil.copy(seed_catalog.path, file)
    following = Following(None, file)
    next_day = NOW + timedelta(hours=8)  # midnight in Finland
    for now in (NOW, NOW + timedelta(seconds=10), next_day):
        following(now)
    shutil.copy(seed_catalog.path, tmp_path / "new")
    (tmp_path / "new").replace(file)
    following(next_day)
    following(next_day)
    assert followed == [(NOW, True), (next_day, True), (next_day, True)]


def test_following_that_failed_is_done_the_next_time(tmp_path, seed_catalog, monkeypatch):
    tries = []

    def fail_once(database, service_of, now):
        tries.append(now)
        if len(tries) == 1:
            raise OSError

    monkeypatch.setattr(keeping_in_touch.following, "run", fail_once)
    following = Following(None, seed_catalog.path)
    with pytest.raises(OSError):
        following(NOW)
    following(NOW)
    following(NOW)
    assert len(tries) == 2


def test_without_a_catalogue_it_waits_for_one(tmp_path):
    with pytest.raises(CatalogMissing):
        Following(None, tmp_path / "catalog.db")(NOW)
