"""The way of messages from paho's thread to the event loop: bounded, and woken once a drain."""

import asyncio
import threading
from collections import deque
from datetime import datetime
from typing import NamedTuple


class Raw(NamedTuple):
    """A message as it came; `connection` counts connections, as message ids mean nothing in the next."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    dup: bool
    retain: bool
    connection: int
    at: datetime  # when it arrived: the instant of readings that bring none of their own


class Inbox:
    """A bounded queue between two threads. A full one blocks the sender, and so the network: back-pressure."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[Raw] = deque()
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._woken = False
        self._room = threading.Event()
        self._closed = False

    def put(self, item: Raw) -> None:
        """Called in paho's thread."""
        while len(self._items) >= self._limit and not self._closed:
            self._room.clear()
            if len(self._items) >= self._limit:
                self._room.wait(0.5)
        self._items.append(item)
        if not self._woken:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._ready.set)
            except RuntimeError:
                self._closed = True  # the loop is gone; unacknowledged messages come again

    async def take(self, most: int) -> list[Raw]:
        """Up to `most` messages, at least one; waits for the first."""
        while not self._items:
            self._ready.clear()
            self._woken = False
            if self._items:
                break
            await self._ready.wait()
        items = self._items
        taken = [items.popleft() for _ in range(min(most, len(items)))]
        self._room.set()
        return taken

    @property
    def is_empty(self) -> bool:
        return not self._items

    def close(self) -> None:
        """Lets a blocked sender go."""
        self._closed = True
        self._room.set()
