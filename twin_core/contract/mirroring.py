"""How outside calendars and task lists are mirrored here, and how changes made here are written back.

A connector reads and hands over what its source holds (MirrorEvents, MirrorTasks); the planning room finds
out what is new, changed or gone. For the way back it registers a writer with the room.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from twin_core.contract.agenda import Attendee, EventStatus, When
from twin_core.contract.errors import Conflict
from twin_core.contract.requests import Command, Query
from twin_core.contract.tasks import Due, Priority
from twin_core.contract.views import Fault, RowError


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an event as a source holds it; series are expanded by the connector.

    `uid` and `recurrence_id` (the original start: an ISO instant in UTC or a date) name it across sources.
    """

    uid: str
    title: str
    start: When  # an instant, or a date for all-day
    end: When  # exclusive
    ref: str = ""  # where it lives in its source: an href, an id
    etag: str = ""  # what the source compares before it lets itself be changed
    recurrence_id: str | None = None
    recurrence: str | None = None  # RRULE of its series
    status: EventStatus = "confirmed"
    busy: bool = True  # false for transparent ones, and those that the owner declined
    location: str | None = None
    organizer: str | None = None
    attendees: tuple[Attendee, ...] = ()
    url: str | None = None
    notes: str = ""
    travel_s: float | None = None
    modified_at: datetime | None = None
    writable: bool = True


@dataclass(frozen=True, slots=True)
class OutsideTask:
    """A task as a source holds it; `ref` names it there."""

    ref: str
    title: str
    done: bool = False
    due: Due | None = None
    priority: Priority = "normal"
    estimate_s: float | None = None
    notes: str = ""
    url: str | None = None
    etag: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    modified_at: datetime | None = None
    writable: bool = True


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """What came of handing over; `errors` by position in what was handed over."""

    added: int
    changed: int
    removed: int
    unchanged: int
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class MirrorEvents(Command[MirrorReport]):
    """What a source holds of start <= t < end; what is not handed over is gone from there.

    With `uids` only these are told anew, within the span: for incremental syncs. The same again changes nothing.
    """

    source: str
    start: datetime
    end: datetime
    occurrences: Sequence[Occurrence]
    uids: Collection[str] | None = None
    owner: str = "owner"
    title: str = ""  # what people call the source


@dataclass(frozen=True, slots=True)
class MirrorTasks(Command[MirrorReport]):
    """All tasks that a source holds; with `refs` only these are told anew. The same again changes nothing."""

    source: str
    tasks: Sequence[OutsideTask]
    refs: Collection[str] | None = None
    owner: str = "owner"
    title: str = ""


@dataclass(frozen=True, slots=True)
class ForgetSource(Command[MirrorReport]):
    """Takes everything of a source out of the agenda and the tasks. The source itself keeps all of it.

    Raises NotFound for one that is not there, or not of whoever asks.
    """

    source: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as far as the planning room knows it."""

    id: str
    title: str
    owner: str
    kind: Literal["calendar", "tasks"]
    items: int
    writable: bool  # a writer is registered now
    mirrored_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListSources(Query[tuple[SourceView, ...]]):
    """Sources that were handed over or can be written to, by title."""

    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A source that is set up, as it is now; `fault` says why it could not be read last."""

    name: str
    title: str
    ready: bool  # it was read once
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ListConnections(Query[tuple[Connection, ...]]):
    """The calendars and task lists that are set up for a person, by title."""

    owner: str


@dataclass(frozen=True, slots=True)
class SyncConnections(Command[tuple[Connection, ...]]):
    """Asks one's own sources now, all where none is named; one that refuses stops no other. Raises NotFound."""

    names: tuple[str, ...] = ()


class ChangedElsewhere(Conflict):
    """The source holds something else by now: `now`, or None where it was deleted there.

    Writers raise it. The room mirrors `now` first and raises it on; its `details` then hold `source` (its title),
    `changed_at`, and `event` or `task` (the id, None where it was deleted). The same command again overwrites.
    """

    code = "changed_elsewhere"

    def __init__(self, message: str, now: "Occurrence | OutsideTask | None") -> None:
        super().__init__(message, hint="Keep what it holds, or send your change again.")
        self.now = now


class CalendarWriter(Protocol):
    """Writes changes of events to a source. All raise Unavailable, Forbidden, Rejected; see each for more."""

    source: str
    title: str

    async def create(self, event: Occurrence) -> Occurrence:
        """Answers it as it is stored there, with ref and etag. With `recurrence`, the series' first occurrence."""
        ...

    async def change(self, before: Occurrence, after: Occurrence, *, series: bool) -> Occurrence:
        """With `series` the difference is applied to the whole series. Raises ChangedElsewhere.

        After a change of a series the connector hands over its occurrences anew.
        """
        ...

    async def delete(self, event: Occurrence, *, series: bool) -> None:
        """One that is gone already is fine. Raises ChangedElsewhere."""
        ...


class TaskWriter(Protocol):
    """Writes changes of tasks to a source. All raise Unavailable, Forbidden, Rejected; see each for more."""

    source: str
    title: str

    async def create(self, task: OutsideTask) -> OutsideTask:
        """Answers it as it is stored there, with ref and etag."""
        ...

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        """Raises ChangedElsewhere."""
        ...

    async def delete(self, task: OutsideTask) -> None:
        """One that is gone already is fine. Raises ChangedElsewhere."""
        ...


class Writers(Protocol):
    """Where connectors register their writers: the planning room."""

    def write_events(self, writer: CalendarWriter) -> None:
        """A writer for a source; takes the place of an earlier one."""
        ...

    def write_tasks(self, writer: TaskWriter) -> None:
        """A writer for a source; takes the place of an earlier one."""
        ...

    def unregister(self, source: str) -> None: ...


class Mirror(Protocol):
    """An outside source that is kept in step."""

    name: str
    title: str
    owner: str

    @property
    def ready(self) -> asyncio.Event:
        """Set once everything was read."""
        ...

    async def run(self) -> None:
        """Lives until it is cancelled; asks again by itself."""
        ...

    async def sync(self) -> None:
        """Asks now. Raises PolluxError as the source refuses."""
        ...

    def faults(self) -> Sequence[Fault]: ...

    async def aclose(self) -> None:
        """Of one that does not run."""
        ...
