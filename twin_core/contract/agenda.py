"""The agenda: events of all calendars as one, what clashes, what is free, and how full the days are.

A stored fact is an events.Event; an event in a calendar is an EventView.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from twin_core.contract.requests import KEEP, Command, Keep, Query
from twin_core.contract.tasks import TaskView

EventStatus = Literal["confirmed", "tentative", "cancelled"]
Scope = Literal["this", "series"]  # one occurrence, or the whole series it belongs to
When = datetime | date  # an instant, or (all-day) a day in the owner's time zone


@dataclass(frozen=True, slots=True)
class Attendee:
    name: str
    email: str | None = None
    response: Literal["accepted", "declined", "tentative", "needs_action"] | None = None


@dataclass(frozen=True, slots=True)
class EventView:
    """One occurrence of an event, once for all the calendars that hold it.

    `end` is exclusive; all-day ones run from midnight to midnight of the owner's time zone.
    """

    id: str
    title: str
    start: datetime
    end: datetime
    all_day: bool
    status: EventStatus
    busy: bool  # whether it takes its time: false for transparent, declined and cancelled ones
    location: str | None
    organizer: str | None
    attendees: tuple[Attendee, ...]
    owner: str  # person id
    source: str  # tasks.OWN, or the source it is changed in
    sources: tuple[str, ...]  # all that hold it
    writable: bool
    uid: str
    recurrence_id: str | None  # which occurrence of its series, as the original start: an instant or a date
    series: str | None  # the id of its series; None for a single event
    recurrence: str | None  # RRULE of the series, where it is known
    travel_s: float  # to get there, before it
    preparation_s: float
    url: str | None
    notes: str
    version: int


@dataclass(frozen=True, slots=True)
class ClashView:
    """Two events that need the same person at the same time. `start` and `end`: where they overlap."""

    first: EventView
    second: EventView
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AgendaView:
    """Events that touch the span by start, open tasks that are due in it, and what clashes."""

    start: datetime
    end: datetime
    events: tuple[EventView, ...]
    tasks: tuple[TaskView, ...]
    clashes: tuple[ClashView, ...]


@dataclass(frozen=True, slots=True)
class GetAgenda(Query[AgendaView]):
    """Everything in start <= t < end. `owner` None: of everybody. Raises Rejected for a span over 3 years."""

    start: datetime
    end: datetime
    owner: str | None = None
    include_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class GetEvent(Query[EventView]):
    """By the id of an event or an occurrence; of a series, the next occurrence. Raises NotFound."""

    event: str


@dataclass(frozen=True, slots=True)
class FreeSlot:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class FindFreeTime(Query[tuple[FreeSlot, ...]]):
    """Gaps of at least `duration_s` within the owner's working hours, in order; travel counts as taken.

    `any_hour` looks beyond the working hours.
    """

    owner: str
    start: datetime
    end: datetime
    duration_s: float = 1800.0
    any_hour: bool = False
    limit: int = 20


@dataclass(frozen=True, slots=True)
class DayLoad:
    """How full a day of a person is; spans in seconds."""

    day: date
    working_s: float  # the working hours of that day
    meetings_s: float  # taken by events, each minute once
    travel_s: float
    tasks_s: float  # estimates of open tasks, spread over the working days until they are due
    free_s: float  # working hours without events and travel
    focus_s: float  # the part of `free_s` in stretches long enough to concentrate
    overbooked_s: float  # by how much events, travel and tasks exceed the working hours; 0 where they do not


@dataclass(frozen=True, slots=True)
class GetWorkload(Query[tuple[DayLoad, ...]]):
    """A DayLoad for each day that the span touches, in the owner's time zone."""

    owner: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CreateEvent(Command[EventView]):
    """A new event of whoever asks, unless another owner is given; in `source`, or here.

    Two instants, or two days (the last one exclusive) for all-day. Raises Rejected for an end before the start.
    """

    title: str
    start: When
    end: When
    status: EventStatus = "confirmed"
    busy: bool = True
    location: str | None = None
    attendees: tuple[Attendee, ...] = ()
    notes: str = ""
    recurrence: str | None = None  # RRULE without DTSTART
    travel_s: float | None = None  # None: as the owner's settings say
    preparation_s: float | None = None
    owner: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class EditEvent(Command[EventView]):
    """Changes what is given, keeps the rest; a start without an end keeps the length.

    Raises NotFound, Conflict (mirroring.ChangedElsewhere for one changed in its calendar), Rejected, Unavailable.
    """

    event: str
    title: str | None = None
    start: When | None = None
    end: When | None = None
    status: EventStatus | None = None
    busy: bool | None = None
    location: str | Keep | None = KEEP
    notes: str | None = None
    travel_s: float | None = None
    preparation_s: float | None = None
    scope: Scope = "this"
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class CancelEvent(Command[EventView]):
    """It does not take place: it stays, marked, and takes no time. RestoreEvent takes it back."""

    event: str
    scope: Scope = "this"
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteEvent(Command[EventView]):
    """It goes from the calendar; answers what it was. RestoreEvent takes it back."""

    event: str
    scope: Scope = "this"
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RestoreEvent(Command[EventView]):
    """Takes a cancellation or deletion back. Raises NotFound for one that was never there."""

    event: str


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """How a person's days are: from the config of their twin, else what they said, else the settings of the house."""

    person: str  # person id: who speaks
    twin: str | None  # their twin, where there is one
    name: str | None
    zone: str  # IANA
    work_start_s: int  # seconds after local midnight
    work_end_s: int
    work_days: tuple[int, ...]  # Monday is 0
    hours_per_day: float
    quiet_start_s: int
    quiet_end_s: int  # may lie before its start: over midnight
    focus_hours: float
    travel_s: float  # for an event with a place, where the calendar says nothing
    preparation_s: float
    config: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SetPersonSettings(Command[PersonSettings]):
    """Changes what is given, keeps the rest; None takes a setting back to the usual.

    Kept in the config of the person's twin; as long as there is none, beside it. Raises Rejected for a setting that
    cannot be read.
    """

    person: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GetPerson(Query[PersonSettings]):
    """The settings of a person. Never raises: who has no twin gets the usual ones."""

    person: str


@dataclass(frozen=True, slots=True)
class WhoseTwin(Query[str | None]):
    """Whose own a person's twin is, by person id; None for any other twin, and for one that nobody acts as."""

    twin: str
