"""Reminders that could be misread: impossible days, ends that are over, free time, a time without a thing."""

import pytest

from tests.bot.test_house_talk import Open, opened
from twin_core.contract.reminders import ListReminders

__all__ = ["opened"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("remind me on 30 february to call mum", "There is no 30 February"),
        ("remind me every 31st of february to pay the rent", "There is no 31 February"),
        ("remind me every day until last week to stretch", "over before it begins"),
        ("remind me every second to breathe", "more than once in ten minutes"),
        ("remind me every day at 9", "What shall I remind you of?"),
        ("remind me of nothing tomorrow at 9", "What shall I remind you of?"),
        ("remind me when the sauna is above 80", "I can't tell when “the sauna is above 80” is so."),
        ("remind me at 25:00 to eat", "There is no 25:00 on a clock."),
        ("remind me every day at 7 until yesterday to run", "over before it begins"),
        ("book a meeting with Ben on 31 april at 10", "There is no 31 April"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_made(opened: Open, said: str, answer: str) -> None:
    async with opened() as talk:
        assert answer in await talk.say(said, user="anna", conversation="anna")
        assert await talk.house.core.query(ListReminders("anna")) == ()


async def test_when_there_is_time_is_looked_up_in_the_calendar(opened: Open) -> None:
    async with opened() as talk:
        said = await talk.say("remind me when I'm free to water the plants", user="anna", conversation="anna")
        assert "when you are free: water the plants" in said
        (reminder,) = await talk.house.core.query(ListReminders("anna"))
        assert (reminder.about, reminder.free is not None) == ("water the plants", True)


async def test_an_end_is_kept(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("remind me every day at 9 until june to stretch", user="anna", conversation="anna")
        (reminder,) = await talk.house.core.query(ListReminders("anna"))
        assert "UNTIL=" in str(reminder.recurrence)


async def test_none_a_day_is_a_number_of_messages(opened: Open) -> None:
    async with opened() as talk:
        said = await talk.say("at most 0 messages a day", user="anna", conversation="anna")
        assert said == "Set: at most 0 messages a day beside what is critical."


async def test_another_wish_is_no_answer_to_when(opened: Open) -> None:
    async with opened() as talk:
        assert "When shall I" in await talk.say("remind me to pay the rent", user="anna", conversation="anna")
        said = await talk.say("remind me tomorrow at 8 to feed the cat", user="anna", conversation="anna")
        assert "feed the cat" in said
        assert "rent" not in said.split("\n")[0]
