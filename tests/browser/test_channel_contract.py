"""One table of replies, and every channel that shows them: what is owed to a person reaches them everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from bot.channels.rich_output import rich_reply
from bot.chat import plain, quick_replies
from messengers.choices import read_data
from messengers.discord import limits as discord_limits
from messengers.discord.embeds import size
from messengers.discord.rendering import rendered
from messengers.discord.texts import length
from messengers.telegram import limits as telegram_limits
from messengers.telegram.rendering import messages_of
from people import conversations
from people.database import Database
from reminders import outbox
from reminders.outbox import Event

from .channel_contract import NOW, Owed, Shown, replies

CHANNELS = ("widget", "rest", "terminal", "telegram", "discord")
NAMES = (
    *("words", "words that look like markup", "long words", "choices", "many choices", "cards", "crisis", "a picture"),
    *("a reminder", "another language"),
)


@pytest.fixture
def owed(running_rasa, kind) -> Owed:
    return replies(running_rasa.catalog)[kind]


@pytest.fixture
def show(request, channel) -> Callable[[Owed], Shown]:
    if channel == "widget":
        chat, server = request.getfixturevalue("chat"), request.getfixturevalue("server")
        return lambda owed: in_the_widget(chat, server, owed)
    return {"rest": as_json, "terminal": in_a_terminal, "telegram": in_telegram, "discord": in_discord}[channel]


def test_the_table_has_every_kind(running_rasa):
    assert tuple(replies(running_rasa.catalog)) == NAMES


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", NAMES)
def test_what_is_owed_is_shown(kind, channel, owed, show):
    shown = show(owed)
    said = plain_text(shown.text)
    assert [text for text in owed.texts if plain_text(text) not in said] == []
    reachable = {*shown.links, *map(bare, shown.links)}
    digits = re.sub(r"\D", "", shown.text)
    missing = [url for url in owed.addresses if not is_there(url, reachable, said, digits)]
    assert missing == []
    assert [title for title in owed.taps if title not in shown.taps] == []
    assert [alt for alt in owed.pictures if alt not in (*shown.pictures, said) and alt not in said] == []
    if owed.is_crisis:
        assert not shown.pictures


def plain_text(text: str) -> str:
    return " ".join(text.split())


def bare(url: str) -> str:
    return unquote(url.partition("?")[0].removeprefix("https://").removeprefix("mailto:").rstrip("/"))


def is_there(url: str, links: set[str], said: str, digits: str) -> bool:
    """Whether an address can be opened, or is in the words: a number in any grouping, at home or from abroad."""
    if url in links or bare(url) in links or bare(url) in said:
        return True
    number = re.sub(r"\D", "", url.partition("?")[0])
    return url.startswith(("tel:", "sms:")) and (number in digits or re.sub("^358", "0", number) in digits)


# --- the channels -----------------------------------------------------------------------------------------------


def event_of(owed: Owed) -> Event:
    return Event("c", 7, 7, owed.kind, NOW, None, owed.body)


def in_the_widget(chat: Any, server: Any, owed: Owed) -> Shown:
    database = Database(server.database)
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    with database.writing() as connection:
        conversation = conversations.owned_by(connection, chat.token, NOW)
        outbox.append(connection, conversation.id, owed.kind, owed.body, NOW)
    expect(chat.replies).to_have_count(2)
    reply = chat.replies.last
    reply.evaluate("(one) => one.querySelectorAll('details').forEach((each) => (each.open = true))")
    links = reply.locator("a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    pictures = reply.locator("img").evaluate_all("all => all.map((one) => one.alt)")
    taps = chat.element.get_by_role("button").all_inner_texts()
    return Shown(reply.inner_text(), frozenset(links), tuple(map(str.strip, taps)), tuple(pictures))


def as_json(owed: Owed) -> Shown:
    reply = rich_reply(owed.body) if owed.kind == "reply" else dict(owed.body)
    text = json.dumps(reply, ensure_ascii=False)
    custom = reply.get("custom") or {}
    words = "\n".join([reply.get("text") or "", *strings(custom.get("services") or [])])
    assert json.loads(text) == reply
    links = {one for one in strings(reply) if re.match("https:|tel:|sms:|mailto:", one)}
    taps = tuple(button["title"] for button in reply.get("buttons") or ())
    pictures = (custom["alt"],) if custom.get("type") == "picture" else ()
    return Shown(words, frozenset(links), taps, pictures)


def in_a_terminal(owed: Owed) -> Shown:
    text = str(plain(owed.body))
    url = str(owed.body.get("url") or "")
    buttons = owed.body.get("buttons") or []
    taps = re.split(r"\[\d+\]", str(quick_replies(buttons)).replace("\u00a0", " "))
    return Shown(text, frozenset({url} - {""}), tuple(one.strip() for one in taps if one.strip()))


def in_telegram(owed: Owed) -> Shown:
    messages = messages_of(event_of(owed), "fi", NOW)
    links, taps, pictures = set(), [], []
    for message in messages:
        most = telegram_limits.CAPTION if message.picture else telegram_limits.TEXT
        assert 0 < telegram_limits.length(message.plain) <= most or message.picture
        pictures += [message.plain] if message.picture else []
        for button in (button for row in message.buttons for button in row):
            assert button.title and (button.url is None) != (button.data is None)
            assert len((button.data or "").encode()) <= 64
            assert button.url is None or button.url.startswith("https://")
            assert button.data is None or read_data(button.data)
            links |= {button.url} if button.url else set()
            taps.append(button.title)
    return Shown("\n".join(message.plain for message in messages), frozenset(links), tuple(taps), tuple(pictures))


def in_discord(owed: Owed) -> Shown:
    words, links, taps, pictures = [], set(), [], []
    for message in rendered(event_of(owed), "fi", NOW, lambda path: b"\x89PNG"):
        payload = message.payload
        assert length(payload.get("content") or "") <= discord_limits.CONTENT
        assert len(payload.get("components") or ()) <= discord_limits.ROWS
        assert sum(map(size, payload.get("embeds") or ())) <= discord_limits.ALL_EMBEDS
        assert payload["allowed_mentions"] == {"parse": []}
        words += [payload.get("content") or "", *strings(payload.get("embeds") or [])]
        pictures += [upload.alt for upload in message.uploads]
        for part in (part for row in payload.get("components") or () for part in row["components"]):
            links |= {part["url"]} if part.get("url") else set()
            taps += [part["label"]] if part.get("label") else [option["label"] for option in part.get("options") or ()]
            assert len(part.get("custom_id") or "") <= 100
    text = re.sub(r"\\([\\*_~`|<\[>#-])", r"\1", "\n".join(words)).replace("@\u200b", "@")
    return Shown(re.sub(r"<(https?://[^>]+)>", r"\1", text), frozenset(links), tuple(taps), tuple(pictures))


def strings(part: Any) -> list[str]:
    """Every string in a piece of JSON."""
    if isinstance(part, Mapping):
        return [one for value in part.values() for one in strings(value)]
    if isinstance(part, (list, tuple)):
        return [one for value in part for one in strings(value)]
    return [part] if isinstance(part, str) else []
