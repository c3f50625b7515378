"""The dispatcher: one door to the twin core, behind which each command and query has one owner."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from twin_core.contract import ids
from twin_core.contract.commands import Diagnose
from twin_core.contract.requests import Cause, Command, Query

R = TypeVar("R")
Handler = Callable[..., Awaitable[Any]]
# Questions that every room answers for itself: the answers, tuples, are joined.
_GATHERED = (Diagnose,)


class Core:
    """ports.TwinCore in process.

    A command, once begun, is carried to its end even when its caller goes away: a closed connection
    must not leave a commit without its notices.
    """

    def __init__(self) -> None:
        self._handlers: dict[type, Handler] = {}
        self._running: set[asyncio.Task[Any]] = set()

    def register(self, handlers: Mapping[type, Handler]) -> None:
        """Takes `async (command, cause) -> R` for commands and `async (query) -> R` for queries.

        Raises TypeError for a type that has an owner already: two owners are a programming error.
        """
        for kind, handler in handlers.items():
            if kind in _GATHERED:
                handler = _joined(self._handlers.get(kind), handler)
            elif kind in self._handlers:
                raise TypeError(f"{kind.__name__} is handled twice: by {self._handlers[kind]} and by {handler}.")
            self._handlers[kind] = handler

    async def execute(self, command: Command[R], cause: Cause = Cause()) -> R:
        """Raises what its owner raises. A cause without a trace id gets one here, at the door."""
        handler = self._handler(command)
        if not cause.trace:
            cause = replace(cause, trace=ids.new_id("trace"))
        task: asyncio.Task[R] = asyncio.ensure_future(_run(handler, command, cause))
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def query(self, query: Query[R]) -> R:
        """Raises what its owner raises."""
        answer: R = await self._handler(query)(query)
        return answer

    async def aclose(self) -> None:
        """Waits for the commands whose callers have gone."""
        if self._running:
            await asyncio.wait(self._running)

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen here, so that a caller that left is not logged as a forgotten error

    def _handler(self, request: object) -> Handler:
        try:
            return self._handlers[type(request)]
        except KeyError:
            known = ", ".join(sorted(kind.__name__ for kind in self._handlers)) or "nothing"
            raise TypeError(f"Nobody handles {type(request).__name__}; registered: {known}.") from None


def _joined(first: Handler | None, second: Handler) -> Handler:
    if first is None:
        return second

    async def both(query: object) -> tuple[Any, ...]:
        return (*await first(query), *await second(query))

    return both


async def _run(handler: Handler, command: Command[R], cause: Cause) -> R:
    answer: R = await handler(command, cause)
    return answer
