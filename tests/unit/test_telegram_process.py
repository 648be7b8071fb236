"""Whole conversations in Telegram: the real process with the real client, over HTTP, with Telegram's stand-in.

Rasa is a stand-in too. What people see is what the stand-in of Telegram took.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from fake_telegram import (
    BLOCKED,
    DROPPED,
    DROPPED_AFTER,
    NOT_FOUND,
    SERVER_ERROR,
    TOKEN,
    FakeTelegram,
    too_many,
)
from fake_upstream import Reply

from bot import reminder_texts
from messengers.inbox import messenger_updates
from messengers.telegram import patience, platform
from messengers.telegram.__main__ import serve
from messengers.telegram.settings import TelegramSettings
from people import campaigns, profiles
from people.database import Database
from reminders import outbox, store
from reminders.delivery import Delivery, to_messenger
from reminders.planning import Planned
from web.app import create_app
from web.settings import Settings

TELEGRAM_WEBHOOK = "/webhooks/telegram/webhook"
CARD = {
    "id": "sekasin-chat",
    "name": "Sekasin-chat",
    "summary": "Nimetön chat 12–29-vuotiaille.",
    "why": ["koska kirjoitit ”ahistaa”"],
    "needs": ["mental_health"],
    "first_step": "Avaa sekasin.fi ja paina chat auki.",
    "what_happens": "Jonoa on usein.",
    "distance_km": None,
    "open_now": True,
    "opens": None,
    "verified": "2026-09-08",
    "channels": [
        {"type": "chat", "label": "Chat", "named": False, "url": "https://sekasin.fi", "cost": "maksuton"},
        {"type": "phone", "label": "Puhelin", "url": "tel:+358925250111", "number": "09 2525 0111", "cost": None},
    ],
    "next_session": None,
    "language": "fi",
}


def services(*cards, crisis=False):
    return {
        "text": "Nämä voivat auttaa.",
        "buttons": [{"title": "Lisää", "payload": "Näytä lisää"}, {"title": "Kriisiapu", "payload": "Kriisiapu"}],
        "custom": {"type": "services", "crisis": crisis, "services": list(cards)},
        "lang": "fi",
    }


@pytest.fixture(scope="module")
def rasa():
    with FakeRasa() as rasa:
        yield rasa


@pytest.fixture(scope="module")
def telegram():
    with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture(autouse=True)
def all_is_well(rasa, telegram, monkeypatch):
    rasa.reset()
    telegram.reset()
    for module in (patience, platform):
        monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)


@pytest.fixture
def environment(rasa, telegram, seed_catalog, new_database):
    return {
        "SAATTAJA_DATABASE": new_database(),
        "SAATTAJA_CATALOG": str(seed_catalog.path),
        "SAATTAJA_RASA": rasa.url,
        "SAATTAJA_TELEGRAM_TOKEN": TOKEN,
        "SAATTAJA_TELEGRAM_API": telegram.url,
    }


@asynccontextmanager
async def going(environment):
    """The process as `python -m messengers.telegram` runs it."""
    settings = TelegramSettings.from_environment(environment)
    task = asyncio.create_task(serve(settings, environment))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition, seconds=10):
    """Waits for what has to come, and returns it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    return found


async def seen(person, count):
    """Returns the texts that a person sees, once there are so many."""
    await until(lambda: len(person.sees) >= count)
    return [shown.text for shown in person.sees]


async def quiet(person, count, seconds=0.6):
    """Returns the texts that a person sees, when there are so many and no more come."""
    await seen(person, count)
    await asyncio.sleep(seconds)
    return [shown.text for shown in person.sees]


def asked(rasa):
    return [one.json["message"] for one in rasa.received if one.path == TELEGRAM_WEBHOOK]


def answer_with(rasa, *replies):
    rasa.answers("POST", TELEGRAM_WEBHOOK, Reply([{"recipient_id": "x", **reply} for reply in replies]))


# --- conversations ----------------------------------------------------------------------------------------------


async def test_start_greets_with_what_the_bot_is_and_how_to_begin(environment, telegram, rasa):
    eetu = telegram.person()
    async with going(environment):
        eetu.writes("/start")
        (text,) = await seen(eetu, 1)
    assert text.startswith("Moi! Olen botti") and "/unohda" in text
    assert eetu.sees[0].titles
    assert asked(rasa) == []


