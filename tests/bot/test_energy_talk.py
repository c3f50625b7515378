"""Talk about what energy costs."""

from pathlib import Path

from tests.bot.ways.world import open_world
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

READINGS = (("2026-03-01T18:00:00Z", 100.0), ("2026-03-01T21:00:00Z", 104.0), ("2026-03-02T03:00:00Z", 112.0))


async def test_cheaper_hours_count_at_their_own_price(tmp_path: Path) -> None:
    async with open_world(tmp_path, timezone="Europe/Berlin") as world:
        core = world.house.core
        tariff = {"price": 0.3, "currency": "EUR", "cheap": {"price": 0.2, "hours": "22:00-06:00"}}
        await core.execute(CreateTwin("electricity_meter", "main meter", config={"tariff": tariff}))
        rows = (Reading("main meter", "reading", value, at=parse_instant(at)) for at, value in READINGS)
        await core.execute(RecordTelemetry(tuple(rows)))
        said = await world.say("what did the electricity cost over the last two days?")
        assert said.startswith("2.8 EUR: ")
        assert said.endswith("at 0.3 EUR per kWh, 0.2 in the cheaper hours.")
