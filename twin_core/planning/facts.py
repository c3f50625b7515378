"""What a change means as facts for the stream: ids, instants and names of fields, never what was written. Pure."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract.events import NewEvent
from twin_core.planning.local_time import due_at, when_text
from twin_core.planning.records import EventRecord, TaskRecord

# Told by a fact of their own, or of no interest to a person.
_APART = {"done", "started_at", "completed_at", "deleted_at", "status", "start", "end"}
_INNER = {"version", "facts", "ref", "etag", "modified_at", "uid", "zone"}


def task_facts(before: TaskRecord | None, after: TaskRecord, at: datetime, zone: ZoneInfo) -> list[NewEvent]:
    """Nothing where nothing changed."""
    told: dict[str, dict[str, Any]] = {}
    if before is None:
        told["task.created"] = {"source": after.source, "due": when_text(after.due) if after.due else None}
        if after.done:
            told["task.completed"] = {}
    elif (before.deleted_at is None) != (after.deleted_at is None):
        told["task.deleted" if after.deleted_at else "task.restored"] = {}
    else:
        changed = _changed(before, after)
        if before.due and after.due and due_at(after.due, zone) > due_at(before.due, zone):
            told["task.delayed"] = {"due": when_text(after.due), "before": when_text(before.due)}
            changed.remove("due")
        if changed:
            told["task.changed"] = {"fields": changed}
        if after.started_at and not before.started_at:
            told["task.started"] = {}
        if before.done != after.done:
            told["task.completed" if after.done else "task.reopened"] = {}
    return [NewEvent(name, {"owner": after.owner, **data}, at) for name, data in told.items()]


def event_facts(before: EventRecord | None, after: EventRecord, at: datetime) -> list[NewEvent]:
    """Nothing where nothing changed. A changed occurrence of a series begins as `before` by its rule."""
    told: dict[str, dict[str, Any]] = {}
    span = {"start": when_text(after.start), "end": when_text(after.end)}
    if before is None:
        told["event.created"] = {"source": after.source, **span}
    elif (before.deleted_at is None) != (after.deleted_at is None):
        told["event.deleted" if after.deleted_at else "event.restored"] = {}
    else:
        if (before.start, before.end) != (after.start, after.end):
            was = {"start": when_text(before.start), "end": when_text(before.end)}
            told["event.moved"] = {**span, "before": was}
        if before.status != after.status:
            called_off = {before.status, after.status} & {"cancelled"}
            name = "event.cancelled" if after.status == "cancelled" else "event.restored"
            told[name if called_off else "event.changed"] = {} if called_off else {"fields": ["status"]}
        if changed := _changed(before, after):
            told["event.changed"] = {"fields": changed}
    return [NewEvent(name, {"owner": after.owner, **data}, at) for name, data in told.items()]


def _changed(before: TaskRecord | EventRecord, after: TaskRecord | EventRecord) -> list[str]:
    names = (field.name for field in fields(after) if field.name not in _APART | _INNER)
    return [name for name in names if getattr(before, name) != getattr(after, name)]
