"""The sync service: devices and their twins."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from twin_core.contract.clock import Clock, Timer, instant_text, seconds
from twin_core.contract.commands import Diagnose, ListTwins
from twin_core.contract.errors import NotFound
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Bus, Readings, Reported, Store, Stored, TwinCore
from twin_core.contract.ports import Candidates as CandidatesNotice
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import (
    AnnounceDevice,
    ListCandidates,
    RecordFacts,
    RecordObservations,
    ReportAvailability,
    WithdrawDevice,
)
from twin_core.contract.views import CandidateView, Fault, TwinView
from twin_core.sync.binding import Bindings, view_of
from twin_core.sync.candidates import Candidates
from twin_core.sync.divergence import Divergence
from twin_core.sync.silence import Silence
from twin_core.templates import Library

_LIVES = "system.twin_"  # events that may change what a device is bound to, or whether it is watched
_FLUSH = seconds(30)
_NATIVE = "native:"  # how connectors name the source of a device that speaks under a twin id


class StoreWithReadings(Store, Protocol):
    """A store that holds the readings too."""

    @property
    def readings(self) -> Readings: ...


class SyncService:
    """Answers for the devices. Start it after the twin service, whose twins it asks for."""

    def __init__(self, *, store: StoreWithReadings, bus: Bus, core: TwinCore, library: Library, clock: Clock) -> None:
        self._core = core
        self._bus = bus
        self._clock = clock
        self._candidates = Candidates(store, clock)
        self._bindings = Bindings(self._candidates, core, library, clock)
        self._silence = Silence(store.readings, core, library, clock)
        self._divergence = Divergence(core, library, clock)
        bus.subscribe(Stored, self._on_stored)
        bus.subscribe(Reported, self._silence.heard)
        bus.subscribe(Reported, self._divergence.heard)

    async def start(self) -> None:
        """Takes up devices, bindings, and what happened while nobody watched."""
        await self._candidates.load()
        twins = [twin async for twin in _living(self._core)]
        for twin in twins:
            if twin.source:
                await self._bindings.follow(twin.id, twin)
                await self._divergence.watch(twin)
        await self._silence.start([twin for twin in twins if twin.status == "active"])

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {
            AnnounceDevice: self._announce,
            WithdrawDevice: self._withdraw,
            RecordObservations: self._bindings.record,
            ReportAvailability: self._report_availability,
            ListCandidates: self._list_candidates,
            Diagnose: self._diagnose,
        }

    def timers(self) -> list[Timer]:
        """For Timers: silence, divergence, writing of remembered values."""
        return [self._silence, self._divergence, _Flush(self._candidates, self._clock)]

    async def aclose(self) -> None:
        """Writes what is only remembered so far."""
        await self._candidates.flush()

    async def _announce(self, command: AnnounceDevice, cause: Cause) -> CandidateView:
        device = await self._bindings.announce(command)
        await self._bus.publish(CandidatesNotice((command.source,)))
        return device.view

    async def _withdraw(self, command: WithdrawDevice, cause: Cause) -> None:
        twin = self._bindings.twin_of(command.source)
        if twin is not None:
            await self._say_availability(twin, False, cause)
        elif self._candidates.get(command.source) is not None:
            await self._candidates.withdraw(command.source)
            await self._bus.publish(CandidatesNotice((command.source,)))

    async def _report_availability(self, command: ReportAvailability, cause: Cause) -> None:
        """Of devices; a twin that speaks for itself on native topics is named by its own id."""
        for source, available in command.available.items():
            twin = self._bindings.twin_of(source)
            if twin is None and self._candidates.get(source) is None:
                twin = source.removeprefix(_NATIVE)
            if twin is not None:
                await self._say_availability(twin, available, cause)

    async def _say_availability(self, twin: str, available: bool, cause: Cause) -> None:
        now = self._clock.now()
        data: dict[str, Any] = {"reason": "offline"}
        fact = NewEvent("device.available", data, now)
        if not available:
            last_at = self._silence.last_at(twin)
            data["last_at"] = instant_text(last_at) if last_at else None
            fact = NewEvent("device.unavailable", data, now)
        try:
            await self._core.execute(RecordFacts(twin, (fact,)), cause)
        except NotFound:
            return  # a device that is no twin yet

    async def _list_candidates(self, query: ListCandidates) -> tuple[CandidateView, ...]:
        views = [device.view for device in self._candidates.all()]
        views.sort(key=lambda view: (view.first_seen_at, view.id))
        return tuple(view for view in views if query.include_adopted or view.twin is None)

    async def _diagnose(self, _query: Diagnose) -> tuple[Fault, ...]:
        return tuple(self._candidates.faults())

    async def _on_stored(self, notice: Stored) -> None:
        for event in notice.events:
            if event.name == "device.desired_set":
                command = self._bindings.device_command(event)
                if command.source is not None:
                    await self._divergence.asked(event)
                await self._bus.publish(command)
            elif event.name.startswith(_LIVES):
                await self._follow(event.stream)

    async def _follow(self, twin: str) -> None:
        """A twin was created, changed, moved on or erased."""
        view = await view_of(self._core, twin)
        await self._bindings.follow(twin, view)
        if view is None or view.status != "active":
            self._silence.forget(twin)
            self._divergence.forget(twin)
        elif not self._bindings.has_device(twin):
            self._divergence.forget(twin)
        elif not self._divergence.watches(twin):
            await self._divergence.watch(view)


class _Flush:
    """A Timer: the latest values of candidates are written every half minute, if there are new ones."""

    def __init__(self, candidates: Candidates, clock: Clock) -> None:
        self._candidates = candidates
        self._clock = clock
        self._due: datetime | None = None

    def next_due_at(self) -> datetime | None:
        if not self._candidates.has_unsaved():
            self._due = None
        elif self._due is None:
            self._due = self._clock.now() + _FLUSH
        return self._due

    async def run_due(self, now: datetime) -> None:
        self._due = None
        await self._candidates.flush()


async def _living(core: TwinCore) -> AsyncIterator[TwinView]:
    """All twins but the archived ones."""
    cursor = None
    while True:
        page = await core.query(ListTwins(cursor=cursor, limit=1000))
        for twin in page.items:
            yield twin
        if (cursor := page.cursor) is None:
            return
