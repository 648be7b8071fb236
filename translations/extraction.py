"""Finds the Finnish words to translate: Babel's extractors for YAML, and the template of all words.

Python marks its words with `translate("…", language)`, `plural(…)` and `translatable("…")`; Babel's own extractor
finds these. babel.cfg at the top says which files are read how.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / "babel.cfg"
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"translate": None, "translatable": None, "plural": (1, 2)}
"""The functions whose first words are translated; of `plural` the first two."""
IN_RESPONSES = ("text", "title")
"""What people read of a response in the domain. A button's payload stays Finnish: it is what a tap sends."""

Found = tuple[int, str, str, list[str]]
"""What a Babel extractor yields: line, function (none), words, comments for translators."""


def extract_domain(
    file: BytesIO, keywords: Mapping[str, Any], comment_tags: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel extractor of a file of Rasa's domain: texts and button titles of its responses, with the response's name
    and the conditions of the variant as a comment."""
    responses = _child(YAML().compose(file), "responses")
    for name, variants in _pairs(responses):
        for variant in variants.value if isinstance(variants, SequenceNode) else ():
            about = " ".join([name, *_conditions(variant)])
            for words in _scalars(variant, IN_RESPONSES):
                yield words.start_mark.line + 1, "", words.value, [about]


def extract_words(
    file: BytesIO, keywords: Mapping[str, Any], comment_tags: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel extractor of other YAML: every text, or those of the keys that the option `keys` lists, with the names of
    the keys that lead to it as a comment."""
    keys = str(options.get("keys", "")).split()
    yield from _words(YAML().compose(file), keys, (), not keys)


def _words(node: Node | None, keys: list[str], path: tuple[str, ...], wanted: bool) -> Iterator[Found]:
    if isinstance(node, MappingNode):
        for name, value in _pairs(node):
            yield from _words(value, keys, (*path, name), wanted or name in keys)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _words(value, keys, path, wanted)
    elif isinstance(node, ScalarNode) and wanted and node.tag.endswith(":str") and node.value:
        yield node.start_mark.line + 1, "", node.value, [".".join(path)]


def template() -> Catalog:
    """Returns every message there is to translate, in the order of the files, with the files but no lines in them:
    so that a line more in a file changes no catalogue."""
    methods, options = parse_mapping_cfg(CONFIGURATION.open(encoding="utf-8"), str(CONFIGURATION))[:2]
    found: dict[str | tuple[str, ...], tuple[set[str], list[str]]] = {}
    rows = extract_from_dir(str(ROOT), methods, options, KEYWORDS, ("For translators:",), strip_comment_tags=True)
    for name, _, message, comments, _ in sorted(rows, key=lambda row: (row[0], row[1])):
        files, notes = found.setdefault(message, (set(), []))
        files.add(Path(name).as_posix())
        notes += [comment for comment in comments if comment not in notes]
    catalogue = Catalog(project="saattaja", charset="utf-8")
    known = {message[0] for message in found if isinstance(message, tuple)}
    for message, (files, notes) in found.items():
        if message not in known:
            places = [(file, None) for file in sorted(files)]
            catalogue.add(message, locations=places, auto_comments=notes)  # type: ignore[arg-type]
    return catalogue


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield str(key.value), value


def _child(node: Node | None, name: str) -> Node | None:
    return next((value for key, value in _pairs(node) if key == name), None)


def _scalars(node: Node, names: Iterable[str]) -> Iterator[ScalarNode]:
    """The texts under these keys, in lists under the node too, in order."""
    for name, value in _pairs(node):
        if name in names and isinstance(value, ScalarNode) and value.value:
            yield value
        elif isinstance(value, SequenceNode):
            for one in value.value:
                yield from _scalars(one, names)


def _conditions(variant: Node) -> Iterator[str]:
    condition = _child(variant, "condition")
    for one in condition.value if isinstance(condition, SequenceNode) else ():
        fields = {key: getattr(value, "value", "") for key, value in _pairs(one)}
        yield f"{fields.get('name')}={fields.get('value')}"


def skip_directory(path: str | os.PathLike[str]) -> bool:
    """Whether nothing under a directory is read."""
    return Path(path).name.startswith(".")
