"""Routes of reminders and of what was said unasked: each person sees their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import AnyValue, Body, Instant, Text
from twin_core.api.rooms import Rooms, cause_of
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import ListNudges, NudgeView, RetryNudge
from twin_core.contract.ports import TwinCore
from twin_core.contract.reminders import (
    BeforeEvent,
    CancelReminder,
    Condition,
    CreateReminder,
    EditReminder,
    GetReminder,
    ListReminders,
    ReminderView,
    SnoozeReminder,
    Unacknowledged,
    WhenFree,
    Wish,
)

ReminderId = Annotated[str, Path(max_length=300)]
NudgeId = Annotated[str, Path(max_length=300)]


class ConditionBody(Body):
    """A property of a twin that gets past a value, in its own unit, or takes one."""

    twin: Annotated[str, Field(max_length=200)]
    property: Annotated[str, Field(max_length=200)]
    is_: Annotated[Literal["above", "below", "equal"], Field(alias="is")]
    value: AnyValue


class BeforeBody(Body):
    """So many seconds before an event begins."""

    event: Annotated[str, Field(max_length=300)]
    lead_s: Annotated[float, Field(ge=-86_400 * 30, le=86_400 * 366)]


class FreeBody(Body):
    """As soon as your agenda leaves you so much time, in your working hours."""

    duration_s: Annotated[float, Field(ge=60, le=86_400)] = 1800.0


class UnacknowledgedBody(Body):
    """After so long, unless somebody has taken the concern on by then."""

    concern: Annotated[str, Field(max_length=300)]
    after_s: Annotated[float, Field(ge=60, le=86_400 * 30)] = 600.0


class WishBody(Body):
    """What is asked of a twin then, in the properties' own units."""

    twin: Annotated[str, Field(max_length=200)]
    values: Annotated[dict[str, AnyValue], Field(min_length=1, max_length=20)]


class NewReminder(Body):
    """One of at, recurrence (an RRULE in your wall time), condition, before, free and unacknowledged says when.

    With `wishes` it changes twins then, and only speaks where that failed.
    """

    about: Text
    at: Instant | None = None
    recurrence: Annotated[str, Field(max_length=500)] | None = None
    condition: ConditionBody | None = None
    before: BeforeBody | None = None
    free: FreeBody | None = None
    unacknowledged: UnacknowledgedBody | None = None
    twin: Annotated[str, Field(max_length=200)] | None = None
    wishes: Annotated[tuple[WishBody, ...], Field(max_length=100)] = ()


class ReminderChanges(Body):
    """What changes."""

    about: Text | None = None
    at: Instant | None = None
    recurrence: Annotated[str, Field(max_length=500)] | None = None


class Putting(Body):
    """Until when it is put off."""

    until: Instant


@dataclass(frozen=True, slots=True)
class Reminders:
    items: Sequence[ReminderView]


def reminders_router(rooms: Rooms) -> APIRouter:
    """Routes under /reminders, and /nudges."""
    router = APIRouter(tags=["reminders"], route_class=StrictRoute)
    _reminders(router, rooms.core)

    @router.get("/nudges", summary="What was said unasked, oldest first: when, where and why")
    async def nudges(
        request: Request,
        all: bool = False,
        after: Annotated[Instant | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:
        found = await rooms.core.query(ListNudges(cause_of(request).actor, all, after, limit))
        return {"items": [nudge_json(nudge) for nudge in found]}

    @router.post("/nudges/{id}/retry", summary="One that failed is delivered after all")
    async def retry(request: Request, id: NudgeId) -> dict[str, Any]:
        return nudge_json(await rooms.core.execute(RetryNudge(id), cause_of(request)))

    return router


def _reminders(router: APIRouter, core: TwinCore) -> None:
    @router.get("/reminders", summary="Reminders that wait, by their next delivery; with `over` all")
    async def listed(request: Request, over: bool = False) -> Reminders:
        return Reminders(await core.query(ListReminders(cause_of(request).actor, over)))

    @router.post("/reminders", status_code=HTTP_201_CREATED, summary="Creates a reminder")
    async def create(request: Request, body: NewReminder) -> ReminderView:
        known = body.condition
        command = CreateReminder(
            body.about,
            body.at,
            body.recurrence,
            Condition(known.twin, known.property, known.is_, known.value) if known else None,
            BeforeEvent(body.before.event, body.before.lead_s) if body.before else None,
            twin=body.twin,
            free=WhenFree(body.free.duration_s) if body.free else None,
            unacknowledged=Unacknowledged(**body.unacknowledged.model_dump()) if body.unacknowledged else None,
            wishes=tuple(Wish(wish.twin, wish.values) for wish in body.wishes),
        )
        return await core.execute(command, cause_of(request))

    @router.patch("/reminders/{id}", summary="Changes what is given, keeps the rest")
    async def edit(request: Request, id: ReminderId, body: ReminderChanges) -> ReminderView:
        await _own(core, request, id)
        given: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
        return await core.execute(EditReminder(id, **given), cause_of(request))

    @router.post("/reminders/{id}/snooze", summary="It comes (again) then")
    async def snooze(request: Request, id: ReminderId, body: Putting) -> ReminderView:
        await _own(core, request, id)
        return await core.execute(SnoozeReminder(id, body.until), cause_of(request))

    @router.delete("/reminders/{id}", status_code=HTTP_204_NO_CONTENT, summary="It never comes (again)")
    async def cancel(request: Request, id: ReminderId) -> None:
        await _own(core, request, id)
        await core.execute(CancelReminder(id), cause_of(request))


def nudge_json(nudge: NudgeView) -> dict[str, Any]:
    """A nudge with what was said, as a reply is shown."""
    buttons = [{"id": action.id, "title": action.title} for action in nudge.actions]
    return {
        "id": nudge.id,
        "kind": nudge.kind,
        "reply": {"text": nudge.text, "buttons": buttons, "nudge": nudge.id},
        "why": nudge.why,
        "stop": nudge.stop,
        "urgency": nudge.urgency,
        "about": {"kind": nudge.about.kind, "id": nudge.about.id} if nudge.about else None,
        "status": nudge.status,
        "rule": nudge.rule or None,
        "channel": nudge.channel,
        "conversation": nudge.conversation,
        **{name: _at(getattr(nudge, name)) for name in ("due_at", "sent_at", "answered_at")},
    }


def _at(at: datetime | None) -> str | None:
    return instant_text(at) if at else None


async def _own(core: TwinCore, request: Request, id: str) -> None:
    """Raises NotFound: of others' not even that they exist is told."""
    reminder = await core.query(GetReminder(id))
    if reminder.owner != cause_of(request).actor:
        raise NotFound(f"There is no reminder {id[:80]!r}.", hint="GET /reminders lists yours.")
