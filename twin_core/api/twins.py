"""Routes of twins: who they are, how they are, what happened to them, what they shall be."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import DesiredChange, Instant, Name, NewTwin, TwinChanges
from twin_core.api.rooms import Rooms, cause_of
from twin_core.api.versions import expected_version, tagged
from twin_core.contract.clock import seconds
from twin_core.contract.commands import (
    CreateTwin,
    EditTwin,
    EraseTwin,
    GetEvents,
    GetHistory,
    GetState,
    GetTwin,
    ListTwins,
    ListTypes,
    MoveTwin,
    SetDesired,
    TwinPage,
)
from twin_core.contract.errors import Rejected
from twin_core.contract.events import Event
from twin_core.contract.template import TwinType
from twin_core.contract.views import ChangeView, HistoryView, StateView, TwinStatus, TwinView

TwinId = Annotated[str, Path(max_length=200, description="the id, like thermostat.hall")]
_MOVES: dict[str, TwinStatus] = {
    "archive": "archived",
    "restore": "active",
    "hibernate": "hibernated",
    "wake": "active",
}


def twins_router(rooms: Rooms) -> APIRouter:
    """Routes under /twins, and the library under /types."""
    router = APIRouter(tags=["twins"], route_class=StrictRoute)
    _identity(router, rooms)
    _life(router, rooms)
    _state(router, rooms)
    return router


def _identity(router: APIRouter, rooms: Rooms) -> None:
    core = rooms.core

    @router.get("/types", summary="The twin library")
    async def types() -> tuple[TwinType, ...]:
        return await core.query(ListTypes())

    @router.get("/twins", summary="Twins, by name; archived ones only when asked for by status")
    async def listed(
        request: Request,
        q: Annotated[str | None, Query(max_length=200)] = None,
        type: Annotated[str | None, Query(max_length=200)] = None,
        place: Annotated[str | None, Query(max_length=200)] = None,
        status: TwinStatus | None = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> TwinPage:
        return await core.query(ListTwins(q, type, place, status, cursor, limit, cause_of(request).actor))

    @router.post("/twins", status_code=HTTP_201_CREATED, summary="Creates a twin")
    async def create(request: Request, response: Response, body: NewTwin) -> TwinView:
        twin = await core.execute(
            CreateTwin(**{**body.model_dump(), "aliases": tuple(body.aliases)}), cause_of(request)
        )
        response.headers["Location"] = f"/api/v1/twins/{twin.id}"
        return tagged(response, twin)

    @router.get("/twins/{id}", summary="A twin")
    async def get(request: Request, response: Response, id: TwinId) -> TwinView:
        return tagged(response, await core.query(GetTwin(id, cause_of(request).actor)))

    @router.patch("/twins/{id}", summary="Changes what is given, keeps the rest")
    async def edit(request: Request, response: Response, id: TwinId, body: TwinChanges) -> TwinView:
        changes = body.model_dump(exclude_none=True)
        if body.aliases is not None:
            changes["aliases"] = tuple(body.aliases)
        if body.config is not None:
            changes["config"] = body.config  # a null in it removes a key
        command = EditTwin(twin=id, expected_version=expected_version(request), **changes)
        return tagged(response, await core.execute(command, cause_of(request)))

    @router.delete("/twins/{id}", status_code=HTTP_204_NO_CONTENT, summary="Erases a twin with all its data")
    async def erase(request: Request, id: TwinId) -> None:
        await core.execute(EraseTwin(id, expected_version(request)), cause_of(request))


def _life(router: APIRouter, rooms: Rooms) -> None:
    for verb, status in _MOVES.items():
        router.add_api_route(
            f"/twins/{{id}}/{verb}", _mover(rooms, status), methods=["POST"], summary=verb.capitalize(), name=verb
        )


def _mover(rooms: Rooms, status: TwinStatus) -> Callable[..., Awaitable[TwinView]]:
    async def move(request: Request, response: Response, id: TwinId) -> TwinView:
        command = MoveTwin(id, status, expected_version(request))
        return tagged(response, await rooms.core.execute(command, cause_of(request)))

    return move


def _state(router: APIRouter, rooms: Rooms) -> None:
    core = rooms.core

    @router.get("/twins/{id}/state", summary="State now, at an instant, or at a version")
    async def state(
        request: Request,
        id: TwinId,
        at: Annotated[Instant | None, Query()] = None,
        version: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    ) -> StateView:
        if at is not None and version is not None:
            raise Rejected("A state is asked for at an instant or at a version.", code="bad_request", hint="Give one.")
        return await core.query(GetState(id, at, version, cause_of(request).actor))

    @router.put("/twins/{id}/desired", summary="Asks for a change: rehearsed, then applied or put before a person")
    async def desire(request: Request, response: Response, id: TwinId, body: DesiredChange) -> ChangeView:
        command = SetDesired(id, body.values, body.units, expected_version(request), body.dry_run)
        change = await core.execute(command, cause_of(request))
        if change.status == "waiting" and not body.dry_run:
            response.status_code = HTTP_202_ACCEPTED
        tagged(response, change.twin)
        return change

    @router.get("/twins/{id}/events", summary="The audit trail, oldest first")
    async def events(
        request: Request,
        id: TwinId,
        after: Annotated[int, Query(ge=0, le=2**53)] = 0,
        limit: Annotated[int, Query(ge=1, le=5000)] = 500,
    ) -> tuple[Event, ...]:
        return await core.query(GetEvents(id, after, limit, cause_of(request).actor))

    @router.get("/twins/{id}/history", summary="A property over time, raw or in steps")
    async def history(
        request: Request,
        id: TwinId,
        property: Annotated[Name, Query()],
        start: Annotated[Instant | None, Query(alias="from")] = None,
        end: Annotated[Instant | None, Query(alias="to")] = None,
        step: Annotated[float | None, Query(gt=0, le=366 * 86_400, description="seconds")] = None,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    ) -> HistoryView:
        until = end or rooms.clock.now()
        since = start or until - seconds(86_400)
        if since > until:
            raise Rejected("`from` lies after `to`.", code="bad_range", hint="Swap them.")
        return await core.query(GetHistory(id, property, since, until, step, limit, cause_of(request).actor))
