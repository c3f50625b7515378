"""What every ports.Store must do with documents, on each database."""

import asyncio
from typing import Any

import pytest

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document
from twin_core.store import SqlStore


async def test_a_document_counts_its_changes(store: SqlStore) -> None:
    assert await store.get("concern", "c1") is None
    for n in range(3):
        await store.commit(Batch(documents=[Document("concern", "c1", {"n": n})]))
    assert await store.get("concern", "c1") == ({"n": 2}, 3)
    assert await store.get("candidate", "c1") is None
    await store.commit(Batch(documents=[Document("concern", "c1", None), Document("concern", "c2", None)]))
    assert await store.get("concern", "c1") is None


async def test_a_document_is_changed_only_from_the_version_that_was_seen(store: SqlStore) -> None:
    def put(expected: int, doc: dict[str, Any] | None) -> Any:
        return store.commit(Batch(documents=[Document("concern", "c1", doc, expected)]))

    await put(0, None)
    await put(0, {"n": 1})
    await put(1, {"n": 2})
    assert await store.get("concern", "c1") == ({"n": 2}, 2)
    for expected, doc in [(0, {"n": 3}), (1, {"n": 3}), (3, {"n": 3}), (0, None), (1, None), (3, None)]:
        with pytest.raises(Conflict):
            await put(expected, doc)
    assert await store.get("concern", "c1") == ({"n": 2}, 2)
    await put(2, None)
    assert await store.get("concern", "c1") is None


async def test_one_document_twice_in_a_batch_is_written_in_order(store: SqlStore) -> None:
    await store.commit(Batch(documents=[Document("a", "b", {"n": 1}), Document("a", "b", {"n": 2}, 1)]))
    assert await store.get("a", "b") == ({"n": 2}, 2)
    await store.commit(Batch(documents=[Document("a", "b", None), Document("a", "b", {"n": 3})]))
    assert await store.get("a", "b") == ({"n": 3}, 1)


async def test_documents_are_scanned_in_the_order_of_their_keys(store: SqlStore) -> None:
    keys = [f"k{n}" for n in range(1100)] + ["Zebra", "apfel", "Äpfel", "zebra", "😀", "_", "a.b", "a-b"]
    await store.commit(Batch(documents=[Document("twin", key, {"key": key}) for key in keys]))
    await store.commit(Batch(documents=[Document("other", "x", {})]))
    scanned = [(key, doc["key"]) async for key, doc in store.scan("twin")]
    assert scanned == [(key, key) for key in sorted(keys)]
    assert [key async for key, _ in store.scan("nothing")] == []


async def test_a_scan_may_be_left_and_written_into(store: SqlStore) -> None:
    await store.commit(Batch(documents=[Document("twin", f"k{n:04}", {}) for n in range(600)]))
    async for key, _ in store.scan("twin"):
        await store.commit(Batch(documents=[Document("twin", key, None)]))
        if key == "k0009":
            break
    assert len([key async for key, _ in store.scan("twin")]) == 590


async def test_no_update_of_a_document_is_lost(store: SqlStore) -> None:
    async def count() -> None:
        for _ in range(10):
            while True:
                doc, version = await store.get("counter", "all") or ({"n": 0}, 0)
                try:
                    await store.commit(Batch(documents=[Document("counter", "all", {"n": doc["n"] + 1}, version)]))
                    break
                except Conflict:
                    continue

    await asyncio.gather(*(count() for _ in range(8)))
    assert await store.get("counter", "all") == ({"n": 80}, 80)
