from pathlib import Path

from tests.house import ANNA, House, open_house
from twin_core.contract.commands import MoveTwin, SetDesired
from twin_core.contract.ports import Batch, StoredReading
from twin_core.contract.telemetry import AnnounceDevice, Observation, RecordObservations
from twin_core.contract.template import Value
from twin_core.contract.views import SignalView

THERMOSTAT = (
    SignalView("climate.current_temperature", "current", "number", "climate", unit="°C"),
    SignalView("climate.temperature", "target temperature", "number", "climate", unit="°C", writable=True),
    SignalView("climate.mode", "mode", "choice", "climate", writable=True, choices=("off", "heat")),
)


async def with_thermostat(house: House) -> None:
    await house.core.execute(AnnounceDevice("mqtt:1", "hall", THERMOSTAT))
    await house.create("thermostat", "hall", source="mqtt:1")
    await observe(house, 19.0)


async def observe(house: House, setpoint: Value) -> None:
    await house.core.execute(RecordObservations((Observation("mqtt:1", "climate.temperature", setpoint),)))


async def ask(house: House, setpoint: float) -> None:
    await house.core.execute(SetDesired("hall", {"setpoint": setpoint}), ANNA)


def told(house: House) -> list[str]:
    return [name.split(".")[1] for name in house.names("device.diverged", "device.converged")]


async def test_a_device_that_follows_within_a_minute_has_not_diverged(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await house.advance(0.9)
        await observe(house, 21.1)
        await house.advance(10)
        assert told(house) == []


async def test_a_device_that_does_not_follow_has_and_then_comes_round(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await house.advance(0.9)
        assert told(house) == []
        await house.advance(0.1)
        twin, name, data = house.events("device.diverged")[0]
        assert (twin, name) == ("thermostat.hall", "device.diverged")
        assert (data["property"], data["desired"], data["reported"], data["size"]) == ("setpoint", 21, 19, 20)
        assert data["since"] == "2026-03-02T12:00:00Z"
        assert "not followed" in data["reason"]
        assert "21 °C" in data["reason"]
        await observe(house, 19.5)
        assert told(house) == ["diverged"]
        await observe(house, 21)
        assert told(house) == ["diverged", "converged"]


async def test_a_device_that_goes_its_own_way_later_has_diverged_a_minute_after(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await observe(house, 21)
        await house.advance(60)
        await observe(house, 17)
        assert told(house) == []
        await house.advance(2)
        assert told(house) == ["diverged"]
        assert "own way" in house.events("device.diverged")[0][2]["reason"]
        assert house.events("device.diverged")[0][2]["since"] == "2026-03-02T13:00:00Z"


async def test_a_new_wish_starts_anew(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await house.advance(2)
        await ask(house, 22)
        assert told(house) == ["diverged"]
        await house.advance(2)
        assert told(house) == ["diverged", "diverged"]
        await ask(house, 19)
        await house.advance(2)
        assert told(house) == ["diverged", "diverged"]
        assert (await house.state("hall")).divergence == {}


async def test_twins_without_a_device_do_not_diverge(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "hall")
        await house.report("hall", setpoint=19)
        await ask(house, 21)
        await house.advance(10)
        assert told(house) == []


async def test_a_restart_goes_on_watching_and_says_nothing_twice(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        at = house.at(0.5)
    async with open_house(tmp_path, at) as house:
        assert told(house) == []
        await house.advance(1)
        assert told(house) == ["diverged"]
        at = house.at(0)
    async with open_house(tmp_path, at) as house:
        await house.advance(5)
        assert told(house) == []
        await observe(house, 21)
        assert told(house) == ["converged"]


async def test_an_archived_twin_is_left_alone_and_watched_again_when_restored(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await house.core.execute(MoveTwin("hall", "archived"))
        await house.advance(10)
        assert told(house) == []
        await house.core.execute(MoveTwin("hall", "active"))
        await house.advance(2)
        assert told(house) == ["diverged"]


async def test_a_convergence_that_nobody_could_note_is_noted_after_the_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await with_thermostat(house)
        await ask(house, 21)
        await house.advance(2)
        at = house.at(0)
        # What a crash leaves between the commit of a reading and the fact found out from it.
        await house.store.commit(Batch(readings=[StoredReading("thermostat.hall", "setpoint", at, 21.0)]))
    async with open_house(tmp_path, at) as house:
        assert [event.name for event in await house.store.read("thermostat.hall")][-1] == "device.converged"
