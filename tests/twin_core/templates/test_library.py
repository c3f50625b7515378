"""The twin library: complete as the contract says, read strictly, every fault named by file and key."""

from pathlib import Path

import pytest

from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.template import TwinType
from twin_core.contract.topics import TOPICS
from twin_core.templates import load_library

LIBRARY = load_library()
TYPES = {twin_type.name: twin_type for twin_type in LIBRARY.types}

# The contract's table: names and units are fixed, more properties may be added.
CONTRACT: dict[str, dict[str, str | None]] = {
    "light": {"on": None, "brightness": "%", "color_temperature": "K", "power": "W"},
    "plug": {"on": None, "power": "W", "energy": "kWh"},
    "thermostat": {"temperature": "°C", "setpoint": "°C", "mode": None, "heating": "%", "humidity": "%"},
    "sensor": {
        "temperature": "°C",
        "humidity": "%",
        "co2": "ppm",
        "pressure": "hPa",
        "illuminance": "lx",
        "motion": None,
        "contact": None,
        "leak": None,
        "smoke": None,
        "battery": "%",
    },
    "freezer": {"temperature": "°C", "door_open": None, "power": "W"},
    "lock": {"locked": None, "battery": "%"},
    "blind": {"position": "%"},
    "boiler": {"temperature": "°C", "pressure": "bar", "on": None, "power": "W"},
    "hvac_unit": {
        "supply_temperature": "°C",
        "return_temperature": "°C",
        "airflow": "m3/h",
        "filter_pressure": "Pa",
        "vibration": "mm/s",
        "power": "W",
        "runtime": "h",
        "on": None,
    },
    "pump": {
        "flow": "m3/h",
        "pressure": "bar",
        "vibration": "mm/s",
        "bearing_temperature": "°C",
        "power": "W",
        "runtime": "h",
        "on": None,
    },
    "motor": {
        "speed": "rpm",
        "torque": "Nm",
        "vibration": "mm/s",
        "winding_temperature": "°C",
        "power": "W",
        "runtime": "h",
        "on": None,
    },
    "valve": {"position": "%", "differential_pressure": "bar"},
    "battery_storage": {"charge": "%", "power": "W", "temperature": "°C"},
    "ev_charger": {"on": None, "power": "W", "energy": "kWh", "plugged_in": None},
    "electricity_meter": {"reading": "kWh", "power": "W"},
    "gas_meter": {"reading": "m3", "flow": "m3/h"},
    "water_meter": {"reading": "m3", "flow": "m3/h"},
    "place": {"occupied": None, "occupancy": "people"},
    "person": {
        "energy": None,
        "mood": None,
        "stress": None,
        "workload": "h/day",
        "focus_time": "h/day",
        "sleep": "h",
    },
    "team": {"members": "people", "capacity": "h/week"},
}


def test_the_library_holds_the_types_of_the_contract() -> None:
    assert set(TYPES) == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_properties_and_units_are_those_of_the_contract(name: str) -> None:
    units = {p: spec.unit for p, spec in TYPES[name].properties.items()}
    assert CONTRACT[name].items() <= units.items()


@pytest.mark.parametrize("twin_type", TYPES.values(), ids=lambda t: t.name)
def test_every_type_can_be_interviewed(twin_type: TwinType) -> None:
    slots = [question.slot for question in twin_type.questions]
    assert slots[0] == "name"
    assert (slots[-1] == "importance") is (twin_type.name != "person")  # a person is no thing that matters less
    assert 3 <= len([q for q in twin_type.questions if q.fidelity == "basic"]) <= 7
    assert "{" not in "".join(question.text for question in twin_type.questions)
    assert {q.default for q in twin_type.questions if q.slot == "importance"} <= {twin_type.importance}


def test_a_person_is_asked_about_all_topics_of_attention() -> None:
    [question] = [q for q in TYPES["person"].questions if q.slot == "matters_most"]
    assert question.choices == TOPICS


@pytest.mark.parametrize("twin_type", TYPES.values(), ids=lambda t: t.name)
def test_defaults_of_limit_questions_are_the_limits_of_the_rules(twin_type: TwinType) -> None:
    for question in twin_type.questions:
        if not question.slot.startswith("limits.") or question.default is None:
            continue
        _, name, side = question.slot.split(".")
        kind = "above" if side == "high" else "below"
        limits = [r.limit for r in twin_type.rules if r.property == name and r.kind == kind and r.configurable]
        assert question.default == (min if side == "high" else max)(float(limit) for limit in limits)


def test_risk_is_as_the_contract_says() -> None:
    def risky(name: str, p: str, value: bool | float | str) -> bool:
        return TYPES[name].properties[p].approval.needed_for(value)

    at_once: list[tuple[str, str, bool | float | str]] = [
        ("light", "on", False),
        ("plug", "on", False),
        ("blind", "position", 0.0),
        ("lock", "locked", True),
        ("thermostat", "setpoint", 21.0),
        ("boiler", "on", True),
        ("thermostat", "mode", "heat"),
    ]
    waiting: list[tuple[str, str, bool | float | str]] = [
        ("lock", "locked", False),
        ("boiler", "on", False),
        ("thermostat", "mode", "off"),
        ("thermostat", "setpoint", 12.0),
        ("thermostat", "setpoint", 30.0),
        ("valve", "position", 50.0),
        *((name, "on", value) for name in ("pump", "motor", "hvac_unit") for value in (True, False)),
    ]
    assert [case for case in at_once if risky(*case)] == []
    assert [case for case in waiting if not risky(*case)] == []
    assert all(s.approval.reason for t in TYPES.values() for s in t.properties.values() if s.approval.always)


