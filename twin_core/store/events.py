"""Events and snapshots: checked before they are written, upcast when they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from twin_core.contract.errors import Conflict, Rejected
from twin_core.contract.events import NAMES, Event
from twin_core.contract.ports import Append
from twin_core.contract.requests import Cause
from twin_core.readings.tables import insert
from twin_core.readings.values import checked_text, from_microseconds, to_microseconds
from twin_core.store.encoding import plain
from twin_core.store.tables import events, snapshots
from twin_core.store.upcasters import Upcasters

_APPENDING = 0x504F4C4C5559
# By stream and version: rows come back in any order, and one by one where they must come in order.
_INSERT = sa.insert(events).returning(events.c.stream, events.c.version, events.c.position)
_newest = sa.func.max(events.c.version).label("version")
_ASKED_AT_ONCE = 5000  # streams in one statement; SQLite allows 32 766 parameters


@dataclass(slots=True)
class Appends:
    """What a batch appends, checked and ready to be written. `expected` is by stream."""

    expected: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    snapshots: list[dict[str, Any]] = field(default_factory=list)


def check(appends: Sequence[Append], cause: Cause) -> Appends:
    """Raises Rejected for a name outside the contract or data that cannot be stored, and Conflict."""
    checked, reached = Appends(), dict[str, int]()
    actor, trace = checked_text(cause.actor), checked_text(cause.trace)
    for append in appends:
        stream, version = checked_text(append.stream), append.expected_version
        if reached.get(stream, version) != version:  # a second append to the same stream goes on from the first
            raise _conflict(stream, version, reached[stream])
        checked.expected.setdefault(stream, version)
        for new in append.events:
            if new.name not in NAMES:
                raise Rejected(
                    f"{new.name!r} is no event that may be stored.",
                    code="unknown_event",
                    hint="Add its name to twin_core/contract/events.py first.",
                )
            version += 1
            data, at = plain(new.data, f"{new.name} on {stream}"), from_microseconds(to_microseconds(new.at))
            checked.events.append(Event(stream, version, new.name, at, data, actor, trace))
        reached[stream] = version
        if append.snapshot is not None:
            state = plain(append.snapshot, f"a snapshot of {stream}")
            checked.snapshots.append({"stream": stream, "version": version, "state": state})
    return checked


def write(connection: sa.Connection, appends: Appends, recorded_at: datetime, upcasters: Upcasters) -> list[Event]:
    """The events as they are stored now. Raises Conflict."""
    take_turn(connection)
    found = _versions(connection, list(appends.expected))
    for stream, expected in appends.expected.items():
        if found.get(stream, 0) != expected:
            raise _conflict(stream, expected, found.get(stream, 0))
    stored: list[Event] = []
    if appends.events:
        recorded_us = to_microseconds(recorded_at)
        rows = [_row(event, recorded_us, upcasters.current(event.name)) for event in appends.events]
        try:
            inserted = connection.execute(_INSERT, rows)
        except IntegrityError as error:
            raise _conflict(appends.events[0].stream, appends.events[0].version - 1, None) from error
        positions = {(row.stream, row.version): row.position for row in inserted}
        stored = [replace(event, position=positions[event.stream, event.version]) for event in appends.events]
    if appends.snapshots:
        new = insert(connection.dialect.name, snapshots)
        again = new.on_conflict_do_update(index_elements=["stream", "version"], set_={"state": new.excluded.state})
        connection.execute(again, appends.snapshots)
    return stored


def take_turn(connection: sa.Connection) -> None:
    """Appending transactions of PostgreSQL pass one by one, so that positions are seen in their order.

    Else a reader who has got as far as position 8 would never see 7, handed out before but committed after.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPENDING)))


def select(after: sa.ColumnElement[bool], order: sa.Column[Any], limit: int | None) -> sa.Select[Any]:
    """The query whose rows from_row() understands."""
    return sa.select(events).where(after).order_by(order).limit(limit)


def from_row(row: Any, upcasters: Upcasters) -> Event:
    """The event as today's code knows it. Raises Rejected for one from a newer Pollux."""
    return Event(
        stream=row.stream,
        version=row.version,
        name=row.name,
        at=from_microseconds(row.at_us),
        data=upcasters.upcast(row.name, row.schema, row.data),
        actor=row.actor,
        caused_by=row.caused_by,
        position=row.position,
    )


def _versions(connection: sa.Connection, streams: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(streams), _ASKED_AT_ONCE):
        wanted = events.c.stream.in_(streams[start : start + _ASKED_AT_ONCE])
        query = sa.select(events.c.stream, _newest).where(wanted).group_by(events.c.stream)
        found.update((row.stream, row.version) for row in connection.execute(query))
    return found


def _row(event: Event, recorded_us: int, schema: int) -> dict[str, Any]:
    return {
        "stream": event.stream,
        "version": event.version,
        "name": event.name,
        "schema": schema,
        "at_us": to_microseconds(event.at),
        "recorded_us": recorded_us,
        "actor": event.actor,
        "caused_by": event.caused_by,
        "data": event.data,
    }


def _conflict(stream: str, expected: int, found: int | None) -> Conflict:
    return Conflict(
        f"{stream} was changed in the meantime.",
        hint="Read it again, then decide.",
        details={"stream": stream, "expected": expected, "version": found},
    )
