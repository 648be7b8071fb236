"""Fingerprints of what Rasa's training cache can't see: helper modules and data files."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path


def fingerprint(*paths: Path) -> str:
    """Changes when the content of any of these files changes."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def source(*modules: str) -> list[Path]:
    """The files of modules, by name."""
    return [Path(str(import_module(module).__file__)) for module in modules]
