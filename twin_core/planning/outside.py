"""Between records and what connectors hand over or write back; and which writer serves which source."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.agenda import When
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import NotFound, Rejected, Unavailable
from twin_core.contract.mirroring import CalendarWriter, Occurrence, OutsideTask, TaskWriter
from twin_core.planning.records import EventRecord, SourceRecord, TaskRecord
from twin_core.planning.series import occurrence_id
from twin_core.planning.views import canonical_recurrence_id

_TITLE, _TEXT = 500, 20_000  # characters that are kept
_LONGEST = timedelta(days=3660)
UNTITLED = "(no title)"


class Writers:
    """mirroring.Writers: the writers that are registered now, by source."""

    def __init__(self) -> None:
        self.calendars: dict[str, CalendarWriter] = {}
        self.tasks: dict[str, TaskWriter] = {}

    def write_events(self, writer: CalendarWriter) -> None:
        self.calendars[writer.source] = writer

    def write_tasks(self, writer: TaskWriter) -> None:
        self.tasks[writer.source] = writer

    def unregister(self, source: str) -> None:
        self.calendars.pop(source, None)
        self.tasks.pop(source, None)

    def check_named(self, source: str, mirrored: Iterable[SourceRecord]) -> None:
        """Raises NotFound for a source that is neither connected nor was ever mirrored."""
        if source not in self.calendars | self.tasks and all(known.source != source for known in mirrored):
            raise NotFound(
                f"There is no source {source[:80]!r}.",
                code="unknown_source",
                hint="GET /sources lists them; leave `source` out to keep it here.",
            )

    def calendar(self, source: str) -> CalendarWriter:
        """Raises Unavailable where nothing is connected for it."""
        if source not in self.calendars:
            raise _not_connected(source)
        return self.calendars[source]

    def task_list(self, source: str) -> TaskWriter:
        """Raises Unavailable where nothing is connected for it."""
        if source not in self.tasks:
            raise _not_connected(source)
        return self.tasks[source]


def event_id(owner: str, uid: str, recurrence_id: str | None) -> str:
    """The id that an outside event has here, the same for all sources of a person."""
    base = f"event_{_digest(owner, uid)}"
    return occurrence_id(base, recurrence_id) if recurrence_id else base


def event_record(told: Occurrence, source: str, owner: str) -> EventRecord:
    """Raises Rejected for one that cannot be: no uid, no zone, an end before its start."""
    if not told.uid.strip():
        raise Rejected("The event has no UID.", code="no_uid")
    start, end = _checked(told.start), _checked(told.end)
    check_span(start, end)
    recurrence_id = canonical_recurrence_id(told.recurrence_id) if told.recurrence_id else None
    return EventRecord(
        id=event_id(owner, told.uid, recurrence_id),
        uid=told.uid,
        title=_line(told.title),
        owner=owner,
        start=start,
        end=end,
        source=source,
        series=event_id(owner, told.uid, None) if recurrence_id else None,
        recurrence_id=recurrence_id,
        recurrence=told.recurrence,
        status=told.status,
        busy=told.busy,
        location=_line(told.location) if told.location else None,
        organizer=told.organizer,
        attendees=tuple(told.attendees)[:200],
        travel_s=told.travel_s,
        url=told.url,
        notes=told.notes[:_TEXT],
        ref=told.ref,
        etag=told.etag,
        modified_at=told.modified_at,
        writable=told.writable,
    )


def occurrence_of(record: EventRecord) -> Occurrence:
    """The record as its source knows it."""
    return Occurrence(
        uid=record.uid,
        title=record.title,
        start=record.start,
        end=record.end,
        ref=record.ref,
        etag=record.etag,
        recurrence_id=record.recurrence_id,
        recurrence=record.recurrence,
        status=record.status,
        busy=record.busy,
        location=record.location,
        organizer=record.organizer,
        attendees=record.attendees,
        url=record.url,
        notes=record.notes,
        travel_s=record.travel_s,
        modified_at=record.modified_at,
        writable=record.writable,
    )


def task_record(told: OutsideTask, source: str, owner: str, now: datetime) -> TaskRecord:
    """Raises Rejected for one without a ref, or with a due time without a zone."""
    if not told.ref.strip():
        raise Rejected("The task has no id in its source.", code="no_ref")
    return TaskRecord(
        id=f"task_{_digest(source, told.ref)}",
        title=_line(told.title),
        owner=owner,
        created_at=told.created_at or now,
        source=source,
        done=told.done,
        due=_checked(told.due) if told.due is not None else None,
        priority=told.priority,
        estimate_s=told.estimate_s,
        notes=told.notes[:_TEXT],
        url=told.url,
        started_at=told.started_at,
        completed_at=told.completed_at,
        ref=told.ref,
        etag=told.etag,
        modified_at=told.modified_at,
        writable=told.writable,
    )


def outside_task(record: TaskRecord) -> OutsideTask:
    """The record as its source knows it."""
    return OutsideTask(
        ref=record.ref,
        title=record.title,
        done=record.done,
        due=record.due,
        priority=record.priority,
        estimate_s=record.estimate_s,
        notes=record.notes,
        url=record.url,
        etag=record.etag,
        created_at=record.created_at,
        started_at=record.started_at,
        completed_at=record.completed_at,
        modified_at=record.modified_at,
        writable=record.writable,
    )


def kept_task(told: TaskRecord, known: TaskRecord) -> TaskRecord:
    """What the source says, with what only we know of it."""
    return replace(
        told,
        created_at=known.created_at,
        estimate_s=told.estimate_s if told.estimate_s is not None else known.estimate_s,
        started_at=told.started_at or known.started_at,
        completed_at=told.completed_at or (known.completed_at if told.done else None),
        version=known.version,
        facts=known.facts,
    )


def kept_event(told: EventRecord, known: EventRecord) -> EventRecord:
    """What the source says, with what only we know of it."""
    return replace(
        told,
        travel_s=told.travel_s if told.travel_s is not None else known.travel_s,
        preparation_s=known.preparation_s,
        version=known.version,
        facts=known.facts,
    )


def elsewhere(title: str, now: Occurrence | OutsideTask | None) -> dict[str, Any]:
    """What is told of a change that was made in a source meanwhile."""
    changed_at = now.modified_at if now else None
    return {"source": title, "changed_at": instant_text(changed_at) if changed_at else None}


def check_span(start: When, end: When) -> None:
    """Raises Rejected unless both are instants or both days, in order, and not longer than ten years."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        length, least = end - start, timedelta()
    elif not isinstance(start, datetime) and not isinstance(end, datetime):
        length, least = end - start, timedelta(days=1)
    else:
        raise Rejected("One of start and end is a day, the other an instant.", code="bad_span", hint="Give two alike.")
    if length < least:
        raise Rejected("It ends before it begins.", code="bad_span", hint="Give an end after the start.")
    if length > _LONGEST:
        raise Rejected("It is longer than ten years.", code="bad_span", hint="Give an end nearer to the start.")


def _checked(when: When) -> When:
    if isinstance(when, datetime) and when.tzinfo is None:
        raise Rejected(f"{when.isoformat()} has no time zone.", code="bad_instant")
    return when


def _line(text: str) -> str:
    return " ".join(text.split())[:_TITLE] or UNTITLED


def _digest(*parts: str) -> str:
    text = "\0".join(parts).encode(errors="surrogatepass")
    return hashlib.sha256(text).hexdigest()[:24]


def _not_connected(source: str) -> Unavailable:
    return Unavailable(
        f"{source} is not connected now, so nothing can be changed there.",
        code="source_not_connected",
        hint="Connect it again, or wait until it answers.",
    )
