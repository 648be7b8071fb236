"""`saattaja understand --explain`: the facts, by the functions that decide, and how they are shown."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
import numpy as np
import pytest
from rich.console import Console

from actions.actions import HANDLERS, PICTURE_ACTION
from actions.conversation import Say
from actions.world import World
from bot.cli import _lines, main
from bot.explain import (
    Answer,
    Explanation,
    NeedEvidence,
    Needs,
    OtherPlace,
    actions_of,
    answer,
    as_first_message,
    needs_evidence,
    other_places,
)
from bot.explain_view import show
from bot.nlu.features import Vectoriser
from bot.nlu.lexicon import lexicon
from bot.nlu.needs import SEEKS_HELP, learn
from bot.nlu.reading import Reading, read
from service_catalog.catalog import Catalog
from service_catalog.place_mentions import PlaceMention
from service_catalog.places import Places
from service_catalog.ranking import Reason, Suggestion
from service_catalog.schedules import Opening

LESSONS = {
    ("debt",): "velat painaa | ulosotto soittelee | pikavippejä on liikaa | perintäkirjeitä tulee | luotto on mennyt",
    ("mental_health",): "mua ahistaa | itken joka ilta | paha olla | masennus vie voimat | en jaksa nousta sängystä",
    ("housing",): "häätö tulee | vuokra on maksamatta | tarviin asunnon | asunto on homeessa | etsin kämppää",
    (): "moi | kiitos | onko muita | mitä kuuluu | hauska juttu | näytä lisää | kuka sä oot | heippa",
}


@pytest.fixture(scope="module")
def explained():
    """The evidence for the needs of a text, by a classifier that was taught a few messages."""
    messages = [(text.strip(), needs) for needs, texts in LESSONS.items() for text in texts.split("|")]
    readings = [read(text) for text, _ in messages]
    vectoriser = Vectoriser.fit(readings, lexicon())
    authors = [str(number % 3) for number in range(len(messages))]
    model = learn(vectoriser.matrix(readings), [needs for _, needs in messages], authors)

    def explain(text: str) -> Needs:
        message = read(text)
        return needs_evidence(message, vectoriser.vector(message), lexicon().hits(message), model)

    return explain


@pytest.fixture(scope="module")
def world(seed_catalog: Catalog) -> World:
    return World(seed_catalog, Places.load(), lambda: datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Helsinki")))


# ---- facts ----


@pytest.mark.parametrize(
    ("text", "need", "word"),
    [("ulosotto soitti taas", "debt", "ulosotto"), ("mua ahistaa kauheesti", "mental_health", "ahistaa")],
)
def test_the_words_that_spoke_for_a_need_are_named_with_their_points(explained, text, need, word):
    first = explained(text).evidence[0]
    assert (first.id, first.verdict) == (need, "")
    assert dict(first.points)[word] > 0
    assert word in first.keywords


@pytest.mark.parametrize("text", ["ulosotto soitti taas", "vuokra ahistaa", "moi", "sananen josta ei tiedä kukaan"])
def test_the_points_add_up_to_the_log_odds_of_the_probability(explained, text):
    for need in explained(text).evidence:
        probability = need.probability if need.raised_from is None else need.raised_from
        points = sum(own for _, own in need.points) + need.rest
        assert points == pytest.approx(np.log(probability / (1 - probability)), abs=0.01)


def test_needs_that_are_acted_on_come_first_and_the_others_say_why_not(explained):
    verdicts = [need.verdict for need in explained("ulosotto vei palkan").evidence]
    assert verdicts[0] == "" and verdicts == sorted(verdicts, key=bool)


def test_a_message_without_a_need_says_which_numbers_were_too_low(explained):
    needs = explained("moi")
    assert needs.decision.startswith("none: any need 0.") and f"< {SEEKS_HELP:.2f}" in needs.decision
    assert {need.verdict for need in needs.evidence} <= {"no need"}


def test_a_message_without_words_has_nothing_to_explain(explained):
    assert explained(" !! ") == Needs("none: the message has no words", [])


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Nokian kenkä hajos", [("Nokian", "Nokia")]),
        ("asun Nokialla", []),  # is found
        ("mua ahistaa", []),
    ],
)
def test_names_that_were_not_taken_for_a_place_are_told(text, others):
    found = other_places(text, Places.load().find(text))
    assert [(other.written, other.name) for other in found] == others


def test_the_rules_of_the_conversation_say_which_actions_answer():
    assert actions_of("seek_help") == ("action_suggest",)
    assert actions_of("greet") == ("utter_greet", "action_picture")
    assert actions_of("no such intent") == ("action_search",)


def parsed(intent: str, **fields: Any) -> dict[str, Any]:
    named = {"name": intent, "confidence": 0.9}
    blank = {"text": "mua ahistaa", "language": "fi", "needs": [], "likely_needs": [], "entities": []}
    return {**blank, "intent": named, "intent_ranking": [named], "crisis": {"is_crisis": False}, **fields}


AHISTAA = {"id": "mental_health", "score": 0.9, "because": ["ahistaa"], "named": True}
IN_LAHTI = [{"entity": "municipality", "value": "Lahti"}, {"entity": "age", "value": 17}]


def test_a_message_is_answered_as_the_first_of_a_conversation():
    conversation = as_first_message(parsed("seek_help", needs=[AHISTAA], entities=IN_LAHTI))
    assert (conversation.municipality, conversation.age, conversation.needs) == ("Lahti", 17, [])


def test_the_cards_come_with_the_points_of_the_ranking_and_with_what_more_would_bring(world: World):
    found = answer(parsed("seek_help", needs=[AHISTAA], entities=IN_LAHTI), world)
    assert found.says[0].response == "utter_services" and found.remembers["municipality"] == "Lahti"
    shown = [card["id"] for card in found.says[0].services["services"]]
    assert [card.service.id for card in found.cards] == shown
    assert all(card.score == pytest.approx(np.prod(list(card.parts.values()))) for card in found.cards)
    assert found.next_cards and not {card.service.id for card in found.next_cards} & set(shown)


@pytest.mark.parametrize("intent", ["greet", "nlu_fallback", "ask_more", "explain_word", "deny", "inform_place"])
def test_every_kind_of_message_has_an_answer(world: World, intent: str):
    found = answer(parsed(intent), world)
    known = {*HANDLERS, PICTURE_ACTION}
    assert found.says and all(action in known or action.startswith("utter_") for action in found.actions)


# ---- how it is shown ----


def reading(text: str, lemmas: str, **fields: Any) -> Reading:
    blank: dict[str, Any] = {"parts": (), "normalised": None, "rule": None, "known": True}
    return Reading(text, 0, len(text), tuple(lemmas.split()), **{**blank, **fields})


@pytest.fixture
def example(seed_catalog: Catalog) -> Explanation:
    why = [Reason("needs", {"needs": ["mental_health"], "words": ["ahistaa"]}), Reason("no_call", {"channel": "chat"})]
    factors = {"need": 0.86, "age": 1.0, "open": 0.9}
    service = seed_catalog.service("sekasin-chat")
    card = Suggestion(service, 0.77, factors, why, ["mental_health"], None, Opening(True, None, None), None)
    return Explanation(
        text="mua ahistaa koulus, Nokian [kenkä] zyxq",
        words=[
            reading("mua", "minä", normalised="minua", rule="table", known=False),
            reading("koulus", "koulu", normalised="koulussa", rule="-s for -ssa", known=False),
            reading("mielenterveyspalveluihin", "mielenterveyspalvelu", parts=("mieli", "terveys", "palvelu")),
            reading("Lahdes", "lahti", normalised="lahdessa", rule="-s for -ssa", known=False, place=True),
            reading("zyxq", "zyxq", known=False),
        ],
        needs=Needs(
            "any need 0.99 ≥ 0.50",
            [
                NeedEvidence(
                    "mental_health",
                    0.4,
                    0.31,
                    ["ahistaa"],
                    [("ahistaa", 3.3), ("zyxq", -0.5), ("mua", 0.4)],
                    -4.0,
                    "",
                ),
                NeedEvidence("education", 0.02, None, [], [("koulus", 1.25)], -5.1, "below 0.03"),
            ],
        ),
        parsed=parsed(
            "seek_help",
            needs=[AHISTAA],
            entities=[
                {"entity": "channel", "value": "phone", "role": "avoid"},
                {"entity": "need", "value": "debt"},
                {"entity": "municipality", "value": "Lahti"},
            ],
            intent_ranking=[
                {"name": "seek_help", "confidence": 0.4},
                {"name": "greet", "confidence": 0.9},
                {"name": "thank", "confidence": 0.001},
            ],
            crisis={"is_crisis": True, "kind": "suicide", "level": "danger_now", "score": 0.97, "rule": "wish to die"}
            | {"because": ["haluun kuolla"]},
        ),
        button=False,
        places=[PlaceMention("Lahti", "Lahdes", 0, 6, None, (61.0, 25.7), "home")],
        other_places=[OtherPlace("Nokian", "Nokia", "brand")],
        windows=[{"days": ["mon", "tue"], "from": "16:00", "to": "22:00"}],
        crisis_threshold=0.35,
        answer=Answer(
            ("action_suggest",),
            [Say("utter_services"), Say("utter_ask_which_need", buttons=["Suru", "Jotain ihan muuta"])],
            {"municipality": "Lahti", "reach": "near", "wishes": {"avoid": ["phone"]}},
            [card],
            [card],
        ),
        need_names={"mental_health": "Mieli ja paha olo"},
    )


SHOWN = """\
────────────────────────────────────────────────────────────────────────────────
mua ahistaa koulus, Nokian [kenkä] zyxq
seek_help · mental_health 0.90 · Lahti · fi · CRISIS

