"""Task lists of a real CalDAV server: what is there is here, both ways, and nothing is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.ical.todos import read_todos
from connectors.tasks._connector import TaskConnector
from tests.house import House, open_house
from tests.radicale import PASSWORD, USER, Radicale
from twin_core.contract import plugins
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import PolluxError, Rejected
from twin_core.contract.mirroring import ChangedElsewhere
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import (
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    ListTasks,
    ReopenTask,
    TaskView,
)

OWNER = Cause("owner")


@dataclass
class World:
    """A house with one account of a CalDAV server."""

    house: House
    connector: TaskConnector

    async def tasks(self) -> dict[str, TaskView]:
        return {task.title: task for task in (await self.house.core.query(ListTasks())).items}

    async def sync(self) -> dict[str, TaskView]:
        await self.connector.sync()
        return await self.tasks()


@asynccontextmanager
async def open_world(folder: Path, server: Radicale, **more: Any) -> AsyncIterator[World]:
    async with open_house(folder) as house:
        options = {
            "core": house.core,
            "store": house.store,
            "clock": house.clock,
            "writers": house.planning.writers,
            "zone": lambda: ZoneInfo("Europe/Berlin"),
            "name": "todo",
            "url": server.url,
            "user": USER,
            "password": PASSWORD,
            "private": True,
        }
        connector = plugins.build("connectors.tasks", "caldav", options | more)
        house.planning.writers.write_tasks(connector)
        try:
            yield World(house, connector)
        finally:
            await connector.aclose()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Radicale]:
    async with Radicale(tmp_path) as running:
        await running.make_calendar("chores")
        yield running


@pytest.fixture
async def world(tmp_path: Path, server: Radicale) -> AsyncIterator[World]:
    async with open_world(tmp_path, server) as opened:
        yield opened


def todo(uid: str, title: str, *lines: str) -> str:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//Tasks//EN",
            "BEGIN:VTODO",
            f"UID:{uid}",
            "DTSTAMP:20260301T080000Z",
            f"SUMMARY:{title}",
            *lines,
            "END:VTODO",
            "END:VCALENDAR",
            "",
        ]
    )


async def test_what_a_task_says_is_read(server: Radicale, world: World) -> None:
    due = "DUE;TZID=Europe/Vienna:20260305T170000"
    more = ("PRIORITY:2", "ESTIMATED-DURATION:PT90M", "DESCRIPTION:Two of them\\, at least", "X-KEPT:yes")
    await server.put("chores", "a.ics", todo("a", "Buy seals", due, *more))
    await server.put("chores", "b.ics", todo("b", "Water the plants", "DUE;VALUE=DATE:20260306", "PRIORITY:9"))
    await server.put("chores", "c.ics", todo("c", "File the tax", "STATUS:COMPLETED", "COMPLETED:20260228T100000Z"))
    await server.put("chores", "d.ics", todo("d", "Paint the fence", "STATUS:CANCELLED"))
    await server.put(
        "chores", "e.ics", todo("e", "Call the bank", "DTSTART:20260304T090000Z", "DURATION:PT1H", "STATUS:IN-PROCESS")
    )
    tasks = await world.sync()
    assert sorted(tasks) == ["Buy seals", "Call the bank", "File the tax", "Water the plants"]
    seals = tasks["Buy seals"]
    assert (seals.due, seals.priority, seals.estimate_s) == (parse_instant("2026-03-05T16:00:00Z"), "high", 5400)
    assert (seals.notes, seals.source) == ("Two of them, at least", "todo")
    assert (tasks["Water the plants"].due_on, tasks["Water the plants"].priority) == (date(2026, 3, 6), "low")
    assert tasks["File the tax"].done
    assert tasks["File the tax"].completed_at == parse_instant("2026-02-28T10:00:00Z")
    assert tasks["Call the bank"].due == parse_instant("2026-03-04T10:00:00Z")


async def test_events_beside_the_tasks_are_none(server: Radicale, world: World) -> None:
    event = todo("e", "Review", "DTSTART:20260304T090000Z").replace("VTODO", "VEVENT")
    await server.put("chores", "e.ics", event)
    assert await world.sync() == {}


async def test_changes_there_follow_and_no_change_costs_one_request(server: Radicale, world: World) -> None:
    await server.put("chores", "a.ics", todo("a", "Buy seals"))
    await server.put("chores", "b.ics", todo("b", "Water the plants"))
    await world.sync()
    stored = len(world.house.stored)
    await world.sync()
    assert len(world.house.stored) == stored
    await server.put("chores", "a.ics", todo("a", "Buy two seals"))
    await server.delete(f"/{USER}/chores/b.ics")
    await server.put("chores", "c.ics", todo("c", "Call the bank"))
    assert sorted(await world.sync()) == ["Buy two seals", "Call the bank"]
    await server.put("chores", "c.ics", todo("c", "Call the bank", "STATUS:CANCELLED"))
    assert sorted(await world.sync()) == ["Buy two seals"]
    await server.delete(f"/{USER}/chores/")
    assert await world.sync() == {}


async def test_only_the_lists_that_were_named_are_read(tmp_path: Path, server: Radicale) -> None:
    await server.make_calendar("office")
    await server.put("chores", "a.ics", todo("a", "Buy seals"))
    await server.put("office", "b.ics", todo("b", "Write the report"))
    async with open_world(tmp_path, server, lists=("Office",)) as world:
        assert sorted(await world.sync()) == ["Write the report"]


async def test_a_task_is_made_changed_completed_and_deleted_there(server: Radicale, world: World) -> None:
    await world.sync()
    do = world.house.core.execute
    due = parse_instant("2026-03-04T15:00:00Z")
    made = await do(CreateTask("Buy seals, two", source="todo", due=due, priority="high", estimate_s=1800), OWNER)
    [path] = await server.files("chores")
    text = await server.get(path)
    assert "SUMMARY:Buy seals\\, two" in text
    assert {"DUE:20260304T150000Z", "PRIORITY:1", "ESTIMATED-DURATION:PT30M"} <= set(text.splitlines())
    await do(EditTask(made.id, title="Buy three seals", due=date(2026, 3, 7)), OWNER)
    text = await server.get(path)
    assert "SUMMARY:Buy three seals" in text
    assert "DUE;VALUE=DATE:20260307" in text
    assert (await do(CompleteTask(made.id), OWNER)).done
    assert {"STATUS:COMPLETED", "PERCENT-COMPLETE:100"} <= set((await server.get(path)).splitlines())
    assert not (await do(ReopenTask(made.id), OWNER)).done
    assert "STATUS:NEEDS-ACTION" in await server.get(path)
    assert [t.title for t in (await world.sync()).values()] == ["Buy three seals"]
    await do(DeleteTask(made.id), OWNER)
    assert await server.files("chores") == []


async def test_nothing_else_in_a_task_is_touched(server: Radicale, world: World) -> None:
    alarm = ("X-KEPT:yes", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM")
    await server.put("chores", "a.ics", todo("a", "Buy seals", "DUE:20260304T150000Z", *alarm))
    task = (await world.sync())["Buy seals"]
    await world.house.core.execute(EditTask(task.id, notes="Ask Bob"), OWNER)
    text = await server.get(f"/{USER}/chores/a.ics")
    assert {"X-KEPT:yes", "TRIGGER:-PT15M", "DUE:20260304T150000Z", "DESCRIPTION:Ask Bob"} <= set(text.splitlines())


async def test_one_that_repeats_goes_on_to_the_next_time(server: Radicale, world: World) -> None:
    zone = "TZID=Europe/Berlin"
    times = (f"DTSTART;{zone}:20260328T080000", f"DUE;{zone}:20260328T090000", "RRULE:FREQ=DAILY;COUNT=3")
    await server.put("chores", "a.ics", todo("a", "Take the pill", *times))
    task = (await world.sync())["Take the pill"]
    first = await world.house.core.execute(CompleteTask(task.id), OWNER)
    assert (first.done, first.due) == (False, parse_instant("2026-03-29T07:00:00Z"))  # the clock changed
    text = await server.get(f"/{USER}/chores/a.ics")
    assert {f"DTSTART;{zone}:20260329T080000", f"DUE;{zone}:20260329T090000"} <= set(text.splitlines())
    await world.house.core.execute(CompleteTask(task.id), OWNER)
    last = await world.house.core.execute(CompleteTask(task.id), OWNER)
    assert last.done
    assert "STATUS:COMPLETED" in await server.get(f"/{USER}/chores/a.ics")


@pytest.mark.parametrize(
    ("times", "due", "counted"),
    [
        ("DUE:20260303T090000Z RRULE:FREQ=DAILY EXDATE:20260304T090000Z", "20260305T090000Z", ""),
        (
            "DTSTART:20260303T080000Z DUE:20260303T090000Z RRULE:FREQ=DAILY;COUNT=5 "
            "EXDATE:20260304T080000Z,20260305T080000Z",
            "20260306T090000Z",
            "COUNT=2",  # of five, the first is done and two are left out
        ),
        (
            "DTSTART;VALUE=DATE:20260302 DUE;VALUE=DATE:20260304 RRULE:FREQ=WEEKLY;BYDAY=MO EXDATE;VALUE=DATE:20260309",
            "20260318",  # a Wednesday, two days after its Monday
            "",
        ),
        (
            "DUE;TZID=Europe/Berlin:20260327T090000 RRULE:FREQ=DAILY;UNTIL=20260331T220000Z "
            "EXDATE;TZID=Europe/Berlin:20260328T090000 EXDATE;TZID=Europe/Berlin:20260329T090000",
            "20260330T090000",
            "",
        ),
        ("DUE:20260303T090000Z RRULE:FREQ=DAILY;COUNT=2 EXDATE:20260304T090000Z", None, ""),
    ],
)
def test_a_left_out_date_is_passed_over(times: str, due: str | None, counted: str) -> None:
    _, [chore], findings = read_todos(todo("a", "Water the plants", *times.split()))
    chore.put_done(True, parse_instant("2026-03-03T10:00:00Z"), ZoneInfo("Europe/Berlin"))
    assert findings == []
    assert chore.done is (due is None)  # without another time it ends
    if due is not None:
        told = {found.name: found.value for found in chore.component.properties}
        assert told["DUE"] == due
        assert counted in told["RRULE"]


async def test_a_due_time_that_is_moved_keeps_its_zone(server: Radicale, world: World) -> None:
    due = "DUE;TZID=Europe/Vienna:20260305T170000"
    await server.put("chores", "a.ics", todo("a", "Buy seals", due, "RRULE:FREQ=WEEKLY"))
    task = (await world.sync())["Buy seals"]
    await world.house.core.execute(EditTask(task.id, due=parse_instant("2026-03-27T08:00:00Z")), OWNER)
    assert "DUE;TZID=Europe/Vienna:20260327T090000" in await server.get(f"/{USER}/chores/a.ics")
    done = await world.house.core.execute(CompleteTask(task.id), OWNER)
    assert done.due == parse_instant("2026-04-03T07:00:00Z")  # nine in the morning as before, in summer time


async def test_what_was_changed_or_deleted_there_meanwhile_is_told(server: Radicale, world: World) -> None:
    await server.put("chores", "a.ics", todo("a", "Buy seals"))
    task = (await world.sync())["Buy seals"]
    await server.put("chores", "a.ics", todo("a", "Buy no seals"))
    with pytest.raises(ChangedElsewhere, match="changed in CalDAV"):
        await world.house.core.execute(EditTask(task.id, title="Mine"), OWNER)
    assert "Buy no seals" in await server.get(f"/{USER}/chores/a.ics")
    await server.delete(f"/{USER}/chores/a.ics")
    with pytest.raises(ChangedElsewhere, match="deleted in CalDAV"):
        await world.house.core.execute(EditTask(task.id, title="Mine again"), OWNER)


async def test_a_server_that_is_killed_loses_nothing(server: Radicale, world: World) -> None:
    await server.put("chores", "a.ics", todo("a", "Buy seals"))
    await world.sync()
    await server.put("chores", "b.ics", todo("b", "Water the plants"))
    await server.kill()
    with pytest.raises(PolluxError, match="CalDAV"):
        await world.connector.sync()
    assert sorted(await world.tasks()) == ["Buy seals"]
    await server.start()
    assert sorted(await world.sync()) == ["Buy seals", "Water the plants"]


async def test_what_cannot_be_read_of_a_task_is_told_until_it_is_mended(server: Radicale, world: World) -> None:
    await server.put("chores", "a.ics", todo("a", "Buy seals"))
    await server.put("chores", "b.ics", todo("b", "Odd one", "DTSTART:20260304T090000Z", "DURATION:-PT5H"))
    assert sorted(await world.sync()) == ["Buy seals", "Odd one"]
    [fault] = world.connector.faults()
    assert "Odd one" in fault.message
    await server.put("chores", "b.ics", todo("b", "Odd one"))
    await world.sync()
    assert world.connector.faults() == ()


@pytest.mark.parametrize(
    "broken",
    [
        "DUE:soon",
        "DUE;TZID=Nowhere/Atlantis:20260304T150000",
        "DTSTART:20260304T090000Z\r\nDURATION:-PT5H",
        "RRULE:FREQ=SOMETIMES\r\nDUE:20260304T150000Z",
        "PRIORITY:very\r\nPERCENT-COMPLETE:all",
        "COMPLETED:99999999T999999Z",
    ],
)
def test_a_task_that_is_broken_is_kept_with_what_can_be_read(broken: str) -> None:
    root, [read], findings = read_todos(todo("a", "Buy seals", *broken.split("\r\n")))
    assert root is not None
    assert read.component.text("SUMMARY") == "Buy seals"
    assert all(finding.problem and finding.hint for finding in findings)
    read.put_done(True, parse_instant("2026-03-02T12:00:00Z"), ZoneInfo("Europe/Berlin"))
    assert read.done


async def test_half_a_set_up_says_what_is_missing(tmp_path: Path, server: Radicale) -> None:
    with pytest.raises(Rejected, match="no url"):
        async with open_world(tmp_path / "a", server, url=""):
            pass
    with pytest.raises(Rejected, match="needs a password"):
        async with open_world(tmp_path / "b", server, password=""):
            pass
