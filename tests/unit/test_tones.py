"""How the bot talks: the tone that was asked for, when it is put aside, and which words and pictures follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from actions import dialogue, tones
from actions.actions import picture_only, send
from actions.conversation import Conversation, Say, Turn
from actions.crisis import crisis_help
from actions.tone_words import read_wish
from actions.tones import MOMENTS, tone_now
from actions.world import World
from people import profiles
from people.database import Database
from people.profiles import TONES
from pictures import MOMENTS as KNOWN_MOMENTS
from service_catalog.catalog import Catalog
from service_catalog.places import Places

ROOT = Path(__file__).parents[2]
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Helsinki"))
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Helsinki"))
WISHES = [line.split("\t") for line in (ROOT / "tests/unit/examples/tones.tsv").read_text("utf-8").splitlines()]
NEEDS = YAML(typ="safe").load((ROOT / "service_catalog/data/needs.yml").read_text("utf-8"))["needs"]
MUTING = {need["id"]: need["mutes_humour"] in (True, "yes") for need in NEEDS}


@pytest.fixture
def world(seed_catalog: Catalog) -> World:
    return World(seed_catalog, Places.load(), lambda: TUESDAY, random=Random(7))


@pytest.fixture
def kept(world: World, tmp_path: Path) -> Iterator[World]:
    database = Database(f"sqlite:///{tmp_path / 'people.db'}")
    database.upgrade()
    yield replace(world, database=database)
    database.close()


def need(*ids: str, score: float = 0.9) -> list[dict[str, Any]]:
    return [{"id": one, "score": score, "because": []} for one in ids]


def asks(text: str, **more: Any) -> Conversation:
    return Conversation(text=text, intent="set_tone", channel="rest", sender="eetu", **more)


def then(conversation: Conversation, turn: Turn, **message: Any) -> Conversation:
    names = {one.name for one in fields(Conversation)}
    remembered = {name: value for name, value in turn.remember.items() if name in names}
    blank: dict[str, Any] = {"message_needs": [], "likely_needs": [], "entities": {}, "text": "", "crisis_kind": None}
    return replace(conversation, **{**remembered, **blank, "crisis_level": None, "alarm": False, **message})


# ---- what is asked for ----


@pytest.mark.parametrize(("text", "tone", "register"), WISHES, ids=[row[0] for row in WISHES])
def test_a_wish_for_a_tone_is_read_in_three_languages(text: str, tone: str, register: str) -> None:
    assert read_wish(text) == (tone or None, register or None)


def test_odd_text_is_no_wish() -> None:
    for text in ("", " ", "🐶" * 3000, "\x00", "kuvittelen", "koirille ei mitään" * 200):
        read_wish(text)
    assert read_wish("") == (None, None)


@pytest.mark.parametrize("tone", TONES)
def test_a_chosen_tone_is_remembered_and_kept(tone: str, kept: World) -> None:
    words = {"friendly": "tavallisesti", "humour": "huumorilla", "memes": "meemeillä", "dogs": "koirakuvilla"}
    turn = dialogue.take_turn(tones.set_tone, asks(f"Vastaa {words[tone]}"), kept)
    assert turn.remember["tone"] == tone
    assert turn.style["tone"] == tone
    assert [say.response for say in turn.says] == ["utter_tone_set"]
    assert (turn.picture is not None) == (tone in ("memes", "dogs"))
    with kept.database.reading() as connection:  # type: ignore[union-attr]
        profile = profiles.find(connection, "rest", "eetu")
    assert profile and profile.tone == tone


def test_a_wish_without_a_tone_is_asked_back_with_buttons(world: World) -> None:
    turn = dialogue.take_turn(tones.set_tone, asks("vaihda puhetapaa"), world)
    assert [say.response for say in turn.says] == ["utter_which_tone"]


def test_a_tone_changed_in_the_settings_counts_in_the_next_answer(kept: World) -> None:
    first = dialogue.take_turn(tones.set_tone, asks("vastaa meemeillä"), kept)
    with kept.database.writing() as connection:  # type: ignore[union-attr]
        person = profiles.find(connection, "rest", "eetu")
        profiles.change(connection, person.id, tone="dogs")  # type: ignore[union-attr]
    after = then(asks(""), first, intent="chitchat", text="mitä kuuluu", pictures={})
    turn = dialogue.take_turn(dialogue.small_talk, after, kept)
    assert turn.style["tone"] == "dogs" and turn.remember["tone"] == "dogs"
    assert turn.picture and turn.picture.path.startswith("/pictures/dogs/")


def test_without_a_database_the_tone_holds_for_the_conversation(world: World) -> None:
    turn = dialogue.take_turn(tones.set_tone, asks("ole hauskempi"), world)
    assert turn.remember["tone"] == "humour" and turn.style["tone"] == "humour"


# ---- when it is put aside ----


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(("need_id", "mutes"), MUTING.items())
@pytest.mark.parametrize("where", ["needs", "message_needs", "likely_needs"])
def test_a_need_mutes_humour_as_the_needs_file_says(
    where: str, need_id: str, mutes: bool, tone: str, seed_catalog: Catalog
) -> None:
    conversation = Conversation(intent="seek_help", tone=tone, **{where: need("leisure", need_id)})  # type: ignore[arg-type]
    assert tone_now(conversation, seed_catalog) == ("friendly" if mutes else tone)


def test_a_need_that_is_hardly_likely_mutes_nothing(seed_catalog: Catalog) -> None:
    conversation = Conversation(intent="greet", tone="dogs", likely_needs=need("grief", score=0.02))
    assert tone_now(conversation, seed_catalog) == "dogs"


@pytest.mark.parametrize(
    "state",
    [
        {"crisis_seen": True},
        {"crisis_seen": True, "calm": True},
        {"calm": True},
        {"alarm": True},
        {"crisis_kind": "suicide"},
        {"crisis_level": "other_person"},
        {"intent": "crisis"},
        {"awaiting": "crisis_suicide"},
        {"awaiting": "crisis_write", "calm": False},
        {"needs": [{"id": "a need that the catalogue doesn't know", "score": 1.0}]},
        {"feedback": {"used": "sekasin-chat"}},
    ],
    ids=str,
)
def test_a_crisis_and_what_is_unknown_mute_every_tone(state: dict[str, Any], seed_catalog: Catalog) -> None:
    for tone in TONES:
        assert tone_now(Conversation(tone=tone, **state), seed_catalog) == "friendly"


def test_after_a_crisis_the_tone_waits_until_the_person_starts_over(world: World) -> None:
    before = Conversation(tone="dogs", intent="crisis", crisis_kind="suicide", crisis_level="danger_now", alarm=True)
    crisis = dialogue.take_turn(crisis_help, before, world)
    assert crisis.picture is None and crisis.style == {"tone": "friendly", "register": None}
    thanks = then(before, crisis, intent="thank")
    assert tone_now(thanks, world.catalog) == "friendly"
    asked = dialogue.take_turn(tones.set_tone, then(before, crisis, intent="set_tone", text="vastaa meemeillä"), world)
    assert asked.says[0].response == "utter_tone_waits" and asked.picture is None
    over = dialogue.take_turn(dialogue.start_over, then(before, asked, intent="start_over", awaiting=None), world)
    assert over.picture is None
    greeting = then(then(before, asked), over, intent="greet", awaiting=None)
    assert tone_now(greeting, world.catalog) == "memes"
    again = then(greeting, dialogue.take_turn(crisis_help, replace(before, calm=False, tone="memes"), world))
    assert tone_now(again, world.catalog) == "friendly"


def test_a_tone_chosen_among_grave_things_is_kept_and_said_to_wait(world: World) -> None:
    turn = dialogue.take_turn(tones.set_tone, asks("lähetä meemi", needs=need("self_harm")), world)
    assert [say.response for say in turn.says] == ["utter_tone_waits"]
    assert turn.remember["tone"] == "memes" and turn.style["tone"] == "friendly" and turn.picture is None


@pytest.mark.parametrize("need_id", [one for one, mutes in MUTING.items() if mutes and one != "crisis"])
@pytest.mark.parametrize("tone", ["memes", "dogs"])
def test_no_picture_comes_with_cards_for_a_grave_need(need_id: str, tone: str, world: World) -> None:
    told = Conversation(text="apua", intent="seek_help", tone=tone, message_needs=need(need_id), municipality="Tampere")
    assert dialogue.take_turn(dialogue.suggest_services, told, world).picture is None


def test_no_picture_comes_where_a_grave_need_is_only_offered(world: World) -> None:
    unsure = Conversation(
        text="jotain",
        intent="seek_help",
        tone="dogs",
        message_needs=need("leisure", score=0.3),
        likely_needs=need("grief", score=0.02),
    )
    turn = dialogue.take_turn(dialogue.suggest_services, unsure, world)
    assert any(one["id"] == "grief" for one in turn.remember["needs"])
    assert turn.picture is None and turn.style["tone"] == "friendly"


def test_faults_have_no_tone() -> None:
    for name in ("utter_not_saved", "utter_default", "utter_insult", "utter_identity", "utter_human"):
        assert name not in MOMENTS
        assert not any("tone" in _slots(variant) for variant in RESPONSES[name]), name


# ---- register ----


@pytest.mark.parametrize(
    ("state", "register"),
    [
        ({}, None),
        ({"message_register": "relaxed"}, "relaxed"),
        ({"register": "relaxed"}, "relaxed"),
        ({"register": "relaxed", "message_register": "formal"}, "formal"),
        ({"register": "formal", "register_chosen": True, "message_register": "relaxed"}, "formal"),
        ({"message_register": "relaxed", "tone": "humour"}, None),
        ({"message_register": "relaxed", "tone": "dogs"}, "relaxed"),
        ({"message_register": "relaxed", "language": "sv"}, None),
        ({"message_register": "relaxed", "calm": True}, None),
        ({"message_register": "relaxed", "needs": need("grief")}, "relaxed"),
    ],
    ids=str,
)
def test_the_bot_meets_the_register_of_the_person(
    state: dict[str, Any], register: str | None, seed_catalog: Catalog
) -> None:
    assert tones.style(Conversation(**state), seed_catalog)["register"] == register


def test_a_register_can_be_asked_for_and_given_back(world: World) -> None:
    formal = dialogue.take_turn(tones.set_tone, asks("puhu kirjakieltä"), world)
    assert formal.remember["register"] == "formal" and formal.remember["register_chosen"] is True
    assert formal.style["register"] == "formal"
    plain = then(asks(""), formal, text="ihan normaalisti kiitos", intent="set_tone", message_register="relaxed")
    turn = dialogue.take_turn(tones.set_tone, plain, world)
    assert turn.remember["register_chosen"] is False


# ---- pictures ----


def test_pictures_don_t_come_after_every_turn_and_never_twice_in_a_row(world: World) -> None:
    conversation = Conversation(tone="dogs", intent="chitchat", text="mitä kuuluu")
    shown: list[str | None] = []
    for _ in range(60):
        turn = dialogue.take_turn(dialogue.small_talk, conversation, world)
        shown.append(turn.picture.path if turn.picture else None)
        conversation = then(conversation, turn, intent="chitchat", text="mitä kuuluu")
    seen = [path for path in shown if path]
    assert 15 <= len(seen) <= 30
    assert len(set(seen)) >= 5
    assert not any(one == following for one, following in pairwise(seen))
    assert not any(one and following for one, following in pairwise(shown))


@pytest.mark.parametrize("tone", ["friendly", "humour"])
def test_other_tones_have_no_pictures(tone: str, world: World) -> None:
    turn = dialogue.take_turn(dialogue.small_talk, Conversation(tone=tone, intent="chitchat"), world)
    assert turn.picture is None


def test_a_picture_that_is_asked_for_comes_at_once(world: World) -> None:
    asked = asks("lähetä meemi", tone="memes", pictures={"wait": 2, "recent": []})
    assert dialogue.take_turn(tones.set_tone, asked, world).picture


@pytest.mark.parametrize("intent", ["greet", "thank", "goodbye"])
def test_what_rasa_says_by_itself_may_have_a_picture_too(
    intent: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.actions.world", lambda: world)
    turn = picture_only(Conversation(tone="memes", intent=intent))
    assert turn.says == [] and turn.picture and "/memes/" in turn.picture.path
    assert picture_only(Conversation(tone="memes", intent=intent, calm=True)).picture is None
    assert picture_only(Conversation(tone="memes", intent="insult")).picture is None


def test_a_monday_has_pictures_of_its_own(world: World) -> None:
    turn = tones.picture_after_words(Conversation(tone="dogs", intent="greet"), replace(world, now=lambda: MONDAY))
    assert turn.picture and turn.picture.path in {f"/pictures/dogs/{one}.png" for one in ("monday", "rain", "blanket")}


class _Sent(list[dict[str, Any]]):
    def utter_message(self, **message: Any) -> None:
        self.append(message)


def test_the_picture_is_a_message_of_its_own_after_the_words(world: World) -> None:
    turn = dialogue.take_turn(tones.set_tone, asks("vastaa koirakuvilla"), world)
    sent = _Sent()
    send(turn, Conversation(channel="widget"), sent)  # type: ignore[arg-type]
    words, picture = sent
    assert words["tone"] == "dogs" and words["response"] == "utter_tone_set"
    assert picture["image"] == picture["json_message"]["url"]
    assert picture["json_message"]["type"] == "picture" and picture["json_message"]["alt"]
    assert picture["json_message"]["lang"] == "fi"


def test_where_only_text_is_shown_a_picture_is_told_in_words(world: World) -> None:
    turn = dialogue.take_turn(tones.set_tone, asks("vastaa koirakuvilla"), world)
    sent = _Sent()
    send(turn, Conversation(channel="cmdline"), sent)  # type: ignore[arg-type]
    assert re.fullmatch(r"\[Kuva: .+\.\]", sent[-1]["text"])


def test_every_moment_is_one_that_the_pack_knows_and_every_response_exists() -> None:
    assert set(MOMENTS.values()) <= set(KNOWN_MOMENTS)
    assert set(MOMENTS) <= set(RESPONSES)


# ---- the words ----


def _responses() -> dict[str, list[dict[str, Any]]]:
    files = [YAML(typ="safe").load(file.read_text("utf-8")) for file in sorted((ROOT / "bot/domain").glob("*.yml"))]
    return {name: variants for file in files for name, variants in (file.get("responses") or {}).items()}


RESPONSES = _responses()
STYLED = [
    (name, variant)
    for name, variants in RESPONSES.items()
    for variant in variants
    if {"tone", "register"} & {one["name"] for one in variant.get("condition") or []}
]


def _slots(variant: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in variant.get("condition") or []}


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize(("name", "variant"), STYLED, ids=[f"{name}: {one['text'][:40]}" for name, one in STYLED])
def test_a_variant_says_all_that_the_plain_one_says(name: str, variant: dict[str, Any]) -> None:
    plain = next(one for one in RESPONSES[name] if not one.get("condition"))
    slots = _slots(variant)
    assert slots.get("tone", "humour") in TONES[1:] and slots.get("register", "formal") in ("relaxed", "formal")
    assert _placeholders(variant["text"]) == _placeholders(plain["text"])
    assert variant.get("buttons") == plain.get("buttons")
    if any("crisis_seen" in _slots(one) for one in RESPONSES[name]):
        assert slots.get("crisis_seen") is False, "after a crisis its own words are said"


@pytest.mark.parametrize(("name", "variant"), STYLED, ids=[f"{name}: {one['text'][:40]}" for name, one in STYLED])
def test_a_variant_reads_well_with_its_values(name: str, variant: dict[str, Any]) -> None:
    values = dict.fromkeys(_placeholders(variant["text"]), "sana")
    said = variant["text"].format(**values)
    assert not re.search(r"[{}]|\s{2,}(?!\n)| [.,!?]|\.\.", said.replace("\n\n", ""))
    assert len(said) < 420
    assert not re.search(r"\b(?:te|teidän|teille|teitä)\b", said)
    # A joke is never about who reads it: what laughs at people has no place here.
    assert not re.search(r"\b(?:tyhmä|hullu|laiska|sekopää|reppana|raukka)\w*", said, re.IGNORECASE)


def test_no_crisis_words_and_no_reminder_that_is_pushed_has_a_tone() -> None:
    for name in RESPONSES:
        if name.startswith(("utter_crisis", "utter_forget", "utter_export")):
            assert not any(one[0] == name for one in STYLED), name
    pushed = [
        name for name, _ in STYLED if re.match(r"utter_reminder_(same_day|start|session|check_in|news|neutral)", name)
    ]
    assert pushed == []


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("register", [None, "relaxed", "formal"])
def test_every_response_has_words_in_every_tone(tone: str, register: str | None) -> None:
    """As Rasa chooses: variants whose conditions all hold, else those without any."""
    state = {"tone": tone, "register": register, "language": "fi", "crisis_seen": False, "crisis_level": "danger_now"}
    for name, variants in RESPONSES.items():
        fitting = [one for one in variants if one.get("condition") and _slots(one).items() <= state.items()]
        fitting = fitting or [one for one in variants if not one.get("condition")]
        assert fitting, name
        for one in fitting:
            values = dict.fromkeys(_placeholders(one["text"]), "sana")
            assert "{" not in one["text"].format(**values), name


@pytest.mark.parametrize("tone", ["humour"])
def test_humour_has_several_variants_where_people_meet_it_most(tone: str) -> None:
    for name in ("utter_services", "utter_ask_place", "utter_nothing_found", "utter_all_shown", "utter_greet"):
        assert sum(_slots(one).get("tone") == tone for one in RESPONSES[name]) >= 2, name
    assert sum(_slots(one).get("tone") == tone for one in RESPONSES["utter_small_talk"]) >= 4


def test_words_that_no_moment_has_no_picture(world: World) -> None:
    turn = tones.in_tone(Conversation(tone="dogs"), Turn([Say("utter_not_saved")]), world)
    assert turn.picture is None
