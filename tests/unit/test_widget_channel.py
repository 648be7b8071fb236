"""The widget's connector in Rasa's own server, with Rasa's lock and a stand-in for its message processor."""

import asyncio
import socket
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import httpx
import pytest
import pytest_asyncio
from rasa.core.run import configure_app
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from sanic import Sanic

from bot.channels.replies import EMPTY_MESSAGE, FAULT
from bot.channels.widget import WidgetChannel
from bot.lock_store import PromptLockStore
from bot.tracker_store import ConversationStore
from people.database import Database
from reminders import outbox

BUTTONS = [{"title": "Lisää", "payload": "Lisää"}]
CARDS = {"type": "services", "crisis": False, "services": [{"id": "sekasin-chat"}]}
SECRET = "xyzzyplugh"


class Processor:
    """Answers as Rasa's processor does, as far as a channel sees it: the turn is stored as a whole at its end."""

    def __init__(self, store):
        self.store = store
        self.handled = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.silent = False

    async def handle_message(self, message):
        self.handled.append(message)
        tracker = await self.store.get_or_create_tracker(message.sender_id)
        said = [] if self.silent else [self.reply(message.text), BotUttered("Missä päin asut?")]
        for utterance in said:
            await message.output_channel.send_response(message.sender_id, utterance.message())
        await self.go_on.wait()
        heard = UserUttered(message.text, message_id=message.message_id, metadata=message.metadata)
        tracker.update_with_events([heard, *said, ActionExecuted("action_listen")], self.store.domain)
        await self.store.save(tracker)

    def reply(self, text):
        """A reply that is another one each time it is made."""
        return BotUttered(f"{len(self.handled)}: {text}\n\nToka.", {"buttons": BUTTONS, "custom": CARDS, "image": None})


