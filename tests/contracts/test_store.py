"""What every ports.Store must do, on each database."""

import asyncio
import itertools
import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Conflict, Rejected
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Append, Batch, Document, Snapshot, StoredReading
from twin_core.contract.requests import Cause
from twin_core.store import SqlStore, open_store

_unique = itertools.count()


def changed(value: Any = 1, at: datetime = START, name: str = "system.twin_changed") -> NewEvent:
    return NewEvent(name, {"value": value}, at)


def reading(value: Any, twin: str = "light.hall", property: str = "brightness") -> StoredReading:
    return StoredReading(twin, property, START, value)


async def everything(store: SqlStore, stream: str) -> tuple[Any, ...]:
    """What a stream has left anywhere in the store."""
    return (
        await store.read(stream),
        await store.snapshot(stream),
        await store.readings.latest(stream),
        await store.get("twin", stream),
    )


NOTHING: tuple[Any, ...] = ([], None, {}, None)


# --- streams -------------------------------------------------------------------------------------


async def test_what_append_answers_is_what_read_answers(store: SqlStore) -> None:
    at = START + timedelta(microseconds=123_457)
    stored = await store.append(
        "light.hall",
        0,
        [NewEvent("device.desired_set", {"values": {"on": True}, "spans": (1, 2), "über": None}, at), changed()],
        Cause("person.ada", "trace-1"),
    )
    assert stored[0] == Event(
        "light.hall",
        1,
        "device.desired_set",
        at,
        {"values": {"on": True}, "spans": [1, 2], "über": None},
        "person.ada",
        "trace-1",
        stored[0].position,
    )
    assert [event.version for event in stored] == [1, 2]
    assert stored[0].position < stored[1].position
    assert await store.read("light.hall") == stored


async def test_reading_a_part_of_a_stream(store: SqlStore) -> None:
    await store.append("light.hall", 0, [changed(n) for n in range(1, 8)])
    assert [event.version for event in await store.read("light.hall", after=3)] == [4, 5, 6, 7]
    assert [event.version for event in await store.read("light.hall", after=3, limit=2)] == [4, 5]
    assert await store.read("light.hall", after=7) == []
    assert await store.read("light.cellar") == []


@pytest.mark.parametrize("expected", [0, 1, 3, -1])
async def test_an_append_that_expects_another_version_conflicts(store: SqlStore, expected: int) -> None:
    stored = await store.append("light.hall", 0, [changed(), changed()])
    with pytest.raises(Conflict) as caught:
        await store.append("light.hall", expected, [changed()])
    assert caught.value.details["version"] == 2
    assert await store.read("light.hall") == stored


async def test_a_stream_that_must_exist_conflicts_when_it_does_not(store: SqlStore) -> None:
    with pytest.raises(Conflict):
        await store.append("light.hall", 1, [changed()])


async def test_of_concurrent_appends_one_wins(store: SqlStore) -> None:
    outcomes = await asyncio.gather(
        *(store.append("light.hall", 0, [changed(n), changed(n)]) for n in range(20)), return_exceptions=True
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, list)]
    assert len(won) == 1
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if not isinstance(outcome, list))
    assert await store.read("light.hall") == won[0]


@pytest.mark.timeout(400)  # 6000 transactions, on whatever machine
async def test_no_update_is_lost(store: SqlStore) -> None:
    """16 tasks count to 25 each, reading the sum, adding one and writing it back.

    Through SQLAlchemy's default transactions on SQLite 25 of the 400 survived, and no error was raised:
    the driver began each transaction only at its first write, after the read. Here all writers begin with
    BEGIN IMMEDIATE, and the expected version makes sure that what was read is still so, on PostgreSQL too.
    """

    async def count() -> None:
        total, version, added = 0, 0, 0
        while added < 25:
            for event in await store.read("counter.all", after=version):
                total, version = event.data["value"], event.version
            try:
                await store.append("counter.all", version, [changed(total + 1)])
                added += 1
            except Conflict:
                continue

    await asyncio.gather(*(count() for _ in range(16)))
    assert [event.data["value"] for event in await store.read("counter.all")] == list(range(1, 401))


async def test_two_stores_on_one_database_conflict_as_well(
    store: SqlStore, database_url: str, clock: FrozenClock
) -> None:
    other = await open_store(database_url, clock)
    outcomes = await asyncio.gather(
        *((store, other)[n % 2].append("light.hall", 0, [changed(n)]) for n in range(10)), return_exceptions=True
    )
    await other.aclose()
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 9


# --- batches -------------------------------------------------------------------------------------


