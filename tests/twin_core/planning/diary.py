"""Short ways to write and read a person's plan in tests; the house stands in Berlin, on Monday 2 March 2026."""

from typing import Any

from tests.house import ANNA, House
from twin_core.contract.agenda import AgendaView, CreateEvent, EventView, GetAgenda, When
from twin_core.contract.clock import parse_instant
from twin_core.contract.mirroring import MirrorEvents, MirrorReport, MirrorTasks, Occurrence, OutsideTask
from twin_core.contract.tasks import CreateTask, ListTasks, TaskView
from twin_core.planning.local_time import parse_when


def at(text: str) -> Any:
    """A day like 2026-03-06, or an instant in UTC like 2026-03-06T16:00."""
    return parse_when(text) if len(text) == 10 else parse_instant(f"{text}:00Z")


async def task(house: House, title: str, due: str | None = None, **more: Any) -> TaskView:
    return await house.core.execute(CreateTask(title, at(due) if due else None, **more), ANNA)


async def event(house: House, title: str, start: str, end: str, **more: Any) -> EventView:
    return await house.core.execute(CreateEvent(title, at(start), at(end), **more), ANNA)


async def titles(house: House, **filters: Any) -> list[str]:
    """Of tasks, in their order."""
    return [view.title for view in (await house.core.query(ListTasks(**filters))).items]


async def agenda(
    house: House, start: str = "2026-03-01T00:00", end: str = "2026-04-01T00:00", **more: Any
) -> AgendaView:
    return await house.core.query(GetAgenda(at(start), at(end), **more))


async def on(house: House, start: str, end: str) -> list[tuple[str, str]]:
    """Titles and starts of what is on, as texts."""
    return [(view.title, f"{view.start:%m-%dT%H:%M}") for view in (await agenda(house, start, end)).events]


def occurrence(uid: str, start: str, end: str, title: str = "Standup", **more: Any) -> Occurrence:
    first: When = at(start)
    return Occurrence(uid=uid, title=title, start=first, end=at(end), ref=f"/cal/{uid}.ics", etag='"1"', **more)


async def mirror(house: House, *occurrences: Occurrence, source: str = "caldav:work", **more: Any) -> MirrorReport:
    """The month of March, as a source holds it."""
    month = at("2026-03-01T00:00"), at("2026-04-01T00:00")
    return await house.core.execute(MirrorEvents(source, *month, occurrences, owner="anna", **more))


async def mirror_tasks(house: House, *tasks: OutsideTask, source: str = "todoist", **more: Any) -> MirrorReport:
    return await house.core.execute(MirrorTasks(source, tasks, owner="anna", **more))
