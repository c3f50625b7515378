"""The question "what is most critical?" beside a bare indexed top-k query in the same database.

With 100, 10,000 and 100,000 open concerns, of 1, 100 and 1,000 people; each question is another person's.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.report import Report
from twin_core.attention import AttentionService
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock, instant_text, seconds
from twin_core.contract.commands import CreateTwin, GetCritical
from twin_core.contract.ports import Batch, Document
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.planning import PlanningService
from twin_core.service import Timers, TwinService
from twin_core.store import SqlStore, open_store
from twin_core.templates import load_library

_CONCERNS = (100, 10_000, 100_000)
_PEOPLE = (1, 100, 1_000)
_DEVICES = 20  # of the concerns, these are alerts of twins
_SHOWN = 20
_QUESTIONS = 1_000
_MOVES = 4  # how often the clock moves on meanwhile, by a minute: then all words are made anew
_AT_ONCE = 5_000
_NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_CREATE = """
    create table ranked (
        concern text primary key, person text not null, score real not null, due_at text not null, doc text not null
    )
"""
_TOP = sa.text("select doc from ranked where person = :person order by score desc limit :limit")


@dataclass(frozen=True, slots=True)
class _House:
    core: Core
    clock: FrozenClock
    timers: Timers


async def run(report: Report) -> None:
    """p50 and p99 of a question, in milliseconds; the ratio is to hold at every size."""
    for people in _PEOPLE:
        for concerns in _CONCERNS:
            with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
                ours, bare = await _measure(Path(folder) / "critical.db", concerns, people)
            for name, share in (("p50", 0.5), ("p99", 0.99)):
                title = f"{concerns:,} concerns, {people:,} people, {name}"
                report.row(title, _quantile(ours, share), _quantile(bare, share), "ms a question")


async def _measure(file: Path, concerns: int, people: int) -> tuple[list[float], ...]:
    async with _open(file) as (store, _):
        await _raise_flags(store, concerns - _DEVICES, people)
    async with _open(file) as (_, house):
        await _raise_alerts(house)
        engine = sa.create_engine(f"sqlite:///{file}")
        try:
            with engine.connect() as connection:
                await _copy(house, connection, people)

                async def ours(person: str) -> int:
                    return len((await house.core.query(GetCritical(_SHOWN, person=person))).items)

                async def bare(person: str) -> int:
                    rows = await asyncio.to_thread(connection.execute, _TOP, {"person": person, "limit": _SHOWN})
                    return len([json.loads(doc) for (doc,) in rows])

                return await _ask(house, (ours, bare), people)
        finally:
            engine.dispose()


async def _ask(
    house: _House, questions: tuple[Callable[[str], Awaitable[int]], ...], people: int
) -> tuple[list[float], ...]:
    """How long each question took, in milliseconds, the two by turns. What is due by time happens in between."""
    took: tuple[list[float], ...] = tuple([] for _ in questions)
    for n in range(_QUESTIONS):
        if n % (_QUESTIONS // _MOVES) == 0:
            await house.timers.advance(house.clock.now() + seconds(60))
        for question, times in zip(questions, took, strict=True):
            start = time.perf_counter()
            found = await question(f"p{n % people}")
            times.append(1000 * (time.perf_counter() - start))
            assert found > 0
    return took


async def _raise_alerts(house: _House) -> None:
    """Alerts of freezers, which come first in everybody's list."""
    for n in range(_DEVICES):
        await house.core.execute(CreateTwin("freezer", f"freezer {n}"))
    rows = [
        Reading(f"freezer {n}", "temperature", -14.0 + minutes / 10, at=_NOW + seconds(60 * (minutes - 40)))
        for n in range(_DEVICES)
        for minutes in (0, 10, 20, 30, 38)
    ]
    await house.core.execute(RecordTelemetry(tuple(rows)))


async def _raise_flags(store: SqlStore, count: int, people: int) -> None:
    """Concerns of people, written as attention writes them: raising them one by one takes an hour."""
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(count, start + _AT_ONCE))
        documents = [Document("concern", f"concern_{n:07}", _flag(n, f"p{n % people}")) for n in numbers]
        await store.commit(Batch(documents=documents))


def _flag(n: int, person: str) -> dict[str, Any]:
    data = {
        "kind": "review",
        "title": f"Change {n} waits for a review",
        "subject": "acme/pumps",
        "why": [f"opened {n % 90} hours ago", "two people wait for it"],
        "if_ignored": "the release is late",
        "severity": ("info", "warning", "critical")[n % 3],
        "due": instant_text(_NOW + seconds(37 * (n % 10_007) - 40_000)),
        "url": None,
    }
    return {
        "family": "flag",
        "twin": None,
        "owner": person,
        "group": f"flag:bench:{n}:{person}",
        "opened_at": instant_text(_NOW - seconds(n)),
        "causes": {"flag": {"at": instant_text(_NOW - seconds(n)), "data": data}},
        "status": "open",
        "until": None,
        "seen_severity": None,
        "version": 1,
    }


async def _copy(house: _House, connection: sa.Connection, people: int) -> None:
    """The same answers, ready to be read, in a table of the same database."""
    connection.execute(sa.text(_CREATE))
    for n in range(people):
        view = await house.core.query(GetCritical(_CONCERNS[-1], person=f"p{n}"))
        rows: Sequence[dict[str, Any]] = [
            {
                "concern": f"{item.id}/{n}",
                "person": f"p{n}",
                "score": item.score,
                "due_at": str(item.due_at),
                "doc": json.dumps({"id": item.id, "title": item.title, "why": item.why, "severity": item.severity}),
            }
            for item in view.items
        ]
        connection.execute(sa.text("insert into ranked values (:concern, :person, :score, :due_at, :doc)"), list(rows))
    connection.execute(sa.text("create index by_score on ranked (person, score desc)"))
    connection.commit()


def _quantile(took: Sequence[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, int(share * len(took)))]


@asynccontextmanager
async def _open(file: Path) -> AsyncIterator[tuple[SqlStore, _House]]:
    clock = FrozenClock(_NOW)
    store = await open_store(f"sqlite:///{file}", clock)
    try:
        bus, core, library = InProcessBus(), Core(), load_library()
        parts: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": library, "clock": clock}
        attention = AttentionService(**parts)
        rooms = (TwinService(**parts), PlanningService(store, bus, core, clock, "UTC"), attention)
        for room in rooms:
            core.register(room.handlers())
        for room in rooms:
            await room.start()
        yield store, _House(core, clock, Timers(clock, [timer for room in rooms for timer in room.timers()]))
        await core.aclose()
        await attention.aclose()
    finally:
        await store.aclose()