class Rasa:
    """Rasa's server with the widget's channel over a database file."""

    def __init__(self, file):
        self.store = ConversationStore(Domain.empty(), db=str(file))
        self.processor = Processor(self.store)
        self.app = configure_app([WidgetChannel()], enable_api=False, use_uvloop=False)
        self.app.ctx.agent = SimpleNamespace(
            is_ready=lambda: True,
            lock_store=PromptLockStore(),
            tracker_store=FailSafeTrackerStore(self.store),
            processor=self.processor,
        )

    async def __aenter__(self):
        door = socket.create_server(("127.0.0.1", 0))
        self.server = await self.app.create_server(sock=door, return_asyncio_server=True, access_log=False)
        await self.server.startup()
        await self.server.start_serving()
        url = f"http://127.0.0.1:{door.getsockname()[1]}/webhooks/widget"
        self.client = httpx.AsyncClient(base_url=url, trust_env=False)
        return self

    async def __aexit__(self, *_):
        await self.client.aclose()
        self.server.close()
        await self.server.wait_closed()

    async def say(self, text, message_id, sender="eetu", **fields):
        body = {"sender": sender, "message_id": message_id, "message": text, **fields}
        answer = await self.client.post("webhook", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "conversations.db"


@pytest_asyncio.fixture
async def rasa(file, monkeypatch):
    monkeypatch.setattr(Sanic, "test_mode", True)  # several applications of one name
    async with Rasa(file) as rasa:
        yield rasa


async def test_replies_have_the_form_of_the_rest_channel(rasa):
    first, second = await rasa.say("mua ahistaa", "m1")
    assert first == {"recipient_id": "eetu", "text": "1: mua ahistaa\n\nToka.", "buttons": BUTTONS, "custom": CARDS}
    assert second == {"recipient_id": "eetu", "text": "Missä päin asut?"}


async def test_the_same_message_again_gets_the_same_replies_and_is_handled_once(rasa):
    replies = await rasa.say("mua ahistaa", "m1")
    await rasa.say("asun Tampereella", "m2")
    assert await rasa.say("mua ahistaa", "m1") == replies
    assert [message.text for message in rasa.processor.handled] == ["mua ahistaa", "asun Tampereella"]


async def test_also_after_a_restart(rasa, file):
    replies = await rasa.say("mua ahistaa", "m1")
    async with Rasa(file) as again:
        assert await again.say("mua ahistaa", "m1") == replies
        assert not again.processor.handled


async def test_also_while_the_first_attempt_is_in_progress(rasa):
    rasa.processor.go_on.clear()
    attempts = [asyncio.create_task(rasa.say("mua ahistaa", "m1")) for _ in range(3)]
    await asyncio.sleep(0.1)
    rasa.processor.go_on.set()
    first, *others = await asyncio.gather(*attempts)
    assert others == [first, first]
    assert len(rasa.processor.handled) == 1


async def test_a_client_that_went_away_finds_its_answer_when_it_comes_back(rasa):
    rasa.processor.go_on.clear()
    attempt = asyncio.create_task(rasa.say("mua ahistaa", "m1"))
    await asyncio.sleep(0.1)
    attempt.cancel()
    await asyncio.sleep(0)
    rasa.processor.go_on.set()
    assert (await rasa.say("mua ahistaa", "m1"))[0]["text"].startswith("1: ")
    assert len(rasa.processor.handled) == 1


async def test_a_message_that_was_cut_short_is_handled_anew(rasa, monkeypatch):
    monkeypatch.setattr("bot.channels.answering.ANSWER_WITHIN", 0.05)
    rasa.processor.silent = True
    rasa.processor.go_on.clear()
    assert [reply["text"] for reply in await rasa.say("mua ahistaa", "m1")] == [FAULT["text"]]
    rasa.processor.silent = False
    rasa.processor.go_on.set()
    assert (await rasa.say("mua ahistaa", "m1"))[0]["custom"] == CARDS


async def test_the_same_id_of_another_person_is_another_message(rasa):
    await rasa.say("mua ahistaa", "m1")
    (first, _) = await rasa.say("vuokra rästissä", "m1", sender="aino")
    assert first["recipient_id"] == "aino" and "vuokra" in first["text"]


@pytest.mark.parametrize("message_id", ["%", "_1", '"', "m", "message_id", "ä"])
async def test_an_id_is_compared_as_a_whole(rasa, message_id):
    await rasa.say(f'"message_id": "{message_id}"', "m1")
    await rasa.say("toinen", message_id)
    assert len(rasa.processor.handled) == 2
    await rasa.say("toinen", message_id)
    assert len(rasa.processor.handled) == 2


async def test_a_message_without_words_is_answered_without_rasa(rasa):
    assert await rasa.say(" ", "m1") == [{"recipient_id": "eetu", **EMPTY_MESSAGE}]
    assert not rasa.processor.handled


async def test_a_reply_that_never_came_is_the_fault_reply_each_time(rasa):
    rasa.processor.silent = True
    fault = [{"recipient_id": "eetu", **FAULT}]
    assert await rasa.say("mua ahistaa", "m1") == fault
    assert await rasa.say("mua ahistaa", "m1") == fault


async def test_the_position_and_the_pages_place_come_beside_the_words(rasa):
    await rasa.say(
        "moi", "m1", location={"latitude": 61.49876, "longitude": 23.76}, municipality="Tammerfors", other="x"
    )
    (message,) = rasa.processor.handled
    assert message.metadata == {"location": {"latitude": 61.5, "longitude": 23.76}, "municipality": "Tampere"}
    assert (message.input_channel, message.message_id) == ("widget", "m1")


@pytest.mark.parametrize("municipality", ["Atlantis", "", 7, None, {"name": "Oulu"}, "\u0000"])
async def test_a_place_that_is_none_is_left_out(rasa, municipality):
    await rasa.say("moi", "m1", municipality=municipality)
    assert rasa.processor.handled[0].metadata is None


BODIES = {
    "no JSON": (b"moi", 400),
    "no object": (b"[]", 422),
    "no id": (b'{"sender": "eetu", "message": "moi"}', 422),
    "no sender": (b'{"message_id": "m1", "message": "moi"}', 422),
    "no message": (b'{"sender": "eetu", "message_id": "m1"}', 422),
    "an id that is no text": (b'{"sender": "eetu", "message_id": 1, "message": "moi"}', 422),
    "a long id": (b'{"sender": "eetu", "message_id": "%s", "message": "moi"}' % (b"m" * 65), 422),
    "an id with NUL": (b'{"sender": "eetu", "message_id": "\\u0000", "message": "moi"}', 422),
    "a position off the globe": (
        b'{"sender": "eetu", "message_id": "m", "message": "moi", "location": {"latitude": 91, "longitude": 0}}',
        422,
    ),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
async def test_what_is_no_message_gets_a_reason(rasa, body, status):
    answer = await rasa.client.post("webhook", content=body)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "reason"})


