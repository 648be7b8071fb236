"""Reading the catalogue's YAML: all errors at once, each with its line and remedy."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from service_catalog.check import municipality_names
from service_catalog.schema import FILES
from service_catalog.yaml_source import CatalogError, check, load_text, read_catalogue, source_files

EXAMPLE = Path(__file__).parents[1] / "catalogue_example"
SERVICES, NEEDS, GLOSSARY, CRISIS = (
    (EXAMPLE / name).read_text() for name in ("services/juttu.yml", "needs.yml", "glossary.yml", "crisis.yml")
)
MUNICIPALITIES = municipality_names(EXAMPLE / "municipalities.csv")


def write_data(folder):
    return Path(shutil.copytree(EXAMPLE, folder / "data"))


def checked(services=SERVICES, needs=NEEDS, glossary=GLOSSARY, crisis=CRISIS, today=None):
    texts = {"services": services, "needs": needs, "glossary": glossary, "crisis": crisis}
    documents = [(kind, load_text(f"{kind}.yml", text)) for kind, text in texts.items()]
    return check(documents, MUNICIPALITIES, today)


def problems(**texts):
    with pytest.raises(CatalogError) as found:
        checked(**texts)
    return [str(problem) for problem in found.value.problems]


def test_the_example_is_read_into_its_models():
    source = checked()
    service = source.services[0]
    assert (service.id, service.organization, service.needs) == ("juttu-chat", "juttu", ("loneliness", "debt"))
    assert service.anonymous is True and service.channels[0].on_bill is False
    assert service.channels[1].cost is None  # not known
    assert [int(hours.closes_at) for hours in service.channels[0].schedules] == [24 * 60, 2 * 60]
    assert source.crisis["threat"] == ("juttu-chat",)
    assert [need.id for need in source.needs] == ["loneliness", "debt"]


def test_every_scalar_is_text_until_its_field_reads_it():
    data = load_text("x.yml", "a: 9:00\nb: 00500\nc: 0401234567\nd: no\ne: 2026-05-12\nf: 1e3\ng: {h: 24:00}").data
    assert data == {
        "a": "9:00", "b": "00500", "c": "0401234567", "d": "no", "e": "2026-05-12", "f": "1e3", "g": {"h": "24:00"}
    }  # fmt: skip


def test_all_errors_come_at_once_with_file_line_field_and_remedy():
    broken = (
        SERVICES.replace("needs: [loneliness, debt]", "needs: [lonelines, debt]")
        .replace("https://juttu.example.fi/chat", "http://juttu.example.fi/chat")
        .replace("anonymous: yes", "anonymous: joskus")
        .replace("summary: Nimetön", "sumary: Nimetön")
        .replace("city: Tampere", "city: Tamperre")
        .replace("organization: juttu\n", "organization: jutu\n")
    )
    found = problems(services=broken)
    assert found == [
        "services.yml:5: services[juttu-chat].summary: pakollinen kenttä puuttuu: lisää se",
        'services.yml:6: services[juttu-chat].organization: organisaatiota "jutu" ei ole olemassa.'
        ' Tarkoititko "juttu"?',
        found[2],
        'services.yml:10: services[juttu-chat].needs[1]: tarvetta "lonelines" ei ole olemassa.'
        ' Tarkoititko "loneliness"?',
        'services.yml:13: services[juttu-chat].anonymous: "joskus" ei kelpaa: '
        "kirjoita yes (kyllä), no (ei) tai not known (ei tiedossa)",
        'services.yml:16: services[juttu-chat].channels[1].url: osoite "http://juttu.example.fi/chat" ei kelpaa: '
        "verkko-osoite alkaa https://, esim. https://sekasin.fi",
        'services.yml:26: services[juttu-chat].locations[tila].city: kuntaa "Tamperre" ei ole: '
        'käytä kunnan virallista nimeä. Tarkoititko "Tampere"?',
    ]
    assert found[2].startswith(
        'services.yml:8: services[juttu-chat].sumary: tuntematon kenttä "sumary". Tarkoititko "summary"? Kentät: id, '
    )


def test_errors_of_several_files_come_together():
    found = problems(
        services=SERVICES.replace("confidence: high", "confidence: varma"),
        crisis=CRISIS.replace("threat: [juttu-chat]", "threat: [juttu-chatti]"),
        glossary=GLOSSARY.replace("plain:", "plane:"),
    )
    assert [line.split(":")[0] for line in found] == ["crisis.yml", "glossary.yml", "glossary.yml", "services.yml"]


CONFIDENTIAL = "{id: tila, city: Tampere, confidential: yes"
SINGLE_FAULTS = [
    # what is written, what is written instead, line and remedy
    ("confidence: high", "confidence: low", "30", "high, medium"),
    ("minimum_age: 12", "minimum_age: 40", "12", "vaihda ne toisin päin"),
    ("opens_at: 9:00", "opens_at: 24:00", "20", "0:00"),
    ("opens_at: 20:00", "opens_at: 2:00", "21", "always_open"),
    ("cost: free", "cost: ilmainen", "17", "free, call_rate, paid, not known"),
    ("number: 116 111", "url: https://x.fi", "22", "number: 116 111"),
    ("number: 116 111", "number: 116 111, location: tila", "22", "phone-kanavassa ei ole kenttää location"),
    ("location: tila", "location: talo", "23", 'paikkaa (locations) "talo" ei ole olemassa'),
    ("{id: tila, city: Tampere", f"{CONFIDENTIAL}, address: Katu 1", "26", "poista rivi address"),
    ("{id: tila, city: Tampere", f"{CONFIDENTIAL}", "26", "poista rivi latitude"),
    (", longitude: 23.76", "", "26", "sekä latitude että longitude"),
    ("latitude: 61.5", "latitude: 23.5", "26", "vaihtuneet"),
    ("rrule: FREQ=WEEKLY;BYDAY=TU", "rrule: tiistaisin", "28", "FREQ=WEEKLY;BYDAY=TU"),
    ("BYDAY=TU", "BYDAY=TU;UNTIL=20261001", "28", "ennen ensimmäistä kertaa"),
    ("except: [2026-12-22]", "except: [22.13.2026]", "28", "kalenterissa"),
    ("needs: [loneliness, debt]", "needs: [debt, debt]", "10", "kahdesti"),
    ("needs: [loneliness, debt]", "needs: []", "10", "tyhjä"),
    ("needs: [loneliness, debt]", "needs: debt", "10", "tähän kuuluu luettelo"),
    ("service_area: country", "service_area: [Tamppere]", "11", 'Tarkoititko "Tampere"?'),
    ("eligibility: {minimum_age: 12, maximum_age: 29}", "eligibility: 12–29", "12", "alakenttiä"),
    ("    anonymous: yes\n", "    anonymous: yes\n    anonymous: no\n", "5", "rivit 13 ja 14"),
    ("  - id: juttu-chat", "  - id: Juttu Chat", "5", "sekasin-chat"),
    ("    name: Juttu-chat\n", "    name:\n", "7", "pakollinen kenttä puuttuu"),
    ("name: Juttu-chat", "name: Juttu: chat", "7", "lainausmerkkeihin"),
    ("    name: Juttu-chat", "\tname: Juttu-chat", "7", "sarkain"),
    ("name: Juttu-chat", 'name: "Juttu-chat', "", "lainausmerk"),
    ("name: Juttu-chat", "name: *juttu", "7", "viittausta"),
    ("organizations:", "? [a]\n: b\norganizations:", "1", "rakenne"),
]


@pytest.mark.parametrize(("written", "instead", "line", "remedy"), SINGLE_FAULTS)
def test_a_single_fault_is_named_with_its_line_and_remedy(written, instead, line, remedy):
    assert written in SERVICES
    found = problems(services=SERVICES.replace(written, instead, 1))
    assert any(message.startswith(f"services.yml:{line}") and remedy in message for message in found), found


def test_an_identifier_used_twice_is_named_with_the_first_place():
    found = problems(services=SERVICES + SERVICES[SERVICES.index("  - id: juttu-chat") :])
    assert any('tunnus "juttu-chat" on jo käytössä (services.yml:5)' in message for message in found)


def test_a_check_in_the_future_is_a_slip_of_the_year():
    assert checked(today=date(2026, 11, 22)).services
    (found,) = problems(today=date(2026, 1, 1))
    assert "services.yml:29" in found and "ei ole vielä tullut" in found


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"nimi: \xe4\xe4", "UTF-8"),
        (b"a: \x00", "YAML"),
        (b"- vain luettelo", "services:"),
        (b"pelkka teksti", "services:"),
        (b"a: 1\n---\nb: 2", "---"),
        (b"[" * 5000, "rakenne"),
        (b"a: " + b"{b: " * 5000, "rakenne"),
        (b"a: &x 1\nb: *x", "viittausta"),
        (b"%YAML 9.9\n---\na: 1", ""),
    ],
)
def test_a_file_that_is_not_a_catalogue_is_one_clear_problem(tmp_path, content, remedy):
    data = write_data(tmp_path)
    (data / "services" / "rikki.yml").write_bytes(content)
    with pytest.raises(CatalogError) as found:
        read_catalogue(source_files(data), MUNICIPALITIES)
    assert any(problem.file == "services/rikki.yml" and remedy in problem.message for problem in found.value.problems)


def test_an_empty_file_and_an_empty_field_say_nothing():
    assert checked(services=SERVICES.replace("alternate_name: Jutsku", "alternate_name:")).services
    assert load_text("x.yml", "").data == {}


def test_a_missing_file_is_named(tmp_path):
    data = write_data(tmp_path)
    (data / "crisis.yml").unlink()
    with pytest.raises(CatalogError, match=r"crisis.yml:1: tiedosto puuttuu"):
        read_catalogue(source_files(data), MUNICIPALITIES)


def test_references_are_checked_in_a_file_that_has_other_errors():
    found = problems(
        services=SERVICES.replace("anonymous: yes", "anonymous: x").replace("[loneliness, debt]", "[dept]")
    )
    assert len(found) == 2 and any('Tarkoititko "debt"?' in message for message in found)


def test_every_kind_of_file_has_a_model():
    assert set(FILES) == {"services", "needs", "glossary", "crisis"}
