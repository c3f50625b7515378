"""ports.Store on SQLite or PostgreSQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from twin_core.contract.clock import Clock
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Append, Batch, Claimed, Document, Due, Erasure, Snapshot
from twin_core.contract.requests import Cause
from twin_core.readings import SeriesGone, SeriesWriter, SqlReadings, to_rows
from twin_core.readings.series import Key, Row
from twin_core.store import documents as documents_
from twin_core.store import due as due_
from twin_core.store import erasing
from twin_core.store import events as events_
from twin_core.store.database import Database
from twin_core.store.schema import prepare
from twin_core.store.tables import documents, events, snapshots
from twin_core.store.upcasters import UPCASTERS, Upcasters

_SCANNED_AT_ONCE = 500


async def open_store(
    url: str, clock: Clock, *, timeout_s: float = 10.0, upcasters: Upcasters = UPCASTERS
) -> "SqlStore":
    """The store at this URL, made or brought up to date where needed. Close it with aclose().

    Raises Rejected for a database that Pollux cannot use, Unavailable for one it cannot reach now
    (SQLite: that another program locks for longer than `timeout_s`).
    """
    database = Database(url, timeout_s)
    try:
        await prepare(database)
    except BaseException:
        await database.aclose()
        raise
    return SqlStore(database, clock, upcasters)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A batch that can be written as it is, as often as it takes."""

    appends: events_.Appends
    readings: Mapping[Key, Sequence[Row]]
    documents: Sequence[documents_.Checked]
    due: Sequence[Due]
    durable: bool


class SqlStore:
    """ports.Store; `readings` is its ports.Readings. Made by open_store()."""

    def __init__(self, database: Database, clock: Clock, upcasters: Upcasters = UPCASTERS) -> None:
        self._database = database
        self._clock = clock
        self._upcasters = upcasters
        self._series = SeriesWriter()
        self.readings = SqlReadings(database)

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent], cause: Cause = Cause()
    ) -> list[Event]:
        return await self.commit(Batch(appends=(Append(stream, expected_version, events),), cause=cause))

    async def commit(self, batch: Batch) -> list[Event]:
        """Events are answered as read() will answer them. Raises Conflict; Rejected for what cannot be stored."""
        checked = _Checked(
            events_.check(batch.appends, batch.cause),
            to_rows(batch.readings),
            documents_.check(batch.documents),
            due_.check(batch.due),
            batch.durable and not batch.cause.settles,
        )
        try:
            return await self._write(checked)
        except SeriesGone:
            self._series.forget()
            return await self._write(checked)

    async def read(self, stream: str, after: int = 0, limit: int | None = None) -> list[Event]:
        later = sa.and_(events.c.stream == stream, events.c.version > after)
        return await self._events(events_.select(later, events.c.version, limit))

    async def read_all(self, after_position: int = 0, limit: int = 1000) -> list[Event]:
        later = events.c.position > after_position
        return await self._events(events_.select(later, events.c.position, limit))

    async def snapshot(self, stream: str, at_version: int | None = None) -> Snapshot | None:
        query = sa.select(snapshots.c.version, snapshots.c.state).where(snapshots.c.stream == stream)
        if at_version is not None:
            query = query.where(snapshots.c.version <= at_version)
        row = await self._first(query.order_by(snapshots.c.version.desc()).limit(1))
        return None if row is None else Snapshot(row.version, row.state)

    async def get(self, kind: str, key: str) -> tuple[Mapping[str, Any], int] | None:
        return await self._database.read(lambda connection: documents_.read(connection, kind, key))

    async def get_all(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[Mapping[str, Any], int]]:
        return await self._database.read(lambda connection: documents_.find(connection, keys))

    async def scan(self, kind: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Read in pages: what is written meanwhile further on is seen, and nobody is kept waiting."""
        query = sa.select(documents.c.key, documents.c.doc).where(documents.c.kind == kind)
        page = query.order_by(documents.c.key).limit(_SCANNED_AT_ONCE)
        after = page
        while True:
            rows = await self._all(after)
            for key, doc in rows:
                yield key, doc
            if len(rows) < _SCANNED_AT_ONCE:
                return
            after = page.where(documents.c.key > rows[-1].key)

    async def claim(self, kind: str, now: datetime, until: datetime, limit: int = 100) -> list[Claimed]:
        return await self._database.write(lambda c: due_.claim(c, kind, now, until, limit))

    async def renew(self, kind: str, lease: str, until: datetime) -> None:
        await self._database.write(lambda c: due_.renew(c, kind, lease, until))

    async def next_due(self, kind: str) -> datetime | None:
        return await self._database.read(lambda c: due_.next_due(c, kind))

    async def settle(self) -> None:
        await self._database.settle()

    async def erase(self, erasure: Erasure) -> None:
        rewritten = documents_.check([*erasure.rewritten, *(Document(*it, None) for it in erasure.documents)])
        await self._database.write(
            lambda connection: erasing.carry_out(connection, erasure, rewritten, self._upcasters)
        )
        for stream in erasure.streams:
            self._series.forget(stream)
        await self._database.scrub()

    async def aclose(self) -> None:
        await self._database.aclose()

    async def _write(self, batch: _Checked) -> list[Event]:
        recorded_at = self._clock.now()

        def write(connection: sa.Connection) -> tuple[list[Event], dict[Key, int]]:
            stored: list[Event] = []
            if batch.appends.expected:
                stored = events_.write(connection, batch.appends, recorded_at, self._upcasters)
            found = self._series.write(connection, batch.readings) if batch.readings else {}
            if batch.documents:
                documents_.write(connection, batch.documents)
            if batch.due:
                due_.write(connection, batch.due)
            return stored, found

        stored, found = await self._database.write(write, durable=batch.durable)
        self._series.remember(found)
        return stored

    async def _events(self, query: sa.Select[Any]) -> list[Event]:
        return [events_.from_row(row, self._upcasters) for row in await self._all(query)]

    async def _all(self, query: sa.Select[Any]) -> Sequence[Any]:
        return await self._database.read(lambda connection: connection.execute(query).all())

    async def _first(self, query: sa.Select[Any]) -> Any:
        return await self._database.read(lambda connection: connection.execute(query).first())
