"""Doing what is due: claimed from the store, so that of several nodes one does it, once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from twin_core.contract.clock import Clock, FrozenClock
from twin_core.contract.errors import PolluxError
from twin_core.contract.ports import Claimed, Store

LEASE = timedelta(seconds=10)  # so long what a node had claimed waits when it dies
LANES = 16  # worked on side by side: so much at most is done again when a node dies
_RENEWED_EVERY_S = LEASE.total_seconds() / 4
_CLAIMED = 50
_LOOKS_EVERY = timedelta(seconds=5)
_BREATH = timedelta(seconds=1)

_log = structlog.get_logger(__name__)


class Worker:
    """A Timer for one kind of due work. `do` is given all that is due of one lane, in order; several lanes at once."""

    def __init__(
        self, store: Store, clock: Clock, kind: str, do: Callable[[Sequence[Claimed]], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._kind = kind
        self._do = do
        self._places = asyncio.Semaphore(LANES)
        self._next: datetime | None = None
        self._expected: datetime | None = None  # since the last look began, which may have come too early for it
        self.resting = False  # what is due waits

    async def start(self) -> None:
        self._next = await self._store.next_due(self._kind)

    def expect(self, at: datetime | None) -> None:
        """There is work for then."""
        if at is not None:
            self._next = min(self._next or at, at)
            self._expected = min(self._expected or at, at)

    def next_due_at(self) -> datetime | None:
        return None if self.resting else self._next

    async def run_due(self, now: datetime) -> None:
        """Returns when nothing is due and all of it is done. On the machine's clock, what falls due for others
        while somebody is waited for is begun beside it.
        """
        self._expected = None
        frozen = isinstance(self._clock, FrozenClock)
        working: set[asyncio.Task[BaseException | None]] = set()
        failed: list[BaseException] = []
        try:
            while True:
                # Asked before it is claimed: a look that finds nothing takes no turn of the writers.
                due = await self._store.next_due(self._kind)
                claimed = await self._claim(now) if due is not None and due <= now else []
                if claimed:
                    working.add(asyncio.create_task(self._work_on_all(claimed)))
                elif not working:
                    break  # or all of it belongs to people that another node speaks to
                done, working = await asyncio.wait(working, timeout=None if frozen else _BREATH.total_seconds())
                failed += [error for task in done if (error := task.result())]
                now = self._clock.now()
        finally:
            for task in working:
                task.cancel()
        if failed:
            raise failed[0]
        # Other nodes put work on the list, too; a frozen clock has one node.
        look, expected = (None, None) if frozen else (now + _LOOKS_EVERY, self._expected)
        soonest = [max(at, now + _BREATH) for at in (due, look, expected) if at is not None]
        self._next = min(soonest, default=None)

    async def _claim(self, now: datetime) -> list[Claimed]:
        return await self._store.claim(self._kind, now, now + LEASE, _CLAIMED)

    async def _work_on_all(self, claimed: Sequence[Claimed]) -> BaseException | None:
        """Answers what went wrong first; the others are done all the same."""
        async with self._held(claimed[0].lease):
            results = await asyncio.gather(*map(self._work_on, _lanes(claimed)), return_exceptions=True)
        return next((result for result in results if isinstance(result, BaseException)), None)

    async def _work_on(self, lane: Sequence[Claimed]) -> None:
        async with self._places:
            await self._do(lane)

    @asynccontextmanager
    async def _held(self, lease: str) -> AsyncIterator[None]:
        """The claim does not run out as long as we live."""
        over = asyncio.Event()
        renewing = asyncio.create_task(self._renew(lease, over))
        try:
            yield
        finally:
            over.set()
            await renewing

    async def _renew(self, lease: str, over: asyncio.Event) -> None:
        while not over.is_set():
            try:
                await asyncio.wait_for(over.wait(), _RENEWED_EVERY_S)
            except TimeoutError:
                try:
                    await self._store.renew(self._kind, lease, self._clock.now() + LEASE)
                except PolluxError as error:
                    _log.warning("nudges.lease_not_renewed", kind=self._kind, reason=error.message)


def _lanes(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """What has no lane is one by itself."""
    lanes: dict[tuple[str, str], list[Claimed]] = {}
    for work in claimed:
        lanes.setdefault((work.lane, "" if work.lane else work.key), []).append(work)
    return list(lanes.values())
