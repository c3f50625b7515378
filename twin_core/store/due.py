"""Due work: put on the list with whatever causes it, claimed by one worker at a time, taken off when it is done."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from twin_core.contract import ids
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Claimed, Due
from twin_core.readings.tables import insert
from twin_core.readings.values import checked_text, from_microseconds, to_microseconds
from twin_core.store.encoding import plain
from twin_core.store.tables import due

_CLAIMING = 0x504F4C4C555A  # not the lock of those who append: neither waits for the other
_KEYS_AT_ONCE = 5000  # in one statement; SQLite allows 32 766 parameters
_COLUMNS = (due.c.kind, due.c.key, due.c.due_us, due.c.lane, due.c.doc, due.c.attempt)


def check(batch: Sequence[Due]) -> list[Due]:
    """In the order of their keys, as documents. Raises Rejected for what cannot be stored."""
    for each in batch:
        checked_text(each.kind), checked_text(each.key), checked_text(each.lane)
        plain(each.doc, f"{each.kind} {each.key}")
    return sorted(batch, key=lambda each: (each.kind, each.key))


def write(connection: sa.Connection, batch: Sequence[Due]) -> None:
    """Writes what check() answered. Raises Conflict where a claim that it ends has passed to somebody else."""
    for (kind, lease), ended in groupby(sorted(batch, key=_claim_of), key=_claim_of):
        keys = {each.key for each in ended if lease or each.at is None}
        for some in (sorted(keys)[n : n + _KEYS_AT_ONCE] for n in range(0, len(keys), _KEYS_AT_ONCE)):
            _take_off(connection, kind, lease, some)
    if new := [_row(each) for each in batch if each.at is not None]:
        statement = insert(connection.dialect.name, due)
        columns = ("due_us", "lane", "lease", "leased_until_us", "attempt", "doc")
        changed = {name: statement.excluded[name] for name in columns}
        connection.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=changed), new)


def claim(connection: sa.Connection, kind: str, now: datetime, until: datetime, limit: int) -> list[Claimed]:
    """Claims are made one after another: two at once could part the work of a lane between them."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMING)))
    now_us, lease = to_microseconds(now), ids.new_id("lease")
    over = sa.and_(due.c.kind == kind, due.c.leased_until_us <= now_us)
    connection.execute(sa.update(due).where(over).values(lease=None, leased_until_us=None))
    worked_on = sa.select(due.c.lane).where(due.c.kind == kind, due.c.leased_until_us.is_not(None), due.c.lane != "")
    waiting = sa.and_(due.c.kind == kind, due.c.leased_until_us.is_(None), due.c.due_us <= now_us)
    earliest = sa.select(due.c.key, due.c.lane).where(waiting, due.c.lane.not_in(worked_on))
    first = connection.execute(earliest.order_by(due.c.due_us, due.c.key).limit(limit)).all()
    if not first:
        return []
    lanes = {row.lane for row in first if row.lane}
    ours = sa.or_(due.c.lane.in_(lanes), due.c.key.in_([row.key for row in first if not row.lane]))
    taken = {"lease": lease, "leased_until_us": to_microseconds(until), "attempt": due.c.attempt + 1}
    # A lane is claimed whole: nobody else could work on the rest of it meanwhile.
    rows = connection.execute(sa.update(due).where(waiting, ours).values(taken).returning(*_COLUMNS))
    return [_claimed(row, lease) for row in sorted(rows, key=lambda row: (row.due_us, row.key))]


def renew(connection: sa.Connection, kind: str, lease: str, until: datetime) -> None:
    """What is left of a claim is ours for longer."""
    left = sa.and_(due.c.kind == kind, due.c.leased_until_us.is_not(None), due.c.lease == lease)
    connection.execute(sa.update(due).where(left).values(leased_until_us=to_microseconds(until)))


def next_due(connection: sa.Connection, kind: str) -> datetime | None:
    first = sa.select(sa.func.min(due.c.due_us)).where(due.c.kind == kind, due.c.leased_until_us.is_(None))
    ends = sa.select(sa.func.min(due.c.leased_until_us)).where(due.c.kind == kind, due.c.leased_until_us.is_not(None))
    found = [us for query in (first, ends) if (us := connection.execute(query).scalar()) is not None]
    return from_microseconds(min(found)) if found else None


def _take_off(connection: sa.Connection, kind: str, lease: str, keys: Sequence[str]) -> None:
    """What a claim ends; without one, whatever it is."""
    these = sa.and_(due.c.kind == kind, due.c.key.in_(keys))
    ours = sa.and_(these, due.c.lease == lease) if lease else these
    done = connection.execute(sa.delete(due).where(ours))
    if lease and done.rowcount < len(keys):
        raise Conflict(
            f"{kind} {', '.join(keys[:3])}: somebody else works on it by now.",
            code="lease_lost",
            hint="Leave it to them.",
        )


def _claim_of(each: Due) -> tuple[str, str]:
    return each.kind, each.lease or ""


def _row(each: Due) -> dict[str, Any]:
    fresh = {"lease": None, "leased_until_us": None, "attempt": 0}
    at_us = to_microseconds(each.at) if each.at else 0
    return {"kind": each.kind, "key": each.key, "due_us": at_us, "lane": each.lane, "doc": dict(each.doc), **fresh}


def _claimed(row: Any, lease: str) -> Claimed:
    return Claimed(row.kind, row.key, from_microseconds(row.due_us), row.lane, row.doc, row.attempt, lease)
