"""Announcements as real devices make them, and the twins they must become."""

from typing import Any

import pytest

from twin_core.contract.views import SignalView
from twin_core.sync.matching import assign, match
from twin_core.templates import load_library

LIBRARY = load_library()


def number(id: str, unit: str | None = None, device_class: str | None = None, **more: Any) -> SignalView:
    name = more.pop("name", id.replace("_", " ").replace(".", " ").capitalize())
    component = more.pop("component", "sensor")
    return SignalView(id, name, "number", component, device_class, unit, **more)


def boolean(id: str, component: str = "binary_sensor", device_class: str | None = None, **more: Any) -> SignalView:
    return SignalView(id, more.pop("name", id), "boolean", component, device_class, **more)


def choice(id: str, *choices: str, component: str = "sensor", **more: Any) -> SignalView:
    return SignalView(id, more.pop("name", id), "choice", component, choices=choices, **more)


NOISE = (
    number("linkquality", "lqi", category="diagnostic"),
    number("voltage", "mV", "voltage", category="diagnostic"),
    choice("device_mode", "a", "b", component="select", writable=True, category="config"),
    number("temperature_calibration", "°C", "temperature", component="number", writable=True, category="config"),
    SignalView("last_seen", "Last seen", "text", "sensor", "timestamp", category="diagnostic"),
)

