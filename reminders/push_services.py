"""Which addresses a push may be sent to: those of public push services, never of something inside a network.

A browser says where its pushes go, so anybody may say anything. Hence https on its own port, a name and no number, and
when it is looked up only public addresses: right before a connection, so that a name can't be changed in between.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

LONGEST_ENDPOINT = 1_000  # characters; the longest known have some 700
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"([a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])"
_PUBLIC = re.compile(rf"https://(?=[^/]{{4,253}}/)({_LABEL}\.)+{_TOP}(:443)?/[!$-;=?-Z_a-z~%]*", re.IGNORECASE)
_OF_TRUSTED = re.compile(r"https?://[a-z0-9.:\[\]-]+/[!$-;=?-Z_a-z~%]*", re.IGNORECASE)
_NAT64 = IPv6Network("64:ff9b::/96")


class RefusedEndpoint(ValueError):
    """No push is sent there. The text says what would be right."""


def check(endpoint: str, trusted: Collection[str] = ()) -> None:
    """Raises RefusedEndpoint unless a push may be sent there. `trusted` are origins that needn't be public."""
    if len(endpoint) > LONGEST_ENDPOINT:
        raise RefusedEndpoint(f"endpoint: it must have at most {LONGEST_ENDPOINT} characters.")
    if is_trusted(endpoint, trusted) or _PUBLIC.fullmatch(endpoint):
        return
    raise RefusedEndpoint(
        "endpoint: it must be the https address of a public push service, as the browser's subscription has it: "
        "a host name, no number, no other port."
    )


def is_trusted(endpoint: str, trusted: Collection[str]) -> bool:
    """Returns whether an endpoint is of an origin that needn't be public."""
    return bool(_OF_TRUSTED.fullmatch(endpoint)) and origin(endpoint) in trusted


def origin(endpoint: str) -> str:
    """Returns the scheme and host of an endpoint that was checked, which the token of a push is for (RFC 8292)."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(":443")


def is_public(address: str) -> bool:
    """Returns whether anybody on the internet may reach an IP address, also one that is written inside another."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _with_inner(found))


def _with_inner(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, *(one for one in inner if one)]


class PublicAddresses(AbstractResolver):
    """Looks names up for aiohttp, and knows only their public addresses."""

    async def resolve(self, hostname: str, port: int = 0, family: int = socket.AF_INET) -> list[dict[str, Any]]:
        """Returns the public addresses of a name. Raises OSError when it has none."""
        found = await asyncio.get_running_loop().getaddrinfo(
            hostname, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
        public = [(kind, proto, where[0]) for kind, _, proto, _, where in found if is_public(str(where[0]))]
        if not public:
            raise OSError("The name has no public address.")
        return [
            {"hostname": hostname, "host": host, "port": port, "family": kind, "proto": proto, "flags": 0}
            for kind, proto, host in public
        ]

    async def close(self) -> None:
        """Nothing is held."""
