"""Everything that is kept of a person, as one answer to that person."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.commands import GetHistory, GetState, GetTwin
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Store, Stored, TwinCore
from twin_core.contract.privacy import ExportData, Exported
from twin_core.contract.requests import Cause
from twin_core.privacy.belongings import HELD_BACK, without_others
from twin_core.privacy.gathering import documents_of, facts_of

_BACK = timedelta(days=3650)
_AHEAD = timedelta(minutes=10)  # clocks of devices may run fast
_PAGE = 10_000


class ExportDesk:
    """Handler of ExportData."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._bus = bus
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {ExportData: self._export}

    async def _export(self, command: ExportData, cause: Cause) -> Exported:
        person, now = command.person, self._clock.now()
        kept: dict[str, dict[str, Mapping[str, Any]]] = {}
        twin = (await self._core.query(GetPerson(person))).twin
        async for each in documents_of(self._store, person, await facts_of(self._store, person), twin):
            if each.kind not in HELD_BACK:
                kept.setdefault(each.kind, {})[each.key] = without_others(each.kind, each.doc, person)
        exported = Exported(person, now, kept, await self._twin(twin, now) if twin else None)
        stream = f"privacy:{person}"
        fact = NewEvent("data.exported", {"kinds": sorted(kept)}, now)
        version = len(await self._store.read(stream))
        stored = await self._store.commit(Batch(appends=[Append(stream, version, [fact])], cause=cause))
        await self._bus.publish(Stored(stored))
        return exported

    async def _twin(self, id: str, now: datetime) -> Mapping[str, Any]:
        """The person's own twin: what it is, what it reported and when, and what happened to it."""
        state = await self._core.query(GetState(id))
        events = await self._store.read(id)
        return {
            "twin": asdict(await self._core.query(GetTwin(id))),
            "events": [_event(event) for event in events],
            "readings": {name: await self._readings(id, name, now) for name in state.reported},
        }

    async def _readings(self, twin: str, name: str, now: datetime) -> list[Mapping[str, Any]]:
        """All of them, page by page."""
        found: list[Mapping[str, Any]] = []
        start, end = now - _BACK, now + _AHEAD
        while True:
            page = (await self._core.query(GetHistory(twin, name, start, end, limit=_PAGE))).samples
            found += [{"at": instant_text(sample.at), "value": sample.last} for sample in page if sample.at > start]
            if len(page) < _PAGE:
                return found
            start = page[-1].at


def _event(event: Event) -> Mapping[str, Any]:
    return {"name": event.name, "at": instant_text(event.at), "by": event.actor, "data": event.data}
