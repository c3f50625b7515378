"""Tasks: what a person has to do, by when, and how it is asked for and changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from twin_core.contract.requests import KEEP, Command, Keep, Query

Priority = Literal["low", "normal", "high"]
Due = datetime | date  # an instant, or a whole day in the owner's time zone

OWN = "pollux"  # the source of what lives here alone


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task. `due` is the instant by which it has to be done: for one of a whole day, the end of that day."""

    id: str
    title: str
    done: bool
    due: datetime | None
    due_on: date | None  # the day, where no time of day is meant
    priority: Priority
    estimate_s: float | None  # how much work it is
    owner: str  # person id
    source: str  # OWN, or the source it is mirrored from
    url: str | None
    notes: str
    version: int
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks: open ones first by due instant (those without one last), then done ones, latest first."""

    items: tuple[TaskView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ListTasks(Query[TaskList]):
    """Tasks that fit every filter given. `done` None: open and done; `due_before` leaves out those without one."""

    owner: str | None = None
    done: bool | None = None
    due_before: datetime | None = None
    q: str | None = None  # a part of the title
    source: str | None = None
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class GetTask(Query[TaskView]):
    """Raises NotFound, also for a deleted one."""

    task: str


@dataclass(frozen=True, slots=True)
class CreateTask(Command[TaskView]):
    """A new task of whoever asks, unless another owner is given; in `source`, or here.

    Raises Rejected for an empty title; Unavailable, Conflict from the source.
    """

    title: str
    due: Due | None = None
    priority: Priority = "normal"
    estimate_s: float | None = None
    notes: str = ""
    url: str | None = None
    done: bool = False
    owner: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class EditTask(Command[TaskView]):
    """Changes what is given, keeps the rest. A later `due` is stored as a delay.

    Raises NotFound, Conflict (see mirroring.ChangedElsewhere for one changed in its source), Rejected.
    """

    task: str
    title: str | None = None
    due: Due | Keep | None = KEEP
    priority: Priority | None = None
    estimate_s: float | Keep | None = KEEP
    notes: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class StartTask(Command[TaskView]):
    """Work on it began. Nothing happens if it had begun."""

    task: str


@dataclass(frozen=True, slots=True)
class CompleteTask(Command[TaskView]):
    """It is done. Nothing happens if it was."""

    task: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ReopenTask(Command[TaskView]):
    """It is not done after all: takes a completion back."""

    task: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteTask(Command[TaskView]):
    """Takes it out of every list; answers what it was. RestoreTask takes it back."""

    task: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class RestoreTask(Command[TaskView]):
    """Takes a deletion back. Raises NotFound for one that was never there."""

    task: str
