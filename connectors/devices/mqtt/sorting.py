"""What raw messages come to: readings, observations, availability, announcements, faults."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from connectors.devices.mqtt import native
from connectors.devices.mqtt.announcer import Announcer
from connectors.devices.mqtt.diagnostics import Diagnostics, Malformed
from connectors.devices.mqtt.inbox import Raw
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.redelivery import Marks, digest
from connectors.devices.mqtt.registry import Registry, Route
from twin_core.contract.telemetry import Observation, Reading


@dataclass(slots=True)
class Work:
    """What a batch of messages comes to. The topics say where each row came from."""

    readings: list[Reading] = field(default_factory=list)
    reading_topics: list[str] = field(default_factory=list)
    reading_marks: Marks = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    observation_topics: list[str] = field(default_factory=list)
    observation_marks: Marks = field(default_factory=dict)
    repeated: Marks = field(default_factory=dict)  # committed before, and to be acknowledged again
    available: dict[str, bool] = field(default_factory=dict)
    pulses: list[tuple[float, Observation]] = field(default_factory=list)  # binary sensors with off_delay

    @property
    def marks(self) -> Marks:
        return {**self.reading_marks, **self.observation_marks}


class Sorter:
    """Reads messages by their topic. What cannot be understood is counted and says nothing."""

    def __init__(
        self, options: MqttOptions, registry: Registry, announcer: Announcer, diagnostics: Diagnostics
    ) -> None:
        self._registry = registry
        self._announcer = announcer
        self._diagnostics = diagnostics
        self._discovery = f"{options.prefix}/"
        self._native = f"{options.native_prefix}/"

    def sort(self, batch: list[Raw], repeats: Callable[[Raw, Work], bool]) -> Work:
        """Leaves out the messages that repeat what was taken before."""
        work = Work()
        for raw in batch:
            if raw.dup and repeats(raw, work):
                continue
            try:
                if raw.topic.startswith(self._native):
                    self._take_native(raw, work)
                elif raw.topic in self._registry.routes or raw.topic in self._registry.watches:
                    self._take_state(raw, work)
                elif raw.topic.startswith(self._discovery) and raw.topic.endswith("/config"):
                    self._announcer.take(raw)
                elif raw.topic == "\ufffd":
                    raise Malformed("invalid_utf8", "a topic that is no UTF-8")
            except Malformed as fault:
                self._diagnostics.count(fault, raw.topic, raw.payload)
        return work

    def _take_native(self, raw: Raw, work: Work) -> None:
        message = Message(raw.topic, raw.payload, raw.retain)
        if raw.topic.endswith("/telemetry"):
            readings, faults = native.read_telemetry(message, raw.at)
            for problem in faults:
                self._diagnostics.count(problem, raw.topic, raw.payload)
            work.readings += readings
            work.reading_topics += [raw.topic] * len(readings)
            if raw.qos:
                work.reading_marks[raw.mid] = digest(raw)
        elif raw.topic.endswith("/availability"):
            twin, available = native.read_availability(message)
            work.available |= {native.source_of(twin): available, twin: available}  # a stranger, or a twin

    def _take_state(self, raw: Raw, work: Work) -> None:
        message = Message(raw.topic, raw.payload, raw.retain)
        mark = digest(raw) if raw.qos or raw.retain else 0
        before = len(work.observations)
        faults: dict[tuple[str, str], Malformed] = {}
        for device, availability in self._registry.watches.get(raw.topic, ()):
            try:
                availability.read(message)
            except Malformed as fault:
                faults.setdefault((fault.kind, fault.reason), fault)
            if (told := device.available()) is not None:
                work.available[device.source] = told
        for route in self._registry.routes.get(raw.topic, ()):
            if raw.retain:
                if route.retained == mark:
                    continue  # the broker replays what was read before: no new reading
                route.retained = mark
            for problem in self._read(route, message, raw.at, work):
                faults.setdefault((problem.kind, problem.reason), problem)
        for problem in faults.values():
            self._diagnostics.count(problem, raw.topic, raw.payload)
        work.observation_topics += [raw.topic] * (len(work.observations) - before)
        if raw.qos and len(work.observations) > before:
            work.observation_marks[raw.mid] = mark

    def _read(self, route: Route, message: Message, at: datetime, work: Work) -> list[Malformed]:
        values, faults = route.entity.read(message)
        for name, value in values.items():
            if value is None:
                continue  # "not known any more" is no reading
            if name not in route.signals:
                self._announcer.renew(route.source)  # an attribute that is seen for the first time
                continue
            work.observations.append(Observation(route.source, route.signals[name], value, at))
            if value is True and route.entity.off_delay_s is not None:
                work.pulses.append((route.entity.off_delay_s, Observation(route.source, route.signals[name], False)))
        return faults