Words
  as written                standard form  by rule      base forms (parts)
  mua                       minua          table        minä
  koulus                    koulussa       -s for -ssa  koulu
  mielenterveyspalveluihin                              mielenterveyspalvelu
                                                        (mieli + terveys +
                                                        palvelu)
  Lahdes                    lahdessa       -s for -ssa  lahti  a place
  zyxq                                                  zyxq  unknown

Needs  any need 0.99 ≥ 0.50
                               why (points add up to the log-odds)
  ●  mental_health  0.40  ███  keyword ahistaa, raised from 0.31; ahistaa +3.3,
                               mua +0.4, zyxq −0.5, rest −4.0
  ○  education      0.02       below 0.03; koulus +1.2, rest −5.1

Intent, language, place and times
  intent         seek_help 0.40  greet gave way to it  then greet 0.90
  language       fi
  place          Lahti  “Lahdes”, home
                 not Nokia  “Nokian”: too little says that the place is meant,
                 also a brand
  contact times  mon tue  16:00–22:00
  channel        phone (avoid)

Crisis
  yes · danger_now · suicide · score 0.97 ≥ 0.35 · rule wish to die · because of
  haluun kuolla

Answer  action_suggest
  says utter_services
  says utter_ask_which_need  [Suru] [Jotain ihan muuta]
  asks, because no need reaches 0.50 and no keyword names one
  looked from Lahti (near), avoid phone; points and order: docs/ranking.md
  1.  0.77  Sekasin-chat  koska kirjoitit ”ahistaa”; ei tarvitse soittaa
            = need 0.86 × open 0.90
  more would bring: Sekasin-chat 0.77
