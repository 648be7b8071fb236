"""The real client against the Bot API's stand-in: what is sent, what its errors mean, and polling."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from fake_telegram import (
    BLOCKED,
    DROPPED,
    NOT_FOUND,
    PASSES,
    SERVER_ERROR,
    TOKEN,
    FakeTelegram,
    Fault,
    too_many,
)

from messengers.accounts import Account
from messengers.platform import Refused, TryLater, Unreachable
from messengers.telegram import platform as platform_module
from messengers.telegram.__main__ import COMMANDS, until_it_works
from messengers.telegram.client import open_bot
from messengers.telegram.limits import COMMAND_DESCRIPTION
from messengers.telegram.platform import TelegramPlatform
from messengers.telegram.polling import poll
from messengers.telegram.settings import TelegramSettings
from messengers.updates import Update
from people.database import DatabaseUnavailable
from reminders.outbox import Event
from translations import LANGUAGES, translate

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)
EETU = Account("telegram:5001", 0, "fi")
PARSE_ERROR = Fault(400, "Bad Request: can't parse entities: Unsupported start tag")
LINK_REFUSED = Fault(400, "Bad Request: BUTTON_URL_INVALID")
PICTURE = {"type": "picture", "url": "/pictures/dogs/asleep.png", "alt": "Koira nukkuu.", "lang": "fi"}


@pytest.fixture(scope="module")
def telegram():
    with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture
def eetu(telegram):
    telegram.reset()
    return telegram.person()


@pytest.fixture
async def bot(telegram, eetu):
    bot = open_bot(TelegramSettings(TOKEN, "secret", telegram.url))
    await bot.initialize()
    yield bot
    await bot.shutdown()


@pytest.fixture
def platform(bot):
    return TelegramPlatform(bot, lambda: "saattaja_test_bot", lambda: NOW)


def event(body, number=12):
    return Event("telegram:5001", number, number, "reply", NOW, "700", body)


def update(kind="text", **place):
    return Update("700", "telegram:5001", kind, place={"chat": 5001, **place})


def services(*names):
    cards = [{"name": name, "why": [], "channels": [], "open_now": None} for name in names]
    return {"text": "Nämä.", "custom": {"type": "services", "services": cards}}


# --- what is sent -----------------------------------------------------------------------------------------------


async def test_words_go_to_the_private_chat_of_the_person_without_a_preview_of_links(platform, telegram, eetu):
    await platform.tell(EETU, event({"text": "Katso <sekasin.fi>"}), "fi", None)
    ((_, sent),) = [call for call in telegram.calls if call[0] == "sendMessage"]
    assert sent["chat_id"] == "5001" and sent["parse_mode"] == "HTML"
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert [shown.text for shown in eetu.sees] == ["Katso <sekasin.fi>"]


async def test_a_picture_that_is_not_there_is_told_in_words(platform, eetu):
    await platform.tell(EETU, event({"custom": {**PICTURE, "url": "/pictures/dogs/none.png"}}), "fi", None)
    await platform.tell(EETU, event({"custom": {**PICTURE, "url": "/pictures/../../etc/passwd"}}, 13), "fi", None)
    assert [(shown.text, shown.picture) for shown in eetu.sees] == [("Koira nukkuu.", None)] * 2


async def test_a_photograph_of_the_public_door_is_a_dog_of_our_own_here(platform, eetu):
    await platform.tell(EETU, event({"custom": {**PICTURE, "url": "/pictures/photographs/7.jpg"}}), "fi", None)
    assert eetu.sees[0].picture.startswith(b"\x89PNG")


async def test_a_file_keeps_its_name(platform, eetu):
    await platform.document(EETU, "omat-tietoni.json", b'{"age": 19}', None)
    assert eetu.sees[0].document == ("omat-tietoni.json", b'{"age": 19}')


async def test_typing_shows(platform, telegram, eetu):
    await platform.typing(EETU, update())
    await platform.typing(EETU, update("group", chat=-100777))
    assert [sent["action"] for method, sent in telegram.calls if method == "sendChatAction"] == ["typing"]


async def test_a_tap_is_acknowledged_and_one_that_is_too_old_is_no_fault(platform, telegram, eetu):
    query = telegram.next_query()
    await platform.acknowledge(update("tap", callback=query))
    await platform.acknowledge(update("tap", callback="1"))
    await platform.acknowledge(update("text"))
    assert telegram.answered == [query] and telegram.count("answerCallbackQuery") == 2


@pytest.mark.parametrize("number", [1, 404])
async def test_what_replaces_goes_where_it_was_tapped_or_else_anew(platform, telegram, eetu, number):
    await platform.tell(EETU, event({"text": "Mitä haluat muuttaa?"}), "fi", None)
    screen = event({"text": "Tyyli", "edits": True}, 13)
    place = eetu.sees[0].id if number == 1 else number
    await platform.tell(EETU, screen, "fi", update("tap", message=place))
    texts = [shown.text for shown in eetu.sees]
    assert texts == (["Tyyli"] if number == 1 else ["Mitä haluat muuttaa?", "Tyyli"])


async def test_the_same_screen_once_more_is_no_second_message(platform, telegram, eetu):
    await platform.tell(EETU, event({"text": "Tyyli"}), "fi", None)
    await platform.tell(EETU, event({"text": "Tyyli", "edits": True}, 13), "fi", update("tap", message=eetu.sees[0].id))
    assert [shown.text for shown in eetu.sees] == ["Tyyli"]


async def test_a_picture_cannot_be_replaced_by_words(platform, telegram, eetu):
    await platform.tell(EETU, event({"custom": PICTURE}), "fi", None)
    await platform.tell(EETU, event({"text": "Tyyli", "edits": True}, 13), "fi", update("tap", message=eetu.sees[0].id))
    assert [shown.text for shown in eetu.sees] == ["Koira nukkuu.", "Tyyli"]


# --- what errors mean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (too_many(7), TryLater),
        (BLOCKED, Unreachable),
        (NOT_FOUND, Unreachable),
        (Fault(403, "Forbidden: user is deactivated"), Unreachable),
        (Fault(403, "Forbidden: bot can't initiate conversation with a user"), Unreachable),
        (Fault(400, "Bad Request: PEER_ID_INVALID"), Unreachable),
        (SERVER_ERROR, TryLater),
        (Fault(500, "Internal Server Error"), TryLater),
        (Fault(401, "Unauthorized"), TryLater),
        (DROPPED, TryLater),
    ],
)
async def test_what_an_error_means(platform, telegram, fault, meaning, eetu):
    telegram.fails("sendMessage", fault)
    with pytest.raises(meaning) as raised:
        await platform.tell(EETU, event({"text": "salaisuus"}), "fi", None)
    assert raised.value.__suppress_context__ and TOKEN not in repr(raised.value)
    if fault.retry_after:
        assert raised.value.seconds == 7


async def test_the_pauses_grow_while_telegram_is_away_and_are_short_again_after(platform, telegram, eetu):
    pauses = []
    telegram.fails("sendMessage", *[SERVER_ERROR] * 8)
    for _ in range(8):
        with pytest.raises(TryLater) as later:
            await platform.tell(EETU, event({"text": "moi"}), "fi", None)
        pauses.append(later.value.seconds)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    await platform.tell(EETU, event({"text": "moi"}), "fi", None)
    telegram.fails("sendMessage", SERVER_ERROR)
    with pytest.raises(TryLater) as later:
        await platform.tell(EETU, event({"text": "moi"}, 13), "fi", None)
    assert later.value.seconds == 1


@pytest.mark.parametrize("fault", [PARSE_ERROR, LINK_REFUSED])
async def test_what_telegram_finds_a_fault_with_is_sent_plainly_rather_than_not(platform, telegram, eetu, fault):
    telegram.fails("sendMessage", fault)
    body = {"text": "Soita <112>.", "url": "https://sekasin.fi", "buttons": [{"title": "Kriisiapu", "payload": "x"}]}
    await platform.tell(EETU, event(body), "fi", None)
    assert [(shown.text, shown.titles) for shown in eetu.sees] == [("Soita <112>.", ["Kriisiapu"])]


async def test_what_is_refused_even_plainly_is_said_so(platform, telegram, eetu):
    telegram.fails("sendMessage", PARSE_ERROR, PARSE_ERROR)
    with pytest.raises(Refused) as refused:
        await platform.tell(EETU, event({"text": "salaisuus"}), "fi", None)
    assert "salaisuus" not in str(refused.value)


async def test_what_is_through_is_not_told_again(platform, telegram, eetu):
    reply, attempts = event(services("Yksi", "Kaksi", "Kolme")), 0
    telegram.fails("sendMessage", SERVER_ERROR, PASSES, too_many(1), PASSES, PASSES, DROPPED)
    while attempts < 9:
        attempts += 1
        try:
            await platform.tell(EETU, reply, "fi", None)
            break
        except TryLater:
            pass
    assert attempts == 4 and [shown.text.partition("\n")[0] for shown in eetu.sees] == [
        "Nämä.",
        "Yksi",
        "Kaksi",
        "Kolme",
    ]


async def test_a_group_that_is_gone_makes_nobody_unreachable(platform, telegram, eetu):
    telegram.fails("sendMessage", Fault(403, "Forbidden: bot was kicked from the supergroup chat"))
    with pytest.raises(Refused):
        await platform.tell(EETU, event({"text": "Kirjoita yksityisesti"}), "fi", update("group", chat=-100777))
    assert eetu.sees == []


async def test_a_chat_gets_the_first_few_at_once_and_then_one_a_second(platform, eetu, monkeypatch):
    monkeypatch.setattr(platform_module, "BURST", 3)
    for number in range(5):
        await platform.tell(EETU, event({"text": str(number)}, number + 1), "fi", None)
    at = [shown.at - eetu.sees[0].at for shown in eetu.sees]
    assert at[2] < 0.5 and at[3] > 0.5 and at[4] - at[3] > 0.5


async def test_one_chat_that_waits_holds_up_no_other(platform, telegram, eetu):
    other = telegram.person(5002)
    for number in range(4):
        await platform.tell(EETU, event({"text": str(number)}, number + 1), "fi", None)
    began = time.monotonic()
    await platform.tell(Account("telegram:5002", 0, "fi"), event({"text": "moi"}), "fi", None)
    assert other.sees[0].at - began < 0.5


# --- starting ---------------------------------------------------------------------------------------------------


async def test_what_telegram_is_needed_for_is_tried_until_it_works(bot, telegram, caplog):
    telegram.fails("getMe", *[DROPPED] * 3, Fault(401, "Unauthorized"), too_many(40))
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    await until_it_works(lambda: bot.get_me(), sleep)
    assert pauses == [1, 2, 4, 8, 40]
    assert [record.message for record in caplog.records] == [
        "Telegram does not answer (NetworkError); it is asked again.",
        "Telegram refuses the token of the bot. BotFather gives another one: /token.",
        "Telegram asks to wait.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_has_a_description_of_each_command(language):
    for command, told in COMMANDS.items():
        assert command.isascii() and command.islower() and len(command) <= 32
        assert 3 <= len(translate(told, language)) <= COMMAND_DESCRIPTION


# --- polling ----------------------------------------------------------------------------------------------------


class Kept:
    """What polling kept, and how often the database was away."""

    def __init__(self, away=0):
        self.updates, self.away = [], away

    async def __call__(self, update):
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("The database is away.")
        self.updates.append(update)
        return True


async def polled(bot, keep, condition):
    """Polls until the condition holds; returns the pauses that were made."""
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)
        await asyncio.sleep(0)

    task = asyncio.create_task(poll(bot, keep, 1, sleep))
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline and not task.done()
        await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return pauses


async def test_updates_are_polled_in_order_and_confirmed_once_kept(bot, telegram, eetu):
    numbers = [eetu.writes(text) for text in ("yksi", "kaksi")]
    keep = Kept()
    await polled(bot, keep, lambda: telegram.confirmed == numbers[-1])
    assert [one.text for one in keep.updates] == ["yksi", "kaksi"]


async def test_what_could_not_be_kept_is_not_confirmed(bot, telegram, eetu, caplog):
    number = eetu.writes("yksi")
    keep = Kept(away=3)
    pauses = await polled(bot, keep, lambda: telegram.confirmed == number)
    assert [one.text for one in keep.updates] == ["yksi"] and pauses == [1, 2, 4]
    assert [record.message for record in caplog.records] == ["Updates stay with Telegram: The database is away."]


async def test_out_of_order_is_put_in_order(bot, telegram, eetu):
    first, second = ({"update_id": number, "message": eetu.text(str(number))} for number in (11, 12))
    telegram.give(second, first)
    keep = Kept()
    await polled(bot, keep, lambda: telegram.confirmed == 12)
    assert [one.text for one in keep.updates] == ["11", "12"]


async def test_one_odd_update_holds_up_no_other(bot, telegram, eetu, caplog):
    telegram.give(
        {"update_id": 11, "message": {"text": "salaisuus"}},
        {"update_id": 12, "invented_later": {"x": 1}},
        {"update_id": 13, "message": eetu.text("moi")},
    )
    keep = Kept()
    await polled(bot, keep, lambda: telegram.confirmed == 13)
    assert [one.text for one in keep.updates] == ["moi"]
    assert "salaisuus" not in caplog.text and "can't be read" in caplog.text


async def test_another_process_that_polls_is_said_in_one_sentence(bot, telegram, eetu, caplog):
    conflict = Fault(409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running")
    telegram.fails("getUpdates", *[conflict] * 8)
    number = eetu.writes("moi")
    pauses = await polled(bot, Kept(), lambda: telegram.confirmed == number)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert [record.message for record in caplog.records] == [
        "Only one may ask Telegram for updates: another process does so with this token. Stop the other one."
    ]


async def test_the_client_logs_neither_the_token_nor_what_people_write(telegram, eetu, caplog):
    caplog.set_level(logging.DEBUG)
    bot = open_bot(TelegramSettings(TOKEN, "secret", telegram.url))
    await bot.initialize()
    platform = TelegramPlatform(bot)
    telegram.fails("sendMessage", DROPPED, SERVER_ERROR, too_many(1), PARSE_ERROR)
    for _ in range(4):
        with suppress(TryLater):
            await platform.tell(EETU, event({"text": "salaisuus"}), "fi", None)
    telegram.fails("getUpdates", DROPPED, Fault(401, "Unauthorized"))
    eetu.writes("toinen salaisuus")
    keep = Kept()
    await polled(bot, keep, lambda: keep.updates)
    await bot.shutdown()
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]  # that one is the stand-in's
    formatted = "\n".join(logging.Formatter().format(record) for record in ours)
    assert eetu.sees and TOKEN.partition(":")[2] not in formatted and "salaisuus" not in formatted
