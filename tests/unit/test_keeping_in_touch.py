"""Reminders, contact hours and the profile by talking: plain functions over the seed catalogue and a database file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions import dialogue, profile, reminding
from actions.actions import HANDLERS
from actions.conversation import Conversation, Turn, read
from actions.crisis import crisis_help
from actions.dialogue import Handler
from actions.speaking import set_language
from actions.words import button_title
from actions.world import World
from bot.nlu.buttons import meaning_of
from people import profiles
from people.database import Database, DatabaseUnavailable
from people.profiles import Profile
from reminders import attendance, outbox, store
from reminders.kinds import KINDS
from reminders.planning import Planned, Rules, plan
from service_catalog.catalog import Catalog
from service_catalog.places import Places

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=HELSINKI)  # a Tuesday
SERVICE = "wortti-utsjoki"
THURSDAYS = "nuortenilta"  # Thursdays at 18, in the catalogue
EEVA = Conversation(channel="rest", sender="eeva", cards=[SERVICE], municipality="Utsjoki", age=17)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that nobody has used, with its tables."""
    file = tmp_path_factory.mktemp("empty") / "saattaja.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.close()
    return file


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(empty, tmp_path / "saattaja.db")
    database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(seed_catalog: Catalog, database: Database, clock: Clock) -> World:
    return World(seed_catalog, Places.load(), clock, database)


class Talk:
    """A conversation that goes on: `says` gives the bot's turn to what the person says next."""

    def __init__(self, world: World, start: Conversation = EEVA) -> None:
        self.world, self.conversation = world, start

    def says(self, text: str, intent: str, **message: Any) -> Turn:
        blank: dict[str, Any] = {"entities": {}, "message_needs": [], "crisis_kind": None, "crisis_level": None}
        conversation = replace(self.conversation, text=text, intent=intent, **{**blank, **message})
        turn = dialogue.take_turn(ANSWERS[intent], conversation, self.world)
        names = {one.name for one in fields(Conversation)} - {"crisis_kind", "crisis_level"}
        remembered = {slot: value for slot, value in turn.remember.items() if slot in names}
        if remembered.get("coordinates") is None:
            remembered.pop("coordinates", None)
        self.conversation = replace(conversation, **remembered)
        return turn

    def taps(self, words: str, **message: Any) -> Turn:
        meaning = meaning_of(words)
        assert meaning, f"{words} is no button"
        return self.says(words, meaning["intent"], **message)

    def profile(self) -> Profile | None:
        assert self.world.database
        with self.world.database.reading() as connection:
            return profiles.find(connection, self.conversation.channel, self.conversation.sender)

    def kept(self) -> Profile:
        kept = self.profile()
        assert kept
        return kept

    def meetings(self) -> list[tuple[str, bool]]:
        """The sessions that the person comes to, and whether every time."""
        assert self.world.database
        with self.world.database.reading() as connection:
            found = attendance.of_person(connection, self.kept().id)
        return [(one.session, one.occurrence is None) for one in found]


ANSWERS: dict[str, Handler] = {
    "remind_me": reminding.remind,
    "stop_reminders": reminding.stop,
    "pause_reminders": reminding.pause,
    "resume_reminders": reminding.resume,
    "topic_off": reminding.topic_off,
    "contact_times": reminding.contact_times,
    "my_sessions": reminding.my_sessions,
    **dict.fromkeys(("reminder_done", "reminder_later", "reminder_move", "reminder_cancel"), reminding.answer_reminder),
    "ask_profile": profile.tell,
    "export_data": profile.export,
    "forget_me": profile.forget,
    **dict.fromkeys(("affirm", "deny"), dialogue.answer),
    **dict.fromkeys(("inform_place", "inform_age", "seek_help"), dialogue.suggest_services),
    "crisis": crisis_help,
    "nlu_fallback": dialogue.search,
    "start_over": dialogue.start_over,
    "set_language": set_language,
}


def responses(turn: Turn) -> list[str]:
    return [say.response for say in turn.says]


def asked_for_thursdays(world: World, start: Conversation = EEVA) -> Talk:
    talk = Talk(world, start)
    talk.says("muistuta mua torstain nuortenillasta", "remind_me")
    return talk


