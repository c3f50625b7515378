"""Speaking up: a look at what is due beside how much is not, and delivery beside a bare loop to the same sink."""

import json
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from benchmarks.report import Report
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock
from twin_core.contract.nudges import Delivered, ListNudges, NudgeView, Urgency
from twin_core.contract.reminders import CreateReminder
from twin_core.contract.requests import Cause
from twin_core.nudges import NudgeService
from twin_core.nudges.manner import Manner
from twin_core.nudges.policy import Candidate, decide
from twin_core.planning import PlanningService
from twin_core.service import Timers, TwinService
from twin_core.store import SqlStore, open_store
from twin_core.templates import load_library

_NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_NOT_DUE = (10, 10_000, 1_000_000)
_LOOKS = 500
_DELIVERED = 1_000
_PEOPLE = (1, 100)
_DECIDED = 20_000
_FILL = """
    WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
    INSERT INTO due (kind, "key", due_us, lane, attempt, doc)
    SELECT 'delivery', 'nudge_' || n, ? + n * 1000000, 'person' || (n % 1000), 0, '{}' FROM n
"""


async def run(report: Report) -> None:
    """A look is a claim that finds nothing, and when to look again; a delivery is from a due reminder to `sent`."""
    await _looks(report)
    for people in _PEOPLE:
        with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
            ours, bare = await _deliver(Path(folder), people)
        report.row(f"{_DELIVERED:,} due reminders of {people:,}, said", ours, bare, "nudges/s")
    _decide(report)


async def _looks(report: Report) -> None:
    """In turn, so that whatever else the machine does slows all of them down alike."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pollux-bench-"))
        stores = [await stack.enter_async_context(_full(Path(folder) / f"{count}.db", count)) for count in _NOT_DUE]
        took: list[list[float]] = [[] for _ in stores]
        for _ in range(_LOOKS):
            for store, spent in zip(stores, took, strict=True):
                start = perf_counter()
                assert not await store.claim("delivery", _NOW, _NOW + timedelta(seconds=30))
                assert await store.next_due("delivery") == _NOW + timedelta(seconds=1)
                spent.append((perf_counter() - start) * 1000)
    for count, spent in zip(_NOT_DUE, took, strict=True):
        report.row(f"a look, {count:,} not due (beside {_NOT_DUE[0]})", median(spent), median(took[0]), "ms")


@asynccontextmanager
async def _full(file: Path, count: int) -> AsyncIterator[SqlStore]:
    async with _store(file) as store:
        with closing(sqlite3.connect(file)) as bare, bare:
            bare.execute(_FILL, (count, int(_NOW.timestamp()) * 1_000_000))
        yield store


def _decide(report: Report) -> None:
    """What a person was told today is given; the baseline is a function that is called and says nothing."""
    manner = Manner("anna", ZoneInfo("Europe/Berlin"))
    said = [_NOW - timedelta(minutes=30 * n) for n in range(8, 0, -1)]
    urgencies: tuple[Urgency, ...] = ("low", "normal", "high", "safety")
    candidates = [Candidate("anna", "concern", "device", urgency, "It is hot.", "Hot.") for urgency in urgencies]

    def nothing(candidate: Candidate, manner: Manner, said: Sequence[datetime], now: datetime) -> None:
        return None

    def took_us(decides: Callable[..., object]) -> float:
        start = perf_counter()
        for n in range(_DECIDED):
            decides(candidates[n % 4], manner, said, _NOW)
        return (perf_counter() - start) * 1_000_000 / _DECIDED

    report.row("a decision of the policy (beside a bare call)", took_us(decide), took_us(nothing), "µs")


class _Sink:
    """A courier that has written down what it was given before it answers, as one that must lose nothing does."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count = 0

    async def deliver(self, nudge: NudgeView) -> Delivered:
        self._file.write(json.dumps({"id": nudge.id, "text": nudge.text}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.count += 1
        return Delivered("sink", "c1")

    async def update(self, nudge: NudgeView) -> None:
        """Nothing is edited here."""


async def _deliver(folder: Path, people: int) -> tuple[float, float]:
    """Nudges a second by way of the service, and in a bare loop."""
    with (folder / "ours.jsonl").open("ab") as ours, (folder / "bare.jsonl").open("ab") as bare:
        async with _store(folder / "nudges.db") as store:
            core, clock, timers, nudges = await _house(store)
            for n in range(_DELIVERED):
                at = _NOW + timedelta(seconds=60 + n / 1000)
                await core.execute(CreateReminder(f"look at {n}", at=at), Cause(f"person{n % people}"))
            sink = _Sink(ours)
            nudges.deliver_by(sink)
            clock.move_to(_NOW + timedelta(seconds=62))
            start = perf_counter()
            await timers.run_due()
            took = perf_counter() - start
            assert sink.count == _DELIVERED
            said: list[Any] = [n for p in range(people) for n in await core.query(ListNudges(f"person{p}", limit=9999))]
            sink = _Sink(bare)
            start = perf_counter()
            for nudge in said:
                await sink.deliver(nudge)
            return _DELIVERED / took, _DELIVERED / (perf_counter() - start)


@asynccontextmanager
async def _store(file: Path) -> AsyncIterator[SqlStore]:
    store = await open_store(f"sqlite:///{file}", FrozenClock(_NOW))
    try:
        yield store
    finally:
        await store.aclose()


async def _house(store: SqlStore) -> tuple[Core, FrozenClock, Timers, NudgeService]:
    bus, core, clock = InProcessBus(), Core(), FrozenClock(_NOW)
    nudges = NudgeService(store, bus, core, clock)
    owners: tuple[Any, ...] = (
        TwinService(store=store, bus=bus, core=core, library=load_library(), clock=clock),
        PlanningService(store, bus, core, clock, "Europe/Berlin"),
        nudges,
    )
    for owner in owners:
        core.register(owner.handlers())
    for owner in owners:
        await owner.start()
    return core, clock, Timers(clock, nudges.timers()), nudges
