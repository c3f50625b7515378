"""Routes of the agenda: events of all calendars, due tasks, free time, workload; each person sees their own."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import Instant
from twin_core.api.planning_models import AgendaAnswer, EventChanges, NewEvent, agenda_answer
from twin_core.api.rooms import Rooms, cause_of
from twin_core.api.versions import expected_version, tagged
from twin_core.contract.agenda import (
    CancelEvent,
    CreateEvent,
    DayLoad,
    DeleteEvent,
    EditEvent,
    EventView,
    FindFreeTime,
    FreeSlot,
    GetAgenda,
    GetEvent,
    GetWorkload,
    RestoreEvent,
    Scope,
)
from twin_core.contract.clock import seconds
from twin_core.contract.errors import NotFound
from twin_core.contract.mirroring import ListSources, SourceView
from twin_core.contract.ports import TwinCore

EventId = Annotated[str, Path(max_length=200)]
From = Annotated[Instant | None, Query(alias="from")]
To = Annotated[Instant | None, Query(alias="to")]
_WEEK_S = 7 * 86_400.0


def agenda_router(rooms: Rooms) -> APIRouter:
    """Routes under /agenda, /events and /sources."""
    router = APIRouter(tags=["agenda"], route_class=StrictRoute)
    _agenda(router, rooms)
    _events(router, rooms.core)
    _life(router, rooms.core)
    return router


def _agenda(router: APIRouter, rooms: Rooms) -> None:
    core = rooms.core

    def span(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
        """From now on, and a week from there, where nothing else is said."""
        begins = start or rooms.clock.now()
        return begins, end or begins + seconds(_WEEK_S)

    @router.get("/agenda", summary="Events and due tasks of a span, and which events clash")
    async def agenda(request: Request, start: From = None, end: To = None, cancelled: bool = False) -> AgendaAnswer:
        view = await core.query(GetAgenda(*span(start, end), cause_of(request).actor, cancelled))
        return agenda_answer(view)

    @router.get("/agenda/free", summary="Gaps that are long enough, within working hours")
    async def free(
        request: Request,
        start: From = None,
        end: To = None,
        duration_s: Annotated[float, Query(gt=0, le=_WEEK_S)] = 1800.0,
        any_hour: bool = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 20,
    ) -> tuple[FreeSlot, ...]:
        return await core.query(FindFreeTime(cause_of(request).actor, *span(start, end), duration_s, any_hour, limit))

    @router.get("/agenda/workload", summary="How full each day is")
    async def workload(request: Request, start: From = None, end: To = None) -> tuple[DayLoad, ...]:
        return await core.query(GetWorkload(cause_of(request).actor, *span(start, end)))

    @router.get("/sources", summary="Calendars and task lists that are connected, or were")
    async def sources(request: Request) -> tuple[SourceView, ...]:
        return await core.query(ListSources(cause_of(request).actor))


def _events(router: APIRouter, core: TwinCore) -> None:
    @router.post("/events", status_code=HTTP_201_CREATED, summary="Creates an event")
    async def create(request: Request, response: Response, body: NewEvent) -> EventView:
        values: dict[str, Any] = {**body.model_dump(exclude={"attendees"}), "attendees": body.people()}
        event = await core.execute(CreateEvent(**values), cause_of(request))
        response.headers["Location"] = f"/api/v1/events/{event.id}"
        return tagged(response, event)

    @router.get("/events/{id}", summary="An event; of a series, its next occurrence")
    async def get(request: Request, response: Response, id: EventId) -> EventView:
        return tagged(response, await _own(core, request, id))

    @router.patch("/events/{id}", summary="Changes what is given, keeps the rest")
    async def edit(
        request: Request, response: Response, id: EventId, body: EventChanges, scope: Scope = "this"
    ) -> EventView:
        changes: dict[str, Any] = body.model_dump(exclude_none=True)
        if "location" in body.model_fields_set:
            changes["location"] = body.location
        command = EditEvent(event=id, scope=scope, expected_version=expected_version(request), **changes)
        return tagged(response, await core.execute(command, cause_of(request)))

    @router.delete("/events/{id}", status_code=HTTP_204_NO_CONTENT, summary="Deletes an event; /restore takes it back")
    async def delete(request: Request, id: EventId, scope: Scope = "this") -> None:
        await core.execute(DeleteEvent(id, scope, expected_version(request)), cause_of(request))


def _life(router: APIRouter, core: TwinCore) -> None:
    @router.post("/events/{id}/cancel", summary="It does not take place, and stays marked; /restore takes it back")
    async def cancel(request: Request, response: Response, id: EventId, scope: Scope = "this") -> EventView:
        command = CancelEvent(id, scope, expected_version(request))
        return tagged(response, await core.execute(command, cause_of(request)))

    @router.post("/events/{id}/restore", summary="Takes a cancellation or deletion back")
    async def restore(request: Request, response: Response, id: EventId) -> EventView:
        return tagged(response, await core.execute(RestoreEvent(id), cause_of(request)))


async def _own(core: TwinCore, request: Request, id: str) -> EventView:
    """The event, if it is the caller's. Raises NotFound: of others' not even that they exist is told."""
    event = await core.query(GetEvent(id))
    if event.owner != cause_of(request).actor:
        raise NotFound(f"There is no event {id[:80]!r}.", code="unknown_event", hint="GET /agenda lists yours.")
    return event
