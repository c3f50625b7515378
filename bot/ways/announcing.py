"""Speaking up about new devices: one message for all that announced themselves together, to whoever is there."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import structlog

from bot.dialogue.buttons import DEFAULTS_FOR_ALL, says
from bot.ports import Button, Channel, Reply
from bot.replies.phrases import SHOWN, count_text, listed
from twin_core.contract.errors import Unavailable
from twin_core.contract.ports import Bus, Candidates, TwinCore
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.views import CandidateView

QUIET_S = 2.0  # devices announce themselves in bursts

log = structlog.get_logger(__name__)


@runtime_checkable
class Present(Channel, Protocol):
    """A channel that knows which conversations are open right now."""

    def present(self) -> Sequence[str]: ...


class Announcer:
    """Tells the conversations that are open of devices nobody has been told of."""

    def __init__(self, core: TwinCore, bus: Bus, channels: Sequence[Present]) -> None:
        self._core = core
        self._channels = channels
        self._told: set[str] = set()
        self._news = self._burst = True  # devices may have come before this process
        bus.subscribe(Candidates, self._noticed)

    async def run(self) -> None:
        """Looks now and then, until it is cancelled: a burst must be over, and somebody must be there."""
        while True:
            await asyncio.sleep(QUIET_S)
            if self._news and not self._burst:
                await self._tell()
            self._burst = False

    async def _noticed(self, notice: Candidates) -> None:
        self._news = self._burst = True

    async def _tell(self) -> None:
        found = await self._core.query(ListCandidates())
        new = [c for c in found if c.id not in self._told]
        if not new:
            self._news = False
            return
        reply = invitation(new)
        for channel in self._channels:
            for conversation in channel.present():
                try:
                    await channel.send(conversation, reply)
                except Unavailable:
                    log.debug("announcement.nobody_there", conversation=conversation)
                else:
                    self._told |= {c.id for c in new}


def invitation(new: Sequence[CandidateView]) -> Reply:
    """Which devices were found, and the offer to make twins of them."""
    names = listed([c.name for c in new])
    if len(new) == 1:
        text = f"I see a new device: {names}. Say “make a twin of {names}” to set it up."
        return Reply(text, (Button(f"create:{new[0].id}", "Make a twin", "primary"),))
    text = f"I found {count_text(len(new), 'new device')}: {names}. "
    text += "Name one to make its twin, or take the defaults for all."
    first = tuple(Button(f"create:{c.id}", c.name) for c in new[:SHOWN])
    show = says("which devices did you find?", "Show all")
    return Reply(text, (*first, show, DEFAULTS_FOR_ALL))
