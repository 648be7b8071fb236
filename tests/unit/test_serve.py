import asyncio
import io
import socket

import httpx
import pytest
from fake_upstream import FakeUpstream, Reply
from rich.console import Console
from ruamel.yaml import YAML

from bot import serve as serve_module
from bot.progress import Progress, Step
from bot.serve import (
    CannotServe,
    Settings,
    address,
    only_one,
    open_door,
    prepare_catalogue,
    programs,
    wait_until_ready,
    write_endpoints,
)
from service_catalog.yaml_source import CatalogError


@pytest.fixture
def progress():
    return Progress(Console(file=io.StringIO(), width=300))


def printed(progress):
    return progress.console.file.getvalue()


def test_a_port_in_use_is_told_with_the_remedy():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotServe) as error:
            open_door("127.0.0.1", port)
    assert f"Port {port} of 127.0.0.1" in str(error.value)
    assert f"make serve PORT={port + 1}" in str(error.value)


@pytest.mark.parametrize(
    ("host", "port", "remedy"),
    [("192.0.2.1", 8080, "--host 127.0.0.1"), ("no such host", 8080, "--host"), ("127.0.0.1", 70_000, "1 to 65535")],
)
def test_an_address_that_cannot_be_is_told_with_the_remedy(host, port, remedy):
    with pytest.raises(CannotServe, match=remedy):
        open_door(host, port)


def test_a_bound_door_refuses_until_somebody_listens():
    with open_door("127.0.0.1", 0) as door, pytest.raises(ConnectionRefusedError):
        socket.create_connection(door.getsockname())


def test_two_do_not_share_conversations(tmp_path):
    with only_one(tmp_path / "var"), pytest.raises(CannotServe, match="--state FOLDER"), only_one(tmp_path / "var"):
        pass
    with only_one(tmp_path / "var"):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotServe, match="can't be written"), only_one(tmp_path / "file" / "var"):
        pass


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:8080"),
        ("0.0.0.0", "http://localhost:8080"),
        ("::", "http://localhost:8080"),
        ("::1", "http://[::1]:8080"),
        ("10.0.0.7", "http://10.0.0.7:8080"),
    ],
)
def test_the_address_is_one_to_click(host, url):
    assert address(Settings(host=host)) == url


def test_only_the_door_is_public(tmp_path):
    with open_door("127.0.0.1", 0) as door:
        web, rasa, actions, reminders = programs(Settings(state=tmp_path), tmp_path / "model.tar.gz", door)
    assert [program.name for program in (web, rasa, actions, reminders)] == ["web", "rasa", "actions", "reminders"]
    assert web.environment["SAATTAJA_LISTEN"] == str(web.descriptors[0])
    assert "--enable-api" not in rasa.command and "--cors" not in rasa.command
    assert rasa.command[rasa.command.index("--interface") + 1] == "127.0.0.1"
    assert actions.environment["SANIC_HOST"] == "127.0.0.1"
    assert all(program.environment["RASA_TELEMETRY_ENABLED"] == "false" for program in (web, rasa, actions))
    assert web.environment["SAATTAJA_ACTIONS"].endswith(actions.command[-1])


def test_all_programs_share_the_database_of_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("SAATTAJA_DATABASE", raising=False)
    monkeypatch.delenv("SAATTAJA_METRICS_PORT", raising=False)
    with open_door("127.0.0.1", 0) as door:
        started = programs(Settings(state=tmp_path), tmp_path / "model.tar.gz", door)
    assert {program.environment["SAATTAJA_DATABASE"] for program in started} == {f"sqlite:///{tmp_path}/saattaja.db"}
    assert started[0].environment["SAATTAJA_METRICS_PORT"] == "9464"


def test_what_the_operator_sets_is_handed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("SAATTAJA_DATABASE", "postgresql://saattaja@db/saattaja")
    monkeypatch.setenv("SAATTAJA_METRICS_PORT", "9999")
    with open_door("127.0.0.1", 0) as door:
        web, rasa, *_ = programs(Settings(state=tmp_path), tmp_path / "model.tar.gz", door)
    assert web.environment["SAATTAJA_DATABASE"] == rasa.environment["SAATTAJA_DATABASE"]
    assert web.environment["SAATTAJA_DATABASE"] == "postgresql://saattaja@db/saattaja"
    assert web.environment["SAATTAJA_METRICS_PORT"] == "9999"


def test_the_endpoints_of_a_run_are_those_of_the_project_with_its_addresses(tmp_path):
    write_endpoints(tmp_path / "run" / "endpoints.yml", "http://127.0.0.1:1/webhook", tmp_path / "conversations.db")
    endpoints = YAML().load(tmp_path / "run" / "endpoints.yml")
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:1/webhook"
    assert endpoints["action_endpoint"]["enable_selective_domain"] is True
    assert endpoints["tracker_store"]["db"] == str(tmp_path / "conversations.db")
    assert endpoints["lock_store"]["type"] == "bot.lock_store.PromptLockStore"


DOWN = {"ok": False, "reason": "starting"}


async def wait(*replies):
    """Returns what the step said last when the door gave these replies."""
    step = Step("Starting")
    with FakeUpstream() as web:
        web.answers("GET", "/readyz", *replies)
        url = httpx.URL(web.url)
        await asyncio.wait_for(wait_until_ready(FakeDoor((url.host, url.port)), step), 30)
    return step.doing


async def test_it_is_ready_when_every_check_is():
    starting = {"rasa": DOWN, "model": DOWN, "actions": {"ok": True}}
    said = await wait(Reply(drop=True), Reply({"checks": starting}, 503), Reply({"checks": {"rasa": {"ok": True}}}))
    assert said == "Starting; waiting for rasa, model"


async def test_a_model_that_does_not_work_is_not_waited_for():
    broken = {"rasa": {"ok": True}, "model": {"ok": False, "reason": "The model can't parse."}}
    with pytest.raises(CannotServe, match=r"The model can't parse\. Rasa's log"):
        await wait(Reply({"checks": broken}, 503))


class FakeDoor:
    def __init__(self, name):
        self.name = name

    def getsockname(self):
        return self.name


def catalogue_with_mistakes(target):
    raise CatalogError([])


async def test_mistakes_in_the_catalogue_leave_the_last_good_one_in_use(monkeypatch, tmp_path, progress):
    monkeypatch.setattr(serve_module, "compile_if_changed", catalogue_with_mistakes)
    monkeypatch.setattr(serve_module, "CATALOG", tmp_path / "catalog.db")
    with pytest.raises(CannotServe, match="Mend them"):
        await prepare_catalogue(progress)
    (tmp_path / "catalog.db").touch()
    await prepare_catalogue(progress)
    assert "the last good one stays in use" in printed(progress)
