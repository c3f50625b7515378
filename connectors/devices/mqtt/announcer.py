"""From discovery messages to devices of the twin core: gathered, announced, kept over a restart."""

import asyncio
from collections.abc import Callable

from connectors.devices.mqtt.announcement import parse_announcement
from connectors.devices.mqtt.diagnostics import Diagnostics, Malformed
from connectors.devices.mqtt.inbox import Raw
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.registry import Registry
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.ports import Batch, Document
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import WithdrawDevice

KIND = "mqtt_announcement"
_AGAIN_S = 2.0


class Announcer:
    """Announcements of one device arrive one by one: it is announced when they pause.

    They are kept in the store, so that after a restart the messages that waited in the broker find their
    signals before any device has announced itself again.
    """

    def __init__(
        self,
        options: MqttOptions,
        registry: Registry,
        diagnostics: Diagnostics,
        cause: Cause,
        on_routed: Callable[[set[str]], None],
    ) -> None:
        """`on_routed` gets the topics that a newly announced device is to be heard on."""
        self._options = options
        self._registry = registry
        self._diagnostics = diagnostics
        self._cause = cause
        self._on_routed = on_routed
        self._payloads: dict[str, str] = {}
        self._unsaved: set[str] = set()
        self._pending: dict[str, asyncio.TimerHandle] = {}
        self._due: asyncio.Queue[str] = asyncio.Queue()

    async def load(self) -> None:
        """Takes in what was announced in a former life, and announces it anew."""
        if self._options.store is None:
            return
        known = [(topic, str(doc["payload"])) async for topic, doc in self._options.store.scan(KIND)]
        changed: set[str] = set()
        for topic, payload in known:
            self._payloads[topic] = payload
            changed |= self._apply(topic, payload.encode())
        for source in sorted(changed):
            await self._announce(source)

    def take(self, raw: Raw) -> None:
        """One discovery message; an unchanged one costs next to nothing."""
        payload = raw.payload.decode("utf-8", "replace")
        if self._payloads.get(raw.topic, "") == payload:
            return
        changed = self._apply(raw.topic, raw.payload)
        self._payloads[raw.topic] = payload
        if not payload:
            del self._payloads[raw.topic]
        self._unsaved.add(raw.topic)
        for source in changed:
            self._schedule(source, self._options.announce_after_s)

    def renew(self, source: str) -> None:
        """The device has more signals than it was announced with."""
        if source not in self._pending:
            self._schedule(source, self._options.announce_after_s)

    async def run(self) -> None:
        """Announces what is due, until it is cancelled."""
        while True:
            source = await self._due.get()
            try:
                await self._announce(source)
                await self._save()
            except Unavailable:
                self._schedule(source, _AGAIN_S)
            except PolluxError as error:
                self._diagnostics.count(Malformed("rejected", str(error)), source)

    def _apply(self, topic: str, payload: bytes) -> set[str]:
        try:
            announcement = parse_announcement(self._options.prefix, topic, payload)
        except Malformed as fault:
            self._diagnostics.count(fault, topic, payload)
            return set()
        changed, faults = self._registry.apply(announcement)
        for problem in faults:
            self._diagnostics.count(problem, topic, payload)
        return changed

    def _schedule(self, source: str, after_s: float) -> None:
        if waiting := self._pending.pop(source, None):
            waiting.cancel()
        self._pending[source] = asyncio.get_running_loop().call_later(after_s, self._make_due, source)

    def _make_due(self, source: str) -> None:
        self._pending.pop(source, None)
        self._due.put_nowait(source)

    async def _announce(self, source: str) -> None:
        device = self._registry.devices.get(source)
        if device is None:
            return
        if not device.entities:
            self._registry.forget(source)
            if device.announced:
                await self._options.core.execute(WithdrawDevice(source), self._cause)
            return
        await self._options.core.execute(self._registry.describe(source), self._cause)
        device.announced = True
        self._on_routed(self._registry.route(source))

    async def _save(self) -> None:
        store, topics = self._options.store, self._unsaved
        if store is None or not topics:
            return
        self._unsaved = set()
        documents = [
            Document(KIND, topic, {"payload": self._payloads[topic]} if topic in self._payloads else None)
            for topic in sorted(topics)
        ]
        try:
            await store.commit(Batch(documents=documents, cause=self._cause))
        except Unavailable:
            self._unsaved |= topics
            raise
