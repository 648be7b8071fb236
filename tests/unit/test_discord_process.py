"""Whole conversations in Discord: the real process with the real client, over WebSocket and HTTP, with a stand-in.

Rasa is a stand-in too. What people see is what the stand-in of Discord took.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta, timezone

import httpx
import pytest
import sqlalchemy as sa
from fake_discord import (
    ANOTHER_KEY,
    CANNOT_SEND,
    DIRECT_MESSAGES,
    DROPPED,
    DROPPED_AFTER,
    EPHEMERAL,
    PUBLIC_KEY,
    SERVER_ERROR,
    TOKEN,
    FakeDiscord,
    bring,
    signed,
    too_many,
)
from fake_rasa import FakeRasa
from fake_upstream import Reply
from starlette.applications import Starlette
from starlette.routing import Route

from desk.store import Store
from messengers.discord import gateway
from messengers.discord.__main__ import serve
from messengers.discord.gateway import WrongToken
from messengers.discord.settings import DiscordSettings
from messengers.discord.signatures import Signatures
from messengers.inbox import messenger_updates
from people.database import Database
from reminders import outbox
from web import discord as door_for_discord

RASA_WEBHOOK = "/webhooks/discord/webhook"
GUILD, CHANNEL, OTHER_CHANNEL = "700000000000000001", "700000000000000002", "700000000000000003"
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


@pytest.fixture(autouse=True)
def all_is_well(rasa):
    rasa.reset()


@pytest.fixture
async def discord():
    async with FakeDiscord() as discord:
        yield discord
        assert discord.problems == []


@pytest.fixture
def environment(rasa, discord, seed_catalog, new_database):
    return {
        "SAATTAJA_DATABASE": new_database(),
        "SAATTAJA_CATALOG": str(seed_catalog.path),
        "SAATTAJA_RASA": rasa.url,
        "SAATTAJA_DISCORD_TOKEN": TOKEN,
        "SAATTAJA_DISCORD_API": discord.api,
    }


@pytest.fixture
def door(environment, open_door, discord):
    """The public door's part for Discord, over HTTP, on the database of the process; people's interactions go there."""
    database = Database(environment["SAATTAJA_DATABASE"])
    database.upgrade()
    store = Store(database)
    receive = door_for_discord.webhook(
        Signatures(PUBLIC_KEY), lambda request: store, lambda: datetime.now(timezone.utc)
    )
    with open_door(Starlette(routes=[Route("/webhooks/discord", receive, methods=["POST"])])) as door:
        discord.person().door = f"{door.url}/webhooks/discord"
        yield f"{door.url}/webhooks/discord"
    store.close()


@asynccontextmanager
async def going(environment, discord, is_open=True):
    """The process as `python -m messengers.discord` runs it, once Discord's gateway is open."""
    settings = DiscordSettings.from_environment(environment)
    task = asyncio.create_task(serve(settings, environment))
    try:
        if is_open:
            await until(lambda: task.done() or discord.is_open)
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
    """Returns what a person sees in direct messages, once there is so much."""
    await until(lambda: len([one for one in person.sees if not one.is_waiting]) >= count)
    return [one for one in person.sees if not one.is_waiting]


async def quiet(person, count, seconds=0.6):
    """Returns the texts that a person sees, when there are so many and no more come."""
    await seen(person, count)
    await asyncio.sleep(seconds)
    return [one.text for one in person.sees]


def asked(rasa):
    return [one.json["message"] for one in rasa.received if one.path == RASA_WEBHOOK]


def answer_with(rasa, *replies):
    rasa.answers("POST", RASA_WEBHOOK, Reply([{"recipient_id": "x", **reply} for reply in replies]))


def append(environment, address, body, kind="notice", at=None):
    """Appends to the outbox as another process does."""
    database = Database(environment["SAATTAJA_DATABASE"])
    with database.writing() as connection:
        event = outbox.append(connection, address, kind, body, at or datetime.now(timezone.utc))
    database.close()
    return event


