"""Twins that stopped reporting: noticed without cost while they report, by a lazy heap of deadlines.

A deadline is first set at the shortest silence that may ever matter; only when it passes is the usual
interval learnt, from the readings' own instants.
"""

import contextlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from twin_core.contract.clock import Clock, instant_text, seconds
from twin_core.contract.commands import GetState
from twin_core.contract.errors import NotFound
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Readings, Reported, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import RecordFacts
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import TwinView
from twin_core.sync.binding import view_of
from twin_core.templates import Library

CAUSE = Cause("sync")
SHORTEST_S = 6 * 3600.0
ON_CHANGE_S = 24 * 3600.0
_GAPS = 20  # that the usual interval is learnt from
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 2000  # twins looked at before start() returns; the others follow by timer
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class _Watched:
    """A twin that reports: when it last did, and what is known to be silent."""

    last: dict[str, datetime]
    silent: set[str] = field(default_factory=set)
    due: datetime | None = None
    heard: int = 0  # how often
    usual: dict[str, tuple[int, float | None]] = field(default_factory=dict)  # intervals, and `heard` when learnt


class Silence:
    """Watches every active twin that speaks by itself; a Timer."""

    def __init__(self, readings: Readings, core: TwinCore, library: Library, clock: Clock) -> None:
        self._readings = readings
        self._core = core
        self._library = library
        self._clock = clock
        self._twins: dict[str, _Watched] = {}
        self._heap: list[tuple[datetime, str]] = []

    async def start(self, twins: Sequence[TwinView]) -> None:
        """Looks at twins that may have fallen silent while nobody watched."""
        now = self._clock.now()
        for number, twin in enumerate(twins):
            if number < _AT_ONCE:
                await self._look(twin.id, now)
            else:
                heapq.heappush(self._heap, (now + seconds(number / 1000), twin.id))

    async def heard(self, notice: Reported) -> None:
        """A twin has reported."""
        now = self._clock.now()
        watched = self._twins.get(notice.twin)
        if watched is None:
            await self._look(notice.twin, now)
            return
        watched.heard += 1
        newest = _BEGINNING
        for name, (_, at) in notice.values.items():
            if at > watched.last.get(name, _BEGINNING):
                watched.last[name] = at
            newest = max(newest, at)
        if watched.silent or watched.due is None or now - newest > seconds(SHORTEST_S):
            await self._look(notice.twin, now)

    def last_at(self, twin: str) -> datetime | None:
        """When a watched twin last reported anything."""
        watched = self._twins.get(twin)
        return max(watched.last.values(), default=None) if watched else None

    def forget(self, twin: str) -> None:
        """It is no longer watched; when it reports again it is."""
        self._twins.pop(twin, None)

    def next_due_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    async def run_due(self, now: datetime) -> None:
        while self._heap and self._heap[0][0] <= now:
            due, twin = heapq.heappop(self._heap)
            watched = self._twins.get(twin)
            if watched is None or watched.due == due:
                await self._look(twin, now)

    async def _look(self, twin: str, now: datetime) -> None:
        """Judges a twin's silence, says what is new, and sets its next deadline."""
        view = await view_of(self._core, twin)
        if view is None or view.status != "active" or not speaks(self._library[view.type]):
            self.forget(twin)
            return
        watched = self._twins.get(twin)
        restarted = watched is None
        if watched is None:
            state = await self._core.query(GetState(twin))
            watched = self._twins[twin] = _Watched({name: known.at for name, known in state.reported.items()})
        facts: list[NewEvent] = []
        deadlines: list[datetime] = []
        for spec in pulses(self._library[view.type], watched.last):
            last = watched.last[spec.name] if not spec.on_change else max(watched.last.values())
            allowed_s, usual_s = await self._allowed(twin, watched, spec, last, now)
            if now - last > seconds(allowed_s):
                if spec.name not in watched.silent:
                    facts.append(_silent(spec.name, last, allowed_s, usual_s, now))
                watched.silent.add(spec.name)
            else:
                # After a restart the twin's state may hold a silence that is unknown here.
                if spec.name in watched.silent or restarted:
                    facts.append(NewEvent("device.available", {"reason": "silent", "property": spec.name}, now))
                watched.silent.discard(spec.name)
                deadlines.append(last + seconds(allowed_s) + _MICROSECOND)
        self._arm(twin, watched, min(deadlines, default=None))
        if facts:
            with contextlib.suppress(NotFound):  # erased a moment ago: nobody is left to tell it of
                await self._core.execute(RecordFacts(twin, tuple(facts)), CAUSE)

    def _arm(self, twin: str, watched: _Watched, due: datetime | None) -> None:
        if due is not None and due != watched.due:
            heapq.heappush(self._heap, (due, twin))
        watched.due = due

    async def _allowed(
        self, twin: str, watched: _Watched, spec: PropertySpec, last: datetime, now: datetime
    ) -> tuple[float, float | None]:
        """How long it may be silent; learnt from its readings only once the shortest span has passed."""
        floor_s = ON_CHANGE_S if spec.on_change else SHORTEST_S
        if now - last <= seconds(floor_s) or (spec.on_change and not spec.cumulative):
            return floor_s, None
        learnt = watched.usual.get(spec.name)
        # While old readings are brought in, batch after batch, it is learnt anew ever more rarely.
        if learnt is None or watched.heard >= 2 * learnt[0]:
            samples = await self._readings.range(twin, spec.name, _BEGINNING, last + _MICROSECOND, _GAPS + 1)
            learnt = (watched.heard, usual_interval_s([sample.at for sample in samples]))
            watched.usual[spec.name] = learnt
        return allowed_silence_s(spec, learnt[1]), learnt[1]


def speaks(twin_type: TwinType) -> bool:
    """Whether a device stands behind twins of this type; people say how they are when they like."""
    return bool(twin_type.components) or any(spec.device_classes for spec in twin_type.properties.values())


def pulses(twin_type: TwinType, last: Mapping[str, datetime]) -> list[PropertySpec]:
    """The properties whose silence means something, the main one first.

    What speaks only on change counts as alive while the twin says anything; it stands for the twin only
    where it reports nothing regularly.
    """
    reported = [spec for spec in twin_type.properties.values() if spec.name in last]
    reported.sort(key=lambda spec: spec.name != twin_type.main_property)
    regular = [spec for spec in reported if not spec.on_change]
    return regular or reported[:1]


def usual_interval_s(instants: Sequence[datetime]) -> float | None:
    """The median gap between readings, oldest first; None with fewer than two."""
    gaps = [(b - a).total_seconds() for a, b in pairwise(instants)]
    return median(gaps) if gaps else None


def allowed_silence_s(spec: PropertySpec, usual_s: float | None) -> float:
    """max(3 × the usual interval, 6 h); 24 h for what speaks only on change, or has no usual interval yet.

    A counter that is read by hand once a month keeps its own rhythm.
    """
    if spec.on_change:
        return max(3 * (usual_s or 0.0), ON_CHANGE_S) if spec.cumulative else ON_CHANGE_S
    return ON_CHANGE_S if usual_s is None else max(3 * usual_s, SHORTEST_S)


def _silent(name: str, last: datetime, allowed_s: float, usual_s: float | None, now: datetime) -> NewEvent:
    data = {
        "reason": "silent",
        "property": name,
        "last_at": instant_text(last),
        "allowed_s": allowed_s,
        "usual_interval_s": usual_s,
    }
    return NewEvent("device.unavailable", data, now)
