"""Which device is the body of which twin, and the way of values between the two."""

from twin_core.contract import ids
from twin_core.contract.clock import Clock
from twin_core.contract.commands import GetTwin
from twin_core.contract.errors import NotFound
from twin_core.contract.events import Event
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import (
    AnnounceDevice,
    DeviceCommand,
    Observation,
    Reading,
    RecordObservations,
    RecordTelemetry,
)
from twin_core.contract.template import Value
from twin_core.contract.views import RowError, TelemetryReport, TwinView
from twin_core.sync.candidates import Candidate, Candidates
from twin_core.sync.conversion import to_property, to_signal
from twin_core.sync.matching import assign, match
from twin_core.templates import Library

CAUSE = Cause("sync")
_LIVING = ("active", "hibernated")


class Bindings:
    """Binds candidates to twins and carries values both ways."""

    def __init__(self, candidates: Candidates, core: TwinCore, library: Library, clock: Clock) -> None:
        self._candidates = candidates
        self._core = core
        self._library = library
        self._clock = clock
        self._twins: dict[str, TwinView] = {}  # the twins that have a source
        self._sources: dict[str, str] = {}  # source -> twin

    def twin_of(self, source: str) -> str | None:
        return self._sources.get(source)

    def has_device(self, twin: str) -> bool:
        """Whether the twin is bound to a device, seen already or not."""
        return twin in self._twins

    async def announce(self, command: AnnounceDevice) -> Candidate:
        """Raises Rejected for an id that cannot be used."""
        ids.check_outside_id(command.source)
        twin = self._twins.get(self._sources.get(command.source, ""))
        if twin is not None:
            type_name, properties = twin.type, assign(self._library[twin.type], command.signals)
        else:
            types = self._library.types
            fit = match(types, command.signals, command.name, command.model)
            hinted = next((kind for kind in types if kind.name == command.type_hint), None)
            type_name = hinted.name if hinted else fit.type
            properties = assign(hinted, command.signals) if hinted else fit.properties
        device = await self._candidates.announce(command, type_name, properties)
        if twin is not None:
            await self._bind(twin)
        return device

    async def follow(self, twin: str, view: TwinView | None) -> None:
        """Takes in what became of a twin: a new source, another status, or its end (None)."""
        before = self._twins.pop(twin, None)
        if before is not None and before.source is not None and (view is None or view.source != before.source):
            self._sources.pop(before.source, None)
            if device := self._candidates.get(before.source):
                device.routes = {}
            await self._candidates.bind(before.source, None)
        if view is not None and view.source is not None:
            self._twins[twin] = view
            self._sources[view.source] = twin
            await self._bind(view)

    async def record(self, command: RecordObservations, cause: Cause) -> TelemetryReport:
        """The receipt is committed with the readings, also where there are none."""
        now = self._clock.now()
        rows: list[Reading] = []
        row_of: list[int] = []
        errors: list[RowError] = []
        for row, observation in enumerate(command.observations):
            device = self._candidates.get(observation.source)
            if device is None or (signal := device.signals.get(observation.signal)) is None:
                errors.append(_unknown(row, observation, device))
            elif not device.routes:
                self._candidates.remember(device, observation, observation.at or now)
            elif route := device.routes.get(observation.signal):
                name, spec = route
                value, unit = to_property(observation.value, signal, spec)
                rows.append(Reading(device.view.twin or "", name, value, unit, observation.at or now))
                row_of.append(row)
        if rows or command.receipt:
            report = await self._core.execute(RecordTelemetry(tuple(rows), command.receipt), cause)
            errors += [RowError(row_of[error.row], error.code, error.message) for error in report.errors]
        return TelemetryReport(len(command.observations) - len(errors), len(errors), tuple(errors))

    def device_command(self, event: Event) -> DeviceCommand:
        """What the device of a twin must be told after device.desired_set."""
        values: dict[str, Value] = dict(event.data["values"])
        twin = self._twins.get(event.stream)
        device = self._candidates.get(twin.source) if twin and twin.source else None
        signals: dict[str, Value] = {}
        if twin is not None and device is not None:
            kind = self._library[twin.type]
            for name, value in values.items():
                signal = device.signals.get(device.view.properties.get(name, ""))
                spec = kind.property(name)
                if signal is None or spec is None or not signal.writable:
                    continue
                if (told := to_signal(value, signal, spec)) is not None:
                    signals[signal.id] = told
        return DeviceCommand(event.stream, twin.source if twin else None, values, signals, event.caused_by)

    async def _bind(self, twin: TwinView) -> None:
        device = self._candidates.get(twin.source or "")
        if device is None:
            return  # it will be bound when it announces itself
        kind = self._library[twin.type]
        properties = assign(kind, device.view.signals)
        if device.view.twin != twin.id or device.view.properties != properties:
            await self._candidates.bind(device.view.id, twin.id, properties)
        routes = {signal: (name, kind.properties[name]) for name, signal in properties.items()}
        device.routes = routes if twin.status in _LIVING else {}
        if device.routes and device.values:
            await self._feed(device)

    async def _feed(self, device: Candidate) -> None:
        """A twin starts with what its device said last."""
        observations = tuple(Observation(device.view.id, id, value, at) for id, (value, at) in device.values.items())
        await self.record(RecordObservations(observations), CAUSE)
        self._candidates.forget(device)


async def view_of(core: TwinCore, twin: str) -> TwinView | None:
    """The twin as it is now; None where it is no more."""
    try:
        return await core.query(GetTwin(twin))
    except NotFound:
        return None


def _unknown(row: int, observation: Observation, device: Candidate | None) -> RowError:
    if device is None:
        return RowError(row, "unknown_device", f"{observation.source[:80]} has not announced itself.")
    return RowError(row, "unknown_signal", f"{device.view.name} did not announce {observation.signal[:80]!r}.")
