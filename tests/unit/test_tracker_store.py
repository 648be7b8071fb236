"""Conversations against Rasa's own tracker and event classes, in a SQLite file, without a model."""

import asyncio
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.actions.action import ActionSessionStart
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.tracker_store import ConversationStore, ConversationsUnavailable, shorten, store_problem

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [seek_help]
    slots:
      municipality: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      needs: {type: any, mappings: [{type: custom}]}
      reach: {type: text, initial_value: near, influence_conversation: false, mappings: [{type: custom}]}
    responses: {utter_hello: [{text: hei}]}
    """
)


@pytest.fixture
def store(tmp_path):
    return ConversationStore(DOMAIN, db=str(tmp_path / "var" / "conversations.db"), maximum_turns=6, kept_turns=2)


async def say(store, text, *slots, sender="eetu"):
    """One turn as Rasa's processor makes it: load, add events, save."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        await start_session(tracker)
    tracker.update_with_events(
        [
            UserUttered(text, {"name": "seek_help", "confidence": 0.9}),
            *(SlotSet(name, value) for name, value in slots),
            ActionExecuted("utter_hello"),
            BotUttered(f"vastaus: {text}"),
            ActionExecuted("action_listen"),
        ],
        DOMAIN,
    )
    await store.save(tracker)
    return tracker


async def start_session(tracker):
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update_with_events(await ActionSessionStart().run(None, None, tracker, DOMAIN), DOMAIN)


def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_a_short_conversation_is_kept_as_it_was_said(store):
    for text in ("yksi", "kaksi", "kolme"):
        tracker = await say(store, text)
    assert list((await store.retrieve("eetu")).events) == list(tracker.events)


async def test_a_long_conversation_keeps_its_last_turns_and_its_slots(store):
    await say(store, "asun Tampereella", ("municipality", "Tampere"), ("needs", [{"id": "debt"}]))
    for turn in range(50):
        await say(store, f"viesti {turn}")
        tracker = await store.retrieve("eetu")
        assert len(texts(tracker)) <= 6
        assert texts(tracker)[-1] == f"viesti {turn}"
        assert tracker.get_slot("municipality") == "Tampere"
        assert tracker.get_slot("needs") == [{"id": "debt"}]
        assert tracker.get_slot("reach") == "near"
        assert tracker.latest_action_name == "action_listen"


async def test_a_cut_conversation_begins_with_a_session_start(store):
    for turn in range(7):
        await say(store, f"viesti {turn}", ("reach", "country"))
    tracker = await store.retrieve("eetu")
    assert [type(event) for event in list(tracker.events)[:3]] == [SessionStarted, SlotSet, ActionExecuted]
    assert texts(tracker) == ["viesti 5", "viesti 6"]


async def test_what_was_dropped_is_no_longer_in_the_database(store):
    for turn in range(7):
        await say(store, f"viesti {turn}")
    with store.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT data FROM events")).fetchall()
    assert any("viesti 6" in data for (data,) in rows)
    assert not any("viesti 0" in data for (data,) in rows)


async def test_a_new_session_drops_the_old_one_and_keeps_its_slots(store):
    await say(store, "asun Tampereella", ("municipality", "Tampere"))
    tracker = await store.retrieve("eetu")
    await start_session(tracker)
    await store.save(tracker)
    await say(store, "moi taas")
    tracker = await store.retrieve("eetu")
    assert texts(tracker) == ["moi taas"]
    assert tracker.get_slot("municipality") == "Tampere"


async def test_conversations_do_not_touch_each_other(store):
    for turn in range(20):
        await say(store, f"eetu {turn}", sender="eetu")
        await say(store, f"aino {turn}", sender="aino")
    assert texts(await store.retrieve("eetu"))[-1] == "eetu 19"
    assert all(text.startswith("aino") for text in texts(await store.retrieve("aino")))
    assert sorted(await store.keys()) == ["aino", "eetu"]


async def test_a_conversation_survives_a_restart(store):
    await say(store, "asun Tampereella", ("municipality", "Tampere"))
    again = ConversationStore(DOMAIN, db=store.engine.url.database)
    assert (await again.retrieve("eetu")).get_slot("municipality") == "Tampere"


async def test_an_active_form_is_carried_over(store):
    tracker = await say(store, "moi")
    tracker.update(ActiveLoop("place_form"))
    await store.save(tracker)
    for turn in range(20):
        await say(store, f"viesti {turn}")
    assert (await store.retrieve("eetu")).active_loop_name == "place_form"


async def test_a_clock_that_is_set_back_loses_nothing(store, monkeypatch):
    await say(store, "ennen")
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    await say(store, "jälkeen")
    await say(store, "vielä")
    assert texts(await store.retrieve("eetu")) == ["ennen", "jälkeen", "vielä"]


events = st.lists(
    st.one_of(
        st.builds(UserUttered, st.sampled_from(["moi", "apua"]), st.just({"name": "seek_help", "confidence": 1.0})),
        st.builds(SlotSet, st.sampled_from(["municipality", "reach"]), st.sampled_from([None, "Oulu", "near"])),
        st.builds(ActiveLoop, st.sampled_from([None, "place_form"])),
        st.builds(BotUttered, st.just("hei")),
        st.sampled_from([ActionExecuted("utter_hello"), ActionExecuted("action_listen")]),
        st.builds(Restarted),
        st.builds(AllSlotsReset),
        st.builds(SessionStarted),
        st.builds(ConversationPaused),
        st.builds(UserUtteranceReverted),
    ),
    max_size=40,
)


