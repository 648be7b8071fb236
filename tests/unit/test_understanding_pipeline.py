"""The pipeline's components together, trained on a few messages as Rasa trains them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml import YAML

from bot.nlu.extractors import AgeExtractor, ClosedClassExtractor, PlaceExtractor
from bot.nlu.featurizer import WordViewFeaturizer
from bot.nlu.intent_classifier import ConversationIntentClassifier, decide
from bot.nlu.language_detector import LanguageDetector
from bot.nlu.needs_classifier import NeedsClassifier
from bot.nlu.tokenizer import VoikkoTokenizer

LESSONS = {
    ("seek_help", "fi", ("debt",)): """velat painaa | ulosotto soittelee | oon velkaantunu | luotto meni perintään
        ulosotto vei palkan | pikavippejä on liikaa | velkaa joka paikkaan | perintäkirjeitä tulee joka päivä""",
    ("seek_help", "fi", ("mental_health",)): """mua ahistaa | ahdistaa koko ajan | oon masentunu | itken joka ilta
        paha olla | masennus vie voimat | paniikkikohtaus koulussa | en jaksa nousta sängystä""",
    ("seek_help", "fi", ("housing",)): """häätö tulee | vuokra on maksamatta | tarviin asunnon | vuokranantaja uhkaa
        asunto on homeessa | vuokrasopimus loppuu | en löydä kämppää | muutan pois kotoa""",
    ("seek_help", "fi", ("debt", "mental_health")): "velat ahdistaa | ulosotto ahistaa nii etten nuku",
    ("seek_help", "sv", ("mental_health",)): "jag mår dåligt | jag har ångest | allt känns hopplöst",
    ("seek_help", "en", ("debt",)): "i have too much debt | i can't pay my loans | the debt collectors call me",
    ("crisis", "fi", ("crisis",)): "haluan kuolla | tapan itseni tänään",
    ("greet", "fi", ()): "moi | hei | moikka | terve | no moro | huomenta | iltaa | hei botti",
    ("thank", "fi", ()): "kiitos | kiitti | kiitos paljon | suuri kiitos | kiitän | tattis",
    ("ask_more", "fi", ()): "lisää | näytä lisää | onko muita | muita vaihtoehtoja | lisää vaihtoehtoja | näytä muita",
}
AUTHORS = 3


@pytest.fixture(scope="module")
def parse(tmp_path_factory):
    """The trained pipeline as a function of a text; every trained component has been stored and loaded again."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    context = ExecutionContext(GraphSchema({}))
    lessons = TrainingData(list(_lessons()))
    tokenizer = VoikkoTokenizer(VoikkoTokenizer.get_default_config())
    tokenizer.process_training_data(lessons)
    loaded = [tokenizer]
    for component in (WordViewFeaturizer, NeedsClassifier, ConversationIntentClassifier, LanguageDetector):
        resource = Resource(component.__name__)
        component.create({}, storage, resource, context).train(lessons)
        trained = component.load({}, storage, resource, context)
        if component is WordViewFeaturizer:
            trained.process_training_data(lessons)
        loaded.append(trained)
    loaded += [kind.create({}, storage, Resource("x"), context) for kind in (PlaceExtractor, AgeExtractor)]
    loaded.append(ClosedClassExtractor.create({}, storage, Resource("x"), context))

    def understand(text: str) -> Message:
        messages = [Message({TEXT: text})]
        for component in loaded:
            messages = component.process(messages)
        return messages[0]

    return understand


def _lessons():
    for (intent, language, needs), texts in LESSONS.items():
        for number, text in enumerate(texts.replace("\n", "|").split("|")):
            label = {"needs": list(needs), "language": language, "author": f"author {number % AUTHORS}"}
            yield Message.build(text.strip(), intent, intent_metadata=label)


@pytest.mark.parametrize(
    ("text", "need"),
    [("ulosotto otti yhteyttä", "debt"), ("mua ahistaa tosi paljon", "mental_health"), ("sain häädön", "housing")],
)
def test_the_need_of_a_message_comes_first_with_its_reason(parse, text, need):
    first = parse(text).get("needs")[0]
    assert first["id"] == need
    assert 0 <= first["score"] <= 1
    assert first["because"] and all(reason in text for reason in first["because"])


def test_a_message_has_several_needs(parse):
    needs = {need["id"] for need in parse("mua ahistaa ku ulosotto vie rahat").get("needs")}
    assert {"debt", "mental_health"} <= needs


