"""Which questions are answered, told to the channels where they stand: by a turn, or without one."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from bot.dialogue.questions import with_open
from bot.dialogue.state import DialogueState
from bot.ports import Closes, Incoming, Settled
from twin_core.contract.commands import ListApprovals
from twin_core.contract.errors import PolluxError
from twin_core.contract.events import Event
from twin_core.contract.ids import new_id
from twin_core.contract.ports import Bus, Stored, TwinCore
from twin_core.contract.views import ApprovalView

_API = "through the API"
_DROPPED = "Not answered, so nothing was done"
_REASONS = {
    "archived": "Its twin was archived, so nothing was done",
    "expired": "Nobody decided in time, so nothing was done",
    "superseded": "A newer wish has taken its place",
}


class _People(Protocol):
    async def name_of(self, person: str) -> str: ...


@dataclass(eq=False)
class Closing:
    """What one turn has closed. `trace` is that of the turn; `said` are the words that it was by."""

    trace: str
    message: Incoming
    said: str = ""
    questions: Collection[str] = ()
    dropped: Collection[str] = ()
    decided: list[Event] = field(default_factory=list)

    def by(self, said: str, closed: Collection[str], dropped: Collection[str]) -> None:
        """These are closed, those of them that were dropped without an answer."""
        self.said = said
        self.questions = [each for each in closed if each not in dropped]
        self.dropped = [each for each in closed if each in dropped]


class Closings:
    """An approval may be decided by anybody, anywhere; a question of an interview through the API, too."""

    def __init__(self, core: TwinCore, people: _People) -> None:
        self._core = core
        self._people = people
        self._channels: Sequence[Closes] = ()
        self._turns: dict[str, Closing] = {}
        self._stop: Callable[[], None] = lambda: None

    async def open(self, channels: Sequence[Closes], bus: Bus) -> None:
        """Tells these from now on, at first what was decided while nobody looked."""
        self._channels = channels
        self._stop = bus.subscribe(Stored, self._stored)
        known = await self._core.query(ListApprovals(include_decided=True))
        self._tell([await self._of_view(view) for view in known if view.status != "waiting"])

    def close(self) -> None:
        """Tells nobody any more."""
        self._stop()

    @asynccontextmanager
    async def turn(self, message: Incoming) -> AsyncIterator[Closing]:
        """One turn, under a trace of its own. What it closes and decides is told when it is over."""
        trace = new_id("tr")
        turn = self._turns[trace] = Closing(trace, message)
        try:
            yield turn
        finally:
            del self._turns[trace]
            if turn.questions:
                for channel in self._channels:
                    channel.closed(message, turn.said, turn.questions)
            dropped = [Settled(each, _DROPPED) for each in turn.dropped]
            self._tell([*dropped, *[await self._of_event(event, message.channel) for event in turn.decided]])

    async def current(self, state: DialogueState) -> DialogueState:
        """Without the approvals that were decided elsewhere meanwhile."""
        if not any(each and each.approval for each in (state.pending, *state.waiting)):
            return state
        waiting = {view.id for view in await self._core.query(ListApprovals())}
        return with_open(state, lambda each: not each.approval or each.approval in waiting)

    async def answered(self, person: str, question: str) -> None:
        """This was answered through the API."""
        self._tell([Settled(question, "Answered", person, await self._name(person), where=_API)])

    async def _stored(self, notice: Stored) -> None:
        decided = [e for e in notice.events if e.name in ("device.action_approved", "device.action_rejected")]
        for event in decided:
            if turn := self._turns.get(event.caused_by):
                turn.decided.append(event)
            else:
                self._tell([await self._of_event(event)])

    def _tell(self, settled: Sequence[Settled]) -> None:
        if settled:
            for channel in self._channels:
                channel.settled(settled)

    async def _of_event(self, event: Event, channel: str = "") -> Settled:
        what = "Approved" if event.name == "device.action_approved" else "Rejected"
        if reason := _REASONS.get(str(event.data.get("reason", ""))):
            return Settled(event.data["approval"], reason)
        name = await self._name(event.actor)
        return Settled(event.data["approval"], what, event.actor, name, channel, "" if channel else _API)

    async def _of_view(self, view: ApprovalView) -> Settled:
        if view.status == "expired" or view.decided_by is None:
            return Settled(view.id, _REASONS["expired"])
        return Settled(view.id, view.status.capitalize(), view.decided_by, await self._name(view.decided_by))

    async def _name(self, person: str) -> str:
        try:
            return await self._people.name_of(person)
        except PolluxError:
            return ""
