"""How it went, by talking: plain functions over the seed catalogue and a database file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions import dialogue
from actions.actions import HANDLERS
from actions.contact import contact_help
from actions.conversation import Conversation, Turn
from actions.crisis import crisis_help
from actions.world import World
from bot.nlu.buttons import meaning_of
from people import feedback, profiles
from people.database import Database
from reminders import check_ins, store
from service_catalog.catalog import Catalog
from service_catalog.places import Places

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=HELSINKI)  # a Monday
SEKASIN, OTHER, GROUP = "sekasin-chat", "netari-chat", "wortti-utsjoki"
EEVA = Conversation(channel="rest", sender="eeva", cards=[SEKASIN], municipality="Tampere", age=17)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Talk:
    """A conversation that goes on, of somebody who is reminded (or isn't)."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock, self.conversation = world, clock, EEVA

    def allows(self, **allowed: Any) -> str:
        with self.writing() as connection:
            mine = profiles.ensure(connection, "rest", "eeva", self.clock.now).id
            return profiles.change(connection, mine, **{"reminders_allowed": True, **allowed}).id

    def writing(self) -> Any:
        assert self.world.database
        return self.world.database.writing()

    def says(self, text: str, intent: str, **message: Any) -> Turn:
        blank: dict[str, Any] = {"entities": {}, "message_needs": [], "crisis_kind": None, "crisis_level": None}
        conversation = replace(self.conversation, text=text, intent=intent, **{**blank, **message})
        turn = dialogue.take_turn(ANSWERS[intent], conversation, self.world)
        names = {one.name for one in fields(Conversation)} - {"crisis_kind", "crisis_level", "coordinates"}
        remembered = {slot: value for slot, value in turn.remember.items() if slot in names}
        self.conversation = replace(conversation, spoke_at=self.clock.now, **remembered)
        return turn

    def taps(self, words: str) -> Turn:
        meaning = meaning_of(words)
        assert meaning, f"{words} is no button"
        entities = {one["entity"]: [one["value"]] for one in meaning.get("entities") or []}
        return self.says(words, meaning["intent"], entities=entities)

    def is_asked(self, service: str = SEKASIN) -> None:
        """Some days go by, and the check-in on a service comes."""
        with self.writing() as connection:
            person = profiles.ensure(connection, "rest", "eeva", self.clock.now).id
            found = self.world.catalog.service(service)
            assert found and check_ins.used(connection, person, found, self.clock.now)
        self.clock.now += timedelta(days=4)
        with self.writing() as connection:
            (one,) = store.claim(connection, "w", self.clock.now, 10)
            assert store.deliver(connection, one, "rest", self.clock.now)
        self.clock.now += timedelta(minutes=5)

    def said(self) -> list[feedback.Feedback]:
        with self.writing() as connection:
            mine = profiles.find(connection, "rest", "eeva")
            return feedback.of_person(connection, mine.id) if mine else []

    def waiting(self) -> list[str | None]:
        with self.writing() as connection:
            mine = profiles.find(connection, "rest", "eeva")
            return [one.service for one in store.of_person(connection, mine.id, waiting=True)] if mine else []


ANSWERS = {
    "give_feedback": HANDLERS["action_feedback"],
    **dict.fromkeys(("affirm", "deny"), dialogue.answer),
    **dict.fromkeys(("seek_help", "inform_place"), dialogue.suggest_services),
    **dict.fromkeys(("draft_message", "call_words"), contact_help),
    "not_suitable": dialogue.not_suitable,
    "ask_more": dialogue.more,
    "crisis": crisis_help,
    "nlu_fallback": dialogue.search,
    "chitchat": dialogue.small_talk,
    "reminder_done": HANDLERS["action_reminder_answer"],
    "topic_off": HANDLERS["action_topic_off"],
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "saattaja.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.close()
    return file


@pytest.fixture
def talk(empty: Path, tmp_path: Path, seed_catalog: Catalog) -> Iterator[Talk]:
    shutil.copy(empty, tmp_path / "saattaja.db")
    database, clock = Database(f"sqlite:///{tmp_path}/saattaja.db"), Clock()
    yield Talk(World(seed_catalog, Places.load(), clock, database), clock)
    database.close()


def responses(turn: Turn) -> list[str]:
    return [say.response for say in turn.says]


def shown(turn: Turn) -> list[str]:
    return [service["id"] for say in turn.says if say.services for service in say.services["services"]]


def need(*ids: str) -> list[dict[str, Any]]:
    return [{"id": one, "score": 0.9, "because": [one]} for one in ids]


# --- a check-in is answered -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "intent", "helped"),
    [
        ("Sain apua", "give_feedback", "yes"),
        ("sain tosi paljon apua", "chitchat", "yes"),
        ("hyvin", "chitchat", "yes"),
        ("joo", "affirm", "yes"),
        ("ihan ok", "nlu_fallback", "partly"),
        ("ei auttanu yhtään", "not_suitable", "no"),
        ("ei", "deny", "no"),
        ("en ottanu yhteyttä viel", "chitchat", "not_contacted"),
        ("En ottanut yhteyttä", "give_feedback", "not_contacted"),
        ("en uskaltanu", "deny", "not_contacted"),
    ],
)
def test_a_tap_or_a_sentence_answers_the_check_in(talk: Talk, text: str, intent: str, helped: str) -> None:
    talk.allows()
    talk.is_asked()
    turn = talk.says(text, intent)
    assert responses(turn)[0] == f"utter_feedback_thanks_{helped}"
    assert [(one.service, one.helped) for one in talk.said()] == [(SEKASIN, helped)]
    with talk.writing() as connection:
        mine = profiles.find(connection, "rest", "eeva")
        assert mine and check_ins.pending(connection, mine.id, talk.clock.now) is None


def test_four_quick_ratings_and_free_text_follow_and_each_is_kept_at_once(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    asked = [responses(talk.taps("Sain apua"))[-1]]
    for tap in ("Kyllä", "Ei", "Jotenkuten", "Kyllä"):
        asked.append(responses(talk.taps(tap))[-1])
    assert asked == [f"utter_feedback_{each}" for each in ("easy", "fast", "smooth", "pleasant", "text")]
    turn = talk.says("se työntekijä Maija vastas numerosta 040 123 4567 ja oli tosi kiva", "chitchat")
    assert responses(turn) == ["utter_feedback_done"]
    (said,) = talk.said()
    assert (said.easy, said.fast, said.smooth, said.pleasant) == ("yes", "no", "partly", "yes")
    assert said.text == "se työntekijä Maija vastas numerosta [puhelinnumero] ja oli tosi kiva"


def test_a_sentence_may_tell_it_all_and_only_the_rest_is_asked(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    turn = talk.says("sain apua, helppo päästä juttelemaan ja oltiin mukavia mut jono oli pitkä", "chitchat")
    (said,) = talk.said()
    assert (said.helped, said.easy, said.fast, said.smooth, said.pleasant) == ("yes", "yes", "no", None, "yes")
    assert responses(turn)[-1] == "utter_feedback_smooth"


@pytest.mark.parametrize("words", ["Riittää jo", "Ei muuta"])
def test_nobody_has_to_answer_on(talk: Talk, words: str) -> None:
    talk.allows()
    talk.is_asked()
    talk.taps("Sain apua")
    assert responses(talk.taps(words)) == ["utter_feedback_done"]
    assert talk.conversation.awaiting is None and talk.said()[0].easy is None


def test_what_cannot_be_read_is_kept_and_whether_it_helped_is_asked(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    turn = talk.says("no juteltiin siit koulujutusta", "chitchat")
    assert responses(turn) == ["utter_feedback_helped"] and talk.said()[0].text == "no juteltiin siit koulujutusta"
    talk.says("joo", "affirm")
    assert [one.helped for one in talk.said()] == ["yes"]


@pytest.mark.parametrize(
    ("text", "intent", "needs", "response"),
    [
        ("mulla on velkoja", "seek_help", ["debt"], "utter_services"),
        ("älä kysy miten meni", "topic_off", [], "utter_topic_off"),
        ("Lisää vaihtoehtoja", "ask_more", [], "utter_nothing_to_widen"),
        ("hei", "chitchat", [], "utter_small_talk"),
    ],
)
def test_other_messages_are_answered_as_ever(
    talk: Talk, text: str, intent: str, needs: list[str], response: str
) -> None:
    talk.allows()
    talk.is_asked()
    turn = talk.says(text, intent, message_needs=need(*needs))
    assert responses(turn)[0] == response and talk.said() == []


def test_later_only_what_states_it_answers(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    talk.says("mulla on velkoja", "seek_help", message_needs=need("debt"))
    talk.clock.now += timedelta(minutes=1)
    talk.says("ihan hyvin", "chitchat")
    assert talk.said() == []
    talk.says("sain muuten apua sieltä chatista", "chitchat")
    assert [one.helped for one in talk.said()] == ["yes"]


# --- what it changes --------------------------------------------------------------------------------------------


def test_what_did_not_help_is_not_offered_first_again(talk: Talk) -> None:
    talk.allows()
    about = need("loneliness")
    first = shown(talk.says("oon yksin", "seek_help", message_needs=about))[0]
    talk.is_asked(first)
    turn = talk.taps("En saanut apua")
    assert responses(turn)[:2] == ["utter_feedback_thanks_no", "utter_step_first_contact"]
    assert responses(turn)[-1] == "utter_feedback_why"
    later = Talk(talk.world, talk.clock)  # a conversation that remembers nothing
    again = shown(later.says("oon yksin", "seek_help", message_needs=about))
    assert again and again[0] != first


@pytest.mark.parametrize(
    ("tap", "wish"),
    [
        ("Liian pitkä jono", {"open_now": True}),
        ("En halua soittaa", {"avoid": ["phone"]}),
        ("Haluan olla nimetön", {"anonymous": True}),
    ],
)
def test_a_reason_changes_the_next_suggestions_as_not_suitable_does(talk: Talk, tap: str, wish: dict[str, Any]) -> None:
    talk.allows()
    talk.says("oon yksin", "seek_help", message_needs=need("loneliness"))
    talk.is_asked()
    talk.taps("En saanut apua")
    turn = talk.taps(tap)
    assert responses(turn)[0] == "utter_feedback_noted" and shown(turn) and SEKASIN not in shown(turn)[:1]
    assert wish.items() <= talk.conversation.wishes.items()
    assert len(talk.said()) == 1 and len(talk.said()[0].reasons) == 1


def test_who_needs_something_else_gets_it_with_the_thanks(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    turn = talk.says("ei auttanu, ja nyt on viel vuokratki rästis", "seek_help", message_needs=need("housing"))
    assert responses(turn)[0] == "utter_feedback_thanks_no" and shown(turn)
    assert [one["id"] for one in talk.conversation.needs] == ["housing"]


def test_five_peoples_words_reach_the_ranking(talk: Talk) -> None:
    with talk.writing() as connection:
        for number in range(5):
            feedback.give(connection, f"p{number}", SEKASIN, NOW, helped="yes")
    talk.says("oon yksin", "seek_help", message_needs=need("loneliness"))
    turn = dialogue.suggest_services(
        replace(EEVA, intent="seek_help", message_needs=need("loneliness"), cards=[]), talk.world
    )
    parts = {one.service.id: one.parts["standing"] for say in turn.says for one in say.suggestions}
    assert {name: value for name, value in parts.items() if value != 1} in ({}, {SEKASIN: pytest.approx(1 + 0.05 / 3)})


# --- a crisis ---------------------------------------------------------------------------------------------------


def test_a_crisis_in_an_answer_is_a_crisis_and_nothing_of_the_check_in_follows(talk: Talk) -> None:
    talk.allows()
    talk.is_asked()
    crisis = {"crisis_kind": "suicide", "crisis_level": "danger_now", "alarm": True}
    turn = talk.says("ei auttanu mikään, haluun kuolla", "crisis", **crisis)
    assert responses(turn) == ["utter_crisis_suicide"] and talk.said() == []
    talk.conversation = replace(talk.conversation, awaiting=None)
    talk.clock.now += timedelta(minutes=5)
    talk.says("ei auttanu", "chitchat", crisis_kind=None, alarm=False)
    assert talk.said() == []


@pytest.mark.parametrize("taps", [["Sain apua"], ["En saanut apua"], ["Sain apua", "Kyllä", "Kyllä", "Kyllä", "Kyllä"]])
def test_a_crisis_beats_every_question(talk: Talk, taps: list[str]) -> None:
    talk.allows()
    talk.is_asked()
    for tap in taps:
        talk.taps(tap)
    kept = talk.said()
    turn = talk.says("haluan tappaa itseni", "crisis", crisis_kind="suicide", crisis_level="danger_now", alarm=True)
    assert responses(turn) == ["utter_crisis_suicide"] and talk.said() == kept
    assert (talk.conversation.awaiting or "").startswith("crisis_")


# --- getting in touch -------------------------------------------------------------------------------------------


def test_who_asked_for_a_ready_message_is_asked_later(talk: Talk) -> None:
    talk.allows()
    talk.says("Valmis viesti", "draft_message")
    assert talk.waiting() == [SEKASIN]


def test_who_allows_nothing_is_not_asked_and_nothing_is_kept(talk: Talk) -> None:
    talk.says("Valmis viesti", "draft_message")
    assert talk.waiting() == [] and talk.said() == []
    with talk.writing() as connection:
        assert profiles.find(connection, "rest", "eeva") is None


def test_getting_in_touch_is_met_with_a_good_word_once_and_asked_about(talk: Talk) -> None:
    talk.allows()
    turn = talk.says("otin niihin yhteyttä", "chitchat")
    assert responses(turn) == ["utter_contacted", "utter_step_first_contact", "utter_contacted_will_ask"]
    assert turn.says[-1].values["when"] == "torstaina 26.11. klo 17" and talk.waiting() == [SEKASIN]
    assert responses(talk.says("otin niihin yhteyttä", "chitchat")) == ["utter_contacted", "utter_contacted_will_ask"]


def test_encouragement_can_be_turned_off(talk: Talk) -> None:
    talk.allows(encouragement=False)
    turn = talk.says("soitin niille", "reminder_done")
    assert responses(turn) == ["utter_contacted", "utter_contacted_will_ask"]


@pytest.mark.parametrize(
    ("answer", "response", "waiting"),
    [("Kyllä", "utter_contacted_will_ask", [SEKASIN]), ("En", "utter_wont_ask", [])],
)
def test_who_has_not_allowed_it_is_asked_first(talk: Talk, answer: str, response: str, waiting: list[str]) -> None:
    turn = talk.says("otin yhteyttä", "chitchat")
    assert responses(turn) == ["utter_contacted", "utter_may_i_ask"]
    assert responses(talk.taps(answer)) == [response]
    assert talk.waiting() == waiting
    assert "utter_may_i_ask" not in responses(talk.says("otin yhteyttä", "chitchat"))


def test_where_several_may_be_meant_it_is_asked_which(talk: Talk) -> None:
    talk.allows()
    talk.conversation = replace(talk.conversation, cards=[SEKASIN, GROUP])
    turn = talk.says("otin yhteyttä", "chitchat")
    assert responses(turn) == ["utter_contacted_which"] and len(turn.says[0].buttons) == 2
    turn = talk.taps(turn.says[0].buttons[1])
    assert responses(turn)[0] == "utter_contacted" and talk.waiting() == [GROUP]


def test_the_service_of_the_ready_message_is_meant(talk: Talk) -> None:
    talk.allows()
    talk.conversation = replace(talk.conversation, cards=[GROUP, SEKASIN])
    talk.says("Valmis viesti 2", "draft_message", entities={"card": [2]})
    talk.says("otin yhteyttä", "chitchat")
    assert talk.waiting() == [SEKASIN]


def test_three_weeks_running_are_told_of_once(talk: Talk) -> None:
    talk.allows()
    told = []
    for _ in range(4):
        told.append([each for each in responses(talk.says("otin yhteyttä", "chitchat")) if "step" in each])
        talk.clock.now += timedelta(weeks=1)
    assert told == [["utter_step_first_contact"], [], ["utter_step_three_weeks"], []]


# --- telling of one's own accord --------------------------------------------------------------------------------


def test_feedback_is_asked_on_the_service_at_hand(talk: Talk) -> None:
    turn = talk.says("haluun antaa palautetta", "give_feedback")
    assert responses(turn) == ["utter_feedback_helped"]
    talk.says("huonosti", "chitchat")
    assert [(one.service, one.helped) for one in talk.said()] == [(SEKASIN, "no")]


def test_of_several_it_is_asked_which(talk: Talk) -> None:
    talk.conversation = replace(talk.conversation, cards=[SEKASIN, GROUP])
    turn = talk.says("haluun antaa palautetta", "give_feedback")
    assert responses(turn) == ["utter_feedback_which"]
    assert responses(talk.taps(turn.says[0].buttons[0])) == ["utter_feedback_helped"]


def test_without_a_service_it_is_asked_what_it_is_about(talk: Talk) -> None:
    talk.conversation = replace(talk.conversation, cards=[])
    assert responses(talk.says("palautetta", "give_feedback")) == ["utter_feedback"]


def test_what_cannot_be_kept_is_said_to_be_lost(talk: Talk) -> None:
    talk.says("haluun antaa palautetta", "give_feedback")
    talk.world = replace(talk.world, database=None)
    assert responses(talk.taps("Sain apua")) == ["utter_not_saved"]
