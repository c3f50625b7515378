"""What may be asked of the twin core: commands change something, queries do not.

Each carries its own answer type, so `await core.execute(CreateTwin(…))` is a TwinView to the checker.
`expected_version` is the version the caller has seen; None means "whatever it is now".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twin_core.contract.events import Event
from twin_core.contract.requests import Command, Query
from twin_core.contract.template import Importance, TwinType, Value
from twin_core.contract.views import (
    ApprovalView,
    ChangeView,
    ConcernChange,
    ConcernView,
    CriticalView,
    Fault,
    HistoryView,
    StateView,
    TwinStatus,
    TwinView,
)

# --- twins ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateTwin(Command[TwinView]):
    """A new twin; with `source` it is bound to that candidate and takes over its latest values."""

    type: str
    name: str
    aliases: tuple[str, ...] = ()
    place: str | None = None
    importance: Importance | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    source: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class EditTwin(Command[TwinView]):
    """Changes what is given, keeps the rest; config keys are merged, a None value removes its key."""

    twin: str
    name: str | None = None
    aliases: tuple[str, ...] | None = None
    place: str | None = None
    importance: Importance | None = None
    config: Mapping[str, Any] | None = None
    source: str | None = None
    type: str | None = None  # drafts only
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTwin(Command[TwinView]):
    """Puts a twin into another status of its life.

    draft → active → hibernated ⇄ active; draft, active, hibernated → archived → active; every status →
    erased. Raises Rejected for any other way.
    """

    twin: str
    to: TwinStatus
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class EraseTwin(Command[TwinView]):
    """Deletes a twin with its events and readings; answers what it was."""

    twin: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class GetTwin(Query[TwinView]):
    """Raises NotFound, with near ids in `details["nearest"]`. `person`: who looks; None: the house itself."""

    twin: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class TwinPage:
    """A page of twins in the order of their names; `cursor` asks for the next, None at the end."""

    items: tuple[TwinView, ...]
    total: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class ListTwins(Query[TwinPage]):
    """Twins that fit every filter given; archived ones only when asked for by status. `person`: who looks."""

    q: str | None = None
    type: str | None = None
    place: str | None = None
    status: TwinStatus | None = None
    cursor: str | None = None
    limit: int = 100
    person: str | None = None


@dataclass(frozen=True, slots=True)
class GetState(Query[StateView]):
    """State now, at a past instant, or at a version (at most one of the two).

    `person`: as they may see it, without what others keep for themselves; None: all of it, for the house itself.
    """

    twin: str
    at: datetime | None = None
    version: int | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class GetEvents(Query[tuple[Event, ...]]):
    """The audit trail of a twin, oldest first. `person`: who looks."""

    twin: str
    after: int = 0
    limit: int = 500
    person: str | None = None


@dataclass(frozen=True, slots=True)
class GetHistory(Query[HistoryView]):
    """A property over time, raw or in steps. Raises Forbidden for one that `person` may not see; None: the house."""

    twin: str
    property: str
    start: datetime
    end: datetime
    step_s: float | None = None
    limit: int = 10_000
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ListTypes(Query[tuple[TwinType, ...]]):
    """The twin library."""


# --- acting --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetDesired(Command[ChangeView]):
    """Asks for a change of properties: rehearsed, then applied or put before a person.

    Raises Rejected for an unknown or read-only property, a value out of range or of a wrong unit.
    """

    twin: str
    values: Mapping[str, Value]
    units: Mapping[str, str] = field(default_factory=dict)
    expected_version: int | None = None
    dry_run: bool = False  # the verdict only
    elsewhere: bool = False  # an approval cannot be given where this is asked: people are told at once that it waits


@dataclass(frozen=True, slots=True)
class DecideApproval(Command[ApprovalView]):
    """Approves or rejects a waiting change. Raises Conflict when it was decided already."""

    approval: str
    approve: bool


@dataclass(frozen=True, slots=True)
class ListApprovals(Query[tuple[ApprovalView, ...]]):
    """Changes that wait for a person, oldest first."""

    include_decided: bool = False


# --- attention -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GetCritical(Query[CriticalView]):
    """What is most critical now: open concerns first by score, acknowledged ones below their severity.

    `person`: what is theirs and what is the house's; None: of everybody. A place holds what lies in it. With `team`
    also what others share with that person, without anything to do about it; with `whose` the list of that one other
    person alone, which is empty where they do not share it.
    """

    limit: int = 20
    place: str | None = None
    person: str | None = None
    team: bool = False
    whose: str | None = None


@dataclass(frozen=True, slots=True)
class GetConcern(Query[ConcernView]):
    """With its rank in the list of `person`. Raises NotFound."""

    concern: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ListPutAway(Query[tuple[ConcernView, ...]]):
    """What is snoozed, dismissed or resolved but not over, with rank 0."""

    person: str | None = None


@dataclass(frozen=True, slots=True)
class GetConcernChanges(Query[tuple[ConcernChange, ...]]):
    """What came up, went, or was put away since an instant, oldest first; not further back than two days."""

    since: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeConcern(Command[ConcernView]):
    """Somebody is on it: it stays in the list, marked. Raises Conflict where it is resolved already."""

    concern: str


@dataclass(frozen=True, slots=True)
class SnoozeConcern(Command[ConcernView]):
    """Leaves the list until then.

    Raises Rejected for an instant that is not in the future, Conflict where it is resolved already.
    """

    concern: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DismissConcern(Command[ConcernView]):
    """Not a problem: leaves the list until it happens anew."""

    concern: str


@dataclass(frozen=True, slots=True)
class ResolveConcern(Command[ConcernView]):
    """Dealt with: leaves the list; comes back if its cause is raised again."""

    concern: str


@dataclass(frozen=True, slots=True)
class ReopenConcern(Command[ConcernView]):
    """Takes back an acknowledgement, snooze, dismissal or resolution."""

    concern: str


@dataclass(frozen=True, slots=True)
class RateConcern(Command[ConcernView]):
    """Says how much the like of it matters: from now on it ranks higher or lower. Hazards never sink."""

    concern: str
    important: bool


# --- the house -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diagnose(Query[tuple[Fault, ...]]):
    """What the twin core itself knows to be wrong."""
