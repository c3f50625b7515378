"""Saying nudges: in the conversation where they were asked for, kept for whoever is away."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.dialogue.state import Subject
from bot.engine import Engine
from bot.ports import Button, Channel, Reply
from twin_core.contract.nudges import Delivered, NudgeView

HOME = "home"  # where a person is told what was asked for in no conversation


@runtime_checkable
class Keeps(Channel, Protocol):
    """A channel that keeps what is said until its person comes back."""

    async def leave(self, user: str, conversation: str, reply: Reply) -> None:
        """The same nudge again is kept once. Raises Forbidden for a conversation of somebody else."""
        ...


class ChatCourier:
    """contract.nudges.Courier on the bot's own channels."""

    def __init__(self, engine: Engine, channels: Sequence[Channel]) -> None:
        self._engine = engine
        self._channels = [channel for channel in channels if isinstance(channel, Keeps)]

    async def deliver(self, nudge: NudgeView) -> Delivered:
        """Its buttons and what is answered to it are a turn of that conversation."""
        reply = as_reply(nudge)
        conversation = nudge.conversation or HOME
        about = Subject(nudge.about.kind, nudge.about.id) if nudge.about else None
        await self._engine.told(nudge.owner, conversation, reply, about)
        for channel in self._channels:
            await channel.leave(nudge.owner, conversation, reply)
        return Delivered(self._channels[0].name if self._channels else "chat", conversation)

    async def update(self, nudge: NudgeView) -> None:
        """No channel can edit yet what it said."""


def as_reply(nudge: NudgeView) -> Reply:
    """What is said: the text first; why it came, and how to stop it, below."""
    buttons = tuple(Button(action.id, action.title) for action in nudge.actions)
    return Reply(f"{nudge.text}\n{nudge.why} {nudge.stop}".strip(), buttons, speech=nudge.text, nudge=nudge.id)
