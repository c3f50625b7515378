"""The MQTT connector as the rest of Pollux meets it."""

import asyncio
from collections.abc import Mapping, Sequence

from connectors.devices.mqtt import native
from connectors.devices.mqtt.announcer import Announcer
from connectors.devices.mqtt.commands import publishes_for
from connectors.devices.mqtt.diagnostics import Diagnostics, Malformed
from connectors.devices.mqtt.entity import Publish
from connectors.devices.mqtt.inbox import Inbox
from connectors.devices.mqtt.ingest import Ingest
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.registry import Registry
from connectors.devices.mqtt.session import Session
from connectors.devices.mqtt.sorting import Sorter
from twin_core.contract.commands import GetState
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import DeviceCommand, Observation
from twin_core.contract.template import Value
from twin_core.contract.views import Fault

INBOX = 2_000


class MqttConnector:
    """Devices on an MQTT broker: announced by Home Assistant discovery, or on Pollux's own topics."""

    name = "mqtt"

    def __init__(self, options: MqttOptions) -> None:
        self._options = options
        self._cause = Cause(self.name)
        self._registry = Registry()
        self._diagnostics = Diagnostics(options.clock)
        self._desired: dict[str, dict[str, Value]] = {}  # twin -> what is wanted of it
        self._session: Session | None = None
        self._ingest: Ingest | None = None
        self._greeting: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()  # connected and subscribed

    async def run(self) -> None:
        """Lives until it is cancelled."""
        inbox = Inbox(INBOX)
        session = Session(self._options, inbox, self._connected)
        announcer = Announcer(self._options, self._registry, self._diagnostics, self._cause, self._routed)
        sorter = Sorter(self._options, self._registry, announcer, self._diagnostics)
        ingest = Ingest(self._options, inbox, session, sorter, self._diagnostics, self._cause)
        await announcer.load()
        if self._options.store is not None and (found := await self._options.store.get("receipt", self.name)):
            ingest.redelivery.restore(found[0])
        self._session, self._ingest = session, ingest
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(announcer.run())
                tasks.create_task(ingest.run())
                tasks.create_task(session.run())
        finally:
            self.ready.clear()
            inbox.close()
            self._session = self._ingest = None

    async def push(self, command: DeviceCommand) -> None:
        """Tells a device in its own words, and its native topic what is wanted of it.

        Raises Unavailable when the broker or the device cannot be told now, Rejected for a value that the device
        does not take.
        """
        session, ingest = self._running()
        wanted = await self._wanted(command)
        for id in native.addresses(command.twin, command.source):
            await session.publish(native.desired(self._options.native_prefix, id, wanted))
        if command.source is None or not command.source.startswith("mqtt:") or not command.signals:
            return
        device = self._registry.devices.get(command.source)
        if device is None:
            raise Unavailable(
                f"The device of {command.twin} has not announced itself.",
                code="unknown_device",
                hint="Switch the device on, or let it announce itself again.",
            )
        try:
            messages, assumed = publishes_for(device, command.signals)
        except Malformed as fault:
            raise Rejected(f"{command.twin} cannot be told: {fault.reason}.", code="bad_value") from fault
        for message in messages:
            await session.publish(message)
        if assumed:
            await ingest.record([Observation(command.source, id, value) for id, value in assumed.items()])

    def faults(self) -> Sequence[Fault]:
        """What is wrong now, then what was malformed, by kind."""
        found: list[Fault] = []
        address, session, ingest = self._options.address, self._session, self._ingest
        if session is not None and not session.connected.is_set():
            found.append(
                Fault(
                    self.name,
                    "critical",
                    f"The MQTT broker at {address} cannot be reached: {session.problem or 'connecting'}.",
                    "Check that the broker runs, its address, user and password; Pollux keeps trying.",
                )
            )
        if session is not None and session.refused_topics:
            found.append(
                Fault(
                    self.name,
                    "warning",
                    f"The broker refused subscriptions: {session.refused_topics[-1]}.",
                    "Let this user read the topics of the devices (access control list of the broker).",
                )
            )
        if ingest is not None and ingest.waiting_for:
            found.append(Fault(self.name, "critical", f"Readings wait: {ingest.waiting_for}", "See to the database."))
        return [*found, *self._diagnostics.faults(self.name)]

    # --- when connected ----------------------------------------------------------------------------

    def _connected(self, session_present: bool) -> None:
        session, ingest = self._running()
        if not session_present:
            ingest.redelivery.forget()
        ingest.forget_availability()
        prefix, own = self._options.prefix, self._options.native_prefix
        session.subscribe(
            [f"{prefix}/+/+/config", f"{prefix}/+/+/+/config", f"{own}/+/telemetry", f"{own}/+/availability"],
            replay=True,
        )
        session.subscribe(self._registry.watches, replay=True)
        session.subscribe(self._registry.routes.keys() - self._registry.watches.keys(), replay=False)
        self._greeting = asyncio.create_task(self._say_hello(session))

    async def _say_hello(self, session: Session) -> None:
        """The birth message that Home Assistant's devices wait for: they announce themselves and report."""
        try:
            await session.publish(Publish(f"{self._options.native_prefix}/status", "online", 1, True))
            await session.publish(Publish(f"{self._options.prefix}/status", "online", 1, False))
            await session.settle()
        except Unavailable:
            return  # lost again; the next connection says it
        self.ready.set()

    def _routed(self, topics: set[str]) -> None:
        if self._session is not None:
            self._session.subscribe(topics, replay=True)

    def _running(self) -> tuple[Session, Ingest]:
        if self._session is None or self._ingest is None:
            raise Unavailable("The MQTT connector does not run.", code="not_running")
        return self._session, self._ingest

    async def _wanted(self, command: DeviceCommand) -> Mapping[str, Value]:
        """All that is wanted of the twin, as the retained message replaces the one before."""
        if command.twin not in self._desired:
            try:
                state = await self._options.core.query(GetState(command.twin))
                self._desired[command.twin] = {name: item.value for name, item in state.desired.items()}
            except PolluxError:
                self._desired[command.twin] = {}
        self._desired[command.twin].update(command.values)
        return self._desired[command.twin]
