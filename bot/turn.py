"""What a skill is given and what it answers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.dialogue.registry import Registry
from bot.dialogue.state import DialogueState, Effect, Listing, Pending, Request, Reversal, Subject
from bot.identity import Identities
from bot.lessons import Lessons
from bot.outside.contact import Contact
from bot.ports import Button, Reply
from bot.reach_settings import VoiceSettings
from bot.speaker_zone import SpeakerZone
from interview.interviews import Interviews
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import DecideApproval, SetDesired
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause, Command, Query
from twin_core.contract.views import ChangeView, TwinView

R = TypeVar("R")

Skill = Callable[["Turn"], Awaitable["Outcome"]]
# Takes a part of an effect back; a change that now waits for a person is answered. Raises NotFound for what is gone.
Reverse = Callable[[Reversal, "Turn"], Awaitable[ChangeView | None]]


# What these do outside follows from what they stored, and waits for the disk by itself (bot/outside/devices.py).
_SETTLED_LATER = (SetDesired, DecideApproval)


class Begin(Protocol):
    """Remembers, once, that this message has begun to act; `durable`: before it goes on."""

    async def __call__(self, *, durable: bool = True) -> None: ...


async def _nothing(*, durable: bool = True) -> None:
    """Nobody asks whether this turn began to act."""


@dataclass(frozen=True, slots=True)
class Services:
    """What skills may use; given to every `build`."""

    core: TwinCore
    registry: Registry
    interviews: Interviews
    speaker_zone: SpeakerZone
    lessons: Lessons
    identities: Identities
    reversals: Mapping[str, Reverse] = field(default_factory=dict)  # by kind, from every skill's REVERSALS
    contact: Contact | None = None  # the person who helps where a bot cannot
    voice: VoiceSettings = field(default_factory=VoiceSettings)  # how this house hears and speaks

    @property
    def zone(self) -> ZoneInfo:
        """Of whoever speaks."""
        return self.speaker_zone()

    @asynccontextmanager
    async def spoken_by(self, user: str) -> AsyncIterator[None]:
        """Within, it is this person who speaks."""
        with self.speaker_zone.of(ZoneInfo((await self.core.query(GetPerson(user))).zone)):
            yield


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
    spoken: bool = False  # heard, not written
    shared: bool = False  # others hear or read along
    begin: Begin = _nothing

    async def execute(self, command: Command[R]) -> R:
        await self.begin(durable=not isinstance(command, _SETTLED_LATER))
        return await self.services.core.execute(command, self.cause)

    async def query(self, query: Query[R]) -> R:
        return await self.services.core.query(query)

    def meant(self, kind: str) -> str | None:
        """The id of a task, event, concern … that a request means without naming it: the one of its button, the
        one at the position said in the list shown last, else the one spoken of last. None: neither.
        """
        named = self.request.get(kind)
        heard = kind in ("event", "task") and not str(named).startswith(f"{kind}_")  # a name in the text is no id
        if named and not heard:
            return str(named)
        listing, position = self.state.listing, self.request.get("ordinal")
        if position is not None and listing and listing.kind == kind:
            return listing.ids[position] if -len(listing.ids) <= position < len(listing.ids) else None
        subject = self.state.subject
        return subject.id if subject and subject.kind == kind else None

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
    subject: Subject | None = None  # now spoken of; by default the listed item, else the first twin in focus
    pending: Pending | None = None  # asked by the last of the replies
    then: tuple[Pending, ...] = ()  # asked after it, one by one, in their full `words`
    effect: Effect | None = None
    forget_effects: int = 0  # how many of the newest effects are done with
    changes: Mapping[str, Any] = field(default_factory=dict)  # other fields of the state


def say(text: str, *buttons: Button, **rest: Any) -> Reply:
    """A reply of this text."""
    return Reply(text, tuple(buttons), **rest)
