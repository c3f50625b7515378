"""Several questions open at once, one of them that of an interview: whatever is said answers the one put last."""

from pathlib import Path

from tests.bot.channels.town import Town, open_town
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.reminders import ListReminders
from twin_core.contract.telemetry import Reading, RecordTelemetry


async def _begun(town: Town) -> None:
    """A lock, and an interview that asks for the name of a lamp."""
    twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
    await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
    assert "call the light" in await town.web_says("set up a new light")


async def _unlocked(town: Town) -> bool:
    return "locked" in (await town.house.core.query(GetState("lock.front_door"))).desired


async def test_a_yes_answers_the_question_put_last_and_the_interview_goes_on(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        assert "Shall I?" in await town.web_says("unlock the front door")
        assert "call the light" in await town.web_says("yes")
        assert await _unlocked(town)
        assert "name: desk lamp" in await town.web_says("desk lamp")


async def test_a_no_rejects_what_was_asked_last_and_cancels_no_interview(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        await town.web_says("unlock the front door")
        said = await town.web_says("cancel")
        assert said.startswith("Rejected")
        assert "call the light" in said
        assert not await _unlocked(town)


async def test_a_question_that_an_answer_of_the_interview_passes_over_waits_until_it_is_over(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        await town.link()
        asked = await town.slack_says("unlock the front door")
        assert "Where is it?" in await town.web_says("desk lamp")
        assert "dimmed" in await town.web_says("in the study")
        assert "dimmable: no" in await town.web_says("no")
        assert asked["posted"] not in [shown["ts"] for shown in town.slack.said("chat.update")]
        said = await town.web_says("cancel")
        assert said.startswith("Cancelled")
        assert said.endswith("Front door unlocked, shall I?")
        assert not await _unlocked(town)
        await town.web_says("yes")
        assert await _unlocked(town)


async def test_a_button_of_the_interview_answers_the_interview(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        await town.link()
        await town.web_says("desk lamp")
        dimmed = await town.slack_says("in the study")
        assert "Shall I?" in (await town.slack_says("unlock the front door"))["text"]
        assert "dimmable: yes" in (await town.slack_presses(dimmed, "Yes"))["text"]
        assert not await _unlocked(town)


async def test_a_wish_for_a_reminder_is_no_name(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        said = await town.web_says("remind me to call Ben")
        assert "name:" not in said
        said = await town.web_says("tomorrow at 9")
        assert "call the light" in said
        assert [each.about for each in (await town.house.core.query(ListReminders("owner")))] == ["call Ben"]
        assert "name: reminder lamp" in await town.web_says("reminder lamp")


async def test_a_wish_that_is_said_twice_in_one_message_begins_one_interview(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        said = await town.web_says("I have a new plug here, please create a twin for it")
        assert "call the smart plug" in said
        assert "What kind" not in said


async def test_a_time_answers_the_question_for_one_though_a_yes_was_asked_for_first(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
        await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
        said = await town.web_says("unlock the front door and remind me to call Ben")
        assert "After that I ask" in said
        said = await town.web_says("tomorrow at 8")
        assert "tomorrow at 08:00: call Ben" in said
        assert "Front door unlocked, shall I?" in said
        await town.web_says("yes")
        assert await _unlocked(town)


async def test_a_question_that_is_not_surely_understood_is_no_name(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _begun(town)
        for asked in ("is the party 8 or 22", "what is the story with the gizmo"):
            said = await town.web_says(asked)
            assert f"name: {asked}" not in said
            assert "call the light" in said
        assert "name: reading lamp" in await town.web_says("reading lamp")
