"""All tasks, events and sources in memory, and the one way to change them: a commit with its facts."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from twin_core.contract.errors import Conflict
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Document, PlanChanged, Store, Stored
from twin_core.contract.requests import Cause
from twin_core.planning.calendar import Calendar
from twin_core.planning.records import EventRecord, SourceRecord, TaskRecord

A = TypeVar("A")
AnyRecord = TaskRecord | EventRecord | SourceRecord
_RESTORABLE = timedelta(days=30)
_TRIES = 3  # of a change that another process got ahead of


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one record; `gone` takes its document away."""

    record: AnyRecord
    facts: Sequence[NewEvent] = ()
    gone: bool = False


@dataclass(slots=True)
class Work:
    """What one command wants stored, all of it or nothing. A `blind` one replaces whatever is stored."""

    changes: list[Change] = field(default_factory=list)
    blind: bool = False


class Plan:
    """Changes of this process follow one another; where another process was faster, they are decided anew."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._lock = asyncio.Lock()
        self.tasks: dict[str, TaskRecord] = {}
        self.sources: dict[str, SourceRecord] = {}
        self.calendar = Calendar()
        self._facts: dict[str, int] = {}  # versions of streams that are ahead of their record

    async def load(self, now: datetime) -> None:
        """Takes up what is stored; what was deleted long ago cannot be restored any more, and goes."""
        gone: list[Document] = []
        for kind in (TaskRecord, EventRecord):
            async for key, doc in self._store.scan(kind.kind):
                record = kind.from_json(doc)
                if record.deleted_at is not None and record.deleted_at < now - _RESTORABLE:
                    gone.append(Document(kind.kind, key, None))
                else:
                    self._put(record)
        async for _, doc in self._store.scan(SourceRecord.kind):
            self._put(SourceRecord.from_json(doc))
        if gone:
            await self._store.commit(Batch(documents=gone))

    def tasks_of(self, source: str) -> list[TaskRecord]:
        """Those that a source holds."""
        return [task for task in self.tasks.values() if task.source == source]

    async def change(self, decide: Callable[[], tuple[Work, A]], cause: Cause) -> A:
        """Decides on the present records, commits, publishes. Raises what `decide` raises, and Conflict."""
        async with self._lock:
            for tries_left in reversed(range(_TRIES)):
                work, answer = decide()
                if not work.changes:
                    return answer
                try:
                    events = await self._commit(work, cause)
                    break
                except Conflict as error:
                    await self._reload(work, error)
                    if not tries_left:
                        raise
        notices: list[object] = [Stored(events)] if events else []
        changed = _told(work.changes)
        notices += [changed] if changed.tasks or changed.events else []
        # Not within the lock: whoever hears of it may want a change of its own.
        await self._bus.publish(*notices)
        return answer

    async def forget(self, person: str) -> None:
        """Lets go of all that is this person's, deleted or not."""

        def decide() -> tuple[Work, None]:
            held: list[AnyRecord] = [*self.tasks.values(), *self.calendar.all(), *self.sources.values()]
            gone = [Change(record, gone=True) for record in held if record.owner == person]
            return Work(gone, blind=True), None

        await self.change(decide, Cause())

    async def _commit(self, work: Work, cause: Cause) -> list[Event]:
        documents: list[Document] = []
        appends: list[Append] = []
        after: list[AnyRecord] = []
        streams: dict[str, int] = {}
        for change in work.changes:
            record = change.record
            version = streams.get(record.stream, self._facts.get(record.stream, record.facts))
            if change.facts:
                appends.append(Append(record.stream, version, change.facts))
                streams[record.stream] = version + len(change.facts)
            stored = record.stored(record.version + 1, version + len(change.facts))
            after.append(stored)
            expected = None if work.blind else record.version
            documents.append(Document(record.kind, record.key, None if change.gone else stored.to_json(), expected))
        events = await self._store.commit(Batch(appends, (), documents, cause))
        for stream in streams:
            self._facts.pop(stream, None)
        for change, stored in zip(work.changes, after, strict=True):
            if change.gone:
                self._drop(stored)
            else:
                self._put(stored)
        return events

    async def _reload(self, work: Work, conflict: Conflict) -> None:
        if (stream := conflict.details.get("stream")) and (version := conflict.details.get("version")):
            self._facts[stream] = version
        for record in (change.record for change in work.changes):
            found = await self._store.get(record.kind, record.key)
            if found is None:
                self._drop(record)
            else:
                self._put(type(record).from_json(found[0]))

    def _put(self, record: AnyRecord) -> None:
        if isinstance(record, TaskRecord):
            self.tasks[record.id] = record
        elif isinstance(record, EventRecord):
            self.calendar.put(record)
        else:
            self.sources[record.key] = record

    def _drop(self, record: AnyRecord) -> None:
        if isinstance(record, TaskRecord):
            self.tasks.pop(record.id, None)
        elif isinstance(record, EventRecord):
            self.calendar.drop(record)
        else:
            self.sources.pop(record.key, None)


def _told(changes: Iterable[Change]) -> PlanChanged:
    records = [change.record for change in changes]
    tasks = dict.fromkeys(record.id for record in records if isinstance(record, TaskRecord))
    events = dict.fromkeys(record.id for record in records if isinstance(record, EventRecord))
    return PlanChanged(tuple(tasks), tuple(events))
