"""The settings in a messenger: what each screen says and offers, and what each choice does."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from messengers import menu
from messengers.menu import CHOICES, SCREENS, View
from people import linking, profiles
from people.database import Database
from people.profiles import DAYS, WEB_CHAT, Profile
from reminders import outbox
from translations import LANGUAGES

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
DAY = timedelta(days=1)
ADA, HERS = "telegram:7", ("telegram", "telegram:7")
WEB = (WEB_CHAT, "c")
EVERYTHING = Profile(
    "",
    NOW,
    NOW,
    tone="dogs",
    reminders_allowed=True,
    windows=((("mon",), 16 * 60, 20 * 60),),
    paused_until=NOW + DAY,
    lock_screen="full",
    translation_allowed=True,
    translation_by="DeepL",
)
NOTHING = Profile("", NOW, NOW)
LONGEST_TITLE, MOST_BUTTONS, LONGEST_TEXT = 60, 20, 1900  # within what Telegram and Discord take


@pytest.fixture(scope="module")
def database(new_database):
    database = Database(new_database())
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def connection(database):
    with database.engine.connect() as connection:
        yield connection  # and nothing of it is kept


def view(profile=NOTHING, language="fi", **more):
    return View(profile, "telegram", language, NOW, **more)


def actions(body):
    return [button["action"] for button in body["buttons"] if "action" in button]


def titles(body):
    return [button["title"] for button in body["buttons"]]


def choose(connection, action, language="fi"):
    return menu.chosen(connection, ADA, action, language, NOW)


def profile(connection):
    return profiles.find(connection, *HERS)


# --- every screen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SCREENS, "may_i_link"])
@pytest.mark.parametrize("person", [NOTHING, EVERYTHING], ids=["nothing", "everything"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits_and_says_the_same_in_every_language(name, person, language):
    screen = SCREENS.get(name, menu.may_i_link)
    linked = {"channels": (WEB_CHAT, "discord"), "asks": WEB_CHAT} if person is EVERYTHING else {}
    body = screen(view(person, language, **linked))
    assert body["edits"] and body["lang"] == language
    assert 0 < len(body["text"]) <= LONGEST_TEXT and "{" not in body["text"]
    assert len(body["buttons"]) <= MOST_BUTTONS
    assert all(0 < len(title) <= LONGEST_TITLE and "{" not in title for title in titles(body))
    finnish = screen(view(person, "fi", **linked))
    assert [{**one, "title": ""} for one in body["buttons"]] == [{**one, "title": ""} for one in finnish["buttons"]]
    if language != "fi":
        assert body["text"] != finnish["text"]
        same = set(titles(body)) & set(titles(finnish))
        assert same <= {"Suomi", "Svenska", "English", "✓ 3", "1", "2", "3", "5", "10"}


def reachable(person, **linked):
    """Every action that a tap leads to from the first screen, however many taps away."""
    seen, left = set(), ["menu"]
    while left:
        action = left.pop()
        if action in seen:
            continue
        seen.add(action)
        name = action.partition(":")[0]
        screen = SCREENS.get(action) or SCREENS.get(name)
        left += actions(screen(view(person, **linked))) if screen else []
    return seen


@pytest.mark.parametrize("person", [NOTHING, EVERYTHING], ids=["nothing", "everything"])
def test_every_button_leads_somewhere_and_every_screen_can_be_reached(connection, person):
    found = reachable(person, channels=(WEB_CHAT,))
    for action in found - {menu.FORGET_YES}:
        assert choose(connection, action)["buttons"], action
        name = action.partition(":")[0]
        assert action in SCREENS or name in {*CHOICES, *menu.ACTS}, action
    if person is EVERYTHING:
        assert set(SCREENS) <= found
    assert menu.FORGET_YES in found


@pytest.mark.parametrize(
    "action", ["", "nonsense", "tone:loud", "most:0", "most:999", "hours:", "translate:yes", ":", "x:y"]
)
def test_what_is_no_button_leads_to_the_first_screen_and_keeps_nothing(connection, action):
    assert choose(connection, action)["text"].startswith("Asetukset")
    assert profile(connection) is None


# --- what is set ------------------------------------------------------------------------------------------------


def test_the_first_screen_tells_what_is_set_and_is_a_message_of_its_own(connection):
    body = menu.opened(connection, ADA, "fi", NOW)
    assert body["text"] == ("Asetukset\n\nPuhetapa: Tavallinen\nKieli: Niin kuin kirjoitan\nMuistutukset: pois päältä")
    assert actions(body) == ["tone", "language", "reminders", "data", "channels", "forget"]
    assert not body["edits"]
    assert profile(connection) is None  # to look keeps nothing


def test_who_has_reminders_sees_how_they_come():
    body = menu.main(view(EVERYTHING, channels=(WEB_CHAT,)))
    assert body["text"].splitlines()[2:] == [
        "Puhetapa: Koirakuvia",
        "Kieli: Niin kuin kirjoitan",
        "Muistutukset: tauolla, jatkuvat huomenna",
        "Sopivat ajat: ma klo 16–20",
        "Viestejä päivässä enintään: 3",
        "Lukitusnäytöllä lukee: Mistä viestissä on kyse",
        "Kannustaminen: päällä",
        "Kääntäminen: päällä",
        "Yhdistetty: Verkkosivun chat",
    ]


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("tone:dogs", "tone", "dogs"),
        ("tone:friendly", "tone", "friendly"),
        ("language:sv", "language", "sv"),
        ("reminders:yes", "reminders_allowed", True),
        ("reminders:no", "reminders_allowed", False),
        ("hours:weekdays", "windows", ((DAYS[:5], 16 * 60, 20 * 60),)),
        ("hours:weekends", "windows", ((DAYS[5:], 10 * 60, 20 * 60),)),
        ("pause:day", "paused_until", NOW + DAY),
        ("pause:week", "paused_until", NOW + 7 * DAY),
        ("pause:off", "paused_until", None),
        ("most:5", "most_per_day", 5),
        ("lock:full", "lock_screen", "full"),
        ("encourage:no", "encouragement", False),
    ],
)
def test_a_choice_is_kept_and_its_screen_shows_it(connection, action, field, value):
    body = choose(connection, action)
    assert getattr(profile(connection), field) == value
    assert body["edits"] and "menu" in actions(body)


def test_what_is_chosen_is_marked(connection):
    assert titles(choose(connection, "tone:dogs"))[:4] == ["Tavallinen", "Huumoria", "Meemejä", "✓ Koirakuvia"]
    assert "✓ Arkisin klo 16–20" in titles(choose(connection, "hours:weekdays"))


def test_a_language_speaks_at_once_and_can_be_left_to_what_is_written(connection):
    assert choose(connection, "language:sv")["lang"] == "sv"
    assert profile(connection).language_fixed
    assert choose(connection, "language:auto", "sv")["lang"] == "sv"
    assert (profile(connection).language, profile(connection).language_fixed) == (None, False)


def test_reminders_are_turned_on_only_by_a_yes_to_what_that_means(connection):
    asked = choose(connection, "reminders")
    assert "laitan viestin" in asked["text"] and "klo" in asked["text"]
    assert titles(asked)[0] == "Kyllä, ota käyttöön"
    assert profile(connection) is None
    assert titles(choose(connection, "reminders:yes"))[0] == "Lopeta kaikki muistutukset"


def test_a_pause_ends_at_the_same_hour_also_when_the_clocks_change(connection):
    before = datetime(2026, 3, 27, 16, 0, tzinfo=timezone.utc)  # two days before summer time; 18:00 in Finland
    menu.chosen(connection, ADA, "pause:week", "fi", before)
    assert profile(connection).paused_until == before + 7 * DAY - timedelta(hours=1)


def test_a_translator_is_allowed_only_by_who_was_asked(connection):
    person = profiles.ensure(connection, *HERS, NOW).id
    assert choose(connection, "translate:yes")["text"].startswith("Asetukset")
    profiles.change(connection, person, translation_by="DeepL", translation_allowed=False)
    assert "DeepL" in choose(connection, "translate")["text"]
    choose(connection, "translate:yes")
    assert profile(connection).translation_allowed


# --- own data ---------------------------------------------------------------------------------------------------


def test_own_data_come_as_a_file_that_is_not_in_the_conversation(connection):
    profiles.change(connection, profiles.ensure(connection, *HERS, NOW).id, municipality="Oulu")
    body = choose(connection, "data:file")
    assert body["document"] == "omat-tiedot.json" and "Oulu" not in json.dumps(body)
    file = json.loads(menu.own_data(connection, ADA, {"age": 17}))
    assert file["profile"]["municipality"] == "Oulu" and file["remembered"] == {"age": 17}


@pytest.mark.parametrize(("channel", "says"), [("telegram", "Poista keskustelu"), ("discord", "Poista viesti")])
def test_forgetting_asks_first_and_says_what_it_does_not_reach(channel, says):
    body = menu.forget_(View(NOTHING, channel, "fi", NOW, (WEB_CHAT,)))
    assert says in body["text"] and "Verkkosivun chat" in body["text"]
    assert actions(body) == ["forget:yes", "menu"]


def test_forgetting_erases_every_channel(connection):
    linking.link(connection, linking.new_code(connection, *WEB, NOW), *HERS, NOW)
    outbox.append(connection, ADA, "reply", {"text": "salaisuus"}, NOW)
    words = menu.forget(connection, ADA, "fi", NOW)["text"]
    assert words.startswith("Kaikki, mitä minulla oli sinusta, on poistettu.") and "Telegramissa" in words
    assert profile(connection) is None and profiles.find(connection, *WEB) is None
    assert outbox.events(connection, ADA) == []


# --- linking ----------------------------------------------------------------------------------------------------


def code_in(body):
    return next(code for word in body["text"].split() if (code := linking.read(word)))


def test_a_code_is_given_and_links_another_channel(connection):
    code = code_in(menu.link(connection, ADA, "", "fi", NOW))
    assert linking.link(connection, code, *WEB, NOW).person == profile(connection).id
    body = choose(connection, "channels")
    assert "Yhdistetty: Verkkosivun chat." in body["text"] and "unlink:widget" in actions(body)


def test_a_code_of_another_channel_links_after_a_yes_to_what_that_means(connection):
    asked = menu.link(connection, ADA, linking.new_code(connection, *WEB, NOW), "fi", NOW)
    assert "Yhdistä vain, jos teit koodin itse" in asked["text"] and not asked["edits"]
    assert actions(asked) == ["link:yes", "link:no", "menu"]
    assert profile(connection) is None
    assert "Verkkosivun chat on nyt yhdistetty" in choose(connection, "link:yes")["text"]
    assert profile(connection) == profiles.find(connection, *WEB)


def test_a_no_links_nothing_and_the_code_is_used(connection):
    code = linking.new_code(connection, *WEB, NOW)
    menu.link(connection, ADA, code, "fi", NOW)
    assert choose(connection, "link:no")["text"] == "Selvä, mitään ei yhdistetty."
    assert "ei löytynyt" in choose(connection, "link:yes")["text"]
    assert profile(connection) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", list(menu.NOT_LINKED))
def test_why_a_code_links_nothing_is_told_with_what_to_do(reason, language):
    body = menu._not_linked(view(language=language), linking.Linked(reason=reason))
    assert body["text"] and actions(body) == ["link:new", "menu"]


def test_unlinking_is_told_in_both_places(connection):
    linking.link(connection, linking.new_code(connection, *WEB, NOW), *HERS, NOW)
    assert choose(connection, "unlink:widget")["text"].startswith("Verkkosivun chat ei ole enää yhdistetty")
    assert outbox.events(connection, "c")[-1].body["text"].startswith("Tämä keskustelu on nyt erillään")
    assert profiles.find(connection, *WEB) is None
    assert "unlink:widget" not in actions(choose(connection, "unlink:widget"))
