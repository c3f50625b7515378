"""Storing together what is done at the same time: fewer transactions, and nobody suffers for another."""

import asyncio
from datetime import timedelta

from tests.databases import START
from twin_core.bus import InProcessBus
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Document, Due, Stored
from twin_core.nudges.journal import Journal
from twin_core.store import SqlStore


async def test_those_who_come_at_once_are_stored_in_few_transactions_and_told_of_in_order(store: SqlStore) -> None:
    bus, told = InProcessBus(), list[Stored]()

    async def hear(notice: Stored) -> None:
        told.append(notice)

    bus.subscribe(Stored, hear)
    journal = Journal(store, bus)
    facts = [Append(f"nudge.{n}", 0, [NewEvent("nudge.sent", {"n": n}, START)]) for n in range(50)]
    assert all(await asyncio.gather(*(journal.keep(Batch(appends=[fact])) for fact in facts)))
    events = [event for notice in told for event in notice.events]
    assert [event.data["n"] for event in events] == list(range(50))
    assert events == await store.read_all()
    assert len(told) < 5


async def test_one_whose_claim_has_passed_on_is_told_so_and_the_others_are_stored(store: SqlStore) -> None:
    await store.commit(Batch(due=[Due("delivery", f"n{n}", START) for n in range(20)]))
    claimed = await store.claim("delivery", START, START + timedelta(seconds=30))
    await store.commit(Batch(due=[Due("delivery", "n7", START + timedelta(hours=1))]))  # moved meanwhile
    journal = Journal(store, InProcessBus())
    done = [
        Batch(documents=[Document("sent", work.key, {})], due=[Due("delivery", work.key, None, lease=work.lease)])
        for work in claimed
    ]
    kept = await asyncio.gather(*map(journal.keep, done))
    assert [work.key for work, stored in zip(claimed, kept, strict=True) if not stored] == ["n7"]
    assert len([key async for key, _ in store.scan("sent")]) == 19
    assert await store.get("sent", "n7") is None
