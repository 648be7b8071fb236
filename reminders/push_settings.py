"""What the operator sets for pushes, the same for who hands the key out and who sends (docs/reminders.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CONTACT = re.compile(r"mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+", re.ASCII)
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


class WrongPushSetting(ValueError):
    """A setting can't be used; the text says which one, and what would be right."""


@dataclass(frozen=True)
class PushSettings:
    """`key` is the file of the key, `contact` whom push services may write to (mailto: or https:).

    `trusted` are origins of push services that needn't be public: one's own in a closed network, or a test's.
    """

    key: Path = Path("var/vapid.pem")
    contact: str = "https://saattaja.invalid"
    trusted: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> PushSettings:
        """Returns what is set, with the defaults above; the public address is the contact where none is given.

        Raises WrongPushSetting.
        """
        contact = environment.get("SAATTAJA_PUSH_CONTACT", "")
        if contact and not _CONTACT.fullmatch(contact):
            raise WrongPushSetting(
                f"SAATTAJA_PUSH_CONTACT: {contact!r} is no contact. Write mailto:yllapito@example.fi or "
                "https://saattaja.example.fi"
            )
        public = environment.get("SAATTAJA_PUBLIC_URL", "").rstrip("/")
        trusted = tuple(origin.rstrip("/").lower() for origin in environment.get("SAATTAJA_PUSH_ORIGINS", "").split())
        for origin in trusted:
            if not _ORIGIN.fullmatch(origin):
                raise WrongPushSetting(
                    f"SAATTAJA_PUSH_ORIGINS: {origin!r} is no origin. Write them with a space between, scheme and "
                    "host and no path: http://10.0.0.5:8080"
                )
        return cls(
            key=Path(environment.get("SAATTAJA_PUSH_KEY") or cls.key),
            contact=contact or (public if _CONTACT.fullmatch(public) else cls.contact),
            trusted=trusted,
        )
