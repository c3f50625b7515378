"""The bus of one process: who wants to know is told, one after another, after the fact."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

import structlog

N = TypeVar("N")
_log = structlog.get_logger(__name__)
_delivering: ContextVar[bool] = ContextVar("pollux_bus_delivering", default=False)


class InProcessBus:
    """ports.Bus within one process.

    `publish` returns when the notices have been handled; from within a handler it only queues, so that
    handlers never nest. Never publish while holding a lock that a handler may need.
    """

    def __init__(self) -> None:
        self._handlers: dict[type, list[Callable[[Any], Awaitable[None]]]] = {}
        self._queue: deque[object] = deque()
        self._lock = asyncio.Lock()

    def subscribe(self, kind: type[N], handler: Callable[[N], Awaitable[None]]) -> Callable[[], None]:
        """Handlers are told in the order of their subscription; answers a function that unsubscribes."""
        handlers = self._handlers.setdefault(kind, [])
        handlers.append(handler)

        def unsubscribe() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return unsubscribe

    async def publish(self, *notices: object) -> None:
        # Queued before the first suspension: notices keep the order of the commits they follow.
        self._queue.extend(notice for notice in notices if self._handlers.get(type(notice)))
        if not self._queue:
            return
        if _delivering.get() and self._lock.locked():
            return  # whoever delivers now goes on until the queue is empty
        async with self._lock:
            token = _delivering.set(True)
            try:
                while self._queue:
                    await self._deliver(self._queue.popleft())
            finally:
                _delivering.reset(token)

    async def _deliver(self, notice: object) -> None:
        for handler in tuple(self._handlers.get(type(notice), ())):
            try:
                await handler(notice)
            except Exception:  # noqa: BLE001  a rim: one listener must not silence the others
                name = getattr(handler, "__qualname__", repr(handler))
                _log.exception("bus.handler_failed", handler=name, notice=type(notice).__name__)
