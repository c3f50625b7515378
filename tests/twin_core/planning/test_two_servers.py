"""Two planning rooms on one database, as two servers have them, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.house import ANNA
from tests.twin_core.planning.diary import at
from twin_core.bus import Core, InProcessBus
from twin_core.contract.agenda import CreateEvent, EditEvent, GetAgenda
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Conflict
from twin_core.contract.tasks import CompleteTask, CreateTask, EditTask, GetTask
from twin_core.planning import PlanningService
from twin_core.service import TwinService
from twin_core.store import open_store
from twin_core.templates import load_library

Serve = Callable[[], Awaitable[Core]]


@pytest.fixture
async def serve(database_url: str, clock: FrozenClock) -> AsyncIterator[Serve]:
    """Starts one more server on the database."""
    async with AsyncExitStack() as stack:

        async def start() -> Core:
            store, bus, core = await open_store(database_url, clock), InProcessBus(), Core()
            stack.push_async_callback(store.aclose)
            library = load_library()
            twins = TwinService(store=store, bus=bus, core=core, library=library, clock=clock)
            for room in (twins, PlanningService(store, bus, core, clock, "UTC")):
                core.register(room.handlers())
                await room.start()
            return core

        yield start


async def test_what_another_server_changed_first_is_not_overwritten(serve: Serve) -> None:
    one = await serve()
    made = await one.execute(CreateTask("Report"), ANNA)
    two = await serve()
    await two.execute(EditTask(made.id, title="The report"), ANNA)
    with pytest.raises(Conflict):
        await one.execute(EditTask(made.id, priority="high"), ANNA)
    await one.execute(EditTask(made.id, priority="high"), ANNA)
    await one.execute(CompleteTask(made.id), ANNA)
    now = await one.query(GetTask(made.id))
    assert (now.title, now.priority, now.done, now.version) == ("The report", "high", True, 4)


async def test_a_series_and_its_changed_occurrence_are_read_back(serve: Serve) -> None:
    one = await serve()
    span = at("2026-03-02T09:00"), at("2026-03-02T09:15")
    await one.execute(CreateEvent("Standup", *span, recurrence="FREQ=DAILY;COUNT=3"), ANNA)
    march = GetAgenda(at("2026-03-01T00:00"), at("2026-04-01T00:00"))
    second = (await one.query(march)).events[1]
    await one.execute(EditEvent(second.id, start=at("2026-03-03T11:00")), ANNA)
    assert await (await serve()).query(march) == await one.query(march)
