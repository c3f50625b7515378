"""Many small commits at once: written together, each for itself in what becomes of it."""

import asyncio
from pathlib import Path

import pytest

from bot.channels._commits import Commits
from bot.documents import VolatileDocuments
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document
from twin_core.store import open_store


class Counting(VolatileDocuments):
    """Counts the writes, each of which takes a turn of the loop."""

    writes = 0

    async def commit(self, batch: Batch) -> None:
        self.writes += 1
        await asyncio.sleep(0)
        await super().commit(batch)


def _new(key: str) -> tuple[Document]:
    return (Document("k", key, {"key": key}, expected_version=0),)


async def test_what_piles_up_is_written_in_few_writes() -> None:
    store = Counting()
    commits = Commits(store)
    await asyncio.gather(*(commits.commit(_new(str(n)), durable=True) for n in range(300)))
    assert len([key async for key, _ in store.scan("k")]) == 300
    assert store.writes <= 3


async def test_one_that_is_there_already_refuses_itself_alone(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'k.db'}", SystemClock())
    commits = Commits(store)
    await commits.commit(_new("7"), durable=True)
    came = await asyncio.gather(
        *(commits.commit(_new(str(n)), durable=True) for n in range(20)), return_exceptions=True
    )
    assert [n for n, result in enumerate(came) if isinstance(result, Conflict)] == [7]
    assert len([key async for key, _ in store.scan("k")]) == 20
    await store.aclose()


async def test_a_store_that_is_away_is_told_to_all_and_the_next_ones_are_written() -> None:
    store = VolatileDocuments()
    commits = Commits(store)
    whole = store.commit

    async def away(batch: Batch) -> None:
        raise OSError("the disk is gone")

    store.commit = away  # type: ignore[method-assign]
    came = await asyncio.gather(*(commits.commit(_new(str(n)), durable=True) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in came] == [OSError] * 3
    store.commit = whole  # type: ignore[method-assign]
    await commits.commit(_new("0"), durable=True)


async def test_whoever_stops_waiting_stops_nobody_else() -> None:
    store = Counting()
    commits = Commits(store)
    one, other = (asyncio.ensure_future(commits.commit(_new(key), durable=True)) for key in "ab")
    await asyncio.sleep(0)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    await other
    assert [key async for key, _ in store.scan("k")] == ["a", "b"]
