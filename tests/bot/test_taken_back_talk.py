"""What was made and taken back is not spoken of any more."""

import pytest

from tests.bot.test_house_talk import Open, opened

__all__ = ["opened"]


@pytest.mark.parametrize(
    ("made", "later", "told"),
    [
        ("put a review in my calendar on friday at 10", "put a workshop in my calendar on friday at 11", "Workshop"),
        ("put a review in my calendar on friday at 10", "block two hours on thursday at 2 for the budget", "Budget"),
        ("add a task to call the bank", "block an hour on thursday at 2 for the budget", "Budget"),
        ("remind me at 3 pm to call the bank", "put a workshop in my calendar on friday at 11", "Workshop"),
    ],
)
async def test_after_something_was_taken_back_the_next_is_made(opened: Open, made: str, later: str, told: str) -> None:
    async with opened() as talk:
        await talk.say(made)
        assert "Taken back" in await talk.say("undo")
        assert f"In your calendar: {told}" in await talk.say(later)


async def test_what_was_taken_back_is_neither_moved_nor_renamed(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("put a review in my calendar on friday at 10")
        await talk.say("undo")
        for said in ("when is it", "move it to 5", "rename it to party"):
            assert "event_" not in await talk.say(said)
