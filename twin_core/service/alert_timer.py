"""Alerts that time alone raises: a door that has stood open long enough, with nothing more reported."""

from datetime import datetime

from twin_core.contract.requests import Cause
from twin_core.service.ledger import Change, Ledger, Work
from twin_core.service.monitors import Monitors
from twin_core.service.registry import Registry


class AlertTimer:
    """A Timer over the pending alerts of all twins."""

    def __init__(self, ledger: Ledger, registry: Registry, monitors: Monitors) -> None:
        self._ledger = ledger
        self._registry = registry
        self._monitors = monitors

    def next_due_at(self) -> datetime | None:
        first = self._monitors.next_due()
        return first[0] if first else None

    async def run_due(self, now: datetime) -> None:
        while (first := self._monitors.next_due()) is not None and first[0] <= now:
            await self._tick(first[1], now)

    async def _tick(self, twin: str, now: datetime) -> None:
        async def plan() -> Work[None]:
            work: Work[None] = Work(lambda _: None)
            work.failed = lambda: self._monitors.forget(twin)
            view = self._registry.get(twin)
            if view is None or view.status != "active":
                self._monitors.plan_due(twin, None, work)
                return work
            state = await self._ledger.state(twin)
            monitor = await self._monitors.of(state)
            events = monitor.tick(now)
            if events:
                work.changes.append(Change(state, events))
            due = monitor.due_at
            # Nothing may stay due: what a monitor cannot settle now waits for the next reading.
            self._monitors.plan_due(twin, due if due is None or due > now else None, work)
            return work

        await self._ledger.change(plan, Cause())
