"""Two stretches of time compared: today with yesterday, a week with another, and who used more in one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A meter that counts 1 kWh an hour, since midnight 2; a freezer that is 3 °C warmer today."""
    async with open_house(load_settings({"data": tmp_path, "timezone": "UTC"}), clock_at=NOW) as house:
        meter = await house.core.execute(CreateTwin("electricity_meter", "electricity meter", place="cellar"))
        freezer = await house.core.execute(CreateTwin("freezer", "garage freezer", place="garage"))
        readings, count = [], 1000.0
        for n in range(24 * 16):
            at = NOW - HOUR * (24 * 16 - 1 - n)
            count += 2 if at > NOW.replace(hour=0) else 1
            readings.append(Reading(meter.id, "reading", count, "kWh", at=at))
            if NOW - at < timedelta(days=3):
                readings.append(Reading(freezer.id, "temperature", -18.0 + 3 * (at.day == 4), at=at))
        await house.core.execute(RecordTelemetry(tuple(readings)))
        yield house


async def asked(house: House, *texts: str) -> str:
    """The answer to the last of them."""
    for text in texts:
        (reply,) = (await house.engine.handle(Incoming("c", text))).replies
    return reply.text


@pytest.mark.parametrize(
    "text",
    [
        "compare the electricity meter today with yesterday",
        "how does today's energy compare with yesterday's?",
        "did we use more electricity than yesterday?",
    ],
)
async def test_today_is_compared_with_as_much_of_yesterday(house: House, text: str) -> None:
    assert await asked(house, text) == (
        "Electricity meter: used 36 kWh today so far, 18 kWh more than yesterday by the same time (18 kWh). "
        "In all it was 24 kWh yesterday."
    )


async def test_two_periods_that_are_over_are_compared_whole(house: House) -> None:
    text = await asked(house, "compare the electricity meter last Monday with last Sunday")
    assert "used 24 kWh last Monday, the same as last Sunday (24 kWh)." in text


async def test_what_was_spoken_of_is_compared_and_a_mean_is_higher(house: House) -> None:
    text = await asked(house, "how cold is the garage freezer?", "and compared with yesterday?")
    assert text.startswith("Garage freezer: temperature on average −15 °C today so far, 3 °C higher than yesterday")


async def test_the_one_before_is_before_what_was_spoken_of(house: House) -> None:
    text = await asked(house, "how much electricity did we use yesterday?", "is that more than the day before?")
    assert "used 24 kWh yesterday, the same as the day before (24 kWh)." in text


async def test_without_readings_it_says_of_which_period(house: House) -> None:
    text = await asked(house, "is the garage freezer warmer than last month?")
    assert text == "I have too few readings of garage freezer to compare: none for last month."