def test_a_need_whose_keyword_the_message_holds_is_named(parse):
    assert [need["named"] for need in parse("ulosotto otti yhteyttä").get("needs")][:1] == [True]


def test_likely_needs_are_those_that_are_not_acted_on(parse):
    message = parse("rahat on loppu ja kaikki tuntuu pahalta")
    acted_on = [need["id"] for need in message.get("needs")]
    likely = message.get("likely_needs")
    assert not {need["id"] for need in likely} & {*acted_on, "crisis"}
    assert [need["score"] for need in likely] == sorted((need["score"] for need in likely), reverse=True)


def test_each_need_is_an_entity_too(parse):
    message = parse("oon velkaantunu")
    entities = [one["value"] for one in message.get("entities") if one["entity"] == "need"]
    assert entities == [need["id"] for need in message.get("needs")]


def test_crisis_is_left_to_the_crisis_detector(parse):
    message = parse("haluan kuolla")
    assert "crisis" not in [need["id"] for need in message.get("needs")]
    assert message.get("intent")["name"] == "seek_help"


@pytest.mark.parametrize(("text", "intent"), [("Moi!", "greet"), ("LISÄÄ", "ask_more"), ("kiitos.", "thank")])
def test_words_of_the_training_data_are_classified_exactly(parse, text, intent):
    assert parse(text).get("intent") == {"name": intent, "confidence": 1.0}
    assert parse(text).get("needs") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("mua ahistaa", "fi"), ("jag mår så dåligt", "sv"), ("i have debt", "en"), ("мне плохо", "ru"), ("😭", None)],
)
def test_the_language_is_told(parse, text, language):
    assert parse(text).get("language") == language


def test_place_age_and_channel_are_found_together(parse):
    message = parse("oon 17 ja asun Tampereella, en uskalla soittaa")
    found = {one["entity"]: one["value"] for one in message.get("entities") if one["entity"] != "need"}
    assert found["age"] == 17
    assert found["municipality"] == "Tampere"
    assert found["channel"] == "phone"


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "x\ud800y\0", "😭" * 500, "a" * 100_000, "ä " * 50_000, "'; --"]
)
def test_no_text_raises(parse, text):
    message = parse(text)
    assert message.get("intent")["name"]
    assert isinstance(message.get("needs"), list)


@pytest.mark.parametrize(
    ("ranking", "needs", "expected"),
    [
        ([("greet", 0.9)], [], "greet"),
        ([("greet", 0.9)], [{"score": 0.8}], "seek_help"),  # moi mua ahistaa
        ([("ask_more", 0.9)], [{"score": 0.8}], "ask_more"),  # lisää velka-apua
        ([("chitchat", 0.1)], [], "nlu_fallback"),
        ([("chitchat", 0.1)], [{"score": 0.2}], "seek_help"),
        ([], [], "nlu_fallback"),
    ],
)
def test_a_clear_need_wins_over_greeting_and_small_talk(ranking, needs, expected):
    assert decide(ranking, needs)[0] == expected


@pytest.mark.parametrize(
    ("component", "module", "data"),
    [
        (VoikkoTokenizer, "bot.nlu.normaliser", "DATA"),
        (WordViewFeaturizer, "bot.nlu.lexicon", "DATA"),
        (NeedsClassifier, "bot.nlu.needs", "FUNCTION_WORDS"),
        (LanguageDetector, "bot.nlu.languages", "DATA"),
        (AgeExtractor, "bot.nlu.ages", "DATA"),
        (ClosedClassExtractor, "bot.nlu.closed_classes", "DATA"),
    ],
)
def test_the_training_cache_sees_a_changed_data_file(component, module, data, tmp_path, monkeypatch):
    before = component.fingerprint_addon({})
    path: Path = getattr(importlib.import_module(module), data)
    changed = tmp_path / path.name
    changed.write_bytes(path.read_bytes() + b"\n# changed\n")
    monkeypatch.setattr(f"{module}.{data}", changed)
    assert component.fingerprint_addon({}) != before


def test_every_component_of_the_configuration_has_a_name_of_its_own():
    pipeline = YAML(typ="safe").load((Path(__file__).parents[2] / "bot" / "config.yml").read_text(encoding="utf-8"))[
        "pipeline"
    ]
    names = [one["name"].rpartition(".")[2] for one in pipeline]
    assert len(names) == len(set(names))
