"""Routes of what needs a person: the critical list, its concerns, approvals, and devices that wait for a twin."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import Instant, Rating, Snooze
from twin_core.api.rooms import Rooms, cause_of
from twin_core.contract.clock import seconds
from twin_core.contract.commands import (
    AcknowledgeConcern,
    DecideApproval,
    DismissConcern,
    GetConcern,
    GetConcernChanges,
    GetCritical,
    ListApprovals,
    RateConcern,
    ReopenConcern,
    ResolveConcern,
    SnoozeConcern,
)
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.requests import Command
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.views import ApprovalView, CandidateView, ConcernChange, ConcernView, CriticalView

_Id = Annotated[str, Path(max_length=300)]
_VERBS: dict[str, Callable[[str], Command[ConcernView]]] = {
    "ack": AcknowledgeConcern,
    "dismiss": DismissConcern,
    "resolve": ResolveConcern,
    "reopen": ReopenConcern,
}


def attention_router(rooms: Rooms) -> APIRouter:
    """Routes under /critical, /concerns, /approvals and /candidates."""
    router = APIRouter(route_class=StrictRoute)
    _concerns(router, rooms)
    _approvals(router, rooms)

    @router.get("/candidates", tags=["devices"], summary="Devices that announced themselves and are no twins yet")
    async def candidates(all: bool = False) -> tuple[CandidateView, ...]:
        return await rooms.core.query(ListCandidates(include_adopted=all))

    return router


def _concerns(router: APIRouter, rooms: Rooms) -> None:
    @router.get("/critical", tags=["attention"], summary="What needs a person, most critical first")
    async def critical(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=1000)] = 20,
        place: Annotated[str | None, Query(max_length=200)] = None,
        team: bool = False,
    ) -> CriticalView:
        return await rooms.core.query(GetCritical(limit, place, cause_of(request).actor, team))

    @router.get("/critical/changes", tags=["attention"], summary="What came up, went or was put away since")
    async def changes(request: Request, since: Instant) -> tuple[ConcernChange, ...]:
        return await rooms.core.query(GetConcernChanges(since, cause_of(request).actor))

    @router.get("/concerns/{id}", tags=["attention"], summary="One concern with its reasons")
    async def concern(request: Request, id: _Id) -> ConcernView:
        return await rooms.core.query(GetConcern(id, cause_of(request).actor))

    @router.post("/concerns/{id}/rate", tags=["attention"], summary="The like of it ranks higher or lower from now on")
    async def rate(request: Request, id: _Id, body: Rating) -> ConcernView:
        return await rooms.core.execute(RateConcern(id, body.important), cause_of(request))

    @router.post("/concerns/{id}/snooze", tags=["attention"], summary="Leaves the list until then")
    async def snooze(request: Request, id: _Id, body: Snooze) -> ConcernView:
        if (body.until is None) == (body.for_s is None):
            raise Rejected("A snooze needs `until` or `for_s`.", code="bad_request", hint='Like {"for_s": 3600}.')
        until = body.until or rooms.clock.now() + seconds(body.for_s or 0.0)
        return await rooms.core.execute(SnoozeConcern(id, until), cause_of(request))

    for verb, command in _VERBS.items():
        router.add_api_route(
            f"/concerns/{{id}}/{verb}",
            _concern_mover(rooms, command),
            methods=["POST"],
            tags=["attention"],
            summary=verb.capitalize(),
            name=f"{verb}_concern",
        )


def _concern_mover(
    rooms: Rooms, command: Callable[[str], Command[ConcernView]]
) -> Callable[..., Awaitable[ConcernView]]:
    async def move(request: Request, id: _Id) -> ConcernView:
        return await rooms.core.execute(command(id), cause_of(request))

    return move


def _approvals(router: APIRouter, rooms: Rooms) -> None:
    @router.get("/approvals", tags=["approvals"], summary="Changes that wait for a person, oldest first")
    async def listed(all: bool = False) -> tuple[ApprovalView, ...]:
        return await rooms.core.query(ListApprovals(include_decided=all))

    @router.get("/approvals/{id}", tags=["approvals"], summary="One change that waits or waited")
    async def approval(id: _Id) -> ApprovalView:
        for view in await rooms.core.query(ListApprovals(include_decided=True)):
            if view.id == id:
                return view
        raise NotFound(f"There is no approval {id[:80]!r}.", hint="GET /approvals lists those that wait.")

    @router.post("/approvals/{id}/approve", tags=["approvals"], summary="Lets it happen")
    async def approve(request: Request, id: _Id) -> ApprovalView:
        return await rooms.core.execute(DecideApproval(id, approve=True), cause_of(request))

    @router.post("/approvals/{id}/reject", tags=["approvals"], summary="It does not happen")
    async def reject(request: Request, id: _Id) -> ApprovalView:
        return await rooms.core.execute(DecideApproval(id, approve=False), cause_of(request))
