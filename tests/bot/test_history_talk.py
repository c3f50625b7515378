"""How a value went over a time, told and drawn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


async def test_a_day_of_a_number_is_told_and_drawn_and_of_a_switch_only_told(tmp_path: Path) -> None:
    async with open_house(load_settings({"data": tmp_path, "timezone": "UTC"}), clock_at=NOW) as house:
        twin = await house.core.execute(CreateTwin("freezer", "garage freezer"))
        warm = [Reading(twin.id, "temperature", -18.0 + n, at=NOW - timedelta(hours=6 - n)) for n in range(6)]
        door = [Reading(twin.id, "door_open", bool(n % 2), at=NOW - timedelta(hours=6 - n)) for n in range(3)]
        await house.core.execute(RecordTelemetry((*warm, *door)))
        (reply,) = (await house.engine.handle(Incoming("c", "how has the garage freezer been today?"))).replies
        assert reply.image is not None
        assert reply.image["alt"] == f"Line chart. {reply.text}"
        assert "between −18 °C (at 12:00) and −13 °C (at 17:00)" in reply.text
        assert "above its upper limit of −15 °C since 16:00" in reply.text
        (reply,) = (await house.engine.handle(Incoming("c", "show me the history of its door today"))).replies
        assert (reply.image, "open at 13:00" in reply.text) == (None, True)
