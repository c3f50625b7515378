"""kill -9 at any moment: what was acknowledged is there, and no batch is there in part."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.twin_core.store.endless_writer import whole_batches
from tests.twin_core.store.processes import endless_writer
from twin_core.contract.clock import FrozenClock
from twin_core.store import open_store


@pytest.mark.parametrize("how", [(), ("not-durable",)], ids=["durable", "not durable"])
async def test_a_killed_writer_loses_nothing_that_it_acknowledged(
    database_url: str, clock: FrozenClock, how: tuple[str, ...]
) -> None:
    for commits in (7, 23):
        async with endless_writer(database_url, *how) as writer:
            await writer.wait_for(commits)
            await writer.kill()
        store = await open_store(database_url, clock)
        found = await whole_batches(store)
        await store.aclose()
        assert found in (writer.acknowledged, writer.acknowledged + 1)  # committed, killed before it could say so


async def test_a_log_torn_in_the_middle_of_a_write_is_cut_back_to_whole_commits(
    sqlite_url: str, clock: FrozenClock
) -> None:
    async with endless_writer(sqlite_url) as writer:
        await writer.wait_for(20)
        await writer.kill()
    tear(Path(f"{make_url(sqlite_url).database}-wal"))
    store = await open_store(sqlite_url, clock)
    found = await whole_batches(store)
    assert 0 < found <= writer.acknowledged + 1
    await store.aclose()


def tear(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-1000] + b"\xff" * 3000)
