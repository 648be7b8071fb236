"""What pictures there are: dogs.yml, memes.yml and the drawings beside them, read once and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pictures.captions import Box, CaptionTooLong, fitted

FOLDER = Path(__file__).parent
LANGUAGES = ("fi", "sv", "en")
MOMENTS = (
    *("chosen", "greeting", "monday", "services", "place", "nothing", "all_shown", "small_talk", "thanks", "goodbye"),
    *("phone", "message", "form", "reminder", "done"),
)
"""When a picture may come (docs/tones.md says what each is)."""
SIZE = 640
"""Width and height of every drawing, in pixels."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VIEW = re.compile(r"<svg\b[^>]*\bviewBox=[\"']0 0 (\d+) (\d+)[\"']")
_FOREIGN = re.compile(r"<script|<foreignObject|<image|(?:href|src)\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)", re.IGNORECASE)


class WrongPack(ValueError):
    """Something in the pack can't be shown; `problems` say what, where, and what would be right."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Dog:
    """A drawing of a dog. `alt` is by language."""

    id: str
    file: Path
    alt: Mapping[str, str]
    moments: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A drawing with room for words. `alt` is by language, without the words."""

    id: str
    file: Path
    alt: Mapping[str, str]
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Meme:
    """Words for the boxes of a template, by language."""

    id: str
    template: Template
    captions: Mapping[str, tuple[str, ...]]
    moments: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """Every dog and every meme, by id."""

    dogs: Mapping[str, Dog] = field(default_factory=dict)
    memes: Mapping[str, Meme] = field(default_factory=dict)


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The pack of this project. Raises WrongPack."""
    return read_pack(FOLDER)


def read_pack(folder: Path) -> Pack:
    """Reads `dogs.yml` and `memes.yml` of a folder, and looks at every drawing. Raises WrongPack with all problems."""
    problems: list[str] = []
    dogs: dict[str, Dog] = {}
    for row in _rows(folder / "dogs.yml", "dogs", problems):
        where = f"dogs.yml, {row.get('id', '(no id)')}"
        drawing = _drawing(folder / "dogs", row, where, problems)
        alt, moments = _texts(row.get("alt"), f"{where}, alt", problems), _moments(row, where, problems)
        dogs[str(row.get("id"))] = Dog(_id(row, dogs, where, problems), drawing, alt, moments)
    templates: dict[str, Template] = {}
    for row in _rows(folder / "memes.yml", "templates", problems):
        where = f"memes.yml, template {row.get('id', '(no id)')}"
        drawing = _drawing(folder / "memes", row, where, problems)
        alt, boxes = _texts(row.get("alt"), f"{where}, alt", problems), _boxes(row, where, problems)
        templates[str(row.get("id"))] = Template(_id(row, templates, where, problems), drawing, alt, boxes)
    memes: dict[str, Meme] = {}
    for row in _rows(folder / "memes.yml", "memes", problems):
        where = f"memes.yml, {row.get('id', '(no id)')}"
        template = templates.get(str(row.get("template")))
        if template is None:
            problems.append(f"{where}: template {row.get('template')!r} is none of {', '.join(templates)}.")
            continue
        captions = _captions(row, template, where, problems)
        memes[str(row.get("id"))] = Meme(
            _id(row, memes, where, problems), template, captions, _moments(row, where, problems)
        )
    if problems:
        raise WrongPack(problems)
    return Pack(dogs, memes)


def _rows(file: Path, key: str, problems: list[str]) -> list[dict[str, Any]]:
    try:
        document = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except OSError:
        problems.append(f"{file.name}: the file is missing.")
        return []
    except YAMLError as error:
        problems.append(f"{file.name}: this is not YAML: {' '.join(str(error).split())}")
        return []
    rows = document.get(key) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(f"{file.name}: there must be a list under `{key}:`, each with an id.")
        return []
    return rows


def _id(row: Mapping[str, Any], others: Mapping[str, Any], where: str, problems: list[str]) -> str:
    name = str(row.get("id", ""))
    if not _ID.fullmatch(name):
        problems.append(f"{where}: an id has small letters a-z, digits and single hyphens, like sleeping-dog.")
    if name in others:
        problems.append(f"{where}: this id is there twice. Give one of them another.")
    return name


def _drawing(folder: Path, row: Mapping[str, Any], where: str, problems: list[str]) -> Path:
    name = str(row.get("file", ""))
    file = folder / name
    if not re.fullmatch(r"[\w-]+\.svg", name) or not file.is_file():
        problems.append(f"{where}: file {name!r} must be an SVG file in {folder.name}/.")
        return file
    content = file.read_text(encoding="utf-8")
    view = _VIEW.search(content)
    if view is None or view.groups() != (str(SIZE), str(SIZE)):
        problems.append(f'{where}: {name} must begin with <svg ... viewBox="0 0 {SIZE} {SIZE}">.')
    if _FOREIGN.search(content):
        problems.append(f"{where}: {name} must hold drawn shapes only, no scripts, pictures or links.")
    return file


def _texts(value: Any, where: str, problems: list[str]) -> dict[str, str]:
    texts = {language: str((value or {}).get(language) or "").strip() for language in LANGUAGES}
    for language, text in texts.items():
        if not text:
            problems.append(f"{where}: the words in {language} are missing.")
    return texts


def _moments(row: Mapping[str, Any], where: str, problems: list[str]) -> tuple[str, ...]:
    moments = tuple(row.get("moments") or ())
    unknown = [str(moment) for moment in moments if moment not in MOMENTS]
    if unknown or not moments:
        problems.append(f"{where}: moments must be some of {', '.join(MOMENTS)}{_not(unknown)}.")
    return moments


def _not(unknown: Sequence[str]) -> str:
    return f", not {', '.join(unknown)}" if unknown else ""


def _boxes(row: Mapping[str, Any], where: str, problems: list[str]) -> tuple[Box, ...]:
    try:
        boxes = tuple(Box(**box) for box in row.get("boxes") or ())
    except TypeError:
        boxes = ()
    inside = all(
        box.x >= 0 and box.y >= 0 and box.x + box.width <= SIZE and box.y + box.height <= SIZE for box in boxes
    )
    if not boxes or not inside:
        problems.append(
            f"{where}: each of boxes must be like {{x: 40, y: 40, width: 560, height: 90}}, in the picture."
        )
    return boxes


def _captions(
    row: Mapping[str, Any], template: Template, where: str, problems: list[str]
) -> dict[str, tuple[str, ...]]:
    captions = {}
    for language in LANGUAGES:
        lines = tuple(str(line).strip() for line in (row.get("captions") or {}).get(language) or ())
        captions[language] = lines
        if len(lines) != len(template.boxes) or not all(lines):
            problems.append(
                f"{where}, {language}: {template.id} has room for {len(template.boxes)} captions, each needed."
            )
            continue
        for line, box in zip(lines, template.boxes, strict=True):
            try:
                fitted(line, box)
            except CaptionTooLong as error:
                problems.append(f"{where}, {language}: {error}")
    return captions
