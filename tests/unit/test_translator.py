"""A translator over real HTTP: what must not change comes through, and whatever it does nobody waits long."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone

import pytest
from fake_translator import sent, translates, turned
from fake_upstream import FakeUpstream, Reply
from hypothesis import given
from hypothesis import strategies as st

from people import translated
from people.database import Database
from translator import handwritten
from translator.protection import protect, restore, sentences
from translator.providers import provider_of
from translator.service import Translator
from translator.settings import Settings, TranslatorMisconfigured, describe, from_environment

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
TEN = {"ru", "uk", "ar", "so", "et", "fa", "ku", "zh", "es", "fr"}


@pytest.fixture
def upstream():
    with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/people.db")
    database.upgrade()
    return database


def translator(upstream, database=None, seconds=2.0, **options) -> Translator:
    provider = provider_of(Settings("libretranslate", upstream.url, seconds=seconds))
    return Translator(provider, seconds, database, now=lambda: NOW, **options)


# --- what comes through unchanged ---


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Soita 116 111 tai 09 2525 0111.", ["116 111", "09 2525 0111"]),
        ("Avoinna klo 9.00–16.30, 15 % alennus", ["9.00–16.30, 15 %"]),
        ("Katso https://sekasin.fi/chat, tai kirjoita apua@mieli.fi.", ["https://sekasin.fi/chat", "apua@mieli.fi"]),
        ("Avaa sekasin.fi ja paina chat auki.", ["sekasin.fi"]),
        ("Kerro {place} ja {count}.", ["{place}", "{count}"]),
        ("Soita Nollalinjaan nyt", ["Nollalinjaan"]),
        ("Numero on [puhelinnumero].", ["[puhelinnumero]"]),
        ("Toimisto on osoitteessa Keskuskatu 5 A, Turku.", ["Keskuskatu 5 A", "Turku"]),
        ("tokenit [[12]] ja ]]", ["[[", "12", "]]", "]]"]),
    ],
)
def test_names_numbers_links_and_placeholders_never_leave(text: str, kept: list[str]) -> None:
    protected = protect(text, {"Nollalinja"})
    assert list(protected.kept.values()) == kept
    assert restore(protected.text, protected) == text


words = st.text(alphabet=st.characters(whitelist_categories=("Ll", "Lu")), min_size=1, max_size=12)
facts = st.sampled_from(
    [
        "116 111",
        "09 2525 0111",
        "klo 16.30",
        "https://mieli.fi/a?b=c",
        "{place}",
        "a.b@c.fi",
        "Sekasin-chat",
        "[[7]]",
        "1,2 km",
    ]
)


@given(st.lists(st.one_of(words, facts), min_size=1, max_size=12).map(" ".join))
def test_a_translation_that_keeps_the_tokens_gives_every_fact_back(text: str) -> None:
    protected = protect(text, {"Sekasin-chat"})
    assert restore(protected.text, protected) == " ".join(text.split())


@given(st.lists(st.one_of(words, facts), min_size=1, max_size=12).map(" ".join), st.data())
def test_a_token_that_is_lost_doubled_or_changed_is_noticed(text: str, data: st.DataObject) -> None:
    protected = protect(text, {"Sekasin-chat"})
    if protected.kept:
        number = data.draw(st.sampled_from(sorted(protected.kept)))
        token = f"[[{number}]]"
        other = f"[[{int(number) + 9001}]]"
        for wrong in ("", token * 2, other, token[1:], number):
            assert restore(protected.text.replace(token, wrong, 1), protected) is None


@pytest.mark.parametrize(
    "wrong",
    ["Soita 0800 123 456", "katso https://paha.example", "x" * 2_000, "   ", "a < b", "ks. www.paha.fi"],
)
def test_what_a_provider_invents_is_not_shown(wrong: str) -> None:
    assert restore(wrong, protect("Hei, mitä kuuluu?")) is None


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<b>Привет</b>", "Привет"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Привет", "alert(1)Привет"),
        ("При\u202eвет", "Привет"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
    ],
)
def test_markup_and_signs_that_turn_text_around_are_taken_out(marked: str, plain: str) -> None:
    assert restore(marked, protect("moi vaan sinne")) == plain


@given(st.text(max_size=200))
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


# --- the service ---


async def test_a_text_is_translated_and_its_facts_stay(upstream) -> None:
    translates(upstream)
    found = await translator(upstream).translate("Soita numeroon 116 111. Se on ilmainen.", "fi", "ru")
    assert found.text == "atioS nooremun 116 111. eS no neniamli."
    assert not any("116" in text for text in sent(upstream))


async def test_a_sentence_whose_token_is_lost_stays_as_it_was(upstream) -> None:
    translates(upstream, lambda text: "Позвони" if "[[" in text else turned(text))
    found = await translator(upstream).translate("Soita 116 111. Se auttaa.", "fi", "ru")
    assert (found.text, found.whole) == ("Soita 116 111. eS aattua.", False)


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": "x"}, status=500),
        Reply(drop=True),
        Reply(body=b"<html>"),
        Reply({}),
        Reply({"translatedText": " "}),
    ],
)
async def test_a_provider_that_fails_gives_nothing(upstream, reply) -> None:
    upstream.answers("POST", "/translate", reply)
    assert await translator(upstream).translate("Moi vaan.", "fi", "ru") is None


async def test_the_time_limit_holds_whatever_the_provider_does(upstream) -> None:
    translates(upstream, wait=5)
    slow = translator(upstream, seconds=0.2)
    began = time.monotonic()
    assert await slow.translate_all([f"Lause {n} tässä." for n in "abcdefghijklmno"], "fi", "ru") == [None] * 15
    assert time.monotonic() - began < 3


async def test_after_failures_in_a_row_nothing_is_sent_for_a_while(upstream) -> None:
    upstream.answers("POST", "/translate", Reply(status=500))
    broken = translator(upstream, rest=0.2)
    for n in "abcdef":
        await broken.translate(f"Lause {n} tässä.", "fi", "ru")
    assert len(upstream.received) == 3
    translates(upstream)
    await asyncio.sleep(0.25)
    assert await broken.translate("Moi.", "fi", "ru") is not None


async def test_what_was_said_once_is_not_sent_again(upstream, database) -> None:
    translates(upstream)
    for _ in range(2):
        one = translator(upstream, database)
        (found,) = await one.translate_all(["Paikka on Tampere. Moi."], "fi", "ru", person="p")
        assert found.text == "akkiaP no Tampere. ioM."
    assert len(upstream.received) == 2


async def test_a_persons_message_is_never_kept(upstream, database) -> None:
    translates(upstream)
    await translator(upstream, database).translate("мне плохо", "ru", "fi")
    with database.reading() as connection:
        assert connection.execute(translated.translations.select()).all() == []


async def test_kept_translations_expire_and_go_with_their_person(upstream, database) -> None:
    translates(upstream)
    await translator(upstream, database).translate_all(["Asut Oulussa."], "fi", "ru", person="p")
    await translator(upstream, database).translate_all(["Se on ilmainen."], "fi", "ru")
    with database.writing() as connection:
        assert [row["text"] for row in translated.export_person(connection, "p")] == ["tusA [[7713]]."]
        translated.erase_person(connection, "p")
        assert translated.forget(connection, NOW - timedelta(seconds=1), 10) == 0
        assert translated.forget(connection, NOW, 10) == 1


# --- settings ---


def test_no_translator_is_the_default_and_each_is_described_in_a_line() -> None:
    assert from_environment({}) is None and from_environment({"SAATTAJA_TRANSLATOR": "off"}) is None
    assert describe(None).startswith("Translation is off")
    libre = from_environment(
        {"SAATTAJA_TRANSLATOR": "LibreTranslate", "SAATTAJA_TRANSLATOR_URL": "http://t.example:5000"}
    )
    assert libre.recipient == "LibreTranslate (t.example)"
    assert "\n" not in describe(libre) and "LibreTranslate (t.example)" in describe(libre)


@pytest.mark.parametrize(
    "environment",
    [
        {"SAATTAJA_TRANSLATOR": "gogle"},
        {"SAATTAJA_TRANSLATOR": "libretranslate"},
        {"SAATTAJA_TRANSLATOR": "libretranslate", "SAATTAJA_TRANSLATOR_URL": "ftp://x"},
        {"SAATTAJA_TRANSLATOR": "google", "SAATTAJA_TRANSLATOR_URL": "https://x"},
        {"SAATTAJA_TRANSLATOR": "deepl"},
        {"SAATTAJA_TRANSLATOR": "deepl", "SAATTAJA_TRANSLATOR_KEY_FILE": "/nowhere/key"},
        {"SAATTAJA_TRANSLATOR": "google", "SAATTAJA_TRANSLATOR_SECONDS": "60"},
        {"SAATTAJA_TRANSLATOR": "google", "SAATTAJA_TRANSLATOR_SECONDS": "soon"},
    ],
)
def test_settings_that_cannot_be_followed_name_their_variable(environment: dict[str, str]) -> None:
    with pytest.raises(TranslatorMisconfigured, match="SAATTAJA_TRANSLATOR"):
        from_environment(environment)


@pytest.mark.parametrize("provider", ["google", "mymemory"])
def test_providers_of_deep_translator_know_the_ten_languages(provider: str) -> None:
    supports = provider_of(Settings(provider)).supports
    assert {language for language in TEN if supports(language)} == TEN and not supports("xx")


# --- words by hand ---


def test_all_ten_languages_have_every_word() -> None:
    assert set(handwritten.languages()) == TEN
    english = handwritten.words_or_english(None)
    for language in TEN:
        words = handwritten.words(language)
        assert words.buttons.keys() == english.buttons.keys() and words.crisis.keys() == english.crisis.keys()
        assert words.consent.format(recipient="DeepL") != words.consent
        assert {"Kyllä", "En", "En tiedä", handwritten.STOP} <= set(words.phrases.values())


@pytest.mark.parametrize("language", sorted(TEN))
def test_the_crisis_words_name_the_numbers_of_the_catalogue_and_end_with_one_question(language: str) -> None:
    crisis = handwritten.words(language).crisis
    for number in ("112", "09 2525 0111", "09 2525 0112", "080 005 005"):
        assert number in crisis["first"]
    assert "0800 147 111" in crisis["overdose"]
    for part in ("suicide", "overdose", "violence", "threat", "other", "in_danger", "not_now", "unsure"):
        assert sum(crisis[part].count(sign) for sign in "?؟？") == 1, part
    assert not any("2525 0113" in said or "2525 0116" in said or "0114" in said for said in crisis.values())


@pytest.mark.parametrize(
    ("language", "typed", "meaning"),
    [
        ("ru", "Да!", "Kyllä"),
        ("ar", "لا أعرف", "En tiedä"),
        ("zh", "不", "En"),
        ("fr", "Ne traduis pas.", handwritten.STOP),
        ("es", "Sí, traduce", handwritten.ALLOW),
        ("uk", "Термінова допомога", "Kriisiapu"),
    ],
)
def test_short_answers_are_understood_without_a_translator(language: str, typed: str, meaning: str) -> None:
    assert handwritten.words(language).meaning(typed) == meaning


@pytest.mark.parametrize(
    ("language", "text", "gist"),
    [
        ("ru", "У меня долги и нечем платить", "velka"),
        ("zh", "我没有工作", "työ"),
        ("ar", "عندي ديون", "velka"),
        ("et", "otsin tööd", "työ"),
        ("fr", "bonjour", None),
    ],
)
def test_what_a_message_is_about_is_known_by_single_words(language: str, text: str, gist: str | None) -> None:
    assert handwritten.words(language).gist_of(text) == gist
