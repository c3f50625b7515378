"""The demo house: lights, plugs, climate, safety, meters, with the physics of a quiet day in March."""

import math

from connectors.demo.thing import Point, Step, Thing, Value, World, battery, binary, meter, sensor

_POWER = sensor("power", "Power", "W", "power")
_ENERGY = meter("energy", "Energy", "kWh", "energy")


def house() -> list[Thing]:
    """About twenty things, one of them in trouble: the freezer. And the lock's battery runs out."""
    return [
        *_lights(),
        *_plugs(),
        *_climate(),
        *_safety(),
        _freezer(),
        _lock(),
        *_blinds(),
        _boiler(),
        _ev_charger(),
        *_meters(),
    ]


def _lights() -> list[Thing]:
    def light(id: str, name: str, place: str, *, on: bool, level: float, tints: bool) -> Thing:
        values: dict[str, Value] = {"on": on, "brightness": level, "color_temperature": 2700.0}
        return Thing(
            id, name, place, "IKEA", "LED2101G4", (Point("light", "on", "", tints=tints),), values, lambda *_: None
        )

    return [
        light("0x0017880104e45551", "kitchen light", "kitchen", on=True, level=80, tints=True),
        light("0x0017880104e45552", "hall light", "hall", on=True, level=60, tints=True),
        light("0x0017880104e45553", "living room light", "living room", on=False, level=40, tints=True),
        light("0x0017880104e45554", "bedroom light", "bedroom", on=False, level=30, tints=False),
        light("0x0017880104e45555", "garage light", "garage", on=False, level=100, tints=False),
    ]


def _plugs() -> list[Thing]:
    def plug(id: str, name: str, place: str, watts: float, *, on: bool, maker: str, model: str) -> Thing:
        points = (Point("switch", "on", "", device_class="outlet"), _POWER, _ENERGY)
        values: dict[str, Value] = {"on": on, "power": 0.0, "energy": 12.0 + watts / 10}
        return Thing(id, name, place, maker, model, points, values, _consume(watts))

    return [
        plug("DVES_4A3B01", "coffee machine", "kitchen", 900.0, on=False, maker="Gosund", model="SP111"),
        plug("DVES_4A3B02", "television plug", "living room", 85.0, on=True, maker="Gosund", model="SP111"),
        plug("shellyplusplugs-b0b21c", "washing machine", "bathroom", 420.0, on=True, maker="Shelly", model="Plug S"),
    ]


def _consume(watts: float) -> Step:
    def step(thing: Thing, world: World, seconds: float) -> None:
        target = watts * (1 + 0.05 * math.sin(world.elapsed_s / 97)) if thing.values["on"] else 0.0
        thing.values["power"] = max(0.0, target + (world.noise(watts * 0.01) if target else 0.0))
        thing.values["energy"] = thing.number("energy") + thing.number("power") * seconds / 3.6e6

    return step


def _climate() -> list[Thing]:
    def thermostat(id: str, name: str, place: str, temperature: float, setpoint: float) -> Thing:
        values: dict[str, Value] = {
            "temperature": temperature,
            "setpoint": setpoint,
            "mode": "heat",
            "action": "idle",
            "heating": 20.0,
            "battery": 82.0,
        }
        points = (Point("climate", "temperature", ""), sensor("heating", "Heating demand", "%", digits=0), battery())
        return Thing(id, name, place, "Bosch", "BTH-RA", points, values, _heat)

    air = (
        sensor("temperature", "Temperature", "°C", "temperature"),
        sensor("humidity", "Humidity", "%", "humidity", 0),
        sensor("co2", "CO2", "ppm", "carbon_dioxide", 0),
    )
    damp = (air[0], air[1], battery())
    return [
        thermostat("0x18fc2600000d7ae1", "hall thermostat", "hall", 20.4, 20.5),
        thermostat("0x18fc2600000d7ae2", "living room thermostat", "living room", 21.2, 21.5),
        thermostat("0x18fc2600000d7ae3", "bedroom thermostat", "bedroom", 18.3, 18.0),
        Thing(
            "air-living",
            "living room air sensor",
            "living room",
            "Sensirion",
            "SCD41",
            air,
            {"temperature": 21.3, "humidity": 44.0, "co2": 720.0},
            _breathe,
        ),
        Thing(
            "0x00158d0001dc1261",
            "bathroom sensor",
            "bathroom",
            "Aqara",
            "WSDCGQ11LM",
            damp,
            {"temperature": 22.1, "humidity": 58.0, "battery": 71.0},
            _stay_damp,
        ),
    ]


