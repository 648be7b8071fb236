"""What bot.rasa_server puts in the place of Rasa's functions does what Rasa's do."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered

from bot.rasa_server import validate_action_result

ACTION = RemoteAction("action_suggest", None)
ANSWERS = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "municipality", "value": "Tampere"}], "responses": [{"text": "moi"}]},
    {},
    {"events": {}},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": "slot"}]},
    {"responses": ["moi"]},
    [],
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_of_the_action_server_are_judged_as_rasa_judges_them(answer):
    def judged(validate):
        try:
            return validate(answer)
        except ValidationError as error:
            return error.message.split(". Failed to validate Action server response")[0]

    assert judged(lambda result: validate_action_result(ACTION, result)) == judged(ACTION._validate_action_result)


@pytest.mark.parametrize("kind", [SlotSet, UserUttered, BotUttered])
def test_event_classes_are_found_by_name(kind):
    assert Event.resolve_by_type(kind.type_name) is kind


def test_importing_the_server_changes_nothing_yet():
    assert RemoteAction._validate_action_result is not validate_action_result
