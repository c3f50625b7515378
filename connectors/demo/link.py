"""A device's own connection to the broker, with its last will: kept up by paho, heard in the event loop."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from connectors.demo.styles import Message

_DEFAULT_PORT = 1883


class Link:
    """`on_connected` runs in the loop after each connection, `on_message` for each message."""

    def __init__(
        self,
        url: str,
        client_id: str,
        will: Message,
        on_connected: Callable[[], None],
        on_message: Callable[[str, str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or _DEFAULT_PORT
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id)
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        self._client.reconnect_delay_set(1, 15)
        self._client.on_connect = self._connected
        self._client.on_message = self._received
        self._on_connected = on_connected
        self._on_message = on_message

    def open(self) -> None:
        """Keeps trying in the background until it is closed."""
        self._client.connect_async(*self._address, keepalive=30)
        self._client.loop_start()

    def publish(self, messages: Iterable[Message]) -> None:
        """QoS 1; what cannot be sent now is dropped, as the next report says it anew."""
        if self._client.is_connected():
            for message in messages:
                self._client.publish(message.topic, message.payload, 1, message.retain)

    def subscribe(self, topics: Iterable[str]) -> None:
        for topic in topics:
            self._client.subscribe(topic, 1)

    async def aclose(self, farewell: Message) -> None:
        """Says that it goes, as a clean disconnection leaves the last will unsaid."""
        if self._client.is_connected():
            sent = self._client.publish(farewell.topic, farewell.payload, 1, farewell.retain)
            await asyncio.to_thread(_wait, sent)
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _connected(self, _client: paho.Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if not code.is_failure:
            self._call(self._on_connected)

    def _received(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._call(self._on_message, message.topic, bytes(message.payload).decode("utf-8", "replace"))

    def _call(self, function: Callable[..., None], *given: str) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *given)
        except RuntimeError:
            return  # the loop is closed: the program ends


def _wait(sent: paho.MQTTMessageInfo) -> None:
    sent.wait_for_publish(2.0)
