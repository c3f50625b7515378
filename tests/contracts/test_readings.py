"""What every ports.Readings must do, on each database."""

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import START
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import Batch, StoredReading
from twin_core.contract.template import Value
from twin_core.contract.views import Sample
from twin_core.store import SqlStore

TWIN = "freezer.garage"
_unique = itertools.count()

Points = Sequence[tuple[float, Value]]  # seconds after START, value


def after(span_s: float) -> datetime:
    return START + timedelta(seconds=span_s)


async def record(store: SqlStore, points: Points, twin: str = TWIN, property: str = "temperature") -> None:
    await store.commit(Batch(readings=[StoredReading(twin, property, after(at), value) for at, value in points]))


def raw(span_s: float, value: float) -> Sample:
    return Sample(after(span_s), value, value, value, value)


# --- what is stored ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [True, False, 0, 1, -18.5, 1e-12, "open", "true", "1", "", "Über 😀"])
async def test_values_come_back_as_what_they_are(store: SqlStore, value: Value) -> None:
    await record(store, [(0, value)])
    last = (await store.readings.latest(TWIN))["temperature"].last
    assert last == value
    assert isinstance(last, float) if type(value) is int else type(last) is type(value)


async def test_only_numbers_have_a_mean(store: SqlStore) -> None:
    await record(store, [(0, True), (1, "open"), (2, 4)])
    flag, text, number = await store.readings.range(TWIN, "temperature", START, after(9))
    assert flag == Sample(after(0), True)
    assert text == Sample(after(1), "open")
    assert number == raw(2, 4)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e301, 10**400, "a\0b", "\ud800", None, [1]])
async def test_what_no_sensor_can_report_is_refused(store: SqlStore, value: Any) -> None:
    with pytest.raises(Rejected):
        await record(store, [(0, 1.0), (1, value)])
    assert await store.readings.latest(TWIN) == {}


async def test_the_same_instant_twice_is_stored_once_and_the_last_counts(store: SqlStore) -> None:
    await record(store, [(0, 1), (1, 5), (0, 2)])
    assert await store.readings.range(TWIN, "temperature", START, after(9)) == [raw(0, 2), raw(1, 5)]
    await record(store, [(0, 3), (1, "open")])
    assert await store.readings.range(TWIN, "temperature", START, after(9)) == [raw(0, 3), Sample(after(1), "open")]


async def test_instants_are_kept_to_the_microsecond(store: SqlStore) -> None:
    at = START.replace(microsecond=123_457)
    for instant in (at, START.replace(year=1969), START.replace(year=2100)):
        await store.commit(Batch(readings=[StoredReading(TWIN, "temperature", instant, 1.0)]))
        [sample] = await store.readings.range(TWIN, "temperature", instant, instant + timedelta(microseconds=1))
        assert sample.at == instant


async def test_more_than_one_statement_can_hold(store: SqlStore) -> None:
    readings = [StoredReading(f"light.n{n}", f"p{n % 3}", START, n) for n in range(2500)]
    await store.commit(Batch(readings=readings))
    await store.commit(Batch(readings=readings))
    assert (await store.readings.latest("light.n2499"))["p0"].last == 2499


# --- latest and range ----------------------------------------------------------------------------


async def test_the_latest_of_each_property_at_an_instant(store: SqlStore) -> None:
    await record(store, [(0, -18), (60, -17), (120, -16)])
    await record(store, [(30, True)], property="door_open")
    await record(store, [(500, 1)], twin="freezer.cellar")
    now = await store.readings.latest(TWIN)
    assert now == {"door_open": Sample(after(30), True), "temperature": raw(120, -16)}
    assert await store.readings.latest(TWIN, before=after(60)) == {
        "door_open": Sample(after(30), True),
        "temperature": raw(60, -17),
    }
    assert await store.readings.latest(TWIN, before=after(29)) == {"temperature": raw(0, -18)}
    assert await store.readings.latest(TWIN, before=after(-1)) == {}
    assert await store.readings.latest("freezer.none") == {}


async def test_a_range_includes_its_start_and_not_its_end(store: SqlStore) -> None:
    await record(store, [(n, float(n)) for n in range(10)])
    found = await store.readings.range(TWIN, "temperature", after(2), after(5))
    assert found == [raw(2, 2), raw(3, 3), raw(4, 4)]
    newest = await store.readings.range(TWIN, "temperature", START, after(9), limit=2)
    assert newest == [raw(7, 7), raw(8, 8)]
    assert await store.readings.range(TWIN, "temperature", after(5), after(2)) == []
    assert await store.readings.range(TWIN, "humidity", START, after(99)) == []


# --- steps ---------------------------------------------------------------------------------------


