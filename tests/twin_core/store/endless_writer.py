"""A process that writes until it is killed: `python -m tests.twin_core.store.endless_writer URL [not-durable]`.

Batch n is one event, one document and ten readings; a line is written once it is committed.
"""

import asyncio
import sys
from datetime import timedelta

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Document, StoredReading
from twin_core.store import SqlStore, open_store

STREAM = "writer.a"
READINGS = 10


async def write(url: str, *, durable: bool) -> None:
    """Goes on where the process before it was killed."""
    store = await open_store(url, FrozenClock(START))
    n = len(await store.read(STREAM))
    while True:
        at = START + timedelta(seconds=n)
        readings = [StoredReading(STREAM, "n", at + timedelta(milliseconds=i), n) for i in range(READINGS)]
        await store.commit(
            Batch(
                appends=[Append(STREAM, n, [NewEvent("system.twin_changed", {"n": n}, at)])],
                readings=readings,
                documents=[Document("twin", STREAM, {"n": n})],
                durable=durable,
            )
        )
        n += 1
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()


async def whole_batches(store: SqlStore) -> int:
    """How many batches there are; an AssertionError when one is there in part."""
    n = len(await store.read(STREAM))
    readings = await store.readings.range(STREAM, "n", START, START + timedelta(days=9), limit=10**6)
    assert [reading.last for reading in readings] == [i // READINGS for i in range(n * READINGS)]
    assert await store.get("twin", STREAM) == (({"n": n - 1}, n) if n else None)
    return n


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], durable="not-durable" not in sys.argv))