@given(events)
def test_shortening_never_changes_the_state(events):
    tracker = DialogueStateTracker.from_events("eetu", events, DOMAIN.slots)
    shorter = shorten(tracker, maximum_turns=3, kept_turns=2)
    if shorter is not None:
        after = DialogueStateTracker.from_events("eetu", shorter, DOMAIN.slots)
        assert after.current_slot_values() == tracker.current_slot_values()
        assert after.active_loop_name == tracker.active_loop_name
        assert after.is_paused() == tracker.is_paused()
        assert texts(tracker)[len(texts(tracker)) - len(texts(after)) :] == texts(after)


async def test_what_is_deleted_is_in_no_file_of_the_database(store):
    for turn in range(3):
        await say(store, f"SALAISUUS {turn}", sender="eetu")
        await say(store, f"viesti {turn}", sender="aino")
    await store.delete("eetu")
    assert b"SALAISUUS" not in files(store) and b"eetu" not in files(store)
    assert texts(await store.retrieve("aino")) == ["viesti 0", "viesti 1", "viesti 2"]


async def test_deletions_that_follow_soon_share_one_rewriting(store, monkeypatch):
    await delete_two(store)
    assert await store.retrieve("aino") is None and await store.retrieve("eetu") is None
    assert store.rewriting
    store.rewriting.cancel()
    store.rewriting = None
    monkeypatch.setattr("bot.tracker_store.REWRITE_EVERY", 0.0)
    await say(store, "SALAISUUS", sender="veera")
    await store.delete("veera")
    assert b"SALAISUUS" not in files(store)


async def test_a_rewriting_that_a_stop_prevented_comes_at_the_next_start(store):
    await delete_two(store)
    store.rewriting.cancel()
    store.engine.dispose()
    again = ConversationStore(DOMAIN, db=store.engine.url.database)
    assert b"SALAISUUS" not in files(again)
    assert not again.rewriting


async def test_conversations_that_nobody_used_since_are_deleted_and_others_are_not(store, monkeypatch):
    monkeypatch.setattr("bot.tracker_store.DELETED_AT_ONCE", 2)
    now = time.time()
    for sender in ("eetu", "aino", "veera"):
        monkeypatch.setattr("time.time", lambda: now - 31 * 24 * 3600)
        await say(store, f"SALAISUUS {sender}", sender=sender)
    monkeypatch.setattr("time.time", lambda: now)
    await say(store, "moi taas", sender="veera")
    since = datetime.fromtimestamp(now, timezone.utc) - timedelta(days=30)
    assert await store.delete_unused(since) == 2
    assert await store.delete_unused(since) == 0
    assert list(await store.keys()) == ["veera"]
    assert b"SALAISUUS eetu" not in files(store)
    assert texts(await store.retrieve("veera")) == ["SALAISUUS veera", "moi taas"]


async def test_what_is_loaded_for_a_turn_does_not_grow_with_the_conversation(store):
    """Rasa's latency grows with the events of a conversation; nobody's has more than those of its last turns."""
    most = 0
    for turn in range(100):
        await say(store, f"viesti {turn}", ("municipality", f"kunta {turn}"), ("needs", [{"id": "debt"}] * 3))
        most = max(most, len((await store.retrieve("eetu")).events))
        if turn == 20:
            after_twenty = most
    assert most == after_twenty


async def delete_two(store):
    """Deletes one conversation, which is done at once, and then two more, which has to wait."""
    for sender in ("veera", "eetu", "aino"):
        await say(store, f"SALAISUUS {sender}", sender=sender)
    for sender in ("veera", "eetu", "aino"):
        await store.delete(sender)


def files(store):
    file = Path(store.engine.url.database)
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def test_a_place_that_cannot_be_written_is_an_error_at_the_start(tmp_path):
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(ConversationsUnavailable, match=r"endpoints\.yml"):
        ConversationStore(DOMAIN, db=str(tmp_path / "file" / "conversations.db"))


def test_a_file_that_is_no_database_is_an_error_at_the_start(tmp_path):
    (tmp_path / "conversations.db").write_text("this is a text, and a long one, but no database" * 100)
    with pytest.raises(ConversationsUnavailable):
        ConversationStore(DOMAIN, db=str(tmp_path / "conversations.db"))


def rename(store, table, new_name):
    with store.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO {new_name}"))


async def test_a_failed_write_is_told_and_quotes_nobody(store, caplog):
    wrapped = FailSafeTrackerStore(store)
    assert store_problem(wrapped) is None
    rename(store, "events", "gone")
    tracker = DialogueStateTracker.from_events("eetu", [UserUttered("SALAISUUS")], DOMAIN.slots)
    await wrapped.save(tracker)
    assert "could not be saved" in store_problem(wrapped)
    assert "SALAISUUS" not in store_problem(wrapped) + caplog.text
    rename(store, "gone", "events")
    await wrapped.save(tracker)
    assert store_problem(wrapped) is None


def test_conversations_in_memory_are_a_problem():
    assert "InMemoryTrackerStore" in store_problem(FailSafeTrackerStore(InMemoryTrackerStore(DOMAIN)))


def test_rasa_finds_the_store_that_endpoints_yml_names(tmp_path):
    endpoint = EndpointConfig(type="bot.tracker_store.ConversationStore", db=str(tmp_path / "conversations.db"))
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, ConversationStore)
    assert asyncio.run(store.retrieve("nobody")) is None
