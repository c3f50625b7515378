"""Taking away for good: the only place where facts are deleted, or told of somebody else."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from twin_core.contract.ports import ERASED, Erasure
from twin_core.store import documents as documents_
from twin_core.store import events as events_
from twin_core.store.tables import due, events, readings, series, snapshots

_AT_ONCE = 500  # names in one statement


def carry_out(connection: sa.Connection, erasure: Erasure, documents: Sequence[documents_.Checked]) -> None:
    """All of it, within the transaction of this connection. Raises Conflict."""
    events_.take_turn(connection)
    for streams in _parts(erasure.streams):
        theirs = sa.select(series.c.id).where(series.c.twin.in_(streams))
        connection.execute(sa.delete(events).where(events.c.stream.in_(streams)))
        connection.execute(sa.delete(snapshots).where(snapshots.c.stream.in_(streams)))
        connection.execute(sa.delete(readings).where(readings.c.series_id.in_(theirs)))
        connection.execute(sa.delete(series).where(series.c.twin.in_(streams)))
    for lanes in _parts(erasure.lanes):
        connection.execute(sa.delete(due).where(due.c.lane.in_(lanes)))
    for actors in _parts(erasure.actors):
        connection.execute(sa.update(events).where(events.c.actor.in_(actors)).values(actor=ERASED))
    documents_.write(connection, documents)


def _parts(names: Collection[str]) -> Iterator[Sequence[str]]:
    every = list(names)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
