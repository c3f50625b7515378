"""One way out: what is said unasked, as a message that leaves the house."""

from dataclasses import dataclass
from typing import Protocol

from bot.charts.illustrator import Illustration
from bot.ways.letters import letter
from twin_core.contract.notifying import Notifier
from twin_core.contract.nudges import NudgeView


class Way(Protocol):
    """A way that people can be reached by."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What it is called, with no secret in it."""
        ...

    async def serves(self, person: str) -> bool: ...

    async def say(self, nudge: NudgeView, note: str = "", drawn: Illustration | None = None) -> None:
        """`note` stands before all else. The same step of the same nudge is the same message.

        Raises Unavailable (try again later) or another PolluxError (trying again is of no use).
        """
        ...


@dataclass(frozen=True, slots=True)
class NotifierWay:
    """A way from the settings: one notifier to one person."""

    name: str
    person: str
    notifier: Notifier
    called: str = ""

    @property
    def title(self) -> str:
        return self.called or self.notifier.to

    async def serves(self, person: str) -> bool:
        return person == self.person

    async def say(self, nudge: NudgeView, note: str = "", drawn: Illustration | None = None) -> None:
        await self.notifier.send(await letter(nudge, note, drawn))
