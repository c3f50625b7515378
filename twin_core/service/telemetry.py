"""Readings as they come in: checked row by row, committed together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.errors import PolluxError
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Document, StoredReading
from twin_core.contract.privacy import ListHidden
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.template import TwinType, Value
from twin_core.contract.views import RowError, TelemetryReport, TwinView
from twin_core.domain import Reported, TwinState, check_value, decide, is_newer
from twin_core.readings import to_columns
from twin_core.service.discretion import Discretion
from twin_core.service.ledger import Change, Ledger, Work
from twin_core.service.monitors import Monitors
from twin_core.service.registry import Registry
from twin_core.templates import Library

_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_FUTURE = timedelta(minutes=5)  # as far as the clocks of devices may be ahead


@dataclass(slots=True)
class _Group:
    """The good rows of one twin."""

    view: TwinView
    type: TwinType
    private: frozenset[str]  # what nobody but its person may tell of it
    samples: list[tuple[datetime, str, Value]] = field(default_factory=list)
    tells: bool = False  # there is something in it that is no number: a change of it is an event


class Telemetry:
    """RecordTelemetry: one commit a call, whatever the number of twins."""

    def __init__(
        self,
        ledger: Ledger,
        registry: Registry,
        library: Library,
        monitors: Monitors,
        clock: Clock,
        discretion: Discretion,
    ) -> None:
        self._discretion = discretion
        self._ledger = ledger
        self._registry = registry
        self._library = library
        self._monitors = monitors
        self._clock = clock

    async def record(self, command: RecordTelemetry, cause: Cause) -> TelemetryReport:
        """Bad rows are named in the answer and sink no other."""

        async def plan() -> Work[TelemetryReport]:
            now = self._clock.now()
            groups, errors = await self._sort(command.readings, now, cause.actor)
            report = TelemetryReport(len(command.readings) - len(errors), len(errors), tuple(errors))
            work: Work[TelemetryReport] = Work(lambda _: report)
            work.failed = lambda: self._monitors.forget(*(change.before.id for change in work.changes))
            if command.receipt is not None:
                work.documents.append(Document("receipt", command.receipt.connector, command.receipt.data))
            for group in groups:
                await self._take(group, now, work)
            return work

        return await self._ledger.change(plan, cause)

    async def _sort(self, rows: tuple[Reading, ...], now: datetime, actor: str) -> tuple[list[_Group], list[RowError]]:
        """Rows by twin, each checked; the rows that cannot be taken."""
        groups: dict[str, _Group] = {}  # by the name used
        by_id: dict[str, _Group] = {}
        errors: list[RowError] = []
        latest = now + _FUTURE
        for row, reading in enumerate(rows):
            try:
                group = groups.get(reading.twin)
                if group is None:
                    if (view := self._registry.find(reading.twin)) is None:
                        errors.append(RowError(row, "unknown_twin", f"There is no twin {reading.twin[:80]!r}."))
                        continue
                    if (group := by_id.get(view.id)) is None:
                        private = await self._discretion.hidden(ListHidden(view.id, actor))
                        group = by_id[view.id] = _Group(view, self._library[view.type], private)
                    groups[reading.twin] = group
                at = reading.at or now
                if not _OLDEST <= at <= latest:
                    errors.append(_bad_instant(row, at, now))
                    continue
                if group.view.status not in ("active", "hibernated"):
                    errors.append(_not_listening(row, group.view))
                    continue
                spec = group.type.properties.get(reading.property)
                if spec is None:
                    errors.append(_unknown_property(row, reading, group))
                    continue
                if spec.name in group.private:
                    errors.append(RowError(row, "private", f"Only {group.view.name} can tell their {spec.label}."))
                    continue
                value = check_value(spec, reading.value, reading.unit)
                if spec.maximum is None:
                    to_columns(value)  # refuses what no database can hold, before it sinks the batch
                group.samples.append((at, reading.property, value))
                group.tells = group.tells or spec.kind != "number"
            except PolluxError as error:
                errors.append(RowError(row, error.code, str(error)))
            except TypeError:  # an instant without a zone cannot be compared
                errors.append(RowError(row, "bad_instant", "The instant has no time zone."))
        return [group for group in by_id.values() if group.samples], errors

    async def _take(self, group: _Group, now: datetime, work: Work[TelemetryReport]) -> None:
        twin, samples = group.view.id, group.samples
        if len(samples) > 1:
            samples.sort(key=lambda sample: sample[0])
        state = await self._ledger.state(twin)
        work.readings += [StoredReading(twin, name, at, value) for at, name, value in samples]
        events = _state_changes(state, group) if group.tells else []
        monitor = self._monitors.get(twin) or await self._monitors.of(state)
        for at, name, value in samples:
            if alerts := monitor.observe(name, value, at):
                events += alerts
        due = monitor.due_at
        if due is not None and due <= now:
            events += monitor.tick(now)
            due = monitor.due_at
        self._monitors.plan_due(twin, due, work)
        if len(events) > 1:
            events.sort(key=lambda event: event.at)
        if state.status == "hibernated":
            events = [*decide.move(state, "active", now), *events]
        work.changes.append(Change(state, events, _newest(state, samples)))


def _state_changes(state: TwinState, group: _Group) -> list[NewEvent]:
    values: dict[str, list[Reported]] = {}
    for at, name, value in group.samples:
        values.setdefault(name, []).append((value, at))
    return decide.report(state, group.type, values)


def _newest(state: TwinState, samples: list[tuple[datetime, str, Value]]) -> Mapping[str, Reported]:
    """What these samples, oldest first, make the present value of their properties."""
    newest: dict[str, Reported] = {}
    for at, name, value in samples:
        if is_newer((value, at), newest.get(name) or state.reported.get(name)):
            newest[name] = (value, at)
    return newest


def _bad_instant(row: int, at: datetime, now: datetime) -> RowError:
    if at > now:
        return RowError(row, "in_future", f"{instant_text(at)} lies in the future: check the clock of the device.")
    return RowError(row, "too_old", f"{instant_text(at)} lies before the year 2000: the device has no clock.")


def _not_listening(row: int, view: TwinView) -> RowError:
    way = "restore it first" if view.status == "archived" else "finish setting it up first"
    return RowError(row, f"twin_{view.status}", f"{view.name} is {view.status}: {way}.")


def _unknown_property(row: int, reading: Reading, group: _Group) -> RowError:
    known = ", ".join(group.type.properties)
    return RowError(row, "unknown_property", f"A {group.type.title} has no {reading.property[:60]!r}; it has {known}.")
