"""Saying nudges: in the chat to whoever is there, outside to whoever is away and has to know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import structlog

from bot.charts.illustrator import Illustration, Illustrator
from bot.dialogue.state import Subject
from bot.engine import Engine
from bot.planning.checking_in import question_of
from bot.ports import Button, Channel, Reply
from bot.replies.phrases import capital, listed
from bot.ways.book import WayBook
from bot.ways.choosing import route
from bot.ways.way import Way
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.nudges import Delivered, NudgeView

HOME = "home"  # where a person is told who has not been in any conversation yet
CHAT = "chat"

log = structlog.get_logger(__name__)


@runtime_checkable
class Keeps(Channel, Protocol):
    """A channel that keeps what is said until its person comes back."""

    def open_for(self, user: str) -> Sequence[str]:
        """The conversations that this person looks at now, the newest last."""
        ...

    async def home(self, user: str) -> str | None:
        """The conversation that this person opened last."""
        ...

    async def leave(self, user: str, conversation: str, reply: Reply, key: str) -> None:
        """The same key again is kept once. Raises Forbidden for a conversation of somebody else."""
        ...

    async def edit(self, user: str, conversation: str, reply: Reply) -> None:
        """What was said last of this nudge there becomes this; nobody is called. Nothing where it was not said."""
        ...


@runtime_checkable
class Considerate(Protocol):
    """A channel that knows when its people do not want to be disturbed."""

    async def undisturbed_until(self, user: str) -> datetime | None:
        """None where they may be. Never raises."""
        ...


class HouseCourier:
    """contract.nudges.Courier on the bot's own channels and the ways out that people have."""

    def __init__(self, engine: Engine, channels: Sequence[Channel], ways: Sequence[Way], book: WayBook) -> None:
        self._engine = engine
        self._keeping = [channel for channel in channels if isinstance(channel, Keeps)]
        self._others = [channel for channel in channels if not isinstance(channel, Keeps)]
        self._considerate = [channel for channel in channels if isinstance(channel, Considerate)]
        self._ways = ways
        self.book = book
        self._illustrator = Illustrator(engine.services.core, engine.services.registry, engine.clock)

    async def deliver(self, nudge: NudgeView) -> Delivered:
        """What is answered to it is a turn about it, in every conversation that its person may answer in."""
        said = await self.book.said(nudge)
        if asked := await self._where_asked(nudge, said):
            return asked
        ways = [way for way in self._ways if await way.serves(nudge.owner)]
        conversation, present = await self._place(nudge, said)
        chosen = route(nudge.urgency, nudge.step, len(ways), present=present)
        if chosen.chat:
            await self._say_in_chat(nudge, conversation)
        left = ways[chosen.outside :] if chosen.outside is not None else []
        used, failed = await self._say_outside(nudge, left, said)
        if used is None and failed:
            await self._say_instead(nudge, conversation, unreached(failed, "here"), kept=chosen.chat)
            if not present and nudge.urgency in ("high", "safety"):
                self._raise_for_later(failed)
        elif not chosen.chat and used is None:
            await self._say_in_chat(nudge, conversation)
        where = [name for name, there in ((self._chat, chosen.chat or not used), (used, used)) if there]
        return Delivered(" and ".join(str(name) for name in where), conversation)

    async def undisturbed_until(self, person: str) -> datetime | None:
        """What the channels say in which this person is reached: the latest end."""
        ends = [await channel.undisturbed_until(person) for channel in self._considerate]
        return max((end for end in ends if end), default=None)

    async def fall_back(self, nudge: NudgeView, way: str) -> None:
        """What was said on this way did not arrive after all: the ways after it say so, else the chat does."""
        ways = [each for each in self._ways if await each.serves(nudge.owner)]
        left = ways[next((n for n, each in enumerate(ways) if each.name == way), len(ways)) :]
        said = {name: where for name, where in (await self.book.said(nudge)).items() if name != way}
        used, failed = await self._say_outside(nudge, left, said)
        if used is None and failed:
            conversation, _ = await self._place(nudge, said)
            await self._say_instead(nudge, conversation, unreached(failed, "here"), kept=CHAT in said)

    async def update(self, nudge: NudgeView) -> None:
        """In the chat; what has left the house cannot be called back."""
        reply = await self._reply(nudge)
        for channel in self._keeping:
            for conversation in {nudge.conversation, *(await self.book.said(nudge)).values()} - {None, ""}:
                await channel.edit(nudge.owner, str(conversation), reply)

    @property
    def _chat(self) -> str:
        return self._keeping[0].name if self._keeping else CHAT

    async def _where_asked(self, nudge: NudgeView, said: Mapping[str, str]) -> Delivered | None:
        """In the conversation where it was asked for, where that is open or takes what is sent there."""
        if nudge.step or nudge.urgency == "safety" or not nudge.conversation:
            return None
        for channel in self._others:
            if channel.name not in said:
                try:
                    await channel.send(nudge.conversation, await self._reply(nudge))
                except PolluxError:
                    continue  # it is not one of this channel's, or nobody is there
                await self._tell(nudge, nudge.conversation)
                await self.book.note(nudge, channel.name, nudge.conversation)
            return Delivered(channel.name, nudge.conversation)
        return None

    async def _place(self, nudge: NudgeView, said: Mapping[str, str]) -> tuple[str, bool]:
        """The conversation in which it is said, and whether its person looks at one now."""
        there = [name for channel in self._keeping for name in channel.open_for(nudge.owner)]
        if CHAT in said:
            return said[CHAT], bool(there)
        if nudge.conversation and (nudge.conversation in there or not there):
            return nudge.conversation, bool(there)
        if there:
            return there[-1], True
        homes = [home for channel in self._keeping if (home := await channel.home(nudge.owner))]
        return (homes[0] if homes else HOME), False

    async def _say_in_chat(self, nudge: NudgeView, conversation: str, note: str = "") -> None:
        await self._tell(nudge, conversation, note)
        reply = await self._reply(nudge, note)
        for channel in self._keeping:
            await channel.leave(nudge.owner, conversation, reply, f"{nudge.id}/{nudge.step}")
        await self.book.note(nudge, CHAT, conversation)

    async def _say_instead(self, nudge: NudgeView, conversation: str, note: str, *, kept: bool) -> None:
        """In the chat, because nothing else worked; what is said there already is told the reason."""
        if not kept:
            await self._say_in_chat(nudge, conversation, note)
            return
        reply = await self._reply(nudge, note)
        for channel in self._keeping:
            await channel.edit(nudge.owner, conversation, reply)

    async def _say_outside(
        self, nudge: NudgeView, ways: Sequence[Way], said: Mapping[str, str]
    ) -> tuple[str | None, dict[str, PolluxError]]:
        """The name of the first of the ways that works, and what went wrong with those before it, by their title."""
        failed: dict[str, PolluxError] = {}
        drawn = await self._illustrator.draw(nudge) if ways else None
        for way in ways:
            if way.name in said:
                return way.name, failed
            try:
                await way.say(nudge, unreached(failed, "here"), drawn)
            except PolluxError as error:
                log.warning("courier.way_failed", way=way.name, nudge=nudge.id, reason=error.message)
                self.book.failed(way.name, way.title, error)
                failed[way.title] = error
            else:
                self.book.worked(way.name)
                await self.book.note(nudge, way.name)
                return way.name, failed
        return None, failed

    def _raise_for_later(self, failed: Mapping[str, PolluxError]) -> None:
        """Somebody has to know and is away: tried again, unless that is of no use."""
        for error in failed.values():
            if isinstance(error, Unavailable):
                raise Unavailable(error.message, code=error.code, hint=error.hint) from error

    async def _reply(self, nudge: NudgeView, note: str = "") -> Reply:
        return as_reply(nudge, note, await self._illustrator.draw(nudge))

    async def _tell(self, nudge: NudgeView, conversation: str, note: str = "") -> None:
        """What is answered next may be about it, wherever its person goes on talking."""
        about = Subject(nudge.about.kind, nudge.about.id) if nudge.about else None
        places = (conversation, nudge.conversation, await self._engine.last_conversation(nudge.owner))
        for place in dict.fromkeys(place for place in places if place):
            await self._engine.told(nudge.owner, place, as_reply(nudge, note), about, question_of(nudge))


def as_reply(nudge: NudgeView, note: str = "", drawn: Illustration | None = None) -> Reply:
    """What is said: the text first, with what its picture shows; why it came, and how to stop it, below. What is
    answered has nothing to press.
    """
    open_ = nudge.actions if nudge.status != "answered" else ()
    buttons = tuple(Button(action.id, action.title) for action in open_)
    parts = (note, nudge.text, drawn.caption if drawn else "", f"{nudge.why} {nudge.stop}".strip())
    text = "\n".join(part for part in parts if part)
    return Reply(text, buttons, image=drawn.image if drawn else None, speech=nudge.text, nudge=nudge.id)


def unreached(failed: Mapping[str, PolluxError], where: str) -> str:
    """`The phone could not be reached, so I tell you here.`; empty where nothing failed."""
    names = listed(list(failed))
    begun = names if "@" in names.split(" ")[0] else capital(names)  # an address is written as it is
    return f"{begun} could not be reached, so I tell you {where}." if failed else ""
