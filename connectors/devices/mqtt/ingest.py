"""From raw messages to committed readings: one batch, one commit, then the acknowledgements."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from connectors.devices.mqtt import native
from connectors.devices.mqtt.announcer import Announcer
from connectors.devices.mqtt.diagnostics import Diagnostics, Malformed
from connectors.devices.mqtt.inbox import Inbox, Raw
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.redelivery import Marks, Redelivery, digest
from connectors.devices.mqtt.registry import Registry, Route
from connectors.devices.mqtt.session import Session
from connectors.devices.mqtt.strangers import UNKNOWN_TWIN, Strangers
from twin_core.contract.commands import (
    Cause,
    Observation,
    Reading,
    Receipt,
    RecordObservations,
    RecordTelemetry,
    ReportAvailability,
)
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.views import TelemetryReport

BATCH = 500
_AGAIN_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """What a batch of messages comes to. The topics say where each row came from."""

    readings: list[Reading] = field(default_factory=list)
    reading_topics: list[str] = field(default_factory=list)
    reading_marks: Marks = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    observation_topics: list[str] = field(default_factory=list)
    observation_marks: Marks = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)
    pulses: list[tuple[float, Observation]] = field(default_factory=list)  # binary sensors with off_delay

    @property
    def marks(self) -> Marks:
        return {**self.reading_marks, **self.observation_marks}


class Ingest:
    """Drains the inbox. Nothing is acknowledged before it is committed; what cannot be understood is counted."""

    def __init__(
        self,
        options: MqttOptions,
        inbox: Inbox,
        session: Session,
        registry: Registry,
        announcer: Announcer,
        diagnostics: Diagnostics,
        cause: Cause,
    ) -> None:
        self._options = options
        self._core = options.core
        self._inbox = inbox
        self._session = session
        self._registry = registry
        self._announcer = announcer
        self._diagnostics = diagnostics
        self._cause = cause
        self._strangers = Strangers(options.core, cause)
        self._discovery = f"{options.prefix}/"
        self._native = f"{options.native_prefix}/"
        self._told: dict[str, bool] = {}  # availability as last reported
        self._settling: asyncio.Task[None] | None = None
        self._unsettled: Marks = {}  # committed and acknowledged; the broker may not know yet
        self.redelivery = Redelivery()
        self._pulses: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.waiting_for: str | None = None  # why nothing can be committed now

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            batch = await self._inbox.take(BATCH)
            await self._process(batch)
            self._session.acknowledge(batch)
            self._settle()

    async def record(self, observations: list[Observation]) -> None:
        """Takes values for reported that no message told: assumed ones, and the end of a pulse."""
        await self._core.execute(RecordObservations(tuple(observations)), self._cause)

    def forget_availability(self) -> None:
        """A new connection tells it anew."""
        self._told.clear()

    # --- a batch -----------------------------------------------------------------------------------

    async def _process(self, batch: list[Raw]) -> None:
        try:
            await self._commit(self._sorted(batch))
        except Exception as error:  # noqa: BLE001 (the connector's rim: one message must not stop the stream)
            if len(batch) > 1:
                for raw in batch:
                    await self._process([raw])
                return
            _log.exception("a message on %s could not be recorded", batch[0].topic[:200])
            self._diagnostics.count(Malformed("rejected", str(error)[:200]), batch[0].topic, batch[0].payload)

    def _sorted(self, batch: list[Raw]) -> Work:
        work = Work()
        for raw in batch:
            if self.redelivery.repeats(raw, work.marks if raw.dup else {}):
                self._unsettled[raw.mid] = digest(raw)
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
        mark = digest(raw) if raw.qos or raw.retain else ""
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
            if value is None or name not in route.signals:
                continue  # "not known any more" is no reading
            work.observations.append(Observation(route.source, route.signals[name], value, at))
            if value is True and route.entity.off_delay_s is not None:
                work.pulses.append((route.entity.off_delay_s, Observation(route.source, route.signals[name], False)))
        return faults

    # --- committing --------------------------------------------------------------------------------

    async def _commit(self, work: Work) -> None:
        if work.readings:
            known, strange = await self._strangers.split(work.readings)
            receipt = Receipt("mqtt", self.redelivery.receipt(work.reading_marks))
            if known:
                report = await self._insist(RecordTelemetry(tuple(known), receipt))
                strange += self._strangers.found(known, report)
                self._count_errors(report, work.reading_topics, skip=UNKNOWN_TWIN)
            await self._strangers.announce(strange)
            work.observations += self._strangers.observations(strange)
            work.observation_topics += ["native"] * len(strange)
        if work.observations:
            receipt = Receipt("mqtt", self.redelivery.receipt(work.marks))
            report = await self._insist(RecordObservations(tuple(work.observations), receipt))
            self._count_errors(report, work.observation_topics)
        if marks := work.marks:
            self.redelivery.committed(marks)
            self._unsettled |= marks
        await self._report_availability(work.available)
        for after_s, observation in work.pulses:
            self._pulse(after_s, observation)

    async def _insist(self, command: RecordTelemetry | RecordObservations) -> TelemetryReport:
        """Tries until the store takes it: what is not committed is not acknowledged, so nothing is lost."""
        while True:
            try:
                report = await self._core.execute(command, self._cause)
            except Unavailable as error:
                if self.waiting_for is None:
                    _log.warning("readings wait: %s", error)
                self.waiting_for = str(error)
                await asyncio.sleep(_AGAIN_S)
            else:
                self.waiting_for = None
                return report

    def _count_errors(self, report: TelemetryReport, topics: list[str], skip: str = "") -> None:
        for error in report.errors:
            if error.code != skip:
                topic = topics[error.row] if error.row < len(topics) else ""
                self._diagnostics.count(Malformed("rejected", f"{error.code}: {error.message}"), topic)

    async def _report_availability(self, available: dict[str, bool]) -> None:
        news = {source: told for source, told in available.items() if self._told.get(source) != told}
        if news:
            self._told |= news
            await self._core.execute(ReportAvailability(news), self._cause)

    def _pulse(self, after_s: float, observation: Observation) -> None:
        """A binary sensor with an off_delay never says that it is off again; a new pulse starts anew."""
        key = (observation.source, observation.signal)
        if waiting := self._pulses.pop(key, None):
            waiting.cancel()
        self._pulses[key] = asyncio.create_task(self._end_pulse(after_s, observation))

    async def _end_pulse(self, after_s: float, observation: Observation) -> None:
        await asyncio.sleep(after_s)
        try:
            await self.record([observation])
        except PolluxError as error:
            self._diagnostics.count(Malformed("rejected", str(error)), observation.source)

    def _settle(self) -> None:
        """Learns in the background which acknowledgements have arrived, so that receipts stay short."""
        if self._unsettled and (self._settling is None or self._settling.done()):
            marks, self._unsettled = self._unsettled, {}
            self._settling = asyncio.create_task(self._settled(marks))

    async def _settled(self, marks: Marks) -> None:
        try:
            await self._session.settle()
        except Unavailable:
            return  # they stay remembered, and are recognised if they come again
        self.redelivery.confirmed(marks)
        if self._inbox.is_empty:
            # All that the broker had to send again on this connection has been seen.
            self.redelivery.keep_only(self._unsettled)
