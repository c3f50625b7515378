"""Talk about what is kept of a person."""

from tests.bot.test_house_talk import Open, opened
from twin_core.contract.privacy import ExportData

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
