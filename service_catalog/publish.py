"""Publish the format of the catalogue: JSON Schemas for editors, and the field tables of docs/catalogue.md.

Both are made from the models, so that they can't say anything else: ``python -m service_catalog.publish``
writes them and a test holds the committed files against the models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import ModelField

from service_catalog.schema import FILES
from service_catalog.yaml_source import DATA

SCHEMAS = DATA / "schema"
DOCUMENT = Path(__file__).parent.parent / "docs" / "catalogue.md"
BEGIN, END = "<!-- fields: made by python -m service_catalog.publish -->", "<!-- end of fields -->"


def json_schemas() -> dict[str, str]:
    """Return the text of each published JSON Schema by its file name."""
    schemas = {}
    for kind, model in FILES.items():
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", **model.schema(by_alias=True)}
        schemas[f"{kind}.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return schemas


def models() -> list[type[BaseModel]]:
    """Return every model of the format, in the order in which the files lead to them."""
    found: dict[type[BaseModel], None] = {}

    def visit(model: type[BaseModel]) -> None:
        if model not in found:
            found[model] = None
            for field in model.__fields__.values():
                if isinstance(field.type_, type) and issubclass(field.type_, BaseModel):
                    visit(field.type_)

    for model in FILES.values():
        visit(model)
    return list(found)


def field_tables() -> str:
    """Return the Markdown that explains each field of each model."""
    return "\n".join(line for model in models() for line in _table(model))


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield f"### {_title(model.__name__)}\n"
    yield f"{(model.__doc__ or '').strip()}\n"
    yield "| field | must be there | what it says |\n|---|---|---|"
    for field in model.__fields__.values():
        yield f"| `{field.alias}` | {'yes' if field.required else ''} | {_explained(field)} |"
    yield ""


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _explained(field: ModelField) -> str:
    description = field.field_info.description or ""
    if isinstance(field.type_, type) and issubclass(field.type_, BaseModel):
        many = getattr(field.outer_type_, "__origin__", None) is tuple
        title = _title(field.type_.__name__)
        description += f" {'A list; see' if many else 'See'} [{title}](#{title.lower().replace(' ', '-')})."
    return description


def document_with_tables(document: str) -> str:
    """Return the document with the tables between its two markers brought up to date."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{field_tables()}\n{END}{after}"


def main() -> None:
    """Write the JSON Schemas and the tables."""
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in json_schemas().items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
    DOCUMENT.write_text(document_with_tables(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