async def test_a_link_on_a_poster_brings_its_place_and_is_counted(environment, telegram, rasa):
    eetu = telegram.person()
    async with going(environment):
        eetu.writes("/start Hameenlinna__juliste-2026")
        await seen(eetu, 1)
        eetu.writes("/start Hameenlinna__juliste-2026")
        eetu.writes("mua ahistaa")
        await seen(eetu, 3)
    (request,) = [one.json for one in rasa.received if one.path == TELEGRAM_WEBHOOK]
    assert request["municipality"] == "Hämeenlinna"
    database, ever = Database(environment["SAATTAJA_DATABASE"]), (date(2000, 1, 1), date(2999, 1, 1))
    with database.reading() as connection:
        counted = [campaigns.totals(connection, kind, *ever) for kind in campaigns.KINDS]
    assert counted == [{"juliste-2026": 2}, {"juliste-2026": 1}]
    database.close()


@pytest.mark.parametrize(("language", "begins"), [("sv", "Hej"), ("en-GB", "Hi"), ("so", "Moi"), (None, "Moi")])
async def test_it_greets_in_the_language_of_the_app_where_it_speaks_it(environment, telegram, language, begins):
    eetu = telegram.person(language=language)
    async with going(environment):
        eetu.writes("/start")
        (text,) = await seen(eetu, 1)
    assert text.startswith(begins)


async def test_a_message_gets_cards_and_a_tap_goes_on(environment, telegram, rasa):
    eetu = telegram.person()
    answer_with(rasa, services(CARD))
    async with going(environment):
        eetu.writes("mua ahistaa")
        words, card = await seen(eetu, 2)
        assert words == "Nämä voivat auttaa."
        assert card.startswith("Sekasin-chat\nAuki nyt")
        assert "• Puhelin: 09 2525 0111" in card
        assert [button.get("url") for row in eetu.sees[1].buttons for button in row] == [
            "https://sekasin.fi",
            None,
            None,
        ]
        answer_with(rasa, {"text": "Tässä lisää."})
        eetu.taps("Lisää")
        assert (await seen(eetu, 3))[-1] == "Tässä lisää."
        await until(lambda: telegram.answered)
    assert asked(rasa) == ["mua ahistaa", "Näytä lisää"]


async def test_help_comes_at_once_while_rasa_is_away(environment, telegram, rasa):
    eetu = telegram.person()
    rasa.stop()
    try:
        async with going(environment):
            eetu.writes("mua ahistaa")
            eetu.writes("/apua")
            (text,) = await seen(eetu, 1)
    finally:
        rasa.start()
    assert "112" in text and "09 2525 0111" in text
    assert "Kriisiapu" in eetu.sees[0].titles


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
        {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1}
         | {"is_animated": False, "is_video": False}},
        {"contact": {"phone_number": "+358401234567", "first_name": "Äiti"}},
    ],
)  # fmt: skip
async def test_what_the_bot_cannot_read_is_said_kindly_with_what_to_do(environment, telegram, rasa, content):
    eetu = telegram.person()
    async with going(environment):
        eetu.sends(**content)
        (text,) = await seen(eetu, 1)
    assert "luen vain tekstiä" in text and eetu.sees[0].titles
    assert asked(rasa) == []


async def test_a_shared_position_reaches_rasa_rounded(environment, telegram, rasa):
    eetu = telegram.person()
    async with going(environment):
        eetu.shares(61.49811, 23.76031)
        await seen(eetu, 1)
    (request,) = [one.json for one in rasa.received if one.path == TELEGRAM_WEBHOOK]
    assert request["location"] == {"latitude": 61.5, "longitude": 23.76}


async def test_what_is_corrected_is_answered_anew_and_what_only_looks_edited_is_not(environment, telegram, rasa):
    eetu = telegram.person()
    async with going(environment):
        eetu.writes("mua ahistaa")
        await seen(eetu, 1)
        eetu.edits("mua ahistaa")
        eetu.edits("en jaksa enää elää")
        assert await quiet(eetu, 2) == ["Sanoit: mua ahistaa", "Sanoit: en jaksa enää elää"]
    assert asked(rasa) == ["mua ahistaa", "en jaksa enää elää"]


