import asyncio
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from twin_core.contract.clock import FrozenClock, SystemClock, parse_instant, seconds
from twin_core.contract.errors import Rejected
from twin_core.service.timers import Timers

NOON = parse_instant("2026-03-02T12:00:00Z")


class Alarm:
    """Rings at each of its instants; the first `failures` times it raises instead."""

    def __init__(self, name: str, *after_s: float, start: datetime = NOON, failures: int = 0) -> None:
        self.name = name
        self.due = sorted(start + seconds(s) for s in after_s)
        self.failures = failures
        self.rung: list[tuple[str, datetime]] = []
        self.rang = asyncio.Event()

    def next_due_at(self) -> datetime | None:
        return self.due[0] if self.due else None

    async def run_due(self, now: datetime) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("no line")
        while self.due and self.due[0] <= now:
            self.due.pop(0)
            self.rung.append((self.name, now))
        self.rang.set()


async def test_everything_due_happens_in_order_with_the_clock_at_each_instant() -> None:
    clock = FrozenClock(NOON)
    one, other = Alarm("one", 30, 90), Alarm("other", 60)
    one.rung = other.rung  # one list for both
    timers = Timers(clock, [one, other])

    await timers.advance(NOON + seconds(80))
    assert other.rung == [("one", NOON + seconds(30)), ("other", NOON + seconds(60))]
    assert clock.now() == NOON + seconds(80)

    await timers.advance(NOON + seconds(90))
    assert other.rung[2:] == [("one", NOON + seconds(90))]


async def test_what_falls_due_because_of_something_due_happens_on_the_same_way() -> None:
    clock = FrozenClock(NOON)
    later = Alarm("later")

    class Starter(Alarm):
        async def run_due(self, now: datetime) -> None:
            await super().run_due(now)
            later.due.append(now + seconds(5))

    await Timers(clock, [Starter("starter", 10), later]).advance(NOON + seconds(20))
    assert later.rung == [("later", NOON + seconds(15))]


async def test_what_was_due_before_now_happens_now() -> None:
    clock = FrozenClock(NOON)
    late = Alarm("late", -3600)
    await Timers(clock, [late]).advance(NOON)
    assert late.rung == [("late", NOON)]


async def test_a_timer_that_raises_is_logged_and_retried_after_a_minute() -> None:
    clock = FrozenClock(NOON)
    broken, sound = Alarm("broken", 10, failures=1), Alarm("sound", 20)
    timers = Timers(clock, [broken, sound])
    with capture_logs() as logs:
        await timers.advance(NOON + seconds(69))
        assert (broken.rung, len(sound.rung)) == ([], 1)
        await timers.advance(NOON + seconds(70))

    assert broken.rung == [("broken", NOON + seconds(70))]
    assert [line["event"] for line in logs] == ["timers.failed"]


async def test_a_timer_that_stays_due_does_not_stop_the_clock() -> None:
    class Stuck(Alarm):
        async def run_due(self, now: datetime) -> None:
            self.rung.append((self.name, now))

    clock = FrozenClock(NOON)
    stuck = Stuck("stuck", 0)
    with capture_logs() as logs:
        await Timers(clock, [stuck]).advance(NOON + seconds(150))

    assert [at for _, at in stuck.rung] == [NOON, NOON + seconds(60), NOON + seconds(120)]
    assert {line["event"] for line in logs} == {"timers.still_due"}


async def test_the_clock_does_not_go_back_and_a_running_clock_is_not_moved() -> None:
    with pytest.raises(Rejected, match="does not go back"):
        await Timers(FrozenClock(NOON), []).advance(NOON - seconds(1))
    with pytest.raises(Rejected, match="moves by itself"):
        await Timers(SystemClock(), []).advance(NOON)


async def test_on_the_machines_clock_timers_ring_by_themselves_also_those_set_later() -> None:
    clock = SystemClock()
    now, later = Alarm("now", -1, start=clock.now(), failures=0), Alarm("later")
    running = asyncio.create_task(Timers(clock, [now, later]).run())
    async with asyncio.timeout(60):
        await now.rang.wait()
        later.due.append(clock.now())
        await later.rang.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert len(now.rung) == len(later.rung) == 1


async def test_one_that_waits_for_somebody_holds_up_no_other_and_is_not_begun_twice() -> None:
    clock = SystemClock()
    begun: list[str] = []

    class Waiting(Alarm):
        async def run_due(self, now: datetime) -> None:
            begun.append(self.name)
            await asyncio.get_running_loop().create_future()

    waiting = Waiting("waiting", -1, start=clock.now())
    other, later = Alarm("other", -1, start=clock.now()), Alarm("later")
    running = asyncio.create_task(Timers(clock, [waiting, other, later]).run())
    async with asyncio.timeout(60):
        await other.rang.wait()
        later.due.append(clock.now())
        await later.rang.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert begun == ["waiting"]


async def test_what_falls_due_while_the_alarm_is_set_is_not_slept_through() -> None:
    """The alarm clock refused a ring that was due before it had noticed the end of the last one, and was mute then."""
    clock = SystemClock()

    class Sudden(Alarm):
        """Due as soon as somebody asks a second time."""

        asked = 0

        def next_due_at(self) -> datetime | None:
            self.asked += 1
            if self.asked == 3:  # once to set the alarm, once to look, once to set it again
                self.due = [clock.now()]
            return super().next_due_at()

    sudden = Sudden("sudden")
    running = asyncio.create_task(Timers(clock, [sudden]).run())
    try:
        async with asyncio.timeout(60):
            await sudden.rang.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
