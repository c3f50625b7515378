"""Devices that are not as they were asked to be: a minute after the wish, or after they went their own way."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from twin_core.contract.clock import Clock, instant_text, seconds
from twin_core.contract.commands import GetState
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Reported, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import RecordFacts
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.views import TwinView
from twin_core.domain import converged, value_text
from twin_core.sync.binding import view_of
from twin_core.templates import Library

CAUSE = Cause("sync")
_GRACE = seconds(60)  # for a device to follow


@dataclass(slots=True)
class _Wish:
    """A desired value, and since when the device does not have it."""

    value: Value
    since: datetime | None
    told: bool | None = False  # that they diverged; None: that is not known after a restart
    drifted: bool = False  # it was so once


@dataclass(slots=True)
class _Watched:
    wishes: dict[str, _Wish] = field(default_factory=dict)
    reported: dict[str, Value] = field(default_factory=dict)


class Divergence:
    """Watches twins with a device of which something was asked; a Timer."""

    def __init__(self, core: TwinCore, library: Library, clock: Clock) -> None:
        self._core = core
        self._library = library
        self._clock = clock
        self._twins: dict[str, _Watched] = {}
        self._heap: list[tuple[datetime, str]] = []

    async def watch(self, twin: TwinView) -> None:
        """Takes up a twin with all that was asked of it: after a restart, or when it gets a device."""
        state = await self._core.query(GetState(twin.id))
        if not state.desired:
            return
        watched = _Watched(reported={name: known.value for name, known in state.reported.items()})
        for name, desired in state.desired.items():
            watched.wishes[name] = _Wish(desired.value, desired.at, told=None)
        self._twins[twin.id] = watched
        await self._look(twin.id, self._clock.now())

    async def asked(self, event: Event) -> None:
        """Takes in device.desired_set of a twin with a device."""
        watched = self._twins.get(event.stream)
        if watched is None:
            state = await self._core.query(GetState(event.stream))
            watched = self._twins[event.stream] = _Watched()
            watched.reported.update((name, known.value) for name, known in state.reported.items())
        for name, value in event.data["values"].items():
            watched.wishes[name] = _Wish(value, event.at)
        await self._look(event.stream, self._clock.now())

    async def heard(self, notice: Reported) -> None:
        """A twin has reported; one of which nothing was asked costs nothing."""
        watched = self._twins.get(notice.twin)
        if watched is None:
            return
        for name, (value, _) in notice.values.items():
            watched.reported[name] = value
        await self._look(notice.twin, self._clock.now())

    def watches(self, twin: str) -> bool:
        return twin in self._twins

    def forget(self, twin: str) -> None:
        self._twins.pop(twin, None)

    def next_due_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    async def run_due(self, now: datetime) -> None:
        while self._heap and self._heap[0][0] <= now:
            _, twin = heapq.heappop(self._heap)
            await self._look(twin, now)

    async def _look(self, twin: str, now: datetime) -> None:
        watched = self._twins.get(twin)
        if watched is None:
            return
        view = await view_of(self._core, twin)
        if view is None:
            self.forget(twin)
            return
        twin_type = self._library[view.type]
        facts = []
        for name, wish in watched.wishes.items():
            if (spec := twin_type.property(name)) is not None:
                facts += self._judge(twin, spec, wish, watched.reported.get(name), now)
        if facts:
            await self._core.execute(RecordFacts(twin, tuple(facts)), CAUSE)

    def _judge(
        self, twin: str, spec: PropertySpec, wish: _Wish, reported: Value | None, now: datetime
    ) -> list[NewEvent]:
        if reported is not None and converged(spec, reported, wish.value):
            was, wish.told, wish.since, wish.drifted = wish.told, False, None, True
            if was is False:
                return []
            return [NewEvent("device.converged", {"property": spec.name, "value": reported}, now)]
        if wish.since is None:
            wish.since = now
        if wish.told:
            return []
        if now < wish.since + _GRACE:
            heapq.heappush(self._heap, (wish.since + _GRACE, twin))
            return []
        wish.told = True
        return [_diverged(spec, wish, reported, now)]


def _diverged(spec: PropertySpec, wish: _Wish, reported: Value | None, now: datetime) -> NewEvent:
    size = None
    if reported is None:
        reason = "the device does not report it"
    elif wish.drifted:
        reason = "the device has gone its own way"
    else:
        reason = "the device has not followed"
    if not isinstance(reported, (bool, str, type(None))) and not isinstance(wish.value, (bool, str)):
        size = round(abs(reported - wish.value) / spec.resolution, 3)
    said = f", it says {value_text(spec, reported)}" if reported is not None else ""
    data = {
        "property": spec.name,
        "desired": wish.value,
        "reported": reported,
        "since": instant_text(wish.since or now),
        "size": size,
        "reason": f"{reason}: {value_text(spec, wish.value)} was asked for{said}",
    }
    return NewEvent("device.diverged", data, now)
