"""Reminders: what a person wants to be told of, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from twin_core.contract.requests import KEEP, Command, Keep, Query
from twin_core.contract.template import Value

ReminderStatus = Literal["waiting", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A property of a twin that gets past a value, in the property's own unit, or takes one."""

    twin: str
    property: str
    is_: Literal["above", "below", "equal"]
    value: Value


@dataclass(frozen=True, slots=True)
class BeforeEvent:
    """So many seconds before an event begins (negative: after), wherever it is moved to."""

    event: str
    lead_s: float


@dataclass(frozen=True, slots=True)
class WhenFree:
    """As soon as the person's agenda leaves them so much time, in their working hours."""

    duration_s: float = 1800.0


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """After so long, unless somebody has taken the concern on or it is over by then."""

    concern: str
    after_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a twin when the time has come: values in the properties' own units."""

    twin: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A reminder. `at` is its next delivery; None where that is not known (a condition), or over.

    One with `wishes` carries them out, and only speaks where that failed.
    """

    id: str
    about: str
    at: datetime | None
    recurrence: str | None  # RRULE, in the person's wall time
    condition: Condition | None
    before: BeforeEvent | None
    owner: str
    status: ReminderStatus
    created_at: datetime
    delivered_at: datetime | None  # the last time
    conversation: str | None  # where it was asked for
    twin: str | None
    version: int
    free: WhenFree | None = None
    unacknowledged: Unacknowledged | None = None
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateReminder(Command[ReminderView]):
    """Exactly one of `at`, `recurrence`, `condition`, `before`, `free` and `unacknowledged` says when; `at` with a
    recurrence is its first.

    Raises Rejected for a time that is past, a recurrence that never comes or comes more than once in ten minutes,
    a concern that somebody has taken on, for one about nothing, and for wishes that their twin cannot meet; NotFound
    for a twin, event or concern that is not there.
    """

    about: str
    at: datetime | None = None
    recurrence: str | None = None
    condition: Condition | None = None
    before: BeforeEvent | None = None
    owner: str | None = None
    conversation: str | None = None
    twin: str | None = None
    free: WhenFree | None = None
    unacknowledged: Unacknowledged | None = None
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class EditReminder(Command[ReminderView]):
    """Changes what is given, keeps the rest. Raises NotFound, Rejected as CreateReminder does."""

    reminder: str
    about: str | None = None
    at: datetime | None = None
    recurrence: str | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class SnoozeReminder(Command[ReminderView]):
    """Comes (again) then. A recurring one keeps its rhythm besides. Raises NotFound; Rejected for a past instant."""

    reminder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CancelReminder(Command[ReminderView]):
    """Never comes (again). RestoreReminder takes it back. Raises NotFound."""

    reminder: str


@dataclass(frozen=True, slots=True)
class RestoreReminder(Command[ReminderView]):
    """As it was, from the view that a command before has answered: takes any change back. Raises NotFound."""

    reminder: str
    at: datetime | None
    status: ReminderStatus
    about: str | None = None
    recurrence: str | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class GetReminder(Query[ReminderView]):
    """Raises NotFound."""

    reminder: str


@dataclass(frozen=True, slots=True)
class ListReminders(Query[tuple[ReminderView, ...]]):
    """Those that wait, by their next delivery; with `over` also delivered and cancelled ones."""

    owner: str | None = None
    over: bool = False
    limit: int = 500


def condition_json(condition: Condition | None) -> Mapping[str, Any] | None:
    """As it is stored and shown."""
    if condition is None:
        return None
    return {"twin": condition.twin, "property": condition.property, "is": condition.is_, "value": condition.value}
