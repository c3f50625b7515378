from pathlib import Path

import pytest

from tests.house import NOON, House, open_house
from twin_core.contract.clock import seconds
from twin_core.contract.commands import Diagnose, EditTwin, GetEvents, GetHistory, GetState, ListTypes, SetDesired
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.views import Limit


async def lived_in(house: House) -> None:
    await house.create("thermostat", "hall")
    await house.report("hall", temperature=18.0, mode="off")
    await house.advance(10)
    await house.core.execute(EditTwin("hall", place="hallway"))
    await house.report("hall", temperature=19.0, mode="heat")
    await house.advance(10)
    await house.core.execute(SetDesired("hall", {"setpoint": 21}))
    await house.report("hall", temperature=20.0, setpoint=19.5)


async def test_the_state_now_shows_what_was_asked_and_is_not_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house)
        state = await house.state("hall")
        assert {name: known.value for name, known in state.reported.items()} == {
            "temperature": 20.0,
            "mode": "heat",
            "setpoint": 19.5,
        }
        assert state.desired["setpoint"].value == 21
        gap = state.divergence["setpoint"]
        assert (gap.reported, gap.desired, gap.since, gap.size) == (19.5, 21, house.clock.now(), 15)
        assert state.fresh
        await house.report("hall", setpoint=21.05)
        assert (await house.state("hall")).divergence == {}


async def test_the_state_at_an_instant_is_what_had_happened_by_then(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house)
        then = await house.core.query(GetState("hall", at=NOON + seconds(300)))
        assert {name: known.value for name, known in then.reported.items()} == {"temperature": 18.0, "mode": "off"}
        assert (then.twin.place, then.twin.version, then.as_of) == (None, 2, NOON + seconds(300))
        later = await house.core.query(GetState("hall", at=NOON + seconds(600)))
        assert (later.twin.place, later.reported["temperature"].value, later.desired) == ("hallway", 19.0, {})
        with pytest.raises(NotFound, match="no hall before"):
            await house.core.query(GetState("hall", at=NOON - seconds(1)))
        future = await house.core.query(GetState("hall", at=house.at(60)))
        assert future.as_of == house.clock.now()


async def test_the_state_at_a_version(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house)
        for event in await house.core.query(GetEvents("hall")):
            state = await house.core.query(GetState("hall", version=event.version))
            assert state.twin.version == event.version
        created = await house.core.query(GetState("hall", version=3))
        assert created.twin.place == "hallway"
        assert created.reported["mode"].value == "off"
        for version in (0, 99):
            with pytest.raises(NotFound, match="no version"):
                await house.core.query(GetState("hall", version=version))
        with pytest.raises(Rejected):
            await house.core.query(GetState("hall", at=NOON, version=1))


async def test_a_long_life_is_read_from_its_snapshot(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "door")
        rows = tuple(Reading("door", "contact", bool(n % 2), at=house.at(0) - seconds(1200 - n)) for n in range(1200))
        await house.core.execute(RecordTelemetry(rows[:600]))
        await house.core.execute(RecordTelemetry(rows[600:]))
        now = await house.state("door")
        snapshot = await house.store.snapshot("sensor.door")
        assert snapshot is not None
        assert 500 <= snapshot.version <= now.twin.version
        for version in (1, 500, 700, now.twin.version):
            state = await house.core.query(GetState("door", version=version))
            assert state.twin.version == version
            if version > 1:
                assert state.reported["contact"].value == bool(version % 2 == 1)
        past = await house.core.query(GetState("door", at=house.at(0) - seconds(1000.5)))
        assert past.reported["contact"].value is True  # reading 199
    async with open_house(tmp_path) as house:
        assert (await house.state("door")).reported == now.reported


async def test_history_raw_and_in_steps(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "temperature", (-50, 10.0), (-40, 12.0), (-10, 20.0))
        raw = await house.core.query(GetHistory("cellar", "temperature", house.at(-60), house.at(0)))
        assert ([sample.last for sample in raw.samples], raw.unit, raw.twin) == ([10, 12, 20], "°C", "sensor.cellar")
        steps = await house.core.query(GetHistory("cellar", "temperature", house.at(-60), house.at(0), step_s=1800))
        assert [(sample.mean, sample.count) for sample in steps.samples] == [(11, 2), (20, 1)]


@pytest.mark.parametrize(
    ("start_m", "end_m", "step_s", "limit"),
    [
        (0, 0, None, 100),
        (0, -10, None, 100),
        (-60 * 24 * 365 * 30, 0, None, 100),
        (-60 * 24 * 365, 0, 1.0, 100),
        (-60, 0, 0.0, 100),
        (-60, 0, float("nan"), 100),
        (-60, 0, -5.0, 100),
        (-60, 0, None, 0),
        (-60, 0, None, 10_001),
    ],
)
async def test_absurd_histories_are_refused(
    tmp_path: Path, start_m: float, end_m: float, step_s: float | None, limit: int
) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        with pytest.raises(Rejected):
            await house.core.query(
                GetHistory("cellar", "temperature", house.at(start_m), house.at(end_m), step_s, limit)
            )


async def test_the_rest_of_the_questions(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house)
        assert [event.version for event in await house.core.query(GetEvents("hall", after=2, limit=2))] == [3, 4]
        with pytest.raises(Rejected):
            await house.core.query(GetEvents("hall", limit=0))
        with pytest.raises(NotFound):
            await house.core.query(GetHistory("hall", "colour", house.at(-1), house.at(0)))
        assert {kind.name for kind in await house.core.query(ListTypes())} >= {"light", "pump", "person"}
        assert await house.core.query(Diagnose()) == ()


async def test_facts_known_already_are_dropped(tmp_path: Path) -> None:
    from twin_core.contract.telemetry import RecordFacts

    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        silent = NewEvent("device.unavailable", {"reason": "silent", "property": "temperature"}, house.clock.now())
        back = NewEvent("device.available", {"reason": "silent", "property": "temperature"}, house.clock.now())
        assert await house.core.execute(RecordFacts("cellar", (silent, silent))) == 1
        assert await house.core.execute(RecordFacts("cellar", (silent,))) == 0
        assert not (await house.state("cellar")).fresh
        assert await house.core.execute(RecordFacts("cellar", (back, silent, back, back))) == 3
        assert (await house.state("cellar")).fresh


async def test_readings_from_before_the_twin_was_made_have_a_state_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "temperature", (-60, 10.0), (-30, 11.0))
        then = await house.core.query(GetState("cellar", at=house.at(-45)))
        assert then.reported["temperature"].value == 10
        with pytest.raises(NotFound, match="before"):
            await house.core.query(GetState("cellar", at=house.at(-61)))


async def test_history_tells_the_limits_that_hold_at_any_time(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "chest", config={"limits": {"temperature": {"high": -18.0, "low": -30}}})
        await house.create("pump", "well")
        cold = await house.core.query(GetHistory("chest", "temperature", house.at(-60), house.at(0)))
        assert cold.limits == (Limit("below", -30.0), Limit("above", -18.0))
        flow = await house.core.query(GetHistory("well", "flow", house.at(-60), house.at(0)))
        assert flow.limits == ()  # too little flow is worth a word only while it runs
