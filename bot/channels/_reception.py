"""What all channels with accounts of their own have in common: who asks, what is answered, in which order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.identity import Account, Gate, Identities, Stranger
from bot.ports import Incoming, OnMessage, Reply
from bot.voice.ears import Heard
from twin_core.contract.errors import PolluxError

HOME = "home"  # the one conversation that a person has in all their private chats
NOT_YOURS = Reply("That was asked of somebody else. Ask me yourself, and I answer you.")
_NOBODY = Reply("I don't know you here, and nobody is set up who could tell me who you are.")
_DEAF = Reply("I cannot listen to voice messages here. Please write to me.")
_BROKEN = Reply("Something broke here. Please try again.")
_GRACE_S = 5.0

Hear = Callable[[bytes, str], Awaitable[Heard]]  # of a recording in any format, by this person

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reception:
    """Recognises people by their accounts in one channel, and has them answered.

    `people`: accounts that the settings name, and whom they are here, without linking.
    """

    channel: str
    on_message: OnMessage
    people: Mapping[str, str]
    identities: Identities | None
    hear: Hear | None = None

    async def person(
        self, user: str, account: str, message: Incoming, describe: Callable[[], Awaitable[Account]]
    ) -> str | Stranger:
        """Whom the settings name, or whose account it is; else the next step of linking."""
        if named := self.people.get(user):
            return named
        if self.identities is None:
            return Stranger(_NOBODY)
        return await Gate(self.identities).admit(self.channel, account, message, describe)

    async def known(self, user: str, account: str) -> str | None:
        """Whose account it is, without a step of linking."""
        if named := self.people.get(user):
            return named
        return await self.identities.person(self.channel, account) if self.identities else None

    async def name(self, user: str, account: str) -> str | None:
        """What they are called here whose account it is; None for somebody who is not known."""
        person = await self.known(user, account)
        try:
            return await self.identities.people.name_of(person) if person and self.identities else None
        except PolluxError:  # no longer here, or may only look
            return None

    async def answers(self, message: Incoming) -> tuple[Reply, ...]:
        """What is said to a turn of the conversation."""

        async def turn() -> tuple[Reply, ...]:
            return (await self.on_message(message)).replies

        return await self.told(turn())

    async def heard(self, message: Incoming, fetch: Callable[[], Awaitable[bytes]]) -> tuple[Reply, ...]:
        """What is said to a voice message, which is repeated. Words that are not sure are asked about."""

        async def turn() -> tuple[Reply, ...]:
            if self.hear is None:
                return (_DEAF,)
            heard = await self.hear(await fetch(), message.user)
            notice = (Reply(heard.notice),) if heard.notice else ()
            if not (words := heard.hearing.text):
                return (*notice, Reply(heard.message))
            said = replace(message, text=words, spoken=True, doubtful=not heard.sure)
            first, *more = (await self.on_message(said)).replies
            if heard.sure:
                first = replace(first, text=f"I heard “{words}”.\n{first.text}")
            return (*notice, first, *more)

        return await self.told(turn())

    async def told(self, work: Awaitable[tuple[Reply, ...]]) -> tuple[Reply, ...]:
        """A rim: whatever goes wrong is told to whoever asked, and logged."""
        try:
            return await work
        except PolluxError as error:
            return (Reply(str(error)),)
        except Exception:
            log.exception("channel.turn_failed", channel=self.channel)
            return (_BROKEN,)

    async def news(self, person: str | None) -> Reply:
        """What an account is told that was linked (to a person) or unlinked (None) elsewhere."""
        if person is None or self.identities is None:
            return Reply("This account is no longer linked; I tell nothing here any more.")
        name = await self.identities.people.name_of(person)
        return Reply(f"Linked: here you are {name} now. If that was not you, say “disconnect {self.channel}”.")


class Works:
    """Work that goes on after a delivery was acknowledged; that of one conversation in its order."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, conversation: str, work: Callable[[], Awaitable[None]]) -> None:
        """Begins when all that began before in this conversation is done."""
        turn = self._turns.setdefault(conversation, asyncio.Lock())

        async def in_turn() -> None:
            async with turn:
                await work()

        self.spawn(in_turn())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begins at once."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Waits for a moment, then cuts off what is left."""
        begun = {task for task in self._tasks if not task.done()}
        if begun:
            await asyncio.wait(begun, timeout=_GRACE_S)
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
