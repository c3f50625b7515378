from dataclasses import replace

import pytest

from tests.house import ANNA, House
from tests.twin_core.planning.diary import agenda, at, event, mirror, mirror_tasks, occurrence, task
from tests.twin_core.planning.elsewhere import OutsideCalendar, OutsideList
from twin_core.contract.agenda import CancelEvent, DeleteEvent, EditEvent, EventView, GetEvent, RestoreEvent
from twin_core.contract.errors import Forbidden, NotFound, Unavailable
from twin_core.contract.mirroring import ChangedElsewhere, ListSources, OutsideTask
from twin_core.contract.tasks import CompleteTask, DeleteTask, EditTask, GetTask, ListTasks, RestoreTask

TEN, ELEVEN = "2026-03-04T10:00", "2026-03-04T11:00"


@pytest.fixture
def calendar(house: House) -> OutsideCalendar:
    calendar = OutsideCalendar(house.clock)
    house.planning.writers.write_events(calendar)
    return calendar


@pytest.fixture
def todo(house: House) -> OutsideList:
    todo = OutsideList(house.clock)
    house.planning.writers.write_tasks(todo)
    return todo


async def mirrored(house: House, calendar: OutsideCalendar, **more: object) -> EventView:
    held = calendar.change_there(replace(occurrence("u1", TEN, ELEVEN), **more))  # type: ignore[arg-type]
    await mirror(house, held, title="Work")
    [view] = (await agenda(house)).events
    return view


async def test_an_event_is_made_in_the_calendar_that_was_named(house: House, calendar: OutsideCalendar) -> None:
    made = await event(house, "Dentist", TEN, ELEVEN, source="caldav:work", preparation_s=600)
    [held] = calendar.held.values()
    assert (made.source, made.title, made.preparation_s) == ("caldav:work", "Dentist", 600)
    report = await mirror(house, held)
    assert (report.added, report.unchanged) == (0, 1), "what comes back is known already"


async def test_new_events_go_to_the_calendar_that_the_person_chose(house: House, calendar: OutsideCalendar) -> None:
    await house.create("person", "Anna", config={"calendar": "caldav:work"})
    assert (await event(house, "Dentist", TEN, ELEVEN)).source == "caldav:work"
    house.planning.writers.unregister("caldav:work")
    assert (await event(house, "Haircut", TEN, ELEVEN)).source == "pollux"


async def test_a_move_is_written_back_and_taken_back(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar)
    moved = await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)
    [held] = calendar.held.values()
    assert (held.start, held.end, moved.start) == (at(ELEVEN), at("2026-03-04T12:00"), at(ELEVEN))
    await house.core.execute(EditEvent(view.id, start=view.start), ANNA)
    assert [h.start for h in calendar.held.values()] == [at(TEN)]
    assert house.names("event.") == ["event.moved", "event.moved"]


async def test_a_move_that_was_overtaken_is_a_question_not_a_lost_update(
    house: House, calendar: OutsideCalendar
) -> None:
    view = await mirrored(house, calendar)
    [held] = calendar.held.values()
    await house.advance(5)
    calendar.change_there(replace(held, start=at("2026-03-04T14:00"), end=at("2026-03-04T15:00")))
    with pytest.raises(ChangedElsewhere) as raised:
        await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)
    assert raised.value.details == {"source": "Work", "changed_at": "2026-03-02T12:05:00Z", "event": view.id}
    assert (await house.core.query(GetEvent(view.id))).start == at("2026-03-04T14:00"), "known from now on"
    assert (await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)).start == at(ELEVEN)
    assert [h.start for h in calendar.held.values()] == [at(ELEVEN)]


async def test_what_was_deleted_elsewhere_is_gone(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar)
    calendar.held.clear()
    with pytest.raises(ChangedElsewhere) as raised:
        await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)
    assert raised.value.details["event"] is None
    with pytest.raises(NotFound):
        await house.core.query(GetEvent(view.id))
    assert (await house.core.execute(RestoreEvent(view.id), ANNA)).start == at(TEN)
    assert len(calendar.held) == 1


