"""From raw messages to committed readings: one batch, one commit, then the acknowledgements."""

import asyncio
import logging

from connectors.devices.mqtt.diagnostics import Diagnostics, Malformed
from connectors.devices.mqtt.inbox import Inbox, Raw
from connectors.devices.mqtt.options import MqttOptions
from connectors.devices.mqtt.redelivery import Marks, Redelivery, digest
from connectors.devices.mqtt.session import Session
from connectors.devices.mqtt.sorting import Sorter, Work
from connectors.devices.mqtt.strangers import UNKNOWN_TWIN, Strangers
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import Observation, Receipt, RecordObservations, RecordTelemetry, ReportAvailability
from twin_core.contract.views import TelemetryReport

BATCH = 500
_AGAIN_S = 1.0
_log = logging.getLogger(__name__)


class Ingest:
    """Drains the inbox. Nothing is acknowledged before it is committed; what cannot be understood is counted."""

    def __init__(
        self,
        options: MqttOptions,
        inbox: Inbox,
        session: Session,
        sorter: Sorter,
        diagnostics: Diagnostics,
        cause: Cause,
    ) -> None:
        self._core = options.core
        self._inbox = inbox
        self._session = session
        self._sorter = sorter
        self._diagnostics = diagnostics
        self._cause = cause
        self._strangers = Strangers(options.core, cause)
        self._sorted: asyncio.Queue[tuple[list[Raw], Work]] = asyncio.Queue(maxsize=1)
        self._told: dict[str, bool] = {}  # availability as last reported
        self._settling: asyncio.Task[None] | None = None
        self.redelivery = Redelivery()
        self._pulses: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.waiting_for: str | None = None  # why nothing can be committed now

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sort_all())
            tasks.create_task(self._commit_all())

    async def record(self, observations: list[Observation]) -> None:
        """Takes values for reported that no message told: assumed ones, and the end of a pulse."""
        await self._core.execute(RecordObservations(tuple(observations)), self._cause)

    def forget_availability(self) -> None:
        """A new connection tells it anew."""
        self._told.clear()

    async def _sort_all(self) -> None:
        """Reads the next batch while the one before it is committed."""
        while True:
            batch = await self._inbox.take(BATCH)
            work = self._sorter.sort(batch, self._repeats)
            self.redelivery.taken(work.marks | work.repeated)
            await self._sorted.put((batch, work))

    async def _commit_all(self) -> None:
        while True:
            batch, work = await self._sorted.get()
            await self._process(batch, work)
            self._session.acknowledge(batch)
            self.redelivery.acknowledged(batch, self._session.connection)
            self._settle()

    def _repeats(self, raw: Raw, work: Work) -> bool:
        if self.redelivery.repeats(raw, work.marks):
            work.repeated[raw.mid] = digest(raw)
            return True
        return False

    async def _process(self, batch: list[Raw], work: Work) -> None:
        try:
            await self._commit(work)
        except Exception as error:  # noqa: BLE001 (the connector's rim: one message must not stop the stream)
            if len(batch) > 1:
                for raw in batch:
                    if not self.redelivery.has(raw):  # a part may have been committed
                        await self._process([raw], self._sorter.sort([raw], lambda *_: False))
            else:
                _log.exception("a message on %s could not be recorded", batch[0].topic[:200])
                self._diagnostics.count(Malformed("rejected", str(error)[:200]), batch[0].topic, batch[0].payload)
        await self._report_availability(work.available)

    # --- committing --------------------------------------------------------------------------------

    async def _commit(self, work: Work) -> None:
        if work.readings:
            known, strange = await self._strangers.split(work.readings)
            receipt = Receipt("mqtt", self.redelivery.receipt(work.reading_marks))
            if known:
                report = await self._insist(RecordTelemetry(tuple(known), receipt))
                self.redelivery.committed(work.reading_marks)
                strange += self._strangers.found(known, report)
                self._count_errors(report, work.reading_topics, skip=UNKNOWN_TWIN)
            await self._strangers.announce(strange)
            work.observations += self._strangers.observations(strange)
            work.observation_topics += ["native"] * len(strange)
        if work.observations:
            receipt = Receipt("mqtt", self.redelivery.receipt(work.marks))
            report = await self._insist(RecordObservations(tuple(work.observations), receipt))
            self._count_errors(report, work.observation_topics)
        self.redelivery.committed(work.marks)
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
        if not news:
            return
        try:
            await self._core.execute(ReportAvailability(news), self._cause)
        except PolluxError as error:  # it is told anew with the next message
            self._diagnostics.count(Malformed("rejected", str(error)), ", ".join(news))
        else:
            self._told |= news

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
        if (self._settling is None or self._settling.done()) and (marks := self.redelivery.to_settle()):
            self._settling = asyncio.create_task(self._settled(marks, self._session.connection))

    async def _settled(self, marks: Marks, connection: int) -> None:
        try:
            await self._session.settle()
        except Unavailable:
            return  # they stay remembered, and are recognised if they come again
        if connection != self._session.connection:
            return  # another one was asked, which may know nothing of them
        # The broker answers in order: what it had to send again came before this answer.
        self.redelivery.settled(marks, all_seen=self._inbox.is_empty)
