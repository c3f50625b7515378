"""The connection to the broker: paho's client, a session that outlives it, and reconnecting."""

import asyncio
import logging
import secrets
import struct
from collections.abc import Callable, Iterable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.client import PUBACK
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from connectors.devices.mqtt.confirmations import Confirmations, unavailable
from connectors.devices.mqtt.entity import Publish
from connectors.devices.mqtt.inbox import Inbox, Raw
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.wire import Client

IN_FLIGHT = 1_000  # unacknowledged messages that the broker may send (MQTT 5)
_SESSION_EXPIRY_S = 7 * 24 * 3600
_CONNECT_S = 5.0
_CONNACK_S = 10.0
_LONGEST_WAIT_S = 30.0
_TOPICS_A_PACKET = 100
_WRONG_VERSION = ("Unsupported protocol version", "Protocol error", "Malformed packet")
_PUBACK = struct.Struct(">BBH")  # type and flags, remaining length, message id (MQTT 3.1.1 and 5, section 3.4)
_log = logging.getLogger(__name__)


class Session:
    """One persistent session. `run` keeps it connected until it is cancelled."""

    def __init__(self, options: MqttOptions, inbox: Inbox, on_connected: Callable[[bool], None]) -> None:
        """`on_connected` is called in the loop with whether the broker still had the session."""
        self._options = options
        self._inbox = inbox
        self._on_connected = on_connected
        self._loop = asyncio.get_running_loop()
        self._client: paho.Client | None = None
        self._version = MQTTProtocolVersion.MQTTv311 if options.protocol == "3.1.1" else MQTTProtocolVersion.MQTTv5
        self._lost = asyncio.Event()
        self._confirmations = Confirmations(options.address)
        self.connection = 0
        self.connected = asyncio.Event()
        self.problem: str | None = None
        self._at_once = False  # another version is to be tried: no need to wait
        self.refused_topics: list[str] = []

    @property
    def version(self) -> str:
        return "5" if self._version == MQTTProtocolVersion.MQTTv5 else "3.1.1"

    async def run(self) -> None:
        """Connects, and again whenever the connection is lost, waiting longer each time."""
        wait_s = 0.0
        while True:
            was_up = False
            try:
                was_up = await self._connect_once()
            finally:
                await self._disconnect()
            if self._at_once:
                self._at_once = False
                continue
            wait_s = 0.5 if was_up else min(_LONGEST_WAIT_S, max(0.5, wait_s * 2))
            await asyncio.sleep(wait_s * (0.5 + secrets.randbelow(1000) / 1000))

    async def publish(self, message: Publish) -> None:
        """Returns when the broker has it (QoS 1 and 2), or when it is on its way. Raises Unavailable."""
        client = self._connected_client()
        info = client.publish(message.topic, message.payload, message.qos, message.retain)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise unavailable(self._options.address, paho.error_string(info.rc))
        await self._confirmations.wait("publish", info.mid)

    def subscribe(self, topics: Iterable[str], *, replay: bool) -> None:
        """QoS 1. `replay` asks for retained messages even where the session had the subscription (MQTT 5)."""
        client = self._client
        if client is None or not self.connected.is_set():
            return  # everything is subscribed to when the connection is made
        wanted = sorted(topics)
        for start in range(0, len(wanted), _TOPICS_A_PACKET):
            some = wanted[start : start + _TOPICS_A_PACKET]
            if self.version == "5":
                handling = (
                    SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if replay else SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
                )
                client.subscribe([(topic, SubscribeOptions(qos=1, retainHandling=handling)) for topic in some])
            else:
                client.subscribe([(topic, 1) for topic in some])

    def unsubscribe(self, topics: Iterable[str]) -> None:
        wanted = sorted(topics)
        if self._client is not None and self.connected.is_set() and wanted:
            self._client.unsubscribe(wanted)

    def acknowledge(self, messages: Iterable[Raw]) -> None:
        """Tells the broker that these need not come again. Those of former connections are left out."""
        client = self._client
        if client is None:
            return
        mine = [raw for raw in messages if raw.qos and raw.connection == self.connection]
        packets = b"".join([_PUBACK.pack(PUBACK, 2, raw.mid) for raw in mine if raw.qos == 1])
        if packets:
            # client.ack() costs two system calls a message; hundreds of acknowledgements fit into one.
            client._packet_queue(PUBACK, packets, 0, 0)
        for raw in mine:
            if raw.qos == 2:
                client.ack(raw.mid, raw.qos)

    async def settle(self) -> None:
        """Returns when the broker has taken in everything sent so far. Raises Unavailable.

        Brokers answer in order, so the answer to a harmless request tells that the acknowledgements before it
        have arrived: MQTT confirms those in no other way.
        """
        client = self._connected_client()
        code, mid = client.unsubscribe(f"{self._options.native_prefix}/-/settled")
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            raise unavailable(self._options.address, paho.error_string(code))
        await self._confirmations.wait("unsubscribe", mid)

    # --- connecting ------------------------------------------------------------------------------

    async def _connect_once(self) -> bool:
        """Answers whether the connection was up before it was lost."""
        self._lost.clear()
        self.connection += 1
        self._client = client = self._make_client()
        try:
            async with asyncio.timeout(_CONNACK_S):
                await asyncio.to_thread(self._open, client)
                client.loop_start()
                await _first_of(self.connected, self._lost)
        except TimeoutError:
            self.problem = "it does not answer"
            self._try_older()
            return False
        except (OSError, ValueError) as error:
            self.problem = str(error) or type(error).__name__
            return False
        if not self.connected.is_set():
            return False
        await self._lost.wait()
        return True

    def _make_client(self) -> paho.Client:
        options = self._options
        five = self._version == MQTTProtocolVersion.MQTTv5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=options.client_id,
            clean_session=None if five else False,
            protocol=self._version,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.max_queued_messages_set(IN_FLIGHT)
        client.max_inflight_messages_set(100)
        client.connect_timeout = _CONNECT_S
        if options.username is not None:
            client.username_pw_set(options.username, options.password)
        if options.tls is not None:
            client.tls_set_context(options.tls.context())
            if options.tls.insecure:
                client.tls_insecure_set(True)
        client.will_set(f"{options.native_prefix}/status", "offline", qos=1, retain=True)
        connection = self.connection
        client.on_connect = self._in_loop(connection, self._connected)
        client.on_disconnect = self._in_loop(connection, self._disconnected)
        client.on_publish = self._in_loop(connection, self._published)
        client.on_unsubscribe = self._in_loop(connection, self._unsubscribed)
        client.on_subscribe = self._in_loop(connection, self._subscribed)
        client.on_message = self._receiver(connection)
        return client

    def _open(self, client: paho.Client) -> None:
        if self._version == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = _SESSION_EXPIRY_S
            properties.ReceiveMaximum = IN_FLIGHT
            client.connect(
                self._options.host,
                self._options.port,
                self._options.keepalive_s,
                clean_start=False,
                properties=properties,
            )
        else:
            client.connect(self._options.host, self._options.port, self._options.keepalive_s)

    async def _disconnect(self) -> None:
        self.connected.clear()
        self._confirmations.give_up("the connection was lost")
        client, self._client = self._client, None
        if client is not None:
            client.on_message = None
            await asyncio.shield(asyncio.to_thread(_close, client))

    # --- paho's callbacks, brought into the loop ---------------------------------------------------

    def _in_loop(self, connection: int, handler: Callable[..., None]) -> Callable[..., None]:
        def forward(_client: paho.Client, _userdata: Any, *given: Any) -> None:
            try:
                self._loop.call_soon_threadsafe(self._dispatch, connection, handler, given)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

        return forward

    def _dispatch(self, connection: int, handler: Callable[..., None], given: tuple[Any, ...]) -> None:
        if connection == self.connection:
            handler(*given)

    def _receiver(self, connection: int) -> Callable[..., None]:
        put, now = self._inbox.put, self._options.clock.now

        def receive(_client: paho.Client, _userdata: Any, message: paho.MQTTMessage) -> None:
            try:
                topic = message.topic
            except UnicodeDecodeError:
                topic = "\ufffd"  # counted and acknowledged like every other message nobody reads
            flags = message.qos, message.mid, message.dup, message.retain
            put(Raw(topic, bytes(message.payload), *flags, connection, now()))

        return receive

    def _connected(self, flags: Any, code: ReasonCode, _properties: Any) -> None:
        if code.is_failure:
            self.problem = f"the broker refused the connection: {code}"
            if str(code) in _WRONG_VERSION:
                self._try_older()
            self._lost.set()
            return
        self.problem = None
        self.connected.set()
        self._on_connected(bool(flags.session_present))

    def _disconnected(self, _flags: Any, code: ReasonCode, _properties: Any) -> None:
        if not self.connected.is_set() and self.problem is None:
            self._try_older()  # some hang up without a word
        if self.problem is None:
            self.problem = f"the connection was lost: {code}"
        self._lost.set()

    def _try_older(self) -> None:
        """MQTT 3.1.1 the next time, if MQTT 5 may be the reason that there is no connection."""
        if self.version == "5" and self._options.protocol == "auto":
            _log.info("the broker seems to speak no MQTT 5; trying 3.1.1")
            self._version = MQTTProtocolVersion.MQTTv311
            self._at_once = True

    def _published(self, mid: int, *_: Any) -> None:
        self._confirmations.came("publish", mid)

    def _unsubscribed(self, mid: int, *_: Any) -> None:
        self._confirmations.came("unsubscribe", mid)

    def _subscribed(self, _mid: int, codes: list[ReasonCode], _properties: Any) -> None:
        if refused := [str(code) for code in codes if code.is_failure]:
            self.refused_topics = refused[-10:]

    def _connected_client(self) -> paho.Client:
        if self._client is None or not self.connected.is_set():
            raise unavailable(self._options.address, self.problem or "not connected yet")
        return self._client


def _close(client: paho.Client) -> None:
    client.disconnect()
    client.loop_stop()


async def _first_of(*events: asyncio.Event) -> None:
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
