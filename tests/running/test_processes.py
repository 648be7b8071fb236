"""The running bot when its parts fail, when it is stopped, and what its logs keep."""

import os
import signal

import pytest
from conftest import is_alive

pytestmark = pytest.mark.model

SECRET = "xyzzyplugh"  # stands for what a person wrote
IDENTITY_CODE = "131052-308T"


def test_what_people_write_is_in_no_log_and_codes_not_in_the_database(stack):
    for message in (
        f"mua ahistaa {SECRET}",
        f"/restart{SECRET}",
        f"mitä tarkoittaa {SECRET}",
        f"hetuni on {IDENTITY_CODE} ja numero 040 123 4567",
    ):
        stack.say(message, f"sender {SECRET}")
    stack.client.post("/webhooks/rest/webhook", content=f'{{"message": "{SECRET}'.encode())
    assert SECRET not in stack.logs()
    database = b"".join(file.read_bytes() for file in stack.state.glob("conversations.db*"))
    assert SECRET.encode() in database
    assert IDENTITY_CODE.encode() not in database
    assert b"040 123 4567" not in database


def test_health_names_every_part(stack):
    health = stack.client.get("/healthz").json()
    parts = {"rasa", "model", "conversations", "actions", "catalogue", "database", "reminders"}
    assert set(health["checks"]) == parts


def test_without_actions_people_get_help_and_actions_come_back(stack):
    actions = stack.programs()["actions"]
    os.kill(actions, signal.SIGKILL)
    stack.until(lambda: not is_alive(actions))
    replies = stack.say(f"mua ahistaa {SECRET}", "eetu")
    assert any("112" in reply.get("text", "") for reply in replies)
    stack.until(lambda: stack.programs().get("actions", actions) != actions)
    stack.until(stack.is_ready)
    assert "actions ended" in stack.output.read_text()
    assert SECRET not in stack.logs()


def test_without_reminders_people_are_answered_and_reminders_come_back(stack):
    reminders = stack.programs()["reminders"]
    os.kill(reminders, signal.SIGKILL)
    stack.until(lambda: not is_alive(reminders))
    assert stack.is_ready()
    assert stack.say("moi", "eetu")
    stack.until(lambda: stack.programs().get("reminders", reminders) != reminders)
    stack.until(lambda: stack.client.get("/healthz").json()["status"] == "ok")
    assert "reminders ended" in stack.output.read_text()


def test_without_rasa_people_get_help_and_the_conversation_is_kept(stack):
    stack.say("asun Tampereella", "aino")
    rasa = stack.programs()["rasa"]
    os.kill(rasa, signal.SIGKILL)
    stack.until(lambda: not is_alive(rasa))
    answer = stack.client.post("/webhooks/rest/webhook", json={"sender": "aino", "message": "moi"})
    assert answer.status_code == 503
    assert "sekasin.fi" in answer.json()["message"]
    stack.until(lambda: not stack.is_ready())
    stack.until(stack.is_ready)
    assert "Tampere" in str(stack.say("vuokra on rästissä", "aino"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_it_ends(start_stack, tmp_path, number):
    with start_stack(tmp_path) as stack:
        programs = stack.programs()
        assert set(programs) == {"web", "rasa", "actions", "reminders"}
        stack.process.send_signal(number)
        assert stack.process.wait(60) == (0 if number == signal.SIGINT else -signal.SIGKILL)
        stack.until(lambda: not any(map(is_alive, programs.values())))
