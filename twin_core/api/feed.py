"""The live feed: every stored event and every report, to each listener, resumable, and nobody waits for the slow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from twin_core.contract.clock import instant_text
from twin_core.contract.events import Event
from twin_core.contract.ports import Bus, Reported, Store, Stored

REPORTED = "device.reported"
_PAGE = 500

Hidden = Callable[[str], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. Reports are not stored and have no position to resume from."""

    position: int | None
    name: str
    twin: str
    data: dict[str, Any]


class SlowListener(Exception):
    """A listener fell so far behind that it was cut off; it resumes from the last position it has."""


class Listener:
    """A bounded queue of what happened since it was opened."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[Item] = asyncio.Queue(size)
        self.cut_off = asyncio.Event()

    def offer(self, item: Item) -> None:
        """Never waits: a full queue means that this listener is cut off."""
        if not self.cut_off.is_set():
            try:
                self._queue.put_nowait(item)
            except asyncio.QueueFull:
                self.cut_off.set()

    async def next(self, within_s: float) -> Item | None:
        """The next item, or None when nothing came for so long. Raises SlowListener."""
        if self.cut_off.is_set():
            raise SlowListener
        try:
            async with asyncio.timeout(within_s):
                return await self._queue.get()
        except TimeoutError:
            return None


class Feed:
    """One subscription to the bus, shared by every stream."""

    def __init__(self, bus: Bus, store: Store, *, queue_size: int = 1000, max_listeners: int = 200) -> None:
        self._store = store
        self._queue_size = queue_size
        self.max_listeners = max_listeners
        self._listeners: set[Listener] = set()
        bus.subscribe(Stored, self._stored)
        bus.subscribe(Reported, self._reported)

    @property
    def full(self) -> bool:
        """Whether no more listeners are taken."""
        return len(self._listeners) >= self.max_listeners

    @contextmanager
    def listener(self) -> Iterator[Listener]:
        """A listener, for as long as the block lasts."""
        listener = Listener(self._queue_size)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Cuts everybody off: the server stops."""
        for listener in self._listeners:
            listener.cut_off.set()

    async def follow(
        self,
        listener: Listener,
        after: int | None,
        *,
        twin: str | None = None,
        hidden: Hidden | None = None,
        idle_s: float = 15.0,
    ) -> AsyncIterator[Item | None]:
        """What was stored after a position, then what happens; None whenever nothing happened for a while.

        `hidden`: which of the values that a twin reports are not for whoever listens. Raises SlowListener.
        """
        caught_up = -1
        if after is not None:
            caught_up = after
            while events := await self._store.read_all(caught_up, _PAGE):
                for event in events:
                    caught_up = max(caught_up, event.position)
                    if twin in (None, event.stream):
                        yield _item(event)
        while True:
            item = await listener.next(idle_s)
            if item is None:
                yield None
            elif twin in (None, item.twin) and not (item.position is not None and item.position <= caught_up):
                shown = await _shown(item, hidden) if hidden else item
                if shown is not None:
                    yield shown

    async def _stored(self, notice: Stored) -> None:
        self._offer([_item(event) for event in notice.events])

    async def _reported(self, notice: Reported) -> None:
        values = {name: {"value": value, "at": instant_text(at)} for name, (value, at) in notice.values.items()}
        self._offer([Item(None, REPORTED, notice.twin, {"values": values})])

    def _offer(self, items: list[Item]) -> None:
        for listener in self._listeners:
            for item in items:
                listener.offer(item)


async def _shown(item: Item, hidden: Hidden) -> Item | None:
    """A report without what is hidden; None where nothing is left of it."""
    if item.name != REPORTED or not (left_out := await hidden(item.twin)):
        return item
    values = {name: value for name, value in item.data["values"].items() if name not in left_out}
    return replace(item, data={"values": values}) if values else None


def _item(event: Event) -> Item:
    data = {
        "stream": event.stream,
        "version": event.version,
        "at": instant_text(event.at),
        "actor": event.actor,
        "caused_by": event.caused_by,
        "data": dict(event.data),
    }
    return Item(event.position, event.name, event.stream, data)
