"""Routes of the person's own data under /me: what they allow, and all that is kept of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import Body, Instant
from twin_core.api.rooms import Rooms, cause_of
from twin_core.contract.privacy import (
    ConsentView,
    Erased,
    EraseData,
    ExportData,
    Exported,
    ListConsents,
    ListLooks,
    LookView,
    SetConsent,
)


class Consent(Body):
    """Whether a purpose is allowed, until when, and, where it is about others, towards whom: none is everybody."""

    granted: bool
    until: Instant | None = None
    towards: Annotated[list[Annotated[str, Field(max_length=80)]], Field(default_factory=list, max_length=100)]


class Consents(Body):
    """Decisions by purpose; a purpose that is not named stays as it is."""

    purposes: Annotated[Mapping[str, Consent], Field(max_length=50)]


@dataclass(frozen=True, slots=True)
class ConsentList:
    items: Sequence[ConsentView]


@dataclass(frozen=True, slots=True)
class LookList:
    items: Sequence[LookView]


def me_router(rooms: Rooms) -> APIRouter:
    """Routes under /me."""
    router = APIRouter(tags=["me"], route_class=StrictRoute)

    @router.get("/me/consents", summary="What you allow, purpose by purpose")
    async def consents(request: Request) -> ConsentList:
        return ConsentList(await rooms.core.query(ListConsents(cause_of(request).actor)))

    @router.put("/me/consents", summary="Give or withdraw consent")
    async def set_consents(request: Request, body: Consents) -> ConsentList:
        cause = cause_of(request)
        for purpose, wish in body.purposes.items():
            consent = SetConsent(cause.actor, purpose, wish.granted, wish.until, tuple(wish.towards))
            await rooms.core.execute(consent, cause)
        return ConsentList(await rooms.core.query(ListConsents(cause.actor)))

    @router.get("/me/access-log", summary="Who looked at what is yours, in the last 90 days")
    async def access_log(request: Request) -> LookList:
        return LookList(await rooms.core.query(ListLooks(cause_of(request).actor)))

    @router.get("/me/export", summary="Everything that is kept of you")
    async def export(request: Request) -> Exported:
        cause = cause_of(request)
        return await rooms.core.execute(ExportData(cause.actor), cause)

    @router.post("/me/erase", summary="Take away for good all that is kept of you")
    async def erase(request: Request) -> Erased:
        cause = cause_of(request)
        return await rooms.core.execute(EraseData(cause.actor), cause)

    return router
