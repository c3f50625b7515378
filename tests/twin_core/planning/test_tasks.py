from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.planning.diary import at, task, titles
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.tasks import (
    CompleteTask,
    DeleteTask,
    EditTask,
    GetTask,
    ListTasks,
    ReopenTask,
    RestoreTask,
    StartTask,
)


async def test_a_task_is_kept_with_who_asked_for_it(house: House) -> None:
    made = await task(house, "Send the  invoice", "2026-03-06T16:00", priority="high", estimate_s=5400)
    assert (made.title, made.due, made.due_on, made.done) == ("Send the invoice", at("2026-03-06T16:00"), None, False)
    assert (made.owner, made.source, made.priority, made.estimate_s) == ("anna", "pollux", "high", 5400)
    assert await house.core.query(GetTask(made.id)) == made
    assert house.events("task.") == [
        (made.id, "task.created", {"owner": "anna", "source": "pollux", "due": "2026-03-06T16:00:00Z"})
    ]
    assert [notice.tasks for notice in house.planned] == [(made.id,)]


async def test_a_task_for_a_day_is_due_at_its_end_where_the_person_lives(house: House) -> None:
    made = await task(house, "Water the plants", "2026-03-06")
    assert (str(made.due_on), made.due) == ("2026-03-06", at("2026-03-06T23:00").replace(hour=22, minute=59, second=59))


async def test_open_tasks_come_by_due_time_then_done_ones_latest_first(house: House) -> None:
    late, some_day, soon = [
        await task(house, title, due) for title, due in (("b", "2026-03-09"), ("c", None), ("a", "2026-03-03"))
    ]
    first = await task(house, "done before")
    await house.core.execute(CompleteTask(first.id), ANNA)
    await house.advance(5)
    await house.core.execute(CompleteTask((await task(house, "done now")).id), ANNA)
    assert await titles(house) == [soon.title, late.title, some_day.title, "done now", "done before"]
    assert await titles(house, done=False, due_before=at("2026-03-05T00:00")) == ["a"]
    assert await titles(house, owner="ben") == []
    assert (await house.core.query(ListTasks(q="DONE", limit=1))).total == 2


async def test_each_change_is_a_fact_of_its_own(house: House) -> None:
    made = await task(house, "Report", "2026-03-03T10:00")
    edit = await house.core.execute(EditTask(made.id, due=at("2026-03-04T10:00"), title="The report"), ANNA)
    await house.core.execute(StartTask(made.id), ANNA)
    await house.core.execute(CompleteTask(made.id), ANNA)
    await house.core.execute(ReopenTask(made.id), ANNA)
    await house.core.execute(EditTask(made.id, due=None), ANNA)
    assert (edit.title, edit.due, edit.version) == ("The report", at("2026-03-04T10:00"), 2)
    assert house.names("task.") == [
        "task.created",
        "task.delayed",
        "task.changed",
        "task.started",
        "task.completed",
        "task.reopened",
        "task.changed",
    ]
    assert "report" not in str(house.events("task.")).lower(), "the stream keeps no words of a person"


async def test_nothing_happens_where_nothing_changes(house: House) -> None:
    made = await task(house, "Report", done=True)
    before = len(house.planned)
    assert await house.core.execute(CompleteTask(made.id), ANNA) == made
    assert await house.core.execute(EditTask(made.id, title="Report"), ANNA) == made
    assert len(house.planned) == before


async def test_a_change_of_what_was_changed_meanwhile_is_refused(house: House) -> None:
    made = await task(house, "Report")
    await house.core.execute(EditTask(made.id, priority="high", expected_version=made.version), ANNA)
    with pytest.raises(Conflict, match="“Report” was changed in the meantime"):
        await house.core.execute(DeleteTask(made.id, made.version), ANNA)


async def test_a_deleted_task_is_gone_and_comes_back(house: House) -> None:
    made = await task(house, "Report")
    await house.core.execute(DeleteTask(made.id), ANNA)
    with pytest.raises(NotFound):
        await house.core.query(GetTask(made.id))
    assert await titles(house) == []
    assert (await house.core.execute(RestoreTask(made.id), ANNA)).title == "Report"
    assert await titles(house) == ["Report"]


async def test_what_is_no_task_is_refused(house: House) -> None:
    with pytest.raises(Rejected, match="no title"):
        await task(house, "  ")
    with pytest.raises(Rejected, match="amount of work"):
        await task(house, "Report", estimate_s=-1)
    with pytest.raises(NotFound):
        await house.core.execute(CompleteTask("task_nowhere"), ANNA)


async def test_tasks_outlive_the_process_and_long_deleted_ones_do_not(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        kept = await task(house, "Report", "2026-03-06")
        gone = await task(house, "Old")
        await house.core.execute(DeleteTask(gone.id), ANNA)
    async with open_house(tmp_path, at("2026-05-01T00:00")) as house:
        assert await house.core.query(GetTask(kept.id)) == kept
        with pytest.raises(NotFound):
            await house.core.execute(RestoreTask(gone.id), ANNA)
