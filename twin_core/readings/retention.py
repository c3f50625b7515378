"""Keeping raw readings only as long as their property wants: afterwards one reading an hour remains."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from twin_core.contract.clock import Clock
from twin_core.contract.ports import Readings

_HOUR_S = 3600.0
_FIRST_AFTER = timedelta(hours=1)  # not while the house is starting, and not only at night: it may be off then
_EVERY = timedelta(days=1)

Kept = tuple[str, str, float]  # twin, property, retention_days


class Retention:
    """A Timer that thins out readings once a day. `kept` is asked anew each time."""

    def __init__(self, readings: Readings, clock: Clock, kept: Callable[[], Iterable[Kept]]) -> None:
        self._readings = readings
        self._kept = kept
        self._due_at = clock.now() + _FIRST_AFTER

    def next_due_at(self) -> datetime:
        return self._due_at

    async def run_due(self, now: datetime) -> None:
        """What is missed while it fails or the house is off is done the next time."""
        if now < self._due_at:
            return
        self._due_at = now + _EVERY
        for twin, property, days in tuple(self._kept()):
            await self._readings.downsample(twin, property, now - timedelta(days=days), _HOUR_S)
