"""What bot.rasa_server puts in the place of Rasa's functions does what Rasa's do."""

import ast
import inspect
import json
import random
from pathlib import Path

import pytest
from aiohttp import web
from jsonschema import ValidationError
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.utils.endpoints import EndpointConfig

from bot import rasa_server

ROOT = Path(__file__).parents[2]
FALLBACK = {"core_fallback_action_name": "action_search", "core_fallback_threshold": 0.3}
LISTEN = "action_listen"


def slot(name="municipality", value="Tampere", **changes):
    """An event as rasa-sdk sends it."""
    return {"event": "slot", "timestamp": None, "name": name, "value": value, **changes}


# ---- custom actions ----

ACTION = RemoteAction("action_suggest", None)
ANSWERS = [
    {"events": [], "responses": []},
    {"events": [slot()], "responses": [{"text": "moi"}]},
    {"events": [slot(name=None)], "responses": []},
    {"events": [slot(event="no such event")], "responses": []},
    {"events": [slot(timestamp="yesterday")], "responses": []},
    {"events": [{"event": "slot", "name": "municipality", "value": "Tampere"}], "responses": [{"text": "moi"}]},
    {"events": [{"event": "followup", "timestamp": None, "name": "action_more"}], "responses": []},
    {},
    {"events": {}},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": "slot"}]},
    {"responses": ["moi"]},
    {"events": [], "responses": ["moi"]},
    [],
]


@pytest.mark.parametrize("answer", ANSWERS, ids=json.dumps)
def test_answers_of_the_action_server_are_judged_as_rasa_judges_them(answer):
    def judged(validate):
        try:
            return validate(ACTION, answer)
        except ValidationError as error:
            return error.message

    assert judged(rasa_server.validate_action_result) == judged(RemoteAction._validate_action_result)


def test_an_action_is_told_the_slots_what_the_bot_said_last_and_the_events_of_this_turn(domain):
    tracker = DialogueStateTracker("eetu", domain.slots)
    for text in ("hei", "mua ahistaa", "asun Tampereella"):
        tracker.update_with_events(
            [ActionExecuted(LISTEN), UserUttered(text, {"name": "seek_help"}), BotUttered(f"vastaus: {text}")], domain
        )
    tracker.update(SlotSet("municipality", "Tampere"))
    told, whole = (
        call(ACTION, tracker, domain)["tracker"]
        for call in (rasa_server.action_call_format, RemoteAction._action_call_format)
    )
    assert [event.get("text") for event in told["events"]] == [
        "vastaus: mua ahistaa",
        None,
        "asun Tampereella",
        "vastaus: asun Tampereella",
        None,
    ]
    assert {**told, "events": None} == {**whole, "events": None}


async def test_requests_to_an_endpoint_share_a_connection(aiohttp_server):
    connections = set()

    async def answer(request):
        connections.add(id(request.transport))
        return web.json_response({"events": [], "responses": []})

    url = await aiohttp_server(answer)
    endpoint = EndpointConfig(url)
    for _ in range(3):
        async with rasa_server.session_kept_open(endpoint) as session, session.post(url) as response:
            assert response.status == 200
            await response.read()
    assert len(connections) == 1
    await session.close()


async def test_a_session_that_was_closed_is_replaced():
    endpoint = EndpointConfig("http://127.0.0.1:1", basic_auth={"username": "a", "password": "b"})
    async with rasa_server.session_kept_open(endpoint) as first:
        await first.close()
    async with rasa_server.session_kept_open(endpoint) as second:
        assert second is not first
    await second.close()


# ---- rules ----


@pytest.fixture(scope="module")
def importer():
    return TrainingDataImporter.load_from_dict({}, None, str(ROOT / "bot" / "domain"), [str(ROOT / "data" / "stories")])


@pytest.fixture(scope="module")
def domain(importer) -> Domain:
    return importer.get_domain()


@pytest.fixture(scope="module")
def policy(importer, domain, tmp_path_factory) -> RulePolicy:
    """The rules of data/stories as Rasa learns them."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    config = RulePolicy.get_default_config() | FALLBACK
    policy = RulePolicy(config, storage, Resource("rules"), ExecutionContext(GraphSchema({})))
    trackers = TrainingDataGenerator(importer.get_stories(), domain, augmentation_factor=0).generate()
    policy.train(trackers, domain)
    return policy


def test_no_rule_of_this_bot_looks_further_back_than_one_turn(policy):
    assert rasa_server.looks_at_one_turn(policy)


@pytest.mark.parametrize("seed", range(12))
def test_rules_predict_the_same_from_the_turn_as_from_the_whole_conversation(policy, domain, seed, monkeypatch):
    """A conversation of random messages, each answered as the rules say and now and then as they don't."""
    chance = random.Random(seed)
    tracker = DialogueStateTracker("eetu", domain.slots)
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted()], domain)
    for _ in range(6):
        tracker.update(ActionExecuted(LISTEN), domain)
        tracker.update(UserUttered("…", {"name": chance.choice(sorted(domain.intents))}), domain)
        for _ in range(4):
            by_rasa = policy.predict_action_probabilities(tracker, domain)
            with monkeypatch.context() as patch:
                patch.setattr(RulePolicy, "_prediction_states", rasa_server.states_for_rules)
                patch.setattr(RulePolicy, "_find_action_from_rules", rasa_server.find_action_from_rules)
                mended = policy.predict_action_probabilities(tracker, domain)
            assert mended == by_rasa
            action = domain.action_names_or_texts[by_rasa.probabilities.index(by_rasa.max_confidence)]
            if action == LISTEN:
                break
            surprise = chance.random() < 0.2
            tracker.update(ActionExecuted("utter_thank" if surprise else action), domain)
            tracker.update_with_events([SlotSet("municipality", "Tampere"), BotUttered("…")], domain)


