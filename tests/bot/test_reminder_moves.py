"""Reminders are moved by saying so, and never what they are called by."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ways.book import WayBook
from bot.ways.courier import HouseCourier
from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.agenda import GetAgenda
from twin_core.contract.reminders import ListReminders

__all__ = ["opened"]


async def reminders(talk: Talk) -> list[str]:
    """When each comes next, with what it is about."""
    return [f"{view.at:%d %H:%M} {view.about}" for view in await talk.house.core.query(ListReminders()) if view.at]


async def pass_time(talk: Talk, minutes: int) -> None:
    """What is due by then is said."""
    house = talk.house
    house.nudges.deliver_by(HouseCourier(house.engine, (), (), WayBook(house.store)))
    await house.timers.advance(house.clock.now() + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("move the gym reminder to 11", "02 11:00"),
        ("please push my gym reminder back half an hour", "02 10:00"),
        ("make the gym reminder an hour earlier", "02 08:30"),
        ("shift that reminder to tomorrow", "03 09:30"),
        ("the gym reminder should come at noon instead", "02 12:00"),
        ("postpone it by two hours", "02 11:30"),
        ("reschedule the reminder for the gym to wednesday at 7 am", "04 07:00"),
    ],
)
async def test_a_reminder_goes_where_it_is_said_and_back(opened: Open, said: str, at: str) -> None:
    async with opened() as talk:
        await talk.say("put the gym in my calendar tomorrow at 18:00")
        await talk.say("remind me at 9:30 of the gym")
        assert "Moved" in await talk.say(said)
        assert await reminders(talk) == [f"{at} the gym"]
        start = datetime(2026, 3, 3, tzinfo=UTC)
        agenda = await talk.house.core.query(GetAgenda(start, start + timedelta(days=1), "owner"))
        assert [event.start.hour for event in agenda.events] == [18]
        await talk.press("Undo")
        assert await reminders(talk) == ["02 09:30 the gym"]


@pytest.mark.parametrize(
    ("when", "at"),
    [("every evening", "02 19:00"), ("every morning", "03 08:00"), ("every friday night", "06 20:00"),
     ("every friday", "06 09:00"), ("every evening at half past six", "02 18:30")],
)  # fmt: skip
async def test_what_comes_again_comes_at_the_part_of_the_day_that_was_said(opened: Open, when: str, at: str) -> None:
    async with opened() as talk:
        await talk.say(f"remind me {when} to water the plants")
        assert await reminders(talk) == [f"{at} water the plants"]


async def test_of_those_that_repeat_an_hour_moves_all_and_a_length_the_next(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("remind me every day at 9 to stretch")
        assert "from then on" in await talk.say("move the stretch reminder to 10")
        await pass_time(talk, 150)
        assert await reminders(talk) == ["03 10:00 stretch"]
        await talk.say("push the stretch reminder back an hour")
        assert await reminders(talk) == ["03 11:00 stretch"]
        await pass_time(talk, 25 * 60)
        assert await reminders(talk) == ["04 10:00 stretch"]


async def test_which_one_is_asked_and_what_is_not_there_is_said(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("remind me at 2 pm to visit the baker")
        await talk.say("remind me at 3 pm to visit the plumber")
        assert "no such reminder" in await talk.say("move the dentist reminder to 4 pm")
        assert "Which one" in await talk.say("move the visit reminder to 4 pm")
        assert "16:00: visit the plumber" in await talk.say("the plumber")
        assert await reminders(talk) == ["02 14:00 visit the baker", "02 16:00 visit the plumber"]
        await talk.say("cancel the plumber reminder")
        assert "no such reminder" in await talk.say("push that reminder back an hour")
        assert "is over already" in await talk.say("move the baker reminder to yesterday")


async def test_fewer_of_these_after_a_reminder_offers_to_cancel_it(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("remind me every day at 9 to stretch")
        await talk.say("remind me at 8:30 to drink")
        await pass_time(talk, 31)
        assert "will not come again" in await talk.say("fewer of these")
        await pass_time(talk, 30)
        assert "Shall I cancel “stretch”?" in await talk.say("fewer of these please")
        assert "Cancelled: “stretch”" in await talk.say("yes")
        assert await reminders(talk) == []


@pytest.mark.parametrize(
    "said", ["change the water reminder to drink tea", "the water reminder should say drink tea instead"]
)
async def test_it_says_something_else_and_is_not_cancelled(opened: Open, said: str) -> None:
    async with opened() as talk:
        await talk.say("remind me at 10 to call the baker")
        await talk.say("remind me at 9 to drink water")
        assert "at 09:00: drink tea" in await talk.say(said)
        assert await reminders(talk) == ["02 09:00 drink tea", "02 10:00 call the baker"]
        await talk.press("Undo")
        assert await reminders(talk) == ["02 09:00 drink water", "02 10:00 call the baker"]


async def test_what_is_pressed_of_something_else_answers_no_question_of_an_interview(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("turn the hall lamp off")
        off = {b.title: b.id for reply in talk.last.replies for b in reply.buttons} if talk.last else {}
        await talk.say("remind me at 9:30 of the gym")
        (reminder,) = await talk.house.core.query(ListReminders())
        await pass_time(talk, 120)
        await talk.say("create a twin for a light")
        snoozed = await talk.say("", action=f"snooze-reminder:{reminder.id}")
        assert snoozed.startswith("Snoozed. I'll remind you")
        assert "Back to the light: What shall I call the light?" in snoozed
        assert "on again" in await talk.say("", action=off["Undo"])
        await talk.say("that's all")
        assert "snooze" not in await talk.say("list my twins")
