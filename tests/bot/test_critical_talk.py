"""Talk about what is critical, what of it can wait, what changed, and how the day goes with it."""

from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

__all__ = ["opened"]


async def hot_bearing(talk: Talk) -> None:
    """A pump whose bearing is a warning first, and critical right after."""
    core, now = talk.house.core, talk.house.clock.now()
    pump = await core.execute(CreateTwin("pump", "feed pump"))
    for minutes, value in ((-60, 70.0), (-40, 76.0), (-20, 81.0), (-5, 83.0)):
        at = now.fromtimestamp(now.timestamp() + 60 * minutes, tz=now.tzinfo)
        await core.execute(RecordTelemetry((Reading(pump.id, "bearing_temperature", value, at=at),)))


async def test_what_is_new_and_grave_is_told_as_new(opened: Open) -> None:
    async with opened() as talk:
        await hot_bearing(talk)
        assert "New: A bearing of feed pump is too hot" in await talk.say("what changed since this morning?")


async def test_what_can_wait_names_the_tasks_that_are_not_near(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("add a task to answer the auditor by 5 pm")
        await talk.say("add a low priority task to tidy the shelf by friday")
        said = await talk.say("what can wait?")
        assert "Not on the list: Tidy the shelf Friday 6 March." in said
        said = await talk.say("what's most critical this week?")
        assert "Later on: Tidy the shelf Friday 6 March." in said


async def test_one_that_is_named_is_explained(opened: Open) -> None:
    async with opened() as talk:
        await hot_bearing(talk)
        await talk.say("put a board review in my calendar today from 13:00 to 16:00")
        await talk.say("put a supplier call in my calendar today from 15:30 to 16:30")
        await talk.say("what's most critical today?")
        said = await talk.say("what about the board review?")
        assert "they overlap by 30 minutes" in said.lower()
        assert "feed pump" not in said
        assert "Since" not in said  # what has its time is told by that


async def test_one_that_is_named_and_not_listed_is_told_so(opened: Open) -> None:
    async with opened() as talk:
        await hot_bearing(talk)
        await talk.say("add a low priority task to tidy the shelf by friday")
        await talk.say("what's most critical today?")
        assert "Tidy the shelf is due on Friday at 23:59" in await talk.say("and what about the shelf?")
        assert "Nothing on the list goes by that name" in await talk.say("what about the annual audit?")


async def test_a_plan_says_what_clashes_and_for_what_there_is_no_room(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("put a board review in my calendar today from 13:00 to 16:00")
        await talk.say("put a supplier call in my calendar today from 15:30 to 16:30")
        await talk.say("add a task to write the report by 5 pm, it takes 6 hours")
        await talk.say("add a low priority task to tidy the shelf by friday")
        said = await talk.say("plan my day")
        assert "Board review and Supplier call clash at 15:30." in said
        assert "No room is left for" in said
        assert "h of Write the report" in said