def _heat(thing: Thing, world: World, seconds: float) -> None:
    """A room of a few hours' time constant, heated in proportion to what is missing."""
    missing = thing.number("setpoint") - thing.number("temperature")
    demand = min(100.0, max(0.0, 35.0 + 60.0 * missing)) if thing.values["mode"] in ("heat", "auto") else 0.0
    thing.values["heating"] = demand
    thing.values["action"] = "off" if thing.values["mode"] == "off" else "heating" if demand > 5 else "idle"
    thing.approach("temperature", world.outside + demand * 0.42, seconds, 6 * 3600.0)


def _breathe(thing: Thing, world: World, seconds: float) -> None:
    thing.approach("co2", 760.0 + 60.0 * math.sin(world.elapsed_s / 2400), seconds, 1800.0)
    thing.approach("temperature", 21.4 + 0.2 * math.sin(world.elapsed_s / 5000), seconds, 3600.0)
    thing.approach("humidity", 45.0 + 2.0 * math.sin(world.elapsed_s / 4000), seconds, 3600.0)


def _stay_damp(thing: Thing, world: World, seconds: float) -> None:
    thing.approach("humidity", 57.0 + 3.0 * math.sin(world.elapsed_s / 3000), seconds, 2400.0)
    thing.approach("temperature", 22.0 + 0.3 * math.sin(world.elapsed_s / 6000), seconds, 3600.0)


def _safety() -> list[Thing]:
    def safety(
        id: str, name: str, place: str, model: str, key: str, label: str, device_class: str, level: float
    ) -> Thing:
        points = (binary(key, label, device_class), battery())
        return Thing(id, name, place, "Aqara", model, points, {key: False, "battery": level}, _watch(key))

    return [
        safety("0x00158d0002e9a101", "front door sensor", "hall", "MCCGQ11LM", "contact", "Door", "door", 88.0),
        safety(
            "0x00158d0002e9a102", "kitchen leak sensor", "kitchen", "SJCGQ11LM", "water_leak", "Leak", "moisture", 64.0
        ),
        safety("0x00158d0002e9a103", "hall smoke detector", "hall", "JTYJ-GD-01LM", "smoke", "Smoke", "smoke", 57.0),
        safety(
            "0x00158d0002e9a104", "garage motion sensor", "garage", "RTCGQ11LM", "occupancy", "Motion", "motion", 93.0
        ),
    ]


def _watch(key: str) -> Step:
    def step(thing: Thing, world: World, seconds: float) -> None:
        thing.values["battery"] = max(1.0, thing.number("battery") - seconds * 2e-6)
        if key == "occupancy":
            thing.values[key] = math.sin(world.elapsed_s / 230) > 0.93

    return step


def _freezer() -> Thing:
    """The story: a minute after the start the door is left open, and it warms up by half a degree a minute."""

    def step(thing: Thing, world: World, seconds: float) -> None:
        thing.values["door_open"] = world.elapsed_s > 60
        if thing.values["door_open"]:
            thing.approach("temperature", 8.0, seconds, 3000.0)
            thing.values["power"] = 148.0 + world.noise(2.0)
            return
        thing.approach("temperature", -18.5, seconds, 3000.0)
        thing.values["power"] = 92.0 + world.noise(2.0) if math.sin(world.elapsed_s / 300) > 0 else 2.0

    points = (
        sensor("temperature", "Temperature", "°C", "temperature"),
        binary("door_open", "Door", "door"),
        _POWER,
    )
    values: dict[str, Value] = {"temperature": -18.4, "door_open": False, "power": 90.0}
    return Thing("freezer-garage", "garage freezer", "garage", "Liebherr", "GN 5235", points, values, step)


def _lock() -> Thing:
    """The story: a battery that has reached its last per cents."""

    def step(thing: Thing, world: World, seconds: float) -> None:
        thing.values["battery"] = max(3.0, thing.number("battery") - seconds / 600.0)

    points = (Point("lock", "locked", ""), battery())
    values: dict[str, Value] = {"locked": True, "battery": 15.9}
    return Thing("0x000d6f0011aa22bb", "front door lock", "hall", "Danalock", "V3-BTZB", points, values, step)