async def test_a_deletion_on_both_sides_is_no_conflict(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar)
    calendar.held.clear()
    await house.core.execute(DeleteEvent(view.id), ANNA)
    assert (await agenda(house)).events == ()


async def test_a_deletion_and_a_cancellation_are_written_back_and_taken_back(
    house: House, calendar: OutsideCalendar
) -> None:
    view = await mirrored(house, calendar)
    await house.core.execute(CancelEvent(view.id), ANNA)
    assert [held.status for held in calendar.held.values()] == ["cancelled"]
    await house.core.execute(RestoreEvent(view.id), ANNA)
    assert [held.status for held in calendar.held.values()] == ["confirmed"]
    await house.core.execute(DeleteEvent(view.id), ANNA)
    assert calendar.held == {}
    assert (await house.core.execute(RestoreEvent(view.id), ANNA)).title == "Standup"
    assert len(calendar.held) == 1


async def test_a_calendar_that_does_not_answer_leaves_everything_as_it_is(
    house: House, calendar: OutsideCalendar
) -> None:
    view = await mirrored(house, calendar)
    calendar.reachable = False
    with pytest.raises(Unavailable):
        await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)
    assert await house.core.query(GetEvent(view.id)) == view


async def test_what_can_only_be_read_is_not_changed(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar, writable=False)
    with pytest.raises(Forbidden, match="only be read"):
        await house.core.execute(EditEvent(view.id, title="Daily"), ANNA)


async def test_a_series_is_changed_as_a_whole_by_its_calendar(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar, recurrence_id="2026-03-04T10:00:00Z", recurrence="FREQ=DAILY")
    await house.core.execute(EditEvent(view.id, start=at(ELEVEN), scope="series"), ANNA)
    assert calendar.series == ["/cal/u1.ics"]


async def test_a_copy_that_can_be_changed_is_the_one_that_is_changed(house: House, calendar: OutsideCalendar) -> None:
    view = await mirrored(house, calendar)
    await mirror(house, occurrence("u1", TEN, ELEVEN, writable=False), source="ics:holidays")
    moved = await house.core.execute(EditEvent(view.id, start=at(ELEVEN)), ANNA)
    assert (moved.start, moved.source) == (at(ELEVEN), "caldav:work")


async def test_tasks_are_written_back(house: House, todo: OutsideList) -> None:
    made = await task(house, "Call Ada", source="todoist", estimate_s=600)
    await house.core.execute(EditTask(made.id, due=at(TEN)), ANNA)
    done = await house.core.execute(CompleteTask(made.id), ANNA)
    [held] = todo.held.values()
    assert (held.title, held.due, held.done, done.done, done.estimate_s) == ("Call Ada", at(TEN), True, True, 600)
    report = await mirror_tasks(house, held)
    assert (report.added, report.unchanged) == (0, 1)
    await house.core.execute(DeleteTask(made.id), ANNA)
    assert todo.held == {}
    await house.core.execute(RestoreTask(made.id), ANNA)
    assert [view.title for view in (await house.core.query(ListTasks())).items] == ["Call Ada"]
    [source] = await house.core.query(ListSources())
    assert (source.kind, source.writable) == ("tasks", True)


async def test_a_task_that_was_changed_elsewhere_is_a_question(house: House, todo: OutsideList) -> None:
    held = todo.change_there(OutsideTask("", "Call Ada"))
    await mirror_tasks(house, held)
    [view] = (await house.core.query(ListTasks())).items
    todo.change_there(replace(held, due=at(TEN)))
    with pytest.raises(ChangedElsewhere) as raised:
        await house.core.execute(EditTask(view.id, due=at(ELEVEN)), ANNA)
    assert (raised.value.details["source"], raised.value.details["task"]) == ("Todoist", view.id)
    assert (await house.core.query(GetTask(view.id))).due == at(TEN)


async def test_a_source_that_nobody_connected_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="no source 'attic'"):
        await task(house, "Call Ada", source="attic")
    with pytest.raises(NotFound, match="no source 'attic'"):
        await event(house, "Dentist", TEN, ELEVEN, source="attic")
