"""A frozen clock: POST /clock moves it, and what a request makes due happens before the request is answered."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin_core.api.bodies import StrictRoute
from twin_core.api.models import ClockMove
from twin_core.api.rooms import MovesTime, Rooms
from twin_core.contract.clock import FrozenClock, seconds
from twin_core.contract.errors import Rejected


@dataclass(frozen=True, slots=True)
class Now:
    """Where the clock stands."""

    now: datetime


def clock_router(rooms: Rooms, clock: FrozenClock) -> APIRouter:
    """POST /clock: everything due on the way has happened, in order, before it answers."""
    router = APIRouter(tags=["clock"], route_class=StrictRoute)

    @router.post("/clock", summary="Moves the frozen clock")
    async def move(body: ClockMove) -> Now:
        if (body.to is None) == (body.advance_s is None):
            raise Rejected("The clock moves by `advance_s` or `to`.", code="bad_request", hint="Give one of them.")
        try:
            to = body.to or clock.now() + seconds(body.advance_s or 0.0)
        except OverflowError:
            raise Rejected("That lies beyond the calendar.", code="bad_instant") from None
        if rooms.timers is None:
            clock.move_to(to)
        else:
            await rooms.timers.advance(to)
        return Now(clock.now())

    return router


class DueAtOnce:
    """Middleware for a clock that stands still: nobody else looks at what is due until it is moved."""

    def __init__(self, app: ASGIApp, timers: MovesTime, clock: FrozenClock) -> None:
        self._app = app
        self._timers = timers
        self._clock = clock
        self._one_by_one = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def after_the_work(message: Message) -> None:
            if message["type"] == "http.response.start":
                async with self._one_by_one:
                    await self._timers.advance(self._clock.now())
            await send(message)

        await self._app(scope, receive, after_the_work if scope["type"] == "http" else send)