def _blinds() -> list[Thing]:
    def blind(id: str, name: str, place: str, maker: str, model: str, position: float) -> Thing:
        values: dict[str, Value] = {"position": position, "target": position, "state": "stopped"}
        return Thing(id, name, place, maker, model, (Point("cover", "position", ""),), values, move)

    return [
        blind("0x04cf8cdf3c7938aa", "living room blind", "living room", "IKEA", "E1757", 100.0),
        blind("shellyplus2pm-c82e18", "bedroom blind", "bedroom", "Shelly", "Plus 2PM", 35.0),
    ]


def move(thing: Thing, world: World, seconds: float) -> None:
    """A drive that travels from end to end in half a minute."""
    way = thing.number("target") - thing.number("position")
    reach = 100.0 / 30.0 * seconds
    if abs(way) <= max(reach, 0.5):
        thing.values |= {"position": thing.number("target"), "state": "stopped"}
    else:
        thing.values["position"] = thing.number("position") + math.copysign(reach, way)
        thing.values["state"] = "opening" if way > 0 else "closing"


def _boiler() -> Thing:
    def step(thing: Thing, world: World, seconds: float) -> None:
        on = bool(thing.values["on"])
        thing.approach("temperature", 62.0 + 4.0 * math.sin(world.elapsed_s / 900) if on else 15.0, seconds, 2400.0)
        thing.approach("pressure", 1.2 + thing.number("temperature") / 200.0, seconds, 600.0)
        thing.values["power"] = 2400.0 + world.noise(25.0) if on else 3.0

    points = (
        sensor("temperature", "Temperature", "°C", "temperature"),
        sensor("pressure", "Pressure", "bar", "pressure", 2),
        Point("switch", "on", "Heating"),
        _POWER,
    )
    values: dict[str, Value] = {"temperature": 61.5, "pressure": 1.52, "on": True, "power": 2400.0}
    return Thing("boiler-basement", "boiler", "basement", "Viessmann", "Vitodens 200-W", points, values, step)


def _ev_charger() -> Thing:
    def step(thing: Thing, world: World, seconds: float) -> None:
        charging = bool(thing.values["on"]) and bool(thing.values["plugged_in"])
        thing.values["power"] = 7360.0 + world.noise(30.0) if charging else 4.0
        thing.values["energy"] = thing.number("energy") + thing.number("power") * seconds / 3.6e6

    points = (
        Point("switch", "on", "Charging"),
        _POWER,
        _ENERGY,
        binary("plugged_in", "Car connected", "plug"),
    )
    values: dict[str, Value] = {"on": True, "power": 7360.0, "energy": 1834.2, "plugged_in": True}
    return Thing("wallbox-1432", "car charger", "garage", "go-e", "Charger Gemini", points, values, step)


def _meters() -> list[Thing]:
    def electricity(thing: Thing, world: World, seconds: float) -> None:
        thing.values["power"] = 10_900.0 + 350.0 * math.sin(world.elapsed_s / 400) + world.noise(40.0)
        thing.values["reading"] = thing.number("reading") + thing.number("power") * seconds / 3.6e6

    def water(thing: Thing, world: World, seconds: float) -> None:
        thing.values["flow"] = 0.42 if math.sin(world.elapsed_s / 310) > 0.9 else 0.0
        thing.values["reading"] = thing.number("reading") + thing.number("flow") * seconds / 3600.0

    return [
        Thing(
            "DVES_SML001",
            "electricity meter",
            "basement",
            "ISKRA",
            "MT175",
            (meter("reading", "Meter reading", "kWh", "energy"), _POWER),
            {"reading": 48_213.512, "power": 10_900.0},
            electricity,
        ),
        Thing(
            "water-basement",
            "water meter",
            "basement",
            "Itron",
            "Aquadis+",
            (meter("reading", "Meter reading", "m³", "water"), sensor("flow", "Flow", "m³/h", "volume_flow_rate", 2)),
            {"reading": 731.204, "flow": 0.0},
            water,
        ),
    ]
