"""What every ports.Store must do with due work, on each database."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Claimed, Document, Due
from twin_core.store import SqlStore, open_store

LEASE = timedelta(seconds=30)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


async def put(store: SqlStore, *due: Due) -> None:
    await store.commit(Batch(due=due))


async def claim(store: SqlStore, at: float = 0, limit: int = 100) -> list[Claimed]:
    return await store.claim("reminder", after(at), after(at) + LEASE, limit)


async def test_what_is_due_is_claimed_once_and_earliest_first(store: SqlStore) -> None:
    await put(store, *(Due("reminder", f"r{n}", after(-n), doc={"n": n}) for n in range(3)))
    await put(store, Due("reminder", "later", after(60)), Due("delivery", "other", after(-1)))
    found = await claim(store)
    assert [(c.key, c.doc, c.attempt) for c in found] == [("r2", {"n": 2}, 1), ("r1", {"n": 1}, 1), ("r0", {"n": 0}, 1)]
    assert await claim(store) == []


async def test_finished_work_is_off_the_list_with_what_it_led_to(store: SqlStore) -> None:
    await put(store, Due("reminder", "r", START))
    (work,) = await claim(store)
    await store.commit(Batch(documents=[Document("sent", "r", {})], due=[Due("reminder", "r", None, lease=work.lease)]))
    assert await store.get("sent", "r") is not None
    assert await claim(store, at=3600) == []


async def test_a_claim_that_nobody_finishes_passes_to_the_next_and_its_owner_learns_of_it(store: SqlStore) -> None:
    await put(store, Due("reminder", "r", START))
    (lost,) = await claim(store)
    assert await claim(store, at=29) == []
    (again,) = await claim(store, at=30)
    assert (again.key, again.attempt) == ("r", 2)
    done = Batch(documents=[Document("sent", "r", {})], due=[Due("reminder", "r", None, lease=lost.lease)])
    with pytest.raises(Conflict):
        await store.commit(done)
    assert await store.get("sent", "r") is None


async def test_it_can_be_moved_and_taken_off(store: SqlStore) -> None:
    await put(store, Due("reminder", "r", START, doc={"n": 1}))
    await put(store, Due("reminder", "r", after(60), doc={"n": 2}))
    assert await claim(store) == []
    (work,) = await claim(store, at=60)
    assert work.doc == {"n": 2}
    await put(store, Due("reminder", "r", after(90), lease=work.lease))  # tried again later
    assert [c.key for c in await claim(store, at=90)] == ["r"]
    await put(store, Due("reminder", "r", None))
    assert await store.next_due("reminder") is None


async def test_a_lane_is_worked_on_by_one_at_a_time_and_in_order(store: SqlStore) -> None:
    await put(store, *(Due("reminder", f"a{n}", after(n), lane="anna") for n in range(3)))
    await put(store, Due("reminder", "b0", after(0), lane="ben"))
    first = await claim(store, at=1, limit=1)
    assert [c.key for c in first] == ["a0", "a1"]  # a lane is claimed whole
    assert [c.key for c in await claim(store, at=5)] == ["b0"]
    await put(store, *(Due("reminder", each.key, None, lease=each.lease) for each in first))
    assert [c.key for c in await claim(store, at=5)] == ["a2"]


async def test_a_claim_can_be_held_for_longer_as_long_as_it_has_not_run_out(store: SqlStore) -> None:
    await put(store, Due("reminder", "r", START), Due("reminder", "q", START, lane="anna"))
    (q, r) = await claim(store)
    await put(store, Due("reminder", "q", None, lease=q.lease))
    await store.renew("reminder", r.lease, after(60))
    assert await claim(store, at=59) == []
    (again,) = await claim(store, at=60)
    await store.renew("reminder", r.lease, after(600))  # too late: it has passed on
    assert (again.key, await claim(store, at=89)) == ("r", [])
    assert [c.key for c in await claim(store, at=90)] == ["r"]


async def test_it_tells_when_there_is_something_to_claim(store: SqlStore) -> None:
    assert await store.next_due("reminder") is None
    await put(store, Due("reminder", "r1", after(60)), Due("reminder", "r2", after(90)))
    assert await store.next_due("reminder") == after(60)
    await claim(store, at=60)
    assert await store.next_due("reminder") == after(90)
    await claim(store, at=90)
    assert await store.next_due("reminder") == after(90) + LEASE  # the first claim had run out: both are claimed


async def test_several_workers_do_everything_once_and_each_lane_in_order(
    database_url: str, clock: FrozenClock, store: SqlStore
) -> None:
    await put(store, *(Due("reminder", f"{n:04}", after(n / 100), lane=f"p{n % 7}") for n in range(300)))
    done: list[str] = []

    async def work(own: SqlStore) -> None:
        while found := await own.claim("reminder", after(10), after(10) + LEASE, 9):
            for each in found:
                await asyncio.sleep(0)
                await own.commit(Batch(due=[Due("reminder", each.key, None, lease=each.lease)]))
                done.append(each.key)

    others = [await open_store(database_url, clock) for _ in range(2)]
    for _ in range(20):  # a worker that finds every lane taken comes back
        await asyncio.gather(*(work(own) for own in (store, *others)))
    assert Counter(done) == Counter(f"{n:04}" for n in range(300))
    for lane in range(7):
        mine = [key for key in done if int(key) % 7 == lane]
        assert mine == sorted(mine)
    for other in others:
        await other.aclose()
