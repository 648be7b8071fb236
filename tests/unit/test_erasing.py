"""Everything of a person can be given to them and erased, whoever writes meanwhile and whatever process dies."""

import importlib
import itertools
import json
import pkgutil
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

import people
import reminders
from people import conversations, erasing, exporting, messages, profiles, retention
from people.database import DatabaseUnavailable, Instant, metadata
from people.profiles import WEB_CHAT
from reminders import outbox

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=timezone(timedelta(hours=2)))

for package in (people, reminders):  # every table there is, whoever declares it
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)


def someone(connection, text="mua ahistaa", municipality="Tampere"):
    """Returns a person who wrote something in the web chat, and their conversation with its token."""
    token, conversation = conversations.begin(connection, NOW, {"municipality": municipality})
    say(connection, conversation.id, text)
    person = profiles.ensure(connection, WEB_CHAT, conversation.id, NOW)
    profiles.change(connection, person.id, municipality=municipality, age=19)
    return person.id, conversation.id, token


def say(connection, conversation, text, now=NOW):
    number = outbox.append(connection, conversation, "message", {"text": text}, now, f"m-{text}").id
    messages.add(connection, conversation, f"m-{text}", number, (61.5, 23.76), now)
    outbox.append(connection, conversation, "reply", {"text": f"Sanoit: {text}"}, now, f"m-{text}")


def everything(connection):
    """Returns every row of every table, by table."""
    return {table.name: connection.execute(table.select()).all() for table in metadata.sorted_tables}


def mentions(connection, *values):
    """Returns the tables that have one of the values in a row."""
    found = everything(connection).items()
    return {name for name, rows in found if any(value in str(tuple(row)) for row in rows for value in values)}


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


# --- erasing ----------------------------------------------------------------------------------------------------


def test_of_a_person_who_is_forgotten_nothing_is_left_but_the_note_for_rasa(connection):
    person, conversation, token = someone(connection)
    profiles.add_address(connection, person, "telegram", "telegram-55", NOW)
    outbox.append(connection, "telegram-55", "notice", {"text": "muistutus"}, NOW)
    assert sorted(erasing.forget(connection, person, NOW)) == sorted([conversation, "telegram-55"])
    assert mentions(connection, person, conversation, "telegram-55", "ahistaa", "Tampere", "muistutus") == {"erasures"}
    assert conversations.owned_by(connection, token, NOW) is None
    assert sorted(conversations.to_erase(connection)) == sorted([conversation, "telegram-55"])
    for address in (conversation, "telegram-55"):
        erasing.finish(connection, address, NOW)
    assert mentions(connection, person, conversation, "telegram-55") == set()


def test_no_table_is_left_out(connection):
    """A row of the person in each table there is. Add `erase_person` to `erasing.OF_A_PERSON` when this fails."""
    person, conversation, _ = someone(connection)
    for table in metadata.sorted_tables:
        if "person" in table.c and table.name != "addresses":
            connection.execute(table.insert().values(**some_row(table, person, conversation)))
    assert erasing.forget(connection, person, NOW) == [conversation]
    assert mentions(connection, person) == set()


SOME = {sa.Integer: 1, sa.Float: 1.5, sa.Boolean: True, sa.JSON: {}, Instant: NOW, sa.String: "some"}


def some_row(table, person, conversation):
    row = {
        column.name: next(value for kind, value in SOME.items() if isinstance(column.type, kind))
        for column in table.columns
        if not (column.primary_key and column.autoincrement is True)
    }
    return {**row, "person": person, **({"conversation": conversation} if "conversation" in table.c else {})}


def test_others_keep_what_is_theirs(connection):
    before = everything(connection)
    aino, *_ = someone(connection, "moi", "Oulu")
    hers = everything(connection)
    eetu, conversation, _ = someone(connection)
    erasing.forget(connection, eetu, NOW)
    erasing.finish(connection, conversation, NOW)
    after = everything(connection)
    for untouched in before.keys() - {"outbox_clock"}:
        assert after[untouched] == hers[untouched]
    assert profiles.by_id(connection, aino).municipality == "Oulu"


