"""Taking over what outside calendars and task lists hold: what is new, changed or gone since the last time."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from twin_core.contract import mirroring as m
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound, PolluxError, Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import OWN
from twin_core.contract.views import RowError
from twin_core.planning.local_time import starts_at
from twin_core.planning.outside import Writers, event_record, kept_event, kept_task, task_record
from twin_core.planning.people import People, may_change
from twin_core.planning.plan import Change, Plan, Work
from twin_core.planning.records import EventRecord, SourceRecord, TaskRecord

R = TypeVar("R", TaskRecord, EventRecord)
_ERRORS = 100  # that are told one by one
Held = Literal["calendar", "tasks"]


@dataclass(slots=True)
class _Difference:
    """What a source holds against what is known of it."""

    changes: list[Change] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def take(self, told: R, known: R | None, kept: Callable[[R, R], R]) -> None:
        after = told if known is None else kept(told, known)
        if after == known:
            self.unchanged += 1
            return
        self.changes.append(Change(after))
        if known is None or known.deleted_at is not None:
            self.added += 1
        else:
            self.changed += 1

    def drop(self, record: TaskRecord | EventRecord) -> None:
        self.changes.append(Change(record, gone=True))
        self.removed += 1

    def report(self) -> m.MirrorReport:
        errors = tuple(self.errors[:_ERRORS])
        return m.MirrorReport(self.added, self.changed, self.removed, self.unchanged, errors)


class Mirror:
    """Commands of connectors, and what sources there are."""

    def __init__(self, plan: Plan, people: People, writers: Writers, clock: Clock) -> None:
        self._plan = plan
        self._people = people
        self._writers = writers
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            m.MirrorEvents: self._events,
            m.MirrorTasks: self._tasks,
            m.ForgetSource: self._forget,
            m.ListSources: self._list,
        }

    async def _events(self, command: m.MirrorEvents, cause: Cause) -> m.MirrorReport:
        _check_source(command.source)
        found = _Difference()
        told = _read(command.occurrences, found, lambda one: event_record(one, command.source, command.owner))
        uids = None if command.uids is None else set(command.uids)

        def decide() -> tuple[Work, m.MirrorReport]:
            difference = _Difference(errors=found.errors)
            known = self._plan.calendar.of_source(command.source)
            for key, record in told.items():
                difference.take(record, known.get(key), kept_event)
            zone = ZoneInfo(self._people.settings(command.owner).zone)
            for key, record in known.items():
                asked = uids is None or record.uid in uids
                inside = (
                    starts_at(record.start, zone) < command.end
                    and starts_at(record.end, zone) >= command.start
                    and record.deleted_at is None
                )
                if asked and inside and key not in told:
                    difference.drop(record)
            return self._noted(difference, command, "calendar")

        return await self._plan.change(decide, cause)

    async def _tasks(self, command: m.MirrorTasks, cause: Cause) -> m.MirrorReport:
        _check_source(command.source)
        found, now = _Difference(), self._clock.now()
        told = _read(command.tasks, found, lambda one: task_record(one, command.source, command.owner, now))
        refs = None if command.refs is None else set(command.refs)

        def decide() -> tuple[Work, m.MirrorReport]:
            difference = _Difference(errors=found.errors)
            known = {task.key: task for task in self._plan.tasks_of(command.source)}
            for key, record in told.items():
                difference.take(record, known.get(key), kept_task)
            for key, record in known.items():
                asked = refs is None or record.ref in refs
                if asked and record.deleted_at is None and key not in told:
                    difference.drop(record)
            return self._noted(difference, command, "tasks")

        return await self._plan.change(decide, cause)

    def _noted(
        self, difference: _Difference, command: m.MirrorEvents | m.MirrorTasks, holds: Held
    ) -> tuple[Work, m.MirrorReport]:
        """With what is known of the source itself; where nothing changed, only when it was looked at last."""
        report = difference.report()
        key = f"{holds}/{command.source}"
        known = self._plan.sources.get(key)
        title = command.title or (known.title if known else command.source)
        source = SourceRecord(source=command.source, holds=holds, title=title, owner=command.owner)
        if known is not None:
            source = replace(source.stored(known.version, known.facts), mirrored_at=known.mirrored_at)
        if not difference.changes and source == known:
            self._plan.sources[key] = replace(known, mirrored_at=self._clock.now())
            return Work(), report
        now = self._clock.now()
        counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
        fact = NewEvent("source.mirrored", {"owner": command.owner, "holds": holds, **counts}, now)
        noted = Change(replace(source, mirrored_at=now), [fact])
        return Work([*difference.changes, noted], blind=True), report

    async def _forget(self, command: m.ForgetSource, cause: Cause) -> m.MirrorReport:
        def decide() -> tuple[Work, m.MirrorReport]:
            held: list[TaskRecord | EventRecord] = [
                *self._plan.calendar.of_source(command.source).values(),
                *self._plan.tasks_of(command.source),
            ]
            records = [record for record in held if may_change(record.owner, cause)]
            known = [source for source in self._plan.sources.values() if source.source == command.source]
            sources = [source for source in known if may_change(source.owner, cause)]
            if command.source == OWN or not (records or sources):
                raise NotFound(f"There is no source {command.source[:80]!r}.", code="unknown_source")
            removed = sum(record.deleted_at is None for record in records)
            changes = [Change(record, gone=True) for record in records]
            for source in sources:
                data = {"owner": source.owner, "holds": source.holds, "removed": removed}
                fact = NewEvent("source.forgotten", data, self._clock.now())
                changes.append(Change(source, [fact], gone=True))
            return Work(changes, blind=True), m.MirrorReport(0, 0, removed, 0)

        return await self._plan.change(decide, cause)

    async def _list(self, query: m.ListSources) -> tuple[m.SourceView, ...]:
        views = [
            m.SourceView(
                id=source.source,
                title=source.title,
                owner=source.owner,
                kind=source.holds,
                items=self._count(source),
                writable=source.source
                in (self._writers.calendars if source.holds == "calendar" else self._writers.tasks),
                mirrored_at=source.mirrored_at,
            )
            for source in self._plan.sources.values()
            if query.owner in (None, source.owner)
        ]
        return tuple(sorted(views, key=lambda view: (view.title.casefold(), view.kind)))

    def _count(self, source: SourceRecord) -> int:
        held: Iterable[TaskRecord | EventRecord] = self._plan.tasks_of(source.source)
        if source.holds == "calendar":
            held = self._plan.calendar.of_source(source.source).values()
        return sum(record.deleted_at is None for record in held)


def _read(rows: Sequence[Any], found: _Difference, read: Callable[[Any], R]) -> dict[str, R]:
    """By key; rows that cannot be taken are noted, the others are kept."""
    records: dict[str, R] = {}
    for row, told in enumerate(rows):
        try:
            record = read(told)
        except PolluxError as error:
            found.errors.append(RowError(row, error.code, str(error)))
            continue
        records[record.key] = record
    return records


def _check_source(source: str) -> None:
    if not source.strip() or source == OWN or len(source) > 200:
        raise Rejected(f"{source[:80]!r} cannot be the id of a source.", code="bad_source")
