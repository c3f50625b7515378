"""Writing readings: the number of each series, and a whole batch in one statement."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from twin_core.contract.ports import StoredReading
from twin_core.readings.tables import insert, readings, series
from twin_core.readings.values import checked_text, to_columns, to_microseconds

Key = tuple[str, str]  # twin, property
Row = tuple[int, float | None, bool | None, str | None]  # at_us, number, flag, text

_REMEMBERED = 250_000  # series ids kept in memory, some 50 MB; beyond them it starts afresh
_ASKED_AT_ONCE = 500  # keys in one statement; SQLite allows 32 766 parameters
_WRITTEN = ("series_id", "at_us", "number", "flag", "text")  # in the order of the table


class SeriesGone(Exception):
    """A remembered series was erased by another process: forget(), then write the batch again."""


class SeriesWriter:
    """Writes readings within the transaction of its caller and remembers the ids of their series.

    Call remember() with what write() answered once that transaction is committed, and only then.
    """

    def __init__(self) -> None:
        self._ids: dict[Key, int] = {}

    def write(self, connection: sa.Connection, rows: Mapping[Key, Sequence[Row]]) -> dict[Key, int]:
        """Writes rows as to_rows() made them; answers the series that were not known yet.

        Raises SeriesGone.
        """
        unknown = sorted(key for key in rows if key not in self._ids)
        found = _series_ids(connection, unknown) if unknown else {}
        ids = {key: found.get(key) or self._ids[key] for key in rows}
        # In order of the primary key: faster, and two batches cannot wait for each other in a circle.
        parameters = [(ids[key], *row) for key in sorted(ids, key=ids.__getitem__) for row in rows[key]]
        try:
            connection.exec_driver_sql(_upsert(connection.dialect), parameters)
        except IntegrityError as error:
            raise SeriesGone from error
        return found

    def remember(self, ids: Mapping[Key, int]) -> None:
        if len(self._ids) + len(ids) > _REMEMBERED:
            self._ids.clear()
        self._ids.update(ids)

    def forget(self, twin: str | None = None) -> None:
        """Forgets the series of a twin, or all of them."""
        self._ids = {key: id for key, id in self._ids.items() if twin not in (None, key[0])}


def to_rows(batch: Sequence[StoredReading]) -> dict[Key, list[Row]]:
    """The rows of a batch by series, in order of time; of two at the same instant the later one counts.

    Raises Rejected for a value, a name or an instant that cannot be stored.
    """
    by_series: dict[Key, dict[int, Row]] = {}
    for reading in batch:
        key = (reading.twin, reading.property)
        if key not in by_series:
            checked_text(reading.twin), checked_text(reading.property)
            by_series[key] = {}
        number, flag, text = to_columns(reading.value)
        at_us = to_microseconds(reading.at)
        by_series[key][at_us] = (at_us, number, flag, text)
    return {key: [rows[at_us] for at_us in sorted(rows)] for key, rows in by_series.items()}


def _series_ids(connection: sa.Connection, keys: Sequence[Key]) -> dict[Key, int]:
    new = insert(connection.dialect.name, series).on_conflict_do_nothing()
    connection.execute(new, [{"twin": twin, "property": name} for twin, name in keys])
    found: dict[Key, int] = {}
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        wanted = sa.tuple_(series.c.twin, series.c.property).in_(keys[start : start + _ASKED_AT_ONCE])
        for id, twin, name in connection.execute(sa.select(series).where(wanted)):
            found[twin, name] = id
    return found


@lru_cache(maxsize=8)
def _upsert(dialect: sa.Dialect) -> str:
    """As SQL: SQLAlchemy's own care for each row of a batch takes longer than SQLite takes to write it."""
    new = insert(dialect.name, readings).values({column: sa.bindparam(column) for column in _WRITTEN})
    summed_up = readings.c.count.is_not(None)  # a summary has counted this reading already
    statement = new.on_conflict_do_update(
        index_elements=["series_id", "at_us"],
        set_={column: new.excluded[column] for column in _WRITTEN[2:]},
        where=~summed_up,
    )
    return str(statement.compile(dialect=dialect))
