"""A stand-in for a push service (RFC 8030) and the browser behind it, which reads what it got (RFC 8291, RFC 8292)."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fake_upstream import FakeUpstream, Received, Reply

CREATED = Reply(body=b"", status=201)


class Browser:
    """A device that has subscribed: `subscription` is what it gives the server, `reads` decrypts what it gets."""

    def __init__(self, origin: str, name: str = "eetu") -> None:
        self.path = f"/push/{name}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription: dict[str, Any] = {
            "endpoint": f"{origin}{self.path}",
            "expirationTime": None,
            "keys": {"p256dh": encoded(point), "auth": encoded(self._auth)},
        }

    def reads(self, request: Received) -> dict[str, Any]:
        """Returns the payload of a push for this browser."""
        assert request.headers["Content-Encoding"] == "aes128gcm"
        read = http_ece.decrypt(
            request.body, private_key=self._key, auth_secret=self._auth, version=request.headers["Content-Encoding"]
        )
        payload: dict[str, Any] = json.loads(read)
        return payload


@dataclass(frozen=True)
class Voucher:
    """What the header `Authorization` of a push vouches for, its signature being right."""

    claims: dict[str, Any]
    key: str


def vouched(request: Received) -> Voucher:
    """Returns what a push is signed with (RFC 8292). Raises where the signature isn't that of the key it names."""
    scheme, _, written = request.headers["Authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in written.split(","))
    assert parts.keys() == {"t", "k"}
    header, claims, signature = parts["t"].split(".")
    assert json.loads(decoded(header)) == {"typ": "JWT", "alg": "ES256"}
    raw = decoded(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    key.verify(encode_dss_signature(*numbers), f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return Voucher(json.loads(decoded(claims)), parts["k"])


class FakePushService(FakeUpstream):
    """Answers 201 to each push for a browser of `subscribes`, until it is told otherwise with `answers`."""

    def subscribes(self, name: str = "eetu") -> Browser:
        """Returns a new browser whose pushes come here."""
        browser = Browser(self.url, name)
        self.answers("POST", browser.path, CREATED)
        return browser


def encoded(raw: bytes) -> str:
    """Returns base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(written: str) -> bytes:
    """Returns the bytes of base64url without padding."""
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))
