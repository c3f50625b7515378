"""An MQTT broker in the process itself, so that nothing has to be installed: amqtt, on this machine only.

amqtt speaks MQTT 3.1.1 and keeps sessions of clients that log in, never of anonymous ones; so Pollux always logs in,
with a password made at the first start. What it holds for others dies with the process, except retained messages.
"""

import asyncio
import base64
import binascii
import hmac
import json
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker, BrokerContext
from amqtt.plugins.base import BaseAuthPlugin, BasePlugin
from amqtt.session import Session

from twin_core.contract.errors import Rejected, Unavailable

USER = "pollux"
_CREDENTIALS = "mqtt-credentials"
_RETAINED = "mqtt-retained.json"
_SAVE_AFTER_S = 1.0
_CLOSE_S = 5.0
_FIRST_PACKET_S = 10.0
_MQTT_5 = 5
_UNSUPPORTED_VERSION = bytes([0x20, 3, 0, 0x84, 0])  # CONNACK of MQTT 5 with reason "Unsupported Protocol Version"
_log = logging.getLogger(__name__)


class EmbeddedBroker:
    """`async with EmbeddedBroker(host, port, data) as broker`; port 0 picks a free one.

    Raises Unavailable when the port is in use.
    """

    def __init__(self, host: str, port: int, data: Path, *, anonymous: bool = False) -> None:
        """`anonymous` lets devices in without a password; they lose their sessions when they disconnect."""
        self.host = host
        self.port = port
        self.username = USER
        self.password = ""
        self._data = data
        self._anonymous = anonymous
        self._broker: Broker | None = None
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """With user and password: for programs, not for people's eyes."""
        return f"mqtt://{quote(self.username)}:{quote(self.password)}@{self.host}:{self.port}"

    async def __aenter__(self) -> "EmbeddedBroker":
        # amqtt logs every hang-up as an error, with a stack.
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        self.password = _read_password(self._data) or secrets.token_urlsafe(24)
        _write_credentials(self._data, self.password)
        plugins: dict[str, dict[str, Any]] = {
            f"{__name__}.{Gate.__name__}": {"password": self.password, "anonymous": self._anonymous},
            f"{__name__}.{RetainedFile.__name__}": {"path": str(self._data / _RETAINED)},
        }
        self._broker = Broker({"listeners": {"default": {"type": "external"}}, "plugins": plugins})
        await self._broker.start()
        try:
            self._server = await asyncio.start_server(self._accept, self.host, self.port)
        except OSError as error:
            await self._broker.shutdown()
            raise Unavailable(
                f"The MQTT broker cannot listen on {self.host}:{self.port}: {error.strerror or error}.",
                code="port_in_use",
                hint="Another broker may run there: choose another port with --mqtt-port, or set mqtt.host to use it.",
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        if self._broker is not None:
            try:
                async with asyncio.timeout(_CLOSE_S):
                    await self._broker.shutdown()
            except TimeoutError:
                _log.warning("the embedded broker took too long to close")

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._broker is None:
            return
        try:
            async with asyncio.timeout(_FIRST_PACKET_S):
                head = await _read_head(reader)
            if head[-1] >= _MQTT_5:
                writer.write(_UNSUPPORTED_VERSION)
                return
            await self._broker.external_connected(_Replay(head, reader), StreamWriterAdapter(writer), "default")
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            return  # a client that hung up, or said nothing
        except RuntimeError as error:  # amqtt walks its subscriptions while other clients leave
            _log.debug("a client left while others did: %s", error)
        finally:
            writer.close()


def local_url(data: Path, port: int, host: str = "127.0.0.1") -> str:
    """The address of the embedded broker that runs on this data folder, with its credentials where there are any."""
    password = _read_password(data)
    login = f"{USER}:{quote(password)}@" if password else ""
    return f"mqtt://{login}{host}:{port}"


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    """The first packet up to its protocol level (MQTT 5, sections 3.1.1 and 3.1.2)."""
    head = await reader.readexactly(2)
    while head[-1] & 0x80 and len(head) < 5:
        head += await reader.readexactly(1)
    head += await reader.readexactly(2)
    return head + await reader.readexactly(min(int.from_bytes(head[-2:]), 6) + 1)


class _Replay(StreamReaderAdapter):  # type: ignore[misc]  # amqtt has no types
    """A reader that gives again what was read of it already.

    amqtt takes a CONNECT of MQTT 5 for one of 3.1.1, and may wait forever for the rest of it; so the version is
    looked at before.
    """

    def __init__(self, head: bytes, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._head = head

    async def read(self, n: int = -1) -> bytes:
        given, self._head = (self._head[:n], self._head[n:]) if n >= 0 else (self._head, b"")
        if len(given) == n:
            return given
        rest: bytes = await super().read(n - len(given) if n >= 0 else -1)
        return given + rest


class Gate(BaseAuthPlugin):  # type: ignore[misc]  # amqtt has no types
    """Lets the one user in, and devices without a name where that is allowed."""

    @dataclass
    class Config:
        """What amqtt hands over."""

        password: str
        anonymous: bool = False

    async def authenticate(self, *, session: Session) -> bool | None:
        if not session.username:
            session.is_anonymous = True
            return bool(self.config.anonymous)
        right = hmac.compare_digest(str(session.password or ""), self.config.password)
        return session.username == USER and right


class RetainedFile(BasePlugin[BrokerContext]):  # type: ignore[misc]
    """Keeps retained messages over a restart: announcements, states, desired values."""

    @dataclass
    class Config:
        """What amqtt hands over."""

        path: str

    def __init__(self, context: BrokerContext) -> None:
        super().__init__(context)
        self._path = Path(self.config.path)
        self._saving: asyncio.TimerHandle | None = None

    async def on_broker_post_start(self) -> None:
        for topic, payload, qos in _read_retained(self._path):
            await self.context.retain_message(topic, payload, qos)

    async def on_broker_retained_message(self, **_: Any) -> None:
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_SAVE_AFTER_S, self._save)

    async def on_broker_pre_shutdown(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            self._save()

    def _save(self) -> None:
        self._saving = None
        kept = [
            [topic, base64.b64encode(bytes(message.data)).decode(), message.qos]
            for topic, message in self.context.retained_messages.items()
            if message.data
        ]
        _write_private(self._path, json.dumps(kept))


def _read_retained(path: Path) -> list[tuple[str, bytes, int | None]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [(str(topic), base64.b64decode(payload), qos) for topic, payload, qos in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, binascii.Error):
        _log.warning("%s cannot be read: devices have to announce themselves again", path)
        return []


def _read_password(data: Path) -> str | None:
    try:
        user, _, password = (data / _CREDENTIALS).read_text(encoding="utf-8").strip().partition(":")
    except OSError:
        return None
    return password if user == USER and password else None


def _write_credentials(data: Path, password: str) -> None:
    """For the demo and for devices on this machine: `user:password`, readable by this user only."""
    try:
        _write_private(data / _CREDENTIALS, f"{USER}:{password}\n")
    except OSError as error:
        raise Rejected(
            f"{data} cannot be written: {error.strerror or error}.", code="data_folder", hint="Give it to this user."
        ) from error


def _write_private(path: Path, text: str) -> None:
    """Never half written, never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
