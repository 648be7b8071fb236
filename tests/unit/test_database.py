"""What people tell outlives a crash, and one unit of work is kept as a whole."""

import importlib
import pkgutil
import subprocess
import sys
import threading
from datetime import date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import messengers
import people
import reminders
from people import campaigns, conversations, messages
from people.database import Database, DatabaseUnavailable, metadata
from reminders import outbox

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=timezone(timedelta(hours=2)))


def test_the_migrations_lead_to_the_tables_as_declared(database):
    for package in (messengers, people, reminders):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database):
    with database.writing() as connection:
        outbox.append(connection, "a", "notice", {"text": "moi"}, NOW)
    database.upgrade()
    with database.reading() as connection:
        assert [event.body for event in outbox.events(connection, "a")] == [{"text": "moi"}]


def test_several_processes_may_upgrade_at_once(url):
    databases = [Database(url) for _ in range(4)]
    threads = [threading.Thread(target=database.upgrade) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].reading() as connection:
        assert outbox.last_position(connection) == 0
    for database in databases:
        database.close()


def test_a_database_of_a_newer_program_is_refused(database):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match="newer version"):
        database.upgrade()


@pytest.mark.parametrize("url", ["sqlite://", "no url", "nosuch://host/name", "sqlite:////dev/null/saattaja.db"])
def test_a_database_that_cannot_be_is_told_with_the_remedy(url):
    with pytest.raises(DatabaseUnavailable, match=r"sqlite:///var/saattaja\.db"):
        Database(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+nosuch://saattaja:secret@host/name",
        "postgresql//saattaja:secret@host/name",
        "postgresql://saattaja:secret@host:port/name",
    ],
)
def test_a_password_is_not_told(url):
    with pytest.raises(DatabaseUnavailable) as error:
        Database(url)
    assert "secret" not in str(error.value)


def test_an_error_does_not_quote_what_a_person_wrote(database):
    with pytest.raises(DatabaseUnavailable) as error, database.writing() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:text)"), {"text": "mua ahistaa"})
    assert "can't be used: " in str(error.value)
    assert "ahistaa" not in str(error.value)


def test_a_unit_of_work_that_fails_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        outbox.append(connection, "a", "notice", {}, NOW)
        raise ZeroDivisionError
    with database.reading() as connection:
        assert outbox.events(connection, "a") == []
        assert outbox.last_position(connection) == 0


