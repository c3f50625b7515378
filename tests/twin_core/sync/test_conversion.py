import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_core.contract.template import PropertySpec
from twin_core.contract.views import SignalView
from twin_core.sync.conversion import convertible, to_property, to_signal

BRIGHTNESS = PropertySpec("brightness", "number", "brightness", "%", 0, 100, 1, writable=True)
COLOR = PropertySpec("color_temperature", "number", "colour", "K", 1000, 10000, 50, writable=True)
SETPOINT = PropertySpec("setpoint", "number", "set-point", "°C", 5, 35, 0.1, writable=True)
MODE = PropertySpec("mode", "choice", "mode", choices=("off", "heat", "cool", "auto"), writable=True)
HEATING = PropertySpec("heating", "number", "heating demand", "%", 0, 100)


def signal(kind: Any = "number", **more: Any) -> SignalView:
    return SignalView("s", "s", kind, "light", writable=True, **more)


@given(st.floats(0, 100))
def test_what_is_told_comes_back_as_it_was_meant(percent: float) -> None:
    lamp = signal(minimum=0, maximum=254)
    told = to_signal(percent, lamp, BRIGHTNESS)
    assert isinstance(told, float)
    assert told == int(told)
    back, unit = to_property(told, lamp, BRIGHTNESS)
    assert unit == "%"
    assert isinstance(back, float)
    assert math.isclose(back, percent, abs_tol=0.2)


def test_mired_is_the_reciprocal_of_kelvin_and_ranges_hold() -> None:
    lamp = signal(unit="mired", minimum=250, maximum=454)
    assert to_property(250, lamp, COLOR) == (4000, "K")
    assert to_property(0, lamp, COLOR) == (0, "K")  # the service refuses it as out of range
    assert to_signal(2700, lamp, COLOR) == 370
    assert to_signal(10_000, lamp, COLOR) == 250
    assert convertible(lamp, COLOR)


def test_units_of_the_device_are_told_to_it() -> None:
    american = signal(unit="°F", minimum=45, maximum=90)
    assert to_signal(20, american, SETPOINT) == pytest.approx(68)
    assert to_property(68, american, SETPOINT) == (68, "°F")
    assert not convertible(signal(unit="kWh"), SETPOINT)


def test_choices_are_told_in_the_devices_words() -> None:
    climate = signal("choice", choices=("Off", "heat", "heat_cool", "dry"))
    assert to_signal("off", climate, MODE) == "Off"
    assert to_signal("auto", climate, MODE) == "heat_cool"
    assert to_signal("cool", climate, MODE) is None
    assert to_property("heat_cool", climate, MODE) == ("auto", None)
    assert to_property("dry", climate, MODE) == ("dry", None)  # the service refuses it by name


def test_an_action_is_all_or_nothing() -> None:
    action = signal("choice", choices=("idle", "heating"))
    assert convertible(action, HEATING)
    assert to_property("heating", action, HEATING) == (100, "%")
    assert to_property("idle", action, HEATING) == (0, "%")
