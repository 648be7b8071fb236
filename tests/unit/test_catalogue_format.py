"""What is published of the format is what the models say, and the project's own catalogue passes."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from service_catalog.check import main as check_main
from service_catalog.check import municipality_names
from service_catalog.publish import DOCUMENT, SCHEMAS, document_with_tables, json_schemas, models

EXAMPLE = Path(__file__).parents[1] / "catalogue_example"
REMEDY = "run: python -m service_catalog.publish"


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_the_published_schema_is_current(name):
    assert (SCHEMAS / name).read_text(encoding="utf-8") == json_schemas()[name], REMEDY


def test_the_field_tables_in_the_documentation_are_current():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == document_with_tables(document), REMEDY


def test_every_field_is_explained():
    document = DOCUMENT.read_text(encoding="utf-8")
    for model in models():
        assert model.__doc__, model
        for field in model.__fields__.values():
            assert field.field_info.description, f"{model.__name__}.{field.alias} has no description"
            assert f"| `{field.alias}` |" in document


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("services", "services/juttu.yml"),
        ("needs", "needs.yml"),
        ("glossary", "glossary.yml"),
        ("crisis", "crisis.yml"),
    ],
)
def test_an_editor_finds_the_example_good(schema, file):
    """An editor reads YAML 1.2, where numbers and booleans are not text."""
    content = YAML(typ="safe", pure=True).load((EXAMPLE / file).read_text())
    jsonschema.validate(json.loads(json.dumps(content, default=str)), json.loads(json_schemas()[f"{schema}.json"]))


def test_an_editor_sees_what_is_wrong():
    content = YAML(typ="safe", pure=True).load((EXAMPLE / "services/juttu.yml").read_text())
    content["services"][0]["channels"][0]["typo"] = "x"
    with pytest.raises(jsonschema.ValidationError, match="typo"):
        jsonschema.validate(json.loads(json.dumps(content, default=str)), json.loads(json_schemas()["services.json"]))


def test_the_projects_own_catalogue_passes_its_check(capsys):
    assert check_main([]) == 0, capsys.readouterr().out


def test_the_check_of_one_file_prints_its_errors(tmp_path, capsys):
    file = tmp_path / "rikki.yml"
    file.write_text("services:\n  - id: A B\n")
    assert check_main([str(file)]) == 1
    printed = capsys.readouterr().out
    assert "rikki.yml:2: services[A B].id: tunnus" in printed and "korjattavaa" in printed


def test_there_are_308_municipalities():
    assert len(set(municipality_names())) == 308
