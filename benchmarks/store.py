"""The store beside bare sqlite3: the same rows, the same durability, one connection and no questions asked."""

import json
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.report import Report
from twin_core.contract.clock import SystemClock
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, StoredReading
from twin_core.store import SqlStore, open_store

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STREAM = "thermostat.hall"
SINGLE = 500  # events appended one by one
LONG = 10_000  # events of a long stream
EVERY = 500  # events between two snapshots
BATCH = 500  # readings in a batch
BATCHES = 100
TIMES = 50  # that a state is asked for


async def run(report: Report) -> None:
    """Events and readings on SQLite."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        store = await open_store(f"sqlite:///{folder}/pollux.db", SystemClock())
        bare = _bare(Path(folder) / "bare.db")
        try:
            await _append(report, store, bare)
            await _append_in_batches(report, store, bare)
            await _read(report, store, bare)
            await _state_at(report, store, bare)
            await _readings(report, store, bare)
        finally:
            bare.close()
            await store.aclose()


async def _append(report: Report, store: SqlStore, bare: sqlite3.Connection) -> None:
    async def ours() -> None:
        for n in range(SINGLE):
            await store.append("light.single", n, [_event(n)])

    def theirs() -> None:
        for n in range(SINGLE):
            with bare:
                bare.execute(_INSERT_EVENT, _event_row("light.single", n))

    report.row("event append, one a commit", SINGLE / await _took(ours), SINGLE / _took_bare(theirs), "events/s")


async def _append_in_batches(report: Report, store: SqlStore, bare: sqlite3.Connection) -> None:
    async def ours() -> None:
        for first in range(0, LONG, EVERY):
            new = [_event(n) for n in range(first, first + EVERY)]
            await store.commit(Batch(appends=[Append(STREAM, first, new, {"values": first + EVERY})]))

    def theirs() -> None:
        for first in range(0, LONG, EVERY):
            with bare:
                bare.executemany(_INSERT_EVENT, [_event_row(STREAM, n) for n in range(first, first + EVERY)])

    report.row(f"event append, {EVERY} a commit", LONG / await _took(ours), LONG / _took_bare(theirs), "events/s")


async def _read(report: Report, store: SqlStore, bare: sqlite3.Connection) -> None:
    async def ours() -> None:
        assert sum(event.data["value"] for event in await store.read(STREAM)) == sum(range(LONG))

    def theirs() -> None:
        assert sum(data["value"] for data in _bare_events(bare, 0, LONG)) == sum(range(LONG))

    report.row(f"fold a stream of {LONG:,}", LONG / await _took(ours), LONG / _took_bare(theirs), "events/s")


async def _state_at(report: Report, store: SqlStore, bare: sqlite3.Connection) -> None:
    versions = [LONG * n // TIMES for n in range(1, TIMES + 1)]

    async def ours() -> None:
        for version in versions:
            snapshot = await store.snapshot(STREAM, at_version=version)
            after = snapshot.version if snapshot else 0
            assert len(await store.read(STREAM, after=after, limit=version - after)) == version - after

    def theirs() -> None:
        for version in versions:
            after = version // EVERY * EVERY
            assert len(_bare_events(bare, after, version)) == version - after

    report.row(f"state at a version of {LONG:,}", TIMES / await _took(ours), TIMES / _took_bare(theirs), "states/s")


async def _readings(report: Report, store: SqlStore, bare: sqlite3.Connection) -> None:
    batches = [_batch(n) for n in range(BATCHES)]
    rows = [[(n % 50, int(r.at.timestamp() * 1e6), r.value) for n, r in enumerate(batch)] for batch in batches]

    async def ours() -> None:
        for batch in batches:
            await store.commit(Batch(readings=batch))

    def theirs() -> None:
        for batch in rows:
            with bare:
                bare.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", batch)

    done = BATCHES * BATCH
    report.row(f"readings, {BATCH} a commit", done / await _took(ours), done / _took_bare(theirs), "readings/s")

    async def asked() -> None:
        for n in range(TIMES):
            twin, name = _series(n % 50)
            await store.readings.steps(twin, name, START, START + timedelta(days=1), 3600)

    def asked_bare() -> None:
        figures = "min(number), avg(number), max(number), count(*)"
        query = f"SELECT {figures} FROM readings WHERE series_id = ? GROUP BY at_us / ?"  # noqa: S608
        for n in range(TIMES):
            bare.execute(query, (n % 50, 3_600_000_000)).fetchall()

    report.row("a day in steps of an hour", TIMES / await _took(asked), TIMES / _took_bare(asked_bare), "series/s")


# --- the same in bare sqlite3 --------------------------------------------------------------------

_INSERT_EVENT = "INSERT INTO events (stream, version, name, at_us, data) VALUES (?, ?, ?, ?, ?)"


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE events (position INTEGER PRIMARY KEY, stream, version, name, at_us, data,"
        " UNIQUE (stream, version));"
        "CREATE TABLE readings (series_id, at_us, number, PRIMARY KEY (series_id, at_us)) WITHOUT ROWID;"
    )
    return connection


def _bare_events(bare: sqlite3.Connection, after: int, upto: int) -> list[Any]:
    query = "SELECT data FROM events WHERE stream = ? AND version > ? AND version <= ? ORDER BY version"
    return [json.loads(data) for (data,) in bare.execute(query, (STREAM, after, upto))]


def _event(n: int) -> NewEvent:
    return NewEvent("device.state_changed", {"property": "mode", "value": n, "before": None}, START)


def _event_row(stream: str, n: int) -> tuple[Any, ...]:
    event = _event(n)
    return stream, n + 1, event.name, int(event.at.timestamp() * 1e6), json.dumps(event.data)


def _series(n: int) -> tuple[str, str]:
    return f"thermostat.n{n // 5}", f"property_{n % 5}"


def _batch(number: int) -> Sequence[StoredReading]:
    at = START + timedelta(seconds=number * BATCH // 50)
    return [StoredReading(*_series(n % 50), at + timedelta(seconds=n // 50), n / 7) for n in range(BATCH)]


async def _took(work: Callable[[], Awaitable[None]]) -> float:
    start = perf_counter()
    await work()
    return perf_counter() - start


def _took_bare(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