@pytest.mark.parametrize(
    "states",
    [
        [{"prev_action": {"action_name": LISTEN}, "user": {"intent": "greet"}, "slots": {"place": [1.0]}}],
        [{"prev_action": {"action_name": LISTEN}, "user": {"text": "moi"}}],
        [{"prev_action": {"action_name": LISTEN}, "user": {"intent": "greet"}, "active_loop": {"name": "form"}}],
        [{"prev_action": {"action_name": "utter_greet"}, "user": {"intent": "greet"}}],
        [{}, {"prev_action": {"action_name": LISTEN}, "user": {"intent": "greet"}}],
        [
            {"prev_action": {"action_name": LISTEN}, "user": {"intent": "greet"}},
            {"prev_action": {"action_name": "utter_greet"}, "user": {"intent": "greet"}},
            {"prev_action": {"action_name": LISTEN}, "user": {"intent": "affirm"}},
        ],
    ],
    ids=["slot", "text", "form", "after an action", "start of a conversation", "two turns"],
)
def test_rules_that_look_further_are_left_to_rasa(states, tmp_path):
    storage, context = LocalModelStorage(tmp_path), ExecutionContext(GraphSchema({}))
    lookup = {RULES: {json.dumps(states): "utter_greet"}}
    policy = RulePolicy(RulePolicy.get_default_config(), storage, Resource("rules"), context, lookup=lookup)
    assert not rasa_server.looks_at_one_turn(policy)


# ---- the graph of components ----


class Number(GraphComponent):
    """Adds what it is given to a number of its own."""

    def __init__(self, own):
        self.own = own

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls(config["own"])

    def add(self, one=0, other=0):
        return self.own + one + other


def runner(tmp_path, **needs):
    nodes = {
        name: SchemaNode(wants, Number, "create", "add", {"own": number}, eager=True, is_target=name == "last")
        for number, (name, wants) in enumerate(needs.items(), 1)
    }
    return DaskGraphRunner(GraphSchema(nodes), LocalModelStorage(tmp_path), ExecutionContext(GraphSchema({})))


@pytest.mark.parametrize("targets", [["last"], ["middle"], ["first", "last"], None])
def test_components_run_in_order_give_what_dask_gives(tmp_path, targets):
    graph = runner(
        tmp_path, last={"one": "middle", "other": "first"}, middle={"one": "first"}, first={"one": "message"}
    )
    for message in (10, 20):
        outputs = rasa_server.run_in_order(graph, {"message": message}, targets)
        assert outputs == DaskGraphRunner.run(graph, {"message": message}, targets)


def test_a_component_without_its_input_is_an_error_that_names_it(tmp_path):
    with pytest.raises(GraphRunError, match="last needs message"):
        rasa_server.run_in_order(runner(tmp_path, last={"one": "message"}), {}, ["last"])


# ---- putting them in place ----


@pytest.mark.parametrize("kind", [SlotSet, UserUttered, BotUttered])
def test_event_classes_are_found_by_name(kind):
    assert Event.resolve_by_type(kind.type_name) is kind


@pytest.mark.parametrize("module", [processor, rule_policy])
def test_rasa_copies_there_for_its_debug_log_only(module):
    """Such copies are left out: if Rasa began to use one for something else, that would have to end."""
    copies, for_the_log = set(), set()
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id == "copy":
            copies.add(call.lineno)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug":
            for_the_log |= {part.lineno for part in ast.walk(call) if isinstance(part, ast.Attribute)}
    assert copies and copies <= for_the_log


def test_importing_the_server_changes_nothing_yet():
    assert RemoteAction._validate_action_result is not rasa_server.validate_action_result
    assert DaskGraphRunner.run is not rasa_server.run_in_order


@pytest.fixture
async def aiohttp_server():
    """Starts a server on loopback that answers every request with one function; gives its URL."""
    runners = []

    async def start(answer):
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", answer)
        runners.append(web.AppRunner(application))
        await runners[-1].setup()
        site = web.TCPSite(runners[-1], "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"

    yield start
    for each in runners:
        await each.cleanup()
