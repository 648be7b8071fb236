"""Compiling the catalogue, opening it, and finding services in it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from service_catalog import snapshot
from service_catalog.catalog import Catalog, CatalogMissing
from service_catalog.compile import compile_catalogue, compile_if_changed, static_quality
from service_catalog.schema import Service
from service_catalog.search import candidates, named_needs, words_to_find
from service_catalog.yaml_source import CatalogError, read_catalogue, source_files

EXAMPLE = Path(__file__).parents[1] / "catalogue_example"
TODAY = date(2026, 11, 22)

MORE_SERVICES = """\
services:
  - id: nokian-talous
    organization: juttu
    name: Nokian talousapu
    summary: Apua pelivelkaan ja laskuihin nokialaisille.
    first_step: Tule käymään.
    needs: [debt]
    service_area: [Nokia]
    channels: [{type: visit}]
    translations: {sv: {summary: Hjälp med skulder.}, en: {summary: Help with debts.}}
    confidence: medium
    source: [esimerkki]
  - id: utsjoen-ilta
    organization: juttu
    name: Utsjoen avoin ilta
    summary: Kahvia ja lautapelejä.
    first_step: Tule käymään.
    needs: [loneliness]
    service_area: Utsjoki
    channels: [{type: visit}]
    confidence: high
    source: [esimerkki]
  - id: piilossa
    organization: juttu
    name: Tauolla oleva palvelu
    summary: Velkaneuvontaa kaikille.
    first_step: Odota.
    needs: [debt]
    service_area: country
    channels: [{type: web, url: https://example.fi}]
    staff: {hide: yes}
    confidence: high
    source: [esimerkki]
"""


@pytest.fixture
def data(tmp_path):
    data = Path(shutil.copytree(EXAMPLE, tmp_path / "data"))
    (data / "services" / "muut.yml").write_text(MORE_SERVICES)
    return data


@pytest.fixture
def compiled(data, tmp_path):
    compile_catalogue(tmp_path / "catalog.db", data, TODAY)
    return tmp_path / "catalog.db"


@pytest.fixture
def catalog(compiled):
    return Catalog.open(compiled)


def ids(services):
    return [service.id for service in services]


def test_what_was_written_in_yaml_is_read_from_the_compiled_file(data, catalog):
    source = read_catalogue(source_files(data), None)
    for service in source.services:
        assert catalog.service(service.id) == service
    assert tuple(catalog.needs.values()) == source.needs
    assert catalog.areas == source.areas and catalog.glossary == source.terms
    assert catalog.organization("juttu").name == "Juttu ry"
    assert len(catalog) == 4


def test_crisis_services_come_in_their_order_and_an_unknown_kind_gets_the_gravest(catalog):
    assert ids(catalog.crisis_services("violence")) == ["juttu-chat"]
    assert ids(catalog.crisis_services(None)) == ids(catalog.crisis_services("something new")) == ["juttu-chat"]


@pytest.mark.parametrize("asked", ["ulosotto", "ULOSOTTO", "uo", "ulosottaa", "Utsökning", "debt enforcement"])
def test_a_hard_word_is_explained_by_any_of_its_names(catalog, asked):
    assert catalog.explain("outo", asked).term == "Ulosotto"


def test_what_is_not_there_is_none_and_no_error(catalog):
    assert catalog.service("olematon") is None and catalog.service("\ud800") is None
    assert catalog.need("olematon") is None and catalog.explain("olematon") is None


def test_remote_services_are_found_everywhere_and_local_ones_in_their_municipality(catalog):
    assert ids(candidates(catalog, ["debt"])) == ["juttu-chat"]
    assert set(ids(candidates(catalog, ["debt"], ["Nokia", "Tampere"]))) == {"nokian-talous", "juttu-chat"}
    assert ids(candidates(catalog, ["debt"], ["Utsjoki"])) == ["juttu-chat"]


def test_two_needs_both_bring_services(catalog):
    found = ids(candidates(catalog, ["debt", "loneliness"], ["Nokia", "Utsjoki"]))
    assert set(found) == {"juttu-chat", "nokian-talous", "utsjoen-ilta"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["lautapeli"], ["utsjoen-ilta"]),
        (["velka"], ["nokian-talous"]),  # a part of pelivelka
        (["laskuapu"], ["nokian-talous"]),  # a compound that no text has, by its parts
        (["skulder"], ["nokian-talous"]),
        (["debts"], ["nokian-talous"]),
        (["jutsku"], ["juttu-chat"]),  # the alternate name
        (["olematonsana"], []),
        (['"', "*", "NEAR(", "'; DROP TABLE services; --", "\x00", "\ud800", "🙂", ""], []),
    ],
)
def test_free_text_finds_services_by_lemmas_in_every_language(catalog, words, expected):
    assert ids(candidates(catalog, [], None, words)) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Can I get help with my debt?", "en", ["nokian-talous"]),
        ("jag har en skuld", "sv", ["nokian-talous"]),
        ("debt", "fi", ["nokian-talous"]),  # a word that Finnish doesn't have, in a talk in Finnish
        ("debt", "sv", []),  # in Swedish there is no such word
        ("what is it and how do I do it", "en", []),
        ("se helpottaa", "fi", []),  # Finnish words that are Swedish or English ones too (help, see) stay Finnish
    ],
)
def test_swedish_and_english_words_find_services_in_any_form(catalog, text, language, expected):
    assert ids(candidates(catalog, [], None, words_to_find(text, language), None, language)) == expected


def test_swedish_and_english_keywords_name_needs(seed_catalog):
    words = words_to_find("they are evicting me", "en")
    assert named_needs(seed_catalog, words, "en") == ["housing"]
    found = candidates(seed_catalog, [], None, words, 5, "en")
    assert found and all("housing" in one.needs for one in found)
    assert named_needs(seed_catalog, ["ensamhet"], "sv") == ["loneliness"]
    assert named_needs(seed_catalog, ["olematonsana"]) == []


def test_texts_of_other_languages_are_not_read_as_finnish(catalog):
    vocabulary = {word for (word,) in catalog.rows("SELECT word FROM word_frequency")}
    assert {"sv0skuld", "en0debt", "en0help"} <= vocabulary
    assert not {"skulder", "debts", "with", "med"} & vocabulary


def test_free_text_puts_near_services_first(catalog):
    assert ids(candidates(catalog, [], ["Utsjoki"], ["tulla"]))[0] == "utsjoen-ilta"
    assert ids(candidates(catalog, [], ["Nokia"], ["tulla"]))[0] == "nokian-talous"


def test_a_hidden_service_is_found_by_its_id_only(catalog):
    assert catalog.service("piilossa") is not None
    assert "piilossa" not in ids(catalog.services())
    assert "piilossa" not in ids(candidates(catalog, ["debt"], None, ["velkaneuvonta", "tauko"]))


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_never_more_than_the_limit(catalog, limit):
    assert len(candidates(catalog, ["debt", "loneliness"], ["Nokia"], ["velka"], limit)) <= limit


def test_bad_yaml_leaves_the_good_catalogue_in_use_and_names_every_error(data, compiled):
    before = compiled.read_bytes()
    file = data / "services" / "muut.yml"
    file.write_text(file.read_text().replace("[debt]", "[dept]").replace("first_step", "firststep"))
    with pytest.raises(CatalogError) as found:
        compile_if_changed(compiled, data, TODAY)
    # two needs; and each of three services has an unknown field and misses one
    assert len(found.value.problems) == 8
    assert compiled.read_bytes() == before
    assert Catalog.open(compiled).service("nokian-talous").needs == ("debt",)


def test_it_is_compiled_again_only_when_something_changed(data, compiled):
    assert compile_if_changed(compiled, data, TODAY) is False
    file = data / "services" / "muut.yml"
    file.write_text(file.read_text().replace("Kahvia", "Teetä"))
    assert compile_if_changed(compiled, data, TODAY) is True
    assert compile_if_changed(compiled, data, TODAY) is False


def test_a_damaged_file_is_compiled_again(data, compiled):
    compiled.write_bytes(b"not a database")
    with pytest.raises(CatalogMissing, match=r"service_catalog\.compile"):
        Catalog.open(compiled)
    assert compile_if_changed(compiled, data, TODAY) is True
    assert Catalog.open(compiled).service("juttu-chat")


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import date
from service_catalog import compile as compiling
write_services = compiling._write_services
def killed(*arguments):
    write_services(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
compiling._write_services = killed
compiling.compile_catalogue(Path(sys.argv[1]), Path(sys.argv[2]), date(2026, 11, 22))
"""


def test_killed_in_the_middle_the_old_catalogue_still_serves(data, compiled):
    before = compiled.read_bytes()
    run = subprocess.run([sys.executable, "-c", KILLED, str(compiled), str(data)], check=False)
    assert run.returncode == -signal.SIGKILL
    assert compiled.read_bytes() == before
    assert compiled.with_name("catalog.db-new").exists()
    compile_catalogue(compiled, data, TODAY)  # what the killed one left doesn't matter
    assert not compiled.with_name("catalog.db-new").exists()
    assert Catalog.open(compiled).service("juttu-chat")


def test_an_open_catalogue_goes_on_while_a_newer_one_takes_its_place(data, compiled):
    catalog = Catalog.open(compiled)
    assert catalog.latest() is catalog
    file = data / "services" / "muut.yml"
    file.write_text(file.read_text().replace("Nokian talousapu", "Nokian uusi talousapu"))
    compile_catalogue(compiled, data, TODAY)
    assert catalog.service("nokian-talous").name == "Nokian talousapu"
    assert catalog.latest().service("nokian-talous").name == "Nokian uusi talousapu"
    os.remove(compiled)
    assert catalog.latest() is catalog


def test_the_compiled_file_cannot_be_written_through_the_catalogue(catalog):
    with pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
        catalog.rows("DELETE FROM services")


def test_many_threads_search_one_catalogue(catalog):
    found, errors = [], []

    def search():
        try:
            for _ in range(50):
                found.append(tuple(ids(candidates(catalog, ["debt"], ["Nokia"], ["velka"]))))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and len(found) == 400 and len(set(found)) == 1


def test_what_helps_anybody_raises_the_standing_quality(catalog):
    assert static_quality(catalog.service("juttu-chat")) > static_quality(catalog.service("nokian-talous"))
    assert all(0 <= static_quality(service) <= 100 for service in catalog.services())


def test_a_snapshot_is_compact_and_builds_the_same_service(catalog):
    service = catalog.service("juttu-chat")
    text = snapshot.dump(service)
    assert "staff" not in text  # what has its default value isn't written
    assert snapshot.load(Service, text) == service
