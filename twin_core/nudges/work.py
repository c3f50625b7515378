"""Doing what is due: claimed from the store, so that of several nodes one does it, once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Claimed, Store

LEASE = timedelta(seconds=30)
_AT_ONCE = 50
_BREATH = timedelta(seconds=1)

_log = structlog.get_logger(__name__)


class Worker:
    """A Timer for one kind of due work. `looks_every`: other nodes put work on the list, too; None: there are none."""

    def __init__(
        self, store: Store, kind: str, do: Callable[[Claimed], Awaitable[None]], looks_every: timedelta | None
    ) -> None:
        self._store = store
        self._kind = kind
        self._do = do
        self._looks_every = looks_every
        self._next: datetime | None = None

    async def start(self) -> None:
        self._next = await self._store.next_due(self._kind)

    def expect(self, at: datetime | None) -> None:
        """There is work for then."""
        if at is not None:
            self._next = min(self._next or at, at)

    def next_due_at(self) -> datetime | None:
        return self._next

    async def run_due(self, now: datetime) -> None:
        while claimed := await self._store.claim(self._kind, now, now + LEASE, _AT_ONCE):
            for work in claimed:
                try:
                    await self._do(work)
                except Conflict as error:  # it took so long that somebody else took over
                    _log.warning("nudges.lease_lost", kind=self._kind, key=work.key, reason=error.message)
        due = await self._store.next_due(self._kind)
        look = now + self._looks_every if self._looks_every else None
        soonest = [max(at, now + _BREATH) for at in (due, look) if at is not None]
        self._next = min(soonest, default=None)
