"""What is done with tasks: made, changed, completed, deleted, here and in the source they come from."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract import ids
from twin_core.contract import tasks as t
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Conflict, Forbidden, NotFound, Rejected
from twin_core.contract.mirroring import ChangedElsewhere, OutsideTask
from twin_core.contract.requests import KEEP, Cause
from twin_core.planning.facts import task_facts
from twin_core.planning.outside import Writers, elsewhere, kept_task, outside_task, task_record
from twin_core.planning.people import People, may_change, person_of
from twin_core.planning.plan import Change, Plan, Work
from twin_core.planning.records import TaskRecord
from twin_core.planning.views import task_view

Edit = Callable[[TaskRecord], TaskRecord]
_LAST = datetime.max.replace(tzinfo=UTC)


class TaskDesk:
    """Commands and queries of tasks."""

    def __init__(self, plan: Plan, people: People, writers: Writers, clock: Clock) -> None:
        self._plan = plan
        self._people = people
        self._writers = writers
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            t.ListTasks: self._list,
            t.GetTask: self._get,
            t.CreateTask: self._create,
            t.EditTask: self._edit,
            t.StartTask: self._start,
            t.CompleteTask: self._complete,
            t.ReopenTask: self._reopen,
            t.DeleteTask: self._delete,
            t.RestoreTask: self._restore,
        }

    # --- questions ---------------------------------------------------------------------------------

    async def _list(self, query: t.ListTasks) -> t.TaskList:
        views = [task_view(task, self._people) for task in self._plan.tasks.values() if _fits(task, query)]
        if query.due_before is not None:
            views = [view for view in views if view.due is not None and view.due < query.due_before]
        views.sort(key=_order)
        return t.TaskList(tuple(views[: max(0, query.limit)]), len(views))

    async def _get(self, query: t.GetTask) -> t.TaskView:
        return task_view(self._known(query.task), self._people)

    # --- changes -----------------------------------------------------------------------------------

    async def _create(self, command: t.CreateTask, cause: Cause) -> t.TaskView:
        now = self._clock.now()
        task = TaskRecord(
            id=ids.new_id("task"),
            title=checked_title(command.title),
            owner=person_of(command.owner, cause),
            created_at=now,
            done=command.done,
            completed_at=now if command.done else None,
            due=command.due,
            priority=command.priority,
            estimate_s=_checked_estimate(command.estimate_s),
            notes=command.notes,
            url=command.url,
        )
        if command.source not in (None, t.OWN):
            source = str(command.source)
            self._writers.check_named(source, self._plan.sources.values())
            told = await self._writers.task_list(source).create(outside_task(task))
            task = kept_task(task_record(told, source, task.owner, now), task)
        return await self._store(None, task, cause)

    async def _edit(self, command: t.EditTask, cause: Cause) -> t.TaskView:
        def edit(task: TaskRecord) -> TaskRecord:
            return replace(
                task,
                title=task.title if command.title is None else checked_title(command.title),
                due=task.due if command.due is KEEP else command.due,
                priority=command.priority or task.priority,
                estimate_s=task.estimate_s if command.estimate_s is KEEP else _checked_estimate(command.estimate_s),
                notes=task.notes if command.notes is None else command.notes,
            )

        return await self._change(command.task, edit, cause, command.expected_version)

    async def _start(self, command: t.StartTask, cause: Cause) -> t.TaskView:
        now = self._clock.now()
        return await self._change(command.task, lambda task: replace(task, started_at=task.started_at or now), cause)

    async def _complete(self, command: t.CompleteTask, cause: Cause) -> t.TaskView:
        now = self._clock.now()

        def complete(task: TaskRecord) -> TaskRecord:
            return task if task.done else replace(task, done=True, completed_at=now)

        return await self._change(command.task, complete, cause, command.expected_version)

    async def _reopen(self, command: t.ReopenTask, cause: Cause) -> t.TaskView:
        def reopen(task: TaskRecord) -> TaskRecord:
            return replace(task, done=False, completed_at=None)

        return await self._change(command.task, reopen, cause, command.expected_version)

    async def _delete(self, command: t.DeleteTask, cause: Cause) -> t.TaskView:
        task = self._known(command.task, cause)
        _check_version(task, command.expected_version)
        view = task_view(task, self._people)
        if task.source != t.OWN:
            _check_writable(task)
            await self._telling(task, self._writers.task_list(task.source).delete(outside_task(task)), cause)
        await self._store(task, replace(task, deleted_at=self._clock.now()), cause)
        return view

    async def _restore(self, command: t.RestoreTask, cause: Cause) -> t.TaskView:
        task = self._plan.tasks.get(command.task)
        if task is None or not may_change(task.owner, cause):
            raise _unknown(command.task)
        if task.deleted_at is None:
            return task_view(task, self._people)
        after = replace(task, deleted_at=None)
        if task.source != t.OWN:  # there it is gone for good: it is made anew, and is another one from now on
            told = await self._writers.task_list(task.source).create(replace(outside_task(task), ref="", etag=""))
            after = kept_task(task_record(told, task.source, task.owner, self._clock.now()), task.stored(0, 0))
            return await self._store(None, after, cause)
        return await self._store(task, after, cause)

    # --- how a change is made ----------------------------------------------------------------------

    async def _change(self, id: str, edit: Edit, cause: Cause, expected: int | None = None) -> t.TaskView:
        """First in its source, then here. Nothing happens where nothing changes."""
        task = self._known(id, cause)
        _check_version(task, expected)
        after = edit(task)
        if after == task:
            return task_view(task, self._people)
        if task.source != t.OWN:
            _check_writable(task)
            written = self._writers.task_list(task.source).change(outside_task(task), outside_task(after))
            told = await self._telling(task, written, cause)
            after = kept_task(task_record(told, task.source, task.owner, self._clock.now()), after)
        return await self._store(task, after, cause)

    async def _telling(self, task: TaskRecord, written: Awaitable[Any], cause: Cause) -> Any:
        """Raises ChangedElsewhere once what the source holds now is what is known here."""
        try:
            return await written
        except ChangedElsewhere as error:
            now = self._clock.now()
            there = replace(task, deleted_at=now)
            if isinstance(error.now, OutsideTask):
                there = kept_task(task_record(error.now, task.source, task.owner, now), task)
            await self._store(task, there, cause)
            error.details |= elsewhere(self._writers.task_list(task.source).title, error.now)
            error.details["task"] = task.id if error.now else None
            raise

    async def _store(self, before: TaskRecord | None, after: TaskRecord, cause: Cause) -> t.TaskView:
        """Raises Conflict when somebody else was faster."""
        zone = ZoneInfo(self._people.settings(after.owner).zone)
        facts = task_facts(before, after, self._clock.now(), zone)

        def decide() -> tuple[Work, TaskRecord]:
            now = self._plan.tasks.get(after.id)
            if (now.version if now else 0) == after.version:
                return Work([Change(after, facts)]), after
            if now is None or after.source == t.OWN:
                raise Conflict(f"“{after.title}” was changed in the meantime.", hint="Read it again, then decide.")
            # Written to its source already, and read from there meanwhile.
            return Work([Change(after.stored(now.version, now.facts), facts)]), after

        await self._plan.change(decide, cause)
        return task_view(self._plan.tasks[after.id], self._people)

    def _known(self, id: str, cause: Cause | None = None) -> TaskRecord:
        """Raises NotFound; with `cause`, also for a task of somebody else."""
        task = self._plan.tasks.get(id)
        if task is None or task.deleted_at is not None or (cause and not may_change(task.owner, cause)):
            raise _unknown(id)
        return task


def checked_title(title: str) -> str:
    """Raises Rejected for an empty one."""
    if text := " ".join(title.split())[:500]:
        return text
    raise Rejected("It has no title.", code="no_title", hint="Say what it is about.")


def _checked_estimate(estimate_s: float | None) -> float | None:
    if estimate_s is not None and not 0 < estimate_s <= 366 * 86_400:
        raise Rejected("That is no amount of work.", code="bad_estimate", hint="Give up to a year, in seconds.")
    return estimate_s


def _check_version(task: TaskRecord, expected: int | None) -> None:
    if expected is not None and expected != task.version:
        raise Conflict(
            f"“{task.title}” was changed in the meantime.",
            hint="Read it again, then decide.",
            details={"expected": expected, "version": task.version},
        )


def _check_writable(task: TaskRecord) -> None:
    if not task.writable:
        raise Forbidden(f"“{task.title}” can only be read in its source.", hint="Change it there.")


def _unknown(id: str) -> NotFound:
    return NotFound(f"There is no task {id[:80]!r}.", code="unknown_task", hint="It may have been deleted.")


def _fits(task: TaskRecord, query: t.ListTasks) -> bool:
    return (
        task.deleted_at is None
        and query.owner in (None, task.owner)
        and query.done in (None, task.done)
        and query.source in (None, task.source)
        and (query.q is None or query.q.casefold() in task.title.casefold())
    )


def _order(task: t.TaskView) -> tuple[object, ...]:
    if task.done:
        return (True, -(task.completed_at or task.created_at).timestamp(), task.id)
    rank = {"high": 0, "normal": 1, "low": 2}[task.priority]
    return (False, (task.due or _LAST).timestamp(), rank, task.id)