async def test_a_group_is_told_to_write_privately_and_nothing_private_goes_there(environment, telegram, rasa):
    eetu, group = telegram.person(), {"id": -100777, "type": "supergroup", "title": "Luokka"}
    async with going(environment):
        await until(lambda: telegram.commands)
        telegram.update(message={**eetu.text("/apua@saattaja_test_bot"), "chat": group})
        telegram.update(message={**eetu.text("mitä kuuluu"), "chat": group})
        await until(lambda: telegram.shown(-100777))
        (shown,) = telegram.shown(-100777)
        assert "yksityisesti" in shown.text
        assert [button["url"] for row in shown.buttons for button in row] == ["https://t.me/saattaja_test_bot"]
        eetu.writes("moi")
        assert await seen(eetu, 1) == ["Sanoit: moi"]
        assert len(telegram.shown(-100777)) == 1
    assert asked(rasa) == ["moi"]


# --- in order, once ---------------------------------------------------------------------------------------------


async def test_a_burst_is_answered_in_order_each_once(environment, telegram, rasa):
    eetu = telegram.person()
    said = [f"viesti {number}" for number in range(6)]
    async with going(environment):
        for text in said:
            eetu.writes(text)
        assert await quiet(eetu, 6) == [f"Sanoit: {text}" for text in said]
    assert asked(rasa) == said


async def test_a_flood_is_slowed_down_with_help_beside_it(environment, telegram, rasa, monkeypatch):
    monkeypatch.setattr(platform, "BURST", 100)  # one message a second is tested elsewhere
    eetu = telegram.person()
    async with going(environment):
        for number in range(25):
            eetu.writes(f"viesti {number}")
        await seen(eetu, 21)
    assert len(asked(rasa)) == 20
    assert [shown.text for shown in eetu.sees if "Odota pieni hetki" in shown.text and "112" in shown.text]


async def test_many_people_are_answered_beside_each_other(environment, telegram, rasa):
    people = [telegram.person(6000 + number) for number in range(12)]
    rasa.wait = 0.1
    async with going(environment):
        for person in people:
            person.writes(f"moi {person.id}")
        for person in people:
            assert await seen(person, 1) == [f"Sanoit: moi {person.id}"]


# --- Telegram's faults ------------------------------------------------------------------------------------------


async def test_too_many_requests_are_waited_out_as_telegram_asks(environment, telegram):
    eetu = telegram.person()
    telegram.fails("sendMessage", too_many(1))
    async with going(environment):
        began = time.monotonic()
        eetu.writes("moi")
        assert await quiet(eetu, 1) == ["Sanoit: moi"]
    assert eetu.sees[0].at - began >= 1.0


@pytest.mark.parametrize("fault", [DROPPED, SERVER_ERROR])
async def test_a_reply_cut_off_in_its_middle_goes_on_where_it_was(environment, telegram, rasa, fault):
    eetu = telegram.person()
    answer_with(rasa, services(CARD, {**CARD, "id": "b", "name": "Toinen"}))
    async with going(environment):
        eetu.writes("moi")
        telegram.fails("sendMessage", *[fault])
        texts = await quiet(eetu, 3)
    assert [text.partition("\n")[0] for text in texts] == ["Nämä voivat auttaa.", "Sekasin-chat", "Toinen"]


async def test_the_answer_that_got_lost_is_all_that_may_come_twice(environment, telegram, rasa):
    """The Bot API has no way to tell that a message is the same one: who got no answer can only send again."""
    eetu = telegram.person()
    answer_with(rasa, services(CARD))
    telegram.fails("sendMessage", DROPPED_AFTER)
    async with going(environment):
        eetu.writes("moi")
        texts = await quiet(eetu, 3)
    assert [text.partition("\n")[0] for text in texts] == ["Nämä voivat auttaa."] * 2 + ["Sekasin-chat"]


async def test_telegram_out_of_reach_at_the_start_is_waited_for(environment, telegram, caplog):
    eetu = telegram.person()
    telegram.fails("getMe", DROPPED)
    telegram.fails("deleteWebhook", SERVER_ERROR)
    eetu.writes("moi")
    async with going(environment) as process:
        assert await seen(eetu, 1) == ["Sanoit: moi"]
        assert not process.done()
    assert any("Telegram does not answer" in record.message for record in caplog.records)


