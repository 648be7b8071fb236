"""The settings in a messenger: screens with buttons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from translations import translate


def opened(connection: Connection, address: str, language: str, now: datetime) -> dict[str, Any]:
    """Returns the first screen."""
    words = ("Omat muistutukset", "Milloin saa muistuttaa", "Mitä minusta tiedetään", "Unohda minut")
    buttons = [{"title": translate(one, language), "payload": one} for one in words]
    return {"text": translate("Mitä haluat muuttaa?", language), "buttons": buttons}


def chosen(connection: Connection, address: str, action: str, language: str, now: datetime) -> dict[str, Any]:
    """Does what a button of a screen says, and returns the screen that follows."""
    return opened(connection, address, language, now)


def link(connection: Connection, address: str, code: str, language: str, now: datetime) -> dict[str, Any]:
    """Links this channel with another by its code; without a code, gives one."""
    return opened(connection, address, language, now)
