"""The right order, through the real rooms: devices report, somebody asks what is most critical."""

import re

from tests.house import House
from tests.twin_core.attention.questions import critical, only, order, reasons


async def test_a_quiet_house_has_nothing(house: House) -> None:
    await house.create("freezer", "ice chest")
    await house.create("pump", "well pump")
    await house.create("sensor", "attic sensor")
    await house.points("ice chest", "temperature", *[(-100 + 10 * i, -19 + (i % 3) * 0.6) for i in range(10)])
    await house.points("well pump", "bearing_temperature", (-60, 51.0), (-30, 52.0), (-2, 51.5))
    await house.points("well pump", "vibration", (-60, 1.9), (-30, 2.2), (-2, 2.0))
    await house.points("attic sensor", "temperature", (-90, 31.0), (-50, 31.4), (-5, 30.8))
    assert await critical(house) == []


async def test_danger_to_life_then_water_then_money(house: House) -> None:
    for type, name in (("sensor", "cellar leak"), ("freezer", "ice chest"), ("sensor", "stairs smoke")):
        await house.create(type, name, importance="low" if name == "stairs smoke" else "high")
    await house.points("ice chest", "temperature", (-120, -17.0), (-80, -13.0), (-40, -9.0), (-3, -4.5))
    await house.points("cellar leak", "leak", (-300, False), (-60, True))
    await house.points("stairs smoke", "smoke", (-300, False), (-1, True))
    assert await order(house) == ["stairs smoke", "cellar leak", "ice chest"]


async def test_importance_decides_between_equals(house: House) -> None:
    for name, importance in (("north pump", "normal"), ("south pump", "high"), ("spare pump", "low")):
        await house.create("pump", name, importance=importance)
        await house.points(name, "vibration", (-90, 3.0), (-60, 4.9), (-30, 5.0), (-4, 5.0))
    assert await order(house) == ["south pump", "north pump", "spare pump"]


async def test_a_trend_that_ends_badly_within_the_hour_is_critical_now(house: House) -> None:
    await house.create("motor", "mill drive")
    await house.create("motor", "saw drive")
    await house.points("mill drive", "winding_temperature", (-90, 101.0), (-60, 113.0), (-30, 125.0), (-5, 135.0))
    await house.points("saw drive", "winding_temperature", (-90, 134.0), (-60, 133.8), (-30, 134.1), (-5, 134.0))
    mill, saw = await critical(house)
    assert (mill.subject, mill.severity, saw.severity) == ("mill drive", "critical", "warning")
    assert mill.kind == "asset"
    assert "135 °C" in reasons(mill)
    assert "rising 24 °C an hour, reaches 150 °C in about 38 minutes" in reasons(mill)
    assert "rising" not in reasons(saw)


async def test_a_trend_is_told_of_what_reports_seldom(house: House) -> None:
    await house.create("battery_storage", "roof store")
    await house.points("roof store", "charge", (-420, 40), (-280, 28), (-140, 17), (-5, 8))
    assert "charge falling 4.6 % an hour, reaches 5 % in about 39 minutes" in (await only(house)).why


async def test_a_door_that_nobody_closes_makes_warming_critical(house: House) -> None:
    for name in ("open chest", "shut chest"):
        await house.create("freezer", name)
        await house.points(name, "temperature", (-120, -24.0), (-80, -22.0), (-40, -20.0), (-3, -18.2))
    await house.points("open chest", "door_open", (-130, False), (-125, True))
    opened, shut = await critical(house)
    assert (opened.subject, opened.severity, shut.severity) == ("open chest", "critical", "warning")
    assert "door open for 2 hours" in reasons(opened)


async def test_a_large_rate_is_told_in_whole_numbers(house: House) -> None:
    await house.create("electricity_meter", "main meter")
    levels = (-60, 6011.3), (-30, 9520.0), (-12, 26_030.0), (-8, 27_010.0), (-4, 27_520.0), (-1, 27_333.7)
    await house.points("main meter", "power", *levels)
    assert re.search(r"rising \d+ W an hour", reasons(await only(house)))


