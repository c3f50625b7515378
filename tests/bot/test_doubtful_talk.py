"""Words that were heard unclearly: asked about, done after a yes, and never before."""

from bot.ports import Incoming
from tests.bot.test_house_talk import Open, Talk, opened

__all__ = ["opened"]


async def half_heard(talk: Talk, text: str) -> str:
    talk.last = await talk.house.engine.handle(Incoming("c", text, doubtful=True))
    return "\n".join(reply.text for reply in talk.last.replies)


async def test_it_is_done_after_a_yes_and_not_before(opened: Open) -> None:
    async with opened() as talk:
        assert "Did you say “turn the hall lamp off”?" in await half_heard(talk, "turn the hall lamp off")
        assert not await talk.desired("hall lamp")
        await talk.say("yes")
        assert await talk.desired("hall lamp") == {"on": False}


async def test_the_button_does_as_the_word(opened: Open) -> None:
    async with opened() as talk:
        await half_heard(talk, "turn the hall lamp off")
        await talk.press("Yes")
        assert await talk.desired("hall lamp") == {"on": False}


async def test_after_a_no_it_is_said_again(opened: Open) -> None:
    async with opened() as talk:
        await half_heard(talk, "turn the hall lamp off")
        assert "Say it once more" in await talk.say("no")
        await talk.say("yes")
        assert not await talk.desired("hall lamp")


async def test_whoever_says_it_again_is_not_asked_again(opened: Open) -> None:
    async with opened() as talk:
        await half_heard(talk, "turn the hall lamp on")
        said = await talk.say("turn the hall lamp off")
        assert "Did you say" not in said
        assert await talk.desired("hall lamp") == {"on": False}


async def test_an_unclear_yes_leaves_the_question_open(opened: Open) -> None:
    async with opened() as talk:
        await half_heard(talk, "turn the hall lamp off")
        assert "“turn the hall lamp off”" in await half_heard(talk, "yes")
        await talk.say("yes")
        assert await talk.desired("hall lamp") == {"on": False}


async def test_an_approval_waits_behind_it_and_is_not_answered_by_its_no(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("unlock the front door")
        await half_heard(talk, "turn the hall lamp off")
        await talk.say("no")
        await talk.say("yes")
        assert await talk.desired("front door") == {"locked": False}


async def test_a_fragment_behind_a_no_is_taken_for_nothing_else(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("unlock the front door")
        await half_heard(talk, "set the hall thermostat to 21")
        assert "Say it once more" in await talk.say("no, to 22")  # and not: the door, at 22 o'clock
        await talk.say("yes")
        assert await talk.desired("front door") == {"locked": False}
        assert not await talk.desired("hall thermostat")


async def test_what_was_done_before_is_not_corrected_by_it(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("turn the hall lamp off")
        await half_heard(talk, "set the hall thermostat to 21")
        assert "Say it once more" in await talk.say("no, the hall lamp")
        assert await talk.desired("hall lamp") == {"on": False}
        await half_heard(talk, "turn the hall lamp off")
        await talk.say("no, turn the hall lamp on")  # a whole sentence is done
        assert await talk.desired("hall lamp") == {"on": True}


async def test_long_talk_is_neither_repeated_whole_nor_done_after_a_yes(opened: Open) -> None:
    async with opened() as talk:
        long = "turn the hall lamp off " + "and then she said that it was not so late " * 10
        shown = await half_heard(talk, long)
        assert "It began with “turn the hall lamp off and then" in shown
        assert len(shown) < 450
        assert "in one short sentence" in shown
        assert talk.last is not None
        aloud = talk.last.replies[0].speech or ""
        assert "“turn the hall lamp off and then she …”" in aloud
        await talk.say("yes")
        assert not await talk.desired("hall lamp")
        assert len(await half_heard(talk, "hall" * 500)) < 450


async def test_long_talk_leaves_the_question_open(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("unlock the front door")
        await half_heard(talk, "and then she said that it was not so late " * 10)
        await talk.say("yes")
        assert await talk.desired("front door") == {"locked": False}