def test_hazards_are_critical_and_immediate() -> None:
    hazards = [rule for twin_type in TYPES.values() for rule in twin_type.rules if rule.hazard]
    assert {rule.name for rule in hazards} >= {"smoke", "leak", "carbon_monoxide", "gas", "fire_risk"}
    assert all(rule.severity == "critical" and rule.for_s == 0 for rule in hazards)


@pytest.mark.parametrize("twin_type", TYPES.values(), ids=lambda t: t.name)
def test_whatever_is_told_comes_with_what_helps(twin_type: TwinType) -> None:
    assert not [rule.name for rule in twin_type.rules if rule.severity != "info" and not rule.remedy]


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(NotFound) as error:
        LIBRARY["termostat"]
    assert error.value.details["nearest"][0] == "thermostat"
    assert "thermostat" in error.value.hint


def test_a_word_of_the_person_leads_to_the_type() -> None:
    with pytest.raises(NotFound) as error:
        LIBRARY["wallbox"]
    assert error.value.details["nearest"][0] == "ev_charger"


# --- a person's own types --------------------------------------------------------------------------

OVEN = """
name = "oven"
title = "oven"
main_property = "temperature"
[properties.temperature]
kind = "number"
label = "temperature"
unit = "°C"
minimum = 0
maximum = 500
[properties.on]
kind = "boolean"
label = "oven"
writable = true
[[rules]]
name = "hot"
property = "temperature"
kind = "above"
limit = 300
clear = 280
severity = "warning"
escalates_at = 350
text = "{twin} is too hot"
consequence = "the cake burns"
only = { on = true }
[[questions]]
slot = "rack"
text = "Which rack?"
kind = "choice"
choices = ["top", "bottom"]
default = "top"
"""


def test_a_folder_of_own_types_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "oven.toml").write_text(OVEN, "utf-8")
    oven = load_library(tmp_path)["oven"]
    assert [question.slot for question in oven.questions] == ["name", "place", "rack", "importance"]
    assert oven.rules[0].only == {"on": True}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "oven"', 'titel = "oven"', "title"),
        ('label = "oven"', 'label = "oven"\nwriteable = true', "Did you mean writable?"),
        ('\nproperty = "temperature"', '\nproperty = "heat"', "rules.hot: property names 'heat'"),
        ('kind = "above"', 'kind = "over"', "above, below, is, rising, falling"),
        ("limit = 300", "limit = 600", "limit lies outside the range"),
        ("limit = 300", "limit = true", "rules.hot: limit must be a number"),
        ("clear = 280", "clear = 320", "clear lies on the wrong side"),
        ("escalates_at = 350", "escalates_at = 200", "escalates_at lies on the wrong side"),
        ('severity = "warning"', 'severity = "critical"', "escalates_at belongs to a warning"),
        ('severity = "warning"', 'severity = "warning"\nhazard = true', "a hazard is critical"),
        ("{twin} is too hot", "{device} is too hot", "has {device}"),
        ("{twin} is too hot", "{twin is too hot", "cannot be filled in"),
        ('consequence = "the cake burns"', "", "consequence is missing"),
        ("only = { on = true }", "only = { lid = true }", "only names 'lid'"),
        ("only = { on = true }", 'only = { on = "yes" }', "which on never is"),
        ("only = { on = true }", "unless = { lid = true }", "unless names 'lid'"),
        ("limit = 300", "limit = 300\nfloor = 5", "floor has no meaning"),
        ("limit = 300", 'limit = 300\nbaseline = "on"', "baseline must be a number"),
        ("minimum = 0", "minimum = 900", "minimum must be below maximum"),
        ("minimum = 0", "minimum = nan", "minimum must be a number"),
        ('unit = "°C"', 'unit = "celsius"', "Write °C"),
        ('main_property = "temperature"', 'main_property = "heat"', "main_property is 'heat'"),
        ('default = "top"', 'default = "middle"', "no answer to its own question"),
        ('kind = "choice"\nchoices = ["top", "bottom"]', 'kind = "choice"', "choices belong to a choice"),
        (
            'choices = ["top", "bottom"]',
            'choices = ["top", "bottom"]\nchoice_words = { left = ["west"] }',
            "choice_words are for 'left'",
        ),
        ('slot = "rack"', 'slot = "limits.rack.high"', "sets no limit"),
        ('slot = "rack"', 'slot = "Rack Number"', "slot is 'Rack Number'"),
        ("writable = true", "writable = true\n[properties.on.approval]\nalways = true", "approval needs a reason"),
        ('name = "oven"', 'name = "stove"', "name of the file"),
        ("[properties.on]", "[properties.on", "oven.toml"),
    ],
)
def test_a_fault_is_named_by_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in OVEN
    (tmp_path / "oven.toml").write_text(OVEN.replace(old, new, 1), "utf-8")
    with pytest.raises(Rejected) as error:
        load_library(tmp_path)
    assert "oven.toml" in str(error.value)
    assert said in str(error.value)


def test_a_type_cannot_be_defined_twice(tmp_path: Path) -> None:
    (tmp_path / "light.toml").write_text(OVEN.replace('name = "oven"', 'name = "light"', 1), "utf-8")
    with pytest.raises(Rejected, match="already"):
        load_library(tmp_path)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="not a folder"):
        load_library(tmp_path / "nowhere")


def test_invalid_utf_8_is_said(tmp_path: Path) -> None:
    (tmp_path / "oven.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(Rejected, match=r"oven\.toml"):
        load_library(tmp_path)
