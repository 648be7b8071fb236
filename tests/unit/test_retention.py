"""What is kept is purged when its time is over, by a job that may be stopped at any point; ids are never reused."""

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from people import conversations, messages, profiles, retention
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import outbox

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=timezone.utc)
DAY = timedelta(days=1)


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


def say(connection, conversation, text, at):
    number = outbox.append(connection, conversation, "message", {"text": text}, at, text).id
    messages.add(connection, conversation, text, number, None, at)
    messages.answer(connection, conversation, text, at)
    outbox.append(connection, conversation, "reply", {"text": f"Sanoit: {text}"}, at, text)


def texts(connection, conversation):
    return [event.body["text"] for event in outbox.events(connection, conversation)]


def test_texts_go_thirty_days_after_they_were_said_also_of_a_conversation_that_goes_on(connection):
    for days in (40, 30, 29, 0):
        say(connection, "a", f"{days} päivää sitten", NOW - days * DAY)
    assert retention.purge(connection, NOW)["texts"] == 4
    assert texts(connection, "a") == [
        "29 päivää sitten",
        "Sanoit: 29 päivää sitten",
        "0 päivää sitten",
        "Sanoit: 0 päivää sitten",
    ]
    assert messages.was_answered(connection, "a", "30 päivää sitten") is None
    assert messages.was_answered(connection, "a", "29 päivää sitten") is True


def test_a_message_that_nobody_answered_for_thirty_days_goes_with_its_words(connection):
    number = outbox.append(connection, "a", "message", {"text": "moi"}, NOW, "m").id
    messages.add(connection, "a", "m", number, (61.5, 23.76), NOW)
    retention.purge(connection, NOW + 30 * DAY)
    assert messages.next_waiting(connection, "a") is None
    assert texts(connection, "a") == []


def test_ids_go_on_where_they_were_so_that_an_open_page_misses_nothing(connection):
    say(connection, "a", "moi", NOW)
    retention.purge(connection, NOW + 31 * DAY)
    outbox.append(connection, "a", "notice", {"text": "muistutus"}, NOW + 31 * DAY)
    assert [event.id for event in outbox.events(connection, "a", after=2)] == [3]


def test_whoever_comes_back_after_months_has_their_profile_and_their_key(connection):
    token, conversation = conversations.begin(connection, NOW, {})
    person = profiles.ensure(connection, WEB_CHAT, conversation.id, NOW)
    profiles.change(connection, person.id, municipality="Tampere", reminders_allowed=True)
    say(connection, conversation.id, "moi", NOW)
    later = NOW + 179 * DAY
    retention.purge(connection, later)
    assert conversations.owned_by(connection, token, later)
    assert profiles.find(connection, WEB_CHAT, conversation.id).municipality == "Tampere"
    assert texts(connection, conversation.id) == []


def test_a_person_goes_after_180_days_without_a_visit_and_rasa_is_told(connection):
    token, conversation = conversations.begin(connection, NOW, {})
    person = profiles.ensure(connection, WEB_CHAT, conversation.id, NOW).id
    visitor = profiles.ensure(connection, WEB_CHAT, "b", NOW).id
    profiles.seen(connection, WEB_CHAT, "b", NOW + DAY)
    assert retention.purge(connection, NOW + 180 * DAY)["people"] == 1
    assert profiles.by_id(connection, person) is None
    assert profiles.by_id(connection, visitor)
    assert conversations.owned_by(connection, token, NOW + DAY) is None
    assert conversations.to_erase(connection) == [conversation.id]


def test_the_number_of_a_conversation_goes_when_nobody_can_follow_it_any_more(connection):
    _, followed = conversations.begin(connection, NOW, {})
    for conversation in (followed.id, "telegram-55"):
        say(connection, conversation, "moi", NOW)
    retention.purge(connection, NOW + 31 * DAY)
    assert retention.purge(connection, NOW + 180 * DAY)["numbers"] == 1
    assert outbox.append(connection, followed.id, "notice", {}, NOW + 180 * DAY).id == 3


