"""The ports of the twin core: what its rooms need of each other, on one page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from twin_core.contract.events import Event, NewEvent
from twin_core.contract.requests import Cause, Command, Query
from twin_core.contract.telemetry import DeviceCommand, Receipt
from twin_core.contract.template import Value
from twin_core.contract.views import Fault, Sample

R = TypeVar("R")
N = TypeVar("N")


class TwinCore(Protocol):
    """The twin core as everybody else meets it."""

    async def execute(self, command: Command[R], cause: Cause = ...) -> R: ...

    async def query(self, query: Query[R]) -> R: ...


# --- storing ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Append:
    """Events for one stream; `expected_version` 0 means that the stream must not exist yet."""

    stream: str
    expected_version: int
    events: Sequence[NewEvent]
    snapshot: Mapping[str, Any] | None = None  # the folded state after these events, where one is due


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading in the property's own unit; booleans and choices are stored as they are."""

    twin: str
    property: str
    at: datetime
    value: Value


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of current state under a kind and a key; `doc` None deletes it."""

    kind: str
    key: str
    doc: Mapping[str, Any] | None
    expected_version: int | None = None  # None: whatever it is; 0: must not exist yet


@dataclass(frozen=True, slots=True)
class Due:
    """Work for an instant, by kind and key; the same again moves it. `at` None takes it off the list.

    `lane`: its work is done in order, by one worker at a time. `lease`: of the claim that this ends.
    """

    kind: str
    key: str
    at: datetime | None
    lane: str = ""
    doc: Mapping[str, Any] = field(default_factory=dict)
    lease: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Due work that is ours until the lease runs out."""

    kind: str
    key: str
    at: datetime
    lane: str
    doc: Mapping[str, Any]
    attempt: int  # counts from 1
    lease: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that must be stored together or not at all."""

    appends: Sequence[Append] = ()
    readings: Sequence[StoredReading] = ()
    documents: Sequence[Document] = ()
    cause: Cause = Cause()
    due: Sequence[Due] = ()
    # False, or a cause that settles: need not wait for the disk. A power cut may take it, as a whole and with what was
    # committed after it, until the next durable commit or Store.settle(); the end of the process does not.
    durable: bool = True


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be gone for good, all of it or nothing.

    Streams go with their snapshots and with the readings of the twin they are named by; due work goes by its lane.
    """

    streams: Collection[str] = ()
    documents: Collection[tuple[str, str]] = ()  # kind and key
    lanes: Collection[str] = ()
    actors: Collection[str] = ()  # what they did that stays, was done by ERASED from now on
    rewritten: Sequence[Document] = ()  # of several people: as they are without one of them
    retold: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # facts that stay, by position: their data


ERASED = "erased"  # stands for whoever acted in a fact that stays


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folded state as it was stored with an append."""

    version: int
    state: Mapping[str, Any]


class Store(Protocol):
    """Events and documents. One transaction a call; nothing is half written."""

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent], cause: Cause = ...
    ) -> list[Event]:
        """Raises Conflict when the stream has another version by now."""
        ...

    async def commit(self, batch: Batch) -> list[Event]:
        """All of the batch in one transaction; answers the stored events in order. Raises Conflict."""
        ...

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Event]: ...

    async def read_all(self, after_position: int = 0, limit: int = 1000) -> list[Event]:
        """Events of every stream by position, for live streams that resume."""
        ...

    async def snapshot(self, stream: str, at_version: int | None = None) -> Snapshot | None:
        """The newest stored snapshot (not after `at_version`)."""
        ...

    async def get(self, kind: str, key: str) -> tuple[Mapping[str, Any], int] | None:
        """A document and its version."""
        ...

    async def get_all(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Mapping[str, Any], int]]:
        """Those documents that there are, by kind and key."""
        ...

    def scan(self, kind: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """All documents of a kind in the order of their keys."""
        ...

    async def claim(self, kind: str, now: datetime, until: datetime, limit: int = 100) -> list[Claimed]:
        """What is due by now and nobody works on, earliest first; ours until then. The first `limit`, and all that
        is due in their lanes; of a lane that somebody works on, nothing. Whoever finishes commits with the lease,
        and gets a Conflict if it has run out.
        """
        ...

    async def renew(self, kind: str, lease: str, until: datetime) -> None:
        """What is left of a claim that has not run out is ours until then."""
        ...

    async def next_due(self, kind: str) -> datetime | None:
        """When there is something to claim again; a claim that nobody finishes counts at its end."""
        ...

    async def settle(self) -> None:
        """Waits until all that was committed is on the disk."""
        ...

    async def erase(self, erasure: Erasure) -> None:
        """The one thing that takes facts away. Raises Conflict where a rewritten document has another version."""
        ...

    async def aclose(self) -> None: ...


class Readings(Protocol):
    """Time series, apart from the events. Writing goes through Store.commit; this reads."""

    async def latest(self, twin: str, before: datetime | None = None) -> Mapping[str, Sample]:
        """The last sample of each property (at or before an instant)."""
        ...

    async def range(
        self, twin: str, property: str, start: datetime, end: datetime, limit: int = 10_000
    ) -> list[Sample]:
        """Raw samples with start <= at < end, oldest first; the newest `limit` of them."""
        ...

    async def steps(self, twin: str, property: str, start: datetime, end: datetime, step_s: float) -> list[Sample]:
        """One sample per step that has readings: min, mean, max, last, count; `at` is the step's start."""
        ...

    async def downsample(self, twin: str, property: str, older_than: datetime, step_s: float) -> int:
        """Replaces raw readings older than an instant by one a step; answers how many went."""
        ...


# --- talking ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stored:
    """Published after a commit: events as they were stored."""

    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Reported:
    """Published after a commit: the newest values of a twin (not stored as an event)."""

    twin: str
    values: Mapping[str, tuple[Value, datetime]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Published when devices announced themselves or went."""

    sources: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Published after a commit: ids of tasks and events that are new, changed or gone; of series, not occurrences."""

    tasks: Sequence[str] = ()
    events: Sequence[str] = ()


class Bus(Protocol):
    """Tells after the fact. Handlers run one after another, in order; one that fails stops no other."""

    async def publish(self, *notices: object) -> None:
        """Several notices are told one after another, with none of others in between."""
        ...

    def subscribe(self, kind: type[N], handler: Callable[[N], Awaitable[None]]) -> Callable[[], None]:
        """Answers a function that unsubscribes. DeviceCommand, Stored, Reported, Candidates, PlanChanged are kinds."""
        ...


class Connector(Protocol):
    """A system outside. `run` lives until it is cancelled and reconnects by itself."""

    name: str
    ready: asyncio.Event  # set while it is connected and hears everything

    async def run(self) -> None: ...

    async def push(self, command: DeviceCommand) -> None:
        """Tells a device; raises Unavailable when it cannot be told now."""
        ...

    def faults(self) -> Sequence[Fault]: ...


__all__ = [
    "ERASED",
    "Append",
    "Batch",
    "Bus",
    "Candidates",
    "Claimed",
    "Connector",
    "Document",
    "Due",
    "Erasure",
    "PlanChanged",
    "Readings",
    "Receipt",
    "Reported",
    "Snapshot",
    "Store",
    "Stored",
    "StoredReading",
    "TwinCore",
]
