"""Which web pages may speak with a Pollux that trusts its own machine."""

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from twin_core.contract.errors import Forbidden


def check_origin(connection: HTTPConnection, allowed: Collection[str] = ()) -> None:
    """Lets in programs, pages of Pollux itself, and pages of the `allowed` origins.

    Where no door before us has asked who comes in, a server on loopback wants a loopback name as Host too: a
    page may point its own name at 127.0.0.1 (DNS rebinding) and would then seem to be ours. Raises Forbidden.
    """
    origin = connection.headers.get("origin")
    if origin is not None and origin.rstrip("/").lower() in {a.rstrip("/").lower() for a in allowed}:
        return
    host = connection.headers.get("host", "")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise Forbidden(
            f"Pages of {origin[:100]} may not talk to this Pollux.",
            code="foreign_origin",
            hint="Add it to web.origins if you trust that site.",
        )
    asked = hasattr(connection.state, "user")
    if not asked and _on_loopback(connection.scope) and not _names_loopback(host, allowed):
        raise Forbidden(
            f"This Pollux listens on this machine only and is not called {host[:100]}.",
            code="foreign_host",
            hint="Use http://127.0.0.1, or add the address to web.origins.",
        )


def _on_loopback(scope: Mapping[str, object]) -> bool:
    server = scope.get("server")
    if not isinstance(server, tuple | list):
        return False  # a Unix socket: only its owner reaches it
    return _is_loopback(str(server[0]))


def _names_loopback(host: str, allowed: Collection[str]) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or _is_loopback(name) or name in {urlsplit(a).hostname for a in allowed}


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
