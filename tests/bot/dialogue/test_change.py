"""From what was said to the properties that change."""

from typing import Any

import pytest

from bot.dialogue.change import plan
from twin_core.contract.errors import Rejected
from twin_core.templates import load_library

LIBRARY = load_library()


@pytest.mark.parametrize(
    ("type", "slots", "current", "expected"),
    [
        ("light", {"value": "off"}, {}, {"on": False}),
        ("light", {"value": True}, {}, {"on": True}),
        ("light", {"value": 40.0, "unit": "%"}, {}, {"brightness": 40.0}),
        ("light", {"action": "dim"}, {"brightness": 60.0}, {"brightness": 40.0}),
        ("thermostat", {"value": 21.0}, {}, {"setpoint": 21.0}),
        ("thermostat", {"value": 21.0, "unit": "°C", "property": "temperature"}, {}, {"setpoint": 21.0}),
        ("thermostat", {"value": {"delta": -1.0, "unit": "°C"}}, {"setpoint": 22.0}, {"setpoint": 21.0}),
        ("thermostat", {"value": {"delta": 1.8, "unit": "°F"}}, {"setpoint": 20.0}, {"setpoint": 21.0}),
        ("thermostat", {"value": "off"}, {}, {"mode": "off"}),
        ("thermostat", {"value": "cool"}, {}, {"mode": "cool"}),
        ("blind", {"value": 40.0, "unit": "%"}, {}, {"position": 40.0}),
        ("blind", {"value": "half"}, {}, {"position": 50.0}),
        ("blind", {"action": "close"}, {}, {"position": 0.0}),
        ("blind", {"value": {"delta": 30.0}}, {"position": 90.0}, {"position": 100.0}),
        ("lock", {"action": "unlock"}, {}, {"locked": False}),
        ("pump", {"action": "stop"}, {}, {"on": False}),
    ],
)
def test_what_is_said_becomes_values(
    type: str, slots: dict[str, Any], current: dict[str, Any], expected: dict[str, Any]
) -> None:
    values, _ = plan(LIBRARY[type], slots, current)
    assert values == pytest.approx(expected)


@pytest.mark.parametrize(
    ("type", "slots", "says"),
    [
        ("light", {}, "brightness"),
        ("sensor", {"value": "off"}, "can't be set"),
        ("lock", {"value": 21.0, "unit": "°C"}, "locked"),
        ("thermostat", {"value": {"delta": 1.0}}, "don't know"),
        ("light", {"value": {"delta": 2.0, "property": "temperature"}}, "brightness"),
    ],
)
def test_what_cannot_be_done_says_what_can(type: str, slots: dict[str, Any], says: str) -> None:
    with pytest.raises(Rejected) as caught:
        plan(LIBRARY[type], slots, {})
    assert says in str(caught.value)
