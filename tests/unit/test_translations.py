"""The bot's words in Swedish and English: how they are looked up, found, kept up to date and checked."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

import translations
from actions import words
from translations import LANGUAGES, catalogue_file, forms_of, listed, plural, translate
from translations.check import broken, faults
from translations.extract import as_bytes, filled, read, updated
from translations.extraction import IN_RESPONSES, extract_domain, extract_words, template

DOMAIN = Path(__file__).parents[2] / "bot" / "domain"
FINNISH = {"ei", "että", "voit", "tai", "olet", "mutta", "tämä", "näin", "sinä", "minä", "kun", "jos", "kanssa", "mikä"}
"""Words that no Swedish or English sentence has."""
SAME = {"{plain}", "{text}", "{told}", "{part}", "{list}"}
"""Texts that are all value."""
VALUES = {"clock": "16", "number": "3", "hours": "10–20", "age": "17"}


def responses() -> list[tuple[str, str]]:
    """Every text and button title of the domain, with the name of its response."""
    found: list[tuple[str, str]] = []
    for file in sorted(DOMAIN.glob("*.yml")):
        for name, variants in (YAML(typ="safe").load(file.read_text()).get("responses") or {}).items():
            for variant in variants:
                found.append((name, variant["text"]))
                found += [(name, button["title"]) for button in variant.get("buttons") or []]
    return found


# ---- looking up ----


def test_finnish_words_are_told_in_the_language_with_their_values() -> None:
    assert translate("klo {clock}", "sv", clock="16") == "kl. 16"
    assert translate("klo {clock}", "en", clock="16:00") == "at 16:00"


@pytest.mark.parametrize("language", ["fi", "so", None, ""])
def test_in_finnish_and_unknown_languages_the_words_stay_as_they_are(language: str | None) -> None:
    assert translate("klo {clock}", language, clock="16") == "klo 16"


def test_what_nobody_translated_stays_finnish() -> None:
    assert translate("Tätä ei ole käännetty, {name}.", "sv", name="Eetu") == "Tätä ei ole käännetty, Eetu."


@pytest.mark.parametrize("text", ["puuttuu {toinen}", "auki {", "{0}", "{a.b}"])
def test_a_broken_placeholder_is_left_and_never_raises(text: str) -> None:
    assert translate(text, "fi", name="Eetu") == text


def test_a_value_with_braces_is_told_as_it_is() -> None:
    assert translate("klo {clock}", "sv", clock="{x}") == "kl. {x}"


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [(1, "fi", "1 palvelu"), (4, "fi", "4 palvelua"), (1, "sv", "1 tjänst"), (4, "en", "4 services")],
)
def test_a_number_of_things_takes_its_own_form(number: int, language: str, said: str) -> None:
    assert plural("{number} palvelu", "{number} palvelua", number, language) == said


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "a, b ja c"), ("sv", "a, b och c"), ("en", "a, b and c"), (None, "a, b ja c")]
)
def test_names_are_listed_by_the_languages_rules(language: str | None, said: str) -> None:
    assert listed(["a", "b", "c"], language) == said


def test_a_fuzzy_translation_is_not_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    catalogue = Catalog(locale="sv")
    catalogue.add("Moi", "Hej", flags=["fuzzy"])
    catalogue.add("Kiitos", "Tack")
    (tmp_path / "saattaja.po").write_bytes(as_bytes(catalogue))
    monkeypatch.setattr(translations, "catalogue_file", lambda language: tmp_path / "saattaja.po")
    found = translations._translations.__wrapped__("sv")
    assert found == {"Kiitos": ("Tack",)}


def test_a_button_is_titled_in_the_language_and_sends_finnish() -> None:
    button = words.button_for("Palautetta", "Sekasin-chat", "sv")
    assert (button, words.button_title(button, "sv")) == ("Palautetta: Sekasin-chat", "Respons: Sekasin-chat")
    assert words.button_title("Kyllä", "en") == "Yes"


# ---- every response in every language ----


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "text"), responses(), ids=lambda value: value if value.startswith("utter") else "")
def test_every_response_is_whole_in_every_language(name: str, text: str, language: str) -> None:
    values = {value: VALUES.get(value, "X") for value in re.findall(r"\{(\w+)\}", text)}
    said = translate(text, language, **values)
    assert said.strip() and not re.search(r"[{}]", said)
    if language != "fi" and text not in SAME:
        assert said != text.format(**values), "it is still Finnish"
        assert not FINNISH & set(re.findall(r"\w+", said.casefold()))


def test_the_domain_is_in_finnish_only() -> None:
    for file in DOMAIN.glob("*.yml"):
        assert "name: language\n" not in file.read_text(), f"{file.name}: translations belong in translations/"


def test_no_two_buttons_of_a_response_have_one_title() -> None:
    for file in sorted(DOMAIN.glob("*.yml")):
        for name, variants in (YAML(typ="safe").load(file.read_text()).get("responses") or {}).items():
            for variant in variants:
                finnish = [button["title"] for button in variant.get("buttons") or []]
                for language in LANGUAGES:
                    titles = [translate(title, language) for title in finnish]
                    assert len(set(titles)) == len(titles), (name, language)


# ---- finding the words ----

RESPONSES = """\
version: "3.1"
responses:
  utter_greet:
    - text: Moi!
      buttons:
        - {title: Apua, payload: Apua heti}
    - condition:
        - {type: slot, name: tone, value: humour}
      text: Heippa, humaus!
