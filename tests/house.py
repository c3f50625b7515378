"""A whole twin core for tests: the real store on SQLite, the real rooms, a clock that is moved."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from twin_core.api.access import Access
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock, parse_instant, seconds
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.ports import PlanChanged, Reported, Stored
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import DeviceCommand, Reading, RecordTelemetry
from twin_core.contract.template import Value
from twin_core.contract.views import StateView, TelemetryReport, TwinView
from twin_core.nudges import NudgeService
from twin_core.planning import PlanningService
from twin_core.privacy import AccessLog, ConsentDesk, ErasureDesk, ExportDesk
from twin_core.service import Timers, TwinService
from twin_core.store import SqlStore, open_store
from twin_core.sync import SyncService
from twin_core.templates import Library, load_library

ZONE = "Europe/Berlin"
NOON = parse_instant("2026-03-02T12:00:00Z")
ANNA = Cause("anna")
OWNER = Cause("owner")


@dataclass
class House:
    """All rooms wired as bot/app.py wires them, and what they have said on the bus."""

    store: SqlStore
    bus: InProcessBus
    core: Core
    library: Library
    clock: FrozenClock
    service: TwinService
    sync: SyncService
    planning: PlanningService
    nudges: NudgeService
    timers: Timers
    rooms: dict[str, Any] = field(default_factory=dict)  # "attention", where it is built
    stored: list[Stored] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    planned: list[PlanChanged] = field(default_factory=list)
    told: list[DeviceCommand] = field(default_factory=list)

    def at(self, minutes: float) -> datetime:
        """An instant so many minutes from now; negative: before."""
        return self.clock.now() + seconds(60 * minutes)

    async def create(self, type: str, name: str, by: Cause = ANNA, **more: Any) -> TwinView:
        return await self.core.execute(CreateTwin(type, name, **more), by)

    async def report(self, twin: str, at: datetime | None = None, **values: Value) -> TelemetryReport:
        """Readings of one twin; with a Python keyword as a name: `**{"on": True}`."""
        rows = tuple(Reading(twin, name, value, at=at) for name, value in values.items())
        return await self.core.execute(RecordTelemetry(rows))

    async def points(self, twin: str, property: str, *points: tuple[float, Value]) -> TelemetryReport:
        """One batch of readings of a property, at minutes from now."""
        rows = tuple(Reading(twin, property, value, at=self.at(minutes)) for minutes, value in points)
        return await self.core.execute(RecordTelemetry(rows))

    async def state(self, twin: str) -> StateView:
        return await self.core.query(GetState(twin))

    async def advance(self, minutes: float) -> None:
        await self.timers.advance(self.at(minutes))

    def events(self, *prefixes: str) -> list[tuple[str, str, dict[str, Any]]]:
        """(twin, name, data) of all events stored since the house was opened."""
        return [
            (event.stream, event.name, dict(event.data))
            for notice in self.stored
            for event in notice.events
            if not prefixes or event.name.startswith(prefixes)
        ]

    def names(self, *prefixes: str) -> list[str]:
        """The names of those events."""
        return [name for _, name, _ in self.events(*prefixes)]


@asynccontextmanager
async def open_house(folder: Path, at: datetime = NOON, extra_types: Path | None = None) -> AsyncIterator[House]:
    """Opening the same folder again is a restart."""
    clock = FrozenClock(at)
    store = await open_store(f"sqlite:///{folder / 'house.db'}", clock)
    try:
        bus, core, library = InProcessBus(), Core(), load_library(extra_types)
        parts: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": library, "clock": clock}
        service, sync = TwinService(**parts), SyncService(**parts)
        planning = PlanningService(store, bus, core, clock, ZONE)
        nudges = NudgeService(store, bus, core, clock)
        rooms = {name: room(**parts) for name, room in _others()}
        core.register(Access(store, clock).handlers())
        timers: list[Any] = []
        theirs = (store, core, bus, clock)
        log = AccessLog(*theirs)
        timers.append(log)
        desks = (ConsentDesk(store, bus, clock), ExportDesk(*theirs), ErasureDesk(*theirs), log)
        for owner in (service, sync, planning, *rooms.values(), nudges, *desks):
            core.register(owner.handlers())
        for owner in (service, sync, planning, *rooms.values(), nudges):
            await owner.start()
            timers += owner.timers()
        house = House(store, bus, core, library, clock, service, sync, planning, nudges, Timers(clock, timers), rooms)
        _listen(house)
        yield house
        await core.aclose()
        await sync.aclose()
    finally:
        await store.aclose()


def _others() -> list[tuple[str, Any]]:
    """Rooms that a house may be built without."""
    module = importlib.import_module("twin_core.attention")
    return [("attention", module.AttentionService)] if hasattr(module, "AttentionService") else []


def _listen(house: House) -> None:
    async def stored(notice: Stored) -> None:
        house.stored.append(notice)

    async def reported(notice: Reported) -> None:
        house.reported.append(notice)

    async def planned(notice: PlanChanged) -> None:
        house.planned.append(notice)

    async def told(notice: DeviceCommand) -> None:
        house.told.append(notice)

    house.bus.subscribe(Stored, stored)
    house.bus.subscribe(Reported, reported)
    house.bus.subscribe(PlanChanged, planned)
    house.bus.subscribe(DeviceCommand, told)
