"""One conversation that somebody has open: its connections, and its turns one after another."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.channels._wire import ChatMessage, answer_json, error_json, reply_json
from bot.channels.webchat.connection import Connection
from bot.channels.webchat.log import Log
from bot.ports import Answer, Incoming, Limits, OnMessage, Reply
from bot.replies.rendering import fit
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

WAITING = 32  # messages of one conversation that may wait for their turn

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What every room needs."""

    on_message: OnMessage
    log: Log
    clock: Clock
    limits: Limits


@dataclass(eq=False)
class Room:
    """Every entry is stored first, then told to all connections: whoever misses it finds it in the log."""

    house: House
    conversation: str
    user: str
    present: set[Connection] = field(default_factory=set)  # also those that are still being greeted
    connections: set[Connection] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _asked: set[str] = field(default_factory=set)  # ids of messages that wait for their answer
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def idle(self) -> bool:
        return not self.present and not self._tasks

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at it, as far as their client says."""
        return any(connection.watching for connection in self.connections)

    async def enter(self, connection: Connection, after: int | None) -> None:
        """Greets a client that counts, gives it what it missed, and lets it hear what comes."""
        async with self._telling:
            page = await self.house.log.read(self.conversation, self.user)
            await self.house.log.opened(self.user, self.conversation)
            if after is not None:
                # A client that is ahead of us has seen a log that is gone: it starts again.
                reset = after > page.last
                missed = page.after(0 if reset else after)
                hello = {"conversation": self.conversation, "last": page.last, "missed": len(missed), "reset": reset}
                connection.tell({"hello": hello})
                for entry in missed:
                    connection.tell(entry)
            self.connections.add(connection)

    def leave(self, connection: Connection) -> None:
        self.present.discard(connection)
        self.connections.discard(connection)

    async def take(self, message: ChatMessage, connection: Connection) -> None:
        """Answers a message in its turn; one that was answered already gets the same answer again.

        Raises Rejected when too many messages wait.
        """
        if message.message_id:
            if message.message_id in self._asked:
                return  # its answer is on the way, to every connection
            page = await self.house.log.read(self.conversation, self.user)
            if given := page.answer_to(message.message_id):
                connection.tell(given)
                return
        if len(self._tasks) >= WAITING:
            raise Rejected(
                "I am still busy with your messages before this one.", code="busy", hint="Please wait a moment."
            )
        if message.message_id:
            self._asked.add(message.message_id)
        task = asyncio.create_task(self._answer(message, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def say(self, reply: Reply, key: str = "") -> bool:
        """Says something unasked to everybody here; what goes by the same key once. Whether it was said now."""
        if key and (await self.house.log.read(self.conversation, self.user)).has_key(key):
            return False
        known = {"key": key} if key else {}
        await self._tell([{"at": self._now(), "pushed": True, **known, "replies": self._fitted([reply])}])
        return True

    async def edit(self, reply: Reply) -> None:
        """What was said last of its nudge becomes this, for everybody here and whoever comes back."""
        said = (await self.house.log.read(self.conversation, self.user)).of_nudge(reply.nudge or "")
        replies = self._fitted([reply])
        if said is None or said["replies"] == replies:
            return
        async with self._telling:
            edit = {"at": self._now(), "edit": {"seq": said["seq"], "replies": replies}}
            for entry in await self.house.log.edit(self.conversation, self.user, said["seq"], edit):
                self._tell_entry(entry)

    async def aclose(self, code: int, grace_s: float) -> None:
        """Lets turns that have begun finish, then ends every connection."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
        for connection in tuple(self.connections):
            connection.close(code)

    async def _answer(self, message: ChatMessage, connection: Connection) -> None:
        try:
            async with self._turn:
                answer = await self._ask(message)
                await self._tell(await self._entries(message, answer))
        except PolluxError as error:
            connection.tell(_fault(error, message))
        except Exception:  # a rim: the person is told, the log has the trace
            log.exception("webchat.turn_failed", conversation=self.conversation)
            connection.tell(_fault(Unavailable("Something broke here.", hint="Please try again."), message))
        finally:
            self._asked.discard(message.message_id or "")

    async def _ask(self, message: ChatMessage) -> Answer:
        return await self.house.on_message(
            Incoming(
                conversation=self.conversation,
                text=message.text,
                action=message.action,
                user=self.user,
                channel="webchat",
                message_id=message.message_id,
                shared=message.shared,
                spoken=message.spoken,
            )
        )

    async def _entries(self, message: ChatMessage, answer: Answer) -> list[dict[str, Any]]:
        """What the person said and what was answered, stored together: never one without the other."""
        said = message.text or message.title
        if message.action and not said:
            said = (await self.house.log.read(self.conversation, self.user)).title_of(message.action)
        person = {"text": said or "", "action": message.action}
        known = {"message_id": message.message_id} if message.message_id else {}
        return [
            {**known, "at": self._now(), "person": {k: v for k, v in person.items() if v is not None}},
            {**known, "at": self._now(), **answer_json(answer), "replies": self._fitted(answer.replies)},
        ]

    async def _tell(self, entries: Sequence[Mapping[str, Any]]) -> None:
        async with self._telling:
            for entry in await self.house.log.append(self.conversation, self.user, entries):
                self._tell_entry(entry)

    def _tell_entry(self, entry: Mapping[str, Any]) -> None:
        for connection in self.connections:
            connection.tell_entry(entry)

    def _fitted(self, replies: Sequence[Reply]) -> list[dict[str, Any]]:
        return [reply_json(piece) for reply in replies for piece in fit(reply, self.house.limits)]

    def _now(self) -> str:
        return instant_text(self.house.clock.now())


def _fault(error: PolluxError, message: ChatMessage) -> dict[str, Any]:
    known = {"message_id": message.message_id} if message.message_id else {}
    return {"error": error_json(error), **known}
