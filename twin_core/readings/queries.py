"""Asking time series: the latest values, a range, steps; and thinning out what is old."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from twin_core.contract.errors import Rejected
from twin_core.contract.views import Sample
from twin_core.readings.tables import readings, series
from twin_core.readings.values import from_columns, from_microseconds, to_microseconds

_STEPS_A_TRANSACTION = 500  # of down-sampling, so that nobody waits long for the writer


R = TypeVar("R")


class Transactions(Protocol):
    """Those of the database that holds the readings: each is one function of its connection."""

    async def read(self, work: Callable[[sa.Connection], R]) -> R: ...

    async def write(self, work: Callable[[sa.Connection], R]) -> R: ...


class SqlReadings:
    """ports.Readings. A summary left by downsample() stands at the instant of its last reading.

    Steps narrower than a summary therefore hold the whole of it, in the step of that instant.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def latest(self, twin: str, before: datetime | None = None) -> Mapping[str, Sample]:
        inner = readings.alias()
        newest = sa.select(sa.func.max(inner.c.at_us)).where(inner.c.series_id == series.c.id)
        if before is not None:
            newest = newest.where(inner.c.at_us <= to_microseconds(before))
        query = (
            sa.select(series.c.property, readings)
            .join(readings, readings.c.series_id == series.c.id)
            .where(series.c.twin == twin, readings.c.at_us == newest.scalar_subquery())
            .order_by(series.c.property)
        )
        return {row.property: _sample(row) for row in await self._all(query)}

    async def range(
        self, twin: str, property: str, start: datetime, end: datetime, limit: int = 10_000
    ) -> list[Sample]:
        query = (
            sa.select(readings)
            .where(_within(_series_id(twin, property), to_microseconds(start), to_microseconds(end)))
            .order_by(readings.c.at_us.desc())
            .limit(max(limit, 0))
        )
        return [_sample(row) for row in reversed(await self._all(query))]

    async def steps(self, twin: str, property: str, start: datetime, end: datetime, step_s: float) -> list[Sample]:
        step_us, start_us = _step_us(step_s), to_microseconds(start)
        within = _within(_series_id(twin, property), start_us, to_microseconds(end))
        rows = await self._all(_grouped(within, start_us, step_us))
        return [_step_sample(row, from_microseconds(start_us + row.step * step_us)) for row in rows]

    async def downsample(self, twin: str, property: str, older_than: datetime, step_s: float) -> int:
        """Steps are counted from 1970, and only whole ones are thinned out. Texts keep the last of a step."""
        step_us = _step_us(step_s)
        end_us = to_microseconds(older_than) // step_us * step_us

        def thin_out(connection: sa.Connection) -> int | None:
            oldest = _oldest_raw(connection, twin, property, end_us)
            if oldest is None:
                return None
            series_id, at_us = oldest
            start_us = at_us // step_us * step_us
            until_us = min(end_us, start_us + _STEPS_A_TRANSACTION * step_us)
            return _summarise(connection, series_id, start_us, until_us, step_us)

        gone = 0
        while (thinned := await self._transactions.write(thin_out)) is not None:
            gone += thinned
        return gone

    async def _all(self, query: sa.Select[Any]) -> Sequence[Any]:
        return await self._transactions.read(lambda connection: connection.execute(query).all())


def _series_id(twin: str, property: str) -> Any:
    return sa.select(series.c.id).where(series.c.twin == twin, series.c.property == property).scalar_subquery()


def _within(series_id: Any, start_us: int, end_us: int) -> Any:
    return sa.and_(readings.c.series_id == series_id, readings.c.at_us >= start_us, readings.c.at_us < end_us)


def _grouped(within: Any, start_us: int, step_us: int) -> Any:
    """One row per step that holds readings: its figures, and the columns of its last reading."""
    mean, count = sa.func.coalesce(readings.c.mean, readings.c.number), sa.func.coalesce(readings.c.count, 1)
    step = (readings.c.at_us - start_us) // step_us
    groups = (
        sa.select(
            readings.c.series_id,
            step.label("step"),
            sa.func.max(readings.c.at_us).label("last_us"),
            sa.func.min(sa.func.coalesce(readings.c.minimum, readings.c.number)).label("low"),
            sa.func.max(sa.func.coalesce(readings.c.maximum, readings.c.number)).label("high"),
            sa.func.sum(mean * count).label("total"),
            sa.func.sum(sa.case((mean.is_not(None), count), else_=0)).label("numbers"),
            sa.func.sum(count).label("readings"),
            sa.func.count().label("stored"),
        )
        .where(within)
        .group_by(readings.c.series_id, "step")
        .subquery()
    )
    last = sa.and_(readings.c.series_id == groups.c.series_id, readings.c.at_us == groups.c.last_us)
    columns = (readings.c.number, readings.c.flag, readings.c.text)
    return sa.select(groups, *columns).join(readings, last).order_by(groups.c.step)


def _figures(row: Any) -> tuple[float | None, float | None, float | None, int]:
    """Mean, minimum, maximum and count of a row of _grouped()."""
    if not row.numbers:
        return None, None, None, int(row.readings)
    # Rounding may push the mean of equal numbers out between them; the bounds hold it.
    return min(max(row.total / int(row.numbers), row.low), row.high), row.low, row.high, int(row.readings)


def _step_sample(row: Any, at: datetime) -> Sample:
    return Sample(at, from_columns(row.number, row.flag, row.text), *_figures(row))


def _sample(row: Any) -> Sample:
    at, last = from_microseconds(row.at_us), from_columns(row.number, row.flag, row.text)
    if row.count is None:
        return Sample(at, last, row.number, row.number, row.number)
    return Sample(at, last, row.mean, row.minimum, row.maximum, row.count)


def _step_us(step_s: float) -> int:
    step_us = round(step_s * 1e6) if math.isfinite(step_s) else 0
    if step_us < 1:
        raise Rejected(f"{step_s} s is no step.", code="bad_step", hint="Give a positive number of seconds.")
    return step_us


def _oldest_raw(connection: sa.Connection, twin: str, property: str, before_us: int) -> Any:
    """Series id and instant of the oldest reading that stands in no summary yet."""
    query = (
        sa.select(readings.c.series_id, readings.c.at_us)
        .where(
            readings.c.series_id == _series_id(twin, property),
            readings.c.at_us < before_us,
            readings.c.count.is_(None),
        )
        .order_by(readings.c.at_us)
        .limit(1)
    )
    return connection.execute(query).first()


def _summarise(connection: sa.Connection, series_id: int, start_us: int, end_us: int, step_us: int) -> int:
    """Leaves one row a step, at the instant of its last reading; answers how many rows went."""
    groups = connection.execute(_grouped(_within(series_id, start_us, end_us), start_us, step_us)).all()
    keys = [{"id": series_id, "first_us": start_us + row.step * step_us, "last_us": row.last_us} for row in groups]
    figures = [dict(zip(("mean", "minimum", "maximum", "count"), _figures(row), strict=True)) for row in groups]
    same = readings.c.series_id == sa.bindparam("id")
    between = sa.and_(readings.c.at_us >= sa.bindparam("first_us"), readings.c.at_us < sa.bindparam("last_us"))
    connection.execute(sa.delete(readings).where(same, between), keys)
    update = sa.update(readings).where(same, readings.c.at_us == sa.bindparam("last_us"))
    connection.execute(update, [{**key, **row} for key, row in zip(keys, figures, strict=True)])
    return sum(row.stored - 1 for row in groups)