def with_reminders(world: World, start: Conversation = EEVA) -> Talk:
    talk = asked_for_thursdays(world, start)
    talk.taps("Kyllä, joka kerta")
    return talk


def reminded(talk: Talk, kind: str = "same_day_notice", minutes_ago: int = 5) -> str:
    """The id of a reminder of this Thursday's meeting, which has just reached the person."""
    assert talk.world.database
    now, person = talk.world.now(), talk.kept()
    starts = datetime(2026, 11, 26, 18, 0, tzinfo=HELSINKI)
    planned = plan(KINDS[kind], starts, starts + timedelta(hours=2), Rules.of(person), now)
    assert isinstance(planned, Planned)
    with talk.world.database.writing() as connection:
        made = store.add(
            *(connection, person.id, kind, f"test/{kind}", planned, now),
            service=SERVICE,
            session=THURSDAYS,
            occurrence_start=starts,
            occurrence_end=starts + timedelta(hours=2),
            body={"name": "Nuortenilta"},
        )
        assert made
        at = now - timedelta(minutes=minutes_ago)
        changes = {"state": "delivered", "delivered_at": at, "next_attempt_at": None}
        connection.execute(store.reminders.update().where(store.reminders.c.id == made).values(changes))
    return made


# ---- asking for a reminder ----


def test_several_meetings_are_offered_and_a_tap_chooses_one(world: World) -> None:
    talk = Talk(world)
    offered = talk.says("muistuta mua", "remind_me").says[0]
    assert offered.response == "utter_which_session" and len(offered.buttons) == 3
    assert offered.buttons[0] == "Muistuta minua: Nuortenilta Karigasniemellä, Kylätalo Sáivu, huomenna klo 18"
    asked = talk.taps(offered.buttons[1]).says[0]
    assert asked.response == "utter_may_i_remind"
    assert asked.values == {
        "what": "Nuortenilta",
        "when": "torstaina 26.11. klo 18",
        "moments": "samana päivänä",  # one goes there: "it starts now" would come too late
        "hours": "joka päivä klo 10–20",
    }
    assert talk.profile() is None, "nothing is kept before a yes"


def test_a_plain_yes_to_which_meeting_is_asked_again_and_a_no_ends_it(world: World) -> None:
    talk = Talk(world)
    offered = talk.says("muistuta mua", "remind_me").says[0]
    again = talk.says("ok", "affirm").says[0]
    assert (again.response, again.buttons) == ("utter_which_session", offered.buttons)
    assert talk.taps(again.buttons[1]).says[0].response == "utter_may_i_remind"
    talk = Talk(world)
    talk.says("muistuta mua", "remind_me")
    assert responses(talk.says("en", "deny")) == ["utter_reminder_not_set"]


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("muistuta mua torstain ryhmästä", "nuortenilta"),
        ("muistuta mua perjantaina", "etsiva-tavattavissa"),
        ("muistuta siitä Karigasniemen illasta", "karigasniemi"),
        ("Muistuta minua: Etsivä nuorisotyöntekijä tavattavissa", "etsiva-tavattavissa"),
    ],
)
def test_the_meeting_that_is_named_is_meant(world: World, text: str, session: str) -> None:
    turn = Talk(world).says(text, "remind_me")
    assert turn.remember["reminder_wish"]["session"] == session


def test_a_cards_own_button_names_its_service_whatever_was_shown_since(world: World) -> None:
    name = world.catalog.service(SERVICE).name  # type: ignore[union-attr]
    turn = Talk(world, replace(EEVA, cards=["sekasin-chat"])).taps(f"Muistuta minua: {name}")
    assert responses(turn) == ["utter_which_session"]


@pytest.mark.parametrize(
    ("answer", "every"), [("Kyllä, joka kerta", True), ("Kyllä, vain tästä", False), ("Kyllä", False)]
)
def test_a_yes_keeps_it_and_tells_it_back_with_the_hours(world: World, answer: str, every: bool) -> None:
    talk = asked_for_thursdays(world)
    told = talk.taps(answer).says[0]
    assert told.response == ("utter_reminder_set_every" if every else "utter_reminder_set")
    assert told.values["hours"] == "joka päivä klo 10–20" and told.values["when"] == "torstaina 26.11. klo 18"
    assert talk.kept().reminders_allowed and talk.meetings() == [(THURSDAYS, every)]
    assert (talk.kept().municipality, talk.kept().age, talk.kept().language) == ("Utsjoki", 17, "fi")


