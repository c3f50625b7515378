"""Talk about what is connected and what a person's days are like."""

from pathlib import Path

import pytest

from bot.outside.sources import build_mirrors
from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import CreateTwin

__all__ = ["opened"]

CALENDAR = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nSUMMARY:Review\nDTSTART:20260303T090000Z\n"
    "DTEND:20260303T100000Z\nEND:VEVENT\nEND:VCALENDAR\n"
)


async def with_calendar(talk: Talk, file: Path) -> None:
    """What a house with its doors open does with its settings."""
    house = talk.house
    around = {"core": house.core, "store": house.store, "clock": house.clock, "writers": house.planning.writers}
    house.connections.hold(build_mirrors(house.settings, {**around, "zone": lambda: house.settings.zone}))


async def test_how_to_connect_is_said_and_no_secret_is_asked_for(opened: Open) -> None:
    async with opened() as talk:
        said = await talk.say("connect my google calendar")
        assert "pollux connect google" in said
        assert "docs/calendars.md" in said
        assert "[tasks.todoist]" in await talk.say("link my todoist")
        assert "I don't know how to connect" in await talk.say("connect strava")


async def test_a_source_is_read_anew_on_request(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    async with opened(calendars={"team": {"kind": "ics", "file": str(file), "title": "Team"}}) as talk:
        assert "No calendar or task list is connected" in await talk.say("sync my calendar")
        await with_calendar(talk, file)
        assert await talk.say("sync my calendar") == "Read anew: Team."
        assert "Review" in await talk.say("what's on tomorrow?")
        assert "Team is connected and in step." in await talk.say("connect my team calendar")
        assert "Team is connected and in step." in await talk.say("connect team")
        assert "To connect a calendar" in await talk.say("connect a calendar called tea")
        assert "Connected: Team" in await talk.say("what are my settings?")
        file.unlink()
        said = await talk.say("sync now")
        assert "Read anew" not in said
        assert "team.ics" in said
        assert "team.ics" in await talk.say("connect team")


async def test_what_somebody_else_connected_is_not_told(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    theirs = {"kind": "ics", "file": str(file), "title": "Surgery", "owner": "bob"}
    async with opened(calendars={"surgery": theirs}) as talk:
        await with_calendar(talk, file)
        for text in ("sync now", "what are my settings?", "connect the surgery calendar", "disconnect surgery"):
            assert "Surgery" not in await talk.say(text)
        assert "Read anew: Surgery." in await talk.say("sync now", user="bob")


async def test_a_source_that_is_gone_is_forgotten_after_a_yes(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "team.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    async with opened(calendars={"team": {"kind": "ics", "file": str(file), "title": "Team"}}) as talk:
        await with_calendar(talk, file)
        await talk.say("sync now")
        assert "take the section of team out" in await talk.say("disconnect the team calendar")
        talk.house.connections.hold([])
        assert "Forget 1 event of Team?" in await talk.say("disconnect the team calendar")
        assert "Forgotten" in await talk.say("yes")
        assert "Review" not in await talk.say("what's on tomorrow?")


async def test_working_hours_are_set_and_taken_back(opened: Open) -> None:
    async with opened() as talk:
        assert "Set: working hours 07:00–15:00." in await talk.say("my working hours are 7 to 3")  # without a twin, too
        await talk.house.core.execute(CreateTwin("person", "Jo", config={"working_hours": "09:00-17:00"}))
        assert await talk.say("my working hours are 8 to 4") == "Set: working hours 08:00–16:00."
        assert (await talk.house.core.query(GetPerson("owner"))).work_start_s == 8 * 3600
        assert "Working hours 08:00–16:00" in await talk.say("what are my settings?")
        await talk.say("undo that")
        assert (await talk.house.core.query(GetPerson("owner"))).work_start_s == 9 * 3600


@pytest.mark.parametrize("text", ["answer shorter please", "use fahrenheit"])
async def test_what_cannot_be_set_yet_is_said(opened: Open, text: str) -> None:
    async with opened() as talk:
        assert "I can't keep that wish yet" in await talk.say(text)


async def test_being_done_with_a_task_is_not_about_the_reminder_before(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("add a task to send the quote to Acme by friday")
        await talk.say("remind me tomorrow at 9 to print the slides")
        assert "Done: “Send the quote to Acme”" in await talk.say("done with the quote")


@pytest.mark.parametrize("text", ["set me up", "set up my profile", "create a twin of me"])
async def test_the_interview_of_a_person_begins_by_any_name(opened: Open, text: str) -> None:
    async with opened() as talk:
        assert "What is your name?" in await talk.say(text)


async def test_what_is_wanted_is_connected_after_the_interview(opened: Open) -> None:
    async with opened() as talk:
        for text in ("set me up", "Jo", "ok", "ok", "ok", "ok"):
            said = await talk.say(text)
        assert "Which calendars and task lists of yours" in said
        await talk.say("google and todoist please")
        await talk.say("skip")
        said = await talk.say("yes")
        assert "Next, what you want to connect: Google Calendar, Todoist." in said
        assert {"Connect Google Calendar", "Connect Todoist"} <= talk.buttons()
        assert "pollux connect google" in await talk.say("connect Google Calendar")
        assert "Connect Todoist" in talk.buttons()
        assert "Connect Google Calendar" not in talk.buttons()
        assert "Not connected yet: Google Calendar and Todoist" in await talk.say("what are my settings?")


async def test_the_zone_of_the_house_is_proposed(opened: Open) -> None:
    async with opened(timezone="America/New_York") as talk:
        await talk.say("set me up")
        await talk.say("Jo")
        assert "America/New_York" in await talk.say("ok")


async def test_what_matters_most_is_said_shown_and_taken_back(opened: Open) -> None:
    async with opened() as talk:
        assert await talk.say("deadlines matter most to me") == "Set: what matters most to you: deadlines."
        said = await talk.say("what matters most to me is safety and the energy bill")
        assert said == "Set: what matters most to you: safety and energy costs."
        assert "What matters most to you: safety and energy costs" in await talk.say("what are my settings?")
        await talk.say("undo that")
        assert "What matters most to you: deadlines" in await talk.say("what are my settings?")
