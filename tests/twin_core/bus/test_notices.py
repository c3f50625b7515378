import asyncio
from dataclasses import dataclass

from structlog.testing import capture_logs

from twin_core.bus import InProcessBus
from twin_core.contract.ports import Bus


@dataclass(frozen=True)
class Rang:
    number: int


@dataclass(frozen=True)
class Stopped:
    number: int


async def test_handlers_are_told_in_order_and_only_of_their_kind() -> None:
    bus: Bus = InProcessBus()
    told: list[tuple[str, int]] = []

    async def first(notice: Rang) -> None:
        await asyncio.sleep(0)
        told.append(("first", notice.number))

    async def second(notice: Rang) -> None:
        told.append(("second", notice.number))

    bus.subscribe(Rang, first)
    bus.subscribe(Rang, second)
    await bus.publish(Rang(1))
    await bus.publish(Stopped(2))
    await bus.publish(Rang(3))

    assert told == [("first", 1), ("second", 1), ("first", 3), ("second", 3)]


async def test_a_failing_handler_is_logged_and_stops_no_other() -> None:
    bus = InProcessBus()
    told: list[int] = []

    async def broken(notice: Rang) -> None:
        raise ValueError("out of order")

    async def sound(notice: Rang) -> None:
        told.append(notice.number)

    bus.subscribe(Rang, broken)
    bus.subscribe(Rang, sound)
    with capture_logs() as logs:
        await bus.publish(Rang(7))

    assert told == [7]
    assert [(line["event"], line["notice"]) for line in logs] == [("bus.handler_failed", "Rang")]
    assert "broken" in logs[0]["handler"]


async def test_a_notice_published_inside_a_handler_waits_for_the_others() -> None:
    bus = InProcessBus()
    told: list[str] = []

    async def answers(notice: Rang) -> None:
        await bus.publish(Stopped(notice.number))
        told.append("answered")

    async def listens(notice: Rang) -> None:
        told.append("listened")

    async def stopped(notice: Stopped) -> None:
        told.append("stopped")

    bus.subscribe(Rang, answers)
    bus.subscribe(Rang, listens)
    bus.subscribe(Stopped, stopped)
    await bus.publish(Rang(1))

    assert told == ["answered", "listened", "stopped"]


async def test_a_notice_published_by_a_task_that_a_handler_waits_for_does_not_block() -> None:
    bus = InProcessBus()
    told: list[str] = []

    async def delegates(notice: Rang) -> None:
        await asyncio.create_task(bus.publish(Stopped(1)))
        told.append("delegated")

    async def stopped(notice: Stopped) -> None:
        told.append("stopped")

    bus.subscribe(Rang, delegates)
    bus.subscribe(Stopped, stopped)
    async with asyncio.timeout(60):
        await bus.publish(Rang(1))

    assert told == ["delegated", "stopped"]


async def test_publishers_at_the_same_time_each_return_after_their_own_notice() -> None:
    bus = InProcessBus()
    told: list[int] = []

    async def slow(notice: Rang) -> None:
        await asyncio.sleep(0)
        told.append(notice.number)

    bus.subscribe(Rang, slow)

    async def publish(number: int) -> bool:
        await bus.publish(Rang(number))
        return number in told

    assert all(await asyncio.gather(*(publish(number) for number in range(50))))
    assert told == list(range(50))


async def test_nobody_is_told_after_unsubscribing_and_twice_is_harmless() -> None:
    bus = InProcessBus()
    told: list[int] = []

    async def listens(notice: Rang) -> None:
        told.append(notice.number)

    unsubscribe = bus.subscribe(Rang, listens)
    await bus.publish(Rang(1))
    unsubscribe()
    unsubscribe()
    await bus.publish(Rang(2))

    assert told == [1]