def test_forgetting_nobody_or_twice_is_no_error(connection):
    person, conversation, _ = someone(connection)
    assert erasing.forget(connection, "0" * 32, NOW) == []
    assert erasing.forget(connection, person, NOW) == [conversation]
    assert erasing.forget(connection, person, NOW) == []
    assert conversations.to_erase(connection) == [conversation]


def test_with_the_last_address_the_person_goes(connection):
    person, conversation, _ = someone(connection)
    profiles.add_address(connection, person, "telegram", "telegram-55", NOW)
    erasing.forget_address(connection, WEB_CHAT, conversation, NOW)
    assert profiles.addresses_of(connection, person) == [("telegram", "telegram-55")]
    assert mentions(connection, "ahistaa") == set()
    assert profiles.by_id(connection, person).age == 19
    erasing.forget_address(connection, "telegram", "telegram-55", NOW)
    assert profiles.by_id(connection, person) is None


def test_a_conversation_without_a_profile_is_erased_too(connection):
    _, conversation = conversations.begin(connection, NOW, {})
    say(connection, conversation.id, "mua ahistaa")
    erasing.forget_address(connection, WEB_CHAT, conversation.id, NOW)
    assert mentions(connection, conversation.id, "ahistaa") == {"erasures"}


def test_what_was_written_while_rasa_forgot_goes_when_it_has(connection):
    person, conversation, _ = someone(connection)
    erasing.forget(connection, person, NOW)
    someone_again = profiles.ensure(connection, WEB_CHAT, conversation, NOW)  # an action that was under way
    say(connection, conversation, "myöhässä")
    erasing.finish(connection, conversation, NOW)
    assert mentions(connection, conversation, someone_again.id, "myöhässä") == set()


def test_who_comes_back_in_a_channel_with_the_same_address_keeps_what_they_say_now(connection):
    person = profiles.ensure(connection, "telegram", "telegram-55", NOW)
    erasing.forget(connection, person.id, NOW)
    again = profiles.ensure(connection, "telegram", "telegram-55", NOW)
    outbox.append(connection, "telegram-55", "notice", {"text": "uusi muistutus"}, NOW)
    erasing.finish(connection, "telegram-55", NOW)
    assert profiles.find(connection, "telegram", "telegram-55") == again
    assert [event.body["text"] for event in outbox.events(connection, "telegram-55")] == ["uusi muistutus"]
    assert conversations.to_erase(connection) == []


KILLED = """
import os, signal, sys
from datetime import datetime, timezone
from people import erasing
from people.database import Database
url, person, statements = sys.argv[1], sys.argv[2], int(sys.argv[3])
database = Database(url)
import sqlalchemy as sa
left = [statements]
@sa.event.listens_for(database.engine, "after_cursor_execute")
def die(*_):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
with database.writing() as connection:
    erasing.forget(connection, person, datetime.now(timezone.utc))
"""


@pytest.mark.parametrize("statements", [1, 4, 8, 1000])
def test_a_process_killed_in_the_middle_has_erased_all_or_nothing(database, url, statements):
    with database.writing() as connection:
        person, conversation, _ = someone(connection)
        before = everything(connection)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, person, str(statements)], timeout=60)
    with database.reading() as connection:
        if killed.returncode == -signal.SIGKILL:
            assert everything(connection) == before
        else:  # it had fewer statements than that
            assert mentions(connection, person, conversation, "ahistaa") == {"erasures"}
            assert conversations.to_erase(connection) == [conversation]


def test_whoever_writes_meanwhile_nothing_is_left_once_rasa_and_the_daily_job_were_there(database):
    with database.writing() as connection:
        person, conversation, token = someone(connection)
    stop, numbers, gone = threading.Event(), itertools.count(), []

    def write(number):
        while not stop.is_set():
            try:
                with database.writing() as connection:
                    if conversations.owned_by(connection, token, NOW):
                        say(connection, conversation, f"viesti {next(numbers)}")
                    profiles.seen(connection, WEB_CHAT, conversation, NOW)
                    profiles.change(connection, person, age=number)
            except profiles.PersonGone:
                gone.append(number)
                return
            except DatabaseUnavailable:  # SQLite was busy for long
                pass

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    with database.writing() as connection:
        erasing.forget(connection, person, NOW)
    for writer in writers:
        writer.join(20)
    stop.set()
    assert sorted(gone) == [0, 1, 2]
    with database.writing() as connection:
        erasing.finish(connection, conversation, NOW)
    retention.run(database, NOW)
    with database.reading() as connection:
        assert mentions(connection, person, conversation) == set()