async def test_who_blocks_the_bot_is_not_written_to_until_they_come_back(environment, telegram):
    eetu = telegram.person()
    database = Database(environment["SAATTAJA_DATABASE"])
    address = f"telegram:{eetu.id}"

    def is_reachable():
        with database.reading() as connection:
            found = connection.execute(sa.text("SELECT reachable FROM addresses WHERE address = :a"), {"a": address})
            return bool(found.scalar())

    def notice(text):
        with database.writing() as connection:
            outbox.append(connection, address, "notice", {"text": text}, datetime.now(timezone.utc))

    async with going(environment):
        eetu.writes("moi")
        await seen(eetu, 1)
        with database.writing() as connection:
            profiles.ensure(connection, "telegram", address, datetime.now(timezone.utc))
        eetu.blocks()
        await until(lambda: not is_reachable())
        eetu.unblocks()
        eetu.writes("moi taas")
        assert (await seen(eetu, 2))[-1] == "Sanoit: moi taas"
        assert is_reachable()
        telegram.fails("sendMessage", BLOCKED)  # blocked, and the update that says so is late
        notice("Muistathan.")
        await until(lambda: not is_reachable())
        assert len(await quiet(eetu, 2)) == 2
        eetu.writes("palasin")
        await until(lambda: "Sanoit: palasin" in [shown.text for shown in eetu.sees])
        assert is_reachable()
        telegram.fails("sendMessage", NOT_FOUND)
        notice("Muistathan.")
        await until(lambda: not is_reachable())
    database.close()


# --- what comes by itself ---------------------------------------------------------------------------------------


async def test_a_notice_arrives_by_itself_and_its_buttons_work(environment, telegram, rasa):
    eetu = telegram.person()
    database = Database(environment["SAATTAJA_DATABASE"])
    starts = datetime.now(timezone.utc) + timedelta(hours=3)
    async with going(environment):
        eetu.writes("moi")
        await seen(eetu, 1)
        body = {
            "text": "Muistathan Outin.",
            "reminder": "r-1",
            "kind": "same_day_notice",
            "buttons": [{"title": "Puhu ensin", "payload": "Haluan puhua ihmiselle"}],
            "url": "https://sekasin.fi",
            "label": "Avaa chat",
            "starts": starts.isoformat(),
        }
        with database.writing() as connection:
            outbox.append(connection, f"telegram:{eetu.id}", "notice", body, datetime.now(timezone.utc))
        await seen(eetu, 2)
        shown = eetu.sees[1]
        assert shown.text.startswith("🔔 Muistutus\nMuistathan Outin.\nAlkaa ")
        assert shown.titles == ["Avaa chat", "Puhu ensin"]
        eetu.taps("Puhu ensin")
        assert (await seen(eetu, 3))[-1] == "Sanoit: Haluan puhua ihmiselle"
    database.close()


