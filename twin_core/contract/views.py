"""What queries and commands answer: plain data, ready for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from twin_core.contract.template import Importance, Kind, Severity, Value

TwinStatus = Literal["draft", "active", "hibernated", "archived"]
ConcernKind = Literal["device", "asset", "meter", "task", "event", "person", "sync", "approval"]
ConcernStatus = Literal["open", "acknowledged", "snoozed", "dismissed", "resolved"]


@dataclass(frozen=True, slots=True)
class TwinView:
    """A twin as people name it and set it up."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    place: str | None
    status: TwinStatus
    importance: Importance
    config: Mapping[str, Any]
    version: int
    source: str | None = None  # the outside device it is bound to
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """One value with its unit and the instant it was true."""

    value: Value
    unit: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Divergence:
    """A property that is not as it was asked to be."""

    reported: Value | None
    desired: Value
    since: datetime
    size: float | None  # in multiples of the property's tolerance; None where not a number
    reason: str


@dataclass(frozen=True, slots=True)
class StateView:
    """The state of a twin at an instant. `fresh` is false when a usual report is overdue."""

    twin: TwinView
    reported: Mapping[str, PropertyValue]
    desired: Mapping[str, PropertyValue]
    divergence: Mapping[str, Divergence]
    simulated: Mapping[str, PropertyValue]
    as_of: datetime
    fresh: bool
    available: bool | None = None  # as the device says of itself; None where it never said


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do about it now: a button."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ConcernView:
    """One thing that may need a person, with its reasons in words and numbers."""

    id: str
    rank: int
    score: float
    severity: Severity
    title: str
    kind: ConcernKind
    twin: str | None
    due_at: datetime | None
    why: tuple[str, ...]
    actions: tuple[Action, ...]
    status: ConcernStatus = "open"
    opened_at: datetime | None = None
    until: datetime | None = None  # end of a snooze
    hazard: bool = False
    subject: str = ""  # the name of the twin, task or event
    if_ignored: str = ""
    remedy: str = ""  # what a person can do about it now; empty where that is plain
    owner: str | None = None  # the person whose task or calendar it is; None: of the house
    task: str | None = None
    property: str | None = None  # of the twin, where it is about a value
    asker: str | None = None  # who waits for it to be decided, and cannot decide it where they asked


@dataclass(frozen=True, slots=True)
class CriticalView:
    """What needs a person, most critical first."""

    as_of: datetime
    items: tuple[ConcernView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ConcernChange:
    """One thing that happened to a concern; `what` is the last word of the event: opened, snoozed, resolved …"""

    concern: str
    what: str
    at: datetime
    title: str
    reason: str  # "cleared", "the snooze is over" …; empty where a person did it
    by: str


@dataclass(frozen=True, slots=True)
class SignalView:
    """One value that an outside device can report or be told."""

    id: str  # unique within its device: "temperature", "light.brightness"
    name: str
    kind: Kind
    component: str  # Home Assistant's word: sensor, switch, light, climate …
    device_class: str | None = None
    unit: str | None = None
    writable: bool = False
    readable: bool = True
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    category: str | None = None  # "diagnostic" or "config" where the device says so


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A device that announced itself and is no twin yet."""

    id: str  # the outside id, e.g. mqtt:0x00158d0001
    name: str
    type: str  # the twin type that fits best
    place: str | None
    signals: tuple[SignalView, ...]
    properties: Mapping[str, str]  # twin property -> signal id
    manufacturer: str | None
    model: str | None
    first_seen_at: datetime
    twin: str | None = None  # the twin that was made of it


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rehearsal of a change: whether it is safe, and why or why not."""

    safe: bool
    reasons: tuple[str, ...]
    approval_needed: bool
    consequence: str = ""
    alternative: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A change that waits for a person."""

    id: str
    twin: str
    values: Mapping[str, Value]
    status: Literal["waiting", "approved", "rejected", "expired"]
    reason: str
    requested_at: datetime
    requested_by: str
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What came of asking for a change. `before` is what it takes to undo it."""

    twin: TwinView
    status: Literal["applied", "waiting", "unchanged"]
    values: Mapping[str, Value]
    before: Mapping[str, Value | None]
    verdict: Verdict
    approval: ApprovalView | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row of a batch was not taken."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TelemetryReport:
    """What came of a batch of telemetry."""

    accepted: int
    rejected: int
    errors: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One step of a series. For raw readings the four numbers are equal and `count` is 1."""

    at: datetime
    last: Value
    mean: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that a number is not to pass: `above` it, or `below` it, is worth a person's attention."""

    kind: Literal["above", "below"]
    value: float


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A property over time, and the limits that hold for it at any time."""

    twin: str
    property: str
    unit: str | None
    step_s: float | None
    samples: tuple[Sample, ...]
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of `pollux doctor`: what is wrong and what to do."""

    part: str
    severity: Severity
    message: str
    hint: str
