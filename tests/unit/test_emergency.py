"""The contacts of last resort are constants; they must say what the catalogue says."""

from __future__ import annotations

import re

import pytest

from service_catalog.catalog import Catalog
from service_catalog.emergency import EMERGENCY_CONTACTS, EmergencyContact, emergency_text


def ending(link: str) -> str:
    """The part of a link that doesn't depend on the country code: the last digits, or the address."""
    return re.sub(r"\D", "", link)[-7:] if link.startswith(("tel:", "sms:")) else link


@pytest.mark.parametrize("contact", EMERGENCY_CONTACTS, ids=[one.name for one in EMERGENCY_CONTACTS])
def test_a_contact_of_last_resort_agrees_with_the_catalogue(contact: EmergencyContact, seed_catalog: Catalog) -> None:
    service = next(one for one in seed_catalog.services() if one.name == contact.name)
    assert ending(contact.url) in {ending(channel.link) for channel in service.channels if channel.link}
    assert contact.checked_on == service.verified_on
    assert contact.source


def test_what_needs_no_speaking_comes_first_and_112_is_there() -> None:
    assert EMERGENCY_CONTACTS[0].url.startswith("https:")
    assert "112" in emergency_text() and "tekstiviesti" in emergency_text()