def test_those_who_write_and_those_who_erase_never_block_each_other(database):
    """The order of locks is: the outbox's clock, addresses, people, conversations, messages, events."""
    with database.writing() as connection:
        known = {conversation: person for person, conversation, _ in (someone(connection) for _ in range(3))}
    numbers, faults = itertools.count(), []

    def take_in(connection, conversation):  # desk.desk
        say(connection, conversation, f"viesti {next(numbers)}")
        connection.execute(conversations.conversations.update().values(expires_at=NOW + timedelta(days=180)))
        profiles.seen(connection, WEB_CHAT, conversation, NOW)

    def keep_answer(connection, conversation):
        outbox.hold(connection)
        waiting = messages.next_waiting(connection, conversation)
        if waiting and messages.answer(connection, conversation, waiting.id, NOW):
            outbox.append(connection, conversation, "reply", {"text": "moi"}, NOW)

    def visit(connection, conversation):  # web.api
        profiles.seen(connection, WEB_CHAT, conversation, NOW)
        mine = conversations.conversations.c.id == conversation
        connection.execute(conversations.conversations.update().where(mine).values(expires_at=NOW))

    def remind(connection, conversation):  # reminders.delivery
        outbox.hold(connection)
        if profiles.by_id(connection, known[conversation], hold=True):
            outbox.append(connection, conversation, "notice", {"text": "muistutus"}, NOW)

    def tell(connection, conversation):  # an action
        profiles.ensure(connection, WEB_CHAT, conversation, NOW)

    def forget(connection, conversation):
        erasing.forget_address(connection, WEB_CHAT, conversation, NOW)

    def purge(connection, conversation):
        retention.purge(connection, NOW + timedelta(days=next(numbers) % 40))

    def work(*tasks):
        for _, task, conversation in itertools.product(range(5), tasks, known):
            try:
                with database.writing() as connection:
                    task(connection, conversation)
            except Exception as error:
                faults.append(f"{task.__name__}: {error!r}")

    jobs = [(take_in, visit), (keep_answer, tell), (remind, take_in), (forget, tell), (purge, forget)]
    threads = [threading.Thread(target=work, args=tasks) for tasks in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


# --- exporting --------------------------------------------------------------------------------------------------


def test_a_person_gets_everything_that_is_kept_and_no_inner_ids(connection):
    person, conversation, _ = someone(connection)
    profiles.add_address(connection, person, "telegram", "telegram-55", NOW)
    someone(connection, "toisen salaisuus", "Oulu")
    exported = exporting.export(connection, person)
    said = json.dumps(exported, ensure_ascii=False)
    assert exported["profile"]["age"] == 19
    assert [address["channel"] for address in exported["addresses"]] == ["telegram", WEB_CHAT]
    assert exported["addresses"][0]["address"] == "telegram-55"
    chat = exported["conversations"][1]
    assert chat["presets"] == {"municipality": "Tampere"}
    assert [event["body"]["text"] for event in chat["events"]] == ["mua ahistaa", "Sanoit: mua ahistaa"]
    assert person not in said and conversation not in said
    assert "salaisuus" not in said


def test_who_has_no_profile_gets_their_conversation(connection):
    _, conversation = conversations.begin(connection, NOW, {})
    say(connection, conversation.id, "moi")
    exported = exporting.export_of(connection, WEB_CHAT, conversation.id)
    assert exported["profile"] is None and exported["addresses"] == []
    assert len(exported["conversations"][0]["events"]) == 2
    person, conversation, _ = someone(connection)
    assert exporting.export_of(connection, WEB_CHAT, conversation) == exporting.export(connection, person)


def test_the_export_of_nobody_is_empty(connection):
    exported = exporting.export(connection, "0" * 32)
    assert exported["profile"] is None and exported["conversations"] == []


def test_what_is_erased_by_its_person_is_exported_by_its_person_too():
    """Whoever adds `erase_person` adds `export_person`, or says here why there is nothing to tell."""
    erased = {function.__module__ for function in erasing.OF_A_PERSON}
    exported = {function.__module__ for _, function in exporting.OF_A_PERSON}
    assert erased == exported
