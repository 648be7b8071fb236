"""Giving people what is kept about them, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection

from people import conversations, feedback, linking, profiles, translated
from people.profiles import WEB_CHAT, addresses
from reminders import attendance, calendars, outbox, pushes
from reminders import store as reminder_store

OF_A_PERSON: tuple[tuple[str, Callable[[Connection, str], Any]], ...] = (
    ("sessions", attendance.export_person),
    ("reminders", reminder_store.export_person),
    ("calendars", calendars.export_person),
    ("devices", pushes.export_person),
    ("feedback", feedback.export_person),
    ("translations", translated.export_person),
    ("link_codes", linking.export_person),
)
"""A name in the export, and the function of the module that keeps it: `export_person(connection, person)`, as JSON."""


def export(connection: Connection, person: str) -> dict[str, Any]:
    """Returns everything that is kept about a person by this database, as JSON can hold it.

    The keys are `profile` (null where there is none), `addresses`, `conversations`, and the names of `OF_A_PERSON`.
    """
    profile = profiles.by_id(connection, person)
    rows = connection.execute(
        addresses.select().where(addresses.c.person == person).order_by(addresses.c.channel, addresses.c.address)
    ).all()
    return {
        "profile": profiles.as_json(profile) if profile else None,
        "addresses": [
            {
                "channel": row.channel,
                # The id of a conversation of the web chat never leaves the server.
                **({} if row.channel == WEB_CHAT else {"address": row.address}),
                "last_used_at": row.last_used_at.isoformat(),
                "reachable": row.reachable,
                "linked_at": row.linked_at and row.linked_at.isoformat(),
            }
            for row in rows
        ],
        "conversations": [_conversation(connection, row.channel, row.address) for row in rows],
        **{name: export_person(connection, person) for name, export_person in OF_A_PERSON},
    }


def export_of(connection: Connection, channel: str, address: str) -> dict[str, Any]:
    """Returns what `export` does for whoever is behind an address, also when they have no profile."""
    profile = profiles.find(connection, channel, address)
    if profile:
        return export(connection, profile.id)
    alone: dict[str, Any] = {"profile": None, "addresses": []}
    return {**alone, "conversations": [_conversation(connection, channel, address)]}


def _conversation(connection: Connection, channel: str, address: str) -> dict[str, Any]:
    begun = conversations.by_id(connection, address) if channel == WEB_CHAT else None
    return {
        "channel": channel,
        "created": begun.created_at.isoformat() if begun else None,
        "expires": begun.expires_at.isoformat() if begun else None,
        "presets": dict(begun.presets) if begun else {},
        "events": [
            {"id": event.id, "kind": event.kind, "at": event.at.isoformat(), "body": event.body}
            for event in outbox.events(connection, address)
        ],
    }
