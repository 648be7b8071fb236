"""Where updates come in: the webhook at the public door, the settings, and deep links."""

from __future__ import annotations

import json
import logging
import re

import httpx
import pytest
from fake_telegram import TOKEN
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from messengers.payloads import Payload, payload_of, read_payload
from messengers.telegram.links import deep_link, main
from messengers.telegram.settings import TelegramSettings, WrongTelegramSetting, derived_secret
from people.database import DatabaseUnavailable
from service_catalog.places import Places
from web.telegram import LONGEST, SECRET_HEADER, webhook

PATH = "/webhooks/telegram"
SETTINGS = TelegramSettings(TOKEN, "Secret_of-the-webhook")
PERSON = {"id": 5001, "is_bot": False, "first_name": "Eetu", "language_code": "fi"}
CHAT = {"id": 5001, "type": "private", "first_name": "Eetu"}
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 2, "date": 1, "from": PERSON, "chat": CHAT, "text": "moi 0401234567"},
}
GOOD = {SECRET_HEADER: SETTINGS.secret, "Content-Type": "application/json"}


class Inbox:
    """What was kept; with `away` the database is."""

    def __init__(self):
        self.updates, self.away = [], False

    async def keep(self, update):
        if self.away:
            raise DatabaseUnavailable("The database is away.")
        self.updates.append(update)
        return True


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def post(inbox):
    async def post(content=UPDATE, headers=GOOD, settings=SETTINGS, method="POST"):
        app = Starlette(routes=[Route(PATH, webhook(settings, inbox.keep), methods=["POST"])])
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as client:
            return (await client.request(method, PATH, content=body, headers=headers)).status_code

    return post


# --- the webhook ------------------------------------------------------------------------------------------------


async def test_an_update_is_kept_cleaned_and_answered_at_once(post, inbox):
    assert await post() == 200
    (kept,) = inbox.updates
    assert (kept.id, kept.address, kept.text) == ("7", "telegram:5001", "moi [puhelinnumero]")


@pytest.mark.parametrize(
    "secret",
    ["", "guess", SETTINGS.secret.lower(), SETTINGS.secret + "x", SETTINGS.secret[:-1], TOKEN, "ä" * 21, None],
)
async def test_without_the_secret_nothing_is_kept(post, inbox, secret, caplog):
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        headers[SECRET_HEADER] = secret.encode()
    assert await post(headers=headers) == 403
    assert inbox.updates == [] and SETTINGS.secret not in caplog.text


async def test_whoever_has_no_secret_learns_nothing_of_what_is_read(post, inbox):
    assert await post(b"no json", {"Content-Type": "text/plain"}) == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (UPDATE, "text/plain", 415),
        (UPDATE, "application/x-www-form-urlencoded", 415),
        (UPDATE, "application/json; charset=utf-8", 200),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"null", "application/json", 400),
        ([UPDATE], "application/json", 400),
        ({"message": UPDATE["message"]}, "application/json", 400),
        ({"update_id": 7, "message": {"text": "moi"}}, "application/json", 400),
        ({"update_id": 7, "text": "x" * LONGEST}, "application/json", 413),
    ],
)
async def test_what_is_no_update_is_refused(post, inbox, content, kind, status):
    assert await post(content, {**GOOD, "Content-Type": kind}) == status
    assert bool(inbox.updates) == (status == 200)


async def test_what_asks_nothing_of_the_bot_is_taken_and_not_kept(post, inbox):
    assert await post({"update_id": 7, "invented_later": {}}) == 200
    assert inbox.updates == []


async def test_while_the_database_is_away_telegram_is_asked_to_come_again(post, inbox):
    inbox.away = True
    assert await post() == 503
    inbox.away = False
    assert await post() == 200 and len(inbox.updates) == 1


async def test_without_a_token_there_is_no_webhook(post):
    assert await post(settings=None) == 404


async def test_a_webhook_is_posted_to(post):
    assert await post(method="GET") == 405


async def test_no_log_has_what_came(post, caplog):
    caplog.set_level(logging.DEBUG, "web")
    for content in (UPDATE, b"moi", {"update_id": 7, "message": {"text": "moi"}}):
        await post(content)
    assert "moi" not in caplog.text


# --- settings ---------------------------------------------------------------------------------------------------


def read(**environment):
    names = {"token": "SAATTAJA_TELEGRAM_TOKEN", "file": "SAATTAJA_TELEGRAM_TOKEN_FILE", "api": "SAATTAJA_TELEGRAM_API"}
    names |= {"secret": "SAATTAJA_TELEGRAM_SECRET", "url": "SAATTAJA_PUBLIC_URL"}
    return TelegramSettings.from_environment({names[name]: value for name, value in environment.items()})


def test_without_a_token_telegram_is_off():
    assert read() is None and read(token="  ", url="https://saattaja.fi") is None


