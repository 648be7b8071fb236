"""What comes from Discord: whose signature it has, what it means, and what it offers people to send."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from fake_discord import ANOTHER_KEY, PUBLIC_KEY, TOKEN, FakeDiscord, check_commands, signed
from hypothesis import given
from hypothesis import strategies as st

from messengers.discord.commands import BY_NAME, definitions
from messengers.discord.settings import DiscordSettings, WrongDiscordSetting, signatures_of
from messengers.discord.signatures import SIGNATURE, TIMESTAMP, Signatures, WrongKey
from messengers.discord.updates import NotReadable, made_at, read_interaction, read_message
from messengers.updates import as_json, from_json

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=timezone.utc)
BODY = b'{"type": 1}'
EETU = FakeDiscord().person()


# --- signatures -------------------------------------------------------------------------------------------------


def holds(headers, body=BODY, now=NOW):
    return Signatures(PUBLIC_KEY).holds(headers.get(SIGNATURE), headers.get(TIMESTAMP), body, now)


def headers(**options):
    return signed(BODY, at=NOW.timestamp(), **options)


def test_what_discord_signed_just_now_is_believed():
    assert holds(headers())


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "zz"},
        {SIGNATURE: "00" * 64},
        {SIGNATURE: "ä" * 128},
        {TIMESTAMP: ""},
        {TIMESTAMP: "eilen"},
        {TIMESTAMP: "9" * 400},
        {TIMESTAMP: str(int(NOW.timestamp()) + 1)},
    ],
)
def test_anything_else_is_refused(wrong):
    assert not holds({**headers(), **wrong} if wrong else {})


def test_another_key_another_body_and_another_time_are_refused():
    assert not holds(headers(key=ANOTHER_KEY))
    assert not holds(headers(), b'{"type": 2}')
    assert not holds(headers(), now=NOW + timedelta(minutes=6))
    assert not holds(headers(), now=NOW - timedelta(minutes=6))


@given(st.text(), st.text(), st.binary())
def test_no_headers_make_it_fail(signature, timestamp, body):
    assert not holds({SIGNATURE: signature, TIMESTAMP: timestamp}, body)


@pytest.mark.parametrize("key", ["", "abc", PUBLIC_KEY[:-2], "z" * 64])
def test_what_is_no_key_is_refused_with_the_remedy(key):
    with pytest.raises(WrongKey, match="Public Key"):
        Signatures(key)


# --- interactions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "kind", "text", "argument"),
    [
        ("apua", {}, "command", "apua", ""),
        ("apua", {"viesti": "mua ahistaa"}, "text", "mua ahistaa", ""),
        ("kysy", {"viesti": "/restart moi"}, "text", "restart moi", ""),
        ("kysy", {"viesti": "oon 131052-308T"}, "text", "oon [henkilötunnus]", ""),
        ("asetukset", {}, "command", "asetukset", ""),
        ("tauko", {}, "command", "stop", ""),
        ("unohda", {}, "command", "unohda", ""),
        ("yhdista", {"koodi": " BCDF GHJK "}, "command", "yhdista", "BCDF GHJK"),
        ("yhdista", {}, "command", "yhdista", ""),
        ("vanha-komento", {}, "command", "apua", ""),
    ],
)
def test_a_command_is_what_it_stands_for(name, options, kind, text, argument):
    update = read_interaction(EETU.command(name, **options))
    assert (update.kind, update.text, update.argument) == (kind, text, argument)
    assert update.address == f"discord:{EETU.id}" and update.language == "fi"


def test_an_update_says_where_it_is_answered_and_until_when():
    interaction = EETU.command("apua", "700000000000000001", "700000000000000002")
    update = read_interaction(interaction)
    place = update.place
    assert (place["guild"], place["channel"]) == ("700000000000000001", "700000000000000002")
    assert place["token"] == interaction["token"] and place["deferred"]
    assert timedelta(minutes=14) < datetime.fromisoformat(place["until"]) - made_at(update.id) < timedelta(minutes=15)
    assert from_json(as_json(update)) == update


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"custom_id": "12.3", "component_type": 2}, "12.3"),
        ({"custom_id": "menu.12.0", "component_type": 3, "values": ["12.7"]}, "12.7"),
    ],
)
def test_a_tap_and_a_choice_in_a_menu_carry_what_was_offered(data, text):
    update = read_interaction(EETU._interaction(3, data, None, None))
    assert (update.kind, update.text, update.place["deferred"]) == ("tap", text, False)


def test_a_form_is_words():
    fields = [{"type": 1, "components": [{"type": 4, "custom_id": "a", "value": "mua  ahistaa"}]}]
    assert (
        read_interaction(EETU._interaction(5, {"custom_id": "f", "components": fields}, None, None)).text
        == "mua ahistaa"
    )


@pytest.mark.parametrize("locale", ["sv-SE", "en-US", "pt-BR", "x" * 50, None, 7])
def test_the_language_of_the_app_is_a_hint_at_most(locale):
    update = read_interaction({**EETU.command("apua"), "locale": locale})
    assert update.language == {"sv-SE": "sv", "en-US": "en", "pt-BR": "pt"}.get(locale)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.sampled_from(sorted(EETU.command("kysy", viesti="moi"))), JSON)
def test_whatever_stands_in_an_interaction_it_is_read_or_refused(part, value):
    with suppress(NotReadable):
        read_interaction({**EETU.command("kysy", viesti="moi"), part: value})


# --- direct messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "kind", "text", "argument"),
    [
        ({"content": "  mua ahistaa "}, "text", "mua ahistaa", ""),
        ({"content": "/asetukset"}, "command", "asetukset", ""),
        ({"content": "/YHDISTÄ bcdfghjk"}, "command", "yhdista", "bcdfghjk"),
        ({"content": "/apua mulla on hätä"}, "text", "mulla on hätä", ""),
        ({"content": "/outo juttu"}, "text", "outo juttu", ""),
        ({"attachments": [{"content_type": "image/png"}]}, "other", "", "picture"),
        ({"attachments": [{"content_type": "image/png"}], "content": "katso"}, "text", "katso", ""),
        ({"attachments": [{"filename": "a.pdf"}]}, "other", "", "file"),
        ({"attachments": [{"content_type": "audio/ogg"}], "flags": 1 << 13}, "other", "", "voice"),
        ({"sticker_items": [{"id": "1"}]}, "other", "", "sticker"),
        ({"guild_id": "7", "content": "moi"}, "group", "", ""),
        ({"edited_timestamp": "2026-11-22T15:00:00+00:00", "content": "moi"}, "edited", "moi", ""),
    ],
)
def test_a_message_is_read_as_what_it_is(fields, kind, text, argument):
    update = read_message(
        EETU.message(**{"text": "", **fields}) if "content" not in fields else {**EETU.message(), **fields}
    )
    assert (update.kind, update.text, update.argument) == (kind, text, argument)
    assert int(update.id) > 0 and update.place["channel"] == EETU.channel


@pytest.mark.parametrize(
    "fields", [{"type": 3}, {"type": 6}, {"webhook_id": "5"}, {"author": {"id": "5", "bot": True}}]
)
def test_what_is_not_a_persons_is_left_alone(fields):
    assert read_message({**EETU.message("moi"), **fields}) is None


def test_each_change_of_a_message_has_a_number_of_its_own():
    message = EETU.message("moi")
    changed = [{**message, "edited_timestamp": f"2026-11-22T15:00:0{second}+00:00"} for second in (1, 2)]
    assert len({read_message(one).id for one in (message, *changed)}) == 3


@given(st.sampled_from(sorted(EETU.message("moi"))), JSON)
def test_whatever_stands_in_a_message_it_is_read_or_refused(part, value):
    with suppress(NotReadable):
        read_message({**EETU.message("moi"), part: value})


# --- commands and settings --------------------------------------------------------------------------------------


def test_the_commands_are_such_as_discord_takes_and_always_the_same():
    assert check_commands(definitions()) is None
    assert definitions() == definitions()


def test_the_commands_are_called_in_the_language_of_each_app():
    told = {one["name"]: one["name_localizations"] for one in definitions()}
    assert told["yhdista"] == {"fi": "yhdistä", "sv-SE": "koppla", "en-GB": "link", "en-US": "link"}
    descriptions = [one["description_localizations"] for one in definitions()]
    assert all(len({one["fi"], one["sv-SE"], one["en-GB"]}) == 3 for one in descriptions)


def test_only_admins_are_offered_to_choose_the_channel_and_only_in_servers():
    (command,) = [one for one in definitions() if one["default_member_permissions"]]
    assert (command["name"], command["default_member_permissions"], command["contexts"]) == ("kanava", "32", [0])
    assert all(one["contexts"] == [0, 1] for one in definitions() if one is not command and one["name"] != "kanava")
    assert BY_NAME["kanava"].for_admins


def test_without_a_token_discord_is_off():
    assert DiscordSettings.from_environment({}) is None
    assert signatures_of({}) is None


@pytest.mark.parametrize(
    "environment",
    [
        {"SAATTAJA_DISCORD_TOKEN": "abc"},
        {"SAATTAJA_DISCORD_TOKEN": TOKEN, "SAATTAJA_DISCORD_API": "discord.com"},
        {"SAATTAJA_DISCORD_TOKEN": TOKEN, "SAATTAJA_DISCORD_APPLICATION": "saattaja"},
        {"SAATTAJA_DISCORD_TOKEN": TOKEN, "SAATTAJA_DISCORD_TOKEN_FILE": "/etc/token"},
    ],
)
def test_a_wrong_setting_is_told_with_what_would_be_right_and_never_the_token(environment):
    with pytest.raises(WrongDiscordSetting) as told:
        DiscordSettings.from_environment(environment)
    assert "SAATTAJA_DISCORD_" in str(told.value) and TOKEN not in str(told.value)


def test_a_wrong_public_key_is_told():
    with pytest.raises(WrongDiscordSetting, match="64 hexadecimal"):
        signatures_of({"SAATTAJA_DISCORD_PUBLIC_KEY": "abc"})


def test_the_token_may_be_in_a_file_that_only_its_owner_reads(tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    os.chmod(file, 0o600)
    settings = DiscordSettings.from_environment({"SAATTAJA_DISCORD_TOKEN_FILE": str(file)})
    assert settings.token == TOKEN and TOKEN not in repr(settings)
    os.chmod(file, 0o644)
    with pytest.raises(WrongDiscordSetting, match="chmod 600"):
        DiscordSettings.from_environment({"SAATTAJA_DISCORD_TOKEN_FILE": str(file)})
