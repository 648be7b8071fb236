"""The key by which push services know this server (RFC 8292, VAPID), made once and kept in a file.

Browsers subscribe to this key: with another one none of their subscriptions works any more, so keep the file.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException

LIFETIME = timedelta(hours=12)  # of a token; RFC 8292 allows 24
_RENEWED = timedelta(hours=1)  # before its end


class KeyUnusable(RuntimeError):
    """There is no key, and none can be made. The text says what to do."""


class VapidKey:
    """The key of this server. `public` is what browsers subscribe to (`applicationServerKey`, base64url)."""

    def __init__(self, vapid: Vapid02) -> None:
        self._vapid = vapid
        point = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = urlsafe_b64encode(point).rstrip(b"=").decode()
        self._tokens: dict[tuple[str, str], tuple[datetime, str]] = {}

    def authorization(self, audience: str, contact: str, now: datetime) -> str:
        """Returns the header `Authorization` for a push service, by its origin; `contact` is mailto: or https:."""
        known = self._tokens.get((audience, contact))
        if known and now < known[0] - _RENEWED and known[0] <= now + LIFETIME:
            return known[1]
        expires = now + LIFETIME
        # A dictionary of its own each time: the library may write into it.
        claims = {"aud": audience, "exp": int(expires.timestamp()), "sub": contact}
        header = str(self._vapid.sign(claims)["Authorization"])
        if len(self._tokens) >= 100:
            self._tokens.clear()
        self._tokens[audience, contact] = expires, header
        return header


def key_in(file: Path) -> VapidKey:
    """Returns the key that a file holds, in PEM; makes one when there is no such file. Raises KeyUnusable.

    Whoever of several processes makes it first, all get the same. Only its owner may read the file.
    """
    try:
        if not file.exists():
            _make(file)
        vapid = Vapid02.from_pem(file.read_bytes())
    except OSError as error:
        raise KeyUnusable(
            f"The key for pushes can't be kept in {file} ({error.strerror}). Let this program write there, or name "
            "another file in SAATTAJA_PUSH_KEY."
        ) from None
    except (ValueError, VapidException):
        raise _no_key(file) from None
    private = vapid.private_key
    if not isinstance(private, EllipticCurvePrivateKey) or not isinstance(private.curve, SECP256R1):
        raise _no_key(file)
    return VapidKey(vapid)


def _no_key(file: Path) -> KeyUnusable:
    return KeyUnusable(
        f"{file} holds no key for pushes. Put back the one that was there, or delete the file to make a new one: then "
        "everybody has to allow pushes again."
    )


def _make(file: Path) -> None:
    vapid = Vapid02()
    vapid.generate_keys()
    # The file is its owner's alone from the first moment, and gets its name when it is whole.
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(vapid.private_pem())
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was faster
    finally:
        os.unlink(draft)