def test_a_language_that_was_asked_for_is_kept_and_stays(world: World) -> None:
    talk = Talk(world)
    turn = talk.says("in English please", "set_language", language="en", detected_language="en")
    assert responses(turn) == ["utter_language_set"] and turn.says[0].values == {"language": "en"}
    assert (turn.remember["language"], turn.remember["fixed_language"]) == ("en", "en")
    assert (talk.kept().language, talk.kept().language_fixed) == ("en", True)
    talk.says("Muistutukset päälle", "resume_reminders", language="fi")
    assert talk.kept().language == "en"


def test_which_language_is_asked_where_none_is_named(world: World) -> None:
    turn = Talk(world).says("voiko kieltä vaihtaa", "set_language")
    assert responses(turn) == ["utter_which_language"]
    assert [button_title(one, "sv") for one in turn.says[0].buttons] == ["Suomeksi", "På svenska", "In English"]


def test_a_language_asked_for_in_a_crisis_brings_the_contacts_in_it(world: World) -> None:
    talk = Talk(world, replace(EEVA, crisis_seen=True, awaiting="crisis_suicide", last_crisis_kind="suicide"))
    turn = talk.says("in English please", "set_language", language="en", detected_language="en")
    assert responses(turn) == ["utter_language_set", "utter_crisis_contacts_again"]
    assert turn.says[-1].services and "Kriisiapu" in turn.says[-1].buttons


def test_a_no_keeps_nothing(world: World) -> None:
    talk = asked_for_thursdays(world)
    assert responses(talk.taps("En")) == ["utter_reminder_not_set"]
    assert talk.profile() is None
    assert responses(talk.taps("Kyllä")) != ["utter_reminder_set"], "the question is answered"


def test_hours_in_answer_to_the_question_are_a_yes_with_these_hours(world: World) -> None:
    talk = asked_for_thursdays(world)
    told = talk.says("iltasin vaan", "contact_times").says[0]
    assert told.response == "utter_reminder_set" and told.values["hours"] == "joka päivä klo 17–22"
    assert talk.kept().reminders_allowed and talk.meetings() == [(THURSDAYS, False)]


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        ("joo mut vaan iltasin", "joka päivä klo 17–22"),
        ("joo torstaina", "joka päivä klo 10–20"),  # the meeting's day
        ("joo", "joka päivä klo 10–20"),
    ],
)
def test_hours_beside_a_yes_are_kept_with_it(world: World, answer: str, hours: str) -> None:
    told = asked_for_thursdays(world).says(answer, "affirm").says[0]
    assert told.response == "utter_reminder_set" and told.values["hours"] == hours


def test_never_in_answer_to_the_question_is_a_no(world: World) -> None:
    talk = asked_for_thursdays(world)
    assert responses(talk.says("en haluu mitään viestejä", "contact_times")) == ["utter_no_reminders"]
    assert talk.profile() is None


