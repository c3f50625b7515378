"""Commands about devices: what they announce, report and are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twin_core.contract.events import NewEvent
from twin_core.contract.requests import Command, Query
from twin_core.contract.template import Value
from twin_core.contract.views import CandidateView, SignalView, TelemetryReport


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one property. `twin` is a twin id or its exact name; `at` None means now."""

    twin: str
    property: str
    value: Value
    unit: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordTelemetry(Command[TelemetryReport]):
    """A batch of readings, committed together before this answers; bad rows never sink good ones."""

    readings: tuple[Reading, ...]
    receipt: "Receipt | None" = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a connector must remember in the same transaction, to recognise redelivered messages."""

    connector: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one signal of an outside device; `unit` as the device announced it."""

    source: str
    signal: str
    value: Value
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordObservations(Command[TelemetryReport]):
    """What outside devices report. Candidates' values are remembered (latest only) for their twin."""

    observations: tuple[Observation, ...]
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class AnnounceDevice(Command[CandidateView]):
    """A device announced itself (again): all its signals, under one outside id such as mqtt:0x0015."""

    source: str
    name: str
    signals: tuple[SignalView, ...]
    place: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    type_hint: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDevice(Command[None]):
    """The device removed its announcement: a candidate goes, a twin stays and is unavailable."""

    source: str


@dataclass(frozen=True, slots=True)
class ReportAvailability(Command[None]):
    """Devices said of themselves, or by their last will, that they are or are not reachable."""

    available: Mapping[str, bool]  # by source


@dataclass(frozen=True, slots=True)
class ListCandidates(Query[tuple[CandidateView, ...]]):
    """Devices that announced themselves, newest last; those that are twins already only if asked."""

    include_adopted: bool = False


@dataclass(frozen=True, slots=True)
class DeviceCommand:
    """What a connector must tell a device: by signal of the device's own announcement."""

    twin: str
    source: str | None  # None for twins that only have native topics
    values: Mapping[str, Value]  # twin property -> value
    signals: Mapping[str, Value]  # signal id -> value in the unit of the signal
    trace: str = ""


@dataclass(frozen=True, slots=True)
class RecordFacts(Command[int]):
    """What another room of the twin core found out about a twin: silence, divergence, convergence.

    Appended to the twin's stream in order; facts that its state holds already are dropped. Answers how
    many were new. Raises NotFound.
    """

    twin: str
    facts: tuple[NewEvent, ...]