def steps_by_hand(points: Points, start_s: float, end_s: float, step_s: float) -> list[Sample]:
    """The same in plain Python: one loop, and the arithmetic of a schoolbook (on tenths of a second)."""
    steps: dict[int, list[tuple[float, Value]]] = defaultdict(list)
    for at, value in sorted(dict(points).items()):
        if start_s <= at < end_s:
            steps[round((at - start_s) * 10) // round(step_s * 10)].append((at, value))
    samples = []
    for step, values in sorted(steps.items()):
        numbers = [value for _, value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        low, high = (min(numbers), max(numbers)) if numbers else (None, None)
        mean = math.fsum(numbers) / len(numbers) if numbers else None
        samples.append(Sample(after(start_s + step * step_s), values[-1][1], mean, low, high, len(values)))
    return samples


def assert_same(found: Sequence[Sample], wanted: Sequence[Sample]) -> None:
    assert [(s.at, s.last, s.minimum, s.maximum, s.count) for s in found] == [
        (s.at, s.last, s.minimum, s.maximum, s.count) for s in wanted
    ]
    for sample, other in zip(found, wanted, strict=True):
        if other.mean is None or sample.mean is None:
            assert sample.mean is other.mean
        else:
            assert sample.mean == pytest.approx(other.mean, rel=1e-9, abs=1e-6)
            assert (sample.minimum or 0) <= sample.mean <= (sample.maximum or 0)


_instants = st.integers(0, 40_000).map(lambda tenth: tenth / 10)
_floats = st.floats(-1e6, 1e6).filter(lambda value: not 0 < abs(value) < 1e-300)  # those are stored as 0
_values: st.SearchStrategy[Value] = _floats | st.integers(-50, 50) | st.booleans() | st.sampled_from("abc")
_points = st.lists(st.tuples(_instants, _values), min_size=1, max_size=60)
_numbers = st.lists(st.tuples(_instants, _floats), min_size=1, max_size=60)
_property = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_property
@given(
    points=_points,
    start=st.integers(-100, 2000),
    length=st.integers(0, 5000),
    step=st.sampled_from([0.1, 1, 7, 60, 900, 3600]),
)
async def test_steps_are_what_plain_python_computes(
    store: SqlStore, points: Points, start: int, length: int, step: float
) -> None:
    twin = f"freezer.n{next(_unique)}"
    await record(store, points, twin)
    found = await store.readings.steps(twin, "temperature", after(start), after(start + length), step)
    assert_same(found, steps_by_hand([(at, value) for at, value in points], start, start + length, step))


async def test_extreme_numbers_do_not_overflow_a_mean(store: SqlStore) -> None:
    await record(store, [(0, 1e300), (1, 1e300), (2, -1e300), (3, 5e-324), (4, 0.0)])
    [sample] = await store.readings.steps(TWIN, "temperature", START, after(60), 60)
    assert sample.mean == pytest.approx(2e299)
    assert sample.last == 0.0


@pytest.mark.parametrize("step", [0, -1, math.nan, math.inf, 1e-9])
async def test_a_step_that_is_none_is_refused(store: SqlStore, step: float) -> None:
    with pytest.raises(Rejected):
        await store.readings.steps(TWIN, "temperature", START, after(60), step)


# --- thinning out --------------------------------------------------------------------------------


@_property
@given(points=_numbers, cut=st.integers(0, 4000), late=_numbers)
async def test_thinning_out_changes_no_step_it_kept(store: SqlStore, points: Points, cut: int, late: Points) -> None:
    """Hourly figures stay what they were, also when readings of a thinned-out hour come in late."""
    twin = f"freezer.n{next(_unique)}"
    await record(store, points, twin)
    before = await store.readings.steps(twin, "temperature", START, after(7200), 600)
    gone = await store.readings.downsample(twin, "temperature", after(cut), 600)
    assert_same(await store.readings.steps(twin, "temperature", START, after(7200), 600), before)
    assert await store.readings.downsample(twin, "temperature", after(cut), 600) == 0
    left = await store.readings.range(twin, "temperature", START, after(7200))
    assert len(left) == len(dict(points)) - gone

    standing = {sample.at for sample in left if sample.count > 1}
    new = [(at, value) for at, value in late if at not in dict(points) and after(at) not in standing]
    if new:
        await record(store, new, twin)
        await store.readings.downsample(twin, "temperature", after(cut), 600)
        assert_same(
            await store.readings.steps(twin, "temperature", START, after(7200), 600),
            steps_by_hand([*points, *new], 0, 7200, 600),
        )


async def test_a_summary_stands_at_its_last_reading(store: SqlStore) -> None:
    await record(store, [(0, 1), (600, 3), (3599, 2), (3600, 9), (5000, 7), (7300, 5)])
    assert await store.readings.downsample(TWIN, "temperature", after(7200 + 1800), 3600) == 3
    assert await store.readings.range(TWIN, "temperature", START, after(9999)) == [
        Sample(after(3599), 2, 2, 1, 3, 3),
        Sample(after(5000), 7, 8, 7, 9, 2),
        raw(7300, 5),  # its hour is not over yet
    ]
    # Nothing is known before it was measured: at 0:30 the reading of 0:59 lies in the future.
    assert await store.readings.latest(TWIN, before=after(1800)) == {}
    assert (await store.readings.latest(TWIN, before=after(3600)))["temperature"].last == 2


async def test_a_reading_that_comes_again_changes_no_summary(store: SqlStore) -> None:
    await record(store, [(0, 1), (600, 3)])
    await store.readings.downsample(TWIN, "temperature", after(3600), 3600)
    await record(store, [(600, 99)])
    assert await store.readings.range(TWIN, "temperature", START, after(3600)) == [Sample(after(600), 3, 2, 1, 3, 2)]


async def test_states_and_texts_keep_the_last_of_a_step(store: SqlStore) -> None:
    await record(store, [(0, True), (10, False)], property="door_open")
    await record(store, [(0, "eco"), (10, "boost")], property="mode")
    for name in ("door_open", "mode"):
        assert await store.readings.downsample(TWIN, name, after(3600), 3600) == 1
    latest = await store.readings.latest(TWIN)
    assert latest == {
        "door_open": Sample(after(10), False, count=2),
        "mode": Sample(after(10), "boost", count=2),
    }


async def test_thinning_out_years_in_pieces(store: SqlStore) -> None:
    hours = 1400  # more than fit into one transaction, with a gap
    points = [(hour * 3600 + n * 600, float(n)) for hour in range(hours) if not 300 < hour < 700 for n in range(2)]
    await record(store, points)
    assert await store.readings.downsample(TWIN, "temperature", after(hours * 3600), 3600) == len(points) // 2
    left = await store.readings.range(TWIN, "temperature", START, after(hours * 3600))
    assert len(left) == len(points) // 2
    assert {sample.count for sample in left} == {2}