async def test_without_a_model_it_says_that_it_is_not_ready(rasa):
    rasa.app.ctx.agent.is_ready = lambda: False
    body = {"sender": "eetu", "message_id": "m1", "message": "moi"}
    assert (await rasa.client.post("webhook", json=body)).status_code == 503
    assert (await rasa.client.delete("conversations/eetu")).status_code == 503


async def test_a_deleted_conversation_is_in_no_file_any_more(rasa, file):
    for number in range(40):  # enough to fill pages, and to be shortened on the way
        await rasa.say(f"{SECRET} {number} " + "mua ahistaa " * 20, f"m{number}", sender="eetu-7f3a")
        await rasa.say("asun Oulussa", f"m{number}", sender="aino")
    assert SECRET.encode() in content(file)
    answer = await rasa.client.delete("conversations/eetu-7f3a")
    assert (answer.status_code, answer.content) == (204, b"")
    assert SECRET.encode() not in content(file)
    assert b"eetu-7f3a" not in content(file)
    assert await rasa.store.retrieve("eetu-7f3a") is None
    assert await rasa.store.retrieve("aino")


async def test_an_answer_in_progress_is_deleted_too(rasa):
    rasa.processor.go_on.clear()
    saying = asyncio.create_task(rasa.say("mua ahistaa", "m1"))
    await asyncio.sleep(0.1)
    deleting = asyncio.create_task(rasa.client.delete("conversations/eetu"))
    await asyncio.sleep(0.1)
    rasa.processor.go_on.set()
    await asyncio.gather(saying, deleting)
    assert await rasa.store.retrieve("eetu") is None


async def test_what_rasa_keeps_in_memory_when_the_database_fails_is_deleted_too(rasa):
    memory = rasa.app.ctx.agent.tracker_store.fallback_tracker_store
    await memory.save(await memory.get_or_create_tracker("eetu"))
    await rasa.client.delete("conversations/eetu")
    assert not memory.store


async def test_deleting_twice_or_a_stranger_is_no_error(rasa):
    assert (await rasa.client.delete("conversations/nobody%20here")).status_code == 204
    assert (await rasa.client.delete("conversations/" + "x" * 200)).status_code == 422


async def test_a_conversation_that_could_not_be_deleted_is_told(rasa):
    rasa.store.engine.dispose()
    rasa.store.SQLEvent.__table__.drop(rasa.store.engine)
    answer = await rasa.client.delete("conversations/eetu")
    assert (answer.status_code, answer.json()["error"]) == (503, "not_deleted")