DEVICES: dict[str, tuple[str, tuple[SignalView, ...], str, dict[str, str]]] = {
    "dimmable white bulb": (
        "bulb",
        (
            boolean("light", "light", writable=True),
            number("light.brightness", component="light", writable=True, minimum=0, maximum=254),
            number("light.color_temperature", "mired", component="light", writable=True, minimum=250, maximum=454),
        ),
        "light",
        {"on": "light", "brightness": "light.brightness", "color_temperature": "light.color_temperature"},
    ),
    "radiator thermostat": (
        "bosch_radiator",
        (
            number("climate.current_temperature", "°C", component="climate"),
            number("climate.temperature", "°C", component="climate", writable=True, name="Target temperature"),
            choice("climate.mode", "off", "heat", "auto", component="climate", writable=True),
            choice("climate.action", "idle", "heating", component="climate"),
            number("battery", "%", "battery", category="diagnostic"),
        ),
        "thermostat",
        {
            "temperature": "climate.current_temperature",
            "setpoint": "climate.temperature",
            "mode": "climate.mode",
            "heating": "climate.action",
            "battery": "battery",
        },
    ),
    "thermostat that also has a temperature sensor and a heating demand": (
        "Hall",
        (
            number("local_temperature", "°C", "temperature"),
            number("pi_heating_demand", "%", name="PI heating demand"),
            number("target_temperature", "°C", component="climate", writable=True),
            choice("mode", "off", "heat", component="climate", writable=True),
        ),
        "thermostat",
        {
            "temperature": "local_temperature",
            "heating": "pi_heating_demand",
            "setpoint": "target_temperature",
            "mode": "mode",
        },
    ),
    "metering plug": (
        "TS011F",
        (
            boolean("switch", "switch", writable=True),
            number("power", "W", "power"),
            number("energy", "kWh", "energy"),
            number("current", "A", "current", category="diagnostic"),
        ),
        "plug",
        {"on": "switch", "power": "power", "energy": "energy"},
    ),
    "climate sensor": (
        "0x00158d0001",
        (
            number("temperature", "°F", "temperature"),
            number("humidity", "%", "humidity"),
            number("pressure", "hPa", "atmospheric_pressure"),
            number("battery", "%", "battery", category="diagnostic"),
        ),
        "sensor",
        {"temperature": "temperature", "humidity": "humidity", "pressure": "pressure", "battery": "battery"},
    ),
    "leak sensor": ("sink", (boolean("water_leak", device_class="moisture"),), "sensor", {"leak": "water_leak"}),
    "door contact": ("terrace", (boolean("contact", device_class="door"),), "sensor", {"contact": "contact"}),
    "freezer": (
        "cold one",
        (
            number("temperature", "°C", "temperature"),
            boolean("door", device_class="door"),
            number("power", "W", "power"),
        ),
        "freezer",
        {"temperature": "temperature", "door_open": "door", "power": "power"},
    ),
    "freezer by name": (
        "Garage freezer",
        (number("temperature", "°C", "temperature"),),
        "freezer",
        {"temperature": "temperature"},
    ),
    "pump": (
        "P-101",
        (
            number("flow", "m³/h", "volume_flow_rate"),
            number("pressure", "bar", "pressure"),
            number("vibration", "mm/s"),
            number("bearing_temperature", "°C", "temperature"),
            number("power", "kW", "power"),
            number("runtime", "h", "duration"),
            boolean("switch", "switch", writable=True),
        ),
        "pump",
        {
            "flow": "flow",
            "pressure": "pressure",
            "vibration": "vibration",
            "bearing_temperature": "bearing_temperature",
            "power": "power",
            "runtime": "runtime",
            "on": "switch",
        },
    ),
    "air handling unit": (
        "AHU 1",
        (
            number("supply_temperature", "°C", "temperature"),
            number("return_temperature", "°C", "temperature"),
            number("airflow", "m³/h", "volume_flow_rate"),
            number("filter_pressure", "Pa", "pressure"),
            number("vibration", "mm/s"),
            number("power", "W", "power"),
            boolean("fan", "switch", writable=True),
        ),
        "hvac_unit",
        {
            "supply_temperature": "supply_temperature",
            "return_temperature": "return_temperature",
            "airflow": "airflow",
            "filter_pressure": "filter_pressure",
            "vibration": "vibration",
            "power": "power",
            "on": "fan",
        },
    ),
    "motor": (
        "M2",
        (
            number("speed", "rpm"),
            number("torque", "Nm"),
            number("winding_temperature", "°C", "temperature"),
            boolean("run", "switch", writable=True),
        ),
        "motor",
        {"speed": "speed", "torque": "torque", "winding_temperature": "winding_temperature", "on": "run"},
    ),
    "lock": (
        "front door",
        (boolean("lock", "lock", writable=True), number("battery", "%", "battery", category="diagnostic")),
        "lock",
        {"locked": "lock", "battery": "battery"},
    ),
    "blind": (
        "smart vent",
        (number("cover.position", "%", component="cover", writable=True),),
        "blind",
        {"position": "cover.position"},
    ),
    "electricity meter": (
        "Main meter",
        (number("energy_import", "kWh", "energy"), number("power", "W", "power")),
        "electricity_meter",
        {"reading": "energy_import", "power": "power"},
    ),
    "water meter": (
        "water",
        (number("total", "m³", "water"), number("flow", "L/min", "volume_flow_rate")),
        "water_meter",
        {"reading": "total", "flow": "flow"},
    ),
    "wall box": (
        "Wallbox",
        (
            boolean("charging", "switch", writable=True),
            boolean("car", device_class="plug"),
            number("power", "kW", "power"),
            number("session_energy", "kWh", "energy"),
        ),
        "ev_charger",
        {"on": "charging", "plugged_in": "car", "power": "power", "energy": "session_energy"},
    ),
}


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_becomes_the_twin_it_is(device: str) -> None:
    name, signals, type_name, properties = DEVICES[device]
    fit = match(LIBRARY.types, (*signals, *NOISE), name)
    assert (fit.type, dict(fit.properties)) == (type_name, properties)


@pytest.mark.parametrize("device", DEVICES)
def test_the_order_of_the_announcement_does_not_matter(device: str) -> None:
    name, signals, type_name, properties = DEVICES[device]
    fit = match(LIBRARY.types, tuple(reversed((*signals, *NOISE))), name)
    assert (fit.type, dict(fit.properties)) == (type_name, properties)


def test_a_name_decides_between_equals() -> None:
    signals = (boolean("switch", "switch", writable=True), number("temperature", "°C", "temperature"))
    assert match(LIBRARY.types, signals, "Cellar", "Heat pump 3000").type == "boiler"


def test_a_device_that_says_nothing_known_is_not_made_up() -> None:
    fit = match(LIBRARY.types, NOISE, "mystery")
    assert fit.properties == {}


def test_a_person_can_decide_on_another_type() -> None:
    _, signals, _, _ = DEVICES["climate sensor"]
    assert assign(LIBRARY["freezer"], signals) == {"temperature": "temperature"}
