"""Readings are kept as long as their property wants, and the timer keeps to its hours."""

from datetime import datetime, timedelta

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.ports import Batch, StoredReading
from twin_core.readings import Retention
from twin_core.store import SqlStore

DAY = timedelta(days=1)


async def test_each_property_is_kept_for_its_own_days(store: SqlStore, clock: FrozenClock) -> None:
    minutes = [START - 10 * DAY + timedelta(minutes=n) for n in range(0, 180, 10)]
    for name in ("temperature", "power"):
        await store.commit(Batch(readings=[StoredReading("fridge.a", name, at, 1.0) for at in minutes]))
    kept = [("fridge.a", "temperature", 9.5), ("fridge.a", "power", 30.0), ("fridge.gone", "power", 1.0)]
    retention = Retention(store.readings, clock, lambda: kept)

    async def counts() -> list[int]:
        ranges = [await store.readings.range("fridge.a", name, minutes[0], START) for name in ("temperature", "power")]
        return [len(samples) for samples in ranges]

    due_at = retention.next_due_at()
    assert due_at > clock.now()
    await retention.run_due(due_at - timedelta(seconds=1))
    assert await counts() == [18, 18]

    clock.move_to(due_at)
    await retention.run_due(clock.now())
    assert await counts() == [3, 18]
    assert retention.next_due_at() == due_at + DAY


async def test_days_that_were_missed_are_one_run(store: SqlStore, clock: FrozenClock) -> None:
    asked: list[datetime] = []

    def kept() -> list[tuple[str, str, float]]:
        asked.append(clock.now())
        return []

    retention = Retention(store.readings, clock, kept)
    clock.move_to(START + 40 * DAY)
    await retention.run_due(clock.now())
    assert len(asked) == 1
    assert retention.next_due_at() > clock.now()