def rows(environment):
    database = Database(environment["SAATTAJA_DATABASE"])
    with database.reading() as connection:
        found = connection.execute(sa.select(messenger_updates)).all()
    database.close()
    return found


# --- direct messages --------------------------------------------------------------------------------------------


async def test_a_message_gets_cards_with_their_buttons_in_one_message(environment, discord, rasa):
    eetu = discord.person()
    answer_with(rasa, services(CARD, {**CARD, "id": "b", "name": "Toinen"}))
    async with going(environment, discord):
        eetu.writes("mua ahistaa")
        (shown,) = await seen(eetu, 1)
    words, hard = shown.text.split("\n")
    assert words == "Nämä voivat auttaa." and hard.startswith("-# Nimetön: ||Et kerro nimeäsi")
    assert [embed["title"] for embed in shown.embeds] == ["1. Sekasin-chat", "2. Toinen"]
    assert shown.titles == ["1. Chat", "2. Chat", "Lisää", "Kriisiapu"]
    assert "09 2525 0111" in json.dumps(shown.embeds[0], ensure_ascii=False)
    assert asked(rasa) == ["mua ahistaa"]


async def test_only_direct_messages_are_asked_of_the_gateway(environment, discord):
    async with going(environment, discord):
        (identified,) = discord.identified
        await until(lambda: discord.commands)
    assert identified["intents"] == DIRECT_MESSAGES
    assert {one["name"] for one in discord.commands} >= {"apua", "kysy", "asetukset", "tauko", "unohda", "yhdista"}


async def test_it_is_seen_that_an_answer_is_being_made(environment, discord, rasa):
    eetu = discord.person()
    rasa.wait = 0.3
    async with going(environment, discord):
        eetu.writes("moi")
        await seen(eetu, 1)
    assert discord.typing[:1] == [eetu.channel]


async def test_a_typed_command_is_one_too(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        eetu.writes("/apua")
        (shown,) = await seen(eetu, 1)
    assert "112" in shown.text and asked(rasa) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"attachments": [{"id": "1", "filename": "a.ogg", "content_type": "audio/ogg", "size": 9}], "flags": 1 << 13},
        {"sticker_items": [{"id": "1", "name": "Moi", "format_type": 1}]},
    ],
)
async def test_what_the_bot_cannot_read_is_said_kindly_with_what_to_do(environment, discord, rasa, fields):
    eetu = discord.person()
    async with going(environment, discord):
        eetu.writes("", **fields)
        (shown,) = await seen(eetu, 1)
    assert "luen vain tekstiä" in shown.text and shown.titles
    assert asked(rasa) == []