"""


def screen(explanation: Explanation, width: int = 80, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, **options)
    show(explanation, console)
    return console.file.getvalue()


def test_an_explanation_is_shown_step_by_step_in_80_columns(example: Explanation):
    assert screen(example).rstrip() == SHOWN.rstrip()


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_nothing_is_wider_than_the_terminal(example: Explanation, width: int):
    for terminal in (True, False):
        text = screen(example, width, force_terminal=terminal, color_system=None)
        assert max(len(line) for line in text.splitlines()) <= width


def test_colours_are_for_terminals_that_want_them(example: Explanation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in screen(example)
    assert "\x1b[1;36m" in screen(example, force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "36m" not in screen(example, force_terminal=True)


# ---- what is read ----


@pytest.fixture
def context() -> click.Context:
    return click.Context(main)


def test_a_message_may_stand_in_place_of_a_file(context: click.Context, tmp_path):
    file = tmp_path / "messages.txt"
    file.write_text("mua ahistaa\nmoi\n", encoding="utf-8")
    assert list(_lines((str(file),), context, message_allowed=True)) == ["mua ahistaa\n", "moi\n"]
    assert list(_lines(("mua", "ahistaa"), context, message_allowed=True)) == ["mua ahistaa"]
    assert list(_lines(("x" * 5_000,), context, message_allowed=True)) == ["x" * 5_000]


@pytest.mark.parametrize("source", [("no such file",), ("one", "two")])
def test_without_explaining_only_a_file_will_do(context: click.Context, source: tuple[str, ...]):
    with pytest.raises(click.UsageError):
        _lines(source, context, message_allowed=False)


@pytest.mark.model
def test_the_command_explains_a_message_with_the_trained_model():
    from click.testing import CliRunner

    result = CliRunner().invoke(main, ["understand", "--explain", "mua ahistaa, asun Lahdes, vuokra on rästis"])
    assert result.exit_code == 0, result.output
    for told in ("●  mental_health", "●  housing", "Lahti", "action_suggest", "Crisis\n  no"):
        assert told in result.output
