"""What is due, in order of time: on the machine's clock, or while a frozen clock is moved."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from twin_core.contract.clock import Clock, FrozenClock, Timer, seconds
from twin_core.contract.errors import Rejected

_log = structlog.get_logger(__name__)
_RETRY = seconds(60)
# A timer has no voice to say that something earlier came in; it is asked again after this long.
_LONGEST_SLEEP = seconds(1)
_SIDE_BY_SIDE = 8  # one that waits for somebody outside must not hold up the others


class Timers:
    """Runs every timer when it is due. One that raises is logged, left alone for a minute, then retried."""

    def __init__(self, clock: Clock, timers: Sequence[Timer]) -> None:
        self._clock = clock
        self._timers = list(timers)
        self._held: dict[int, datetime] = {}  # index of a timer that failed -> not before
        self._running: dict[int, asyncio.Task[None]] = {}  # by index, on the machine's clock

    def next_due_at(self) -> datetime | None:
        """The earliest instant at which something has to happen that is not under way."""
        resting = (index for index in range(len(self._timers)) if index not in self._running)
        due = [at for index in resting if (at := self._due_at(index)) is not None]
        return min(due, default=None)

    async def advance(self, to: datetime) -> None:
        """Moves a FrozenClock; all that falls due on the way has happened, in order, before this returns.

        The clock stands at each due instant in turn. Raises Rejected for an instant before now, or on
        a clock that cannot be moved.
        """
        if not isinstance(self._clock, FrozenClock):
            raise Rejected("The clock of this house moves by itself.", code="clock_not_frozen")
        if to < self._clock.now():
            self._clock.move_to(to)  # refuses, and says why
        while (due := self.next_due_at()) is not None and due <= to:
            self._clock.move_to(max(due, self._clock.now()))
            await self.run_due()
        self._clock.move_to(to)

    async def run_due(self) -> None:
        """Runs each timer that is due now, once, one after another."""
        now = self._clock.now()
        for index in range(len(self._timers)):
            if self._is_due(index, now):
                await self._ring(index, now)

    async def run(self) -> None:
        """Runs on the machine's clock until it is cancelled: timers side by side, each one at a time.

        APScheduler is the alarm clock only: one date job in memory, set anew after each ring. What is
        due lives in the rooms, in the store.
        """
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every ring otherwise
        scheduler = AsyncIOScheduler(timezone=UTC)
        places = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def work(index: int) -> None:
            async with places:
                await self._ring(index, self._clock.now())

        def over(index: int) -> None:
            del self._running[index]
            if scheduler.running:
                arm()

        async def start() -> None:
            now = self._clock.now()
            for index in range(len(self._timers)):
                if index not in self._running and self._is_due(index, now):
                    task = self._running[index] = asyncio.create_task(work(index))
                    task.add_done_callback(lambda _, index=index: over(index))  # type: ignore[misc]
            arm()

        def arm() -> None:
            now = self._clock.now()
            due = min(self.next_due_at() or now + _LONGEST_SLEEP, now + _LONGEST_SLEEP)
            at = max(due, now)
            # The next may be due before the scheduler has noticed the end of this one: it would be left out for good.
            scheduler.add_job(
                start, "date", id="ring", replace_existing=True, run_date=at, misfire_grace_time=None, max_instances=2
            )

        scheduler.start()
        arm()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            scheduler.shutdown(wait=False)
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ring(self, index: int, now: datetime) -> None:
        """A timer that is due: one that raises, or stays due, rests for a while."""
        timer = self._timers[index]
        self._held.pop(index, None)
        try:
            await timer.run_due(now)
            still_due = (after := timer.next_due_at()) is not None and after <= now
        except Exception:  # noqa: BLE001  a rim: one broken timer must not stop the others
            _log.exception("timers.failed", timer=type(timer).__qualname__)
            self._held[index] = now + _RETRY
        else:
            if still_due:  # it would run for ever
                _log.error("timers.still_due", timer=type(timer).__qualname__)
                self._held[index] = now + _RETRY

    def _is_due(self, index: int, now: datetime) -> bool:
        return (due := self._due_at(index)) is not None and due <= now

    def _due_at(self, index: int) -> datetime | None:
        due = self._timers[index].next_due_at()
        held = self._held.get(index)
        return due if due is None or held is None else max(due, held)
