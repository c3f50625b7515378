"""Conditions beyond a fixed limit: beside another property, by what else is so, and by what is usual."""

import pytest

from tests.twin_core.domain.test_alerts import Twin


def test_a_limit_counts_from_another_property_and_moves_with_it() -> None:
    twin = Twin("thermostat")
    twin.report("setpoint", (0, 21.0))
    twin.report("temperature", *[(n, 17.5) for n in range(0, 125, 10)])
    assert twin.log() == ["+not_heating"]
    assert (twin.said[0].data["baseline"], twin.said[0].data["limit"]) == ("setpoint", 18.0)
    twin.report("setpoint", (130, 18.0))
    assert twin.log()[-1] == "-not_heating"


def test_without_that_property_nothing_is_said() -> None:
    twin = Twin("thermostat")
    twin.report("temperature", *[(n, 12.0) for n in range(0, 300, 10)])
    assert twin.log() == []


def test_what_is_switched_off_is_no_fault() -> None:
    twin = Twin("thermostat")
    twin.report("setpoint", (0, 21.0))
    twin.report("mode", (0, "off"))
    twin.report("temperature", *[(n, 15.0) for n in range(0, 300, 10)])
    assert twin.log() == []
    twin.report("mode", (300, "heat"))
    twin.report("temperature", *[(n, 15.0) for n in range(310, 440, 10)])
    assert twin.log() == ["+not_heating"]


@pytest.mark.parametrize(("power", "log"), [(3.0, []), (800.0, ["+no_flow_under_power"])])
def test_a_number_that_has_to_hold_is_at_least_so_much(power: float, log: list[str]) -> None:
    twin = Twin("pump")
    for at in (0, 2, 4):
        twin.report("power", (at, power))
        twin.report("flow", (at, 0.0))
    assert twin.log() == log


def test_many_times_the_usual_is_unusual_once_the_usual_is_known() -> None:
    twin = Twin("electricity_meter")
    twin.report("power", *[(n, 300.0 + n % 50) for n in range(0, 1200, 20)])
    twin.report("power", *[(n, 2400.0) for n in range(1200, 1420, 20)])
    assert twin.log() == ["+unusual_power"]
    assert 300 <= twin.said[0].data["usual"] <= 350
    twin.report("power", (1420, 320.0), (1440, 320.0))
    assert twin.log()[-1] == "-unusual_power"


def test_nothing_is_unusual_for_what_was_just_installed() -> None:
    twin = Twin("electricity_meter")
    twin.report("power", *[(n, 300.0) for n in range(0, 200, 20)], *[(n, 2400.0) for n in range(200, 500, 20)])
    assert twin.log() == []


def test_what_lasts_for_a_day_is_usual() -> None:
    twin = Twin("electricity_meter")
    twin.report("power", *[(n, 300.0) for n in range(0, 1200, 20)], *[(n, 2400.0) for n in range(1200, 4200, 20)])
    assert twin.log() == ["+unusual_power", "-unusual_power"]
