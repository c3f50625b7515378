"""Records as people see them: one event for all its copies, with what their settings add. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import EventView, PersonSettings
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.tasks import OWN, TaskView
from twin_core.planning.clashes import is_called_off
from twin_core.planning.local_time import due_at, is_day, starts_at
from twin_core.planning.people import People
from twin_core.planning.records import EventRecord, TaskRecord

# Nobody travels to these.
_ONLINE = re.compile(r"https?:|\b(online|zoom|teams|meet|webex|skype|phone|call|video|remote|virtual)\b", re.IGNORECASE)


def task_view(task: TaskRecord, people: People) -> TaskView:
    zone = ZoneInfo(people.settings(task.owner).zone)
    due = task.due
    return TaskView(
        id=task.id,
        title=task.title,
        done=task.done,
        due=None if due is None else due_at(due, zone),
        due_on=None if due is None or isinstance(due, datetime) else due,
        priority=task.priority,
        estimate_s=task.estimate_s,
        owner=task.owner,
        source=task.source,
        url=task.url,
        notes=task.notes,
        version=task.version,
        created_at=task.created_at,
        started_at=task.started_at,
        completed_at=task.completed_at,
    )


def event_view(copies: Sequence[EventRecord], people: People, series: EventRecord | None = None) -> EventView:
    """One view of the copies of an event: the copy that is changed first gives what they differ in.

    `series`: the series of our own that it is an occurrence of. Whatever changes either, the version grows.
    """
    ranked = sorted(copies, key=_precedence)
    first = ranked[0]
    person = people.settings(first.owner)
    zone = ZoneInfo(person.zone)
    called_off = is_called_off(first.title) or (series is not None and series.status == "cancelled")
    status = "cancelled" if called_off else first.status
    return EventView(
        id=first.id,
        title=first.title,
        start=starts_at(first.start, zone),
        end=starts_at(first.end, zone),
        all_day=is_day(first.start),
        status=status,
        busy=first.busy and status != "cancelled",
        location=first.location,
        organizer=first.organizer,
        attendees=first.attendees,
        owner=first.owner,
        source=first.source,
        sources=tuple(copy.source for copy in ranked),
        writable=first.writable,
        uid=first.uid,
        recurrence_id=first.recurrence_id,
        series=first.series,
        recurrence=first.recurrence,
        travel_s=_travel(first, person),
        preparation_s=_preparation(first, person),
        url=first.url,
        notes=first.notes,
        version=first.version + (series.version if series else 0),
    )


def merged(records: Iterable[EventRecord], people: People) -> list[list[EventRecord]]:
    """Copies of one event together: of one id, or in different sources by the same title at the same time."""
    by_id: dict[str, list[EventRecord]] = {}
    for record in records:
        by_id.setdefault(record.id, []).append(record)
    groups: dict[tuple[object, ...], list[list[EventRecord]]] = {}
    for copies in by_id.values():
        first = min(copies, key=_precedence)
        alike = (first.owner, " ".join(first.title.casefold().split()), first.start, first.end)
        own = groups.setdefault(alike, [])
        sources = {copy.source for copy in copies}
        other = next((group for group in own if not sources & {copy.source for copy in group}), None)
        if other is None:
            own.append(copies)
        else:
            other += copies
    return [group for same in groups.values() for group in same]


def canonical_recurrence_id(text: str) -> str:
    """One spelling for all sources: a date, or an instant in UTC. Raises Rejected."""
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        digits = text.replace("-", "")
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        return instant_text(parse_instant(text))
    except Rejected as error:
        raise Rejected(f"{text[:60]!r} names no occurrence.", code="bad_recurrence_id", hint=error.hint) from error


def _precedence(copy: EventRecord) -> tuple[object, ...]:
    """Ours, then those that can be changed; cancelled ones last; then the one changed latest."""
    age = -copy.modified_at.timestamp() if copy.modified_at else 0.0
    return (copy.status == "cancelled", copy.source != OWN, not copy.writable, age, copy.source, copy.id)


def _travel(event: EventRecord, person: PersonSettings) -> float:
    if event.travel_s is not None:
        return event.travel_s
    return person.travel_s if event.location and not _ONLINE.search(event.location) else 0.0


def _preparation(event: EventRecord, person: PersonSettings) -> float:
    if event.preparation_s is not None:
        return event.preparation_s
    return person.preparation_s if event.attendees else 0.0
