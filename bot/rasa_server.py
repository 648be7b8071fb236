"""Rasa's own command with its slow spots mended: `python -m bot.rasa_server run ...` is `rasa run ...`.

Each mend does what Rasa does, but once instead of each time, or leaves out what can't change the outcome. Rasa offers
no setting or extension point for any of them; plain `rasa` runs this bot too, only slower. docs/benchmarks.md says
what they save.
"""

import copy
import functools
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from graphlib import TopologicalSorter
from types import SimpleNamespace
from typing import Any

import aiohttp
import rasa.__main__
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

KEPT_OPEN = 2.0  # seconds that a connection to the action server waits for its next use; Sanic itself closes it after 5

_validate_with_schema = RemoteAction._validate_action_result
_whole_call = RemoteAction._action_call_format
_find_action_from_rules = RulePolicy._find_action_from_rules
_all_states = RulePolicy._prediction_states


# ---- custom actions ----


def validate_action_result(action: RemoteAction, result: Any) -> bool:
    """Returns True for a valid answer of the action server. Raises jsonschema's ValidationError for another.

    An answer of responses and slots alone, as this bot's actions give, is recognised without the schema.
    """
    return _has_only_slots_and_responses(result) or _validate_with_schema(action, result)


def _has_only_slots_and_responses(result: Any) -> bool:
    return (
        isinstance(result, dict)
        and all(isinstance(result.get(part), list) for part in ("events", "responses"))
        and all(isinstance(response, dict) for response in result["responses"])
        and all(_is_slot(event) for event in result["events"])
    )


def _is_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.keys() == {"event", "timestamp", "name", "value"}
        and event["event"] == "slot"
        and event["timestamp"] is None
        and isinstance(event["name"], str)
    )


def action_call_format(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Returns the request to the action server with the bot's last words and the events of the turn after them.

    Slots and the latest message stand beside the events; the cards of earlier turns would be most of the request.
    """
    turn = current_turn(tracker)
    before = list(tracker.events)[: len(tracker.events) - len(turn.events)]
    asked = next((event for event in reversed(before) if isinstance(event, BotUttered)), None)
    if asked is not None:
        turn.events.appendleft(asked)
    return _whole_call(action, turn, domain)


@asynccontextmanager
async def session_kept_open(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Lends the session of an endpoint, and with it an open connection, where Rasa makes new ones each time."""
    session: aiohttp.ClientSession | None = getattr(endpoint, "_session_kept_open", None)
    if session is None or session.closed:
        login = endpoint.basic_auth
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_OPEN),
            headers=endpoint.headers,
            auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        )
        endpoint._session_kept_open = session
    yield session


# ---- rules ----


def current_turn(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Returns `tracker` as it is now with only the events since the bot listened for the last message."""
    events = list(tracker.events)
    messages = [number for number, event in enumerate(events) if isinstance(event, UserUttered)]
    listened = (
        number
        for number in range(messages[-1] if messages else -1, -1, -1)
        if isinstance(events[number], ActionExecuted) and events[number].action_name == ACTION_LISTEN_NAME
    )
    turn = copy.copy(tracker)
    turn.events = deque(events[next(listened, 0) :], maxlen=tracker.events.maxlen)
    return turn


@functools.lru_cache(maxsize=1)
def looks_at_one_turn(policy: RulePolicy) -> bool:
    """Returns True when each rule is one message and its actions, without conditions on slots, forms or texts."""
    return all(
        all(state.keys() == {PREVIOUS_ACTION, USER} and state[USER].keys() == {INTENT} for state in states)
        and [state[PREVIOUS_ACTION].get(ACTION_NAME) == ACTION_LISTEN_NAME for state in states].count(True) == 1
        and states[0][PREVIOUS_ACTION].get(ACTION_NAME) == ACTION_LISTEN_NAME
        for states in map(json.loads, policy.lookup[RULES])
    )


def states_for_rules(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, *rest: Any, **options: Any
) -> list[State]:
    """Returns the states that rules are compared with: of the current turn, where no rule looks further back."""
    if not tracker.latest_message or tracker.active_loop_name or not looks_at_one_turn(policy):
        return _all_states(policy, tracker, domain, *rest, **options)
    states = _all_states(policy, current_turn(tracker), domain, *rest, **options)
    return states[1:]  # the first is from before the turn, where `current_turn` knows of nothing


def find_action_from_rules(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> tuple[str | None, str | None, bool]:
    """Returns what Rasa finds; nothing, without looking, where it looks for rules with texts and there are none."""
    if use_text_for_last_user_input and not tracker.active_loop_name and looks_at_one_turn(policy):
        return None, None, False
    return _find_action_from_rules(policy, tracker, domain, use_text_for_last_user_input)


# ---- the graph of components ----


def run_in_order(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Returns the outputs of `targets`: the nodes they need run one after the other, in an order found once.

    Dask plans anew for every message, and then runs them one after the other too.
    """
    targets = targets or runner._graph_schema.target_names
    outputs = dict(inputs or {})
    for name, node, needs in _order(runner, tuple(targets)):
        missing = [need for need in needs if need not in outputs]
        if missing:
            raise GraphRunError(f"Node {name} needs {', '.join(missing)}, which nobody provides.")
        outputs[name] = node(*((need, outputs[need]) for need in needs))[1]
    return {target: outputs[target] for target in targets}


@functools.lru_cache(maxsize=8)
def _order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[tuple[str, GraphNode, list[str]]]:
    schema = runner._graph_schema.minimal_graph_schema(list(targets))
    needs = {name: list(node.needs.values()) for name, node in schema.nodes.items()}
    order = TopologicalSorter(needs).static_order()
    return [(name, runner._instantiated_nodes[name], needs[name]) for name in order if name in needs]


def mend() -> None:
    """Puts the mended functions in the place of Rasa's, for this process."""
    RemoteAction._validate_action_result = validate_action_result
    RemoteAction._action_call_format = action_call_format
    EndpointConfig.session = session_kept_open
    RulePolicy._prediction_states = states_for_rules
    RulePolicy._find_action_from_rules = find_action_from_rules
    DaskGraphRunner.run = run_in_order
    # Classes of events don't come and go while a server runs, and an empty domain stays empty.
    Event.resolve_by_type = staticmethod(functools.lru_cache(Event.resolve_by_type))
    Domain.empty = functools.lru_cache(Domain.empty)
    # These two copy only what their debug log writes out at once.
    for module in (processor, rule_policy):
        module.copy = SimpleNamespace(deepcopy=lambda value: value)


def main() -> None:
    """Runs Rasa's command line."""
    mend()
    rasa.__main__.main()


if __name__ == "__main__":
    main()
