"""The twins as they are stored: loaded when touched, changed one commit at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Conflict
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import (
    Append,
    Batch,
    Bus,
    Document,
    Erasure,
    Readings,
    Reported,
    Store,
    Stored,
    StoredReading,
)
from twin_core.contract.requests import Cause
from twin_core.contract.template import Value
from twin_core.contract.views import TwinView
from twin_core.domain import TwinState, fold_all, twin_view
from twin_core.service.registry import Registry

KIND = "twin"
_SNAPSHOT_EVERY = 500  # events
_TRIES = 4  # of a change that another process got ahead of

A = TypeVar("A")
Values = Mapping[str, tuple[Value, datetime]]


@dataclass(slots=True)
class Change:
    """What becomes of one twin: events for its stream, newest values beside them."""

    before: TwinState
    events: list[NewEvent] = field(default_factory=list)
    values: Values = field(default_factory=dict)


@dataclass(slots=True)
class Work(Generic[A]):
    """What one command wants stored, all of it or nothing, and what it answers once that is done."""

    answer: Callable[[Mapping[str, TwinState]], A]  # from the states after the commit
    changes: list[Change] = field(default_factory=list)
    readings: list[StoredReading] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    done: list[Callable[[], None]] = field(default_factory=list)  # run once it is stored
    failed: Callable[[], None] = lambda: None  # forgets what was moved along while planning


class Ledger:
    """States of twins in a bounded memory, and the one way to change them.

    Changes of this process follow one another; where another process was faster, the change is decided
    anew on what it left. Notices are published after the commit, in the order of the commits.
    """

    def __init__(self, store: Store, readings: Readings, bus: Bus, registry: Registry, memory: int = 20_000) -> None:
        self._store = store
        self._readings = readings
        self._bus = bus
        self._registry = registry
        self._memory = memory
        self._states: OrderedDict[str, TwinState] = OrderedDict()
        self._lock = asyncio.Lock()

    async def load_registry(self) -> None:
        async for _, doc in self._store.scan(KIND):
            self._registry.put(_read_view(doc))

    async def state(self, twin: str) -> TwinState:
        """The present state: snapshot, the events after it, the latest readings. Version 0 for a new twin."""
        if (known := self._states.get(twin)) is not None:
            self._states.move_to_end(twin)
            return known
        loaded = await self._load(twin)
        # Whoever changed it while it was being read knows better.
        known = self._states.setdefault(twin, loaded)
        self._forget_oldest()
        return known

    async def past(self, twin: str, at: datetime) -> TwinState:
        """The state at an instant: what had happened by then, whenever it became known.

        Readings may be older than their twin: it is then as it was created. No type: there was nothing yet.
        """
        events, latest = await self._store.read(twin), await self._latest(twin, at)
        known = [event for event in events if event.at <= at]
        if latest or known:
            known = [event for event in events if event.at <= at or event.name == "system.twin_created"]
        return fold_all(known, TwinState(twin)).with_readings(latest)

    async def at_version(self, twin: str, version: int) -> TwinState:
        """The state after so many events."""
        start = await self._from_snapshot(twin, version)
        # With the event before: a snapshot has a version, but no instant.
        events = await self._store.read(twin, max(start.version - 1, 0), limit=version - max(start.version - 1, 0))
        state = fold_all((event for event in events if event.version > start.version), start)
        # Only numbers: what is told by events is as the events up to this version told it.
        latest = await self._latest(twin, max((event.at for event in events), default=None))
        return state.with_readings({name: known for name, known in latest.items() if type(known[0]) is float})

    async def change(self, plan: Callable[[], Awaitable[Work[A]]], cause: Cause) -> A:
        """Plans on the present states, commits, publishes. Raises what `plan` raises, and Conflict."""
        async with self._lock:
            for tries_left in reversed(range(_TRIES)):
                work = await plan()
                try:
                    after, events = await self._commit(work, cause)
                    break
                except BaseException as error:
                    work.failed()
                    for change in work.changes:
                        self._states.pop(change.before.id, None)
                    if not tries_left or not isinstance(error, Conflict):
                        raise
        notices: list[object] = [Reported(c.before.id, c.values) for c in work.changes if c.values]
        if events:
            notices.append(Stored(events))
        # Not within the lock: whoever hears of it may want a change of its own.
        await self._bus.publish(*notices)
        return work.answer(after)

    async def erase(self, twin: str, tombstone: NewEvent, cause: Cause) -> None:
        """Deletes all there is of a twin; its stream keeps nothing but the fact that it was erased."""
        async with self._lock:
            await self._store.erase(Erasure([twin], [(KIND, twin)]))
            self._states.pop(twin, None)
            self._registry.remove(twin)
            events = await self._store.append(twin, 0, [tombstone], cause)
        await self._bus.publish(Stored(events))

    async def _load(self, twin: str) -> TwinState:
        start = await self._from_snapshot(twin)
        state = fold_all(await self._store.read(twin, start.version), start)
        return state.with_readings(await self._latest(twin))

    async def _from_snapshot(self, twin: str, version: int | None = None) -> TwinState:
        snapshot = await self._store.snapshot(twin, version)
        return TwinState.from_json(snapshot.state) if snapshot else TwinState(twin)

    async def _latest(self, twin: str, before: datetime | None = None) -> Values:
        latest = await self._readings.latest(twin, before)
        return {name: (sample.last, sample.at) for name, sample in latest.items()}

    async def _commit(self, work: Work[A], cause: Cause) -> tuple[dict[str, TwinState], list[Event]]:
        after: dict[str, TwinState] = {}
        appends: list[Append] = []
        documents = list(work.documents)
        for change in work.changes:
            state = after[change.before.id] = _after(change, cause)
            if change.events:
                due = state.version // _SNAPSHOT_EVERY > change.before.version // _SNAPSHOT_EVERY
                snapshot = state.to_json() if due else None
                appends.append(Append(state.id, change.before.version, change.events, snapshot))
                documents.append(Document(KIND, state.id, _write_view(twin_view(state))))
        events: list[Event] = []
        if appends or work.readings or documents:
            events = await self._store.commit(Batch(appends, work.readings, documents, cause))
        for change in work.changes:
            state = after[change.before.id]
            self._states[state.id] = state
            self._states.move_to_end(state.id)
            if change.events:
                self._registry.put(twin_view(state))
        for done in work.done:
            done()
        self._forget_oldest()
        return after, events

    def _forget_oldest(self) -> None:
        while len(self._states) > self._memory:
            self._states.popitem(last=False)


def _after(change: Change, cause: Cause) -> TwinState:
    """As the store will number the events, so that the state need not be read again."""
    state, version = change.before, change.before.version
    if change.events:
        events = (
            Event(state.id, version + n, new.name, new.at, new.data, cause.actor, cause.trace)
            for n, new in enumerate(change.events, start=1)
        )
        state = fold_all(events, state)
    return state.with_readings(change.values) if change.values else state


def _write_view(view: TwinView) -> dict[str, Any]:
    created_at = instant_text(view.created_at) if view.created_at else None
    return {**asdict(view), "aliases": list(view.aliases), "created_at": created_at}


def _read_view(doc: Mapping[str, Any]) -> TwinView:
    created_at = doc["created_at"]
    view = TwinView(**{**doc, "aliases": tuple(doc["aliases"]), "created_at": None})
    return replace(view, created_at=parse_instant(created_at)) if created_at else view
