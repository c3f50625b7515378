"""What happened to concerns lately, for "what changed since this morning?"."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from twin_core.contract.clock import seconds
from twin_core.contract.events import Event
from twin_core.contract.ports import Store
from twin_core.contract.views import ConcernChange

PREFIX = "concern."
_MOST = 2000
_KEPT_S = 2 * 86400.0
_AT_ONCE = 1000
_FURTHEST = 50_000  # positions read back at start


class Changes:
    """The newest changes in memory; read back from the events after a restart."""

    def __init__(self) -> None:
        self._changes: deque[tuple[ConcernChange, str | None]] = deque(maxlen=_MOST)

    async def load(self, store: Store, up_to: int, now: datetime) -> None:
        """Reads back from a position, for as long as the events may still be asked for."""
        found: list[list[Event]] = []
        start = up_to
        while start > 0 and up_to - start < _FURTHEST:
            start = max(0, start - _AT_ONCE)
            events = [e for e in await store.read_all(start, _AT_ONCE) if e.position <= up_to]
            found.append(events)
            if events and events[0].at < now - seconds(_KEPT_S):
                break
        for events in reversed(found):
            self.take(events)

    def take(self, events: Iterable[Event]) -> None:
        """Takes note of stored events of concerns; others mean nothing here."""
        for event in events:
            if event.stream.startswith(PREFIX) and "title" in event.data:
                self._changes.append((_change(event), event.data.get("owner")))

    def forget(self, person: str) -> None:
        """Lets go of what happened to a person's own."""
        kept = [(change, owner) for change, owner in self._changes if owner != person]
        self._changes = deque(kept, maxlen=_MOST)

    def since(self, at: datetime, person: str | None) -> tuple[ConcernChange, ...]:
        """Those of a person and of the house; None: of everybody."""
        return tuple(
            change
            for change, owner in self._changes
            if change.at >= at and (person is None or owner is None or owner == person)
        )


def _change(event: Event) -> ConcernChange:
    return ConcernChange(
        concern=event.stream.removeprefix(PREFIX),
        what=event.name.removeprefix(PREFIX),
        at=event.at,
        title=str(event.data["title"]),
        reason=str(event.data.get("reason", "")),
        by=event.actor,
    )
