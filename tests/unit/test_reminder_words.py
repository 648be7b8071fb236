"""What people say about reminders: when again, how long a pause, which topics, how many a day."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.reminder_words import (
    again_at,
    means_every_time,
    means_for_good,
    means_next_time,
    most_per_day,
    pause_until,
    topics,
    weekday_named,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 24, 15, 20, tzinfo=HELSINKI)  # a Tuesday


def wall(moment: datetime | None) -> str | None:
    return moment.astimezone(HELSINKI).strftime("%d.%m. %H:%M") if moment else None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("muistuta tunnin päästä", "24.11. 16:20"),
        ("puolen tunnin päästä", "24.11. 15:50"),
        ("vartin päästä", "24.11. 15:35"),
        ("muistuta kymmenen minuutin päästä", "24.11. 15:30"),
        ("20 min päästä", "24.11. 15:40"),
        ("muistuta kahen tunnin päästä", "24.11. 17:20"),
        ("muistuta parin päivän päästä", "26.11. 15:20"),
        ("viikon päästä", "01.12. 15:20"),
        ("kohta", "24.11. 15:35"),
        ("muistuta huomenna", "25.11. 10:00"),
        ("huomen aamulla", "25.11. 09:00"),
        ("muistuta huomenna klo 18", "25.11. 18:00"),
        ("muistuta illalla", "24.11. 18:00"),
        ("tänään illalla", "24.11. 18:00"),
        ("klo 18.30", "24.11. 18:30"),
        ("klo 9", "25.11. 09:00"),
        ("siirrä perjantaihin", "27.11. 10:00"),
        ("siirrä tiistaihin", "01.12. 10:00"),
        ("ens viikolla", "30.11. 10:00"),
        ("Siirrä: tunnin päähän", "24.11. 16:20"),
        ("Siirrä: iltaan", "24.11. 18:00"),
        ("Siirrä: huomiseen", "25.11. 10:00"),
        ("påminn mej om en timme", "24.11. 16:20"),
        ("Flytta: till i morgon", "25.11. 10:00"),
        ("Flytta: till kvällen", "24.11. 18:00"),
        ("remind me in an hour", "24.11. 16:20"),
        ("remind me in half an hour", "24.11. 15:50"),
        ("tomorrow at 5pm", "25.11. 17:00"),
        ("remind me tonight", "24.11. 18:00"),
        ("Move: to tomorrow", "25.11. 10:00"),
        ("myöhemmin", None),
        ("siirrä se", None),
        ("", None),
    ],
)
def test_when_it_is_reminded_again(text: str, when: str | None) -> None:
    assert wall(again_at(text, NOW)) == when


def test_an_evening_that_has_begun_is_in_an_hour_today() -> None:
    assert wall(again_at("tänään illalla", NOW.replace(hour=19))) == "24.11. 20:20"


def test_an_hour_is_an_hour_on_the_night_when_clocks_change() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)  # 3:30 in Helsinki, the first time
    again = again_at("tunnin päästä", before)
    assert again is not None and (again - before).total_seconds() == 3600


def test_the_same_time_tomorrow_is_the_same_on_the_wall_when_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=HELSINKI)
    assert wall(again_at("2 päivän päästä", saturday)) == "26.10. 12:00"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("viikon tauko", "01.12. 15:20"),
        ("tauko", "01.12. 15:20"),
        ("Viikon tauko", "01.12. 15:20"),
        ("kahen viikon tauko", "08.12. 15:20"),
        ("pistä muistutukset tauolle kahdeks viikoks", "08.12. 15:20"),
        ("kolmen päivän tauko", "27.11. 15:20"),
        ("kuukauden tauko", "24.12. 15:20"),
        ("tauko perjantaihin asti", "27.11. 00:00"),
        ("älä muistuta tällä viikolla", "30.11. 00:00"),
        ("älä muistuta mua ens viikolla", "07.12. 00:00"),
        ("älä muistuta tänään", "25.11. 00:00"),
        ("hiljennä ne huomiseen", "25.11. 00:00"),
        ("taukoo loppukuuks", "01.12. 00:00"),
        ("älä muistuta kahteen viikkoon", "08.12. 15:20"),
        ("två veckors paus", "08.12. 15:20"),
        ("paus till måndag", "30.11. 00:00"),
        ("A week's break", "01.12. 15:20"),
        ("pause the reminders for two weeks", "08.12. 15:20"),
        ("no reminders this week", "30.11. 00:00"),
    ],
)
def test_how_long_a_pause_lasts(text: str, until: str) -> None:
    assert wall(pause_until(text, NOW)) == until


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("ei enää uutisia", ["news"]),
        ("Ei enää uutisia", ["news"]),
        ("älä kysy miten meni", ["check_in"]),
        ("ei kyselyitä kiitos", ["check_in"]),
        ("älä kehu mua", ["encouragement"]),
        ("tsemppiviestit off", ["encouragement"]),
        ("pelkät muistutukset riittää", ["check_in", "news", "encouragement"]),
        ("samana päivänä riittää", ["start_now"]),
        ("riittää ku muistutat samana päivänä", ["start_now"]),
        ("ota se alkaa nyt pois", ["start_now"]),
        ("älä laita sitä samana päivänä, alkaa nyt riittää", ["same_day_notice"]),
        ("ei tarvi ilmottaa ku se alkaa, aamulla riittää", ["start_now"]),
        ("muistutukset jää mut uutiset pois", ["news"]),
        ("inga nyheter", ["news"]),
        ("fråga int hur de gick", ["check_in"]),
        ("stop asking how it went", ["check_in"]),
        ("only remind me when it starts", ["same_day_notice"]),
        ("no news please", ["news"]),
        ("jätä jotain pois", []),
    ],
)
def test_which_topics_are_left_out(text: str, left_out: list[str]) -> None:
    assert sorted(topics(text)) == sorted(left_out)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("enintään yks viesti päivässä", 1),
        ("max 2 viestiä päivässä", 2),
        ("kaks kertaa päivässä riittää", 2),
        ("högst en gång om dagen", 1),
        ("once a day", 1),
        ("at most three messages a day", 3),
        ("iltasin", None),
        ("kerran viikossa riittää", None),
    ],
)
def test_how_many_a_day(text: str, number: int | None) -> None:
    assert most_per_day(text) == number


def test_this_time_the_next_and_every() -> None:
    assert means_next_time("en pääse tällä kertaa, siirrä seuraavaan kertaan")
    assert means_next_time("Move: to the next time")
    assert not means_next_time("siirrä huomiseen")
    assert means_every_time("Kyllä, joka kerta") and means_every_time("muistuta mua joka viikko siitä")
    assert not means_every_time("Kyllä, vain tästä")
    assert weekday_named("muistuta mua tiistain ryhmästä") == 1 and weekday_named("muistuta mua") is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    again = again_at(text, NOW)
    assert again is None or again > NOW
    assert pause_until(text, NOW) > NOW
    topics(text), most_per_day(text), means_every_time(text), weekday_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "älä muistuta siitä enää",
        "påminn mig inte om det här längre",
        "påminn inte om den mer.",
        "don't remind me about that any more",
    ],
)
def test_what_the_bot_tells_people_to_write_ends_the_reminders_of_a_meeting_for_good(text: str) -> None:
    assert means_for_good(text)
