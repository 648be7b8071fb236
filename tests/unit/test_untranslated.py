"""What is only in Finnish is listed for translators, and a translation of nothing is an error."""

import pytest

from service_catalog.check import main as check_main
from service_catalog.schema import Channel, GlossaryFile, ServicesFile
from service_catalog.untranslated import services_lacking, untranslated
from service_catalog.yaml_source import load_text, parse

SERVICES = """services:
  - id: juttu
    organization: juttu-ry
    name: Juttu
    summary: Juttele kanssamme.
    first_step: Avaa chat.
    needs: [debt]
    service_area: country
    eligibility:
      description: Helsinkiläisille.
    channels:
      - type: chat
        url: https://juttu.fi
        label: Juttuchat
        schedule_note: Tarkista ajat.
        translations:
          sv: {label: Pratchatt}
          en: {label: Talk chat, schedule_note: Check the hours.}
    sessions:
      - id: ilta
        name: Ilta
        starts: 2026-11-24 18:00
    translations:
      sv: {name: Juttu, summary: Prata med oss., first_step: Öppna chatten.}
      en: {name: Juttu, summary: Talk with us.}
    confidence: high
    source: [a call]
"""
GLOSSARY = """terms:
  - term: ulosotto
    plain: {fi: Velkaa peritään., en: A debt is collected.}
"""


def documents(**texts):
    return [(kind, load_text(f"{kind}.yml", text)) for kind, text in texts.items()]


def test_each_missing_text_is_told_with_its_file_line_and_language():
    assert [str(missing) for missing in untranslated(documents(services=SERVICES, glossary=GLOSSARY))] == [
        "glossary.yml:3: terms[ulosotto].plain: puuttuu ruotsiksi (sv)",
        "services.yml:6: services[juttu].first_step: puuttuu englanniksi (en)",
        "services.yml:10: services[juttu].eligibility.description: puuttuu englanniksi (en)",
        "services.yml:10: services[juttu].eligibility.description: puuttuu ruotsiksi (sv)",
        "services.yml:15: services[juttu].channels[1].schedule_note: puuttuu ruotsiksi (sv)",
        "services.yml:21: services[juttu].sessions[ilta].name: puuttuu englanniksi (en)",
        "services.yml:21: services[juttu].sessions[ilta].name: puuttuu ruotsiksi (sv)",
    ]


def test_services_are_counted_once_for_each_language():
    assert services_lacking(documents(services=SERVICES)) == {"sv": 1, "en": 1}
    assert services_lacking(documents(glossary=GLOSSARY)) == {"sv": 0, "en": 0}


@pytest.mark.parametrize(
    "broken", ["", "services: 1", "services: [1, {}]", "services: [{channels: {a: b}, translations: x}]"]
)
def test_what_cannot_be_read_lacks_nothing(broken):
    assert untranslated(documents(services=broken)) == []


def test_the_check_lists_what_is_missing_and_still_passes(tmp_path, capsys):
    file = tmp_path / "juttu.yml"
    file.write_text(SERVICES, encoding="utf-8")
    assert check_main([str(file)]) == 0
    printed = capsys.readouterr().out
    assert "juttu.yml:6: services[juttu].first_step: puuttuu englanniksi (en)" in printed
    assert "Kääntämättä: ruotsiksi 1, englanniksi 1 palvelua." in printed


def test_a_text_is_had_in_the_languages_that_it_has():
    (_, document), (_, glossary) = documents(services=SERVICES, glossary=GLOSSARY)
    service = parse(document, ServicesFile).services[0]
    assert service.translated("first_step", "sv") == "Öppna chatten."
    channel = service.channels[0]
    assert (channel.translated("label", "en"), channel.translated("schedule_note", "sv")) == ("Talk chat", None)
    for language in ("fi", "ru", None, "translations"):
        assert service.translated("name", language) is None
    assert parse(glossary, GlossaryFile).terms[0].plain.of("sv") == "Velkaa peritään."


@pytest.mark.parametrize(
    ("field", "said"),
    [("schedule_note", "kenttä schedule_note puuttuu suomeksi"), ("note", "tässä ei ole kenttää note")],
)
def test_a_translation_of_what_is_not_there_in_finnish_is_an_error(field, said):
    values = {"type": "chat", "url": "https://juttu.fi", "label": "Chat", "translations": {"sv": {field: "Text"}}}
    with pytest.raises(ValueError, match=said):
        Channel.parse_obj(values)
