"""Nudges: what Pollux says unasked, to whom, why, and how it gets there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from twin_core.contract.requests import Command, Query
from twin_core.contract.views import Action

CONCERN_NEWS = "concern_news"  # due work by which attention tells, in the same commit, what happened to a concern
NudgeKind = Literal["reminder", "concern", "digest", "check_in", "suggestion"]
EVERYTHING = "everything"  # all topics at once
# What a person may want fewer of, or nothing at all, as it is said.
TOPICS: Mapping[str, str] = {
    "device": "devices",
    "asset": "the plant",
    "meter": "meters",
    "task": "tasks",
    "event": "appointments",
    "person": "how full your days are",
    "sync": "connections and silent devices",
    "approval": "approvals",
    "break": "breaks",
    "preparation": "preparing meetings",
    "travel": "travel time",
    "slot": "room for tasks",
    "upkeep": "upkeep that comes near",
    "tariff": "cheaper hours",
    "check_in": "check-ins",
    "digest": "digests",
    EVERYTHING: "anything but danger",
}
NudgeStatus = Literal["waiting", "sent", "answered", "held_back", "failed"]
Urgency = Literal["low", "normal", "high", "safety"]


@dataclass(frozen=True, slots=True)
class About:
    """What a nudge is about, so that an answer to it is about the same."""

    kind: str  # reminder, concern, task, event
    id: str


@dataclass(frozen=True, slots=True)
class NudgeView:
    """One thing said unasked. `why` and `stop` say why it came and how to get fewer of these."""

    id: str
    owner: str
    kind: NudgeKind
    text: str
    actions: tuple[Action, ...]
    why: str
    stop: str
    urgency: Urgency
    about: About | None
    due_at: datetime  # when it was to be said
    status: NudgeStatus
    conversation: str | None  # where it was asked for, or was said
    channel: str | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    rule: str = ""  # what held it back
    step: int = 0  # how often it was handed on already because nobody answered
    topic: str = ""  # a key of TOPICS; empty for what was asked for
    instead_of: str = ""  # the person who did not answer, so that this one is asked
    asks: tuple[str, ...] = ()  # of a check-in: properties of the person's own twin, asked one after another
    useless_from: datetime | None = None  # it is not said then any more, nor is an answer waited for


@dataclass(frozen=True, slots=True)
class ListNudges(Query[tuple[NudgeView, ...]]):
    """What was said, oldest first; with `all` also what waits, failed or was held back."""

    owner: str | None = None
    all: bool = False
    after: datetime | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class GetNudge(Query[NudgeView]):
    """One of a person's own. Raises NotFound."""

    nudge: str
    owner: str


@dataclass(frozen=True, slots=True)
class ListResponsible(Query[tuple[str, ...]]):
    """Who is told of what is the house's: person ids, at least one."""


@dataclass(frozen=True, slots=True)
class AnswerNudge(Command[NudgeView]):
    """The person has reacted to it: nothing more is done to get it to them, and where it was said it says `how`.
    Raises NotFound.
    """

    nudge: str
    how: str = "answered"


@dataclass(frozen=True, slots=True)
class RetryNudge(Command[NudgeView]):
    """One of the actor's that failed is delivered after all, its tries counted anew. Raises NotFound; Rejected for
    one that has not failed.
    """

    nudge: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a nudge was said."""

    channel: str
    conversation: str


# Until when a person wants to be left alone, as a place says where they are reached; None: they may be disturbed.
UndisturbedUntil = Callable[[str], Awaitable[datetime | None]]


class Courier(Protocol):
    """Says nudges to people, wherever they are."""

    async def deliver(self, nudge: NudgeView) -> Delivered:
        """The same nudge again, by its id and step, is said once. The way is chosen by urgency, presence and step:
        each step takes the next way of its person. Raises Unavailable where nobody can be reached now.
        """
        ...

    async def update(self, nudge: NudgeView) -> None:
        """What was said has changed: the message that is there is edited wherever that can be done, and nobody is
        called again.
        """
        ...
