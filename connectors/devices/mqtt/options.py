"""The options of the MQTT connector."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import Store, TwinCore

Protocol = Literal["auto", "5", "3.1.1"]


@dataclass(frozen=True, slots=True)
class Tls:
    """Encryption; `insecure` accepts any certificate and host name."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    insecure: bool = False

    def context(self) -> ssl.SSLContext:
        """Raises Rejected for files that cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.certificate:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise Rejected(
                f"The MQTT certificates cannot be used: {error}",
                code="bad_tls",
                hint="Check the paths under mqtt.tls: ca, certificate and key are PEM files.",
            ) from error
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True)
class MqttOptions:
    """Where the broker is, how to log in, and which topics to use."""

    core: TwinCore
    store: Store | None
    clock: Clock
    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = None
    tls: Tls | None = None
    client_id: str = "pollux"
    protocol: Protocol = "auto"
    prefix: str = "homeassistant"
    native_prefix: str = "pollux"
    keepalive_s: int = 30
    announce_after_s: float = 0.3  # announcements of a device arrive one by one

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def read_options(options: Mapping[str, Any]) -> MqttOptions:
    """The options, with `url` (mqtt://user:password@host:port or mqtts://…) taken apart. Raises Rejected."""
    given = dict(options)
    if url := given.pop("url", None):
        given = {**_from_url(url), **given}
    given["tls"] = _tls(given)
    known = {item.name for item in fields(MqttOptions)}
    if unknown := sorted(given.keys() - known):
        raise Rejected(
            f"The MQTT connector has no option {unknown[0]!r}.",
            code="unknown_option",
            hint=f"It knows {', '.join(sorted(known))}.",
        )
    if given.get("protocol", "auto") not in ("auto", "5", "3.1.1"):
        raise Rejected("The MQTT protocol is auto, 5 or 3.1.1.", code="bad_option")
    return MqttOptions(**given)


def _tls(given: dict[str, Any]) -> Tls | None:
    """From `tls` (true, or a mapping of its options), or from ca, certificate, key and insecure beside it."""
    wanted = given.pop("tls", False)
    beside = {name: given.pop(name, None) for name in ("ca", "certificate", "key", "insecure")}
    if isinstance(wanted, Tls) or not wanted:
        return wanted or None
    named = {**beside, **(wanted if isinstance(wanted, Mapping) else {})}
    paths = {name: str(named[name]) if named.get(name) else None for name in ("ca", "certificate", "key")}
    return Tls(**paths, insecure=bool(named.get("insecure")))


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise Rejected(f"{url!r} is no MQTT address.", code="bad_url", hint="Write it like mqtt://host:1883.")
    tls = parts.scheme == "mqtts"
    found: dict[str, Any] = {"host": parts.hostname, "port": parts.port or (8883 if tls else 1883)}
    if tls:
        found["tls"] = True
    if parts.username:
        found["username"] = unquote(parts.username)
    if parts.password:
        found["password"] = unquote(parts.password)
    return found
