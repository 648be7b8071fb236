"""From an update to what is told, whichever messenger it is: a messenger in memory, the real desk, Rasa's stand-in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import pytest
from fake_rasa import FakeRasa
from fake_upstream import Reply

from messengers import accounts, inbox, telling
from messengers.choices import choices_of, data_of, read_data
from messengers.platform import Refused, TryLater, Unreachable
from messengers.running import running
from messengers.updates import KINDS, Update, as_json, from_json
from people import conversations, profiles
from people.database import Database
from reminders import outbox, store
from reminders.outbox import Event
from reminders.planning import Planned

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=timezone.utc)
ADA = "telegram:7"


@dataclass
class Memory:
    """A messenger that remembers what people were told, and can be busy, blocked or refusing."""

    channel: str = "telegram"
    told: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    acknowledged: list = field(default_factory=list)
    typed: list = field(default_factory=list)

    async def tell(self, account, event, language, answering):
        if self.faults:
            fault = self.faults.pop(0)
            if fault:
                raise fault
        self.told.append((account, event, language, answering))

    async def typing(self, account, answering):
        self.typed.append(account.address)

    async def acknowledge(self, update):
        self.acknowledged.append(update.id)

    async def document(self, account, name, content, answering): ...

    @property
    def texts(self):
        return [event.body.get("text") for _, event, _, _ in self.told]

    async def wait(self, count):
        """Returns the texts once there are so many."""
        for _ in range(400):
            if len(self.told) >= count:
                return self.texts
            await asyncio.sleep(0.02)
        raise AssertionError(f"only {self.texts}")


@pytest.fixture(scope="module")
def rasa():
    with FakeRasa() as rasa:
        yield rasa


@pytest.fixture
def url(rasa, new_database):
    rasa.reset()
    return new_database()


@pytest.fixture
def environment(rasa, seed_catalog, url):
    return {"SAATTAJA_DATABASE": url, "SAATTAJA_CATALOG": str(seed_catalog.path), "SAATTAJA_RASA": rasa.url}


@pytest.fixture
def database(url):
    database = Database(url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def going(environment):
    @asynccontextmanager
    async def going(messenger, now=lambda: NOW):
        async with running(messenger, environment, now) as keep:
            yield keep

    return going


def update(number, kind="text", text="", address=ADA, **more):
    more = {"place": {"chat": 7}, "language": "fi", **more}
    return Update(str(number), address, kind, text, **more)


async def test_words_are_answered_in_order_each_once(going, rasa):
    messenger = Memory()
    async with going(messenger) as keep:
        assert [await keep(update(number, text=f"viesti {number}")) for number in (1, 2, 2, 3)] == [
            True,
            True,
            False,
            True,
        ]
        assert await messenger.wait(3) == [f"Sanoit: viesti {number}" for number in (1, 2, 3)]
        await asyncio.sleep(0.5)
    assert len(messenger.told) == 3
    assert [one["sender"] for one in rasa.asked] == [ADA] * 3
    assert {answering.id for *_, answering in messenger.told} == {"1", "2", "3"}
    assert set(messenger.typed) == {ADA}


async def test_what_was_kept_before_a_stop_is_answered_after_it(going, database):
    with database.writing() as connection:
        inbox.keep(connection, "telegram", update(5, text="moi"), NOW)
    messenger = Memory()
    async with going(messenger):
        assert await messenger.wait(1) == ["Sanoit: moi"]
    again = Memory()
    async with going(again):
        await asyncio.sleep(0.6)
    assert again.told == []


async def test_people_do_not_wait_for_each_other(going, rasa):
    messenger = Memory(faults=[TryLater(30)])
    async with going(messenger) as keep:
        await keep(update(1, text="eka"))
        await asyncio.sleep(0.6)
        await keep(update(2, text="toka", address="telegram:8"))
        assert await messenger.wait(1) == ["Sanoit: toka"]


async def test_who_is_busy_is_asked_again_and_nothing_is_told_twice(going):
    messenger = Memory(faults=[TryLater(0.05), None, TryLater(0.05)])
    async with going(messenger) as keep:
        await keep(update(1, text="a"))
        await keep(update(2, text="b"))
        assert await messenger.wait(2) == ["Sanoit: a", "Sanoit: b"]
        await asyncio.sleep(0.4)
    assert len(messenger.told) == 2


async def test_what_is_refused_does_not_hold_up_the_rest(going):
    messenger = Memory(faults=[Refused("too long")])
    async with going(messenger) as keep:
        await keep(update(1, text="a"))
        await keep(update(2, text="b"))
        assert await messenger.wait(1) == ["Sanoit: b"]


@pytest.mark.parametrize(
    ("update", "said"),
    [
        (update(1, "command", "start"), "Moi! Olen botti"),
        (update(1, "command", "apua"), "Näistä saat apua heti"),
        (update(1, "command", "unohda"), "Poistanko kaiken"),
        (update(1, "command", "stop"), "Sanoit: Älä muistuta"),
        (update(1, "command", "kysy", argument="mua ahistaa"), "Sanoit: mua ahistaa"),
        (update(1, "command", "hölynpöly"), "Sanoit: hölynpöly"),
        (update(1, "location", location=(61.5, 23.76)), "Sanoit: Jaoin sijaintini"),
        (update(1, "other"), "Tätä en osaa avata"),
        (update(1, "group", "moi botti"), "Täällä muutkin näkevät"),
        (update(1, "text", ""), "Viestissäsi ei näkynyt tekstiä"),
        (update(1, "tap", "999.0"), "Tämä nappi on jo vanha"),
        (update(1, "tap", "/restart"), "Tämä nappi on jo vanha"),
        (update(1, "command", "start", language="sv"), "Hej"),
        (update(1, "other", language="en"), "I can't"),
    ],
)
async def test_each_kind_of_update_has_its_answer(update, said, going):
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update)
        assert (await messenger.wait(1))[0].startswith(said)


async def test_help_comes_at_once_while_rasa_is_away(going, rasa):
    rasa.answers("POST", "/webhooks/telegram/webhook", Reply(status=503))
    rasa.answers("GET", "/webhooks/rest/ready", Reply(status=503))
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, "command", "apua"))
        (text,) = await messenger.wait(1)
    assert "112" in text and "sekasin" in text.lower()


async def test_a_link_with_a_place_presets_it(going, rasa):
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, "command", "start", argument="Tampere"))
        await keep(update(2, text="vuokrat on rästis"))
        await messenger.wait(2)
    assert rasa.asked[-1]["municipality"] == "Tampere"


async def test_a_tap_sends_what_the_button_offered(going, database):
    with database.writing() as connection:
        accounts.ensure(connection, ADA, "fi", NOW)
        body = {"text": "?", "buttons": [{"title": "Mer", "payload": "Lisää vaihtoehtoja"}]}
        event = outbox.append(connection, ADA, "reply", body, NOW)
        stranger = outbox.append(connection, "telegram:8", "reply", body, NOW)
        outbox.append(connection, "telegram:8", "reply", body, NOW)
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, "tap", data_of(event, 0)))
        assert (await messenger.wait(2))[1] == "Sanoit: Lisää vaihtoehtoja"
        await keep(update(2, "tap", data_of(replace(stranger, id=99), 0)))
        assert (await messenger.wait(3))[2].startswith("Tämä nappi on jo vanha")
        assert messenger.acknowledged == ["1", "2"]


def remind(database, address=ADA, at=NOW, **profile):
    """A reminder that was delivered to an address just now; returns its id."""
    with database.writing() as connection:
        accounts.ensure(connection, address, "fi", at)
        person = profiles.ensure(connection, "telegram", address, at).id
        profiles.change(connection, person, reminders_allowed=True, **profile)
        reminder = store.add(connection, person, "start_now", "k", Planned(at, at + timedelta(hours=3)), at)
        (claimed,) = store.claim(connection, "w", at, 1)
        store.deliver(connection, claimed, "telegram", at)
        body = {
            "text": "Vertaisryhmä alkaa nyt.",
            "reminder": reminder,
            "kind": "start_now",
            "buttons": [{"title": "Tehty", "payload": "Tehty", "answer": "done"}],
            "glance": "Sinulle on viesti.",
        }
        outbox.append(connection, address, "notice", body, at)
    return reminder


async def test_a_reminder_says_no_more_than_a_bystander_may_read_until_it_is_opened(going, database):
    reminder = remind(database)
    messenger = Memory()
    async with going(messenger) as keep:
        await messenger.wait(1)
        _, event, *_ = messenger.told[0]
        assert [choice.title for choice in choices_of(event.body, "fi", event.at)] == ["Näytä"]
        await keep(update(1, "tap", data_of(event, 0)))
        await messenger.wait(2)
        _, shown, *_ = messenger.told[1]
        assert shown.body["edits"] and not shown.body["glance"]
        await keep(update(2, "tap", data_of(shown, 0)))
        await messenger.wait(3)
    with database.reading() as connection:
        assert store.by_id(connection, reminder).answered == "done"


async def test_a_reminder_that_could_not_be_told_in_time_asks_again_whether_it_may(going, database):
    reminder = remind(database, at=NOW - timedelta(hours=2))
    messenger = Memory()
    async with going(messenger):
        await asyncio.sleep(0.6)
    assert messenger.told == []
    with database.reading() as connection:
        kept = store.by_id(connection, reminder)
    assert (kept.state, kept.delivered_at) == ("waiting", None)


async def test_who_blocked_the_bot_is_not_written_to_and_is_back_with_the_next_message(going, database):
    reminder = remind(database)
    messenger = Memory(faults=[Unreachable()])
    async with going(messenger) as keep:
        await asyncio.sleep(0.6)
        with database.reading() as connection:
            person = profiles.find(connection, "telegram", ADA).id
            assert profiles.address_last_used(connection, person) is None
            assert store.by_id(connection, reminder).state == "waiting"
        await keep(update(1, text="moi"))
        assert await messenger.wait(1) == ["Sanoit: moi"]
        with database.reading() as connection:
            assert profiles.address_last_used(connection, person) == ("telegram", ADA)
        await keep(update(2, "blocked"))
        await asyncio.sleep(0.5)
        with database.reading() as connection:
            assert profiles.address_last_used(connection, person) is None


async def test_the_last_words_are_told_after_everything_was_erased(going, database, rasa):
    from people import erasing

    async def forget(request):
        with database.writing() as connection:
            erasing.forget_address(connection, "telegram", ADA, NOW)
        from aiohttp import web

        return web.json_response([{"text": "Kaikki on poistettu."}])

    rasa.will_forget("telegram%3A7")
    rasa.answers("POST", "/webhooks/telegram/webhook", forget)
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, text="unohda minut"))
        assert await messenger.wait(1) == ["Kaikki on poistettu."]
        await asyncio.sleep(0.3)
    with database.reading() as connection:
        assert accounts.of(connection, ADA) is None and conversations.by_id(connection, ADA) is None
        assert outbox.events(connection, ADA) == [] and inbox.find(connection, "telegram", "1") is None
        kept = connection.execute(inbox.messenger_updates.select()).all()
    assert [(row.address, row.said) for row in kept] == [(None, None)]


async def test_too_many_messages_are_told_once_with_who_helps_at_once(going):
    messenger = Memory()
    async with going(messenger) as keep:
        for number in range(30):
            await keep(update(number + 1, text=f"{number}"))
        texts = await messenger.wait(21)
        await asyncio.sleep(0.5)
    assert len(messenger.told) == 21
    assert sum("112" in text for text in texts) == 1


async def test_what_is_older_than_a_day_is_not_told_any_more(going, database):
    with database.writing() as connection:
        accounts.ensure(connection, ADA, "fi", NOW)
        outbox.append(connection, ADA, "reply", {"text": "eilinen"}, NOW - telling.STALE)
        outbox.append(connection, ADA, "reply", {"text": "tämä päivä"}, NOW)
    messenger = Memory()
    async with going(messenger):
        assert await messenger.wait(1) == ["tämä päivä"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_survives_json(kind):
    told = update(1, kind, "moi", location=(61.5, 23.76), argument="x")
    assert from_json(as_json(told)) == told


@pytest.mark.parametrize("data", ["", "12", "12.", ".3", "-1.2", "1.-2", "１.2", "/restart", "1.2\n", "9" * 99])
def test_data_of_no_button_is_none(data):
    assert read_data(data) is None


def test_data_of_a_button_fits_the_smallest_messenger():
    event = Event(ADA, 999_999_999, 1, "reply", NOW, None, {})
    tap = read_data(data_of(event, 999))
    assert (tap.event, tap.index) == (999_999_999, 999) and tap.is_on(event)
    assert len(data_of(event, 999)) <= 64


def test_a_button_of_a_conversation_that_was_forgotten_is_none_of_the_next_one():
    before, after = (Event(ADA, 3, 1, "reply", at, None, {}) for at in (NOW, NOW + timedelta(minutes=1)))
    assert not read_data(data_of(before, 0)).is_on(after)


def test_what_was_said_in_an_update_is_forgotten_and_that_it_came_stays_for_two_days(database):
    with database.writing() as connection:
        inbox.keep(connection, "telegram", update(1, text="salaisuus"), NOW)
        inbox.handled(connection, "telegram", update(1), NOW)
        inbox.forget(connection, NOW + inbox.ANSWERABLE)
        assert inbox.find(connection, "telegram", "1") is None
        assert not inbox.keep(connection, "telegram", update(1, text="salaisuus"), NOW)
        inbox.forget(connection, NOW + inbox.REMEMBERED)
        assert inbox.keep(connection, "telegram", update(1), NOW)


async def test_who_was_answered_in_english_gets_help_in_english(going, rasa):
    rasa.answers("POST", "/webhooks/telegram/webhook", Reply([{"text": "Hello there.", "lang": "en"}]))
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, text="I am lonely"))
        await messenger.wait(1)
        await keep(update(2, "command", "apua"))
        assert (await messenger.wait(2))[1].startswith("You can get help here")


# --- settings ---------------------------------------------------------------------------------------------------


def tap(messenger, number, title, **more):
    """A tap on the button of this title in what was told last."""
    _, event, *_ = messenger.told[-1]
    offered = [choice.title for choice in choices_of(event.body, "fi", NOW)]
    return update(number, "tap", data_of(event, offered.index(title)), **more)


async def test_a_setting_is_tapped_and_its_screen_replaces_the_one_before(going, database):
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, "command", "asetukset"))
        await messenger.wait(1)
        for number, title in enumerate(("Puhetapa", "Koirakuvia"), 2):
            await keep(tap(messenger, number, title))
            await messenger.wait(number)
    assert messenger.told[-1][1].body["edits"]
    with database.reading() as connection:
        assert profiles.find(connection, "telegram", ADA).tone == "dogs"


async def test_own_data_come_as_a_file(going):
    sent = []

    class Sending(Memory):
        async def document(self, account, name, content, answering):
            sent.append((account.address, name, content))

    messenger = Sending()
    async with going(messenger) as keep:
        await keep(update(1, "command", "asetukset"))
        await messenger.wait(1)
        for number, title in enumerate(("Omat tiedot", "Lataa tietoni"), 2):
            await keep(tap(messenger, number, title))
            await messenger.wait(number)
    ((address, name, content),) = sent
    assert (address, name) == (ADA, "omat-tiedot.json") and b'"conversations"' in content


async def test_who_is_forgotten_hears_so_and_nothing_is_left(going, database):
    messenger = Memory()
    async with going(messenger) as keep:
        await keep(update(1, "command", "asetukset"))
        await messenger.wait(1)
        for number, title in enumerate(("Unohda minut", "Kyllä, unohda minut"), 2):
            await keep(tap(messenger, number, title))
            texts = await messenger.wait(number)
    assert texts[-1].startswith("Kaikki, mitä minulla oli sinusta, on poistettu.")
    with database.reading() as connection:
        assert outbox.events(connection, ADA) == [] and accounts.of(connection, ADA) is None
        assert conversations.to_erase(connection) == [ADA]


async def test_who_asks_for_their_data_in_words_gets_the_file_too(going, rasa):
    sent = []

    class Sending(Memory):
        async def document(self, account, name, content, answering):
            sent.append(name)

    rasa.answers("POST", "/webhooks/telegram/webhook", Reply([{"text": "Tässä.", "custom": {"type": "document"}}]))
    messenger = Sending()
    async with going(messenger) as keep:
        await keep(update(1, text="anna tietoni"))
        await messenger.wait(1)
    assert sent == ["omat-tiedot.json"]