async def test_a_batch_answers_its_events_in_order(store: SqlStore) -> None:
    stored = await store.commit(
        Batch(
            appends=[
                Append("b.b", 0, [changed(1), changed(2)]),
                Append("a.a", 0, [changed(3)]),
                Append("b.b", 2, [changed(4)]),
            ]
        )
    )
    assert [(event.stream, event.version, event.data["value"]) for event in stored] == [
        ("b.b", 1, 1),
        ("b.b", 2, 2),
        ("a.a", 1, 3),
        ("b.b", 3, 4),
    ]
    assert await store.read_all() == stored


async def test_positions_follow_the_order_of_a_large_batch(store: SqlStore) -> None:
    stored = await store.commit(Batch(appends=[Append(f"a.n{n % 700}", n // 700, [changed(n)]) for n in range(2100)]))
    assert await store.read_all(limit=3000) == stored


async def test_an_empty_batch_does_nothing(store: SqlStore) -> None:
    assert await store.commit(Batch()) == []
    assert await store.commit(Batch(appends=[Append("a.a", 0, [])])) == []


@pytest.mark.parametrize(
    "failing",
    [
        {"appends": [Append("light.hall", 0, [changed()]), Append("light.hall", 5, [changed()])]},
        {"documents": [Document("twin", "light.hall", {}), Document("twin", "zz", {}, expected_version=3)]},
        {"documents": [Document("twin", "light.hall", {}), Document("twin", "zz", {"x": math.nan})]},
        {"documents": [Document("twin", "zz", None, expected_version=1)]},
        {"readings": [reading(5), reading(math.inf)]},
    ],
)
async def test_a_batch_with_a_failing_part_leaves_nothing(store: SqlStore, failing: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "appends": [Append("light.hall", 0, [changed()], snapshot={"on": True})],
        "readings": [reading(5)],
        "documents": [Document("twin", "light.hall", {"name": "hall"})],
    }
    with pytest.raises((Conflict, Rejected)):
        await store.commit(Batch(**(whole | failing)))
    assert await everything(store, "light.hall") == NOTHING
    assert await store.read_all() == []
    await store.commit(Batch(**whole))  # and it stands in nobody's way
    assert NOTHING not in await everything(store, "light.hall")


async def test_a_cancelled_commit_leaves_the_store_usable(store: SqlStore) -> None:
    for spin in range(12):
        task = asyncio.create_task(store.append(f"a.s{spin}", 0, [changed(n) for n in range(50)]))
        for _ in range(spin):
            await asyncio.sleep(0)  # cancelled a little later each time
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for spin in range(12):
        assert len(await store.read(f"a.s{spin}")) in (0, 50)
    assert len(await store.append("a.after", 0, [changed()])) == 1


@pytest.mark.parametrize(
    "append",
    [
        Append("a.a", 0, [changed(name="twin.exploded")]),
        Append("a.a", 0, [changed(math.nan)]),
        Append("a.a", 0, [changed({1, 2})]),
        Append("a.a", 0, [changed(at=START.replace(tzinfo=None))]),
        Append("a\0a", 0, [changed()]),
        Append("a.\ud800", 0, [changed()]),
        Append("a.a", 0, [changed()], snapshot={"x": -math.inf}),
    ],
)
async def test_what_cannot_be_stored_is_refused(store: SqlStore, append: Append) -> None:
    with pytest.raises(Rejected):
        await store.commit(Batch(appends=[append]))
    assert await store.read_all() == []


# --- the disk ------------------------------------------------------------------------------------


async def test_what_did_not_wait_for_the_disk_is_there_at_once_and_can_be_brought_to_it(store: SqlStore) -> None:
    await store.settle()  # nothing yet
    cause = Cause("anna", settles=True)
    stored = await store.commit(Batch(appends=[Append("a.a", 0, [changed()])], cause=cause))
    await store.commit(Batch(documents=[Document("twin", "a.a", {"n": 1})], durable=False))
    assert await everything(store, "a.a") == (stored, None, {}, ({"n": 1}, 1))
    await store.settle()
    assert await everything(store, "a.a") == (stored, None, {}, ({"n": 1}, 1))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.text(), _json, max_size=4), at=st.datetimes(timezones=st.just(START.tzinfo)))
async def test_whatever_json_can_hold_comes_back(store: SqlStore, data: dict[str, Any], at: datetime) -> None:
    stream = f"a.n{next(_unique)}"
    batch = Batch(
        appends=[Append(stream, 0, [NewEvent("alert.raised", data, at)], snapshot=data)],
        documents=[Document("twin", stream, data)],
    )
    stored = await store.commit(batch)
    assert (stored[0].data, stored[0].at) == (data, at)
    assert await everything(store, stream) == (stored, Snapshot(1, data), {}, (data, 1))
