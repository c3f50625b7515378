"""How far the events have been read: nothing is missed when the process ends between a commit and its notice."""

from collections.abc import AsyncIterator, Sequence

from twin_core.contract.events import Event
from twin_core.contract.ports import Batch, Document, Store

_KIND, _KEY = "checkpoint", "attention"
_AT_ONCE = 1000
_SAVE_EVERY = 1000  # events that mean nothing here: so many are read again, at most


class Checkpoint:
    """The position up to which events have been taken in.

    It is stored in the same commit as every change that an event brings about (`at`), so that no event
    changes anything twice.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.position = 0
        self._saved = 0

    async def load(self) -> None:
        known = await self._store.get(_KIND, _KEY)
        self.position = self._saved = int(known[0]["position"]) if known else 0

    def at(self, position: int | None) -> Sequence[Document]:
        """What to store with a change that the event at this position brings about."""
        if position is None or position < self.position:
            return ()
        self._saved = position
        return (Document(_KIND, _KEY, {"position": position}),)

    async def passed(self, position: int) -> None:
        """Takes note of an event, written down now and then."""
        self.position = max(self.position, position)
        if self.position - self._saved >= _SAVE_EVERY:
            await self.save()

    async def save(self) -> None:
        if self.position > self._saved:
            await self._store.commit(Batch(documents=[Document(_KIND, _KEY, {"position": self.position})]))
            self._saved = self.position


async def unread(store: Store, checkpoint: Checkpoint) -> AsyncIterator[Event]:
    """Every event after the checkpoint, in order; the reader moves the checkpoint on."""
    await checkpoint.load()
    while events := await store.read_all(checkpoint.position, _AT_ONCE):
        for event in events:
            yield event
        checkpoint.position = max(checkpoint.position, events[-1].position)
