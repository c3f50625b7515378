"""A question that comes back after an interruption names what a yes would do."""

from datetime import timedelta

from tests.bot.test_house_talk import NOW, Open, opened
from twin_core.contract.agenda import CreateEvent
from twin_core.contract.commands import CreateTwin
from twin_core.contract.tasks import CreateTask
from twin_core.contract.telemetry import Reading, RecordTelemetry

__all__ = ["opened"]


async def test_all_things_at_once(opened: Open) -> None:
    async with opened() as talk:
        for name in ("desk lamp", "porch lamp", "bed lamp"):
            twin = await talk.house.core.execute(CreateTwin("light", name))
            await talk.house.core.execute(RecordTelemetry((Reading(twin.id, "on", True),)))
        assert "All 5 of them?" in await talk.say("turn everything off")
        again = await talk.say("is the desk lamp on?")
        assert "Back to my question: “turn everything off” for all 5: bed lamp, desk lamp" in again
        await talk.say("yes")
        assert await talk.desired("light.desk_lamp") == {"on": False}


async def test_tasks_and_events(opened: Open) -> None:
    async with opened() as talk:
        for title in ("order gaskets", "call the surgery"):
            await talk.house.core.execute(CreateTask(title, owner="owner"))
            start = NOW + timedelta(hours=4)
            await talk.house.core.execute(CreateEvent(f"{title} meeting", start, start + timedelta(hours=1)))
        await talk.say("delete all my tasks")
        again = await talk.say("is the hall lamp on?")
        assert "Delete 2 tasks: " in again
        assert "order gaskets" in again
        await talk.say("no")
        await talk.say("cancel all my meetings today")
        again = await talk.say("is the hall lamp on?")
        assert "Cancel 2 events: " in again
        assert "call the surgery meeting" in again


async def test_a_reading_of_a_meter(opened: Open) -> None:
    async with opened() as talk:
        meter = await talk.house.core.execute(CreateTwin("gas_meter", "gas meter"))
        await talk.house.core.execute(RecordTelemetry((Reading(meter.id, "reading", 900.0),)))
        await talk.say("the gas meter reads 820")
        assert "right for the gas meter?" in await talk.say("is the hall lamp on?")
