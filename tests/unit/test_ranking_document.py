"""docs/ranking.md says what the code does: its numbers and its worked examples."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from people import feedback
from service_catalog import ranking
from service_catalog.catalog import Catalog
from service_catalog.compile import write
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Request, suggest
from service_catalog.schema import Service
from service_catalog.yaml_source import Source

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ranking.md").read_text("utf-8")
NOW = datetime(2026, 11, 24, 13, 0, tzinfo=LOCAL_ZONE)
STATES = {"True": True, "False": False, "None": None}


def numbers() -> list[tuple[str, str]]:
    return re.findall(r"^\| ([A-Z_]+) \| (.+?) \|$", DOCUMENT, re.MULTILINE)


def examples() -> list[str]:
    return re.split(r"^### Example ", DOCUMENT, flags=re.MULTILINE)[1:]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The services of the document."""
    block = re.search(r"```yaml\n(.+?)```", DOCUMENT, re.DOTALL)
    assert block
    reader = YAML(typ="base", pure=True)  # every scalar is text, as the catalogue is read
    services = [Service.parse_obj(each) for each in reader.load(block[1])["services"]]
    file = tmp_path_factory.mktemp("document") / "catalog.db"
    write(file, Source((), tuple(services), (), (), (), {}), services)
    return Catalog.open(file)


def test_the_document_has_the_numbers() -> None:
    assert len(numbers()) > 30


@pytest.mark.parametrize("name, value", numbers())
def test_a_number_is_that_of_the_code(name: str, value: str) -> None:
    actual = getattr(ranking, name) if hasattr(ranking, name) else getattr(feedback, name)
    if not hasattr(actual, "items"):
        assert float(value) == actual
        return
    written = dict(pair.rsplit(" ", 1) for pair in value.split(", "))
    assert {STATES.get(key, key): float(number) for key, number in written.items()} == dict(actual)


def test_the_limit_of_the_standing_is_one() -> None:
    assert ranking.STANDING_LIMIT == feedback.STANDING_LIMIT


@pytest.mark.parametrize("example", examples(), ids=["one need", "two needs"])
def test_a_worked_example_comes_out_as_written(example: str, catalog: Catalog) -> None:
    needs, place, age = (re.search(rf"{what} `([^`]+)`", example) for what in ("needs", "place", "age"))
    assert needs and place and age
    hits = [NeedHit(*_scored(text)) for text in needs[1].split(", ")]
    request = Request(needs=hits, municipality=place[1], age=int(age[1]))
    cards = suggest(catalog, Places.load(), request, NOW).cards
    header, _, *rows = [_cells(line) for line in example.splitlines() if line.startswith("|")]
    assert [card.service.id for card in cards] == [row[0] for row in rows]
    for card, row in zip(cards, rows, strict=True):
        values: dict[str, Any] = {**card.parts, "fit": card.score}
        assert [f"{values[name]:.2f}" for name in header[1:]] == row[1:], card.service.id


def _scored(text: str) -> tuple[str, float]:
    name, score = text.split()
    return name, float(score)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
