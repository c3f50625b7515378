"""Taking away for good: the only place where facts are deleted, or told of somebody else."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from twin_core.contract.ports import ERASED, Erasure
from twin_core.store import documents as documents_
from twin_core.store import events as events_
from twin_core.store.tables import due, events, readings, series, snapshots
from twin_core.store.upcasters import Upcasters

_AT_ONCE = 500  # names in one statement


def carry_out(
    connection: sa.Connection, erasure: Erasure, documents: Sequence[documents_.Checked], upcasters: Upcasters
) -> None:
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
        # A state that was kept may name them, too: it is made anew of the facts.
        touched = sa.select(events.c.stream).where(events.c.actor.in_(actors)).distinct()
        connection.execute(sa.delete(snapshots).where(snapshots.c.stream.in_(touched)))
        connection.execute(sa.update(events).where(events.c.actor.in_(actors)).values(actor=ERASED))
    for position, data in erasure.retold.items():
        told = {"data": data, "schema": upcasters.current(_name(connection, position))}
        connection.execute(sa.update(events).where(events.c.position == position).values(told))
    documents_.write(connection, documents)


def _name(connection: sa.Connection, position: int) -> str:
    return str(connection.scalar(sa.select(events.c.name).where(events.c.position == position)))


def _parts(names: Collection[str]) -> Iterator[Sequence[str]]:
    every = list(names)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
