from pathlib import Path

import pytest

from tests.house import House, open_house
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.commands import MoveTwin
from twin_core.contract.ports import Batch, StoredReading
from twin_core.sync.silence import allowed_silence_s, pulses, speaks, usual_interval_s
from twin_core.templates import load_library

LIBRARY = load_library()
HOUR = 60


def silent(house: House) -> list[tuple[str, str]]:
    return [
        (name.split(".")[1], data.get("property", ""))
        for _, name, data in house.events("device.")
        if name in ("device.unavailable", "device.available")
    ]


async def test_old_readings_posted_at_once_are_a_silence_at_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cold room")
        await house.points("cold room", "temperature", *((minute, 4.0) for minute in range(-2160, -1499, 60)))
        assert house.events("device.unavailable") == [
            (
                "sensor.cold_room",
                "device.unavailable",
                {
                    "reason": "silent",
                    "property": "temperature",
                    "last_at": "2026-03-01T11:00:00Z",
                    "allowed_s": 21600,
                    "usual_interval_s": 3600,
                },
            )
        ]
        assert not (await house.state("cold room")).fresh


async def test_silence_comes_by_time_alone_and_ends_with_a_reading(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "temperature", *((minute, 12.0) for minute in range(-60, 1, 10)))
        await house.advance(6 * HOUR)
        assert silent(house) == []
        await house.advance(1)
        assert silent(house) == [("unavailable", "temperature")]
        assert not (await house.state("cellar")).fresh
        await house.report("cellar", temperature=12)
        assert silent(house)[1:] == [("available", "temperature")]
        assert (await house.state("cellar")).fresh


async def test_a_slow_reporter_is_given_three_times_its_interval(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "garden")
        await house.points("garden", "temperature", *((-minute, 12.0) for minute in range(0, 20 * HOUR, 4 * HOUR)))
        await house.advance(12 * HOUR)
        assert silent(house) == []
        await house.advance(1)
        assert silent(house) == [("unavailable", "temperature")]


async def test_a_property_of_its_own_falls_silent_while_the_twin_goes_on(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "freezer")
        await house.points("freezer", "temperature", (-20, -18.0), (-10, -18.0), (0, -18.0))
        for _ in range(14):
            await house.advance(30)
            await house.report("freezer", power=80)
        assert silent(house) == [("unavailable", "temperature")]


async def test_what_speaks_only_on_change_is_given_a_day_and_lives_while_its_twin_speaks(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("light", "lamp")
        await house.points("lamp", "on", (-30, False), (-20, True), (0, False))
        await house.create("freezer", "freezer")
        await house.report("freezer", door_open=False)
        for _ in range(5):
            await house.report("freezer", temperature=-18)
            await house.advance(5 * HOUR)
        assert [(twin, data["property"]) for twin, _, data in house.events("device.unavailable")] == [
            ("light.lamp", "on")
        ]
        await house.report("lamp", brightness=10)
        assert silent(house)[-1][0] == "available"


async def test_people_and_archived_twins_may_be_silent(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("person", "Anna")
        await house.report("Anna", mood=4)
        for name, status in (("old", "archived"), ("asleep", "hibernated")):
            await house.create("sensor", name)
            await house.report(name, temperature=10)
            await house.core.execute(MoveTwin(name, status))  # type: ignore[arg-type]
        await house.advance(72 * HOUR)
        assert silent(house) == []
        await house.points("asleep", "temperature", (-2, 10), (-1, 10), (0, 10))
        await house.advance(25 * HOUR)
        assert silent(house) == [("unavailable", "temperature")]


async def test_a_restart_finds_what_fell_silent_meanwhile_and_says_nothing_twice(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "temperature", *((minute, 12.0) for minute in range(-60, 1, 10)))
        late = house.at(7 * HOUR)
    async with open_house(tmp_path, late) as house:
        assert not (await house.state("cellar")).fresh
        assert len(await house.store.read("sensor.cellar")) == 2
    async with open_house(tmp_path, late) as house:
        assert len(await house.store.read("sensor.cellar")) == 2
        await house.report("cellar", temperature=12)
        assert silent(house) == [("available", "temperature")]


async def test_a_quiet_night_asks_nothing_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.report("cellar", temperature=12)
        asked: list[str] = []
        ask = house.store.readings.range

        async def counted(twin: str, *rest: object, **more: object) -> object:
            asked.append(twin)
            return await ask(twin, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(house.store.readings, "range", counted)
        for _ in range(200):
            await house.advance(5)
            await house.report("cellar", temperature=12)
        assert asked == []


def test_the_rule_of_silence() -> None:
    sensor, light, meter = LIBRARY["sensor"], LIBRARY["light"], LIBRARY["electricity_meter"]
    temperature, on, reading = sensor.properties["temperature"], light.properties["on"], meter.properties["reading"]
    assert allowed_silence_s(temperature, 60) == 6 * 3600
    assert allowed_silence_s(temperature, 3 * 3600) == 9 * 3600
    assert allowed_silence_s(temperature, None) == 24 * 3600
    assert allowed_silence_s(on, 60) == allowed_silence_s(on, 40 * 3600) == 24 * 3600
    assert allowed_silence_s(reading, 30 * 86400) == 90 * 86400


def test_the_usual_interval_is_a_median() -> None:
    noon = parse_instant("2026-03-02T12:00:00Z")
    instants = [noon + seconds(s) for s in (0, 60, 120, 180, 90_000, 90_060)]
    assert usual_interval_s(instants) == 60
    assert usual_interval_s(instants[:1]) is None


def test_who_speaks_and_by_what() -> None:
    assert {kind.name for kind in LIBRARY.types if not speaks(kind)} <= {"person", "team", "place"}
    assert not speaks(LIBRARY["person"])
    noon = parse_instant("2026-03-02T12:00:00Z")
    thermostat = LIBRARY["thermostat"]
    last = {"humidity": noon, "temperature": noon, "mode": noon}
    assert [spec.name for spec in pulses(thermostat, last)] == ["temperature", "humidity"]
    assert [spec.name for spec in pulses(LIBRARY["light"], {"brightness": noon, "on": noon})] == ["on"]
    assert pulses(thermostat, {}) == []


async def test_old_readings_of_a_second_property_are_a_silence_at_once_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.report("cellar", temperature=12)
        await house.points("cellar", "humidity", *((minute, 50.0) for minute in range(-2160, -1499, 60)))
        assert silent(house) == [("unavailable", "humidity")]


async def test_one_of_several_properties_comes_back_at_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.report("cellar", temperature=12)
        await house.points("cellar", "humidity", *((minute, 50.0) for minute in range(-2160, -1499, 60)))
        await house.report("cellar", humidity=51)
        assert silent(house) == [("unavailable", "humidity"), ("available", "humidity")]


async def test_a_return_that_nobody_could_note_is_noted_after_the_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "temperature", *((minute, 4.0) for minute in range(-2160, -1499, 60)))
        # What a crash leaves between the commit of a reading and the fact found out from it.
        await house.store.commit(
            Batch(readings=[StoredReading("sensor.cellar", "temperature", house.clock.now(), 4.0)])
        )
    async with open_house(tmp_path) as house:
        assert (await house.state("cellar")).fresh
        assert [event.name for event in await house.store.read("sensor.cellar")][-1] == "device.available"