async def test_several_alerts_of_a_twin_are_one_concern_that_tells_all(house: House) -> None:
    await house.create("freezer", "ice chest")
    await house.points("ice chest", "door_open", (-95, True))
    await house.points("ice chest", "temperature", (-90, -18.0), (-60, -14.6), (-30, -11.5), (-5, -8.6))
    item = await only(house)
    assert item.severity == "critical"
    assert item.title == "Ice chest is too warm"
    assert "temperature −8.6 °C, limit −15 °C, above it for 60 minutes" in item.why
    assert "door open for 95 minutes" in item.why
    assert "rising 6.6 °C an hour" in reasons(item)
    assert item.if_ignored
    assert len(item.why) == len(set(item.why))


async def test_a_flat_battery_matters_less_than_a_thawing_freezer(house: House) -> None:
    await house.create("lock", "shed lock")
    await house.create("freezer", "ice chest")
    await house.points("shed lock", "battery", (-1500, 6), (-700, 4), (-2, 3))
    await house.points("ice chest", "temperature", (-100, -17.9), (-60, -14.0), (-30, -11.0), (-2, -8.0))
    assert await order(house) == ["ice chest", "shed lock"]


async def test_water_that_never_stops_names_its_flow_and_duration(house: House) -> None:
    await house.create("water_meter", "flat water")
    await house.points("flat water", "flow", (-500, 0.0), *[(-480 + 20 * i, 0.03) for i in range(24)])
    item = await only(house)
    assert (item.kind, item.severity) == ("meter", "warning")
    assert "flow 0.03 m³/h" in reasons(item)
    assert "for 8 hours" in reasons(item)


async def test_a_limit_of_ones_own_decides_what_is_too_warm(house: House) -> None:
    await house.create("sensor", "vaccine store", config={"limits": {"temperature": {"high": 8, "low": 2}}})
    await house.create("sensor", "wine cellar")
    for name in ("vaccine store", "wine cellar"):
        await house.points(name, "temperature", (-240, 11.6), (-160, 11.8), (-80, 11.7), (-5, 11.9))
    item = await only(house)
    assert item.subject == "vaccine store"
    assert "limit 8 °C" in reasons(item)


async def test_a_spike_that_is_over_is_nothing(house: House) -> None:
    await house.create("hvac_unit", "north ahu")
    values = [(-200 + 10 * i, 3.0 if i != 14 else 380.0) for i in range(20)]
    await house.points("north ahu", "vibration", *values)
    assert await critical(house) == []


async def test_a_silent_sensor_is_told_below_an_alert(house: House) -> None:
    await house.create("sensor", "cold store")
    await house.create("boiler", "house boiler")
    await house.points("cold store", "temperature", *[(-2000 + 30 * i, 4.0) for i in range(20)])
    await house.points("house boiler", "pressure", (-300, 1.4), (-200, 1.0), (-100, 0.7), (-5, 0.45))
    await house.advance(1)
    boiler, silent = await critical(house)
    assert (boiler.subject, boiler.severity) == ("house boiler", "critical")
    assert (silent.kind, silent.severity) == ("sync", "warning")
    assert "it has not reported temperature for 24 hours, usually every 30 minutes" in silent.why
    assert "last temperature: 4 °C (24 hours ago)" in silent.why


async def test_what_becomes_urgent_rises_by_time_alone(house: House) -> None:
    await house.create("sensor", "office air")
    await house.points("office air", "co2", (-30, 1200), (-20, 1250), (-5, 1240))
    before = (await only(house)).score
    await house.points("office air", "co2", (60, 1240), (115, 1250))
    await house.advance(120)
    assert (await only(house)).score > before


async def test_a_value_just_back_within_its_limit_is_not_said_to_be_beyond_it(house: House) -> None:
    await house.create("lock", "shed lock")
    await house.points("shed lock", "battery", (-300, 14), (-200, 13), (-100, 13), (-2, 16))
    why = reasons(await only(house))
    assert "battery 16 %, limit 15 %, crossed 5 hours ago and not well clear of it yet" in why
