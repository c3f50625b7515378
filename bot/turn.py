"""What a skill is given and what it answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.dialogue.registry import Registry
from bot.dialogue.state import DialogueState, Effect, Listing, Pending, Request
from bot.ports import Button, Reply
from interview.interviews import Interviews
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause, Command, Query
from twin_core.contract.views import TwinView

R = TypeVar("R")

Skill = Callable[["Turn"], Awaitable["Outcome"]]


@dataclass(frozen=True, slots=True)
class Services:
    """What skills may use; given to every `build`."""

    core: TwinCore
    registry: Registry
    interviews: Interviews
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of one person, ready to be worked on."""

    request: Request
    state: DialogueState
    now: datetime
    user: str
    cause: Cause
    services: Services
    conversation: str = ""

    async def execute(self, command: Command[R]) -> R:
        return await self.services.core.execute(command, self.cause)

    async def query(self, query: Query[R]) -> R:
        return await self.services.core.query(query)

    def twin(self) -> TwinView:
        """The first twin of the request, which the policy has resolved."""
        found = self.services.registry.twin(self.request.twins[0])
        if found is None:  # gone between the question and its answer
            raise NotFound(f"{self.request.twins[0]} is no longer there.")
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: what is said, and what the conversation remembers of it."""

    replies: tuple[Reply, ...]
    twins: tuple[str, ...] = ()  # now in focus
    place: str | None = None
    property: str | None = None
    listing: Listing | None = None
    pending: Pending | None = None
    effect: Effect | None = None
    forget_effects: int = 0  # how many of the newest effects are done with
    changes: Mapping[str, Any] = field(default_factory=dict)  # other fields of the state


def say(text: str, *buttons: Button, **rest: Any) -> Reply:
    """A reply of this text."""
    return Reply(text, tuple(buttons), **rest)