async def test_what_the_bot_remembers_of_a_conversation_is_told(rasa):
    await rasa.say("asun Oulussa", "m1")
    assert (await rasa.client.get("conversations/eetu")).json() == {"slots": {}}
    rasa.store.domain = Domain.from_yaml(
        "slots: {municipality: {type: text, mappings: [{type: custom}]}, age: {type: any, mappings: [{type: custom}]}}"
    )
    tracker = await rasa.store.retrieve("eetu")
    tracker.update(SlotSet("municipality", "Äänekoski"))
    await rasa.store.save(tracker)
    assert (await rasa.client.get("conversations/eetu")).json() == {"slots": {"municipality": "Äänekoski"}}
    assert (await rasa.client.get("conversations/nobody")).json() == {"slots": {}}
    assert (await rasa.client.get("conversations/" + "x" * 200)).status_code == 422
    rasa.app.ctx.agent.is_ready = lambda: False
    assert (await rasa.client.get("conversations/eetu")).status_code == 503


async def test_what_nobody_used_for_long_is_purged(rasa, file):
    await rasa.say(f"{SECRET} mua ahistaa", "m1", sender="eetu")
    await rasa.say("asun Oulussa", "m1", sender="aino")
    age(rasa, "eetu", days=31)
    since = datetime.now(timezone.utc) - timedelta(days=30)
    answer = await rasa.client.post("purge", json={"unused_since": since.isoformat()})
    assert (answer.status_code, answer.json()) == (200, {"deleted": 1})
    assert SECRET.encode() not in content(file)
    assert list(await rasa.store.keys()) == ["aino"]


async def test_a_purge_does_no_harm_to_who_comes_back_in_that_moment(rasa):
    await rasa.say("mua ahistaa", "m1")
    age(rasa, "eetu", days=31)
    rasa.processor.go_on.clear()
    saying = asyncio.create_task(rasa.say("moi taas", "m2"))
    await asyncio.sleep(0.1)
    await rasa.client.post("purge", json={"unused_since": datetime.now(timezone.utc).isoformat()})
    rasa.processor.go_on.set()
    await saying
    heard = [event.text for event in (await rasa.store.retrieve("eetu")).events if isinstance(event, UserUttered)]
    assert heard[-1] == "moi taas"


def age(rasa, sender, days):
    events = rasa.store.SQLEvent.__table__
    older = events.update().where(events.c.sender_id == sender)
    with rasa.store.engine.begin() as connection:
        connection.execute(older.values(timestamp=events.c.timestamp - days * 24 * 3600))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"unused_since": 5}', b'{"unused_since": "2026-11-22T00:00:00"}']
)
async def test_a_purge_without_a_time_deletes_nothing(rasa, body):
    await rasa.say("moi", "m1")
    assert (await rasa.client.post("purge", content=body)).status_code == 422
    assert await rasa.store.retrieve("eetu")


async def test_a_purge_that_could_not_be_is_told(rasa):
    now = datetime.now(timezone.utc).isoformat()
    rasa.app.ctx.agent.is_ready = lambda: False
    assert (await rasa.client.post("purge", json={"unused_since": now})).status_code == 503
    rasa.app.ctx.agent.is_ready = lambda: True
    rasa.store.engine.dispose()
    rasa.store.SQLEvent.__table__.drop(rasa.store.engine)
    answer = await rasa.client.post("purge", json={"unused_since": now})
    assert (answer.status_code, answer.json()["error"]) == (503, "not_deleted")


async def test_what_comes_without_a_request_goes_to_the_outbox_of_its_conversation(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/saattaja.db"
    monkeypatch.setenv("SAATTAJA_DATABASE", url)
    Database(url).upgrade()
    channel = WidgetChannel().get_output_channel()
    for utterance in (Processor(None).reply("muistutus"), BotUttered(None, {"buttons": []}), BotUttered("Moi taas.")):
        await channel.send_response("eetu", utterance.message())
    assert channel.name() == "widget"
    with Database(url).reading() as connection:
        first, second = outbox.events(connection, "eetu")
    assert (first.kind, first.message_id) == ("reply", None)
    assert first.body == {"text": "0: muistutus\n\nToka.", "buttons": BUTTONS, "custom": CARDS}
    assert second.body == {"text": "Moi taas."}


def content(file):
    return b"".join(each.read_bytes() for each in file.parent.glob("conversations.db*"))
