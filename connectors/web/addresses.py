"""Where a request may go: public addresses, unless private ones were allowed for that source."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from twin_core.contract.errors import Forbidden, Rejected, Unavailable


@dataclass(frozen=True, slots=True)
class Target:
    """A host, and the one address of it that was looked at: a second look-up could answer another."""

    host: str
    port: int
    address: str


async def target(url: str, *, private: bool) -> Target:
    """Raises Rejected for what is no http(s) address, Unavailable where the name is unknown, Forbidden where it
    leads into a private network and `private` is not set.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets that do not close, a port that is none
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise Rejected(
            f"{url[:200]!r} is no web address.", code="bad_url", hint="Write it like https://example.org/calendar.ics."
        )
    port = port or (443 if parts.scheme == "https" else 80)
    addresses = await _look_up(host, port)
    if not private and (inside := [a for a in addresses if not _is_public(a)]):
        raise Forbidden(
            f"{host} leads into a private network ({inside[0]}).",
            code="private_address",
            hint="If that is meant, set `private = true` for this source.",
        )
    return Target(host, port, addresses[0])


async def _look_up(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(
            f"The name {host[:200]} is not known.", code="unknown_host", hint="Check the address, and the network."
        ) from error
    return [str(entry[4][0]) for entry in found]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.split("%")[0])
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_global
