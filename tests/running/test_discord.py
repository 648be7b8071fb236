"""The whole bot in Discord, whose gateway and REST are a stand-in: direct messages, commands, a reminder, erasing."""

import asyncio
import time
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from fake_discord import ANOTHER_KEY, PUBLIC_KEY, TOKEN, FakeDiscord, bring

from people import profiles
from people.database import Database
from people.profiles import DAYS
from reminders import store
from reminders.planning import Planned

pytestmark = pytest.mark.model

WITHIN = 60  # seconds; a busy machine takes its time
GUILD, CHANNEL = "700000000000000001", "700000000000000002"
SECRET = "plughxyzzy"  # stands for what a person wrote


async def test_the_whole_bot_in_discord(start_stack, tmp_path):
    async with FakeDiscord() as discord:
        settings = {
            "SAATTAJA_DISCORD_TOKEN": TOKEN,
            "SAATTAJA_DISCORD_API": discord.api,
            "SAATTAJA_DISCORD_PUBLIC_KEY": PUBLIC_KEY,
        }
        stack = start_stack(tmp_path / "discord", **settings)
        await asyncio.to_thread(stack.__enter__)
        try:
            eetu = discord.person()
            eetu.door = f"{stack.url}/webhooks/discord"
            await until(lambda: discord.is_open)
            await in_direct_messages(eetu)
            await in_a_server(discord.person(900_000_000_000_000_002), eetu.door)
            await a_reminder(eetu, stack)
            await a_wrong_signature(eetu, stack)
            await erasing(eetu, stack)
        finally:
            await asyncio.to_thread(stack.__exit__)
        assert discord.problems == []
        assert TOKEN not in stack.logs() and SECRET not in stack.logs()


async def in_direct_messages(eetu):
    eetu.writes("mua ahistaa ja vuokrat on rästis, asun Tampereella")
    first = await seen(eetu)
    cards = [embed for shown in first for embed in shown.embeds]
    assert 1 <= len(cards) <= 3
    links = [part["url"] for shown in first for part in shown.parts if part.get("url")]
    assert links and all(link.startswith("https://") for link in links)
    assert (await eetu.does(eetu.tap(first[-1], "Lisää vaihtoehtoja"))).status_code == 200
    more = (await seen(eetu, len(first) + 1))[len(first) :]
    names = {embed["title"].partition(". ")[2] or embed["title"] for embed in cards}
    again = {embed["title"].partition(". ")[2] or embed["title"] for shown in more for embed in shown.embeds}
    assert again and not names & again


async def in_a_server(ada, door):
    """What somebody asks in a server, and its answer, only they see."""
    ada.door = door
    answer = await ada.does(ada.command("kysy", GUILD, CHANNEL, viesti="en jaksa enää elää"))
    assert answer.json() == {"type": 5, "data": {"flags": 64}}
    await until(lambda: any("112" in text_of(one) for one in ada.discord.in_channel(CHANNEL, ada.id)))
    assert ada.discord.in_channel(CHANNEL, "900000000000000003") == []


async def a_reminder(eetu, stack):
    before = len(eetu.sees)
    now = datetime.now(timezone.utc)
    with Database(f"sqlite:///{stack.state}/saattaja.db").writing() as connection:
        who = profiles.ensure(connection, "discord", f"discord:{eetu.id}", now).id
        profiles.change(connection, who, reminders_allowed=True, windows=[(DAYS, 0, 24 * 60)], lock_screen="full")
        planned = Planned(now, now + timedelta(minutes=30))
        times = {"occurrence_start": now, "occurrence_end": now + timedelta(hours=1)}
        more = {"service": "s", "session": "x", "body": {"name": "Vertaisryhmä"}, **times}
        reminder = store.add(connection, who, "start_now", "k", planned, now, **more)
    shown = (await seen(eetu, before + 1))[before]
    assert "Vertaisryhmä" in text_of(shown)
    await eetu.does(eetu.tap(shown, "Tehty"))
    await seen(eetu, before + 2)
    with Database(f"sqlite:///{stack.state}/saattaja.db").reading() as connection:
        assert store.by_id(connection, reminder).answered == "done"


async def a_wrong_signature(eetu, stack):
    before = len(eetu.sees)
    refused = await bring(eetu.door, eetu.command("kysy", viesti=SECRET), ANOTHER_KEY)
    assert refused.status_code == 401
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(eetu.door, json={"type": 1})).status_code == 401
    await asyncio.sleep(2)
    assert len(eetu.sees) == before


async def erasing(eetu, stack):
    before = len(eetu.sees)
    eetu.writes("unohda minut")
    sure = (await seen(eetu, before + 1))[-1]
    await eetu.does(eetu.tap(sure, "Kyllä, unohda minut"))
    last = (await seen(eetu, before + 2))[-1]
    assert "Unohdin sinut" in text_of(last) and "Discord" in text_of(last)


def text_of(shown):
    return f"{shown.text}\n{shown.embeds}"


async def seen(person, count=1):
    """What the person sees in direct messages once it is so many messages, and no more come for a moment."""
    await until(lambda: len([one for one in person.sees if not one.is_waiting]) >= count)
    while True:
        before = len(person.sees)
        await asyncio.sleep(1)
        if len(person.sees) == before:
            return person.sees


async def until(is_so):
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
