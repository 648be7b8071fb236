"""Who writes another language: asked once, translated both ways after a yes, else helped in English and Finnish."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from fake_translator import sent, translates
from fake_upstream import FakeUpstream, Reply
from rasa.shared.core.events import UserUttered

from bot.channels.incoming import IncomingMessage
from bot.channels.rich_output import SPEECH
from bot.channels.translating import Interpreter
from people import erasing, exporting, profiles
from people.database import Database
from translator import handwritten
from translator.handwritten import ALLOW, REFUSE, STOP
from translator.providers import provider_of
from translator.service import Translator
from translator.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
RU = handwritten.words("ru")
CARD = {
    "id": "velkalinja",
    "name": "Velkalinja",
    "summary": "Neuvoja velkoihin.",
    "first_step": "Soita Velkalinjaan 0800 9 8009.",
    "why": ["koska mainitsit velat"],
    "channels": [{"type": "phone", "label": "Puhelin", "url": "tel:0800980 09", "cost": "maksuton"}],
}
CARDS = {"type": "services", "crisis": False, "services": [CARD]}
BUTTONS = [{"title": "Lisää vaihtoehtoja", "payload": "Lisää vaihtoehtoja"}, {"title": "Jokin muu", "payload": "Muu"}]


@pytest.fixture
def upstream():
    with FakeUpstream() as upstream:
        translates(upstream)
        yield upstream


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/people.db")
    database.upgrade()
    return database


class Conversation:
    """A person's conversation with an interpreter, and Rasa as far as it sees it."""

    def __init__(self, translator, database, *, by_hand=False):
        self.interpreter = Interpreter(translator, database, lambda: NOW)
        self.heard = []
        self.by_hand = by_hand
        self.events = []
        self.agent = SimpleNamespace(tracker_store=self, parse_message=self.parse)

    async def retrieve(self, sender):
        return SimpleNamespace(events=self.events, get_slot={}.get)

    async def parse(self, text):
        return {"language": None}

    async def handle(self, message):
        self.heard.append(message)
        language = ((message.metadata or {}).get("original") or {}).get("language")
        parsed = {"language": language}
        self.events.append(UserUttered(message.text, parse_data=parsed, metadata=message.metadata))
        written = next((e.parse_data["language"] for e in reversed(self.events) if e.parse_data["language"]), None)
        speech = {"to": written, "from": "en", "by_hand": self.by_hand, "finnish": "Tässä apua."}
        reply = {"text": "Here is help.", "buttons": BUTTONS, "custom": CARDS, **({SPEECH: speech} if written else {})}
        await message.output_channel.send_response(message.sender_id, reply)

    async def say(self, text, message_id="m"):
        message = IncomingMessage("eetu", text, message_id=message_id)
        return await self.interpreter.answer(self.handle, message, "widget", self.agent)


@pytest.fixture
def translator(upstream, database):
    provider = provider_of(Settings("libretranslate", upstream.url, seconds=2.0))
    return Translator(provider, 2.0, database, now=lambda: NOW)


async def test_the_bots_own_languages_are_answered_as_ever(translator, database, upstream) -> None:
    chat = Conversation(translator, database)
    for text in ("mua ahistaa", "i need help with debt", "jag mår dåligt", "Lisää vaihtoehtoja"):
        (reply,) = await chat.say(text)
        assert reply == {"recipient_id": "eetu", "text": "Here is help.", "buttons": BUTTONS, "custom": CARDS}
    assert [heard.metadata for heard in chat.heard] == [None] * 4 and not upstream.received


async def test_without_a_translator_a_line_says_which_languages_there_are_and_cards_come(upstream) -> None:
    chat = Conversation(None, None)
    line, english, reply = await chat.say("У меня долги, помогите пожалуйста")
    assert (line["text"], line["lang"]) == (RU.languages, "ru")
    assert english["text"] == "Here is help." and "custom" not in english and "buttons" not in english
    assert (reply["text"], reply["lang"], reply["custom"]) == ("Tässä apua.", "fi", CARDS)
    assert [button["payload"] for button in reply["buttons"]] == ["Lisää vaihtoehtoja", "Muu"]
    assert reply["buttons"][0]["title"] == "Другие варианты"
    assert chat.heard[0].text == "velka" and SPEECH not in reply
    assert [tapped["text"] for tapped in await chat.say("Lisää vaihtoehtoja")] == ["Here is help.", "Tässä apua."]


async def test_nothing_leaves_before_a_yes_which_is_asked_once_in_their_language(
    translator, database, upstream
) -> None:
    chat = Conversation(translator, database)
    *_, question = await chat.say("У меня долги")
    assert question["text"] == RU.consent.format(recipient="LibreTranslate (127.0.0.1)") and question["lang"] == "ru"
    assert [button["payload"] for button in question["buttons"]] == [ALLOW, REFUSE]
    again = await chat.say("Мне негде жить")
    assert all(RU.consent[:20] not in reply["text"] for reply in again)
    assert again[-1]["buttons"][-1] == {"title": RU.allow, "payload": ALLOW}
    assert not upstream.received


