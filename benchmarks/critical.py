"""The question "what is most critical?" with 100, 10,000 and 100,000 twins and the same concerns."""

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import Report
from twin_core.attention import AttentionService
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock, seconds
from twin_core.contract.commands import CreateTwin, GetCritical
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Document
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.service import TwinService
from twin_core.store import SqlStore, open_store
from twin_core.templates import load_library

_SIZES = (100, 10_000, 100_000)
_CONCERNS = 50
_QUESTIONS = 100
_AT_ONCE = 5_000
_NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _House:
    store: SqlStore
    core: Core
    clock: FrozenClock


async def run(report: Report) -> None:
    """The computing time of a question beside that with 100 twins: a ratio near 1 at every size."""
    base_ms = 0.0
    for size in _SIZES:
        with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
            took_ms = 1000 * await _measure(Path(folder), size)
        base_ms = base_ms or took_ms
        report.row(f"{size:,} twins, {_CONCERNS} concerns", took_ms, base_ms, "ms a question")


async def _measure(folder: Path, size: int) -> float:
    async with _open(folder) as house:
        for n in range(_CONCERNS):
            await house.core.execute(CreateTwin("freezer", f"freezer {n}"))
        await _multiply(house.store, size - _CONCERNS)
    async with _open(folder) as house:
        rows = [
            Reading(f"freezer {n}", "temperature", -14.0 + minutes / 10, at=_NOW + seconds(60 * (minutes - 40)))
            for n in range(_CONCERNS)
            for minutes in (0, 10, 20, 30, 38)
        ]
        await house.core.execute(RecordTelemetry(tuple(rows)))
        took: list[float] = []
        for _ in range(_QUESTIONS):
            house.clock.move_to(house.clock.now() + seconds(60))  # so that the order is found anew
            start = time.process_time()
            answer = await house.core.query(GetCritical())
            took.append(time.process_time() - start)
            assert answer.total == _CONCERNS
    return median(took)


async def _multiply(store: SqlStore, count: int) -> None:
    """Quiet twins, written as the service wrote the first one: creating them one by one takes an hour."""
    first = "freezer.freezer_0"
    document = await store.get("twin", first)
    assert document is not None
    [created] = await store.read(first)
    for start in range(0, count, _AT_ONCE):
        names = [f"quiet {n}" for n in range(start, min(count, start + _AT_ONCE))]
        ids = {name: f"freezer.{name.replace(' ', '_')}" for name in names}
        await store.commit(
            Batch(
                appends=[
                    Append(ids[n], 0, [NewEvent(created.name, {**created.data, "name": n}, created.at)]) for n in names
                ],
                documents=[Document("twin", ids[n], {**document[0], "id": ids[n], "name": n}) for n in names],
            )
        )


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[_House]:
    clock = FrozenClock(_NOW)
    store = await open_store(f"sqlite+aiosqlite:///{folder / 'critical.db'}", clock)
    try:
        bus, core, library = InProcessBus(), Core(), load_library()
        parts: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": library, "clock": clock}
        service, attention = TwinService(**parts), AttentionService(**parts)
        for room in (service, attention):
            core.register(room.handlers())
        await service.start()
        await attention.start()
        yield _House(store, core, clock)
        await core.aclose()
        await attention.aclose()
    finally:
        await store.aclose()
