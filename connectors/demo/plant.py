"""The demo plant: pumps, motors, ventilation and a tank, two of them on their way into trouble."""

import math

from connectors.demo.house import move
from connectors.demo.thing import Point, Step, Thing, Value, World, sensor

_SWITCH = Point("switch", "on", "Running")
_POWER = sensor("power", "Power", "W", "power", 0)
_VIBRATION = sensor("vibration", "Vibration", "mm/s", None, 2)
_RUNTIME = sensor("runtime", "Operating hours", "h", "duration", 2)


def plant() -> list[Thing]:
    """Ten machines behind one controller."""
    return [
        _pump("P-101", "feed pump", wears=True),
        _pump("P-102", "cooling pump", wears=False),
        _motor("M-201", "conveyor motor", 1450.0, 38.0),
        _motor("M-202", "compressor motor", 2930.0, 24.0),
        _ventilation(),
        _valve(),
        _tank(),
        _battery_storage(),
    ]


def _pump(id: str, name: str, *, wears: bool) -> Thing:
    """The story of the feed pump: from the second minute on its bearing heats up by a degree a minute."""

    def step(thing: Thing, world: World, seconds: float) -> None:
        on = bool(thing.values["on"])
        worn = max(0.0, world.elapsed_s - 120) / 60 if wears and on else 0.0
        warm = 58.0 + min(45.0, worn) if on else 24.0
        thing.approach("bearing_temperature", warm + (8.0 if wears and on else 0.0), seconds, 90.0)
        thing.approach("vibration", 1.8 + 0.12 * worn if on else 0.0, seconds, 40.0)
        thing.approach("flow", 38.0 - 0.15 * worn if on else 0.0, seconds, 8.0)
        thing.approach("pressure", 4.2 if on else 0.4, seconds, 8.0)
        thing.values["power"] = 7_600.0 + 18 * worn + world.noise(35.0) if on else 0.0
        thing.values["runtime"] = thing.number("runtime") + (seconds / 3600 if on else 0.0)

    points = (
        sensor("flow", "Flow", "m³/h", "volume_flow_rate"),
        sensor("pressure", "Discharge pressure", "bar", "pressure", 2),
        _VIBRATION,
        sensor("bearing_temperature", "Bearing temperature", "°C", "temperature"),
        _POWER,
        _RUNTIME,
        _SWITCH,
    )
    values: dict[str, Value] = {
        "flow": 38.0,
        "pressure": 4.2,
        "vibration": 1.8,
        "bearing_temperature": 66.0 if wears else 58.0,
        "power": 7_600.0,
        "runtime": 18_422.5,
        "on": True,
    }
    return Thing(id, name, "plant room", "Grundfos", "NBG 65", points, values, step)


def _motor(id: str, name: str, rpm: float, torque: float) -> Thing:
    points = (
        sensor("speed", "Speed", "rpm", None, 0),
        sensor("torque", "Torque", "Nm"),
        _VIBRATION,
        sensor("winding_temperature", "Winding temperature", "°C", "temperature"),
        _POWER,
        _RUNTIME,
        _SWITCH,
    )
    values: dict[str, Value] = {
        "speed": rpm,
        "torque": torque,
        "vibration": 1.4,
        "winding_temperature": 82.0,
        "power": rpm * torque * math.pi / 30 / 0.91,
        "runtime": 9_120.0,
        "on": True,
    }
    return Thing(id, name, "plant hall", "ABB", "M3BP", points, values, _turn(rpm, torque))


def _turn(rpm: float, torque: float) -> Step:
    def step(thing: Thing, world: World, seconds: float) -> None:
        on = bool(thing.values["on"])
        load = torque * (1 + 0.04 * math.sin(world.elapsed_s / 180)) if on else 0.0
        thing.approach("speed", rpm if on else 0.0, seconds, 4.0)
        thing.approach("torque", load, seconds, 4.0)
        thing.approach("winding_temperature", 83.0 if on else 25.0, seconds, 1800.0)
        thing.approach("vibration", 1.4 if on else 0.0, seconds, 10.0)
        thing.values["power"] = thing.number("speed") * thing.number("torque") * math.pi / 30 / 0.91
        thing.values["runtime"] = thing.number("runtime") + (seconds / 3600 if on else 0.0)

    return step