@pytest.mark.parametrize("lock_screen", ["neutral", "full"])
async def test_a_reminder_arrives_by_its_delivery_and_is_answered_with_a_tap(environment, telegram, lock_screen):
    eetu = telegram.person()
    database, address = Database(environment["SAATTAJA_DATABASE"]), f"telegram:{eetu.id}"
    now = datetime.now(timezone.utc)
    always = ((("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 0, 24 * 60),)
    async with going(environment):
        eetu.writes("moi")
        await seen(eetu, 1)
        with database.writing() as connection:
            person = profiles.ensure(connection, "telegram", address, now).id
            profiles.change(connection, person, reminders_allowed=True, lock_screen=lock_screen, windows=always)
            planned = Planned(now, now + timedelta(hours=3))
            facts = {"name": "Vertaisryhmä", "url": "https://example.org/video", "label": "Aloita"}
            reminder = store.add(connection, person, "start_now", "k", planned, now, body=facts)
            delivery = Delivery({"telegram": (to_messenger,)}, reminder_texts)
            assert [delivery.attempt(connection, one, now) for one in store.claim(connection, "w", now, 1)] == [
                "delivered"
            ]
        await seen(eetu, 2)
        if lock_screen == "neutral":
            assert "Vertaisryhmä" not in eetu.sees[1].text and eetu.sees[1].titles == ["Näytä"]
            eetu.taps("Näytä")
            await until(lambda: eetu.sees[1].edited)
        assert "Vertaisryhmä" in eetu.sees[1].text and eetu.sees[1].titles[0] == "Aloita"
        answers = [button["text"] for row in eetu.sees[1].buttons for button in row if "callback_data" in button]
        eetu.taps(answers[0])
        await seen(eetu, 3)
    with database.reading() as connection:
        assert store.by_id(connection, reminder).answered
    database.close()


async def test_a_neutral_notice_shows_itself_on_a_tap_in_its_own_place(environment, telegram):
    eetu = telegram.person()
    database = Database(environment["SAATTAJA_DATABASE"])
    async with going(environment):
        eetu.writes("moi")
        await seen(eetu, 1)
        body = {"text": "Päihdepoli klo 14.", "glance": "Sinulle on viesti."}
        with database.writing() as connection:
            outbox.append(connection, f"telegram:{eetu.id}", "notice", body, datetime.now(timezone.utc))
        assert (await seen(eetu, 2))[-1] == "Sinulle on viesti."
        eetu.taps("Näytä")
        await until(lambda: eetu.sees[-1].text == "Päihdepoli klo 14.")
    assert len(eetu.sees) == 2 and eetu.sees[-1].edited
    database.close()


async def test_a_picture_is_uploaded_once_with_its_words(environment, telegram, rasa):
    eetu = telegram.person()
    picture = {"type": "picture", "url": "/pictures/dogs/asleep.png", "alt": "Koira nukkuu.", "lang": "fi"}
    answer_with(rasa, {"text": "Hyvää yötä."}, {"custom": picture, "image": picture["url"]})
    async with going(environment):
        eetu.writes("öitä")
        await seen(eetu, 2)
        eetu.writes("öitä taas")
        await seen(eetu, 4)
    first, second = (eetu.sees[number] for number in (1, 3))
    assert first.text == second.text == "Koira nukkuu."
    assert first.picture.startswith(b"\x89PNG") and second.picture == f"file-{first.id}"


# --- settings ---------------------------------------------------------------------------------------------------


async def test_settings_are_screens_that_replace_each_other(environment, telegram):
    eetu = telegram.person()
    async with going(environment):
        eetu.writes("/asetukset")
        await seen(eetu, 1)
        first = eetu.sees[0].text
        for title in ("Kieli", "Takaisin", "Puhetapa"):
            before = eetu.sees[0].text
            eetu.taps(title)
            await until(lambda before=before: eetu.sees[0].text != before)
        await until(lambda: len(telegram.answered) == 3)
    assert len(eetu.sees) == 1 and eetu.sees[0].edited and first.startswith("Asetukset")


async def test_own_data_come_as_a_file(environment, telegram):
    eetu = telegram.person()
    async with going(environment):
        eetu.writes("/asetukset")
        await seen(eetu, 1)
        eetu.taps("Omat tiedot")
        await until(lambda: eetu.sees[0].edited)
        eetu.taps("Lataa tietoni")
        document = await until(lambda: next((shown.document for shown in eetu.sees if shown.document), None))
    assert document[0].endswith(".json") and json.loads(document[1])


# --- the webhook ------------------------------------------------------------------------------------------------


@pytest.fixture
def webhook(environment, rasa, seed_catalog, open_door):
    """The public door; `environment` then has its address."""
    telegram = TelegramSettings.from_environment(environment)
    settings = Settings(
        rasa.url, rasa.url, seed_catalog.path, database=environment["SAATTAJA_DATABASE"], telegram=telegram
    )
    with open_door(create_app(settings)) as door:
        environment["SAATTAJA_PUBLIC_URL"] = door.url
        yield door


async def test_a_conversation_by_webhook(environment, telegram, rasa, webhook):
    eetu = telegram.person()
    eetu.writes("ennen")  # waited with Telegram
    async with going(environment):
        assert await seen(eetu, 1) == ["Sanoit: ennen"]
        eetu.writes("mua ahistaa")
        assert (await seen(eetu, 2))[-1] == "Sanoit: mua ahistaa"
    assert telegram.webhook["url"] == f"{webhook.url}/webhooks/telegram"
    assert telegram.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert telegram.count("getUpdates") == 0


async def test_what_is_brought_twice_or_out_of_order_is_answered_once_and_in_order(
    environment, telegram, rasa, webhook
):
    eetu = telegram.person()
    first, second = (
        {"update_id": number, "message": eetu.text(text)} for number, text in ((11, "ensin"), (12, "sitten"))
    )
    telegram.webhook = {
        "url": f"{webhook.url}/webhooks/telegram",
        "secret_token": TelegramSettings.from_environment(environment).secret,
    }
    assert [telegram.deliver(update) for update in (second, first, second, first)] == [200] * 4
    async with going(environment):
        assert await quiet(eetu, 2) == ["Sanoit: ensin", "Sanoit: sitten"]
    assert asked(rasa) == ["ensin", "sitten"]


async def test_a_wrong_secret_is_refused_and_nothing_reaches_anybody(environment, telegram, rasa, webhook):
    eetu = telegram.person()
    async with going(environment):
        await until(lambda: telegram.webhook)
        update = {"update_id": 5, "message": eetu.text("moi")}
        assert telegram.deliver(update, secret="guessed") == 403
        assert telegram.deliver(update, secret=TOKEN) == 403
        await asyncio.sleep(0.5)
    database = Database(environment["SAATTAJA_DATABASE"])
    with database.reading() as connection:
        assert connection.execute(sa.select(messenger_updates.c.id)).all() == []
    database.close()
    assert eetu.sees == [] and asked(rasa) == []


async def test_while_the_door_is_away_telegram_keeps_asking(environment, telegram, rasa, webhook):
    eetu = telegram.person()
    async with going(environment):
        await until(lambda: telegram.webhook)
        good, telegram.webhook = telegram.webhook, {**telegram.webhook, "url": "http://127.0.0.1:1/webhooks/telegram"}
        eetu.writes("moi")
        await until(lambda: 0 in telegram.statuses)
        telegram.webhook = good
        assert await quiet(eetu, 1) == ["Sanoit: moi"]


# --- the token and what people write stand in no log --------------------------------------------------------------


async def test_no_log_has_the_token_or_what_people_write(environment, telegram, rasa, caplog, webhook):
    caplog.set_level(logging.DEBUG)
    eetu = telegram.person()
    telegram.fails("getMe", DROPPED)
    telegram.fails("sendMessage", SERVER_ERROR, too_many(1), DROPPED, BLOCKED)
    async with going(environment):
        eetu.writes("salaisuuteni")
        await until(lambda: telegram.count("sendMessage") >= 4)
        eetu.writes("toinen salaisuuteni")
        telegram.deliver(b"{salaisuuteni")
        await until(lambda: eetu.sees)
    secret = TelegramSettings.from_environment(environment).secret
    ours = [record for record in caplog.records if not record.name.startswith(("asyncio", "aiohttp"))]
    logged = "\n".join(logging.Formatter().format(record) for record in ours)
    assert TOKEN not in logged and TOKEN.partition(":")[2] not in logged and secret not in logged
    assert "salaisuuteni" not in logged


# --- as it is run -------------------------------------------------------------------------------------------------


def run(environment, **more):
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAATTAJA_")}
    return subprocess.Popen(
        [sys.executable, "-m", "messengers.telegram"],
        env={**own, **environment, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[2],
    )


async def test_it_ends_cleanly_when_it_is_asked_to(environment, telegram):
    eetu = telegram.person()
    process = run(environment)
    try:
        eetu.writes("moi")
        await until(lambda: eetu.sees, 60)
        process.send_signal(signal.SIGTERM)
        output, _ = await asyncio.to_thread(process.communicate, timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Ended." in output and "Traceback" not in output and TOKEN.partition(":")[2] not in output
    assert telegram.commands.keys() == {"", "fi", "sv", "en"}
    assert [one["command"] for one in telegram.commands[""]][:3] == ["start", "apua", "asetukset"]


@pytest.mark.parametrize(
    ("setting", "status", "said"),
    [
        ({"SAATTAJA_TELEGRAM_TOKEN": ""}, 0, "Telegram: off (no SAATTAJA_TELEGRAM_TOKEN)"),
        ({"SAATTAJA_TELEGRAM_TOKEN": "salainen"}, 2, "BotFather"),
        ({"SAATTAJA_DATABASE": "sqlite:////dev/null/saattaja.db"}, 1, "/dev/null"),
    ],
)
def test_what_stands_in_the_way_is_said_in_a_line(environment, setting, status, said):
    process = run(environment, **setting)
    try:
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == status and said in output
    assert "Traceback" not in output and "salainen" not in output
