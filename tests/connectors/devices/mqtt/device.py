"""A device for tests: publishes and hears, and waits for things to happen instead of for time to pass."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from connectors.devices.mqtt import build
from connectors.devices.mqtt.connector import MqttConnector
from tests.house import House

T = TypeVar("T")
PATIENCE_S = 20.0


class Device:
    """A client on a broker; `heard` holds what came on the topics it listens to."""

    def __init__(self, url: str, client_id: str = "device") -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or 1883
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id)
        if parts.username:
            self._client.username_pw_set(parts.username, parts.password)
        self.heard: list[tuple[str, str, bool]] = []
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, m.payload.decode(), m.retain))

    async def __aenter__(self) -> "Device":
        await asyncio.to_thread(self._client.connect, *self._address)
        self._client.loop_start()
        await until(self._client.is_connected)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    async def listen(self, topic: str) -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def subscribed(*_: Any) -> None:
            loop.call_soon_threadsafe(done.set)

        self._client.on_subscribe = subscribed
        self._client.subscribe(topic, 1)
        await asyncio.wait_for(done.wait(), PATIENCE_S)

    async def say(self, topic: str, payload: Any, *, retain: bool = False, qos: int = 1) -> None:
        """Returns when the broker has it."""
        data = payload if isinstance(payload, (str, bytes)) else json.dumps(payload)
        sent = self._client.publish(topic, data, qos, retain)
        await asyncio.to_thread(sent.wait_for_publish, PATIENCE_S)

    def say_soon(self, topic: str, payload: Any) -> None:
        self._client.publish(topic, payload if isinstance(payload, (str, bytes)) else json.dumps(payload), 1)

    async def hears(self, topic: str) -> str:
        """The first payload on this topic."""
        return await until(lambda: next((payload for t, payload, _ in self.heard if t == topic), None))


async def until(found: Callable[[], T | None]) -> T:
    """The first truthy answer. Fails when it does not come."""
    async with asyncio.timeout(PATIENCE_S):
        while not (answer := found()):  # noqa: ASYNC110 (a foreign thing that tells nobody)
            await asyncio.sleep(0.02)
        return answer


async def eventually(ask: Callable[[], Awaitable[T | None]]) -> T:
    """The same for questions that have to be awaited."""
    async with asyncio.timeout(PATIENCE_S):
        while not (answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return answer


@asynccontextmanager
async def connected(house: House, url: str, **options: Any) -> AsyncIterator[MqttConnector]:
    """The connector of a house, running and subscribed."""
    given = {"core": house.core, "store": house.store, "clock": house.clock, "url": url, **options}
    connector = build(given)
    assert isinstance(connector, MqttConnector)
    task = asyncio.create_task(connector.run())
    ready = asyncio.create_task(connector.ready.wait())
    try:
        await asyncio.wait({task, ready}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        assert connector.ready.is_set(), connector.faults()
        yield connector
    finally:
        ready.cancel()
        task.cancel()
        await asyncio.gather(task, ready, return_exceptions=True)