"""


def test_texts_and_titles_of_responses_are_found_with_their_conditions() -> None:
    found = list(extract_domain(BytesIO(RESPONSES.encode()), {}, (), {}))
    assert [(line, text, notes[0]) for line, _, text, notes in found] == [
        (4, "Moi!", "utter_greet"),
        (6, "Apua", "utter_greet"),
        (9, "Heippa, humaus!", "utter_greet tone=humour"),
    ]


@pytest.mark.parametrize(
    ("options", "texts"),
    [({}, ["a", "uutiset", "b"]), ({"keys": "name"}, ["uutiset"]), ({"keys": "name urgency"}, ["uutiset", "b"])],
)
def test_of_other_yaml_all_texts_are_found_or_those_of_some_keys(options: dict[str, str], texts: list[str]) -> None:
    table = b"first: a\nnews:\n  name: uutiset\n  urgency: [b]\n  minutes: 3\n"
    assert [text for _, _, text, _ in extract_words(BytesIO(table), {}, (), options)] == texts


def test_the_template_has_the_words_of_python_the_domain_and_tables() -> None:
    known = {forms_of(message.id)[0] for message in template()}
    assert {"klo {clock}", "Ei koske minua", "Tapaaminen siirtyi.", "uutiset", "Paikka: {value}."} <= known
    assert not known & set(IN_RESPONSES)


# ---- keeping up to date ----


def catalogue(**entries: str) -> Catalog:
    """A catalogue of short messages; `_` in a name is a space."""
    made = Catalog(locale="sv")
    for message, translation in entries.items():
        made.add(message.replace("_", " "), translation)
    return made


def as_read(made: Catalog) -> Catalog:
    return read_po(BytesIO(as_bytes(made)), locale="sv")


def test_an_update_keeps_what_is_translated_and_adds_what_is_new() -> None:
    now = updated(catalogue(moi="hej", hei_hei="hej då"), catalogue(moi="", kiitos=""))
    assert {message.id: message.string for message in now if message.id} == {"moi": "hej", "kiitos": ""}
    assert [one.string for one in as_read(now).obsolete.values()] == ["hej då"]


def test_of_a_reworded_message_the_translation_is_kept_to_be_gone_over() -> None:
    now = updated(catalogue(kerro_mikä_painaa="berätta vad som tynger"), catalogue(kerro_mikä_sinua_painaa=""))
    (message,) = [one for one in as_read(now) if one.id]
    assert message.fuzzy and message.string == "berätta vad som tynger"
    assert '#| msgid "kerro mikä painaa"' in as_bytes(now).decode()


def test_an_update_changes_no_other_language() -> None:
    messages = catalogue(moi="")
    updated(Catalog(locale="sv"), messages).get("moi").string = "hej"
    assert messages.get("moi").string == ""


def test_translations_come_from_another_catalogue_where_there_is_none() -> None:
    now = filled(catalogue(moi="", kiitos="tack"), catalogue(moi="hej", kiitos="tackar", muu="annat"))
    assert {message.id: message.string for message in now if message.id} == {"moi": "hej", "kiitos": "tack"}


# ---- checking ----


@pytest.mark.parametrize(
    ("finnish", "translation", "says"),
    [
        ("Moi {name}!", "Hej {name}!", None),
        ("Moi {name}!", "Hej!", "{name} is left out"),
        ("Moi {name}!", "Hej {namn}!", "{namn} stands only in the translation; use {name}"),
        ("Moi!", "Hej {name}!", "use no braces"),
        ("Moi {name}!", "Hej {name!", "stands alone"),
        ("Moi ", "Hej", "begins or ends with other spaces"),
        ("Moi\n\nMitä?", "Hej Vad?", "other paragraphs"),
        ("Katso https://a.fi", "Se https://a.se", "links or markup differ"),
        ("<b>Moi</b>", "<b>Hej", "links or markup differ"),
        ("{a} ja {a}", "{a}", None),
    ],
)
def test_a_broken_translation_is_told_with_its_remedy(finnish: str, translation: str, says: str | None) -> None:
    found = " ".join(broken(finnish, translation))
    assert says in found if says else not found


def fuzzy() -> Catalog:
    made = catalogue(moi="hej")
    made.get("moi").flags.add("fuzzy")
    return made


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (catalogue(moi="hej"), []),
        (catalogue(moi=""), ["missing: “moi”. Write its translation"]),
        (catalogue(), ["missing: “moi”. Add it with"]),
        (catalogue(moi="hej", vanha="gammal"), ["unused: “vanha”"]),
        (fuzzy(), ["fuzzy: “moi”"]),
    ],
)
def test_missing_unused_and_fuzzy_entries_are_faults(made: Catalog, says: list[str]) -> None:
    found = [fault for _, fault in faults(as_read(made), catalogue(moi=""))]
    assert len(found) == len(says) and all(part in fault for part, fault in zip(says, found, strict=True))


def test_a_fault_has_the_line_of_its_entry() -> None:
    made = as_read(catalogue(kiitos="tack", moi=""))
    ((line, _),) = faults(made, catalogue(kiitos="", moi=""))
    lines = as_bytes(catalogue(kiitos="tack", moi="")).decode().splitlines()
    assert lines[line - 1] == 'msgid "moi"'


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_catalogues_are_whole(language: str) -> None:
    assert list(faults(read(language), template())) == []


def test_a_catalogue_is_written_always_in_the_same_form(tmp_path: Path) -> None:
    for language in LANGUAGES[1:]:
        known: Any = catalogue_file(language).read_bytes()
        assert as_bytes(updated(read(language), template())).splitlines()[-5:] == known.splitlines()[-5:]
