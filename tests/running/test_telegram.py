"""The whole bot in Telegram, whose Bot API is a stand-in on loopback: from what a person writes to what they see."""

import itertools
import sqlite3
import time
from datetime import datetime, timedelta, timezone

import pytest
from fake_telegram import TOKEN, FakeTelegram

from people import profiles
from people.database import Database
from people.profiles import DAYS
from reminders import store
from reminders.planning import Planned

pytestmark = pytest.mark.model

WITHIN = 60  # seconds; a busy machine takes its time
NUMBERS = itertools.count(7001)
SECRET = "plughxyzzy"  # stands for what a person wrote


@pytest.fixture(scope="module")
def telegram():
    with FakeTelegram() as telegram:
        yield telegram


@pytest.fixture(scope="module")
def bot(start_stack, telegram, tmp_path_factory):
    """A bot without a public address, so that it polls."""
    settings = {"SAATTAJA_TELEGRAM_TOKEN": TOKEN, "SAATTAJA_TELEGRAM_API": telegram.url}
    with start_stack(tmp_path_factory.mktemp("telegram"), **settings) as stack:
        yield stack


@pytest.fixture
def eetu(bot, telegram):
    return telegram.person(next(NUMBERS))


def seen(person, count=1):
    """What the person sees once it is so many messages, and no more come for a moment."""
    deadline = time.monotonic() + WITHIN
    while len(person.sees) < count:
        assert time.monotonic() < deadline, [shown.text for shown in person.sees]
        time.sleep(0.05)
    while True:
        before = len(person.sees)
        time.sleep(1)
        if len(person.sees) == before:
            return person.sees


def test_the_start_says_what_it_is(eetu):
    eetu.writes("/start")
    (greeting,) = seen(eetu)
    assert greeting.text.startswith("Moi! Olen botti") and greeting.titles


def test_one_message_gets_cards_with_what_opens_them(eetu):
    eetu.writes("mua ahistaa ja vuokrat on rästis, asun Tampereella")
    shown = seen(eetu, 2)
    text = "\n".join(one.text for one in shown)
    assert "Tampere" in text and "Ensimmäinen askel" in text
    links = [button["url"] for one in shown for row in one.buttons for button in row if "url" in button]
    assert links and all(link.startswith("https://") for link in links)
    assert 2 <= len(shown) <= 5


def test_a_tap_goes_on_from_what_was_shown(eetu):
    eetu.writes("mua ahistaa, asun Tampereella")
    before = seen(eetu, 2)
    eetu.taps("Lisää vaihtoehtoja")
    after = seen(eetu, len(before) + 1)
    names = [one.text.split("\n")[0] for one in before]
    assert [one.text.split("\n")[0] for one in after[len(before) :] if one.text.split("\n")[0] in names[1:]] == []


def test_danger_gets_calm_contacts_and_no_picture(eetu):
    eetu.writes("vastaa koirakuvilla")
    before = len(seen(eetu))
    eetu.writes("en jaksa enää elää")
    shown = seen(eetu, before + 2)[before:]
    assert "112" in "\n".join(one.text for one in shown)
    assert not any(one.picture for one in shown)


def test_the_tone_brings_pictures_with_words_for_who_cant_see_them(eetu):
    eetu.writes("vastaa koirakuvilla")
    shown = seen(eetu)
    if not any(one.picture for one in shown):
        eetu.writes("mistä löydän harrastuksia")
        shown = seen(eetu, len(shown) + 2)
    (picture, *_) = [one for one in shown if one.picture]
    assert picture.text


def test_a_reminder_arrives_says_no_more_than_it_may_and_is_answered(eetu, bot):
    eetu.writes("moi")
    before = len(seen(eetu))
    reminder = remind(bot, eetu)
    veiled = seen(eetu, before + 1)[before]
    assert (veiled.text, veiled.titles) == ("Sinulle on viesti.", ["Näytä"])
    eetu.taps("Näytä")
    until(lambda: "Vertaisryhmä" in eetu.sees[before].text, eetu)
    assert len(eetu.sees) == before + 1  # it takes the place of the first
    eetu.taps("Tehty")
    assert len(seen(eetu, before + 2)) == before + 2
    with Database(f"sqlite:///{bot.state}/saattaja.db").reading() as connection:
        assert store.by_id(connection, reminder).answered == "done"


def remind(bot, person):
    """Plans a reminder that is due now; returns its id."""
    now = datetime.now(timezone.utc)
    with Database(f"sqlite:///{bot.state}/saattaja.db").writing() as connection:
        who = profiles.ensure(connection, "telegram", f"telegram:{person.id}", now).id
        profiles.change(connection, who, reminders_allowed=True, windows=[(DAYS, 0, 24 * 60)])
        times = {"occurrence_start": now, "occurrence_end": now + timedelta(hours=1)}
        planned = Planned(now, now + timedelta(minutes=30))
        body = {"name": "Vertaisryhmä"}
        return store.add(connection, who, "start_now", "k", planned, now, service="s", session="x", body=body, **times)


def until(is_so, person):
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline, [shown.text for shown in person.sees]
        time.sleep(0.05)


def test_everything_is_erased_and_the_last_words_arrive(eetu, bot):
    eetu.writes(f"mua ahistaa {SECRET}")
    before = len(seen(eetu))
    eetu.writes("/unohda")
    shown = seen(eetu, before + 1)[before:]
    if shown[-1].titles:  # it asks once whether it is meant
        eetu.taps(shown[-1].titles[0])
        seen(eetu, before + len(shown) + 1)
    deadline = time.monotonic() + WITHIN
    while any(SECRET in dump(file) for file in bot.state.glob("*.db")):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert SECRET not in bot.logs() and TOKEN not in bot.logs()


def dump(file):
    connection = sqlite3.connect(file)
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()