async def test_a_correction_counts_as_written_anew_and_what_changed_nothing_does_not(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        message = eetu.writes("mua ahistaa")
        await seen(eetu, 1)
        now = datetime.now(timezone.utc)
        at, later = ({"edited_timestamp": (now + timedelta(seconds=n)).isoformat()} for n in (1, 2))
        discord.dispatch("MESSAGE_UPDATE", {**message, "embeds": [{"title": "esikatselu"}]})
        discord.dispatch("MESSAGE_UPDATE", {**message, **at})
        discord.dispatch("MESSAGE_UPDATE", {**message, **later, "content": "en haluu elää"})
        await until(lambda: len(asked(rasa)) == 2)
        await quiet(eetu, 2)
    assert asked(rasa) == ["mua ahistaa", "en haluu elää"]


async def test_its_own_messages_and_those_of_other_bots_are_left_alone(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        discord.dispatch("MESSAGE_CREATE", eetu.message("moi", author={"id": "5", "username": "b", "bot": True}))
        eetu.writes("hei")
        assert await quiet(eetu, 1) == ["Sanoit: hei"]
    assert asked(rasa) == ["hei"]


# --- in order, once ---------------------------------------------------------------------------------------------


async def test_a_burst_is_answered_in_order_each_once(environment, discord, rasa):
    eetu = discord.person()
    said = [f"viesti {number}" for number in range(6)]
    async with going(environment, discord):
        for text in said:
            eetu.writes(text)
        assert await quiet(eetu, 6) == [f"Sanoit: {text}" for text in said]
    assert asked(rasa) == said


async def test_what_the_gateway_brings_twice_is_answered_once(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        message = eetu.writes("moi")
        discord.dispatch("MESSAGE_CREATE", message)
        await seen(eetu, 1)
        discord.dispatch("MESSAGE_CREATE", message)
        assert await quiet(eetu, 1) == ["Sanoit: moi"]
    assert asked(rasa) == ["moi"]


async def test_messages_out_of_order_are_each_answered_once(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        first, second = eetu.message("eka"), eetu.message("toka")
        discord.dispatch("MESSAGE_CREATE", second)
        discord.dispatch("MESSAGE_CREATE", first)
        await quiet(eetu, 2)
    assert sorted(asked(rasa)) == ["eka", "toka"]


async def test_many_people_are_answered_beside_each_other(environment, discord, rasa):
    people = [discord.person(900_000_000_000_001_000 + 10 * number) for number in range(12)]
    rasa.wait = 0.1
    async with going(environment, discord):
        for person in people:
            person.writes(f"moi {person.id}")
        for person in people:
            assert [one.text for one in await seen(person, 1)] == [f"Sanoit: moi {person.id}"]


# --- the gateway's faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lose", [FakeDiscord.drop, FakeDiscord.asks_to_reconnect])
async def test_what_came_while_the_line_was_lost_comes_when_it_resumes(environment, discord, rasa, lose):
    eetu = discord.person()
    async with going(environment, discord):
        eetu.writes("moi")
        await seen(eetu, 1)
        lose(discord)
        eetu.writes("oletko siellä")
        assert await quiet(eetu, 2) == ["Sanoit: moi", "Sanoit: oletko siellä"]
    assert len(discord.identified) == 1 and discord.resumed


async def test_a_session_that_is_no_longer_known_is_begun_anew(environment, discord):
    eetu = discord.person()
    async with going(environment, discord):
        discord.invalidates()
        await until(lambda: len(discord.identified) == 2 and discord.is_open)
        eetu.writes("moi")
        assert await quiet(eetu, 1) == ["Sanoit: moi"]


async def test_a_line_that_is_dead_without_a_word_is_left(environment, discord, monkeypatch):
    discord.heartbeat_interval = 100
    discord.answers_heartbeats = False
    monkeypatch.setattr(gateway, "SILENT_FOR", 0.4)
    eetu = discord.person()
    async with going(environment, discord):
        await until(lambda: discord.resumed)
        discord.answers_heartbeats = True
        eetu.writes("moi")
        assert await quiet(eetu, 1) == ["Sanoit: moi"]


async def test_discord_out_of_reach_at_the_start_is_waited_for(environment, discord, caplog):
    eetu = discord.person()
    await discord.stop()
    async with going(environment, discord, is_open=False) as process:
        await until(lambda: [one for one in caplog.records if "does not answer" in one.message])
        assert not process.done()
        await discord.start()
        await until(lambda: discord.is_open)
        eetu.writes("moi")
        assert [one.text for one in await seen(eetu, 1)] == ["Sanoit: moi"]


async def test_a_wrong_token_is_said_in_one_clear_sentence(environment, discord):
    discord.token = "another"
    with pytest.raises(WrongToken, match="Reset Token"):
        await serve(DiscordSettings.from_environment(environment), environment)


# --- REST's faults ----------------------------------------------------------------------------------------------


async def test_too_many_requests_are_waited_out_as_discord_asks(environment, discord):
    eetu = discord.person()
    discord.fails("POST /channels/*/messages", too_many(1))
    async with going(environment, discord):
        began = time.monotonic()
        eetu.writes("moi")
        assert await quiet(eetu, 1) == ["Sanoit: moi"]
    assert eetu.sees[0].at - began >= 1.0


@pytest.mark.parametrize("fault", [DROPPED, DROPPED_AFTER, SERVER_ERROR])
async def test_a_reply_cut_off_in_its_middle_goes_on_where_it_was_and_nothing_comes_twice(
    environment, discord, rasa, fault, monkeypatch
):
    monkeypatch.setattr("messengers.discord.rest.AGAIN", 0.2)
    eetu = discord.person()
    answer_with(rasa, {"text": "\n\n".join(["a" * 1500, "b" * 1500, "c" * 1500])})
    async with going(environment, discord):
        eetu.writes("moi")
        await seen(eetu, 1)
        discord.fails("POST /channels/*/messages", fault)
        texts = await quiet(eetu, 3)
    assert [text[0] for text in texts] == ["a", "b", "c"]


async def test_who_takes_no_messages_is_left_alone_until_they_write_again(environment, discord, rasa):
    eetu = discord.person()
    async with going(environment, discord):
        eetu.writes("moi")
        await seen(eetu, 1)
        eetu.has_blocked = True
        append(environment, f"discord:{eetu.id}", {"text": "Muistathan tapaamisen?"})
        await until(lambda: [one for one in discord.requests if "Muistathan" in str(one)])
        await asyncio.sleep(0.5)
        eetu.has_blocked = False
        eetu.writes("moi taas")
        assert (await quiet(eetu, 2))[-1] == "Sanoit: moi taas"
    assert len([one for one in discord.requests if "Muistathan" in str(one)]) == 1


# --- interactions -----------------------------------------------------------------------------------------------


async def test_a_command_is_deferred_at_once_and_answered_in_its_place(environment, discord, rasa, door):
    eetu = discord.person()
    rasa.wait = 0.5
    async with going(environment, discord):
        response = await eetu.does(eetu.command("kysy", viesti="mua ahistaa"))
        assert response.json() == {"type": 5}
        assert eetu.sees[0].is_waiting
        (shown,) = await seen(eetu, 1)
    assert shown.text == "Sanoit: mua ahistaa" and shown.edits == 1
    assert len(eetu.sees) == 1
    assert asked(rasa) == ["mua ahistaa"]


async def test_more_than_one_reply_comes_below_the_first(environment, discord, rasa, door):
    eetu = discord.person()
    answer_with(rasa, {"text": "eka"}, {"text": "toka"})
    async with going(environment, discord):
        await eetu.does(eetu.command("kysy", viesti="moi"))
        assert await quiet(eetu, 2) == ["eka", "toka"]


async def test_a_tap_goes_on_and_an_old_or_made_up_one_is_told_so(environment, discord, rasa, door):
    eetu = discord.person()
    answer_with(rasa, services(CARD))
    async with going(environment, discord):
        eetu.writes("mua ahistaa")
        (shown,) = await seen(eetu, 1)
        answer_with(rasa, {"text": "Tässä lisää."})
        tap = eetu.tap(shown, "Lisää")
        assert (await eetu.does(tap)).json() == {"type": 6}
        assert (await seen(eetu, 2))[-1].text == "Tässä lisää."
        made_up = eetu.tap(shown, "Lisää")
        made_up["data"]["custom_id"] = "99.7"
        await eetu.does(made_up)
        assert "jo vanha" in (await seen(eetu, 3))[-1].text
    assert asked(rasa) == ["mua ahistaa", "Näytä lisää"]


async def test_without_a_public_address_commands_and_taps_come_over_the_gateway(environment, discord, rasa):
    eetu = discord.person()
    answer_with(rasa, services(CARD))
    async with going(environment, discord):
        eetu.does_without_door(eetu.command("kysy", GUILD, CHANNEL, viesti="mua ahistaa"))
        await until(lambda: any(not one.is_waiting for one in discord.in_channel(CHANNEL, eetu.id)))
        (shown,) = discord.in_channel(CHANNEL, eetu.id)
        assert shown.text.startswith("Nämä voivat auttaa.") and discord.in_channel(CHANNEL) == []
        answer_with(rasa, {"text": "Tässä lisää."})
        eetu.does_without_door(eetu.tap(shown, "Lisää", GUILD))
        await until(lambda: len(discord.in_channel(CHANNEL, eetu.id)) == 2)
    assert asked(rasa) == ["mua ahistaa", "Näytä lisää"]


async def test_the_same_interaction_again_is_answered_once(environment, discord, rasa, door):
    eetu = discord.person()
    async with going(environment, discord):
        command = eetu.command("kysy", viesti="moi")
        await asyncio.gather(*(eetu.does(command) for _ in range(4)))
        assert await quiet(eetu, 1) == ["Sanoit: moi"]
    assert asked(rasa) == ["moi"]


@pytest.mark.parametrize("change", ["key", "body", "missing", "stale"])
async def test_a_wrong_signature_is_refused_and_nothing_is_kept(environment, discord, rasa, door, change):
    eetu = discord.person()
    body = json.dumps(eetu.command("kysy", viesti="moi")).encode()
    headers = {
        "key": lambda: signed(body, ANOTHER_KEY),
        "body": lambda: signed(body.replace(b"moi", b"hei")),
        "missing": dict,
        "stale": lambda: signed(body, at=time.time() - 3600),
    }[change]()
    async with going(environment, discord), httpx.AsyncClient(trust_env=False) as client:
        response = await client.post(door, content=body, headers=headers)
        assert response.status_code == 401
        await asyncio.sleep(0.4)
    assert asked(rasa) == [] and rows(environment) == []


async def test_discords_own_question_is_answered(door):
    response = await bring(door, {"type": 1, "id": "1", "application_id": "2", "token": "t", "version": 1})
    assert response.json() == {"type": 1}
    assert (await bring(door, {"type": 77})).status_code == 400


async def test_in_a_server_only_who_asks_sees_the_answer(environment, discord, rasa, door):
    eetu = discord.person()
    answer_with(rasa, services(CARD), {"text": "ja vielä"})
    async with going(environment, discord):
        response = await eetu.does(eetu.command("kysy", GUILD, CHANNEL, viesti="mua ahistaa"))
        assert response.json() == {"type": 5, "data": {"flags": EPHEMERAL}}
        await until(lambda: len(discord.in_channel(CHANNEL, eetu.id)) == 2)
        first, second = discord.in_channel(CHANNEL, eetu.id)
        await until(lambda: not first.is_waiting)
        answer_with(rasa, {"text": "Tässä lisää."})
        await eetu.does(eetu.tap(first, "Lisää", GUILD))
        await until(lambda: len(discord.in_channel(CHANNEL, eetu.id)) == 3)
    assert first.text.startswith("Nämä voivat auttaa.") and second.text == "ja vielä"
    assert discord.in_channel(CHANNEL) == [] and eetu.sees == []


async def test_a_reminder_comes_as_a_direct_message_even_to_who_was_last_in_a_server(environment, discord, rasa, door):
    eetu = discord.person()
    async with going(environment, discord):
        await eetu.does(eetu.command("kysy", GUILD, CHANNEL, viesti="moi"))
        await until(lambda: discord.in_channel(CHANNEL, eetu.id))
        notice = {
            "text": "Huomenna klo 16 on ryhmä.",
            "starts": "2026-11-24T16:00:00+02:00",
            "url": "https://sekasin.fi",
            "label": "Avaa chat",
        }
        append(environment, f"discord:{eetu.id}", notice)
        (shown,) = await seen(eetu, 1)
    assert shown.text.startswith("Huomenna klo 16 on ryhmä.") and "<t:1795528800:F>" in shown.text
    assert shown.titles == ["Avaa chat"]


async def test_on_a_neutral_lock_screen_a_reminder_is_shown_on_a_tap_in_its_own_place(environment, discord, door):
    eetu = discord.person()
    async with going(environment, discord):
        eetu.writes("moi")
        await seen(eetu, 1)
        append(environment, f"discord:{eetu.id}", {"text": "Velkaneuvonta huomenna.", "glance": "Sinulle on viesti."})
        shown = (await seen(eetu, 2))[1]
        assert shown.text == "Sinulle on viesti." and shown.titles == ["Näytä"]
        await eetu.does(eetu.tap(shown, "Näytä"))
        await until(lambda: shown.edits)
        assert shown.text == "Velkaneuvonta huomenna." and shown.titles == []
        assert len(eetu.sees) == 2


async def test_a_picture_is_uploaded_with_what_it_shows(environment, discord, rasa, door):
    eetu = discord.person()
    picture = {"type": "picture", "url": "/pictures/dogs/hello.png", "alt": "Koira heiluttaa tassua.", "lang": "fi"}
    answer_with(rasa, {"text": "Moi!"}, {"image": picture["url"], "custom": picture})
    async with going(environment, discord):
        await eetu.does(eetu.command("kysy", viesti="moi"))
        first, second = await seen(eetu, 2)
    assert first.text == "Moi!"
    assert second.files[0][1].startswith(b"\x89PNG")
    assert second.payload["attachments"][0]["description"] == "Koira heiluttaa tassua."


async def test_an_answer_whose_interaction_is_over_comes_as_a_direct_message(environment, discord, rasa, door):
    eetu = discord.person()
    async with going(environment, discord):
        rasa.wait = 0.3
        command = eetu.command("kysy", GUILD, CHANNEL, viesti="moi")
        await eetu.does(command)
        discord.interactions[command["token"]].is_over = True
        assert [one.text for one in await seen(eetu, 1)] == ["Sanoit: moi"]


async def test_an_interaction_of_more_than_15_minutes_ago_is_not_even_tried(environment, discord, rasa, door):
    eetu = discord.person()
    command = {**eetu.command("kysy", viesti="moi"), "id": discord.snowflake(time.time() - 16 * 60)}
    await eetu.does(command)
    async with going(environment, discord):
        assert [one.text for one in await seen(eetu, 1)] == ["Sanoit: moi"]
    assert not [one for one in discord.requests if "/webhooks/" in one[1]]


async def test_what_was_kept_while_the_process_was_away_is_answered_when_it_comes(environment, discord, rasa, door):
    eetu = discord.person()
    await eetu.does(eetu.command("kysy", viesti="moi"))
    async with going(environment, discord):
        assert [one.text for one in await seen(eetu, 1)] == ["Sanoit: moi"]


async def test_an_answer_begun_by_an_earlier_process_is_not_replaced_by_what_follows(environment, discord, rasa, door):
    eetu = discord.person()
    async with going(environment, discord):
        command = eetu.command("kysy", viesti="moi")
        await eetu.does(command)
        await seen(eetu, 1)
    database = Database(environment["SAATTAJA_DATABASE"])
    with database.writing() as connection:
        body, now = {"text": "vielä tämä"}, datetime.now(timezone.utc)
        outbox.append(connection, f"discord:{eetu.id}", "reply", body, now, command["id"])
    database.close()
    async with going(environment, discord):
        assert await quiet(eetu, 2) == ["Sanoit: moi", "vielä tämä"]


async def test_who_takes_no_direct_messages_sees_the_answers_to_what_they_tap(environment, discord, rasa, door):
    eetu = discord.person()
    answer_with(rasa, {"text": "eka"}, {"text": "toka"})
    discord.fails("POST /channels/*/messages", CANNOT_SEND)
    async with going(environment, discord):
        await eetu.does(eetu.command("kysy", viesti="moi"))
        assert await quiet(eetu, 2) == ["eka", "toka"]


# --- servers ----------------------------------------------------------------------------------------------------


async def test_the_admins_of_a_server_choose_the_channel(discord, rasa, door, environment):
    eetu, rights = discord.person(), str(1 << 5)
    refused = await eetu.does(eetu.command("kanava", GUILD, OTHER_CHANNEL, kanava=CHANNEL))
    assert "ylläpitäjä" in refused.json()["data"]["content"]
    elsewhere = await eetu.does(eetu.command("asetukset", GUILD, OTHER_CHANNEL))
    assert elsewhere.json()["type"] == 5
    chosen = await eetu.does(eetu.command("kanava", GUILD, OTHER_CHANNEL, kanava=CHANNEL, permissions=rights))
    assert f"<#{CHANNEL}>" in chosen.json()["data"]["content"]
    kept = len(rows(environment))
    refused = await eetu.does(eetu.command("kysy", GUILD, OTHER_CHANNEL, viesti="mua ahistaa"))
    data = refused.json()["data"]
    assert data["flags"] == EPHEMERAL and f"<#{CHANNEL}>" in data["content"] and "112" in data["content"]
    assert len(rows(environment)) == kept
    assert (await eetu.does(eetu.command("kysy", GUILD, CHANNEL, viesti="moi"))).json()["type"] == 5
    everywhere = await eetu.does(eetu.command("kanava", GUILD, CHANNEL, permissions=rights))
    assert "kaikilla" in everywhere.json()["data"]["content"]
    assert (await eetu.does(eetu.command("kysy", GUILD, OTHER_CHANNEL, viesti="moi"))).json()["type"] == 5


async def test_without_a_database_who_asks_is_told_who_helps(discord, open_door, tmp_path):
    store = Store(Database(f"sqlite:///{tmp_path}/no-tables.db"))
    receive = door_for_discord.webhook(
        Signatures(PUBLIC_KEY), lambda request: store, lambda: datetime.now(timezone.utc)
    )
    with open_door(Starlette(routes=[Route("/", receive, methods=["POST"])])) as door:
        eetu = discord.person(locale="en-GB")
        answer = (await eetu.does(eetu.command("kysy", viesti="moi"), door=f"{door.url}/")).json()
    store.close()
    assert answer["type"] == 4 and answer["data"]["flags"] == EPHEMERAL
    assert "112" in answer["data"]["content"]


async def test_without_a_public_key_there_is_no_such_address(discord, open_door):
    receive = door_for_discord.webhook(None, lambda request: None, lambda: datetime.now(timezone.utc))
    with open_door(Starlette(routes=[Route("/", receive, methods=["POST"])])) as door:
        assert (await bring(f"{door.url}/", {"type": 1})).status_code == 404


# --- what is kept and logged ------------------------------------------------------------------------------------


async def test_personal_codes_are_masked_before_anything_is_kept(environment, discord, rasa, door):
    eetu = discord.person()
    await eetu.does(eetu.command("kysy", viesti="oon 131052-308T"))
    (row,) = rows(environment)
    assert "131052-308T" not in json.dumps(row.said) and "[henkilötunnus]" in json.dumps(row.said, ensure_ascii=False)


async def test_neither_tokens_nor_words_are_logged(environment, discord, rasa, door, caplog):
    caplog.set_level(logging.DEBUG)
    for name in (*logging.root.manager.loggerDict, ""):
        if name.startswith(("messengers", "web", "desk", "people", "asyncio", "aiohttp.client")):
            logging.getLogger(name).setLevel(logging.DEBUG)
    eetu = discord.person()
    discord.fails("POST /channels/*/messages", SERVER_ERROR, DROPPED)
    discord.fails("PATCH /webhooks/*/*/messages/@original", SERVER_ERROR)
    async with going(environment, discord):
        command = eetu.command("kysy", viesti="salaisuuteni")
        await eetu.does(command)
        eetu.writes("toinen salaisuus")
        discord.drop()
        await seen(eetu, 1)
    ours = [one for one in caplog.records if one.name not in ("httpx", "aiohttp.access")]  # those of the stand-ins
    told = "\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in ours)
    assert TOKEN not in told and TOKEN.rpartition(".")[2] not in told
    assert command["token"] not in told
    assert "salaisuu" not in told.replace("Sanoit", "")