def test_what_was_kept_for_somebody_who_was_erased_meanwhile_goes(database):
    """PostgreSQL checks the key of `addresses`; a table of another module may have none."""
    orphaned = sa.Table("orphaned", profiles.metadata, sa.Column("person", sa.String(32)), sa.Column("n", sa.Integer))
    try:
        with database.writing() as connection:
            orphaned.create(connection)
            eetu = profiles.ensure(connection, WEB_CHAT, "a", NOW).id
            rows = [{"person": eetu, "n": 1}, {"person": "0" * 32, "n": 2}, {"person": None, "n": 3}]
            connection.execute(orphaned.insert(), rows)
        assert retention.run(database, NOW)["orphans"] == 1
        with database.reading() as connection:
            kept = connection.execute(sa.select(orphaned.c.n).order_by(orphaned.c.n)).scalars().all()
        assert kept == [1, 3]  # 3 is of nobody: feedback outlives its person
    finally:
        profiles.metadata.remove(orphaned)


def test_the_job_goes_on_until_nothing_is_left(database, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    with database.writing() as connection:
        for number in range(5):
            say(connection, f"c{number}", "moi", NOW)
            profiles.ensure(connection, WEB_CHAT, f"c{number}", NOW)
    assert retention.run(database, NOW + 31 * DAY)["texts"] == 10
    counts = retention.run(database, NOW + 180 * DAY)
    assert counts["people"] == 5
    with database.reading() as connection:
        for table in (outbox.outbox, outbox.outbox_forgotten, messages.messages, profiles.people, profiles.addresses):
            assert connection.execute(table.select()).all() == []
    assert retention.run(database, NOW + 180 * DAY) == dict.fromkeys(counts, 0)


def test_what_was_deleted_is_in_no_file_of_the_database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    database.upgrade()
    for number in range(100):  # enough to fill pages and to move rows
        with database.writing() as connection:
            say(connection, "eetu", f"SALAISUUS {number} " + "mua ahistaa " * (number % 20), NOW)
            say(connection, "aino", f"viesti {number}", NOW + 31 * DAY)
    retention.run(database, NOW + 31 * DAY)
    content = b"".join(file.read_bytes() for file in tmp_path.glob("saattaja.db*"))
    assert b"SALAISUUS" not in content and b"viesti 99" in content
    database.close()


@pytest.fixture(scope="module")
def one_database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('retention')}/saattaja.db")
    database.upgrade()
    yield database
    database.close()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from("ab"), st.integers(-2, 40)),  # days since the last, also set back
        st.tuples(st.just("purge"), st.integers(1, 4), st.integers(-2, 40)),
    ),
    max_size=30,
)


@given(steps)
def test_no_id_is_given_twice_and_nothing_is_kept_too_long_or_too_short(one_database, steps):
    now, given_ids, said = NOW, {"a": [], "b": []}, []
    with one_database.engine.connect() as connection, connection.begin() as unit:
        for step, which, days in steps:
            now += days * DAY
            if step == "say":
                event = outbox.append(connection, which, "reply", {}, now)
                given_ids[which].append(event.id)
                said.append((event.conversation, event.id, now))
            else:
                due = sorted(at for _, _, at in said if at <= now - retention.TEXTS)[:which]
                forgotten = outbox.forget(connection, now - retention.TEXTS, which)
                gone = {(conversation, number) for conversation, ids in forgotten.items() for number in ids}
                assert len(gone) == len(due)
                assert sorted(at for *event, at in said if tuple(event) in gone) == due
                said = [one for one in said if one[:2] not in gone]
        kept = {(event.conversation, event.id) for event in outbox.appended(connection, 0, 1000)}
        unit.rollback()
    assert kept == {one[:2] for one in said}
    for ids in given_ids.values():
        assert ids == sorted(set(ids)) == list(range(1, len(ids) + 1))
