"""Suggestions from what things report: upkeep that comes near, and cheaper hours."""

from pathlib import Path
from typing import Any

import pytest

from tests.house import House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.clock import parse_instant
from twin_core.contract.nudges import ListNudges, NudgeView

DAY = 24 * 60
EVENING = parse_instant("2026-03-02T17:00:00Z")  # 18:00 in Berlin
CHEAP = {"price": 0.34, "currency": "EUR", "cheap": {"price": 0.22, "hours": "22:00-06:00"}}


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    async with open_house(tmp_path, EVENING) as opened:
        opened.nudges.deliver_by(Mailbox())
        yield opened


async def suggested(house: House, topic: str) -> list[NudgeView]:
    return [nudge for nudge in await house.core.query(ListNudges("owner")) if nudge.topic == topic]


async def filter_clogs(house: House, per_day: float = 5.0, last: float = 200.0) -> None:
    """A filter over two weeks, by day; the fans stand still at night."""
    await house.create("hvac_unit", "AHU 7")
    rows = []
    for day in range(-13, 1):
        rows += [(day * DAY - 400.0, 0.0), (day * DAY - 10.0, last + per_day * day)]
    await house.points("AHU 7", "filter_pressure", *rows)


async def test_a_filter_is_told_of_days_before_it_is_clogged(house: House) -> None:
    await filter_clogs(house)
    await house.advance(1)
    (said,) = await suggested(house, "upkeep")
    assert said.text.startswith("The filter pressure drop of AHU 7 reaches 250 Pa in about 10 days, on 12 March: ")
    assert "it has risen from 135 Pa to 202 Pa in 14 days. Then the filter of AHU 7 is clogged: less air" in said.text
    assert [action.title for action in said.actions] == ["Make it a task", "Show it"]
    for later in range(3):
        await house.points("AHU 7", "filter_pressure", (0, 201.0 + later))
        await house.advance(DAY)
    assert len(await suggested(house, "upkeep")) == 1


async def test_what_is_weeks_away_or_steady_is_not_told(house: House) -> None:
    await filter_clogs(house, per_day=1.0)
    await house.advance(1)
    assert await suggested(house, "upkeep") == []


async def test_the_limit_of_the_twin_itself_counts(house: House) -> None:
    await house.create("hvac_unit", "AHU 8", config={"limits": {"filter_pressure": {"high": 400}}})
    await house.points("AHU 8", "filter_pressure", *((day * DAY, 200.0 + 5 * day) for day in range(-13, 1)))
    await house.advance(1)
    assert await suggested(house, "upkeep") == []


async def test_a_battery_that_runs_empty_is_told_of(house: House) -> None:
    await house.create("sensor", "attic sensor")
    await house.points("attic sensor", "battery", *((day * DAY, 22.0 - day) for day in range(-13, 1)))
    await house.advance(1)
    (said,) = await suggested(house, "upkeep")
    assert said.text.startswith("The battery of attic sensor reaches 15 % in about 8 days, on 10 March")
    assert "has fallen from 35 % to 22 %" in said.text


async def test_what_reports_nothing_that_wears_is_not_looked_at(house: House) -> None:
    await house.create("light", "lamp")
    await house.report("lamp", on=True)
    await house.advance(1)
    assert await house.store.next_due("thing_look") is None


async def charging(house: House, **tariff: Any) -> None:
    await house.create("electricity_meter", "main meter", config={"tariff": tariff or CHEAP})
    await house.create("ev_charger", "wallbox")
    await house.report("wallbox", power=7400.0, plugged_in=True, on=True)
    await house.advance(1)


async def test_cheaper_hours_are_told_while_the_car_charges_dear(house: House) -> None:
    await charging(house)
    (said,) = await suggested(house, "tariff")
    assert said.text == (
        "Wallbox charges now, at 0.34 EUR a kWh; from 22:00 it is 0.22 EUR. With 7.4 kW that is 0.89 EUR less an hour."
    )
    assert [action.id for action in said.actions] == [
        "say:switch wallbox off",
        "say:remind me at 22:00 to switch wallbox on",
    ]
    for on in (False, True):
        await house.report("wallbox", on=on)
        await house.advance(1)
    assert len(await suggested(house, "tariff")) == 1


async def test_one_price_all_day_suggests_nothing(house: House) -> None:
    await charging(house, price=0.34, currency="EUR")
    assert await suggested(house, "tariff") == []


@pytest.mark.parametrize(
    "cheap",
    [
        {"price": 0.40, "hours": "22:00-06:00"},
        {"price": 0.22, "hours": "17:00-06:00"},
        {"price": 0.22, "hours": "07:30-09:00"},
        {"price": 0.22, "hours": "at night"},
        {"price": 0.22},
    ],
    ids=["dearer", "cheap already", "after it must be ready", "unreadable", "no hours"],
)
async def test_where_waiting_saves_nothing_nothing_is_said(house: House, cheap: dict[str, Any]) -> None:
    await charging(house, price=0.34, currency="EUR", cheap=cheap)
    assert await suggested(house, "tariff") == []
