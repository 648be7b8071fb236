"""Whether a request is Discord's: it signs the time and the body with Ed25519, by the application's key.

https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE, TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
FRESH = timedelta(minutes=5)
"""How far the time of a request may be from ours; an older one may have been recorded and sent again."""


class WrongKey(ValueError):
    """What is set is no public key; the text says what would be right."""


class Signatures:
    """Checks requests by the `public_key` of the application (64 hexadecimal digits). Raises WrongKey."""

    def __init__(self, public_key: str) -> None:
        try:
            self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key.strip()))
        except ValueError:
            raise WrongKey(
                "SAATTAJA_DISCORD_PUBLIC_KEY must have 64 hexadecimal digits. It is under General Information, "
                "Public Key, of the application at https://discord.com/developers/applications."
            ) from None

    def holds(self, signature: str | None, timestamp: str | None, body: bytes, now: datetime) -> bool:
        """Returns whether Discord signed just this body, just now. Never raises, whatever the headers hold."""
        if not signature or not timestamp or not _is_fresh(timestamp, now):
            return False
        try:
            self._key.verify(bytes.fromhex(signature), timestamp.encode() + body)
        except (InvalidSignature, ValueError):
            return False
        return True


def _is_fresh(timestamp: str, now: datetime) -> bool:
    try:
        told = datetime.fromtimestamp(int(timestamp), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(now - told) <= FRESH