def _ventilation() -> Thing:
    """The story: dust smoulders into the filter, and the pressure drop across it climbs."""

    def step(thing: Thing, world: World, seconds: float) -> None:
        on = bool(thing.values["on"])
        clogged = min(260.0, world.elapsed_s / 60 * 6.0)
        thing.approach("filter_pressure", 185.0 + clogged if on else 0.0, seconds, 20.0)
        thing.approach("airflow", 5_200.0 - 3.5 * clogged if on else 0.0, seconds, 15.0)
        thing.approach("supply_temperature", 21.0 if on else 17.0, seconds, 900.0)
        thing.approach("return_temperature", 22.3, seconds, 900.0)
        thing.approach("vibration", 1.1 if on else 0.0, seconds, 15.0)
        thing.values["power"] = 2_900.0 + 2.4 * clogged + world.noise(20.0) if on else 0.0
        thing.values["runtime"] = thing.number("runtime") + (seconds / 3600 if on else 0.0)

    points = (
        sensor("supply_temperature", "Supply temperature", "°C", "temperature"),
        sensor("return_temperature", "Return temperature", "°C", "temperature"),
        sensor("airflow", "Airflow", "m³/h", "volume_flow_rate", 0),
        sensor("filter_pressure", "Filter pressure", "Pa", "pressure", 0),
        _VIBRATION,
        _POWER,
        _RUNTIME,
        _SWITCH,
    )
    values: dict[str, Value] = {
        "supply_temperature": 21.0,
        "return_temperature": 22.3,
        "airflow": 5_200.0,
        "filter_pressure": 185.0,
        "vibration": 1.1,
        "power": 2_900.0,
        "runtime": 31_004.0,
        "on": True,
    }
    return Thing("AHU-1", "air handling unit", "plant roof", "Systemair", "Geniox 18", points, values, step)


def _valve() -> Thing:
    def step(thing: Thing, world: World, seconds: float) -> None:
        move(thing, world, seconds)
        thing.approach("differential_pressure", 1.9 - thing.number("position") / 100, seconds, 15.0)

    points = (
        Point("valve", "position", ""),
        sensor("differential_pressure", "Differential pressure", "bar", "pressure", 2),
    )
    values: dict[str, Value] = {"position": 65.0, "target": 65.0, "state": "stopped", "differential_pressure": 1.25}
    return Thing("V-301", "cooling valve", "plant room", "Belimo", "EV050R2", points, values, step)


def _tank() -> Thing:
    def step(thing: Thing, world: World, seconds: float) -> None:
        thing.approach("temperature", 34.0 + 0.4 * math.sin(world.elapsed_s / 4000), seconds, 3600.0)
        thing.approach("level", 72.0 + 6.0 * math.sin(world.elapsed_s / 1500), seconds, 600.0)

    points = (sensor("temperature", "Temperature", "°C", "temperature"), sensor("level", "Level", "%"))
    values: dict[str, Value] = {"temperature": 34.0, "level": 72.0}
    return Thing("T-401", "process tank sensor", "plant hall", "Endress+Hauser", "FMR20", points, values, step)


def _battery_storage() -> Thing:
    def step(thing: Thing, world: World, seconds: float) -> None:
        thing.values["power"] = -1_800.0 + 200.0 * math.sin(world.elapsed_s / 700)
        thing.values["charge"] = max(20.0, thing.number("charge") + thing.number("power") * seconds / 3.6e6 / 30 * 100)
        thing.approach("temperature", 27.5, seconds, 3600.0)

    points = (
        Point("sensor", "charge", "State of charge", "%", "battery"),
        _POWER,
        sensor("temperature", "Temperature", "°C", "temperature"),
    )
    values: dict[str, Value] = {"charge": 78.0, "power": -1_800.0, "temperature": 27.5}
    return Thing("BESS-1", "battery storage", "plant room", "BYD", "Battery-Box HVS", points, values, step)
