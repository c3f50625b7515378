"""Talk that goes on from what was just said, with the whole house."""

import pytest

from tests.bot.test_house_talk import Open, opened
from tests.bot.test_reminder_moves import reminders

__all__ = ["opened"]


@pytest.mark.parametrize(
    ("rhythm", "first", "then"),
    [("every weekday at 9:30", "02 09:30 water", "03 09:30 water"), ("every friday at 16:00", "06 16", "13 16")],
)
async def test_the_next_one_of_those_that_repeat_is_skipped_and_comes_back(
    opened: Open, rhythm: str, first: str, then: str
) -> None:
    async with opened() as talk:
        await talk.say(f"remind me {rhythm} to water the ferns")
        assert (await reminders(talk))[0].startswith(first)
        assert "Skipped" in await talk.say("skip the next one")
        assert (await reminders(talk))[0].startswith(then)
        await talk.say("undo that")
        assert (await reminders(talk))[0].startswith(first)


async def test_one_that_comes_once_is_not_skipped(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("remind me at 11 to water the ferns")
        assert "no more after that" in await talk.say("skip the next one")
        assert await reminders(talk) == ["02 11:00 water the ferns"]


async def test_which_one_is_warmer_is_asked_of_those_just_spoken_of(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("how is the hall lamp?")
        assert "two twins" in await talk.say("which one is warmer?")


async def test_a_no_in_any_words_leaves_the_door_locked(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("unlock the front door")
        assert "stays as it is" in await talk.say("Piss off!")
        assert (await talk.desired("lock.front_door")).get("locked") is not False
