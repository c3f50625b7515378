"""Routes of tasks: each person sees and changes their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import Instant
from twin_core.api.planning_models import NewTask, TaskChanges
from twin_core.api.rooms import Rooms, cause_of
from twin_core.api.versions import expected_version, tagged
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ports import TwinCore
from twin_core.contract.tasks import (
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    GetTask,
    ListTasks,
    ReopenTask,
    RestoreTask,
    StartTask,
    TaskList,
    TaskView,
)

TaskId = Annotated[str, Path(max_length=200)]


def tasks_router(rooms: Rooms) -> APIRouter:
    """Routes under /tasks."""
    router = APIRouter(tags=["tasks"], route_class=StrictRoute)
    _reading(router, rooms.core)
    _writing(router, rooms.core)
    return router


def _reading(router: APIRouter, core: TwinCore) -> None:
    @router.get("/tasks", summary="Open tasks by due time, then done ones, latest first")
    async def listed(
        request: Request,
        done: bool | None = None,
        due_before: Annotated[Instant | None, Query()] = None,
        q: Annotated[str | None, Query(max_length=200)] = None,
        source: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    ) -> TaskList:
        return await core.query(ListTasks(cause_of(request).actor, done, due_before, q, source, limit))

    @router.get("/tasks/{id}", summary="A task")
    async def get(request: Request, response: Response, id: TaskId) -> TaskView:
        return tagged(response, await _own(core, request, id))


def _writing(router: APIRouter, core: TwinCore) -> None:
    @router.post("/tasks", status_code=HTTP_201_CREATED, summary="Creates a task")
    async def create(request: Request, response: Response, body: NewTask) -> TaskView:
        task = await core.execute(CreateTask(**body.model_dump()), cause_of(request))
        response.headers["Location"] = f"/api/v1/tasks/{task.id}"
        return tagged(response, task)

    @router.patch("/tasks/{id}", summary="Changes what is given, keeps the rest; `done` completes or reopens")
    async def edit(request: Request, response: Response, id: TaskId, body: TaskChanges) -> TaskView:
        changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
        done = changes.pop("done", None)
        if not changes and done is None:
            raise Rejected("Nothing to change is given.", code="bad_request", hint='Give a field, like {"done": true}.')
        cause, expected = cause_of(request), expected_version(request)
        if changes:
            task = await core.execute(EditTask(task=id, expected_version=expected, **changes), cause)
            if done is None:
                return tagged(response, task)
            expected = task.version
        settle = CompleteTask(id, expected) if done else ReopenTask(id, expected)
        return tagged(response, await core.execute(settle, cause))

    @router.delete("/tasks/{id}", status_code=HTTP_204_NO_CONTENT, summary="Deletes a task; /restore takes it back")
    async def delete(request: Request, id: TaskId) -> None:
        await core.execute(DeleteTask(id, expected_version(request)), cause_of(request))

    @router.post("/tasks/{id}/start", summary="Work on it began")
    async def start(request: Request, response: Response, id: TaskId) -> TaskView:
        return tagged(response, await core.execute(StartTask(id), cause_of(request)))

    @router.post("/tasks/{id}/restore", summary="Takes a deletion back")
    async def restore(request: Request, response: Response, id: TaskId) -> TaskView:
        return tagged(response, await core.execute(RestoreTask(id), cause_of(request)))


async def _own(core: TwinCore, request: Request, id: str) -> TaskView:
    """The task, if it is the caller's. Raises NotFound: of others' not even that they exist is told."""
    task = await core.query(GetTask(id))
    if task.owner != cause_of(request).actor:
        raise NotFound(f"There is no task {id[:80]!r}.", code="unknown_task", hint="GET /tasks lists yours.")
    return task