def test_who_has_said_yes_is_not_asked_again(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("muistuta mua perjantaina siitä etsivästä", "remind_me")
    assert responses(turn) == ["utter_reminder_set"]
    assert sorted(talk.meetings()) == [("etsiva-tavattavissa", False), (THURSDAYS, True)]


def test_a_service_without_meetings_is_told_honestly(world: World) -> None:
    talk = Talk(world, replace(EEVA, cards=["sekasin-chat"]))
    assert responses(talk.says("muistuta mua", "remind_me")) == ["utter_nothing_to_remind"]


def test_a_meeting_outside_the_hours_is_told_so(world: World) -> None:
    talk = with_reminders(world)
    talk.says("vaan maanantaisin", "contact_times")
    turn = talk.says("muistuta mua perjantain etsivästä", "remind_me")
    assert responses(turn) == ["utter_reminder_outside_hours"] and turn.says[0].values["hours"].startswith("ma klo")


def test_a_meeting_that_is_about_to_begin_is_not_reminded_of_and_that_is_told(world: World, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 26, 17, 0, tzinfo=HELSINKI)
    talk = asked_for_thursdays(world)
    assert responses(talk.taps("Kyllä, vain tästä")) == ["utter_reminder_so_soon"]


# ---- consent ----


def tracker(awaiting: str, last_said: str | None) -> Any:
    events = [{"event": "bot", "metadata": {"utter_action": last_said}}] if last_said else []
    events.append({"event": "user", "metadata": {}})
    return SimpleNamespace(
        latest_message={"text": "joo"},
        slots={"awaiting": awaiting},
        events=events,
        sender_id="eeva",
        get_latest_input_channel=lambda: "rest",
    )


@pytest.mark.parametrize(
    ("awaiting", "last_said", "still"),
    [
        ("remind_allow", "utter_may_i_remind", True),
        ("remind_allow", "utter_may_i_remind_once", True),
        ("remind_allow", "utter_greet", False),
        ("remind_allow", None, False),
        ("which_session", "utter_which_session", True),
        ("which_session", "utter_services", False),
        ("forget", "utter_forget_sure", True),
        ("forget", "utter_thank", False),
        ("place", "utter_services", True),
        ("crisis_suicide", "utter_greet", True),
    ],
)
def test_a_yes_to_something_else_is_no_consent(awaiting: str, last_said: str | None, still: bool) -> None:
    assert read(tracker(awaiting, last_said)).awaiting == (awaiting if still else None)


def test_the_address_is_read_from_the_tracker() -> None:
    assert (read(tracker("place", None)).channel, read(tracker("place", None)).sender) == ("rest", "eeva")


# ---- stopping, pausing, going on ----


def test_stopping_is_effective_at_once(world: World) -> None:
    talk = with_reminders(world)
    assert responses(talk.says("älä muistuta", "stop_reminders")) == ["utter_reminders_stopped"]
    assert not talk.kept().reminders_allowed
    assert responses(talk.says("älä muistuta", "stop_reminders")) == ["utter_no_reminders"]


def test_who_never_asked_is_told_that_nothing_comes_and_nothing_is_kept(world: World) -> None:
    for text, intent in [("lopeta kaikki", "stop_reminders"), ("viikon tauko", "pause_reminders")]:
        talk = Talk(world)
        assert responses(talk.says(text, intent)) == ["utter_no_reminders"]
        assert talk.profile() is None


def test_a_pause_and_its_end(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("viikon tauko", "pause_reminders")
    assert turn.says[0].values == {"until": "tiistaina 1.12. klo 10"}
    assert talk.kept().paused_until == NOW + timedelta(days=7)
    assert responses(talk.says("jatka muistutuksia", "resume_reminders")) == ["utter_reminders_resumed"]
    assert talk.kept().paused_until is None and talk.kept().reminders_allowed


def test_not_before_next_week_is_a_pause(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("Muistuta minua vasta ensi viikolla.", "reminder_later")
    assert turn.says[0].values == {"until": "maanantaina 30.11. klo 0"}


def test_topics_are_left_out_and_taken_back(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("ei enää uutisia", "topic_off")
    assert turn.says[0].values == {"topic": "uutiset"} and talk.kept().topics_off == ("news",)
    talk.says("älä kysy miten meni", "topic_off")
    talk.says("älä kehu", "topic_off")
    assert talk.kept().topics_off == ("news", "check_in") and not talk.kept().encouragement
    turn = talk.says("saat taas lähettää uutisia", "resume_reminders")
    assert responses(turn) == ["utter_topic_on"] and talk.kept().topics_off == ("check_in",)
    assert responses(talk.says("jätä jotain pois", "topic_off")) == ["utter_which_topic"]


# ---- contact hours ----


@pytest.mark.parametrize(
    ("text", "language", "hours"),
    [
        ("arkisin neljän jälkeen", "fi", "arkisin klo 16–22"),
        ("Arkisin klo 16–20", "fi", "arkisin klo 16–20"),
        ("Viikonloppuisin", "fi", "viikonloppuisin klo 9–22"),
        ("Milloin vain", "fi", "joka päivä mihin aikaan vain"),
        ("På vardagar kl. 16–20", "sv", "på vardagar kl. 16–20"),
        ("On weekdays 16–20", "en", "on weekdays 16:00–20:00"),
    ],
)
def test_hours_are_kept_and_told_back(world: World, text: str, language: str, hours: str) -> None:
    talk = with_reminders(world)
    turn = talk.says(text, "contact_times", language=language)
    assert turn.says[0].response == "utter_windows_set" and turn.says[0].values == {"hours": hours}


def test_hours_alone_are_no_yes_to_reminders(world: World) -> None:
    talk = Talk(world)
    assert responses(talk.says("iltasin", "contact_times")) == ["utter_windows_noted"]
    assert not talk.kept().reminders_allowed


def test_hours_are_asked_where_none_were_said(world: World) -> None:
    turn = Talk(world).taps("Milloin saa muistuttaa")
    assert responses(turn) == ["utter_when_may_i"] and turn.says[0].values == {"hours": "joka päivä klo 10–20"}


def test_how_many_a_day(world: World) -> None:
    talk = with_reminders(world)
    assert responses(talk.says("enintään yks viesti päivässä", "contact_times")) == ["utter_most_per_day"]
    assert talk.kept().most_per_day == 1


# ---- answers to the last reminder ----


def test_done(world: World) -> None:
    talk = with_reminders(world)
    reminder = reminded(talk)
    assert responses(talk.taps("Tehty")) == ["utter_reminder_done"]
    with world.database.reading() as connection:  # type: ignore[union-attr]
        assert store.by_id(connection, reminder).answered == "done"  # type: ignore[union-attr]
        waiting = store.of_person(connection, talk.kept().id, waiting=True)
    assert not [one for one in waiting if one.kind == "start_now" and one.occurrence_start == THIS_THURSDAY]


THIS_THURSDAY = datetime(2026, 11, 26, 18, 0, tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Myöhemmin", "tänään klo 13"),
        ("muistuta kahen tunnin päästä", "tänään klo 14"),
        ("muistuta huomenna", None),  # the meeting is over by then
        ("puol tuntii", "tänään klo 12.30"),
    ],
)
def test_later(world: World, clock: Clock, text: str, when: str | None) -> None:
    talk = with_reminders(world)
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    turn = talk.says(text, "reminder_later")
    if when is None:
        assert responses(turn) == ["utter_reminder_again_too_late"]
    else:
        assert turn.says[0].values == {"when": when}
    again = talk.says(text, "reminder_later")
    assert responses(again) == responses(turn), "said twice, reminded once"
    with world.database.reading() as connection:  # type: ignore[union-attr]
        waiting = store.of_person(connection, talk.kept().id, waiting=True)
    assert len([one for one in waiting if one.key.startswith("again/")]) == (0 if when is None else 1)


def test_later_keeps_to_the_hours(world: World, clock: Clock) -> None:
    talk = with_reminders(world)
    talk.says("iltasin", "contact_times")
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    assert talk.taps("Myöhemmin").says[0].values == {"when": "tänään klo 17"}


def test_moving_asks_when_and_understands_the_answer(world: World, clock: Clock) -> None:
    talk = with_reminders(world)
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    assert responses(talk.taps("Siirrä")) == ["utter_reminder_when"]
    assert talk.says("klo 16", "contact_times").says[0].values == {"when": "tänään klo 16"}


@pytest.mark.parametrize("every", [True, False])
def test_the_next_time_instead(world: World, clock: Clock, every: bool) -> None:
    talk = asked_for_thursdays(world)
    talk.taps("Kyllä, joka kerta" if every else "Kyllä, vain tästä")
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    turn = talk.taps("Siirrä: seuraavaan kertaan")
    assert turn.says[0].values == {"what": "Nuortenilta", "when": "torstaina 3.12. klo 18"}
    listed = talk.says("mun muistutukset", "my_sessions").says[0].values["list"]
    assert listed == "• Nuortenilta, torstaina 3.12. klo 18"


def test_not_coming_this_time(world: World, clock: Clock) -> None:
    talk = with_reminders(world)
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    turn = talk.taps("Peru")
    assert responses(turn) == ["utter_reminder_cancelled_once"]
    assert turn.says[0].values == {"what": "Nuortenilta", "when": "torstaina 3.12. klo 18"}


def test_not_coming_any_more(world: World, clock: Clock) -> None:
    talk = with_reminders(world)
    clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=HELSINKI)
    reminded(talk)
    assert responses(talk.says("älä muistuta siitä enää", "reminder_cancel")) == ["utter_reminder_cancelled"]
    assert talk.meetings() == []


def test_cancelling_before_any_reminder_leaves_the_meeting(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("en tuukaan sinne", "reminder_cancel")
    assert turn.says[0].values == {"what": "Nuortenilta"} and talk.meetings() == []


def test_an_answer_without_a_reminder_is_told_honestly(world: World) -> None:
    talk = Talk(world, replace(EEVA, cards=[]))
    assert responses(talk.taps("Siirrä")) == ["utter_no_reminder"]
    assert responses(talk.says("kävin siellä", "reminder_done")) == ["utter_well_done"]


def test_what_is_coming_is_told_with_whether_messages_come(world: World) -> None:
    talk = Talk(world)
    assert responses(talk.says("mun muistutukset", "my_sessions")) == ["utter_no_sessions"]
    talk = with_reminders(world)
    turn = talk.taps("Omat muistutukset")
    assert turn.says[0].values["list"] == "• Nuortenilta, torstaina 26.11. klo 18"
    talk.says("viikon tauko", "pause_reminders")
    assert responses(talk.taps("Omat muistutukset")) == ["utter_my_sessions_paused"]
    talk.taps("Lopeta kaikki")
    assert responses(talk.taps("Omat muistutukset")) == ["utter_my_sessions_off"]


# ---- the profile ----


def test_what_is_known_is_told_in_full(world: World) -> None:
    talk = with_reminders(world)
    talk.says("arkisin neljän jälkeen", "contact_times")
    talk.says("ei enää uutisia", "topic_off")
    told = talk.says("mitä tiedät minusta", "ask_profile").says[0].values["told"].split("\n")
    for line in (
        "• Paikka: Utsjoki.",
        "• Ikä: 17.",
        "• Kieli: suomi.",
        "• Muistutukset ovat päällä. Laitan viestejä arkisin klo 16–22, enintään 3 päivässä.",
        "• Näitä en lähetä: uutiset.",
        "• Aiot tulla: Nuortenilta, torstaina 26.11. klo 18.",
        "• Tietosi poistuvat itsestään 180 päivän päästä viime käynnistä, keskustelun viestit 30 päivässä.",
    ):
        assert line in told


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_who_has_told_nothing_hears_that(world: World, language: str) -> None:
    talk = Talk(world, Conversation(channel="rest", sender="uusi", language=language))
    told = talk.says("mitä tiedät minusta", "ask_profile").says[0].values["told"]
    assert "{" not in told and len(told.split("\n")) == 5
    assert talk.profile() is None, "to ask keeps nothing"


def test_the_profile_changes_by_saying_so(world: World) -> None:
    talk = with_reminders(world)
    talk.says("oon muuttanut Turkuun", "inform_place", entities={"municipality": ["Turku"]}, municipality="Turku")
    talk.says("oon 18", "inform_age", entities={"age": [18]}, age=18)
    assert (talk.kept().municipality, talk.kept().age) == ("Turku", 18)


def test_a_place_alone_makes_no_profile(world: World) -> None:
    talk = Talk(world)
    talk.says("turku", "inform_place", entities={"municipality": ["Turku"]}, municipality="Turku")
    assert talk.profile() is None


def test_the_export_is_text_where_there_is_no_panel(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.taps("Anna tietoni")
    assert responses(turn)[0] == "utter_export" and responses(turn)[-1] == "utter_export_end"
    whole = json.loads("".join(say.values["part"] for say in turn.says[1:-1]))
    assert whole["profile"]["municipality"] == "Utsjoki"
    web = Talk(world, replace(EEVA, channel="widget"))
    assert responses(web.taps("Anna tietoni")) == ["utter_export_panel"]


def test_being_forgotten_is_asked_once_and_then_complete(world: World) -> None:
    talk = with_reminders(world)
    person = talk.kept().id
    assert responses(talk.taps("Unohda minut")) == ["utter_forget_sure"]
    assert talk.profile()
    turn = talk.taps("Kyllä, unohda minut")
    assert responses(turn) == ["utter_forgotten"]
    assert "tapaamiset joihin aioit tulla" in turn.says[0].values["what"]
    assert turn.remember["municipality"] is None and turn.remember["age"] is None
    assert talk.profile() is None
    with world.database.reading() as connection:  # type: ignore[union-attr]
        assert attendance.of_person(connection, person) == []
        assert store.of_person(connection, person) == []
        assert outbox.events(connection, "eeva") == []


def test_a_no_forgets_nothing(world: World) -> None:
    talk = with_reminders(world)
    talk.taps("Unohda minut")
    assert responses(talk.taps("En")) == ["utter_not_forgotten"]
    assert talk.kept().reminders_allowed


def test_a_plain_yes_forgets_who_has_no_profile_too(world: World) -> None:
    talk = Talk(world)
    talk.says("unohda mut", "forget_me")
    turn = talk.taps("Kyllä")
    assert turn.says[0].values == {"what": "tämä keskustelu"}


# ---- danger, faults ----


def test_danger_beats_everything(world: World) -> None:
    talk = with_reminders(world)
    turn = talk.says("muistuta mua, aion tappaa itseni", "remind_me", crisis_kind="suicide", alarm=True)
    assert turn.says[0].services and turn.says[0].services["crisis"]
    assert "muistut" not in json.dumps(turn.says[0].services, ensure_ascii=False).casefold()


def test_nothing_of_reminders_comes_into_a_crisis(world: World) -> None:
    talk = with_reminders(world)
    talk.says("en jaksa elää", "crisis", crisis_kind="suicide", alarm=True)
    for text, intent in [("muistuta mua", "remind_me"), ("mun muistutukset", "my_sessions")]:
        assert responses(Talk(world, talk.conversation).says(text, intent)) == ["utter_crisis_unsure"]


def test_to_stop_works_in_a_crisis_too_and_the_question_stays(world: World) -> None:
    talk = with_reminders(world)
    talk.says("en jaksa elää", "crisis", crisis_kind="suicide", alarm=True)
    turn = talk.says("lopeta ne muistutukset", "stop_reminders")
    assert responses(turn) == ["utter_reminders_stopped", "utter_crisis_unsure"]
    assert not talk.kept().reminders_allowed and talk.conversation.awaits_crisis_answer


WITH_A_DATABASE = [
    *("remind_me", "stop_reminders", "pause_reminders", "resume_reminders", "topic_off", "contact_times"),
    *("reminder_done", "my_sessions", "ask_profile", "export_data"),
]


@pytest.mark.parametrize("intent", WITH_A_DATABASE)
def test_where_nothing_can_be_kept_nothing_is_acknowledged(world: World, intent: str, tmp_path: Path) -> None:
    talk = with_reminders(world)
    not_one = tmp_path / "no database"
    not_one.write_text("these are no tables")
    broken = replace(world, database=Database(f"sqlite:///{not_one}"))
    for somewhere in (broken, replace(world, database=None)):
        turn = Talk(somewhere, talk.conversation).says("iltasin uutisia", intent)
        assert responses(turn) == ["utter_not_saved"]
    assert talk.kept().reminders_allowed


def test_a_fault_halfway_keeps_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: Any, **named: Any) -> None:
        raise DatabaseUnavailable("the disk is full")

    talk = asked_for_thursdays(world)
    monkeypatch.setattr(attendance, "keep", fails)
    assert responses(talk.taps("Kyllä")) == ["utter_not_saved"]
    assert talk.profile() is None


def test_services_are_found_without_a_database(world: World) -> None:
    talk = Talk(replace(world, database=None))
    need = [{"id": "debt", "score": 0.9, "because": [], "named": True}]
    turn = talk.says("velkaa", "seek_help", message_needs=need, entities={"municipality": ["Utsjoki"]})
    assert turn.says[0].services


def test_every_action_of_these_intents_is_registered() -> None:
    assert set(ANSWERS.values()) - {crisis_help} <= set(HANDLERS.values())