def test_a_token_is_enough():
    settings = read(token=f" {TOKEN}\n")
    assert (settings.token, settings.api, settings.webhook) == (TOKEN, "https://api.telegram.org", None)
    assert settings.secret == derived_secret(TOKEN) and re.fullmatch(r"[A-Za-z0-9_-]{1,256}", settings.secret)


def test_settings_show_neither_token_nor_secret():
    assert TOKEN not in repr(read(token=TOKEN)) and derived_secret(TOKEN) not in repr(read(token=TOKEN))


def test_a_token_from_a_file_that_only_its_owner_reads(tmp_path):
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o640)
    with pytest.raises(WrongTelegramSetting, match="chmod 600"):
        read(file=str(file))
    file.chmod(0o600)
    assert read(file=str(file)).token == TOKEN


@pytest.mark.parametrize(
    ("setting", "remedy"),
    [
        ({"token": "not-a-token-at-all"}, "BotFather"),
        ({"token": f"{TOKEN} {TOKEN}"}, "without spaces"),
        ({"token": TOKEN, "secret": "ei kelpaa ä"}, "A-Z"),
        ({"token": TOKEN, "secret": "x" * 257}, "A-Z"),
        ({"token": TOKEN, "api": "telegram.org"}, "https://api.telegram.org"),
        ({"file": "/nowhere/token"}, "can't be read"),
    ],
)
def test_a_wrong_setting_names_the_remedy_and_no_token(setting, remedy):
    with pytest.raises(WrongTelegramSetting) as wrong:
        read(**setting)
    assert remedy in str(wrong.value)
    assert not any(setting[name] in str(wrong.value) for name in ("token", "secret") if name in setting)


@pytest.mark.parametrize(
    ("url", "api", "webhook"),
    [
        ("https://saattaja.fi", None, "https://saattaja.fi/webhooks/telegram"),
        ("https://saattaja.fi/", None, "https://saattaja.fi/webhooks/telegram"),
        ("https://saattaja.fi:8443", None, "https://saattaja.fi:8443/webhooks/telegram"),
        ("https://saattaja.fi:9000", None, None),
        ("https://saattaja.fi:99999", None, None),
        ("http://localhost:8080", None, None),
        ("http://localhost:8080", "http://127.0.0.1:8081", "http://localhost:8080/webhooks/telegram"),
    ],
)
def test_there_is_a_webhook_where_telegram_can_reach_it(url, api, webhook):
    assert read(token=TOKEN, url=url, **({"api": api} if api else {})).webhook == webhook


# --- deep links -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ("Tampere", Payload("Tampere")),
        ("Tammerfors", Payload("Tampere")),
        ("hameenlinna", Payload("Hämeenlinna")),
        ("Tampere__juliste-2026", Payload("Tampere", "juliste-2026")),
        ("Koulu-5__Hameenlinna", Payload("Hämeenlinna", "koulu-5")),
        ("juliste", Payload(None, "juliste")),
        ("", Payload()),
        ("a" * 65, Payload()),
        ("<b>", Payload()),
        ("Tampere juliste", Payload()),
    ],
)
def test_what_a_link_says(payload, says):
    assert read_payload(payload) == says


def test_every_municipality_has_a_payload_that_comes_back():
    for name in Places.load().municipalities:
        assert read_payload(payload_of(name, "k-1")) == Payload(name, "k-1")
        assert deep_link("saattaja_bot", payload_of(name, "k-1"))


@given(st.text(max_size=80))
def test_no_payload_is_an_error(payload):
    assert isinstance(read_payload(payload), Payload)


def test_a_deep_link():
    assert deep_link("saattaja_bot") == "https://t.me/saattaja_bot"
    assert deep_link("saattaja_bot", "link-A1") == "https://t.me/saattaja_bot?start=link-A1"


@pytest.mark.parametrize(("bot", "payload"), [("", ""), ("a/b", ""), ("saattaja_bot", "ä"), ("saattaja_bot", "a" * 65)])
def test_a_link_that_telegram_would_not_take_is_refused(bot, payload):
    with pytest.raises(ValueError):
        deep_link(bot, payload)


def test_a_link_and_its_qr_code_from_the_command_line(tmp_path, capsys):
    file = tmp_path / "juliste.svg"
    assert main(["saattaja_bot", "--place", "Hämeenlinna", "--campaign", "juliste-2026", "--qr", str(file)]) == 0
    assert capsys.readouterr().out == "https://t.me/saattaja_bot?start=Hameenlinna__juliste-2026\n"
    assert b"<svg" in file.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["x"], "BotFather"),
        (["saattaja_bot", "--place", "Atlantis"], "no municipality"),
        (["saattaja_bot", "--campaign", "Kevät 2026!"], "a-z, 0-9"),
    ],
)
def test_a_wrong_link_is_refused_with_the_remedy(arguments, remedy, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert remedy in capsys.readouterr().err
