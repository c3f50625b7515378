"""Values: checked, converted, put into words."""

from typing import Any

import pytest

from twin_core.contract.errors import Rejected
from twin_core.contract.template import PropertySpec
from twin_core.domain import check_value, converged, value_text
from twin_core.templates import load_library

LIBRARY = load_library()
SETPOINT = LIBRARY["thermostat"].properties["setpoint"]
MODE = LIBRARY["thermostat"].properties["mode"]
LOCKED = LIBRARY["lock"].properties["locked"]
FLOW = LIBRARY["water_meter"].properties["flow"]
NOTE = PropertySpec("note", "text", "note")


@pytest.mark.parametrize(
    ("spec", "value", "unit", "expected"),
    [
        (SETPOINT, 21, None, 21.0),
        (SETPOINT, "21.5", None, 21.5),
        (SETPOINT, 69.8, "°F", 21.0),
        (SETPOINT, 294.15, "K", 21.0),
        (FLOW, 1, "L/min", 0.06),
        (LOCKED, True, None, True),
        (LOCKED, "Unlocked", None, False),
        (LOCKED, "off", None, False),
        (LOCKED, 1, None, True),
        (LOCKED, "0", None, False),
        (MODE, " HEAT ", None, "heat"),
        (NOTE, "on", None, "on"),
    ],
)
def test_what_is_said_becomes_what_is_stored(spec: PropertySpec, value: Any, unit: str | None, expected: Any) -> None:
    stored = check_value(spec, value, unit)
    assert stored == expected
    assert type(stored) is type(expected)


@pytest.mark.parametrize(
    ("spec", "value", "unit", "said"),
    [
        (SETPOINT, 90, None, "5 to 35 °C"),
        (SETPOINT, 21, "bar", "cannot be converted"),
        (SETPOINT, float("nan"), None, "finite"),
        (SETPOINT, float("-inf"), None, "finite"),
        (SETPOINT, 10**400, None, "a number"),
        (SETPOINT, "warm", None, "a number"),
        (SETPOINT, True, None, "a number"),
        (SETPOINT, None, None, "a number"),
        (SETPOINT, [21], None, "a number"),
        (LOCKED, "maybe", None, "locked or unlocked"),
        (LOCKED, 2, None, "locked or unlocked"),
        (LOCKED, None, None, "locked or unlocked"),
        (MODE, "turbo", None, "off, heat, cool, auto"),
        (MODE, True, None, "off, heat, cool, auto"),
        (NOTE, "x" * 1001, None, "at most 1000"),
    ],
)
def test_what_is_not_possible_is_refused_in_the_persons_words(
    spec: PropertySpec, value: Any, unit: str | None, said: str
) -> None:
    with pytest.raises(Rejected) as error:
        check_value(spec, value, unit)
    assert said in str(error.value)
    assert spec.label in str(error.value) or unit


def test_values_are_said_in_the_words_of_their_property() -> None:
    assert value_text(SETPOINT, -8.25) == "−8.2 °C"
    assert value_text(LOCKED, False) == "unlocked"
    assert value_text(FLOW, 0.052) == "0.052 m³/h"
    assert value_text(MODE, "heat") == "heat"


def test_converged_means_within_the_resolution() -> None:
    assert converged(SETPOINT, 21.1, 21.0)
    assert not converged(SETPOINT, 21.2, 21.0)
    assert not converged(LOCKED, True, False)
    assert converged(MODE, "heat", "heat")
