"""What requests about tasks and events may hold, and the agenda as it is answered."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from twin_core.api.models import Body, Name, Text
from twin_core.contract.agenda import AgendaView, Attendee, EventStatus, EventView
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.tasks import Priority, TaskView

_YEAR_S = 366 * 86_400
_YEARS = range(1900, 2200)  # what a calendar holds; near the ends of time no zone can be applied


def _when(value: object) -> datetime | date:
    if isinstance(value, str):
        try:
            when = date.fromisoformat(value) if len(value) == 10 else parse_instant(value)
            if when.year in _YEARS:
                return when
        except (ValueError, Rejected):
            pass
    raise PydanticCustomError("when", "a day is written like 2026-03-06, an instant like 2026-03-06T16:00:00Z")


_WHEN_SCHEMA = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
# An instant, or a whole day in the person's time zone.
When = Annotated[datetime | date, BeforeValidator(_when), WithJsonSchema(_WHEN_SCHEMA)]
Seconds = Annotated[float, Field(ge=0, le=7 * 86_400)]


class NewTask(Body):
    """A task of whoever asks."""

    title: Name
    due: When | None = None
    priority: Priority = "normal"
    estimate_s: Annotated[float, Field(gt=0, le=_YEAR_S)] | None = None
    notes: Text = ""
    url: Text | None = None
    done: bool = False
    source: Name | None = None


class TaskChanges(Body):
    """What changes; null takes a due time or an estimate away."""

    title: Name | None = None
    due: When | None = None
    priority: Priority | None = None
    estimate_s: Annotated[float, Field(gt=0, le=_YEAR_S)] | None = None
    notes: Text | None = None
    done: bool | None = None


class NewAttendee(Body):
    name: Name
    email: Text | None = None
    response: Literal["accepted", "declined", "tentative", "needs_action"] | None = None


class NewEvent(Body):
    """An event of whoever asks: two instants, or two days of which the last one is exclusive."""

    title: Name
    start: When
    end: When
    status: EventStatus = "confirmed"
    busy: bool = True
    location: Text | None = None
    attendees: list[NewAttendee] = Field(default_factory=list, max_length=200)
    notes: Text = ""
    recurrence: Text | None = None
    travel_s: Seconds | None = None
    preparation_s: Seconds | None = None
    source: Name | None = None

    def people(self) -> tuple[Attendee, ...]:
        return tuple(Attendee(**attendee.model_dump()) for attendee in self.attendees)


class EventChanges(Body):
    """What changes; a start without an end keeps the length, a null location takes it away."""

    title: Name | None = None
    start: When | None = None
    end: When | None = None
    status: EventStatus | None = None
    busy: bool | None = None
    location: Text | None = None
    notes: Text | None = None
    travel_s: Seconds | None = None
    preparation_s: Seconds | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "nothing to change is given")
        return self


@dataclass(frozen=True, slots=True)
class AgendaEvent(EventView):
    kind: Literal["event"] = "event"

    @property
    def begins(self) -> datetime:
        return self.start


@dataclass(frozen=True, slots=True)
class AgendaTask(TaskView):
    kind: Literal["task"] = "task"

    @property
    def begins(self) -> datetime:
        return self.due or self.created_at


@dataclass(frozen=True, slots=True)
class Clash:
    """Ids of two events that overlap, and where."""

    first: str
    second: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AgendaAnswer:
    """Events and due tasks together, by start and due time."""

    start: datetime
    end: datetime
    items: tuple[AgendaEvent | AgendaTask, ...]
    clashes: tuple[Clash, ...]


def agenda_answer(view: AgendaView) -> AgendaAnswer:
    """The agenda in one list."""
    items: list[AgendaEvent | AgendaTask] = [
        *(AgendaEvent(**_values(event)) for event in view.events),
        *(AgendaTask(**_values(task)) for task in view.tasks),
    ]
    items.sort(key=lambda item: item.begins)
    clashes = (Clash(clash.first.id, clash.second.id, clash.start, clash.end) for clash in view.clashes)
    return AgendaAnswer(view.start, view.end, tuple(items), tuple(clashes))


def _values(view: EventView | TaskView) -> dict[str, Any]:
    return {field.name: getattr(view, field.name) for field in fields(view)}
