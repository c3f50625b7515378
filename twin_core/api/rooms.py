"""What the routes work with: the rooms behind them, and who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.requests import HTTPConnection

from twin_core.api.access import Access
from twin_core.api.feed import Feed
from twin_core.api.observation import Metrics
from twin_core.contract.clock import Clock
from twin_core.contract.ports import Bus, Store, TwinCore
from twin_core.contract.requests import Cause


class MovesTime(Protocol):
    """Moves a frozen clock; everything due on the way happens before it returns."""

    async def advance(self, to: datetime) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything a route may need."""

    core: TwinCore
    bus: Bus
    store: Store
    clock: Clock
    access: Access
    timers: MovesTime | None
    metrics: Metrics
    feed: Feed
    version: str


def cause_of(request: HTTPConnection) -> Cause:
    """The person and the trace id that the door gave to the request."""
    return Cause(actor=getattr(request.state, "user", "system"), trace=getattr(request.state, "trace", ""))