def test_what_was_kept_outlives_kill_9(url):
    program = f"""
import os, signal
from datetime import datetime, timezone
from people.database import Database
from reminders import outbox
database = Database("{url}")
database.upgrade()
with database.writing() as connection:
    outbox.append(connection, "a", "reply", {{"text": "kept"}}, datetime.now(timezone.utc))
with database.writing() as connection:
    outbox.append(connection, "a", "reply", {{"text": "not finished"}}, datetime.now(timezone.utc))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    database = Database(url)
    with database.reading() as connection:
        assert [event.body["text"] for event in outbox.events(connection, "a")] == ["kept"]
    database.close()


def test_times_come_back_in_utc_and_naive_ones_are_refused(database):
    with database.writing() as connection:
        outbox.append(connection, "a", "notice", {}, NOW)
        (event,) = outbox.events(connection, "a")
        assert event.at == NOW and event.at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="time zone"), database.writing() as connection:
        outbox.append(connection, "a", "notice", {}, NOW.replace(tzinfo=None))


# --- the outbox -------------------------------------------------------------------------------------------------


def test_events_count_up_within_their_conversation(database):
    with database.writing() as connection:
        for conversation in ("a", "b", "a"):
            outbox.append(connection, conversation, "reply", {"text": conversation}, NOW)
        assert [event.id for event in outbox.events(connection, "a")] == [1, 2]
        assert [event.id for event in outbox.events(connection, "a", after=1)] == [2]
        assert [(event.conversation, event.position) for event in outbox.appended(connection, 1, 10)] == [
            ("b", 2),
            ("a", 3),
        ]


def test_whoever_reads_along_misses_nothing_that_several_write(database):
    """Four writers, one reader that always asks for what is newer than the newest it has seen."""

    def write(name):
        for _ in range(10):
            with database.writing() as connection:
                outbox.append(connection, name, "reply", {}, NOW)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while len(seen) < 40:
        with database.reading() as connection:
            seen += [event.position for event in outbox.appended(connection, seen[-1] if seen else 0, 7)]
    for writer in writers:
        writer.join()
    assert seen == list(range(1, 41))


def test_a_kind_that_nobody_shows_is_refused(database):
    with pytest.raises(ValueError, match="message, reply, notice"), database.writing() as connection:
        outbox.append(connection, "a", "advert", {}, NOW)


# --- conversations ----------------------------------------------------------------------------------------------


def test_a_token_opens_its_conversation_and_is_nowhere_in_the_database(database):
    with database.writing() as connection:
        token, begun = conversations.begin(connection, NOW, {"municipality": "Tampere", "need": None})
        assert conversations.owned_by(connection, token, NOW) == begun
        assert conversations.owned_by(connection, token + "x", NOW) is None
        assert conversations.owned_by(connection, begun.id, NOW) is None
        (row,) = connection.execute(sa.select(conversations.conversations)).all()
    assert begun.presets == {"municipality": "Tampere"}
    assert len(token) >= 43
    assert token not in str(row)


def test_a_conversation_ends_when_it_was_not_used_for_long(database):
    with database.writing() as connection:
        token, begun = conversations.begin(connection, NOW, {})
        later = NOW + conversations.LIFETIME - timedelta(seconds=1)
        assert conversations.owned_by(connection, token, later)
        assert conversations.owned_by(connection, token, NOW + conversations.LIFETIME) is None
        assert conversations.expired(connection, NOW + conversations.LIFETIME) == [begun.id]
        conversations.renew(connection, begun, later)
        assert conversations.owned_by(connection, token, NOW + conversations.LIFETIME)
        assert conversations.expired(connection, NOW + conversations.LIFETIME) == []


def test_erasing_takes_the_token_and_is_noted_until_it_is_done(database):
    with database.writing() as connection:
        token, begun = conversations.begin(connection, NOW, {})
        conversations.erase(connection, begun.id, NOW)
        conversations.erase(connection, begun.id, NOW)
        assert conversations.owned_by(connection, token, NOW) is None
        assert conversations.to_erase(connection) == [begun.id]
        conversations.erased(connection, begun.id)
        assert conversations.to_erase(connection) == []


# --- messages ---------------------------------------------------------------------------------------------------


def test_messages_wait_in_their_order_until_they_are_answered(database):
    with database.writing() as connection:
        messages.add(connection, "a", "second", 2, None, NOW)
        messages.add(connection, "a", "first", 1, (61.5, 23.76), NOW)
        first = messages.next_waiting(connection, "a")
        assert (first.id, first.location) == ("first", (61.5, 23.76))
        assert messages.was_answered(connection, "a", "first") is False
        assert messages.waiting_conversations(connection, NOW) == ["a"]
        assert messages.answer(connection, "a", "first", NOW)
        assert messages.was_answered(connection, "a", "first") is True
        assert messages.next_waiting(connection, "a").id == "second"
        assert messages.waiting_conversations(connection, NOW - timedelta(seconds=1)) == []


def test_a_message_is_answered_once(database):
    with database.writing() as connection:
        messages.add(connection, "a", "m", 1, None, NOW)
        assert messages.answer(connection, "a", "m", NOW) is True
        assert messages.answer(connection, "a", "m", NOW) is False
        assert messages.answer(connection, "a", "another", NOW) is False


def test_the_place_of_a_message_is_forgotten_with_its_answer(database):
    with database.writing() as connection:
        messages.add(connection, "a", "m", 1, (61.5, 23.76), NOW)
        messages.answer(connection, "a", "m", NOW)
        assert connection.execute(sa.text("SELECT latitude, longitude FROM messages")).all() == [(None, None)]


def test_attempts_are_counted(database):
    with database.writing() as connection:
        messages.add(connection, "a", "m", 1, None, NOW)
        waiting = messages.next_waiting(connection, "a")
        assert [messages.count_attempt(connection, waiting) for _ in range(3)] == [1, 2, 3]


# --- campaigns --------------------------------------------------------------------------------------------------


def test_campaigns_are_numbers_by_day_and_tag(database, monkeypatch):
    monkeypatch.setattr(campaigns, "MOST_TAGS", 2)
    day = date(2026, 11, 22)
    with database.writing() as connection:
        for tag in ("koulu", "koulu", "nuokkari", "x", "y", "koulu"):
            campaigns.count(connection, "opened", tag, day)
        assert campaigns.totals(connection, "opened", day, day) == {"koulu": 3, "other": 2, "nuokkari": 1}
        assert campaigns.totals(connection, "started", day, day) == {}
        assert campaigns.totals(connection, "opened", date(2026, 11, 23), date(2026, 11, 30)) == {}
