"""Talk about what is kept of a person."""

from tests.bot.test_house_talk import Open, opened
from twin_core.contract.privacy import ExportData, FindRemains, Remains

__all__ = ["opened"]


async def test_what_is_kept_is_counted_and_handed_out_whole(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("add a task to answer the auditor by 5 pm", user="anna", conversation="anna")
        said = await talk.say("export all my data", user="anna", conversation="anna")
        assert "Of you I keep 1 conversation and 1 task," in said
        assert "/api/v1/me/export" in said
        hers = await talk.house.core.execute(ExportData("anna"))
        (kept,) = hers.documents["conversation"].values()
        assert "auditor" in str(kept)
        assert "task" not in (await talk.house.core.execute(ExportData("bob"))).documents


async def test_erasing_is_done_after_a_yes_and_keeps_nothing_of_the_conversation(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("add a task to answer the auditor by 5 pm", user="anna", conversation="anna")
        asked = await talk.say("erase all my data", user="anna", conversation="anna")
        assert "nothing brings it back" in asked
        assert "What stays" in asked
        assert "leave it as it is" in await talk.say("no", user="anna", conversation="anna")
        assert "task" in (await talk.house.core.execute(ExportData("anna"))).documents
        await talk.say("forget me", user="anna", conversation="anna")
        said = await talk.say("yes", user="anna", conversation="anna")
        assert "erased, this conversation too" in said
        assert await talk.house.core.query(FindRemains("anna")) == Remains((), (), None)
        assert "erase" not in await talk.say("yes", user="anna", conversation="anna")  # begins anew


async def test_what_is_asked_beside_an_erasure_is_answered_and_the_question_put_again(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("erase all my data", user="anna", conversation="anna")
        assert "Erase all that I keep of you" in await talk.say("list my twins", user="anna", conversation="anna")
