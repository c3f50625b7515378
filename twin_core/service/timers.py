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


class Timers:
    """Runs every timer when it is due. One that raises is logged, left alone for a minute, then retried."""

    def __init__(self, clock: Clock, timers: Sequence[Timer]) -> None:
        self._clock = clock
        self._timers = list(timers)
        self._held: dict[int, datetime] = {}  # index of a timer that failed -> not before

    def next_due_at(self) -> datetime | None:
        """The earliest instant at which something has to happen."""
        due = [at for index in range(len(self._timers)) if (at := self._due_at(index)) is not None]
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
        """Runs each timer that is due now, once."""
        now = self._clock.now()
        for index, timer in enumerate(self._timers):
            due = self._due_at(index)
            if due is None or due > now:
                continue
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

    async def run(self) -> None:
        """Runs on the machine's clock until it is cancelled.

        APScheduler is the alarm clock only: one date job in memory, set anew after each ring. What is
        due lives in the rooms, in the store.
        """
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every ring otherwise
        scheduler = AsyncIOScheduler(timezone=UTC)

        async def ring() -> None:
            await self.run_due()
            arm()

        def arm() -> None:
            now = self._clock.now()
            due = min(self.next_due_at() or now + _LONGEST_SLEEP, now + _LONGEST_SLEEP)
            scheduler.add_job(ring, "date", run_date=max(due, now), misfire_grace_time=None)

        scheduler.start()
        arm()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            scheduler.shutdown(wait=False)

    def _due_at(self, index: int) -> datetime | None:
        due = self._timers[index].next_due_at()
        held = self._held.get(index)
        return due if due is None or held is None else max(due, held)
