"""What the bot answers, as plain functions over the real seed catalogue: no Rasa, no model."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from actions import dialogue
from actions.actions import HANDLERS
from actions.contact import contact_help
from actions.conversation import Conversation, Turn, read
from actions.crisis import ANSWERS, NEXT_QUESTIONS, crisis_help
from actions.crisis_answers import read_answer
from actions.dialogue import Handler
from actions.words import button_title
from actions.world import World
from bot.channels.incoming import clean_message
from bot.nlu.buttons import buttons, fold, meaning_of
from service_catalog.catalog import Catalog
from service_catalog.places import Places
from translations import translate

TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Helsinki"))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def world(seed_catalog: Catalog) -> World:
    return World(seed_catalog, Places.load(), lambda: TUESDAY_MORNING)


def need(*ids: str) -> list[dict[str, Any]]:
    return [{"id": one, "score": 0.9, "because": []} for one in ids]


def then(conversation: Conversation, turn: Turn, **message: Any) -> Conversation:
    """The conversation when the person's next message comes: what was remembered, and the new message."""
    names = {one.name for one in fields(Conversation)}
    remembered = {key: value for key, value in turn.remember.items() if key in names}
    for slot in {"crisis_kind", "crisis_level"} & set(turn.remember):
        remembered[f"last_{slot}"] = remembered.pop(slot)
    blank: dict[str, Any] = {"message_needs": [], "entities": {}, "channel_wishes": [], "text": "", "crisis_kind": None}
    blank.update(crisis_level=None, alarm=False)
    return replace(conversation, **{**remembered, **blank, **message})


def shown(turn: Turn) -> list[str]:
    return [service["id"] for say in turn.says if say.services for service in say.services["services"]]


EETU = Conversation(
    text="mua ahistaa ja vuokrat on rästis, asun Tampereella",
    intent="seek_help",
    message_needs=need("mental_health", "housing"),
    municipality="Tampere",
)


def test_one_message_is_enough_for_cards(world: World) -> None:
    turn = dialogue.suggest_services(EETU, world)
    assert 1 <= len(shown(turn)) <= 3
    covered = {
        found for say in turn.says if say.services for card in say.services["services"] for found in card["needs"]
    }
    assert {"mental_health", "housing"} <= covered
    assert turn.says[0].response == "utter_services"
    assert "Tampere" in turn.says[0].values["intro"]


def test_an_unknown_place_gets_remote_cards_at_once_and_is_asked_once(world: World) -> None:
    somewhere = replace(EETU, municipality=None)
    first = dialogue.suggest_services(somewhere, world)
    assert shown(first)
    assert [say.response for say in first.says] == ["utter_services", "utter_ask_place"]
    second = dialogue.more(then(somewhere, first, intent="ask_more"), world)
    assert "utter_ask_place" not in [say.response for say in second.says]


def test_the_place_alone_brings_new_cards_for_the_same_needs(world: World) -> None:
    somewhere = replace(EETU, municipality=None)
    first = dialogue.suggest_services(somewhere, world)
    second = dialogue.suggest_services(then(somewhere, first, intent="inform_place", municipality="Tampere"), world)
    assert shown(second)
    assert not set(shown(first)) & set(shown(second))


def test_asking_for_more_never_shows_the_same_list_and_ends_honestly(world: World) -> None:
    conversation, turn = EETU, dialogue.suggest_services(EETU, world)
    seen: list[list[str]] = []
    while turn.says[0].response != "utter_all_shown":
        assert shown(turn) not in seen
        seen.append(shown(turn))
        conversation = then(conversation, turn, intent="ask_more")
        turn = dialogue.more(conversation, world)
        assert len(seen) < 60
    again = dialogue.more(then(conversation, turn, intent="ask_more", text="Näytä ensimmäiset uudelleen"), world)
    assert shown(again) and shown(again) != seen[-1]


