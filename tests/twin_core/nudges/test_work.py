"""Due work that takes longer than a claim lasts: a mail server may need twenty seconds, a push service thirty."""

import asyncio
from collections.abc import Sequence

import pytest

from twin_core.contract.clock import FrozenClock, SystemClock
from twin_core.contract.ports import Batch, Claimed, Due
from twin_core.nudges import work
from twin_core.nudges.work import LEASE, Worker
from twin_core.store import SqlStore


async def test_a_claim_holds_as_long_as_its_work_is_done(
    store: SqlStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_RENEWED_EVERY_S", 0.001)
    began, may_end = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def slowly(lane: Sequence[Claimed]) -> None:
        began.set()
        await may_end.wait()
        await store.commit(Batch(due=[Due("mail", each.key, None, lease=each.lease) for each in lane]))
        done.append("slow")

    async def at_once(lane: Sequence[Claimed]) -> None:
        done.append("another node")

    await store.commit(Batch(due=[Due("mail", "n1", clock.now(), lane="anna")]))
    slow, other = Worker(store, clock, "mail", slowly), Worker(store, clock, "mail", at_once)
    running = asyncio.create_task(slow.run_due(clock.now()))
    await began.wait()
    for _ in range(8):  # four times as long as a claim
        clock.move_to(clock.now() + LEASE / 2)
        async with asyncio.timeout(60):
            while (ends := await store.next_due("mail")) is None or ends - clock.now() < LEASE:  # noqa: ASYNC110 (another task renews it in the database)
                await asyncio.sleep(0)
        await other.run_due(clock.now())
    may_end.set()
    await running
    assert done == ["slow"]
    assert await store.next_due("mail") is None


async def test_whoever_cannot_be_reached_holds_up_nobody_else(store: SqlStore) -> None:
    clock = SystemClock()
    hangs, reached, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def deliver(lane: Sequence[Claimed]) -> None:
        if lane[0].lane == "anna":
            hangs.set()
            await may_end.wait()
        await store.commit(Batch(due=[Due("mail", each.key, None, lease=each.lease) for each in lane]))
        done.extend(each.key for each in lane)
        if lane[0].lane == "ben":
            reached.set()

    worker = Worker(store, clock, "mail", deliver)
    await store.commit(Batch(due=[Due("mail", "a1", clock.now(), lane="anna")]))
    running = asyncio.create_task(worker.run_due(clock.now()))
    async with asyncio.timeout(60):
        await hangs.wait()
        later = [Due("mail", "a2", clock.now(), lane="anna"), Due("mail", "b1", clock.now(), lane="ben")]
        await store.commit(Batch(due=later))
        await reached.wait()
        assert done == ["b1"]  # what is for Anna waits for what she was to hear before
        may_end.set()
        await running
    assert done == ["b1", "a1", "a2"]
