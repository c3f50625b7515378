"""The alert monitors of the twins that report, and when time alone will raise something."""

import heapq
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from twin_core.contract.clock import instant_text, parse_instant, seconds
from twin_core.contract.ports import Batch, Document, Readings, Store
from twin_core.contract.template import Value
from twin_core.contract.views import Sample
from twin_core.domain import AlertMonitor, AlertPlan, TwinState
from twin_core.service.ledger import Work
from twin_core.templates import Library

KIND = "alert_due"  # documents: which twins have something pending, to be known again after a restart
_MOST_SAMPLES = 200  # replayed of each property when a monitor is built anew
_MOST_LEVELS = 64


class Monitors:
    """One AlertMonitor for each twin that reported lately; built anew from its readings when needed.

    Monitors move along while a change is planned: forget those of a change that was not committed.
    """

    def __init__(self, store: Store, readings: Readings, library: Library, memory: int = 20_000) -> None:
        self._store = store
        self._readings = readings
        self._library = library
        self._memory = memory
        self._monitors: OrderedDict[str, AlertMonitor] = OrderedDict()
        self._plans: dict[str, AlertPlan] = {}  # of types; twins with limits have their own
        self._due: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    async def load(self) -> None:
        """Takes up what was pending before a restart."""
        async for twin, doc in self._store.scan(KIND):
            self._push(twin, parse_instant(doc["due_at"]))

    def get(self, twin: str) -> AlertMonitor | None:
        """The monitor, if it is at hand."""
        return self._monitors.get(twin)

    async def of(self, state: TwinState) -> AlertMonitor:
        """The monitor of a twin, brought up to the twin's present state."""
        if (known := self._monitors.get(state.id)) is not None:
            return known
        plan = self._plan(state)
        monitor = AlertMonitor(plan, state.name, state.alerts)
        if state.reported:
            monitor.replay(await self._recent(state, plan))
        self._monitors[state.id] = monitor
        while len(self._monitors) > self._memory:
            self._monitors.popitem(last=False)
        return monitor

    def forget(self, *twins: str) -> None:
        """Builds them anew when next asked for: their rules, their name or their past are others now."""
        for twin in twins:
            self._monitors.pop(twin, None)

    def plan_due(self, twin: str, due: datetime | None, work: Work[Any]) -> None:
        """Stores with the work when time alone will do something next, unless that is known."""
        if self._due.get(twin) == due:
            return
        work.documents.append(Document(KIND, twin, {"due_at": instant_text(due)} if due else None))
        work.done.append(lambda: self._settle(twin, due))

    async def erase(self, twin: str) -> None:
        """Forgets a twin for good."""
        self.forget(twin)
        if self._due.pop(twin, None) is not None:
            await self._store.commit(Batch(documents=[Document(KIND, twin, None)]))

    def next_due(self) -> tuple[datetime, str] | None:
        """The first twin for which time alone will do something."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)  # overtaken meanwhile
        return self._heap[0] if self._heap else None

    def _settle(self, twin: str, due: datetime | None) -> None:
        if due is None:
            self._due.pop(twin, None)
        else:
            self._push(twin, due)

    def _push(self, twin: str, due: datetime) -> None:
        self._due[twin] = due
        heapq.heappush(self._heap, (due, twin))

    def _plan(self, state: TwinState) -> AlertPlan:
        twin_type = self._library[state.type]
        if state.config.get("limits"):
            return AlertPlan(twin_type, state.config)
        if state.type not in self._plans:
            self._plans[state.type] = AlertPlan(twin_type, {})
        return self._plans[state.type]

    async def _recent(self, state: TwinState, plan: AlertPlan) -> list[tuple[str, Value, datetime]]:
        spans = _spans(plan)
        recent: list[tuple[str, Value, datetime]] = []
        for name in plan.by_property:
            if (known := state.reported.get(name)) is None:
                continue
            value, at = known
            start, end = at - seconds(spans[name]), at + seconds(1e-6)
            samples = await self._readings.range(state.id, name, start, end, _MOST_SAMPLES)
            if memory_s := plan.memories.get(name):
                first = samples[0].at if samples else at
                samples = [*await self._remembered(state.id, name, at - seconds(memory_s), first), *samples]
            recent += [(name, sample.last, sample.at) for sample in samples] or [(name, value, at)]
        recent.sort(key=lambda reading: reading[2])
        return recent

    async def _remembered(self, twin: str, name: str, start: datetime, end: datetime) -> list[Sample]:
        """What a usual level is made of, from before the newest readings."""
        if end <= start:
            return []
        step_s = (end - start).total_seconds() / _MOST_LEVELS
        return await self._readings.steps(twin, name, start, end, max(1.0, step_s))


def _spans(plan: AlertPlan) -> Mapping[str, float]:
    """How far back a property's readings may still matter."""
    spans: dict[str, float] = {}
    for name, rules in plan.by_property.items():
        spans[name] = max(plan.windows.get(name, 0.0), *(2 * rule.for_s for rule in rules))
    return spans
