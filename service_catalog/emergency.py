"""The crisis contacts that are shown when nothing else works: no catalogue, no model, no network.

They are constants on purpose: a broken file or database must not take them away. The catalogue's own crisis
contacts (`data/crisis.yml`) are richer; a test holds the two against each other.
"""

from dataclasses import dataclass
from datetime import date

from translations import translatable, translate


@dataclass(frozen=True)
class EmergencyContact:
    """One way to reach help at once. `url` is `https:` or `tel:`; `checked_on` is the day its source was
    read."""

    name: str
    how: str  # what to do, in plain Finnish
    url: str
    source: str
    checked_on: date


# What can be reached without speaking comes first: a chat, then the emergency number, which takes text messages.
EMERGENCY_CONTACTS = (
    EmergencyContact(
        name=translatable("Sekasin-chat"),
        how=translatable("nimetön chat 12–29-vuotiaille, joka päivä, sekasin.fi"),
        url="https://sekasin.fi",
        source="mtvuutiset.fi 12/2025; sttinfo.fi 5/2024",
        checked_on=date(2026, 9, 8),
    ),
    EmergencyContact(
        name=translatable("Hätänumero 112"),
        how=translatable("lähetä tekstiviesti tai soita 112, kun jonkun henki tai turvallisuus on vaarassa"),
        url="tel:112",
        source="112.fi; lapsiasia.fi; text messages: verkkouutiset.fi 4/2025, puhelinvertailu.com 7/2025",
        checked_on=date(2025, 12, 1),
    ),
    EmergencyContact(
        name=translatable("MIELI Kriisipuhelin"),
        how=translatable("soita 09 2525 0111, vuorokauden ympäri"),
        url="tel:+358925250111",
        source="sttinfo.fi 12/2025 (MIELI Suomen Mielenterveys ry)",
        checked_on=date(2026, 9, 8),
    ),
)


def emergency_text(language: str | None = None) -> str:
    """Returns the contacts as lines of plain words, for a reply that has nothing but text."""
    return "\n".join(
        f"• {translate(contact.name, language)}: {translate(contact.how, language)}" for contact in EMERGENCY_CONTACTS
    )