def test_the_same_message_twice_gives_other_cards(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    second = dialogue.suggest_services(then(EETU, first, intent="seek_help", message_needs=EETU.message_needs), world)
    assert shown(second) != shown(first)


def test_not_wanting_to_call_leaves_out_services_that_only_answer_the_phone(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    turn = dialogue.not_suitable(then(EETU, first, intent="not_suitable", entities={"reason": ["phone"]}), world)
    for service in shown(turn):
        assert {channel.type for channel in world.catalog.service(service).channels} != {"phone"}


def test_not_suitable_without_a_reason_asks_for_one(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    turn = dialogue.not_suitable(then(EETU, first, intent="not_suitable"), world)
    assert turn.says[0].response == "utter_why_not_suitable"


# ---- "not for me" on one card ----


def tap_not_for_me(service: str, conversation: Conversation, turn: Turn, world: World, **message: Any) -> Turn:
    """The turn after the card's button; whatever the classifiers thought of the service's name."""
    name = world.catalog.service(service).name
    said: dict[str, Any] = {"text": f"Ei sovi minulle: {name}", "intent": "seek_help", "message_needs": need("grief")}
    return dialogue.take_turn(dialogue.suggest_services, then(conversation, turn, **{**said, **message}), world)


def test_a_service_that_is_not_for_me_is_replaced_by_the_next_best_and_the_reason_is_asked(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    turn = tap_not_for_me(shown(first)[0], EETU, first, world)
    (instead,) = shown(turn)
    assert instead not in shown(first)
    assert [say.response for say in turn.says] == ["utter_declined"]
    asked = [button["title"] for button in domain_responses()["utter_declined"][0]["buttons"]]
    assert {"Liian kaukana", "En halua soittaa", "Olen jo kokeillut"} <= set(asked)
    assert turn.remember["needs"] == EETU.message_needs


def test_a_service_that_is_not_for_me_does_not_come_back(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    unwanted = shown(first)[0]
    turn = tap_not_for_me(unwanted, EETU, first, world)
    conversation = then(EETU, turn, intent="ask_more", text="Näytä ensimmäiset uudelleen")
    again = dialogue.more(conversation, world)
    other = dialogue.suggest_services(then(EETU, turn, intent="seek_help", message_needs=need("mental_health")), world)
    human = dialogue.human(then(EETU, turn, intent="ask_human"), world)
    assert all(unwanted not in shown(one) for one in (again, other, human))


def test_the_reason_changes_the_next_services(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    turn = tap_not_for_me(shown(first)[0], EETU, first, world)
    because = then(EETU, turn, intent="not_suitable", entities={"reason": ["phone"]})
    after = dialogue.not_suitable(because, world)
    assert shown(after) and "phone" in after.remember["wishes"]["avoid"]
    topic = dialogue.not_suitable(replace(because, entities={"reason": ["topic"]}), world)
    assert topic.remember["needs"] == EETU.message_needs, "one card's topic is not the person's"


def test_a_shared_link_s_card_can_be_declined_before_anything_was_said(world: World) -> None:
    turn = tap_not_for_me("sekasin-chat", Conversation(), Turn([]), world)
    assert shown(turn) and "sekasin-chat" not in shown(turn)


def test_when_nothing_is_left_there_is_still_a_way_on(world: World) -> None:
    everything = [service.id for service in world.catalog.services()]
    turn = tap_not_for_me("sekasin-chat", replace(EETU, shown=everything, cards=["sekasin-chat"]), Turn([]), world)
    assert [say.response for say in turn.says] == ["utter_declined_last"] and turn.remember["cards"] == []


def test_a_declined_crisis_contact_gives_others_at_once_and_the_emergency_number_stays(world: World) -> None:
    first = crisis_help(Conversation(intent="crisis", crisis_kind="suicide"), world)
    for unwanted in shown(first):
        turn = tap_not_for_me(unwanted, Conversation(), first, world)
        assert turn.says[-1].services and turn.says[-1].services["crisis"]
        assert unwanted not in shown(turn) or unwanted == "hatanumero-112"
        assert "hatanumero-112" in shown(turn)


def test_of_services_with_one_name_the_one_on_the_cards_is_meant(world: World) -> None:
    by_name: dict[str, list[str]] = {}
    for service in world.catalog.services():
        by_name.setdefault(fold(service.name), []).append(service.id)
    for ids in by_name.values():
        name = world.catalog.service(ids[-1]).name.upper()
        conversation = Conversation(text=f"ei sovi minulle:  {name}", cards=[ids[-1]])
        assert dialogue.declined_service(conversation, world).id == ids[-1]


def test_the_name_of_every_service_passes_the_channels(world: World) -> None:
    for service in world.catalog.services():
        assert clean_message(f"Ei sovi minulle: {service.name}") == f"Ei sovi minulle: {service.name}"


@pytest.mark.parametrize("text", ["Ei sovi minulle: huomenna", "Ei sovi minulle", "ei sovi: Sekasin-chat", "moi: hei"])
def test_other_words_decline_nothing(world: World, text: str) -> None:
    assert dialogue.declined_service(Conversation(text=text), world) is None


# ---- the place that the page presets ----

FROM_TAMPERE = replace(EETU, municipality=None, preset="Tampere")


def test_the_pages_place_is_searched_in_and_told_but_not_remembered(world: World) -> None:
    turn = dialogue.suggest_services(FROM_TAMPERE, world)
    assert shown(turn) == shown(dialogue.suggest_services(EETU, world))
    assert [say.response for say in turn.says] == ["utter_services"], "the place is not asked"
    assert "Paikka: Tampere. Jos olet muualla, kerro missä." in turn.says[0].values["intro"]
    why = [reason for say in turn.says for card in (say.services or {})["services"] for reason in card["why"]]
    assert "palvelee paikkakunnalla Tampere" in why and not [reason for reason in why if "sinua" in reason]
    assert turn.remember["municipality"] is None
    assert "Laajempi alue" in turn.says[0].buttons


def test_what_the_person_says_is_stronger_than_the_pages_place(world: World) -> None:
    told = dialogue.suggest_services(replace(FROM_TAMPERE, municipality="Oulu"), world)
    assert "Paikka: Oulu." in told.says[0].values["intro"] and "muualla" not in told.says[0].values["intro"]
    shared = dialogue.suggest_services(replace(FROM_TAMPERE, coordinates=(62.89, 27.68)), world)
    assert "Paikka: Kuopio." in shared.says[0].values["intro"]


def test_a_message_to_send_says_nothing_that_the_person_did_not(world: World) -> None:
    first = dialogue.suggest_services(FROM_TAMPERE, world)
    turn = contact_help(then(FROM_TAMPERE, first, intent="draft_message"), world)
    assert "Tampere" not in turn.says[0].values["message"]


def test_the_pages_place_is_read_from_what_came_beside_the_message() -> None:
    def tracker(metadata: dict[str, Any] | None, **slots: Any) -> Any:
        message = {"text": "moi", "metadata": metadata}
        return SimpleNamespace(latest_message=message, slots=slots, get_latest_input_channel=lambda: "widget")

    assert read(tracker({"municipality": "Tampere"})).place == "Tampere"
    assert read(tracker({"municipality": "Tampere"}, municipality="Oulu")).place == "Oulu"
    assert read(tracker({"municipality": "Tampere"})).municipality is None
    assert read(tracker(None)).place is None


def test_a_message_nobody_understands_is_searched_for(world: World) -> None:
    turn = dialogue.search(Conversation(text="velkajärjestely", intent="nlu_fallback"), world)
    assert shown(turn) and turn.says[0].buttons


def test_a_message_that_finds_nothing_still_offers_a_way_on(world: World) -> None:
    turn = dialogue.search(Conversation(text="qwxz", intent="nlu_fallback"), world)
    assert turn.says[0].response == "utter_nothing_found" and turn.says[0].buttons


# ---- "not sure" ----


def scored(**scores: float) -> list[dict[str, Any]]:
    return [{"id": one, "score": score, "because": [], "named": False} for one, score in scores.items()]


def named(**scores: float) -> list[dict[str, Any]]:
    return [{**one, "named": True} for one in scored(**scores)]


@pytest.mark.parametrize(
    ("needs", "likely", "offered"),
    [
        (scored(education=0.4, loneliness=0.1), scored(family=0.06), ["education", "loneliness", "family"]),
        (scored(education=0.4, loneliness=0.1, family=0.04), [], ["education", "loneliness"]),  # too unlikely
        (scored(education=0.4), scored(family=0.03), ["education", "family"]),  # a question needs two
        (scored(grief=0.3, family=0.3, debt=0.3, work=0.3), [], ["grief", "family", "debt"]),  # at most three
        (scored(education=0.5), scored(family=0.4), None),  # sure enough
        (named(education=0.4), scored(family=0.3), None),  # its keyword is there
        (scored(housing=0.45) + named(debt=0.4), [], None),
        (need("education"), [], None),
    ],
)
def test_little_more_than_a_guess_gets_cards_and_one_question_with_likely_needs(
    world: World, needs: list[dict[str, Any]], likely: list[dict[str, Any]], offered: list[str] | None
) -> None:
    message = Conversation(text="en oo käyny siellä", intent="seek_help", message_needs=needs, likely_needs=likely)
    turn = dialogue.suggest_services(message, world)
    assert 1 <= len(shown(turn)) <= 3
    responses = [say.response for say in turn.says]
    if offered is None:
        assert responses == ["utter_services", "utter_ask_place"]
        return
    assert responses == ["utter_services_unsure", "utter_ask_which_need"]
    labels = [world.catalog.needs[need].label.fi for need in offered]
    assert turn.says[-1].buttons == [*labels, "Jotain ihan muuta"]


GUESS = Conversation(
    text="se vaan jäi", intent="seek_help", message_needs=scored(education=0.3, outreach=0.2), municipality="Turku"
)


def test_the_question_says_where_it_looked(world: World) -> None:
    assert "Turku" in dialogue.suggest_services(GUESS, world).says[0].values["found_for"]


def test_a_card_for_a_guess_doesnt_claim_that_the_person_told_of_it(world: World) -> None:
    cards = dialogue.suggest_services(GUESS, world).says[0].services["services"]
    assert all(card["why"][0].startswith("voi auttaa tässä: ") for card in cards)


def test_a_tapped_need_is_answered_with_cards_of_it_other_than_the_last(world: World) -> None:
    asked = dialogue.suggest_services(GUESS, world)
    tap = then(GUESS, asked, intent="seek_help", message_needs=need("education"), text=asked.says[-1].buttons[0])
    turn = dialogue.suggest_services(tap, world)
    assert turn.says[0].response == "utter_services"
    assert shown(turn) and shown(turn) != shown(asked)


def test_the_same_unclear_message_twice_brings_other_cards(world: World) -> None:
    first = dialogue.suggest_services(GUESS, world)
    again = then(GUESS, first, intent="seek_help", message_needs=GUESS.message_needs, text=GUESS.text)
    assert shown(dialogue.suggest_services(again, world)) != shown(first)


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (dialogue.guided_start, {"intent": "guided_start", "text": "Jotain ihan muuta"}),
        (dialogue.answer, {"intent": "deny", "text": "ei mikään noista"}),
        (dialogue.search, {"intent": "nlu_fallback", "text": "En tiedä"}),
    ],
)
def test_none_of_the_likely_needs_leads_to_the_guided_start(
    world: World, handler: Handler, said: dict[str, Any]
) -> None:
    asked = dialogue.suggest_services(GUESS, world)
    turn = dialogue.take_turn(handler, then(GUESS, asked, **said), world)
    assert [say.response for say in turn.says] == ["utter_guided_area"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_question_and_its_buttons_are_in_the_persons_language_and_understood(world: World, language: str) -> None:
    turn = dialogue.suggest_services(replace(GUESS, language=language), world)
    assert [meaning_of(button)["intent"] for button in turn.says[-1].buttons] == [
        *("seek_help", "seek_help"),
        "guided_start",
    ]
    titles = [button_title(button, language) for button in turn.says[-1].buttons]
    needs = [world.catalog.needs[need["id"]].label.of(language) for need in GUESS.message_needs + GUESS.likely_needs]
    something_else = {"fi": "Jotain ihan muuta", "sv": "Något helt annat", "en": "Something else entirely"}
    assert titles[-1] == something_else[language] and set(titles[:-1]) <= set(needs)


@pytest.mark.parametrize("intent", ["nlu_fallback", "seek_help"])
def test_where_no_need_is_sure_enough_the_likely_ones_are_offered(world: World, intent: str) -> None:
    message = Conversation(text="se soittaa taas", intent=intent, likely_needs=scored(debt=0.3, bullying=0.1))
    handler = dialogue.search if intent == "nlu_fallback" else dialogue.suggest_services
    turn = handler(message, world)
    assert turn.says[-1].response == "utter_ask_which_need" and shown(turn)
    unlikely = replace(message, likely_needs=scored(debt=0.09))
    assert "utter_ask_which_need" not in [say.response for say in handler(unlikely, world).says]


@pytest.mark.parametrize("intent", sorted(dialogue.NO_TOPIC - {"start_over"}))
def test_a_guess_beside_a_place_or_a_wish_doesnt_change_the_topic(world: World, intent: str) -> None:
    first = dialogue.suggest_services(EETU, world)
    said = then(EETU, first, intent=intent, message_needs=scored(grief=0.2), text="Kuopiossa", municipality="Kuopio")
    turn = dialogue.suggest_services(said, world)
    assert [one["id"] for one in turn.remember["needs"]] == ["mental_health", "housing"]


def test_words_that_say_nothing_of_the_matter_find_no_services(world: World) -> None:
    """ "Liian kaukana" is no reason to show a service whose text has those words."""
    first = dialogue.suggest_services(EETU, world)
    reason = {"intent": "not_suitable", "entities": {"reason": ["too_far"]}, "text": "liian kaukana kotoa ja koulusta"}
    turn = dialogue.not_suitable(then(EETU, first, **reason), world)
    why = [reason for say in turn.says if say.services for card in say.services["services"] for reason in card["why"]]
    assert shown(turn) and "löytyi sanoillasi" not in why


def test_three_taps_lead_from_no_words_to_cards(world: World) -> None:
    start = Conversation(text="En tiedä mistä aloittaa", intent="guided_start")
    first = dialogue.guided_start(start, world)
    area = buttons()[fold(first.says[0].buttons[0])]["entities"][0]["value"]
    second = dialogue.guided_start(then(start, first, intent="guided_start", entities={"area": [area]}), world)
    tapped = buttons()[fold(second.says[0].buttons[0])]["entities"][0]["value"]
    third = dialogue.suggest_services(then(start, second, intent="seek_help", message_needs=need(tapped)), world)
    assert shown(third)


def told(level: str = "danger_now", kind: str = "suicide", alarm: bool = True, **more: Any) -> Conversation:
    return Conversation(intent="crisis", crisis_kind=kind, crisis_level=level, alarm=alarm, **more)


def asked(about: str, text: str = "", intent: str = "seek_help") -> Conversation:
    """A conversation in which the person's message follows the crisis question about `about`."""
    return Conversation(text=text, intent=intent, awaiting=f"crisis_{about}", crisis_seen=True)


@pytest.mark.parametrize("kind", ["suicide", "overdose", "violence", "sexual_violence", "threat"])
def test_a_crisis_gets_contacts_and_one_direct_question(world: World, kind: str) -> None:
    turn = dialogue.take_turn(crisis_help, told(kind=kind), world)
    assert turn.says[-1].response == f"utter_crisis_{kind}"
    payload = turn.says[-1].services
    assert payload and payload["crisis"] is True and 1 <= len(payload["services"]) <= 3
    assert any(card["id"] == "hatanumero-112" for card in payload["services"])
    first_channels = {channel["type"] for channel in payload["services"][0]["channels"]}
    assert first_channels & {"chat", "sms"}, "what can be reached without speaking comes first"
    assert turn.remember["crisis_seen"] is True


@pytest.mark.parametrize(
    ("message", "response", "contacts"),
    [
        (told(), "utter_crisis_suicide", ["sekasin-chat", "hatanumero-112", "mieli-kriisipuhelin"]),
        (told(kind="overdose"), "utter_crisis_overdose", ["hatanumero-112", "myrkytystietokeskus"]),
        (told(kind="violence"), "utter_crisis_violence", ["nollalinja", "hatanumero-112"]),
        (told("thoughts"), "utter_crisis_thoughts", ["sekasin-chat", "hatanumero-112", "mieli-kriisipuhelin"]),
        (told("thoughts", alarm=False), "utter_crisis_thoughts", ["sekasin-chat", "mieli-kriisipuhelin"]),
        (told("other_person"), "utter_crisis_other_person", ["sekasin-chat", "hatanumero-112", "mieli-kriisipuhelin"]),
        (told("other_person", alarm=False), "utter_crisis_other_person", ["sekasin-chat", "mieli-kriisipuhelin"]),
        (told("other_person", "overdose"), "utter_crisis_other_overdose", ["hatanumero-112", "myrkytystietokeskus"]),
        (told("other_person", "violence"), "utter_crisis_other_violence", ["nollalinja", "hatanumero-112"]),
    ],
)
def test_each_level_and_kind_has_its_own_words_and_contacts(
    world: World, message: Conversation, response: str, contacts: list[str]
) -> None:
    turn = dialogue.take_turn(crisis_help, message, world)
    assert turn.says[-1].response == response
    assert shown(turn)[: len(contacts)] == contacts
    assert {"Kyllä", "En", "En tiedä"} <= set(turn.says[-1].buttons)


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ru", "uk", "ar", "so", "et", "fa", "ku", "zh", "es", "fr"])
@pytest.mark.parametrize("hour", [3, 12, 20])
@pytest.mark.parametrize("level", ["danger_now", "thoughts"])
@pytest.mark.parametrize("kind", ["suicide", "overdose", "violence", "sexual_violence", "threat"])
def test_what_needs_no_speaking_comes_first_in_every_language(
    world: World, kind: str, level: str, hour: int, language: str
) -> None:
    later = replace(world, now=lambda: TUESDAY_MORNING.replace(hour=hour))
    payload = crisis_help(told(level, kind, detected_language=language), later).says[-1].services
    assert payload
    first, *rest = payload["services"]
    if first["id"] != "hatanumero-112":  # a chat that is open, and not only its telephone
        assert any(way["type"] == "chat" and way["open_now"] for way in first["channels"])
        assert rest[0]["id"] == "hatanumero-112"
    emergency = next(card for card in payload["services"] if card["id"] == "hatanumero-112")
    assert [way["type"] for way in emergency["channels"]][:2] == ["sms", "phone"]


def test_without_danger_to_life_the_emergency_number_stands_last_at_night_too(world: World) -> None:
    night = replace(world, now=lambda: TUESDAY_MORNING.replace(hour=3))
    assert shown(crisis_help(told("thoughts", alarm=False), night))[0] == "mieli-kriisipuhelin"
    assert shown(crisis_help(told("thoughts"), night))[0] == shown(crisis_help(told(), night))[0] == "hatanumero-112"


@pytest.mark.parametrize("level", ["danger_now", "thoughts", "other_person"])
@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
@pytest.mark.parametrize("awaiting", [None, "place", "age", "why_declined", "which_need", "talk"])
def test_danger_breaks_out_of_whatever_is_going_on(
    world: World, handler: Handler, level: str, awaiting: str | None
) -> None:
    message = replace(EETU, crisis_kind="suicide", crisis_level=level, alarm=True, awaiting=awaiting)
    turn = dialogue.take_turn(handler, message, world)
    assert turn.says[-1].services and turn.says[-1].services["crisis"]
    assert turn.remember["awaiting"].startswith("crisis_")


def test_a_second_crisis_message_does_not_get_the_same_list(world: World) -> None:
    first = crisis_help(told(), world)
    second = crisis_help(then(told(), first, intent="crisis", crisis_kind="suicide", crisis_level="danger_now"), world)
    assert shown(second) != shown(first)
    assert second.says[0].response != first.says[0].response


def test_a_danger_of_another_kind_or_level_is_answered_as_its_own(world: World) -> None:
    first = dialogue.take_turn(crisis_help, told("thoughts"), world)
    pills: dict[str, Any] = {"crisis_kind": "overdose", "crisis_level": "danger_now", "alarm": True}
    turn = dialogue.take_turn(crisis_help, then(told(), first, text="joo otin ne", intent="crisis", **pills), world)
    assert turn.says[0].response == "utter_crisis_overdose"


def test_the_crisis_button_shows_contacts_for_what_it_was_about(world: World) -> None:
    first = crisis_help(told(kind="violence"), world)
    turn = dialogue.take_turn(crisis_help, then(told(), first, text="Kriisiapu", intent="crisis"), world)
    assert turn.says[0].response == "utter_crisis_contacts_again"
    assert shown(turn)[0] == "hatanumero-112" and shown(turn) != shown(first)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        *(
            (text, "yes")
            for text in ("joo", "Joo.", "jooooo", "juu", "kyllä", "kyl mä aion", "no joo", "👍", "Yes", "ja")
        ),
        *((text, "no") for text in ("en", "En.", "eiii", "no en", "en nyt", "en oo", "No", "nope", "nej", "Nej tack")),
        *((text, "unsure") for text in ("en tiiä", "En tiedä", "emt", "ehkä", "ehkä joo", "en kai", "joo kai")),
        *((text, "unsure") for text in ("vittu en tiiä", "I don't know", "idk", "Jag vet inte", "kanske")),
        *(
            (text, "safe")
            for text in ("oon turvassa", "joo oon turvassa", "en aio", "en oo vaarassa", "ei hätää", "I'm safe")
        ),
        *(
            (text, "danger")
            for text in ("en oo turvassa", "en vielä", "en mut huomenna", "olen vaarassa", "not safe", "int än")
        ),
        *(
            (text, None)
            for text in ("en uskalla soittaa", "mistä saa toimeentulotukea", "moi", "", "🙃", "kiitti", "Kriisiapu")
        ),
        ("joo ja sit se sano mulle et miks mä aina teen näin ja mä vaan itkin ja lähin", None),
    ],
)
def test_an_answer_is_read_in_any_wording(answer: str, meaning: str | None) -> None:
    assert read_answer(answer) == meaning


@pytest.mark.parametrize(
    ("about", "text", "response"),
    [
        ("suicide", "joo", "utter_crisis_danger_now"),
        ("suicide", "en aio", "utter_crisis_not_now"),
        ("suicide", "en vielä", "utter_crisis_danger_now"),
        ("suicide", "en tiiä", "utter_crisis_unsure"),
        ("thoughts", "kyllä", "utter_crisis_danger_now"),
        ("thoughts", "en, oon turvassa", "utter_crisis_not_now"),
        ("thoughts", "ehkä", "utter_crisis_unsure"),
        ("overdose", "en", "utter_crisis_danger_now"),
        ("violence", "joo", "utter_crisis_safe_for_now"),
        ("violence", "oon turvassa", "utter_crisis_safe_for_now"),
        ("violence", "en oo turvassa", "utter_crisis_danger_now"),
        ("violence", "en", "utter_crisis_danger_now"),
        ("violence", "en tiiä", "utter_crisis_danger_now"),
        ("threat", "joo", "utter_crisis_danger_now"),
        ("threat", "ei", "utter_crisis_not_now"),
        ("other_person", "joo", "utter_crisis_other_now"),
        ("other_person", "ei oo", "utter_crisis_other_not_now"),
        ("other_person", "on turvassa", "utter_crisis_other_not_now"),
        ("other_person", "en tiiä", "utter_crisis_other_unsure"),
        ("call", "joo", "utter_crisis_sent"),
        ("call", "en pysty", "utter_crisis_write"),
        ("write", "joo", "utter_crisis_sent"),
        ("write", "en", "utter_crisis_unsure"),
        ("someone", "äiti", "utter_crisis_someone_comes"),
        ("someone", "yks kaveri", "utter_crisis_someone_comes"),
        ("someone", "ei oo ketään", "utter_crisis_contacts_again"),
        ("someone", "en tiiä", "utter_crisis_contacts_again"),
    ],
)
@pytest.mark.parametrize("handler", [dialogue.search, dialogue.answer, dialogue.small_talk, dialogue.suggest_services])
def test_the_answer_to_a_crisis_question_is_understood(
    world: World, handler: Handler, about: str, text: str, response: str
) -> None:
    turn = dialogue.take_turn(handler, asked(about, text), world)
    assert turn.says[0].response == response
    assert "Kriisiapu" in turn.says[-1].buttons


def test_a_bare_yes_or_no_that_only_the_classifier_knows_counts_too(world: World) -> None:
    turn = dialogue.take_turn(dialogue.answer, asked("suicide", "joo näin on näreet", "affirm"), world)
    assert turn.says[0].response == "utter_crisis_danger_now"


def test_a_denial_that_looks_like_danger_is_taken_as_the_answer_it_is(world: World) -> None:
    denial = replace(
        asked("suicide", "en aio tappaa itteeni"), crisis_kind="suicide", crisis_level="danger_now", alarm=True
    )
    assert dialogue.take_turn(crisis_help, denial, world).says[0].response == "utter_crisis_not_now"


def test_who_is_in_no_danger_now_gets_services_with_people_too(world: World) -> None:
    turn = dialogue.take_turn(dialogue.answer, asked("thoughts", "en"), world)
    assert [say.response for say in turn.says] == ["utter_crisis_not_now", "utter_human"]
    assert shown(turn)
    buttons = [button for say in turn.says for button in say.buttons]
    assert "Kriisiapu" in buttons and len(set(buttons)) == len(buttons)


@pytest.mark.parametrize("about", ["suicide", "thoughts", "threat"])
def test_what_is_no_answer_is_met_with_care_and_not_searched(world: World, about: str) -> None:
    for handler in (dialogue.search, dialogue.small_talk, dialogue.guided_start):
        turn = dialogue.take_turn(handler, asked(about, "mitä väliä", "nlu_fallback"), world)
        assert turn.says[0].response == "utter_crisis_unsure"


def test_every_question_has_words_for_every_answer() -> None:
    rows = ANSWERS.values()
    assert all(set(row) == {"yes", "no", "unsure", "danger", "safe"} for row in rows)
    assert {question.removeprefix("crisis_") for question in NEXT_QUESTIONS.values()} - {"talk"} <= set(ANSWERS)


def test_crisis_help_stays_one_tap_away(world: World) -> None:
    turn = dialogue.take_turn(dialogue.suggest_services, replace(EETU, crisis_seen=True), world)
    assert "Kriisiapu" in turn.says[-1].buttons


def test_a_ready_message_speaks_of_the_need_in_the_first_person(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    turn = contact_help(then(EETU, first, intent="draft_message", age=19), world)
    message = turn.says[0].values["message"]
    assert message.startswith("Moi!") and "19" in message


def test_words_for_a_call_come_with_the_number_or_say_that_no_call_is_needed(world: World) -> None:
    first = dialogue.suggest_services(EETU, world)
    for card in (1, 2, 3):
        turn = contact_help(then(EETU, first, intent="call_words", entities={"card": [card]}), world)
        say = turn.says[0]
        assert say.response in ("utter_call_words", "utter_no_phone")
        assert (say.response == "utter_call_words") == bool(say.values["number"])


@pytest.mark.parametrize("word", ["ulosotto", "ulosottoon", "etsivä nuorisotyö", "toimeentulotuki"])
def test_a_hard_word_is_explained(world: World, word: str) -> None:
    turn = dialogue.explain_word(Conversation(intent="explain_word", entities={"term": [word]}), world)
    assert turn.says[0].response == "utter_word_explained" and turn.says[0].values["plain"]


def test_a_sentence_with_a_hard_word_asks_for_help_not_for_its_meaning(world: World) -> None:
    sentence = "ulosotto meinaa viedä kaiken"
    debt = [{"id": "debt", "score": 0.9, "because": ["ulosotto"]}]
    asked = Conversation(sentence, "explain_word", entities={"term": [sentence]}, message_needs=debt)
    turn = dialogue.explain_word(asked, world)
    assert turn.says[0].services["services"][0]["needs"] == ["debt"]


def test_an_unknown_word_is_not_guessed(world: World) -> None:
    turn = dialogue.explain_word(Conversation(intent="explain_word", entities={"term": ["flerbiö"]}), world)
    assert turn.says[0].response == "utter_word_unknown" and turn.says[0].buttons


def test_starting_over_forgets_everything_but_the_crisis_button(world: World) -> None:
    first = dialogue.suggest_services(replace(EETU, crisis_seen=True), world)
    turn = dialogue.take_turn(dialogue.start_over, then(EETU, first, intent="start_over", crisis_seen=True), world)
    assert turn.remember["needs"] == [] and turn.remember["municipality"] is None
    assert "Kriisiapu" in turn.says[-1].buttons


# ---- the words and the buttons hold together ----


def domain_responses() -> dict[str, list[dict[str, Any]]]:
    read = YAML(typ="safe").load
    files = [read(file).get("responses") or {} for file in sorted((ROOT / "bot" / "domain").glob("*.yml"))]
    return {name: variants for responses in files for name, variants in responses.items()}


def test_every_button_in_the_domain_is_understood() -> None:
    for name, variants in domain_responses().items():
        for button in [button for variant in variants for button in variant.get("buttons") or []]:
            assert meaning_of(button["payload"]), f"{name}: {button}"


SPEAKS_SWEDISH, SPEAKS_ENGLISH = Conversation(language="sv"), Conversation(language="en")
WITH_CARDS = replace(EETU, message_needs=[], needs=EETU.message_needs, cards=["sekasin-chat", "hatanumero-112"])
IN_CRISIS = replace(WITH_CARDS, crisis_seen=True, awaiting="crisis_suicide")
SITUATIONS = (
    Conversation(),
    SPEAKS_SWEDISH,
    SPEAKS_ENGLISH,
    EETU,
    replace(EETU, municipality=None),
    WITH_CARDS,
    IN_CRISIS,
)


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
@pytest.mark.parametrize("intent", ["affirm", "call_words"])
def test_every_button_that_the_dialogue_sends_is_understood(world: World, handler: Handler, intent: str) -> None:
    entities = {"term": ["flerbiö"], "area": [world.catalog.areas[0].id]}
    for before in SITUATIONS:
        for conversation in (before, replace(before, entities=entities)):
            turn = dialogue.take_turn(handler, replace(conversation, intent=intent), world)
            unknown = [words for say in turn.says for words in say.buttons if meaning_of(words) is None]
            assert not unknown


def test_every_response_that_the_dialogue_names_is_in_the_domain() -> None:
    source = "".join(file.read_text() for file in (ROOT / "actions").glob("*.py"))
    named = set(re.findall(r'"(utter_\w+)"', source)) - {"utter_action"}  # Rasa's name for which response it was
    assert named and named <= set(domain_responses())


def test_crisis_words_exist_in_three_languages() -> None:
    for name, variants in domain_responses().items():
        if name.startswith("utter_crisis"):
            for text in (one["text"] for one in variants):
                assert len({text, translate(text, "sv"), translate(text, "en")}) == 3, name
