"""Every task system alike: what it holds is here, what changes there changes here, and the other way round."""

from datetime import date, timedelta

import pytest

from tests.connectors.tasks.conftest import Open
from tests.connectors.web.site import Asked, Page
from twin_core.contract.errors import PolluxError, Unauthenticated, Unavailable
from twin_core.contract.mirroring import ChangedElsewhere
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CompleteTask, CreateTask, DeleteTask, EditTask

ANNA = Cause("owner")


async def test_all_pages_are_read_and_changes_follow(open_list: Open) -> None:
    async with open_list() as todo:
        for number in range(1, 6):
            todo.world.put(todo.system.ref(number), title=f"Task {number}")
        todo.world.put(todo.system.ref(2), due="2026-03-05")
        await todo.connector.sync()
        tasks = await todo.tasks()
        assert sorted(tasks) == [f"Task {n}" for n in range(1, 6)]
        assert todo.connector.ready.is_set()
        due = tasks["Task 2"].due_on or (tasks["Task 2"].due and tasks["Task 2"].due.date())
        assert due == date(2026, 3, 5)
        todo.world.put(todo.system.ref(1), title="Task 1, renamed")
        todo.world.put(todo.system.ref(3), done=True)
        todo.world.put(todo.system.ref(6), title="Task 6")
        await todo.connector.sync()
        tasks = await todo.tasks()
        assert {"Task 1, renamed", "Task 6"} <= set(tasks)
        assert "Task 1" not in tasks
        assert tasks["Task 3"].done
        assert not tasks["Task 2"].done


async def test_a_clock_of_ours_that_is_wrong_hides_no_change(open_list: Open) -> None:
    async with open_list() as todo:
        todo.house.clock.move_to(todo.house.clock.now() + timedelta(minutes=50))
        todo.world.put(todo.system.ref(1), title="Task 1")
        await todo.connector.sync()
        todo.world.put(todo.system.ref(1), title="Task 1, renamed")
        await todo.connector.sync()
        assert sorted(await todo.tasks()) == ["Task 1, renamed"]


async def test_the_same_again_changes_nothing(open_list: Open) -> None:
    async with open_list() as todo:
        todo.world.put(todo.system.ref(1), title="Task 1")
        await todo.connector.sync()
        before = await todo.tasks()
        stored = len(todo.house.stored)
        await todo.connector.sync()
        assert await todo.tasks() == before
        assert len(todo.house.stored) == stored


async def test_a_task_is_made_changed_completed_and_deleted_there(open_list: Open) -> None:
    async with open_list() as todo:
        core = todo.house.core
        made = await core.execute(CreateTask("Buy seals", source=todo.connector.source), ANNA)
        (there,) = todo.world.tasks.values()
        assert there["title"] == "Buy seals"
        renamed = await core.execute(EditTask(made.id, title="Buy two seals"), ANNA)
        assert todo.world.tasks[there["ref"]]["title"] == renamed.title == "Buy two seals"
        done = await core.execute(CompleteTask(made.id), ANNA)
        assert done.done
        assert todo.world.tasks[there["ref"]]["done"]
        await core.execute(DeleteTask(made.id), ANNA)
        left = todo.world.tasks.get(there["ref"])
        assert left is None or left["done"] or left["gone"]


async def test_what_was_changed_there_meanwhile_is_never_overwritten_unasked(open_list: Open) -> None:
    async with open_list() as todo:
        ref = todo.system.ref(1)
        todo.world.put(ref, title="Task 1")
        await todo.connector.sync()
        task = (await todo.tasks())["Task 1"]
        todo.world.put(ref, title="Task 1, as somebody else has it")
        with pytest.raises(ChangedElsewhere) as conflict:
            await todo.house.core.execute(EditTask(task.id, title="Mine"), ANNA)
        assert isinstance(conflict.value, ChangedElsewhere)
        assert todo.world.tasks[ref]["title"] == "Task 1, as somebody else has it"
        await todo.house.core.execute(EditTask(task.id, title="Mine"), ANNA)
        assert todo.world.tasks[ref]["title"] == "Mine"


async def test_what_was_deleted_there_meanwhile_is_told(open_list: Open) -> None:
    async with open_list() as todo:
        ref = todo.system.ref(1)
        todo.world.put(ref, title="Task 1")
        await todo.connector.sync()
        del todo.world.tasks[ref]
        task = (await todo.tasks())["Task 1"]
        with pytest.raises(ChangedElsewhere) as conflict:
            await todo.house.core.execute(EditTask(task.id, title="Mine"), ANNA)
        assert isinstance(conflict.value, ChangedElsewhere)
        assert "deleted" in str(conflict.value)


FAULTS = {
    "401": Page(401, b"{}"),
    "429": Page(429, b"{}", {"Retry-After": "7"}),
    "500": Page(500, b"oops"),
    "cut": Page(200, b'{"items": [', cut_after=4),
    "html": Page(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}),
    "not json": Page(200, b'{"items": ['),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_source_that_fails_loses_nothing(open_list: Open, fault: str) -> None:
    broken = {"is": False}

    def answers(_: Asked) -> Page | None:
        return FAULTS[fault] if broken["is"] else None

    async with open_list(answers) as todo:
        todo.world.put(todo.system.ref(1), title="Task 1")
        await todo.connector.sync()
        broken["is"] = True
        with pytest.raises(Unauthenticated if fault == "401" else Unavailable) as refused:
            await todo.connector.sync()
        assert todo.connector.title in str(refused.value)
        assert sorted(await todo.tasks()) == ["Task 1"]
        broken["is"] = False
        await todo.connector.sync()
        assert sorted(await todo.tasks()) == ["Task 1"]


@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'{"items": 5, "data": "x"}', b'[{"title": []}]'])
async def test_an_answer_of_another_shape_breaks_nothing(open_list: Open, body: bytes) -> None:
    async with open_list(lambda _: Page(200, body)) as todo:
        try:
            await todo.connector.sync()
        except PolluxError as error:
            assert str(error)
