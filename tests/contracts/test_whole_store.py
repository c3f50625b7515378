"""What every ports.Store must do over all its streams, on each database."""

import asyncio

from tests.contracts.test_store import NOTHING, changed, everything, reading
from twin_core.contract.clock import FrozenClock
from twin_core.contract.clock import parse_instant as instant
from twin_core.contract.events import Event
from twin_core.contract.ports import ERASED, Append, Batch, Document, Due, Erasure, Snapshot
from twin_core.contract.requests import Cause
from twin_core.store import SqlStore, open_store


async def test_a_live_stream_resumes_where_it_stopped(store: SqlStore) -> None:
    for n in range(6):
        await store.append(f"a.n{n % 2}", n // 2, [changed(n)])
    first = await store.read_all(limit=4)
    rest = await store.read_all(after_position=first[-1].position)
    assert [event.data["value"] for event in first + rest] == [0, 1, 2, 3, 4, 5]
    assert await store.read_all(after_position=rest[-1].position) == []


async def test_who_follows_the_positions_misses_nothing(store: SqlStore) -> None:
    """PostgreSQL hands positions out before it commits: without their turns, 8 could be seen before 7."""
    seen: list[Event] = []

    async def write(task: int) -> None:
        for n in range(15):
            await store.append(f"a.n{task}", n * 3, [changed() for _ in range(3)])

    writers = [asyncio.create_task(write(task)) for task in range(8)]
    while not all(writer.done() for writer in writers):
        seen += await store.read_all(after_position=seen[-1].position if seen else 0, limit=50)
    await asyncio.gather(*writers)
    seen += await store.read_all(after_position=seen[-1].position)
    assert seen == await store.read_all(limit=1000)
    assert len(seen) == 360


async def test_snapshots_are_found_by_version(store: SqlStore) -> None:
    assert await store.snapshot("a.a") is None
    for version in (0, 2, 4):
        await store.commit(Batch(appends=[Append("a.a", version, [changed(), changed()], {"to": version + 2})]))
    assert await store.snapshot("a.a") == Snapshot(6, {"to": 6})
    assert await store.snapshot("a.a", at_version=5) == Snapshot(4, {"to": 4})
    assert await store.snapshot("a.a", at_version=4) == Snapshot(4, {"to": 4})
    assert await store.snapshot("a.a", at_version=1) is None
    assert await store.snapshot("b.b") is None


async def test_erasing_takes_all_of_one_twin_and_nothing_of_another(store: SqlStore) -> None:
    for twin in ("light.hall", "light.cellar"):
        await store.commit(
            Batch(
                appends=[Append(twin, 0, [changed()], snapshot={"on": True})],
                readings=[reading(5, twin), reading("on", twin, "mode")],
                documents=[Document("twin", twin, {"name": twin})],
            )
        )
    kept = await everything(store, "light.cellar")
    last = (await store.read_all())[-1].position
    await store.erase(Erasure(["light.hall"], [("twin", "light.hall")]))
    assert await everything(store, "light.hall") == NOTHING
    assert await everything(store, "light.cellar") == kept
    await store.erase(Erasure(["light.cellar"], [("twin", "light.cellar")]))
    assert await store.read_all() == []

    again = await store.commit(
        Batch(appends=[Append("light.hall", 0, [changed()])], readings=[reading(7)], documents=[])
    )
    assert again[0].position > last  # else who resumes from `last` would never see it
    assert (await store.readings.latest("light.hall"))["brightness"].last == 7


async def test_readings_go_on_after_another_process_has_erased_their_series(
    store: SqlStore, database_url: str, clock: FrozenClock
) -> None:
    await store.commit(Batch(readings=[reading(5), reading(5, "light.cellar")]))
    other = await open_store(database_url, clock)
    await other.erase(Erasure(["light.hall"], [("twin", "light.hall")]))
    await other.aclose()
    await store.commit(Batch(readings=[reading(6), reading(6, "light.cellar")]))
    for twin in ("light.hall", "light.cellar"):
        assert (await store.readings.latest(twin))["brightness"].last == 6


async def test_an_erasure_takes_all_that_it_names_and_tells_the_rest_of_nobody(store: SqlStore) -> None:
    now = instant("2026-03-02T12:00:00Z")
    await store.commit(
        Batch(
            appends=[Append("task_1", 0, [changed()]), Append("light.hall", 0, [changed()])],
            documents=[Document("task", "1", {"owner": "anna"}), Document("told", "2", {"people": ["anna", "ben"]})],
            due=[Due("bell", "1", now, lane="anna"), Due("bell", "2", now, lane="ben")],
            cause=Cause("anna"),
        )
    )
    rest = Document("told", "2", {"people": ["ben"]})
    await store.erase(Erasure(["task_1"], [("task", "1")], ["anna"], ["anna"], [rest]))
    assert [(event.stream, event.actor) for event in await store.read_all()] == [("light.hall", ERASED)]
    assert await store.get("task", "1") is None
    assert await store.get("told", "2") == ({"people": ["ben"]}, 2)
    assert [work.key for work in await store.claim("bell", now, now)] == ["2"]