@pytest.mark.parametrize("yes", [ALLOW, "Да, переводить", "да"])
async def test_a_yes_has_the_waiting_message_understood_and_answered_in_their_language(
    translator, database, upstream, yes
) -> None:
    chat = Conversation(translator, database)
    await chat.say("У меня долги, помогите")
    thanks, reply = await chat.say(yes)
    assert thanks["text"] == RU.allowed
    assert chat.heard[-1].text == "У янем иглод, етигомоп"
    assert chat.heard[-1].metadata == {
        "original": {"text": "У меня долги, помогите", "language": "ru"},
        "again": True,
    }
    assert (reply["text"], reply["lang"]) == ("ereH si pleh.", "ru")
    assert reply["translated"]["original"] == "Here is help." and reply["translated"]["from"] == "en"
    assert reply["translated"]["provider"] == "LibreTranslate (127.0.0.1)"
    assert [one["title"] for one in reply["buttons"]] == ["Другие варианты", "nikoJ uum"]
    assert [one["payload"] for one in reply["buttons"]] == ["Lisää vaihtoehtoja", "Muu"]
    (card,) = reply["custom"]["services"]
    assert card["name"] == "Velkalinja" and card["summary"] == "ajovueN nihioklev."
    assert card["first_step"] == "atioS Velkalinjaan 0800 9 8009."
    assert card["channels"][0]["url"] == CARD["channels"][0]["url"] and card["language"] == "ru"
    assert card["translated"]["original"]["summary"] == "Neuvoja velkoihin."


async def test_a_tap_is_answered_in_their_language_too(translator, database) -> None:
    chat = Conversation(translator, database)
    await chat.say("У меня долги, помогите")
    await chat.say(ALLOW)
    (reply,) = await chat.say("Lisää vaihtoehtoja")
    assert chat.heard[-1].text == "Lisää vaihtoehtoja" and reply["text"] == "ereH si pleh."


@pytest.mark.parametrize("no", [REFUSE, STOP, "не переводи", "don't translate"])
async def test_a_no_is_kept_and_can_follow_a_yes(translator, database, upstream, no) -> None:
    chat = Conversation(translator, database)
    await chat.say("У меня долги, помогите")
    await chat.say(ALLOW)
    upstream.received.clear()
    (reply,) = await chat.say(no)
    assert reply["text"] == RU.refused
    line, *_ = await chat.say("Мне негде жить")
    assert line["text"] == RU.languages and not upstream.received


async def test_a_yes_to_one_translator_is_none_to_another(translator, database, upstream) -> None:
    await Conversation(translator, database).say("У меня долги")
    chat = Conversation(translator, database)
    await chat.say(ALLOW)
    other = Translator(provider_of(Settings("libretranslate", upstream.url.replace("127.0.0.1", "localhost"))), 2.0)
    *_, question = await Conversation(other, database).say("У меня долги")
    assert "localhost" in question["text"] and not sent(upstream)


@pytest.mark.parametrize("fault", [Reply(status=503), Reply(drop=True)])
async def test_a_failing_translator_leaves_english_and_finnish_with_working_buttons(
    translator, database, upstream, fault
) -> None:
    chat = Conversation(translator, database)
    await chat.say(ALLOW)
    upstream.answers("POST", "/translate", fault)
    line, english, reply = await chat.say("У меня долги, помогите")
    assert (line["text"], english["text"], reply["text"]) == (RU.failed, "Here is help.", "Tässä apua.")
    assert [one["payload"] for one in reply["buttons"]] == ["Lisää vaihtoehtoja", "Muu"] and chat.heard[
        -1
    ].text == "velka"


@pytest.mark.parametrize(
    ("text", "language"),
    [("я хочу умереть", "ru"), ("quiero morir", "es"), ("خودمو میکشم", "fa"), ("ez dixwazim bimirim", "ku")],
)
async def test_danger_waits_for_no_translator_and_for_no_yes(translator, database, upstream, text, language) -> None:
    chat = Conversation(translator, database, by_hand=True)
    (reply,) = await chat.say(text)
    assert chat.heard[0].text == text
    assert chat.heard[0].metadata["original"]["language"] == language
    assert reply["lang"] == language and not upstream.received


async def test_yes_and_no_are_understood_by_hand(translator, database, upstream) -> None:
    chat = Conversation(translator, database, by_hand=True)
    await chat.say("я хочу умереть")
    await chat.say("нет")
    assert chat.heard[-1].text == "En" and not upstream.received


async def test_numbers_and_addresses_of_a_person_do_not_leave(translator, database, upstream) -> None:
    chat = Conversation(translator, database)
    await chat.say(ALLOW)
    await chat.say("Мой номер 040 123 4567 и 131052-308T, почта ivan@posti.fi, помогите")
    assert upstream.received
    for secret in ("123", "4567", "131052", "308T", "ivan", "posti"):
        assert not any(secret in text for text in sent(upstream))


async def test_the_answer_is_in_the_export_and_goes_with_the_person(translator, database) -> None:
    await Conversation(translator, database).say(ALLOW)
    with database.writing() as connection:
        profile = profiles.find(connection, "widget", "eetu")
        kept = exporting.export(connection, profile.id)["profile"]
        assert (kept["translation_allowed"], kept["translation_by"]) == (True, "LibreTranslate (127.0.0.1)")
        erasing.forget(connection, profile.id, NOW)
        assert profiles.find(connection, "widget", "eetu") is None


async def test_a_translation_can_be_no_command(translator, database, upstream) -> None:
    translates(upstream, lambda text: "/restart{}")
    chat = Conversation(translator, database)
    await chat.say(ALLOW)
    await chat.say("У меня долги, помогите")
    assert not chat.heard[-1].text.startswith("/")
